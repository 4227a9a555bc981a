/* SPDX-License-Identifier: Apache-2.0
 *
 * What lines need of the licences that a device told of (R-LIC).
 */
#include "tests/unit/unit.h"

#include "netdev/licence.h"

#define ASA_VERSION                                                            \
    "Cisco Adaptive Security Appliance Software Version 9.1(7)\n"              \
    "Hardware:   ASA5510, 1024 MB RAM\n"                                       \
    "Licensed features for this platform:\n"                                   \
    "Failover                          : Disabled       perpetual\n"           \
    "Botnet Traffic Filter             : Disabled       perpetual\n"           \
    "AnyConnect Premium Peers          : 2              perpetual\n"           \
    "AnyConnect Essentials             : Disabled       perpetual\n"           \
    "Shared License                    : Enabled        0 days\n"
#define IOS_LICENCES                                                           \
    "Index 1 Feature: ipbasek9\n"                                              \
    "        License Type: Permanent\n"                                        \
    "        License State: Active, In Use\n"                                  \
    "Index 2 Feature: securityk9\n"                                            \
    "        License Type: EvalRightToUse\n"                                   \
    "        License State: Active, Not in Use, EULA not accepted\n"           \
    "Index 3 Feature: uck9\n"                                                  \
    "        License Type: Evaluation\n"                                       \
    "        License State: Active, Not in Use\n"

static void check(const char *family, const char *said, enum tristate failover,
                  const char *lines, struct licence_remarks *out)
{
    AUTO(device_facts_clear) struct device_facts facts = { 0 };
    const struct family *of = family_find(str_c(family));

    assert_int_equal(show_read(of, str_c(said), &facts, NULL), 0);
    licence_check(&(struct licence_holder){ of, facts.model, failover,
                                            facts.licences.p,
                                            facts.licences.n },
                  str_c(lines), out);
}

static void expect(const struct licence_remarks *got, size_t n,
                   const char *rule, bool refuses, const char *words)
{
    assert_true(got->all.n > n);
    assert_string_equal(got->all.p[n].rule, rule);
    assert_int_equal(got->all.p[n].refuses, refuses);
    if (str_find(got->all.p[n].text, str_c(words)) == got->all.p[n].text.n)
        fail_msg("'%s' is not in '%s'", words, got->all.p[n].text.p);
}

static void R_LIC_3_what_is_not_licensed_is_told_and_allowed(
    void **state UNUSED)
{
    AUTO(licence_remarks_clear) struct licence_remarks got = { 0 };

    check("asa", ASA_VERSION, TRISTATE_UNKNOWN,
          "hostname x\ndynamic-filter enable\n  dynamic-filter use-database\n"
          "webvpn\nlicense-server address 192.0.2.1\nno failover\n",
          &got);
    assert_int_equal(got.all.n, 2);
    expect(&got, 0, "R-LIC-3", false, "Botnet Traffic Filter, which is not");
    assert_int_equal(got.all.p[0].line, 2);
    expect(&got, 1, "R-LIC-3", false, "Shared License, which has expired");
}

static void R_LIC_4_failover_without_the_property_is_refused(
    void **state UNUSED)
{
    static const struct {
        const char *model;
        enum tristate property;
        size_t remarks;
    } cases[] = {
        { "ASA5505", TRISTATE_NO, 1 },      { "ASA5505", TRISTATE_YES, 0 },
        { "ASA5505", TRISTATE_UNKNOWN, 0 }, { "ASA5510", TRISTATE_NO, 1 },
        { "ASA5520", TRISTATE_NO, 0 },
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        AUTO(licence_remarks_clear) struct licence_remarks got = { 0 };

        licence_check(&(struct licence_holder){ family_find(STR("asa")),
                                                str_c(cases[i].model),
                                                cases[i].property, NULL, 0 },
                      STR("failover lan unit primary\nfailover\n"), &got);
        assert_int_equal(got.all.n, cases[i].remarks);
        if (got.all.n > 0)
            expect(&got, 0, "R-LIC-4", true, "license_supports_failover");
    }
}

static void R_LIC_2_activation_keys_are_entered_elsewhere(void **state UNUSED)
{
    AUTO(licence_remarks_clear) struct licence_remarks got = { 0 };

    check("asa", ASA_VERSION, TRISTATE_UNKNOWN,
          "activation-key 0x1 0x2 0x3 0x4 0x5\n", &got);
    assert_int_equal(got.all.n, 1);
    expect(&got, 0, "R-LIC-2", true, "Licensing > Activation Key");
}

static void R_LIC_10_an_agreement_that_is_open_refuses(void **state UNUSED)
{
    AUTO(licence_remarks_clear) struct licence_remarks got = { 0 };

    check("ios", IOS_LICENCES, TRISTATE_UNKNOWN,
          "crypto isakmp policy 10\ntelephony-service\nip ssh version 2\n",
          &got);
    assert_int_equal(got.all.n, 2);
    expect(&got, 0, "R-LIC-10", true, "securityk9");
    expect(&got, 1, "R-LIC-3", false, "uck9");
}

/* Of another kind of licence, or of none, nothing is guessed. */
static void what_a_device_does_not_tell_is_not_held_against_it(
    void **state UNUSED)
{
    AUTO(licence_remarks_clear) struct licence_remarks got = { 0 };

    check("ios", "", TRISTATE_UNKNOWN, "crypto isakmp policy 10\n", &got);
    check("frr", "", TRISTATE_UNKNOWN, "failover\n", &got);
    check("ios",
          "Technology Package License Information for Module:'c1900'\n"
          "security      securityk9    Permanent      securityk9\n",
          TRISTATE_UNKNOWN, "crypto map VPN 10 ipsec-isakmp\n", &got);
    assert_int_equal(got.all.n, 0);
}

static void R_LIC_8_a_refused_line_names_its_licence(void **state UNUSED)
{
    static const char *const cases[][3] = {
        { "ios", " crypto ikev2 proposal X", "securityk9" },
        { "catalyst", "mpls ip", "datak9" },
        { "asa", "dynamic-filter enable", "Botnet Traffic Filter" },
        { "ios", "ip ssh version 2", "" },
        { "frr", "crypto map x", "" },
    };

    for (size_t i = 0; i < COUNT(cases); i++)
        assert_true(str_eq_c(licence_of_line(family_find(str_c(cases[i][0])),
                                             str_c(cases[i][1])),
                             cases[i][2]));
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(R_LIC_3_what_is_not_licensed_is_told_and_allowed),
        cmocka_unit_test(R_LIC_4_failover_without_the_property_is_refused),
        cmocka_unit_test(R_LIC_2_activation_keys_are_entered_elsewhere),
        cmocka_unit_test(R_LIC_10_an_agreement_that_is_open_refuses),
        cmocka_unit_test(what_a_device_does_not_tell_is_not_held_against_it),
        cmocka_unit_test(R_LIC_8_a_refused_line_names_its_licence),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
