/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/unit.h"

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
        assert_int_equal(cvss_base_score(&cvss, &tenths), 0);
        if (tenths != cases[i].tenths)
            fail_msg("%s: %u, expected %u", cases[i].vector, tenths,
                     cases[i].tenths);
    }
}

static void the_score_of_4_0_is_not_computed(void **state UNUSED)
{
    static const char vector[] =
        "CVSS:4.0/AV:N/AC:L/AT:P/PR:N/UI:P/VC:H/VI:L/VA:N/SC:L/SI:N/SA:N/E:A/"
        "MSI:S/S:P/U:Amber";
    struct cvss cvss;
    unsigned tenths;

    assert_int_equal(cvss_parse(str_c(vector), &cvss, NULL), 0);
    assert_int_equal(cvss.version, CVSS_4_0);
    assert_int_equal(cvss_base_score(&cvss, &tenths), 1);
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
        cmocka_unit_test(the_score_of_4_0_is_not_computed),
        cmocka_unit_test(what_is_no_vector_is_refused),
        cmocka_unit_test(scores_have_at_most_one_decimal),
        cmocka_unit_test(ratings_follow_the_bands_of_their_version),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
