/* SPDX-License-Identifier: Apache-2.0
 *
 * What each device lacks, as its newest scan says: one row and one blob a
 * device (31 million pairs of 100,000 devices are too many rows). Three kinds
 * of scans: by the agent, by a report that somebody hands in (Windows, macOS),
 * and by the server itself from the inventory and advisories, for devices that
 * no other scan is there of.
 *
 * Texts of what is read are in the arena.
 */
#ifndef FLEET_PATCH_STATE_H
#define FLEET_PATCH_STATE_H

#include "base/arena.h"
#include "base/vec.h"
#include "fleet/scope.h"
#include "patch/model.h"
#include "proto/patching.h"
#include "store/db.h"

#define SCAN_BY_AGENT STR("agent")
#define SCAN_BY_REPORT STR("report")
#define SCAN_BY_SERVER STR("server")

/* One patch that is missing; on Linux once a package that it updates. */
struct patch_lack {
    int64_t patch; /* row of fleet/patch_store.h */
    str package;
    str arch;
    str installed;
    str candidate;
    str suite;
    int64_t size;
    int64_t since; /* first seen missing on this device */
    bool held;     /* by the machine's administrator */
    str problem;   /* why it cannot be installed; or empty */
};

struct patch_state {
    int64_t id; /* grows with every scan of any device */
    int64_t device;
    int64_t org;
    enum patch_os os;
    int64_t at;
    int64_t received;
    int64_t cause; /* enum patching_scan_cause */
    str origin;
    str manager;
    int64_t installed;
    int64_t missing; /* different patches */
    struct patching_reboot reboot;
    str errors;
    struct wire_list lacks; /* struct patch_lack, by patch */
};

/* In the caller's transaction. Replaces the device's scan; `since` of what
 * was missing before is kept. id, received and missing are set. One by the
 * server never replaces another (returns 1 then). */
int patch_state_put(struct db *db, struct patch_state *state, int64_t now,
                    struct err *err) MUST_CHECK;
/* 0; 1: the device was never scanned. */
int patch_state_get(struct db *db, int64_t device, struct arena *arena,
                    struct patch_state *out, struct err *err) MUST_CHECK;
/* The newest scan by the agent failed, and why; an empty text: it did not. What
 * the device lacks stays what the one before said. */
int patch_state_failed(struct db *db, int64_t device, int64_t at, str why,
                       struct err *err) MUST_CHECK;
/* Only what it says of a reboot changes. */
int patch_state_reboot(struct db *db, int64_t device,
                       const struct patching_reboot *reboot,
                       struct err *err) MUST_CHECK;

/* Every scan of an organisation with an id above `after`, in that order:
 * what a cache reads. fn's state is valid during the call. */
typedef int patch_state_fn(void *ctx, const struct patch_state *state,
                           struct err *err);
int patch_state_each(struct db *db, int64_t org, int64_t after,
                     patch_state_fn *fn, void *ctx, struct err *err) MUST_CHECK;

#endif
