/* SPDX-License-Identifier: Apache-2.0 */
#include "fleet/label_action.h"

#include <stdlib.h>

#include "base/buf.h"

void label_actions_clear(struct label_actions *actions)
{
    vec_clear(&actions->all);
}

/* --- The devices of an action: ids of 8 bytes, little-endian ------------- */

static void put_id(struct buf *out, int64_t id)
{
    for (int i = 0; i < 8; i++)
        buf_add_char(out, (char)((uint64_t)id >> 8 * i));
}

static int64_t get_id(str bytes, size_t index)
{
    uint64_t id = 0;

    for (int i = 0; i < 8; i++)
        id |= (uint64_t)(uint8_t)bytes.p[8 * index + (size_t)i] << 8 * i;
    return (int64_t)id;
}

static int compare(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a;
    int64_t y = *(const int64_t *)b;

    return x < y ? -1 : x > y;
}

/* Those of change->devices that do not have the label yet. */
static int find_new(struct db *db, const struct label_change *change,
                    struct buf *out, struct err *err)
{
    AUTO(db_rows_closep) struct db_rows *rows = NULL;
    VEC(int64_t) ids = { 0 };
    int rc = db_query(db,
                      "SELECT device FROM device_label WHERE label = $1"
                      " ORDER BY device",
                      DB_ARGS(db_i64(change->label)), &rows, err);

    while (rc == 0 && (rc = db_next(rows, err)) > 0) {
        *vec_push(&ids) = db_col_i64(rows, 0);
        rc = 0;
    }
    for (size_t i = 0; rc == 0 && i < change->n; i++) {
        if (ids.n == 0 || bsearch(&change->devices[i], ids.p, ids.n,
                                  sizeof(*ids.p), compare) == NULL)
            put_id(out, change->devices[i]);
    }
    vec_clear(&ids);
    return rc < 0 ? rc : buf_finish(out, "the devices of an action", err);
}

int label_action_apply(struct db *db, const struct scope *scope,
                       const struct label_change *change,
                       struct label_count *out, int64_t *out_id,
                       struct err *err)
{
    AUTO(buf_clear) struct buf fresh = BUF(8 * LABEL_MEMBERS_MAX);
    int rc = find_new(db, change, &fresh, err);

    if (rc == 0)
        rc = label_members_add(db, scope, change, out, err);
    *out_id = 0;
    if (rc < 0 || out->changed == 0)
        return rc;
    return db_one_i64(db,
                      "INSERT INTO label_action (org, label, at, actor,"
                      " app_user, devices, undone) VALUES ($1, $2, $3, $4, $5,"
                      " $6, 0) RETURNING id",
                      DB_ARGS(db_i64(scope->org), db_i64(change->label),
                              db_i64(change->now), db_text(scope->name),
                              db_i64(scope->user), db_blob(buf_str(&fresh))),
                      out_id, err);
}

/* --- Undoing ------------------------------------------------------------- */

static int take_back(struct db *db, const struct scope *scope, str devices,
                     struct label_change *change, struct label_count *out,
                     struct err *err)
{
    size_t n = devices.n / 8;
    int64_t *ids = mem_alloc(n + 1, sizeof(*ids));
    int rc;

    for (size_t i = 0; i < n; i++)
        ids[i] = get_id(devices, i);
    change->devices = ids;
    change->n = n;
    rc = label_members_remove(db, scope, change, out, err);
    mem_free(ids);
    return rc;
}

static int label_exists(struct db *db, const struct scope *scope, int64_t label,
                        struct err *err)
{
    int64_t n = 0;
    int rc = db_one_i64(db,
                        "SELECT COUNT(*) FROM label WHERE org = $1"
                        " AND id = $2",
                        DB_ARGS(db_i64(scope->org), db_i64(label)), &n, err);

    return rc < 0 ? rc : n > 0;
}

int label_action_undo(struct db *db, const struct scope *scope, int64_t id,
                      int64_t now, struct label_count *out, struct err *err)
{
    AUTO(db_rows_closep) struct db_rows *rows = NULL;
    struct label_change change = { .now = now };
    int rc = db_get(
        db,
        "SELECT label, devices, undone FROM label_action"
        " WHERE org = $1 AND id = $2"
        " AND ($3 = 0 OR app_user = $3)",
        DB_ARGS(db_i64(scope->org), db_i64(id), db_i64(scope_limit(scope))),
        DB_WANTED("action", id), &rows, err);

    if (rc < 0)
        return rc;
    *out = (struct label_count){ 0 };
    change.label = db_col_i64(rows, 0);
    rc = db_run(db,
                "UPDATE label_action SET undone = $2 WHERE id = $1"
                " AND undone = 0",
                DB_ARGS(db_i64(id), db_i64(now)), err);
    if (rc == 0)
        return err_set(err, E_INVALID, "the action %lld was undone before",
                       (long long)id);
    if (rc > 0)
        rc = label_exists(db, scope, change.label, err);
    return rc <= 0
               ? rc
               : take_back(db, scope, db_col_blob(rows, 1), &change, out, err);
}

int label_action_list(struct db *db, const struct scope *scope,
                      const struct label_action_find *find, struct arena *arena,
                      struct label_actions *out, struct err *err)
{
    AUTO(db_rows_closep) struct db_rows *rows = NULL;
    int64_t before = find->before != 0 ? find->before : INT64_MAX;
    int rc = db_query(db,
                      "SELECT a.id, a.label, COALESCE(l.name, ''), a.at,"
                      " a.actor, a.devices, a.undone FROM label_action a"
                      " LEFT JOIN label l ON l.id = a.label"
                      " WHERE a.org = $1 AND ($2 = 0 OR a.app_user = $2)"
                      " AND a.id < $3 ORDER BY a.id DESC LIMIT $4",
                      DB_ARGS(db_i64(scope->org), db_i64(scope_limit(scope)),
                              db_i64(before), db_i64(find->limit)),
                      &rows, err);

    while (rc == 0 && (rc = db_next(rows, err)) > 0) {
        *vec_push(&out->all) = (struct label_action){
            .id = db_col_i64(rows, 0),
            .label = db_col_i64(rows, 1),
            .label_name = arena_str(arena, db_col_text(rows, 2)),
            .at = db_col_i64(rows, 3),
            .actor = arena_str(arena, db_col_text(rows, 4)),
            .devices = (int64_t)(db_col_blob(rows, 5).n / 8),
            .undone = db_col_i64(rows, 6),
        };
        rc = 0;
    }
    return rc;
}
