/* SPDX-License-Identifier: Apache-2.0 */
#include "fleet/rollout.h"

#include "base/jval.h"

enum {
    FINISHED_MAX = 1000000,
    SOAK_MAX = 24 * 60,
    HOUR_S = 3600,
};

/* --- Rings as JSON
 * ---------------------------------------------------------------- */

struct reading {
    struct arena *arena;
    const char **field;
    size_t index;
};

static int refuse_ring(struct reading *r, const char *member, struct err *err,
                       const char *why)
{
    *r->field = arena_c(
        r->arena, arena_printf(r->arena, "rings[%zu].%s", r->index, member));
    return err_set(err, E_INVALID, "%s", why);
}

static bool is_within(const struct jval *json, const char *key, int64_t max,
                      int64_t otherwise, int64_t *out)
{
    *out = jval_i64(jval_get(json, key), otherwise);
    return *out >= 0 && *out <= max;
}

static int read_numbers(struct reading *r, const struct jval *json,
                        struct rollout_ring *out, struct err *err)
{
    if (!is_within(json, "label", INT64_MAX, 0, &out->label))
        return refuse_ring(r, "label", err, "is no label");
    if (!is_within(json, "min_success", 100, 90, &out->min_success))
        return refuse_ring(r, "min_success", err, "must be 0 to 100 percent");
    if (!is_within(json, "min_finished", FINISHED_MAX, 1, &out->min_finished) ||
        out->min_finished == 0)
        return refuse_ring(r, "min_finished", err, "must be 1 or more");
    if (!is_within(json, "stop_failed", 100, 100 - out->min_success,
                   &out->stop_failed))
        return refuse_ring(r, "stop_failed", err, "must be 0 to 100 percent");
    if (!is_within(json, "soak_hours", SOAK_MAX, 0, &out->soak_hours))
        return refuse_ring(r, "soak_hours", err, "must be 0 to 1440");
    return 0;
}

static int read_ring(struct reading *r, const struct jval *json,
                     struct rollout_ring *out, struct err *err)
{
    str promotion = jval_text(jval_get(json, "promotion"), STR("manual"));

    out->name = arena_str(r->arena, jval_text(jval_get(json, "name"), STR("")));
    if (out->name.n == 0 || out->name.n > ROLLOUT_RING_NAME_MAX)
        return refuse_ring(r, "name", err, "must have 1 to 100 bytes");
    out->automatic = str_eq_c(promotion, "automatic");
    if (!out->automatic && !str_eq_c(promotion, "manual"))
        return refuse_ring(r, "promotion", err, "is automatic or manual");
    return read_numbers(r, json, out, err);
}

int rollout_rings_parse(str text, struct arena *arena,
                        struct rollout_rings *out, const char **out_field,
                        struct err *err)
{
    AUTO(jval_freep) struct jval *json = NULL;
    struct reading r = { .arena = arena, .field = out_field };
    int rc = jval_parse(text, ROLLOUT_RING_JSON_MAX, &json, err);

    *out_field = "rings";
    *out = (struct rollout_rings){ .n = 0 };
    if (rc < 0)
        return rc;
    if (jval_kind(json) != JVAL_ARRAY || jval_count(json) > ROLLOUT_RING_MAX)
        return err_set(err, E_INVALID, "rings is a list of at most %d",
                       ROLLOUT_RING_MAX);
    for (; rc == 0 && out->n < jval_count(json); out->n++) {
        r.index = out->n;
        rc = read_ring(&r, jval_at(json, out->n), &out->ring[out->n], err);
        if (rc == 0 &&
            (out->ring[out->n].label == 0) != (out->n + 1 == jval_count(json)))
            rc = refuse_ring(&r, "label", err,
                             "every ring but the last has a label; the last is"
                             " for everybody else");
    }
    return rc;
}

void rollout_rings_print(const struct rollout_rings *rings, struct buf *out)
{
    AUTO(jval_freep) struct jval *list = jval_new_array();

    for (size_t i = 0; i < rings->n; i++) {
        const struct rollout_ring *ring = &rings->ring[i];
        struct jval *json = jval_new_object();

        jval_set_text(json, "name", ring->name);
        jval_set_i64(json, "label", ring->label);
        jval_set_i64(json, "min_success", ring->min_success);
        jval_set_i64(json, "min_finished", ring->min_finished);
        jval_set_i64(json, "stop_failed", ring->stop_failed);
        jval_set_text(json, "promotion",
                      ring->automatic ? STR("automatic") : STR("manual"));
        jval_set_i64(json, "soak_hours", ring->soak_hours);
        jval_push(list, json);
    }
    jval_print(list, out);
}

/* --- The rollout
 * -------------------------------------------------------------------- */

int rollout_get(struct db *db, int64_t configuration, struct arena *arena,
                struct rollout *out, struct err *err)
{
    AUTO(db_rows_closep) struct db_rows *rows = NULL;
    const char *field;
    int rc = db_query(db,
                      "SELECT rings, state, version, ring, since, reason,"
                      " revision, changed FROM patch_rollout"
                      " WHERE configuration = $1",
                      DB_ARGS(db_i64(configuration)), &rows, err);

    if (rc == 0)
        rc = db_next(rows, err);
    if (rc <= 0)
        return rc < 0 ? rc : 1;
    out->configuration = configuration;
    out->rings_json = arena_str(arena, db_col_text(rows, 0));
    out->state = arena_str(arena, db_col_text(rows, 1));
    out->version = db_col_i64(rows, 2);
    out->ring = db_col_i64(rows, 3);
    out->since = db_col_i64(rows, 4);
    out->reason = arena_str(arena, db_col_text(rows, 5));
    out->revision = db_col_i64(rows, 6);
    out->changed = db_col_i64(rows, 7);
    return rollout_rings_parse(out->rings_json, arena, &out->rings, &field,
                               err);
}

int rollout_set(struct db *db, int64_t configuration,
                const struct rollout_rings *rings, int64_t now, struct err *err)
{
    AUTO(buf_clear) struct buf text = BUF(ROLLOUT_RING_JSON_MAX);
    int rc;

    if (rings->n == 0) {
        rc = db_run(db, "DELETE FROM patch_rollout WHERE configuration = $1",
                    DB_ARGS(db_i64(configuration)), err);
        return rc < 0 ? rc : 0;
    }
    rollout_rings_print(rings, &text);
    rc = buf_finish(&text, "the rings", err);
    if (rc == 0)
        rc = db_run(
            db,
            "INSERT INTO patch_rollout (configuration, rings, state, version,"
            " ring, since, reason, revision, changed) VALUES ($1, $2,"
            " 'waiting', 0, 1, 0, '', 1, $3) ON CONFLICT (configuration)"
            " DO UPDATE SET rings = $2, state = 'waiting', version = 0,"
            " ring = 1, since = 0, reason = '', changed = $3,"
            " revision = patch_rollout.revision + 1",
            DB_ARGS(db_i64(configuration), db_text(buf_str(&text)),
                    db_i64(now)),
            err);
    return rc < 0 ? rc : 0;
}

int rollout_get_to_move(struct db *db, int64_t configuration,
                        struct arena *arena, struct rollout *out,
                        struct err *err)
{
    int rc = db_hold(db, DB_HOLD("patch_rollout", "configuration"),
                     configuration, err);

    return rc < 0 ? rc : rollout_get(db, configuration, arena, out, err);
}

bool rollout_is_held(const struct rollout *rollout)
{
    return str_eq(rollout->state, ROLLOUT_PAUSED) ||
           str_eq(rollout->state, ROLLOUT_STOPPED);
}

int rollout_move(struct db *db, int64_t configuration, str state, str reason,
                 int64_t now, struct err *err)
{
    int rc = db_run(db,
                    "UPDATE patch_rollout SET state = $2, reason = $3,"
                    " changed = $4, revision = revision + 1"
                    " WHERE configuration = $1",
                    DB_ARGS(db_i64(configuration), db_text(state),
                            db_text(reason), db_i64(now)),
                    err);

    return rc < 0 ? rc : 0;
}

int rollout_step(struct db *db, const struct rollout *rollout, int64_t ring,
                 int64_t version, int64_t now, struct err *err)
{
    int rc = db_run(db,
                    "UPDATE patch_rollout SET state = 'running', reason = '',"
                    " ring = $2, version = $3, since = $4, changed = $4,"
                    " revision = revision + 1 WHERE configuration = $1",
                    DB_ARGS(db_i64(rollout->configuration), db_i64(ring),
                            db_i64(version), db_i64(now)),
                    err);

    return rc < 0 ? rc : 0;
}

/* --- Devices
 * ----------------------------------------------------------------------- */

int rollout_ring_of_device(struct db *db, const struct rollout *rollout,
                           int64_t device, int64_t *out_ring, struct err *err)
{
    for (size_t i = 0; i + 1 < rollout->rings.n; i++) {
        int64_t n = 0;
        int rc = db_one_i64(
            db,
            "SELECT COUNT(*) FROM device_label"
            " WHERE label = $1 AND device = $2",
            DB_ARGS(db_i64(rollout->rings.ring[i].label), db_i64(device)), &n,
            err);

        if (rc < 0)
            return rc;
        if (n > 0) {
            *out_ring = (int64_t)i + 1;
            return 0;
        }
    }
    *out_ring = (int64_t)rollout->rings.n;
    return 0;
}

static void count_one(struct rollout_ring_score *score, bool ended,
                      int64_t failed, int64_t outcome)
{
    enum {
        DONE = 1,
        FAILED = 2
    };

    score->devices++;
    if (!ended)
        score->going_on++;
    else if (outcome == FAILED || failed > 0)
        score->failed++;
    else if (outcome == DONE)
        score->succeeded++;
}

/* The newest routine deployment of each device since the ring began. Skipped
 * and missed ones have reached nobody (P-RNG-4). */
int rollout_ring_score(struct db *db, const struct scope *scope,
                       const struct rollout *rollout, int64_t ring,
                       struct rollout_ring_score *out, struct err *err)
{
    struct seen {
        int64_t device, phase, failed, outcome;
    };
    VEC(struct seen) all = { 0 };
    AUTO(db_rows_closep) struct db_rows *rows = NULL;
    int64_t finished;
    int rc = db_query(
        db,
        "SELECT p.device, p.phase, p.failed, p.outcome FROM patch_deployment p"
        " JOIN device d ON d.id = p.device WHERE d.org = $1 AND " SCOPE_SQL
        " AND p.configuration = $3 AND p.task = 'routine' AND p.started >= $4"
        " AND p.outcome < 3 AND p.id = (SELECT MAX(q.id) FROM patch_deployment"
        " q WHERE q.device = p.device AND q.configuration = $3"
        " AND q.task = 'routine' AND q.outcome < 3)",
        DB_ARGS(db_i64(scope->org), db_i64(scope_limit(scope)),
                db_i64(rollout->configuration), db_i64(rollout->since)),
        &rows, err);

    *out = (struct rollout_ring_score){ .percent = -1 };
    while (rc == 0 && (rc = db_next(rows, err)) > 0) {
        *vec_push(&all) =
            (struct seen){ db_col_i64(rows, 0), db_col_i64(rows, 1),
                           db_col_i64(rows, 2), db_col_i64(rows, 3) };
        rc = 0;
    }
    for (size_t i = 0; rc == 0 && i < all.n; i++) {
        int64_t its = 0;

        rc = rollout_ring_of_device(db, rollout, all.p[i].device, &its, err);
        if (rc == 0 && its == ring)
            count_one(out, all.p[i].phase == 3, all.p[i].failed,
                      all.p[i].outcome);
    }
    vec_clear(&all);
    finished = out->succeeded + out->failed;
    if (finished > 0)
        out->percent = out->succeeded * 100 / finished;
    return rc;
}

/* Which step follows is src/patch's to say. */
enum patch_ring_action rollout_ring_judge(
    const struct rollout *rollout, const struct rollout_ring_score *score,
    int64_t now, struct buf *out_text)
{
    struct patch_ring rings[ROLLOUT_RING_MAX];
    struct patch_ring_count counts[ROLLOUT_RING_MAX] = { 0 };
    struct patch_rollout at = { .current = (size_t)rollout->ring - 1,
                                .since = rollout->since };

    for (size_t i = 0; i < rollout->rings.n; i++) {
        const struct rollout_ring *ring = &rollout->rings.ring[i];

        rings[i] = (struct patch_ring){
            .name = ring->name,
            .success_percent = (int)ring->min_success,
            .minimum_finished = (int)ring->min_finished,
            .stop_percent = (int)ring->stop_failed,
            .wait_hours = (int)ring->soak_hours,
            .by_hand = !ring->automatic,
        };
    }
    counts[at.current] = (struct patch_ring_count){ (uint64_t)score->devices,
                                                    (uint64_t)score->succeeded,
                                                    (uint64_t)score->failed };
    return patch_ring_step(rings, rollout->rings.n, counts, &at, now, out_text);
}
