/* SPDX-License-Identifier: Apache-2.0
 *
 * Rows of a query as structs in an arena, all of them or the one there is.
 */
#ifndef FLEET_ROWS_INT_H
#define FLEET_ROWS_INT_H

#include "base/arena.h"
#include "store/db.h"

/* Fills one struct from the current row; texts into the arena. */
typedef void rows_read(struct db_rows *rows, struct arena *arena, void *out);

struct rows_plan {
    rows_read *read;
    size_t size; /* of the struct */
    size_t max;  /* rows; the query has the same LIMIT */
    const char *what;
};

/* *out is an array of *out_n structs. */
struct rows_found {
    void *p;
    size_t n;
};
int rows_all(struct db_rows *rows, const struct rows_plan *plan,
             struct arena *arena, struct rows_found *out,
             struct err *err) MUST_CHECK;
/* E_ABSENT "there is no such WHAT" when there is none. */
int rows_one(struct db_rows *rows, const struct rows_plan *plan,
             struct arena *arena, void *out, struct err *err) MUST_CHECK;

/* The plan of a column of ids: int64_t. */
void rows_read_id(struct db_rows *rows, struct arena *arena, void *out);

#endif
