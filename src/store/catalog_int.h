/* SPDX-License-Identifier: Apache-2.0
 *
 * The tables that a database has, as its engine tells: for backup, restore
 * and check, which treat all tables alike.
 */
#ifndef STORE_CATALOG_INT_H
#define STORE_CATALOG_INT_H

#include "base/arena.h"
#include "store/db_int.h"

struct catalog {
    struct arena arena;
    VEC(struct db_table) tables; /* by name */
};

/* All but the engine's own and schema_version. A name that is not of small
 * letters, digits and underscores is refused (E_INVALID), so that names can
 * be written into SQL. catalog_clear() releases it. */
int catalog_read(struct db *db, struct catalog *out,
                 struct err *err) MUST_CHECK;
void catalog_clear(struct catalog *catalog);
const struct db_table *catalog_find(const struct catalog *catalog, str name);
/* Its place in the table, or table->n. */
size_t catalog_column(const struct db_table *table, str name);

/* The last id that the table's counter gave; 0 when it has none. */
int catalog_counter(struct db *db, str table, int64_t *out,
                    struct err *err) MUST_CHECK;
int catalog_set_counter(struct db *db, str table, int64_t last,
                        struct err *err) MUST_CHECK;

/* For restoring, when rows come before those they refer to. Before the
 * transaction, after the tables are made, before the commit (a reference to
 * nothing is E_CORRUPT), and after it whatever happened. */
int catalog_keys_off(struct db *db, struct err *err) MUST_CHECK;
int catalog_keys_late(struct db *db, struct err *err) MUST_CHECK;
int catalog_keys_check(struct db *db, struct err *err) MUST_CHECK;
int catalog_keys_on(struct db *db, struct err *err) MUST_CHECK;

/* Calls fn with a sentence for each row that refers to nothing. */
typedef void catalog_found_fn(void *ctx, str sentence);
int catalog_orphans(struct db *db, catalog_found_fn *fn, void *ctx,
                    struct err *err) MUST_CHECK;

#endif
