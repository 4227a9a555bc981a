/* SPDX-License-Identifier: Apache-2.0
 *
 * How long the devices of a fleet have lacked their patches, beside how long
 * they may (P-INT-7): made for one answer, of the caches of patcher.h.
 */
#ifndef SERVER_PATCH_LIMITS_H
#define SERVER_PATCH_LIMITS_H

#include "patch/comply.h"
#include "server/patcher.h"

struct patch_limits {
    struct patch_sla sla;
    const struct patch_stock *stock;
    const struct patch_fleet *fleet;
    VEC(uint32_t) index; /* in the catalogue, of the fleet's numbers */
    int64_t now;
};
/* stock and fleet are valid as long as patcher.h says. */
int patch_limits_open(struct core *core, int64_t org, int64_t now,
                      struct patch_limits *out, struct err *err) MUST_CHECK;
void patch_limits_close(struct patch_limits *limits);

/* One device: how many of its patches are in each state, the first deadline
 * of all (0: none), and the patch that has it (PATCH_NONE). */
struct patch_lateness {
    int64_t count[PATCH_SLA_STATES];
    int64_t deadline;
    uint32_t worst;
};
struct patch_lateness patch_limits_of(const struct patch_limits *limits,
                                      int64_t device);
/* The worst state of them. */
enum patch_sla_state patch_lateness_state(const struct patch_lateness *late);

/* Devices of `visible` for which each patch of the catalogue is over or near:
 * arrays of the catalogue's size. */
void patch_limits_count(const struct patch_limits *limits,
                        const struct idset *visible, uint32_t *over,
                        uint32_t *near);

#endif
