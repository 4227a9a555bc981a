/* SPDX-License-Identifier: Apache-2.0
 *
 * The devices something is for (K-DEP, D-30):
 *
 *     {"labels": [3], "devices": [17], "systems": ["debian/12/x86_64"]}
 *
 * (members of the labels and the devices named) that run one of the systems
 * and that the user may see. Without labels and devices: all devices of the
 * organisation. "systems" must not be empty. A system is a path in the tree
 * of operating systems, family/id/version/architecture/build, of any length;
 * "" is all. It stands for everything below it, also for what comes later
 * (K-DEP-6).
 */
#ifndef FLEET_TARGET_H
#define FLEET_TARGET_H

#include "base/arena.h"
#include "base/vec.h"
#include "fleet/scope.h"
#include "store/db.h"

/* Form and limits. E_INVALID names the member. Whether labels and devices
 * exist is target_check_exists()'s. */
int target_check(str targets, struct err *err) MUST_CHECK;
int target_check_exists(struct db *db, const struct scope *scope, str targets,
                        struct err *err) MUST_CHECK;

struct target_set {
    VEC(int64_t) devices; /* ascending */
};
void target_set_clear(struct target_set *set);

/* Membership as it is now (K-LBL-3: at dispatch). Retired devices are never
 * in it. */
int target_resolve(struct db *db, const struct scope *scope, str targets,
                   struct target_set *out, struct err *err) MUST_CHECK;
/* Whether one device is a target: 1 or 0. */
int target_has(struct db *db, int64_t org, str targets, int64_t device,
               struct err *err) MUST_CHECK;

bool target_names_label(str targets, int64_t label);
/* Without labels and devices: it means every device (asks a confirmation). */
bool target_is_all(str targets);

#endif
