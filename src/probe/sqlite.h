/* SPDX-License-Identifier: Apache-2.0
 *
 * One question to an SQLite database, without any way to change it or to hang
 * on it: the file is opened read-only and immutable by descriptor, only a
 * single SELECT over its own tables is permitted, and steps, rows and sizes
 * are limited. Used by sql.c and sql57.c.
 */
#ifndef PROBE_SQLITE_H
#define PROBE_SQLITE_H

#include "probe/machine.h"

enum {
    SQLITE_ROWS_MAX = 100000,
    SQLITE_COLUMNS_MAX = 100,
};

struct sqlite_field {
    str name;         /* in lower case */
    uint8_t datatype; /* enum oval_datatype */
    bool null;
    str value; /* binary is hexadecimal */
};

struct sqlite_ask {
    struct probe_machine *machine;
    struct oval_sink *sink;
    str connection; /* as the object has it */
    str sql;
    /* Called for each row; fields live until it returns. */
    void (*row)(void *ctx, const struct sqlite_field *fields, unsigned n);
    void *ctx;
    unsigned columns_max; /* more is an error */
};

/* E_ABSENT: the database is not there. */
int sqlite_select(const struct sqlite_ask *ask, struct err *err) MUST_CHECK;

/* The path in a connection string: an absolute path, or "Key=Value;..." with
 * Data Source, Database, Filename or DB. E_INVALID: neither. */
int sqlite_connection_path(str connection, str *out,
                           struct err *err) MUST_CHECK;

/* What an object wants, when it is plainly stated. E_INVALID: an entity is
 * not one literal that must be equal; E_UNSUPPORTED: another engine, or a
 * version that is not of SQLite 3. */
struct sqlite_object {
    str version;
    str connection;
    str sql;
};
int sqlite_object(const struct oval_query *query, struct sqlite_object *out,
                  struct err *err) MUST_CHECK;

#endif
