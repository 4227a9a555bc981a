/* SPDX-License-Identifier: Apache-2.0
 *
 * Migration 17: what an administrator says of devices' answers; 19: versions
 * that are put back.
 */
#include "store/schema_int.h"

/* clang-format off */
const char *const schema_netdev_more[] = {
    /* JSON: [{"kind", "pattern", "command", "answer"}] (R-DEP-3). */
    "ALTER TABLE netdev_type ADD COLUMN responses TEXT NOT NULL DEFAULT '[]'",
    NULL,
};

/* What a restore leads to; planned_on is what was there when it was planned, as
 * of every change. Which version that was is not known of old ones: any. */
const char *const schema_netdev_restore[] = {
    "ALTER TABLE netdev_change ADD COLUMN restores BIGINT NOT NULL DEFAULT 0",
    "UPDATE netdev_change SET restores = planned_on, planned_on = 0 WHERE "
    "kind = 'restore'",
    "ALTER TABLE netdev_deployment ADD COLUMN restore_at BIGINT NOT NULL "
    "DEFAULT 0",
    "ALTER TABLE netdev_deployment_device ADD COLUMN restores BIGINT NOT NULL "
    "DEFAULT 0",
    NULL,
};
/* clang-format on */
