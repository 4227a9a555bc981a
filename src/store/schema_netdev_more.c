/* SPDX-License-Identifier: Apache-2.0
 *
 * Migration 17: what an administrator says of devices' answers.
 */
#include "store/schema_int.h"

/* clang-format off */
const char *const schema_netdev_more[] = {
    /* JSON: [{"kind", "pattern", "command", "answer"}] (R-DEP-3). */
    "ALTER TABLE netdev_type ADD COLUMN responses TEXT NOT NULL DEFAULT '[]'",
    NULL,
};
/* clang-format on */
