/* SPDX-License-Identifier: Apache-2.0
 *
 * Each datatype has a row: which operations are defined for it, and a
 * function that orders two texts of it. Strings and addresses have operations
 * of their own.
 */
#include "oval/compare.h"

#include <math.h>

#include "oval/address.h"
#include "oval/fold.h"
#include "oval/integer.h"
#include "oval/real.h"
#include "version/dotted.h"
#include "version/dpkg.h"
#include "version/fileset.h"
#include "version/ios.h"
#include "version/rpm.h"

enum {
    UNORDERED = 1, /* neither equal, greater nor less: NaN */
    NO_ORDER = 2,  /* not equal; asking which is greater is an error */
};

/* 0 with *out_order, UNORDERED, NO_ORDER, or an error when one text is not of
 * the datatype. */
typedef int order_fn(str a, str b, int *out_order, struct err *err);

static int not_of(str text, const char *datatype, struct err *err)
{
    return err_set(err, E_INVALID, "'%" PRIstr "' is not of datatype %s",
                   ARGstr(text), datatype);
}

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

static bool is_binary(str text)
{
    for (size_t i = 0; i < text.n; i++)
        if (hex_digit(text.p[i]) < 0)
            return false;
    return text.n % 2 == 0;
}

static int order_binary(str a, str b, int *out_order, struct err *err)
{
    a = str_trim(a);
    b = str_trim(b);
    if (!is_binary(a))
        return not_of(a, "binary", err);
    if (!is_binary(b))
        return not_of(b, "binary", err);
    *out_order = str_eq_nocase(a, b) ? 0 : 1;
    return 0;
}

static bool parse_boolean(str text, int *out)
{
    text = str_trim(text);
    *out = str_eq(text, STR("true")) || str_eq(text, STR("1"));
    return *out || str_eq(text, STR("false")) || str_eq(text, STR("0"));
}

static int order_boolean(str a, str b, int *out_order, struct err *err)
{
    int va;
    int vb;

    if (!parse_boolean(a, &va))
        return not_of(a, "boolean", err);
    if (!parse_boolean(b, &vb))
        return not_of(b, "boolean", err);
    *out_order = va - vb;
    return 0;
}

static int order_float(str a, str b, int *out_order, struct err *err)
{
    float va = 0;
    float vb = 0;

    if (!oval_real_parse_single(a, &va))
        return not_of(a, "float", err);
    if (!oval_real_parse_single(b, &vb))
        return not_of(b, "float", err);
    /* XML Schema: NaN equals itself and has no order with anything else. */
    if (isnan(va) != isnan(vb))
        return UNORDERED;
    *out_order = isnan(va) ? 0 : (va > vb) - (va < vb);
    return 0;
}

static int parse_ints(str a, str b, struct oval_integer *out_a,
                      struct oval_integer *out_b, struct err *err)
{
    if (!oval_integer_parse(a, out_a))
        return not_of(a, "int", err);
    if (!oval_integer_parse(b, out_b))
        return not_of(b, "int", err);
    return 0;
}

static int order_int(str a, str b, int *out_order, struct err *err)
{
    struct oval_integer va;
    struct oval_integer vb;
    int rc = parse_ints(a, b, &va, &vb, err);

    if (rc == 0)
        *out_order = oval_integer_order(&va, &vb);
    return rc;
}

static int order_ios(str a, str b, int *out_order, struct err *err)
{
    int rc = ios_version_compare(a, b, out_order, err);

    return rc > 0 ? NO_ORDER : rc;
}

#define MASK(operation) (1U << (operation))
#define EQUALITY (MASK(OVAL_EQUALS) | MASK(OVAL_NOT_EQUAL))
#define ORDERED                                                                \
    (EQUALITY | MASK(OVAL_GREATER_THAN) | MASK(OVAL_LESS_THAN) |               \
     MASK(OVAL_GREATER_THAN_OR_EQUAL) | MASK(OVAL_LESS_THAN_OR_EQUAL))
#define BITS (MASK(OVAL_BITWISE_AND) | MASK(OVAL_BITWISE_OR))
#define SETS (MASK(OVAL_SUBSET_OF) | MASK(OVAL_SUPERSET_OF))
#define TEXT                                                                   \
    (EQUALITY | MASK(OVAL_CASE_INSENSITIVE_EQUALS) |                           \
     MASK(OVAL_CASE_INSENSITIVE_NOT_EQUAL) | MASK(OVAL_PATTERN_MATCH))

/* The operations that SimpleDatatypeEnumeration expects for each datatype. */
/* clang-format off */
static const struct row {
    uint32_t operations;
    order_fn *order;
} rows[] = {
    [OVAL_STRING] = { TEXT, NULL },
    [OVAL_BINARY] = { EQUALITY, order_binary },
    [OVAL_BOOLEAN] = { EQUALITY, order_boolean },
    [OVAL_EVR_STRING] = { ORDERED, rpm_version_compare },
    [OVAL_DEBIAN_EVR_STRING] = { ORDERED, dpkg_version_compare },
    [OVAL_FILESET_REVISION] = { ORDERED, fileset_revision_compare },
    [OVAL_FLOAT] = { ORDERED, order_float },
    [OVAL_IOS_VERSION] = { ORDERED, order_ios },
    [OVAL_INT] = { ORDERED | BITS, order_int },
    [OVAL_IPV4_ADDRESS] = { ORDERED | SETS, NULL },
    [OVAL_IPV6_ADDRESS] = { ORDERED | SETS, NULL },
    [OVAL_VERSION] = { ORDERED, dotted_version_compare },
    [OVAL_RECORD] = { 0, NULL },
};
/* clang-format on */

static bool is_defined(enum oval_datatype datatype,
                       enum oval_operation operation)
{
    return datatype < COUNT(rows) && operation < OVAL_OPERATION_BAD &&
           (rows[datatype].operations & MASK(operation)) != 0;
}

static int not_defined(enum oval_datatype datatype,
                       enum oval_operation operation, struct err *err)
{
    if (datatype >= OVAL_DATATYPE_BAD)
        return err_set(err, E_INVALID, "the datatype is not one of OVAL's");
    if (operation >= OVAL_OPERATION_BAD)
        return err_set(err, E_INVALID, "the operation is not one of OVAL's");
    return err_set(
        err, E_INVALID, "operation '%s' is not defined for datatype %s",
        oval_operation_text(operation), oval_datatype_text(datatype));
}

static enum oval_result result_of(bool holds)
{
    return holds ? OVAL_TRUE : OVAL_FALSE;
}

/* order: of actual against wanted. */
static enum oval_result by_order(enum oval_operation operation, int order)
{
    switch (operation) {
    case OVAL_EQUALS:
        return result_of(order == 0);
    case OVAL_NOT_EQUAL:
        return result_of(order != 0);
    case OVAL_GREATER_THAN:
        return result_of(order > 0);
    case OVAL_LESS_THAN:
        return result_of(order < 0);
    case OVAL_GREATER_THAN_OR_EQUAL:
        return result_of(order >= 0);
    case OVAL_LESS_THAN_OR_EQUAL:
        return result_of(order <= 0);
    default:
        return OVAL_ERROR;
    }
}

static enum oval_result compare_ordered(order_fn *order_of,
                                        enum oval_operation operation,
                                        str wanted, str actual, struct err *err)
{
    int order = 0;
    int rc = order_of(actual, wanted, &order, err);

    if (rc < 0)
        return OVAL_ERROR;
    if (rc == 0)
        return by_order(operation, order);
    if (operation == OVAL_EQUALS || operation == OVAL_NOT_EQUAL)
        return result_of(operation == OVAL_NOT_EQUAL);
    if (rc == UNORDERED)
        return OVAL_FALSE;
    (void)err_set(err, E_INVALID,
                  "'%" PRIstr "' and '%" PRIstr "' have no order: they are of "
                  "different trains",
                  ARGstr(actual), ARGstr(wanted));
    return OVAL_ERROR;
}

static enum oval_result compare_bits(enum oval_operation operation, str wanted,
                                     str actual, struct err *err)
{
    struct oval_integer vw;
    struct oval_integer va;
    bool in = false;
    int rc = parse_ints(wanted, actual, &vw, &va, err);

    if (rc < 0)
        return OVAL_ERROR;
    /* wanted & actual == wanted; wanted | actual == wanted. */
    if (operation == OVAL_BITWISE_AND)
        rc = oval_integer_bits_in(&vw, &va, &in, err);
    else
        rc = oval_integer_bits_in(&va, &vw, &in, err);
    return rc < 0 ? OVAL_ERROR : result_of(in);
}

static enum oval_result compare_pattern(struct regex_cache *cache,
                                        unsigned flags, str wanted, str actual,
                                        struct err *err)
{
    struct regex *regex = NULL;
    int rc = regex_cache_get(cache, wanted, flags, &regex, err);

    if (rc == 0)
        rc = regex_match(regex, actual, 0, NULL, err);
    return rc < 0 ? OVAL_ERROR : result_of(rc == 1);
}

static enum oval_result compare_string(struct regex_cache *cache,
                                       enum oval_operation operation,
                                       str wanted, str actual, struct err *err)
{
    switch (operation) {
    case OVAL_EQUALS:
        return result_of(str_eq(wanted, actual));
    case OVAL_NOT_EQUAL:
        return result_of(!str_eq(wanted, actual));
    case OVAL_CASE_INSENSITIVE_EQUALS:
        return result_of(oval_equal_nocase(wanted, actual));
    case OVAL_CASE_INSENSITIVE_NOT_EQUAL:
        return result_of(!oval_equal_nocase(wanted, actual));
    default:
        return compare_pattern(cache, 0, wanted, actual, err);
    }
}

static int parse_address(enum oval_datatype datatype, str text,
                         struct oval_address *out, struct err *err)
{
    return datatype == OVAL_IPV4_ADDRESS ? oval_ipv4_parse(text, out, err)
                                         : oval_ipv6_parse(text, out, err);
}

static enum oval_result compare_address(enum oval_datatype datatype,
                                        enum oval_operation operation,
                                        str wanted, str actual, struct err *err)
{
    struct oval_address aw;
    struct oval_address aa;
    int order = 0;

    if (parse_address(datatype, wanted, &aw, err) < 0 ||
        parse_address(datatype, actual, &aa, err) < 0)
        return OVAL_ERROR;
    switch (operation) {
    case OVAL_SUBSET_OF:
        return result_of(oval_address_subset(&aa, &aw));
    case OVAL_SUPERSET_OF:
        return result_of(oval_address_subset(&aw, &aa));
    case OVAL_EQUALS:
    case OVAL_NOT_EQUAL:
        order = oval_address_equal(&aa, &aw) ? 0 : 1;
        break;
    default:
        if (oval_address_order(&aa, &aw, &order, err) < 0)
            return OVAL_ERROR;
        break;
    }
    return by_order(operation, order);
}

enum oval_result oval_compare(struct regex_cache *cache,
                              enum oval_datatype datatype,
                              enum oval_operation operation, str wanted,
                              str actual, struct err *err)
{
    if (!is_defined(datatype, operation)) {
        (void)not_defined(datatype, operation, err);
        return OVAL_ERROR;
    }
    if (datatype == OVAL_STRING)
        return compare_string(cache, operation, wanted, actual, err);
    if (rows[datatype].order == NULL)
        return compare_address(datatype, operation, wanted, actual, err);
    if ((MASK(operation) & BITS) != 0)
        return compare_bits(operation, wanted, actual, err);
    return compare_ordered(rows[datatype].order, operation, wanted, actual,
                           err);
}

/* The entities of ios, iosxe, asa, pixos and catos that hold many lines. */
static bool holds_lines(str entity)
{
    return str_eq_c(entity, "config_line") ||
           str_ends(entity, STR("_config_lines"));
}

unsigned oval_compare_flags(const struct oval_comparison *it)
{
    return holds_lines(it->entity) ? REGEX_MULTILINE : 0;
}

enum oval_result oval_compare_entity(struct regex_cache *cache,
                                     const struct oval_comparison *it,
                                     struct err *err)
{
    if (it->datatype == OVAL_STRING && it->operation == OVAL_PATTERN_MATCH)
        return compare_pattern(cache, oval_compare_flags(it), it->wanted,
                               it->actual, err);
    return oval_compare(cache, it->datatype, it->operation, it->wanted,
                        it->actual, err);
}

int oval_compare_check(struct regex_cache *cache, enum oval_datatype datatype,
                       enum oval_operation operation, str wanted,
                       struct err *err)
{
    struct oval_address address;
    struct regex *regex = NULL;
    int order = 0;
    int rc = 0;

    if (!is_defined(datatype, operation))
        return not_defined(datatype, operation, err);
    if (operation == OVAL_PATTERN_MATCH)
        rc = regex_cache_get(cache, wanted, 0, &regex, err);
    else if (rows[datatype].order != NULL)
        rc = rows[datatype].order(wanted, wanted, &order, err);
    else if (datatype != OVAL_STRING)
        rc = parse_address(datatype, wanted, &address, err);
    return rc < 0 ? E_INVALID : 0;
}
