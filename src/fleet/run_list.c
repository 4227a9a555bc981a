/* SPDX-License-Identifier: Apache-2.0
 *
 * Runs as people see them. What a scope may not see is not counted either
 * (X-2, claim 24).
 */
#include "fleet/run.h"

#define COLUMNS                                                                \
    "r.id, r.org, r.configuration, c.name, r.configuration_revision, r.cause," \
    " r.started_by, r.due, r.started, r.ended, r.targets"

/* $1 org, $2 whose label scope: the devices of a run this one sees. */
#define SEEN                                                                   \
    "(SELECT COUNT(*) FROM run_device rd JOIN device d ON d.id = rd.device"    \
    " WHERE rd.run = r.id AND d.org = $1 AND " SCOPE_SQL ")"

void runs_clear(struct runs *list)
{
    vec_clear(&list->all);
}

static void read_row(struct db_rows *rows, struct arena *arena, struct run *out)
{
    out->id = db_col_i64(rows, 0);
    out->org = db_col_i64(rows, 1);
    out->configuration = db_col_i64(rows, 2);
    out->configuration_name = arena_str(arena, db_col_text(rows, 3));
    out->configuration_revision = db_col_i64(rows, 4);
    out->cause = arena_str(arena, db_col_text(rows, 5));
    out->started_by = arena_str(arena, db_col_text(rows, 6));
    out->due = arena_str(arena, db_col_text(rows, 7));
    out->started = db_col_i64(rows, 8);
    out->ended = db_col_i64(rows, 9);
    out->targets = arena_str(arena, db_col_text(rows, 10));
    out->devices = db_col_i64(rows, 11);
}

int run_get(struct db *db, const struct scope *scope, int64_t id,
            struct arena *arena, struct run *out, struct err *err)
{
    AUTO(db_rows_closep) struct db_rows *rows = NULL;
    int rc = db_get(
        db,
        "SELECT " COLUMNS ", " SEEN " FROM run r"
        " JOIN configuration c ON c.id = r.configuration"
        " WHERE r.org = $1 AND r.id = $3",
        DB_ARGS(db_i64(scope->org), db_i64(scope_limit(scope)), db_i64(id)),
        DB_WANTED("run", id), &rows, err);

    if (rc < 0)
        return rc;
    read_row(rows, arena, out);
    return 0;
}

int run_list(struct db *db, const struct scope *scope,
             const struct run_query *query, struct arena *arena,
             struct runs *out, struct err *err)
{
    int64_t before = query->before > 0 ? query->before : INT64_MAX;
    AUTO(db_rows_closep) struct db_rows *rows = NULL;
    int rc = db_query(
        db,
        "SELECT " COLUMNS ", " SEEN " FROM run r"
        " JOIN configuration c ON c.id = r.configuration WHERE r.org = $1"
        " AND ($3 = 0 OR r.configuration = $3) AND r.id < $4"
        " ORDER BY r.id DESC LIMIT $5",
        DB_ARGS(db_i64(scope->org), db_i64(scope_limit(scope)),
                db_i64(query->configuration), db_i64(before),
                db_i64(query->limit)),
        &rows, err);

    while (rc == 0 && (rc = db_next(rows, err)) > 0) {
        read_row(rows, arena, vec_push(&out->all));
        rc = 0;
    }
    return rc;
}

int run_counts(struct db *db, const struct scope *scope, int64_t id,
               struct arena *arena, struct run_counts *out, struct err *err)
{
    AUTO(db_rows_closep) struct db_rows *rows = NULL;
    int rc = db_query(
        db,
        "SELECT rd.state, COUNT(*) FROM run_device rd"
        " JOIN run r ON r.id = rd.run AND r.org = $1"
        " JOIN device d ON d.id = rd.device"
        " WHERE rd.run = $3 AND " SCOPE_SQL
        " GROUP BY rd.state ORDER BY rd.state",
        DB_ARGS(db_i64(scope->org), db_i64(scope_limit(scope)), db_i64(id)),
        &rows, err);

    while (rc == 0 && (rc = db_next(rows, err)) > 0) {
        *vec_push(&out->all) =
            (struct run_count){ arena_str(arena, db_col_text(rows, 0)),
                                db_col_i64(rows, 1) };
        rc = 0;
    }
    return rc;
}

int run_device_list(struct db *db, const struct scope *scope,
                    const struct run_device_query *query, struct arena *arena,
                    struct run_devices *out, struct err *err)
{
    AUTO(db_rows_closep) struct db_rows *rows = NULL;
    int rc = db_query(
        db,
        "SELECT rd.device, d.name, rd.state, rd.due, rd.started, rd.ended,"
        " rd.text FROM run_device rd"
        " JOIN run r ON r.id = rd.run AND r.org = $1"
        " JOIN device d ON d.id = rd.device"
        " WHERE rd.run = $3 AND rd.device > $4 AND " SCOPE_SQL
        " AND ($5 = '' OR rd.state = $5) ORDER BY rd.device LIMIT $6",
        DB_ARGS(db_i64(scope->org), db_i64(scope_limit(scope)),
                db_i64(query->run), db_i64(query->after),
                db_text(str_or_empty(query->state)), db_i64(query->limit)),
        &rows, err);

    while (rc == 0 && (rc = db_next(rows, err)) > 0) {
        *vec_push(&out->all) = (struct run_device){
            .device = db_col_i64(rows, 0),
            .name = arena_str(arena, db_col_text(rows, 1)),
            .state = arena_str(arena, db_col_text(rows, 2)),
            .due = db_col_i64(rows, 3),
            .started = db_col_i64(rows, 4),
            .ended = db_col_i64(rows, 5),
            .text = arena_str(arena, db_col_text(rows, 6)),
        };
        rc = 0;
    }
    return rc;
}
