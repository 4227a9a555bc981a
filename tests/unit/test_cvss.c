/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/unit.h"

#include "base/buf.h"
#include "base/stream.h"
#include "risk/cvss.h"

/* The examples of the specifications' own documents, and the extremes. */
static void scores_are_those_of_the_specifications(void **state UNUSED)
{
    static const struct {
        const char *vector;
        unsigned tenths;
    } cases[] = {
        { "AV:N/AC:L/Au:N/C:N/I:N/A:C", 78 },
        { "AV:N/AC:L/Au:N/C:C/I:C/A:C", 100 },
        { "AV:L/AC:H/Au:N/C:C/I:C/A:C", 62 },
        { "AV:L/AC:H/Au:M/C:N/I:N/A:N", 0 },
        { "AV:L/AC:H/Au:M/C:P/I:N/A:N", 8 },
        { "AV:N/AC:L/Au:N/C:N/I:N/A:C/E:F/RL:OF/RC:C", 78 },
        { "CVSS:3.0/AV:N/AC:L/PR:N/UI:R/S:C/C:L/I:L/A:N", 61 },
        { "CVSS:3.1/AV:N/AC:L/PR:N/UI:R/S:C/C:L/I:L/A:N", 61 },
        { "CVSS:3.1/AV:N/AC:L/PR:L/UI:N/S:C/C:L/I:L/A:N", 64 },
        { "CVSS:3.1/AV:N/AC:H/PR:N/UI:R/S:U/C:L/I:N/A:N", 31 },
        { "CVSS:3.1/AV:N/AC:L/PR:L/UI:N/S:C/C:H/I:H/A:H", 99 },
        { "CVSS:3.1/AV:L/AC:L/PR:H/UI:N/S:U/C:L/I:L/A:L", 42 },
        { "CVSS:3.1/AV:N/AC:L/PR:L/UI:N/S:U/C:H/I:H/A:H", 88 },
        { "CVSS:3.1/AV:L/AC:L/PR:N/UI:R/S:U/C:H/I:H/A:H", 78 },
        { "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:N/A:N", 75 },
        { "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", 98 },
        { "CVSS:3.1/AV:N/AC:H/PR:N/UI:N/S:C/C:N/I:H/A:N", 68 },
        { "CVSS:3.1/AV:P/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", 68 },
        { "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:C/C:L/I:N/A:N", 58 },
        { "CVSS:3.1/AV:A/AC:L/PR:N/UI:N/S:C/C:H/I:N/A:H", 93 },
        { "CVSS:3.1/AV:N/AC:L/PR:L/UI:R/S:C/C:L/I:L/A:N", 54 },
        { "CVSS:3.1/AV:A/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", 88 },
        { "CVSS:3.1/AV:P/AC:L/PR:N/UI:N/S:U/C:N/I:H/A:N", 46 },
        { "CVSS:3.1/AV:N/AC:H/PR:N/UI:N/S:U/C:H/I:H/A:N", 74 },
        { "CVSS:3.1/AV:N/AC:L/PR:N/UI:R/S:C/C:H/I:H/A:H", 96 },
        { "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:C/C:H/I:H/A:H", 100 },
        { "CVSS:3.1/AV:P/AC:H/PR:H/UI:R/S:C/C:N/I:N/A:N", 0 },
        { "CVSS:3.1/A:H/I:H/C:H/S:U/UI:N/PR:N/AC:L/AV:N/E:P", 98 },
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        struct cvss cvss;
        unsigned tenths = 999;

        assert_int_equal(cvss_parse(str_c(cases[i].vector), &cvss, NULL), 0);
        tenths = cvss_base_score(&cvss);
        if (tenths != cases[i].tenths)
            fail_msg("%s: %u, expected %u", cases[i].vector, tenths,
                     cases[i].tenths);
    }
}

/* Base, then with temporal or threat metrics, then with all; most are examples
 * that the specifications and FIRST's guides give. */
static void all_metrics_count_in_their_scores(void **state UNUSED)
{
    static const struct {
        const char *vector;
        unsigned base;
        unsigned temporal;
        unsigned environmental;
    } cases[] = {
        { "AV:N/AC:L/Au:N/C:N/I:N/A:C/E:F/RL:OF/RC:C/CDP:H/TD:H/CR:M/IR:M/AR:H",
          78, 64, 92 },
        { "AV:N/AC:L/Au:N/C:N/I:N/A:C/E:F/RL:OF/RC:C/CDP:N/TD:N/CR:M/IR:M/AR:H",
          78, 64, 0 },
        { "AV:N/AC:L/Au:N/C:C/I:C/A:C/E:F/RL:OF/RC:C/CDP:H/TD:H/CR:M/IR:M/AR:L",
          100, 83, 90 },
        { "AV:L/AC:H/Au:N/C:C/I:C/A:C/E:POC/RL:OF/RC:C/CDP:H/TD:H/CR:M/IR:M/"
          "AR:M",
          62, 49, 75 },
        { "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H/E:U/RL:O/RC:C", 98, 85,
          85 },
        { "CVSS:3.1/AV:L/AC:L/PR:L/UI:N/S:U/C:H/I:H/A:H/E:F/RL:O/RC:C", 78, 72,
          72 },
        { "CVSS:3.0/AV:N/AC:L/PR:N/UI:R/S:C/C:L/I:L/A:N/E:P/RL:X/RC:R", 61, 56,
          56 },
        { "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H/MC:N/MI:N/MA:N", 98, 98,
          0 },
        { "CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:H/SI:H/SA:H",
          100, 100, 100 },
        { "CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N", 93,
          93, 93 },
        { "CVSS:4.0/AV:L/AC:L/AT:P/PR:L/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N", 73,
          73, 73 },
        { "CVSS:4.0/AV:N/AC:L/AT:P/PR:N/UI:P/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N/E:U",
          77, 52, 52 },
        { "CVSS:4.0/AV:N/AC:L/AT:P/PR:N/UI:N/VC:H/VI:L/VA:L/SC:N/SI:N/SA:N/"
          "CR:H/IR:L/AR:L",
          83, 83, 81 },
        { "CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:A/VC:N/VI:N/VA:N/SC:L/SI:L/SA:N", 51,
          51, 51 },
        { "CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:N/VA:N/SC:N/SI:N/SA:N/E:A",
          87, 87, 87 },
        { "CVSS:4.0/AV:P/AC:H/AT:P/PR:H/UI:A/VC:N/VI:N/VA:N/SC:N/SI:N/SA:N", 0,
          0, 0 },
        { "CVSS:4.0/AV:P/AC:H/AT:P/PR:H/UI:A/VC:L/VI:L/VA:L/SC:N/SI:N/SA:N/"
          "E:U/MSI:S/MSA:S",
          10, 1, 11 },
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        struct cvss_scores s;
        struct cvss cvss;

        assert_int_equal(cvss_parse(str_c(cases[i].vector), &cvss, NULL), 0);
        cvss_score(&cvss, &s);
        if (s.base != cases[i].base || s.temporal != cases[i].temporal ||
            s.environmental != cases[i].environmental)
            fail_msg("%s: %u %u %u", cases[i].vector, s.base, s.temporal,
                     s.environmental);
    }
}

/* A worse value of a base metric of 4.0 never lowers the score. */
static void scores_of_4_0_follow_their_metrics(void **state UNUSED)
{
    struct cvss cvss = { .version = CVSS_4_0 };
    static const int8_t counts[] = { 4, 2, 2, 3, 3, 3, 3, 3, 3, 3, 3 };
    unsigned checked = 0;
    uint64_t seed = 4;

    memset(cvss.value, -1, sizeof(cvss.value));
    for (unsigned i = 0; i < 20000; i++) {
        unsigned metric;
        unsigned less;

        for (size_t k = 0; k < COUNT(counts); k++) {
            seed = seed * 6364136223846793005u + 1442695040888963407u;
            cvss.value[k] = (int8_t)((seed >> 40) % (unsigned)counts[k]);
        }
        metric = (unsigned)((seed >> 20) % COUNT(counts));
        if (cvss.value[metric] == 0)
            continue;
        less = cvss_base_score(&cvss);
        cvss.value[metric]--;
        assert_true(cvss_base_score(&cvss) >= less);
        assert_true(cvss_base_score(&cvss) <= CVSS_SCORE_MAX);
        checked++;
    }
    assert_true(checked > 5000);
}

/* Every row of NVD's scores, where they are beside the sources. */
static void every_score_of_nvd_is_what_its_vector_gives(void **state UNUSED)
{
    AUTO(stream_freep) struct stream *stream = NULL;
    AUTO(buf_clear) struct buf text = BUF(256 << 20);
    size_t got = 1;
    size_t rows = 0;
    str rest;

    if (stream_open("../shared/data/meta/derived/nvd-cvss.tsv.gz", NULL,
                    &stream, NULL) < 0)
        return;
    while (got > 0) {
        char *to = buf_grow(&text, 65536);

        assert_non_null(to);
        assert_int_equal(stream_read(stream, to, 65536, &got, NULL), 0);
        text.n -= 65536 - got;
    }
    rest = buf_str(&text);
    (void)str_cut(&rest, '\n');
    while (rest.n > 0) {
        str line = str_cut(&rest, '\n');
        str fields[6];
        struct cvss cvss;
        unsigned tenths;

        for (size_t i = 0; i < COUNT(fields); i++)
            fields[i] = str_cut(&line, '\t');
        assert_int_equal(cvss_parse(fields[5], &cvss, NULL), 0);
        assert_string_equal(cvss_version_text(cvss.version),
                            cvss_version_text(cvss_version_of(fields[2])));
        assert_int_equal(cvss_score_parse(fields[3], &tenths, NULL), 0);
        assert_int_equal(cvss_base_score(&cvss), tenths);
        rows++;
    }
    assert_true(rows > 100000);
}

static void what_is_no_vector_is_refused(void **state UNUSED)
{
    static const struct {
        const char *vector;
        const char *error;
    } cases[] = {
        { "", "no CVSS vector" },
        { "CVSS:3.1/", "no CVSS vector" },
        { "CVSS:3.2/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", "'CVSS'" },
        { "AV:N/AC:L/Au:N/C:C/I:C/A:C/", "no CVSS vector" },
        { "AV:N/AC:L/Au:N/C:C/I:C", "'A' is missing" },
        { "AV:N/AC:L/Au:N/C:C/I:C/A:X", "cannot be 'X'" },
        { "AV:N/AC:L/Au:N/I:C/C:C/A:C", "stands behind 'I'" },
        { "AV:N/AC:L//Au:N/C:C/I:C/A:C", "metric ''" },
        { "(AV:N/AC:L/Au:N/C:C/I:C/A:C)", "metric '(AV'" },
        { "CVSS:3.1/AV:N/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", "twice" },
        { "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H/XX:Y", "'XX'" },
        { "CVSS:3.1/AV:NA/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", "'NA'" },
        { "CVSS:3.1/AV:N L/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", "'N L'" },
        { "CVSS:3.1/av:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", "'av'" },
        { "CVSS:3.0/AV:N/AC:L/PR:N/UI:N/C:H/I:H/A:H", "'S' is missing" },
        { "CVSS:4.0/AV:N/AT:N/AC:L/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N",
          "stands behind 'AT'" },
        { "CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N",
          "'SA' is missing" },
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        struct cvss cvss;
        struct err err = { 0 };

        assert_int_equal(cvss_parse(str_c(cases[i].vector), &cvss, &err),
                         E_PARSE);
        if (strstr(err.text, cases[i].error) == NULL)
            fail_msg("%s: %s", cases[i].vector, err.text);
    }
}

static void scores_have_at_most_one_decimal(void **state UNUSED)
{
    static const struct {
        const char *text;
        int rc;
        unsigned tenths;
    } cases[] = {
        { "9.8", 0, 98 },      { "10", 0, 100 },       { "10.0", 0, 100 },
        { "0.0", 0, 0 },       { "7", 0, 70 },         { "10.1", E_LIMIT, 0 },
        { "11", E_LIMIT, 0 },  { "", E_PARSE, 0 },     { "7.", E_PARSE, 0 },
        { ".7", E_PARSE, 0 },  { "7.25", E_PARSE, 0 }, { "-1", E_PARSE, 0 },
        { "7.x", E_PARSE, 0 }, { "7.-", E_PARSE, 0 },
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        unsigned tenths = 0;

        assert_int_equal(cvss_score_parse(str_c(cases[i].text), &tenths, NULL),
                         cases[i].rc);
        assert_int_equal(tenths, cases[i].tenths);
    }
}

static void ratings_follow_the_bands_of_their_version(void **state UNUSED)
{
    static const struct {
        enum cvss_version version;
        unsigned tenths;
        const char *rating;
    } cases[] = {
        { CVSS_2_0, 0, "low" },        { CVSS_2_0, 39, "low" },
        { CVSS_2_0, 40, "medium" },    { CVSS_2_0, 69, "medium" },
        { CVSS_2_0, 70, "high" },      { CVSS_2_0, 100, "high" },
        { CVSS_3_0, 0, "none" },       { CVSS_3_1, 1, "low" },
        { CVSS_3_1, 39, "low" },       { CVSS_3_1, 40, "medium" },
        { CVSS_3_1, 69, "medium" },    { CVSS_3_1, 70, "high" },
        { CVSS_3_1, 89, "high" },      { CVSS_3_1, 90, "critical" },
        { CVSS_4_0, 100, "critical" }, { CVSS_4_0, 0, "none" },
    };

    for (size_t i = 0; i < COUNT(cases); i++)
        assert_string_equal(
            cvss_rating_text(cvss_rating_of(cases[i].version, cases[i].tenths)),
            cases[i].rating);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(scores_are_those_of_the_specifications),
        cmocka_unit_test(all_metrics_count_in_their_scores),
        cmocka_unit_test(scores_of_4_0_follow_their_metrics),
        cmocka_unit_test(every_score_of_nvd_is_what_its_vector_gives),
        cmocka_unit_test(what_is_no_vector_is_refused),
        cmocka_unit_test(scores_have_at_most_one_decimal),
        cmocka_unit_test(ratings_follow_the_bands_of_their_version),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
