/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/unit.h"

#include "oval/compare.h"

#define T OVAL_TRUE
#define F OVAL_FALSE
#define E OVAL_ERROR

static int make_cache(void **state)
{
    *state = regex_cache_new();
    return 0;
}

static int free_cache(void **state)
{
    regex_cache_free(*state);
    return 0;
}

struct row {
    const char *actual;
    enum oval_operation operation;
    const char *wanted;
    enum oval_result result;
};

static void check_rows(void *cache, enum oval_datatype datatype,
                       const struct row *rows, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        const struct row *r = &rows[i];
        struct err err = { 0 };
        enum oval_result result =
            oval_compare(cache, datatype, r->operation, str_c(r->wanted),
                         str_c(r->actual), &err);

        if (result != r->result)
            print_error("%s: '%s' %s '%s': %s\n", oval_datatype_text(datatype),
                        r->actual, oval_operation_text(r->operation), r->wanted,
                        oval_result_text(result));
        assert_int_equal(result, r->result);
        /* An error says why. */
        assert_int_equal(err.text[0] != '\0', r->result == OVAL_ERROR);
    }
}

#define CHECK(datatype, rows) check_rows(*state, datatype, rows, COUNT(rows))

/* One letter an operation, in the order of enum oval_operation: '+' defined.
 * From the documentation of SimpleDatatypeEnumeration: = != i= i!= > < >= <=
 * and or match subset superset. */
static void each_datatype_has_the_operations_of_the_schema(void **state)
{
    static const struct {
        enum oval_datatype datatype;
        const char *operations;
        const char *value;
    } rows[] = {
        { OVAL_STRING, "++++......+..", "a" },
        { OVAL_BINARY, "++...........", "00" },
        { OVAL_BOOLEAN, "++...........", "1" },
        { OVAL_EVR_STRING, "++..++++.....", "1" },
        { OVAL_DEBIAN_EVR_STRING, "++..++++.....", "1" },
        { OVAL_FILESET_REVISION, "++..++++.....", "1" },
        { OVAL_FLOAT, "++..++++.....", "1" },
        { OVAL_IOS_VERSION, "++..++++.....", "12.4" },
        { OVAL_INT, "++..++++++...", "1" },
        { OVAL_IPV4_ADDRESS, "++..++++...++", "1.2.3.4" },
        { OVAL_IPV6_ADDRESS, "++..++++...++", "::1" },
        { OVAL_VERSION, "++..++++.....", "1" },
        { OVAL_RECORD, ".............", "" },
    };

    assert_int_equal(COUNT(rows), OVAL_DATATYPE_BAD);
    for (size_t i = 0; i < COUNT(rows); i++)
        for (int op = 0; op < OVAL_OPERATION_BAD; op++) {
            bool defined = rows[i].operations[op] == '+';
            str value = str_c(rows[i].value);
            struct err err = { 0 };
            enum oval_result result =
                oval_compare(*state, rows[i].datatype, (enum oval_operation)op,
                             value, value, &err);

            assert_int_equal(result != OVAL_ERROR, defined);
            assert_int_equal(oval_compare_check(*state, rows[i].datatype,
                                                (enum oval_operation)op, value,
                                                NULL),
                             defined ? 0 : E_INVALID);
            if (!defined)
                assert_non_null(strstr(err.text, "is not defined for"));
        }
}

static void what_is_not_in_the_language_is_an_error(void **state)
{
    str one = STR("1");

    assert_int_equal(
        oval_compare(*state, OVAL_DATATYPE_BAD, OVAL_EQUALS, one, one, NULL),
        OVAL_ERROR);
    assert_int_equal(
        oval_compare(*state, OVAL_INT, OVAL_OPERATION_BAD, one, one, NULL),
        OVAL_ERROR);
    assert_int_equal(oval_compare(*state, (enum oval_datatype)200, OVAL_EQUALS,
                                  one, one, NULL),
                     OVAL_ERROR);
}

/* The six operations of order agree with one order, in both directions. */
static void check_order(enum oval_datatype datatype, const char *small,
                        const char *large)
{
    static const enum oval_result greater[] = { F, T, T, F, T, F };
    static const enum oval_result less[] = { F, T, F, T, F, T };
    static const enum oval_result equal[] = { T, F, F, F, T, T };
    static const enum oval_operation ops[] = { OVAL_EQUALS,
                                               OVAL_NOT_EQUAL,
                                               OVAL_GREATER_THAN,
                                               OVAL_LESS_THAN,
                                               OVAL_GREATER_THAN_OR_EQUAL,
                                               OVAL_LESS_THAN_OR_EQUAL };
    str s = str_c(small);
    str l = str_c(large);

    for (size_t i = 0; i < COUNT(ops); i++) {
        assert_int_equal(oval_compare(NULL, datatype, ops[i], s, l, NULL),
                         greater[i]);
        assert_int_equal(oval_compare(NULL, datatype, ops[i], l, s, NULL),
                         less[i]);
        assert_int_equal(oval_compare(NULL, datatype, ops[i], s, s, NULL),
                         equal[i]);
    }
}

static void operations_of_order_mean_actual_against_wanted(void **state UNUSED)
{
    check_order(OVAL_INT, "1", "2");
    check_order(OVAL_INT, "-2", "-1");
    check_order(OVAL_INT, "9", "10");
    check_order(OVAL_FLOAT, "1.5", "1.6");
    check_order(OVAL_FLOAT, "-INF", "INF");
    check_order(OVAL_EVR_STRING, "0:1.0-9", "0:1.0-10");
    check_order(OVAL_DEBIAN_EVR_STRING, "1.0~rc1-1", "1.0-1");
    check_order(OVAL_VERSION, "1.9", "1.10");
    check_order(OVAL_IOS_VERSION, "12.4(9)T1", "12.4(9)T2");
    check_order(OVAL_FILESET_REVISION, "B.11.23", "B.11.31");
    check_order(OVAL_IPV4_ADDRESS, "9.0.0.0", "10.0.0.0");
    check_order(OVAL_IPV4_ADDRESS, "10.0.0.0/24", "10.0.1.0/24");
    check_order(OVAL_IPV6_ADDRESS, "::ffff", "1::");
}

static void strings_compare(void **state)
{
    static const struct row rows[] = {
        { "abc", OVAL_EQUALS, "abc", T },
        { "abc", OVAL_EQUALS, "ABC", F },
        { "", OVAL_EQUALS, "", T },
        { " a", OVAL_EQUALS, "a", F },
        { "abc", OVAL_NOT_EQUAL, "ABC", T },
        { "abc", OVAL_CASE_INSENSITIVE_EQUALS, "aBC", T },
        { "abc", OVAL_CASE_INSENSITIVE_EQUALS, "abcd", F },
        { "abc", OVAL_CASE_INSENSITIVE_NOT_EQUAL, "aBC", F },
        { "abc", OVAL_CASE_INSENSITIVE_NOT_EQUAL, "abd", T },
        { "[", OVAL_CASE_INSENSITIVE_EQUALS, "{", F },
        /* e acute, Greek omega, Cyrillic ya, a ring; times and division */
        { "\xc3\xa9", OVAL_CASE_INSENSITIVE_EQUALS, "\xc3\x89", T },
        { "\xcf\x89", OVAL_CASE_INSENSITIVE_EQUALS, "\xce\xa9", T },
        { "\xd1\x8f", OVAL_CASE_INSENSITIVE_EQUALS, "\xd0\xaf", T },
        { "\xc4\x81", OVAL_CASE_INSENSITIVE_EQUALS, "\xc4\x80", T },
        { "\xc3\x97", OVAL_CASE_INSENSITIVE_EQUALS, "\xc3\xb7", F },
        { "\xc4\x80", OVAL_CASE_INSENSITIVE_EQUALS, "\xc4\x82", F },
        { "\xe9", OVAL_CASE_INSENSITIVE_EQUALS, "\xc9", F },
        { "\xe9", OVAL_CASE_INSENSITIVE_EQUALS, "\xc3\xa9", F },
        { "xabcx", OVAL_PATTERN_MATCH, "abc", T },
        { "xabcx", OVAL_PATTERN_MATCH, "^abc", F },
        { "", OVAL_PATTERN_MATCH, "^$", T },
        { "a\nb", OVAL_PATTERN_MATCH, "^b", F },
        { "a\nb", OVAL_PATTERN_MATCH, "a.b", F },
        { "ABC", OVAL_PATTERN_MATCH, "(?i)abc", T },
        { "abc", OVAL_PATTERN_MATCH, "(", E },
        { "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!", OVAL_PATTERN_MATCH,
          "^(a|a|aa)+$", E },
        { "2", OVAL_GREATER_THAN, "1", E },
        { "2", OVAL_SUBSET_OF, "1", E },
    };

    CHECK(OVAL_STRING, rows);
}

static void ints_compare_whatever_their_size(void **state)
{
    static const struct row ints[] = {
        { "21", OVAL_LESS_THAN, "123", T },
        { "+5", OVAL_EQUALS, "5", T },
        { "005", OVAL_EQUALS, " 5\n", T },
        { "-0", OVAL_EQUALS, "0", T },
        { "9223372036854775808", OVAL_GREATER_THAN, "9223372036854775807", T },
        { "-9223372036854775809", OVAL_LESS_THAN, "-9223372036854775808", T },
        { "340282366920938463463374607431768211456", OVAL_EQUALS,
          "340282366920938463463374607431768211456", T },
        { "", OVAL_EQUALS, "1", E },
        { "1", OVAL_EQUALS, "", E },
        { "1.0", OVAL_EQUALS, "1", E },
        { "abc", OVAL_NOT_EQUAL, "1", E },
        { "0x10", OVAL_EQUALS, "16", E },
        { "- 1", OVAL_EQUALS, "-1", E },
        /* the schema's own examples */
        { "6", OVAL_BITWISE_AND, "4", T },
        { "1", OVAL_BITWISE_AND, "4", F },
        { "6", OVAL_BITWISE_OR, "14", T },
        { "1", OVAL_BITWISE_OR, "14", F },
        { "0", OVAL_BITWISE_AND, "0", T },
        { "-1", OVAL_BITWISE_AND, "12345", T },
        { "-2", OVAL_BITWISE_AND, "1", F },
        { "5", OVAL_BITWISE_OR, "-1", T },
        { "-1", OVAL_BITWISE_OR, "5", F },
        { "36893488147419103233", OVAL_BITWISE_AND, "36893488147419103232", T },
        { "36893488147419103231", OVAL_BITWISE_AND, "36893488147419103232", F },
        { "-1", OVAL_BITWISE_AND, "36893488147419103232", T },
        { "-36893488147419103232", OVAL_BITWISE_AND, "1", F },
        { "-36893488147419103232", OVAL_BITWISE_AND, "36893488147419103232",
          T },
        { "x", OVAL_BITWISE_AND, "1", E },
    };

    CHECK(OVAL_INT, ints);
}

static void floats_compare_as_xml_schema_says(void **state)
{
    static const struct row floats[] = {
        { "1.0", OVAL_EQUALS, "1", T },
        { "1e2", OVAL_EQUALS, "100", T },
        { "-12432.559e-3", OVAL_EQUALS, "-12.432559", T },
        { ".5", OVAL_EQUALS, "0.50", T },
        { "5.", OVAL_EQUALS, "5", T },
        { "+1E+1", OVAL_EQUALS, "10", T },
        { "0.1", OVAL_EQUALS, "0.10000000001", T }, /* single precision */
        { "0.1", OVAL_EQUALS, "0.1001", F },
        { "-0", OVAL_EQUALS, "0", T },
        { "1e999", OVAL_EQUALS, "INF", T },
        { "INF", OVAL_GREATER_THAN, "1e38", T },
        { "-INF", OVAL_LESS_THAN, "-1e38", T },
        { "INF", OVAL_EQUALS, "INF", T },
        { "NaN", OVAL_EQUALS, "NaN", T },
        { "NaN", OVAL_NOT_EQUAL, "NaN", F },
        { "NaN", OVAL_EQUALS, "1", F },
        { "NaN", OVAL_NOT_EQUAL, "1", T },
        { "NaN", OVAL_GREATER_THAN, "1", F },
        { "NaN", OVAL_LESS_THAN_OR_EQUAL, "INF", F },
        { "1", OVAL_GREATER_THAN_OR_EQUAL, "NaN", F },
        { "0x1p3", OVAL_EQUALS, "8", E },
        { "nan", OVAL_EQUALS, "NaN", E },
        { "inf", OVAL_EQUALS, "INF", E },
        { "", OVAL_EQUALS, "0", E },
        { ".", OVAL_EQUALS, "0", E },
        { "1e", OVAL_EQUALS, "1", E },
        { "1 2", OVAL_EQUALS, "1", E },
        { "1,5", OVAL_EQUALS, "1.5", E },
    };

    CHECK(OVAL_FLOAT, floats);
}

static void booleans_and_binaries_compare(void **state)
{
    static const struct row booleans[] = {
        { "true", OVAL_EQUALS, "1", T },   { "false", OVAL_EQUALS, "0", T },
        { "true", OVAL_EQUALS, "0", F },   { "1", OVAL_NOT_EQUAL, "false", T },
        { " true ", OVAL_EQUALS, "1", T }, { "TRUE", OVAL_EQUALS, "1", E },
        { "yes", OVAL_EQUALS, "1", E },    { "", OVAL_EQUALS, "0", E },
        { "1", OVAL_EQUALS, "2", E },
    };
    static const struct row binaries[] = {
        { "0aFF", OVAL_EQUALS, "0Aff", T }, { "00", OVAL_EQUALS, "0000", F },
        { "", OVAL_EQUALS, "", T },         { "00", OVAL_NOT_EQUAL, "01", T },
        { "0", OVAL_EQUALS, "00", E },      { "0g", OVAL_EQUALS, "00", E },
        { "0x00", OVAL_EQUALS, "00", E },   { "00", OVAL_EQUALS, "zz", E },
    };

    CHECK(OVAL_BOOLEAN, booleans);
    CHECK(OVAL_BINARY, binaries);
}

static void versions_compare(void **state)
{
    static const struct row evrs[] = {
        { "1:2.3.4-5.6", OVAL_LESS_THAN_OR_EQUAL, "1:2.3.4-5.6", T },
        { "2.0-1", OVAL_LESS_THAN, "1:1.0-1", T },
        { "", OVAL_LESS_THAN, "0:1-1", E },
    };
    static const struct row debs[] = {
        { "2.36-9+deb12u9", OVAL_LESS_THAN, "0:2.36-9+deb12u10", T },
        { "2.36-9", OVAL_EQUALS, "0:2.36-9", T },
        { "5.6", OVAL_LESS_THAN, "0:5.7 only", E },
        { "1.0-", OVAL_EQUALS, "1.0", E },
    };
    static const struct row versions[] = {
        { "5.7.23", OVAL_LESS_THAN_OR_EQUAL, "5.8.0", T },
        { "1.0.0.0", OVAL_EQUALS, "1.0", T },
        { "v1", OVAL_EQUALS, "1", E },
    };
    static const struct row ios[] = {
        { "12.4(9)T1", OVAL_LESS_THAN, "12.4(15)T", T },
        { "12.4(15)XY", OVAL_EQUALS, "12.4(15)T", F },
        { "12.4(15)XY", OVAL_NOT_EQUAL, "12.4(15)T", T },
        { "12.4(15)XY", OVAL_LESS_THAN, "12.4(15)T", E },
        { "IOS 12", OVAL_EQUALS, "12.4", E },
    };
    static const struct row filesets[] = {
        { "A.03.61.00", OVAL_LESS_THAN, "A.03.70", T },
        { "A 1", OVAL_EQUALS, "A", E },
    };

    CHECK(OVAL_EVR_STRING, evrs);
    CHECK(OVAL_DEBIAN_EVR_STRING, debs);
    CHECK(OVAL_VERSION, versions);
    CHECK(OVAL_IOS_VERSION, ios);
    CHECK(OVAL_FILESET_REVISION, filesets);
}

static void ipv4_addresses_compare(void **state)
{
    static const struct row rows[] = {
        { "192.0.2.0", OVAL_EQUALS, "192.000.002.000", T },
        { "192.0.2.0", OVAL_EQUALS, "192.0.2.0/32", T },
        { "192.0.2.0", OVAL_EQUALS, "192.0.2.0/255.255.255.255", T },
        { "192.0.2.7/24", OVAL_EQUALS, "192.0.2.9/24", T },
        { "192.0.2.7/24", OVAL_EQUALS, "192.0.2.7/25", F },
        { "192.0.2.7/24", OVAL_NOT_EQUAL, "192.0.2.7/25", T },
        { "10.1.2.3/255.255.0.0", OVAL_EQUALS, "10.1.0.0/16", T },
        { "1.2.3.4/0", OVAL_EQUALS, "9.9.9.9/0.0.0.0", T },
        { "12.32.14.56/16", OVAL_LESS_THAN, "12.33.0.0/16", T },
        { "12.32.14.56/16", OVAL_LESS_THAN, "12.33.0.0/17", E },
        { "12.32.14.56/16", OVAL_GREATER_THAN_OR_EQUAL, "12.32.0.0", E },
        { "12.32.14.56/16", OVAL_GREATER_THAN_OR_EQUAL, "12.32.0.0/16", T },
        { "1.2.3.4", OVAL_SUBSET_OF, "1.2.0.0/16", T },
        { "1.3.3.4", OVAL_SUBSET_OF, "1.2.0.0/16", F },
        { "1.2.0.0/15", OVAL_SUBSET_OF, "1.2.0.0/16", F },
        { "1.2.0.0/16", OVAL_SUBSET_OF, "1.2.0.0/16", T },
        { "1.2.0.0/16", OVAL_SUPERSET_OF, "1.2.3.4", T },
        { "1.2.3.4", OVAL_SUPERSET_OF, "1.2.0.0/16", F },
        { "1.2.3.4", OVAL_SUBSET_OF, "1.2.3.0-1.2.3.9", T },
        { "1.2.3.10", OVAL_SUBSET_OF, "1.2.3.0-1.2.3.9", F },
        { "1.2.3.0-1.2.3.255", OVAL_EQUALS, "1.2.3.0/24", T },
        { "1.2.3.0-1.2.3.9", OVAL_LESS_THAN, "1.2.4.0-1.2.4.9", E },
        { "1.2.3.9-1.2.3.0", OVAL_EQUALS, "1.2.3.0", E },
        { "1.2.3", OVAL_EQUALS, "1.2.3.0", E },
        { "1.2.3.4.5", OVAL_EQUALS, "1.2.3.4", E },
        { "1.2.3.256", OVAL_EQUALS, "1.2.3.4", E },
        { "1.2.3.4/33", OVAL_EQUALS, "1.2.3.4", E },
        { "1.2.3.4/", OVAL_EQUALS, "1.2.3.4", E },
        { "1.2.3.4/255.0.255.0", OVAL_EQUALS, "1.2.3.4", E },
        { "", OVAL_EQUALS, "1.2.3.4", E },
        { "::1", OVAL_EQUALS, "1.2.3.4", E },
        { "1.2.3.4", OVAL_EQUALS, "01.2.3.x", E },
    };

    CHECK(OVAL_IPV4_ADDRESS, rows);
}

static void ipv6_addresses_compare(void **state)
{
    static const struct row rows[] = {
        { "2001:DB8:0:0:8:800:200C:417A", OVAL_EQUALS,
          "2001:db8::8:800:200c:417a", T },
        { "::", OVAL_EQUALS, "0:0:0:0:0:0:0:0", T },
        { "::1", OVAL_EQUALS, "::1/128", T },
        { "::FFFF:129.144.52.38", OVAL_EQUALS, "::ffff:8190:3426", T },
        { "2001:db8:0:cd30::/60", OVAL_EQUALS, "2001:0DB8::CD30:0:0:0:0/60",
          T },
        { "2001:db8::1/32", OVAL_EQUALS, "2001:db8:ffff::/32", T },
        { "2001:db8::/32", OVAL_EQUALS, "2001:db8::/33", F },
        { "1:2:3:4::/32", OVAL_GREATER_THAN_OR_EQUAL, "1:2::/32", T },
        { "1:2:3:4::/32", OVAL_GREATER_THAN, "1:1::/33", E },
        { "12:32::14:56", OVAL_LESS_THAN, "12:33::", T },
        { "1:2:3::", OVAL_SUBSET_OF, "1:2::/32", T },
        { "1:3:3::", OVAL_SUBSET_OF, "1:2::/32", F },
        { "::/0", OVAL_SUPERSET_OF, "1:2::/32", T },
        { "1::5", OVAL_SUBSET_OF, "1::1-1::9", T },
        { "1:2:3:4", OVAL_EQUALS, "::1", E },
        { "1::2::3", OVAL_EQUALS, "::1", E },
        { "12345::", OVAL_EQUALS, "::1", E },
        { "::1/129", OVAL_EQUALS, "::1", E },
        { "::1/ffff::", OVAL_EQUALS, "::1", E },
        { "fe80::1%eth0", OVAL_EQUALS, "fe80::1", E },
        { "1.2.3.4", OVAL_EQUALS, "::1", E },
        { "", OVAL_EQUALS, "::1", E },
        { "0000000000000000000000000000000000000000000000000001::", OVAL_EQUALS,
          "::1", E },
    };

    CHECK(OVAL_IPV6_ADDRESS, rows);
}

static void content_is_checked_before_anything_is_compared(void **state)
{
    static const struct {
        enum oval_datatype datatype;
        enum oval_operation operation;
        const char *wanted;
        int rc;
    } rows[] = {
        { OVAL_STRING, OVAL_PATTERN_MATCH, "a(b", E_INVALID },
        { OVAL_STRING, OVAL_PATTERN_MATCH, "a(b)", 0 },
        { OVAL_STRING, OVAL_EQUALS, "", 0 },
        { OVAL_INT, OVAL_EQUALS, "x", E_INVALID },
        { OVAL_INT, OVAL_BITWISE_AND, "7", 0 },
        { OVAL_IPV4_ADDRESS, OVAL_SUBSET_OF, "1.2.3", E_INVALID },
        { OVAL_IPV6_ADDRESS, OVAL_SUBSET_OF, "1::/16", 0 },
        { OVAL_DEBIAN_EVR_STRING, OVAL_LESS_THAN, "0:2.0.x only", E_INVALID },
        { OVAL_RECORD, OVAL_EQUALS, "", E_INVALID },
        { OVAL_DATATYPE_BAD, OVAL_EQUALS, "", E_INVALID },
        { OVAL_STRING, OVAL_OPERATION_BAD, "", E_INVALID },
    };

    for (size_t i = 0; i < COUNT(rows); i++)
        assert_int_equal(oval_compare_check(*state, rows[i].datatype,
                                            rows[i].operation,
                                            str_c(rows[i].wanted), NULL),
                         rows[i].rc);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_datatype_has_the_operations_of_the_schema),
        cmocka_unit_test(what_is_not_in_the_language_is_an_error),
        cmocka_unit_test(operations_of_order_mean_actual_against_wanted),
        cmocka_unit_test(strings_compare),
        cmocka_unit_test(ints_compare_whatever_their_size),
        cmocka_unit_test(floats_compare_as_xml_schema_says),
        cmocka_unit_test(booleans_and_binaries_compare),
        cmocka_unit_test(versions_compare),
        cmocka_unit_test(ipv4_addresses_compare),
        cmocka_unit_test(ipv6_addresses_compare),
        cmocka_unit_test(content_is_checked_before_anything_is_compared),
    };

    return cmocka_run_group_tests(tests, make_cache, free_cache);
}
