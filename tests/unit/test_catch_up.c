/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/unit.h"

#include "schedule/calendar.h"
#include "schedule/catch_up_read.h"
#include "schedule/scan.h"

static int64_t at(const char *text)
{
    int64_t time = 0;

    assert_int_equal(calendar_parse(str_c(text), true, &time, NULL), 0);
    return time;
}

/* T-MIS, whose schedule is daily at 23:00. */
static const struct {
    const char *what;
    const char *last_run;
    const char *boot;
    const char *policy_since;
    int spread_min;
    bool option;
    enum catch_up_outcome outcome;
    const char *run;
    const char *covers;
} missed[] = {
    { "off 22:50, on 06:10 next day (P-MIS-1, 2)", "2026-06-01T23:00",
      "2026-06-03T06:10", "2026-05-01T00:00", 17, true, CATCH_UP_ALONE,
      "2026-06-03T06:27", "2026-06-03T06:27" },
    { "same, option off (P-MIS-5)", "2026-06-01T23:00", "2026-06-03T06:10",
      "2026-05-01T00:00", 17, false, CATCH_UP_DROPPED, NULL, NULL },
    { "off four nights, on 08:00 (P-MIS-3)", "2026-06-01T23:00",
      "2026-06-06T08:00", "2026-05-01T00:00", 0, true, CATCH_UP_ALONE,
      "2026-06-06T08:00", "2026-06-06T08:00" },
    { "ran 23:00, rebooted 23:40", "2026-06-02T23:00", "2026-06-02T23:40",
      "2026-05-01T00:00", 30, true, CATCH_UP_NOT_MISSED, NULL, NULL },
    { "missed last night, on at 22:40, spread 45 (P-MIS-4)", "2026-06-01T23:00",
      "2026-06-03T22:40", "2026-05-01T00:00", 45, true, CATCH_UP_MERGED,
      "2026-06-03T23:00", "2026-06-03T23:00" },
    { "the same with spread 10: the earlier of both times", "2026-06-01T23:00",
      "2026-06-03T22:40", "2026-05-01T00:00", 10, true, CATCH_UP_MERGED,
      "2026-06-03T22:50", "2026-06-03T23:00" },
    { "the policy reached the device after the missed time", NULL,
      "2026-06-02T06:10", "2026-06-02T05:00", 17, true, CATCH_UP_NOT_MISSED,
      NULL, NULL },
    { "no age limit: off for a year (D-08)", "2025-06-01T23:00",
      "2026-06-02T06:10", "2025-05-01T00:00", 60, true, CATCH_UP_ALONE,
      "2026-06-02T07:10", "2026-06-02T07:10" },
    { "on at the very time: the regular run", "2026-06-01T23:00",
      "2026-06-02T23:00", "2026-05-01T00:00", 5, true, CATCH_UP_NOT_MISSED,
      NULL, NULL },
    { "begun, but not completed, when the power failed", "2026-06-01T23:00",
      "2026-06-02T23:20", "2026-05-01T00:00", 5, true, CATCH_UP_ALONE,
      "2026-06-02T23:25", "2026-06-02T23:25" },
    { "the hour after boot ends at a regular run", "2026-06-01T23:00",
      "2026-06-03T22:00", "2026-05-01T00:00", 60, true, CATCH_UP_MERGED,
      "2026-06-03T23:00", "2026-06-03T23:00" },
    { "a regular run a minute later is another run", "2026-06-01T23:00",
      "2026-06-03T21:59", "2026-05-01T00:00", 60, true, CATCH_UP_ALONE,
      "2026-06-03T22:59", "2026-06-03T22:59" },
};

static struct catch_up case_of(size_t i)
{
    return (struct catch_up){
        .last_run = missed[i].last_run != NULL ? at(missed[i].last_run)
                                               : CATCH_UP_NEVER,
        .boot = at(missed[i].boot),
        .policy_since = at(missed[i].policy_since),
        .spread_s = missed[i].spread_min * 60,
        .run_if_missed = missed[i].option,
    };
}

static void check_plan(size_t i, const struct catch_up_plan *plan)
{
    if (plan->outcome != missed[i].outcome)
        fail_msg("%s: %d", missed[i].what, plan->outcome);
    if (missed[i].run == NULL)
        return;
    if (plan->run != at(missed[i].run) || plan->covers != at(missed[i].covers))
        fail_msg("%s: %lld", missed[i].what, (long long)plan->run);
}

static void missed_runs_are_caught_up_as_the_table_says(void **state UNUSED)
{
    int64_t times[500];
    size_t n = 0;

    for (int64_t day = calendar_day(2025, 5, 1); n < COUNT(times); day++)
        times[n++] = day * CALENDAR_DAY_S + 23 * 3600;
    for (size_t i = 0; i < COUNT(missed); i++) {
        struct catch_up c = case_of(i);
        struct catch_up_plan plan = catch_up_plan(&c, times, n);

        check_plan(i, &plan);
    }
}

static void a_schedule_is_caught_up_like_its_occurrences(void **state UNUSED)
{
    struct schedule schedule = SCHEDULE;

    assert_int_equal(
        schedule_parse(STR("{\"type\":\"daily\",\"time\":\"23:00\"}"),
                       &schedule, NULL),
        0);
    for (size_t i = 0; i < COUNT(missed); i++) {
        struct catch_up c = case_of(i);
        struct catch_up_plan plan;

        schedule.run_if_missed = c.run_if_missed;
        plan = catch_up_schedule(&c, &schedule, zone_utc());
        check_plan(i, &plan);
    }
}

static void nothing_is_missed_of_no_schedule(void **state UNUSED)
{
    struct schedule schedule = SCHEDULE;
    struct catch_up c = { .last_run = CATCH_UP_NEVER,
                          .policy_since = CATCH_UP_NEVER,
                          .boot = at("2026-01-01T00:00") };
    struct catch_up_plan plan = catch_up_schedule(&c, &schedule, zone_utc());

    assert_int_equal(plan.outcome, CATCH_UP_NOT_MISSED);
    plan = catch_up_plan(&c, NULL, 0);
    assert_int_equal(plan.outcome, CATCH_UP_NOT_MISSED);
}

/* A run that merged covers the regular one: a reboot after it makes no other
 * run (P-MIS-4). */
static void a_merged_run_is_not_missed_afterwards(void **state UNUSED)
{
    int64_t times[] = { at("2026-06-02T23:00"), at("2026-06-03T23:00") };
    struct catch_up c = { .last_run = at("2026-06-01T23:00"),
                          .policy_since = CATCH_UP_NEVER,
                          .boot = at("2026-06-03T22:40"),
                          .spread_s = 600,
                          .run_if_missed = true };
    struct catch_up_plan plan = catch_up_plan(&c, times, COUNT(times));

    assert_int_equal(plan.run, at("2026-06-03T22:50"));
    c.last_run = plan.covers;
    c.boot = at("2026-06-03T23:40");
    plan = catch_up_plan(&c, times, COUNT(times));
    assert_int_equal(plan.outcome, CATCH_UP_NOT_MISSED);
}

static void questions_are_read_or_refused_by_field(void **state UNUSED)
{
#define REST                                                                   \
    "\"boot\":\"2026-06-02T06:10\",\"run_if_missed\":true,"                    \
    "\"policy_since\":null"
    static const struct {
        const char *json;
        const char *error;
    } cases[] = {
        { "{\"occurrences\":[]," REST "}", NULL },
        { "{\"occurrences\":[\"2026-06-01T23:00\"]," REST
          ",\"spread_minutes\":60,\"last_run\":null}",
          NULL },
        { "[]", "expected an object" },
        { "{" REST "}", "occurrences: expected a list" },
        { "{\"occurrences\":[1]," REST "}", "occurrences: expected a text" },
        { "{\"occurrences\":[\"23:00\"]," REST "}", "occurrences: '23:00'" },
        { "{\"occurrences\":[]," REST ",\"spread_minutes\":61}",
          "spread_minutes: expected" },
        { "{\"occurrences\":[]," REST ",\"spread_minutes\":-1}",
          "spread_minutes: expected" },
        { "{\"occurrences\":[]," REST ",\"spread_minutes\":1.5}",
          "spread_minutes: expected" },
        { "{\"occurrences\":[]," REST ",\"spread\":1}", "spread: there is no" },
        { "{\"occurrences\":[]," REST ",\"last_run\":7}",
          "last_run: expected" },
        { "{\"occurrences\":[],\"run_if_missed\":true}", "boot: is missing" },
        { "{\"occurrences\":[],\"boot\":\"2026-06-02T06:10\"}",
          "run_if_missed: expected" },
        { "{\"occurrences\":[]," REST "} x", "line 1" },
        { "", "line 1" },
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        AUTO(catch_up_case_clear) struct catch_up_case c = { 0 };
        struct err err = { 0 };
        int rc = catch_up_parse(str_c(cases[i].json), &c, &err);

        assert_int_equal(rc == 0, cases[i].error == NULL);
        if (rc < 0 && strstr(err_text(&err), cases[i].error) == NULL)
            fail_msg("%s: %s", cases[i].json, err_text(&err));
    }
}

static void the_spread_of_a_fleet_is_even_and_stable(void **state UNUSED)
{
    unsigned minutes[60] = { 0 };
    AUTO(buf_clear) struct buf name = BUF(64);

    for (int i = 0; i < 60000; i++) {
        buf_reset(&name);
        buf_printf(&name, "device-%d", i);
        minutes[catch_up_spread(buf_str(&name), 3600) / 60]++;
    }
    for (size_t i = 0; i < COUNT(minutes); i++)
        assert_in_range(minutes[i], 850, 1150);
    assert_int_equal(catch_up_spread(STR("web-1"), 7200),
                     catch_up_spread(STR("web-1"), 7200));
    assert_int_equal(catch_up_spread(STR("web-1"), 0), 0);
}

static struct zone *zone_named(const char *name)
{
    struct zone *zone = NULL;

    assert_int_equal(zone_load(NULL, str_c(name), &zone, NULL), 0);
    return zone;
}

static void expect_local(const struct zone *zone, const struct scan_plan *plan,
                         enum scan_cause cause, const char *low,
                         const char *high)
{
    int64_t local = zone_utc_to_local(zone, plan->at);
    char text[CALENDAR_TEXT_MAX];

    if (plan->cause != cause || local < at(low) || local >= at(high))
        fail_msg("cause %d at %s, expected %s", plan->cause,
                 calendar_format(local, "", text), low);
}

static void note(struct scan_state *state, const struct zone *zone,
                 int64_t scanned)
{
    state->last_scan = scanned;
    state->last_day = scan_day(zone, scanned);
}

/* T-SCN row 1; P-SCN-2, 3, 4; D-12, D-13. */
static void a_new_engine_scans_at_once_then_every_night(void **state UNUSED)
{
    AUTO(zone_freep) struct zone *zone = zone_named("Europe/Amsterdam");
    int64_t installed = zone_local_to_utc(zone, at("2026-05-12T14:20"));
    struct scan_state s = { .device = STR("web-1"),
                            .on_since = installed,
                            .zone_since = SCAN_NEVER,
                            .last_scan = SCAN_NEVER };
    struct scan_plan plan = scan_next(&s, zone, installed);

    assert_int_equal(plan.at, installed);
    assert_int_equal(plan.cause, SCAN_FIRST);
    for (int64_t day = calendar_day(2026, 5, 13);
         day < calendar_day(2028, 5, 13); day++) {
        char low[CALENDAR_TEXT_MAX];
        char high[CALENDAR_TEXT_MAX];

        note(&s, zone, plan.at);
        plan = scan_next(&s, zone, plan.at + 60);
        calendar_format(day * CALENDAR_DAY_S, "", low);
        calendar_format(day * CALENDAR_DAY_S + SCAN_WINDOW_S, "", high);
        expect_local(zone, &plan, SCAN_DAILY, low, high);
    }
}

/* T-SCN row 2; P-SCN-1. */
static void one_task_that_is_on_is_no_scan_only_configuration(
    void **state UNUSED)
{
    bool tasks[5] = { false };

    assert_true(scan_is_all(tasks, COUNT(tasks)));
    tasks[4] = true;
    assert_false(scan_is_all(tasks, COUNT(tasks)));
}

/* T-SCN row 3. */
static void a_device_that_moves_scans_once_a_local_day(void **state UNUSED)
{
    AUTO(zone_freep) struct zone *home = zone_named("Europe/Amsterdam");
    AUTO(zone_freep) struct zone *away = zone_named("Asia/Tokyo");
    int64_t moved = at("2026-05-12T12:00");
    struct scan_state s = { .device = STR("laptop"),
                            .on_since = at("2026-05-01T00:00"),
                            .zone_since = moved };
    struct scan_plan plan;

    note(&s, home, zone_local_to_utc(home, at("2026-05-12T00:40")));
    plan = scan_next(&s, away, moved);
    expect_local(away, &plan, SCAN_DAILY, "2026-05-13T00:00",
                 "2026-05-13T02:00");
    /* Moved when the new zone's window is over: its next one. */
    moved = s.zone_since = at("2026-05-12T20:00");
    plan = scan_next(&s, away, moved);
    expect_local(away, &plan, SCAN_DAILY, "2026-05-14T00:00",
                 "2026-05-14T02:00");
    /* And back west, where it is still the day of the last scan. */
    note(&s, away, zone_local_to_utc(away, at("2026-05-13T00:40")));
    moved = s.zone_since = at("2026-05-12T20:00");
    plan = scan_next(&s, home, moved);
    expect_local(home, &plan, SCAN_DAILY, "2026-05-14T00:00",
                 "2026-05-14T02:00");
}

/* T-SCN row 4; P-SCN-5, D-14. */
static void a_device_that_was_off_scans_within_the_hour(void **state UNUSED)
{
    for (int i = 0; i < 200; i++) {
        AUTO(buf_clear) struct buf name = BUF(64);
        struct scan_state s = { .on_since = at("2026-05-12T09:00"),
                                .zone_since = SCAN_NEVER };
        struct scan_plan plan;

        buf_printf(&name, "device-%d", i);
        s.device = buf_str(&name);
        note(&s, zone_utc(), at("2026-05-11T01:00"));
        plan = scan_next(&s, zone_utc(), s.on_since);
        expect_local(zone_utc(), &plan, SCAN_MISSED, "2026-05-12T09:00",
                     "2026-05-12T10:00");
        note(&s, zone_utc(), plan.at);
        plan = scan_next(&s, zone_utc(), plan.at);
        expect_local(zone_utc(), &plan, SCAN_DAILY, "2026-05-13T00:00",
                     "2026-05-13T02:00");
    }
}

static void a_catch_up_before_midnight_is_one_with_the_window(
    void **state UNUSED)
{
    for (int i = 0; i < 200; i++) {
        AUTO(buf_clear) struct buf name = BUF(64);
        struct scan_state s = { .on_since = at("2026-05-12T23:50"),
                                .zone_since = SCAN_NEVER };
        struct scan_plan plan;
        int64_t first_day;

        buf_printf(&name, "device-%d", i);
        s.device = buf_str(&name);
        note(&s, zone_utc(), at("2026-05-10T01:00"));
        plan = scan_next(&s, zone_utc(), s.on_since);
        assert_true(plan.at < s.on_since + 3600);
        first_day = scan_day(zone_utc(), plan.at);
        note(&s, zone_utc(), plan.at);
        plan = scan_next(&s, zone_utc(), plan.at);
        assert_int_equal(scan_day(zone_utc(), plan.at), first_day + 1);
    }
}

/* P-SCN-8. */
static void a_day_without_its_window_scans_at_the_first_instant(
    void **state UNUSED)
{
    /* 00:00 to 01:00 and 00:00 to 03:00 do not exist on 29 March 2026. */
    static const char *const rules[] = { "EET-2EEST,M3.5.0/0,M10.5.0/0",
                                         "AAA0BBB-3,M3.5.0/0,M10.5.0/0" };
    static const char *const high[] = { "2026-03-29T02:00",
                                        "2026-03-29T03:01" };
    static const char *const low[] = { "2026-03-29T01:00", "2026-03-29T03:00" };

    for (int i = 0; i < 400; i++) {
        AUTO(zone_freep) struct zone *zone = NULL;
        AUTO(buf_clear) struct buf name = BUF(64);
        struct scan_state s = { .on_since = at("2026-03-01T09:00"),
                                .zone_since = SCAN_NEVER };
        struct scan_plan plan;

        assert_int_equal(
            zone_parse_rule(str_c(rules[i % 2]), STR("test"), &zone, NULL), 0);
        buf_printf(&name, "device-%d", i);
        s.device = buf_str(&name);
        note(&s, zone, zone_local_to_utc(zone, at("2026-03-28T01:00")));
        plan = scan_next(&s, zone, at("2026-03-28T12:00"));
        expect_local(zone, &plan, SCAN_DAILY, low[i % 2], high[i % 2]);
    }
}

static void a_clock_that_was_set_back_does_not_stop_scans(void **state UNUSED)
{
    struct scan_state s = { .device = STR("web-1"),
                            .on_since = at("2026-05-12T09:00"),
                            .zone_since = SCAN_NEVER };
    struct scan_plan plan;

    note(&s, zone_utc(), at("2036-05-11T01:00"));
    plan = scan_next(&s, zone_utc(), at("2026-05-12T09:30"));
    expect_local(zone_utc(), &plan, SCAN_DAILY, "2026-05-13T00:00",
                 "2026-05-13T02:00");
    s.on_since = at("2036-05-11T00:30");
    s.zone_since = at("2036-05-11T00:30");
    plan = scan_next(&s, zone_utc(), at("2026-05-12T09:30"));
    expect_local(zone_utc(), &plan, SCAN_DAILY, "2026-05-13T00:00",
                 "2026-05-13T02:00");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(missed_runs_are_caught_up_as_the_table_says),
        cmocka_unit_test(a_schedule_is_caught_up_like_its_occurrences),
        cmocka_unit_test(nothing_is_missed_of_no_schedule),
        cmocka_unit_test(a_merged_run_is_not_missed_afterwards),
        cmocka_unit_test(questions_are_read_or_refused_by_field),
        cmocka_unit_test(the_spread_of_a_fleet_is_even_and_stable),
        cmocka_unit_test(a_new_engine_scans_at_once_then_every_night),
        cmocka_unit_test(one_task_that_is_on_is_no_scan_only_configuration),
        cmocka_unit_test(a_device_that_moves_scans_once_a_local_day),
        cmocka_unit_test(a_device_that_was_off_scans_within_the_hour),
        cmocka_unit_test(a_catch_up_before_midnight_is_one_with_the_window),
        cmocka_unit_test(a_day_without_its_window_scans_at_the_first_instant),
        cmocka_unit_test(a_clock_that_was_set_back_does_not_stop_scans),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
