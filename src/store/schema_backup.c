/* SPDX-License-Identifier: Apache-2.0 */
#include "store/schema_int.h"

/* clang-format off */
const char *const schema_backup[] = {
    /* file: its name in DATA/backups. state: making, done, failed. checking:
     * it is read back; checked: when it was last found whole. */
    "CREATE TABLE backup (id @ID, file TEXT NOT NULL, state TEXT NOT NULL, "
    "author TEXT NOT NULL, started BIGINT NOT NULL, ended BIGINT NOT NULL, "
    "tables BIGINT NOT NULL, records BIGINT NOT NULL, bytes BIGINT NOT NULL, "
    "checking BIGINT NOT NULL, checked BIGINT NOT NULL, text TEXT NOT NULL)",
    NULL,
};
/* clang-format on */
