/* SPDX-License-Identifier: Apache-2.0
 *
 * SQLite behind db.h. A result is copied before db_query() returns: a change
 * with RETURNING is then complete, no read is left open that would keep the
 * WAL from being checkpointed, and rows do not change under their reader.
 */
#include <errno.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/buf.h"
#include "store/db_int.h"

enum {
    COPY_SQL_MAX = 64 << 10,
    SQL_MAX = 1 << 20,
    PATH_LIMIT = 4096,
};

struct lite {
    struct db db;
    sqlite3 *handle;
    int use;            /* -1, or a lock on the file PATH.use */
    sqlite3_stmt *copy; /* the INSERT of a copy that goes on */
    size_t copy_n;
};

struct lite_stmt {
    struct db_stmt stmt;
    sqlite3_stmt *handle;
    int *places; /* of $1, $2, ... */
    size_t n;
    bool changes; /* INSERT, UPDATE, DELETE */
};

struct lite_rows {
    struct db_rows rows;
    struct arena arena;
    struct db_cell *current; /* of a row being read, for each */
    VEC(struct db_cell) cells;
};

static int code_of(int status)
{
    switch (status & 0xff) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_TOOBIG:
        return E_LIMIT;
    case SQLITE_IOERR:
    case SQLITE_FULL:
    case SQLITE_PROTOCOL:
        return E_IO;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
        return E_CORRUPT;
    case SQLITE_READONLY:
    case SQLITE_PERM:
    case SQLITE_AUTH:
    case SQLITE_CANTOPEN:
        return E_PERM;
    default:
        return E_INVALID;
    }
}

static int fail(struct lite *lite, int status, struct err *err)
{
    if ((status & 0xff) == SQLITE_NOMEM)
        mem_exhausted(1, 0);
    lite->db.conflict = status == SQLITE_CONSTRAINT_UNIQUE ||
                        status == SQLITE_CONSTRAINT_PRIMARYKEY ||
                        status == SQLITE_CONSTRAINT_ROWID;
    return err_set(err, code_of(status), "SQLite: %s",
                   sqlite3_errmsg(lite->handle));
}

static int lite_script(struct db *db, const char *sql, struct err *err)
{
    struct lite *lite = (struct lite *)db;
    int status = sqlite3_exec(lite->handle, sql, NULL, NULL, NULL);

    return status == SQLITE_OK ? 0 : fail(lite, status, err);
}

static int lite_patience(struct db *db, int64_t ms, struct err *err UNUSED)
{
    sqlite3_busy_timeout(((struct lite *)db)->handle, (int)ms);
    return 0;
}

/* A new file is its owner's alone; SQLite gives its WAL the same mode. Made
 * by root, it belongs to whom the folder does, who will run the server. */
static int make_file(const char *path, struct err *err)
{
    AUTO(buf_clear) struct buf folder = BUF(PATH_LIMIT);
    struct stat st;
    int fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    int rc = 0;

    if (fd < 0)
        return errno == EEXIST ? 0 : err_errno(err, errno, "%s", path);
    buf_add_c(&folder, path);
    while (folder.n > 0 && folder.p[folder.n - 1] != '/')
        folder.n--;
    buf_add_char(&folder, '.');
    if (geteuid() == 0 &&
        (stat(buf_c(&folder), &st) < 0 || fchown(fd, st.st_uid, st.st_gid) < 0))
        rc = err_errno(err, errno, "%s", path);
    close(fd);
    return rc;
}

/* Not on the database itself: closing any descriptor of that would drop the
 * locks that SQLite has on it. */
static int lite_use(struct db *db, bool alone, struct err *err)
{
    struct lite *lite = (struct lite *)db;
    AUTO(buf_clear) struct buf path = BUF(PATH_LIMIT);
    int rc;

    buf_printf(&path, "%s.use", sqlite3_db_filename(lite->handle, "main"));
    rc = make_file(buf_c(&path), err);
    if (rc < 0)
        return rc;
    lite->use = open(buf_c(&path), O_RDWR | O_CLOEXEC | O_NOFOLLOW);
    if (lite->use < 0)
        return err_errno(err, errno, "%s", buf_c(&path));
    if (flock(lite->use, (alone ? LOCK_EX : LOCK_SH) | LOCK_NB) == 0)
        return 0;
    rc = errno == EWOULDBLOCK ? 1 : err_errno(err, errno, "%s", buf_c(&path));
    close(lite->use);
    lite->use = -1;
    return rc;
}

static int configure(struct lite *lite, struct err *err)
{
    static const char *const sql[] = {
        "PRAGMA synchronous = FULL",   "PRAGMA foreign_keys = ON",
        "PRAGMA temp_store = MEMORY",  "PRAGMA case_sensitive_like = ON",
        "PRAGMA cache_size = -65536",  "PRAGMA journal_size_limit = 67108864",
        "PRAGMA cell_size_check = ON",
    };
    sqlite3 *handle = lite->handle;
    int rc = 0;

    sqlite3_db_config(handle, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    sqlite3_db_config(handle, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
    sqlite3_db_config(handle, SQLITE_DBCONFIG_DQS_DML, 0, NULL);
    sqlite3_db_config(handle, SQLITE_DBCONFIG_DQS_DDL, 0, NULL);
    sqlite3_db_config(handle, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, NULL);
    sqlite3_limit(handle, SQLITE_LIMIT_ATTACHED, 0);
    for (size_t i = 0; rc == 0 && i < COUNT(sql); i++)
        rc = lite_script(&lite->db, sql[i], err);
    return rc;
}

static int set_wal(struct lite *lite, struct err *err)
{
    sqlite3_stmt *stmt = NULL;
    int status = sqlite3_prepare_v2(lite->handle, "PRAGMA journal_mode = WAL",
                                    -1, &stmt, NULL);
    const char *mode;
    int rc = 0;

    if (status == SQLITE_OK)
        status = sqlite3_step(stmt);
    mode = status == SQLITE_ROW ? (const char *)sqlite3_column_text(stmt, 0)
                                : NULL;
    if (mode == NULL)
        rc = fail(lite, status, err);
    else if (strcmp(mode, "wal") != 0)
        rc = err_set(err, E_UNSUPPORTED,
                     "the file system cannot hold SQLite's WAL");
    sqlite3_finalize(stmt);
    return rc;
}

static void lite_close(struct db *db)
{
    struct lite *lite = (struct lite *)db;

    sqlite3_close(lite->handle);
    if (lite->use >= 0)
        close(lite->use);
    mem_free(lite);
}

static int open_handle(struct lite *lite, const char *path, struct err *err)
{
    int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX |
                SQLITE_OPEN_EXRESCODE | SQLITE_OPEN_PRIVATECACHE;
    int status = sqlite3_open_v2(path, &lite->handle, flags, NULL);
    int rc;

    if (status != SQLITE_OK)
        return fail(lite, status, err);
    sqlite3_busy_timeout(lite->handle, DB_PATIENCE_MS);
    if (sqlite3_db_readonly(lite->handle, "main") != 0)
        return err_set(err, E_PERM, "the file cannot be written");
    rc = configure(lite, err);
    return rc < 0 ? rc : set_wal(lite, err);
}

static int lite_open(const char *whole UNUSED, const char *where,
                     struct db **out, struct err *err)
{
    struct lite *lite;
    int rc;

    if (where[0] == '\0' || where[0] == ':')
        return err_set(err, E_INVALID, "sqlite: needs the path of a file");
    rc = make_file(where, err);
    if (rc < 0)
        return rc;
    lite = mem_alloc(1, sizeof(*lite));
    lite->db.ops = &db_sqlite;
    lite->use = -1;
    rc = open_handle(lite, where, err);
    if (rc < 0) {
        lite_close(&lite->db);
        return err_wrap(err, rc, "%s", where);
    }
    *out = &lite->db;
    return 0;
}

static int lite_reconnect(struct db *db UNUSED, struct err *err)
{
    return err_set(err, E_IO, "SQLite has no server");
}

static bool starts_with_word(const char *sql, const char *word)
{
    return strncmp(sql, word, strlen(word)) == 0;
}

/* SQLite numbers $N by first appearance: they are bound by name. */
static int find_places(struct lite_stmt *stmt, struct err *err)
{
    int n = sqlite3_bind_parameter_count(stmt->handle);

    stmt->places = mem_alloc((size_t)n + 1, sizeof(*stmt->places));
    for (int i = 1; i <= n; i++) {
        const char *name = sqlite3_bind_parameter_name(stmt->handle, i);
        int64_t number;

        if (name == NULL || name[0] != '$' ||
            str_to_i64(str_c(name + 1), 1, n, &number, NULL) < 0)
            return err_set(err, E_INVALID, "parameters are $1 to $%d, not %s",
                           n, name == NULL ? "?" : name);
        stmt->places[number - 1] = i;
    }
    stmt->n = (size_t)n;
    return 0;
}

static void lite_stmt_free(struct db *db UNUSED, struct db_stmt *base)
{
    struct lite_stmt *stmt = (struct lite_stmt *)base;

    sqlite3_finalize(stmt->handle);
    mem_free(stmt->places);
    mem_free(stmt);
}

/* What only others than SQLite know, blanked; sql has a copy's room. */
static void blank_locking(char *sql)
{
    static const char words[] = "FOR UPDATE SKIP LOCKED";
    char *at = sql;

    while ((at = strstr(at, words)) != NULL)
        memset(at, ' ', sizeof(words) - 1);
}

static int prepare_text(struct lite *lite, const char *sql,
                        struct lite_stmt *stmt, struct err *err)
{
    AUTO(buf_clear) struct buf text = BUF(SQL_MAX);
    const char *rest = NULL;
    int status;

    buf_add_c(&text, sql);
    if (buf_finish(&text, "a statement", err) < 0)
        return E_LIMIT;
    (void)buf_c(&text);
    blank_locking(text.p);
    status =
        sqlite3_prepare_v3(lite->handle, text.p, -1, SQLITE_PREPARE_PERSISTENT,
                           &stmt->handle, &rest);
    if (status != SQLITE_OK)
        return fail(lite, status, err);
    if (stmt->handle == NULL || str_trim(str_c(rest)).n > 0)
        return err_set(err, E_INVALID, "not exactly one statement");
    return find_places(stmt, err);
}

static int lite_prepare(struct db *db, const char *sql, struct db_stmt **out,
                        struct err *err)
{
    struct lite_stmt *stmt = mem_alloc(1, sizeof(*stmt));
    int rc = prepare_text((struct lite *)db, sql, stmt, err);

    if (rc < 0) {
        lite_stmt_free(db, &stmt->stmt);
        return rc;
    }
    stmt->changes =
        starts_with_word(sql, "INSERT") || starts_with_word(sql, "UPDATE") ||
        starts_with_word(sql, "DELETE") || starts_with_word(sql, "WITH");
    *out = &stmt->stmt;
    return 0;
}

static int bind_one(sqlite3_stmt *handle, int place, const struct db_arg *arg)
{
    sqlite3_uint64 n = arg->bytes.n;

    switch (arg->type) {
    case DB_I64:
        return sqlite3_bind_int64(handle, place, arg->number);
    case DB_TEXT:
        return sqlite3_bind_text64(handle, place, arg->bytes.p, n,
                                   SQLITE_STATIC, SQLITE_UTF8);
    case DB_BLOB:
        return sqlite3_bind_blob64(handle, place, arg->bytes.p, n,
                                   SQLITE_STATIC);
    case DB_NULL:
        break;
    }
    return sqlite3_bind_null(handle, place);
}

static int bind_args(struct lite *lite, struct lite_stmt *stmt,
                     struct db_args args, struct err *err)
{
    for (size_t i = 0; i < args.n; i++) {
        int status = bind_one(stmt->handle, stmt->places[i], &args.p[i]);

        if (status != SQLITE_OK)
            return fail(lite, status, err);
    }
    return 0;
}

static void rest_stmt(struct lite_stmt *stmt)
{
    sqlite3_reset(stmt->handle);
    if (stmt->n > 0)
        sqlite3_clear_bindings(stmt->handle);
}

static struct db_cell cell_of(sqlite3_stmt *handle, int column)
{
    struct db_cell c = { DB_NULL, 0, STR_NONE };

    switch (sqlite3_column_type(handle, column)) {
    case SQLITE_INTEGER:
    case SQLITE_FLOAT:
        c.type = DB_I64;
        c.number = sqlite3_column_int64(handle, column);
        return c;
    case SQLITE_TEXT:
        c.type = DB_TEXT;
        c.bytes.p = (const char *)sqlite3_column_text(handle, column);
        break;
    case SQLITE_BLOB:
        c.type = DB_BLOB;
        c.bytes.p = sqlite3_column_blob(handle, column);
        break;
    default:
        return c;
    }
    c.bytes.n = (size_t)sqlite3_column_bytes(handle, column);
    if (c.bytes.p == NULL) { /* an empty one, or memory is gone */
        if (c.bytes.n > 0)
            mem_exhausted(c.bytes.n, 1);
        c.bytes.p = "";
    }
    return c;
}

static void keep_row(struct lite_rows *rows, sqlite3_stmt *handle)
{
    for (int i = 0; i < rows->rows.columns; i++) {
        struct db_cell *kept = vec_push(&rows->cells);

        *kept = cell_of(handle, i);
        if (kept->type == DB_TEXT || kept->type == DB_BLOB)
            kept->bytes = arena_str(&rows->arena, kept->bytes);
    }
    rows->rows.count++;
}

static void lite_rows_free(struct db_rows *base)
{
    struct lite_rows *rows = (struct lite_rows *)base;

    vec_clear(&rows->cells);
    arena_clear(&rows->arena);
    mem_free(rows);
}

static struct db_cell lite_cell(const struct db_rows *base, int column)
{
    const struct lite_rows *rows = (const struct lite_rows *)base;

    if (rows->current != NULL)
        return rows->current[column];
    return rows->cells
        .p[(base->next - 1) * (size_t)base->columns + (size_t)column];
}

static struct lite_rows *new_rows(struct lite_stmt *stmt)
{
    struct lite_rows *rows = mem_alloc(1, sizeof(*rows));

    rows->rows.ops = &db_sqlite;
    rows->rows.columns = sqlite3_column_count(stmt->handle);
    return rows;
}

static int changed(struct lite *lite, struct lite_stmt *stmt)
{
    sqlite3_int64 n;

    if (!stmt->changes || sqlite3_stmt_readonly(stmt->handle))
        return 0;
    n = sqlite3_changes64(lite->handle);
    return n > INT32_MAX ? INT32_MAX : (int)n;
}

static int lite_execute(struct db *db, struct db_stmt *base,
                        struct db_args args, struct db_rows **out,
                        struct err *err)
{
    struct lite *lite = (struct lite *)db;
    struct lite_stmt *stmt = (struct lite_stmt *)base;
    struct lite_rows *rows = out == NULL ? NULL : new_rows(stmt);
    int rc = bind_args(lite, stmt, args, err);

    while (rc == 0) {
        int status = sqlite3_step(stmt->handle);

        if (status == SQLITE_DONE)
            break;
        if (status != SQLITE_ROW)
            rc = fail(lite, status, err);
        else if (rows != NULL)
            keep_row(rows, stmt->handle);
    }
    if (rc == 0)
        rc = changed(lite, stmt);
    rest_stmt(stmt);
    if (rc < 0 && rows != NULL)
        lite_rows_free(&rows->rows);
    else if (rows != NULL)
        *out = &rows->rows;
    return rc;
}

static int lite_each(struct db *db, struct db_stmt *base, struct db_args args,
                     const struct db_each *each, struct err *err)
{
    struct lite *lite = (struct lite *)db;
    struct lite_stmt *stmt = (struct lite_stmt *)base;
    struct lite_rows *rows = new_rows(stmt);
    int rc = bind_args(lite, stmt, args, err);

    rows->current =
        mem_alloc((size_t)rows->rows.columns, sizeof(struct db_cell));
    rows->rows.next = 1;
    while (rc == 0) {
        int status = sqlite3_step(stmt->handle);

        if (status == SQLITE_DONE)
            break;
        if (status != SQLITE_ROW) {
            rc = fail(lite, status, err);
            break;
        }
        for (int i = 0; i < rows->rows.columns; i++)
            rows->current[i] = cell_of(stmt->handle, i);
        rc = each->fn(each->ctx, &rows->rows, err);
    }
    rest_stmt(stmt);
    mem_free(rows->current);
    lite_rows_free(&rows->rows);
    return rc;
}

static int lite_copy_begin(struct db *db, const struct db_table *table,
                           struct err *err)
{
    struct lite *lite = (struct lite *)db;
    AUTO(buf_clear) struct buf sql = BUF(COPY_SQL_MAX);
    int status;

    buf_printf(&sql, "INSERT INTO \"%" PRIstr "\" (", ARGstr(table->name));
    for (size_t i = 0; i < table->n; i++)
        buf_printf(&sql, "%s\"%" PRIstr "\"", i == 0 ? "" : ", ",
                   ARGstr(table->columns[i].name));
    for (size_t i = 0; i < table->n; i++)
        buf_add_c(&sql, i == 0 ? ") VALUES (?" : ", ?");
    buf_add_c(&sql, ")");
    status =
        sqlite3_prepare_v2(lite->handle, buf_c(&sql), -1, &lite->copy, NULL);
    lite->copy_n = table->n;
    return status == SQLITE_OK ? 0 : fail(lite, status, err);
}

static int lite_copy_row(struct db *db, const struct db_cell *cells,
                         struct err *err)
{
    struct lite *lite = (struct lite *)db;
    int status = SQLITE_OK;

    for (size_t i = 0; status == SQLITE_OK && i < lite->copy_n; i++) {
        struct db_arg arg = { cells[i].type, cells[i].number, cells[i].bytes };

        status = bind_one(lite->copy, (int)i + 1, &arg);
    }
    if (status == SQLITE_OK)
        status = sqlite3_step(lite->copy);
    sqlite3_reset(lite->copy);
    return status == SQLITE_DONE ? 0 : fail(lite, status, err);
}

static int lite_copy_end(struct db *db, struct err *err UNUSED)
{
    struct lite *lite = (struct lite *)db;

    sqlite3_finalize(TAKE(lite->copy));
    return 0;
}

/* SQLite has rolled back by itself after some errors. */
static void lite_rollback(struct db *db)
{
    struct lite *lite = (struct lite *)db;

    sqlite3_finalize(TAKE(lite->copy));
    if (sqlite3_get_autocommit(lite->handle) == 0)
        sqlite3_exec(lite->handle, "ROLLBACK", NULL, NULL, NULL);
}

/* BEGIN IMMEDIATE has made this process the only writer already. */
static int lite_lock(struct db *db UNUSED, const char *name UNUSED,
                     struct err *err UNUSED)
{
    return 0;
}

const struct db_ops db_sqlite = {
    .engine = DB_SQLITE,
    .scheme = "sqlite:",
    .begin = "BEGIN IMMEDIATE",
    .begin_read = "BEGIN; SELECT count(*) FROM sqlite_schema",
    .id = "INTEGER PRIMARY KEY AUTOINCREMENT",
    .blob = "BLOB",
    .text = "TEXT",
    .open = lite_open,
    .close = lite_close,
    .reconnect = lite_reconnect,
    .prepare = lite_prepare,
    .stmt_free = lite_stmt_free,
    .execute = lite_execute,
    .each = lite_each,
    .script = lite_script,
    .rollback = lite_rollback,
    .use = lite_use,
    .lock = lite_lock,
    .patience = lite_patience,
    .copy_begin = lite_copy_begin,
    .copy_row = lite_copy_row,
    .copy_end = lite_copy_end,
    .cell = lite_cell,
    .rows_free = lite_rows_free,
};

void sqlite_components(struct components *components)
{
    component_add(components, "sqlite", sqlite3_libversion());
}
