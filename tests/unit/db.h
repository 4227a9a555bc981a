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
/* Whether the tests run on PostgreSQL. */
bool test_db_is_postgresql(void);

#endif
