/* SPDX-License-Identifier: Apache-2.0 */
#include "schedule/calendar.h"

enum {
    YEAR_MAX = 9999,
    ERA_DAYS = 146097,  /* of 400 years */
    EPOCH_DAYS = 719468 /* from 0000-03-01 to 1970-01-01 */
};

/* Years are counted from March here, so that the leap day is the last. */
int64_t calendar_day(int year, int month, int day)
{
    int64_t y = month <= 2 ? year - 1 : year;
    int64_t era = (y >= 0 ? y : y - 399) / 400;
    int64_t of_era = y - era * 400;
    int64_t of_year =
        (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;

    return era * ERA_DAYS + of_era * 365 + of_era / 4 - of_era / 100 + of_year -
           EPOCH_DAYS;
}

struct calendar_date calendar_date(int64_t day)
{
    int64_t n = day + EPOCH_DAYS;
    int64_t era = (n >= 0 ? n : n - (ERA_DAYS - 1)) / ERA_DAYS;
    int64_t of_era = n - era * ERA_DAYS;
    int64_t y =
        (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
    int64_t of_year = of_era - (365 * y + y / 4 - y / 100);
    int64_t m = (5 * of_year + 2) / 153;
    struct calendar_date date = {
        .year = (int)(y + era * 400 + (m >= 10)),
        .month = (int)(m < 10 ? m + 3 : m - 9),
        .day = (int)(of_year - (153 * m + 2) / 5 + 1),
    };

    return date;
}

int64_t calendar_day_of(int64_t time)
{
    return time / CALENDAR_DAY_S - (time % CALENDAR_DAY_S < 0);
}

int calendar_month_days(int year, int month)
{
    static const int days[] = {
        31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31
    };
    bool is_leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);

    return days[month - 1] + (month == 2 && is_leap);
}

int calendar_weekday(int64_t day)
{
    return (int)(((day + 4) % 7 + 7) % 7); /* 1970-01-01 was a Thursday */
}

int64_t calendar_nth_weekday(int year, int month, int nth, int weekday)
{
    int64_t first = calendar_day(year, month, 1);
    int64_t last = calendar_day(year, month, calendar_month_days(year, month));

    if (nth < 0)
        return last - (calendar_weekday(last) - weekday + 7) % 7;
    return first + (weekday - calendar_weekday(first) + 7) % 7 + (nth - 1) * 7;
}

int64_t calendar_nth_workday(int year, int month, int nth)
{
    int64_t last = calendar_day(year, month, calendar_month_days(year, month));
    int64_t day = nth < 0 ? last : calendar_day(year, month, 1);
    int step = nth < 0 ? -1 : 1;

    for (int left = nth < 0 ? 1 : nth;; day += step) {
        int weekday = calendar_weekday(day);

        if (weekday != 0 && weekday != 6 && --left == 0)
            return day;
    }
}

/* Exactly n digits at *text, which moves behind them. */
static bool take_number(str *text, size_t n, int *out)
{
    int value = 0;

    if (text->n < n)
        return false;
    for (size_t i = 0; i < n; i++) {
        char c = text->p[i];

        if (c < '0' || c > '9')
            return false;
        value = value * 10 + (c - '0');
    }
    *out = value;
    *text = str_sub(*text, n, SIZE_MAX);
    return true;
}

static bool take_char(str *text, char c)
{
    if (text->n == 0 || text->p[0] != c)
        return false;
    *text = str_sub(*text, 1, SIZE_MAX);
    return true;
}

static bool take_date(str *text, int64_t *out_day)
{
    int year;
    int month;
    int day;

    if (!take_number(text, 4, &year) || !take_char(text, '-') ||
        !take_number(text, 2, &month) || !take_char(text, '-') ||
        !take_number(text, 2, &day))
        return false;
    if (year < 1 || year > YEAR_MAX || month < 1 || month > 12 || day < 1 ||
        day > calendar_month_days(year, month))
        return false;
    *out_day = calendar_day(year, month, day);
    return true;
}

static bool take_minute(str *text, int *out)
{
    int hour;
    int minute;

    if (!take_number(text, 2, &hour) || !take_char(text, ':') ||
        !take_number(text, 2, &minute) || hour > 23 || minute > 59)
        return false;
    *out = hour * 60 + minute;
    return true;
}

int calendar_parse(str text, bool is_utc, int64_t *out_time, struct err *err)
{
    str rest = text;
    int64_t day = 0;
    int minute = 0;
    int second = 0;
    bool is = take_date(&rest, &day) && take_char(&rest, 'T') &&
              take_minute(&rest, &minute);

    if (is && take_char(&rest, ':'))
        is = take_number(&rest, 2, &second) && second < 60;
    if (is && is_utc)
        (void)take_char(&rest, 'Z');
    if (!is || rest.n > 0)
        return err_set(err, E_PARSE,
                       "'%" PRIstr "' is no time; expected a date and a time "
                       "such as 2026-01-31T08:30%s",
                       ARGstr(str_sub(text, 0, 64)), is_utc ? "Z" : "");
    *out_time = day * CALENDAR_DAY_S + minute * 60 + second;
    return 0;
}

const char *calendar_format(int64_t time, const char *zone,
                            char text[CALENDAR_TEXT_MAX])
{
    int64_t day = calendar_day_of(time);
    struct calendar_date date = calendar_date(day);
    int second = (int)(time - day * CALENDAR_DAY_S);
    int n = snprintf(text, CALENDAR_TEXT_MAX, "%04d-%02d-%02dT%02d:%02d",
                     date.year % (YEAR_MAX + 1), date.month, date.day,
                     second / 3600, second / 60 % 60);

    if (second % 60 != 0)
        n += snprintf(text + n, (size_t)(CALENDAR_TEXT_MAX - n), ":%02d",
                      second % 60);
    (void)snprintf(text + n, (size_t)(CALENDAR_TEXT_MAX - n), "%s", zone);
    return text;
}

int calendar_parse_minute(str text, int *out_minute, struct err *err)
{
    str rest = text;

    if (!take_minute(&rest, out_minute) || rest.n > 0)
        return err_set(err, E_PARSE,
                       "'%" PRIstr "' is no time of day; expected HH:MM, "
                       "00:00 to 23:59",
                       ARGstr(str_sub(text, 0, 64)));
    return 0;
}
