/* SPDX-License-Identifier: Apache-2.0
 *
 * What is due, in the core process: starts the runs of OVAL configurations
 * when their schedule comes due in a time zone of their devices, makes the
 * jobs of runs in slices so that others are answered in between, ends runs,
 * and removes what is kept long enough. All of it is in the store; a restart
 * goes on where it was.
 *
 * Devices act on their own policy (fleet/policy.h): for a run by schedule the
 * server only notes what it expects of whom.
 */
#ifndef SERVER_SCHEDULER_H
#define SERVER_SCHEDULER_H

#include "server/core.h"

enum {
    SCHEDULER_TICK_MS = 5000,
    SCHEDULER_SLICE = 250,    /* jobs made at once */
    SCHEDULER_STORE_S = 3600, /* how often the store hears that nothing was
                                 due */
    SCHEDULER_PRUNE_S = 3600,
    SCHEDULER_PRUNE = 500, /* rows removed in one tick */
};

/* core->db and core->loop are set. */
struct scheduler *scheduler_new(struct core *core);
void scheduler_free(struct scheduler *scheduler);

/* There is a new run: the first slice of its jobs is made now, the rest as
 * soon as the loop is free. */
void scheduler_kick(struct core *core);

/* One look at the clock: what tests call instead of waiting.
 * core->scheduler is set. */
int scheduler_tick(struct core *core, int64_t now, struct err *err) MUST_CHECK;

#endif
