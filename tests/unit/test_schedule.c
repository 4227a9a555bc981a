/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/unit.h"

#include "schedule/calendar.h"
#include "tests/unit/runs.h"

enum {
    RUNS_MAX = 400
};

/* T-PT: every date of the table. */
static void patch_tuesday_is_the_second_tuesday(void **state UNUSED)
{
    static const struct {
        int year;
        int after;
        int days[12];
    } cases[] = {
        { 2026, 0, { 13, 10, 10, 14, 12, 9, 14, 11, 8, 13, 10, 8 } },
        { 2027, 0, { 12, 9, 9, 13, 11, 8, 13, 10, 14, 12, 9, 14 } },
        { 2028, 0, { 11, 8, 14, 11, 9, 13, 11, 8, 12, 10, 14, 12 } },
        { 2026, 1, { 14, 11, 11, 15, 13, 10, 15, 12, 9, 14, 11, 9 } },
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        struct schedule schedule =
            runs_schedule("{\"type\":\"patch_tuesday\",\"time\":\"08:00\"}");
        struct occurrence runs[12];
        int64_t from = calendar_day(cases[i].year, 1, 1) * CALENDAR_DAY_S;

        schedule.after_patch_tuesday_days = cases[i].after;
        assert_int_equal(schedule_next(&schedule, zone_utc(), from, runs, 12),
                         12);
        for (int m = 0; m < 12; m++) {
            assert_int_equal(runs[m].local, calendar_day(cases[i].year, m + 1,
                                                         cases[i].days[m]) *
                                                    CALENDAR_DAY_S +
                                                8 * 3600);
            assert_int_equal(runs[m].rule, SCHEDULE_PATCH_TUESDAY);
        }
    }
}

/* P-SCH-8: never the second Wednesday. */
static void a_day_after_patch_tuesday_is_no_second_wednesday(
    void **state UNUSED)
{
    static const int second_wednesday[] = { 14, 11, 11, 8,  13, 10,
                                            8,  12, 9,  14, 11, 9 };
    unsigned differ = 0;

    for (int m = 1; m <= 12; m++) {
        int64_t wednesday = calendar_nth_weekday(2026, m, 2, 3);

        assert_int_equal(wednesday,
                         calendar_day(2026, m, second_wednesday[m - 1]));
        differ += wednesday != calendar_nth_weekday(2026, m, 2, 2) + 1;
    }
    assert_int_equal(differ, 2); /* April and July */
}

/* T-DLY; P-SCH-6, D-02. */
static void a_delay_counts_from_the_monthly_rule(void **state UNUSED)
{
    runs_expect("{\"type\":\"monthly_weekday\",\"time\":\"22:00\",\"nth\":1,"
                "\"weekday\":\"wed\",\"delay_days\":3}",
                "Europe/Amsterdam", "2026-01-01T00:00",
                "2026-01-10T22:00 2026-02-07T22:00 2026-03-07T22:00 "
                "2026-04-04T22:00 2026-05-09T22:00 2026-06-06T22:00 "
                "2026-07-04T22:00 2026-08-08T22:00 2026-09-05T22:00 "
                "2026-10-10T22:00 2026-11-07T22:00 2026-12-05T22:00");
    runs_expect("{\"type\":\"monthly_weekday\",\"time\":\"22:00\","
                "\"nth\":\"last\",\"weekday\":\"fri\",\"delay_days\":5}",
                "UTC", "2026-02-01T00:00",
                "2026-02-04T22:00 2026-03-04T22:00 2026-04-01T22:00 "
                "2026-04-29T22:00 2026-06-03T22:00 2026-07-01T22:00 "
                "2026-08-05T22:00 2026-09-02T22:00 2026-09-30T22:00 "
                "2026-11-04T22:00 2026-12-02T22:00 2026-12-30T22:00");
}

/* P-SCH-9, D-03, and the rest of T-DLY. */
static void dates_that_a_month_lacks_are_its_last_day(void **state UNUSED)
{
    runs_expect("{\"type\":\"monthly_date\",\"time\":\"08:00\",\"date\":31}",
                "UTC", "2026-01-01T00:00",
                "2026-01-31T08:00 2026-02-28T08:00 2026-03-31T08:00 "
                "2026-04-30T08:00 2026-05-31T08:00 2026-06-30T08:00 "
                "2026-07-31T08:00 2026-08-31T08:00 2026-09-30T08:00 "
                "2026-10-31T08:00 2026-11-30T08:00 2026-12-31T08:00");
    runs_expect("{\"type\":\"monthly_date\",\"time\":\"08:00\",\"date\":29,"
                "\"months\":[2]}",
                "UTC", "2026-01-01T00:00",
                "2026-02-28T08:00 2027-02-28T08:00 2028-02-29T08:00");
    runs_expect("{\"type\":\"monthly_date\",\"time\":\"08:00\","
                "\"date\":\"last\",\"months\":[2,4]}",
                "UTC", "2027-01-01T00:00",
                "2027-02-28T08:00 2027-04-30T08:00 2028-02-29T08:00");
    /* The 31st and a day: always a first, and one run of each month. */
    runs_expect("{\"type\":\"monthly_date\",\"time\":\"08:00\",\"date\":31,"
                "\"delay_days\":1}",
                "UTC", "2026-01-02T00:00",
                "2026-02-01T08:00 2026-03-01T08:00 2026-04-01T08:00");
    runs_expect("{\"type\":\"monthly_date\",\"time\":\"08:00\",\"date\":31,"
                "\"delay_days\":30,\"months\":[1]}",
                "UTC", "2026-02-01T00:00", "2026-03-02T08:00 2027-03-02T08:00");
}

/* P-SCH-1, 2, 3; D-06; K-SCH-3. */
static void days_and_weekdays_run_at_their_time(void **state UNUSED)
{
    runs_expect("{\"type\":\"daily\",\"time\":\"00:00\"}", "UTC",
                "2026-02-27T00:00",
                "2026-02-28T00:00 2026-03-01T00:00 2026-03-02T00:00");
    runs_expect("{\"type\":\"weekly\",\"time\":\"21:00\","
                "\"weekdays\":[\"sat\"]}",
                "UTC", "2026-01-01T00:00", "2026-01-03T21:00 2026-01-10T21:00");
    runs_expect("{\"type\":\"weekly\",\"time\":\"23:00\",\"weekdays\":"
                "[\"fri\",\"mon\",\"tue\",\"wed\",\"thu\"]}",
                "UTC", "2026-01-01T23:00",
                "2026-01-02T23:00 2026-01-05T23:00 2026-01-06T23:00 "
                "2026-01-07T23:00 2026-01-08T23:00 2026-01-09T23:00 "
                "2026-01-12T23:00");
}

/* P-SCH-4; K-SCH-4, 5; D-29 in both readings. */
static void months_run_by_date_weekday_or_working_day(void **state UNUSED)
{
    runs_expect("{\"type\":\"monthly_date\",\"time\":\"08:30\",\"date\":15,"
                "\"months\":[1,7]}",
                "UTC", "2026-01-01T00:00",
                "2026-01-15T08:30 2026-07-15T08:30 2027-01-15T08:30");
    runs_expect("{\"type\":\"monthly_weekday\",\"time\":\"08:30\",\"nth\":2,"
                "\"weekday\":\"tue\"}",
                "UTC", "2026-01-01T00:00",
                "2026-01-13T08:30 2026-02-10T08:30 2026-03-10T08:30");
    runs_expect("{\"type\":\"monthly_workday\",\"time\":\"08:30\",\"nth\":2}",
                "UTC", "2026-01-01T00:00",
                "2026-01-02T08:30 2026-02-03T08:30 2026-03-03T08:30 "
                "2026-04-02T08:30 2026-05-04T08:30");
    runs_expect("{\"type\":\"monthly_workday\",\"time\":\"08:30\","
                "\"nth\":\"last\"}",
                "UTC", "2026-01-01T00:00",
                "2026-01-30T08:30 2026-02-27T08:30 2026-03-31T08:30");
    runs_expect("{\"type\":\"monthly_workday\",\"time\":\"08:30\",\"nth\":20,"
                "\"months\":[2]}",
                "UTC", "2026-01-01T00:00", "2026-02-27T08:30 2027-02-26T08:30");
}

/* P-SCH-5, 11; D-01, D-02. */
static void patch_tuesday_adds_a_run_unless_it_is_the_same_date(
    void **state UNUSED)
{
    static struct occurrence runs[4];
    struct schedule schedule =
        runs_schedule("{\"type\":\"monthly_date\",\"time\":\"20:00\","
                      "\"date\":15,\"after_patch_tuesday_days\":1}");

    assert_int_equal(schedule_next(&schedule, zone_utc(),
                                   runs_time("2026-03-01T00:00"), runs, 4),
                     4);
    assert_int_equal(runs[0].local, runs_time("2026-03-11T20:00"));
    assert_int_equal(runs[0].rule, SCHEDULE_PATCH_TUESDAY);
    assert_int_equal(runs[1].local, runs_time("2026-03-15T20:00"));
    assert_int_equal(runs[1].rule, SCHEDULE_MONTHLY_DATE);
    /* In April both are on the 15th. */
    assert_int_equal(runs[2].local, runs_time("2026-04-15T20:00"));
    assert_int_equal(runs[2].rule, SCHEDULE_MONTHLY_DATE);
    assert_int_equal(runs[3].local, runs_time("2026-05-13T20:00"));
    /* The delay moves the monthly rule only. */
    runs_expect("{\"type\":\"monthly_weekday\",\"time\":\"20:00\",\"nth\":1,"
                "\"weekday\":\"mon\",\"delay_days\":10,"
                "\"after_patch_tuesday_days\":0}",
                "UTC", "2026-01-01T00:00",
                "2026-01-13T20:00 2026-01-15T20:00 2026-02-10T20:00 "
                "2026-02-12T20:00");
    runs_expect("{\"type\":\"patch_tuesday\",\"time\":\"20:00\","
                "\"after_patch_tuesday_days\":27}",
                "UTC", "2026-01-01T00:00",
                "2026-01-05T20:00 2026-02-09T20:00 2026-03-09T20:00 "
                "2026-04-06T20:00");
}

/* K-SCH-2, K-SCH-9. */
static void intervals_count_from_their_anchor_without_drift(void **state UNUSED)
{
    struct schedule schedule =
        runs_schedule("{\"type\":\"every\",\"every_minutes\":420,"
                      "\"anchor\":\"2026-01-01T00:10Z\"}");
    AUTO(zone_freep) struct zone *zone = runs_zone("Europe/Amsterdam");
    int64_t at = runs_time("2025-01-01T00:00");

    for (int i = 1; i <= 3000; i++) {
        struct occurrence run;
        struct occurrence due;

        assert_int_equal(schedule_next(&schedule, zone, at, &run, 1), 1);
        assert_int_equal(run.utc,
                         runs_time("2026-01-01T00:10") + i * INT64_C(420) * 60);
        assert_true(schedule_due(&schedule, zone, at, run.utc + 17, &due));
        assert_int_equal(due.utc, run.utc);
        at = run.utc + i % 7; /* a server that starts again whenever */
    }
    runs_expect("{\"type\":\"every\",\"every_minutes\":90}", "UTC",
                "2026-01-01T00:00",
                "2026-01-01T01:30 2026-01-01T03:00 2026-01-01T04:30");
    runs_expect("{\"type\":\"every\",\"every_minutes\":10080}",
                "Europe/Amsterdam", "2026-03-24T12:00",
                "2026-03-31T13:00 2026-04-07T13:00");
}

/* K-SCH-1. */
static void none_never_runs(void **state UNUSED)
{
    struct schedule schedule = runs_schedule("{\"type\":\"none\"}");
    struct occurrence run;

    assert_int_equal(schedule_next(&schedule, zone_utc(), 0, &run, 1), 0);
    assert_false(schedule_due(&schedule, zone_utc(), 0, INT64_MAX, &run));
}

/* T-DST; P-SCH-10; D-04. */
static void changes_of_the_clock_neither_lose_nor_double_a_run(
    void **state UNUSED)
{
    static const struct {
        const char *zone;
        const char *from;
        const char *time;
        const char *runs;
        const char *utc;
    } cases[] = {
        { "Europe/Amsterdam", "2026-03-28T12:00", "02:30",
          "2026-03-29T03:00 2026-03-30T02:30", "2026-03-29T01:00" },
        { "Europe/Amsterdam", "2026-10-24T12:00", "02:30",
          "2026-10-25T02:30 2026-10-26T02:30", "2026-10-25T00:30" },
        { "America/New_York", "2026-03-07T12:00", "02:00",
          "2026-03-08T03:00 2026-03-09T02:00", "2026-03-08T07:00" },
        { "America/New_York", "2026-10-31T12:00", "01:30",
          "2026-11-01T01:30 2026-11-02T01:30", "2026-11-01T05:30" },
        { "Australia/Lord_Howe", "2026-10-03T12:00", "02:15",
          "2026-10-04T02:30 2026-10-05T02:15", "2026-10-03T15:30" },
        { "Asia/Kolkata", "2026-05-12T00:00", "09:00", "2026-05-12T09:00",
          "2026-05-12T03:30" },
        { "Pacific/Kiritimati", "2026-05-12T00:00", "09:00", "2026-05-12T09:00",
          "2026-05-11T19:00" },
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        AUTO(zone_freep) struct zone *zone = runs_zone(cases[i].zone);
        AUTO(buf_clear) struct buf json = BUF(256);
        struct schedule schedule;
        struct occurrence run;

        buf_printf(&json, "{\"type\":\"daily\",\"time\":\"%s\"}",
                   cases[i].time);
        runs_expect(buf_c(&json), cases[i].zone, cases[i].from, cases[i].runs);
        schedule = runs_schedule(buf_c(&json));
        assert_int_equal(
            schedule_next(&schedule, zone,
                          zone_local_to_utc(zone, runs_time(cases[i].from)),
                          &run, 1),
            1);
        assert_int_equal(run.utc, runs_time(cases[i].utc));
    }
}

/* T-STG, first table; P-STG-4, D-10. */
static void staging_on_the_first_is_limited_to_its_hours(void **state UNUSED)
{
    static const struct {
        const char *time;
        int max;
    } cases[] = {
        { "00:00", 0 },  { "00:30", 0 },  { "01:00", 1 },
        { "01:59", 1 },  { "08:00", 8 },  { "08:30", 8 },
        { "12:00", 12 }, { "23:00", 23 }, { "23:59", 23 },
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        for (int hours = 1; hours <= 23; hours++) {
            AUTO(buf_clear) struct buf json = BUF(256);
            struct schedule schedule = SCHEDULE;
            struct err err = { 0 };
            int rc;

            buf_printf(&json,
                       "{\"type\":\"monthly_date\",\"date\":1,\"time\":\"%s\","
                       "\"stage_hours\":%d}",
                       cases[i].time, hours);
            rc = schedule_parse(buf_str(&json), &schedule, &err);
            assert_int_equal(rc, hours <= cases[i].max ? 0 : E_INVALID);
            if (rc < 0)
                assert_memory_equal(err_text(&err), "stage_hours: ", 13);
        }
    }
}

static void staging_is_limited_where_the_date_is_always_the_first(
    void **state UNUSED)
{
    static const struct {
        const char *json;
        int max;
    } cases[] = {
        { "{\"type\":\"daily\",\"time\":\"08:00\"}", 23 },
        { "{\"type\":\"monthly_date\",\"time\":\"08:00\",\"date\":2}", 23 },
        { "{\"type\":\"monthly_date\",\"time\":\"08:00\",\"date\":1,"
          "\"delay_days\":1}",
          23 },
        { "{\"type\":\"monthly_date\",\"time\":\"08:00\",\"date\":\"last\","
          "\"delay_days\":1}",
          8 },
        { "{\"type\":\"monthly_date\",\"time\":\"08:00\",\"date\":31,"
          "\"delay_days\":1}",
          8 },
        { "{\"type\":\"monthly_date\",\"time\":\"08:00\",\"date\":30,"
          "\"delay_days\":1}",
          23 },
        { "{\"type\":\"monthly_date\",\"time\":\"08:00\",\"date\":30,"
          "\"delay_days\":1,\"months\":[4,6]}",
          8 },
        { "{\"type\":\"monthly_date\",\"time\":\"08:00\",\"date\":29,"
          "\"delay_days\":1,\"months\":[2]}",
          8 },
        { "{\"type\":\"monthly_date\",\"time\":\"08:00\",\"date\":28,"
          "\"delay_days\":1,\"months\":[2]}",
          23 },
        { "{\"type\":\"monthly_date\",\"time\":\"08:00\",\"date\":1,"
          "\"after_patch_tuesday_days\":3}",
          8 },
        { "{\"type\":\"monthly_weekday\",\"time\":\"08:00\",\"nth\":1,"
          "\"weekday\":\"mon\"}",
          23 },
        { "{\"type\":\"cron\",\"expression\":\"0 8,20 1 * *\"}", 8 },
        { "{\"type\":\"cron\",\"expression\":\"0 8 1 * 1\"}", 23 },
        { "{\"type\":\"every\",\"every_minutes\":60}", 0 },
        { "{\"type\":\"none\"}", 0 },
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        struct schedule schedule = runs_schedule(cases[i].json);

        assert_int_equal(schedule_stage_hours_max(&schedule), cases[i].max);
    }
}

/* T-STG, second table; P-STG-5. */
static void staging_begins_when_the_table_says(void **state UNUSED)
{
    static const struct {
        const char *run;
        int hours;
        const char *stage;
        bool is_clipped;
    } cases[] = {
        { "2026-04-01T08:00", 8, "2026-04-01T00:00", false },
        { "2026-04-01T08:00", 9, "2026-04-01T00:00", true },
        { "2026-04-01T08:00", 23, "2026-04-01T00:00", true },
        { "2026-04-02T08:00", 23, "2026-04-01T09:00", false },
        { "2026-03-31T08:00", 23, "2026-03-30T09:00", false },
        { "2028-03-01T02:00", 6, "2028-03-01T00:00", true },
        { "2026-01-01T00:00", 5, "2026-01-01T00:00", true },
    };
    AUTO(zone_freep) struct zone *zone = runs_zone("Europe/Amsterdam");

    for (size_t i = 0; i < COUNT(cases); i++) {
        struct schedule schedule =
            runs_schedule("{\"type\":\"daily\",\"time\":\"00:00\"}");
        struct occurrence run;
        int64_t local = runs_time(cases[i].run);

        schedule.minute = (int)(local % 86400 / 60);
        schedule.stage_hours = cases[i].hours;
        assert_int_equal(schedule_check(&schedule, 0, NULL), 0);
        assert_int_equal(schedule_next(&schedule, zone,
                                       zone_local_to_utc(zone, local) - 60,
                                       &run, 1),
                         1);
        assert_int_equal(run.local, local);
        assert_true(run.has_stage);
        assert_int_equal(run.stage_local, runs_time(cases[i].stage));
        assert_int_equal(run.is_clipped, cases[i].is_clipped);
    }
}

/* schedule_due() finds what schedule_next() foretold last. */
static void what_is_due_is_the_newest_that_was_foretold(void **state UNUSED)
{
    static const char *const specs[] = {
        "{\"type\":\"daily\",\"time\":\"02:30\"}",
        "{\"type\":\"weekly\",\"time\":\"02:30\",\"weekdays\":[\"sun\"]}",
        "{\"type\":\"monthly_date\",\"time\":\"02:30\",\"date\":29,"
        "\"after_patch_tuesday_days\":2}",
        "{\"type\":\"cron\",\"expression\":\"*/20 1-3 * * *\"}",
        "{\"type\":\"every\",\"every_minutes\":7,"
        "\"anchor\":\"2026-01-05T00:00Z\"}",
    };
    static struct occurrence runs[RUNS_MAX];
    AUTO(zone_freep) struct zone *zone = runs_zone("Europe/Amsterdam");
    int64_t after = runs_time("2026-03-20T00:00");

    for (size_t i = 0; i < COUNT(specs); i++) {
        struct schedule schedule = runs_schedule(specs[i]);
        size_t n = schedule_next(&schedule, zone, after, runs, RUNS_MAX);
        struct occurrence due;

        assert_false(
            schedule_due(&schedule, zone, after, runs[0].utc - 1, &due));
        for (size_t k = 0; k < n; k++) {
            assert_true(
                schedule_due(&schedule, zone, after, runs[k].utc, &due));
            assert_int_equal(due.utc, runs[k].utc);
            assert_int_equal(due.rule, runs[k].rule);
            assert_false(
                schedule_due(&schedule, zone, runs[k].utc, runs[k].utc, &due));
        }
        assert_true(schedule_due(&schedule, zone, INT64_MIN, INT64_MAX, &due));
    }
}

static void far_away_times_and_many_runs_stay_bounded(void **state UNUSED)
{
    static struct occurrence runs[3000];
    struct schedule leap =
        runs_schedule("{\"type\":\"cron\",\"expression\":\"0 0 29 2 *\"}");
    struct schedule daily =
        runs_schedule("{\"type\":\"daily\",\"time\":\"00:00\"}");
    struct schedule every =
        runs_schedule("{\"type\":\"every\",\"every_minutes\":10080,"
                      "\"anchor\":\"9999-12-01T00:00Z\"}");
    size_t n = schedule_next(&leap, zone_utc(), runs_time("2026-01-01T00:00"),
                             runs, COUNT(runs));

    assert_in_range(n, 1900, 2000);
    assert_int_equal(runs[n - 1].utc, runs_time("9996-02-29T00:00"));
    assert_int_equal(schedule_next(&daily, zone_utc(), INT64_MAX, runs, 10), 0);
    assert_int_equal(schedule_next(&daily, zone_utc(), INT64_MIN, runs, 10),
                     10);
    assert_int_equal(schedule_next(&every, zone_utc(), 0, runs, 10), 4);
    every.anchor = INT64_MAX;
    assert_int_equal(schedule_next(&every, zone_utc(), 0, runs, 10), 0);
    every.anchor = INT64_MIN;
    assert_int_equal(schedule_next(&every, zone_utc(), 0, runs, 10), 10);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(patch_tuesday_is_the_second_tuesday),
        cmocka_unit_test(a_day_after_patch_tuesday_is_no_second_wednesday),
        cmocka_unit_test(a_delay_counts_from_the_monthly_rule),
        cmocka_unit_test(dates_that_a_month_lacks_are_its_last_day),
        cmocka_unit_test(days_and_weekdays_run_at_their_time),
        cmocka_unit_test(months_run_by_date_weekday_or_working_day),
        cmocka_unit_test(patch_tuesday_adds_a_run_unless_it_is_the_same_date),
        cmocka_unit_test(intervals_count_from_their_anchor_without_drift),
        cmocka_unit_test(none_never_runs),
        cmocka_unit_test(changes_of_the_clock_neither_lose_nor_double_a_run),
        cmocka_unit_test(staging_on_the_first_is_limited_to_its_hours),
        cmocka_unit_test(staging_is_limited_where_the_date_is_always_the_first),
        cmocka_unit_test(staging_begins_when_the_table_says),
        cmocka_unit_test(what_is_due_is_the_newest_that_was_foretold),
        cmocka_unit_test(far_away_times_and_many_runs_stay_bounded),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
