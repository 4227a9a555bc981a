/* SPDX-License-Identifier: Apache-2.0 */
#include "store/db.h"

#include <assert.h>

#include "base/utf8.h"
#include "store/db_int.h"

enum {
    STMTS_MAX = 512, /* then all are forgotten */
    ARGS_MAX = 100
};

static const struct db_ops *const engines[] = { &db_sqlite, &db_postgresql };

int db_open(const char *url, struct db **out, struct err *err)
{
    for (size_t i = 0; i < COUNT(engines); i++) {
        size_t n = strlen(engines[i]->scheme);

        if (strncmp(url, engines[i]->scheme, n) == 0)
            return engines[i]->open(url, url + n, out, err);
    }
    return err_set(err, E_INVALID,
                   "a database is sqlite:PATH or postgresql://..., and not "
                   "what is configured");
}

void db_forget(struct db *db)
{
    for (size_t i = 0; i < db->stmts.n; i++) {
        char *sql = db->stmts.p[i]->sql;

        db->ops->stmt_free(db, db->stmts.p[i]);
        mem_free(sql);
    }
    vec_clear(&db->stmts);
    map_clear(&db->by_text);
}

void db_close(struct db *db)
{
    if (db == NULL)
        return;
    assert(!db->in_each);
    db_rollback(db);
    db_forget(db);
    db->ops->close(db);
}

void db_closep(struct db **db)
{
    db_close(*db);
    *db = NULL;
}

enum db_engine db_engine(const struct db *db)
{
    return db->ops->engine;
}

static int in_use(bool alone, struct err *err)
{
    return err_set(err, E_LIMIT, "the database is in use%s",
                   alone ? "; stop the server first" : " by a restore");
}

int db_use(struct db *db, bool alone, struct err *err)
{
    int rc;

    assert(!db->used);
    rc = db->ops->use(db, alone, err);
    if (rc == 1)
        return in_use(alone, err);
    db->used = rc == 0;
    db->used_alone = alone;
    return rc;
}

bool db_in_transaction(const struct db *db)
{
    return db->in_transaction;
}

bool db_is_conflict(const struct db *db)
{
    return db->conflict;
}

/* Before anything is sent: a lost server is connected again, but never in the
 * middle of a transaction, whose first half would be missing. */
static int ready(struct db *db, struct err *err)
{
    assert(!db->in_each);
    db->conflict = false;
    if (db->in_transaction && db->failed)
        return err_set(err, E_INVALID,
                       "the transaction has failed and must be rolled back");
    if (!db->in_transaction && !db->lost && db->ops->check != NULL)
        db->ops->check(db);
    if (!db->lost)
        return 0;
    db_forget(db);
    return db->ops->reconnect(db, err);
}

/* After it: an error spoils the transaction it happened in. */
static int done(struct db *db, int rc)
{
    if (rc < 0 && db->in_transaction)
        db->failed = true;
    return rc;
}

static int check_arg(const struct db_arg *arg, size_t i, struct err *err)
{
    size_t valid;

    if (arg->type != DB_TEXT && arg->type != DB_BLOB)
        return 0;
    if (arg->bytes.n > DB_VALUE_MAX)
        return err_set(err, E_LIMIT,
                       "a value of %zu bytes: the database takes %d",
                       arg->bytes.n, DB_VALUE_MAX);
    if (arg->type == DB_BLOB)
        return 0;
    valid = utf8_valid(arg->bytes);
    if (valid < arg->bytes.n)
        return err_set(err, E_INVALID,
                       "the text of $%zu is not UTF-8 at byte %zu", i + 1,
                       valid);
    if (arg->bytes.n > 0 && memchr(arg->bytes.p, 0, arg->bytes.n) != NULL)
        return err_set(err, E_INVALID, "the text of $%zu has a NUL byte",
                       i + 1);
    return 0;
}

static int check_args(struct db_args args, struct err *err)
{
    assert(args.n <= ARGS_MAX);
    for (size_t i = 0; i < args.n; i++) {
        int rc = check_arg(&args.p[i], i, err);

        if (rc < 0)
            return rc;
    }
    return 0;
}

/* How many parameters there are outside quotes: $1 to the highest, each of
 * them at least once. */
static int count_params(str sql, size_t *out, struct err *err)
{
    bool seen[ARGS_MAX + 1] = { false };
    bool quoted = false;
    size_t most = 0;

    for (size_t i = 0; i < sql.n; i++) {
        size_t n = 0;

        quoted ^= sql.p[i] == '\'';
        if (quoted || sql.p[i] != '$')
            continue;
        while (i + 1 < sql.n && sql.p[i + 1] >= '0' && sql.p[i + 1] <= '9' &&
               n <= ARGS_MAX)
            n = n * 10 + (size_t)(sql.p[++i] - '0');
        if (n == 0 || n > ARGS_MAX)
            return err_set(err, E_INVALID, "parameters are $1 to $%d",
                           ARGS_MAX);
        seen[n] = true;
        most = n > most ? n : most;
    }
    for (size_t n = 1; n <= most; n++)
        if (!seen[n])
            return err_set(err, E_INVALID, "a statement has $%zu, but no $%zu",
                           most, n);
    *out = most;
    return 0;
}

static int find_stmt(struct db *db, const char *sql, struct db_stmt **out,
                     struct err *err)
{
    str text = str_c(sql);
    uint32_t at = map_get(&db->by_text, text);
    struct db_stmt *stmt;
    size_t params = 0;
    int rc;

    if (at != MAP_NONE) {
        *out = db->stmts.p[at];
        return 0;
    }
    if (db->stmts.n >= STMTS_MAX)
        db_forget(db);
    rc = count_params(text, &params, err);
    if (rc == 0)
        rc = db->ops->prepare(db, sql, &stmt, err);
    if (rc < 0)
        return rc;
    stmt->n = text.n;
    stmt->args = params;
    stmt->sql = mem_alloc(text.n + 1, 1);
    memcpy(stmt->sql, text.p, text.n);
    map_set(&db->by_text, (str){ stmt->sql, stmt->n }, (uint32_t)db->stmts.n);
    *vec_push(&db->stmts) = stmt;
    *out = stmt;
    return 0;
}

/* What every statement goes through before it reaches the engine. */
static int get_ready(struct db *db, const char *sql, struct db_args args,
                     struct db_stmt **out, struct err *err)
{
    int rc = ready(db, err);

    if (rc == 0)
        rc = check_args(args, err);
    if (rc == 0)
        rc = find_stmt(db, sql, out, err);
    if (rc == 0 && (*out)->args != args.n)
        rc = err_set(err, E_INVALID,
                     "a statement with %zu parameters was given %zu",
                     (*out)->args, args.n);
    return rc;
}

/* rows == NULL: without a result. */
static int execute(struct db *db, const char *sql, struct db_args args,
                   struct db_rows **rows, struct err *err)
{
    struct db_stmt *stmt;
    int rc = get_ready(db, sql, args, &stmt, err);

    if (rc == 0)
        rc = db->ops->execute(db, stmt, args, rows, err);
    return done(db, rc);
}

int db_run(struct db *db, const char *sql, struct db_args args, struct err *err)
{
    return execute(db, sql, args, NULL, err);
}

int db_query(struct db *db, const char *sql, struct db_args args,
             struct db_rows **out, struct err *err)
{
    int rc = execute(db, sql, args, out, err);

    return rc < 0 ? rc : 0;
}

int db_each(struct db *db, const char *sql, struct db_args args, db_row_fn *fn,
            void *ctx, struct err *err)
{
    struct db_each each = { fn, ctx };
    struct db_stmt *stmt;
    int rc = get_ready(db, sql, args, &stmt, err);

    if (rc < 0)
        return done(db, rc);
    db->in_each = true;
    rc = db->ops->each(db, stmt, args, &each, err);
    db->in_each = false;
    return done(db, rc < 0 ? rc : 0);
}

int db_script(struct db *db, const char *sql, struct err *err)
{
    int rc = ready(db, err);

    if (rc == 0)
        rc = db->ops->script(db, sql, err);
    return done(db, rc);
}

int db_patience(struct db *db, int64_t ms, struct err *err)
{
    int rc = ready(db, err);

    return rc < 0 ? rc : db->ops->patience(db, ms, err);
}

int db_next(struct db_rows *rows, struct err *err UNUSED)
{
    if (rows->next >= rows->count)
        return 0;
    rows->next++;
    return 1;
}

struct db_cell db_cell(const struct db_rows *rows, int column)
{
    assert(rows->next > 0 && column >= 0 && column < rows->columns);
    return rows->ops->cell(rows, column);
}

int64_t db_col_i64(struct db_rows *rows, int column)
{
    struct db_cell c = db_cell(rows, column);

    return c.type == DB_I64 ? c.number : 0;
}

str db_col_text(struct db_rows *rows, int column)
{
    struct db_cell c = db_cell(rows, column);

    return c.type == DB_TEXT ? c.bytes : STR_NONE;
}

str db_col_blob(struct db_rows *rows, int column)
{
    struct db_cell c = db_cell(rows, column);

    return c.type == DB_BLOB ? c.bytes : STR_NONE;
}

bool db_col_null(struct db_rows *rows, int column)
{
    return db_cell(rows, column).type == DB_NULL;
}

void db_rows_close(struct db_rows *rows)
{
    if (rows != NULL)
        rows->ops->rows_free(rows);
}

void db_rows_closep(struct db_rows **rows)
{
    db_rows_close(*rows);
    *rows = NULL;
}

int db_get(struct db *db, const char *sql, struct db_args args,
           struct db_wanted wanted, struct db_rows **out, struct err *err)
{
    AUTO(db_rows_closep) struct db_rows *rows = NULL;
    int rc = db_query(db, sql, args, &rows, err);

    if (rc == 0)
        rc = db_next(rows, err);
    if (rc < 0)
        return rc;
    if (rc == 0)
        return err_set(err, E_ABSENT, "there is no %s %lld", wanted.what,
                       (long long)wanted.id);
    *out = TAKE(rows);
    return 0;
}

int db_one_i64(struct db *db, const char *sql, struct db_args args,
               int64_t *out, struct err *err)
{
    AUTO(db_rows_closep) struct db_rows *rows = NULL;
    int rc = db_query(db, sql, args, &rows, err);

    if (rc < 0)
        return rc;
    rc = db_next(rows, err);
    if (rc <= 0)
        return rc < 0 ? rc : 1;
    *out = db_col_i64(rows, 0);
    return 0;
}

int db_hold(struct db *db, const char *hold, int64_t key, struct err *err)
{
    int rc = db_run(db, hold, DB_ARGS(db_i64(key)), err);

    return rc < 0 ? rc : 0;
}

static int begin(struct db *db, const char *sql, struct err *err)
{
    int rc;

    assert(!db->in_transaction);
    rc = ready(db, err);
    if (rc == 0)
        rc = db->ops->script(db, sql, err);
    if (rc < 0)
        return rc;
    db->in_transaction = true;
    db->failed = false;
    return 0;
}

int db_begin(struct db *db, struct err *err)
{
    return begin(db, db->ops->begin, err);
}

int db_begin_read(struct db *db, struct err *err)
{
    return begin(db, db->ops->begin_read, err);
}

int db_commit(struct db *db, struct err *err)
{
    int rc;

    assert(db->in_transaction);
    rc = ready(db, err);
    if (rc == 0)
        rc = db->ops->script(db, "COMMIT", err);
    if (rc < 0) {
        db_rollback(db);
        return err_wrap(err, rc, "nothing was changed");
    }
    db->in_transaction = false;
    return 0;
}

void db_rollback(struct db *db)
{
    assert(!db->in_each);
    if (!db->in_transaction)
        return;
    db->ops->rollback(db);
    db->in_transaction = false;
    db->failed = false;
}

int db_lock(struct db *db, const char *name, struct err *err)
{
    int rc;

    assert(db->in_transaction);
    rc = ready(db, err);
    if (rc == 0)
        rc = db->ops->lock(db, name, err);
    return done(db, rc);
}

int db_lead(struct db *db, struct err *err)
{
    int rc;

    assert(!db->in_transaction);
    if (db->ops->lead == NULL)
        return 1;
    rc = ready(db, err);
    return rc < 0 ? rc : db->ops->lead(db, err);
}

int db_copy_begin(struct db *db, const struct db_table *table, struct err *err)
{
    int rc;

    assert(db->in_transaction);
    rc = ready(db, err);
    if (rc == 0)
        rc = db->ops->copy_begin(db, table, err);
    return done(db, rc);
}

int db_copy_row(struct db *db, const struct db_cell *cells, struct err *err)
{
    return done(db, db->ops->copy_row(db, cells, err));
}

int db_copy_end(struct db *db, struct err *err)
{
    return done(db, db->ops->copy_end(db, err));
}

static bool is_channel(const char *name)
{
    return name[0] != '\0' &&
           strspn(name, "abcdefghijklmnopqrstuvwxyz_") == strlen(name);
}

int db_notify(struct db *db, const char *channel, str text, struct err *err)
{
    int rc;

    assert(is_channel(channel));
    if (text.n > DB_NOTE_MAX)
        return err_set(err, E_LIMIT, "a note of %zu bytes", text.n);
    if (db->ops->fd == NULL)
        return 0;
    rc = db_run(db, "SELECT pg_notify($1, $2)",
                DB_ARGS(db_text(str_c(channel)), db_text(str_or_empty(text))),
                err);
    return rc < 0 ? rc : 0;
}

int db_listen(struct db *db, const char *channel, struct err *err)
{
    char sql[96];

    assert(is_channel(channel) && strlen(channel) < 64);
    if (db->ops->fd == NULL)
        return 0;
    snprintf(sql, sizeof(sql), "LISTEN \"%s\"", channel);
    return db_script(db, sql, err);
}

int db_listen_fd(const struct db *db)
{
    return db->ops->fd == NULL ? -1 : db->ops->fd(db);
}

int db_heard(struct db *db, db_heard_fn *fn, void *ctx, struct err *err)
{
    return db->ops->fd == NULL ? 0 : db->ops->heard(db, fn, ctx, err);
}

void store_components(struct components *components)
{
    sqlite_components(components);
    postgres_components(components);
}
