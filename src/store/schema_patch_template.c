/* SPDX-License-Identifier: Apache-2.0
 *
 * Migration 16: templates of reports about patches (P-RPT-6).
 */
#include "store/schema_int.h"

/* clang-format off */
const char *const schema_patch_template[] = {
    "CREATE TABLE patch_template (id @ID, org BIGINT NOT NULL REFERENCES org "
    "(id), name TEXT NOT NULL, source TEXT NOT NULL, chosen TEXT NOT NULL, "
    "conditions TEXT NOT NULL, owner TEXT NOT NULL, created BIGINT NOT NULL, "
    "revision BIGINT NOT NULL, UNIQUE (org, name))",
    NULL,
};
/* clang-format on */
