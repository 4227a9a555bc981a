/* SPDX-License-Identifier: Apache-2.0
 *
 * The keeper's part in patching (keeper_patch.c).
 */
#ifndef AGENT_KEEPER_PATCH_H
#define AGENT_KEEPER_PATCH_H

#include "agent/installing.h"
#include "agent/keeper_int.h"
#include "base/jval.h"
#include "patch/configuration.h"
#include "proto/patching.h"

/* Reads what is on disk; keeper->patching is there afterwards. */
int patch_load(struct keeper *keeper, struct err *err) MUST_CHECK;
/* The machine was off until now: what was missed is caught up or told. */
void patch_begin(struct keeper *keeper);
void patch_step(struct keeper *keeper, int64_t now);
int64_t patch_next(struct keeper *keeper, int64_t now); /* 0: nothing is */

/* bytes: the signed job, which was checked. It is kept with its signature:
 * the installer checks it again. */
int patch_take_policy(struct keeper *keeper, str bytes, struct buf *out_text,
                      struct err *err) MUST_CHECK;
/* A scan, deployment or restart that was ordered by hand. */
void patch_order(struct keeper *keeper, const struct job *job, str bytes,
                 int64_t now);

enum patch_cancelled {
    PATCH_NOT_THERE, /* it has ended, or never was */
    PATCH_CANCELLED,
    PATCH_TOO_LATE, /* an installer is at it: packages are not left half done */
};
/* Forgets what a job ordered, a restart as well. */
enum patch_cancelled patch_cancel(struct keeper *keeper, int64_t job);

/* The oldest report of a kind ('s' scan, 'r' results, 'b' reboot): its name
 * and content; an empty name: there is none. */
int patch_first_report(struct keeper *keeper, char kind, struct buf *name,
                       struct buf *bytes, struct err *err) MUST_CHECK;
void patch_report_ended(struct keeper *keeper, const char *name, bool taken);

/* For keeper_reboot.c. */
void patch_report(struct keeper *keeper, char kind, str nonce, str bytes);
void patch_add_order(struct keeper *keeper, const struct installing *order);
/* False: an installer is restarting the machine already. */
bool patch_forget_restart(struct keeper *keeper);
const struct patch_reboot_experience *patch_experience(
    const struct keeper *keeper);

/* Members of the status for a person. */
void patch_status(struct keeper *keeper, struct jval *out);

#endif
