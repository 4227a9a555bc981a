/* SPDX-License-Identifier: Apache-2.0
 *
 * The catalogue over the API: lists, filters, one definition, its devices,
 * its reasons, in the scope of whoever asks.
 */
#include "tests/unit/report_rig.h"
#include "tests/unit/unit.h"

#define CATALOGUE "/api/v1/catalogue"
#define DEVICES "/api/v1/definition/devices?id=oval:test:def:"

static const struct jval *ask(struct report_rig *r, const char *path)
{
    return core_rig_ask(r->rig, 200, "GET", path, NULL);
}

static size_t items(struct report_rig *r, const char *path)
{
    return jval_count(jval_get(ask(r, path), "items"));
}

/* The ids of a list, in order: "1 2 3". */
static const char *ids(struct report_rig *r, const char *path)
{
    static char text[256];
    const struct jval *list = jval_get(ask(r, path), "items");
    size_t n = 0;

    text[0] = '\0';
    for (size_t i = 0; i < jval_count(list); i++) {
        str id = jval_text(jval_get(jval_at(list, i), "id"), STR("?"));

        n += (size_t)snprintf(text + n, sizeof(text) - n, "%s%c",
                              i > 0 ? " " : "", id.p[id.n - 1]);
    }
    return text;
}

static const struct jval *item(struct report_rig *r, const char *id)
{
    char path[256];

    snprintf(path, sizeof(path), CATALOGUE "?id=oval:test:def:%s", id);
    return jval_at(jval_get(ask(r, path), "items"), 0);
}

static void assert_text(const struct jval *object, const char *key,
                        const char *text)
{
    str is = jval_text(jval_get(object, key), STR("(none)"));

    if (!str_eq_c(is, text))
        fail_msg("%s is '%.*s', not '%s'", key, (int)is.n, is.p, text);
}

static void assert_number(const struct jval *object, const char *key,
                          int64_t number)
{
    assert_int_equal(jval_i64(jval_get(object, key), -1), number);
}

static void kcat1_lists_every_definition(void **state)
{
    assert_string_equal(ids(*state, CATALOGUE), "1 2 3 4 5 6 7");
}

static void kcat2_finds_by_id_cve_platform_and_text(void **state)
{
    static const struct {
        const char *query;
        const char *ids;
    } cases[] = {
        { "?id=oval:test:def:3", "3" },
        { "?id=DEF:3", "3" },
        { "?cve=cve-2026-0001", "1 2" }, /* K-CAT-8 */
        { "?cve=CVE-2026-000", "" },
        { "?cve=CVE-2026-0002", "1" },
        { "?platform=debian+gnu", "1 2" },
        { "?platform=debian:12", "1 2 3 4 5 6 7" },
        { "?platform=OPENSSL", "1" },
        { "?q=read+MEMORY", "1" },
        { "?q=dsa-9001", "1" },
        { "?q=cve-2026-0001&view=affected", "1 2" },
        { "?q=rule&view=affected", "3" },
        { "?platform=debian+gnu&view=deprecated", "" },
        { "?q=%3Cscript%3E", "2" },
        { "?q=nothing+has+this", "" },
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        char path[256];

        snprintf(path, sizeof(path), CATALOGUE "%s", cases[i].query);
        assert_string_equal(ids(*state, path), cases[i].ids);
    }
}

static void kcat3_views_by_status_class_source_and_affected(void **state)
{
    struct report_rig *r = *state;
    char path[256];

    assert_string_equal(ids(r, CATALOGUE "?status=accepted"), "1");
    assert_string_equal(ids(r, CATALOGUE "?status=not+stated"), "2");
    assert_string_equal(ids(r, CATALOGUE "?class=patch"), "4");
    assert_string_equal(ids(r, CATALOGUE "?view=affected"), "1 2 3");
    assert_string_equal(ids(r, CATALOGUE "?view=errors"), "5");
    assert_string_equal(ids(r, CATALOGUE "?view=deprecated"), "4 7");
    assert_string_equal(ids(r, CATALOGUE "?sort=affected&limit=2"), "2 1");
    snprintf(path, sizeof(path), CATALOGUE "?content=%lld",
             (long long)r->content);
    assert_int_equal(items(r, path), 7);
    core_rig_ask(r->rig, 404, "GET", CATALOGUE "?content=99", NULL);
    core_rig_ask(r->rig, 422, "GET", CATALOGUE "?view=other", NULL);
}

static void kcat4_shows_status_class_references_and_description(void **state)
{
    const struct jval *o = ask(*state, "/api/v1/definition?id=oval:test:def:1");
    const struct jval *refs = jval_get(o, "refs");

    assert_text(o, "status", "ACCEPTED");
    assert_text(o, "class", "vulnerability");
    assert_text(o, "description", "A peer can read memory.");
    assert_int_equal(jval_count(refs), 3); /* K-CAT-8 */
    assert_text(jval_at(refs, 0), "url", "https://cve.example/CVE-2026-0001");
    /* What is no web address is no link. */
    assert_int_equal(jval_kind(jval_get(jval_at(refs, 1), "url")), JVAL_NULL);
    assert_text(jval_at(refs, 2), "id", "DSA-9001-1");
    core_rig_ask(((struct report_rig *)*state)->rig, 404, "GET",
                 "/api/v1/definition?id=oval:test:def:99", NULL);
}

static void kcat5_criteria_are_a_tree_with_every_operator(void **state)
{
    const struct jval *o = jval_get(
        ask(*state, "/api/v1/definition?id=oval:test:def:1"), "criteria");
    const struct jval *children = jval_get(o, "children");

    assert_text(o, "operator", "AND");
    assert_text(o, "words", "all of");
    assert_text(o, "comment", "release and package");
    assert_text(jval_at(children, 0), "type", "definition");
    assert_text(jval_at(children, 0), "id", "oval:test:def:6");
    assert_text(jval_get(jval_at(children, 0), "criteria"), "type", "criteria");
    assert_text(jval_at(children, 1), "comment",
                "openssl is earlier than 3.0.2");
    assert_text(jval_at(children, 1), "looks_for", "name equals openssl");
    assert_true(str_eq_c(
        jval_text(jval_at(jval_get(jval_at(children, 1), "wants"), 0), STR("")),
        "evr less than 0:3.0.2"));
    assert_text(jval_at(children, 2), "operator", "XOR");
    assert_true(jval_bool(jval_get(jval_at(children, 2), "negate"), false));
    assert_text(jval_at(children, 3), "operator", "ONE");
}

static void kcat6_lists_the_devices_that_show_it(void **state)
{
    struct report_rig *r = *state;
    const struct jval *list = jval_get(ask(r, DEVICES "1"), "items");

    assert_int_equal(jval_count(list), 1);
    assert_text(jval_at(list, 0), "name", "web-1");
    assert_text(jval_at(list, 0), "inventory_id", "d-1");
    assert_text(jval_at(list, 0), "meaning", "affected");
    assert_int_equal(items(r, DEVICES "1&result=false"), 2);
    assert_int_equal(items(r, DEVICES "1&result=all"), 3);
    assert_int_equal(items(r, DEVICES "5&result=unknown"), 3);
    assert_int_equal(items(r, DEVICES "2&sort=name&limit=1"), 1);
    core_rig_ask(r->rig, 200, "GET", DEVICES "1&format=html", NULL);
    assert_int_equal(r->rig->status, 200);
}

static void kcat7_other_organisations_are_not_seen(void **state)
{
    struct report_rig *r = *state;

    report_rig_as(r, &r->other);
    assert_text(jval_at(jval_get(ask(r, DEVICES "1"), "items"), 0), "name",
                "other");
    assert_number(item(r, "1"), "tested", 1);
    core_rig_ask(r->rig, 404, "GET",
                 "/api/v1/definition/explain?id=oval:test:def:1&device=1",
                 NULL);
}

static void kov4_a_definition_has_no_one_or_many_cves(void **state)
{
    struct report_rig *r = *state;

    assert_int_equal(jval_count(jval_get(item(r, "1"), "cves")), 2);
    assert_int_equal(jval_count(jval_get(item(r, "2"), "cves")), 1);
    assert_int_equal(jval_count(jval_get(item(r, "3"), "cves")), 0);
}

static void kov6_kov7_d33_the_status_is_verbatim_or_not_stated(void **state)
{
    struct report_rig *r = *state;

    assert_text(item(r, "1"), "status", "ACCEPTED");
    assert_text(item(r, "3"), "status", "DRAFT");
    assert_text(item(r, "6"), "status", "INCOMPLETE");
    assert_text(item(r, "7"), "status", "INITIAL SUBMISSION");
    assert_text(item(r, "2"), "status", "not stated");
}

static void kov8_d32_six_classes_and_a_flag_of_its_own(void **state)
{
    static const char *const classes[] = {
        "vulnerability", "vulnerability", "compliance", "patch",
        "miscellaneous", "inventory",     "deprecated",
    };

    for (size_t i = 0; i < COUNT(classes); i++) {
        const char id[] = { (char)('1' + i), '\0' };

        assert_text(item(*state, id), "class", classes[i]);
    }
    assert_true(jval_bool(jval_get(item(*state, "4"), "deprecated"), false));
    assert_false(jval_bool(jval_get(item(*state, "1"), "deprecated"), true));
    assert_string_equal(ids(*state, CATALOGUE "?class=deprecated"), "4 7");
}

static void kov9_every_definition_ran(void **state)
{
    struct report_rig *r = *state;

    for (char id = '1'; id <= '7'; id++) {
        const char text[] = { id, '\0' };

        assert_number(item(r, text), "tested", 3);
    }
}

static void kov10_severity_is_with_its_source_or_not_stated(void **state)
{
    struct report_rig *r = *state;

    assert_text(jval_get(item(r, "1"), "severity"), "value", "High");
    assert_text(jval_get(item(r, "1"), "severity"), "source",
                "security@example.com");
    assert_text(jval_get(item(r, "2"), "severity"), "value", "not stated");
}

static void kov11_a_result_means_what_its_class_says(void **state)
{
    struct report_rig *r = *state;
    const struct jval *list = jval_get(ask(r, DEVICES "3"), "items");

    assert_int_equal(jval_count(list), 1);
    assert_text(jval_at(list, 0), "name", "db-1");
    assert_text(jval_at(list, 0), "result", "false");
    assert_text(jval_at(list, 0), "meaning", "not compliant");
    assert_int_equal(items(r, DEVICES "6"), 0); /* inventory judges nobody */
}

static void kov12_unknown_is_never_not_affected(void **state)
{
    struct report_rig *r = *state;

    assert_number(item(r, "5"), "unknown", 3);
    assert_number(item(r, "5"), "affected", 0);
    assert_int_equal(items(r, DEVICES "5&result=false"), 0);
}

static void claim24_counts_are_the_length_of_the_list(void **state)
{
    struct report_rig *r = *state;
    const struct scope system = scope_system(1);
    const struct scope *scopes[] = { &system, &r->limited, &r->other };

    for (size_t i = 0; i < COUNT(scopes); i++) {
        report_rig_as(r, scopes[i]);
        for (char id = '1'; id <= '7'; id++) {
            const char text[] = { id, '\0' };
            char path[256];
            int64_t affected =
                jval_i64(jval_get(item(r, text), "affected"), -1);

            snprintf(path, sizeof(path), DEVICES "%c", id);
            assert_int_equal(items(r, path), affected);
            assert_number(r->rig->json, "total", affected);
        }
    }
    report_rig_as(r, &r->limited);
    assert_number(item(r, "1"), "affected", 0);
    assert_number(item(r, "2"), "affected", 1);
    assert_number(item(r, "2"), "tested", 2);
    core_rig_ask(r->rig, 404, "GET",
                 "/api/v1/definition/explain?id=oval:test:def:1&device=1",
                 NULL);
    core_rig_ask(r->rig, 404, "GET", "/api/v1/devices/1/findings", NULL);
}

static void why_a_device_is_affected_is_told_by_its_facts(void **state)
{
    struct report_rig *r = *state;
    const struct jval *o =
        ask(r, "/api/v1/definition/explain?id=oval:test:def:1&device=1");
    AUTO(buf_clear) struct buf text = BUF(1 << 20);

    assert_text(o, "result", "true");
    assert_text(o, "meaning", "affected");
    assert_text(jval_get(o, "server"), "result", "true");
    jval_print(jval_get(o, "server"), &text);
    assert_true(str_find(buf_str(&text), STR("3.0.1")) < text.n);
    assert_true(str_find(buf_str(&text), STR("below 0:3.0.2")) < text.n);
    o = ask(r, "/api/v1/definition/explain?id=oval:test:def:1&device=5");
    assert_text(o, "result", "not evaluated");
    assert_int_equal(jval_kind(jval_get(o, "server")), JVAL_NULL);
}

static void kcat8_a_cve_has_the_devices_of_all_its_definitions(void **state)
{
    static const char of_cve[] = "/api/v1/cve/devices?id=cve-2026-0001";
    struct report_rig *r = *state;
    const struct jval *list = jval_get(ask(r, of_cve), "items");

    assert_int_equal(jval_count(list), 2);
    assert_text(jval_at(list, 0), "name", "web-1");
    assert_number(jval_at(list, 0), "definitions", 2);
    assert_text(jval_at(list, 0), "definition", "oval:test:def:1");
    assert_number(jval_at(list, 0), "content", r->content);
    assert_text(jval_at(list, 0), "result", "affected");
    assert_text(jval_at(list, 1), "name", "web-2");
    assert_number(jval_at(list, 1), "definitions", 1);
    list = jval_get(ask(r, "/api/v1/cve/devices?id=DSA-9001-1"), "items");
    assert_int_equal(jval_count(list), 1);
    assert_int_equal(items(r, "/api/v1/cve/devices?id=CVE-2026-000"), 0);
    assert_int_equal(
        items(r, "/api/v1/cve/devices?id=CVE-2026-0001&sort=name&limit=1"), 1);
    assert_int_equal(
        items(r, "/api/v1/cve/devices?id=CVE-2026-0001&result=undecided"), 0);
    report_rig_as(r, &r->limited);
    list = jval_get(ask(r, of_cve), "items");
    assert_int_equal(jval_count(list), 1);
    assert_text(jval_at(list, 0), "name", "web-2");
    report_rig_as(r, &r->other);
    assert_text(jval_at(jval_get(ask(r, of_cve), "items"), 0), "name", "other");
}

static void kov12_an_undecided_device_is_not_clean_of_a_cve(void **state)
{
    struct report_rig *r = *state;
    const struct jval *list = jval_get(
        ask(r, "/api/v1/cve/devices?id=RULE-5&result=undecided"), "items");

    assert_int_equal(jval_count(list), 3);
    assert_text(jval_at(list, 0), "result", "undecided");
    assert_int_equal(items(r, "/api/v1/cve/devices?id=RULE-5"), 0);
    assert_int_equal(items(r, "/api/v1/cve/devices?id=RULE-5&result=all"), 3);
}

static void x8_pages_hold_each_row_once(void **state)
{
    static const char *const sorts[] = { "id", "title", "affected" };
    struct report_rig *r = *state;

    for (size_t i = 0; i < COUNT(sorts); i++) {
        char path[2048];
        size_t n = 0;
        str next;

        snprintf(path, sizeof(path), CATALOGUE "?limit=2&sort=%s", sorts[i]);
        do {
            const struct jval *o = ask(r, path);

            n += jval_count(jval_get(o, "items"));
            next = jval_text(jval_get(o, "next"), STR(""));
            snprintf(path, sizeof(path),
                     CATALOGUE "?limit=2&sort=%s&after=%.*s", sorts[i],
                     (int)next.n, next.p);
        } while (next.n > 0);
        assert_int_equal(n, 7);
    }
    core_rig_ask(r->rig, 422, "GET", CATALOGUE "?after=xx", NULL);
}

#define ROW(fn)                                                                \
    cmocka_unit_test_setup_teardown(fn, report_rig_setup, report_rig_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        ROW(kcat1_lists_every_definition),
        ROW(kcat2_finds_by_id_cve_platform_and_text),
        ROW(kcat3_views_by_status_class_source_and_affected),
        ROW(kcat4_shows_status_class_references_and_description),
        ROW(kcat5_criteria_are_a_tree_with_every_operator),
        ROW(kcat6_lists_the_devices_that_show_it),
        ROW(kcat7_other_organisations_are_not_seen),
        ROW(kov4_a_definition_has_no_one_or_many_cves),
        ROW(kov6_kov7_d33_the_status_is_verbatim_or_not_stated),
        ROW(kov8_d32_six_classes_and_a_flag_of_its_own),
        ROW(kov9_every_definition_ran),
        ROW(kov10_severity_is_with_its_source_or_not_stated),
        ROW(kov11_a_result_means_what_its_class_says),
        ROW(kov12_unknown_is_never_not_affected),
        ROW(claim24_counts_are_the_length_of_the_list),
        ROW(why_a_device_is_affected_is_told_by_its_facts),
        ROW(kcat8_a_cve_has_the_devices_of_all_its_definitions),
        ROW(kov12_an_undecided_device_is_not_clean_of_a_cve),
        ROW(x8_pages_hold_each_row_once),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
