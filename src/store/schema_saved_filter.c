/* SPDX-License-Identifier: Apache-2.0
 *
 * Migration 21: filters of lists that somebody saved under a name.
 */
#include "store/schema_int.h"

/* clang-format off */
const char *const schema_saved_filter[] = {
    "CREATE TABLE saved_filter (id @ID, app_user BIGINT NOT NULL REFERENCES "
    "app_user (id), list TEXT NOT NULL, name TEXT NOT NULL, query TEXT NOT "
    "NULL, changed BIGINT NOT NULL, UNIQUE (app_user, list, name))",
    NULL,
};
/* clang-format on */
