/* SPDX-License-Identifier: Apache-2.0
 *
 * Deployments to network devices: planned, approved, ring by ring, stopped.
 * What becomes of a device is noted as the process that talks to it does.
 */
#include "tests/unit/unit.h"

#include "fleet/netdev_config.h"
#include "fleet/netdev_deploy.h"
#include "fleet/netdev_device.h"
#include "tests/unit/core_rig.h"
#include "tests/unit/db.h"

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

enum {
    NOW = 1767225600, /* 2026-01-01T00:00:00Z */
    DEVICES = 4
};

struct rig {
    struct core_rig *core;
    struct arena arena;
    struct db *db;
    struct scope author;
    struct scope second;
    int64_t device[DEVICES];
};

static void add_devices(struct rig *rig)
{
    struct scope system = scope_system(1);
    struct err err = { 0 };

    for (size_t i = 0; i < DEVICES; i++) {
        struct netdev_terms terms = {
            .name = arena_printf(&rig->arena, "r%zu", i + 1),
            .family = STR("frr"),
            .version = STR(""),
            .model = STR(""),
            .address = arena_printf(&rig->arena, "192.0.2.%zu", i + 1),
            .transport = STR(""),
            .allow_fallback = NETDEV_INHERIT,
            .profile = STR(""),
            .realm = STR(""),
            .retries = NETDEV_INHERIT,
            .identity = STR(""),
            .license_failover = -1,
            .notes = STR(""),
        };

        if (netdev_add(rig->db, &system, &terms, NOW, &rig->device[i], &err) <
            0)
            fail_msg("%s", err.text);
    }
    core_rig_sql(rig->core, "UPDATE netdev SET config = 3");
}

static int setup(void **state)
{
    struct rig *rig = mem_alloc(1, sizeof(*rig));
    void *core = NULL;

    core_rig_setup(&core);
    rig->core = core;
    rig->db = rig->core->core.db;
    rig->author = rig->second = scope_system(1);
    rig->author.user = 5;
    rig->author.name = STR("ada");
    rig->second.user = 6;
    rig->second.name = STR("bob");
    add_devices(rig);
    core_rig_ask(rig->core, 201, "POST", "/api/v1/labels",
                 "{\"name\": \"lab\", \"kind\": \"manual\"}");
    core_rig_sql(rig->core,
                 "INSERT INTO app_user (id, org, login, name, email, source,"
                 " password_set, totp_last, disabled, failures, locked_until,"
                 " created, last_login, revision) VALUES (7, 1, 'limited', 'x',"
                 " '', 'local', 1, 0, 0, 0, 0, 1, 1, 1)");
    *state = rig;
    return 0;
}

static int teardown(void **state)
{
    struct rig *rig = *state;
    void *core = rig->core;

    arena_clear(&rig->arena);
    core_rig_teardown(&core);
    mem_free(rig);
    return 0;
}

/* The first device is the first ring's. */
#define RINGS                                                                  \
    "[{\"name\": \"lab\", \"label\": 1, \"min_success\": 100,"                 \
    " \"min_finished\": 5, \"stop_failed\": 0, \"promotion\": \"automatic\"}," \
    " {\"name\": \"rest\", \"min_finished\": 1, \"stop_failed\": 40,"          \
    " \"promotion\": \"automatic\"}]"

static struct netdev_deployment plan_of(const char *rings)
{
    return (struct netdev_deployment){
        .title = STR("ntp"),
        .lines = STR("ntp server 192.0.2.99"),
        .sealed = STR("sealed"),
        .key_id = STR("k"),
        .options = STR("{}"),
        .out_of_band = NETDEV_OOB_CANCEL,
        .rings = str_c(rings),
        .schedule = STR(""),
        .zone = STR("UTC"),
    };
}

static int64_t plan(struct rig *rig, struct netdev_deployment d)
{
    struct target_set devices = { 0 };
    struct err err = { 0 };
    const char *field;
    int rc = netdev_deploy_check(&d, &field, &err);

    for (size_t i = 0; i < DEVICES; i++)
        *vec_push(&devices.devices) = rig->device[i];
    if (rc == 0)
        rc = netdev_deploy_add(rig->db, &rig->author, &d, &devices, NOW, &err);
    target_set_clear(&devices);
    if (rc < 0)
        fail_msg("%s", err.text);
    return d.id;
}

static void lab_has_the_first(struct rig *rig)
{
    AUTO(buf_clear) struct buf body = BUF(200);

    buf_printf(&body, "{\"add\": [%lld]}", (long long)rig->device[0]);
    core_rig_ask(rig->core, 200, "POST", "/api/v1/labels/1/members",
                 buf_c(&body));
}

static int decide(struct rig *rig, const struct scope *scope, int64_t id)
{
    struct netdev_deploy_verdict verdict = { .deployment = id,
                                             .approved = true,
                                             .text = STR("") };

    return netdev_deploy_decide(rig->db, scope, &verdict, NOW, NULL);
}

static void look(struct rig *rig, int64_t now)
{
    struct err err = { 0 };

    if (netdev_deploys_look(rig->db, now, &err) < 0)
        fail_msg("%s", err.text);
}

static struct netdev_deployment get(struct rig *rig, int64_t id)
{
    struct netdev_deployment d = { 0 };

    assert_int_equal(
        netdev_deploy_get(rig->db, &rig->author, id, &rig->arena, &d, NULL), 0);
    return d;
}

static void expect(struct rig *rig, int64_t id, const char *state)
{
    struct netdev_deployment d = get(rig, id);

    assert_string_equal(arena_c(&rig->arena, d.state), state);
}

static int64_t changes(struct rig *rig, int64_t id, const char *state)
{
    AUTO(netdev_changes_clear) struct netdev_changes all = { 0 };
    struct netdev_change_find find = { .deployment = id,
                                       .state = str_c(state),
                                       .limit = 100 };

    assert_int_equal(netdev_change_list(rig->db, &rig->author, &find,
                                        &rig->arena, &all, NULL),
                     0);
    return (int64_t)all.all.n;
}

/* What the process would report of the device's change. */
static void note(struct rig *rig, int64_t id, size_t device, const char *state)
{
    AUTO(netdev_deploy_devices_clear) struct netdev_deploy_devices all = { 0 };
    struct netdev_deploy_page page = { .deployment = id, .limit = 100 };
    struct netdev_change_end end = { .state = str_c(state),
                                     .text = STR("said"),
                                     .before_config = 4,
                                     .now = NOW };

    assert_int_equal(netdev_deploy_device_list(rig->db, &rig->author, &page,
                                               &rig->arena, &all, NULL),
                     0);
    for (size_t i = 0; i < all.all.n; i++)
        if (all.all.p[i].device == rig->device[device])
            end.change = all.all.p[i].change;
    assert_true(end.change > 0);
    assert_int_equal(
        netdev_change_note(rig->db,
                           &(struct netdev_change_end){
                               .change = end.change, .state = STR("running") },
                           NULL),
        0);
    if (strcmp(state, "running") != 0)
        assert_int_equal(netdev_change_note(rig->db, &end, NULL), 0);
}

static void a_ring_begins_when_the_one_before_succeeded_r_dep_5(void **state)
{
    struct rig *rig = *state;
    int64_t id;

    lab_has_the_first(rig);
    id = plan(rig, plan_of(RINGS));
    look(rig, NOW);
    expect(rig, id, "waiting");
    assert_int_equal(decide(rig, &rig->author, id), E_PERM);
    assert_int_equal(decide(rig, &rig->second, id), 0);
    assert_int_equal(decide(rig, &rig->second, id), E_INVALID);
    look(rig, NOW);
    assert_int_equal(changes(rig, id, ""), 1);
    assert_int_equal(changes(rig, id, "approved"), 1);
    look(rig, NOW + 60);
    assert_int_equal(changes(rig, id, ""), 1);
    note(rig, id, 0, "applied"); /* one of one, though five were asked for */
    look(rig, NOW + 120);
    look(rig, NOW + 121);
    assert_int_equal(changes(rig, id, ""), DEVICES);
    for (size_t i = 1; i < DEVICES; i++)
        note(rig, id, i, "applied");
    look(rig, NOW + 200);
    expect(rig, id, "done");
    assert_int_equal(get(rig, id).applied, DEVICES);
}

static void a_failure_stops_what_comes_after_r_dep_5_claim_29(void **state)
{
    struct rig *rig = *state;
    int64_t id;

    lab_has_the_first(rig);
    id = plan(rig, plan_of(RINGS));
    assert_int_equal(decide(rig, &rig->second, id), 0);
    look(rig, NOW);
    note(rig, id, 0, "undone");
    look(rig, NOW + 1);
    expect(rig, id, "stopped");
    look(rig, NOW + 86400);
    assert_int_equal(changes(rig, id, ""), 1);
    assert_int_equal(
        netdev_deploy_move(rig->db, &rig->second, id,
                           &(struct netdev_deploy_step){ STR("resume"), 0 },
                           NOW, NULL),
        E_INVALID);
    assert_int_equal(
        netdev_deploy_move(rig->db, &rig->second, id,
                           &(struct netdev_deploy_step){ STR("promote"), 0 },
                           NOW, NULL),
        0);
    look(rig, NOW + 2);
    assert_int_equal(changes(rig, id, ""), DEVICES);
    note(rig, id, 1, "broken");
    note(rig, id, 2, "applied");
    assert_int_equal(
        netdev_deploy_move(rig->db, &rig->second, id,
                           &(struct netdev_deploy_step){ STR("cancel"), 0 },
                           NOW, NULL),
        0);
    expect(rig, id, "cancelled");
    assert_int_equal(changes(rig, id, "cancelled"), 1); /* not pushed yet */
}

struct moving {
    struct rig *rig;
    int64_t id;
    struct netdev_deploy_step step;
};

static int move_it(void *ctx, struct db *db)
{
    struct moving *m = ctx;

    return netdev_deploy_move(db, &m->rig->second, m->id, &m->step, NOW, NULL);
}

static int refuse_it(void *ctx, struct db *db)
{
    struct moving *m = ctx;
    struct netdev_deploy_verdict verdict = { .deployment = m->id,
                                             .text = STR("no") };

    return netdev_deploy_decide(db, &m->rig->second, &verdict, NOW, NULL);
}

static void of_two_servers_the_second_sees_what_the_first_did(void **state)
{
    struct rig *rig = *state;
    struct moving m = { rig, plan(rig, plan_of(RINGS)), { STR("pause"), 0 } };
    struct test_db_beside *other;

    assert_int_equal(db_begin(rig->db, NULL), 0);
    assert_int_equal(decide(rig, &rig->second, m.id), 0);
    other = test_db_beside(rig->db, refuse_it, &m);
    assert_int_equal(db_commit(rig->db, NULL), 0);
    assert_int_equal(test_db_beside_end(other), E_INVALID);
    expect(rig, m.id, "running");

    assert_int_equal(db_begin(rig->db, NULL), 0);
    m.step.action = STR("cancel");
    assert_int_equal(move_it(&m, rig->db), 0);
    m.step.action = STR("pause");
    other = test_db_beside(rig->db, move_it, &m);
    assert_int_equal(db_commit(rig->db, NULL), 0);
    assert_int_equal(test_db_beside_end(other), E_INVALID);
    expect(rig, m.id, "cancelled");
}

static void a_ring_is_promoted_once_by_two_people(void **state)
{
    struct rig *rig = *state;
    struct moving m = { rig, 0, { STR("promote"), 1 } };

    lab_has_the_first(rig);
    m.id = plan(rig, plan_of(RINGS));
    assert_int_equal(decide(rig, &rig->second, m.id), 0);
    look(rig, NOW);
    assert_int_equal(move_it(&m, rig->db), 0);
    look(rig, NOW);
    assert_int_equal(move_it(&m, rig->db), E_INVALID);
    expect(rig, m.id, "running");
}

static void it_begins_when_its_schedule_comes(void **state)
{
    struct rig *rig = *state;
    struct netdev_deployment d = plan_of("[]");
    int64_t id;

    d.schedule = STR("{\"type\": \"daily\", \"time\": \"03:00\"}");
    id = plan(rig, d);
    assert_int_equal(decide(rig, &rig->second, id), 0);
    look(rig, NOW + 3 * 3600 - 1);
    assert_int_equal(changes(rig, id, ""), 0);
    assert_int_equal(
        netdev_deploy_move(rig->db, &rig->second, id,
                           &(struct netdev_deploy_step){ STR("pause"), 0 }, NOW,
                           NULL),
        0);
    look(rig, NOW + 3 * 3600);
    assert_int_equal(changes(rig, id, ""), 0);
    assert_int_equal(
        netdev_deploy_move(rig->db, &rig->second, id,
                           &(struct netdev_deploy_step){ STR("resume"), 0 },
                           NOW, NULL),
        0);
    look(rig, NOW + 3 * 3600);
    assert_int_equal(changes(rig, id, ""), DEVICES);
}

static void who_changed_a_device_behind_our_back_is_said_r_dep_4(void **state)
{
    AUTO(netdev_deploy_devices_clear) struct netdev_deploy_devices all = { 0 };
    AUTO(netdev_changes_clear) struct netdev_changes made = { 0 };
    struct rig *rig = *state;
    struct netdev_deployment d = plan_of("[]");
    struct netdev_deploy_page page = { .limit = 1 };
    struct netdev_change_find find = { .limit = 1 };

    d.out_of_band = NETDEV_OOB_WARN;
    page.deployment = find.deployment = plan(rig, d);
    assert_int_equal(decide(rig, &rig->second, page.deployment), 0);
    look(rig, NOW);
    assert_int_equal(netdev_change_list(rig->db, &rig->author, &find,
                                        &rig->arena, &made, NULL),
                     0);
    assert_true(str_find(made.all.p[0].options, STR("\"overwrite\":true")) <
                made.all.p[0].options.n);
    assert_int_equal(made.all.p[0].planned_on, 3);
    note(rig, page.deployment, 0, "applied"); /* it was 4 before */
    assert_int_equal(netdev_deploy_device_list(rig->db, &rig->author, &page,
                                               &rig->arena, &all, NULL),
                     0);
    assert_true(all.all.p[0].changed_behind);
}

/* One device has a licence whose agreement nobody accepted. */
static void a_licence_that_is_missing_refuses_its_device_r_lic_10(void **state)
{
    struct rig *rig = *state;
    struct netdev_deployment d = plan_of("[]");
    AUTO(netdev_changes_clear) struct netdev_changes made = { 0 };
    struct netdev_change_find find = { .state = STR("refused"), .limit = 9 };

    core_rig_sql(rig->core, "UPDATE netdev SET family = 'ios', model = 'C1941',"
                            " facts = CASE device WHEN (SELECT MIN(device) FROM"
                            " netdev) THEN '{\"licences\": [{\"feature\":"
                            " \"securityk9\", \"state\":"
                            " \"eula not accepted\"}]}' ELSE '' END");
    d.lines = STR("crypto isakmp policy 10\n encryption aes");
    find.deployment = plan(rig, d);
    assert_int_equal(decide(rig, &rig->second, find.deployment), 0);
    look(rig, NOW);
    assert_int_equal(changes(rig, find.deployment, ""), DEVICES);
    assert_int_equal(changes(rig, find.deployment, "approved"), DEVICES - 1);
    assert_int_equal(netdev_change_list(rig->db, &rig->author, &find,
                                        &rig->arena, &made, NULL),
                     0);
    assert_int_equal(made.all.n, 1);
    assert_int_equal(made.all.p[0].device, rig->device[0]);
    assert_true(str_find(made.all.p[0].text, STR("(R-LIC-10)")) <
                made.all.p[0].text.n);
    assert_int_equal(made.all.p[0].session, 0);
}

/* What is stored may have been checked by other rules. */
static void one_that_cannot_go_on_stops_and_holds_up_no_other(void **state)
{
    struct rig *rig = *state;
    struct netdev_deployment large = plan_of("[]");
    AUTO(buf_clear) struct buf options = BUF(NETDEV_CHANGE_OPTIONS_MAX);
    int64_t broken = plan(rig, plan_of("[]"));
    int64_t good = plan(rig, plan_of("[]"));
    const char *field;

    assert_int_equal(decide(rig, &rig->second, broken), 0);
    assert_int_equal(decide(rig, &rig->second, good), 0);
    core_rig_sql(rig->core,
                 "UPDATE netdev_deployment SET title = replace(lines, 'ntp',"
                 " '0123456789012345678901234567890123456789012345678901234567"
                 "890123456789012345678901234567890123456789012345678901234567"
                 "890123456789012345678901234567890123456789012345678901234567"
                 "8901234567890123456789') WHERE id = 1");
    look(rig, NOW);
    expect(rig, broken, "stopped");
    expect(rig, good, "running");
    assert_int_equal(changes(rig, good, "approved"), DEVICES);
    /* And there is room for what is added to options. */
    buf_add_c(&options, "{\"tolerate\": [\"x\"], \"y\": \"");
    while (options.n < NETDEV_CHANGE_OPTIONS_MAX - 100)
        buf_add_char(&options, 'z');
    buf_add_c(&options, "\"}");
    large.options = buf_str(&options);
    assert_int_equal(netdev_deploy_check(&large, &field, NULL), E_INVALID);
    assert_string_equal(field, "tolerate");
}

static void what_cannot_be_meant_is_refused(void **state)
{
    struct rig *rig = *state;
    static const struct {
        const char *field;
        const char *rings;
        const char *schedule;
        const char *out_of_band;
    } cases[] = {
        { "out_of_band", "[]", "", "ask" },
        { "schedule", "[]", "{\"type\": \"none\"}", "warn" },
        { "rings", "[{\"name\": \"a\"}, {\"name\": \"b\"}]", "", "warn" },
    };
    struct target_set devices = { 0 };
    struct netdev_deployment d = plan_of("[]");

    for (size_t i = 0; i < COUNT(cases); i++) {
        const char *field = NULL;

        d.rings = str_c(cases[i].rings);
        d.schedule = str_c(cases[i].schedule);
        d.out_of_band = str_c(cases[i].out_of_band);
        assert_true(netdev_deploy_check(&d, &field, NULL) < 0);
        assert_string_equal(field, cases[i].field);
    }
    d = plan_of("[]");
    assert_int_equal(
        netdev_deploy_add(rig->db, &rig->author, &d, &devices, NOW, NULL),
        E_INVALID);
    core_rig_sql(rig->core, "UPDATE netdev SET config = 0");
    *vec_push(&devices.devices) = rig->device[0];
    assert_int_equal(
        netdev_deploy_add(rig->db, &rig->author, &d, &devices, NOW, NULL),
        E_INVALID);
    target_set_clear(&devices);
}

static void nobody_decides_for_devices_they_do_not_see_d_34(void **state)
{
    struct rig *rig = *state;
    struct scope limited = rig->second;
    struct netdev_deployment d;
    int64_t id;

    lab_has_the_first(rig);
    core_rig_sql(rig->core, "INSERT INTO role (id, org, name, permissions,"
                            " built_in, revision) VALUES (70, 1, 'l', -1, 0,"
                            " 1)");
    core_rig_sql(rig->core,
                 "INSERT INTO user_role (app_user, role) VALUES (7, 70)");
    core_rig_sql(rig->core,
                 "INSERT INTO role_label (role, label) VALUES (70, 1)");
    id = plan(rig, plan_of("[]"));
    limited.user = 7;
    limited.all_devices = false;
    assert_int_equal(
        netdev_deploy_get(rig->db, &limited, id, &rig->arena, &d, NULL), 0);
    assert_int_equal(d.devices, 1);
    assert_int_equal(decide(rig, &limited, id), E_PERM);
    assert_int_equal(
        netdev_deploy_move(rig->db, &limited, id,
                           &(struct netdev_deploy_step){ STR("cancel"), 0 },
                           NOW, NULL),
        E_PERM);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_ring_begins_when_the_one_before_succeeded_r_dep_5),
        TEST(a_failure_stops_what_comes_after_r_dep_5_claim_29),
        TEST(of_two_servers_the_second_sees_what_the_first_did),
        TEST(a_ring_is_promoted_once_by_two_people),
        TEST(it_begins_when_its_schedule_comes),
        TEST(who_changed_a_device_behind_our_back_is_said_r_dep_4),
        TEST(a_licence_that_is_missing_refuses_its_device_r_lic_10),
        TEST(one_that_cannot_go_on_stops_and_holds_up_no_other),
        TEST(what_cannot_be_meant_is_refused),
        TEST(nobody_decides_for_devices_they_do_not_see_d_34),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
