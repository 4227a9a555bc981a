/* SPDX-License-Identifier: Apache-2.0
 *
 * PostgreSQL behind db.h, by libpq. Parameters and results are binary.
 *
 * A statement is prepared when it is first run, with the types its arguments
 * then have; a NULL leaves the type to the server. When later arguments have
 * other types it is prepared again.
 */
#include "store/postgres_int.h"

#include <endian.h>
#include <inttypes.h>
#include <libpq-fe.h>
#include <poll.h>

#include "base/buf.h"

enum {
    NAME_MAX_ = 32,
    SERVER_MIN = 130000,
    ARGS_MAX = 100,
    COPY_SQL_MAX = 64 << 10,
    COPY_ROW_MAX = 600 << 20,
};

struct pg {
    struct db db;
    PGconn *conn;
    char *url;
    int64_t patience_ms;
    uint64_t names;
    bool leads;    /* this connection holds the lock */
    size_t copy_n; /* columns of a copy that goes on */
    struct buf copy;
};

struct pg_stmt {
    struct db_stmt stmt;
    char name[NAME_MAX_]; /* "" until it is prepared */
    Oid types[ARGS_MAX];
};

/* The server's sentence without its detail, which quotes values. */
static int fail(struct pg *pg, const PGresult *result, struct err *err)
{
    const char *state = PQresultErrorField(result, PG_DIAG_SQLSTATE);
    const char *text = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
    str first = str_c(text != NULL ? text : PQerrorMessage(pg->conn));
    str line = str_trim(str_cut(&first, '\n'));

    if (PQstatus(pg->conn) == CONNECTION_BAD) {
        pg->db.lost = true;
        return err_set(err, E_IO, "PostgreSQL is lost: %" PRIstr, ARGstr(line));
    }
    pg->db.conflict = state != NULL && strcmp(state, "23505") == 0;
    return err_set(err, pg_code_of(str_c(state)), "PostgreSQL: %" PRIstr,
                   ARGstr(line));
}

static bool is_done(const PGresult *result)
{
    ExecStatusType status = PQresultStatus(result);

    return status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK;
}

static int pg_script(struct db *db, const char *sql, struct err *err)
{
    struct pg *pg = (struct pg *)db;
    PGresult *result = PQexec(pg->conn, sql);
    int rc = is_done(result) ? 0 : fail(pg, result, err);

    /* What cannot be committed is rolled back without an error. */
    if (rc == 0 && strcmp(sql, "COMMIT") == 0 &&
        strcmp(PQcmdStatus(result), "COMMIT") != 0)
        rc = err_set(err, E_INVALID, "PostgreSQL rolled back");
    PQclear(result);
    return rc;
}

static int pg_patience(struct db *db, int64_t ms, struct err *err)
{
    char sql[64];

    ((struct pg *)db)->patience_ms = ms;
    snprintf(sql, sizeof(sql), "SET lock_timeout = %" PRId64, ms);
    return pg_script(db, sql, err);
}

static void quiet(void *ctx UNUSED, const PGresult *notice UNUSED)
{
}

static int check_server(struct pg *pg, struct err *err)
{
    const char *encoding = PQparameterStatus(pg->conn, "server_encoding");

    if (PQserverVersion(pg->conn) < SERVER_MIN)
        return err_set(err, E_UNSUPPORTED, "PostgreSQL 13 or newer is needed");
    if (encoding == NULL || strcmp(encoding, "UTF8") != 0)
        return err_set(err, E_UNSUPPORTED,
                       "the database's encoding is %s, and must be UTF8",
                       encoding == NULL ? "unknown" : encoding);
    return 0;
}

/* 1: another process does not allow it. */
static int pg_use(struct db *db, bool alone, struct err *err)
{
    struct pg *pg = (struct pg *)db;
    char sql[160];
    PGresult *result;
    int rc;

    snprintf(sql, sizeof(sql),
             "SELECT pg_try_advisory_lock%s(hashtext('holdfast use'), "
             "hashtext(current_schema()))",
             alone ? "" : "_shared");
    result = PQexec(pg->conn, sql);
    if (!is_done(result))
        rc = fail(pg, result, err);
    else
        rc = PQgetvalue(result, 0, 0)[0] == 't' ? 0 : 1;
    PQclear(result);
    return rc;
}

static int connect_server(struct pg *pg, struct err *err)
{
    /* What the URL says comes after the first and before the last. */
    static const char *const names[] = { "connect_timeout",
                                         "tcp_user_timeout",
                                         "keepalives_idle",
                                         "fallback_application_name",
                                         "dbname",
                                         "client_encoding",
                                         NULL };
    const char *values[] = { "5",     "30000", "30", "holdfast",
                             pg->url, "UTF8",  NULL };
    static const char settings[] =
        "SET standard_conforming_strings = on; SET jit = off; "
        "SET default_transaction_isolation = 'read committed'; "
        "SELECT set_config('synchronous_commit', 'on', false) "
        "WHERE current_setting('synchronous_commit') = 'off'";
    int rc;

    pg->leads = false;
    PQfinish(pg->conn);
    pg->conn = PQconnectdbParams(names, values, 1);
    if (PQstatus(pg->conn) != CONNECTION_OK) {
        str text = str_trim(str_c(PQerrorMessage(pg->conn)));

        pg->db.lost = true;
        return err_set(err, E_IO, "PostgreSQL: %" PRIstr, ARGstr(text));
    }
    PQsetNoticeReceiver(pg->conn, quiet, NULL);
    rc = check_server(pg, err);
    if (rc == 0)
        rc = pg_script(&pg->db, settings, err);
    if (rc == 0)
        rc = pg_patience(&pg->db, pg->patience_ms, err);
    if (rc == 0 && pg->db.used)
        rc = pg_use(&pg->db, pg->db.used_alone, err);
    if (rc == 1)
        rc = err_set(err, E_LIMIT, "the database is being restored");
    pg->db.lost = rc < 0;
    return rc;
}

static int pg_reconnect(struct db *db, struct err *err)
{
    return connect_server((struct pg *)db, err);
}

/* Takes in what the server said unasked; false when it is gone: its farewell
 * and the end of the connection come one after the other. */
static bool take_in(struct pg *pg)
{
    for (int i = 0; i < 3 && PQstatus(pg->conn) == CONNECTION_OK; i++) {
        struct pollfd fd = { PQsocket(pg->conn), POLLIN, 0 };

        if (poll(&fd, 1, 0) <= 0)
            return true;
        if (PQconsumeInput(pg->conn) == 0)
            return false;
    }
    return PQstatus(pg->conn) == CONNECTION_OK;
}

static void pg_check(struct db *db)
{
    if (!take_in((struct pg *)db))
        db->lost = true;
}

static void pg_close(struct db *db)
{
    struct pg *pg = (struct pg *)db;

    /* The server's process ends a little later. */
    if (db->used && !db->lost)
        PQclear(PQexec(pg->conn, "SELECT pg_advisory_unlock_all()"));
    PQfinish(pg->conn);
    if (pg->url != NULL)
        explicit_bzero(pg->url, strlen(pg->url));
    mem_free(pg->url);
    buf_clear(&pg->copy);
    mem_free(pg);
}

static int pg_open(const char *whole, const char *where UNUSED, struct db **out,
                   struct err *err)
{
    struct pg *pg = mem_alloc(1, sizeof(*pg));
    size_t n = strlen(whole);
    int rc;

    pg->db.ops = &db_postgresql;
    pg->patience_ms = DB_PATIENCE_MS;
    pg->url = mem_alloc(n + 1, 1);
    memcpy(pg->url, whole, n);
    rc = connect_server(pg, err);
    if (rc < 0) {
        pg_close(&pg->db);
        return rc;
    }
    *out = &pg->db;
    return 0;
}

static int pg_prepare(struct db *db UNUSED, const char *sql UNUSED,
                      struct db_stmt **out, struct err *err UNUSED)
{
    struct pg_stmt *stmt = mem_alloc(1, sizeof(*stmt));

    *out = &stmt->stmt;
    return 0;
}

static void forget(struct pg *pg, struct pg_stmt *stmt)
{
    char sql[NAME_MAX_ + 32];

    if (stmt->name[0] == '\0' || pg->db.lost)
        return;
    snprintf(sql, sizeof(sql), "DEALLOCATE %s", stmt->name);
    PQclear(PQexec(pg->conn, sql));
    stmt->name[0] = '\0';
}

static void pg_stmt_free(struct db *db, struct db_stmt *stmt)
{
    forget((struct pg *)db, (struct pg_stmt *)stmt);
    mem_free(stmt);
}

static Oid type_of(const struct db_arg *arg)
{
    switch (arg->type) {
    case DB_I64:
        return PG_INT8;
    case DB_TEXT:
        return PG_TEXT;
    case DB_BLOB:
        return PG_BYTEA;
    case DB_NULL:
        break;
    }
    return 0;
}

static bool fits(const struct pg_stmt *stmt, struct db_args args)
{
    if (stmt->name[0] == '\0')
        return false;
    for (size_t i = 0; i < args.n; i++) {
        Oid type = type_of(&args.p[i]);

        if (type != 0 && type != stmt->types[i])
            return false;
    }
    return true;
}

static int prepare_for(struct pg *pg, struct pg_stmt *stmt, struct db_args args,
                       struct err *err)
{
    PGresult *result;
    int rc;

    if (fits(stmt, args))
        return 0;
    forget(pg, stmt);
    for (size_t i = 0; i < args.n; i++) {
        Oid type = type_of(&args.p[i]);

        stmt->types[i] = type != 0 ? type : stmt->types[i];
    }
    snprintf(stmt->name, sizeof(stmt->name), "s%" PRIu64, ++pg->names);
    result = PQprepare(pg->conn, stmt->name, stmt->stmt.sql, (int)args.n,
                       stmt->types);
    rc = is_done(result) ? 0 : fail(pg, result, err);
    PQclear(result);
    if (rc < 0)
        stmt->name[0] = '\0';
    return rc;
}

struct bound {
    const char *values[ARGS_MAX];
    int lengths[ARGS_MAX];
    int formats[ARGS_MAX];
    uint64_t numbers[ARGS_MAX];
};

static void bind_args(struct bound *bound, struct db_args args)
{
    for (size_t i = 0; i < args.n; i++) {
        const struct db_arg *arg = &args.p[i];

        bound->formats[i] = 1;
        bound->values[i] = NULL;
        bound->lengths[i] = 0;
        if (arg->type == DB_I64) {
            bound->numbers[i] = pg_order((uint64_t)arg->number);
            bound->values[i] = (const char *)&bound->numbers[i];
            bound->lengths[i] = 8;
        } else if (arg->type != DB_NULL) {
            bound->values[i] = arg->bytes.p;
            bound->lengths[i] = (int)arg->bytes.n;
        }
    }
}

static int changed(const PGresult *result)
{
    int64_t n = 0;

    /* After SELECT it counts rows that were read. */
    if (PQresultStatus(result) == PGRES_TUPLES_OK &&
        strncmp(PQcmdStatus((PGresult *)result), "SELECT", 6) == 0)
        return 0;
    if (str_to_i64(str_c(PQcmdTuples((PGresult *)result)), 0, INT64_MAX, &n,
                   NULL) < 0)
        return 0;
    return n > INT32_MAX ? INT32_MAX : (int)n;
}

static int pg_execute(struct db *db, struct db_stmt *base, struct db_args args,
                      struct db_rows **out, struct err *err)
{
    struct pg *pg = (struct pg *)db;
    struct pg_stmt *stmt = (struct pg_stmt *)base;
    struct bound bound;
    PGresult *result;
    int rc = prepare_for(pg, stmt, args, err);

    if (rc < 0)
        return rc;
    bind_args(&bound, args);
    result = PQexecPrepared(pg->conn, stmt->name, (int)args.n, bound.values,
                            bound.lengths, bound.formats, 1);
    rc =
        is_done(result) ? pg_check_numbers(result, err) : fail(pg, result, err);
    if (rc == 0)
        rc = changed(result);
    if (rc >= 0 && out != NULL)
        *out = pg_rows_new(result);
    else
        PQclear(result);
    return rc;
}

/* One result of a statement read row by row; 1: there are more. */
static int give_row(struct pg *pg, PGresult *result, const struct db_each *each,
                    struct err *err)
{
    struct db_rows *rows;
    int rc;

    if (PQresultStatus(result) != PGRES_SINGLE_TUPLE)
        return is_done(result) ? 0 : fail(pg, result, err);
    rc = pg_check_numbers(result, err);
    if (rc < 0)
        return rc;
    rows = pg_rows_new(result);
    rows->next = 1;
    rc = each->fn(each->ctx, rows, err);
    pg_rows_release(rows);
    return rc;
}

static int pg_each(struct db *db, struct db_stmt *base, struct db_args args,
                   const struct db_each *each, struct err *err)
{
    struct pg *pg = (struct pg *)db;
    struct pg_stmt *stmt = (struct pg_stmt *)base;
    struct bound bound;
    PGresult *result;
    int rc = prepare_for(pg, stmt, args, err);

    if (rc < 0)
        return rc;
    bind_args(&bound, args);
    if (PQsendQueryPrepared(pg->conn, stmt->name, (int)args.n, bound.values,
                            bound.lengths, bound.formats, 1) == 0)
        return fail(pg, NULL, err);
    PQsetSingleRowMode(pg->conn);
    /* To the end also after an error: the connection is free then. */
    while ((result = PQgetResult(pg->conn)) != NULL) {
        if (rc >= 0)
            rc = give_row(pg, result, each, err);
        PQclear(result);
    }
    return rc < 0 ? rc : 0;
}

static void add_u32(struct buf *buf, uint32_t number)
{
    number = htobe32(number);
    buf_add(buf, (str){ (const char *)&number, sizeof(number) });
}

static int send_copy(struct pg *pg, struct err *err)
{
    int sent = PQputCopyData(pg->conn, pg->copy.p, (int)pg->copy.n);

    buf_reset(&pg->copy);
    return sent == 1 ? 0 : fail(pg, NULL, err);
}

/* COPY's binary form: a head, for each row the number of columns (16 bits)
 * and each value with its length in front, -1 for NULL. */
static int pg_copy_begin(struct db *db, const struct db_table *table,
                         struct err *err)
{
    struct pg *pg = (struct pg *)db;
    AUTO(buf_clear) struct buf sql = BUF(COPY_SQL_MAX);
    PGresult *result;
    int rc;

    buf_printf(&sql, "COPY \"%" PRIstr "\" (", ARGstr(table->name));
    for (size_t i = 0; i < table->n; i++)
        buf_printf(&sql, "%s\"%" PRIstr "\"", i == 0 ? "" : ", ",
                   ARGstr(table->columns[i].name));
    buf_add_c(&sql, ") FROM STDIN (FORMAT binary)");
    result = PQexec(pg->conn, buf_c(&sql));
    rc = PQresultStatus(result) == PGRES_COPY_IN ? 0 : fail(pg, result, err);
    PQclear(result);
    if (rc < 0)
        return rc;
    pg->copy_n = table->n;
    pg->copy.limit = COPY_ROW_MAX;
    buf_add(&pg->copy, STR("PGCOPY\n\377\r\n\0"));
    add_u32(&pg->copy, 0);
    add_u32(&pg->copy, 0);
    return send_copy(pg, err);
}

static int pg_copy_row(struct db *db, const struct db_cell *cells,
                       struct err *err)
{
    struct pg *pg = (struct pg *)db;
    uint16_t n = htobe16((uint16_t)pg->copy_n);
    int rc;

    buf_add(&pg->copy, (str){ (const char *)&n, sizeof(n) });
    for (size_t i = 0; i < pg->copy_n; i++) {
        uint64_t number = pg_order((uint64_t)cells[i].number);
        str bytes = cells[i].type == DB_I64
                        ? (str){ (const char *)&number, sizeof(number) }
                        : cells[i].bytes;

        if (cells[i].type == DB_NULL) {
            add_u32(&pg->copy, UINT32_MAX);
            continue;
        }
        add_u32(&pg->copy, (uint32_t)bytes.n);
        buf_add(&pg->copy, bytes);
    }
    rc = buf_finish(&pg->copy, "a row", err);
    return rc < 0 ? rc : send_copy(pg, err);
}

/* The answer to a copy: an error of any of its rows comes only here. */
static int end_copy(struct pg *pg, const char *why, struct err *err)
{
    PGresult *result;
    int rc = 0;

    if (PQputCopyEnd(pg->conn, why) != 1)
        rc = fail(pg, NULL, err);
    while ((result = PQgetResult(pg->conn)) != NULL) {
        if (rc == 0 && !is_done(result))
            rc = fail(pg, result, err);
        PQclear(result);
    }
    pg->copy_n = 0;
    buf_clear(&pg->copy);
    return rc;
}

static int pg_copy_end(struct db *db, struct err *err)
{
    struct pg *pg = (struct pg *)db;
    int rc;

    buf_add(&pg->copy, STR("\377\377"));
    rc = send_copy(pg, err);
    return rc < 0 ? rc : end_copy(pg, NULL, err);
}

static void pg_rollback(struct db *db)
{
    struct pg *pg = (struct pg *)db;

    if (pg->copy_n > 0)
        (void)end_copy(pg, "given up", NULL);
    if (PQtransactionStatus(pg->conn) == PQTRANS_IDLE)
        return;
    PQclear(PQexec(pg->conn, "ROLLBACK"));
    if (PQstatus(pg->conn) == CONNECTION_BAD)
        db->lost = true;
}

static int pg_lock(struct db *db, const char *name, struct err *err)
{
    char sql[96];

    snprintf(sql, sizeof(sql), "SELECT pg_advisory_xact_lock(%" PRId64 ")",
             (int64_t)(str_hash(str_c(name)) >> 1));
    return pg_script(db, sql, err);
}

/* One lock of the session a schema; a server that is gone has let go. */
static int pg_lead(struct db *db, struct err *err)
{
    struct pg *pg = (struct pg *)db;
    PGresult *result;
    int rc = 0;

    if (pg->leads)
        return 1;
    result = PQexec(pg->conn,
                    "SELECT pg_try_advisory_lock(hashtext('holdfast lead'), "
                    "hashtext(current_schema()))");
    if (!is_done(result))
        rc = fail(pg, result, err);
    else
        pg->leads = PQgetvalue(result, 0, 0)[0] == 't';
    PQclear(result);
    return rc < 0 ? rc : pg->leads;
}

static int pg_heard(struct db *db, db_heard_fn *fn, void *ctx, struct err *err)
{
    struct pg *pg = (struct pg *)db;
    PGnotify *note;

    if (!take_in(pg))
        return fail(pg, NULL, err);
    while ((note = PQnotifies(pg->conn)) != NULL) {
        fn(ctx, note->relname, str_c(note->extra));
        PQfreemem(note);
    }
    return 0;
}

static int pg_fd(const struct db *db)
{
    return PQsocket(((const struct pg *)db)->conn);
}

static void pg_rows_free(struct db_rows *rows)
{
    PQclear(pg_rows_release(rows));
}

const struct db_ops db_postgresql = {
    .engine = DB_POSTGRESQL,
    .scheme = "postgresql://",
    .begin = "BEGIN",
    .begin_read = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
    .id = "BIGINT GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY",
    .blob = "BYTEA",
    .text = "TEXT COLLATE \"C\"",
    .open = pg_open,
    .close = pg_close,
    .check = pg_check,
    .reconnect = pg_reconnect,
    .prepare = pg_prepare,
    .stmt_free = pg_stmt_free,
    .execute = pg_execute,
    .each = pg_each,
    .script = pg_script,
    .rollback = pg_rollback,
    .use = pg_use,
    .lock = pg_lock,
    .lead = pg_lead,
    .patience = pg_patience,
    .heard = pg_heard,
    .fd = pg_fd,
    .copy_begin = pg_copy_begin,
    .copy_row = pg_copy_row,
    .copy_end = pg_copy_end,
    .cell = pg_cell,
    .rows_free = pg_rows_free,
};

void postgres_components(struct components *components)
{
    int version = PQlibVersion(); /* 150004 is 15.4 */
    char text[32];

    snprintf(text, sizeof(text), "%d.%d", version / 10000, version % 10000);
    component_add(components, "libpq", text);
}
