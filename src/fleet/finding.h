/* SPDX-License-Identifier: Apache-2.0
 *
 * What was found on each device: one compact blob of results per device,
 * content and origin (oval/verdicts.h), never a row per definition. "agent"
 * is what the device's own evaluation said, "server" what its inventory
 * decides (issue of both: where they disagree, both are shown).
 *
 * Rows are replaced; every one that is put is also kept in finding_history
 * (D-35), without a change only once.
 */
#ifndef FLEET_FINDING_H
#define FLEET_FINDING_H

#include "base/arena.h"
#include "fleet/scope.h"
#include "oval/types.h"
#include "store/db.h"

enum finding_origin {
    FINDING_AGENT,
    FINDING_SERVER
};
const char *finding_origin_name(enum finding_origin origin);

struct finding {
    int64_t device;
    int64_t content;
    enum finding_origin origin;
    int64_t at;
    int64_t run;          /* 0: of none */
    str inventory_digest; /* the packages it saw; or empty */
    int64_t duration_ms;
    int64_t n[OVAL_RESULTS]; /* definitions by result */
    str verdicts;
    str details; /* JSON, zstd; or empty */
    str nonce;   /* of an agent's message; or empty */
};

/* Stores one, in the caller's transaction. 0; or 1 when a finding with this
 * nonce was stored before: then nothing changes. The blob has been checked
 * (oval_verdicts_count gave n). An older one (at) does not replace a newer
 * one, but is in the history. */
int finding_put(struct db *db, const struct finding *finding,
                struct err *err) MUST_CHECK;

/* The newest of out->device, out->content and out->origin. 0: the rest of *out
 * is set, its texts in the arena; 1: there is none. */
int finding_get(struct db *db, struct arena *arena, struct finding *out,
                struct err *err) MUST_CHECK;

/* Every newest finding of a content, in the order of device. */
typedef int finding_each(void *ctx, const struct finding *finding,
                         struct err *err);
int finding_walk(struct db *db, int64_t content, enum finding_origin origin,
                 finding_each *each, void *ctx, struct err *err) MUST_CHECK;

#endif
