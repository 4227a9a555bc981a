/* SPDX-License-Identifier: Apache-2.0
 *
 * What the files of fleet/inventory share.
 */
#ifndef FLEET_INVENTORY_INT_H
#define FLEET_INVENTORY_INT_H

#include "fleet/inventory.h"

/* Writes down what changed, when anything did, and forgets the oldest past
 * INVENTORY_CHANGES_MAX. */
int inventory_change_add(struct db *db, int64_t device,
                         const struct inventory *before,
                         const struct inventory *after, int64_t now,
                         struct err *err) MUST_CHECK;

#endif
