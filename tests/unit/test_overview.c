/* SPDX-License-Identifier: Apache-2.0
 *
 * The first page's numbers: what they count, for whom, and that each comes
 * with the list behind it.
 */
#include "server/exposure.h"
#include "tests/unit/report_rig.h"
#include "tests/unit/unit.h"

#define DAY_S 86400

static const struct jval *ask(struct report_rig *r)
{
    return core_rig_ask(r->rig, 200, "GET", "/api/v1/overview", NULL);
}

static bool is_null(const struct jval *jval)
{
    return jval == NULL || jval_kind(jval) == JVAL_NULL;
}

static int64_t number(const struct jval *o, const char *part, const char *key)
{
    return jval_i64(jval_get(jval_get(o, part), key), -1);
}

static void every_number_is_what_its_list_has(void **state)
{
    struct report_rig *r = *state;
    AUTO(jval_freep) struct jval *o = jval_copy(ask(r));
    const struct jval *e = jval_get(o, "exposure");
    int64_t findings = 0;
    const struct jval *list;

    assert_int_equal(number(o, "devices", "count"), 4);
    list = core_rig_ask(r->rig, 200, "GET", "/api/v1/devices", NULL);
    assert_int_equal(jval_count(jval_get(list, "items")), 4);
    list = core_rig_ask(r->rig, 200, "GET",
                        "/api/v1/catalogue?view=affected&class=vulnerability",
                        NULL);
    for (size_t i = 0; i < jval_count(jval_get(list, "items")); i++)
        findings += jval_i64(
            jval_get(jval_at(jval_get(list, "items"), i), "affected"), 0);
    assert_true(findings > 0);
    assert_int_equal(jval_i64(jval_get(e, "findings"), -1), findings);
    assert_int_equal(jval_i64(jval_get(e, "affected"), -1), 2);
}

static void the_worst_device_comes_first(void **state)
{
    const struct jval *worst = jval_get(ask(*state), "worst");
    const struct jval *first = jval_at(worst, 0);

    assert_true(jval_count(worst) >= 2);
    assert_true(str_eq_c(jval_text(jval_get(first, "name"), STR("")), "web-1"));
    assert_int_equal(jval_i64(jval_get(first, "findings"), 0), 2);
    assert_true(str_eq_c(jval_text(jval_get(first, "query"), STR("")),
                         "/api/v1/devices/1/findings"));
}

static void x2_who_sees_some_devices_gets_their_numbers(void **state)
{
    struct report_rig *r = *state;
    const struct jval *o;

    report_rig_as(r, &r->limited);
    o = ask(r);
    assert_int_equal(number(o, "devices", "count"), 2);
    assert_int_equal(number(o, "exposure", "findings"), 1);
    assert_true(is_null(jval_get(jval_get(o, "exposure"), "history")));
    assert_int_equal(jval_count(jval_get(o, "worst")), 1);
    report_rig_as(r, &r->other);
    assert_int_equal(number(ask(r), "devices", "count"), 1);
}

static void a_part_that_may_not_be_read_is_null(void **state)
{
    static const char *const parts[] = { "reboots", "exposure",  "due",
                                         "run",     "patch_run", "health" };
    struct report_rig *r = *state;
    struct scope scope = r->limited;
    const struct jval *o;

    scope.permissions = (uint64_t)1 << PERM_DEVICE_READ;
    report_rig_as(r, &scope);
    o = ask(r);
    assert_int_equal(number(o, "devices", "count"), 2);
    for (size_t i = 0; i < COUNT(parts); i++)
        assert_true(is_null(jval_get(o, parts[i])));
    assert_int_equal(jval_count(jval_get(o, "worst")), 0);
}

static void who_may_read_no_device_gets_the_rest(void **state)
{
    struct report_rig *r = *state;
    struct scope scope = r->limited;
    const struct jval *o;

    scope.permissions = (uint64_t)1 << PERM_REPORT_READ;
    report_rig_as(r, &scope);
    o = ask(r);
    assert_true(is_null(jval_get(o, "devices")));
    assert_true(is_null(jval_get(o, "not_seen")));
    assert_int_equal(number(o, "exposure", "findings"), 1);
    scope.permissions = 0;
    report_rig_as(r, &scope);
    o = ask(r);
    assert_true(is_null(jval_get(o, "devices")));
    assert_true(is_null(jval_get(o, "exposure")));
}

static void each_day_is_kept_once_and_shown(void **state)
{
    struct report_rig *r = *state;
    struct core *core = &r->rig->core;
    const struct jval *history;

    for (int day = 0; day < 3; day++) {
        assert_int_equal(0, exposure_daily(core, r->rig->now + day * DAY_S,
                                           &(struct err){ 0 }));
        assert_int_equal(0,
                         exposure_daily(core, r->rig->now + day * DAY_S + 3600,
                                        &(struct err){ 0 }));
    }
    r->rig->now += 3 * DAY_S;
    history = jval_get(jval_get(ask(r), "exposure"), "history");
    assert_int_equal(jval_count(history), 3);
    assert_int_equal(jval_i64(jval_get(jval_at(history, 2), "findings"), -1),
                     number(r->rig->json, "exposure", "findings"));
}

static void agents_that_are_silent_for_a_week_are_counted(void **state)
{
    AUTO(arena_clear) struct arena arena = ARENA;
    struct report_rig *r = *state;
    const struct jval *o;
    char sql[200];

    snprintf(sql, sizeof(sql), "UPDATE device SET last_seen = %lld",
             (long long)r->rig->now);
    core_rig_sql(r->rig, sql);
    snprintf(sql, sizeof(sql),
             "UPDATE device SET kind = 'agent', last_seen = %lld WHERE id = 1",
             (long long)r->rig->now - 8 * DAY_S);
    core_rig_sql(r->rig, sql);
    o = ask(r);
    assert_int_equal(number(o, "not_seen", "count"), 1);
    o = core_rig_ask(
        r->rig, 200, "GET",
        arena_c(&arena,
                jval_text(jval_get(jval_get(o, "not_seen"), "query"), STR(""))),
        NULL);
    assert_int_equal(jval_count(jval_get(o, "items")), 1);
}

static void the_run_that_ended_last_tells_its_failures(void **state)
{
    struct report_rig *r = *state;
    const struct jval *run;

    core_rig_sql(r->rig,
                 "INSERT INTO configuration (org, kind, name, enabled,"
                 " while_logged_off, targets, schedule, scheduled, zone, nice,"
                 " memory_mb, limit_s, enabled_at, last_due, created, revision)"
                 " VALUES (1, 'oval', 'nightly', 1, 1, '{}', '{}', 0, '', 0, 0,"
                 " 0, 0, 0, 0, 1)");
    core_rig_sql(r->rig, "INSERT INTO run (org, configuration,"
                         " configuration_revision, cause, started_by, due,"
                         " started, ended, targets, devices) VALUES (1, 1, 1,"
                         " 'now', 'admin', '', 100, 200, '{}', 3)");
    core_rig_sql(r->rig,
                 "INSERT INTO run_device (run, device, state, final, content,"
                 " due, started, ended, text) VALUES (1, 1, 'error', 1, 0, 0,"
                 " 0, 0, ''), (1, 2, 'missed', 1, 0, 0, 0, 0, ''), (1, 3,"
                 " 'done', 1, 0, 0, 0, 0, '')");
    run = jval_get(ask(r), "run");
    assert_int_equal(jval_i64(jval_get(run, "failed"), -1), 2);
    assert_int_equal(jval_count(jval_get(run, "states")), 2);
    assert_true(str_eq_c(
        jval_text(jval_get(jval_at(jval_get(run, "states"), 0), "query"),
                  STR("")),
        "/api/v1/runs/1/devices?state=error"));
}

#define ROW(fn)                                                                \
    cmocka_unit_test_setup_teardown(fn, report_rig_setup, report_rig_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        ROW(every_number_is_what_its_list_has),
        ROW(the_worst_device_comes_first),
        ROW(x2_who_sees_some_devices_gets_their_numbers),
        ROW(a_part_that_may_not_be_read_is_null),
        ROW(who_may_read_no_device_gets_the_rest),
        ROW(each_day_is_kept_once_and_shown),
        ROW(agents_that_are_silent_for_a_week_are_counted),
        ROW(the_run_that_ended_last_tells_its_failures),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
