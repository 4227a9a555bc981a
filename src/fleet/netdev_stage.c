/* SPDX-License-Identifier: Apache-2.0 */
#include "fleet/netdev_stage.h"

#include "base/encode.h"
#include "trust/sign.h"

#define COLUMNS                                                                \
    "t.id, t.org, t.device, d.name, t.kind, t.state, t.sum, t.name,"           \
    " t.version, t.is_delta, t.title, t.sha256, t.size, t.token, t.offered,"   \
    " t.lines, t.fetches, t.applied, t.told, t.author, t.created, t.fetched,"  \
    " t.ended, t.expires, t.author_id, t.decider, t.decision, t.decided"
#define WHOLE COLUMNS ", t.masked, t.sealed"
enum {
    COLUMN_MASKED = 28
};
#define FROM " FROM netdev_stage t JOIN device d ON d.id = t.device WHERE "
#define SEEN "d.org = $1 AND d.deleted = 0 AND " SCOPE_SQL

void stageds_clear(struct stageds *list)
{
    vec_clear(&list->all);
}

static void read_row(struct db_rows *rows, struct arena *arena, bool whole,
                     struct staged *out)
{
    *out = (struct staged){
        .id = db_col_i64(rows, 0),
        .org = db_col_i64(rows, 1),
        .device = db_col_i64(rows, 2),
        .device_name = arena_str(arena, db_col_text(rows, 3)),
        .item = { .id = db_col_i64(rows, 0),
                  .kind = (enum stage_kind)db_col_i64(rows, 4),
                  .state = (enum stage_state)db_col_i64(rows, 5),
                  .sum = arena_str(arena, db_col_text(rows, 6)),
                  .name = arena_str(arena, db_col_text(rows, 7)),
                  .version = arena_str(arena, db_col_text(rows, 8)),
                  .offered = arena_str(arena, db_col_text(rows, 14)),
                  .lines = db_col_i64(rows, 15),
                  .fetches = db_col_i64(rows, 16),
                  .expires = db_col_i64(rows, 23) },
        .is_delta = db_col_i64(rows, 9) != 0,
        .title = arena_str(arena, db_col_text(rows, 10)),
        .sha256 = arena_str(arena, db_col_text(rows, 11)),
        .size = db_col_i64(rows, 12),
        .token = arena_str(arena, db_col_text(rows, 13)),
        .applied = db_col_i64(rows, 17),
        .told = arena_str(arena, db_col_text(rows, 18)),
        .author = arena_str(arena, db_col_text(rows, 19)),
        .created = db_col_i64(rows, 20),
        .fetched = db_col_i64(rows, 21),
        .ended = db_col_i64(rows, 22),
        .author_id = db_col_i64(rows, 24),
        .decider = arena_str(arena, db_col_text(rows, 25)),
        .decision = arena_str(arena, db_col_text(rows, 26)),
        .decided = db_col_i64(rows, 27),
    };
    if (!whole)
        return;
    out->masked = arena_str(arena, db_col_text(rows, COLUMN_MASKED));
    out->sealed = arena_str(arena, db_col_blob(rows, COLUMN_MASKED + 1));
}

static int insert(struct db *db, struct staged *s, struct err *err)
{
    const struct stage_item *item = &s->item;

    return db_one_i64(
        db,
        "INSERT INTO netdev_stage (org, device, kind, state, sum, name,"
        " version, is_delta, title, masked, sealed, sha256, size, token,"
        " offered, lines, fetches, applied, told, author, created, fetched,"
        " ended, expires, author_id) VALUES ($1, $2, $3, $19, $4, $5, $6, $7,"
        " $8, $9, $10, $11, $12, $13, $18, $14, 0, -1, '', $15, $16, 0, 0,"
        " $17, $20) RETURNING id",
        DB_ARGS(db_i64(s->org), db_i64(s->device), db_i64(item->kind),
                db_text(item->sum), db_text(item->name),
                db_text(str_or_empty(item->version)), db_i64(s->is_delta),
                db_text(s->title), db_text(str_or_empty(s->masked)),
                db_blob(str_or_empty(s->sealed)),
                db_text(str_or_empty(s->sha256)), db_i64(s->size),
                db_text(s->token), db_i64(item->lines), db_text(s->author),
                db_i64(s->created), db_i64(item->expires),
                db_text(str_or_empty(item->offered)), db_i64(item->state),
                db_i64(s->author_id)),
        &s->id, err);
}

str staged_token(struct arena *arena)
{
    AUTO(buf_clear) struct buf token = BUF(64);
    uint8_t bytes[STAGE_TOKEN_BYTES];

    trust_random(bytes, sizeof(bytes));
    base64url_add(&token, (str){ (const char *)bytes, sizeof(bytes) });
    return arena_str(arena, buf_str(&token));
}

/* What is open of a device's kind but `staged`; only what waits, by what
 * waits. */
static int replace(struct db *db, const struct staged *staged, int64_t now,
                   struct err *err)
{
    int rc = db_run(
        db,
        "UPDATE netdev_stage SET state = $3, ended = $4,"
        " sealed = $5, told = 'something newer was staged'"
        " WHERE device = $1 AND kind = $2 AND ended = 0 AND id <> $6"
        " AND ($7 = 0 OR state = $8)",
        DB_ARGS(db_i64(staged->device), db_i64(staged->item.kind),
                db_i64(STAGE_REPLACED), db_i64(now), db_blob(STR("")),
                db_i64(staged->id), db_i64(staged->item.state == STAGE_WAITING),
                db_i64(STAGE_WAITING)),
        err);

    return rc < 0 ? rc : 0;
}

int staged_add(struct db *db, const struct scope *scope, struct staged *staged,
               int64_t now, struct err *err)
{
    int rc;

    staged->id = 0;
    rc = replace(db, staged, now, err);
    if (rc < 0)
        return rc;
    staged->org = scope->org;
    staged->author_id = scope->user;
    staged->author = str_or_empty(scope->name);
    staged->created = now;
    rc = insert(db, staged, err);
    staged->item.id = staged->id;
    return rc < 0 ? rc : 0;
}

static int settle(struct db *db, const struct scope *scope,
                  const struct staged *staged,
                  const struct staged_verdict *verdict, struct err *err)
{
    int rc = db_run(
        db,
        "UPDATE netdev_stage SET state = $2, decider = $3, decision = $4,"
        " decided = $5 WHERE id = $1",
        DB_ARGS(db_i64(staged->id),
                db_i64(verdict->approved ? STAGE_STAGED : STAGE_REFUSED),
                db_text(str_or_empty(scope->name)), db_text(verdict->text),
                db_i64(verdict->now)),
        err);

    if (rc < 0)
        return rc;
    rc = verdict->approved
             ? db_run(db, "UPDATE netdev_stage SET expires = $2 WHERE id = $1",
                      DB_ARGS(db_i64(staged->id),
                              db_i64(verdict->now + staged->item.expires -
                                     staged->created)),
                      err)
             : db_run(db,
                      "UPDATE netdev_stage SET ended = $2, sealed = $3"
                      " WHERE id = $1",
                      DB_ARGS(db_i64(staged->id), db_i64(verdict->now),
                              db_blob(STR(""))),
                      err);
    return rc < 0 ? rc : 0;
}

int staged_decide(struct db *db, const struct scope *scope,
                  const struct staged_verdict *verdict, struct err *err)
{
    AUTO(arena_clear) struct arena arena = ARENA;
    struct staged staged;
    int rc = staged_get(db, scope, verdict->id, &arena, &staged, err);

    if (rc < 0)
        return rc;
    if (staged.item.state != STAGE_WAITING)
        return err_set(err, E_INVALID, "it is %s, not waiting",
                       stage_state_name(staged.item.state));
    if (verdict->approved && !verdict->alone && scope->user != 0 &&
        scope->user == staged.author_id)
        return err_set(err, E_PERM,
                       "a second person must approve what you staged");
    if (verdict->approved && staged.item.expires <= verdict->now)
        return err_set(err, E_INVALID, "it waited too long");
    staged.item.state = STAGE_STAGED;
    if (verdict->approved)
        rc = replace(db, &staged, verdict->now, err);
    return rc < 0 ? rc : settle(db, scope, &staged, verdict, err);
}

int staged_get(struct db *db, const struct scope *scope, int64_t id,
               struct arena *arena, struct staged *out, struct err *err)
{
    AUTO(db_rows_closep) struct db_rows *rows = NULL;
    int rc = db_get(
        db, "SELECT " WHOLE FROM SEEN " AND t.id = $3",
        DB_ARGS(db_i64(scope->org), db_i64(scope_limit(scope)), db_i64(id)),
        DB_WANTED("staged configuration", id), &rows, err);

    if (rc < 0)
        return rc;
    read_row(rows, arena, true, out);
    return 0;
}

int staged_cancel(struct db *db, const struct scope *scope, int64_t id,
                  int64_t now, struct err *err)
{
    struct arena arena = ARENA;
    struct staged staged;
    int rc = staged_get(db, scope, id, &arena, &staged, err);

    if (rc == 0 && staged.ended != 0)
        rc = err_set(err, E_INVALID, "it is %s already",
                     stage_state_name(staged.item.state));
    arena_clear(&arena);
    if (rc < 0)
        return rc;
    return staged_change(db,
                         &(struct stage_change){ .id = id,
                                                 .state = STAGE_REPLACED,
                                                 .applied = -1,
                                                 .told = STR("cancelled") },
                         now, err);
}

int staged_list(struct db *db, const struct scope *scope,
                const struct staged_find *find, struct arena *arena,
                struct stageds *out, struct err *err)
{
    AUTO(db_rows_closep) struct db_rows *rows = NULL;
    int rc = db_query(db,
                      "SELECT " COLUMNS FROM SEEN
                      " AND ($3 = 0 OR t.device = $3) AND ($4 = 0 OR"
                      " t.ended = 0) AND ($5 = 0 OR t.id < $5)"
                      " ORDER BY t.id DESC LIMIT $6",
                      DB_ARGS(db_i64(scope->org), db_i64(scope_limit(scope)),
                              db_i64(find->device), db_i64(find->open),
                              db_i64(find->before), db_i64(find->limit)),
                      &rows, err);

    if (rc < 0)
        return rc;
    while ((rc = db_next(rows, err)) > 0)
        read_row(rows, arena, false, vec_push(&out->all));
    return rc;
}

int staged_open(struct db *db, int64_t device, struct arena *arena,
                struct staged out[STAGE_KINDS], struct err *err)
{
    AUTO(db_rows_closep) struct db_rows *rows = NULL;
    struct staged staged;
    int rc =
        db_query(db,
                 "SELECT " WHOLE FROM "t.device = $1 AND t.ended = 0"
                 " AND t.state <> $2 ORDER BY t.id",
                 DB_ARGS(db_i64(device), db_i64(STAGE_WAITING)), &rows, err);

    if (rc < 0)
        return rc;
    for (size_t i = 0; i < STAGE_KINDS; i++)
        out[i] = (struct staged){ .item.kind = (enum stage_kind)i };
    while ((rc = db_next(rows, err)) > 0) {
        read_row(rows, arena, true, &staged);
        if ((unsigned)staged.item.kind < STAGE_KINDS)
            out[staged.item.kind] = staged;
    }
    return rc;
}

int staged_by_token(struct db *db, str token, struct arena *arena,
                    struct staged *out, struct err *err)
{
    AUTO(db_rows_closep) struct db_rows *rows = NULL;
    int rc =
        db_query(db,
                 "SELECT " WHOLE FROM "t.token = $1 AND t.ended = 0"
                 " AND t.state <> $2 AND d.retired = 0 AND d.deleted = 0",
                 DB_ARGS(db_text(token), db_i64(STAGE_WAITING)), &rows, err);

    if (rc == 0)
        rc = db_next(rows, err);
    if (rc <= 0)
        return rc < 0 ? rc : 1;
    read_row(rows, arena, true, out);
    return 0;
}

int staged_fetched(struct db *db, int64_t id, int64_t now, struct err *err)
{
    int rc =
        db_run(db,
               "UPDATE netdev_stage SET state = $2,"
               " fetches = fetches + 1, fetched = $3"
               " WHERE id = $1 AND ended = 0",
               DB_ARGS(db_i64(id), db_i64(STAGE_FETCHED), db_i64(now)), err);

    return rc < 0 ? rc : 0;
}

int staged_offered(struct db *db, int64_t id, str correlator, struct err *err)
{
    int rc = db_run(db,
                    "UPDATE netdev_stage SET offered = $2 WHERE id = $1"
                    " AND ended = 0",
                    DB_ARGS(db_i64(id), db_text(correlator)), err);

    return rc < 0 ? rc : 0;
}

int staged_change(struct db *db, const struct stage_change *change, int64_t now,
                  struct err *err)
{
    bool open = stage_is_open(change->state);
    int rc =
        open ? db_run(db,
                      "UPDATE netdev_stage SET state = $2, told = $3"
                      " WHERE id = $1 AND ended = 0",
                      DB_ARGS(db_i64(change->id), db_i64(change->state),
                              db_text(change->told)),
                      err)
             : db_run(db,
                      "UPDATE netdev_stage SET state = $2, told = $3,"
                      " applied = $4, ended = $5, sealed = $6"
                      " WHERE id = $1 AND ended = 0",
                      DB_ARGS(db_i64(change->id), db_i64(change->state),
                              db_text(change->told), db_i64(change->applied),
                              db_i64(now), db_blob(STR(""))),
                      err);

    return rc < 0 ? rc : 0;
}

int staged_expire(struct db *db, int64_t now, int64_t limit, struct err *err)
{
    return db_run(db,
                  "UPDATE netdev_stage SET state = $1, ended = $2, sealed ="
                  " $3, told = CASE state WHEN $5 THEN 'nobody approved it in"
                  " time' ELSE 'the device did not take it in time' END WHERE"
                  " id IN (SELECT id FROM netdev_stage WHERE ended = 0 AND"
                  " expires <= $2 ORDER BY expires LIMIT $4)",
                  DB_ARGS(db_i64(STAGE_EXPIRED), db_i64(now), db_blob(STR("")),
                          db_i64(limit), db_i64(STAGE_WAITING)),
                  err);
}
