/* SPDX-License-Identifier: Apache-2.0
 *
 * R-INV-3: configurations are read into policies and written again; what was
 * not changed is the same, in every family, and on all the real ones that are
 * there.
 */
#include "tests/unit/unit.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>

#include "base/io.h"
#include "netdev/policies_report.h"

#define REAL "../shared/data/cisco"

enum {
    TEXT_MAX = 8 << 20,
    PATH_MAX_BYTES = 4096,
    REAL_DEPTH_MAX = 16,
};

static const struct family *family_of(const char *name)
{
    const struct family *family = family_find(str_c(name));

    assert_non_null(family);
    return family;
}

/* Read, written, and read again: the same text, and the same policies. */
static void expect_same(const struct family *family, str text, const char *name)
{
    AUTO(policies_clear) struct policies first = { 0 };
    AUTO(policies_clear) struct policies second = { 0 };
    AUTO(buf_clear) struct buf out = BUF(TEXT_MAX);

    assert_int_equal(policies_read(family, text, &first, NULL), 0);
    assert_int_equal(policies_write(&first, &out, NULL), 0);
    if (!str_eq(buf_str(&out), text))
        fail_msg("%s as %s: what is written is not what was read", name,
                 family->name);
    assert_int_equal(policies_read(family, buf_str(&out), &second, NULL), 0);
    assert_int_equal(first.all.n, second.all.n);
    for (size_t i = 0; i < first.all.n; i++)
        assert_int_equal(first.all.p[i].kind, second.all.p[i].kind);
    assert_memory_equal(first.counts, second.counts, sizeof(first.counts));
}

static void read_one(const char *family, const char *text, struct policies *out)
{
    assert_int_equal(policies_read(family_of(family), str_c(text), out, NULL),
                     0);
}

static const char router[] = "!\n"
                             "version 15.4\n"
                             "hostname r1\n"
                             "username admin privilege 15 secret 9 $9$abc\n"
                             "banner motd ^C\n"
                             "interface in a banner\n"
                             "^C\n"
                             "!\n"
                             "interface GigabitEthernet0/0\n"
                             " description to the  core \n"
                             " ip address 10.0.0.1 255.255.255.0\n"
                             " ip address 10.0.1.1 255.255.255.0 secondary\n"
                             " no ip proxy-arp\n"
                             " flux-capacitor 88\n"
                             "!\n"
                             "ip route 0.0.0.0 0.0.0.0 10.0.0.254\r\n"
                             "ip  domain-name  two.blanks\n"
                             "router bgp 65001\n"
                             " neighbor 10.0.0.2 remote-as 65002\n"
                             "warp-drive\n"
                             " engage now\n"
                             "line vty 0 4\n"
                             " transport input ssh\n"
                             "end";

static const struct {
    const char *family;
    const char *text;
    unsigned known;
    unsigned kept;
} own[] = {
    { "ios", router, 14, 4 },
    { "asa",
      "ASA Version 9.8(2)\nhostname fw\n"
      "interface GigabitEthernet0/0\n nameif outside\n security-level 0\n"
      " ip address 192.0.2.1 255.255.255.0\n"
      "object network web\n host 192.0.2.10\n"
      "access-list out extended permit tcp any object web eq 443\n"
      "http 10.0.0.0 255.0.0.0 inside\nmake-tea strong\n",
      10, 1 },
    { "pix",
      "PIX Version 6.3(5)\nnameif ethernet0 outside security0\n"
      "global (outside) 1 interface\nstatic (inside,outside) 192.0.2.9 "
      "10.0.0.9 netmask 255.255.255.255\n",
      4, 0 },
    { "catos",
      "#version 7.6(7)\nset system name  sw1\nset vlan 10 name users\n"
      "set ip route 0.0.0.0/0.0.0.0 10.0.0.1\nset teapot on\n",
      2, 2 },
    { "ips",
      "service host\nnetwork-settings\nhost-ip 10.0.0.9/24,10.0.0.1\n"
      "host-name sensor\naccess-list 10.0.0.0/24\nexit\nexit\n"
      "service web-server\nport 443\nexit\n",
      7, 0 },
    { "frr",
      "frr version 8.4\nhostname r1\ninterface eth0\n"
      " ip address 10.0.0.1/24\nexit\n"
      "router bgp 65001\n neighbor 10.0.0.2 remote-as 65002\n !\n"
      " address-family ipv4 unicast\n  network 10.0.0.0/24\n"
      " exit-address-family\nexit\n",
      8, 0 },
    { "netconf", "<config><x/></config>", 0, 1 },
};

static void R_INV_3_what_is_read_is_written_again_in_every_family(
    void **state UNUSED)
{
    for (size_t i = 0; i < COUNT(own); i++) {
        AUTO(policies_clear) struct policies read = { 0 };

        read_one(own[i].family, own[i].text, &read);
        expect_same(family_of(own[i].family), str_c(own[i].text),
                    own[i].family);
        if (read.counts[POLICY_KNOWN] != own[i].known ||
            read.counts[POLICY_KEPT] != own[i].kept)
            fail_msg("%s: %zu known, %zu kept", own[i].family,
                     read.counts[POLICY_KNOWN], read.counts[POLICY_KEPT]);
    }
}

static size_t index_of(const struct policies *policies, const char *begins)
{
    for (size_t i = 0; i < policies->all.n; i++) {
        if (str_starts(policies->all.p[i].text, str_c(begins)))
            return i;
    }
    fail_msg("no policy begins with '%s'", begins);
    return 0;
}

static void has_value(const struct policies *policies, const char *begins,
                      const char *name, const char *value)
{
    const struct config_policy *policy =
        &policies->all.p[index_of(policies, begins)];

    for (size_t i = 0; i < policy_slots(policy); i++) {
        if (!str_eq_c(policy_slot_name(policy, i), name))
            continue;
        if (!str_eq_c(policy->values[i], value))
            fail_msg("%s: %s is '%.*s'", begins, name,
                     ARGstr(policy->values[i]));
        return;
    }
    fail_msg("%s has no %s", begins, name);
}

static void R_INV_3_policies_have_areas_sections_and_values(void **state UNUSED)
{
    AUTO(policies_clear) struct policies read = { 0 };
    const struct config_policy *address;

    read_one("ios", router, &read);
    has_value(&read, "username", "level", "15");
    has_value(&read, "username", "secret", "$9$abc");
    has_value(&read, "ip address 10.0.1.1", "secondary", "secondary");
    has_value(&read, "ip address 10.0.0.1", "secondary", "");
    has_value(&read, "description", "text", "to the  core");
    has_value(&read, "banner", "text", "^C\ninterface in a banner\n^C");
    address = &read.all.p[index_of(&read, "ip address")];
    assert_string_equal(policy_area(address), "interfaces");
    assert_int_equal(address->section, index_of(&read, "interface Gig") + 1);
    assert_true(read.all.p[index_of(&read, "no ip proxy-arp")].is_no);
    /* below what nobody knows nothing is known */
    assert_int_equal(read.all.p[index_of(&read, "engage")].kind, POLICY_KEPT);
    assert_int_equal(read.all.p[index_of(&read, "banner")].lines, 3);
}

static void R_INV_3_a_change_is_the_only_line_that_differs(void **state UNUSED)
{
    AUTO(policies_clear) struct policies read = { 0 };
    AUTO(buf_clear) struct buf out = BUF(TEXT_MAX);
    AUTO(buf_clear) struct buf expected = BUF(TEXT_MAX);
    str text = str_c(router);
    size_t at;

    read_one("ios", router, &read);
    assert_int_equal(policies_set(&read, index_of(&read, "ip address 10.0.0.1"),
                                  STR("mask"), STR("255.255.255.128"), NULL),
                     0);
    at = str_find(text, STR("10.0.0.1 255.255.255.0"));
    buf_add(&expected, str_sub(text, 0, at));
    buf_add_c(&expected, "10.0.0.1 255.255.255.128");
    buf_add(&expected,
            str_sub(text, at + strlen("10.0.0.1 255.255.255.0"), SIZE_MAX));
    assert_int_equal(policies_write(&read, &out, NULL), 0);
    assert_true(str_eq(buf_str(&out), buf_str(&expected)));

    policies_remove(&read, index_of(&read, "interface Gig"));
    buf_reset(&out);
    assert_int_equal(policies_write(&read, &out, NULL), 0);
    assert_int_equal(str_find(buf_str(&out), STR("secondary")), out.n);
    assert_int_equal(str_find(buf_str(&out), STR("flux")), out.n);
    assert_true(str_find(buf_str(&out), STR("ip route 0.0.0.0")) < out.n);
}

static void R_INV_3_values_that_no_command_could_hold_are_refused(
    void **state UNUSED)
{
    static const struct {
        const char *begins;
        const char *name;
        const char *value;
        int rc;
    } cases[] = {
        { "ip address 10.0.0.1", "mask", "255.0.0.0", 0 },
        { "ip address 10.0.0.1", "mask", "no mask", E_INVALID },
        { "ip address 10.0.0.1", "mask", "10", E_INVALID },
        { "ip address 10.0.0.1", "mask", "", E_INVALID },
        { "ip address 10.0.0.1", "secondary", "secondary", 0 },
        { "ip address 10.0.0.1", "secondary", "first", E_INVALID },
        { "ip address 10.0.1.1", "secondary", "", 0 },
        { "ip address 10.0.0.1", "colour", "red", E_INVALID },
        { "hostname", "name", "a\nno ip ssh", E_INVALID },
        { "hostname", "name", "two words", E_INVALID },
        { "description", "text", "x\rno shutdown", E_INVALID },
        { "description", "text", "", E_INVALID },
        { "flux", "text", "x", E_INVALID },
        { "username", "level", "x", E_INVALID },
        { "username", "level", "1", 0 },
        { "banner", "text", "^Cwelcome\nall^C", 0 },
        { "no ip proxy-arp", "setting", "redirects", 0 },
        { "no ip proxy-arp", "setting", "redirection", E_INVALID },
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        AUTO(policies_clear) struct policies read = { 0 };
        struct err err = { 0 };
        int rc;

        read_one("ios", router, &read);
        rc = policies_set(&read, index_of(&read, cases[i].begins),
                          str_c(cases[i].name), str_c(cases[i].value), &err);
        if (rc != cases[i].rc)
            fail_msg("%s, %s = '%s': %d %s", cases[i].begins, cases[i].name,
                     cases[i].value, rc, err_text(&err));
    }
}

static void R_INV_3_the_report_tells_what_was_understood_and_what_not(
    void **state UNUSED)
{
    AUTO(policies_clear) struct policies read = { 0 };
    AUTO(jval_freep) struct jval *report = NULL;
    const struct jval *unknown;

    read_one("ios", router, &read);
    report = policies_report(family_of("ios"), &read);
    assert_int_equal(jval_i64(jval_get(report, "understood"), -1), 14);
    assert_int_equal(jval_i64(jval_get(report, "kept"), -1), 4);
    unknown = jval_get(report, "unknown");
    assert_int_equal(jval_count(unknown), 4);
    assert_int_equal(jval_i64(jval_get(jval_at(unknown, 0), "line"), -1), 14);
    assert_true(
        str_eq_c(jval_text(jval_get(jval_at(unknown, 0), "text"), STR("")),
                 "flux-capacitor 88"));
    assert_int_equal(jval_count(jval_get(report, "policies")), 14);
}

static void hostile_text_is_read_and_comes_out_as_it_was(void **state UNUSED)
{
    AUTO(buf_clear) struct buf text = BUF(TEXT_MAX);
    static const char *const pieces[] = {
        "banner motd ^C",
        "\n",
        " ",
        "interface",
        "\r",
        " ip address ",
        "macro name x\n",
        "\0",
        "no ",
        "exit\n",
        "set banner motd #",
        "10.0.0.1",
    };
    uint32_t seed = 7;

    for (size_t i = 0; i < 20000; i++) {
        seed = seed * 1664525 + 1013904223;
        buf_add_c(&text, pieces[(seed >> 16) % COUNT(pieces)]);
    }
    for (size_t i = 0; i < family_count; i++)
        expect_same(&families[i], buf_str(&text), "pieces");
    buf_reset(&text);
    for (size_t i = 0; i < 100000; i++)
        buf_add_c(&text, " banner login ^C\n");
    expect_same(family_of("ios"), buf_str(&text), "banners without end");
}

/* --- The real ones --- */

static size_t walk_real(const char *path, unsigned depth)
{
    AUTO(buf_clear) struct buf text = BUF(TEXT_MAX);
    struct stat info;
    size_t files = 0;
    DIR *directory;

    assert_int_equal(stat(path, &info), 0);
    if (S_ISREG(info.st_mode)) {
        assert_int_equal(io_read_file(AT_FDCWD, path, &text, NULL), 0);
        for (size_t i = 0; i < family_count; i++)
            expect_same(&families[i], buf_str(&text), path);
        return 1;
    }
    directory = opendir(path);
    assert_non_null(directory);
    for (const struct dirent *entry; (entry = readdir(directory)) != NULL;) {
        char below[PATH_MAX_BYTES];

        if (entry->d_name[0] == '.' || depth == 0)
            continue;
        (void)snprintf(below, sizeof(below), "%s/%s", path, entry->d_name);
        files += walk_real(below, depth - 1);
    }
    (void)closedir(directory);
    return files;
}

static void R_INV_3_all_real_texts_come_out_as_they_were(void **state UNUSED)
{
    struct stat info;

    if (stat(REAL, &info) < 0)
        UNIT_SKIP("no configurations in " REAL);
    assert_true(walk_real(REAL, REAL_DEPTH_MAX) > 100);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(R_INV_3_what_is_read_is_written_again_in_every_family),
        cmocka_unit_test(R_INV_3_policies_have_areas_sections_and_values),
        cmocka_unit_test(R_INV_3_a_change_is_the_only_line_that_differs),
        cmocka_unit_test(R_INV_3_values_that_no_command_could_hold_are_refused),
        cmocka_unit_test(
            R_INV_3_the_report_tells_what_was_understood_and_what_not),
        cmocka_unit_test(hostile_text_is_read_and_comes_out_as_it_was),
        cmocka_unit_test(R_INV_3_all_real_texts_come_out_as_they_were),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
