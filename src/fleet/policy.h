/* SPDX-License-Identifier: Apache-2.0
 *
 * What a device does by itself: the schedules of its organisation's enabled
 * configurations that it is a target of, with the content they use. The
 * device gets them as one signed job of type JOB_POLICY whose revision only
 * grows, and acts on them without the server (K-SCH, P-SCH-12, X-6).
 *
 * Whatever may change a policy calls policy_touch(); a check-in then finds
 * out whether this device's has changed. That keeps a check-in without news
 * at one look into the store.
 */
#ifndef FLEET_POLICY_H
#define FLEET_POLICY_H

#include "fleet/content.h"
#include "fleet/job.h"

/* The policies of the organisation may have changed: a configuration, the
 * members of a label, the content of a platform. */
int policy_touch(struct db *db, int64_t org, struct err *err) MUST_CHECK;
/* The policy of one device may have changed: its system, its labels. */
int policy_touch_device(struct db *db, int64_t device,
                        struct err *err) MUST_CHECK;

/* Called at each check-in with the revision the device has. When it should
 * have another policy, one job with it is queued and older ones that were not
 * taken are dropped. */
int policy_refresh(struct db *db, const struct job_signer *signer,
                   int64_t device, int64_t has_revision, int64_t now,
                   struct err *err) MUST_CHECK;

/* The pack a device is to hold (T-OVL, D-40): only when its organisation has
 * an enabled configuration that is scheduled, or was run by hand since it was
 * enabled. 0: *out is set; 1: none. */
int content_for_device(struct db *db, int64_t device, struct content *out,
                       struct err *err) MUST_CHECK;

#endif
