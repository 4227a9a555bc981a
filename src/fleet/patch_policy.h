/* SPDX-License-Identifier: Apache-2.0
 *
 * The policy of patching of a device: its configuration in force, what groups
 * and patches it needs to decide by itself (P-MIS-6), what is held back, when
 * nothing may be deployed, and whether its ring is open. Sent as a signed job
 * whenever it becomes another one.
 */
#ifndef FLEET_PATCH_POLICY_H
#define FLEET_PATCH_POLICY_H

#include "fleet/job.h"

/* Policies of the organisation may have changed: a configuration, a group, a
 * hold, a freeze, a ring. */
int patching_touch(struct db *db, int64_t org, struct err *err) MUST_CHECK;
/* That of one device may have: its labels, what it lacks. */
int patching_touch_device(struct db *db, int64_t device,
                          struct err *err) MUST_CHECK;

enum {
    PATCHING_TOUCHED = 20
};
struct patching_devices {
    int64_t id[PATCHING_TOUCHED];
    size_t n;
};
/* The next devices after this one that were touched since their policy was
 * made. */
int patching_touched(struct db *db, int64_t after, struct patching_devices *out,
                     struct err *err) MUST_CHECK;

/* A scan told which revision the device has; the policy is looked at again. */
int patching_policy_told(struct db *db, int64_t device, int64_t revision,
                         struct err *err) MUST_CHECK;

/* What an agent said of a job: of the newest policy it means that it has it. */
int patching_policy_event(struct db *db, int64_t device,
                          const struct job_event *event,
                          struct err *err) MUST_CHECK;

/* Called at each check-in. When the device should have another policy, one
 * job with it is queued, and older ones that were not taken are dropped. */
int patching_policy_refresh(struct db *db, const struct job_signer *signer,
                            int64_t device, int64_t now,
                            struct err *err) MUST_CHECK;

/* The policy as it would be made now; in the arena. revision is 0. */
struct patching_policy;
int patching_policy_make(struct db *db, int64_t device, int64_t now,
                         struct arena *arena, struct patching_policy *out,
                         struct err *err) MUST_CHECK;

#endif
