/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/unit.h"

#include <stdlib.h>
#include <unistd.h>

#include "risk/cve.h"
#include "risk/import.h"
#include "risk/rating.h"

#define V31 "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"

/* docs/risk.md, line by line. */
static void the_rating_follows_the_documented_formula(void **state UNUSED)
{
    static const struct {
        unsigned score; /* 999: none */
        const char *vector;
        int64_t epss; /* millionths; -1: none */
        bool kev;
        bool ransomware;
        enum risk_exploitation exploitation;
        int rating; /* -1: not rated */
        unsigned threat;
    } cases[] = {
        { 98, "", -1, false, false, RISK_NOT_ASSESSED, 98, 0 },
        { 98, "", 0, false, false, RISK_NOT_ASSESSED, 59, 0 },
        { 75, "", 10000, false, false, RISK_NOT_ASSESSED, 51, 20 },
        { 75, "", 1000000, false, false, RISK_NOT_ASSESSED, 75, 100 },
        { 75, "", 100000, false, false, RISK_NOT_ASSESSED, 60, 50 },
        { 75, "", 300000, false, false, RISK_NOT_ASSESSED, 65, 65 },
        { 75, "", 10000, false, false, RISK_PROOF, 57, 40 },
        { 75, "", 500000, false, false, RISK_PROOF, 69, 80 },
        { 75, "", -1, false, false, RISK_NO_EXPLOIT, 45, 0 },
        { 50, "", 10, true, false, RISK_NOT_ASSESSED, 75, 100 },
        { 98, "", 10, true, true, RISK_NOT_ASSESSED, 100, 100 },
        { 98, "", 10, true, false, RISK_NOT_ASSESSED, 99, 100 },
        { 40, "", -1, false, false, RISK_ACTIVE, 70, 100 },
        { 98, V31 "/E:U", -1, false, false, RISK_NOT_ASSESSED, 59, 0 },
        { 98, V31 "/E:P", -1, false, false, RISK_NOT_ASSESSED, 74, 40 },
        { 98, V31 "/E:H", -1, false, false, RISK_NOT_ASSESSED, 82, 60 },
        { 69,
          "CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:L/VI:L/VA:N/SC:N/SI:N/SA:N/E:A",
          -1, false, false, RISK_NOT_ASSESSED, 85, 100 },
        { 999, "", -1, false, false, RISK_NOT_ASSESSED, -1, 0 },
        { 999, "", 99999, false, false, RISK_PROOF, 40, 50 },
        { 999, "", 50000, false, false, RISK_PROOF, -1, 40 },
        { 999, "", -1, true, false, RISK_NOT_ASSESSED, 75, 100 },
        { 0, "", -1, true, false, RISK_NOT_ASSESSED, 50, 100 },
        { 0, "", 1000, false, false, RISK_NOT_ASSESSED, 0, 5 },
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        struct risk_rating rating = { 0 };
        struct risk facts = {
            .version = cases[i].score == 999 ? CVSS_NONE : CVSS_3_1,
            .score = cases[i].score == 999 ? 0 : cases[i].score,
            .vector = str_c(cases[i].vector),
            .exploited = cases[i].kev,
            .ransomware = cases[i].ransomware,
            .has_epss = cases[i].epss >= 0,
            .epss = cases[i].epss >= 0 ? (uint32_t)cases[i].epss : 0,
            .exploitation = cases[i].exploitation,
        };

        risk_rate_facts(&facts, &rating);
        if ((int)rating.tenths != (cases[i].rating < 0 ? 0 : cases[i].rating) ||
            rating.rated != (cases[i].rating >= 0) ||
            rating.threat != cases[i].threat)
            fail_msg("case %zu: rated %d, %u, threat %u", i, rating.rated,
                     rating.tenths, rating.threat);
    }
}

static void a_worse_input_never_lowers_the_rating(void **state UNUSED)
{
    for (unsigned score = 0; score <= 100; score++) {
        unsigned last = 0;

        for (uint32_t epss = 0; epss <= 1000000; epss += 2500) {
            struct risk_rating rating = { 0 };
            struct risk facts = { .version = CVSS_4_0,
                                  .score = score,
                                  .has_epss = true,
                                  .epss = epss };

            risk_rate_facts(&facts, &rating);
            assert_true(rating.tenths >= last && rating.tenths <= score);
            last = rating.tenths;
            facts.exploited = true;
            risk_rate_facts(&facts, &rating);
            assert_true(rating.tenths >= last);
            assert_true(rating.tenths <= RISK_RATING_MAX);
        }
    }
}

static void groups_have_the_bounds_of_P_RSK_7(void **state UNUSED)
{
    assert_int_equal(risk_rating_group(100), CVSS_RATED_CRITICAL);
    assert_int_equal(risk_rating_group(90), CVSS_RATED_CRITICAL);
    assert_int_equal(risk_rating_group(89), CVSS_RATED_HIGH);
    assert_int_equal(risk_rating_group(70), CVSS_RATED_HIGH);
    assert_int_equal(risk_rating_group(69), CVSS_RATED_MEDIUM);
    assert_int_equal(risk_rating_group(40), CVSS_RATED_MEDIUM);
    assert_int_equal(risk_rating_group(39), CVSS_RATED_LOW);
    assert_int_equal(risk_rating_group(1), CVSS_RATED_LOW);
    assert_int_equal(risk_rating_group(0), CVSS_RATED_NONE);
}

/* --- With data on disk. --- */

static void import(struct risk_draft *draft, const char *text)
{
    struct risk_import how = { .path = "test",
                               .source = "NVD",
                               .date = "2026-01-02",
                               .now_s = (int64_t)20455 * 86400 };
    struct risk_imported imported;
    struct err err = { 0 };

    if (risk_import_memory(draft, str_c(text), &how, &imported, &err) < 0)
        fail_msg("%s", err.text);
}

static struct risk_data *made(const char *const *texts)
{
    char path[] = "/tmp/holdfast-rating-XXXXXX";
    AUTO(risk_draft_freep) struct risk_draft *draft = NULL;
    AUTO(io_out_freep) struct io_out *out = NULL;
    struct risk_data *data = NULL;

    close(mkstemp(path));
    assert_int_equal(risk_draft_new(NULL, &draft, NULL), 0);
    for (size_t i = 0; texts[i] != NULL; i++)
        import(draft, texts[i]);
    assert_int_equal(io_out_open(path, &out, NULL), 0);
    assert_int_equal(risk_draft_write(draft, out, NULL), 0);
    assert_int_equal(io_out_finish(out, NULL), 0);
    assert_int_equal(risk_data_open(path, &data, NULL), 0);
    unlink(path);
    return data;
}

static void inputs_show_source_date_state_and_age_P_RSK_9(void **state UNUSED)
{
    static const char *const texts[] = {
        "#model_version:v1,score_date:2026-01-01T00:00:00+0000\n"
        "cve,epss,percentile\nCVE-2020-0001,0.01,0.9\n",
        "#cve\texploitation\tother\nCVE-2020-0002\tpoc\t\nCVE-2020-0003\tnone\n"
        "CVE-2020-0004\t\t\n",
        "CVE-2020-0001\t3.1\t9.8\t" V31 "\n",
        NULL,
    };
    struct risk_clock clock = { 20455, 30 }; /* 2026-01-02 */
    struct risk_rating rating;
    struct risk_data *data = made(texts);

    assert_int_equal(
        risk_rate(data, STR("CVE-2020-0001"), &clock, &rating, NULL), 0);
    assert_int_equal(rating.tenths, 67);
    assert_int_equal(rating.inputs[RISK_CVSS].state, RISK_STATED);
    assert_true(str_eq_c(rating.inputs[RISK_CVSS].source, "NVD"));
    assert_true(str_eq_c(rating.inputs[RISK_CVSS].date, "2026-01-02"));
    assert_int_equal(rating.inputs[RISK_EPSS].state, RISK_STATED);
    assert_true(str_eq_c(rating.inputs[RISK_EPSS].date, "2026-01-01"));
    assert_int_equal(rating.inputs[RISK_SSVC].state, RISK_SILENT);
    assert_int_equal(rating.inputs[RISK_KEV].state, RISK_NOT_CHECKED);
    assert_false(rating.stale);

    clock.today = 20455 + 30;
    assert_int_equal(
        risk_rate(data, STR("CVE-2020-0001"), &clock, &rating, NULL), 0);
    assert_true(rating.stale && rating.inputs[RISK_EPSS].stale);
    assert_false(rating.inputs[RISK_CVSS].stale);

    clock.today = 20455;
    assert_int_equal(
        risk_rate(data, STR("CVE-2020-0002"), &clock, &rating, NULL), 0);
    assert_int_equal(rating.facts.exploitation, RISK_PROOF);
    assert_int_equal(rating.inputs[RISK_SSVC].state, RISK_STATED);
    assert_false(rating.rated);
    risk_data_free(data);
}

static void without_data_nothing_was_checked(void **state UNUSED)
{
    const struct risk_clock clock = { 20455, 30 };
    struct risk_rating rating;

    assert_int_equal(
        risk_rate(NULL, STR("CVE-2020-0001"), &clock, &rating, NULL), 0);
    assert_false(rating.rated);
    assert_int_equal(rating.inputs[RISK_CVSS].state, RISK_NOT_CHECKED);
    risk_rate_unavailable(&rating);
    assert_int_equal(rating.inputs[RISK_EPSS].state, RISK_UNAVAILABLE);
    assert_false(rating.rated);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_rating_follows_the_documented_formula),
        cmocka_unit_test(a_worse_input_never_lowers_the_rating),
        cmocka_unit_test(groups_have_the_bounds_of_P_RSK_7),
        cmocka_unit_test(inputs_show_source_date_state_and_age_P_RSK_9),
        cmocka_unit_test(without_data_nothing_was_checked),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
