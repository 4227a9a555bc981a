/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/unit.h"

#include <dirent.h>
#include <fcntl.h>

#include "base/io.h"
#include "netdev/lint.h"
#include "netdev/prepare.h"

#define GOLDEN "tests/data/prepare"

static void read_golden(const char *name, const char *suffix, struct buf *out)
{
    AUTO(buf_clear) struct buf path = BUF(4096);

    buf_printf(&path, GOLDEN "/%s%s", name, suffix);
    assert_int_equal(io_read_file(AT_FDCWD, buf_c(&path), out, NULL), 0);
}

static void expect_golden(const char *name, struct prepare *out)
{
    AUTO(buf_clear) struct buf json = BUF(PREPARE_JSON_MAX);
    AUTO(buf_clear) struct buf text = BUF(PREPARE_TEXT_MAX);
    struct err err = { 0 };

    read_golden(name, ".json", &json);
    read_golden(name, ".txt", &text);
    if (prepare_device(buf_str(&json), out, &err) < 0)
        fail_msg("%s: %s", name, err_text(&err));
    assert_string_equal(buf_c(&out->text), buf_c(&text));
}

/* Its own lint has nothing to say of what was made; clear passwords are what
 * was asked for. */
static void expect_clean(const char *name, str text)
{
    AUTO(lint_clear) struct lint lint = { 0 };
    str rest = str_c(name);
    str word = str_cut(&rest, '-');
    const struct family *family = family_find(
        str_starts(str_c(name), STR("ios-xe")) ? STR("ios-xe") : word);

    assert_non_null(family);
    assert_int_equal(lint_text(family, text, &lint, NULL), 0);
    for (size_t i = 0; i < lint.findings.n; i++) {
        const struct lint_finding *finding = &lint.findings.p[i];

        if (strcmp(finding->rule, "R-IOSSSL-7") != 0 &&
            !str_starts(str_c(name), STR("ips-http")))
            fail_msg("%s:%u: %s: %s", name, finding->line, finding->rule,
                     finding->message.p);
    }
}

static void R_COM_3_each_text_is_as_golden_and_passes_lint(void **state UNUSED)
{
    DIR *dir = opendir(GOLDEN);
    struct dirent *entry;
    size_t n = 0;

    assert_non_null(dir);
    while ((entry = readdir(dir)) != NULL) {
        AUTO(prepare_clear) struct prepare prepare = PREPARE;
        char *dot = strrchr(entry->d_name, '.');

        if (dot == NULL || strcmp(dot, ".json") != 0)
            continue;
        *dot = '\0';
        expect_golden(entry->d_name, &prepare);
        expect_clean(entry->d_name, buf_str(&prepare.text));
        n++;
    }
    closedir(dir);
    assert_true(n >= 60);
}

static void expect_refused(const char *json, const char *start,
                           const char *rule)
{
    AUTO(prepare_clear) struct prepare prepare = PREPARE;
    struct err err = { 0 };
    int rc = prepare_device(str_c(json), &prepare, &err);

    if (rc != E_INVALID || !str_starts(str_c(err_text(&err)), str_c(start)) ||
        strstr(err_text(&err), rule) == NULL)
        fail_msg("%s: %d, '%s'; expected '%s' and '%s'", json, rc,
                 err_text(&err), start, rule);
}

struct refusal {
    const char *json;
    const char *start;
    const char *rule;
};

static const struct refusal of_all[] = {
    { "{}", "family: is missing", "R-COM-7" },
    { "{\"family\":\"junos\"}", "family: 'junos'", "R-COM-7" },
    { "{\"family\":7}", "family: ", "R-COM-7" },
    { "[]", "expected an object", "" },
    { "{\"family\":\"asa\",\"colour\":1}", "colour: is not known", "" },
    { "{\"family\":\"asa\",\"transport\":\"ssh\"}", "transport: ssh",
      "R-COM-7" },
    { "{\"family\":\"asa\",\"transport\":\"smtp\"}", "transport: 'smtp'",
      "R-COM-6" },
    { "{\"family\":\"ios\",\"transport\":\"http\"}", "transport: http",
      "R-COM-8" },
    { "{\"family\":\"catalyst\",\"transport\":\"tms\"}", "transport: tms",
      "R-COM-9" },
    { "{\"family\":\"ios\",\"version\":\"12.2\",\"transport\":\"ssl\"}",
      "transport: ssl", "R-COM-7" },
    { "{\"family\":\"ios\",\"version\":\"twelve\"}", "version: 'twelve'", "" },
    { "{\"family\":\"ios\",\"version\":\"11.2\"}", "version: 11.2", "R-COM-7" },
    { "{\"family\":\"ios\",\"aus\":{}}", "aus: ", "R-COM-10" },
    { "{\"family\":\"fwsm\",\"aus\":{\"ip\":\"10.1.1.1\",\"username\":"
      "\"u\",\"password\":\"p\",\"device_id\":\"hostname\"}}",
      "aus: FWSM has no", "R-COM-10" },
    { "{\"family\":\"fwsm\",\"ce\":{\"ip\":\"10.1.1.1\",\"username\":"
      "\"u\",\"password\":\"p\",\"device_id\":\"hostname\"}}",
      "ce: FWSM has no", "R-COM-10" },
    { "{\"family\":\"catalyst\",\"ce\":{\"ip\":\"10.1.1.1\",\"password\":"
      "\"p\"}}",
      "ce: Catalyst switch has no", "R-COM-10" },
    { "{\"family\":\"asa\"}", "servers: is missing", "R-ASA-3" },
    { "{\"family\":\"asa\",\"servers\":[\"10.1.1\"]}", "servers: ", "R-ASA-3" },
    { "{\"family\":\"asa\",\"servers\":[\"10.1.1.256\"]}",
      "servers: ", "R-ASA-3" },
    { "{\"family\":\"asa\",\"servers\":[{\"ip\":\"10.1.1.1\",\"netmask\":"
      "\"255.0.255.0\"}]}",
      "servers.netmask: '255.0.255.0'", "R-ASA-3" },
    { "{\"family\":\"asa\",\"servers\":[\"10.1.1.1\"],\"new\":true}",
      "hostname: is missing", "R-ASA-2" },
    { "{\"family\":\"asa\",\"servers\":[\"10.1.1.1\"],\"http_port\":0}",
      "http_port: 0", "R-ASA-6" },
    { "{\"family\":\"asa\",\"servers\":[\"10.1.1.1\"],\"dialogue\":"
      "{\"month\":2,\"day\":30}}",
      "dialogue.day: month 2", "R-ASA-2" },
    { "{\"family\":\"asa\",\"servers\":[\"10.1.1.1\"],\"dialogue\":"
      "{\"time\":\"24:00\"}}",
      "dialogue.time: '24:00'", "R-ASA-2" },
    { "{\"family\":\"pix\",\"version\":\"6.3(5)\",\"aus\":{\"ip\":"
      "\"10.1.1.1\",\"username\":\"u\",\"password\":\"p\",\"device_id\":"
      "\"hostname\",\"source\":\"inside\"}}",
      "aus.source: version 6.3(5)", "R-AUS-5" },
};

static const struct refusal of_ios[] = {
    { "{\"family\":\"ios\"}", "username: is missing", "R-IOSSSL-1" },
    { "{\"family\":\"ios\",\"username\":\"u\"}", "password: is missing",
      "R-IOSSSL-1" },
    { "{\"family\":\"ios\",\"username\":\"u\",\"password\":\"p\","
      "\"new\":true}",
      "hostname: is missing", "R-IOSSSL-1" },
    { "{\"family\":\"ios\",\"username\":\"u\",\"password\":\"p\","
      "\"hostname\":\"-x\"}",
      "hostname: '-x'", "R-IOSSSL-1" },
    { "{\"family\":\"ios\",\"username\":\"u u\",\"password\":\"p\"}",
      "username: 'u u'", "R-IOSSSL-1" },
    { "{\"family\":\"ios\",\"username\":\"u\",\"password\":\"p\\nq\"}",
      "password: holds", "R-IOSSSL-1" },
    { "{\"family\":\"ios\",\"username\":\"u\",\"password\":\"p\","
      "\"privilege\":5}",
      "privilege: ", "R-IOSSSL-2" },
    { "{\"family\":\"ios\",\"username\":\"u\",\"password\":\"p\","
      "\"password_type\":7}",
      "password_type: ", "R-IOSSSL-7" },
    { "{\"family\":\"ios\",\"username\":\"u\",\"password\":\"p\","
      "\"password_type\":9}",
      "password: of type 9", "R-IOSSSL-7" },
    { "{\"family\":\"ios\",\"username\":\"u\",\"password\":\"p\","
      "\"aaa_lists\":[\"\"]}",
      "aaa_lists: ", "R-IOSSSL-3" },
    { "{\"family\":\"ios\",\"authorization\":\"aaa\",\"aaa_lists\":"
      "[\"a\",\"b\"],\"login_authentication\":\"c\"}",
      "login_authentication: 'c'", "R-IOSSSL-5" },
    { "{\"family\":\"ios\",\"transport\":\"ssh\",\"modulus\":359}",
      "modulus: 359", "R-SSH-11" },
    { "{\"family\":\"ios\",\"transport\":\"ssh\",\"modulus\":4097}",
      "modulus: 4097", "R-SSH-11" },
    { "{\"family\":\"ios\",\"transport\":\"ssh\",\"version\":\"12.4\","
      "\"modulus\":4096}",
      "modulus: 4096", "R-SSH-11" },
    { "{\"family\":\"ios\",\"transport\":\"ssh\",\"timeout\":0}", "timeout: 0",
      "R-SSH-12" },
    { "{\"family\":\"ios\",\"transport\":\"ssh\",\"timeout\":121}",
      "timeout: 121", "R-SSH-12" },
    { "{\"family\":\"ios\",\"transport\":\"ssh\","
      "\"authentication_retries\":6}",
      "authentication_retries: 6", "R-SSH-12" },
    { "{\"family\":\"ios\",\"transport\":\"ssh\",\"vty\":{\"first\":-1,"
      "\"last\":4}}",
      "vty.first: -1", "R-SSH-13" },
    { "{\"family\":\"ios\",\"transport\":\"ssh\",\"vty\":{\"first\":0,"
      "\"last\":1181}}",
      "vty.last: 1181", "R-SSH-13" },
    { "{\"family\":\"ios\",\"transport\":\"ssh\",\"vty\":{\"first\":4,"
      "\"last\":4}}",
      "vty_last: 4", "R-SSH-13" },
    { "{\"family\":\"ios\",\"transport\":\"ssh\",\"vty\":{\"first\":5,"
      "\"last\":4}}",
      "vty_last: 4", "R-SSH-13" },
    { "{\"family\":\"ios\",\"transport\":\"ssh\",\"vty_first\":5}",
      "vty_last: is missing", "R-SSH-13" },
    { "{\"family\":\"ios\",\"transport\":\"ssh\",\"timeout\":\"60\"}",
      "timeout: expected a whole number", "R-SSH-12" },
};

static const struct refusal of_ips[] = {
    { "{\"family\":\"ips\",\"sensor_name\":\"s\",\"ip\":\"10.0.0.0\","
      "\"netmask\":\"255.255.255.0\",\"default_route\":\"10.0.0.1\"}",
      "ip: 10.0.0.0 is the address of the network", "R-IPS-1" },
    { "{\"family\":\"ips\",\"sensor_name\":\"s\",\"ip\":\"10.0.0.255\","
      "\"netmask\":\"255.255.255.0\",\"default_route\":\"10.0.0.1\"}",
      "ip: 10.0.0.255 is the address of the network", "R-IPS-1" },
    { "{\"family\":\"ips\",\"sensor_name\":\"s\",\"ip\":\"10.0.0.1\","
      "\"netmask\":\"255.255.255.0\",\"default_route\":\"10.0.0.255\"}",
      "default_route: 10.0.0.255", "R-IPS-1" },
    { "{\"family\":\"ips\",\"sensor_name\":\"s\"}", "ip: is missing",
      "R-IPS-1" },
    { "{\"family\":\"ips\",\"sensor_name\":\"s\",\"ip\":\"10.0.0.1\","
      "\"netmask\":\"255.255.255.0\",\"default_route\":\"10.0.1.1\"}",
      "default_route: 10.0.1.1", "R-IPS-1" },
    { "{\"family\":\"ips\",\"sensor_name\":\"s\",\"ip\":\"10.0.0.1\","
      "\"netmask\":\"255.255.255.0\",\"default_route\":\"10.0.0.2\","
      "\"web_server_port\":65536}",
      "web_server_port: 65536", "R-IPS-3" },
    { "{\"family\":\"ips\",\"sensor_name\":\"s\",\"ip\":\"10.0.0.1\","
      "\"netmask\":\"255.255.255.0\",\"default_route\":\"10.0.0.2\","
      "\"web_server_port\":8443,\"use_default_ports\":true}",
      "web_server_port: 8443", "R-IPS-3" },
    { "{\"family\":\"ips\",\"sensor_name\":\"s\",\"ip\":\"10.0.0.1\","
      "\"netmask\":\"255.255.255.0\",\"default_route\":\"10.0.0.2\","
      "\"tls\":false}",
      "tls: must be true", "R-IPS-1" },
};

static void expect_all_refused(const struct refusal *cases, size_t n)
{
    for (size_t i = 0; i < n; i++)
        expect_refused(cases[i].json, cases[i].start, cases[i].rule);
}

static void each_member_that_does_not_hold_is_refused(void **state UNUSED)
{
    expect_all_refused(of_all, COUNT(of_all));
    expect_all_refused(of_ios, COUNT(of_ios));
    expect_all_refused(of_ips, COUNT(of_ips));
}

/* The files differ in the address alone. */
static void R_AUS_2_a_CE_server_is_asked_as_an_AUS_server_is(
    void **state UNUSED)
{
    AUTO(buf_clear) struct buf aus = BUF(PREPARE_TEXT_MAX);
    AUTO(buf_clear) struct buf ce = BUF(PREPARE_TEXT_MAX);
    AUTO(buf_clear) struct buf moved = BUF(PREPARE_TEXT_MAX);
    size_t at;

    read_golden("asa-aus-720", ".txt", &aus);
    read_golden("asa-ce", ".txt", &ce);
    at = str_find(buf_str(&ce), STR("192.0.2.21"));
    assert_true(at < ce.n);
    buf_add(&moved, str_sub(buf_str(&ce), 0, at));
    buf_add_c(&moved, "192.0.2.20");
    buf_add(&moved, str_sub(buf_str(&ce), at + 10, ce.n));
    assert_string_equal(buf_c(&moved), buf_c(&aus));
}

static void R_AUS_8_what_is_said_last_saves_it(void **state UNUSED)
{
    DIR *dir = opendir(GOLDEN);
    struct dirent *entry;
    size_t n = 0;

    assert_non_null(dir);
    while ((entry = readdir(dir)) != NULL) {
        AUTO(prepare_clear) struct prepare prepare = PREPARE;
        AUTO(buf_clear) struct buf json = BUF(PREPARE_JSON_MAX);
        char *dot = strrchr(entry->d_name, '.');

        if (dot == NULL || strcmp(dot, ".json") != 0 ||
            strstr(entry->d_name, "-aus-") == NULL)
            continue;
        *dot = '\0';
        read_golden(entry->d_name, ".json", &json);
        assert_int_equal(prepare_device(buf_str(&json), &prepare, NULL), 0);
        assert_true(str_ends(buf_str(&prepare.text), STR("\nwrite memory\n")));
        n++;
    }
    closedir(dir);
    assert_true(n >= 8);
}

static void expect_aus(const char *members, const char *start, const char *rule)
{
    AUTO(buf_clear) struct buf json = BUF(4096);

    buf_printf(&json,
               "{\"family\":\"asa\",\"aus\":{\"ip\":\"10.1.1.1\","
               "\"username\":\"u\",\"password\":\"p\",%s}}",
               members);
    expect_refused(buf_c(&json), start, rule);
}

static void R_AUS_members_are_checked(void **state UNUSED)
{
    static const char *const cases[][3] = {
        { "\"port\":443", "aus.device_id: is missing", "R-AUS-7" },
        { "\"device_id\":\"name\"", "aus.device_id.type: 'name'", "R-AUS-7" },
        { "\"device_id\":\"string\"", "aus.device_id.text: ", "R-AUS-7" },
        { "\"device_id\":{\"type\":\"hostname\",\"if_name\":\"inside\"}",
          "aus.device_id.if_name: ", "R-AUS-7" },
        { "\"device_id\":\"hostname\",\"poll_period\":0", "aus.poll_period: 0",
          "R-AUS-6" },
        { "\"device_id\":\"hostname\",\"poll_period\":35792",
          "aus.poll_period: 35792", "R-AUS-6" },
        { "\"device_id\":\"hostname\",\"poll_period\":\"often\"",
          "aus.poll_period: expected a whole number", "R-AUS-6" },
        { "\"device_id\":\"hostname\",\"retry_count\":-1",
          "aus.retry_count: -1", "R-AUS-6" },
        { "\"device_id\":\"hostname\",\"retry_period\":0",
          "aus.retry_period: 0", "R-AUS-6" },
        { "\"device_id\":\"hostname\",\"port\":65536", "aus.port: 65536",
          "R-AUS-4" },
    };

    for (size_t i = 0; i < COUNT(cases); i++)
        expect_aus(cases[i][0], cases[i][1], cases[i][2]);
}

static void expect_kron(const char *members, const char *start,
                        const char *rule)
{
    AUTO(buf_clear) struct buf json = BUF(4096);

    buf_printf(&json,
               "{\"family\":\"ios\",\"ce\":{\"ip\":\"10.1.1.1\",\"kron\":{%s,"
               "\"recurrence\":\"recurring\"}}}",
               members);
    expect_refused(buf_c(&json), start, rule);
}

static void R_CNC_members_are_checked(void **state UNUSED)
{
#define BASE "\"occurrence\":\"o\",\"policy_lists\":[\"a\"],"
    static const char *const cases[][3] = {
        { BASE "\"in\":\"0\"", "ce.kron.in: 0 is no time", "R-CNC-3" },
        { BASE "\"in\":\"0:0:0\"", "ce.kron.in: 0 is no time", "R-CNC-3" },
        { BASE "\"in\":\"60\"", "ce.kron.in: ", "R-CNC-3" },
        { BASE "\"in\":\"1:\"", "ce.kron.in: ", "R-CNC-3" },
        { BASE "\"in\":\"1:2:3:4\"", "ce.kron.in: ", "R-CNC-3" },
        { BASE "\"in\":\"24:00\"", "ce.kron.in: ", "R-CNC-3" },
        { BASE "\"in\":\"-1\"", "ce.kron.in: ", "R-CNC-3" },
        { BASE "\"in\":\"\"", "ce.kron.in: ", "R-CNC-3" },
        { BASE "\"at\":\"24:00\"", "ce.kron.at: ", "R-CNC-4" },
        { BASE "\"at\":\"12:60\"", "ce.kron.at: ", "R-CNC-4" },
        { BASE "\"at\":\"noon\"", "ce.kron.at: ", "R-CNC-4" },
        { BASE "\"at\":\"1:00\",\"month\":\"feb\",\"day_of_month\":30",
          "ce.kron.day_of_month: Feb has no day 30", "R-CNC-4" },
        { BASE "\"at\":\"1:00\",\"month\":4,\"day_of_month\":31",
          "ce.kron.day_of_month: Apr", "R-CNC-4" },
        { BASE "\"at\":\"1:00 Feb 30\"", "ce.kron.day_of_month: Feb",
          "R-CNC-4" },
        { BASE "\"at\":\"1:00\",\"month\":\"may\"",
          "ce.kron.day_of_month: is missing", "R-CNC-4" },
        { BASE "\"at\":\"1:00\",\"day_of_month\":32",
          "ce.kron.day_of_month: ", "R-CNC-4" },
        { BASE "\"at\":\"1:00\",\"day_of_week\":\"someday\"",
          "ce.kron.day_of_week: ", "R-CNC-4" },
        { BASE "\"at\":\"1:00\",\"in\":\"5\"", "ce.kron.in: exactly one",
          "R-CNC-1" },
        { "\"occurrence\":\"o\",\"policy_lists\":[\"a\"]",
          "ce.kron.in: exactly one", "R-CNC-1" },
        { "\"occurrence\":\"\",\"in\":\"5\",\"policy_lists\":[\"a\"]",
          "ce.kron.occurrence: is 0", "R-CNC-2" },
        { "\"occurrence\":\"12345678901234567890123456789012\",\"in\":\"5\","
          "\"policy_lists\":[\"a\"]",
          "ce.kron.occurrence: is 32", "R-CNC-2" },
        { "\"occurrence\":\"o\",\"in\":\"5\",\"policy_lists\":"
          "[\"12345678901234567890123456789012\"]",
          "ce.kron.policy_lists.name: is 32", "R-CNC-2" },
        { "\"occurrence\":\"o\",\"in\":\"5\",\"policy_lists\":[]",
          "ce.kron.policy_lists: has 0", "R-CNC-6" },
        { "\"occurrence\":\"o\",\"in\":\"5\"",
          "ce.kron.policy_lists: is missing", "R-CNC-1" },
    };
#undef BASE

    for (size_t i = 0; i < COUNT(cases); i++)
        expect_kron(cases[i][0], cases[i][1], cases[i][2]);
}

static void expect_lines(const char *json, const char *line, size_t count)
{
    AUTO(prepare_clear) struct prepare prepare = PREPARE;
    struct err err = { 0 };
    size_t n = 0;
    str rest;

    if (prepare_device(str_c(json), &prepare, &err) < 0)
        fail_msg("%s: %s", json, err_text(&err));
    rest = buf_str(&prepare.text);
    while (rest.n > 0)
        n += str_eq_c(str_cut(&rest, '\n'), line);
    if (n != count)
        fail_msg("%s: %zu times '%s', not %zu", json, n, line, count);
}

/* Where each line stands in the text, which holds them in this order. */
static void expect_order(str text, const char *const *lines, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        AUTO(buf_clear) struct buf line = BUF(1024);
        size_t at;

        buf_printf(&line, "%s\n", lines[i]);
        at = str_find(text, buf_str(&line));
        if (at >= text.n)
            fail_msg("no '%s' in what is left: %.*s", lines[i], ARGstr(text));
        text = str_sub(text, at + line.n, SIZE_MAX);
    }
    assert_int_equal(text.n, 0);
}

static void R_CNE_1_R_CNE_3_each_agent_of_the_event_bus_is_encrypted_by_itself(
    void **state UNUSED)
{
    for (unsigned i = 0; i < 8; i++) {
        AUTO(prepare_clear) struct prepare prepare = PREPARE;
        AUTO(buf_clear) struct buf json = BUF(4096);
        bool event = (i & 1) != 0;
        bool config = (i & 2) != 0;
        bool exec = (i & 4) != 0;
        const char *const lines[] = {
            "configure terminal",
            "hostname r1",
            "ip domain-name example.net",
            "cns trusted-server all-agents 192.0.2.20",
            event ? "cns event 192.0.2.20 encrypt" : "cns event 192.0.2.20",
            config ? "cns config partial 192.0.2.20 encrypt"
                   : "cns config partial 192.0.2.20",
            "cns password Gate-1",
            exec ? "cns exec encrypt" : "cns exec",
            "exit",
            "write memory",
        };
        struct err err = { 0 };

        buf_printf(&json,
                   "{\"family\":\"ios\",\"device\":\"new\",\"hostname\":"
                   "\"r1\",\"domain\":\"example.net\",\"ce\":{\"mode\":"
                   "\"event-bus\",\"ip\":\"192.0.2.20\",\"password\":"
                   "\"Gate-1\",\"event_encrypt\":%s,\"config_encrypt\":%s,"
                   "\"exec_encrypt\":%s,\"exec_port\":%d}}",
                   event ? "true" : "false", config ? "true" : "false",
                   exec ? "true" : "false", exec ? 443 : 80);
        if (prepare_device(buf_str(&json), &prepare, &err) < 0)
            fail_msg("%s: %s", buf_c(&json), err_text(&err));
        expect_order(buf_str(&prepare.text), lines, COUNT(lines));
    }
}

static void R_CNC_9_the_status_goes_by_HTTPS_where_it_is_asked_for(
    void **state UNUSED)
{
#define HOME(more)                                                             \
    "{\"family\":\"ios\",\"ce\":{\"ip\":\"10.1.1.1\"" more                     \
    ",\"kron\":{\"occurrence\":\"o\",\"policy_lists\":[\"a\"],\"in\":"         \
    "\"5\",\"recurrence\":\"recurring\"}}}"
#define RETRIEVE "cli cns config retrieve 10.1.1.1"
    expect_lines(HOME(""),
                 RETRIEVE " page /cns/JobbedDynaConfig status "
                          "http://10.1.1.1/cns/PostStatus",
                 1);
    expect_lines(HOME(",\"encrypt\":true"),
                 RETRIEVE " encrypt page /cns/JobbedDynaConfig status "
                          "https://10.1.1.1/cns/PostStatus",
                 1);
#undef HOME
#undef RETRIEVE
}

static void R_CNC_2_a_name_that_comes_again_edits(void **state UNUSED)
{
    const char *json = "{\"family\":\"ios\",\"ce\":{\"ip\":\"10.1.1.1\","
                       "\"kron\":{\"occurrence\":\"1234567890123456789012345"
                       "678901\",\"in\":\"5\",\"recurrence\":\"recurring\","
                       "\"policy_lists\":[\"a\",{\"name\":\"a\",\"ip\":"
                       "\"10.1.1.2\"}]}}}";

    expect_lines(json, "kron policy-list a", 1);
    expect_lines(json, "policy-list a", 1);
    expect_lines(json,
                 "cli cns config retrieve 10.1.1.2 page /cns/JobbedDynaConfig "
                 "status http://10.1.1.2/cns/PostStatus",
                 1);
}

static void corrections_are_told_as_notes(void **state UNUSED)
{
    static const struct {
        const char *json;
        const char *rule;
        bool is_warning;
    } cases[] = {
        { "{\"family\":\"asa\",\"servers\":[\"10.1.1.1\"]}", "R-ASA-4", false },
        { "{\"family\":\"asa\",\"servers\":[\"10.1.1.1\"]}", "R-COM-13",
          false },
        { "{\"family\":\"ios\",\"username\":\"u\",\"password\":\"p\"}",
          "R-COM-12", false },
        { "{\"family\":\"ios\",\"username\":\"u\",\"password\":\"p\","
          "\"password_type\":\"0\"}",
          "R-IOSSSL-7", true },
        { "{\"family\":\"ios\",\"transport\":\"ssh\",\"modulus\":1024}",
          "R-SSH-11", true },
        { "{\"family\":\"ios\",\"transport\":\"ssh\",\"modulus\":512}",
          "R-SSH-11", true },
        { "{\"family\":\"ios\",\"transport\":\"ssh\",\"timeout\":60}",
          "R-SSH-12", false },
        { "{\"family\":\"ios\",\"transport\":\"ssh\",\"vty\":{\"first\":0,"
          "\"last\":4}}",
          "R-SSH-14", true },
        { "{\"family\":\"ios\",\"transport\":\"telnet\"}", "R-TEL-4", true },
        { "{\"family\":\"ips\",\"transport\":\"http\",\"sensor_name\":\"s\","
          "\"ip\":\"10.0.0.1\",\"netmask\":\"255.0.0.0\","
          "\"default_route\":\"10.0.0.2\",\"tls\":false}",
          "R-COM-8", true },
        { "{\"family\":\"ips\",\"sensor_name\":\"s\",\"ip\":\"10.0.0.1\","
          "\"netmask\":\"255.0.0.0\",\"default_route\":\"10.0.0.2\","
          "\"web_server_port\":80}",
          "R-IPS-3", true },
        { "{\"family\":\"ips\",\"sensor_name\":\"s\",\"ip\":\"10.0.0.1\","
          "\"netmask\":\"255.0.0.0\",\"default_route\":\"10.0.0.2\"}",
          "R-IPS-4", false },
        { "{\"family\":\"asa\",\"version\":\"9.2(1)\",\"aus\":{\"ip\":"
          "\"10.1.1.1\",\"username\":\"u\",\"password\":\"p\","
          "\"device_id\":\"hostname\",\"verify_certificate\":false}}",
          "R-AUS-5", true },
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        AUTO(prepare_clear) struct prepare prepare = PREPARE;
        bool found = false;

        assert_int_equal(prepare_device(str_c(cases[i].json), &prepare, NULL),
                         0);
        for (size_t k = 0; k < prepare.notes.n; k++)
            found |= strcmp(prepare.notes.p[k].rule, cases[i].rule) == 0 &&
                     prepare.notes.p[k].is_warning == cases[i].is_warning;
        if (!found)
            fail_msg("%s: no %s", cases[i].json, cases[i].rule);
    }
}

static bool notes_hold(const char *json, const char *text)
{
    AUTO(prepare_clear) struct prepare prepare = PREPARE;
    bool found = false;

    assert_int_equal(prepare_device(str_c(json), &prepare, NULL), 0);
    for (size_t i = 0; i < prepare.notes.n; i++)
        found |= str_find(prepare.notes.p[i].text, str_c(text)) <
                 prepare.notes.p[i].text.n;
    return found;
}

static void R_ASA_5_passwords_are_told_of_when_no_version_is_given(
    void **state UNUSED)
{
#define BASE "\"servers\":[\"10.1.1.1\"],\"username\":\"u\",\"password\":\"p\"}"
    static const struct {
        const char *json;
        bool is_told;
    } cases[] = {
        { "{\"family\":\"asa\"," BASE, true },
        { "{\"family\":\"asa\",\"version\":\"9.12(4)\"," BASE, true },
        { "{\"family\":\"asa\",\"version\":\"8.4(7)\"," BASE, false },
        { "{\"family\":\"pix\"," BASE, false },
    };
#undef BASE

    for (size_t i = 0; i < COUNT(cases); i++)
        assert_int_equal(notes_hold(cases[i].json, "basic-auth-client"),
                         cases[i].is_told);
}

static void R_IOSSSL_7_no_message_repeats_a_password(void **state UNUSED)
{
    static const char *const bad[] = {
        "{\"family\":\"ios\",\"username\":\"u\",\"password\":\"S3CRET \"}",
        "{\"family\":\"ios\",\"username\":\"u\",\"password\":\"S3CRET\","
        "\"password_type\":9}",
        "{\"family\":\"asa\",\"username\":\"u\",\"password\":\"S3CRET x\","
        "\"servers\":[\"10.1.1.1\"]}",
    };
    AUTO(prepare_clear) struct prepare prepare = PREPARE;

    for (size_t i = 0; i < COUNT(bad); i++) {
        AUTO(prepare_clear) struct prepare other = PREPARE;
        struct err err = { 0 };

        assert_int_equal(prepare_device(str_c(bad[i]), &other, &err),
                         E_INVALID);
        assert_null(strstr(err_text(&err), "S3CRET"));
    }
    assert_int_equal(prepare_device(STR("{\"family\":\"ios\",\"username\":"
                                        "\"u\",\"password\":\"S3CRET\","
                                        "\"password_type\":0}"),
                                    &prepare, NULL),
                     0);
    for (size_t i = 0; i < prepare.notes.n; i++)
        assert_null(strstr(prepare.notes.p[i].text.p, "S3CRET"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(R_COM_3_each_text_is_as_golden_and_passes_lint),
        cmocka_unit_test(each_member_that_does_not_hold_is_refused),
        cmocka_unit_test(R_AUS_members_are_checked),
        cmocka_unit_test(R_AUS_8_what_is_said_last_saves_it),
        cmocka_unit_test(
            R_CNE_1_R_CNE_3_each_agent_of_the_event_bus_is_encrypted_by_itself),
        cmocka_unit_test(
            R_CNC_9_the_status_goes_by_HTTPS_where_it_is_asked_for),
        cmocka_unit_test(R_AUS_2_a_CE_server_is_asked_as_an_AUS_server_is),
        cmocka_unit_test(R_CNC_members_are_checked),
        cmocka_unit_test(R_CNC_2_a_name_that_comes_again_edits),
        cmocka_unit_test(corrections_are_told_as_notes),
        cmocka_unit_test(
            R_ASA_5_passwords_are_told_of_when_no_version_is_given),
        cmocka_unit_test(R_IOSSSL_7_no_message_repeats_a_password),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
