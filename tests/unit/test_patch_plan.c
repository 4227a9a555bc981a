/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/unit.h"

#include "patch/comply.h"
#include "patch/diff.h"
#include "patch/reboot.h"
#include "patch/ring.h"
#include "patch/summary.h"
#include "patch/task.h"
#include "schedule/calendar.h"

static int64_t at(const char *text)
{
    int64_t time = 0;

    assert_int_equal(calendar_parse(str_c(text), true, &time, NULL), 0);
    return time;
}

static struct jval *tree(const char *json)
{
    struct jval *jval = NULL;

    assert_int_equal(jval_parse(str_c(json), SIZE_MAX, &jval, NULL), 0);
    return jval;
}

/* Windows: zero-day and priority daily at 23:00, routine on Saturdays at
 * 23:00 with staging. */
static struct patch_configuration three_tasks(void)
{
    struct patch_configuration c = patch_configuration_default();
    struct patch_task *tasks = c.task[PATCH_WINDOWS];

    for (unsigned kind = 0; kind < PATCH_TASKS; kind++) {
        tasks[kind].enabled = true;
        tasks[kind].schedule.type = SCHEDULE_DAILY;
        tasks[kind].schedule.weekdays = 0;
        tasks[kind].schedule.minute = 23 * 60;
    }
    tasks[PATCH_ROUTINE].schedule.type = SCHEDULE_WEEKLY;
    tasks[PATCH_ROUTINE].schedule.weekdays = 1 << 6;
    tasks[PATCH_ROUTINE].schedule.stage_hours = 4;
    return c;
}

static void tasks_due_together_run_one_after_another_P_TSK_7(
    void **state UNUSED)
{
    struct patch_configuration c = three_tasks();
    const struct patch_plan plan = { &c, PATCH_WINDOWS, zone_utc(), NULL, 0 };
    int64_t after[PATCH_TASKS];
    struct patch_run runs[8];

    for (unsigned kind = 0; kind < PATCH_TASKS; kind++)
        after[kind] = at("2026-01-03T22:00");
    assert_int_equal(patch_due(&plan, after, at("2026-01-03T23:00"), runs), 3);
    assert_int_equal(runs[0].kind, PATCH_ZERO_DAY);
    assert_int_equal(runs[1].kind, PATCH_PRIORITY);
    assert_int_equal(runs[2].kind, PATCH_ROUTINE);
    assert_int_equal(patch_due(&plan, after, at("2026-01-03T22:59"), runs), 0);
    after[PATCH_ZERO_DAY] = at("2026-01-03T23:00");
    assert_int_equal(patch_due(&plan, after, at("2026-01-03T23:00"), runs), 2);

    assert_int_equal(patch_next(&plan, at("2026-01-02T12:00"), runs, 6), 6);
    assert_int_equal(runs[0].kind, PATCH_ZERO_DAY);
    assert_int_equal(runs[1].kind, PATCH_PRIORITY);
    assert_int_equal(runs[1].at.utc, at("2026-01-02T23:00"));
    assert_int_equal(runs[4].kind, PATCH_ROUTINE);
    assert_int_equal(runs[4].at.utc, at("2026-01-03T23:00"));
    assert_int_equal(patch_stage_at(&runs[4], 0), at("2026-01-03T19:00"));
    assert_int_equal(patch_stage_at(&runs[4], at("2026-01-03T20:00")),
                     at("2026-01-03T20:00"));
    c.task[PATCH_WINDOWS][PATCH_ROUTINE].enabled = false;
    c.task[PATCH_WINDOWS][PATCH_PRIORITY].enabled = false;
    c.task[PATCH_WINDOWS][PATCH_ZERO_DAY].enabled = false;
    assert_int_equal(patch_next(&plan, 0, runs, 6), 0);
}

static void what_one_task_deploys_the_next_does_not_miss_P_TSK_7(
    void **state UNUSED)
{
    const struct patch_decision decisions[] = {
        { .patch = 4, .deploy = true },
        { .patch = 2, .deploy = false },
        { .patch = 9, .deploy = true },
        { .patch = 1, .deploy = false },
    };
    uint32_t missing[] = { 4, 2, 2, 9, 4, 1 };

    assert_int_equal(
        patch_without_deployed(decisions, COUNT(decisions), missing, 6), 2);
    assert_int_equal(missing[0], 2);
    assert_int_equal(missing[1], 1);
}

/* A freeze over the turn of the year, in the devices' own time. */
static void nothing_is_deployed_in_a_freeze_but_what_it_allows(
    void **state UNUSED)
{
    AUTO(patch_refusals_clear) struct patch_refusals refusals = PATCH_REFUSALS;
    AUTO(arena_clear) struct arena arena = ARENA;
    AUTO(zone_freep) struct zone *tokyo = NULL;
    AUTO(jval_freep)
    struct jval *json =
        tree("{\"name\":\"year end\",\"reason\":\"books\",\"author\":\"amy\","
             "\"from\":\"2026-12-20T00:00\",\"until\":\"2027-01-04T06:00\","
             "\"allow\":[\"zero_day\"]}");
    AUTO(jval_freep) struct jval *again = NULL;
    struct patch_configuration c = three_tasks();
    struct patch_freeze f;
    struct patch_plan plan = { &c, PATCH_WINDOWS, zone_utc(), &f, 1 };
    struct patch_run runs[3];
    const int64_t early = at("2026-12-19T15:00"); /* the 20th in Tokyo */

    assert_true(patch_freeze_from_jval(json, &arena, &refusals, &f));
    again = patch_freeze_to_jval(&f);
    assert_int_equal(zone_parse_rule(STR("JST-9"), STR("Tokyo"), &tokyo, NULL),
                     0);
    assert_null(patch_freeze_at(&f, 1, zone_utc(), early, PATCH_ROUTINE));
    assert_ptr_equal(patch_freeze_at(&f, 1, tokyo, early, PATCH_ROUTINE), &f);
    assert_null(patch_freeze_at(&f, 1, tokyo, early, PATCH_ZERO_DAY));
    assert_null(patch_freeze_at(&f, 1, zone_utc(), at("2027-01-04T06:00"),
                                PATCH_ROUTINE));
    assert_int_equal(patch_freeze_end(&f, tokyo), at("2027-01-03T21:00"));
    assert_int_equal(patch_next(&plan, at("2026-12-26T22:00"), runs, 3), 3);
    assert_null(runs[0].freeze);
    assert_ptr_equal(runs[1].freeze, &f);
    assert_ptr_equal(runs[2].freeze, &f);
    /* What is frozen is not staged. */
    assert_int_equal(patch_stage_at(&runs[2], 0), at("2026-12-26T23:00"));
}

/* What is wrong with an exception, and where. */
static const struct {
    const char *json;
    const char *field;
} bad_freezes[] = {
    { "{\"name\":\"x\",\"from\":\"2026-01-01T00:00\",\"until\":"
      "\"2026-01-02T00:00\"}",
      "reason" },
    { "{\"name\":\"x\",\"reason\":\"r\",\"from\":\"2026-01-02T00:00\","
      "\"until\":\"2026-01-02T00:00\"}",
      "until" },
    { "{\"name\":\"x\",\"reason\":\"r\",\"from\":\"2026-01-02T00:00Z\","
      "\"until\":\"2026-01-03T00:00\"}",
      "until" },
    { "{\"name\":\"x\",\"reason\":\"r\",\"from\":\"soon\",\"until\":"
      "\"2026-01-03T00:00\"}",
      "from" },
    { "{\"name\":\"x\",\"reason\":\"r\",\"from\":\"2026-01-02T00:00\","
      "\"until\":\"2026-01-03T00:00\",\"allow\":[\"all\"]}",
      "allow" },
    { "7", "" },
};

static void exceptions_need_a_reason_and_an_order(void **state UNUSED)
{
    for (size_t i = 0; i < COUNT(bad_freezes); i++) {
        AUTO(patch_refusals_clear)
        struct patch_refusals refusals = PATCH_REFUSALS;
        AUTO(arena_clear) struct arena arena = ARENA;
        AUTO(jval_freep) struct jval *json = tree(bad_freezes[i].json);
        struct patch_freeze freeze;

        assert_false(patch_freeze_from_jval(json, &arena, &refusals, &freeze));
        assert_string_equal(refusals.all.p[0].field.p, bad_freezes[i].field);
    }
}

/* P-RBT-3 to 5, 7. */
static const struct {
    enum patch_os os;
    enum patch_after after;
    size_t deployed;
    bool required;
    bool os_update;
    enum patch_reboot_outcome outcome;
} after_cases[] = {
    { PATCH_WINDOWS, PATCH_AFTER_ALWAYS, 1, false, false,
      PATCH_REBOOT_REQUEST },
    { PATCH_WINDOWS, PATCH_AFTER_ALWAYS, 0, false, false, PATCH_REBOOT_NONE },
    { PATCH_WINDOWS, PATCH_AFTER_IF_REQUIRED, 1, false, false,
      PATCH_REBOOT_NONE },
    { PATCH_WINDOWS, PATCH_AFTER_IF_REQUIRED, 1, true, false,
      PATCH_REBOOT_REQUEST },
    { PATCH_LINUX, PATCH_AFTER_NEVER, 3, true, false, PATCH_REBOOT_PENDING },
    { PATCH_LINUX, PATCH_AFTER_NEVER, 3, false, false, PATCH_REBOOT_NONE },
    { PATCH_LINUX, PATCH_AFTER_IF_REQUIRED, 3, true, false,
      PATCH_REBOOT_REQUEST },
    { PATCH_LINUX, PATCH_AFTER_IF_REQUIRED, 0, true, false,
      PATCH_REBOOT_PENDING },
    { PATCH_MACOS, PATCH_AFTER_IF_REQUIRED, 1, false, true,
      PATCH_REBOOT_REQUEST },
    { PATCH_MACOS, PATCH_AFTER_IF_REQUIRED, 1, false, false,
      PATCH_REBOOT_NONE },
    { PATCH_MACOS, PATCH_AFTER_ALWAYS, 1, false, false, PATCH_REBOOT_REQUEST },
};

static void a_reboot_is_asked_for_as_P_RBT_3_to_7_say(void **state UNUSED)
{
    for (size_t i = 0; i < COUNT(after_cases); i++) {
        const struct patch_reboot reboot = { .after = after_cases[i].after };
        const struct patch_reboot_facts facts = { after_cases[i].deployed,
                                                  after_cases[i].required,
                                                  after_cases[i].os_update };

        assert_int_equal(patch_reboot_after(&reboot, after_cases[i].os, &facts),
                         after_cases[i].outcome);
    }
}

static void the_highest_level_wins_and_a_low_one_is_recorded_P_RBX_3_5(
    void **state UNUSED)
{
    const struct patch_reboot_request low = { .level = PATCH_ADVISED };
    const struct patch_reboot_request high = { .level = PATCH_LEVEL_CRITICAL };
    struct patch_reboot_experience e = { .minimum = PATCH_MANDATORY };

    assert_true(patch_reboot_replaces(NULL, &low));
    assert_true(patch_reboot_replaces(&low, &high));
    assert_false(patch_reboot_replaces(&high, &low));
    assert_false(patch_reboot_replaces(&low, &low));
    assert_false(patch_reboot_is_executed(&e, PATCH_ADVISED));
    assert_true(patch_reboot_is_executed(&e, PATCH_MANDATORY));
    assert_true(patch_reboot_is_executed(&e, PATCH_LEVEL_CRITICAL));
    e.minimum = PATCH_LEVEL_NEVER;
    assert_false(patch_reboot_is_executed(&e, PATCH_LEVEL_CRITICAL));
}

/* Asked for at 0; forced after 30 minutes, countdown 10, extensions of 5 up
 * to 10 minutes; minutes throughout. */
static const struct {
    int minute;
    size_t sessions;
    int extended;
    bool timeout_cancelled;
    bool reboot_cancelled;
    enum patch_reboot_action action;
    int until; /* -1: no time */
} steps[] = {
    { 0, 0, 0, false, false, PATCH_REBOOT_NOW, 0 }, /* P-RBT-9 */
    { 0, 1, 0, false, false, PATCH_REBOOT_WAIT, 30 },
    { 29, 2, 0, false, false, PATCH_REBOOT_WAIT, 30 },
    { 29, 0, 0, false, false, PATCH_REBOOT_NOW, 29 },
    { 30, 1, 0, false, false, PATCH_REBOOT_COUNTDOWN, 40 },
    { 39, 1, 0, false, false, PATCH_REBOOT_COUNTDOWN, 40 },
    { 40, 1, 0, false, false, PATCH_REBOOT_NOW, 40 },
    { 40, 1, 5, false, false, PATCH_REBOOT_COUNTDOWN, 45 },
    { 99, 1, 0, true, false, PATCH_REBOOT_LOGOFF, -1 },
    { 99, 0, 0, true, false, PATCH_REBOOT_NOW, 99 },
    { 99, 0, 0, false, true, PATCH_REBOOT_MANUAL, -1 },
    { 99, 1, 0, true, true, PATCH_REBOOT_MANUAL, -1 },
};

static void a_reboot_goes_its_way_step_by_step_P_RBT_2(void **state UNUSED)
{
    const struct patch_experience e = { .force_minutes = 30,
                                        .warn_at_logoff = true,
                                        .countdown_minutes = 10 };
    const struct patch_experience at_logoff = { .warn_at_logoff = true,
                                                .countdown_minutes = 10 };
    const struct patch_reboot_request fresh = { .at = 0 };

    for (size_t i = 0; i < COUNT(steps); i++) {
        const struct patch_reboot_request r = {
            .extended_s = steps[i].extended * 60,
            .is_timeout_cancelled = steps[i].timeout_cancelled,
            .is_reboot_cancelled = steps[i].reboot_cancelled,
        };
        struct patch_reboot_step step = patch_reboot_step(
            &r, &e, steps[i].sessions, (int64_t)steps[i].minute * 60);

        assert_int_equal(step.action, steps[i].action);
        assert_int_equal(step.until, steps[i].until < 0
                                         ? INT64_MAX
                                         : (int64_t)steps[i].until * 60);
    }
    assert_int_equal(patch_reboot_step(&fresh, &at_logoff, 1, 1000000).action,
                     PATCH_REBOOT_WAIT);
    assert_int_equal(patch_reboot_step(&fresh, &at_logoff, 0, 1).action,
                     PATCH_REBOOT_NOW);
}

static void a_user_may_do_what_the_experience_allows_P_RBT_9(
    void **state UNUSED)
{
    struct patch_experience e = { .countdown_minutes = 10,
                                  .extend_minutes = 5,
                                  .extend_max_minutes = 10 };
    struct patch_reboot_request r = { .at = 0 };

    assert_int_equal(patch_reboot_user(&r, &e, PATCH_USER_EXTEND, 60, NULL), 0);
    assert_int_equal(
        patch_reboot_user(&r, &e, PATCH_USER_EXTEND, 14 * 60, NULL), 0);
    assert_int_equal(r.extended_s, 600);
    assert_int_equal(
        patch_reboot_user(&r, &e, PATCH_USER_EXTEND, 14 * 60, NULL), E_INVALID);
    assert_int_equal(
        patch_reboot_user(&r, &e, PATCH_USER_CANCEL_TIMEOUT, 60, NULL),
        E_INVALID);
    assert_int_equal(
        patch_reboot_user(&r, &e, PATCH_USER_CANCEL_REBOOT, 60, NULL),
        E_INVALID);
    e.may_cancel_timeout = e.may_cancel_reboot = true;
    assert_int_equal(
        patch_reboot_user(&r, &e, PATCH_USER_CANCEL_TIMEOUT, 60, NULL), 0);
    assert_int_equal(patch_reboot_step(&r, &e, 1, 99999).action,
                     PATCH_REBOOT_LOGOFF);
    assert_int_equal(
        patch_reboot_user(&r, &e, PATCH_USER_CANCEL_REBOOT, 60, NULL), 0);
    assert_int_equal(patch_reboot_step(&r, &e, 0, 99999).action,
                     PATCH_REBOOT_MANUAL);
    r = (struct patch_reboot_request){ .at = 0 };
    assert_int_equal(
        patch_reboot_user(&r, &e, PATCH_USER_CANCEL_REBOOT, 600, NULL),
        E_INVALID); /* too late */
}

static void patches_wait_for_the_reboot_before_them_P_RBT_2(void **state UNUSED)
{
    const struct patch_reboot reboot = { .has_before = true };
    const struct patch_reboot off = { .has_before = false };
    const struct patch_reboot_request r = { .at = 1000 };

    assert_true(patch_reboot_holds(&reboot, PATCH_WINDOWS, &r, 500));
    assert_false(patch_reboot_holds(&reboot, PATCH_WINDOWS, &r, 1500));
    assert_false(patch_reboot_holds(&reboot, PATCH_LINUX, &r, 500));
    assert_false(patch_reboot_holds(&off, PATCH_WINDOWS, &r, 500));
}

static void a_request_survives_being_written_P_RBX_7(void **state UNUSED)
{
    static const char text[] =
        "{\"level\":\"critical\",\"at\":\"2026-01-03T23:00Z\",\"requester\":"
        "\"zero_day\",\"reason\":\"kernel\",\"extended_s\":300,"
        "\"timeout_cancelled\":true,\"reboot_cancelled\":false}";
    AUTO(patch_refusals_clear) struct patch_refusals refusals = PATCH_REFUSALS;
    AUTO(arena_clear) struct arena arena = ARENA;
    AUTO(jval_freep) struct jval *in = tree(text);
    AUTO(jval_freep) struct jval *out = NULL;
    AUTO(buf_clear) struct buf printed = BUF(4096);
    struct patch_reboot_request r;

    assert_true(patch_reboot_request_from_jval(in, &arena, &refusals, &r));
    out = patch_reboot_request_to_jval(&r);
    jval_print(out, &printed);
    assert_string_equal(buf_c(&printed), text);
}

/* One ring of two: 90 % of at least 10, after a day; stop above 20 %. */
static const struct {
    uint64_t succeeded;
    uint64_t failed;
    int hours;
    bool paused;
    bool promoted;
    bool by_hand;
    enum patch_ring_action action;
} ring_cases[] = {
    { 0, 0, 48, false, false, false, PATCH_RING_WAIT },
    { 9, 0, 48, false, false, false, PATCH_RING_WAIT },
    { 10, 0, 23, false, false, false, PATCH_RING_WAIT },
    { 10, 0, 24, false, false, false, PATCH_RING_PROMOTE },
    { 90, 10, 24, false, false, false, PATCH_RING_PROMOTE },
    { 899, 101, 24, false, false, false, PATCH_RING_WAIT },
    { 8, 2, 24, false, false, false, PATCH_RING_WAIT },
    { 79, 21, 0, false, false, false, PATCH_RING_STOP },
    { 0, 9, 0, false, false, false, PATCH_RING_WAIT },
    { 0, 10, 0, false, false, false, PATCH_RING_STOP },
    { 10, 0, 24, true, false, false, PATCH_RING_PAUSED },
    { 0, 10, 0, true, false, false, PATCH_RING_PAUSED },
    { 10, 0, 24, false, false, true, PATCH_RING_ASK },
    { 10, 0, 24, false, true, true, PATCH_RING_PROMOTE },
    { 9, 0, 24, false, true, true, PATCH_RING_WAIT },
};

static void rings_go_on_wait_or_stop_P_RNG_4(void **state UNUSED)
{
    for (size_t i = 0; i < COUNT(ring_cases); i++) {
        AUTO(buf_clear) struct buf reason = BUF(1024);
        const struct patch_ring rings[2] = {
            { .success_percent = 90,
              .minimum_finished = 10,
              .stop_percent = 20,
              .wait_hours = 24,
              .by_hand = ring_cases[i].by_hand },
            { .success_percent = 0, .minimum_finished = 1 },
        };
        const struct patch_ring_count counts[2] = {
            { 1000, ring_cases[i].succeeded, ring_cases[i].failed },
            { 0, 0, 0 },
        };
        struct patch_rollout rollout = { 0, 0, ring_cases[i].paused,
                                         ring_cases[i].promoted };

        assert_int_equal(patch_ring_step(rings, 2, counts, &rollout,
                                         ring_cases[i].hours * 3600, &reason),
                         ring_cases[i].action);
        assert_true(reason.n > 0);
        /* The same as the last ring is done, not promoted. */
        if (ring_cases[i].action == PATCH_RING_PROMOTE)
            assert_int_equal(patch_ring_step(rings, 1, counts, &rollout,
                                             ring_cases[i].hours * 3600, NULL),
                             PATCH_RING_DONE);
    }
    assert_int_equal(patch_ring_success(&(struct patch_ring_count){ 9, 2, 1 }),
                     666);
    assert_int_equal(patch_ring_success(&(struct patch_ring_count){ 9, 0, 0 }),
                     -1);
}

static struct patch_catalogue *small_catalogue(void)
{
    struct patch_catalogue *c = patch_catalogue_new();
    const struct patch_cve cve = { .id = STR("C"), .vrr = 95 };
    const struct patch patches[] = {
        { .id = STR("crit"),
          .os = PATCH_LINUX,
          .type = PATCH_SECURITY,
          .severity = PATCH_CRITICAL },
        { .id = STR("low"),
          .os = PATCH_LINUX,
          .type = PATCH_SECURITY,
          .severity = PATCH_LOW,
          .cves = &cve,
          .cve_count = 1 },
        { .id = STR("fix"),
          .os = PATCH_LINUX,
          .type = PATCH_BUGFIX,
          .severity = PATCH_LOW },
    };

    for (size_t i = 0; i < COUNT(patches); i++)
        assert_int_equal(patch_catalogue_add(c, &patches[i], NULL), 0);
    patch_catalogue_seal(c);
    return c;
}

static void devices_comply_with_groups_and_levels_P_RPT(void **state UNUSED)
{
    AUTO(patch_catalogue_freep) struct patch_catalogue *c = small_catalogue();
    const str ids[] = { STR("fix"), STR("other") };
    const struct patch_group group = { STR("G"), ids, 2 };
    const struct patch_measure measure = {
        .severity = { [PATCH_SECURITY] = 1 << PATCH_CRITICAL },
        .groups = &group,
        .group_count = 1,
        .scan_days = PATCH_SCAN_DAYS,
    };
    AUTO(patch_scale_freep)
    struct patch_scale *scale = patch_scale_new(c, &measure);
    const uint32_t all[] = { 0, 1, 2 };
    const int64_t day = 86400;
    struct patch_device_state d = { 100 * day, false, all, NULL, 3 };
    size_t missing;

    assert_int_equal(patch_compliance_of(scale, &d, 101 * day, &missing),
                     PATCH_NOT_COMPLIANT);
    assert_int_equal(missing, 2);
    d.missing = &all[1];
    d.missing_count = 1;
    assert_int_equal(patch_compliance_of(scale, &d, 107 * day, NULL),
                     PATCH_COMPLIANT);
    assert_int_equal(patch_compliance_of(scale, &d, 107 * day + 1, NULL),
                     PATCH_NO_DATA); /* P-RPT-4 */
    d.is_reboot_pending = true;
    assert_int_equal(patch_compliance_of(scale, &d, 101 * day, NULL),
                     PATCH_PENDING_REBOOT);
    d.last_scan = 0;
    assert_int_equal(patch_compliance_of(scale, &d, 1, NULL), PATCH_NO_DATA);
}

static void a_score_is_of_all_devices_and_of_none_P_RPT_5(void **state UNUSED)
{
    assert_int_equal(patch_compliance_score((uint64_t[]){ 0, 0, 0, 0 }), -1);
    assert_int_equal(patch_compliance_score((uint64_t[]){ 3, 0, 0, 0 }), 1000);
    assert_int_equal(patch_compliance_score((uint64_t[]){ 1999, 1, 0, 0 }),
                     999);
    assert_int_equal(patch_compliance_score((uint64_t[]){ 1, 1, 1, 1 }), 250);
}

static void a_patch_is_within_near_or_over_its_days_P_INT_7(void **state UNUSED)
{
    AUTO(patch_catalogue_freep) struct patch_catalogue *c = small_catalogue();
    const struct patch_sla sla = {
        .severity_days = { [PATCH_CRITICAL] = 14, [PATCH_LOW] = 90 },
        .risk_days = { [PATCH_RISK_CRITICAL] = 7 },
        .near_days = 3,
    };
    const int64_t day = 86400;
    static const struct {
        uint32_t patch;
        int64_t age_days;
        enum patch_sla_state state;
        int64_t limit_days;
    } cases[] = {
        { 0, 0, PATCH_SLA_WITHIN, 14 },    { 0, 11, PATCH_SLA_WITHIN, 14 },
        { 0, 12, PATCH_SLA_NEAR, 14 },     { 0, 14, PATCH_SLA_NEAR, 14 },
        { 0, 15, PATCH_SLA_OVER, 14 },     { 1, 8, PATCH_SLA_OVER, 7 },
        { 2, 999, PATCH_SLA_NO_LIMIT, 0 },
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        int64_t deadline;

        assert_int_equal(
            patch_sla_of(&sla, patch_catalogue_at(c, cases[i].patch), 100 * day,
                         (100 + cases[i].age_days) * day, &deadline),
            cases[i].state);
        assert_int_equal(deadline, cases[i].limit_days == 0
                                       ? 0
                                       : (100 + cases[i].limit_days) * day);
    }
}

static void risk_groups_have_the_bounds_of_P_RSK_7(void **state UNUSED)
{
    static const int bounds[] = { PATCH_SCORE_NONE, 0, 1, 40, 70, 90 };

    for (int t = -1; t <= 100; t++) {
        unsigned group = 0;

        while (group + 1 < COUNT(bounds) && t >= bounds[group + 1])
            group++;
        assert_int_equal(patch_risk_group_of(t), group);
    }
}

static void versions_differ_field_by_field_P_CFG_9(void **state UNUSED)
{
    AUTO(jval_freep)
    struct jval *a = tree(
        "{\"name\":\"a\",\"linux\":{\"routine\":{\"enabled\":false,\"x\":[1]}},"
        "\"gone\":{\"y\":1}}");
    AUTO(jval_freep)
    struct jval *b = tree(
        "{\"name\":\"a\",\"linux\":{\"routine\":{\"enabled\":true,\"x\":[1]}},"
        "\"new\":null,\"added\":[2]}");
    AUTO(jval_freep) struct jval *diff = patch_diff(a, b);
    AUTO(jval_freep) struct jval *none = patch_diff(a, a);
    AUTO(buf_clear) struct buf text = BUF(4096);

    jval_print(diff, &text);
    assert_string_equal(
        buf_c(&text),
        "[{\"field\":\"linux.routine.enabled\",\"before\":false,\"after\":true}"
        ",{\"field\":\"gone\",\"before\":{\"y\":1},\"after\":null},"
        "{\"field\":\"added\",\"before\":null,\"after\":[2]}]");
    assert_int_equal(jval_count(none), 0);
}

static void a_summary_says_what_each_system_does_P_CFG_6(void **state UNUSED)
{
    struct patch_configuration c = three_tasks();
    const int64_t now = at("2026-01-01T00:00");
    static const size_t task_counts[PATCH_OSES] = { 3, 1, 1 };

    for (unsigned os = 0; os < PATCH_OSES; os++) {
        AUTO(jval_freep)
        struct jval *s = patch_summary(
            &c, &(struct patch_summary_ask){
                    .os = (enum patch_os)os, .zone = zone_utc(), .now = now });
        const struct jval *task = jval_at(jval_get(s, "tasks"), 0);

        assert_int_equal(jval_count(jval_get(s, "tasks")), task_counts[os]);
        assert_true(jval_text(jval_get(task, "when"), STR("")).n > 10);
        assert_true(jval_count(jval_get(task, "deploys")) > 0);
        assert_true(jval_count(jval_get(task, "reboots")) > 0);
        assert_int_equal(jval_count(jval_get(task, "next")),
                         os == PATCH_WINDOWS ? 12 : 0);
    }
}

/* All sentences of a system's tasks. */
static struct buf summed(const struct patch_configuration *c, unsigned os,
                         enum words_language language)
{
    AUTO(jval_freep)
    struct jval *s =
        patch_summary(c, &(struct patch_summary_ask){ .os = (enum patch_os)os,
                                                      .language = language,
                                                      .zone = zone_utc() });
    struct buf text = BUF(1 << 20);

    jval_print(jval_get(s, "tasks"), &text);
    return text;
}

static void a_summary_is_in_the_reader_s_language_X_9(void **state UNUSED)
{
    static const char *const words[WORDS_LANGUAGES][2] = {
        { "Security patches: critical", "if required" },
        { "Correctifs de sécurité : critique", "si nécessaire" },
        { "Beveiligingspatches: kritiek", "indien nodig" },
    };
    struct patch_configuration c = three_tasks();

    for (unsigned in = 0; in < WORDS_LANGUAGES; in++) {
        AUTO(buf_clear)
        struct buf text = summed(&c, PATCH_WINDOWS, (enum words_language)in);

        for (size_t i = 0; i < 2; i++)
            if (str_find(buf_str(&text), str_c(words[in][i])) == text.n)
                fail_msg("no %s: %s", words[in][i], buf_c(&text));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_summary_is_in_the_reader_s_language_X_9),
        cmocka_unit_test(tasks_due_together_run_one_after_another_P_TSK_7),
        cmocka_unit_test(what_one_task_deploys_the_next_does_not_miss_P_TSK_7),
        cmocka_unit_test(nothing_is_deployed_in_a_freeze_but_what_it_allows),
        cmocka_unit_test(exceptions_need_a_reason_and_an_order),
        cmocka_unit_test(a_reboot_is_asked_for_as_P_RBT_3_to_7_say),
        cmocka_unit_test(
            the_highest_level_wins_and_a_low_one_is_recorded_P_RBX_3_5),
        cmocka_unit_test(a_reboot_goes_its_way_step_by_step_P_RBT_2),
        cmocka_unit_test(a_user_may_do_what_the_experience_allows_P_RBT_9),
        cmocka_unit_test(patches_wait_for_the_reboot_before_them_P_RBT_2),
        cmocka_unit_test(a_request_survives_being_written_P_RBX_7),
        cmocka_unit_test(rings_go_on_wait_or_stop_P_RNG_4),
        cmocka_unit_test(devices_comply_with_groups_and_levels_P_RPT),
        cmocka_unit_test(a_score_is_of_all_devices_and_of_none_P_RPT_5),
        cmocka_unit_test(a_patch_is_within_near_or_over_its_days_P_INT_7),
        cmocka_unit_test(risk_groups_have_the_bounds_of_P_RSK_7),
        cmocka_unit_test(versions_differ_field_by_field_P_CFG_9),
        cmocka_unit_test(a_summary_says_what_each_system_does_P_CFG_6),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
