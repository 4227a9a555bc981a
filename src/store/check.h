/* SPDX-License-Identifier: Apache-2.0
 *
 * Is the store whole: what the engine says of its own file, that every row is
 * readable and refers to something, that the schema is this program's, and
 * what else the caller knows must hold.
 */
#ifndef STORE_CHECK_H
#define STORE_CHECK_H

#include "store/db.h"

/* One more thing that must hold. Without fn, sql gives no row; with fn, fn is
 * called for every row and returns 0, or an error that says what is wrong
 * with it. A rule's problems are reported up to 20 times. */
struct store_rule {
    const char *what; /* "a finding": said before the problem */
    const char *sql;
    db_row_fn *fn;
    void *ctx;
};

typedef void store_problem_fn(void *ctx, const char *sentence);

/* The number of problems, each reported once; or an error when the check
 * itself could not be made. */
int store_check(struct db *db, const struct store_rule *rules, size_t count,
                store_problem_fn *report, void *ctx,
                struct err *err) MUST_CHECK;

#endif
