/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/unit.h"

#include "base/buf.h"
#include "base/vec.h"
#include "oval/datetime.h"
#include "oval/function.h"

enum {
    ARGS_MAX = 4,
    VALUES_MAX = 8
};

struct rig {
    struct arena arena;
    struct regex_cache *cache;
    struct buf names;
    struct oval_content content;
    struct oval_node node;
    struct oval_list args[ARGS_MAX];
    size_t arg_count;
    struct oval_list out;
    struct err err;
};

static const int64_t now_s = 1700000000;

static oval_name add_name(struct rig *rig, const char *text)
{
    uint32_t n = (uint32_t)strlen(text);
    uint32_t at = (uint32_t)rig->names.n;

    buf_add(&rig->names, (str){ (const char *)&n, sizeof(n) });
    buf_add(&rig->names, (str){ text, n + 1 });
    return at;
}

static void rig_init(struct rig *rig, enum oval_node_type type)
{
    *rig = (struct rig){ .cache = regex_cache_new(),
                         .names = BUF(1 << 20),
                         .node = { .type = (uint8_t)type } };
    assert_int_equal(add_name(rig, ""), 0);
}

static void rig_clear(struct rig *rig)
{
    arena_clear(&rig->arena);
    regex_cache_free(rig->cache);
    buf_clear(&rig->names);
}

/* One component: its values with '|' between them; NULL: it has none. */
static void add_arg(struct rig *rig, const char *values,
                    enum oval_datatype datatype)
{
    str rest = str_c(values);
    str *copy = arena_alloc(&rig->arena, VALUES_MAX, sizeof(*copy));
    size_t n = 0;

    while (values != NULL) {
        bool more = str_find_char(rest, '|') < rest.n;

        copy[n++] = str_cut(&rest, '|');
        if (!more)
            break;
    }
    rig->args[rig->arg_count++] =
        (struct oval_list){ copy, n, (uint8_t)datatype };
}

static int apply(struct rig *rig)
{
    struct oval_function function = { &rig->content, &rig->node, rig->args,
                                      rig->arg_count };
    struct oval_function_env env = { &rig->arena, rig->cache, now_s, NULL };

    rig->content.names.p = rig->names.p;
    rig->content.names.n = (uint32_t)rig->names.n;
    return oval_function_apply(&function, &env, &rig->out, &rig->err);
}

static void check_out(struct rig *rig, int rc, const char *expected,
                      enum oval_datatype datatype)
{
    AUTO(buf_clear) struct buf text = BUF(1 << 20);

    if (rc < 0) {
        if (expected != NULL)
            print_error("%s\n", err_text(&rig->err));
        assert_null(expected);
        assert_true(rig->err.text[0] != '\0');
        return;
    }
    for (size_t i = 0; i < rig->out.n; i++) {
        if (i > 0)
            buf_add_char(&text, '|');
        buf_add(&text, rig->out.p[i]);
    }
    if (expected == NULL)
        print_error("an error was expected, not '%s'\n", buf_c(&text));
    assert_non_null(expected);
    assert_string_equal(buf_c(&text), expected);
    assert_int_equal(rig->out.datatype, datatype);
}

struct row {
    const char *parameter;
    const char *value;
    const char *expected; /* NULL: an error */
};

/* Functions of one component and one text parameter, or none. */
static void check_rows(enum oval_node_type type, const struct row *rows,
                       size_t n)
{
    for (size_t i = 0; i < n; i++) {
        AUTO(rig_clear) struct rig rig;

        rig_init(&rig, type);
        rig.node.a = add_name(&rig, rows[i].parameter);
        add_arg(&rig, rows[i].value, OVAL_STRING);
        check_out(&rig, apply(&rig), rows[i].expected, OVAL_STRING);
    }
}

static void begin_and_end_add_what_is_missing(void **state UNUSED)
{
    static const struct row begin[] = {
        { "/", "usr|/etc", "/usr|/etc" },
        { "ab", "a", "aba" },
        { "ab", "abc", "abc" },
        { "", "x", "x" },
        { "x", "", "x" },
        { "x", NULL, "" },
    };
    static const struct row end[] = {
        { "/", "usr|etc/", "usr/|etc/" },
        { "ab", "b", "bab" },
        { "ab", "cab", "cab" },
        { "", "x", "x" },
    };

    check_rows(OVAL_NODE_BEGIN, begin, COUNT(begin));
    check_rows(OVAL_NODE_END, end, COUNT(end));
}

static void escape_regex_escapes_the_schemas_characters(void **state UNUSED)
{
    static const struct row rows[] = {
        { "", "(\\.test_string*)?", "\\(\\\\\\.test_string\\*\\)\\?" },
        { "", "^$\\.[](){}*+?", "\\^\\$\\\\\\.\\[\\]\\(\\)\\{\\}\\*\\+\\?" },
        { "", "a-b_c d#\xc3\xa9", "a-b_c d#\xc3\xa9" },
        { "", "a.b|c", "a\\.b|c" }, /* two values */
    };

    check_rows(OVAL_NODE_ESCAPE_REGEX, rows, COUNT(rows));
}

static void split_keeps_empty_parts(void **state UNUSED)
{
    static const struct row rows[] = {
        { "-", "a-b-c-d", "a|b|c|d" }, { "-", "-a-a-", "|a|a|" },
        { "-", "---", "|||" },         { "hi", "hihihi", "|||" },
        { "no", "foobar", "foobar" },  { "-", "a-b|c-d", "a|b|c|d" },
        { "", "abc", "abc" },          { "-", "", "" },
    };

    check_rows(OVAL_NODE_SPLIT, rows, COUNT(rows));
}

static void regex_capture_takes_the_first_group(void **state UNUSED)
{
    static const struct row rows[] = {
        { "^abc(.*)xyz$", "abc123xyz", "123" },
        { "(i..)+", "mississippi", "ipp" },
        { "(i(..))+", "mississippi|tin", "ipp|" },
        { "abc(.*)xyz", "abchello\nxyz", "" },
        { "abc.*xyz", "abchelloxyz", "" },
        { "(a)|(b)", "b", "" },
        { "(.)", "xy|", "x|" },
        { "(", "x", NULL },
        { "^(a|a|aa)+$", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!", NULL },
    };

    check_rows(OVAL_NODE_REGEX_CAPTURE, rows, COUNT(rows));
}

static void substring_counts_characters_from_one(void **state UNUSED)
{
    static const struct {
        int start;
        int length;
        const char *value;
        const char *expected;
    } rows[] = {
        { 3, 2, "abcdefg", "cd" },
        { 3, 2, "abcdefg|hijklmn|opqrstu", "cd|jk|qr" },
        { -1, 2, "abcdefg", "ab" },
        { 0, 1, "abcdefg", "a" },
        { 3, 10, "abcdefg", "cdefg" },
        { 3, -1, "abcdefg", "cdefg" },
        { 7, 1, "abcdefg", "g" },
        { 8, 1, "abcdefg", NULL },
        { 1, 1, "", NULL },
        { 1, 0, "abc", "" },
        { 2, 1, "\xc3\xa9\xc3\xa8x", "\xc3\xa8" },
        { 2, 1, "\xff\xfe\xfd", "\xfe" },
        { INT32_MAX, INT32_MAX, "abc", NULL },
        { INT32_MIN, INT32_MIN, "abc", "abc" },
    };

    for (size_t i = 0; i < COUNT(rows); i++) {
        AUTO(rig_clear) struct rig rig;

        rig_init(&rig, OVAL_NODE_SUBSTRING);
        rig.node.a = (uint32_t)rows[i].start;
        rig.node.b = (uint32_t)rows[i].length;
        add_arg(&rig, rows[i].value, OVAL_STRING);
        check_out(&rig, apply(&rig), rows[i].expected, OVAL_STRING);
    }
}

static void concat_makes_the_product(void **state UNUSED)
{
    static const struct {
        const char *args[3];
        const char *expected;
    } rows[] = {
        { { "abc|def", "xyz", "" }, "abcxyz|defxyz" },
        { { "a|b", "1|2", "x|y" }, "a1x|a1y|a2x|a2y|b1x|b1y|b2x|b2y" },
        { { "a", "", "" }, "a" },
        { { "a", NULL, "b" }, "" },
        { { NULL, "a", "b" }, "" },
    };

    for (size_t i = 0; i < COUNT(rows); i++) {
        AUTO(rig_clear) struct rig rig;

        rig_init(&rig, OVAL_NODE_CONCAT);
        for (size_t a = 0; a < 3; a++)
            add_arg(&rig, rows[i].args[a], OVAL_STRING);
        check_out(&rig, apply(&rig), rows[i].expected, OVAL_STRING);
    }
}

static void arithmetic_is_exact_for_whole_numbers(void **state UNUSED)
{
    static const struct {
        enum oval_arithmetic op;
        const char *a;
        enum oval_datatype type_a;
        const char *b;
        enum oval_datatype type_b;
        const char *expected;
        enum oval_datatype type;
    } rows[] = {
        { OVAL_ADD, "1|2", OVAL_INT, "3|4|5", OVAL_INT, "4|5|6|5|6|7",
          OVAL_INT },
        { OVAL_MULTIPLY, "1|2", OVAL_INT, "3|4", OVAL_INT, "3|4|6|8",
          OVAL_INT },
        { OVAL_ADD, "5", OVAL_INT, "-8", OVAL_INT, "-3", OVAL_INT },
        { OVAL_ADD, "-5", OVAL_INT, "5", OVAL_INT, "0", OVAL_INT },
        { OVAL_ADD, "-5", OVAL_INT, "-6", OVAL_INT, "-11", OVAL_INT },
        { OVAL_ADD, "1000", OVAL_INT, "-1", OVAL_INT, "999", OVAL_INT },
        { OVAL_MULTIPLY, "-12", OVAL_INT, "0", OVAL_INT, "0", OVAL_INT },
        { OVAL_MULTIPLY, "-12", OVAL_INT, "12", OVAL_INT, "-144", OVAL_INT },
        { OVAL_ADD, "9223372036854775807", OVAL_INT, "1", OVAL_INT,
          "9223372036854775808", OVAL_INT },
        { OVAL_MULTIPLY, "99999999999999999999", OVAL_INT,
          "99999999999999999999", OVAL_INT,
          "9999999999999999999800000000000000000001", OVAL_INT },
        { OVAL_ADD, "1", OVAL_INT, "2.5", OVAL_FLOAT, "3.5", OVAL_FLOAT },
        { OVAL_ADD, "1", OVAL_INT, "2", OVAL_FLOAT, "3", OVAL_FLOAT },
        { OVAL_ADD, "0.1", OVAL_FLOAT, "0.2", OVAL_FLOAT, "0.30000000000000004",
          OVAL_FLOAT },
        { OVAL_MULTIPLY, "1.5", OVAL_FLOAT, "-2e3", OVAL_FLOAT, "-3000",
          OVAL_FLOAT },
        { OVAL_ADD, "INF", OVAL_FLOAT, "1", OVAL_INT, "INF", OVAL_FLOAT },
        { OVAL_ADD, "INF", OVAL_FLOAT, "-INF", OVAL_FLOAT, "NaN", OVAL_FLOAT },
        { OVAL_ADD, "4", OVAL_STRING, "5", OVAL_STRING, "9", OVAL_INT },
        { OVAL_ADD, "4.5", OVAL_STRING, "5", OVAL_STRING, "9.5", OVAL_FLOAT },
        { OVAL_ADD, "4.5", OVAL_INT, "5", OVAL_INT, NULL, OVAL_INT },
        { OVAL_ADD, "x", OVAL_STRING, "5", OVAL_INT, NULL, OVAL_INT },
        { OVAL_ADD, "", OVAL_INT, "5", OVAL_INT, NULL, OVAL_INT },
        { OVAL_ADD, NULL, OVAL_INT, "5", OVAL_INT, "", OVAL_INT },
        { OVAL_DIVIDE, "4", OVAL_INT, "2", OVAL_INT, NULL, OVAL_INT },
        { OVAL_ARITHMETIC_BAD, "4", OVAL_INT, "2", OVAL_INT, NULL, OVAL_INT },
    };

    for (size_t i = 0; i < COUNT(rows); i++) {
        AUTO(rig_clear) struct rig rig;

        rig_init(&rig, OVAL_NODE_ARITHMETIC);
        rig.node.op = (uint8_t)rows[i].op;
        add_arg(&rig, rows[i].a, rows[i].type_a);
        add_arg(&rig, rows[i].b, rows[i].type_b);
        check_out(&rig, apply(&rig), rows[i].expected, rows[i].type);
    }
}

static void count_and_unique_take_all_values(void **state UNUSED)
{
    static const struct {
        const char *a;
        const char *b;
        const char *count;
        const char *unique;
    } rows[] = {
        { "foo", "bar|bar", "3", "foo|bar" },
        { "foo", "foo|bar", "3", "foo|bar" },
        { "1", "1.0|01", "3", "1|1.0|01" },
        { "", "|a", "3", "|a" },
        { NULL, "a", "1", "a" },
        { NULL, NULL, "0", "" },
    };

    for (size_t i = 0; i < COUNT(rows); i++) {
        AUTO(rig_clear) struct rig rig;

        rig_init(&rig, OVAL_NODE_COUNT);
        add_arg(&rig, rows[i].a, OVAL_STRING);
        add_arg(&rig, rows[i].b, OVAL_INT);
        check_out(&rig, apply(&rig), rows[i].count, OVAL_INT);
        rig.node.type = OVAL_NODE_UNIQUE;
        check_out(&rig, apply(&rig), rows[i].unique, OVAL_STRING);
    }
}

static void merge_joins_all_values_sorted(void **state UNUSED)
{
    static const struct {
        enum oval_sort sort;
        bool descending;
        const char *delimiter;
        const char *values;
        const char *expected;
    } rows[] = {
        { OVAL_SORT_DOCUMENT, false, "", "abc|def", "abcdefz" },
        { OVAL_SORT_DOCUMENT, true, ",", "b|a", "b,a,z" },
        { OVAL_SORT_LEXICAL, false, ",", "b|a10|a9|B", "B,a10,a9,b,z" },
        { OVAL_SORT_LEXICAL, true, ",", "b|a10|a9|B", "z,b,a9,a10,B" },
        { OVAL_SORT_NATURAL, false, ",", "b|a10|a9|a9x", "a9,a9x,a10,b,z" },
        { OVAL_SORT_NATURAL, true, ",", "a1|a01|a2", "z,a2,a1,a01" },
        { OVAL_SORT_NUMERIC, false, ",", "1|2", NULL }, /* z is none */
        { OVAL_SORT_BAD, false, ",", "a", NULL },
    };

    for (size_t i = 0; i < COUNT(rows); i++) {
        AUTO(rig_clear) struct rig rig;

        rig_init(&rig, OVAL_NODE_MERGE);
        rig.node.a = add_name(&rig, rows[i].delimiter);
        rig.node.op = (uint8_t)rows[i].sort;
        rig.node.b = rows[i].descending;
        add_arg(&rig, rows[i].values, OVAL_STRING);
        add_arg(&rig, "z", OVAL_STRING);
        check_out(&rig, apply(&rig), rows[i].expected, OVAL_STRING);
    }
}

static void merge_sorts_numbers_by_value(void **state UNUSED)
{
    AUTO(rig_clear) struct rig rig;

    rig_init(&rig, OVAL_NODE_MERGE);
    rig.node.a = add_name(&rig, " ");
    rig.node.op = OVAL_SORT_NUMERIC;
    add_arg(&rig, "10|9|-1|2.5", OVAL_STRING);
    add_arg(&rig, "99999999999999999999|99999999999999999998", OVAL_INT);
    check_out(&rig, apply(&rig),
              "-1 2.5 9 10 99999999999999999998 99999999999999999999",
              OVAL_STRING);
    rig.arg_count = 0;
    check_out(&rig, apply(&rig), NULL, OVAL_STRING);
    add_arg(&rig, NULL, OVAL_STRING);
    check_out(&rig, apply(&rig), "", OVAL_STRING);
}

static void dates_have_every_format_of_the_schema(void **state UNUSED)
{
    static const struct {
        enum oval_datetime format;
        const char *text;
        int64_t seconds;
    } rows[] = {
        { OVAL_YEAR_MONTH_DAY, "19700101", 0 },
        { OVAL_YEAR_MONTH_DAY, "20040204T054121", 1075873281 },
        { OVAL_YEAR_MONTH_DAY, "2004/02/04 05:41:21", 1075873281 },
        { OVAL_YEAR_MONTH_DAY, "2004/02/04", 1075852800 },
        { OVAL_YEAR_MONTH_DAY, "2004-02-04 05:41:21", 1075873281 },
        { OVAL_YEAR_MONTH_DAY, "2004-2-4", 1075852800 },
        { OVAL_YEAR_MONTH_DAY, "2000-02-29", 951782400 },
        { OVAL_YEAR_MONTH_DAY, "1969-12-31 23:59:59", -1 },
        { OVAL_YEAR_MONTH_DAY, "1601-01-01", -11644473600 },
        { OVAL_YEAR_MONTH_DAY, "9999-12-31 23:59:59", 253402300799 },
        { OVAL_MONTH_DAY_YEAR, "02/04/2004 05:41:21", 1075873281 },
        { OVAL_MONTH_DAY_YEAR, "02/04/2004", 1075852800 },
        { OVAL_MONTH_DAY_YEAR, "02-04-2004 05:41:21", 1075873281 },
        { OVAL_MONTH_DAY_YEAR, "1-1-1970", 0 },
        { OVAL_MONTH_DAY_YEAR, "February, 04 2004 05:41:21", 1075873281 },
        { OVAL_MONTH_DAY_YEAR, "February, 04 2004", 1075852800 },
        { OVAL_MONTH_DAY_YEAR, "Feb, 04 2004 05:41:21", 1075873281 },
        { OVAL_MONTH_DAY_YEAR, "feb, 4 2004", 1075852800 },
        { OVAL_MONTH_DAY_YEAR, "May, 01 1970", 10368000 },
        { OVAL_DAY_MONTH_YEAR, "04/02/2004 05:41:21", 1075873281 },
        { OVAL_DAY_MONTH_YEAR, "04/02/2004", 1075852800 },
        { OVAL_DAY_MONTH_YEAR, "04-02-2004 05:41:21", 1075873281 },
        { OVAL_DAY_MONTH_YEAR, "4-2-2004", 1075852800 },
        { OVAL_WIN_FILETIME, "116444736000000000", 0 },
        { OVAL_WIN_FILETIME, "19db1ded53e8000", 0 },
        { OVAL_WIN_FILETIME, "0x19DB1DED53E8000", 0 },
        { OVAL_WIN_FILETIME, "0", -11644473600 },
        { OVAL_SECONDS_SINCE_EPOCH, "1238506200", 1238506200 },
        { OVAL_SECONDS_SINCE_EPOCH, "-1", -1 },
        { OVAL_CIM_DATETIME, "20040204054121.000000+000", 1075873281 },
        { OVAL_CIM_DATETIME, "20040204054121.999999+060", 1075869681 },
        { OVAL_CIM_DATETIME, "20040204054121.000000-300", 1075891281 },
        { OVAL_CIM_DATETIME, "2004-02-04 05:41:21:123", 1075873281 },
    };

    for (size_t i = 0; i < COUNT(rows); i++) {
        int64_t seconds = 99;
        int rc = oval_datetime_parse(rows[i].format, str_c(rows[i].text),
                                     &seconds, NULL);

        if (rc != 0 || seconds != rows[i].seconds)
            print_error("%s\n", rows[i].text);
        assert_int_equal(rc, 0);
        assert_int_equal(seconds, rows[i].seconds);
    }
}

static void what_is_no_date_is_refused(void **state UNUSED)
{
    static const struct {
        enum oval_datetime format;
        const char *text;
    } rows[] = {
        { OVAL_YEAR_MONTH_DAY, "" },
        { OVAL_YEAR_MONTH_DAY, "2004" },
        { OVAL_YEAR_MONTH_DAY, "2004/02-04" },
        { OVAL_YEAR_MONTH_DAY, "2003-02-29" },
        { OVAL_YEAR_MONTH_DAY, "1900-02-29" },
        { OVAL_YEAR_MONTH_DAY, "2004-13-01" },
        { OVAL_YEAR_MONTH_DAY, "2004-00-01" },
        { OVAL_YEAR_MONTH_DAY, "2004-01-00" },
        { OVAL_YEAR_MONTH_DAY, "2004-04-31" },
        { OVAL_YEAR_MONTH_DAY, "0000-01-01" },
        { OVAL_YEAR_MONTH_DAY, "2004-04-30 24:00:00" },
        { OVAL_YEAR_MONTH_DAY, "2004-04-30 00:60:00" },
        { OVAL_YEAR_MONTH_DAY, "2004-04-30 00:00:60" },
        { OVAL_YEAR_MONTH_DAY, "2004-04-30 00:00" },
        { OVAL_YEAR_MONTH_DAY, "2004-04-30x" },
        { OVAL_YEAR_MONTH_DAY, "20040430T0000" },
        { OVAL_MONTH_DAY_YEAR, "13/01/2004" },
        { OVAL_MONTH_DAY_YEAR, "Febr, 04 2004" },
        { OVAL_MONTH_DAY_YEAR, "Feb 04 2004" },
        { OVAL_DAY_MONTH_YEAR, "01/13/2004" },
        { OVAL_DAY_MONTH_YEAR, "2004-01-01" },
        { OVAL_WIN_FILETIME, "-1" },
        { OVAL_WIN_FILETIME, "0x" },
        { OVAL_WIN_FILETIME, "123456789abcdef01" },
        { OVAL_WIN_FILETIME, "99999999999999999999" },
        { OVAL_SECONDS_SINCE_EPOCH, "1.5" },
        { OVAL_SECONDS_SINCE_EPOCH, "9223372036854775807" },
        { OVAL_CIM_DATETIME, "20040204054121" },
        { OVAL_CIM_DATETIME, "20040204054121.000000" },
        { OVAL_CIM_DATETIME, "2004-02-04 05:41:21" },
        { OVAL_DATETIME_BAD, "0" },
    };

    for (size_t i = 0; i < COUNT(rows); i++) {
        int64_t seconds = 99;

        assert_int_equal(oval_datetime_parse(rows[i].format,
                                             str_c(rows[i].text), &seconds,
                                             NULL),
                         E_PARSE);
        assert_int_equal(seconds, 99);
    }
}

static void time_difference_subtracts_the_second(void **state UNUSED)
{
    static const struct {
        const char *format_1;
        const char *format_2;
        const char *a;
        const char *b; /* "-": there is one component */
        const char *expected;
    } rows[] = {
        { "month_day_year", "month_day_year", "04/02/2009|04/03/2009",
          "02/02/2005|02/03/2005|02/04/2005",
          "131328000|131241600|131155200|131414400|131328000|131241600" },
        { "year_month_day", "win_filetime", "1970-01-01", "19db1ded53e8000",
          "0" },
        { "", "", "19700102", "19700101", "86400" },
        { "seconds_since_epoch", "seconds_since_epoch", "-2000000000000000000",
          "2000000000000000000", "-4000000000000000000" },
        { "", "seconds_since_epoch", "1699999990|0", "-", "10|1700000000" },
        { "", "seconds_since_epoch", NULL, "-", "" },
        { "seconds_since_epoch", "", "1970-01-01", "-", "1700000000" },
        { "hours", "year_month_day", "1", "2004-01-01", NULL },
        { "", "", "2004-01-01", "yesterday", NULL },
    };

    for (size_t i = 0; i < COUNT(rows); i++) {
        AUTO(rig_clear) struct rig rig;

        rig_init(&rig, OVAL_NODE_TIME_DIFFERENCE);
        rig.node.a = add_name(&rig, rows[i].format_1);
        rig.node.b = add_name(&rig, rows[i].format_2);
        add_arg(&rig, rows[i].a, OVAL_STRING);
        if (strcmp(rows[i].b, "-") != 0)
            add_arg(&rig, rows[i].b, OVAL_STRING);
        check_out(&rig, apply(&rig), rows[i].expected, OVAL_INT);
    }
}

/* The rows of the schema's table, then some of ours. */
static void glob_to_regex_follows_the_table(void **state UNUSED)
{
    static const struct {
        const char *glob;
        const char *escape;   /* glob_noescape="false" */
        const char *noescape; /* glob_noescape="true" */
    } rows[] = {
        { "\\*", "^\\*$", "^\\\\[^/]*$" },
        { "\\?", "^\\?$", "^\\\\[^./]$" },
        { "\\[hello\\]", "^\\[hello\\]$", "^\\\\[hello\\\\]$" },
        { "/root/*", "^/root/(?=[^.])[^/]*$", "^/root/(?=[^.])[^/]*$" },
        { "/root/.*", "^/root/\\.[^/]*$", "^/root/\\.[^/]*$" },
        { "/root/x*", "^/root/x[^/]*$", "^/root/x[^/]*$" },
        { "/root/?", "^/root/[^./]$", "^/root/[^./]$" },
        { "/root/.?", "^/root/\\.[^/]$", "^/root/\\.[^/]$" },
        { "/root/x?", "^/root/x[^/]$", "^/root/x[^/]$" },
        { "list.?", "^list\\.[^/]$", "^list\\.[^/]$" },
        { "project.*", "^project\\.[^/]*$", "^project\\.[^/]*$" },
        { "*old", "^(?=[^.])[^/]*old$", "^(?=[^.])[^/]*old$" },
        { "type*.[ch]", "^type[^/]*\\.[ch]$", "^type[^/]*\\.[ch]$" },
        { "*.*", "^(?=[^.])[^/]*\\.[^/]*$", "^(?=[^.])[^/]*\\.[^/]*$" },
        { "*", "^(?=[^.])[^/]*$", "^(?=[^.])[^/]*$" },
        { "?", "^[^./]$", "^[^./]$" },
        { "x[[:digit:]]\\*", "^x[[:digit:]]\\*$", "^x[[:digit:]]\\\\[^/]*$" },
        { "", "^$", "^$" },
        { "~/files/*.txt", "^~/files/(?=[^.])[^/]*\\.txt$",
          "^~/files/(?=[^.])[^/]*\\.txt$" },
        { "\\", "^\\\\$", "^\\\\$" },
        { "[ab", NULL, NULL },
        { ".*.conf", "^\\.[^/]*\\.conf$", "^\\.[^/]*\\.conf$" },
        { "docs/?b", "^docs/[^./]b$", "^docs/[^./]b$" },
        { "xy/??z", "^xy/[^./][^/]z$", "^xy/[^./][^/]z$" },
        { "a*b?[", NULL, NULL },
        { "x[!a]", "^x[^/a]$", "^x[^/a]$" },
        { "[!a]", "^[^./a]$", "^[^./a]$" },
        { "x[]a]", "^x[\\]a]$", "^x[\\]a]$" },
        { "x[!]a]", "^x[^/\\]a]$", "^x[^/\\]a]$" },
        { "x[a\\]b]", "^x[a\\]b]$", "^x[a\\\\]b\\]$" },
        { "x[[a]", "^x[\\[a]$", "^x[\\[a]$" },
        { "x[[.a.]]", NULL, NULL },
        { "a**b", "^a[^/]*b$", "^a[^/]*b$" },
        { "{a,b}(c)+^$", "^{a,b}\\(c\\)\\+\\^\\$$", "^{a,b}\\(c\\)\\+\\^\\$$" },
    };

    for (size_t i = 0; i < COUNT(rows); i++) {
        AUTO(rig_clear) struct rig rig;

        rig_init(&rig, OVAL_NODE_GLOB_TO_REGEX);
        add_arg(&rig, rows[i].glob, OVAL_STRING);
        check_out(&rig, apply(&rig), rows[i].escape, OVAL_STRING);
        rig.node.op = 1;
        check_out(&rig, apply(&rig), rows[i].noescape, OVAL_STRING);
    }
}

static void products_and_texts_are_bounded(void **state UNUSED)
{
    AUTO(rig_clear) struct rig rig;
    AUTO(mem_freep) str *many = mem_alloc(1000, sizeof(*many));
    AUTO(mem_freep) char *large = mem_alloc(6 << 20, 1);

    rig_init(&rig, OVAL_NODE_CONCAT);
    rig.args[0] = rig.args[1] = (struct oval_list){ many, 1000, OVAL_STRING };
    rig.arg_count = 2;
    assert_int_equal(apply(&rig), E_LIMIT);
    many[0] = (str){ large, 6 << 20 };
    rig.args[0].n = rig.args[1].n = 1;
    assert_int_equal(apply(&rig), E_LIMIT);
    rig.args[1].n = 0;
    assert_int_equal(apply(&rig), 0);
    assert_int_equal(rig.out.n, 0);
}

static void functions_of_an_evaluation_share_a_bound(void **state UNUSED)
{
    AUTO(rig_clear) struct rig rig;
    struct oval_function function;
    size_t spent = 0;
    struct oval_function_env env;
    str text = STR("x");

    rig_init(&rig, OVAL_NODE_CONCAT);
    env = (struct oval_function_env){ &rig.arena, rig.cache, 0, &spent };
    function = (struct oval_function){ &rig.content, &rig.node, rig.args, 1 };
    rig.args[0] = (struct oval_list){ &text, 1, OVAL_STRING };
    assert_int_equal(oval_function_apply(&function, &env, &rig.out, NULL), 0);
    assert_true(spent > 0);
    spent = OVAL_FUNCTION_TOTAL_MAX + 1;
    assert_int_equal(oval_function_apply(&function, &env, &rig.out, NULL),
                     E_LIMIT);
}

static void what_is_no_function_is_refused(void **state UNUSED)
{
    AUTO(rig_clear) struct rig rig;

    rig_init(&rig, OVAL_NODE_LITERAL);
    add_arg(&rig, "a", OVAL_STRING);
    assert_int_equal(apply(&rig), E_INVALID);
    rig.node.type = 200;
    assert_int_equal(apply(&rig), E_INVALID);
    rig.node.type = OVAL_NODE_ARITHMETIC; /* takes two or more */
    assert_int_equal(apply(&rig), E_INVALID);
    rig.node.type = OVAL_NODE_SPLIT;
    add_arg(&rig, "b", OVAL_STRING); /* takes one */
    assert_int_equal(apply(&rig), E_INVALID);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(begin_and_end_add_what_is_missing),
        cmocka_unit_test(escape_regex_escapes_the_schemas_characters),
        cmocka_unit_test(split_keeps_empty_parts),
        cmocka_unit_test(regex_capture_takes_the_first_group),
        cmocka_unit_test(substring_counts_characters_from_one),
        cmocka_unit_test(concat_makes_the_product),
        cmocka_unit_test(arithmetic_is_exact_for_whole_numbers),
        cmocka_unit_test(count_and_unique_take_all_values),
        cmocka_unit_test(merge_joins_all_values_sorted),
        cmocka_unit_test(merge_sorts_numbers_by_value),
        cmocka_unit_test(dates_have_every_format_of_the_schema),
        cmocka_unit_test(what_is_no_date_is_refused),
        cmocka_unit_test(time_difference_subtracts_the_second),
        cmocka_unit_test(glob_to_regex_follows_the_table),
        cmocka_unit_test(products_and_texts_are_bounded),
        cmocka_unit_test(functions_of_an_evaluation_share_a_bound),
        cmocka_unit_test(what_is_no_function_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
