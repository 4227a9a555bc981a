/* SPDX-License-Identifier: Apache-2.0 */
#include "fleet/patch_state.h"

#include "base/map.h"
#include "base/zpack.h"

#define COLUMNS                                                                \
    "id, device, org, os, at, received, cause, origin, manager, installed,"    \
    " missing, reboot, reboot_level, reboot_since, reboot_reason,"             \
    " reboot_text, errors, body"

enum {
    BODY_MAX = 64 << 20,
    LACKS_MAX = 100000,
    FIELD_MAX = 255,
};
#define ID_MAX ((int64_t)1 << 62)
#define TIME_MAX ((int64_t)1 << 40)

static const struct wire_field patch_lack_fields[] = {
    WIRE_FIELD_I64(patch_lack, patch, 1, ID_MAX),
    WIRE_FIELD_TEXT(patch_lack, package, FIELD_MAX),
    WIRE_FIELD_TEXT(patch_lack, arch, FIELD_MAX),
    WIRE_FIELD_TEXT(patch_lack, installed, FIELD_MAX),
    WIRE_FIELD_TEXT(patch_lack, candidate, FIELD_MAX),
    WIRE_FIELD_TEXT(patch_lack, suite, FIELD_MAX),
    WIRE_FIELD_I64(patch_lack, size, 0, (int64_t)1 << 50),
    WIRE_FIELD_I64(patch_lack, since, 0, TIME_MAX),
    WIRE_FIELD_BOOL(patch_lack, held),
    WIRE_FIELD_TEXT(patch_lack, problem, PATCHING_TEXT_MAX),
};
static const struct wire_shape shape_patch_lack =
    WIRE_SHAPE_OF(patch_lack, patch_lack_fields);

struct patch_lacks {
    struct wire_list lacks;
};
static const struct wire_field patch_lacks_fields[] = {
    WIRE_FIELD_LIST(patch_lacks, lacks, LACKS_MAX, shape_patch_lack),
};
static const struct wire_shape shape_patch_lacks =
    WIRE_SHAPE_OF(patch_lacks, patch_lacks_fields);

/* --- The blob
 * ------------------------------------------------------------------ */

static int pack(const struct wire_list *lacks, struct buf *out, struct err *err)
{
    AUTO(buf_clear) struct buf plain = BUF(BODY_MAX);
    struct patch_lacks all = { *lacks };
    int rc = wire_write(&shape_patch_lacks, &all, &plain, err);

    return rc < 0 ? rc : zpack_make(buf_str(&plain), out, err);
}

static int unpack(str body, struct arena *arena, struct wire_list *out,
                  struct err *err)
{
    AUTO(buf_clear) struct buf plain = BUF(BODY_MAX);
    struct patch_lacks all;
    int rc = zpack_open(body, &plain, err);

    if (rc == 0)
        rc = wire_read(&shape_patch_lacks, arena_str(arena, buf_str(&plain)),
                       arena, &all, err);
    if (rc < 0)
        return err_wrap(err, rc, "a stored scan");
    *out = all.lacks;
    return 0;
}

static int compare(const void *a, const void *b)
{
    const struct patch_lack *left = a;
    const struct patch_lack *right = b;

    if (left->patch != right->patch)
        return left->patch < right->patch ? -1 : 1;
    if (!str_eq(left->package, right->package))
        return str_cmp(left->package, right->package);
    return str_cmp(left->arch, right->arch);
}

static void sort(struct patch_state *state)
{
    const struct patch_lack *all = state->lacks.p;

    if (state->lacks.n > 1)
        qsort(state->lacks.p, state->lacks.n, sizeof(*all), compare);
    state->missing = 0;
    for (size_t i = 0; i < state->lacks.n; i++)
        state->missing += i == 0 || all[i].patch != all[i - 1].patch;
}

/* --- Rows
 * ---------------------------------------------------------------------- */

static void read_row(struct db_rows *rows, struct arena *arena,
                     struct patch_state *out)
{
    *out = (struct patch_state){
        .id = db_col_i64(rows, 0),
        .device = db_col_i64(rows, 1),
        .org = db_col_i64(rows, 2),
        .os = patch_os_of(db_col_text(rows, 3)),
        .at = db_col_i64(rows, 4),
        .received = db_col_i64(rows, 5),
        .cause = db_col_i64(rows, 6),
        .origin = arena_str(arena, db_col_text(rows, 7)),
        .manager = arena_str(arena, db_col_text(rows, 8)),
        .installed = db_col_i64(rows, 9),
        .missing = db_col_i64(rows, 10),
        .reboot = { .needed = db_col_i64(rows, 11) != 0,
                    .level = db_col_i64(rows, 12),
                    .since = db_col_i64(rows, 13),
                    .reason = arena_str(arena, db_col_text(rows, 14)),
                    .action = arena_str(arena, db_col_text(rows, 15)),
                    .requester = STR(""),
                    .action_by = STR("") },
        .errors = arena_str(arena, db_col_text(rows, 16)),
    };
}

int patch_state_get(struct db *db, int64_t device, struct arena *arena,
                    struct patch_state *out, struct err *err)
{
    AUTO(db_rows_closep) struct db_rows *rows = NULL;
    int rc =
        db_query(db, "SELECT " COLUMNS " FROM patch_scan WHERE device = $1",
                 DB_ARGS(db_i64(device)), &rows, err);

    if (rc == 0)
        rc = db_next(rows, err);
    if (rc <= 0)
        return rc < 0 ? rc : 1;
    read_row(rows, arena, out);
    return unpack(db_col_blob(rows, 17), arena, &out->lacks, err);
}

/* What was missing before is missing since then. */
static void keep_since(struct patch_state *state, const struct patch_state *was,
                       int64_t now)
{
    struct patch_lack *all = state->lacks.p;
    const struct patch_lack *old = was->lacks.p;
    size_t at = 0;

    for (size_t i = 0; i < state->lacks.n; i++) {
        while (at < was->lacks.n && old[at].patch < all[i].patch)
            at++;
        if (at < was->lacks.n && old[at].patch == all[i].patch)
            all[i].since = old[at].since;
        else if (all[i].since == 0)
            all[i].since = now;
    }
}

static int insert(struct db *db, struct patch_state *s, str body,
                  struct err *err)
{
    int rc = db_run(db, "DELETE FROM patch_scan WHERE device = $1",
                    DB_ARGS(db_i64(s->device)), err);

    if (rc < 0)
        return rc;
    return db_one_i64(
        db,
        "INSERT INTO patch_scan (device, org, os, at, received, cause, origin,"
        " manager, installed, missing, reboot, reboot_level, reboot_since,"
        " reboot_reason, reboot_text, errors, body) VALUES ($1, $2, $3, $4, $5,"
        " $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17) RETURNING id",
        DB_ARGS(db_i64(s->device), db_i64(s->org),
                db_text(str_c(patch_os_name(s->os))), db_i64(s->at),
                db_i64(s->received), db_i64(s->cause), db_text(s->origin),
                db_text(s->manager), db_i64(s->installed), db_i64(s->missing),
                db_i64(s->reboot.needed), db_i64(s->reboot.level),
                db_i64(s->reboot.since), db_text(s->reboot.reason),
                db_text(s->reboot.action), db_text(s->errors), db_blob(body)),
        &s->id, err);
}

/* Scans are read in the order of their ids by whoever caches them, so one is
 * written after the other. */
int patch_state_put(struct db *db, struct patch_state *state, int64_t now,
                    struct err *err)
{
    AUTO(arena_clear) struct arena arena = ARENA;
    AUTO(buf_clear) struct buf body = BUF(BODY_MAX);
    struct patch_state was = { 0 };
    int rc = db_lock(db, "patch_scan", err);
    int had;

    if (rc == 0)
        rc = patch_state_get(db, state->device, &arena, &was, err);
    if (rc < 0)
        return rc;
    had = rc == 0;
    if (had && str_eq(state->origin, SCAN_BY_SERVER) &&
        !str_eq(was.origin, SCAN_BY_SERVER))
        return 1;
    sort(state);
    keep_since(state, &was, now);
    state->received = now;
    if (had && was.reboot.needed && state->reboot.needed)
        state->reboot.since = was.reboot.since;
    else if (state->reboot.needed && state->reboot.since == 0)
        state->reboot.since = now;
    rc = pack(&state->lacks, &body, err);
    return rc < 0 ? rc : insert(db, state, buf_str(&body), err);
}

int patch_state_failed(struct db *db, int64_t device, int64_t at, str why,
                       struct err *err)
{
    int rc = db_run(db,
                    "UPDATE device_patch SET scan_failed = $2,"
                    " scan_failure = $3 WHERE device = $1",
                    DB_ARGS(db_i64(device), db_i64(why.n > 0 ? at : 0),
                            db_text(why.n > 0 ? why : STR(""))),
                    err);

    return rc < 0 ? rc : 0;
}

int patch_state_reboot(struct db *db, int64_t device,
                       const struct patching_reboot *r, struct err *err)
{
    int rc = db_run(db,
                    "UPDATE patch_scan SET reboot = $2, reboot_level = $3,"
                    " reboot_since = $4, reboot_reason = $5, reboot_text = $6"
                    " WHERE device = $1",
                    DB_ARGS(db_i64(device), db_i64(r->needed), db_i64(r->level),
                            db_i64(r->since), db_text(r->reason),
                            db_text(r->action)),
                    err);

    return rc < 0 ? rc : 0;
}

/* --- All of them
 * ------------------------------------------------------------------ */

struct each {
    patch_state_fn *fn;
    void *ctx;
};

static int each_row(void *ctx, struct db_rows *rows, struct err *err)
{
    AUTO(arena_clear) struct arena arena = ARENA;
    struct each *each = ctx;
    struct patch_state state;
    int rc;

    read_row(rows, &arena, &state);
    rc = unpack(db_col_blob(rows, 17), &arena, &state.lacks, err);
    return rc < 0 ? rc : each->fn(each->ctx, &state, err);
}

int patch_state_each(struct db *db, int64_t org, int64_t after,
                     patch_state_fn *fn, void *ctx, struct err *err)
{
    struct each each = { fn, ctx };

    return db_each(db,
                   "SELECT " COLUMNS " FROM patch_scan WHERE org = $1"
                   " AND id > $2 ORDER BY id",
                   DB_ARGS(db_i64(org), db_i64(after)), each_row, &each, err);
}
