/* SPDX-License-Identifier: Apache-2.0 */
#include "fleet/patch_history.h"

#include "base/jval.h"
#include "base/map.h"

enum {
    GROUPS_TEXT_MAX = 1 << 20,
    FAILURES_MAX = 10,
    DAY_S = 86400,
};

void patch_deployments_clear(struct patch_deployments *list)
{
    vec_clear(&list->all);
}

void patch_events_clear(struct patch_events *list)
{
    vec_clear(&list->all);
}

void patch_totals_clear(struct patch_totals *totals)
{
    vec_clear(&totals->days);
    vec_clear(&totals->failures);
}

/* --- Writing
 * ---------------------------------------------------------------------- */

static int groups_json(const struct wire_list *groups, struct buf *out,
                       struct err *err)
{
    AUTO(jval_freep) struct jval *json = jval_new_object();
    const struct patching_group_used *all = groups->p;

    for (size_t i = 0; i < groups->n; i++) {
        AUTO(arena_clear) struct arena arena = ARENA;

        jval_set_i64(json, arena_c(&arena, all[i].name), all[i].revision);
    }
    jval_print(json, out);
    return buf_finish(out, "the groups of a deployment", err);
}

/* A deployment that is over stays so: what comes late adds to its history. */
static int put_deployment(struct db *db, const struct patch_told *told,
                          int64_t *out_id, struct err *err)
{
    AUTO(buf_clear) struct buf groups = BUF(GROUPS_TEXT_MAX);
    const struct patching_results *r = told->results;
    int rc = groups_json(&r->groups, &groups, err);

    if (rc < 0)
        return rc;
    return db_one_i64(
        db,
        "INSERT INTO patch_deployment (org, device, configuration, version,"
        " task, run, due, catch_up, started, ended, phase, outcome, text,"
        " group_revisions, policy_revision, ok, failed) VALUES ($1, $2, $3,"
        " $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, 0, 0)"
        " ON CONFLICT (device, configuration, task, run, due) DO UPDATE SET"
        " version = $4, ended = $10, outcome = CASE WHEN $11 >="
        " patch_deployment.phase THEN $12 ELSE patch_deployment.outcome END,"
        " text = CASE WHEN $11 >= patch_deployment.phase THEN $13 ELSE"
        " patch_deployment.text END, phase = CASE WHEN $11 >"
        " patch_deployment.phase THEN $11 ELSE patch_deployment.phase END,"
        " group_revisions = $14, policy_revision = $15 RETURNING id",
        DB_ARGS(db_i64(told->org), db_i64(told->device),
                db_i64(r->terms.configuration), db_i64(r->terms.version),
                db_text(str_or_empty(r->terms.task)), db_i64(r->terms.run),
                db_i64(r->due), db_i64(r->catch_up), db_i64(r->started),
                db_i64(r->ended), db_i64(r->phase), db_i64(r->outcome),
                db_text(str_or_empty(r->text)), db_text(buf_str(&groups)),
                db_i64(r->policy_revision)),
        out_id, err);
}

static int add_event(struct db *db, const struct patch_told *told,
                     int64_t deployment, const struct patching_outcome *o,
                     struct err *err)
{
    int64_t last = 0;
    int rc = db_one_i64(
        db,
        "SELECT state FROM patch_history WHERE deployment = $1"
        " AND patch = $2 AND package = $3 ORDER BY id DESC"
        " LIMIT 1",
        DB_ARGS(db_i64(deployment), db_text(o->patch), db_text(o->package)),
        &last, err);

    if (rc < 0 || last == o->state)
        return rc < 0 ? rc : 0;
    rc = db_run(db,
                "INSERT INTO patch_history (org, device, deployment, patch,"
                " package, version_from, version_to, state, code, at, text)"
                " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
                DB_ARGS(db_i64(told->org), db_i64(told->device),
                        db_i64(deployment), db_text(o->patch),
                        db_text(o->package), db_text(o->from), db_text(o->to),
                        db_i64(o->state), db_i64(o->code),
                        db_i64(o->at > told->now ? told->now : o->at),
                        db_text(o->text)),
                err);
    return rc < 0 ? rc : 0;
}

/* By the last state of each patch and package. */
#define LAST_OF_DEPLOYMENT                                                     \
    "SELECT COUNT(*) FROM patch_history h WHERE h.deployment = $1"             \
    " AND h.id = (SELECT MAX(l.id) FROM patch_history l WHERE"                 \
    " l.deployment = $1 AND l.patch = h.patch AND l.package = h.package)"

static int count_outcomes(struct db *db, int64_t deployment, struct err *err)
{
    int rc = db_run(db,
                    "UPDATE patch_deployment SET ok = (" LAST_OF_DEPLOYMENT
                    " AND h.state IN (6, 7)), failed = (" LAST_OF_DEPLOYMENT
                    " AND h.state = 8) WHERE id = $1",
                    DB_ARGS(db_i64(deployment)), err);

    return rc < 0 ? rc : 0;
}

int patch_history_put(struct db *db, const struct patch_told *told,
                      int64_t *out_deployment, struct err *err)
{
    const struct patching_outcome *all = told->results->outcomes.p;
    int64_t id = 0;
    int rc = put_deployment(db, told, &id, err);

    for (size_t i = 0; rc == 0 && i < told->results->outcomes.n; i++)
        rc = add_event(db, told, id, &all[i], err);
    if (rc == 0)
        rc = count_outcomes(db, id, err);
    if (rc == 0)
        *out_deployment = id;
    return rc;
}

/* --- Reading
 * ----------------------------------------------------------------------- */

static int64_t end_of(const struct patch_history_query *query)
{
    return query->until > 0 ? query->until : INT64_MAX;
}

int patch_event_list(struct db *db, const struct scope *scope,
                     const struct patch_history_query *q, struct arena *arena,
                     struct patch_events *out, struct err *err)
{
    AUTO(db_rows_closep) struct db_rows *rows = NULL;
    int rc = db_query(
        db,
        "SELECT h.id, h.device, d.name, h.deployment, h.patch, h.package,"
        " h.version_from, h.version_to, h.state, h.code, h.at, h.text,"
        " COALESCE(c.name, ''), COALESCE(p.task, ''),"
        " COALESCE(p.version, 0), COALESCE(p.run, 0)"
        " FROM patch_history h JOIN device d ON d.id = h.device"
        " LEFT JOIN patch_deployment p ON p.id = h.deployment"
        " LEFT JOIN patch_configuration c ON c.id = p.configuration"
        " WHERE d.org = $1 AND " SCOPE_SQL
        " AND ($3 = 0 OR h.device = $3) AND ($4 = 0 OR h.deployment = $4)"
        " AND ($5 = '' OR h.patch = $5) AND ($6 = 0 OR h.state = $6)"
        " AND h.at >= $7 AND h.at < $8 AND ($9 = 0 OR h.id < $9)"
        " ORDER BY h.id DESC LIMIT $10",
        DB_ARGS(db_i64(scope->org), db_i64(scope_limit(scope)),
                db_i64(q->device), db_i64(q->deployment),
                db_text(str_or_empty(q->patch)), db_i64(q->state),
                db_i64(q->since), db_i64(end_of(q)), db_i64(q->before),
                db_i64(q->limit)),
        &rows, err);

    while (rc == 0 && (rc = db_next(rows, err)) > 0) {
        *vec_push(&out->all) = (struct patch_event){
            .id = db_col_i64(rows, 0),
            .device = db_col_i64(rows, 1),
            .device_name = arena_str(arena, db_col_text(rows, 2)),
            .deployment = db_col_i64(rows, 3),
            .patch = arena_str(arena, db_col_text(rows, 4)),
            .package = arena_str(arena, db_col_text(rows, 5)),
            .from = arena_str(arena, db_col_text(rows, 6)),
            .to = arena_str(arena, db_col_text(rows, 7)),
            .state = db_col_i64(rows, 8),
            .code = db_col_i64(rows, 9),
            .at = db_col_i64(rows, 10),
            .text = arena_str(arena, db_col_text(rows, 11)),
            .configuration = arena_str(arena, db_col_text(rows, 12)),
            .task = arena_str(arena, db_col_text(rows, 13)),
            .version = db_col_i64(rows, 14),
            .run = db_col_i64(rows, 15),
        };
        rc = 0;
    }
    return rc;
}

static void read_deployment(struct db_rows *rows, struct arena *arena,
                            struct patch_deployment *out)
{
    *out = (struct patch_deployment){
        .id = db_col_i64(rows, 0),
        .device = db_col_i64(rows, 1),
        .device_name = arena_str(arena, db_col_text(rows, 2)),
        .configuration = db_col_i64(rows, 3),
        .configuration_name = arena_str(arena, db_col_text(rows, 4)),
        .version = db_col_i64(rows, 5),
        .task = arena_str(arena, db_col_text(rows, 6)),
        .run = db_col_i64(rows, 7),
        .due = db_col_i64(rows, 8),
        .catch_up = db_col_i64(rows, 9) != 0,
        .started = db_col_i64(rows, 10),
        .ended = db_col_i64(rows, 11),
        .phase = db_col_i64(rows, 12),
        .outcome = db_col_i64(rows, 13),
        .text = arena_str(arena, db_col_text(rows, 14)),
        .groups = arena_str(arena, db_col_text(rows, 15)),
        .ok = db_col_i64(rows, 16),
        .failed = db_col_i64(rows, 17),
    };
}

int patch_deployment_list(struct db *db, const struct scope *scope,
                          const struct patch_history_query *q,
                          struct arena *arena, struct patch_deployments *out,
                          struct err *err)
{
    AUTO(db_rows_closep) struct db_rows *rows = NULL;
    int rc = db_query(
        db,
        "SELECT p.id, p.device, d.name, p.configuration, COALESCE(c.name, ''),"
        " p.version, p.task, p.run, p.due, p.catch_up, p.started, p.ended,"
        " p.phase, p.outcome, p.text, p.group_revisions, p.ok, p.failed"
        " FROM patch_deployment p JOIN device d ON d.id = p.device"
        " LEFT JOIN patch_configuration c ON c.id = p.configuration"
        " WHERE d.org = $1 AND " SCOPE_SQL
        " AND ($3 = 0 OR p.device = $3) AND ($4 = 0 OR p.configuration = $4)"
        " AND ($5 = 0 OR p.run = $5) AND p.started >= $6 AND p.started < $7"
        " AND ($8 = 0 OR p.id < $8) AND ($9 = 0 OR p.id = $9)"
        " ORDER BY p.id DESC LIMIT $10",
        DB_ARGS(db_i64(scope->org), db_i64(scope_limit(scope)),
                db_i64(q->device), db_i64(q->configuration), db_i64(q->run),
                db_i64(q->since), db_i64(end_of(q)), db_i64(q->before),
                db_i64(q->deployment), db_i64(q->limit)),
        &rows, err);

    while (rc == 0 && (rc = db_next(rows, err)) > 0) {
        read_deployment(rows, arena, vec_push(&out->all));
        rc = 0;
    }
    return rc;
}

/* --- Totals
 * ------------------------------------------------------------------------- */

/* A condition on h: the last of its deployment, patch and package. */
#define LAST                                                                   \
    "h.id = (SELECT MAX(l.id) FROM patch_history l WHERE l.deployment ="       \
    " h.deployment AND l.patch = h.patch AND l.package = h.package)"

static int read_days(struct db *db, const struct scope *scope,
                     const struct patch_history_query *q,
                     struct patch_totals *out, struct err *err)
{
    AUTO(db_rows_closep) struct db_rows *rows = NULL;
    int rc = db_query(
        db,
        "SELECT h.at / 86400, SUM(CASE WHEN h.state IN (6, 7) THEN 1 ELSE 0"
        " END), SUM(CASE WHEN h.state = 8 THEN 1 ELSE 0 END),"
        " SUM(CASE WHEN h.state < 6 THEN 1 ELSE 0 END)"
        " FROM patch_history h JOIN device d ON d.id = h.device"
        " WHERE d.org = $1 AND " SCOPE_SQL " AND ($3 = 0 OR h.device = $3)"
        " AND h.at >= $4 AND h.at < $5 AND " LAST
        " GROUP BY h.at / 86400 ORDER BY h.at / 86400",
        DB_ARGS(db_i64(scope->org), db_i64(scope_limit(scope)),
                db_i64(q->device), db_i64(q->since), db_i64(end_of(q))),
        &rows, err);

    while (rc == 0 && (rc = db_next(rows, err)) > 0) {
        struct patch_day day = { db_col_i64(rows, 0) * DAY_S,
                                 db_col_i64(rows, 1), db_col_i64(rows, 2) };

        out->ok += day.ok;
        out->failed += day.failed;
        out->in_progress += db_col_i64(rows, 3);
        *vec_push(&out->days) = day;
        rc = 0;
    }
    return rc;
}

int patch_history_totals(struct db *db, const struct scope *scope,
                         const struct patch_history_query *q,
                         struct arena *arena, struct patch_totals *out,
                         struct err *err)
{
    AUTO(db_rows_closep) struct db_rows *rows = NULL;
    int rc = read_days(db, scope, q, out, err);

    if (rc == 0)
        rc = db_query(
            db,
            "SELECT h.patch, COUNT(DISTINCT h.device), MAX(h.text)"
            " FROM patch_history h JOIN device d ON d.id = h.device"
            " WHERE d.org = $1 AND " SCOPE_SQL " AND ($3 = 0 OR h.device = $3)"
            " AND h.at >= $4 AND h.at < $5 AND h.state = 8"
            " GROUP BY h.patch ORDER BY COUNT(DISTINCT h.device) DESC, h.patch"
            " LIMIT $6",
            DB_ARGS(db_i64(scope->org), db_i64(scope_limit(scope)),
                    db_i64(q->device), db_i64(q->since), db_i64(end_of(q)),
                    db_i64(FAILURES_MAX)),
            &rows, err);
    while (rc == 0 && (rc = db_next(rows, err)) > 0) {
        *vec_push(&out->failures) =
            (struct patch_failure){ arena_str(arena, db_col_text(rows, 0)),
                                    db_col_i64(rows, 1),
                                    arena_str(arena, db_col_text(rows, 2)) };
        rc = 0;
    }
    return rc;
}
