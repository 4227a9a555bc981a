/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/unit.h"

#include <string.h>

#include "fleet/query.h"

enum {
    NOW = 1700000000,
    DAY = 86400,
};

static struct fact_package packages[] = {
    { STR("bash"), STR("5.2.15-2+b7"), STR("amd64"), STR("") },
    { STR("libssl3"), STR("3.0.11-1~deb12u2"), STR("amd64"), STR("openssl") },
    { STR("libssl3"), STR("3.0.9-1"), STR("i386"), STR("openssl") },
    { STR("openssl"), STR("3.0.11-1~deb12u2"), STR("amd64"), STR("") },
};
static struct fact_text addresses[] = {
    { STR("10.1.2.3/24") },
    { STR("2001:db8::5/64") },
};
static struct fact_interface interfaces[] = {
    { STR("lo"), STR(""), { NULL, 0 } },
    { STR("eth0"), STR("02:00:00:00:00:01"), { addresses, 2 } },
};
static struct fact_user users[] = {
    { STR("alice"), STR("pts/0"), NOW - 60 },
};
static const struct inventory inventory = {
    .manager = STR("dpkg"),
    .os = { .codename = STR("bookworm") },
    .hardware = { .vendor = STR("Example"), .cpus = 4, .memory_mb = 8192 },
    .packages = { packages, COUNT(packages) },
    .interfaces = { interfaces, COUNT(interfaces) },
    .users = { users, COUNT(users) },
};
static const struct query_device device = {
    .id = 17,
    .name = STR("web-1"),
    .hostname = STR("web-1.example.net"),
    .kind = STR("agent"),
    .os_family = STR("unix"),
    .os_id = STR("debian"),
    .os_version = STR("12"),
    .os_name = STR("Debian GNU/Linux 12 (bookworm)"),
    .os_build = STR("12.4"),
    .arch = STR("x86_64"),
    .kernel = STR("6.1.0-13-amd64"),
    .manager = STR("dpkg"),
    .time_zone = STR("Europe/Amsterdam"),
    .agent_version = STR("0.9.10"),
    .created = NOW - 30 * DAY,
    .last_seen = NOW - 8 * DAY,
    .last_inventory = NOW - 8 * DAY,
};
static const int64_t labels[] = { 3, 5, 9 };

static struct query_subject subject_of(void)
{
    return (struct query_subject){
        .device = &device,
        .inventory = &inventory,
        .labels = labels,
        .label_count = COUNT(labels),
        .now = NOW,
    };
}

static enum query_truth answer(const char *text,
                               const struct query_subject *subject)
{
    AUTO(query_freep) struct query *query = NULL;
    struct err err = { 0 };

    if (query_parse(str_c(text), &query, &err) < 0)
        fail_msg("%s: %s", text, err_text(&err));
    for (size_t i = 0; i < query_label_count(query); i++)
        if (str_eq(query_label_name(query, i), STR("five")))
            query_label_set(query, i, 5);
        else if (str_eq(query_label_name(query, i), STR("six")))
            query_label_set(query, i, 6);
    return query_match(query, subject);
}

static void a_query_is_true_false_or_unknown(void **state UNUSED)
{
    static const struct {
        const char *text;
        enum query_truth truth;
    } cases[] = {
        { "name = \"web-1\"", QUERY_TRUE },
        { "name = \"WEB-1\"", QUERY_TRUE },
        { "name != \"web-1\"", QUERY_FALSE },
        { "name ~ \"^web-\"", QUERY_TRUE },
        { "name ~ \"^WEB-\"", QUERY_FALSE },
        { "name ~ \"^web-\\d$\"", QUERY_TRUE },
        { "name !~ \"^web-\"", QUERY_FALSE },
        { "name in (\"a\", \"web-1\")", QUERY_TRUE },
        { "name in (\"a\")", QUERY_FALSE },
        { "os.version >= \"12\"", QUERY_TRUE },
        { "os.version >= 9", QUERY_TRUE },
        { "os.version < 9", QUERY_FALSE },
        { "os.version = 12", QUERY_TRUE },
        { "os.version != 12", QUERY_FALSE },
        { "os.build < 12.10", QUERY_TRUE },
        { "os.kernel >= \"6.1.0-9\"", QUERY_TRUE },
        { "agent_version > 0.9.9", QUERY_TRUE },
        { "os.codename = \"bookworm\"", QUERY_TRUE },
        { "memory_mb >= 4096", QUERY_TRUE },
        { "hardware.memory_mb < 4096", QUERY_FALSE },
        { "hardware.cpus in (2, 4)", QUERY_TRUE },
        { "hardware.disk_mb > 1", QUERY_UNKNOWN },
        { "not hardware.disk_mb > 1", QUERY_UNKNOWN },
        { "hardware.disk_mb != 1", QUERY_UNKNOWN },
        { "known(hardware.disk_mb)", QUERY_FALSE },
        { "known(hardware.cpus)", QUERY_TRUE },
        { "known(interface.address)", QUERY_TRUE },
        { "known(boot_time)", QUERY_FALSE },
        { "boot_time > 1d", QUERY_UNKNOWN },
        { "last_seen > 7d", QUERY_TRUE },
        { "last_seen > 1w", QUERY_TRUE },
        { "last_seen > 8d", QUERY_FALSE },
        { "last_seen >= 8d", QUERY_TRUE },
        { "last_seen < 200h", QUERY_TRUE },
        { "last_seen >= 2023-11-06T22:13:20Z", QUERY_TRUE },
        { "last_seen > 2023-11-06T22:13:20Z", QUERY_FALSE },
        { "last_seen > \"2023-11-06\"", QUERY_TRUE },
        { "interface.address in 10.0.0.0/8", QUERY_TRUE },
        { "interface.address in 10.2.0.0/16", QUERY_FALSE },
        { "interface.address in (192.168.0.0/16, 2001:db8::/32)", QUERY_TRUE },
        { "interface.address = 10.1.2.3", QUERY_TRUE },
        { "interface.address = 10.1.2.4", QUERY_FALSE },
        { "interface.address != 10.1.2.3", QUERY_FALSE },
        { "interface.mac = \"02:00:00:00:00:01\"", QUERY_TRUE },
        { "interface.mac != \"02:00:00:00:00:02\"", QUERY_TRUE },
        { "interface.name = \"eth0\"", QUERY_TRUE },
        { "interface.name = \"eth1\"", QUERY_FALSE },
        { "user.name = \"alice\"", QUERY_TRUE },
        { "user.name = \"bob\"", QUERY_FALSE },
        { "packages = 4", QUERY_TRUE },
        { "id = 17", QUERY_TRUE },
        { "sessions = 0", QUERY_TRUE },
    };
    struct query_subject subject = subject_of();

    for (size_t i = 0; i < COUNT(cases); i++)
        if (answer(cases[i].text, &subject) != cases[i].truth)
            fail_msg("%s: %s", cases[i].text,
                     query_truth_name(answer(cases[i].text, &subject)));
}

static void packages_compare_by_their_manager_and_labels_by_id(
    void **state UNUSED)
{
    static const struct {
        const char *text;
        enum query_truth truth;
    } cases[] = {
        { "package(\"openssl\")", QUERY_TRUE },
        { "package(\"nginx\")", QUERY_FALSE },
        { "package(\"openssl\") < \"3.0.11-1\"", QUERY_TRUE },
        { "package(\"openssl\") < \"3.0.11-1~deb12u2\"", QUERY_FALSE },
        { "package(\"openssl\") = \"3.0.11-1~deb12u2\"", QUERY_TRUE },
        { "package(\"libssl3\") < \"3.0.10\"", QUERY_TRUE },
        { "package(\"libssl3\", \"amd64\") < \"3.0.10\"", QUERY_FALSE },
        { "package(\"lib*\") > \"3.0.10\"", QUERY_TRUE },
        { "package(\"b?sh\")", QUERY_TRUE },
        { "package(\"bash\") < \"x:1\"", QUERY_UNKNOWN },
        { "package(\"nginx\") != \"1\"", QUERY_FALSE },
        { "not package(\"nginx\")", QUERY_TRUE },
        { "label(\"five\")", QUERY_TRUE },
        { "label(\"six\")", QUERY_FALSE },
        { "not label(\"six\")", QUERY_TRUE },
        { "label(\"seven\")", QUERY_UNKNOWN },
    };
    struct query_subject subject = subject_of();

    for (size_t i = 0; i < COUNT(cases); i++)
        if (answer(cases[i].text, &subject) != cases[i].truth)
            fail_msg("%s: %s", cases[i].text,
                     query_truth_name(answer(cases[i].text, &subject)));
}

/* T: true, F: false, U: unknown (hardware.disk_mb is not known). */
static void logic_has_three_values_and_the_usual_precedence(void **state UNUSED)
{
#define T "id = 17"
#define F "id = 18"
#define U "hardware.disk_mb = 1"
    static const struct {
        const char *text;
        enum query_truth truth;
    } cases[] = {
        { T " and " T, QUERY_TRUE },
        { T " and " F, QUERY_FALSE },
        { T " and " U, QUERY_UNKNOWN },
        { F " and " U, QUERY_FALSE },
        { U " and " F, QUERY_FALSE },
        { U " or " T, QUERY_TRUE },
        { U " or " F, QUERY_UNKNOWN },
        { F " or " F, QUERY_FALSE },
        { "not " U, QUERY_UNKNOWN },
        { "not not " T, QUERY_TRUE },
        { T " or " F " and " F, QUERY_TRUE },
        { "(" T " or " F ") and " F, QUERY_FALSE },
        { "not " F " and " T, QUERY_TRUE },
        { "not (" F " or " T ")", QUERY_FALSE },
        { F " OR " T " AND NOT " F, QUERY_TRUE },
    };
    struct query_subject subject = subject_of();

    for (size_t i = 0; i < COUNT(cases); i++)
        if (answer(cases[i].text, &subject) != cases[i].truth)
            fail_msg("%s", cases[i].text);
#undef T
#undef F
#undef U
}

static void a_device_without_inventory_is_unknown_not_clean(void **state UNUSED)
{
    static const char *const texts[] = {
        "package(\"bash\")",      "not package(\"bash\")",
        "memory_mb > 1",          "not interface.address in 10.0.0.0/8",
        "user.name = \"alice\"",  "packages = 0",
        "os.codename != \"sid\"",
    };
    struct query_subject subject = subject_of();

    subject.inventory = NULL;
    for (size_t i = 0; i < COUNT(texts); i++)
        if (answer(texts[i], &subject) != QUERY_UNKNOWN)
            fail_msg("%s", texts[i]);
    assert_int_equal(answer("known(memory_mb)", &subject), QUERY_FALSE);
}

static void what_is_certain_before_loading_stays_so(void **state UNUSED)
{
    static const char *const open[] = {
        "package(\"bash\")",
        "known(memory_mb)",
        "label(\"five\")",
        "not label(\"six\")",
    };
    struct query_subject subject = subject_of();

    subject.inventory = NULL;
    subject.partial = true;
    for (size_t i = 0; i < COUNT(open); i++)
        if (answer(open[i], &subject) != QUERY_UNKNOWN)
            fail_msg("%s", open[i]);
    assert_int_equal(answer("id = 18 and package(\"bash\")", &subject),
                     QUERY_FALSE);
    assert_int_equal(answer("id = 17 or package(\"bash\")", &subject),
                     QUERY_TRUE);
}

static void a_refusal_names_column_and_what_was_expected(void **state UNUSED)
{
    static const struct {
        const char *text;
        int rc;
        const char *sentence;
    } cases[] = {
        { "", E_PARSE,
          "column 1: expected a field, 'label', 'package' or 'known', but "
          "the query ends" },
        { "name", E_PARSE,
          "column 5: expected one of = != ~ !~ in, but the query ends" },
        { "name < \"a\"", E_PARSE,
          "column 6: expected one of = != ~ !~ in, not '<'" },
        { "name = web", E_PARSE,
          "column 8: expected a text in double quotes, not 'web'" },
        { "name = \"web", E_PARSE,
          "column 8: the text that begins here has no closing quote" },
        { "nme = \"web\"", E_PARSE, "column 1: there is no field 'nme'" },
        { "id = 1 id = 2", E_PARSE,
          "column 8: expected 'and', 'or' or the end, not 'id'" },
        { "(id = 1", E_PARSE,
          "column 8: expected 'and', 'or' or ')', but the query ends" },
        { "id = -1", E_PARSE, "column 6: '-1' is no whole number from 0 up" },
        { "id = 99999999999999999999", E_PARSE,
          "column 6: '99999999999999999999' is no whole number from 0 up" },
        { "last_seen > 7", E_PARSE,
          "column 13: '7' is neither an age (90s, 15m, 36h, 7d, 2w) nor a "
          "date (2026-11-22, 2026-11-22T04:30:00Z)" },
        { "last_seen = 7d", E_PARSE,
          "column 11: expected one of < <= > >=, not '='" },
        { "created < 2026-02-30", E_PARSE,
          "column 11: '2026-02-30' is neither an age (90s, 15m, 36h, 7d, 2w) "
          "nor a date (2026-11-22, 2026-11-22T04:30:00Z)" },
        { "interface.address in 10.0.0.0/33", E_PARSE,
          "column 22: '10.0.0.0/33' is no IP address or network" },
        { "name in \"a\"", E_PARSE,
          "column 9: expected '(' and a list of values, not '\"a\"'" },
        { "name in (\"a\" \"b\")", E_PARSE,
          "column 14: expected ',' or ')', not '\"b\"'" },
        { "label(web)", E_PARSE,
          "column 7: expected a label's name in double quotes, not 'web'" },
        { "package(\"a\") ~ \"b\"", E_PARSE,
          "column 14: expected one of = != < <= > >=, not '~'" },
        { "package(\"a\") < 1", E_PARSE,
          "column 16: expected a version in double quotes, not '1'" },
        { "name = \"é\" ; id = 1", E_PARSE,
          "column 12: no word, text, operator or parenthesis begins here" },
        { "name = \"\xff\"", E_PARSE, "the query is not UTF-8 text" },
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        struct query *query = NULL;
        struct err err = { 0 };

        assert_int_equal(query_parse(str_c(cases[i].text), &query, &err),
                         cases[i].rc);
        assert_string_equal(err_text(&err), cases[i].sentence);
        assert_null(query);
    }
}

static void length_depth_and_number_of_tests_are_bounded(void **state UNUSED)
{
    AUTO(buf_clear) struct buf text = BUF(1 << 20);
    struct query *query = NULL;
    struct err err = { 0 };

    for (int i = 0; i < 1000; i++)
        buf_add_c(&text, "not ");
    buf_add_c(&text, "id = 1");
    assert_int_equal(query_parse(buf_str(&text), &query, &err), E_LIMIT);
    buf_reset(&text);
    for (int i = 0; i < 101; i++)
        buf_add_c(&text, i == 0 ? "id = 1" : " and id = 1");
    assert_int_equal(query_parse(buf_str(&text), &query, &err), E_LIMIT);
    buf_reset(&text);
    for (int i = 0; i < 1000; i++)
        buf_add_c(&text, "id = 1 or ");
    assert_int_equal(query_parse(buf_str(&text), &query, &err), E_LIMIT);
    buf_reset(&text);
    buf_add_c(&text, "name ~ \"");
    for (int i = 0; i < 300; i++)
        buf_add_c(&text, "a");
    buf_add_c(&text, "\"");
    assert_int_equal(query_parse(buf_str(&text), &query, &err), E_LIMIT);
}

static void a_slow_expression_is_given_up(void **state UNUSED)
{
    AUTO(query_freep) struct query *query = NULL;
    struct query_device slow = device;
    struct query_subject subject = subject_of();
    struct err err = { 0 };

    slow.name =
        STR("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!");
    subject.device = &slow;
    assert_int_equal(query_parse(STR("name ~ \"^(a|aa)+$\""), &query, &err), 0);
    for (int i = 0; i < 100; i++)
        assert_int_equal(query_match(query, &subject), QUERY_UNKNOWN);
    assert_true(query_gave_up(query));
}

static void an_explanation_names_each_test_and_what_was_found(
    void **state UNUSED)
{
    AUTO(arena_clear) struct arena arena = ARENA;
    AUTO(query_freep) struct query *query = NULL;
    struct query_subject subject = subject_of();
    struct query_reason *reasons = NULL;
    struct err err = { 0 };
    size_t n = 0;

    assert_int_equal(
        query_parse(STR("os.id = \"debian\" and (package(\"openssl\") < \"3\""
                        " or not hardware.disk_mb > 5)"),
                    &query, &err),
        0);
    query_explain(query, &subject, &arena, &reasons, &n);
    assert_int_equal(n, 3);
    assert_true(str_eq_c(reasons[0].test, "os.id = \"debian\""));
    assert_true(str_eq_c(reasons[0].found, "debian"));
    assert_int_equal(reasons[0].truth, QUERY_TRUE);
    assert_true(str_eq_c(reasons[1].test, "package(\"openssl\") < \"3\""));
    assert_true(str_eq_c(reasons[1].found, "openssl, 3.0.11-1~deb12u2"));
    assert_int_equal(reasons[1].truth, QUERY_FALSE);
    assert_true(str_eq_c(reasons[2].test, "hardware.disk_mb > 5"));
    assert_int_equal(reasons[2].found.n, 0);
    assert_int_equal(reasons[2].truth, QUERY_UNKNOWN);
}

static void a_query_says_what_it_needs(void **state UNUSED)
{
    static const struct {
        const char *text;
        unsigned needs;
    } cases[] = {
        { "name = \"a\"", 0 },
        { "memory_mb > 1", QUERY_NEEDS_FACTS },
        { "package(\"a\")", QUERY_NEEDS_PACKAGES },
        { "packages > 1 and label(\"a\")",
          QUERY_NEEDS_PACKAGES | QUERY_NEEDS_LABELS },
        { "last_seen > 7d", QUERY_NEEDS_TIME },
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        AUTO(query_freep) struct query *query = NULL;

        assert_int_equal(query_parse(str_c(cases[i].text), &query, NULL), 0);
        assert_int_equal(query_needs(query), cases[i].needs);
    }
}

static void fields_are_sorted_and_have_help(void **state UNUSED)
{
    for (size_t i = 0; query_field_help(i) != NULL; i++) {
        assert_true(query_field_help(i)->help[0] != '\0');
        if (i > 0)
            assert_true(strcmp(query_field_help(i - 1)->name,
                               query_field_help(i)->name) < 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_query_is_true_false_or_unknown),
        cmocka_unit_test(packages_compare_by_their_manager_and_labels_by_id),
        cmocka_unit_test(logic_has_three_values_and_the_usual_precedence),
        cmocka_unit_test(a_device_without_inventory_is_unknown_not_clean),
        cmocka_unit_test(what_is_certain_before_loading_stays_so),
        cmocka_unit_test(a_refusal_names_column_and_what_was_expected),
        cmocka_unit_test(length_depth_and_number_of_tests_are_bounded),
        cmocka_unit_test(a_slow_expression_is_given_up),
        cmocka_unit_test(an_explanation_names_each_test_and_what_was_found),
        cmocka_unit_test(a_query_says_what_it_needs),
        cmocka_unit_test(fields_are_sorted_and_have_help),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
