/* SPDX-License-Identifier: Apache-2.0
 *
 * Runs that were missed because the device was off, asleep or hibernated, or
 * its agent was not running (P-MIS-1 to 7). Pure functions; used by the agent
 * when it starts or the machine wakes, and by the server to foretell it.
 *
 * However many occurrences were missed, there is one catch-up run, within
 * the hour after the device is on again. It is not staged: it scans,
 * downloads and deploys (P-MIS-7). That the server cannot be reached misses
 * nothing: the agent runs from its stored policy (P-MIS-6).
 */
#ifndef SCHEDULE_CATCH_UP_H
#define SCHEDULE_CATCH_UP_H

#include "schedule/schedule.h"

#define CATCH_UP_NEVER INT64_MIN

enum {
    CATCH_UP_WITHIN_S = 3600
};

/* All times of one clock, in seconds: UTC, or one zone's local time. */
struct catch_up {
    int64_t last_run;     /* the last completed run: when it began, or the
                             `covers` of its plan; or CATCH_UP_NEVER */
    int64_t boot;         /* on, awake, or the agent began */
    int64_t policy_since; /* the policy reached the device; or
                             CATCH_UP_NEVER: it always had it */
    int64_t spread_s;     /* 0..CATCH_UP_WITHIN_S, stable for a device */
    bool run_if_missed;
};

enum catch_up_outcome {
    CATCH_UP_NOT_MISSED, /* no occurrence was missed */
    CATCH_UP_DROPPED,    /* one was, but the option is off: to be reported as
                            "missed: device off" (P-MIS-5) */
    CATCH_UP_ALONE,      /* one run, at `run` */
    CATCH_UP_MERGED,     /* one run, with a regular one inside the hour, at
                            the earlier of both times (P-MIS-4) */
};

struct catch_up_plan {
    enum catch_up_outcome outcome;
    int64_t missed; /* the newest missed occurrence, unless NOT_MISSED */
    int64_t run;    /* of ALONE and MERGED */
    int64_t covers; /* the newest occurrence this run stands for: what is at
                       or before it does not run again */
};

/* From the occurrences themselves, in any order. */
struct catch_up_plan catch_up_plan(const struct catch_up *catch_up,
                                   const int64_t *occurrences, size_t count);

/* From a schedule; times are UTC. run_if_missed is the schedule's. */
struct catch_up_plan catch_up_schedule(const struct catch_up *catch_up,
                                       const struct schedule *schedule,
                                       const struct zone *zone);

/* A stable number in [0, range_s) for a device: its place in a window, so
 * that a fleet does not start at once. The same on every machine. */
int64_t catch_up_spread(str device, int64_t range_s);

#endif
