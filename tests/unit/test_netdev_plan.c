/* SPDX-License-Identifier: Apache-2.0
 *
 * What the server says of configurations it has, and of changes before they
 * are approved.
 */
#include "tests/unit/unit.h"

#include "fleet/netdev_change.h"
#include "fleet/netdev_config.h"
#include "fleet/netdev_device.h"
#include "fleet/setting.h"
#include "tests/unit/core_rig.h"

#define DEVICES "/api/v1/network/devices"
#define TEST(name)                                                             \
    cmocka_unit_test_setup_teardown(name, core_rig_setup, core_rig_teardown)

enum {
    NOW = 1767225600, /* 2026-01-01T00:00:00Z */
};

static int64_t add_device(struct core_rig *rig, const char *family)
{
    struct scope system = scope_system(1);
    struct netdev_terms terms = {
        .name = str_c(family),
        .family = str_c(family),
        .version = STR(""),
        .model = STR(""),
        .address = STR("192.0.2.1"),
        .transport = STR(""),
        .allow_fallback = NETDEV_INHERIT,
        .profile = STR(""),
        .realm = STR(""),
        .retries = NETDEV_INHERIT,
        .identity = STR(""),
        .license_failover = -1,
        .notes = STR(""),
    };
    struct err err = { 0 };
    int64_t device = 0;

    if (netdev_add(rig->core.db, &system, &terms, NOW, &device, &err) < 0)
        fail_msg("%s", err_text(&err));
    return device;
}

static void add_config(struct core_rig *rig, int64_t device, const char *text)
{
    struct netdev_config_new added = { .device = device,
                                       .cause = STR("archive"),
                                       .masked = str_c(text),
                                       .sealed = STR("s"),
                                       .key_id = STR("k"),
                                       .now = NOW };
    int64_t number = 0;

    assert_int_equal(db_begin(rig->core.db, NULL), 0);
    assert_int_equal(netdev_config_add(rig->core.db, &added, &number, NULL), 0);
    assert_int_equal(db_commit(rig->core.db, NULL), 0);
}

static const struct jval *ask(struct core_rig *rig, int status, int64_t device,
                              const char *rest)
{
    char path[128];

    (void)snprintf(path, sizeof(path), DEVICES "/%lld%s", (long long)device,
                   rest);
    return core_rig_ask(rig, status, "GET", path, NULL);
}

static void R_INV_3_a_version_is_told_as_policies_and_what_is_none(void **state)
{
    struct core_rig *rig = *state;
    int64_t device = add_device(rig, "ios");
    const struct jval *report;

    add_config(rig, device,
               "hostname r1\ninterface GigabitEthernet0/0\n"
               " ip address 10.0.0.1 255.255.255.0\n flux-capacitor 88\n");
    report = ask(rig, 200, device, "/configurations/1/policies");
    assert_int_equal(jval_i64(jval_get(report, "number"), 0), 1);
    assert_int_equal(jval_i64(jval_get(report, "understood"), 0), 3);
    assert_int_equal(jval_i64(jval_get(report, "kept"), 0), 1);
    assert_int_equal(
        jval_i64(jval_get(jval_at(jval_get(report, "policies"), 2), "section"),
                 0),
        2);
    (void)ask(rig, 404, device, "/configurations/2/policies");
}

static void put_manager(struct core_rig *rig, const char *address)
{
    assert_int_equal(setting_put(rig->core.db, 1,
                                 setting_find(STR("network.manager")),
                                 str_c(address), NULL, NULL),
                     0);
}

static int64_t plan(struct core_rig *rig, int64_t device, const char *lines,
                    int64_t planned_on)
{
    struct scope author = scope_system(1);
    struct netdev_change change = { .device = device,
                                    .title = STR("t"),
                                    .kind = NETDEV_CHANGE_LINES,
                                    .lines = str_c(lines),
                                    .sealed = STR("s"),
                                    .key_id = STR("k"),
                                    .options = STR("{}"),
                                    .planned_on = planned_on };
    struct err err = { 0 };
    int rc = db_begin(rig->core.db, &err);

    if (rc == 0)
        rc = netdev_change_add(rig->core.db, &author, &change, NOW, &err);
    if (rc == 0)
        rc = db_commit(rig->core.db, &err);
    if (rc < 0)
        fail_msg("%s", err_text(&err));
    return change.id;
}

static bool has_text(const struct jval *list, const char *text)
{
    for (size_t i = 0; i < jval_count(list); i++) {
        str one = jval_text(jval_at(list, i), STR(""));

        if (str_find(one, str_c(text)) < one.n)
            return true;
    }
    return false;
}

#define ASA                                                                    \
    "ASA Version 9.8(2)\nhostname fw\nhttp server enable\n"                    \
    "http 10.0.0.0 255.0.0.0 inside\naaa authentication http console LOCAL\n"

static const struct {
    const char *family;
    const char *config;
    const char *lines;
    const char *manager;
    const char *text; /* NULL: nothing is said */
} cases[] = {
    { "ios", "version 15.4\nhostname r1\nip domain-name x\n",
      "banner motd ^Cno way#^C", "", "line 1: a line of a banner ends" },
    { "ios", "version 15.4\nhostname r1\nip domain-name x\n", "prompt %h$", "",
      "(R-SSH-6)" },
    { "ios", "version 15.4\nhostname r1\nip domain-name x\n",
      "kron policy-list a\n cli cns config retrieve 10.0.0.1 page "
      "/cns/DynaConfig status http://10.0.0.1/cns/PostStatus",
      "", "(R-CNC-7)" },
    /* what is taken away is seen in what is left */
    { "ios",
      "version 15.4\nhostname r1\nip domain-name x\nline vty 0 4\n"
      " login local\n transport input ssh\n",
      "line vty 0 4\n transport input telnet", "", "SSH is missing" },
    { "ios", "version 15.4\nhostname r1\nip domain-name x\n",
      "no ip domain-name x", "", "afterwards: SSH is missing" },
    { "ios", "version 15.4\nhostname r1\nip domain-name x\n",
      "ntp server 10.0.0.1", "", NULL },
    { "asa", ASA, "no http server enable", "",
      "afterwards: 'http server enable' is missing" },
    { "asa", ASA, "no http 10.0.0.0 255.0.0.0 inside", "10.0.0.9",
      "afterwards: no 'http ADDRESS" },
    { "asa", ASA,
      "http 10.1.0.0 255.255.0.0 inside\nno http 10.0.0.0 255.0.0.0 inside",
      "10.0.0.9", "afterwards: no 'http' lets the manager 10.0.0.9 in" },
    { "asa", ASA,
      "http 10.1.0.0 255.255.0.0 inside\nno http 10.0.0.0 255.0.0.0 inside",
      "10.1.0.9", NULL },
    { "asa", ASA,
      "http 10.1.0.0 255.255.0.0 inside\nno http 10.0.0.0 255.0.0.0 inside", "",
      NULL },
    { "asa", ASA, "http 10.1.0.0 255.255.0.0 inside", "10.0.0.9", NULL },
};

static void R_SSH_4_what_would_break_management_stands_in_the_plan(void **state)
{
    struct core_rig *rig = *state;

    for (size_t i = 0; i < COUNT(cases); i++) {
        int64_t device = add_device(rig, cases[i].family);
        const struct jval *warnings;
        char path[128];

        add_config(rig, device, cases[i].config);
        put_manager(rig, cases[i].manager);
        (void)snprintf(path, sizeof(path), "/api/v1/network/changes/%lld",
                       (long long)plan(rig, device, cases[i].lines, 1));
        warnings =
            jval_get(core_rig_ask(rig, 200, "GET", path, NULL), "warnings");
        if (cases[i].text == NULL ? jval_count(warnings) > 0
                                  : !has_text(warnings, cases[i].text)) {
            AUTO(buf_clear) struct buf text = BUF(65536);

            jval_print(warnings, &text);
            fail_msg("%s: %s", cases[i].lines, buf_c(&text));
        }
    }
}

static void R_SSH_4_what_was_discovered_is_looked_at(void **state)
{
    struct core_rig *rig = *state;
    int64_t device = add_device(rig, "ios");
    const struct jval *found;

    add_config(rig, device,
               "version 15.4\nhostname r1\nip domain-name x\n"
               "banner login ^C\nlogin here>\n^C\n");
    found = jval_get(ask(rig, 200, device, "/configurations/1/lint"), "items");
    assert_int_equal(jval_count(found), 1);
    assert_int_equal(jval_i64(jval_get(jval_at(found, 0), "line"), 0), 5);
    found = jval_get(ask(rig, 200, device, "/readiness"), "remarks");
    for (size_t i = 0; i < jval_count(found); i++) {
        str text = jval_text(jval_get(jval_at(found, i), "text"), STR(""));

        if (str_starts(text, STR("its newest configuration, line 5: ")))
            return;
    }
    fail_msg("the readiness does not say it");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(R_SSH_4_what_would_break_management_stands_in_the_plan),
        TEST(R_SSH_4_what_was_discovered_is_looked_at),
        TEST(R_INV_3_a_version_is_told_as_policies_and_what_is_none),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
