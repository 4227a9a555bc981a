/* SPDX-License-Identifier: Apache-2.0
 *
 * Schedules of network devices: what they plan, when, for whom; and the API
 * that keeps them.
 */
#include "tests/unit/unit.h"

#include "fleet/netdev_device.h"
#include "fleet/netdev_schedule.h"
#include "fleet/netdev_session.h"
#include "server/netdevs.h"
#include "tests/unit/core_rig.h"

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

enum {
    NOW = 1767225600, /* 2026-01-01T00:00:00Z */
    HOUR = 3600,
    DAY = 24 * HOUR,
    DEVICES = 3 /* the last has no address; the first has the label 1 */
};

struct rig {
    struct core_rig *core;
    struct arena arena;
    struct db *db;
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
            .address = i + 1 == DEVICES
                           ? STR("")
                           : arena_printf(&rig->arena, "192.0.2.%zu", i + 1),
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
}

/* A person who sees the devices of the label 1 only. */
static void add_limited(struct rig *rig)
{
    core_rig_sql(rig->core,
                 "INSERT INTO app_user (id, org, login, name, email, source,"
                 " password_set, totp_last, disabled, failures, locked_until,"
                 " created, last_login, revision) VALUES (7, 1, 'limited', 'x',"
                 " '', 'local', 1, 0, 0, 0, 0, 1, 1, 1)");
    core_rig_sql(rig->core, "INSERT INTO role (id, org, name, permissions,"
                            " built_in, revision) VALUES (70, 1, 'l', -1, 0,"
                            " 1)");
    core_rig_sql(rig->core,
                 "INSERT INTO user_role (app_user, role) VALUES (7, 70)");
    core_rig_sql(rig->core,
                 "INSERT INTO role_label (role, label) VALUES (70, 1)");
}

static int setup(void **state)
{
    struct rig *rig = mem_alloc(1, sizeof(*rig));
    AUTO(buf_clear) struct buf body = BUF(200);
    void *core = NULL;

    core_rig_setup(&core);
    rig->core = core;
    rig->db = rig->core->core.db;
    add_devices(rig);
    core_rig_ask(rig->core, 201, "POST", "/api/v1/labels",
                 "{\"name\": \"lab\", \"kind\": \"manual\"}");
    buf_printf(&body, "{\"add\": [%lld]}", (long long)rig->device[0]);
    core_rig_ask(rig->core, 200, "POST", "/api/v1/labels/1/members",
                 buf_c(&body));
    add_limited(rig);
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

#define ALL "/api/v1/network/schedules"
#define AT_TWO "\"schedule\": {\"type\": \"daily\", \"time\": \"02:00\"}"
#define AT_TWO_OR_LATER                                                        \
    "\"schedule\": {\"type\": \"daily\", \"time\": \"02:00\","                 \
    " \"run_if_missed\": true}"
#define EVERY_DEVICE "\"targets\": {}, \"confirm_all\": true"

/* In UTC. settings: further members. */
static int64_t add(struct rig *rig, const char *action, const char *settings)
{
    AUTO(buf_clear) struct buf body = BUF(2000);

    buf_printf(&body,
               "{\"name\": \"night %s\", \"action\": \"%s\", \"zone\": \"UTC\","
               " %s}",
               action, action, settings);
    return jval_i64(
        jval_get(core_rig_ask(rig->core, 201, "POST", ALL, buf_c(&body)), "id"),
        0);
}

static int look(struct rig *rig, int64_t now)
{
    struct err err = { 0 };
    int rc = netdev_schedules_look(rig->db, now, &err);

    if (rc < 0)
        fail_msg("%s", err.text);
    return rc;
}

static int64_t sessions(struct rig *rig, const char *where)
{
    AUTO(buf_clear) struct buf sql = BUF(500);
    struct err err = { 0 };
    int64_t n = 0;

    buf_printf(&sql, "SELECT COUNT(*) FROM netdev_session WHERE %s", where);
    if (db_one_i64(rig->db, buf_c(&sql), DB_NO_ARGS, &n, &err) < 0)
        fail_msg("%s", err.text);
    return n;
}

static void end_sessions(struct rig *rig)
{
    core_rig_sql(rig->core, "UPDATE netdev_session SET state = 'ended', ended ="
                            " 1, result = 'ok'");
}

static struct netdev_schedule get(struct rig *rig, int64_t id)
{
    struct scope system = scope_system(1);
    struct netdev_schedule s = { 0 };

    assert_int_equal(
        netdev_schedule_get(rig->db, &system, id, &rig->arena, &s, NULL), 0);
    return s;
}

static void a_session_a_device_is_planned_when_the_night_comes_r_com_1(
    void **state)
{
    struct rig *rig = *state;
    int64_t id = add(rig, "discover", AT_TWO ", " EVERY_DEVICE);

    assert_int_equal(look(rig, NOW + HOUR), 0);
    assert_int_equal(look(rig, NOW + 2 * HOUR - 1), 0);
    assert_int_equal(look(rig, NOW + 2 * HOUR), 2); /* not the one off-line */
    assert_int_equal(look(rig, NOW + 2 * HOUR + 10), 0);
    assert_int_equal(sessions(rig, "action = 'discover' AND state = 'planned'"
                                   " AND started_by = 'system'"
                                   " AND cause = 'schedule night discover'"),
                     2);
    assert_int_equal(get(rig, id).last_run, NOW + 2 * HOUR);
    assert_true(str_eq_c(get(rig, id).last_result, "2 sessions planned"));
    /* Those of the night before that wait still are not planned twice. */
    assert_int_equal(look(rig, NOW + DAY + 2 * HOUR + 5), 0);
    end_sessions(rig);
    assert_int_equal(look(rig, NOW + 2 * DAY + 2 * HOUR + 5), 2);
}

static void its_zone_decides_when_k_sch_10(void **state)
{
    struct rig *rig = *state;
    int64_t id =
        add(rig, "archive", AT_TWO ", " EVERY_DEVICE ", \"enabled\": false");

    assert_int_equal(look(rig, NOW + 2 * HOUR), 0); /* it is not enabled */
    rig->core->now = NOW + 2 * HOUR;
    rig->core->if_match = "\"1\"";
    core_rig_ask(rig->core, 200, "PATCH", ALL "/1",
                 "{\"enabled\": true, \"zone\": \"America/New_York\"}");
    assert_int_equal(netdev_schedule_next(&(struct netdev_schedule){ 0 }, NOW),
                     0);
    assert_int_equal(look(rig, NOW + 7 * HOUR - 1), 0);
    assert_int_equal(look(rig, NOW + 7 * HOUR), 2);
    assert_int_equal(sessions(rig, "action = 'archive'"), 2);
    assert_int_equal(get(rig, id).looked_at, NOW + 7 * HOUR);
}

static void membership_is_that_of_the_night_k_lbl_3(void **state)
{
    struct rig *rig = *state;
    AUTO(buf_clear) struct buf body = BUF(200);

    add(rig, "archive", AT_TWO ", \"targets\": {\"labels\": [1]}");
    buf_printf(&body, "{\"add\": [%lld], \"remove\": [%lld]}",
               (long long)rig->device[1], (long long)rig->device[0]);
    core_rig_ask(rig->core, 200, "POST", "/api/v1/labels/1/members",
                 buf_c(&body));
    assert_int_equal(look(rig, NOW + 2 * HOUR), 1);
    buf_clear(&body);
    body = (struct buf)BUF(200);
    buf_printf(&body, "device = %lld", (long long)rig->device[1]);
    assert_int_equal(sessions(rig, buf_c(&body)), 1);
}

static void what_was_missed_is_made_up_for_once_p_mis_1_p_mis_4(void **state)
{
    struct rig *rig = *state;
    int64_t id = add(rig, "discover", AT_TWO_OR_LATER ", " EVERY_DEVICE);

    /* Three nights off: one run. */
    assert_int_equal(look(rig, NOW + 3 * DAY + 12 * HOUR), 2);
    assert_int_equal(look(rig, NOW + 3 * DAY + 13 * HOUR), 0);
    end_sessions(rig);
    /* On again half an hour before the regular run: they are one. */
    assert_int_equal(look(rig, NOW + 6 * DAY + 2 * HOUR - 1800), 2);
    end_sessions(rig);
    assert_int_equal(look(rig, NOW + 6 * DAY + 2 * HOUR), 0);
    assert_int_equal(look(rig, NOW + 6 * DAY + 3 * HOUR), 0);
    assert_int_equal(look(rig, NOW + 7 * DAY + 2 * HOUR), 2);
    assert_int_equal(get(rig, id).last_sessions, 2);
}

static void what_was_missed_is_told_when_not_made_up_for_p_mis_5(void **state)
{
    struct rig *rig = *state;
    int64_t id = add(rig, "discover", AT_TWO ", " EVERY_DEVICE);

    assert_int_equal(look(rig, NOW + 2 * HOUR + 301), 0);
    assert_true(
        str_eq_c(get(rig, id).last_result, "missed: the server was off"));
    assert_int_equal(look(rig, NOW + DAY + 2 * HOUR + 300), 2);
    end_sessions(rig);
    /* The clock is set back: it is followed, and nothing runs twice. */
    assert_int_equal(look(rig, NOW + HOUR), 0);
    assert_int_equal(look(rig, NOW + 2 * HOUR), 2);
}

static void one_that_cannot_run_holds_up_no_other(void **state)
{
    struct rig *rig = *state;
    int64_t id = add(rig, "discover", AT_TWO ", " EVERY_DEVICE);

    add(rig, "archive", AT_TWO ", " EVERY_DEVICE);
    core_rig_sql(rig->core, "UPDATE netdev_schedule SET zone = 'Gone/Away'"
                            " WHERE id = 1");
    assert_int_equal(look(rig, NOW + 2 * HOUR), 2);
    assert_int_equal(sessions(rig, "action = 'archive'"), 2);
    assert_true(get(rig, id).last_result.n > 0);
}

static void who_sees_some_devices_reaches_only_those_k_dep_4(void **state)
{
    struct rig *rig = *state;
    struct scope all = rig->core->scope;
    struct scope limited = scope_system(1);
    AUTO(buf_clear) struct buf body = BUF(300);
    int64_t id = add(rig, "archive", AT_TWO ", " EVERY_DEVICE);

    limited.user = 7;
    limited.all_devices = false;
    limited.name = STR("limited");
    rig->core->scope = limited;
    buf_printf(&body,
               "{\"name\": \"x\", \"action\": \"discover\", " AT_TWO
               ", \"targets\": {\"devices\": [%lld]}}",
               (long long)rig->device[1]);
    core_rig_ask(rig->core, 422, "POST", ALL, buf_c(&body));
    rig->core->if_match = "\"1\"";
    core_rig_ask(rig->core, 403, "PATCH", ALL "/1", "{\"enabled\": false}");
    core_rig_ask(rig->core, 403, "DELETE", ALL "/1", NULL);
    /* Running another's: for what they see. */
    core_rig_ask(rig->core, 200, "POST", ALL "/1/run", NULL);
    assert_int_equal(sessions(rig, "started_by = 'limited'"), 1);
    assert_int_equal(get(rig, id).last_sessions, 1);
    /* Their own may mean all: it is all that they see. */
    assert_int_equal(add(rig, "discover", AT_TWO ", " EVERY_DEVICE), 2);
    rig->core->scope = all;
    /* Who sees all does not lift that limit by changing something else. */
    core_rig_ask(rig->core, 200, "PATCH", ALL "/2", "{\"name\": \"theirs\"}");
    core_rig_sql(rig->core, "UPDATE netdev_schedule SET enabled = 0"
                            " WHERE id = 1");
    assert_int_equal(look(rig, NOW + 2 * HOUR), 1);
}

static void expect_field(struct rig *rig, const char *field, const char *body)
{
    const struct jval *answer = core_rig_ask(rig->core, 422, "POST", ALL, body);
    const struct jval *first = jval_at(jval_get(answer, "errors"), 0);

    assert_true(str_eq_c(jval_text(jval_get(first, "field"), STR("")), field) ||
                str_eq_c(jval_text(jval_get(answer, "field"), STR("")), field));
}

static void what_cannot_be_meant_is_refused_by_name(void **state)
{
    struct rig *rig = *state;

    expect_field(rig, "name",
                 "{\"name\": \" \", \"action\": \"archive\", " AT_TWO
                 ", " EVERY_DEVICE "}");
    expect_field(rig, "action",
                 "{\"name\": \"x\", \"action\": \"change\", " AT_TWO
                 ", " EVERY_DEVICE "}");
    expect_field(rig, "zone",
                 "{\"name\": \"x\", \"action\": \"archive\", " AT_TWO
                 ", \"zone\": \"Moon/Base\", " EVERY_DEVICE "}");
    expect_field(rig, "schedule",
                 "{\"name\": \"x\", \"action\": \"archive\", \"schedule\":"
                 " {\"type\": \"daily\", \"time\": \"25:00\"}, " EVERY_DEVICE
                 "}");
    expect_field(rig, "schedule",
                 "{\"name\": \"x\", \"action\": \"archive\", \"schedule\":"
                 " {\"type\": \"daily\", \"time\": \"02:00\","
                 " \"stage_hours\": 2}, " EVERY_DEVICE "}");
    expect_field(rig, "targets",
                 "{\"name\": \"x\", \"action\": \"archive\", " AT_TWO
                 ", \"targets\": {\"labels\": [99]}}");
    expect_field(rig, "confirm_all",
                 "{\"name\": \"x\", \"action\": \"archive\", " AT_TWO
                 ", \"targets\": {}}");
    add(rig, "archive", AT_TWO ", " EVERY_DEVICE);
    core_rig_ask(
        rig->core, 409, "POST", ALL,
        "{\"name\": \"night archive\", \"action\": \"archive\", " AT_TWO
        ", " EVERY_DEVICE "}");
}

static void it_is_kept_changed_and_removed_with_an_audit_row(void **state)
{
    struct rig *rig = *state;
    const struct jval *answer;
    int64_t rows = 0;

    add(rig, "archive", AT_TWO ", " EVERY_DEVICE);
    answer = core_rig_ask(rig->core, 200, "GET", ALL, NULL);
    assert_int_equal(jval_count(jval_get(answer, "items")), 1);
    answer = core_rig_ask(rig->core, 200, "GET", ALL "/1", NULL);
    assert_true(str_eq_c(jval_text(jval_get(answer, "next"), STR("")),
                         "2026-01-01T02:00:00Z"));
    rig->core->if_match = NULL;
    core_rig_ask(rig->core, 428, "PATCH", ALL "/1", "{\"enabled\": false}");
    rig->core->if_match = "\"7\"";
    core_rig_ask(rig->core, 412, "PATCH", ALL "/1", "{\"enabled\": false}");
    rig->core->if_match = "\"1\"";
    answer =
        core_rig_ask(rig->core, 200, "PATCH", ALL "/1", "{\"enabled\": false}");
    assert_true(jval_kind(jval_get(answer, "next")) == JVAL_NULL);
    core_rig_ask(rig->core, 200, "POST", ALL "/1/run", NULL);
    assert_int_equal(sessions(rig, "action = 'archive'"), 2);
    core_rig_ask(rig->core, 204, "DELETE", ALL "/1", NULL);
    core_rig_ask(rig->core, 404, "GET", ALL "/1", NULL);
    assert_int_equal(db_one_i64(rig->db,
                                "SELECT COUNT(*) FROM audit WHERE action IN ("
                                "'network_schedule.created',"
                                " 'network_schedule.updated',"
                                " 'network_schedule.started',"
                                " 'network_schedule.deleted')",
                                DB_NO_ARGS, &rows, NULL),
                     0);
    assert_int_equal(rows, 4);
}

static void it_stands_among_the_tasks_k_sch_7(void **state)
{
    struct rig *rig = *state;
    const struct jval *first;

    add(rig, "archive", AT_TWO ", " EVERY_DEVICE);
    first = jval_at(jval_get(core_rig_ask(rig->core, 200, "GET",
                                          "/api/v1/tasks?days=1", NULL),
                             "items"),
                    0);
    assert_true(
        str_eq_c(jval_text(jval_get(first, "kind"), STR("")), "network"));
    assert_true(
        str_eq_c(jval_text(jval_get(first, "name"), STR("")), "night archive"));
    assert_true(str_eq_c(jval_text(jval_get(first, "zone"), STR("")), "UTC"));
}

static int send_nothing(void *ctx UNUSED, enum netdev_send_kind kind UNUSED,
                        const void *value UNUSED, struct err *err UNUSED)
{
    return 0;
}

static void the_server_looks_also_while_netdev_is_away(void **state)
{
    struct rig *rig = *state;
    struct core *core = &rig->core->core;
    struct netdevs_core *before = core->netdevs;

    add(rig, "archive", AT_TWO ", " EVERY_DEVICE);
    core->netdevs = netdevs_new(core, send_nothing, NULL);
    assert_int_equal(netdevs_tick(core, NOW + 2 * HOUR - 1, NULL), 0);
    assert_int_equal(netdevs_tick(core, NOW + 2 * HOUR, NULL), 0);
    assert_int_equal(sessions(rig, "1 = 1"), 0); /* not each second */
    assert_int_equal(netdevs_tick(core, NOW + 2 * HOUR + 9, NULL), 0);
    assert_int_equal(sessions(rig, "state = 'planned'"), 2);
    netdevs_free(core->netdevs);
    core->netdevs = before;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_session_a_device_is_planned_when_the_night_comes_r_com_1),
        TEST(its_zone_decides_when_k_sch_10),
        TEST(membership_is_that_of_the_night_k_lbl_3),
        TEST(what_was_missed_is_made_up_for_once_p_mis_1_p_mis_4),
        TEST(what_was_missed_is_told_when_not_made_up_for_p_mis_5),
        TEST(one_that_cannot_run_holds_up_no_other),
        TEST(who_sees_some_devices_reaches_only_those_k_dep_4),
        TEST(what_cannot_be_meant_is_refused_by_name),
        TEST(it_is_kept_changed_and_removed_with_an_audit_row),
        TEST(it_stands_among_the_tasks_k_sch_7),
        TEST(the_server_looks_also_while_netdev_is_away),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
