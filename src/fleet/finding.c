/* SPDX-License-Identifier: Apache-2.0 */
#include "fleet/finding.h"

static const char *const origins[] = {
    [FINDING_AGENT] = "agent",
    [FINDING_SERVER] = "server",
};

#define COLUMNS                                                                \
    "device, at, run, inventory_digest, duration_ms, n_true, n_false,"         \
    " n_unknown, n_error, n_not_evaluated, n_not_applicable, verdicts"

const char *finding_origin_name(enum finding_origin origin)
{
    return origins[origin];
}

/* --- Storing ------------------------------------------------------------- */

/* 1 when this very message was stored before. */
static int add_history(struct db *db, const struct finding *f, struct err *err)
{
    int rc =
        db_run(db,
               "INSERT INTO finding_history (device, content, origin, at, run,"
               " n_true, n_error, n_unknown, verdicts, nonce)"
               " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)"
               " ON CONFLICT (nonce) DO NOTHING",
               DB_ARGS(db_i64(f->device), db_i64(f->content),
                       db_text(str_c(origins[f->origin])), db_i64(f->at),
                       db_i64(f->run), db_i64(f->n[OVAL_TRUE]),
                       db_i64(f->n[OVAL_ERROR]), db_i64(f->n[OVAL_UNKNOWN]),
                       db_blob(f->verdicts),
                       f->nonce.n > 0 ? db_blob(f->nonce) : db_null()),
               err);

    return rc < 0 ? rc : rc == 0;
}

/* The same results again, of the same run or of none. So a device that tells
 * the same over and over fills nothing; each run it is part of has a row. */
static int is_unchanged(struct db *db, const struct finding *f, struct err *err)
{
    int64_t there = 0;
    int rc = db_one_i64(db,
                        "SELECT COUNT(*) FROM finding WHERE device = $1"
                        " AND content = $2 AND origin = $3 AND verdicts = $4"
                        " AND (run = $5 OR $5 = 0)",
                        DB_ARGS(db_i64(f->device), db_i64(f->content),
                                db_text(str_c(origins[f->origin])),
                                db_blob(f->verdicts), db_i64(f->run)),
                        &there, err);

    return rc < 0 ? rc : there > 0;
}

static int replace(struct db *db, const struct finding *f, struct err *err)
{
    int rc = db_run(
        db,
        "INSERT INTO finding (device, content, origin, at, run,"
        " inventory_digest, duration_ms, n_true, n_false, n_unknown, n_error,"
        " n_not_evaluated, n_not_applicable, verdicts, details)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13,"
        " $14, $15) ON CONFLICT (device, content, origin) DO UPDATE SET"
        " at = $4, run = $5, inventory_digest = $6, duration_ms = $7,"
        " n_true = $8, n_false = $9, n_unknown = $10, n_error = $11,"
        " n_not_evaluated = $12, n_not_applicable = $13, verdicts = $14,"
        " details = $15 WHERE finding.at <= $4",
        DB_ARGS(db_i64(f->device), db_i64(f->content),
                db_text(str_c(origins[f->origin])), db_i64(f->at),
                db_i64(f->run), db_blob(f->inventory_digest),
                db_i64(f->duration_ms), db_i64(f->n[OVAL_TRUE]),
                db_i64(f->n[OVAL_FALSE]), db_i64(f->n[OVAL_UNKNOWN]),
                db_i64(f->n[OVAL_ERROR]), db_i64(f->n[OVAL_NOT_EVALUATED]),
                db_i64(f->n[OVAL_NOT_APPLICABLE]), db_blob(f->verdicts),
                db_blob(f->details)),
        err);

    return rc < 0 ? rc : 0;
}

int finding_put(struct db *db, const struct finding *f, struct err *err)
{
    int rc = is_unchanged(db, f, err);

    if (rc == 0)
        rc = add_history(db, f, err);
    else if (rc > 0)
        rc = 0; /* seen again, no other result: only the time is new */
    if (rc != 0)
        return rc;
    return replace(db, f, err);
}

/* --- Reading ------------------------------------------------------------- */

static void read_row(struct db_rows *rows, struct finding *out)
{
    out->device = db_col_i64(rows, 0);
    out->at = db_col_i64(rows, 1);
    out->run = db_col_i64(rows, 2);
    out->inventory_digest = db_col_blob(rows, 3);
    out->duration_ms = db_col_i64(rows, 4);
    out->n[OVAL_TRUE] = db_col_i64(rows, 5);
    out->n[OVAL_FALSE] = db_col_i64(rows, 6);
    out->n[OVAL_UNKNOWN] = db_col_i64(rows, 7);
    out->n[OVAL_ERROR] = db_col_i64(rows, 8);
    out->n[OVAL_NOT_EVALUATED] = db_col_i64(rows, 9);
    out->n[OVAL_NOT_APPLICABLE] = db_col_i64(rows, 10);
    out->verdicts = db_col_blob(rows, 11);
}

int finding_get(struct db *db, struct arena *arena, struct finding *out,
                struct err *err)
{
    AUTO(db_rows_closep) struct db_rows *rows = NULL;
    int rc = db_query(db,
                      "SELECT " COLUMNS ", details FROM finding"
                      " WHERE device = $1 AND content = $2 AND origin = $3",
                      DB_ARGS(db_i64(out->device), db_i64(out->content),
                              db_text(str_c(origins[out->origin]))),
                      &rows, err);

    if (rc == 0)
        rc = db_next(rows, err);
    if (rc <= 0)
        return rc < 0 ? rc : 1;
    read_row(rows, out);
    out->inventory_digest = arena_str(arena, out->inventory_digest);
    out->verdicts = arena_str(arena, out->verdicts);
    out->details = arena_str(arena, db_col_blob(rows, 12));
    return 0;
}

struct walk {
    int64_t content;
    enum finding_origin origin;
    finding_each *each;
    void *ctx;
};

static int walk_row(void *ctx, struct db_rows *rows, struct err *err)
{
    struct walk *walk = ctx;
    struct finding finding = { .content = walk->content,
                               .origin = walk->origin };

    read_row(rows, &finding);
    return walk->each(walk->ctx, &finding, err);
}

int finding_walk(struct db *db, int64_t content, enum finding_origin origin,
                 finding_each *each, void *ctx, struct err *err)
{
    struct walk walk = { content, origin, each, ctx };

    return db_each(db,
                   "SELECT " COLUMNS " FROM finding"
                   " WHERE content = $1 AND origin = $2 ORDER BY device",
                   DB_ARGS(db_i64(content), db_text(str_c(origins[origin]))),
                   walk_row, &walk, err);
}
