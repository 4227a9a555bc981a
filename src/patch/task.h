/* SPDX-License-Identifier: Apache-2.0
 *
 * The tasks of a device in time: which run next, which are due now, in which
 * order (P-TSK-7), and which a freeze keeps back. Pure; the agent acts by it,
 * the server foretells with it.
 */
#ifndef PATCH_TASK_H
#define PATCH_TASK_H

#include "patch/exception.h"

/* What one device goes by. */
struct patch_plan {
    const struct patch_configuration *configuration;
    enum patch_os os;
    const struct zone *zone;
    const struct patch_freeze *freezes;
    size_t freeze_count;
};

struct patch_run {
    enum patch_task_kind kind;
    struct occurrence at;
    const struct patch_freeze *freeze; /* it does not run: or NULL */
};

/* The next `count` runs of all tasks that are on, strictly after `from`, by
 * time; those of one instant in the order of enum patch_task_kind (D-28).
 * Returns how many there are. */
size_t patch_next(const struct patch_plan *plan, int64_t from,
                  struct patch_run *out, size_t count);

/* The tasks whose newest run lies in (after[kind], now], in the order in which
 * they run, one behind the other. At most PATCH_TASKS. */
size_t patch_due(const struct patch_plan *plan,
                 const int64_t after[PATCH_TASKS], int64_t now,
                 struct patch_run out[PATCH_TASKS]);

/* When a run's staging begins, in UTC: its own start without staging; or
 * `now` when that has passed. A run in a freeze is not staged. */
int64_t patch_stage_at(const struct patch_run *run, int64_t now);

/* Takes what a task deploys from what is missing, for the task that runs
 * behind it (P-TSK-7). Returns the new count. */
size_t patch_without_deployed(const struct patch_decision *decisions,
                              size_t decision_count, uint32_t *missing,
                              size_t count);

#endif
