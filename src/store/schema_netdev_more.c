/* SPDX-License-Identifier: Apache-2.0
 *
 * Migration 17: what an administrator says of devices' answers; 19: versions
 * that are put back; 24: sessions that are to stop, and by which key the secret
 * before is sealed.
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

/* The key of what was kept so far is not known: it is sealed anew. */
const char *const schema_netdev_stop[] = {
    "ALTER TABLE netdev_session ADD COLUMN stop BIGINT NOT NULL DEFAULT 0",
    "ALTER TABLE netdev_credential ADD COLUMN previous_key TEXT NOT NULL "
    "DEFAULT ''",
    "UPDATE netdev_credential SET previous_key = '?' WHERE previous_until > 0",
    NULL,
};
/* clang-format on */
