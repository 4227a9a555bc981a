/* SPDX-License-Identifier: Apache-2.0
 *
 * What the server says of configurations it has, and of changes before they
 * are approved.
 */
#include "tests/unit/unit.h"

#include "fleet/netdev_config.h"
#include "fleet/netdev_device.h"
#include "server/netdevs_int.h"
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(R_INV_3_a_version_is_told_as_policies_and_what_is_none),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
