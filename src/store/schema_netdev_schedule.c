/* SPDX-License-Identifier: Apache-2.0
 *
 * Migration 15: schedules by which network devices are looked at.
 */
#include "store/schema_int.h"

/* clang-format off */
const char *const schema_netdev_schedule[] = {
    "CREATE TABLE netdev_schedule (id @ID, org BIGINT NOT NULL REFERENCES org "
    "(id), name TEXT NOT NULL, action TEXT NOT NULL, targets TEXT NOT NULL, "
    "schedule TEXT NOT NULL, zone TEXT NOT NULL, enabled BIGINT NOT NULL, "
    "looked_at BIGINT NOT NULL, last_run BIGINT NOT NULL, last_sessions "
    "BIGINT NOT NULL, last_result TEXT NOT NULL, created BIGINT NOT NULL, "
    "revision BIGINT NOT NULL, UNIQUE (org, name))",
    NULL,
};
/* clang-format on */
