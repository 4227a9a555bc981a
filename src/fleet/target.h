/* SPDX-License-Identifier: Apache-2.0
 *
 * The devices something is for (K-DEP, D-30):
 *
 *     {"labels": [3], "devices": [17], "systems": ["unix/debian/12/x86_64"],
 *      "user": 5}
 *
 * (members of the labels and the devices named) that run one of the systems
 * and that the user may see. Without labels and devices: all devices of the
 * organisation. "systems" must not be empty. A system is a path in the tree
 * of operating systems, family/id/version/architecture/build, of any length;
 * "" is all. It stands for everything below it, also for what comes later
 * (K-DEP-6). In a part of a path, '/' is written %2F and '%' is %25.
 *
 * "user" is set by target_limit() when a person whom labels limit saves the
 * targets: whoever the targets are resolved for later, that person's limit
 * holds, so that a schedule never reaches what its author does not see
 * (K-DEP-4). A label or device that is gone adds nothing, and a list that was
 * not empty never comes to mean all devices (K-LBL-4).
 */
#ifndef FLEET_TARGET_H
#define FLEET_TARGET_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/vec.h"
#include "fleet/scope.h"
#include "store/db.h"

enum {
    TARGET_TEXT_MAX = 1 << 20,
    TARGET_LABELS_MAX = 10000,
    TARGET_DEVICES_MAX = 100000,
    TARGET_SYSTEMS_MAX = 10000,
    TARGET_SYSTEM_MAX = 2000, /* bytes of a path */
};

/* Form and limits. E_INVALID names the member. Whether labels and devices
 * exist is target_check_exists()'s. */
int target_check(str targets, struct err *err) MUST_CHECK;
int target_check_exists(struct db *db, const struct scope *scope, str targets,
                        struct err *err) MUST_CHECK;
/* The checked targets as they are to be stored for who saves them: "user" is
 * set or taken away. *out is in the arena. */
int target_limit(const struct scope *scope, str targets, struct arena *arena,
                 str *out, struct err *err) MUST_CHECK;

/* Whose limit the stored targets have; 0: nobody's. */
int64_t target_user(str targets);

struct target_set {
    VEC(int64_t) devices; /* ascending */
};
void target_set_clear(struct target_set *set);

/* Membership as it is now (K-LBL-3: at dispatch); labels that are pending are
 * worked out first. Retired devices are never in it. */
int target_resolve(struct db *db, const struct scope *scope, str targets,
                   int64_t now, struct target_set *out,
                   struct err *err) MUST_CHECK;
/* Whether one device is a target: 1 or 0. */
int target_has(struct db *db, int64_t org, str targets, int64_t device,
               struct err *err) MUST_CHECK;

bool target_names_label(str targets, int64_t label);
/* Without labels and devices: it means every device (asks a confirmation). */
bool target_is_all(str targets);

/* Appends one part of a path, escaped. */
void target_path_add(struct buf *path, str part);

#endif
