/* SPDX-License-Identifier: Apache-2.0
 *
 * API tokens and tickets: the other half of fleet/session.h.
 */
#include "fleet/session.h"

#include "base/buf.h"
#include "fleet/rows_int.h"

static str of_digest(const uint8_t digest[SECRET_DIGEST_BYTES])
{
    return (str){ (const char *)digest, SECRET_DIGEST_BYTES };
}

static int check_token(struct db *db, const struct scope *scope,
                       const struct api_token *token, struct err *err)
{
    int64_t count = 0;
    int rc;

    for (int i = PERM_NONE + 1; i < PERM_COUNT; i++) {
        if ((token->permissions >> i & 1) != 0 && !scope_may(scope, i))
            return err_set(err, E_PERM,
                           "the token would have '%s', which you do not have",
                           permission_name(i));
    }
    if (str_trim(token->name).n == 0 || token->name.n > TOKEN_NAME_MAX)
        return err_set(err, E_INVALID, "a token has a name of 1 to %d bytes",
                       TOKEN_NAME_MAX);
    if (token->expires <= token->created)
        return err_set(err, E_INVALID, "the token would have ended already");
    rc = db_one_i64(db, "SELECT COUNT(*) FROM api_token WHERE app_user = $1",
                    DB_ARGS(db_i64(scope->user)), &count, err);
    if (rc < 0)
        return rc;
    if (count >= TOKENS_MAX)
        return err_set(err, E_INVALID, "a user has at most %d tokens",
                       TOKENS_MAX);
    return 0;
}

int token_add(struct db *db, const struct scope *scope,
              const struct api_token *token, char out_secret[SECRET_TEXT_MAX],
              int64_t *out_id, struct err *err)
{
    uint8_t digest[SECRET_DIGEST_BYTES];
    int rc = check_token(db, scope, token, err);

    if (rc < 0)
        return rc;
    secret_make(TOKEN_PREFIX, out_secret);
    secret_digest(str_c(out_secret), digest);
    rc = db_one_i64(
        db,
        "INSERT INTO api_token (org, app_user, name, digest, permissions, "
        "created, expires, last_used) VALUES ($1, $2, $3, $4, $5, $6, $7, 0) "
        "RETURNING id",
        DB_ARGS(db_i64(scope->org), db_i64(scope->user), db_text(token->name),
                db_blob(of_digest(digest)), db_i64((int64_t)token->permissions),
                db_i64(token->created), db_i64(token->expires)),
        out_id, err);
    return rc < 0 ? rc : 0;
}

#define TOKEN_COLUMNS                                                          \
    "SELECT t.id, t.app_user, u.login, t.name, t.permissions, t.created, "     \
    "t.expires, t.last_used FROM api_token t JOIN app_user u ON u.id = "       \
    "t.app_user "

static void read_token(struct db_rows *rows, struct arena *arena, void *ctx)
{
    struct api_token *out = ctx;

    *out = (struct api_token){
        .id = db_col_i64(rows, 0),
        .user = db_col_i64(rows, 1),
        .login = arena_str(arena, db_col_text(rows, 2)),
        .name = arena_str(arena, db_col_text(rows, 3)),
        .permissions = (uint64_t)db_col_i64(rows, 4),
        .created = db_col_i64(rows, 5),
        .expires = db_col_i64(rows, 6),
        .last_used = db_col_i64(rows, 7),
    };
}

static const struct rows_plan token_rows = { read_token,
                                             sizeof(struct api_token),
                                             SESSIONS_SHOWN, "token" };

int token_list(struct db *db, const struct scope *scope, int64_t user,
               struct arena *arena, struct token_list *out, struct err *err)
{
    AUTO(db_rows_closep) struct db_rows *rows = NULL;
    struct rows_found found;
    int rc =
        db_query(db,
                 TOKEN_COLUMNS "WHERE t.org = $1 AND ($2 = 0 OR t.app_user = "
                               "$2) ORDER BY t.id DESC LIMIT 1000",
                 DB_ARGS(db_i64(scope->org), db_i64(user)), &rows, err);

    if (rc >= 0)
        rc = rows_all(rows, &token_rows, arena, &found, err);
    if (rc < 0)
        return rc;
    *out = (struct token_list){ found.p, found.n };
    return 0;
}

int token_get(struct db *db, const struct scope *scope, struct owned owned,
              struct arena *arena, struct api_token *out, struct err *err)
{
    AUTO(db_rows_closep) struct db_rows *rows = NULL;
    int rc = db_query(
        db,
        TOKEN_COLUMNS "WHERE t.org = $1 AND t.id = $2 AND ($3 = "
                      "0 OR t.app_user = $3)",
        DB_ARGS(db_i64(scope->org), db_i64(owned.id), db_i64(owned.user)),
        &rows, err);

    return rc < 0 ? rc : rows_one(rows, &token_rows, arena, out, err);
}

int token_remove(struct db *db, int64_t id, struct err *err)
{
    int rc = db_run(db, "DELETE FROM api_token WHERE id = $1",
                    DB_ARGS(db_i64(id)), err);

    return rc < 0 ? rc : 0;
}

int ticket_add(struct db *db, const struct ticket *ticket,
               char out_secret[SECRET_TEXT_MAX], struct err *err)
{
    uint8_t digest[SECRET_DIGEST_BYTES];
    int rc;

    secret_make("", out_secret);
    secret_digest(str_c(out_secret), digest);
    rc = db_run(db,
                "INSERT INTO ticket (digest, kind, org, data, expires) VALUES "
                "($1, $2, $3, $4, $5)",
                DB_ARGS(db_blob(of_digest(digest)), db_text(ticket->kind),
                        db_i64(ticket->org), db_text(ticket->data),
                        db_i64(ticket->expires)),
                err);
    return rc < 0 ? rc : 0;
}

int ticket_take(struct db *db, str secret, int64_t now, struct arena *arena,
                struct ticket *ticket, struct err *err)
{
    AUTO(db_rows_closep) struct db_rows *rows = NULL;
    uint8_t digest[SECRET_DIGEST_BYTES];
    bool good;
    int rc;

    secret_digest(secret, digest);
    rc = db_query(db,
                  "DELETE FROM ticket WHERE digest = $1 AND kind = $2 "
                  "RETURNING org, data, expires",
                  DB_ARGS(db_blob(of_digest(digest)), db_text(ticket->kind)),
                  &rows, err);
    if (rc < 0)
        return rc;
    rc = db_next(rows, err);
    if (rc <= 0)
        return rc < 0 ? rc : 1;
    ticket->org = db_col_i64(rows, 0);
    ticket->data = arena_str(arena, db_col_text(rows, 1));
    ticket->expires = db_col_i64(rows, 2);
    good = ticket->expires > now;
    rc = db_next(rows, err); /* to its end: then the row is gone */
    if (rc < 0)
        return rc;
    return good ? 0 : 1;
}

int ticket_spend(struct db *db, const struct ticket *ticket, struct err *err)
{
    AUTO(buf_clear) struct buf name = BUF(1 << 16);
    AUTO(db_rows_closep) struct db_rows *rows = NULL;
    uint8_t digest[SECRET_DIGEST_BYTES];
    int rc;

    buf_printf(&name, "%" PRIstr " %lld ", ARGstr(ticket->kind),
               (long long)ticket->org);
    buf_add(&name, ticket->data);
    rc = buf_finish(&name, "a name", err);
    if (rc < 0)
        return rc;
    secret_digest(buf_str(&name), digest);
    rc = db_query(db,
                  "INSERT INTO ticket (digest, kind, org, data, expires) "
                  "VALUES ($1, $2, $3, '', $4) ON CONFLICT (digest) DO NOTHING "
                  "RETURNING expires",
                  DB_ARGS(db_blob(of_digest(digest)), db_text(ticket->kind),
                          db_i64(ticket->org), db_i64(ticket->expires)),
                  &rows, err);
    if (rc < 0)
        return rc;
    rc = db_next(rows, err);
    return rc < 0 ? rc : rc == 0;
}

int ticket_count(struct db *db, str kind, int64_t now, int64_t *out,
                 struct err *err)
{
    int rc = db_one_i64(db,
                        "SELECT COUNT(*) FROM ticket WHERE kind = $1 AND "
                        "expires > $2",
                        DB_ARGS(db_text(kind), db_i64(now)), out, err);

    return rc < 0 ? rc : 0;
}

int ticket_drop_all(struct db *db, str kind, struct err *err)
{
    int rc = db_run(db, "DELETE FROM ticket WHERE kind = $1",
                    DB_ARGS(db_text(kind)), err);

    return rc < 0 ? rc : 0;
}
