/* SPDX-License-Identifier: Apache-2.0 */
#include "fleet/waiver.h"

#define COLUMNS                                                                \
    "w.id, w.rule, w.device, w.label, w.reason, w.author, w.created, "         \
    "w.expires"

/* $1 org, $2 whose label scope. One of a label is seen by who sees all
 * devices, or has the label. */
#define SEEN                                                                   \
    "w.org = $1 AND w.revoked = 0 AND ((w.device <> 0 AND EXISTS (SELECT 1"    \
    " FROM device d WHERE d.id = w.device AND d.org = $1 AND " SCOPE_SQL       \
    ")) OR (w.label <> 0 AND " SCOPE_LABEL_SQL("w.label") "))"

void waivers_clear(struct waivers *list)
{
    vec_clear(&list->all);
}

static void read_row(struct db_rows *rows, struct arena *arena,
                     struct waiver *out)
{
    *out = (struct waiver){
        .id = db_col_i64(rows, 0),
        .rule = arena_str(arena, db_col_text(rows, 1)),
        .device = db_col_i64(rows, 2),
        .label = db_col_i64(rows, 3),
        .reason = arena_str(arena, db_col_text(rows, 4)),
        .author = arena_str(arena, db_col_text(rows, 5)),
        .created = db_col_i64(rows, 6),
        .expires = db_col_i64(rows, 7),
    };
}

static int read_rows(struct db_rows *rows, struct arena *arena,
                     struct waivers *out, struct err *err)
{
    int rc;

    while ((rc = db_next(rows, err)) > 0)
        read_row(rows, arena, vec_push(&out->all));
    return rc;
}

static int bad(const char **out_field, const char *field, const char *why,
               struct err *err)
{
    *out_field = field;
    return err_set(err, E_INVALID, "%s", why);
}

static int see_target(struct db *db, const struct scope *scope,
                      const struct waiver *w, const char **out_field,
                      struct err *err)
{
    int64_t found = 0;
    int rc;

    if (w->device != 0)
        rc = db_one_i64(db,
                        "SELECT d.id FROM device d WHERE d.org = $1 AND"
                        " " SCOPE_SQL " AND d.id = $3",
                        DB_ARGS(db_i64(scope->org), db_i64(scope_limit(scope)),
                                db_i64(w->device)),
                        &found, err);
    else
        rc =
            db_one_i64(db,
                       "SELECT l.id FROM label l WHERE l.org = $1 AND l.id = $3"
                       " AND " SCOPE_LABEL_SQL("l.id"),
                       DB_ARGS(db_i64(scope->org), db_i64(scope_limit(scope)),
                               db_i64(w->label)),
                       &found, err);
    if (rc != 1)
        return rc;
    return bad(out_field, w->device != 0 ? "device" : "label",
               "there is none that you see", err);
}

static int check(struct db *db, const struct scope *scope,
                 const struct waiver *w, int64_t now, const char **out_field,
                 struct err *err)
{
    if (w->rule.n == 0 || w->rule.n > WAIVER_RULE_MAX)
        return bad(out_field, "rule", "rule is the id of a rule", err);
    if ((w->device != 0) == (w->label != 0))
        return bad(out_field, "device", "name a device or a label, not both",
                   err);
    if (str_trim(w->reason).n == 0 || w->reason.n > WAIVER_REASON_MAX)
        return bad(out_field, "reason", "say why the rule may fail", err);
    if (w->expires <= now)
        return bad(out_field, "expires", "a waiver ends in the future", err);
    return see_target(db, scope, w, out_field, err);
}

int waiver_add(struct db *db, const struct scope *scope, struct waiver *w,
               int64_t now, const char **out_field, struct err *err)
{
    int rc = check(db, scope, w, now, out_field, err);

    if (rc < 0)
        return rc;
    w->author = scope->name;
    w->created = now;
    return db_one_i64(
        db,
        "INSERT INTO waiver (org, rule, device, label, reason, author,"
        " created, expires, revoked)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 0) RETURNING id",
        DB_ARGS(db_i64(scope->org), db_text(w->rule), db_i64(w->device),
                db_i64(w->label), db_text(w->reason), db_text(w->author),
                db_i64(now), db_i64(w->expires)),
        &w->id, err);
}

int waiver_get(struct db *db, const struct scope *scope, int64_t id,
               struct arena *arena, struct waiver *out, struct err *err)
{
    AUTO(db_rows_closep) struct db_rows *rows = NULL;
    int rc = db_get(
        db, "SELECT " COLUMNS " FROM waiver w WHERE " SEEN " AND w.id = $3",
        DB_ARGS(db_i64(scope->org), db_i64(scope_limit(scope)), db_i64(id)),
        DB_WANTED("waiver", id), &rows, err);

    if (rc < 0)
        return rc;
    read_row(rows, arena, out);
    return 0;
}

int waiver_remove(struct db *db, const struct scope *scope, int64_t id,
                  int64_t now, struct err *err)
{
    int rc = db_run(db,
                    "UPDATE waiver SET revoked = $3"
                    " WHERE org = $1 AND id = $2 AND revoked = 0",
                    DB_ARGS(db_i64(scope->org), db_i64(id), db_i64(now)), err);

    if (rc == 0)
        return err_set(err, E_ABSENT, "there is no waiver %lld", (long long)id);
    return rc < 0 ? rc : 0;
}

int waiver_list(struct db *db, const struct scope *scope,
                const struct waiver_range *range, struct arena *arena,
                struct waivers *out, struct err *err)
{
    AUTO(db_rows_closep) struct db_rows *rows = NULL;
    int rc = db_query(db,
                      "SELECT " COLUMNS " FROM waiver w WHERE " SEEN
                      " AND w.id > $3 ORDER BY w.id LIMIT $4",
                      DB_ARGS(db_i64(scope->org), db_i64(scope_limit(scope)),
                              db_i64(range->after), db_i64(range->limit)),
                      &rows, err);

    return rc < 0 ? rc : read_rows(rows, arena, out, err);
}

int waiver_for_device(struct db *db, int64_t device, int64_t now,
                      struct arena *arena, struct waivers *out, struct err *err)
{
    AUTO(db_rows_closep) struct db_rows *rows = NULL;
    int rc = db_query(
        db,
        "SELECT " COLUMNS " FROM waiver w JOIN device d ON d.org = w.org"
        " WHERE d.id = $1 AND w.revoked = 0 AND w.expires > $2"
        " AND (w.device = $1 OR EXISTS (SELECT 1 FROM device_label dl"
        " WHERE dl.device = $1 AND dl.label = w.label)) ORDER BY w.id",
        DB_ARGS(db_i64(device), db_i64(now)), &rows, err);

    return rc < 0 ? rc : read_rows(rows, arena, out, err);
}

const struct waiver *waiver_find(const struct waivers *list, str rule)
{
    for (size_t i = 0; i < list->all.n; i++)
        if (str_eq(list->all.p[i].rule, rule))
            return &list->all.p[i];
    return NULL;
}
