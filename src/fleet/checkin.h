/* SPDX-License-Identifier: Apache-2.0
 *
 * What agents bring: check-ins, inventories, results. All of it is hostile
 * (claim 12): form and limits are checked by proto/wire.h, and what it says
 * about anything but its own device is not believed.
 *
 * Everything may come again after a crash of either side and then changes
 * nothing.
 */
#ifndef FLEET_CHECKIN_H
#define FLEET_CHECKIN_H

#include "fleet/content.h"
#include "proto/agent.h"
#include "store/db.h"

/* What the server has, as far as a check-in needs it. */
struct checkin_state {
    uint8_t inventory_digest[JOB_DIGEST_BYTES];
    bool has_inventory;
};
/* Notes what changed on the device; last_seen is the caller's. E_ABSENT when
 * the device is gone. */
int checkin_take(struct db *db, int64_t device, const struct checkin *checkin,
                 int64_t now, struct checkin_state *out,
                 struct err *err) MUST_CHECK;

/* The whole inventory that a delta leads to: removed goes, packages come or
 * replace the one of the same name, arch and evr. Lists of *out are in the
 * arena, texts those of base and delta. E_LIMIT. */
int inventory_merge(const struct inventory *base, const struct inventory *delta,
                    struct arena *arena, struct inventory *out,
                    struct err *err) MUST_CHECK;

/* In the caller's transaction. 0; 1: the base is not what we have, it must be
 * sent whole. E_INVALID: it does not have the digest it says. */
int inventory_receive(struct db *db, int64_t device,
                      const struct inventory *inventory, int64_t now,
                      struct err *err) MUST_CHECK;

/* Whether the pack is one for the device's system: 1 or 0. */
int device_may_fetch(struct db *db, int64_t device, str digest,
                     struct err *err) MUST_CHECK;

/* In the caller's transaction. 0; or 1: this message was taken before, then
 * nothing changes. E_INVALID and others: the message is no good and must not
 * come again. Results of a job that is not the device's are of no run.
 * *out_run: the run it belongs to, or 0. */
int result_take(struct db *db, int64_t device, const struct results *results,
                int64_t now, int64_t *out_run, struct err *err) MUST_CHECK;
/* Nonces are kept as long as a message may come again. */
int result_forget(struct db *db, int64_t now, struct err *err) MUST_CHECK;

#endif
