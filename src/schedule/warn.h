/* SPDX-License-Identifier: Apache-2.0
 *
 * What an editor tells about a schedule that is valid, but perhaps not what
 * was meant. Pure functions.
 */
#ifndef SCHEDULE_WARN_H
#define SCHEDULE_WARN_H

#include "schedule/schedule.h"

struct schedule_warnings {
    /* Both day fields of a cron expression are set: either lets it run, so
     * it cannot say "the second Tuesday" (K-CRN-7, K-CRN-11). */
    bool both_day_fields;
    /* In this zone a run for Patch Tuesday precedes the release of the
     * patches, 10:00 Pacific time (D-05). */
    bool before_release;
    int suggested_days; /* after Patch Tuesday, so that no run precedes it */
};

/* Looks a year ahead of from. The schedule has been checked. */
struct schedule_warnings schedule_warn(const struct schedule *schedule,
                                       const struct zone *zone, int64_t from);

#endif
