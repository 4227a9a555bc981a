/* SPDX-License-Identifier: Apache-2.0 */
#include "oval/datetime.h"

static const char *const formats[] = {
    [OVAL_YEAR_MONTH_DAY] = "year_month_day",
    [OVAL_MONTH_DAY_YEAR] = "month_day_year",
    [OVAL_DAY_MONTH_YEAR] = "day_month_year",
    [OVAL_WIN_FILETIME] = "win_filetime",
    [OVAL_SECONDS_SINCE_EPOCH] = "seconds_since_epoch",
    [OVAL_CIM_DATETIME] = "cim_datetime",
};

enum {
    FILETIME_PER_S = 10000000,
    S_PER_MINUTE = 60,
    S_PER_HOUR = 3600,
    S_PER_DAY = 86400,
};

static const int64_t filetime_epoch_s = 11644473600; /* 1601 to 1970 */

struct clock {
    unsigned year;
    unsigned month;
    unsigned day;
    unsigned hour;
    unsigned minute;
    unsigned second;
};

enum oval_datetime oval_datetime_of(str text)
{
    for (unsigned i = 0; i < COUNT(formats); i++)
        if (str_eq_c(text, formats[i]))
            return (enum oval_datetime)i;
    return OVAL_DATETIME_BAD;
}

/* min to max digits off the front of *s. */
static bool take_digits(str *s, size_t min, size_t max, unsigned *out)
{
    unsigned value = 0;
    size_t n = 0;

    for (; n < s->n && n < max && s->p[n] >= '0' && s->p[n] <= '9'; n++)
        value = value * 10 + (unsigned)(s->p[n] - '0');
    *s = str_sub(*s, n, s->n);
    *out = value;
    return n >= min;
}

static bool take_char(str *s, char c)
{
    if (s->n == 0 || s->p[0] != c)
        return false;
    *s = str_sub(*s, 1, s->n);
    return true;
}

/* '/' or '-', which must then stand at both places. */
static bool take_separator(str *s, char *separator)
{
    if (*separator == '\0' && s->n > 0 && (s->p[0] == '/' || s->p[0] == '-'))
        *separator = s->p[0];
    return *separator != '\0' && take_char(s, *separator);
}

/* "hh:mm:ss" */
static bool take_time(str *s, struct clock *clock)
{
    return take_digits(s, 1, 2, &clock->hour) && take_char(s, ':') &&
           take_digits(s, 2, 2, &clock->minute) && take_char(s, ':') &&
           take_digits(s, 2, 2, &clock->second);
}

/* The end, or " hh:mm:ss" and the end. */
static bool take_rest(str s, struct clock *clock)
{
    if (s.n == 0)
        return true;
    return take_char(&s, ' ') && take_time(&s, clock) && s.n == 0;
}

/* "hhmmss" */
static bool take_compact_time(str *s, struct clock *clock)
{
    return take_digits(s, 2, 2, &clock->hour) &&
           take_digits(s, 2, 2, &clock->minute) &&
           take_digits(s, 2, 2, &clock->second);
}

/* "yyyymmdd" */
static bool take_compact_date(str *s, struct clock *clock)
{
    return take_digits(s, 4, 4, &clock->year) &&
           take_digits(s, 2, 2, &clock->month) &&
           take_digits(s, 2, 2, &clock->day);
}

static bool year_month_day(str s, struct clock *clock)
{
    char separator = '\0';
    str compact = s;

    if (take_compact_date(&compact, clock)) {
        if (compact.n == 0)
            return true;
        return take_char(&compact, 'T') && take_compact_time(&compact, clock) &&
               compact.n == 0;
    }
    return take_digits(&s, 4, 4, &clock->year) &&
           take_separator(&s, &separator) &&
           take_digits(&s, 1, 2, &clock->month) &&
           take_separator(&s, &separator) &&
           take_digits(&s, 1, 2, &clock->day) && take_rest(s, clock);
}

/* Two numbers and the year; the caller says which number is which. */
static bool two_and_year(str s, unsigned *first, unsigned *second,
                         struct clock *clock)
{
    char separator = '\0';

    return take_digits(&s, 1, 2, first) && take_separator(&s, &separator) &&
           take_digits(&s, 1, 2, second) && take_separator(&s, &separator) &&
           take_digits(&s, 4, 4, &clock->year) && take_rest(s, clock);
}

/* The number of the month called name, whole or its first three letters; 0
 * when there is none. */
static unsigned month_called(str name)
{
    static const char *const months[] = {
        "January", "February", "March",     "April",   "May",      "June",
        "July",    "August",   "September", "October", "November", "December",
    };

    for (unsigned i = 0; i < COUNT(months); i++) {
        str month = str_c(months[i]);

        if (str_eq_nocase(name, month) ||
            str_eq_nocase(name, str_sub(month, 0, 3)))
            return i + 1;
    }
    return str_eq_nocase(name, STR("Sept")) ? 9 : 0;
}

/* "February, 04 2009", "Feb, 04 2009 12:23:43" */
static bool named_month(str s, struct clock *clock)
{
    str name = str_cut(&s, ',');

    clock->month = month_called(name);
    return clock->month > 0 && take_char(&s, ' ') &&
           take_digits(&s, 1, 2, &clock->day) && take_char(&s, ' ') &&
           take_digits(&s, 4, 4, &clock->year) && take_rest(s, clock);
}

static bool month_day_year(str s, struct clock *clock)
{
    return named_month(s, clock) ||
           two_and_year(s, &clock->month, &clock->day, clock);
}

/* "yyyymmddHHMMSS.mmmmmmsUUU", UUU being minutes east of UTC, and
 * "yyyy-mm-dd HH:MM:SS:mmm". Fractions are dropped. */
static bool cim_datetime(str s, struct clock *clock, int64_t *out_offset_s)
{
    unsigned fraction;
    unsigned minutes = 0;
    str compact = s;
    bool west;

    *out_offset_s = 0;
    if (take_compact_date(&compact, clock)) {
        if (!take_compact_time(&compact, clock) || !take_char(&compact, '.') ||
            !take_digits(&compact, 6, 6, &fraction))
            return false;
        west = take_char(&compact, '-');
        if ((!west && !take_char(&compact, '+')) ||
            !take_digits(&compact, 3, 3, &minutes) || compact.n > 0)
            return false;
        *out_offset_s = (int64_t)minutes * S_PER_MINUTE * (west ? -1 : 1);
        return true;
    }
    return take_digits(&s, 4, 4, &clock->year) && take_char(&s, '-') &&
           take_digits(&s, 2, 2, &clock->month) && take_char(&s, '-') &&
           take_digits(&s, 2, 2, &clock->day) && take_char(&s, ' ') &&
           take_time(&s, clock) && take_char(&s, ':') &&
           take_digits(&s, 3, 3, &fraction) && s.n == 0;
}

static bool is_leap(unsigned year)
{
    return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

static unsigned days_in(unsigned month, unsigned year)
{
    static const uint8_t days[] = { 31, 28, 31, 30, 31, 30,
                                    31, 31, 30, 31, 30, 31 };

    return month == 2 && is_leap(year) ? 29 : days[month - 1];
}

/* False when there is no such date or time. */
static bool to_seconds(const struct clock *clock, int64_t *out)
{
    int64_t year = clock->year;
    int64_t days;

    if (year < 1 || clock->month < 1 || clock->month > 12 || clock->day < 1 ||
        clock->day > days_in(clock->month, clock->year) || clock->hour > 23 ||
        clock->minute > 59 || clock->second > 59)
        return false;
    year--;
    days = year * 365 + year / 4 - year / 100 + year / 400;
    for (unsigned month = 1; month < clock->month; month++)
        days += days_in(month, clock->year);
    days += clock->day - 1;
    days -= 719162; /* 0001-01-01 to 1970-01-01 */
    *out = days * S_PER_DAY + (int64_t)clock->hour * S_PER_HOUR +
           (int64_t)clock->minute * S_PER_MINUTE + clock->second;
    return true;
}

static bool hexadecimal(str s, int64_t *out)
{
    int64_t value = 0;

    if (str_starts(s, STR("0x")) || str_starts(s, STR("0X")))
        s = str_sub(s, 2, s.n);
    if (s.n == 0 || s.n > 15)
        return false;
    for (size_t i = 0; i < s.n; i++) {
        int lower = s.p[i] | 0x20;

        if (s.p[i] >= '0' && s.p[i] <= '9')
            value = value * 16 + (s.p[i] - '0');
        else if (lower >= 'a' && lower <= 'f')
            value = value * 16 + (lower - 'a' + 10);
        else
            return false;
    }
    *out = value;
    return true;
}

static bool win_filetime(str s, int64_t *out)
{
    int64_t ticks = 0;

    if (str_to_i64(s, 0, INT64_MAX, &ticks, NULL) < 0 &&
        !hexadecimal(s, &ticks))
        return false;
    *out = ticks / FILETIME_PER_S - filetime_epoch_s;
    return true;
}

static bool parse(enum oval_datetime format, str s, int64_t *out)
{
    struct clock clock = { 0 };
    int64_t offset = 0;
    bool ok = false;

    switch (format) {
    case OVAL_YEAR_MONTH_DAY:
        ok = year_month_day(s, &clock);
        break;
    case OVAL_MONTH_DAY_YEAR:
        ok = month_day_year(s, &clock);
        break;
    case OVAL_DAY_MONTH_YEAR:
        ok = two_and_year(s, &clock.day, &clock.month, &clock);
        break;
    case OVAL_CIM_DATETIME:
        ok = cim_datetime(s, &clock, &offset);
        break;
    case OVAL_WIN_FILETIME:
        return win_filetime(s, out);
    case OVAL_SECONDS_SINCE_EPOCH:
        /* So far from its limits that no difference overflows. */
        return str_to_i64(s, INT64_MIN / 4, INT64_MAX / 4, out, NULL) == 0;
    case OVAL_DATETIME_BAD:
        break;
    }
    if (!ok || !to_seconds(&clock, out))
        return false;
    *out -= offset;
    return true;
}

int oval_datetime_parse(enum oval_datetime format, str text, int64_t *out_s,
                        struct err *err)
{
    int64_t seconds = 0;

    if (!parse(format, str_trim(text), &seconds))
        return err_set(
            err, E_PARSE, "'%" PRIstr "' is not a date and time in format %s",
            ARGstr(text),
            format < OVAL_DATETIME_BAD ? formats[format] : "(unknown)");
    *out_s = seconds;
    return 0;
}
