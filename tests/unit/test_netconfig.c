/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/unit.h"

#include "netdev/change.h"
#include "netdev/diff.h"
#include "netdev/mask.h"
#include "netdev/show.h"

static const struct family *frr(void)
{
    return family_find(STR("frr"));
}

static void configurations_are_cleaned_of_what_changes_by_itself(
    void **state UNUSED)
{
    static const struct {
        const char *family;
        const char *text;
        const char *clean;
    } cases[] = {
        { "frr",
          "Building configuration...\n\nCurrent configuration:\n!\nhostname "
          "r1\nend\n\n",
          "!\nhostname r1\nend\n" },
        { "ios",
          "Building configuration...\r\n\r\nCurrent configuration : 1234 "
          "bytes\r\n!\r\n! Last configuration change at 10:00\r\nversion "
          "12.4\r\nntp clock-period 17179869\r\nend\r\n",
          "!\nversion 12.4\nend\n" },
        /* R-CNC-5: it removes itself. */
        { "ios",
          "hostname a\nkron occurrence x in 5 oneshot\n policy-list p\n!\n"
          "kron occurrence y in 5 recurring\n policy-list p\nend\n",
          "hostname a\n!\nkron occurrence y in 5 recurring\n policy-list p\n"
          "end\n" },
        { "asa",
          ": Saved\n: Written by x at 10:00\n:\nASA Version 9.1\nCryptochecksum"
          ":0123\n: end\n",
          ":\nASA Version 9.1\n: end\n" },
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        AUTO(buf_clear) struct buf out = BUF(4096);

        assert_int_equal(config_clean(family_find(str_c(cases[i].family)),
                                      str_c(cases[i].text), &out, NULL),
                         0);
        assert_string_equal(buf_c(&out), cases[i].clean);
    }
}

static void configurations_that_were_cut_off_are_seen(void **state UNUSED)
{
    assert_true(config_is_whole(frr(), STR("a\nend\n")));
    assert_false(config_is_whole(frr(), STR("a\nband\n")));
    assert_false(config_is_whole(frr(), STR("")));
    assert_true(config_is_whole(family_find(STR("asa")),
                                STR("a\n: end\n[OK]")) == false);
    assert_true(config_is_whole(family_find(STR("asa")), STR("a\n: end\n")));
}

#define BASE "hostname r1\n!\ninterface eth0\n description a\n ip mtu 1\nexit\n"

static void the_commands_from_one_to_another_are_found(void **state UNUSED)
{
    static const struct {
        const char *from;
        const char *to;
        const char *delta;
    } cases[] = {
        { BASE, BASE, "" },
        { BASE "ip route 1\n", BASE, "no ip route 1\n" },
        { BASE, BASE "ip route 1\n", "ip route 1\n" },
        { BASE "no ip x\n", BASE, "ip x\n" },
        { BASE, "hostname r1\ninterface eth0\n description b\n ip mtu 1\n",
          "interface eth0\ndescription b\nexit\n" },
        { BASE, "hostname r1\n",
          "interface eth0\nno ip mtu 1\nno description\nexit\n" },
        { "hostname r1\n", BASE,
          "interface eth0\ndescription a\nip mtu 1\nexit\n" },
        { "router bgp 1\n neighbor x\n !\n address-family ipv4\n  network "
          "1\n exit-address-family\nexit\n",
          "router bgp 1\n neighbor x\n !\n address-family ipv4\n  network "
          "2\n exit-address-family\nexit\n",
          "router bgp 1\naddress-family ipv4\nno network 1\nnetwork "
          "2\nexit\nexit\n" },
        { "hostname a\n", "hostname b\n", "hostname b\n" },
        { "a\na\n", "a\n", "" },
        { "banner motd ^C\nx\n^C\na\n", "banner motd ^C\nx\n^C\n", "no a\n" },
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        AUTO(buf_clear) struct buf out = BUF(4096);

        assert_int_equal(config_delta(frr(), str_c(cases[i].from),
                                      str_c(cases[i].to), &out, NULL),
                         0);
        assert_string_equal(buf_c(&out), cases[i].delta);
    }
}

struct delta_case {
    const char *family;
    const char *from;
    const char *to;
    const char *delta; /* NULL: it cannot be done */
};

static void expect_deltas(const struct delta_case *cases, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        AUTO(buf_clear) struct buf out = BUF(1 << 16);
        struct err err = { 0 };
        int rc =
            config_delta(family_find(str_c(cases[i].family)),
                         str_c(cases[i].from), str_c(cases[i].to), &out, &err);

        assert_int_equal(rc, cases[i].delta == NULL ? E_UNSUPPORTED : 0);
        if (cases[i].delta != NULL)
            assert_string_equal(buf_c(&out), cases[i].delta);
    }
}

#define LIST_A "access-list 101 permit tcp any any eq 22\n"
#define LIST_B "access-list 101 permit tcp any any eq 80\n"
#define LIST_C "access-list 101 deny ip any any\n"
#define USED "interface e0\n ip access-group 101 in\n"

/* "no access-list 101 permit ..." removes all of the list. */
static void R_DEP_5_no_line_of_a_numbered_list_is_taken_back_by_its_text(
    void **state UNUSED)
{
    static const struct delta_case cases[] = {
        { "ios", LIST_A LIST_B LIST_C, LIST_A LIST_C,
          "no access-list 101\n" LIST_A LIST_C },
        { "ios", USED LIST_A LIST_B LIST_C, USED LIST_A LIST_C,
          "ip access-list extended 101\nno permit tcp any any eq 80\nexit\n" },
        { "ios", USED LIST_A, USED LIST_A LIST_C,
          "ip access-list extended 101\ndeny ip any any\nexit\n" },
        /* Before its end: its user has a copy meanwhile. */
        { "ios", USED LIST_A LIST_C, USED LIST_A LIST_B LIST_C,
          "access-list 199 permit tcp any any eq 22\n"
          "access-list 199 deny ip any any\n"
          "interface e0\nip access-group 199 in\nexit\n"
          "no access-list 101\n" LIST_A LIST_B LIST_C
          "interface e0\nip access-group 101 in\nexit\n"
          "no access-list 199\n" },
        /* It is used by a filter, and comes only now: it permits all until it
         * is whole. */
        { "ios", USED, USED LIST_A LIST_C,
          "access-list 199 permit ip any any\n"
          "interface e0\nip access-group 199 in\nexit\n" LIST_A LIST_C
          "interface e0\nip access-group 101 in\nexit\n"
          "no access-list 199\n" },
        { "ios", LIST_A "ip nat inside source list 101 interface e0\n",
          LIST_B LIST_A "ip nat inside source list 101 interface e0\n", NULL },
        /* What is used is made first and removed last. */
        { "ios", "interface e0\n", USED LIST_A LIST_C,
          LIST_A LIST_C "interface e0\nip access-group 101 in\nexit\n" },
        { "ios", USED LIST_A LIST_C, "interface e0\n",
          "interface e0\nno ip access-group 101 in\nexit\n"
          "no access-list 101\n" },
        { "ios-xe",
          "line vty 0 4\n access-class X in\n"
          "ip access-list standard X\n 10 permit 10.0.0.1\n 20 deny any\n",
          "line vty 0 4\n access-class X in\n"
          "ip access-list standard X\n 5 permit 10.0.0.9\n 20 deny any\n",
          "ip access-list standard X\n5 permit 10.0.0.9\nno 10\nexit\n" },
        { "asa",
          "access-list o extended permit a\naccess-list o extended deny z\n"
          "access-group o in interface x\n",
          "access-list o extended permit b\naccess-list o extended deny z\n"
          "access-group o in interface x\n",
          "access-list o line 1 extended permit b\n"
          "no access-list o extended permit a\n" },
        { "frr", "access-list a seq 5 permit 10.0.0.0/8\n",
          "access-list a seq 5 permit 10.0.0.0/9\n",
          "no access-list a seq 5 permit 10.0.0.0/8\n"
          "access-list a seq 5 permit 10.0.0.0/9\n" },
    };

    expect_deltas(cases, COUNT(cases));
}

static void R_DEP_5_what_has_one_value_is_set_anew_and_never_taken_away_first(
    void **state UNUSED)
{
    static const struct delta_case cases[] = {
        { "ios",
          "hostname a\nenable secret 9 x\nusername bob privilege 15 secret 9 "
          "y\naaa authentication login default local\n"
          "interface e0\n ip address 10.0.0.1 255.0.0.0\nline vty 0 4\n"
          " login local\n transport input ssh telnet\n",
          "hostname b\nenable secret 9 X\nusername bob privilege 15 secret 9 "
          "Y\naaa authentication login default group t local\n"
          "interface e0\n ip address 10.0.0.2 255.0.0.0\nline vty 0 4\n"
          " login authentication x\n transport input ssh\n",
          "username bob privilege 15 secret 9 Y\nhostname b\n"
          "enable secret 9 X\naaa authentication login default group t local\n"
          "interface e0\nip address 10.0.0.2 255.0.0.0\nexit\n"
          "line vty 0 4\nlogin authentication x\ntransport input ssh\nexit\n" },
        /* "no" without a value, and what "no" would open or shut. */
        { "ios", "line vty 0 4\n login local\n transport input ssh\n",
          "line vty 0 4\n",
          "line vty 0 4\ndefault transport input\nlogin\nexit\n" },
        { "ios", "interface e0\n no ip address\n",
          "interface e0\n ip address 10.0.0.1 255.0.0.0\n",
          "interface e0\nip address 10.0.0.1 255.0.0.0\nexit\n" },
        { "ios", "no ip http server\n", "ip http server\n",
          "ip http server\n" },
        { "ios", "ip http server\n", "no ip http server\n",
          "no ip http server\n" },
        /* A route, a user and an address are there before others go. */
        { "ios", "ip route 0.0.0.0 0.0.0.0 10.0.0.1\nusername a secret 9 x\n",
          "ip route 0.0.0.0 0.0.0.0 10.0.0.2\nusername b secret 9 x\n",
          "username b secret 9 x\nip route 0.0.0.0 0.0.0.0 10.0.0.2\n"
          "no username a\nno ip route 0.0.0.0 0.0.0.0 10.0.0.1\n" },
        { "frr", "interface e0\n ip address 10.0.0.1/8\n",
          "interface e0\n ip address 10.0.0.2/8\n",
          "interface e0\nip address 10.0.0.2/8\nno ip address 10.0.0.1/8\n"
          "exit\n" },
        /* Another table of routes takes the addresses along. */
        { "ios", "interface e0\n ip address 10.0.0.1 255.0.0.0\n",
          "interface e0\n vrf forwarding x\n ip address 10.0.0.1 255.0.0.0\n",
          "interface e0\nvrf forwarding x\nip address 10.0.0.1 255.0.0.0\n"
          "exit\n" },
        /* Lines that only go and come together. */
        { "ios",
          "interface e0\n switchport trunk allowed vlan 1,2\n"
          " switchport trunk allowed vlan add 9\n",
          "interface e0\n switchport trunk allowed vlan 1,2\n",
          "interface e0\nswitchport trunk allowed vlan 1,2\nexit\n" },
        { "asa", "banner motd a\nbanner motd b\n",
          "banner motd a\nbanner motd c\n",
          "no banner motd\nbanner motd a\nbanner motd c\n" },
        /* What cannot be removed is not. */
        { "ios", "line vty 0 4\n exec-timeout 1\n",
          "line vty 0 15\n exec-timeout 1\n",
          "line vty 0 15\nexec-timeout 1\nexit\n" },
        { "ios", "interface Vlan7\n mtu 9\ninterface Gi0/1\n mtu 9\n", "",
          "interface Gi0/1\nno mtu\nexit\nno interface Vlan7\n" },
        { "ios",
          "router bgp 1\n neighbor x remote-as 2\n neighbor x weight "
          "3\n address-family ipv4\n  neighbor x activate\n",
          "router bgp 1\n address-family ipv4\n",
          "router bgp 1\nno neighbor x weight 3\naddress-family ipv4\n"
          "no neighbor x activate\nexit\nno neighbor x remote-as 2\nexit\n" },
        { "catos", "set system name a\n", "set system name b\n",
          "set system name b\n" },
        { "catos", "set vlan 10 3/1-4\n", "", NULL },
    };

    expect_deltas(cases, COUNT(cases));
}

static void a_banner_of_several_lines_is_one_command(void **state UNUSED)
{
    AUTO(buf_clear) struct buf out = BUF(4096);
    str rest;

    assert_int_equal(config_delta(family_find(STR("ios")),
                                  STR("banner motd ^C\nreload\n^C\n"),
                                  STR("banner motd ^C\nwrite ~ erase\n^C\n"),
                                  &out, NULL),
                     0);
    assert_string_equal(buf_c(&out), "banner motd |\nwrite ~ erase\n|\n");
    rest = buf_str(&out);
    assert_true(str_eq_c(config_take_command(&rest),
                         "banner motd |\nwrite ~ erase\n|"));
    assert_int_equal(rest.n, 0);
    /* One without an end is a line, and so is that of a firewall. */
    rest = STR("banner motd #x\nreload\n");
    assert_true(str_eq_c(config_take_command(&rest), "banner motd #x"));
    rest = STR("banner motd Welcome\nhostname W\n");
    assert_true(str_eq_c(config_take_command(&rest), "banner motd Welcome"));
    buf_reset(&out);
    assert_int_equal(config_delta(family_find(STR("ios")), STR(""),
                                  STR("banner motd ^C\n~|@#%&$*\n^C\n"), &out,
                                  NULL),
                     E_UNSUPPORTED);
}

static void expect_diff(const char *from, const char *to, const char *wanted)
{
    AUTO(buf_clear) struct buf out = BUF(1 << 20);

    assert_int_equal(
        diff_unified(STR("a"), str_c(from), STR("b"), str_c(to), &out, NULL),
        0);
    assert_string_equal(buf_c(&out), wanted);
}

static void differences_are_written_as_diff_u_writes_them(void **state UNUSED)
{
    expect_diff("1\n2\n", "1\n2\n", "");
    expect_diff("", "1\n", "--- a\n+++ b\n@@ -0,0 +1,1 @@\n+1\n");
    expect_diff("1\n", "", "--- a\n+++ b\n@@ -1,1 +0,0 @@\n-1\n");
    expect_diff("1\n2\n3\n4\n5\n", "1\n2\nx\n4\n5\n",
                "--- a\n+++ b\n@@ -1,5 +1,5 @@\n 1\n 2\n-3\n+x\n 4\n 5\n");
    expect_diff("1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n11\n12\n",
                "0\n1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n11\n",
                "--- a\n+++ b\n@@ -1,3 +1,4 @@\n+0\n 1\n 2\n 3\n"
                "@@ -9,4 +10,3 @@\n 9\n 10\n 11\n-12\n");
}

/* Texts made at random: the pieces lead from one to the other. */
static void applied(const char *diff, const char *from, struct buf *out)
{
    str pieces = str_c(diff);
    str old = str_c(from);
    size_t at = 1;

    (void)str_cut(&pieces, '\n');
    (void)str_cut(&pieces, '\n');
    while (pieces.n > 0) {
        str line = str_cut(&pieces, '\n');
        str text = str_sub(line, 1, SIZE_MAX);

        if (line.p[0] == '@') {
            unsigned first = 0;
            unsigned count = 0;

            assert_int_equal(sscanf(line.p, "@@ -%u,%u", &first, &count), 2);
            for (first += count == 0; at < first; at++) {
                buf_add(out, str_cut(&old, '\n'));
                buf_add_char(out, '\n');
            }
            continue;
        }
        if (line.p[0] != '+') {
            assert_true(str_eq(str_cut(&old, '\n'), text));
            at++;
        }
        if (line.p[0] != '-') {
            buf_add(out, text);
            buf_add_char(out, '\n');
        }
    }
    buf_add(out, old);
}

static void differences_lead_from_one_text_to_the_other(void **state UNUSED)
{
    uint64_t seed = 1;

    for (unsigned round = 0; round < 2000; round++) {
        AUTO(buf_clear) struct buf from = BUF(4096);
        AUTO(buf_clear) struct buf to = BUF(4096);
        AUTO(buf_clear) struct buf diff = BUF(1 << 16);
        AUTO(buf_clear) struct buf again = BUF(1 << 16);

        for (unsigned t = 0; t < 2; t++) {
            seed = seed * 6364136223846793005u + 1442695040888963407u;
            for (unsigned i = 0; i < (seed >> 33) % 20; i++) {
                uint64_t x = (seed >> (i % 8 + 20)) + i * (t + round);

                buf_printf(t == 0 ? &from : &to, "%u\n", (unsigned)(x % 5));
            }
        }
        assert_int_equal(diff_unified(STR("a"), buf_str(&from), STR("b"),
                                      buf_str(&to), &diff, NULL),
                         0);
        if (diff.n == 0)
            continue;
        applied(buf_c(&diff), buf_c(&from), &again);
        assert_string_equal(buf_c(&again), buf_c(&to));
    }
}

/* What a device's configuration has, and what is shown of it (R-DEP-8). */
static const char *const masked[][2] = {
    { "username a privilege 15 secret 9 $9$abc\n",
      "username a privilege 15 secret 9 ********\n" },
    { "username a password 0 clear\n", "username a password 0 ********\n" },
    { "enable password x1y2\n", "enable password ********\n" },
    { "snmp-server community public RO\n",
      "snmp-server community ******** RO\n" },
    { "set snmp community read-only  name\n",
      "set snmp community read-only  ********\n" },
    { " key 7 0822455D0A16\n", " key 7 ********\n" },
    { "tacacs-server key abc\n", "tacacs-server key ********\n" },
    { "crypto isakmp key abc address 1.2.3.4\n",
      "crypto isakmp key ******** address 1.2.3.4\n" },
    { "neighbor 1.2.3.4 password abc\n",
      "neighbor 1.2.3.4 password ********\n" },
    { "passwd oE3TM4HZQ8 encrypted\n", "passwd ******** encrypted\n" },
    { "auto-update server https://u:p@1.2.3.4/x\n",
      "auto-update server https://********@1.2.3.4/x\n" },
    { "copy ftp://u:a@b@1.2.3.4/x tftp://5.6.7.8/y http://v:w@h/\n",
      "copy ftp://********@1.2.3.4/x tftp://5.6.7.8/y "
      "http://********@h/\n" },
    { "snmp-server host 10.0.0.1 version 2c abc\n",
      "snmp-server host 10.0.0.1 version 2c ********\n" },
    { "snmp-server host 10.0.0.1 abc bgp\n",
      "snmp-server host 10.0.0.1 ******** bgp\n" },
    { "snmp-server host 10.0.0.1 vrf m traps version 3 priv abc\n",
      "snmp-server host 10.0.0.1 vrf m traps version 3 priv ********\n" },
    { "snmp-server host inside 10.0.0.1 community abc version 2c\n",
      "snmp-server host inside 10.0.0.1 community ******** version 2c\n" },
    { " ip ospf authentication-key abc\n",
      " ip ospf authentication-key ********\n" },
    { " ip ospf authentication message-digest\n",
      " ip ospf authentication message-digest\n" },
    { " ip ospf message-digest-key 1 md5 7 abc\n",
      " ip ospf message-digest-key 1 md5 7 ********\n" },
    { " standby 1 authentication abc\n",
      " standby 1 authentication ********\n" },
    { " standby 1 authentication md5 key-string abc\n",
      " standby 1 authentication md5 key-string ********\n" },
    { " wpa-psk ascii 0 abc\n", " wpa-psk ascii 0 ********\n" },
    { "aaa authentication login default local\n",
      "aaa authentication login default local\n" },
    { "cns password abc\n", "cns password ********\n" },
    { "enable secret level 5 5 $1$abc\n",
      "enable secret level 5 5 ********\n" },
    { "enable secret 9 $9$abc\n", "enable secret 9 ********\n" },
    { "username a privilege 15 password 0 two words\n",
      "username a privilege 15 password 0 ******** ********\n" },
    { "username a password 0 abc privilege 15\n",
      "username a password 0 ******** privilege 15\n" },
    { "ntp authentication-key 1 md5 abc 7\n",
      "ntp authentication-key 1 md5 ******** 7\n" },
    { "ntp authentication-key 1 hmac-sha2-256 abc 7\n",
      "ntp authentication-key 1 hmac-sha2-256 ******** 7\n" },
    { "ntp server 10.0.0.1 key 1 prefer\n",
      "ntp server 10.0.0.1 key 1 prefer\n" },
    { " client 10.0.0.1 server-key 7 abc\n",
      " client 10.0.0.1 server-key 7 ********\n" },
    { " security wpa psk set-key hex 0 abc\n",
      " security wpa psk set-key hex 0 ********\n" },
    { "snmp-server user u g v3 auth SHA abc priv AES 128 def\n",
      "snmp-server user u g v3 auth SHA ******** priv AES 128 ********\n" },
    { "snmp-server user u g v3 auth sha256 abc priv aes-128 def\n",
      "snmp-server user u g v3 auth sha256 ******** priv aes-128 "
      "********\n" },
    { "snmp-server group g v3 priv read V write W\n",
      "snmp-server group g v3 priv read V write W\n" },
    { "key chain a\n key 1\n  key-string 7 abc\n",
      "key chain a\n key 1\n  key-string 7 ********\n" },
    { "tacacs server a\n key 12345\n", "tacacs server a\n key ********\n" },
    { " ip rip authentication key-chain KC\n",
      " ip rip authentication key-chain KC\n" },
    { "mpls ldp password option 1 for 10 7 abc\n",
      "mpls ldp password option 1 for 10 7 ********\n" },
    { " set session-key inbound esp 256 cipher abc authenticator def\n",
      " set session-key ******** ******** ******** ******** ******** "
      "******** ********\n" },
    { "aaa-server T (inside) host 10.0.0.9 abc timeout 10\n",
      "aaa-server T (inside) host 10.0.0.9 ******** timeout 10\n" },
    { " ldap-login-password abc\n", " ldap-login-password ********\n" },
    { "set enablepass $2$abc\n", "set enablepass ********\n" },
    { "password encryption aes\n", "password encryption aes\n" },
    { "service password-encryption\n", "service password-encryption\n" },
    { "key chain a\n", "key chain a\n" },
    { "crypto key generate rsa\n", "crypto key generate rsa\n" },
    { "ip route 1.2.3.4/32 Null0\n", "ip route 1.2.3.4/32 Null0\n" },
    { "the word HUNTER2 is known\n", "the word ******** is known\n" },
};

static void R_DEP_8_secrets_are_masked(void **state UNUSED)
{
    str known[] = { STR("HUNTER2"), STR_NONE };

    for (size_t i = 0; i < COUNT(masked); i++) {
        AUTO(buf_clear) struct buf out = BUF(4096);

        mask_text(str_c(masked[i][0]), known, COUNT(known), &out);
        assert_string_equal(buf_c(&out), masked[i][1]);
    }
}

static void interfaces_of_three_families_are_read(void **state UNUSED)
{
    struct device_interfaces all = { 0 };

    assert_int_equal(
        show_read_interfaces(
            STR("FastEthernet0/0 is administratively down, line protocol is "
                "down (disabled)\n  Description: to core\n  Internet address "
                "is 10.1.1.1/24\n  Internet address is 10.9.9.9/24\n"
                "Interface eth0 is up, line protocol is up\n  inet "
                "10.99.0.1/24\n"
                "Interface GigabitEthernet0/0 \"outside\", is up, line "
                "protocol is up\n\tIP address 10.2.2.2, subnet mask "
                "255.255.255.0\n"),
            &all, NULL),
        0);
    assert_int_equal(all.list.n, 3);
    assert_true(str_eq_c(all.list.p[0].name, "FastEthernet0/0"));
    assert_true(str_eq_c(all.list.p[0].state, "administratively down"));
    assert_true(str_eq_c(all.list.p[0].protocol, "down"));
    assert_true(str_eq_c(all.list.p[0].address, "10.1.1.1/24"));
    assert_true(str_eq_c(all.list.p[0].description, "to core"));
    assert_true(str_eq_c(all.list.p[1].address, "10.99.0.1/24"));
    assert_true(str_eq_c(all.list.p[2].name, "GigabitEthernet0/0"));
    assert_true(str_eq_c(all.list.p[2].address, "10.2.2.2 255.255.255.0"));
    device_interfaces_clear(&all);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(configurations_are_cleaned_of_what_changes_by_itself),
        cmocka_unit_test(configurations_that_were_cut_off_are_seen),
        cmocka_unit_test(the_commands_from_one_to_another_are_found),
        cmocka_unit_test(
            R_DEP_5_no_line_of_a_numbered_list_is_taken_back_by_its_text),
        cmocka_unit_test(
            R_DEP_5_what_has_one_value_is_set_anew_and_never_taken_away_first),
        cmocka_unit_test(a_banner_of_several_lines_is_one_command),
        cmocka_unit_test(differences_are_written_as_diff_u_writes_them),
        cmocka_unit_test(differences_lead_from_one_text_to_the_other),
        cmocka_unit_test(R_DEP_8_secrets_are_masked),
        cmocka_unit_test(interfaces_of_three_families_are_read),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
