/* SPDX-License-Identifier: Apache-2.0
 *
 * Restarts of the machine (keeper_reboot.c): one request at a time, on disk
 * until the machine has restarted (P-RBX-7); what is done about it, and what a
 * user may do, patch/reboot.h says.
 */
#ifndef AGENT_KEEPER_REBOOT_H
#define AGENT_KEEPER_REBOOT_H

#include "agent/keeper_patch.h"
#include "patch/reboot.h"

int reboot_load(struct keeper *keeper, struct err *err) MUST_CHECK;

/* What an installer found: whether a restart is needed, and why. */
void reboot_facts(struct keeper *keeper, const struct patching_reboot *facts,
                  int64_t job);
/* Somebody asks for one. Below the minimum it is only recorded (P-RBX-5). */
void reboot_request(struct keeper *keeper,
                    const struct patch_reboot_request *request, int64_t job);
/* Forgets the request of this job, unless the machine goes down for it. */
enum patch_cancelled reboot_cancel(struct keeper *keeper, int64_t job);
void reboot_step(struct keeper *keeper, int64_t now);
int64_t reboot_next(struct keeper *keeper, int64_t now); /* 0: nothing is */
/* The installer's answer to the order to restart, or to warn. */
void reboot_ordered(struct keeper *keeper, bool failed, str text);

/* who: the user, by name. E_INVALID with the reason when they may not. */
int reboot_user(struct keeper *keeper, enum patch_user_action action, str who,
                struct err *err) MUST_CHECK;
void reboot_status(struct keeper *keeper, struct jval *out);

#endif
