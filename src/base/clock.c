/* SPDX-License-Identifier: Apache-2.0 */
#include "base/clock.h"

#include <fcntl.h>
#include <time.h>

#include "base/io.h"

/* Set once at start; a program that was not given --clock has none. */
static const char *shift_file;

static int64_t read_ms(clockid_t id)
{
    struct timespec at;

    clock_gettime(id, &at);
    return (int64_t)at.tv_sec * 1000 + at.tv_nsec / 1000000;
}

static int read_shift(const char *path, int64_t *out, struct err *err)
{
    AUTO(buf_clear) struct buf text = BUF(64);
    int rc = io_read_file(AT_FDCWD, path, &text, err);

    if (rc < 0)
        return rc;
    rc = str_to_i64(str_trim(buf_str(&text)), INT32_MIN * (int64_t)64,
                    INT32_MAX * (int64_t)64, out, err);
    return rc < 0 ? err_wrap(err, rc, "%s", path) : 0;
}

int64_t clock_now_ms(void)
{
    int64_t shift_s = 0;

    /* A file that is being replaced counts as no shift for that moment. */
    if (shift_file != NULL && read_shift(shift_file, &shift_s, NULL) < 0)
        shift_s = 0;
    return read_ms(CLOCK_REALTIME) + shift_s * 1000;
}

int64_t clock_now(void)
{
    return clock_now_ms() / 1000;
}

int64_t clock_monotonic_ms(void)
{
    return read_ms(CLOCK_MONOTONIC);
}

int64_t clock_micros(void)
{
    struct timespec at;

    clock_gettime(CLOCK_MONOTONIC, &at);
    return (int64_t)at.tv_sec * 1000000 + at.tv_nsec / 1000;
}

int clock_from_file(const char *path, struct err *err)
{
    int64_t shift_s;
    int rc = read_shift(path, &shift_s, err);

    if (rc == 0)
        shift_file = path;
    return rc;
}

void clock_text(int64_t at, char out[CLOCK_TEXT_MAX])
{
    time_t seconds = (time_t)at;
    struct tm tm;

    if (gmtime_r(&seconds, &tm) == NULL || tm.tm_year > 8099 ||
        tm.tm_year < -1900)
        snprintf(out, CLOCK_TEXT_MAX, "(no time)");
    else
        snprintf(out, CLOCK_TEXT_MAX, "%04u-%02u-%02uT%02u:%02u:%02uZ",
                 (unsigned)(tm.tm_year + 1900) % 10000,
                 (unsigned)(tm.tm_mon + 1) % 100, (unsigned)tm.tm_mday % 100,
                 (unsigned)tm.tm_hour % 100, (unsigned)tm.tm_min % 100,
                 (unsigned)tm.tm_sec % 100);
}

/* Days from 1970-01-01 to a date of the proleptic Gregorian calendar. The
 * year is counted from March, so that the leap day is its last. */
static int64_t days(int64_t year, int64_t month, int64_t day)
{
    int64_t shifted = month > 2 ? year : year - 1;
    int64_t era = (shifted >= 0 ? shifted : shifted - 399) / 400;
    int64_t of_era = shifted - era * 400;
    int64_t of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day;

    return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year -
           719469;
}

static bool leap(int64_t year)
{
    return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

static bool is_date(const int64_t part[6])
{
    static const int lengths[] = { 31, 28, 31, 30, 31, 30,
                                   31, 31, 30, 31, 30, 31 };

    if (part[1] < 1 || part[1] > 12 || part[2] < 1)
        return false;
    return part[2] <=
           lengths[part[1] - 1] + (part[1] == 2 && leap(part[0]) ? 1 : 0);
}

/* ".123Z" or "Z" */
static bool is_tail(str tail)
{
    if (tail.n > 1 && tail.p[0] == '.') {
        size_t digits = 0;

        tail = str_sub(tail, 1, tail.n);
        while (digits < tail.n && tail.p[digits] >= '0' &&
               tail.p[digits] <= '9')
            digits++;
        if (digits == 0)
            return false;
        tail = str_sub(tail, digits, tail.n);
    }
    return str_eq(tail, STR("Z"));
}

int clock_parse(str text, int64_t *out, struct err *err)
{
    static const char form[] = "dddd-dd-ddTdd:dd:dd";
    static const unsigned last[] = { 9999, 12, 31, 23, 59, 59 };
    int64_t part[6] = { 0 };
    size_t at = 0;
    bool good = text.n >= sizeof(form) && text.n < CLOCK_TEXT_MAX;

    for (size_t i = 0; good && i < sizeof(form) - 1; i++) {
        char c = text.p[i];

        if (form[i] == 'd' && c >= '0' && c <= '9')
            part[at] = part[at] * 10 + (c - '0');
        else if (form[i] != 'd' && c == form[i])
            at++;
        else
            good = false;
    }
    for (size_t i = 0; good && i < COUNT(part); i++)
        good = part[i] <= (int64_t)last[i];
    if (!good || !is_date(part) || !is_tail(str_sub(text, 19, text.n)))
        return err_set(err, E_PARSE,
                       "'%" PRIstr "' is no time like 2026-11-22T04:30:00Z",
                       ARGstr(text));
    *out = days(part[0], part[1], part[2]) * 86400 + part[3] * 3600 +
           part[4] * 60 + part[5];
    return 0;
}
