/* SPDX-License-Identifier: Apache-2.0
 *
 * The calendar: days and minutes as numbers, in the proleptic Gregorian
 * calendar, years 1 to 9999. Pure functions; nothing here knows of zones.
 *
 * A day is counted from 1970-01-01. A time is in seconds from 1970-01-01
 * 00:00; whether it is UTC or the wall clock of a zone (a "local" time) is
 * the caller's to know, and stands in the name.
 */
#ifndef SCHEDULE_CALENDAR_H
#define SCHEDULE_CALENDAR_H

#include "base/buf.h"

#define CALENDAR_DAY_S INT64_C(86400)
#define CALENDAR_FIRST_DAY INT64_C(-719162) /* 0001-01-01 */
#define CALENDAR_LAST_DAY INT64_C(2932896)  /* 9999-12-31 */

enum {
    CALENDAR_TEXT_MAX = 32
};

struct calendar_date {
    int year;
    int month; /* 1..12 */
    int day;   /* 1..31 */
};

int64_t calendar_day(int year, int month, int day);
struct calendar_date calendar_date(int64_t day);

/* The day a time lies in, rounded down. */
int64_t calendar_day_of(int64_t time);

int calendar_month_days(int year, int month);
int calendar_weekday(int64_t day); /* 0 is Sunday */

/* The nth weekday of a month (0 is Sunday); nth is 1..4, or negative for the
 * last one. Patch Tuesday is calendar_nth_weekday(year, month, 2, 2). */
int64_t calendar_nth_weekday(int year, int month, int nth, int weekday);

/* The nth day of a month that is Monday to Friday; nth is 1..20, or negative
 * for the last one. */
int64_t calendar_nth_workday(int year, int month, int nth);

/* "2026-01-01T00:00", with ":SS" or without; a 'Z' at the end is allowed only
 * if is_utc. E_PARSE otherwise. */
int calendar_parse(str text, bool is_utc, int64_t *out_time,
                   struct err *err) MUST_CHECK;

/* "2026-01-01T00:00"; seconds are shown when they are not 0. `zone` is what
 * follows: "Z" or "". Returns text. */
const char *calendar_format(int64_t time, const char *zone,
                            char text[CALENDAR_TEXT_MAX]);

/* "HH:MM" as minutes of the day: 0..1439. */
int calendar_parse_minute(str text, int *out_minute,
                          struct err *err) MUST_CHECK;

#endif
