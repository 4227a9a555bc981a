/* SPDX-License-Identifier: Apache-2.0
 *
 * One question to an SQLite database, without any way to change it or to hang
 * on it: the file is opened read-only and immutable by descriptor, only a
 * single SELECT over its own tables is permitted, and steps, rows and sizes
 * are limited. And the item that sql.c and sql57.c make of it.
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

struct sqlite_row {
    const struct sqlite_field *fields;
    unsigned n;
};

struct sqlite_kind { /* of item */
    const char *item;
    unsigned columns_max; /* more is an error */
    /* Gives the fact, or record, of one row. */
    void (*give)(struct oval_sink *sink, const struct sqlite_row *row);
};

/* Collects what an object of sql or sql57 asks for: one item with all rows. A
 * query without rows has no item, and a database that is not there neither. */
void sqlite_collect(struct probe_machine *machine,
                    const struct oval_query *query, struct oval_sink *sink,
                    const struct sqlite_kind *kind);

/* Gives a field as the fact called name. */
void sqlite_give(struct oval_sink *sink, const char *name,
                 const struct sqlite_field *field);

/* The path in a connection string: an absolute path, or "Key=Value;..." with
 * Data Source, Database, Filename or DB. E_INVALID: neither. */
int sqlite_connection_path(str connection, str *out,
                           struct err *err) MUST_CHECK;

#endif
