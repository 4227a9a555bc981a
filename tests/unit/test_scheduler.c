/* SPDX-License-Identifier: Apache-2.0
 *
 * The scheduler's looks at the clock, one by one.
 */
#include "server/scheduler.h"

#include "server/events.h"
#include "tests/unit/core_rig.h"
#include "tests/unit/unit.h"

/* 2026-01-01T00:00:00Z; in Amsterdam it is 01:00. */
#define NOW INT64_C(1767225600)
#define HOUR 3600

static int setup(void **state)
{
    struct core_rig *rig;
    int rc = core_rig_setup(state);

    if (rc != 0)
        return rc;
    rig = *state;
    rig->core.events = events_new(&rig->core);
    rig->core.scheduler = scheduler_new(&rig->core);
    core_rig_sql(rig,
                 "INSERT INTO device (org, name, kind, machine_id, os_id,"
                 " os_version, os_name, arch, kernel, os_build, manager,"
                 " time_zone, agent_version, created, last_seen,"
                 " last_inventory, boot_time, sessions, policy_revision,"
                 " retired, revision, os_family) VALUES (1, 'web-1', 'agent',"
                 " '', 'debian', '12', 'Debian 12', 'x86_64', '', '', '',"
                 " 'Europe/Amsterdam', '', 1, 1, 1, 1, 0, 0, 0, 1, 'unix')");
    return 0;
}

static int teardown(void **state)
{
    struct core_rig *rig = *state;

    scheduler_free(rig->core.scheduler);
    rig->core.scheduler = NULL;
    events_free(rig->core.events);
    rig->core.events = NULL;
    return core_rig_teardown(state);
}

/* Every day at that time of the zone; looked at until NOW. */
static void configuration(struct core_rig *rig, const char *name,
                          const char *time, const char *zone)
{
    AUTO(buf_clear) struct buf sql = BUF(2000);

    buf_printf(&sql,
               "INSERT INTO configuration (org, kind, name, enabled,"
               " while_logged_off, targets, schedule, scheduled, zone, nice,"
               " memory_mb, limit_s, enabled_at, last_due, created, revision)"
               " VALUES (1, 'oval', '%s', 1, 1, '{\"systems\": [\"\"]}',"
               " '{\"type\": \"daily\", \"time\": \"%s\"}', 1, '%s', 0, 0, 0,"
               " 1, %lld, 1, 1)",
               name, time, zone, (long long)NOW);
    core_rig_sql(rig, buf_c(&sql));
}

static int64_t number(struct core_rig *rig, const char *sql)
{
    int64_t value = -1;
    struct err err = { 0 };

    if (db_one_i64(rig->core.db, sql, DB_NO_ARGS, &value, &err) < 0)
        fail_msg("%s: %s", sql, err.text);
    return value;
}

static int64_t runs(struct core_rig *rig)
{
    return number(rig, "SELECT COUNT(*) FROM run");
}

static void tick(struct core_rig *rig, int64_t now)
{
    struct err err = { 0 };

    if (scheduler_tick(&rig->core, now, &err) < 0)
        fail_msg("%s", err.text);
}

static void restart(struct core_rig *rig)
{
    scheduler_free(rig->core.scheduler);
    rig->core.scheduler = scheduler_new(&rig->core);
}

static void a_look_that_finds_nothing_is_stored_once_an_hour(void **state)
{
    static const char looked[] = "SELECT last_due FROM configuration";
    struct core_rig *rig = *state;

    configuration(rig, "nightly", "03:00", "");
    for (int64_t at = NOW + 5; at < NOW + HOUR; at += 300)
        tick(rig, at);
    assert_int_equal(number(rig, looked), NOW);
    tick(rig, NOW + HOUR);
    assert_int_equal(number(rig, looked), NOW + HOUR);
    assert_int_equal(runs(rig), 0);
}

static void what_came_due_is_started_once_also_after_a_restart(void **state)
{
    struct core_rig *rig = *state;

    configuration(rig, "nightly", "03:00", ""); /* 02:00Z in Amsterdam */
    tick(rig, NOW + 2 * HOUR - 1);
    assert_int_equal(runs(rig), 0);
    tick(rig, NOW + 2 * HOUR);
    assert_int_equal(runs(rig), 1);
    assert_int_equal(number(rig, "SELECT last_due FROM configuration"),
                     NOW + 2 * HOUR);
    tick(rig, NOW + 2 * HOUR + 5);
    restart(rig);
    tick(rig, NOW + 2 * HOUR + 10);
    assert_int_equal(runs(rig), 1);
    /* The look of the past hour is not in the store: it is looked at again,
     * and nothing is started twice. */
    core_rig_sql(rig, "UPDATE configuration SET last_due = 1767225600");
    restart(rig);
    tick(rig, NOW + 2 * HOUR + 15);
    assert_int_equal(runs(rig), 1);
}

static void a_changed_schedule_counts_from_its_change(void **state)
{
    struct core_rig *rig = *state;

    configuration(rig, "nightly", "03:00", "");
    tick(rig, NOW + HOUR);
    core_rig_sql(rig, "UPDATE configuration SET revision = 2, last_due ="
                      " 1767225600 + 10800");
    tick(rig, NOW + 3 * HOUR + 5); /* 03:00 passed before the change */
    assert_int_equal(runs(rig), 0);
}

static void what_cannot_be_read_keeps_no_other_configuration(void **state)
{
    struct core_rig *rig = *state;

    configuration(rig, "a", "03:00", "Mars/Olympus");
    configuration(rig, "b", "03:00", "Europe/Amsterdam");
    configuration(rig, "c", "03:00", "../../etc/passwd");
    core_rig_sql(rig, "UPDATE device SET time_zone_set = 'No/Where'");
    configuration(rig, "d", "03:00", "");
    core_rig_sql(rig, "INSERT INTO configuration (org, kind, name, enabled,"
                      " while_logged_off, targets, schedule, scheduled, zone,"
                      " nice, memory_mb, limit_s, enabled_at, last_due,"
                      " created, revision) VALUES (1, 'oval', 'e', 1, 1,"
                      " '{}', 'no schedule', 1, '', 0, 0, 0, 1, 1, 1, 1)");
    configuration(rig, "f", "02:00", "UTC");
    configuration(rig, "g", "02:00", "UTC");
    core_rig_sql(rig, "UPDATE configuration SET targets = '{\"systems\": [7]}'"
                      " WHERE name = 'g'");
    for (int64_t at = NOW + HOUR; at <= NOW + 3 * HOUR; at += 600)
        tick(rig, at);
    assert_int_equal(number(rig, "SELECT COUNT(*) FROM run r JOIN configuration"
                                 " c ON c.id = r.configuration WHERE c.name IN"
                                 " ('b', 'f')"),
                     2);
    assert_int_equal(runs(rig), 2);
}

static void a_clock_that_was_set_back_stops_nothing(void **state)
{
    struct core_rig *rig = *state;

    configuration(rig, "nightly", "03:00", "UTC");
    tick(rig, NOW + 3 * HOUR);
    assert_int_equal(runs(rig), 1);
    tick(rig, NOW - 24 * HOUR); /* and a day later: */
    tick(rig, NOW - 21 * HOUR + 5);
    assert_int_equal(runs(rig), 2);
}

static void what_is_kept_long_enough_is_removed(void **state)
{
    struct core_rig *rig = *state;
    int64_t before;

    core_rig_sql(
        rig,
        "INSERT INTO label_action (org, label, at, actor, devices, undone)"
        " VALUES (1, 1, 1000, 'ann', '', 0), (1, 1, 1767225600, 'ann', '', 0)");
    before = number(rig, "SELECT COUNT(*) FROM label_action");
    tick(rig, NOW);
    assert_int_equal(before, 2);
    assert_int_equal(number(rig, "SELECT COUNT(*) FROM label_action"), 1);
}

int main(void)
{
#define ROW(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)
    const struct CMUnitTest tests[] = {
        ROW(a_look_that_finds_nothing_is_stored_once_an_hour),
        ROW(what_came_due_is_started_once_also_after_a_restart),
        ROW(a_changed_schedule_counts_from_its_change),
        ROW(what_cannot_be_read_keeps_no_other_configuration),
        ROW(a_clock_that_was_set_back_stops_nothing),
        ROW(what_is_kept_long_enough_is_removed),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
