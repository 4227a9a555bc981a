/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/unit.h"

#include "probe/apparmorstatus.h"
#include "probe/selinux.h"

static void contexts_fall_into_their_parts(void **state UNUSED)
{
    static const struct {
        const char *text;
        int rc;
        const char *parts[7];
    } cases[] = {
        { "u:r:t", 0, { "u", "r", "t", "", "", "", "" } },
        { "u:r:t:s0", 0, { "u", "r", "t", "s0", "", "", "" } },
        { "u:r:t:s0-s15", 0, { "u", "r", "t", "s0", "", "s15", "" } },
        { "u:r:t:s0:c1,c3.c5-s15:c0.c1023",
          0,
          { "u", "r", "t", "s0", "c1,c3.c5", "s15", "c0.c1023" } },
        { "u:r", E_PARSE, { "", "", "", "", "", "", "" } },
        { "u::t", E_PARSE, { "", "", "", "", "", "", "" } },
        { "", E_PARSE, { "", "", "", "", "", "", "" } },
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        struct selinux_context c = { 0 };
        const char *const *parts = cases[i].parts;

        assert_int_equal(selinux_parse_context(str_c(cases[i].text), &c, NULL),
                         cases[i].rc);
        assert_true(str_eq_c(c.user, parts[0]) && str_eq_c(c.role, parts[1]) &&
                    str_eq_c(c.type, parts[2]));
        assert_true(str_eq_c(c.low_sensitivity, parts[3]) &&
                    str_eq_c(c.low_category, parts[4]));
        assert_true(str_eq_c(c.high_sensitivity, parts[5]) &&
                    str_eq_c(c.high_category, parts[6]));
    }
}

static void booleans_have_two_values(void **state UNUSED)
{
    static const struct {
        const char *text;
        int rc;
        bool current;
        bool pending;
    } cases[] = {
        { "1 0", 0, true, false },        { "0 1\n", 0, false, true },
        { "1", E_PARSE, false, false },   { "", E_PARSE, false, false },
        { "2 0", E_PARSE, false, false }, { "0 x", E_PARSE, false, false },
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        bool current = false;
        bool pending = false;

        assert_int_equal(selinux_parse_boolean(str_c(cases[i].text), &current,
                                               &pending, NULL),
                         cases[i].rc);
        assert_int_equal(current, cases[i].current);
        assert_int_equal(pending, cases[i].pending);
    }
}

static void profiles_have_a_name_and_a_mode(void **state UNUSED)
{
    static const struct {
        const char *text;
        const char *name;
        const char *mode;
    } cases[] = {
        { "/usr/sbin/ntpd (enforce)\n", "/usr/sbin/ntpd", "enforce" },
        { "a b (c) (complain)", "a b (c)", "complain" },
        { "unconfined\n", "unconfined", "" },
        { "(enforce)", "(enforce)", "" },
        { "x(enforce)", "x(enforce)", "" },
        { " (kill)", "(kill)", "" },
        { "", "", "" },
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        str name;
        str mode;

        apparmor_parse_label(str_c(cases[i].text), &name, &mode);
        assert_true(str_eq_c(name, cases[i].name));
        assert_true(str_eq_c(mode, cases[i].mode));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(contexts_fall_into_their_parts),
        cmocka_unit_test(booleans_have_two_values),
        cmocka_unit_test(profiles_have_a_name_and_a_mode),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
