/* SPDX-License-Identifier: Apache-2.0
 *
 * R-INV-1, R-INV-6: lists of devices as other programs keep them.
 */
#include "tests/unit/unit.h"

#include "netdev/roster.h"

static const struct roster_entry *find(const struct roster *roster,
                                       const char *name)
{
    for (size_t i = 0; i < roster->list.n; i++)
        if (str_eq_c(roster->list.p[i].name, name))
            return &roster->list.p[i];
    fail_msg("no device '%s'", name);
    return NULL;
}

static void expect(str value, const char *wanted)
{
    if (!str_eq_c(value, wanted))
        fail_msg("'%.*s', wanted '%s'", (int)value.n, value.p, wanted);
}

static void read(enum roster_format format, const char *text,
                 const struct roster_options *options, struct roster *out)
{
    struct err err = { 0 };

    if (roster_read(format, options, str_c(text), out, &err) < 0)
        fail_msg("%s", err.text);
}

static void R_INV_6_RANCIDs_list_and_its_logins(void **state UNUSED)
{
    AUTO(roster_clear) struct roster roster = { 0 };
    AUTO(clogin_clear) struct clogin clogin = { 0 };
    static const char logins[] = "# RANCID\n"
                                 "add user edge* {admin}\n"
                                 "add password edge* {se{cr}et} {ena\\}ble}\n"
                                 "add method edge2 {ssh:2222} {telnet}\n"
                                 "add user * netop\n"
                                 "add password * \"all \\\"one\\\"\"\n"
                                 "add identity *.example $env\n"
                                 "include {/etc/rancid/more}\n"
                                 "proc x {} { exec rm }\n"
                                 "add autoenable * 1 ; add method * telnet\n";

    read(ROSTER_RANCID,
         "# comment\nedge1;cisco;up\nedge2;ios;up;in rack 7\n\n"
         "sw1:cat5:down\nold;bay;up\nbroken\nr1;frr;up\nEdge1;cisco;up\n",
         NULL, &roster);
    assert_int_equal(roster.list.n, 4);
    assert_int_equal(roster.problems.n, 3);
    assert_int_equal(roster.problems.p[0].line, 6);
    assert_int_equal(roster.problems.p[1].line, 7);
    assert_int_equal(roster.problems.p[2].line, 9);
    assert_string_equal(find(&roster, "edge1")->family->name, "ios");
    assert_string_equal(find(&roster, "sw1")->family->name, "catos");
    assert_true(find(&roster, "sw1")->is_down);
    expect(find(&roster, "edge2")->notes, "in rack 7");
    assert_int_equal(
        clogin_read((str){ logins, sizeof(logins) - 1 }, &clogin, NULL), 0);
    assert_int_equal(clogin.problems.n, 2);
    assert_int_equal(clogin.problems.p[0].line, 8);
    clogin_apply(&clogin, &roster);
    expect(find(&roster, "edge1")->user, "admin");
    expect(find(&roster, "edge1")->password, "se{cr}et");
    expect(find(&roster, "edge1")->enable_password, "ena}ble");
    expect(find(&roster, "edge1")->transport, "telnet");
    expect(find(&roster, "edge2")->transport, "ssh");
    assert_int_equal(find(&roster, "edge2")->port, 2222);
    expect(find(&roster, "r1")->user, "netop");
    expect(find(&roster, "r1")->password, "all \"one\"");
}

static void R_INV_6_Oxidizeds_list_with_its_map(void **state UNUSED)
{
    AUTO(roster_clear) struct roster roster = { 0 };
    AUTO(roster_clear) struct roster mapped = { 0 };

    read(ROSTER_OXIDIZED, "r1:ios:core\nfw1:asa:dmz\nx:junos\n", NULL, &roster);
    assert_int_equal(roster.list.n, 2);
    assert_int_equal(roster.problems.p[0].line, 3);
    expect(find(&roster, "fw1")->realm, "dmz");
    expect(find(&roster, "fw1")->address, "fw1");
    read(ROSTER_OXIDIZED, "10.0.0.1|r1|iosxe|netop|pa:ss\n",
         &(struct roster_options){
             .columns = STR("ip:0,name:1,model:2,username:3,password:4"),
             .delimiter = '|' },
         &mapped);
    assert_string_equal(find(&mapped, "r1")->family->name, "ios-xe");
    expect(find(&mapped, "r1")->address, "10.0.0.1");
    expect(find(&mapped, "r1")->password, "pa:ss");
    assert_int_equal(
        roster_read(ROSTER_OXIDIZED,
                    &(struct roster_options){ .columns = STR("nome:0") },
                    STR("x"), &mapped, NULL),
        E_INVALID);
}

static void R_INV_6_NetBoxs_devices(void **state UNUSED)
{
    AUTO(roster_clear) struct roster roster = { 0 };

    read(ROSTER_NETBOX,
         "{\"count\":4,\"results\":["
         "{\"name\":\"r1\",\"platform\":{\"slug\":\"cisco-ios-xe\"},"
         "\"primary_ip\":{\"address\":\"192.0.2.1/24\"},\"serial\":\"F1\","
         "\"device_type\":{\"model\":\"ISR4331\"},"
         "\"tenant\":{\"slug\":\"north\"},\"status\":{\"value\":\"active\"},"
         "\"comments\":\"first\\nsecond\"},"
         "{\"name\":\"r2\",\"platform\":{\"slug\":\"junos\"}},"
         "{\"name\":null,\"platform\":{\"slug\":\"ios\"}},"
         "{\"name\":\"r4\",\"platform\":{\"name\":\"Cisco ASA\"},"
         "\"status\":{\"value\":\"offline\"}}]}",
         NULL, &roster);
    assert_int_equal(roster.list.n, 2);
    expect(find(&roster, "r1")->address, "192.0.2.1");
    expect(find(&roster, "r1")->model, "ISR4331");
    expect(find(&roster, "r1")->realm, "north");
    expect(find(&roster, "r1")->notes, "first");
    assert_true(find(&roster, "r4")->is_down);
    assert_string_equal(find(&roster, "r4")->family->name, "asa");
    assert_int_equal(roster.problems.n, 2);
    assert_int_equal(roster.problems.p[0].line, 2);
}

static void R_INV_1_a_table_with_a_heading(void **state UNUSED)
{
    AUTO(roster_clear) struct roster roster = { 0 };

    read(ROSTER_CSV,
         "\xef\xbb\xbfname,address,family,port,transport,password,notes\r\n"
         "r1,192.0.2.1,IOS XE,2222,ssh,\"a,\"\"b\"\"\",\"two\"\r\n"
         "\r\n"
         "r2,192.0.2.2,ios,99999,ssh,x,\n"
         "r3,-x,ios,,,,\n"
         "r4,192.0.2.4,ios,,gopher,,\n"
         "r5,192.0.2.5,,,,,\n"
         "r6,192.0.2.6,ios\n"
         "r7,192.0.2.7,ios,,,,,extra\n",
         NULL, &roster);
    assert_int_equal(roster.list.n, 2);
    assert_int_equal(find(&roster, "r1")->line, 2);
    assert_int_equal(find(&roster, "r1")->port, 2222);
    expect(find(&roster, "r1")->password, "a,\"b\"");
    (void)find(&roster, "r6");
    assert_int_equal(roster.problems.n, 5);
    assert_int_equal(roster.problems.p[0].line, 4);
    assert_int_equal(roster.problems.p[4].line, 9);
}

static void R_LIC_5_an_inventory_tells_whether_failover_is_licensed(
    void **state UNUSED)
{
    AUTO(roster_clear) struct roster roster = { 0 };

    read(ROSTER_CSV,
         "name,family,model,license_supports_failover\n"
         "f1,asa,ASA5505,Disabled\nf2,asa,ASA5510,Active/Standby\n"
         "f3,asa,ASA5510,yes\nf4,asa,ASA5510,\nf5,asa,ASA5510,perhaps\n",
         NULL, &roster);
    assert_int_equal(find(&roster, "f1")->failover, TRISTATE_NO);
    assert_int_equal(find(&roster, "f2")->failover, TRISTATE_YES);
    assert_int_equal(find(&roster, "f3")->failover, TRISTATE_YES);
    assert_int_equal(find(&roster, "f4")->failover, TRISTATE_UNKNOWN);
    assert_int_equal(roster.problems.n, 1);
    assert_int_equal(roster.problems.p[0].line, 6);
    read(ROSTER_NETBOX,
         "{\"results\":[{\"name\":\"n1\",\"platform\":{\"slug\":\"asa\"},"
         "\"custom_fields\":{\"license_supports_failover\":true}},"
         "{\"name\":\"n2\",\"platform\":{\"slug\":\"asa\"},"
         "\"custom_fields\":null}]}",
         NULL, &roster);
    assert_int_equal(find(&roster, "n1")->failover, TRISTATE_YES);
    assert_int_equal(find(&roster, "n2")->failover, TRISTATE_UNKNOWN);
}

static void R_INV_1_a_configuration_is_a_device(void **state UNUSED)
{
    AUTO(roster_clear) struct roster roster = { 0 };
    struct err err = { 0 };

    read(ROSTER_CONFIG, ": Saved\nASA Version 9.1(7) \n!\nhostname fw1\n", NULL,
         &roster);
    expect(find(&roster, "fw1")->version, "9.1(7)");
    assert_string_equal(find(&roster, "fw1")->family->name, "asa");
    expect(find(&roster, "fw1")->address, "");
    assert_int_equal(
        roster_read(ROSTER_CONFIG, NULL, STR("interface x\n"), &roster, &err),
        E_PARSE);
}

static const struct {
    enum roster_format format;
    const char *text;
    const char *error;
} refused[] = {
    { ROSTER_CSV, "nome\nx\n", "line 1: 'nome' is no column" },
    { ROSTER_CSV, "name\n\"x\n", "line 2: a '\"' has no other" },
    { ROSTER_CSV, "name\n\"x\"y\n", "line 2: expected ','" },
    { ROSTER_NETBOX, "{\"results\":1}", "expected NetBox" },
    { ROSTER_NETBOX, "{", "" },
};

static void what_is_no_such_list_is_refused_with_its_line(void **state UNUSED)
{
    for (size_t i = 0; i < COUNT(refused); i++) {
        AUTO(roster_clear) struct roster roster = { 0 };
        struct err err = { 0 };

        if (roster_read(refused[i].format, NULL, str_c(refused[i].text),
                        &roster, &err) != E_PARSE ||
            strstr(err.text, refused[i].error) == NULL)
            fail_msg("%zu: %s", i, err.text);
    }
}

static void a_problem_does_not_show_a_password(void **state UNUSED)
{
    AUTO(roster_clear) struct roster roster = { 0 };

    read(ROSTER_CSV, "name,family,password\nr1,ios,hunter\x01two\n", NULL,
         &roster);
    assert_int_equal(roster.problems.n, 1);
    assert_null(strstr(roster.problems.p[0].text.p, "hunter"));
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(R_INV_6_RANCIDs_list_and_its_logins),
        cmocka_unit_test(R_INV_6_Oxidizeds_list_with_its_map),
        cmocka_unit_test(R_INV_6_NetBoxs_devices),
        cmocka_unit_test(R_INV_1_a_table_with_a_heading),
        cmocka_unit_test(
            R_LIC_5_an_inventory_tells_whether_failover_is_licensed),
        cmocka_unit_test(R_INV_1_a_configuration_is_a_device),
        cmocka_unit_test(what_is_no_such_list_is_refused_with_its_line),
        cmocka_unit_test(a_problem_does_not_show_a_password),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
