/* SPDX-License-Identifier: Apache-2.0
 *
 * Databases for tests: fresh, of the test's own, gone after test_db_close().
 *
 * SQLite in a directory below TMPDIR; or, when HOLDFAST_TEST_DB names a
 * PostgreSQL server (tests/tools/with-postgres sets it), a schema of that
 * server. A test written with these runs on both; what fails fails the test.
 */
#ifndef TESTS_UNIT_DB_H
#define TESTS_UNIT_DB_H

#include "store/db.h"

/* With every migration applied, at time 1. */
struct db *test_db_open(void);
/* Without any table. */
struct db *test_db_empty(void);
/* The URL of an open one, to open it a second time (db_open, db_close). */
const char *test_db_url(const struct db *db);
/* Closes the connection and removes the database. */
void test_db_close(struct db *db);
/* Another server of the same database: `fn` runs in a thread, on a connection
 * and in a transaction of its own, which is committed when it returns 0. The
 * caller, in a transaction that holds what `fn` needs, goes on when it waits
 * for that (or would not, if nothing made it). The second gives what `fn`
 * returned. */
typedef int test_db_fn(void *ctx, struct db *db);
struct test_db_beside *test_db_beside(const struct db *db, test_db_fn *fn,
                                      void *ctx);
int test_db_beside_end(struct test_db_beside *beside);
/* Whether the tests run on PostgreSQL. */
bool test_db_is_postgresql(void);

#endif
