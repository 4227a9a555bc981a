/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/unit.h"

#include "schedule/calendar.h"
#include "schedule/schedule.h"

enum {
    RUNS_MAX = 400
};

static struct zone *zone_named(const char *name)
{
    struct zone *zone = NULL;
    struct err err = { 0 };

    if (zone_load(NULL, str_c(name), &zone, &err) < 0)
        fail_msg("%s", err_text(&err));
    return zone;
}

static int64_t utc(const char *text)
{
    int64_t time = 0;

    assert_int_equal(calendar_parse(str_c(text), true, &time, NULL), 0);
    return time;
}

static struct schedule read_schedule(const char *json)
{
    struct schedule schedule = SCHEDULE;
    struct err err = { 0 };

    if (schedule_parse(str_c(json), &schedule, &err) < 0)
        fail_msg("%s: %s", json, err_text(&err));
    return schedule;
}

/* The local times of the next runs, one blank between them. */
static void expect_runs(const char *json, const char *zone_text,
                        const char *from, const char *expected)
{
    AUTO(zone_freep) struct zone *zone = zone_named(zone_text);
    AUTO(buf_clear) struct buf text = BUF(1 << 16);
    struct schedule schedule = read_schedule(json);
    static struct occurrence runs[RUNS_MAX];
    char time[CALENDAR_TEXT_MAX];
    size_t count = 1;
    size_t n;

    for (const char *p = expected; *p != '\0'; p++)
        count += *p == ' ';
    n = schedule_next(&schedule, zone, zone_local_to_utc(zone, utc(from)), runs,
                      count);
    for (size_t i = 0; i < n; i++)
        buf_printf(&text, "%s%s", i > 0 ? " " : "",
                   calendar_format(runs[i].local, "", time));
    assert_string_equal(buf_c(&text), expected);
}

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
            read_schedule("{\"type\":\"patch_tuesday\",\"time\":\"08:00\"}");
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

static void cron_expressions_run_when_the_table_says(void **state UNUSED)
{
    expect_runs("{\"type\":\"cron\",\"expression\":\"0 0 13 * 5\"}", "UTC",
                "2026-01-01T00:00",
                "2026-01-02T00:00 2026-01-09T00:00 2026-01-13T00:00 "
                "2026-01-16T00:00");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(patch_tuesday_is_the_second_tuesday),
        cmocka_unit_test(cron_expressions_run_when_the_table_says),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
