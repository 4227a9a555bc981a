/* SPDX-License-Identifier: Apache-2.0
 *
 * When a device scans for missing patches (P-SCN-1 to 5, P-SCN-8): at once
 * when the engine is installed, then once every local day in [00:00, 02:00),
 * at a place of its own in that window; when it was off then, within the
 * hour after it is on again. Pure functions.
 *
 * Scans that a deployment or its staging makes are besides these (P-SCN-6,
 * 7): they are not to be noted as the last daily scan.
 */
#ifndef SCHEDULE_SCAN_H
#define SCHEDULE_SCAN_H

#include "schedule/zone.h"

#define SCAN_NEVER INT64_MIN

enum {
    SCAN_WINDOW_S = 2 * 3600,
    SCAN_MISSED_S = 3600,
};

struct scan_state {
    str device;         /* its id: gives its place in the window */
    int64_t on_since;   /* on, awake, or the agent began (or was installed) */
    int64_t zone_since; /* it has been in its zone; or SCAN_NEVER: always */
    int64_t last_scan;  /* the last daily or first scan, or SCAN_NEVER */
    int64_t last_day;   /* scan_day() when that scan began */
};

enum scan_cause {
    SCAN_FIRST,  /* none was made yet */
    SCAN_DAILY,  /* the window */
    SCAN_MISSED, /* the device was off during the window */
};

struct scan_plan {
    int64_t at; /* UTC; due when it is not in the future */
    enum scan_cause cause;
};

struct scan_plan scan_next(const struct scan_state *state,
                           const struct zone *zone, int64_t now);

/* The local calendar day of an instant, to be kept with the scan: a device
 * that moves to another zone does not scan twice on a day of either. */
int64_t scan_day(const struct zone *zone, int64_t utc);

/* Whether a configuration only scans: the deployment switch is off for every
 * task of every operating system (P-SCN-1). */
bool scan_is_all(const bool *task_is_on, size_t count);

#endif
