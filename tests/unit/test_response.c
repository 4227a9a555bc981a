/* SPDX-License-Identifier: Apache-2.0 */
#include "netdev/response.h"
#include "tests/unit/unit.h"

static const struct {
    const char *family;
    const char *command;
    const char *text;
    enum response_kind kind;
    const char *line;
} built_in[] = {
    { "ios", "ip route 1", "", RESPONSE_OK, "" },
    { "ios", "foo", "      ^\n% Invalid input detected at '^' marker.\n",
      RESPONSE_ERROR, "% Invalid input detected at '^' marker." },
    { "ios", "crypto key generate rsa",
      "The name for the keys will be: r1\n% Generating 2048 bit RSA keys\n",
      RESPONSE_OK, "" },
    { "ios", "crypto key generate rsa",
      "% Please define a domain-name first.\n", RESPONSE_WARNING,
      "% Please define a domain-name first." },
    { "ios", "spanning-tree portfast",
      "%Warning: portfast should only be enabled on ports connected to a "
      "host\n",
      RESPONSE_WARNING,
      "%Warning: portfast should only be enabled on ports connected to a "
      "host" },
    /* The worst line counts. */
    { "ios", "x", "% Warning: odd\n% Incomplete command.\n", RESPONSE_ERROR,
      "% Incomplete command." },
    { "asa", "x", "WARNING: pool overlaps\nINFO: done\n", RESPONSE_WARNING,
      "WARNING: pool overlaps" },
    { "asa", "x", "ERROR: % Invalid Hostname\n", RESPONSE_ERROR,
      "ERROR: % Invalid Hostname" },
    { "catos", "x", "Unknown command \"x\"\n", RESPONSE_ERROR,
      "Unknown command \"x\"" },
    { "ips", "x", "Error: not allowed\n", RESPONSE_ERROR,
      "Error: not allowed" },
    { "frr", "x", "% Unknown command: x\n", RESPONSE_ERROR,
      "% Unknown command: x" },
    { "frr-tcli", "commit", "% Configuration committed successfully.\n",
      RESPONSE_OK, "" },
    { "netconf", "<x/>", "% anything\n", RESPONSE_OK, "" },
    /* A banner is no answer. */
    { "ios", "show running-config",
      "1\n2\n3\n4\n5\n6\n7\n8\nbanner motd ^C\n% Keep out\n^C\n", RESPONSE_OK,
      "" },
    { "ios", "show running-config", "% Authorization failed.\n", RESPONSE_ERROR,
      "% Authorization failed." },
};

static void R_DEP_3_each_family_has_a_table_of_answers(void **state UNUSED)
{
    for (size_t i = 0; i < COUNT(built_in); i++) {
        struct judgement is =
            response_judge(family_find(str_c(built_in[i].family)), NULL,
                           str_c(built_in[i].command), str_c(built_in[i].text));

        if (is.kind != built_in[i].kind || !str_eq_c(is.line, built_in[i].line))
            fail_msg("row %zu: %s '%.*s'", i, response_kind_name(is.kind),
                     (int)is.line.n, is.line.p);
    }
    for (size_t i = 0; i < family_count; i++) {
        assert_non_null(families[i].responses);
        assert_non_null(families[i].dialogs);
    }
}

static struct responses *make(const struct response_rule *rules, size_t n)
{
    struct responses *out = NULL;
    struct err err = { 0 };

    if (responses_new(rules, n, &out, &err) < 0)
        fail_msg("%s", err_text(&err));
    return out;
}

static void R_DEP_3_what_is_added_comes_before_the_table(void **state UNUSED)
{
    const struct family *ios = family_find(STR("ios"));
    const struct response_rule rules[] = {
        { RESPONSE_OK, STR("^% NTP: unable"), STR("ntp "), STR("") },
        { RESPONSE_WARNING, STR("^% Ambiguous"), STR(""), STR("") },
        { RESPONSE_ERROR, STR("overlaps with"), STR(""), STR("") },
        { RESPONSE_QUESTION, STR("^Really wipe\\?"), STR("wipe "), STR("yes") },
    };
    AUTO(responses_freep) struct responses *added = make(rules, COUNT(rules));
    str ntp = STR("% NTP: unable to resolve\n");

    assert_int_equal(response_judge(ios, added, STR("ntp server x"), ntp).kind,
                     RESPONSE_OK);
    assert_int_equal(response_judge(ios, added, STR("snmp x"), ntp).kind,
                     RESPONSE_ERROR);
    assert_int_equal(
        response_judge(ios, added, STR("x"), STR("% Ambiguous command\n")).kind,
        RESPONSE_WARNING);
    assert_int_equal(
        response_judge(ios, added, STR("x"), STR("1.1.1.0 overlaps with 2\n"))
            .kind,
        RESPONSE_ERROR);
    /* What the device calls an error over HTTPS. */
    assert_int_equal(
        response_judge_error(added, STR("x"), STR("ERROR: no")).kind,
        RESPONSE_ERROR);
    assert_int_equal(
        response_judge_error(added, STR("x"), STR("% Ambiguous")).kind,
        RESPONSE_WARNING);
    /* R-DEP-6: questions, too. */
    assert_true(str_eq_c(
        response_answer(ios, added, STR("wipe nvram:"), STR("Really wipe? ")),
        "yes"));
    assert_null(response_answer(ios, added, STR("x"), STR("Really wipe? ")).p);
    assert_null(
        response_answer(ios, NULL, STR("wipe nvram:"), STR("Really wipe? ")).p);
    assert_true(response_may_ask(ios, added, STR("wipe nvram:")));
    assert_false(response_may_ask(ios, NULL, STR("wipe nvram:")));
    assert_null(response_answer(ios, NULL, STR("write erase"),
                                STR("Continue? [confirm]"))
                    .p);
    assert_true(str_eq_c(response_answer(ios, added, STR("license boot x"),
                                         STR("ACCEPT? [yes/no]: ")),
                         "yes"));
}

static void R_DEP_6_what_would_be_answered_blindly_is_refused(
    void **state UNUSED)
{
    static const struct {
        struct response_rule rule;
        const char *error;
    } cases[] = {
        { { RESPONSE_ERROR, STR("("), STR(""), STR("") }, "the pattern" },
        { { RESPONSE_ERROR, STR(""), STR(""), STR("") }, "1 to" },
        { { RESPONSE_QUESTION, STR(".*"), STR(""), STR("yes") }, "any line" },
        { { RESPONSE_OK, STR("x?"), STR(""), STR("") }, "any line" },
        { { RESPONSE_OK, STR("x"), STR(""), STR("yes") }, "only a question" },
        { { RESPONSE_QUESTION, STR("x"), STR(""), STR("yes\nreload") },
          "control" },
        { { RESPONSE_QUESTION, STR("x"), STR("a\r"), STR("yes") }, "control" },
    };
    struct response_rule many[RESPONSES_MAX + 1];
    struct responses *out = NULL;

    for (size_t i = 0; i < COUNT(cases); i++) {
        struct err err = { 0 };

        assert_int_equal(responses_new(&cases[i].rule, 1, &out, &err),
                         E_INVALID);
        if (strstr(err_text(&err), cases[i].error) == NULL)
            fail_msg("row %zu: %s", i, err_text(&err));
    }
    for (size_t i = 0; i < COUNT(many); i++)
        many[i] =
            (struct response_rule){ RESPONSE_OK, STR("x"), STR(""), STR("") };
    assert_int_equal(responses_new(many, COUNT(many), &out, NULL), E_INVALID);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(R_DEP_3_each_family_has_a_table_of_answers),
        cmocka_unit_test(R_DEP_3_what_is_added_comes_before_the_table),
        cmocka_unit_test(R_DEP_6_what_would_be_answered_blindly_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
