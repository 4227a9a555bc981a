/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/runs.h"

#include "schedule/calendar.h"
#include "tests/unit/unit.h"

enum {
    RUNS_MAX = 400
};

struct zone *runs_zone(const char *name)
{
    struct zone *zone = NULL;
    struct err err = { 0 };

    if (zone_load(NULL, str_c(name), &zone, &err) < 0)
        fail_msg("%s", err_text(&err));
    return zone;
}

int64_t runs_time(const char *text)
{
    int64_t time = 0;

    assert_int_equal(calendar_parse(str_c(text), true, &time, NULL), 0);
    return time;
}

struct schedule runs_schedule(const char *json)
{
    struct schedule schedule = SCHEDULE;
    struct err err = { 0 };

    if (schedule_parse(str_c(json), &schedule, &err) < 0)
        fail_msg("%s: %s", json, err_text(&err));
    return schedule;
}

/* The local times of the next runs, one blank between them. */
void runs_expect(const char *json, const char *zone_text, const char *from,
                 const char *expected)
{
    AUTO(zone_freep) struct zone *zone = runs_zone(zone_text);
    AUTO(buf_clear) struct buf text = BUF(1 << 16);
    struct schedule schedule = runs_schedule(json);
    static struct occurrence runs[RUNS_MAX];
    char time[CALENDAR_TEXT_MAX];
    size_t count = 1;
    size_t n;

    for (const char *p = expected; *p != '\0'; p++)
        count += *p == ' ';
    n = schedule_next(&schedule, zone, zone_local_to_utc(zone, runs_time(from)),
                      runs, count);
    for (size_t i = 0; i < n; i++)
        buf_printf(&text, "%s%s", i > 0 ? " " : "",
                   calendar_format(runs[i].local, "", time));
    assert_string_equal(buf_c(&text), expected);
}
