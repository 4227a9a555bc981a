/* SPDX-License-Identifier: Apache-2.0
 *
 * Reboots: whether one is asked for, how urgent it is, what the user sees and
 * may do, and when it happens (P-RBT, P-RBX). Pure; the agent keeps the
 * request on disk, so it survives a restart (P-RBX-7), and asks here what is
 * to be done now.
 *
 * A request lives until the device has rebooted. Its way:
 *
 *     below the minimum: RECORDED, never executed (P-RBX-5)
 *     nobody is logged in: NOW, without a countdown (P-RBT-9)
 *     WAIT (until force_minutes have passed, or log-off when that is warned
 *       of) --> COUNTDOWN (countdown_minutes, and extensions) --> NOW
 *     time-out cancelled: LOGOFF (at log-off, or by hand)      (D-41)
 *     reboot cancelled:   MANUAL (only by hand)
 */
#ifndef PATCH_REBOOT_H
#define PATCH_REBOOT_H

#include "patch/configuration.h"

/* What is known after a deployment, or before one. */
struct patch_reboot_facts {
    size_t deployed;   /* patches that were installed */
    bool is_required;  /* the system or a patch says so (P-RBT-8) */
    bool is_os_update; /* macOS: one of the system was among them */
};

enum patch_reboot_outcome {
    PATCH_REBOOT_NONE,
    PATCH_REBOOT_PENDING, /* needed, but not asked for (P-RBT-7) */
    PATCH_REBOOT_REQUEST,
};

/* P-RBT-3 to 5, 7. */
enum patch_reboot_outcome patch_reboot_after(
    const struct patch_reboot *reboot, enum patch_os os,
    const struct patch_reboot_facts *facts);

struct patch_reboot_request {
    enum patch_level level;
    int64_t at;    /* when it was made */
    str requester; /* "routine" */
    str reason;
    int64_t extended_s; /* by the user, in all */
    bool is_timeout_cancelled;
    bool is_reboot_cancelled;
};

/* P-RBX-3: the highest level wins. Whether `next` replaces `pending` (NULL:
 * there is none); of equal ones the older stays, so that asking again moves
 * no deadline. */
bool patch_reboot_replaces(const struct patch_reboot_request *pending,
                           const struct patch_reboot_request *next);

/* P-RBX-1, 5. */
bool patch_reboot_is_executed(const struct patch_reboot_experience *experience,
                              enum patch_level level);

enum patch_reboot_action {
    PATCH_REBOOT_RECORDED,
    PATCH_REBOOT_WAIT, /* until `until`, or log-off: tell the user */
    PATCH_REBOOT_LOGOFF,
    PATCH_REBOOT_MANUAL,
    PATCH_REBOOT_COUNTDOWN, /* ends at `until` */
    PATCH_REBOOT_NOW,
};

struct patch_reboot_step {
    enum patch_reboot_action action;
    int64_t until; /* of WAIT and COUNTDOWN; INT64_MAX: no time is set */
};

/* What is to be done at `now`, with so many users logged in; the experience
 * is that of the request's level, or the one before a deployment. */
struct patch_reboot_step patch_reboot_step(
    const struct patch_reboot_request *request,
    const struct patch_experience *experience, size_t sessions, int64_t now);

enum patch_user_action {
    PATCH_USER_EXTEND,
    PATCH_USER_CANCEL_TIMEOUT,
    PATCH_USER_CANCEL_REBOOT,
};

/* Does what a user asks for, or E_INVALID with the reason why they may not
 * (P-RBT-2, 9). */
int patch_reboot_user(struct patch_reboot_request *request,
                      const struct patch_experience *experience,
                      enum patch_user_action action, int64_t now,
                      struct err *err) MUST_CHECK;

/* Whether patches wait for a reboot before their deployment: asked for, and
 * not yet happened since (P-RBT-2). boot is when the system came up. */
bool patch_reboot_holds(const struct patch_reboot *reboot, enum patch_os os,
                        const struct patch_reboot_request *request,
                        int64_t boot);

/* {"level", "at", "requester", "reason", "extended_s", "timeout_cancelled",
 * "reboot_cancelled"}: for the agent's state and the server. */
struct jval *patch_reboot_request_to_jval(
    const struct patch_reboot_request *request);
bool patch_reboot_request_from_jval(const struct jval *jval,
                                    struct arena *arena,
                                    struct patch_refusals *refusals,
                                    struct patch_reboot_request *out);

#endif
