/* SPDX-License-Identifier: Apache-2.0 */
#include "schedule/schedule.h"

#include "schedule/calendar.h"
#include "schedule/schedule_int.h"

enum {
    YEARS_OF_CALENDAR = 400, /* after which it repeats */
    PATCH_TUESDAY_NTH = 2,
    TUESDAY = 2,
    SHIFT_DAYS = 2, /* how far a gap of a zone can move a run */
};

bool schedule_is_monthly(enum schedule_type type)
{
    return type == SCHEDULE_MONTHLY_DATE || type == SCHEDULE_MONTHLY_WEEKDAY ||
           type == SCHEDULE_MONTHLY_WORKDAY || type == SCHEDULE_PATCH_TUESDAY;
}

bool schedule_has_month(const struct schedule *s, int month)
{
    return s->months == SCHEDULE_ALL_MONTHS || (s->months >> month & 1) != 0;
}

static int64_t patch_tuesday(int year, int month)
{
    return calendar_nth_weekday(year, month, PATCH_TUESDAY_NTH, TUESDAY);
}

/* The day of the rule in a month, without delay. */
static int64_t rule_day(const struct schedule *s, int year, int month)
{
    int days = calendar_month_days(year, month);

    switch (s->type) {
    case SCHEDULE_MONTHLY_WEEKDAY:
        return calendar_nth_weekday(year, month, s->nth, s->weekday);
    case SCHEDULE_MONTHLY_WORKDAY:
        return calendar_nth_workday(year, month, s->nth);
    case SCHEDULE_PATCH_TUESDAY:
        return patch_tuesday(year, month) + (s->after_patch_tuesday_days > 0
                                                 ? s->after_patch_tuesday_days
                                                 : 0);
    default:
        return calendar_day(year, month,
                            s->date < 0 || s->date > days ? days : s->date);
    }
}

/* A day's base month is its own or one of the two before: a delay and the
 * days after Patch Tuesday are less than two months together. */
static bool monthly_has(const struct schedule *s, int64_t day)
{
    struct calendar_date date = calendar_date(day);

    for (int back = 0; back <= 2; back++) {
        int month = date.month - back;
        int year = date.year;

        if (month < 1) {
            month += 12;
            year--;
        }
        if (schedule_has_month(s, month) &&
            rule_day(s, year, month) + s->delay_days == day)
            return true;
    }
    return false;
}

static bool extra_has(const struct schedule *s, int64_t day)
{
    int64_t base = day - s->after_patch_tuesday_days;
    struct calendar_date date = calendar_date(base);

    return s->after_patch_tuesday_days >= 0 &&
           schedule_has_month(s, date.month) &&
           patch_tuesday(date.year, date.month) == base;
}

/* Whether there are runs on a day; *out_rule says by which rule. */
static bool has_day(const struct schedule *s, int64_t day,
                    enum schedule_type *out_rule)
{
    *out_rule = s->type;
    switch (s->type) {
    case SCHEDULE_DAILY:
        return true;
    case SCHEDULE_WEEKLY:
        return (s->weekdays >> calendar_weekday(day) & 1) != 0;
    case SCHEDULE_CRON:
        return cron_has_day(&s->cron, day);
    default:
        break;
    }
    if (!schedule_is_monthly(s->type))
        return false;
    if (monthly_has(s, day))
        return true;
    *out_rule = SCHEDULE_PATCH_TUESDAY;
    return s->type != SCHEDULE_PATCH_TUESDAY && extra_has(s, day);
}

/* Whether a day with runs has one at a minute. */
static bool has_minute(const struct schedule *s, int minute)
{
    if (s->type != SCHEDULE_CRON)
        return minute == s->minute;
    return (s->cron.hours >> minute / 60 & 1) != 0 &&
           (s->cron.minutes >> minute % 60 & 1) != 0;
}

/* The first such minute from one on, or 1440. */
static int next_minute(const struct schedule *s, int minute)
{
    if (s->type != SCHEDULE_CRON)
        return minute <= s->minute ? s->minute : 1440;
    while (minute < 1440 && !has_minute(s, minute)) {
        bool has_hour = (s->cron.hours >> minute / 60 & 1) != 0;

        minute = has_hour ? minute + 1 : (minute / 60 + 1) * 60;
    }
    return minute;
}

/* The download begins whole hours before, but not in the month before a run
 * on the first (P-STG-5). */
static void add_stage(const struct schedule *s, const struct zone *zone,
                      struct occurrence *out)
{
    int64_t day = calendar_day_of(out->local);

    if (s->stage_hours == 0)
        return;
    out->has_stage = true;
    out->stage_utc = out->utc - (int64_t)s->stage_hours * 3600;
    if (calendar_date(day).day == 1) {
        int64_t first = zone_local_to_utc(zone, day * CALENDAR_DAY_S);

        out->is_clipped = out->stage_utc < first;
        if (out->is_clipped)
            out->stage_utc = first;
    }
    out->stage_local = zone_utc_to_local(zone, out->stage_utc);
}

static void fill(const struct schedule *s, const struct zone *zone,
                 enum schedule_type rule, int64_t utc, struct occurrence *out)
{
    *out = (struct occurrence){
        .utc = utc,
        .local = zone_utc_to_local(zone, utc),
        .rule = rule,
    };
    add_stage(s, zone, out);
}

static int64_t round_down(int64_t a, int64_t unit)
{
    return (a / unit - (a % unit < 0)) * unit;
}

static int64_t clamp_time(int64_t time)
{
    int64_t low = CALENDAR_FIRST_DAY * CALENDAR_DAY_S;
    int64_t high = (CALENDAR_LAST_DAY + 1) * CALENDAR_DAY_S - 1;

    return time < low ? low : time > high ? high : time;
}

/* An `every` runs first one interval after its anchor. */
static size_t every_next(const struct schedule *s, const struct zone *zone,
                         int64_t from, struct occurrence *out, size_t count)
{
    int64_t anchor = s->is_anchored ? s->anchor : from;
    int64_t step = (int64_t)s->every_minutes * 60;
    int64_t at;
    size_t n = 0;

    anchor = round_down(clamp_time(anchor), 60);
    at = from < anchor ? anchor : anchor + round_down(from - anchor, step);
    for (at += step; n < count && at == clamp_time(at); at += step)
        fill(s, zone, s->type, at, &out[n++]);
    return n;
}

/* What is being looked for, going through days in order. */
struct search {
    const struct schedule *schedule;
    const struct zone *zone;
    int64_t after; /* runs lie strictly after it */
    struct occurrence *out;
    size_t count;
    size_t n;
};

static void search_day(struct search *search, int64_t day)
{
    enum schedule_type rule;

    if (!has_day(search->schedule, day, &rule))
        return;
    for (int minute = next_minute(search->schedule, 0);
         minute < 1440 && search->n < search->count;
         minute = next_minute(search->schedule, minute + 1)) {
        int64_t utc = zone_local_to_utc(search->zone, day * CALENDAR_DAY_S +
                                                          minute * INT64_C(60));

        if (utc <= search->after)
            continue;
        fill(search->schedule, search->zone, rule, utc,
             &search->out[search->n++]);
        search->after = utc;
    }
}

size_t schedule_next(const struct schedule *schedule, const struct zone *zone,
                     int64_t from, struct occurrence *out, size_t count)
{
    struct search search = { schedule, zone, clamp_time(from), out, count, 0 };
    int64_t day;

    if (schedule->type == SCHEDULE_NONE)
        return 0;
    if (schedule->type == SCHEDULE_EVERY)
        return every_next(schedule, zone, search.after, out, count);
    day = calendar_day_of(zone_utc_to_local(zone, search.after)) - SHIFT_DAYS;
    if (day < CALENDAR_FIRST_DAY)
        day = CALENDAR_FIRST_DAY;
    for (; day <= CALENDAR_LAST_DAY && search.n < count; day++)
        search_day(&search, day);
    return search.n;
}

/* The last run of a day that is not after now. */
static bool last_of_day(const struct schedule *s, const struct zone *zone,
                        int64_t day, int64_t now, struct occurrence *out)
{
    enum schedule_type rule;

    if (!has_day(s, day, &rule))
        return false;
    for (int minute = 1439; minute >= 0; minute--) {
        int64_t utc;

        if (!has_minute(s, minute))
            continue;
        utc = zone_local_to_utc(zone,
                                day * CALENDAR_DAY_S + minute * INT64_C(60));
        if (utc > now)
            continue;
        fill(s, zone, rule, utc, out);
        return true;
    }
    return false;
}

static bool every_due(const struct schedule *s, const struct zone *zone,
                      int64_t after, int64_t now, struct occurrence *out)
{
    int64_t anchor = s->is_anchored ? s->anchor : after;
    int64_t at;

    anchor = round_down(clamp_time(anchor), 60);
    at = anchor + round_down(now - anchor, (int64_t)s->every_minutes * 60);
    if (at <= after || at <= anchor)
        return false;
    fill(s, zone, s->type, at, out);
    return true;
}

bool schedule_due(const struct schedule *schedule, const struct zone *zone,
                  int64_t after, int64_t now, struct occurrence *out)
{
    struct occurrence found;
    int64_t first;
    int64_t day;

    after = clamp_time(after);
    now = clamp_time(now);
    if (schedule->type == SCHEDULE_NONE || now <= after)
        return false;
    if (schedule->type == SCHEDULE_EVERY)
        return every_due(schedule, zone, after, now, out);
    first = calendar_day_of(zone_utc_to_local(zone, after)) - SHIFT_DAYS;
    day = calendar_day_of(zone_utc_to_local(zone, now)) + 1;
    if (first < CALENDAR_FIRST_DAY)
        first = CALENDAR_FIRST_DAY;
    if (day > CALENDAR_LAST_DAY)
        day = CALENDAR_LAST_DAY;
    for (; day >= first; day--) {
        if (!last_of_day(schedule, zone, day, now, &found))
            continue;
        if (found.utc > after)
            *out = found;
        return found.utc > after;
    }
    return false;
}

/* Whether the rule of a monthly schedule always gives the first of a month.
 * Only a date can: a weekday or a working day is on many. */
static bool is_always_first(const struct schedule *s)
{
    if (s->type != SCHEDULE_MONTHLY_DATE)
        return false;
    for (int i = 0; i < YEARS_OF_CALENDAR * 12; i++) {
        int year = 2000 + i / 12;
        int month = i % 12 + 1;

        if (schedule_has_month(s, month) &&
            calendar_date(rule_day(s, year, month) + s->delay_days).day != 1)
            return false;
    }
    return true;
}

int schedule_stage_hours_max(const struct schedule *s)
{
    int hours = SCHEDULE_STAGE_MAX;

    if (s->type == SCHEDULE_EVERY || s->type == SCHEDULE_NONE)
        return 0;
    if (is_always_first(s))
        hours = s->minute / 60;
    if (s->type == SCHEDULE_CRON && s->cron.any_weekday &&
        s->cron.dates == 1 << 1)
        hours = __builtin_ctz(s->cron.hours);
    return hours < SCHEDULE_STAGE_MAX ? hours : SCHEDULE_STAGE_MAX;
}
