/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/unit.h"

#include "base/buf.h"
#include "netdev/lint.h"

/* "LINE RULE" of each finding, separated by ", ". */
static void expect(const char *family, const char *text, const char *wanted)
{
    AUTO(lint_clear) struct lint lint = { 0 };
    AUTO(buf_clear) struct buf found = BUF(4096);

    assert_int_equal(
        lint_text(family_find(str_c(family)), str_c(text), &lint, NULL), 0);
    for (size_t i = 0; i < lint.findings.n; i++)
        buf_printf(&found, "%s%u %s", i > 0 ? ", " : "",
                   lint.findings.p[i].line, lint.findings.p[i].rule);
    if (strcmp(buf_c(&found), wanted) != 0)
        fail_msg("%s: '%s', not '%s'", text, buf_c(&found), wanted);
}

static void R_SSH_4_and_5_lines_of_banners_are_as_the_table(void **state UNUSED)
{
    static const struct {
        const char *line;
        const char *rule; /* NULL: allowed */
    } cases[] = {
        { "x#", "R-SSH-4" },
        { "x# ", "R-SSH-4" },
        { "x#  ", NULL },
        { "x>", "R-SSH-4" },
        { "x> ", "R-SSH-4" },
        { "x>  ", NULL },
        { "#", "R-SSH-4" },
        { "x#y", NULL },
        { "x", NULL },
        { "", NULL },
        { "x#   ", NULL },
        { "Username: ", "R-SSH-5" },
        { "Username:", "R-SSH-5" },
        { "Password: ", "R-SSH-5" },
        { "password:", "R-SSH-5" },
        { "Password: x", NULL },
        { "Your Password: ", NULL },
    };
    static const char *const forms[] = {
        "banner motd ^C\n%s\n^C\n",
        "banner motd ^C\r\n%s\r\n^C\r\n",
        "banner login \003\n%s\n\003\n",
        "banner exec @\n%s\n@\n",
        "banner incoming ^CC\n%s\n^C\n",
        "banner motd ^\n%s\n^\n",
        "hostname r1\nbanner login ^C\n%s\n^C\n",
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        for (size_t k = 0; k < COUNT(forms); k++) {
            AUTO(buf_clear) struct buf text = BUF(256);
            AUTO(buf_clear) struct buf wanted = BUF(256);

            buf_printf(&text, forms[k], cases[i].line);
            if (cases[i].rule != NULL)
                buf_printf(&wanted, "%d %s", k == 6 ? 3 : 2, cases[i].rule);
            expect("ios", buf_c(&text), buf_c(&wanted));
        }
    }
}

static void R_SSH_4_banners_of_other_forms_are_read(void **state UNUSED)
{
    expect("ios", "banner motd ^Cno way in #^C\n", "1 R-SSH-4");
    expect("ios", "banner motd ^Cone\ntwo#^C\nthree#\n", "2 R-SSH-4");
    expect("ios", "banner motd ^C\nx\n", "1 R-SSH-4");
    expect("ios", "banner motd #Welcome#\n", "");
    expect("ios", "banner motd ^C^C\nx#\n", "");
    expect("ios", "aaa authentication banner ^Chello>^C\n", "1 R-SSH-4");
    expect("asa", "banner motd one\nbanner motd two# \nbanner login three>  \n",
           "2 R-SSH-4");
    expect("asa", "banner exec Password:\n", "1 R-SSH-5");
    expect("frr", "banner motd line stop #\n", "1 R-SSH-4");
    expect("frr", "banner motd file /etc/frr/banner#\n", "");
    expect("catos", "set banner motd ^C\nx>\n^C\n", "2 R-SSH-4");
    expect("ips",
           "service host\nnetwork-settings\n"
           "login-banner-text stop #\n",
           "3 R-SSH-4");
}

static void R_SSH_6_prompts_end_as_prompts_do(void **state UNUSED)
{
    expect("ios", "prompt %h$\n", "1 R-SSH-6");
    expect("ios", "prompt %h%p\n", "");
    expect("ios", "prompt %h>\n", "");
    expect("ios", "prompt \"%h %n%p%s\"\n", "");
    expect("ios", "no prompt\n", "");
    expect("catos", "set prompt core\n", "1 R-SSH-6");
    expect("catos", "set prompt core>\n", "");
}

static void pieces_of_ios_are_checked_for_what_stands_in_them(
    void **state UNUSED)
{
    static const struct {
        const char *text;
        const char *wanted;
    } cases[] = {
        { "hostname r1\n", "" },
        { "username a privilege 15 secret x\n", "" },
        { "username a privilege 5 secret x\n", "1 R-IOSSSL-2" },
        { "username a privilege 5 secret x\nusername b privilege 15 secret "
          "y\n",
          "" },
        { "username a privilege 15 password 0 x\n", "1 R-IOSSSL-7" },
        { "ip http secure-server\n", "1 R-IOSSSL-4" },
        { "ip http secure-server\nip http authentication local\n", "" },
        { "ip ssh version 1\n", "1 R-SSH-3" },
        { "ip ssh time-out 121\n", "1 R-SSH-12" },
        { "ip ssh authentication-retries 6\n", "1 R-SSH-12" },
        { "line vty 0 4\n transport input telnet\n", "2 R-COM-12" },
        { "line vty 0 4\n transport input ssh\n", "" },
        { "line vty 0 4\n transport input telnet ssh\n", "" },
        { "line vty 0 4\n transport input none\nline vty 5 15\n transport "
          "input ssh\n",
          "" },
        { "line vty 0 1181\n", "1 R-SSH-13" },
        { "line vty 4 4\n", "1 R-SSH-13" },
        { "line vty 0 1180\n", "" },
        { "cns event 10.1.1.1\n", "1 R-CNE-5" },
        { "cns trusted-server all-agents 10.1.1.1\ncns event 10.1.1.1 11012\n",
          "2 R-CNE-2" },
        { "cns trusted-server all-agents 10.1.1.1\nkron policy-list a\n cli "
          "cns config retrieve 10.1.1.1 page /cns/DynaConfig status "
          "http://10.1.1.1/cns/PostStatus\n",
          "3 R-CNC-7" },
        { "cns trusted-server all-agents 10.1.1.1\nkron policy-list a\n cli "
          "cns config retrieve 10.1.1.1 page /cns/JobbedDynaConfig\n",
          "3 R-CNC-8" },
        { "kron occurrence 12345678901234567890123456789012 in 5 oneshot\n",
          "1 R-CNC-2" },
        { "cns trusted-server config 10.0.0.1\ncns config partial "
          "10.0.0.2\n",
          "1 R-CNE-5, 2 R-CNE-5" },
        { "cns trusted-server all-agents 10.0.0.1\ncns config partial "
          "10.0.0.2 encrypt\n",
          "2 R-CNE-5" },
        { "cns trusted-server all-agents ce.example.org\n", "1 R-CNE-5" },
        { "cns trusted-server 10.0.0.1\n", "1 R-CNE-5" },
        { "cns trusted-server all-agents 2001:db8::1\ncns event "
          "2001:db8::1\ncns exec encrypt 443\n",
          "" },
        { "cns trusted-server event 10.0.0.1\ncns trusted-server all-agents "
          "10.0.0.1\ncns event 10.0.0.1\ncns exec 10.0.0.1 80\n",
          "" },
        { "kron occurrence x at 25:00 recurring\n", "1 R-CNC-4" },
        { "kron occurrence x at 24:00\n", "1 R-CNC-4" },
        { "kron occurrence x at 1:00 Feb 30 recurring\n", "1 R-CNC-4" },
        { "kron occurrence x at 0:00 Sun recurring\n", "" },
        { "kron occurrence x user u at 23:59 Feb 28 Mon oneshot\n", "" },
        { "kron occurrence x in 0 recurring\n", "1 R-CNC-3" },
        { "kron occurrence x in 1:75 recurring\n", "1 R-CNC-3" },
        { "kron occurrence x in 7:0:30 recurring\n", "" },
        { "kron occurrence x at\n", "1 R-CNC-1" },
        { "kron occurrence x at recurring\n", "1 R-CNC-1" },
    };

    for (size_t i = 0; i < COUNT(cases); i++)
        expect("ios", cases[i].text, cases[i].wanted);
}

static void whole_configurations_are_checked_for_what_is_missing(
    void **state UNUSED)
{
    expect("ios",
           "version 12.4\nhostname r1\nline vty 0 4\n transport input "
           "telnet\nend\n",
           "4 R-COM-12, 5 R-SSH-10");
    expect("ios",
           "version 12.4\nhostname r1\nip domain name x.org\nline vty 0 4\n "
           "password x\n login\nend\n",
           "4 R-SSH-8");
    expect("ios",
           "version 12.4\nhostname r1\nip domain-name x.org\nkron occurrence "
           "o in 5 oneshot\n policy-list gone\nend\n",
           "5 R-CNC-6");
    expect("ios",
           "cns trusted-server all-agents 10.1.1.1\ncns event 10.1.1.1\nend\n",
           "2 R-CNE-4");
    expect("ios",
           "cns trusted-server all-agents 10.1.1.1\ncns event 10.1.1.1\n"
           "cns password x\nend\n",
           "");
    expect("asa", "ASA Version 9.1\nhostname fw\n", "2 R-ASA-1, 2 R-ASA-3");
    expect("asa",
           "ASA Version 9.1\nhttp server enable\nhttp 10.0.0.1 "
           "255.255.255.255 inside\naaa authentication http console LOCAL\n",
           "");
    expect("asa", "http 10.0.0.1\n", "1 R-ASA-4");
    expect("asa", "auto-update server http://u:p@10.0.0.1/x\n",
           "1 R-AUS-4, 1 R-AUS-7");
    expect("asa",
           "auto-update server https://u:p@10.0.0.1:443/ autoupdate\n"
           "auto-update device-id hostname\nauto-update poll-period 0\n",
           "1 R-AUS-5, 3 R-AUS-6");
    expect("ips", "service host\nnetwork-settings\ntelnet-option enabled\n",
           "3 R-IPS-3");
    expect("ips", "service web-server\nport 80\nenable-tls false\n",
           "2 R-IPS-3, 3 R-IPS-3");
}

static void R_IPS_3_and_R_ASA_3_the_manager_is_let_in(void **state UNUSED)
{
    static const struct {
        const char *family;
        const char *text;
        const char *manager;
        size_t n;
    } cases[] = {
        { "asa", "http 10.0.0.0 255.255.255.0 inside\n", "10.0.0.9", 0 },
        { "asa", "http 10.0.0.0 255.255.255.0 inside\n", "10.0.1.9", 1 },
        { "asa", "http 0.0.0.0 0.0.0.0 inside\n", "10.0.1.9", 0 },
        { "asa", "hostname fw\n", "10.0.1.9", 0 },
        { "ips", "access-list 10.0.0.0/24\n", "10.0.0.9", 0 },
        { "ips", "access-list 10.0.0.0/24\naccess-list 10.0.1.9/32\n",
          "10.0.1.9", 0 },
        { "ips", "access-list 10.0.0.0/24\n", "10.0.1.9", 1 },
        { "ips", "access-list 0.0.0.0/0\n", "10.0.1.9", 0 },
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        AUTO(lint_clear)
        struct lint lint = { .manager = str_c(cases[i].manager) };

        assert_int_equal(lint_text(family_find(str_c(cases[i].family)),
                                   str_c(cases[i].text), &lint, NULL),
                         0);
        if (lint.findings.n != cases[i].n)
            fail_msg("%s: %zu findings", cases[i].text, lint.findings.n);
    }
}

static void hostile_text_is_bounded(void **state UNUSED)
{
    AUTO(lint_clear) struct lint lint = { 0 };
    AUTO(lint_clear) struct lint other = { 0 };
    AUTO(buf_clear) struct buf text = BUF(8 << 20);

    for (size_t i = 0; i < 100000; i++)
        buf_add_c(&text, "banner motd ^Cx#^C\nkron policy-list \n");
    assert_int_equal(
        lint_text(family_find(STR("ios")), buf_str(&text), &lint, NULL), 0);
    assert_int_equal(lint.findings.n, LINT_FINDINGS_MAX);
    assert_true(lint.dropped > 0);
    assert_int_equal(
        lint_text(family_find(STR("ios")), (str){ "a\nb\0c", 5 }, &other, NULL),
        E_INVALID);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(R_SSH_4_and_5_lines_of_banners_are_as_the_table),
        cmocka_unit_test(R_SSH_4_banners_of_other_forms_are_read),
        cmocka_unit_test(R_SSH_6_prompts_end_as_prompts_do),
        cmocka_unit_test(pieces_of_ios_are_checked_for_what_stands_in_them),
        cmocka_unit_test(whole_configurations_are_checked_for_what_is_missing),
        cmocka_unit_test(R_IPS_3_and_R_ASA_3_the_manager_is_let_in),
        cmocka_unit_test(hostile_text_is_bounded),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
