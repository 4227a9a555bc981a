/* SPDX-License-Identifier: Apache-2.0 */
#include "risk/cve.h"

#include <stdio.h>
#include <time.h>

enum {
    NUMBER_BITS = 48,
    NUMBER_DIGITS = 4, /* at least; more only without a leading zero */
    YEAR_MIN = 1900,
    YEAR_MAX = 2149, /* of a day that fits 16 bits */
};

static bool is_digits(str text)
{
    for (size_t i = 0; i < text.n; i++) {
        if (text.p[i] < '0' || text.p[i] > '9')
            return false;
    }
    return text.n > 0;
}

int cve_parse(str text, uint64_t *out_key, struct err *err)
{
    str digits = str_sub(text, 9, SIZE_MAX);
    str year_text = str_sub(text, 4, 4);
    int64_t year;
    int64_t number;
    int rc;

    if (!str_starts(text, STR("CVE-")) || text.n < 13 || text.p[8] != '-' ||
        !is_digits(year_text) || !is_digits(digits) ||
        (digits.n > NUMBER_DIGITS && digits.p[0] == '0'))
        return err_set(err, E_PARSE, "'%" PRIstr "' is no CVE id",
                       ARGstr(str_sub(text, 0, 40)));
    rc = str_to_i64(year_text, 0, 9999, &year, err);
    if (rc == 0)
        rc = str_to_i64(digits, 0, ((int64_t)1 << NUMBER_BITS) - 1, &number,
                        err);
    if (rc < 0)
        return err_wrap(err, rc, "CVE id");
    *out_key = (uint64_t)year << NUMBER_BITS | (uint64_t)number;
    return 0;
}

str cve_text(uint64_t key, char space[CVE_TEXT_SIZE])
{
    uint64_t number = key & (((uint64_t)1 << NUMBER_BITS) - 1);
    int n = snprintf(space, CVE_TEXT_SIZE, "CVE-%04u-%04llu",
                     (unsigned)(key >> NUMBER_BITS) % 10000,
                     (unsigned long long)number);

    return (str){ space, (size_t)n };
}

/* "2026-08-16" into numbers. */
static int parse_date(str text, struct tm *out, struct err *err)
{
    int64_t year;
    int64_t month;
    int64_t day;

    if (text.n < 10 || text.p[4] != '-' || text.p[7] != '-' ||
        (text.n > 10 && text.p[10] != 'T') || !is_digits(str_sub(text, 0, 4)) ||
        !is_digits(str_sub(text, 5, 2)) || !is_digits(str_sub(text, 8, 2)) ||
        str_to_i64(str_sub(text, 0, 4), YEAR_MIN, YEAR_MAX, &year, NULL) < 0 ||
        str_to_i64(str_sub(text, 5, 2), 1, 12, &month, NULL) < 0 ||
        str_to_i64(str_sub(text, 8, 2), 1, 31, &day, NULL) < 0)
        return err_set(err, E_PARSE, "'%" PRIstr "' is no date (YYYY-MM-DD)",
                       ARGstr(str_sub(text, 0, 40)));
    *out = (struct tm){ .tm_year = (int)year - 1900,
                        .tm_mon = (int)month - 1,
                        .tm_mday = (int)day };
    return 0;
}

int day_parse(str text, uint16_t *out_day, struct err *err)
{
    struct tm tm;
    int64_t seconds;
    int day;
    int rc = parse_date(text, &tm, err);

    if (rc < 0)
        return rc;
    day = tm.tm_mday;
    seconds = timegm(&tm);
    if (tm.tm_mday != day || seconds < 86400 || seconds / 86400 > UINT16_MAX)
        return err_set(err, E_PARSE, "'%" PRIstr "' is no day of ours",
                       ARGstr(str_sub(text, 0, 10)));
    *out_day = (uint16_t)(seconds / 86400);
    return 0;
}

str day_text(uint16_t day, char space[DAY_TEXT_SIZE])
{
    time_t seconds = (time_t)day * 86400;
    struct tm tm;

    gmtime_r(&seconds, &tm);
    return (str){ space, strftime(space, DAY_TEXT_SIZE, "%Y-%m-%d", &tm) };
}
