/* SPDX-License-Identifier: Apache-2.0
 *
 * Configurations, runs and policies, on a database with devices that enrolled.
 */
#include "fleet/configuration.h"
#include "fleet/policy.h"
#include "fleet/run.h"
#include "tests/unit/authority.h"
#include "tests/unit/db.h"
#include "tests/unit/unit.h"

#define ALL "{\"systems\":[\"\"]}"
#define NOW INT64_C(1767225600) /* 2026-01-01T00:00:00Z, a Thursday */

struct rig {
    struct db *db;
    struct authority authority;
    struct arena arena;
    struct scope scope;
    struct err err;
};

static int setup(void **state)
{
    struct rig *rig = mem_alloc(1, sizeof(*rig));

    rig->db = test_db_open();
    authority_init(&rig->authority);
    rig->scope = scope_system(1);
    *state = rig;
    return 0;
}

static int teardown(void **state)
{
    struct rig *rig = *state;

    authority_clear(&rig->authority);
    arena_clear(&rig->arena);
    test_db_close(rig->db);
    mem_free(rig);
    return 0;
}

static void sql(struct rig *rig, const char *text)
{
    if (db_run(rig->db, text, DB_NO_ARGS, &rig->err) < 0)
        fail_msg("%s: %s", text, rig->err.text);
}

static int64_t number(struct rig *rig, const char *text)
{
    int64_t value = -1;

    if (db_one_i64(rig->db, text, DB_NO_ARGS, &value, &rig->err) < 0)
        fail_msg("%s: %s", text, rig->err.text);
    return value;
}

/* A Debian 12 in a zone of its own. */
static int64_t device(struct rig *rig, const char *name, const char *zone)
{
    struct device_cert cert;
    int64_t id =
        enrol_device(rig->db, &rig->authority, str_c(name), NOW, &cert);
    int rc = db_run(rig->db,
                    "UPDATE device SET os_id = 'debian', os_version = '12',"
                    " os_name = 'Debian 12', os_family = 'unix',"
                    " arch = 'x86_64', time_zone = $2 WHERE id = $1",
                    DB_ARGS(db_i64(id), db_text(str_c(zone))), &rig->err);

    assert_int_equal(rc, 1);
    return id;
}

static void content(struct rig *rig, char mark, int64_t feed_time, int rc)
{
    struct content c = { .platform = "debian:12",
                         .source = "test",
                         .size = 10,
                         .definitions = 3,
                         .feed_time = feed_time };

    memset(c.digest, mark, sizeof(c.digest));
    assert_int_equal(content_activate(rig->db, &c, false, NOW, &rig->err), rc);
}

static struct configuration configuration(struct rig *rig, bool enabled,
                                          const char *schedule)
{
    struct configuration c = { .name = STR("weekly"),
                               .enabled = enabled,
                               .while_logged_off = true,
                               .targets = STR(ALL),
                               .schedule = str_c(schedule),
                               .zone = STR(""),
                               .nice = 10 };
    const char *field = NULL;
    int rc;

    if (enabled)
        c.enabled_at = NOW;
    rc = configuration_check(&c, &rig->arena, NOW, &field, &rig->err);
    if (rc < 0)
        fail_msg("%s: %s", field, rig->err.text);
    rc = configuration_add(rig->db, &rig->scope, &c, NOW, &rig->err);
    if (rc < 0)
        fail_msg("%s", rig->err.text);
    return c;
}

static struct run start(struct rig *rig, const struct configuration *c)
{
    struct run_order order = { .c = c, .cause = "now", .now = NOW };
    struct run run = { 0 };

    if (run_start(rig->db, &rig->scope, &order, &rig->arena, &run, &rig->err) <
        0)
        fail_msg("%s", rig->err.text);
    return run;
}

static size_t dispatch(struct rig *rig)
{
    struct run_jobs jobs = { .signer = &rig->authority.signer, .now = NOW };
    size_t woken;

    if (run_dispatch(rig->db, &jobs, 100, &rig->err) < 0)
        fail_msg("%s", rig->err.text);
    woken = jobs.woken.n;
    vec_clear(&jobs.woken);
    return woken;
}

static int64_t in_state(struct rig *rig, int64_t run, const char *state)
{
    int64_t n = -1;

    assert_int_equal(db_one_i64(rig->db,
                                "SELECT COUNT(*) FROM run_device"
                                " WHERE run = $1 AND state = $2",
                                DB_ARGS(db_i64(run), db_text(str_c(state))), &n,
                                &rig->err),
                     0);
    return n;
}

/* --- K-SET, K-SCH -------------------------------------------------------- */

static void a_configuration_that_cannot_be_names_the_field(void **state)
{
    static const struct {
        const char *field;
        struct configuration c;
    } cases[] = {
        { "name", { .name = STR("  ") } },
        { "nice", { .name = STR("a"), .nice = 20 } },
        { "memory_mb", { .name = STR("a"), .memory_mb = 1 } },
        { "limit_s", { .name = STR("a"), .limit_s = -1 } },
        { "zone", { .name = STR("a"), .zone = STR("Mars/Olympus") } },
        { "zone", { .name = STR("a"), .zone = STR("../../etc/passwd") } },
        { "schedule",
          { .name = STR("a"), .schedule = STR("{\"type\":\"hourly\"}") } },
        { "schedule",
          { .name = STR("a"),
            .schedule = STR("{\"type\":\"cron\",\"expression\":"
                            "\"0 0 31 2 *\"}") } },
        { "targets",
          { .name = STR("a"),
            .schedule = STR("{\"type\":\"none\"}"),
            .targets = STR("{\"labels\":[1],\"systems\":[]}") } },
    };
    struct rig *rig = *state;

    for (size_t i = 0; i < COUNT(cases); i++) {
        struct configuration c = cases[i].c;
        const char *field = "";

        assert_true(
            configuration_check(&c, &rig->arena, NOW, &field, &rig->err) < 0);
        assert_string_equal(field, cases[i].field);
    }
}

static void an_interval_counts_from_when_it_was_enabled_K_SCH_9(void **state)
{
    struct rig *rig = *state;
    struct configuration c =
        configuration(rig, true, "{\"type\":\"every\",\"every_minutes\":60}");

    assert_true(str_find(c.schedule, STR("2026-01-01T00:00Z")) < c.schedule.n);
}

static void a_name_is_taken_once_and_free_after_removal(void **state)
{
    struct rig *rig = *state;
    struct configuration c = configuration(rig, false, "{\"type\":\"none\"}");
    struct configuration twin = c;

    assert_int_equal(
        configuration_add(rig->db, &rig->scope, &twin, NOW, &rig->err),
        E_INVALID);
    assert_int_equal(
        configuration_remove(rig->db, &rig->scope, c.id, &rig->err), 0);
    assert_int_equal(
        configuration_add(rig->db, &rig->scope, &twin, NOW, &rig->err), 0);
    assert_int_equal(configuration_get(rig->db, &rig->scope, c.id, &rig->arena,
                                       &twin, &rig->err),
                     E_ABSENT);
}

/* --- K-RUN --------------------------------------------------------------- */

static void a_disabled_configuration_does_not_run_K_RUN_5(void **state)
{
    struct rig *rig = *state;
    struct configuration c = configuration(rig, false, "{\"type\":\"none\"}");
    struct run_order order = { .c = &c, .cause = "now", .now = NOW };
    struct run run;

    device(rig, "web-1", "UTC");
    assert_int_equal(
        run_start(rig->db, &rig->scope, &order, &rig->arena, &run, &rig->err),
        E_INVALID);
    assert_int_equal(number(rig, "SELECT COUNT(*) FROM run"), 0);
}

static void a_run_gives_each_target_one_job_and_coalesces_K_RUN_7(void **state)
{
    struct rig *rig = *state;
    struct configuration c;
    struct run first;
    struct run second;

    content(rig, 'a', 100, 0);
    device(rig, "web-1", "UTC");
    device(rig, "web-2", "UTC");
    c = configuration(rig, true, "{\"type\":\"none\"}");
    first = start(rig, &c);
    assert_int_equal(first.devices, 2);
    assert_int_equal(in_state(rig, first.id, "planned"), 2);
    assert_int_equal(dispatch(rig), 2);
    assert_int_equal(in_state(rig, first.id, "queued"), 2);
    assert_int_equal(dispatch(rig), 0);
    second = start(rig, &c);
    assert_int_equal(dispatch(rig), 0);
    assert_int_equal(in_state(rig, second.id, "coalesced"), 2);
    assert_int_equal(number(rig, "SELECT COUNT(*) FROM job"), 2);
}

static void a_run_says_why_a_device_is_left_out_K_OV_2(void **state)
{
    struct rig *rig = *state;
    struct configuration c;
    struct run run;

    content(rig, 'a', 100, 0);
    device(rig, "web-1", "UTC");
    device(rig, "web-2", "UTC");
    sql(rig, "UPDATE device SET kind = 'agentless' WHERE name = 'web-1'");
    sql(rig, "UPDATE device SET os_id = 'plan9' WHERE name = 'web-2'");
    c = configuration(rig, true, "{\"type\":\"none\"}");
    run = start(rig, &c);
    assert_int_equal(dispatch(rig), 0);
    assert_int_equal(in_state(rig, run.id, "unavailable"), 2);
    assert_int_equal(number(rig, "SELECT COUNT(*) FROM run_device"
                                 " WHERE text = 'not available: no agent'"),
                     1);
}

static void a_configuration_disabled_meanwhile_makes_no_jobs(void **state)
{
    struct rig *rig = *state;
    struct configuration c;
    struct run run;

    content(rig, 'a', 100, 0);
    device(rig, "web-1", "UTC");
    c = configuration(rig, true, "{\"type\":\"none\"}");
    run = start(rig, &c);
    assert_int_equal(
        configuration_disable(rig->db, &rig->scope, c.id, NOW, &rig->err), 0);
    assert_int_equal(dispatch(rig), 0);
    assert_int_equal(in_state(rig, run.id, "cancelled"), 1);
}

static void silence_is_missed_and_a_late_result_still_counts(void **state)
{
    struct rig *rig = *state;
    struct results results = { .outcome = RUN_DONE,
                               .started = NOW + 90000,
                               .ended = NOW + 90001 };
    struct run_ids ended = { 0 };
    struct configuration c;
    struct run run;
    int64_t id;
    int64_t of = 0;

    content(rig, 'a', 100, 0);
    id = device(rig, "web-1", "UTC");
    c = configuration(rig, true, "{\"type\":\"none\"}");
    run = start(rig, &c);
    dispatch(rig);
    assert_int_equal(run_close(rig->db, NOW + 3600, &ended, &rig->err), 0);
    assert_int_equal(ended.ids.n, 0);
    assert_int_equal(run_close(rig->db, NOW + 86401, &ended, &rig->err), 0);
    assert_int_equal(ended.ids.n, 1);
    assert_int_equal(in_state(rig, run.id, "missed"), 1);
    results.terms.run = run.id;
    assert_int_equal(
        run_result(rig->db, id, &results, NOW + 90002, &of, &rig->err), 0);
    assert_int_equal(of, run.id);
    assert_int_equal(in_state(rig, run.id, "done"), 1);
    vec_clear(&ended.ids);
}

static void a_device_cannot_speak_for_a_run_it_is_not_in(void **state)
{
    struct rig *rig = *state;
    struct results results = { .outcome = RUN_DONE };
    struct configuration c;
    struct run run;
    int64_t outsider;
    int64_t of = 0;

    content(rig, 'a', 100, 0);
    device(rig, "web-1", "UTC");
    c = configuration(rig, true, "{\"type\":\"none\"}");
    run = start(rig, &c);
    outsider = device(rig, "web-2", "UTC");
    results.terms.run = run.id;
    assert_int_equal(
        run_result(rig->db, outsider, &results, NOW, &of, &rig->err), 0);
    assert_int_equal(of, 0);
    assert_int_equal(in_state(rig, run.id, "done"), 0);
}

static void a_result_by_schedule_makes_the_run_of_that_time(void **state)
{
    struct rig *rig = *state;
    /* 03:00 in Amsterdam, on 2 January 2026, is 02:00Z. */
    struct results results = { .outcome = RUN_DONE, .due = NOW + 26 * 3600 };
    struct configuration c;
    int64_t id;
    int64_t of = 0;
    int64_t again = 0;

    content(rig, 'a', 100, 0);
    id = device(rig, "web-1", "Europe/Amsterdam");
    c = configuration(rig, true, "{\"type\":\"daily\",\"time\":\"03:00\"}");
    results.terms.configuration = c.id;
    assert_int_equal(
        run_result(rig->db, id, &results, NOW + 27 * 3600, &of, &rig->err), 0);
    assert_true(of > 0);
    assert_int_equal(number(rig, "SELECT COUNT(*) FROM run WHERE due ="
                                 " '2026-01-02T03:00'"),
                     1);
    assert_int_equal(
        run_result(rig->db, id, &results, NOW + 27 * 3600, &again, &rig->err),
        0);
    assert_int_equal(again, of);
    results.due -= 2 * 86400; /* before it was enabled: no run is made up */
    assert_int_equal(
        run_result(rig->db, id, &results, NOW + 27 * 3600, &again, &rig->err),
        0);
    assert_int_equal(again, 0);
    results.due += 2 * 86400 + 60; /* nothing was due then */
    assert_int_equal(
        run_result(rig->db, id, &results, NOW + 27 * 3600, &of, &rig->err), 0);
    assert_int_equal(of, 0);
}

/* --- T-OVL, D-40, K-UPD-7 ------------------------------------------------ */

static void content_goes_out_as_T_OVL_says(void **state)
{
    static const struct {
        bool enabled;
        const char *schedule;
        bool run;
        int wanted; /* 0: it is sent */
    } cases[] = {
        { false, "{\"type\":\"none\"}", false, 1 },
        { false, "{\"type\":\"daily\",\"time\":\"03:00\"}", false, 1 },
        { true, "{\"type\":\"none\"}", false, 1 },
        { true, "{\"type\":\"none\"}", true, 0 }, /* D-40: Run Now */
        { true, "{\"type\":\"daily\",\"time\":\"03:00\"}", false, 0 },
    };
    struct rig *rig = *state;
    int64_t id = device(rig, "web-1", "UTC");

    content(rig, 'a', 100, 0);
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct configuration c =
            configuration(rig, cases[i].enabled, cases[i].schedule);
        struct content out;

        if (cases[i].run)
            start(rig, &c);
        assert_int_equal(content_for_device(rig->db, id, &out, &rig->err),
                         cases[i].wanted);
        assert_int_equal(
            configuration_remove(rig->db, &rig->scope, c.id, &rig->err), 0);
    }
}

static void older_content_is_refused_and_the_active_one_stays(void **state)
{
    struct rig *rig = *state;
    struct content out;

    content(rig, 'b', 200, 0);
    content(rig, 'b', 200, 1);
    content(rig, 'a', 100, E_INVALID);
    assert_int_equal(
        content_for_os(rig->db, STR("debian"), STR("12.5"), &out, &rig->err),
        0);
    assert_int_equal(out.digest[0], 'b');
    content(rig, 'c', 300, 0);
    assert_int_equal(
        number(rig, "SELECT COUNT(*) FROM content WHERE active = 1"), 1);
}

/* --- Policies ------------------------------------------------------------ */

static int64_t policies(struct rig *rig)
{
    return number(rig, "SELECT COUNT(*) FROM job WHERE type = 3");
}

static void refresh(struct rig *rig, int64_t device_id, int64_t has)
{
    if (policy_refresh(rig->db, &rig->authority.signer, device_id, has, NOW,
                       &rig->err) < 0)
        fail_msg("%s", rig->err.text);
}

static void a_policy_is_sent_when_it_changed_and_only_then(void **state)
{
    struct rig *rig = *state;
    int64_t id = device(rig, "web-1", "UTC");

    content(rig, 'a', 100, 0);
    configuration(rig, true, "{\"type\":\"daily\",\"time\":\"03:00\"}");
    refresh(rig, id, 0);
    assert_int_equal(policies(rig), 1);
    refresh(rig, id, 0); /* not taken yet */
    assert_int_equal(policies(rig), 1);
    refresh(rig, id, 1); /* taken */
    assert_int_equal(policies(rig), 1);
    assert_int_equal(policy_touch(rig->db, 1, &rig->err), 0);
    refresh(rig, id, 1); /* looked at again, the same */
    assert_int_equal(policies(rig), 1);
    content(rig, 'b', 200, 0);
    assert_int_equal(policy_touch(rig->db, 1, &rig->err), 0);
    refresh(rig, id, 1); /* another pack */
    assert_int_equal(policies(rig), 2);
    assert_int_equal(number(rig, "SELECT revision FROM device_policy"), 2);
}

static void a_policy_outgrows_what_a_device_has_after_a_restore(void **state)
{
    struct rig *rig = *state;
    int64_t id = device(rig, "web-1", "UTC");

    refresh(rig, id, 41);
    assert_int_equal(number(rig, "SELECT revision FROM device_policy"), 42);
}

#define ROW(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        ROW(a_configuration_that_cannot_be_names_the_field),
        ROW(an_interval_counts_from_when_it_was_enabled_K_SCH_9),
        ROW(a_name_is_taken_once_and_free_after_removal),
        ROW(a_disabled_configuration_does_not_run_K_RUN_5),
        ROW(a_run_gives_each_target_one_job_and_coalesces_K_RUN_7),
        ROW(a_run_says_why_a_device_is_left_out_K_OV_2),
        ROW(a_configuration_disabled_meanwhile_makes_no_jobs),
        ROW(silence_is_missed_and_a_late_result_still_counts),
        ROW(a_device_cannot_speak_for_a_run_it_is_not_in),
        ROW(a_result_by_schedule_makes_the_run_of_that_time),
        ROW(content_goes_out_as_T_OVL_says),
        ROW(older_content_is_refused_and_the_active_one_stays),
        ROW(a_policy_is_sent_when_it_changed_and_only_then),
        ROW(a_policy_outgrows_what_a_device_has_after_a_restore),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
