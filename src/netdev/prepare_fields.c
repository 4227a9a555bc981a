/* SPDX-License-Identifier: Apache-2.0 */
#include <stdarg.h>

#include "netdev/prepare_int.h"

int field_error(const char *path, const char *name, const char *rule,
                struct err *err, const char *format, ...)
{
    AUTO(buf_clear) struct buf reason = BUF(ERR_TEXT_MAX);
    char text[512];
    va_list args;

    va_start(args, format);
    (void)vsnprintf(text, sizeof(text), format, args);
    va_end(args);
    buf_printf(&reason, "%s%s: %s", path, name, text);
    if (rule != NULL)
        buf_printf(&reason, " (%s)", rule);
    return err_set(err, E_INVALID, "%s", buf_c(&reason));
}

static bool is_printable(str text)
{
    for (size_t i = 0; i < text.n; i++) {
        if (text.p[i] < 0x20 || text.p[i] > 0x7e)
            return false;
    }
    return true;
}

static bool is_letter_or_digit(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           (c >= '0' && c <= '9');
}

/* RFC 952 and 1123: letters, digits and '-', neither first nor last. */
static bool is_hostname(str text)
{
    if (text.n == 0 || text.n > 63 || !is_letter_or_digit(text.p[0]) ||
        !is_letter_or_digit(text.p[text.n - 1]))
        return false;
    for (size_t i = 0; i < text.n; i++) {
        if (!is_letter_or_digit(text.p[i]) && text.p[i] != '-')
            return false;
    }
    return true;
}

static bool is_domain(str text)
{
    if (text.n > 253 || str_ends(text, STR(".")))
        return false;
    do {
        if (!is_hostname(str_cut(&text, '.')))
            return false;
    } while (text.n > 0);
    return true;
}

bool text_is_ipv4(str text, uint32_t *out_address)
{
    uint32_t address = 0;

    for (unsigned i = 0; i < 4; i++) {
        size_t dot = str_find_char(text, '.');
        str part = str_sub(text, 0, dot);
        int64_t value;

        if ((i < 3) != (dot < text.n) || part.n == 0 || part.n > 3 ||
            part.p[0] == '+' || part.p[0] == '-' ||
            (part.n > 1 && part.p[0] == '0') ||
            str_to_i64(part, 0, 255, &value, NULL) < 0)
            return false;
        address = address << 8 | (uint32_t)value;
        text = str_sub(text, dot + 1, SIZE_MAX);
    }
    if (out_address != NULL)
        *out_address = address;
    return true;
}

bool text_is_netmask(str text)
{
    uint32_t mask;

    return text_is_ipv4(text, &mask) && mask != 0 && (~mask & (~mask + 1)) == 0;
}

unsigned netmask_bits(str text)
{
    uint32_t mask = 0;

    return text_is_ipv4(text, &mask) ? (unsigned)__builtin_popcount(mask) : 0;
}

static bool is_choice(const char *choices, str text)
{
    str rest = str_c(choices);

    while (rest.n > 0) {
        if (str_eq(text, str_cut(&rest, '|')))
            return true;
    }
    return false;
}

static const char *text_fault(const struct field *field, str text)
{
    switch (field->kind) {
    case FIELD_HOSTNAME:
        return is_hostname(text) ? NULL
                                 : "is no host name: 1 to 63 letters, digits "
                                   "and '-', not at the ends";
    case FIELD_DOMAIN:
        return is_domain(text) ? NULL : "is no domain name";
    case FIELD_IPV4:
        return text_is_ipv4(text, NULL) ? NULL : "is no IPv4 address (a.b.c.d)";
    case FIELD_NETMASK:
        return text_is_netmask(text) ? NULL
                                     : "is no netmask (as 255.255.255.0)";
    case FIELD_WORD:
        if (memchr(text.p, ' ', text.n) != NULL)
            return "must not hold blanks";
        if (memchr(text.p, '?', text.n) != NULL)
            return "must not hold '?', which asks the device for help";
        return NULL;
    default:
        return str_trim(text).n == text.n
                   ? NULL
                   : "must not begin or end with a blank";
    }
}

static int read_text(const struct field *field, const char *path, str text,
                     str *out, struct err *err)
{
    const char *fault;

    if ((int64_t)text.n < field->min || (int64_t)text.n > field->max)
        return field_error(path, field->name, field->rule, err,
                           "is %zu characters long; expected %lld to %lld",
                           text.n, (long long)field->min,
                           (long long)field->max);
    if (!is_printable(text))
        return field_error(path, field->name, field->rule, err,
                           "holds characters that cannot be typed on a "
                           "device's command line");
    fault = text_fault(field, text);
    if (fault != NULL && field->kind == FIELD_PASSWORD)
        return field_error(path, field->name, field->rule, err, "%s", fault);
    if (fault != NULL)
        return field_error(path, field->name, field->rule, err,
                           "'%" PRIstr "' %s", ARGstr(str_sub(text, 0, 64)),
                           fault);
    if (field->kind == FIELD_CHOICE && !is_choice(field->choices, text))
        return field_error(path, field->name, field->rule, err,
                           "'%" PRIstr "' is not one of %s",
                           ARGstr(str_sub(text, 0, 64)), field->choices);
    *out = text;
    return 0;
}

static int read_number(const struct field *field, const char *path,
                       const struct jval *value, int64_t *out, struct err *err)
{
    int64_t number = jval_i64(value, 0);

    if (jval_kind(value) != JVAL_INTEGER)
        return field_error(path, field->name, field->rule, err,
                           "expected a whole number, found %s",
                           jval_kind_name(jval_kind(value)));
    if (number < field->min || number > field->max)
        return field_error(path, field->name, field->rule, err,
                           "%lld lies outside %lld to %lld", (long long)number,
                           (long long)field->min, (long long)field->max);
    *out = number;
    return 0;
}

static int read_field(const struct field *field, struct arena *arena,
                      const char *path, const struct jval *value, void *at,
                      struct err *err)
{
    if (field->kind == FIELD_NUMBER)
        return read_number(field, path, value, at, err);
    if (field->kind == FIELD_BOOL) {
        if (jval_kind(value) != JVAL_BOOL)
            return field_error(path, field->name, field->rule, err,
                               "expected true or false, found %s",
                               jval_kind_name(jval_kind(value)));
        *(bool *)at = jval_bool(value, false);
        return 0;
    }
    if (jval_kind(value) != JVAL_TEXT)
        return field_error(path, field->name, field->rule, err,
                           "expected a text, found %s",
                           jval_kind_name(jval_kind(value)));
    return read_text(field, path, arena_str(arena, jval_text(value, STR_NONE)),
                     at, err);
}

static bool is_named(const struct field *field, str name)
{
    return str_eq_c(name, field->name) ||
           (field->also != NULL && is_choice(field->also, name));
}

const struct jval *field_value(const struct jval *object,
                               const struct field *field)
{
    struct jval *value;
    str key;

    for (size_t i = 0; jval_member(object, i, &key, &value); i++) {
        if (is_named(field, key))
            return value;
    }
    return NULL;
}

static void list_names(const struct field *fields, unsigned syntax,
                       struct buf *out)
{
    for (; fields->name != NULL; fields++) {
        if ((fields->syntaxes >> syntax & 1) == 0)
            continue;
        buf_printf(out, "%s%s", out->n > 0 ? ", " : "", fields->name);
    }
}

static const struct field *find(const struct field *fields, str name)
{
    for (; fields->name != NULL; fields++) {
        if (is_named(fields, name))
            return fields;
    }
    return NULL;
}

static int check_name(const struct prepare_facts *facts,
                      const struct field *fields, const char *path, str name,
                      struct err *err)
{
    AUTO(buf_clear) struct buf known = BUF(ERR_TEXT_MAX);
    const struct field *field = find(fields, name);
    AUTO(buf_clear) struct buf shown = BUF(128);

    if (field != NULL && (field->syntaxes >> facts->family->syntax & 1) != 0)
        return 0;
    buf_add(&shown, str_sub(name, 0, 64));
    if (field != NULL)
        return field_error(path, field->name, field->rule, err,
                           "is nothing that the family %s has",
                           facts->family->name);
    list_names(fields, facts->family->syntax, &known);
    return field_error(path, buf_c(&shown), NULL, err,
                       "is not known; known are %s", buf_c(&known));
}

int fields_read(const struct field_reading *r, const struct field *fields,
                const struct jval *object, struct err *err)
{
    struct jval *value;
    uint64_t seen = 0;
    str key;

    for (size_t i = 0; jval_member(object, i, &key, &value); i++) {
        const struct field *field;
        uint64_t bit;
        int rc = check_name(r->facts, fields, r->path, key, err);

        if (rc < 0)
            return rc;
        field = find(fields, key);
        bit = UINT64_C(1) << (field - fields);
        if ((seen & bit) != 0)
            return field_error(r->path, field->name, field->rule, err,
                               "is given twice");
        seen |= bit;
        if (jval_kind(value) == JVAL_NULL)
            continue;
        rc = field->kind == FIELD_OTHER
                 ? field->read(r->facts, r->arena, field, value, err)
                 : read_field(field, r->arena, r->path, value,
                              (char *)r->base + field->at, err);
        if (rc < 0)
            return rc;
    }
    return 0;
}
