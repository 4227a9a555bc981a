/* SPDX-License-Identifier: Apache-2.0
 *
 * What a configuration becomes of commands, before a device has seen them.
 */
#include "netdev/artefact.h"
#include "netdev/overlay.h"
#include "tests/unit/unit.h"

static const struct {
    const char *family;
    const char *config;
    const char *lines;
    const char *text;
} cases[] = {
    /* of a command and its opposite one is left */
    { "ios", "ip http server\nend\n", "no ip http server",
      "no ip http server\nend\n" },
    { "ios", "no ip http server\nend\n", "ip http server",
      "ip http server\nend\n" },
    { "ios", "ip route 10.0.0.0 255.0.0.0 Null0\nend\n",
      "no ip route 10.0.0.0 255.0.0.0 Null0", "end\n" },
    { "ios", "hostname r1\nend\n", "no ip route 10.0.0.0 255.0.0.0 Null0",
      "hostname r1\nend\n" },
    { "ios", "hostname r1\nend\n", "no ip http server",
      "hostname r1\nno ip http server\nend\n" },
    { "ios", "ntp server 10.0.0.1\nntp server 10.0.0.2\nend\n",
      "no ntp server 10.0.0.1\nntp server 10.0.0.3",
      "ntp server 10.0.0.2\nntp server 10.0.0.3\nend\n" },
    /* what has one value has the new one, where the old one was */
    { "ios", "hostname r1\nip domain-name a\nend\n", "hostname r2",
      "hostname r2\nip domain-name a\nend\n" },
    { "ios", "username a secret 9 x\nend\n", "username a secret 9 y",
      "username a secret 9 y\nend\n" },
    { "ios", "username a secret 9 x\nend\n", "no username a", "end\n" },
    { "ios", "hostname r1\nend\n", "hostname r1", "hostname r1\nend\n" },
    /* sections, with and without indent */
    { "ios",
      "interface Gi0/0\n ip address 10.0.0.1 255.0.0.0\n shutdown\n!\nend\n",
      "interface Gi0/0\nno shutdown\ndescription x\nip route 0.0.0.0 0.0.0.0 "
      "10.0.0.9",
      "interface Gi0/0\n ip address 10.0.0.1 255.0.0.0\n no shutdown\n"
      " description x\n!\nip route 0.0.0.0 0.0.0.0 10.0.0.9\nend\n" },
    { "ios", "interface Gi0/0\n no ip address\nend\n",
      "interface Gi0/0\n ip address 10.0.0.1 255.0.0.0",
      "interface Gi0/0\n ip address 10.0.0.1 255.0.0.0\nend\n" },
    { "ios", "interface Gi0/0\n ip address 10.0.0.1 255.0.0.0\nend\n",
      "interface Gi0/0\nno ip address",
      "interface Gi0/0\n no ip address\nend\n" },
    { "ios", "line vty 0 4\n transport input ssh\nend\n",
      "line vty 0 4\ntransport input telnet\nexit\nline vty 5 15\nlogin local",
      "line vty 0 4\n transport input telnet\nline vty 5 15\n login "
      "local\nend\n" },
    { "ios", "interface Loopback1\n description a\ninterface Gi0/0\nend\n",
      "no interface Loopback1", "interface Gi0/0\nend\n" },
    { "ios", "warp\n engage\nend\n", "warp\n disengage",
      "warp\n engage\n disengage\nend\n" },
    { "ios", "banner motd ^C\na\n^C\nend\n", "banner motd ^C\nb\n^C",
      "banner motd ^C\nb\n^C\nend\n" },
    { "frr",
      "router bgp 1\n neighbor 10.0.0.2 remote-as 2\n !\n"
      " address-family ipv4 unicast\n  network 10.0.0.0/24\n"
      " exit-address-family\nexit\n!\nend\n",
      "router bgp 1\nneighbor 10.0.0.3 remote-as 3\naddress-family ipv4 "
      "unicast\nnetwork 10.1.0.0/24\nno network 10.0.0.0/24",
      "router bgp 1\n neighbor 10.0.0.2 remote-as 2\n"
      " neighbor 10.0.0.3 remote-as 3\n !\n address-family ipv4 unicast\n"
      "  network 10.1.0.0/24\n exit-address-family\nexit\n!\nend\n" },
    { "asa", "http 10.0.0.0 255.0.0.0 inside\n: end\n",
      "no http 10.0.0.0 255.0.0.0 inside\nhttp 10.1.0.0 255.255.0.0 inside",
      "http 10.1.0.0 255.255.0.0 inside\n: end\n" },
    { "catos", "set system name s1\n", "set ip http server enable",
      "set system name s1\nset ip http server enable\n" },
    { "ios", "", "hostname r1", "hostname r1\n" },
    { "ios", "hostname r1", "", "hostname r1\n" },
};

static void C_13_a_command_and_its_opposite_are_not_both_left(
    void **state UNUSED)
{
    for (size_t i = 0; i < COUNT(cases); i++) {
        AUTO(buf_clear) struct buf out = BUF(4096);
        struct err err = { 0 };
        int rc = config_overlay(family_find(str_c(cases[i].family)),
                                str_c(cases[i].config), str_c(cases[i].lines),
                                &out, &err);

        if (rc != 0 || !str_eq_c(buf_str(&out), cases[i].text))
            fail_msg("%zu: %s and\n%s are\n%s\nnot\n%s (%s)", i,
                     cases[i].config, cases[i].lines, buf_c(&out),
                     cases[i].text, err_text(&err));
    }
}

static void what_has_no_commands_or_too_many_is_refused(void **state UNUSED)
{
    AUTO(buf_clear) struct buf config = BUF(4 << 20);
    AUTO(buf_clear) struct buf lines = BUF(4 << 20);
    AUTO(buf_clear) struct buf out = BUF(8 << 20);

    assert_int_equal(config_overlay(family_find(STR("netconf")), STR("<a/>"),
                                    STR("<b/>"), &out, NULL),
                     E_UNSUPPORTED);
    for (unsigned i = 0; i < 20000; i++) {
        buf_printf(&config, "a%u\n", i);
        buf_printf(&lines, "b%u\n", i);
    }
    assert_int_equal(config_overlay(family_find(STR("ios")), buf_str(&config),
                                    buf_str(&lines), &out, NULL),
                     E_LIMIT);
}

/* One longer than what a line of a message may be. */
static void R_DEP_1_long_deltas_are_whole(void **state UNUSED)
{
    AUTO(buf_clear) struct buf lines = BUF(1 << 20);
    AUTO(buf_clear) struct buf out = BUF(2 << 20);
    struct artefact_parts parts = { .form = ARTEFACT_DELTA };

    for (unsigned i = 0; i < 2000; i++)
        buf_printf(&lines, "ntp server 10.0.%u.%u\n", i / 250, i % 250);
    parts.lines = buf_str(&lines);
    assert_int_equal(artefact_write(&parts, &out, NULL), 0);
    assert_true(str_eq(buf_str(&out), buf_str(&lines)));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(C_13_a_command_and_its_opposite_are_not_both_left),
        cmocka_unit_test(what_has_no_commands_or_too_many_is_refused),
        cmocka_unit_test(R_DEP_1_long_deltas_are_whole),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
