/* SPDX-License-Identifier: Apache-2.0
 *
 * Labels by which patching says for whom: those of targets, rings and freezes.
 */
#ifndef FLEET_PATCH_LABEL_H
#define FLEET_PATCH_LABEL_H

#include "store/db.h"

/* Whether who is in the label decides what is deployed where: a configuration
 * in force, or one that waits to be, is for it or has a ring of it, or a freeze
 * is on or coming for it; or that holds of a group it is in. 1 or 0. */
int patch_label_acts(struct db *db, int64_t org, int64_t label, int64_t now,
                     struct err *err) MUST_CHECK;

#endif
