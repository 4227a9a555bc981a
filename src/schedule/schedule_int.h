/* SPDX-License-Identifier: Apache-2.0
 *
 * What the files of schedule.h share.
 */
#ifndef SCHEDULE_SCHEDULE_INT_H
#define SCHEDULE_SCHEDULE_INT_H

#include "schedule/schedule.h"

enum {
    SCHEDULE_DELAY_MAX = 30,
    SCHEDULE_AFTER_MAX = 27, /* so it is before the next Patch Tuesday */
    SCHEDULE_NTH_MAX = 4,
    SCHEDULE_WORKDAY_MAX = 20, /* every month has as many */
    SCHEDULE_EVERY_MAX = 1440,
    SCHEDULE_EVERY_HOURS_MAX = 168,
    SCHEDULE_STAGE_MAX = 23,
};

#define SCHEDULE_MONTHS_MASK 0x1ffe
#define SCHEDULE_WEEKDAYS_MASK 0x7f

/* Patch Tuesday is one of them. */
bool schedule_is_monthly(enum schedule_type type);
bool schedule_has_month(const struct schedule *schedule, int month);

/* schedule_check() without the question whether it ever runs, which needs a
 * time to ask from. */
int schedule_check_fields(const struct schedule *schedule,
                          struct err *err) MUST_CHECK;

#endif
