/* SPDX-License-Identifier: Apache-2.0
 *
 * One interface to SQLite and PostgreSQL. The rest of the tree writes SQL in
 * the subset both understand and never sees which one it is.
 *
 * The subset: parameters $1, $2, ...; TEXT, BIGINT, BLOB columns (a schema
 * writes @BLOB and @ID, see schema.h); upsert by ON CONFLICT; RETURNING; LIKE
 * with ESCAPE; no dates of the database (times are BIGINT seconds, UTC), no
 * booleans (BIGINT 0 and 1), no server-side defaults that depend on a clock.
 * An id column is BIGINT, made by the database, got by RETURNING id.
 *
 * An id column is BIGINT, made by the database, got by RETURNING id, and never
 * used twice. Texts compare and sort by their bytes, LIKE minds the case (use
 * lower(), which knows ASCII only), on both.
 *
 * Of several processes that take work from one table each takes its own by
 *     UPDATE job SET ... WHERE id IN (SELECT id FROM job WHERE ... ORDER BY id
 *     LIMIT $1 FOR UPDATE SKIP LOCKED) RETURNING id
 * (SQLite, with its one writer, runs it without the last four words.)
 *
 * Texts are UTF-8 without NUL bytes, values at most DB_VALUE_MAX bytes; others
 * are refused before they reach the database (E_INVALID, E_LIMIT).
 *
 * Statements are prepared once a connection and cached by their text. One
 * connection belongs to one process. With SQLite it is WAL with
 * synchronous=FULL: what db_commit() (or db_run() outside a transaction) says
 * is done survives a power cut.
 *
 * A result is read whole by db_query(), so the rows show one moment, and the
 * connection may be used while they are read; db_each() is for tables that
 * should not be in memory at once.
 *
 * Errors: E_IO for a lost server or a full disk, E_CORRUPT for a damaged
 * file, E_INVALID for a broken constraint (`db_is_conflict` tells a unique
 * one), E_LIMIT for a busy database that did not become free in 10 s. After an
 * error inside a transaction all that can be done is db_rollback(): use ON
 * CONFLICT where a conflict is expected. A server that was lost is connected
 * again by the next db_begin(), db_run() or db_query() outside a transaction.
 */
#ifndef STORE_DB_H
#define STORE_DB_H

#include "base/component.h"
#include "base/str.h"

struct db;
struct db_rows;

enum db_engine {
    DB_SQLITE,
    DB_POSTGRESQL
};

enum {
    DB_VALUE_MAX = 256 << 20
};

/* url: "sqlite:/var/lib/holdfast/holdfast.db" or "postgresql://...". Makes the
 * SQLite file (mode 0600) when it is not there; does not migrate. */
int db_open(const char *url, struct db **out, struct err *err) MUST_CHECK;
void db_close(struct db *db);
void db_closep(struct db **db);
enum db_engine db_engine(const struct db *db);

/* Says that this process works on the database until db_close(), together
 * with others or alone (to restore it). E_LIMIT when that cannot be. */
int db_use(struct db *db, bool alone, struct err *err) MUST_CHECK;

enum db_type {
    DB_NULL,
    DB_I64,
    DB_TEXT,
    DB_BLOB
};

struct db_arg {
    enum db_type type;
    int64_t number;
    str bytes;
};
/* Parameters in order, valid during the call:
 *   db_run(db, "UPDATE device SET name = $1 WHERE id = $2",
 *          DB_ARGS(db_text(name), db_i64(id)), err) */
struct db_args {
    const struct db_arg *p;
    size_t n;
};
#define DB_NO_ARGS ((struct db_args){ NULL, 0 })
#define DB_ARGS(...)                                                           \
    ((struct db_args){ (const struct db_arg[]){ __VA_ARGS__ },                 \
                       sizeof((const struct db_arg[]){ __VA_ARGS__ }) /        \
                           sizeof(struct db_arg) })

static inline struct db_arg db_null(void)
{
    return (struct db_arg){ .type = DB_NULL };
}
static inline struct db_arg db_i64(int64_t value)
{
    return (struct db_arg){ .type = DB_I64, .number = value };
}
/* A view with p == NULL is NULL in SQL; STR("") is the empty text. */
static inline struct db_arg db_text(str text)
{
    return (struct db_arg){ .type = text.p != NULL ? DB_TEXT : DB_NULL,
                            .bytes = text };
}
static inline struct db_arg db_blob(str bytes)
{
    return (struct db_arg){ .type = bytes.p != NULL ? DB_BLOB : DB_NULL,
                            .bytes = bytes };
}

/* A statement without rows. Returns the number of rows it changed (0 to
 * INT_MAX), or an error. */
int db_run(struct db *db, const char *sql, struct db_args args,
           struct err *err) MUST_CHECK;
/* A statement with rows, whole. On success *out belongs to the caller. */
int db_query(struct db *db, const char *sql, struct db_args args,
             struct db_rows **out, struct err *err) MUST_CHECK;
/* 1: a row is there; 0: no more. */
int db_next(struct db_rows *rows, struct err *err) MUST_CHECK;
/* The one row that is wanted, as the current row; E_ABSENT "there is no WHAT
 * ID" without it. */
struct db_wanted {
    const char *what;
    int64_t id;
};
#define DB_WANTED(what, id) ((struct db_wanted){ (what), (id) })
int db_get(struct db *db, const char *sql, struct db_args args,
           struct db_wanted wanted, struct db_rows **out,
           struct err *err) MUST_CHECK;
/* Column values of the current row; texts and blobs are valid until
 * db_rows_close(). NULL, and a value of another kind, gives 0 and STR_NONE. */
int64_t db_col_i64(struct db_rows *rows, int column);
str db_col_text(struct db_rows *rows, int column);
str db_col_blob(struct db_rows *rows, int column);
bool db_col_null(struct db_rows *rows, int column);
void db_rows_close(struct db_rows *rows);
void db_rows_closep(struct db_rows **rows);

/* Calls fn for every row while it is read; with PostgreSQL, too, few rows are
 * in memory at once. fn sees one row by the db_col functions, must not use the
 * connection, and ends the reading by returning an error. */
typedef int db_row_fn(void *ctx, struct db_rows *row, struct err *err);
int db_each(struct db *db, const char *sql, struct db_args args, db_row_fn *fn,
            void *ctx, struct err *err) MUST_CHECK;

/* The only value of the only row: 0, or 1 when there is no row (then *out is
 * untouched). */
int db_one_i64(struct db *db, const char *sql, struct db_args args,
               int64_t *out, struct err *err) MUST_CHECK;

/* Takes one row until the transaction ends: what another server does with it
 * waits, and what is read afterwards is what that one has written. For what is
 * read, judged and then written. Those that need several take them in the
 * order of their keys. `table` and `key` are literals. */
#define DB_HOLD(table, key)                                                    \
    "UPDATE " table " SET " key " = " key " WHERE " key " = $1"
int db_hold(struct db *db, const char *hold, int64_t key,
            struct err *err) MUST_CHECK;

/* Transactions do not nest (assert). db_rollback never fails loudly. When
 * db_commit() fails the transaction is over and nothing of it was done (a lost
 * server excepted: then it is not known). SQLite has one writer at a time;
 * PostgreSQL reads what is committed, so a change that rests on what was read
 * says so in its WHERE, or takes a lock. */
int db_begin(struct db *db, struct err *err) MUST_CHECK;
int db_commit(struct db *db, struct err *err) MUST_CHECK;
void db_rollback(struct db *db);
/* Inside a transaction: one process at a time passes, until its transaction
 * ends. `name` says what for ("audit"). */
int db_lock(struct db *db, const char *name, struct err *err) MUST_CHECK;
bool db_in_transaction(const struct db *db);
/* Outside a transaction: whether this connection leads among those of all
 * servers on the database. The first that asks leads until its connection
 * ends. With SQLite there is no other: 1. Returns 1 or 0. */
int db_lead(struct db *db, struct err *err) MUST_CHECK;

/* Several servers on one PostgreSQL wake each other: db_notify() tells all who
 * listen to the channel (small letters and underscores), inside a transaction
 * when it commits; the text has at most DB_NOTE_MAX bytes. A connection that
 * listens should do nothing else: its descriptor (-1 with SQLite, where nobody
 * else is to be woken) becomes readable, and db_heard() then calls fn for each
 * note that has come. When that fails (E_IO), open another connection: what
 * was said meanwhile is lost, so look for work. */
enum {
    DB_NOTE_MAX = 4000
};
typedef void db_heard_fn(void *ctx, const char *channel, str text);
int db_notify(struct db *db, const char *channel, str text,
              struct err *err) MUST_CHECK;
int db_listen(struct db *db, const char *channel, struct err *err) MUST_CHECK;
int db_listen_fd(const struct db *db);
int db_heard(struct db *db, db_heard_fn *fn, void *ctx,
             struct err *err) MUST_CHECK;

/* Whether the last error of this connection was a unique constraint. */
bool db_is_conflict(const struct db *db);

/* The libraries it is made with, for a list of what is inside. */
void store_components(struct components *components);

#endif
