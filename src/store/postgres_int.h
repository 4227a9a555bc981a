/* SPDX-License-Identifier: Apache-2.0
 *
 * What PostgreSQL gives out: rows in its binary form, and its error states.
 */
#ifndef STORE_POSTGRES_INT_H
#define STORE_POSTGRES_INT_H

#include "store/db_int.h"

/* Its numbers for types never change. */
enum {
    PG_BOOL = 16,
    PG_BYTEA = 17,
    PG_INT8 = 20,
    PG_INT2 = 21,
    PG_INT4 = 23,
    PG_TEXT = 25,
    PG_FLOAT8 = 701,
    PG_NUMERIC = 1700,
};

struct pg_result; /* libpq's PGresult */

/* An E_ code for an SQLSTATE. */
int pg_code_of(str state);

/* To and from the byte order of the network. */
uint64_t pg_order(uint64_t number);

/* Sums are numeric there: 0, or E_INVALID when one is not an int64. */
int pg_check_numbers(const struct pg_result *result,
                     struct err *err) MUST_CHECK;

/* Rows that own the result. pg_rows_release() gives it back and frees them. */
struct db_rows *pg_rows_new(struct pg_result *result);
struct pg_result *pg_rows_release(struct db_rows *rows);
struct db_cell pg_cell(const struct db_rows *rows, int column);

#endif
