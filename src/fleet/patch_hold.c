/* SPDX-License-Identifier: Apache-2.0 */
#include "fleet/patch_hold.h"

#include "risk/cve.h"

#define HOLD_COLUMNS                                                           \
    "h.id, h.kind, h.target, h.label, h.reason, h.author, h.created,"          \
    " h.until, h.lifted, h.lifted_by"
#define FREEZE_COLUMNS                                                         \
    "f.id, f.label, f.reason, f.author, f.created, f.begins, f.ends,"          \
    " f.lifted, f.lifted_by"

/* What is for everybody, or for a label of the scope's roles ($2 is its
 * limit). */
#define SEES_LABEL_OF(table)                                                   \
    "(" table ".label = 0 OR " SCOPE_LABEL_SQL(table ".label") ")"

enum {
    FREEZE_MAX_S = 370 * 86400,
};

void patch_hold_rows_clear(struct patch_hold_rows *rows)
{
    vec_clear(&rows->all);
}

void patch_freeze_rows_clear(struct patch_freeze_rows *rows)
{
    vec_clear(&rows->all);
}

static int check_reason(str reason, const char **out_field, struct err *err)
{
    *out_field = "reason";
    if (str_trim(reason).n == 0 || reason.n > PATCH_HOLD_REASON_MAX)
        return err_set(err, E_INVALID, "reason must have 1 to %d bytes",
                       PATCH_HOLD_REASON_MAX);
    return 0;
}

/* A label that limits whom it is for must be one that the scope reaches. */
static int check_label(struct db *db, const struct scope *scope, int64_t label,
                       struct err *err)
{
    int64_t n = 0;
    int rc;

    if (label == 0)
        return 0;
    rc = db_one_i64(
        db,
        "SELECT COUNT(*) FROM label l WHERE l.org = $1"
        " AND " SCOPE_LABEL_SQL("l.id") " AND l.id = $3",
        DB_ARGS(db_i64(scope->org), db_i64(scope_limit(scope)), db_i64(label)),
        &n, err);
    if (rc == 0 && n == 0)
        return err_set(err, E_INVALID, "there is no label %lld",
                       (long long)label);
    return rc;
}

static int lift(struct db *db, const struct scope *scope, const char *sql,
                int64_t id, int64_t now, struct err *err)
{
    int rc = db_run(db, sql,
                    DB_ARGS(db_i64(scope->org), db_i64(scope_limit(scope)),
                            db_i64(id), db_i64(now), db_text(scope->name)),
                    err);

    return rc < 0 ? rc : rc == 0;
}

/* --- Holds
 * ---------------------------------------------------------------------- */

int patch_hold_check(const struct patch_hold_row *hold, int64_t now,
                     const char **out_field, struct err *err)
{
    uint64_t key;
    int rc = 0;

    *out_field = "target";
    if (hold->target.n == 0 || hold->target.n > PATCH_HOLD_TARGET_MAX ||
        str_trim(hold->target).n != hold->target.n)
        return err_set(err, E_INVALID,
                       "target must have 1 to %d bytes and no blanks around it",
                       PATCH_HOLD_TARGET_MAX);
    if (str_eq(hold->kind, PATCH_HOLD_CVE))
        rc = cve_parse(hold->target, &key, err);
    if (rc < 0)
        return rc;
    *out_field = "until";
    if (hold->until != 0 && hold->until <= now)
        return err_set(err, E_INVALID, "until is in the past");
    return check_reason(hold->reason, out_field, err);
}

int patch_hold_add(struct db *db, const struct scope *scope,
                   struct patch_hold_row *hold, int64_t now, struct err *err)
{
    int rc = check_label(db, scope, hold->label, err);

    if (rc < 0)
        return rc;
    hold->author = scope->name;
    hold->created = now;
    hold->lifted_by = STR("");
    return db_one_i64(
        db,
        "INSERT INTO patch_hold (org, kind, target, label, reason, author,"
        " created, until, lifted, lifted_by) VALUES ($1, $2, $3, $4, $5, $6,"
        " $7, $8, 0, '') RETURNING id",
        DB_ARGS(db_i64(scope->org), db_text(hold->kind), db_text(hold->target),
                db_i64(hold->label), db_text(hold->reason),
                db_text(hold->author), db_i64(now), db_i64(hold->until)),
        &hold->id, err);
}

int patch_hold_lift(struct db *db, const struct scope *scope, int64_t id,
                    int64_t now, struct err *err)
{
    return lift(db, scope,
                "UPDATE patch_hold SET lifted = $4, lifted_by = $5"
                " WHERE org = $1 AND " SEES_LABEL_OF(
                    "patch_hold") " AND id = $3 AND lifted = 0",
                id, now, err);
}

static void read_hold(struct db_rows *rows, struct arena *arena,
                      struct patch_hold_row *out)
{
    *out = (struct patch_hold_row){
        .id = db_col_i64(rows, 0),
        .kind = arena_str(arena, db_col_text(rows, 1)),
        .target = arena_str(arena, db_col_text(rows, 2)),
        .label = db_col_i64(rows, 3),
        .reason = arena_str(arena, db_col_text(rows, 4)),
        .author = arena_str(arena, db_col_text(rows, 5)),
        .created = db_col_i64(rows, 6),
        .until = db_col_i64(rows, 7),
        .lifted = db_col_i64(rows, 8),
        .lifted_by = arena_str(arena, db_col_text(rows, 9)),
    };
}

static int read_holds(struct db_rows *rows, struct arena *arena,
                      struct patch_hold_rows *out, struct err *err)
{
    int rc;

    while ((rc = db_next(rows, err)) > 0)
        read_hold(rows, arena, vec_push(&out->all));
    return rc;
}

int patch_hold_get(struct db *db, const struct scope *scope, int64_t id,
                   struct arena *arena, struct patch_hold_row *out,
                   struct err *err)
{
    AUTO(db_rows_closep) struct db_rows *rows = NULL;
    int rc = db_query(
        db,
        "SELECT " HOLD_COLUMNS " FROM patch_hold h"
        " WHERE h.org = $1 AND " SEES_LABEL_OF("h") " AND h.id = $3",
        DB_ARGS(db_i64(scope->org), db_i64(scope_limit(scope)), db_i64(id)),
        &rows, err);

    if (rc == 0)
        rc = db_next(rows, err);
    if (rc == 0)
        return err_set(err, E_ABSENT, "there is no hold %lld", (long long)id);
    if (rc > 0)
        read_hold(rows, arena, out);
    return rc < 0 ? rc : 0;
}

int patch_hold_list(struct db *db, const struct scope *scope,
                    const struct patch_hold_query *query, struct arena *arena,
                    struct patch_hold_rows *out, struct err *err)
{
    AUTO(db_rows_closep) struct db_rows *rows = NULL;
    int rc = db_query(
        db,
        "SELECT " HOLD_COLUMNS " FROM patch_hold h WHERE h.org = $1"
        " AND " SEES_LABEL_OF(
            "h") " AND ($3 = 0 OR h.id < $3) AND ($4 = 0 OR (h.lifted = 0 AND"
                 " (h.until = 0 OR h.until > $5))) ORDER BY h.id DESC LIMIT $6",
        DB_ARGS(db_i64(scope->org), db_i64(scope_limit(scope)),
                db_i64(query->before), db_i64(query->active),
                db_i64(query->now), db_i64(query->limit)),
        &rows, err);

    return rc < 0 ? rc : read_holds(rows, arena, out, err);
}

int patch_hold_of_device(struct db *db, int64_t device, int64_t now,
                         struct arena *arena, struct patch_hold_rows *out,
                         struct err *err)
{
    AUTO(db_rows_closep) struct db_rows *rows = NULL;
    int rc = db_query(
        db,
        "SELECT " HOLD_COLUMNS " FROM patch_hold h JOIN device d"
        " ON d.org = h.org WHERE d.id = $1 AND h.lifted = 0"
        " AND (h.until = 0 OR h.until > $2) AND (h.label = 0 OR EXISTS ("
        "SELECT 1 FROM device_label dl WHERE dl.label = h.label"
        " AND dl.device = d.id)) ORDER BY h.id",
        DB_ARGS(db_i64(device), db_i64(now)), &rows, err);

    return rc < 0 ? rc : read_holds(rows, arena, out, err);
}

/* --- Freezes
 * -------------------------------------------------------------------- */

int patch_freeze_check(const struct patch_freeze_row *freeze, int64_t now,
                       const char **out_field, struct err *err)
{
    *out_field = "ends";
    if (freeze->ends <= freeze->begins || freeze->ends <= now)
        return err_set(err, E_INVALID,
                       "ends must be after begins and in the future");
    if (freeze->ends - freeze->begins > FREEZE_MAX_S)
        return err_set(err, E_INVALID, "a freeze lasts at most %d days",
                       FREEZE_MAX_S / 86400);
    return check_reason(freeze->reason, out_field, err);
}

int patch_freeze_add(struct db *db, const struct scope *scope,
                     struct patch_freeze_row *freeze, int64_t now,
                     struct err *err)
{
    int rc = check_label(db, scope, freeze->label, err);

    if (rc < 0)
        return rc;
    freeze->author = scope->name;
    freeze->created = now;
    freeze->lifted_by = STR("");
    return db_one_i64(
        db,
        "INSERT INTO patch_freeze (org, label, reason, author, created,"
        " begins, ends, lifted, lifted_by) VALUES ($1, $2, $3, $4, $5, $6, $7,"
        " 0, '') RETURNING id",
        DB_ARGS(db_i64(scope->org), db_i64(freeze->label),
                db_text(freeze->reason), db_text(freeze->author), db_i64(now),
                db_i64(freeze->begins), db_i64(freeze->ends)),
        &freeze->id, err);
}

int patch_freeze_lift(struct db *db, const struct scope *scope, int64_t id,
                      int64_t now, struct err *err)
{
    return lift(db, scope,
                "UPDATE patch_freeze SET lifted = $4, lifted_by = $5"
                " WHERE org = $1 AND " SEES_LABEL_OF(
                    "patch_freeze") " AND id = $3 AND lifted = 0",
                id, now, err);
}

static void read_freeze(struct db_rows *rows, struct arena *arena,
                        struct patch_freeze_row *out)
{
    *out = (struct patch_freeze_row){
        .id = db_col_i64(rows, 0),
        .label = db_col_i64(rows, 1),
        .reason = arena_str(arena, db_col_text(rows, 2)),
        .author = arena_str(arena, db_col_text(rows, 3)),
        .created = db_col_i64(rows, 4),
        .begins = db_col_i64(rows, 5),
        .ends = db_col_i64(rows, 6),
        .lifted = db_col_i64(rows, 7),
        .lifted_by = arena_str(arena, db_col_text(rows, 8)),
    };
}

static int read_freezes(struct db_rows *rows, struct arena *arena,
                        struct patch_freeze_rows *out, struct err *err)
{
    int rc;

    while ((rc = db_next(rows, err)) > 0)
        read_freeze(rows, arena, vec_push(&out->all));
    return rc;
}

int patch_freeze_get(struct db *db, const struct scope *scope, int64_t id,
                     struct arena *arena, struct patch_freeze_row *out,
                     struct err *err)
{
    AUTO(db_rows_closep) struct db_rows *rows = NULL;
    int rc = db_query(
        db,
        "SELECT " FREEZE_COLUMNS " FROM patch_freeze f"
        " WHERE f.org = $1 AND " SEES_LABEL_OF("f") " AND f.id = $3",
        DB_ARGS(db_i64(scope->org), db_i64(scope_limit(scope)), db_i64(id)),
        &rows, err);

    if (rc == 0)
        rc = db_next(rows, err);
    if (rc == 0)
        return err_set(err, E_ABSENT, "there is no freeze %lld", (long long)id);
    if (rc > 0)
        read_freeze(rows, arena, out);
    return rc < 0 ? rc : 0;
}

int patch_freeze_list(struct db *db, const struct scope *scope,
                      const struct patch_hold_query *query, struct arena *arena,
                      struct patch_freeze_rows *out, struct err *err)
{
    AUTO(db_rows_closep) struct db_rows *rows = NULL;
    int rc = db_query(
        db,
        "SELECT " FREEZE_COLUMNS " FROM patch_freeze f WHERE f.org = $1"
        " AND " SEES_LABEL_OF(
            "f") " AND ($3 = 0 OR f.id < $3) AND ($4 = 0 OR (f.lifted = 0 AND"
                 " f.ends > $5)) ORDER BY f.id DESC LIMIT $6",
        DB_ARGS(db_i64(scope->org), db_i64(scope_limit(scope)),
                db_i64(query->before), db_i64(query->active),
                db_i64(query->now), db_i64(query->limit)),
        &rows, err);

    return rc < 0 ? rc : read_freezes(rows, arena, out, err);
}

int patch_freeze_of_device(struct db *db, int64_t device, int64_t now,
                           struct arena *arena, struct patch_freeze_rows *out,
                           struct err *err)
{
    AUTO(db_rows_closep) struct db_rows *rows = NULL;
    int rc = db_query(
        db,
        "SELECT " FREEZE_COLUMNS " FROM patch_freeze f JOIN device d"
        " ON d.org = f.org WHERE d.id = $1 AND f.lifted = 0 AND f.ends > $2"
        " AND (f.label = 0 OR EXISTS (SELECT 1 FROM device_label dl"
        " WHERE dl.label = f.label AND dl.device = d.id)) ORDER BY f.begins",
        DB_ARGS(db_i64(device), db_i64(now)), &rows, err);

    return rc < 0 ? rc : read_freezes(rows, arena, out, err);
}

int patch_freeze_is_on(struct db *db, int64_t device, int64_t now,
                       struct err *err)
{
    int64_t n = 0;
    int rc = db_one_i64(db,
                        "SELECT COUNT(*) FROM device d WHERE d.id = $2"
                        " AND " PATCH_FROZEN_SQL,
                        DB_ARGS(db_i64(now), db_i64(device)), &n, err);

    return rc < 0 ? rc : n > 0;
}
