/* SPDX-License-Identifier: Apache-2.0
 *
 * How long history is kept: each organisation's settings keep.findings_days,
 * keep.runs_days and keep.jobs_days, 400 by default (D-35: history stays; it
 * does not stay for ever). What is in force is never removed: the newest
 * findings of a device, runs that go on, and of each configuration the newest
 * run and the newest by hand, by which D-40 is decided. The audit log is a
 * chain and stays whole.
 */
#ifndef FLEET_RETENTION_H
#define FLEET_RETENTION_H

#include "store/db.h"

/* Removes at most about `limit` rows of what is older than its organisation
 * keeps it, in the caller's transaction. *out_gone: how many; 0: nothing is
 * left. */
int retention_prune(struct db *db, int64_t now, int64_t limit,
                    int64_t *out_gone, struct err *err) MUST_CHECK;

#endif
