/* SPDX-License-Identifier: Apache-2.0 */
#include "probe/sqlite.h"

#include <fcntl.h>
#include <sqlite3.h>
#include <unistd.h>

#include "base/vec.h"
#include "probe/hex.h"
#include "probe/library.h"

enum {
    STEPS_AT_ONCE = 100000, /* virtual machine steps between two looks */
    LOOKS_MAX = 500,        /* 50 million steps: a second or two */
    VALUE_MAX = 1024 * 1024,
    SQL_MAX = 64 * 1024,
};

struct functions {
    __typeof__(sqlite3_open_v2) *open;
    __typeof__(sqlite3_close) *close;
    __typeof__(sqlite3_errmsg) *errmsg;
    __typeof__(sqlite3_limit) *limit;
    __typeof__(sqlite3_db_config) *db_config;
    __typeof__(sqlite3_set_authorizer) *set_authorizer;
    __typeof__(sqlite3_progress_handler) *progress_handler;
    __typeof__(sqlite3_prepare_v2) *prepare;
    __typeof__(sqlite3_stmt_readonly) *stmt_readonly;
    __typeof__(sqlite3_step) *step;
    __typeof__(sqlite3_finalize) *finalize;
    __typeof__(sqlite3_column_count) *column_count;
    __typeof__(sqlite3_column_name) *column_name;
    __typeof__(sqlite3_column_type) *column_type;
    __typeof__(sqlite3_column_text) *column_text;
    __typeof__(sqlite3_column_blob) *column_blob;
    __typeof__(sqlite3_column_bytes) *column_bytes;
};

#define SYMBOL(member, name)                                                   \
    {                                                                          \
        name, offsetof(struct functions, member)                               \
    }

static const struct library_symbol symbols[] = {
    SYMBOL(open, "sqlite3_open_v2"),
    SYMBOL(close, "sqlite3_close"),
    SYMBOL(errmsg, "sqlite3_errmsg"),
    SYMBOL(limit, "sqlite3_limit"),
    SYMBOL(db_config, "sqlite3_db_config"),
    SYMBOL(set_authorizer, "sqlite3_set_authorizer"),
    SYMBOL(progress_handler, "sqlite3_progress_handler"),
    SYMBOL(prepare, "sqlite3_prepare_v2"),
    SYMBOL(stmt_readonly, "sqlite3_stmt_readonly"),
    SYMBOL(step, "sqlite3_step"),
    SYMBOL(finalize, "sqlite3_finalize"),
    SYMBOL(column_count, "sqlite3_column_count"),
    SYMBOL(column_name, "sqlite3_column_name"),
    SYMBOL(column_type, "sqlite3_column_type"),
    SYMBOL(column_text, "sqlite3_column_text"),
    SYMBOL(column_blob, "sqlite3_column_blob"),
    SYMBOL(column_bytes, "sqlite3_column_bytes"),
};

static const char *const sonames[] = { "libsqlite3.so.0", NULL };

static const struct library library = { sonames, "libsqlite3-0", symbols,
                                        COUNT(symbols) };

struct object {
    str version;
    str connection;
    str sql;
};

struct ask {
    struct probe_machine *machine;
    struct oval_sink *sink;
    struct object object;
    const struct sqlite_kind *kind;
    /* Rows are collected first: an item is given whole, or not at all. */
    struct arena arena;
    VEC(struct sqlite_row) rows;
};

struct job {
    struct ask *ask;
    struct functions fn;
    sqlite3 *db;
    sqlite3_stmt *stmt;
    int fd;
    unsigned looks;
};

int sqlite_connection_path(str connection, str *out, struct err *err)
{
    static const char *const keys[] = { "data source", "datasource", "database",
                                        "db", "filename" };
    str rest = str_trim(connection);

    if (str_starts(rest, STR("/"))) {
        *out = rest;
        return 0;
    }
    while (rest.n > 0) {
        str value = str_cut(&rest, ';');
        str key = str_trim(str_cut(&value, '='));

        value = str_trim(value);
        for (size_t i = 0; i < COUNT(keys); i++)
            if (str_eq_nocase(key, str_c(keys[i])) &&
                str_starts(value, STR("/"))) {
                *out = value;
                return 0;
            }
    }
    return err_set(err, E_INVALID,
                   "connection_string '%" PRIstr "' names no database: "
                   "expected an absolute path, or 'Database=/path;'",
                   ARGstr(connection));
}

static int literal(const struct oval_query *query, const char *name, str *out,
                   struct err *err)
{
    if (oval_query_literal(query, name, out))
        return 0;
    return err_set(err, E_INVALID,
                   "%s must be one string that is equal: a database cannot "
                   "be searched for",
                   name);
}

/* What an object wants, when it is plainly stated. E_INVALID: an entity is
 * not one literal that must be equal; E_UNSUPPORTED: another engine, or a
 * version that is not of SQLite 3. */
static int read_object(const struct oval_query *query, struct object *out,
                       struct err *err)
{
    struct object object = { 0 };
    str engine;
    int rc = literal(query, "engine", &engine, err);

    if (rc == 0)
        rc = literal(query, "version", &object.version, err);
    if (rc == 0)
        rc = literal(query, "connection_string", &object.connection, err);
    if (rc == 0)
        rc = literal(query, "sql", &object.sql, err);
    if (rc < 0)
        return rc;
    if (!str_eq(engine, STR("sqlite")))
        return err_set(err, E_UNSUPPORTED,
                       "the database engine '%" PRIstr "' is not supported; "
                       "sqlite is",
                       ARGstr(engine));
    if (!str_eq(object.version, STR("3")) &&
        !str_starts(object.version, STR("3.")))
        return err_set(err, E_UNSUPPORTED,
                       "version '%" PRIstr "' of sqlite is not supported; 3 "
                       "is",
                       ARGstr(object.version));
    *out = object;
    return 0;
}

/* Nothing but reading the tables of this database. */
static int authorize(void *ctx UNUSED, int action, const char *first UNUSED,
                     const char *second, const char *database UNUSED,
                     const char *trigger UNUSED)
{
    switch (action) {
    case SQLITE_SELECT:
    case SQLITE_READ:
    case SQLITE_RECURSIVE:
        return SQLITE_OK;
    case SQLITE_FUNCTION:
        return str_eq(str_c(second), STR("load_extension")) ? SQLITE_DENY
                                                            : SQLITE_OK;
    default:
        return SQLITE_DENY;
    }
}

static int on_progress(void *ctx)
{
    struct job *job = ctx;

    return ++job->looks > LOOKS_MAX;
}

static int failed(struct job *job, int code, struct err *err)
{
    if (code == SQLITE_INTERRUPT)
        return err_set(err, E_LIMIT, "the query takes too long");
    return err_set(err, code == SQLITE_AUTH ? E_INVALID : E_IO, "%s",
                   job->fn.errmsg(job->db));
}

/* The file as the descriptor that the machine resolved: SQLite does not
 * follow the path again, and creates nothing beside it. */
static int open_database(struct job *job, struct err *err)
{
    char uri[64];
    int rc;

    snprintf(uri, sizeof(uri), "file:/proc/self/fd/%d?mode=ro&immutable=1",
             job->fd);
    rc = job->fn.open(uri, &job->db,
                      SQLITE_OPEN_READONLY | SQLITE_OPEN_URI |
                          SQLITE_OPEN_PRIVATECACHE,
                      NULL);
    if (rc != SQLITE_OK)
        return job->db == NULL ? err_set(err, E_IO, "SQLite has no memory")
                               : failed(job, rc, err);
    job->fn.db_config(job->db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    job->fn.db_config(job->db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
    job->fn.db_config(job->db, SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0, NULL);
    job->fn.limit(job->db, SQLITE_LIMIT_LENGTH, VALUE_MAX);
    job->fn.limit(job->db, SQLITE_LIMIT_ATTACHED, 0);
    job->fn.limit(job->db, SQLITE_LIMIT_COLUMN, SQLITE_COLUMNS_MAX);
    job->fn.set_authorizer(job->db, authorize, NULL);
    job->fn.progress_handler(job->db, STEPS_AT_ONCE, on_progress, job);
    return 0;
}

static int prepare(struct job *job, struct err *err)
{
    str sql = job->ask->object.sql;
    const char *tail = NULL;
    int columns;
    int rc;

    if (sql.n > SQL_MAX)
        return err_set(err, E_LIMIT, "the query is longer than %d bytes",
                       SQL_MAX);
    rc = job->fn.prepare(job->db, sql.p, (int)sql.n, &job->stmt, &tail);
    if (rc != SQLITE_OK)
        return failed(job, rc, err);
    if (job->stmt == NULL || !job->fn.stmt_readonly(job->stmt))
        return err_set(err, E_INVALID, "the query is not a SELECT");
    sql = str_trim(str_sub(sql, (size_t)(tail - sql.p), sql.n));
    if (sql.n > 0)
        return err_set(err, E_INVALID, "more than one statement: '%" PRIstr "'",
                       ARGstr(sql));
    columns = job->fn.column_count(job->stmt);
    if (columns < 1 || (unsigned)columns > job->ask->kind->columns_max)
        return err_set(err, E_INVALID,
                       "the query selects %d fields; at most %u are permitted",
                       columns, job->ask->kind->columns_max);
    return 0;
}

static str lower(struct arena *arena, const char *text)
{
    str name = str_c(text);
    char *p = arena_alloc(arena, name.n + 1, 1);

    for (size_t i = 0; i < name.n; i++)
        p[i] = name.p[i] >= 'A' && name.p[i] <= 'Z'
                   ? (char)(name.p[i] - 'A' + 'a')
                   : name.p[i];
    return (str){ p, name.n };
}

static void read_field(struct job *job, int column, struct arena *arena,
                       struct sqlite_field *out)
{
    int type = job->fn.column_type(job->stmt, column);
    const unsigned char *bytes;

    out->name = lower(arena, job->fn.column_name(job->stmt, column));
    out->datatype = OVAL_STRING;
    out->null = type == SQLITE_NULL;
    if (type == SQLITE_INTEGER)
        out->datatype = OVAL_INT;
    if (type == SQLITE_FLOAT)
        out->datatype = OVAL_FLOAT;
    if (type == SQLITE_BLOB) {
        out->datatype = OVAL_BINARY;
        bytes = job->fn.column_blob(job->stmt, column);
        out->value = hex_text(
            arena, (str){ (const char *)bytes,
                          (size_t)job->fn.column_bytes(job->stmt, column) });
        return;
    }
    bytes = job->fn.column_text(job->stmt, column);
    if (bytes != NULL)
        out->value = (str){ (const char *)bytes,
                            (size_t)job->fn.column_bytes(job->stmt, column) };
}

static void keep_row(struct ask *ask, const struct sqlite_field *fields,
                     unsigned n)
{
    struct sqlite_field *copy = arena_alloc(&ask->arena, n, sizeof(*copy));

    for (unsigned i = 0; i < n; i++) {
        copy[i] = fields[i];
        copy[i].name = arena_str(&ask->arena, fields[i].name);
        copy[i].value = arena_str(&ask->arena, fields[i].value);
    }
    *vec_push(&ask->rows) = (struct sqlite_row){ copy, n };
}

static int read_rows(struct job *job, struct err *err)
{
    unsigned columns = (unsigned)job->fn.column_count(job->stmt);

    for (unsigned row = 0;; row++) {
        struct sqlite_field fields[SQLITE_COLUMNS_MAX] = { 0 };
        AUTO(arena_clear) struct arena arena = ARENA;
        int rc = job->fn.step(job->stmt);

        if (rc == SQLITE_DONE)
            return 0;
        if (rc != SQLITE_ROW)
            return failed(job, rc, err);
        if (row >= SQLITE_ROWS_MAX)
            return err_set(err, E_LIMIT, "the query has more than %d rows",
                           SQLITE_ROWS_MAX);
        for (unsigned i = 0; i < columns; i++)
            read_field(job, (int)i, &arena, &fields[i]);
        keep_row(job->ask, fields, columns);
    }
}

/* What a running program wrote last may stand in a file beside it still,
 * which an immutable database does not read. */
static void warn_of_log(const struct ask *ask, str path)
{
    static const char *const suffixes[] = { "-wal", "-journal" };

    for (size_t i = 0; i < COUNT(suffixes); i++) {
        str log = arena_printf(oval_sink_arena(ask->sink), "%" PRIstr "%s",
                               ARGstr(path), suffixes[i]);
        struct stat st;

        if (probe_stat(ask->machine, log.p, true, &st, NULL) < 0 ||
            st.st_size == 0)
            continue;
        oval_sink_flag(ask->sink, OVAL_FLAG_INCOMPLETE);
        oval_sink_message(ask->sink, OVAL_LEVEL_WARNING,
                          "changes that are still in %s are not seen", log.p);
    }
}

static int open_file(struct job *job, str *out_path, struct err *err)
{
    const struct ask *ask = job->ask;
    struct stat st;
    int rc = sqlite_connection_path(ask->object.connection, out_path, err);

    if (rc < 0)
        return rc;
    *out_path = arena_str(oval_sink_arena(ask->sink), *out_path);
    rc = probe_stat(ask->machine, out_path->p, true, &st, err);
    if (rc < 0)
        return rc;
    if (!S_ISREG(st.st_mode))
        return err_set(err, E_INVALID, "%s: not a regular file", out_path->p);
    job->fd = probe_open(ask->machine, out_path->p, O_RDONLY, err);
    return job->fd < 0 ? job->fd : 0;
}

/* E_ABSENT: the database is not there. */
static int ask_database(struct ask *ask, struct err *err)
{
    struct job job = { .ask = ask, .fd = -1 };
    str path;
    int rc = open_file(&job, &path, err);

    if (rc < 0)
        return rc;
    rc = library_load(&library, &job.fn, err);
    if (rc == 0)
        rc = open_database(&job, err);
    if (rc == 0)
        rc = prepare(&job, err);
    if (rc == 0) {
        warn_of_log(ask, path);
        rc = read_rows(&job, err);
    }
    if (job.stmt != NULL)
        job.fn.finalize(job.stmt);
    if (job.db != NULL)
        job.fn.close(job.db);
    close(job.fd);
    return rc < 0 ? err_wrap(err, rc, "%s", path.p) : 0;
}

void sqlite_give(struct oval_sink *sink, const char *name,
                 const struct sqlite_field *field)
{
    if (field->null)
        oval_item_status(sink, name, OVAL_STRING, OVAL_DOES_NOT_EXIST);
    else
        oval_item_typed(sink, name, (enum oval_datatype)field->datatype,
                        field->value);
}

static void give(const struct ask *ask)
{
    struct oval_sink *sink = ask->sink;

    oval_item_begin(sink, ask->kind->item);
    oval_item_str(sink, "engine", STR("sqlite"));
    oval_item_str(sink, "version", ask->object.version);
    oval_item_str(sink, "connection_string", ask->object.connection);
    oval_item_str(sink, "sql", ask->object.sql);
    for (size_t i = 0; i < ask->rows.n; i++)
        ask->kind->give(sink, &ask->rows.p[i]);
    oval_item_end(sink);
}

void sqlite_collect(struct probe_machine *machine,
                    const struct oval_query *query, struct oval_sink *sink,
                    const struct sqlite_kind *kind)
{
    struct ask ask = {
        .machine = machine, .sink = sink, .kind = kind, .arena = ARENA
    };
    struct err why = { 0 };
    int rc = read_object(query, &ask.object, &why);

    if (rc == 0)
        rc = ask_database(&ask, &why);
    if (rc == 0 && ask.rows.n > 0)
        give(&ask);
    if (rc < 0 && rc != E_ABSENT)
        oval_sink_error(sink, "%s", err_text(&why));
    vec_clear(&ask.rows);
    arena_clear(&ask.arena);
}
