/* SPDX-License-Identifier: Apache-2.0
 *
 * Migration 10: patches have the number of the change that wrote them, so that
 * a cache reads only what is new; report sets have a schedule and may allow
 * the days of the SLA. Migration 13: a scan that failed is known of a device.
 */
#include "store/schema_int.h"

/* clang-format off */
const char *const schema_patch_more[] = {
    "ALTER TABLE patch ADD COLUMN revision BIGINT NOT NULL DEFAULT 0",
    "CREATE INDEX patch_revision ON patch (org, revision)",

    "ALTER TABLE patch_report_set ADD COLUMN within_sla BIGINT NOT NULL "
    "DEFAULT 0",
    "ALTER TABLE patch_report_set ADD COLUMN schedule TEXT NOT NULL "
    "DEFAULT ''",
    "ALTER TABLE patch_report_set ADD COLUMN zone TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE patch_report_set ADD COLUMN looked_at BIGINT NOT NULL "
    "DEFAULT 0",
    NULL,
};

const char *const schema_patch_failed[] = {
    "ALTER TABLE device_patch ADD COLUMN scan_failed BIGINT NOT NULL "
    "DEFAULT 0",
    "ALTER TABLE device_patch ADD COLUMN scan_failure TEXT NOT NULL "
    "DEFAULT ''",
    NULL,
};
/* clang-format on */
