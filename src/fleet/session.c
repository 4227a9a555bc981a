/* SPDX-License-Identifier: Apache-2.0 */
#include "fleet/session.h"

#include "fleet/rows_int.h"

static str of_digest(const uint8_t digest[SECRET_DIGEST_BYTES])
{
    return (str){ (const char *)digest, SECRET_DIGEST_BYTES };
}

/* Leaves the newest most - 1, so that one more fits. */
static int make_room(struct db *db, int64_t home, int64_t most, struct err *err)
{
    int rc = db_run(db,
                    "DELETE FROM session WHERE home = $1 AND id NOT IN (SELECT "
                    "id FROM session WHERE home = $1 ORDER BY last_used DESC, "
                    "id DESC LIMIT $2)",
                    DB_ARGS(db_i64(home), db_i64(most - 1)), err);

    return rc < 0 ? rc : 0;
}

int session_start(struct db *db, const struct session *session,
                  const struct session_rules *rules,
                  char out_secret[SECRET_TEXT_MAX], int64_t *out_id,
                  struct err *err)
{
    uint8_t digest[SECRET_DIGEST_BYTES];
    int rc = make_room(db, session->home, rules->most, err);

    if (rc < 0)
        return rc;
    secret_make(SESSION_PREFIX, out_secret);
    secret_digest(str_c(out_secret), digest);
    rc = db_one_i64(
        db,
        "INSERT INTO session (app_user, home, digest, method, idle_s, created, "
        "last_used, expires, peer) VALUES ($1, $2, $3, $4, $5, $6, $6, $7, $8) "
        "RETURNING id",
        DB_ARGS(db_i64(session->user), db_i64(session->home),
                db_blob(of_digest(digest)), db_text(session->method),
                db_i64(rules->idle_s), db_i64(session->created),
                db_i64(session->created + rules->absolute_s),
                db_text(session->peer)),
        out_id, err);
    return rc < 0 ? rc : 0;
}

static int find_session(struct db *db, str digest, int64_t now,
                        struct arena *arena, struct bearer *out,
                        struct err *err)
{
    AUTO(db_rows_closep) struct db_rows *rows = NULL;
    int rc;

    rc = db_query(
        db,
        "SELECT s.id, u.org, u.id, s.home, u.login, CASE WHEN h.totp IS NULL "
        "THEN 0 ELSE 1 END, h.source, s.created, s.last_used, s.expires FROM "
        "session s JOIN "
        "app_user u ON u.id = s.app_user JOIN app_user h ON h.id = s.home "
        "WHERE s.digest = $1 AND s.expires > $2 AND s.last_used + s.idle_s > "
        "$2 AND u.disabled = 0 AND h.disabled = 0",
        DB_ARGS(db_blob(digest), db_i64(now)), &rows, err);
    if (rc < 0)
        return rc;
    rc = db_next(rows, err);
    if (rc <= 0)
        return rc < 0 ? rc : 1;
    *out = (struct bearer){
        .session = db_col_i64(rows, 0),
        .org = db_col_i64(rows, 1),
        .user = db_col_i64(rows, 2),
        .home = db_col_i64(rows, 3),
        .login = arena_str(arena, db_col_text(rows, 4)),
        .totp = db_col_i64(rows, 5) != 0,
        .local = str_eq(db_col_text(rows, 6), STR("local")),
        .permissions = UINT64_MAX,
        .created = db_col_i64(rows, 7),
        .last_used = db_col_i64(rows, 8),
        .expires = db_col_i64(rows, 9),
    };
    return 0;
}

static int find_token(struct db *db, str digest, int64_t now,
                      struct arena *arena, struct bearer *out, struct err *err)
{
    AUTO(db_rows_closep) struct db_rows *rows = NULL;
    int rc;

    rc = db_query(
        db,
        "SELECT t.id, u.org, u.id, u.login, t.permissions, t.created, "
        "t.last_used, t.expires FROM api_token t JOIN app_user u ON u.id = "
        "t.app_user LEFT JOIN app_user h ON h.id = u.home WHERE t.digest = $1 "
        "AND t.expires > $2 AND u.disabled = 0 AND COALESCE(h.disabled, 0) = 0",
        DB_ARGS(db_blob(digest), db_i64(now)), &rows, err);
    if (rc < 0)
        return rc;
    rc = db_next(rows, err);
    if (rc <= 0)
        return rc < 0 ? rc : 1;
    *out = (struct bearer){
        .token = db_col_i64(rows, 0),
        .org = db_col_i64(rows, 1),
        .user = db_col_i64(rows, 2),
        .home = db_col_i64(rows, 2),
        .login = arena_str(arena, db_col_text(rows, 3)),
        .permissions = (uint64_t)db_col_i64(rows, 4),
        .created = db_col_i64(rows, 5),
        .last_used = db_col_i64(rows, 6),
        .expires = db_col_i64(rows, 7),
    };
    return 0;
}

int bearer_find(struct db *db, str secret, int64_t now, struct arena *arena,
                struct bearer *out, struct err *err)
{
    uint8_t digest[SECRET_DIGEST_BYTES];

    if (secret.n >= SECRET_TEXT_MAX)
        return 1;
    secret_digest(secret, digest);
    if (str_starts(secret, STR(SESSION_PREFIX)))
        return find_session(db, of_digest(digest), now, arena, out, err);
    if (str_starts(secret, STR(TOKEN_PREFIX)))
        return find_token(db, of_digest(digest), now, arena, out, err);
    return 1;
}

int bearer_touch(struct db *db, const struct bearer *bearer, int64_t now,
                 struct err *err)
{
    int rc = 0;

    if (now < bearer->last_used + SESSION_TOUCH_S)
        return 0;
    if (bearer->session != 0)
        rc = db_run(db, "UPDATE session SET last_used = $1 WHERE id = $2",
                    DB_ARGS(db_i64(now), db_i64(bearer->session)), err);
    else
        rc = db_run(db, "UPDATE api_token SET last_used = $1 WHERE id = $2",
                    DB_ARGS(db_i64(now), db_i64(bearer->token)), err);
    return rc < 0 ? rc : 0;
}

int session_switch(struct db *db, int64_t session, int64_t user,
                   struct err *err)
{
    int rc = db_run(db, "UPDATE session SET app_user = $1 WHERE id = $2",
                    DB_ARGS(db_i64(user), db_i64(session)), err);

    return rc < 0 ? rc : 0;
}

#define SESSION_COLUMNS                                                        \
    "SELECT s.id, s.app_user, s.home, u.login, s.method, s.peer, s.created, "  \
    "s.last_used, s.expires FROM session s JOIN app_user u ON u.id = "         \
    "s.app_user "

static void read_session(struct db_rows *rows, struct arena *arena, void *ctx)
{
    struct session *out = ctx;

    *out = (struct session){
        .id = db_col_i64(rows, 0),
        .user = db_col_i64(rows, 1),
        .home = db_col_i64(rows, 2),
        .login = arena_str(arena, db_col_text(rows, 3)),
        .method = arena_str(arena, db_col_text(rows, 4)),
        .peer = arena_str(arena, db_col_text(rows, 5)),
        .created = db_col_i64(rows, 6),
        .last_used = db_col_i64(rows, 7),
        .expires = db_col_i64(rows, 8),
    };
}

static const struct rows_plan session_rows = { read_session,
                                               sizeof(struct session),
                                               SESSIONS_SHOWN, "session" };

int session_list(struct db *db, const struct scope *scope,
                 const struct session_pick *pick, struct arena *arena,
                 struct session_list *out, struct err *err)
{
    AUTO(db_rows_closep) struct db_rows *rows = NULL;
    struct rows_found found;
    int rc = db_query(
        db,
        SESSION_COLUMNS
        "WHERE u.org = $1 AND ($2 = 0 OR s.app_user = $2) AND "
        "s.expires > $3 AND s.last_used + s.idle_s > $3 ORDER BY "
        "s.id DESC LIMIT 1000",
        DB_ARGS(db_i64(scope->org), db_i64(pick->user), db_i64(pick->now)),
        &rows, err);

    if (rc >= 0)
        rc = rows_all(rows, &session_rows, arena, &found, err);
    if (rc < 0)
        return rc;
    *out = (struct session_list){ found.p, found.n };
    return 0;
}

int session_get(struct db *db, const struct scope *scope, struct owned owned,
                struct arena *arena, struct session *out, struct err *err)
{
    AUTO(db_rows_closep) struct db_rows *rows = NULL;
    int rc = db_query(
        db,
        SESSION_COLUMNS "WHERE u.org = $1 AND s.id = $2 AND ($3 "
                        "= 0 OR s.app_user = $3)",
        DB_ARGS(db_i64(scope->org), db_i64(owned.id), db_i64(owned.user)),
        &rows, err);

    return rc < 0 ? rc : rows_one(rows, &session_rows, arena, out, err);
}

int session_end(struct db *db, int64_t id, struct err *err)
{
    int rc = db_run(db, "DELETE FROM session WHERE id = $1",
                    DB_ARGS(db_i64(id)), err);

    return rc < 0 ? rc : 0;
}

int session_end_all(struct db *db, int64_t user, int64_t except,
                    struct err *err)
{
    int rc = db_run(db,
                    "DELETE FROM session WHERE (app_user = $1 OR home = $1) "
                    "AND id <> $2",
                    DB_ARGS(db_i64(user), db_i64(except)), err);

    return rc < 0 ? rc : 0;
}

int session_sweep(struct db *db, int64_t now, struct err *err)
{
    int rc = db_run(db,
                    "DELETE FROM session WHERE expires <= $1 OR last_used + "
                    "idle_s <= $1",
                    DB_ARGS(db_i64(now)), err);

    if (rc >= 0)
        rc = db_run(db, "DELETE FROM api_token WHERE expires <= $1",
                    DB_ARGS(db_i64(now)), err);
    if (rc >= 0)
        rc = db_run(db, "DELETE FROM ticket WHERE expires <= $1",
                    DB_ARGS(db_i64(now)), err);
    return rc < 0 ? rc : 0;
}
