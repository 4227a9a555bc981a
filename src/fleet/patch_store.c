/* SPDX-License-Identifier: Apache-2.0 */
#include "fleet/patch_store.h"

#include "base/zpack.h"

#define COLUMNS "id, patch, os, source, added, changed, body, revision"

enum {
    CHAIN_MAX = 4096, /* patches that are looked up for one */
};

void patch_rows_clear(struct patch_rows *rows)
{
    vec_clear(&rows->all);
}

static int rank(str source)
{
    static const char *const ranks[] = { "import", "advisory", "report",
                                         "agent" };
    int i = 0;

    while (i < (int)COUNT(ranks) && !str_eq_c(source, ranks[i]))
        i++;
    return i;
}

/* --- Rows ------------------------------------------------------------------
 */

static int body_of(const struct patch *patch, struct buf *out, struct err *err)
{
    AUTO(buf_clear) struct buf text = BUF(PATCH_STORE_BODY_MAX);
    AUTO(jval_freep) struct jval *json = patch_to_jval(patch);
    int rc;

    jval_print(json, &text);
    rc = buf_finish(&text, "a patch", err);
    return rc < 0 ? rc : zpack_make(buf_str(&text), out, err);
}

static int read_body(str body, enum patch_os os, struct arena *arena,
                     struct patch *out, struct err *err)
{
    AUTO(buf_clear) struct buf text = BUF(PATCH_STORE_BODY_MAX);
    AUTO(jval_freep) struct jval *json = NULL;
    struct patch_refusals refusals = PATCH_REFUSALS;
    int rc = zpack_open(body, &text, err);

    if (rc == 0)
        rc = jval_parse(buf_str(&text), PATCH_STORE_BODY_MAX, &json, err);
    if (rc == 0 && !patch_from_jval(json, os, arena, &refusals, out))
        rc = patch_refusals_err(&refusals, err);
    patch_refusals_clear(&refusals);
    return rc < 0 ? err_wrap(err, rc, "a stored patch") : 0;
}

static int read_row(struct db_rows *rows, struct arena *arena,
                    struct patch_row *out, struct err *err)
{
    out->id = db_col_i64(rows, 0);
    out->source = arena_str(arena, db_col_text(rows, 3));
    out->added = db_col_i64(rows, 4);
    out->changed = db_col_i64(rows, 5);
    out->revision = db_col_i64(rows, 7);
    return read_body(db_col_blob(rows, 6), patch_os_of(db_col_text(rows, 2)),
                     arena, &out->patch, err);
}

/* The number of this change. Before the row is written: whoever writes next
 * waits for this transaction's end, so numbers become visible in order. */
static int bump(struct db *db, int64_t org, int64_t *out, struct err *err)
{
    return db_one_i64(db,
                      "INSERT INTO setting (org, name, value, revision)"
                      " VALUES ($1, 'patching.catalogue', '', 1)"
                      " ON CONFLICT (org, name)"
                      " DO UPDATE SET revision = setting.revision + 1"
                      " RETURNING revision",
                      DB_ARGS(db_i64(org)), out, err);
}

static int add(struct db *db, const struct patch_put *put, str body,
               int64_t *out_id, struct err *err)
{
    const struct patch *p = put->patch;
    int64_t revision = 0;
    int rc = bump(db, put->org, &revision, err);

    if (rc < 0)
        return rc;
    rc = db_one_i64(
        db,
        "INSERT INTO patch (org, patch, os, type, severity, vendor, product,"
        " version, title, released, source, added, changed, body, revision)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $12, $13,"
        " $14)"
        " ON CONFLICT (org, patch) DO UPDATE SET os = $3, type = $4,"
        " severity = $5, vendor = $6, product = $7, version = $8, title = $9,"
        " released = $10, source = $11, changed = $12, body = $13,"
        " revision = $14"
        " RETURNING id",
        DB_ARGS(
            db_i64(put->org), db_text(p->id),
            db_text(str_c(patch_os_name(p->os))),
            db_text(str_c(patch_type_name(p->type))),
            db_text(str_c(patch_severity_name(p->severity))),
            db_text(str_or_empty(p->vendor)), db_text(str_or_empty(p->product)),
            db_text(str_or_empty(p->version)), db_text(str_or_empty(p->title)),
            db_i64(p->published), db_text(put->source), db_i64(put->now),
            db_blob(body), db_i64(revision)),
        out_id, err);
    return rc < 0 ? rc : 1;
}

/* Scores are ours (patch_know_scores()), not the agent's: the newest hold. */
static void take_scores(struct patch *old, const struct patch *now,
                        struct arena *arena)
{
    struct patch_cve *cves =
        arena_alloc(arena, old->cve_count + 1, sizeof(*cves));

    for (size_t i = 0; i < old->cve_count; i++) {
        bool same =
            i < now->cve_count && str_eq(old->cves[i].id, now->cves[i].id);

        cves[i] = same ? now->cves[i] : old->cves[i];
    }
    old->cves = cves;
}

static void make_worse(struct patch *old, const struct patch *now,
                       struct arena *arena)
{
    if (now->severity > old->severity)
        old->severity = now->severity;
    if (now->type == PATCH_SECURITY || old->type == PATCH_TYPE_UNKNOWN)
        old->type = now->type;
    if (old->cve_count == 0) {
        old->cves = now->cves;
        old->cve_count = now->cve_count;
    } else {
        take_scores(old, now, arena);
    }
}

/* The row and the second word of an agent: what holds is put into *put. */
static int join(const struct patch_row *row, const struct patch_put *put,
                struct db *db, struct err *err)
{
    AUTO(buf_clear) struct buf before = BUF(PATCH_STORE_BODY_MAX);
    AUTO(buf_clear) struct buf after = BUF(PATCH_STORE_BODY_MAX);
    AUTO(arena_clear) struct arena arena = ARENA;
    struct patch joined = row->patch;
    struct patch_put worse = *put;
    int64_t id;
    int rc = body_of(&joined, &before, err);

    if (rc < 0 || joined.os != put->patch->os)
        return rc;
    make_worse(&joined, put->patch, &arena);
    rc = body_of(&joined, &after, err);
    if (rc < 0 || str_eq(buf_str(&before), buf_str(&after)))
        return rc;
    worse.patch = &joined;
    return add(db, &worse, buf_str(&after), &id, err);
}

/* It is there: is it changed? */
static int put_again(struct db *db, const struct patch_put *put,
                     struct db_rows *rows, struct err *err)
{
    AUTO(buf_clear) struct buf body = BUF(PATCH_STORE_BODY_MAX);
    AUTO(arena_clear) struct arena arena = ARENA;
    int before = rank(db_col_text(rows, 3));
    struct patch_row row;
    int64_t id;
    int rc;

    if (before < rank(put->source))
        return 0;
    rc = body_of(put->patch, &body, err);
    if (rc < 0 || str_eq(db_col_blob(rows, 6), buf_str(&body)))
        return rc;
    if (before == rank(PATCH_FROM_AGENT) &&
        str_eq(put->source, PATCH_FROM_AGENT)) {
        rc = read_row(rows, &arena, &row, err);
        return rc < 0 ? rc : join(&row, put, db, err);
    }
    return add(db, put, buf_str(&body), &id, err);
}

static int put_new(struct db *db, const struct patch_put *put, int64_t *out_id,
                   struct err *err)
{
    AUTO(buf_clear) struct buf body = BUF(PATCH_STORE_BODY_MAX);
    int rc;

    *out_id = 0;
    if (put->room != NULL && *put->room <= 0)
        return 0;
    rc = body_of(put->patch, &body, err);
    if (rc == 0)
        rc = add(db, put, buf_str(&body), out_id, err);
    if (rc > 0 && put->room != NULL)
        --*put->room;
    return rc;
}

int patch_store_put(struct db *db, const struct patch_put *put, int64_t *out_id,
                    struct err *err)
{
    AUTO(db_rows_closep) struct db_rows *rows = NULL;
    int rc = db_query(db,
                      "SELECT " COLUMNS " FROM patch WHERE org = $1"
                      " AND patch = $2",
                      DB_ARGS(db_i64(put->org), db_text(put->patch->id)), &rows,
                      err);

    if (rc == 0)
        rc = db_next(rows, err);
    if (rc <= 0)
        return rc < 0 ? rc : put_new(db, put, out_id, err);
    *out_id = db_col_i64(rows, 0);
    return put_again(db, put, rows, err);
}

static int find_one(struct db_rows *rows, struct arena *arena,
                    struct patch_row *out, struct err *err)
{
    int rc = db_next(rows, err);

    if (rc == 0)
        return err_set(err, E_ABSENT, "there is no such patch");
    return rc < 0 ? rc : read_row(rows, arena, out, err);
}

int patch_store_find(struct db *db, int64_t org, str patch, struct arena *arena,
                     struct patch_row *out, struct err *err)
{
    AUTO(db_rows_closep) struct db_rows *rows = NULL;
    int rc = db_query(db,
                      "SELECT " COLUMNS " FROM patch WHERE org = $1"
                      " AND patch = $2",
                      DB_ARGS(db_i64(org), db_text(patch)), &rows, err);

    return rc < 0 ? rc : find_one(rows, arena, out, err);
}

int patch_store_get(struct db *db, int64_t org, int64_t id, struct arena *arena,
                    struct patch_row *out, struct err *err)
{
    AUTO(db_rows_closep) struct db_rows *rows = NULL;
    int rc = db_query(db,
                      "SELECT " COLUMNS " FROM patch WHERE org = $1"
                      " AND id = $2",
                      DB_ARGS(db_i64(org), db_i64(id)), &rows, err);

    return rc < 0 ? rc : find_one(rows, arena, out, err);
}

int patch_store_since(struct db *db, int64_t org, int64_t revision,
                      struct arena *arena, struct patch_rows *out,
                      struct err *err)
{
    AUTO(db_rows_closep) struct db_rows *rows = NULL;
    int rc = db_query(db,
                      "SELECT " COLUMNS " FROM patch WHERE org = $1"
                      " AND revision > $2 ORDER BY id",
                      DB_ARGS(db_i64(org), db_i64(revision)), &rows, err);

    while (rc == 0 && (rc = db_next(rows, err)) > 0)
        rc = read_row(rows, arena, vec_push(&out->all), err);
    return rc;
}

int patch_store_revision(struct db *db, int64_t org, int64_t *out,
                         struct err *err)
{
    int rc;

    *out = 0;
    rc = db_one_i64(db,
                    "SELECT revision FROM setting WHERE org = $1"
                    " AND name = 'patching.catalogue'",
                    DB_ARGS(db_i64(org)), out, err);
    return rc < 0 ? rc : 0;
}

/* --- With its chain ----------------------------------------------------------
 */

struct chain {
    struct db *db;
    int64_t org;
    struct patch_catalogue *catalogue;
    struct arena arena;
    VEC(str) open; /* ids that are still to be looked up */
};

static int add_row(struct chain *c, const struct patch_row *row,
                   struct err *err)
{
    const struct patch *p = &row->patch;

    if (patch_catalogue_find(c->catalogue, p->id) != PATCH_NONE)
        return 0;
    for (size_t i = 0; i < p->supersede_count; i++)
        *vec_push(&c->open) = p->supersedes[i];
    return patch_catalogue_add(c->catalogue, p, err);
}

int patch_store_load(struct db *db, int64_t org, int64_t id,
                     struct patch_catalogue *catalogue, uint32_t *out_index,
                     struct err *err)
{
    struct chain c = {
        .db = db, .org = org, .catalogue = catalogue, .arena = ARENA
    };
    struct patch_row row;
    int rc = patch_store_get(db, org, id, &c.arena, &row, err);

    if (rc == 0)
        rc = add_row(&c, &row, err);
    if (rc == 0)
        *out_index = patch_catalogue_find(catalogue, row.patch.id);
    for (size_t i = 0; rc == 0 && i < c.open.n && i < CHAIN_MAX; i++) {
        if (patch_catalogue_find(catalogue, c.open.p[i]) != PATCH_NONE)
            continue;
        rc = patch_store_find(db, org, c.open.p[i], &c.arena, &row, err);
        if (rc == 0)
            rc = add_row(&c, &row, err);
        else if (rc == E_ABSENT)
            rc = 0;
    }
    vec_clear(&c.open);
    arena_clear(&c.arena);
    return rc;
}

/* --- Votes -------------------------------------------------------------------
 */

int patch_vote(struct db *db, const struct scope *scope, int64_t patch, bool on,
               int64_t now, struct err *err)
{
    int rc;

    if (!on)
        rc = db_run(
            db,
            "DELETE FROM patch_vote WHERE org = $1 AND patch = $2"
            " AND app_user = $3",
            DB_ARGS(db_i64(scope->org), db_i64(patch), db_i64(scope->user)),
            err);
    else
        rc = db_run(db,
                    "INSERT INTO patch_vote (org, patch, app_user, at)"
                    " VALUES ($1, $2, $3, $4)"
                    " ON CONFLICT (org, patch, app_user) DO NOTHING",
                    DB_ARGS(db_i64(scope->org), db_i64(patch),
                            db_i64(scope->user), db_i64(now)),
                    err);
    return rc < 0 ? rc : 0;
}

int patch_votes(struct db *db, int64_t org, int64_t patch, int64_t *out,
                struct err *err)
{
    return db_one_i64(db,
                      "SELECT COUNT(*) FROM patch_vote WHERE org = $1"
                      " AND patch = $2",
                      DB_ARGS(db_i64(org), db_i64(patch)), out, err);
}
