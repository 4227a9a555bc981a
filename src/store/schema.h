/* SPDX-License-Identifier: Apache-2.0
 *
 * The schema as a table of migrations, applied in order, each in one
 * transaction, recorded in schema_version. A migration is one row and one
 * file, schema_NAME.c, that holds its SQL; once released it never changes.
 *
 * In the SQL, @ID stands for the engine's self-counting primary key and @BLOB
 * for its type of bytes.
 */
#ifndef STORE_SCHEMA_H
#define STORE_SCHEMA_H

#include "store/db.h"

struct migration {
    int64_t version; /* 1, 2, 3, ... without gaps */
    const char *name;
    const char *const *sql; /* statements, ended by NULL */
};

extern const struct migration migrations[];
extern const size_t migration_count;

/* Brings the schema to `version` (or the newest, with 0). A database that is
 * newer than this program is refused (E_UNSUPPORTED). Two processes migrating
 * at once: one does it, the other waits. */
int schema_migrate(struct db *db, int64_t version, int64_t now,
                   struct err *err) MUST_CHECK;
/* The version the database has; 0 for an empty one. */
int schema_version(struct db *db, int64_t *out, struct err *err) MUST_CHECK;

#endif
