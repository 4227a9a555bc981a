/* SPDX-License-Identifier: Apache-2.0 */
#include "oval/finding.h"
#include "oval/json.h"
#include "oval/reason.h"
#include "oval/report_html.h"
#include "oval/tree.h"
#include "tests/unit/outputs.h"
#include "tests/unit/unit.h"

static void a_result_means_what_its_class_says(void **state UNUSED)
{
    static const struct {
        enum oval_class class_;
        enum oval_result result;
        enum oval_meaning meaning;
        const char *text;
    } cases[] = {
        { OVAL_CLASS_VULNERABILITY, OVAL_TRUE, OVAL_MEANS_BAD, "affected" },
        { OVAL_CLASS_VULNERABILITY, OVAL_FALSE, OVAL_MEANS_GOOD,
          "not affected" },
        { OVAL_CLASS_PATCH, OVAL_TRUE, OVAL_MEANS_BAD, "patch missing" },
        { OVAL_CLASS_PATCH, OVAL_FALSE, OVAL_MEANS_GOOD, "not affected" },
        { OVAL_CLASS_COMPLIANCE, OVAL_TRUE, OVAL_MEANS_GOOD, "compliant" },
        { OVAL_CLASS_COMPLIANCE, OVAL_FALSE, OVAL_MEANS_BAD, "not compliant" },
        { OVAL_CLASS_INVENTORY, OVAL_TRUE, OVAL_MEANS_GOOD, "present" },
        { OVAL_CLASS_INVENTORY, OVAL_FALSE, OVAL_MEANS_NOTHING, "not present" },
        { OVAL_CLASS_MISCELLANEOUS, OVAL_TRUE, OVAL_MEANS_NOTHING, "true" },
        { OVAL_CLASS_DEPRECATED, OVAL_TRUE, OVAL_MEANS_NOTHING, "true" },
        { OVAL_CLASS_BAD, OVAL_FALSE, OVAL_MEANS_NOTHING, "false" },
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        assert_int_equal(oval_meaning_of(cases[i].class_, cases[i].result),
                         cases[i].meaning);
        assert_string_equal(oval_meaning_text(cases[i].class_, cases[i].result),
                            cases[i].text);
    }
    for (int c = 0; c <= OVAL_CLASS_BAD; c++) {
        assert_int_equal(oval_meaning_of(c, OVAL_ERROR), OVAL_MEANS_UNDECIDED);
        assert_int_equal(oval_meaning_of(c, OVAL_UNKNOWN),
                         OVAL_MEANS_UNDECIDED);
        assert_int_equal(oval_meaning_of(c, OVAL_NOT_EVALUATED),
                         OVAL_MEANS_NOTHING);
        assert_int_equal(oval_meaning_of(c, OVAL_NOT_APPLICABLE),
                         OVAL_MEANS_NOTHING);
    }
}

static void severity_words_rank(void **state UNUSED)
{
    assert_int_equal(oval_rank_of(STR("Critical")), OVAL_RANK_CRITICAL);
    assert_int_equal(oval_rank_of(STR(" IMPORTANT ")), OVAL_RANK_HIGH);
    assert_int_equal(oval_rank_of(STR("moderate")), OVAL_RANK_MEDIUM);
    assert_int_equal(oval_rank_of(STR("Low")), OVAL_RANK_LOW);
    assert_int_equal(oval_rank_of(STR("negligible")), OVAL_RANK_NEGLIGIBLE);
    assert_int_equal(oval_rank_of(STR("untriaged")), OVAL_RANK_NOT_STATED);
    assert_int_equal(oval_rank_of(STR("")), OVAL_RANK_NOT_STATED);
}

static void tsv_is_a_line_a_definition_in_document_order(void **state UNUSED)
{
    static const uint32_t only[] = { 2, 6 };
    struct outputs o;
    struct io_out *out;
    struct oval_counts counts;

    outputs_init(&o, NULL, NULL);
    out = outputs_open(&o);
    oval_tsv_write(&o.report, out);
    assert_true(str_eq_c(outputs_text(&o, out),
                         "oval:example:def:1\ttrue\n"
                         "oval:example:def:2\ttrue\n"
                         "oval:example:def:3\tfalse\n"
                         "oval:example:def:4\tfalse\n"
                         "oval:example:def:5\ttrue\n"
                         "oval:example:def:6\terror\n"
                         "oval:example:def:7\tunknown\n"
                         "oval:example:def:8\tnot applicable\n"
                         "oval:example:def:9\ttrue\n"
                         "oval:example:def:10\tnot evaluated\n"));
    oval_report_count(&o.report, &counts);
    assert_int_equal(counts.total, 10);
    assert_int_equal(counts.n[OVAL_TRUE], 4);
    assert_int_equal(counts.n[OVAL_ERROR], 1);
    o.part.only = only;
    o.part.only_count = COUNT(only);
    out = outputs_open(&o);
    oval_tsv_write(&o.report, out);
    assert_true(str_eq_c(outputs_text(&o, out),
                         "oval:example:def:3\tfalse\n"
                         "oval:example:def:7\tunknown\n"));
    outputs_clear(&o);
}

static void a_finding_says_what_fixes_it_and_who_rates_it(void **state UNUSED)
{
    struct oval_finding f = OVAL_FINDING;
    struct buf text = BUF(4096);
    struct outputs o;

    outputs_init(&o, NULL, NULL);
    oval_finding_fill(&f, o.eval, 0);
    assert_int_equal(f.meaning, OVAL_MEANS_BAD);
    assert_int_equal(f.rank, OVAL_RANK_CRITICAL);
    assert_true(str_eq_c(f.severity, "Critical"));
    assert_true(str_eq_c(f.severity_source, "security@example.com"));
    assert_true(str_eq_c(f.status, "ACCEPTED"));
    assert_int_equal(f.cves.n, 2);
    assert_int_equal(f.cvss.n, 2);
    assert_int_equal(f.references.n, 1);
    assert_int_equal(f.fixes.n, 2);
    oval_finding_fixes_text(&f, &text, 1);
    assert_string_equal(buf_c(&text),
                        "bash 5.2-1 \xe2\x86\x92 5.2-2, and 1 more");
    assert_true(str_eq_c(f.fixes.p[1].package, "curl-doc"));
    oval_finding_fill(&f, o.eval, 1);
    assert_int_equal(f.severity.n, 0);
    assert_int_equal(f.severity_source.n, 0);
    assert_int_equal(f.rank, OVAL_RANK_NOT_STATED);
    assert_true(f.deprecated);
    assert_int_equal(f.fixes.n, 1);
    assert_int_equal(f.fixes.p[0].fixed.n, 0);
    oval_finding_fill(&f, o.eval, 2);
    assert_int_equal(f.fixes.n, 0);
    oval_finding_clear(&f);
    buf_clear(&text);
    outputs_clear(&o);
}

static void an_undecided_definition_has_reasons(void **state UNUSED)
{
    struct oval_reasons r = { 0 };
    struct outputs o;

    outputs_init(&o, NULL, NULL);
    oval_reasons_fill(&r, o.eval, 0);
    assert_int_equal(r.texts.n, 0);
    oval_reasons_fill(&r, o.eval, 5);
    assert_int_equal(r.texts.n, 1);
    assert_true(str_eq_c(r.texts.p[0],
                         "/var/lib/dpkg/status: line 12: expected a field"));
    oval_reasons_fill(&r, o.eval, 6);
    assert_int_equal(r.texts.n, 1);
    assert_true(str_eq_c(r.texts.p[0],
                         "test oval:example:tst:10: object "
                         "oval:example:obj:10 was not collected"));
    oval_reasons_fill(&r, o.eval, 9);
    assert_true(str_eq_c(r.texts.p[0], "the definition is deprecated"));
    oval_reasons_clear(&r);
    outputs_clear(&o);
}

static void json_states_what_the_content_states(void **state UNUSED)
{
    struct outputs o;
    struct io_out *out;

    outputs_init(&o, NULL, NULL);
    out = outputs_open(&o);
    oval_json_write(&o.report, out);
    outputs_text(&o, out);
    assert_int_equal(outputs_count(&o, "\"severity\": null"), 9);
    assert_int_equal(outputs_count(&o, "\"fixed\": \"0:5.2-2\""), 1);
    assert_int_equal(outputs_count(&o, "\"fixed\": null"), 1);
    assert_int_equal(outputs_count(&o, "line 12: expected a field"), 1);
    assert_int_equal(outputs_count(&o, "hunter2"), 0);
    outputs_clear(&o);
}

static void html_escapes_everything_and_links_to_the_web_only(
    void **state UNUSED)
{
    struct outputs o;
    struct io_out *out;
    struct err err = { 0 };

    outputs_init(&o, NULL, NULL);
    out = outputs_open(&o);
    assert_int_equal(oval_report_html_write(&o.report, out, &err), 0);
    outputs_text(&o, out);
    assert_int_equal(outputs_count(&o, "<script>alert"), 0);
    assert_true(outputs_count(&o, "&lt;script&gt;alert") > 0);
    assert_int_equal(outputs_count(&o, "javascript:"), 0);
    assert_int_equal(outputs_count(&o, "http-equiv=\"Content-Security"), 1);
    assert_int_equal(outputs_count(&o, "src="), 0);
    assert_int_equal(outputs_count(&o, "hunter2"), 0);
    assert_int_equal(outputs_count(&o, "topsecret"), 0);
    assert_true(outputs_count(&o, "not stated") > 0);
    assert_int_equal(outputs_count(&o, "<details class=\"f\""), 5);
    outputs_clear(&o);
}

static void a_tree_shows_what_decided(void **state UNUSED)
{
    struct oval_tree_options options = { .ascii = true };
    struct outputs o;
    struct io_out *out;

    outputs_init(&o, NULL, NULL);
    out = outputs_open(&o);
    oval_tree_write(o.eval, 0, &options, out);
    outputs_text(&o, out);
    assert_int_equal(outputs_count(&o, "wanted: below 0:5.2-2"), 1);
    assert_int_equal(outputs_count(&o, "not: wget is too new"), 1);
    assert_int_equal(outputs_count(&o, "nothing like it is on this"), 1);
    for (size_t i = 0; i < o.text.n; i++)
        assert_true((unsigned char)o.text.p[i] < 0x80);
    out = outputs_open(&o);
    oval_tree_write(o.eval, 4, &options, out);
    outputs_text(&o, out);
    assert_int_equal(outputs_count(&o, "hunter2"), 0);
    assert_int_equal(outputs_count(&o, "topsecret"), 0);
    assert_true(outputs_count(&o, "(masked)") > 0);
    outputs_clear(&o);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_result_means_what_its_class_says),
        cmocka_unit_test(severity_words_rank),
        cmocka_unit_test(tsv_is_a_line_a_definition_in_document_order),
        cmocka_unit_test(a_finding_says_what_fixes_it_and_who_rates_it),
        cmocka_unit_test(an_undecided_definition_has_reasons),
        cmocka_unit_test(json_states_what_the_content_states),
        cmocka_unit_test(html_escapes_everything_and_links_to_the_web_only),
        cmocka_unit_test(a_tree_shows_what_decided),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
