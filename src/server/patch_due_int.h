/* SPDX-License-Identifier: Apache-2.0
 *
 * Parts of the patcher's look at the clock; in the caller's transaction.
 */
#ifndef SERVER_PATCH_DUE_INT_H
#define SERVER_PATCH_DUE_INT_H

#include "server/core.h"

struct patch_setup;
struct rollout;
struct patch_run;
struct scope;

/* Notes the deployments that schedules brought since the last look. */
int patch_due_look(struct core *core, int64_t now, struct err *err) MUST_CHECK;

/* Rings that ran go on, wait for a person, or stop (P-RNG, claim 29). */
int patch_rings_look(struct core *core, int64_t now,
                     struct err *err) MUST_CHECK;

/* Orders the deployment of a ring, at the schedule's next time of day. */
struct ring_order {
    const struct patch_setup *setup;
    const struct rollout *rollout;
    int64_t ring;
    int64_t now;
};
int patch_ring_deploy(struct db *db, const struct scope *scope,
                      const struct ring_order *order, struct patch_run *out,
                      struct err *err) MUST_CHECK;

#endif
