/* SPDX-License-Identifier: Apache-2.0
 *
 * Cron expressions of five fields: minute, hour, day of month, month, day of
 * week (K-CRN-1 to 11). Numbers, '*', ',', '-' and '/' only; no names, no
 * words, no extensions. When both day fields are restricted, either of them
 * lets a day be (K-CRN-7).
 */
#ifndef SCHEDULE_CRON_H
#define SCHEDULE_CRON_H

#include "base/buf.h"

enum {
    CRON_TEXT_MAX = 512, /* more than listing every value takes */
    CRON_YEARS = 9,      /* K-CRN-9: refused without a run in this time */
};

/* A bit a value, counted from 0. A plain value. */
struct cron {
    uint64_t minutes;
    uint32_t hours;
    uint32_t dates;
    uint16_t months;
    uint8_t weekdays; /* 0 is Sunday */
    bool any_date;    /* the field is '*' */
    bool any_weekday;
};

/* The error begins with the name of the field: "day of month: …". */
int cron_parse(str text, struct cron *out_cron, struct err *err) MUST_CHECK;

/* Whether it runs on a day (calendar.h) at all. */
bool cron_has_day(const struct cron *cron, int64_t day);

/* Whether it ever runs within CRON_YEARS from a day on. */
bool cron_runs(const struct cron *cron, int64_t from_day);

/* Appends text with one blank between its fields, without leading zeros, and
 * with 0 for Sunday (D-37). text has been accepted by cron_parse(). */
void cron_normalise(str text, struct buf *out);

#endif
