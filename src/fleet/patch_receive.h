/* SPDX-License-Identifier: Apache-2.0
 *
 * What agents say of patching (proto/patching.h). All of it is hostile: form
 * and limits are checked by proto/wire.h, and what it says of anything but its
 * own device is not believed. What comes again changes nothing.
 */
#ifndef FLEET_PATCH_RECEIVE_H
#define FLEET_PATCH_RECEIVE_H

#include "fleet/patch_know.h"
#include "store/db.h"

/* In the caller's transaction, all of these. 0; or 1: it was taken before. */
int patching_scan_take(struct db *db, int64_t device,
                       const struct patching_scan *scan,
                       const struct patch_knowledge *knowledge, int64_t now,
                       struct err *err) MUST_CHECK;
/* *out_run: the run it belongs to, or 0. */
int patching_results_take(struct db *db, int64_t device,
                          const struct patching_results *results, int64_t now,
                          int64_t *out_run, struct err *err) MUST_CHECK;
int patching_reboot_take(struct db *db, int64_t device,
                         const struct patching_reboot_state *state, int64_t now,
                         struct err *err) MUST_CHECK;

/* For a device that nobody scans: what it lacks by its inventory and the
 * advisories. Returns 1 when nothing was written (another scan is there, or no
 * advisory is for its system). */
int patching_scan_make(struct db *db, int64_t device,
                       const struct patch_knowledge *knowledge, int64_t now,
                       struct err *err) MUST_CHECK;

#endif
