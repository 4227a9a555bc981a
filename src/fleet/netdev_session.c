/* SPDX-License-Identifier: Apache-2.0 */
#include "fleet/netdev_session.h"

#include "base/zpack.h"
#include "fleet/device.h"

#define COLUMNS                                                                \
    "s.id, s.org, s.device, d.name, s.action, s.cause, s.started_by, s.state," \
    " s.result, s.text, s.transports, s.options, s.change, s.planned,"         \
    " s.begins, s.started, s.ended, s.tries, s.touched, s.steps"

void netdev_sessions_clear(struct netdev_sessions *list)
{
    vec_clear(&list->all);
}

static void read_row(struct db_rows *rows, struct arena *arena,
                     struct netdev_session *out)
{
    const struct {
        str *text;
        int column;
    } texts[] = {
        { &out->name, 3 },     { &out->action, 4 },
        { &out->cause, 5 },    { &out->started_by, 6 },
        { &out->state, 7 },    { &out->result, 8 },
        { &out->text, 9 },     { &out->transports, 10 },
        { &out->options, 11 }, { &out->steps, 19 },
    };

    for (size_t i = 0; i < COUNT(texts); i++)
        *texts[i].text = arena_str(arena, db_col_text(rows, texts[i].column));
    out->id = db_col_i64(rows, 0);
    out->org = db_col_i64(rows, 1);
    out->device = db_col_i64(rows, 2);
    out->change = db_col_i64(rows, 12);
    out->planned = db_col_i64(rows, 13);
    out->begins = db_col_i64(rows, 14);
    out->started = db_col_i64(rows, 15);
    out->ended = db_col_i64(rows, 16);
    out->tries = db_col_i64(rows, 17);
    out->touched = db_col_i64(rows, 18) != 0;
}

/* --- Planning ---------------------------------------------------------------
 */

static str or_empty(str text, str otherwise)
{
    return text.n > 0 ? text : otherwise;
}

int netdev_session_add(struct db *db, const struct scope *scope,
                       const struct netdev_session *order, int64_t now,
                       int64_t *out_id, struct err *err)
{
    return db_one_i64(
        db,
        "INSERT INTO netdev_session (org, device, action, cause, started_by,"
        " state, result, text, transports, options, change, planned, begins,"
        " started, ended, tries, touched, node, steps, transcript) VALUES"
        " ($1, $2, $3, $4, $5, 'planned', '', '', '', $6, $7, $8, $9, 0, 0, 0,"
        " 0, '', '[]', $10) RETURNING id",
        DB_ARGS(
            db_i64(scope->org), db_i64(order->device), db_text(order->action),
            db_text(or_empty(order->cause, STR("user"))),
            db_text(or_empty(scope->name, STR("system"))),
            db_text(or_empty(order->options, STR("{}"))), db_i64(order->change),
            db_i64(now), db_i64(order->begins > 0 ? order->begins : now),
            db_blob(STR(""))),
        out_id, err);
}

int netdev_session_add_all(struct db *db, const struct scope *scope,
                           const struct target_set *devices,
                           const struct netdev_session *order, int64_t now,
                           struct err *err)
{
    struct netdev_session one = *order;
    int made = 0;

    for (size_t i = 0; i < devices->devices.n; i++) {
        int64_t id = 0;
        int64_t open = 0;
        int64_t known = 0;
        int rc = db_one_i64(
            db,
            "SELECT COUNT(*) FROM netdev_session WHERE ended ="
            " 0 AND device = $1 AND action = $2",
            DB_ARGS(db_i64(devices->devices.p[i]), db_text(order->action)),
            &open, err);

        if (rc == 0)
            rc =
                db_one_i64(db,
                           "SELECT COUNT(*) FROM netdev WHERE device = $1 AND"
                           " address <> ''",
                           DB_ARGS(db_i64(devices->devices.p[i])), &known, err);
        if (rc == 0 && open == 0 && known > 0) {
            one.device = devices->devices.p[i];
            rc = netdev_session_add(db, scope, &one, now, &id, err);
            made++;
        }
        if (rc < 0)
            return rc;
    }
    return made;
}

/* One statement: whether it is planned still is seen when it is written, also
 * when another server takes it up meanwhile. */
#define END_PLANNED                                                            \
    "result = CASE WHEN state = 'planned' THEN 'cancelled' ELSE result END,"   \
    " text = CASE WHEN state = 'planned' THEN $2 ELSE text END, ended = CASE"  \
    " WHEN state = 'planned' THEN $3 ELSE ended END, state = CASE WHEN state"  \
    " = 'planned' THEN 'ended' ELSE state END"

int netdev_session_cancel(struct db *db, const struct scope *scope, int64_t id,
                          int64_t now, struct err *err)
{
    AUTO(arena_clear) struct arena arena = ARENA;
    struct netdev_session session;
    int rc = netdev_session_get(db, scope, id, &arena, &session, err);

    if (rc < 0)
        return rc;
    rc = db_run(db,
                "UPDATE netdev_session SET stop = 1, " END_PLANNED
                " WHERE id = $1 AND ended = 0",
                DB_ARGS(db_i64(id), db_text(STR("cancelled before it began")),
                        db_i64(now)),
                err);
    if (rc == 0)
        return err_set(err, E_INVALID, "the session has ended");
    return rc < 0 ? rc : 0;
}

int netdev_session_cancel_change(struct db *db, int64_t change, int64_t now,
                                 struct err *err)
{
    int rc =
        db_run(db,
               "UPDATE netdev_session SET stop = 1, " END_PLANNED
               " WHERE change = $1 AND ended = 0",
               DB_ARGS(db_i64(change), db_text(STR("the change was cancelled")),
                       db_i64(now)),
               err);

    return rc < 0 ? rc : 0;
}

/* --- Reading ----------------------------------------------------------------
 */

#define VISIBLE                                                                \
    " FROM netdev_session s JOIN device d ON d.id = s.device"                  \
    " WHERE s.org = $1 AND " SCOPE_SQL

int netdev_session_get(struct db *db, const struct scope *scope, int64_t id,
                       struct arena *arena, struct netdev_session *out,
                       struct err *err)
{
    AUTO(db_rows_closep) struct db_rows *rows = NULL;
    int rc = db_query(
        db, "SELECT " COLUMNS VISIBLE " AND s.id = $3",
        DB_ARGS(db_i64(scope->org), db_i64(scope_limit(scope)), db_i64(id)),
        &rows, err);

    if (rc == 0)
        rc = db_next(rows, err);
    if (rc == 0)
        return err_set(err, E_ABSENT, "there is no session %lld",
                       (long long)id);
    if (rc > 0)
        read_row(rows, arena, out);
    return rc < 0 ? rc : 0;
}

static int read_rows(struct db_rows *rows, struct arena *arena,
                     struct netdev_sessions *out, struct err *err)
{
    int rc;

    while ((rc = db_next(rows, err)) == 1)
        read_row(rows, arena, vec_push(&out->all));
    return rc;
}

int netdev_session_list(struct db *db, const struct scope *scope,
                        const struct netdev_session_find *find,
                        struct arena *arena, struct netdev_sessions *out,
                        struct err *err)
{
    AUTO(db_rows_closep) struct db_rows *rows = NULL;
    int rc =
        db_query(db,
                 "SELECT " COLUMNS VISIBLE " AND ($3 = 0 OR s.device = $3)"
                 " AND ($4 = 0 OR s.change = $4) AND ($5 = '' OR s.action = $5)"
                 " AND ($6 = '' OR s.state = $6) AND ($7 = 0 OR s.id < $7)"
                 " ORDER BY s.id DESC LIMIT $8",
                 DB_ARGS(db_i64(scope->org), db_i64(scope_limit(scope)),
                         db_i64(find->device), db_i64(find->change),
                         db_text(or_empty(find->action, STR(""))),
                         db_text(or_empty(find->state, STR(""))),
                         db_i64(find->before), db_i64(find->limit)),
                 &rows, err);

    return rc < 0 ? rc : read_rows(rows, arena, out, err);
}

int netdev_session_transcript(struct db *db, int64_t id, struct buf *out,
                              struct err *err)
{
    AUTO(db_rows_closep) struct db_rows *rows = NULL;
    int rc = db_query(db, "SELECT transcript FROM netdev_session WHERE id = $1",
                      DB_ARGS(db_i64(id)), &rows, err);

    if (rc == 0)
        rc = db_next(rows, err);
    if (rc <= 0)
        return rc;
    return db_col_blob(rows, 0).n == 0
               ? 0
               : zpack_open(db_col_blob(rows, 0), out, err);
}

/* --- The server's own --------------------------------------------------------
 */

/* Of each device the oldest that is due, unless one is running there. */
int netdev_session_claim(struct db *db, const struct netdev_claim *claim,
                         struct arena *arena, struct netdev_sessions *out,
                         struct err *err)
{
    AUTO(db_rows_closep) struct db_rows *rows = NULL;
    int rc = db_query(
        db,
        "UPDATE netdev_session SET state = 'running', node = $1, started = $2,"
        " tries = tries + 1 WHERE id IN (SELECT id FROM netdev_session p"
        " WHERE ended = 0 AND state = 'planned' AND begins <= $2"
        " AND NOT EXISTS (SELECT 1 FROM netdev_session o WHERE o.device ="
        " p.device AND o.ended = 0 AND (o.state = 'running' OR (o.begins <= $2"
        " AND o.id < p.id))) ORDER BY id LIMIT $3 FOR UPDATE SKIP LOCKED)"
        " RETURNING id",
        DB_ARGS(db_text(claim->node), db_i64(claim->now), db_i64(claim->limit)),
        &rows, err);

    while (rc == 0 && (rc = db_next(rows, err)) == 1) {
        AUTO(db_rows_closep) struct db_rows *one = NULL;

        rc = db_query(db,
                      "SELECT " COLUMNS " FROM netdev_session s JOIN device d"
                      " ON d.id = s.device WHERE s.id = $1",
                      DB_ARGS(db_i64(db_col_i64(rows, 0))), &one, err);
        if (rc == 0)
            rc = read_rows(one, arena, out, err);
    }
    return rc;
}

int netdev_session_stopped(struct db *db, int64_t now, struct err *err)
{
    int rc = db_run(db,
                    "UPDATE netdev_session SET state = 'ended', result ="
                    " 'cancelled', text = $1, ended = $2 WHERE ended = 0 AND"
                    " stop = 1 AND state = 'planned' AND touched = 0",
                    DB_ARGS(db_text(STR("cancelled by a person")), db_i64(now)),
                    err);

    return rc;
}

int netdev_session_stopping(struct db *db, netdev_session_fn *fn, void *ctx,
                            struct err *err)
{
    AUTO(db_rows_closep) struct db_rows *rows = NULL;
    int rc = db_query(db,
                      "SELECT id FROM netdev_session WHERE ended = 0 AND stop ="
                      " 1 AND state = 'running' ORDER BY id",
                      DB_NO_ARGS, &rows, err);

    while (rc == 0 && (rc = db_next(rows, err)) == 1) {
        fn(ctx, db_col_i64(rows, 0));
        rc = 0;
    }
    return rc;
}

int netdev_session_lost(struct db *db, const struct netdev_lost *lost,
                        struct err *err)
{
    int rc = db_run(
        db,
        "UPDATE netdev_session SET state = 'ended', result = 'failed', text ="
        " $3, ended = $4 WHERE state = 'running' AND node = $1 AND ($2 = 0 OR"
        " id = $2) AND tries >= CASE WHEN touched = 1 THEN $6 ELSE $5 END",
        DB_ARGS(db_text(lost->node), db_i64(lost->id), db_text(lost->why),
                db_i64(lost->now), db_i64(NETDEV_LOST_MAX),
                db_i64(NETDEV_TOUCHED_MAX)),
        err);

    if (rc >= 0)
        rc = db_run(db,
                    "UPDATE netdev_session SET state = 'planned', text = $3,"
                    " begins = $4 WHERE state = 'running' AND node = $1 AND"
                    " ($2 = 0 OR id = $2)",
                    DB_ARGS(db_text(lost->node), db_i64(lost->id),
                            db_text(lost->why), db_i64(lost->now)),
                    err);
    return rc < 0 ? rc : 0;
}

int netdev_session_defer(struct db *db, int64_t id, int64_t begins,
                         struct err *err)
{
    int rc = db_run(db,
                    "UPDATE netdev_session SET state = 'planned', tries ="
                    " tries - 1, begins = $2 WHERE id = $1 AND state ="
                    " 'running'",
                    DB_ARGS(db_i64(id), db_i64(begins)), err);

    return rc < 0 ? rc : 0;
}

int netdev_session_steps(struct db *db, int64_t id, str steps, struct err *err)
{
    int rc = db_run(db,
                    "UPDATE netdev_session SET steps = $2 WHERE id = $1 AND"
                    " ended = 0",
                    DB_ARGS(db_i64(id), db_text(steps)), err);

    return rc < 0 ? rc : 0;
}

int netdev_session_touch(struct db *db, int64_t id, struct err *err)
{
    int rc = db_run(db, "UPDATE netdev_session SET touched = 1 WHERE id = $1",
                    DB_ARGS(db_i64(id)), err);

    return rc < 0 ? rc : 0;
}

int netdev_session_end(struct db *db, const struct netdev_session *session,
                       str transcript, int64_t now, struct err *err)
{
    AUTO(buf_clear) struct buf packed = BUF(NETDEV_TRANSCRIPT_MAX + (1 << 16));
    int rc = 0;

    if (transcript.n > 0)
        rc = zpack_make(transcript, &packed, err);
    if (rc == 0)
        rc = db_run(db,
                    "UPDATE netdev_session SET state = 'ended', result = $2,"
                    " text = $3, transports = $4, steps = $5, ended = $6,"
                    " transcript = $7 WHERE id = $1 AND ended = 0",
                    DB_ARGS(db_i64(session->id), db_text(session->result),
                            db_text(or_empty(session->text, STR(""))),
                            db_text(or_empty(session->transports, STR(""))),
                            db_text(or_empty(session->steps, STR("[]"))),
                            db_i64(now),
                            db_blob(packed.n > 0 ? buf_str(&packed) : STR(""))),
                    err);
    return rc < 0 ? rc : 0;
}

int netdev_session_again(struct db *db, const struct netdev_session *session,
                         int64_t begins, struct err *err)
{
    int rc = db_run(
        db,
        "UPDATE netdev_session SET state = 'planned', text = $2,"
        " transports = $3, steps = $4, begins = $5 WHERE id = $1"
        " AND ended = 0",
        DB_ARGS(db_i64(session->id), db_text(or_empty(session->text, STR(""))),
                db_text(or_empty(session->transports, STR(""))),
                db_text(or_empty(session->steps, STR("[]"))), db_i64(begins)),
        err);

    return rc < 0 ? rc : 0;
}
