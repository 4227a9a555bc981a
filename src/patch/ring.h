/* SPDX-License-Identifier: Apache-2.0
 *
 * Rings: Routine Maintenance reaches test devices first, and further rings as
 * far as the one before succeeded (P-RNG). Pure: counts and clock come in, one
 * step comes out.
 *
 *   ring 1 --promoted--> ring 2 --promoted--> … --> DONE
 *      \---- too many failed: STOP; paused: PAUSED; else WAIT or ASK
 */
#ifndef PATCH_RING_H
#define PATCH_RING_H

#include "base/arena.h"
#include "patch/refusal.h"

enum {
    PATCH_RINGS_MAX = 20,
};

struct patch_ring {
    str name;
    int success_percent;  /* 0..100: at least so many to go on */
    int minimum_finished; /* 1..: devices that have to have finished */
    int stop_percent;     /* failed more than so many: all stops; 100: never */
    int wait_hours;       /* at least so long in this ring */
    bool by_hand;         /* somebody promotes, once it may be */
};

/* {"name", "success_percent", "minimum_finished", "stop_percent",
 * "wait_hours", "by_hand"} */
bool patch_ring_from_jval(const struct jval *jval, struct arena *arena,
                          struct patch_refusals *refusals,
                          struct patch_ring *out);
struct jval *patch_ring_to_jval(const struct patch_ring *ring);

/* Of one ring's devices; those that were not reached count for nothing
 * (P-RNG-4). */
struct patch_ring_count {
    uint64_t devices;
    uint64_t succeeded;
    uint64_t failed;
};

struct patch_rollout {
    size_t current;   /* index of the ring that runs */
    int64_t since;    /* it has been running */
    bool is_paused;   /* by somebody */
    bool is_promoted; /* somebody lets the next begin */
};

enum patch_ring_action {
    PATCH_RING_WAIT,    /* not enough has finished, or not long enough */
    PATCH_RING_ASK,     /* it may go on, when somebody says so */
    PATCH_RING_PROMOTE, /* the next ring begins */
    PATCH_RING_STOP,    /* too many failed: nothing goes on by itself */
    PATCH_RING_PAUSED,
    PATCH_RING_DONE, /* the last ring has succeeded */
};

/* The step at `now`; why is appended to reason (NULL: not wanted). */
enum patch_ring_action patch_ring_step(const struct patch_ring *rings,
                                       size_t count,
                                       const struct patch_ring_count *counts,
                                       const struct patch_rollout *rollout,
                                       int64_t now, struct buf *reason);

/* succeeded / (succeeded + failed) in tenths of a percent, rounded down; -1
 * while nothing has finished. */
int patch_ring_success(const struct patch_ring_count *count);

#endif
