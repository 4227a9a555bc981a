/* SPDX-License-Identifier: Apache-2.0
 *
 * Rows for whatever tables a schema has, and all that a database holds as
 * text: for tests of migrations, backups and crashes.
 */
#ifndef TESTS_UNIT_STORE_FILL_H
#define TESTS_UNIT_STORE_FILL_H

#include "base/buf.h"
#include "store/db.h"

/* Replaces the rows of every table by `rows` new ones, numbered from 1; a
 * number refers to the row of that number. One transaction. */
void store_fill(struct db *db, int64_t rows);

/* Every table, column and value, in an order of its own. */
void store_print(struct db *db, struct buf *out);

#endif
