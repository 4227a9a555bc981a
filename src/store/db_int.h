/* SPDX-License-Identifier: Apache-2.0
 *
 * What an engine implements. db.c checks the arguments, keeps the statements
 * by their text and knows whether a transaction is open; an engine runs them.
 */
#ifndef STORE_DB_INT_H
#define STORE_DB_INT_H

#include "base/map.h"
#include "base/vec.h"
#include "store/db.h"

/* A prepared statement; engines put it first in their own. */
struct db_stmt {
    char *sql;
    size_t n;
    size_t args; /* the highest $N */
};

/* A result; engines put it first in their own. */
struct db_rows {
    const struct db_ops *ops;
    size_t count;
    size_t next; /* the current row is the one before */
    int columns;
};

struct db_cell {
    enum db_type type;
    int64_t number;
    str bytes;
};

struct db {
    const struct db_ops *ops;
    bool in_transaction;
    bool failed;   /* the transaction can only be rolled back */
    bool conflict; /* the last error was a unique constraint */
    bool lost;     /* the server is gone: connect again */
    bool in_each;
    bool used; /* db_use() */
    bool used_alone;
    struct map by_text; /* into stmts */
    VEC(struct db_stmt *) stmts;
};

struct db_each;

struct db_column {
    str name;
    enum db_type type;
};

struct db_table {
    str name;
    const struct db_column *columns;
    size_t n;
};

struct db_ops {
    enum db_engine engine;
    const char *scheme; /* of the URL */
    const char *begin;
    const char *begin_read; /* one moment, nothing is locked */
    /* {@ID, @BLOB, TEXT} in the SQL of a schema */
    const char *id;
    const char *blob;
    const char *text;

    /* whole: the URL; where: without its scheme. */
    int (*open)(const char *whole, const char *where, struct db **out,
                struct err *err);
    void (*close)(struct db *db);
    /* Sets db->lost when the server is gone; NULL: there is none. */
    void (*check)(struct db *db);
    int (*reconnect)(struct db *db, struct err *err);
    /* The caller sets what db_stmt holds. */
    int (*prepare)(struct db *db, const char *sql, struct db_stmt **out,
                   struct err *err);
    void (*stmt_free)(struct db *db, struct db_stmt *stmt);
    /* Returns how many rows were changed; rows != NULL wants the result. */
    int (*execute)(struct db *db, struct db_stmt *stmt, struct db_args args,
                   struct db_rows **rows, struct err *err);
    int (*each)(struct db *db, struct db_stmt *stmt, struct db_args args,
                const struct db_each *each, struct err *err);
    /* Statements without parameters and rows, not kept. */
    int (*script)(struct db *db, const char *sql, struct err *err);
    void (*rollback)(struct db *db);
    int (*use)(struct db *db, bool alone, struct err *err);
    int (*lead)(struct db *db, struct err *err); /* NULL: always */
    int (*lock)(struct db *db, const char *name, struct err *err);
    int (*patience)(struct db *db, int64_t ms, struct err *err);
    /* NULL: there is nobody to hear or to tell. */
    int (*heard)(struct db *db, db_heard_fn *fn, void *ctx, struct err *err);
    int (*fd)(const struct db *db);
    /* Many rows into one table; between begin and end nothing else is run.
     * The names are checked by the caller. */
    int (*copy_begin)(struct db *db, const struct db_table *table,
                      struct err *err);
    int (*copy_row)(struct db *db, const struct db_cell *cells,
                    struct err *err);
    int (*copy_end)(struct db *db, struct err *err);
    struct db_cell (*cell)(const struct db_rows *rows, int column);
    void (*rows_free)(struct db_rows *rows);
};

struct db_each {
    db_row_fn *fn;
    void *ctx;
};

extern const struct db_ops db_sqlite;
extern const struct db_ops db_postgresql;
void sqlite_components(struct components *components);
void postgres_components(struct components *components);

/* A statement that is not kept, for SQL that is used once (a schema's). */
int db_script(struct db *db, const char *sql, struct err *err) MUST_CHECK;
/* How long a busy database is waited for. */
int db_patience(struct db *db, int64_t ms, struct err *err) MUST_CHECK;
/* Forgets the prepared statements: after a change of the schema. */
void db_forget(struct db *db);

/* A transaction that only reads: all of it sees one moment. */
int db_begin_read(struct db *db, struct err *err) MUST_CHECK;
/* The value of the current row. */
struct db_cell db_cell(const struct db_rows *rows, int column);

/* Many rows into one table, inside a transaction. */
int db_copy_begin(struct db *db, const struct db_table *table,
                  struct err *err) MUST_CHECK;
int db_copy_row(struct db *db, const struct db_cell *cells,
                struct err *err) MUST_CHECK;
int db_copy_end(struct db *db, struct err *err) MUST_CHECK;

enum {
    DB_PATIENCE_MS = 10000
};

#endif
