/* SPDX-License-Identifier: Apache-2.0 */
#include "schedule/warn.h"

#include "schedule/calendar.h"
#include "schedule/schedule_int.h"

enum {
    MONTHS_AHEAD = 13,
    RELEASE_HOUR = 10, /* in Redmond */
    DAYS_ENOUGH = 3,   /* no zone is further from another */
};

/* How many days after Patch Tuesday a run is; negative: none is. */
static int days_after(const struct schedule *s)
{
    if (s->type != SCHEDULE_PATCH_TUESDAY)
        return schedule_is_monthly(s->type) ? s->after_patch_tuesday_days
                                            : SCHEDULE_NO_DAYS;
    return s->delay_days +
           (s->after_patch_tuesday_days > 0 ? s->after_patch_tuesday_days : 0);
}

/* Whether a run so many days after Patch Tuesday precedes the release in one
 * of the months ahead. */
static bool precedes(const struct schedule *s, const struct zone *zone,
                     const struct zone *pacific, int64_t from, int days)
{
    struct calendar_date date = calendar_date(calendar_day_of(from));

    for (int i = 0; i < MONTHS_AHEAD; i++) {
        int month = (date.month - 1 + i) % 12 + 1;
        int year = date.year + (date.month - 1 + i) / 12;
        int64_t tuesday = calendar_nth_weekday(year, month, 2, 2);
        int64_t run = zone_local_to_utc(
            zone, (tuesday + days) * CALENDAR_DAY_S + s->minute * INT64_C(60));
        int64_t release = zone_local_to_utc(
            pacific, tuesday * CALENDAR_DAY_S + RELEASE_HOUR * INT64_C(3600));

        if (schedule_has_month(s, month) && run < release)
            return true;
    }
    return false;
}

static void check_release(const struct schedule *s, const struct zone *zone,
                          int64_t from, struct schedule_warnings *out)
{
    AUTO(zone_freep) struct zone *pacific = NULL;
    int days = days_after(s);

    /* By its rule, so that it needs no file. */
    if (days < 0 || zone_parse_rule(STR("PST8PDT,M3.2.0,M11.1.0"),
                                    STR("Pacific"), &pacific, NULL) < 0)
        return;
    out->before_release = precedes(s, zone, pacific, from, days);
    while (out->before_release && days < DAYS_ENOUGH &&
           precedes(s, zone, pacific, from, days))
        days++;
    out->suggested_days = days;
}

struct schedule_warnings schedule_warn(const struct schedule *schedule,
                                       const struct zone *zone, int64_t from)
{
    struct schedule_warnings warnings = { 0 };

    warnings.both_day_fields = schedule->type == SCHEDULE_CRON &&
                               !schedule->cron.any_date &&
                               !schedule->cron.any_weekday;
    check_release(schedule, zone, from, &warnings);
    return warnings;
}
