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
