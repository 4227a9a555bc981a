/* SPDX-License-Identifier: Apache-2.0
 *
 * Migration 11: the first page. Each day's exposure, and indexes for what it
 * counts.
 */
#include "store/schema_int.h"

/* clang-format off */
const char *const schema_overview[] = {
    "CREATE TABLE exposure_day (org BIGINT NOT NULL REFERENCES org (id), day "
    "BIGINT NOT NULL, devices BIGINT NOT NULL, affected BIGINT NOT NULL, "
    "findings BIGINT NOT NULL, exploited BIGINT NOT NULL, undecided BIGINT "
    "NOT NULL, PRIMARY KEY (org, day))",
    "CREATE INDEX finding_count ON finding (content, n_true, device)",
    "CREATE INDEX patch_scan_reboot ON patch_scan (device) WHERE reboot <> 0",
    NULL,
};
/* clang-format on */
