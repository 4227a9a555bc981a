/* SPDX-License-Identifier: Apache-2.0
 *
 * What a person changes about the own account: password, second factor,
 * sessions, API tokens.
 */
#include "base/clock.h"
#include "fleet/setting.h"
#include "server/api_people_int.h"
#include "server/login.h"
#include "server/routes_int.h"
#include "trust/sign.h"
#include "trust/totp.h"

static str member(struct request *req, const char *name)
{
    return jval_text(jval_get(req->json, name), STR(""));
}

/* --- password ---------------------------------------------------------- */

static const struct field password_body[] = {
    { "old", FIELD_TEXT, .required = true, .min = 1, .max = PASSWORD_MAX },
    { "new", FIELD_TEXT, .required = true, .min = 1, .max = PASSWORD_MAX },
    { NULL },
};

static int store_password(struct request *req, int64_t user, str password,
                          struct err *err)
{
    char hash[PASSWORD_HASH_MAX];
    int rc = password_hash(password, hash, err);

    if (rc == 0)
        rc = db_begin(req->core->db, err);
    if (rc == 0)
        rc = user_set_password(req->core->db, user, str_c(hash), req->now, err);
    /* Whoever got in with the old one is put out. */
    if (rc == 0)
        rc = session_end_all(req->core->db, user, req->scope.session, err);
    if (rc == 0)
        rc = request_audit(req, "user.password_changed", user, NULL, NULL, err);
    return rc < 0 ? rc : db_commit(req->core->db, err);
}

static int put_password(struct request *req, struct response *res,
                        struct err *err)
{
    struct credentials found;
    int64_t min = 0;
    int rc = need_own_session(req, err);

    if (rc == 0)
        rc = setting_i64(req->core->db, req->scope.org, "password.min", &min,
                         err);
    if (rc < 0)
        return rc;
    rc = password_rules(member(req, "new"), req->scope.name, min, err);
    if (rc < 0)
        return blame(req, "new", rc);
    if (str_eq(member(req, "new"), member(req, "old")))
        return refuse(req, 0, "new", err, E_INVALID, "it is the old one");
    rc = login_confirm(req, res, member(req, "old"), &found, err);
    return rc < 0 ? rc
                  : store_password(req, found.user, member(req, "new"), err);
}

/* --- second factor ----------------------------------------------------- */

static const struct field confirm_body[] = {
    { "password", FIELD_TEXT, .required = true, .min = 1, .max = PASSWORD_MAX },
    { NULL },
};

static const struct field factor_answer[] = {
    { "uri", FIELD_TEXT, .required = true,
      .help = "for an authenticator app, as a QR code" },
    { "secret", FIELD_TEXT, .required = true, .help = "the same, to type in" },
    { NULL },
};

static void answer_factor(struct request *req, struct response *res,
                          const uint8_t secret[TOTP_SECRET_BYTES])
{
    AUTO(buf_clear) struct buf uri = BUF(1000);
    AUTO(buf_clear) struct buf text = BUF(100);

    totp_uri(secret, STR("Holdfast"), req->scope.name, &uri);
    totp_text(secret, &text);
    res->private_page = true;
    res->json = jval_new_object();
    jval_set_text(res->json, "uri", buf_str(&uri));
    jval_set_text(res->json, "secret", buf_str(&text));
}

static int start_factor(struct request *req, struct response *res,
                        struct err *err)
{
    AUTO(buf_clear) struct buf sealed = BUF(200);
    uint8_t secret[TOTP_SECRET_BYTES];
    struct credentials found;
    int rc = need_own_session(req, err);

    if (rc == 0)
        rc = login_confirm(req, res, member(req, "password"), &found, err);
    if (rc < 0)
        return rc;
    if (found.totp.p != NULL)
        return refuse(req, 409, NULL, err, E_INVALID,
                      "there is a second factor already: take it away first");
    trust_random(secret, sizeof(secret));
    seal_make(&req->core->people->key, login_totp_context(req, found.user),
              (str){ (const char *)secret, sizeof(secret) }, &sealed);
    rc = user_set_totp_new(req->core->db, found.user, buf_str(&sealed), err);
    if (rc == 0)
        answer_factor(req, res, secret);
    memset(secret, 0, sizeof(secret));
    return rc;
}

static const struct field code_body[] = {
    { "code", FIELD_TEXT, .required = true, .min = TOTP_DIGITS,
      .max = TOTP_DIGITS },
    { NULL },
};

static const struct field recovery_answer[] = {
    { "recovery_codes", FIELD_TEXTS, .required = true, .max = RECOVERY_CODES,
      .help = "each is good once, instead of a code; shown only now" },
    { NULL },
};

static int make_recovery(struct request *req, struct response *res,
                         int64_t user, struct err *err)
{
    uint8_t digests[RECOVERY_CODES][32];
    struct jval *codes = jval_new_array();

    for (size_t i = 0; i < RECOVERY_CODES; i++) {
        char code[RECOVERY_CODE_MAX];

        recovery_make(code);
        recovery_digest(str_c(code), digests[i]);
        jval_push(codes, jval_new_text(str_c(code)));
    }
    res->private_page = true;
    res->json = jval_new_object();
    jval_set(res->json, "recovery_codes", codes);
    return recovery_set(req->core->db, user, digests, RECOVERY_CODES, err);
}

static int confirm_factor(struct request *req, struct response *res,
                          struct err *err)
{
    struct credentials found;
    int rc = need_own_session(req, err);

    if (rc == 0)
        rc = db_begin(req->core->db, err);
    if (rc == 0)
        rc = credentials_get(req->core->db, req->scope.user, &req->arena,
                             &found, err);
    if (rc != 0)
        return rc < 0 ? rc : E_ABSENT;
    if (found.totp_new.p == NULL)
        return refuse(req, 409, NULL, err, E_INVALID,
                      "no second factor is being made");
    found.totp = found.totp_new;
    rc = login_code(req, &found, member(req, "code"), err);
    if (rc > 0)
        return refuse(req, 0, "code", err, E_INVALID,
                      "the code is wrong: is the clock of the device right?");
    if (rc == 0)
        rc = user_set_totp(req->core->db, found.user, found.totp_new, err);
    if (rc == 0)
        rc = make_recovery(req, res, found.user, err);
    if (rc == 0)
        rc =
            session_end_all(req->core->db, found.user, req->scope.session, err);
    if (rc == 0)
        rc = request_audit(req, "user.second_factor_made", found.user, NULL,
                           NULL, err);
    return rc < 0 ? rc : db_commit(req->core->db, err);
}

static int remove_factor(struct request *req, struct response *res,
                         struct err *err)
{
    struct credentials found;
    int rc = need_own_session(req, err);

    if (rc == 0)
        rc = login_confirm(req, res, member(req, "password"), &found, err);
    if (rc == 0)
        rc = db_begin(req->core->db, err);
    if (rc == 0)
        rc = user_set_totp(req->core->db, found.user, STR_NONE, err);
    if (rc == 0)
        rc = request_audit(req, "user.second_factor_removed", found.user, NULL,
                           NULL, err);
    return rc < 0 ? rc : db_commit(req->core->db, err);
}

/* --- sessions ---------------------------------------------------------- */

static const struct field session_fields[] = {
    { "id", FIELD_INTEGER, .required = true },
    { "user", FIELD_INTEGER, .required = true },
    { "login", FIELD_TEXT, .required = true },
    { "method", FIELD_TEXT, .required = true },
    { "peer", FIELD_TEXT, .required = true, .help = "address it began from" },
    { "created", FIELD_TIME, .required = true },
    { "last_used", FIELD_TIME, .required = true, .help = "to the minute" },
    { "expires", FIELD_TIME, .required = true },
    { "current", FIELD_BOOL, .required = true },
    { NULL },
};

static const struct field everyone_query[] = {
    { "everyone", FIELD_BOOL,
      .help = "of all users (needs user.read), not only one's own" },
    { NULL },
};

/* Whose are shown or ended: one's own, or everybody's. */
static int whose(struct request *req, bool everyone, enum permission needed,
                 int64_t *out_user, struct err *err)
{
    *out_user = req->scope.user;
    if (!everyone)
        return 0;
    *out_user = 0;
    if (!scope_may(&req->scope, needed))
        return refuse(req, 403, NULL, err, E_PERM,
                      "your roles do not permit this");
    return need_all_devices(req, err);
}

static struct jval *session_json(struct request *req,
                                 const struct session *session)
{
    struct jval *json = jval_new_object();

    jval_set_i64(json, "id", session->id);
    jval_set_i64(json, "user", session->user);
    jval_set_text(json, "login", session->login);
    jval_set_text(json, "method", session->method);
    jval_set_text(json, "peer", session->peer);
    json_time(json, "created", session->created);
    json_time(json, "last_used", session->last_used);
    json_time(json, "expires", session->expires);
    jval_set_bool(json, "current", session->id == req->scope.session);
    return json;
}

static int list_sessions(struct request *req, struct response *res,
                         struct err *err)
{
    struct session_pick pick = { .now = req->now };
    struct session_list list;
    struct jval *items;
    int rc = whose(req, jval_bool(jval_get(req->query, "everyone"), false),
                   PERM_USER_READ, &pick.user, err);

    if (rc == 0)
        rc = session_list(req->core->db, &req->scope, &pick, &req->arena, &list,
                          err);
    if (rc < 0)
        return rc;
    items = jval_new_array();
    for (size_t i = 0; i < list.n; i++)
        jval_push(items, session_json(req, &list.p[i]));
    respond_list(res, items, STR(""), (int64_t)list.n);
    return 0;
}

/* One's own always; another's with user.write. */
static int64_t own_unless(struct request *req)
{
    return req->scope.all_devices && scope_may(&req->scope, PERM_USER_WRITE)
               ? 0
               : req->scope.user;
}

static int delete_session(struct request *req, struct response *res,
                          struct err *err)
{
    struct session session;
    int rc = db_begin(req->core->db, err);

    (void)res;
    if (rc == 0)
        rc = session_get(req->core->db, &req->scope,
                         (struct owned){ req->params[0], own_unless(req) },
                         &req->arena, &session, err);
    if (rc == 0)
        rc = session_end(req->core->db, session.id, err);
    if (rc == 0)
        rc = request_audit(req, "session.revoked", session.id, NULL, NULL, err);
    return rc < 0 ? rc : db_commit(req->core->db, err);
}

static int delete_sessions(struct request *req, struct response *res,
                           struct err *err)
{
    int rc = db_begin(req->core->db, err);

    (void)res;
    if (rc == 0)
        rc = session_end_all(req->core->db, req->scope.user, req->scope.session,
                             err);
    if (rc == 0)
        rc = request_audit(req, "user.sessions_revoked", req->scope.user, NULL,
                           NULL, err);
    return rc < 0 ? rc : db_commit(req->core->db, err);
}

/* --- API tokens -------------------------------------------------------- */

static const struct field token_fields[] = {
    { "id", FIELD_INTEGER, .required = true },
    { "user", FIELD_INTEGER, .required = true },
    { "login", FIELD_TEXT, .required = true },
    { "name", FIELD_TEXT, .required = true },
    { "permissions", FIELD_TEXTS, .required = true, .max = PERM_COUNT },
    { "created", FIELD_TIME, .required = true },
    { "expires", FIELD_TIME, .required = true },
    { "last_used", FIELD_TIME, .help = "null: never" },
    { "token", FIELD_TEXT,
      .help = "the secret: only in the answer that made "
              "it" },
    { NULL },
};

static struct jval *token_json(const struct api_token *token)
{
    struct jval *json = jval_new_object();

    jval_set_i64(json, "id", token->id);
    jval_set_i64(json, "user", token->user);
    jval_set_text(json, "login", token->login);
    jval_set_text(json, "name", token->name);
    jval_set(json, "permissions", permissions_json(token->permissions));
    json_time(json, "created", token->created);
    json_time(json, "expires", token->expires);
    json_time(json, "last_used", token->last_used);
    return json;
}

static int list_tokens(struct request *req, struct response *res,
                       struct err *err)
{
    struct token_list list;
    struct jval *items;
    int64_t user = 0;
    int rc = whose(req, jval_bool(jval_get(req->query, "everyone"), false),
                   PERM_USER_READ, &user, err);

    if (rc == 0)
        rc = token_list(req->core->db, &req->scope, user, &req->arena, &list,
                        err);
    if (rc < 0)
        return rc;
    items = jval_new_array();
    for (size_t i = 0; i < list.n; i++)
        jval_push(items, token_json(&list.p[i]));
    respond_list(res, items, STR(""), (int64_t)list.n);
    return 0;
}

static const struct field token_body[] = {
    { "name", FIELD_TEXT, .required = true, .min = 1, .max = TOKEN_NAME_MAX },
    { "permissions", FIELD_TEXTS, .required = true, .min = 1,
      .max = PERM_COUNT },
    { "expires", FIELD_TIME, .required = true },
    { NULL },
};

static int check_expires(struct request *req, int64_t expires, struct err *err)
{
    int64_t longest = 0;
    int rc = setting_i64(req->core->db, req->scope.org, "token.longest_s",
                         &longest, err);

    if (rc == 0 && expires > req->now + longest)
        rc = refuse(req, 0, "expires", err, E_INVALID,
                    "a token lives at most %lld seconds here",
                    (long long)longest);
    return rc;
}

static int add_token(struct request *req, struct response *res, struct err *err)
{
    struct api_token token = {
        .user = req->scope.user,
        .login = req->scope.name,
        .name = member(req, "name"),
        .created = req->now,
        .expires = request_time(jval_get(req->json, "expires"), 0),
    };
    char secret[SECRET_TEXT_MAX];
    int rc = permissions_read(req, "permissions", &token.permissions, err);

    /* A token that makes tokens would outlive its own end. */
    if (rc == 0 && req->scope.session == 0)
        rc = refuse(req, 403, NULL, err, E_PERM,
                    "only a person who is logged in can do this, no token");
    if (rc == 0)
        rc = check_expires(req, token.expires, err);
    if (rc == 0)
        rc = db_begin(req->core->db, err);
    if (rc == 0)
        rc = token_add(req->core->db, &req->scope, &token, secret, &token.id,
                       err);
    if (rc < 0)
        return rc;
    res->status = 201;
    res->private_page = true;
    res->json = token_json(&token);
    rc = request_audit(req, "token.created", token.id, NULL, res->json, err);
    jval_set_text(res->json, "token", str_c(secret));
    return rc < 0 ? rc : db_commit(req->core->db, err);
}

static int delete_token(struct request *req, struct response *res,
                        struct err *err)
{
    AUTO(jval_freep) struct jval *before = NULL;
    struct api_token token;
    int rc = db_begin(req->core->db, err);

    (void)res;
    if (rc == 0)
        rc = token_get(req->core->db, &req->scope,
                       (struct owned){ req->params[0], own_unless(req) },
                       &req->arena, &token, err);
    if (rc < 0)
        return rc;
    before = token_json(&token);
    rc = token_remove(req->core->db, token.id, err);
    if (rc == 0)
        rc = request_audit(req, "token.removed", token.id, before, NULL, err);
    return rc < 0 ? rc : db_commit(req->core->db, err);
}

static const struct route rows[] = {
    { METHOD_PUT, "/api/v1/account/password", DOOR_API, .body_max = 4096,
      .handler = put_password, .body = password_body,
      .summary = "Change one's own password." },
    { METHOD_POST, "/api/v1/account/second-factor", DOOR_API, .body_max = 4096,
      .handler = start_factor, .body = confirm_body, .answer = factor_answer,
      .summary = "Start making a second factor (TOTP)." },
    { METHOD_PUT, "/api/v1/account/second-factor", DOOR_API, .body_max = 4096,
      .handler = confirm_factor, .body = code_body, .answer = recovery_answer,
      .summary = "Confirm the second factor with a code of it." },
    { METHOD_POST, "/api/v1/account/second-factor/removal", DOOR_API,
      .body_max = 4096, .handler = remove_factor, .body = confirm_body,
      .summary = "Take one's own second factor away." },
    { METHOD_GET, "/api/v1/sessions", DOOR_API, .handler = list_sessions,
      .query = everyone_query, .answer = session_fields, .list = true,
      .summary = "List the sessions." },
    { METHOD_DELETE, "/api/v1/sessions", DOOR_API, .handler = delete_sessions,
      .summary = "End all of one's own sessions but this one." },
    { METHOD_DELETE, "/api/v1/sessions/{session}", DOOR_API,
      .handler = delete_session, .summary = "End a session." },
    { METHOD_GET, "/api/v1/tokens", DOOR_API, .handler = list_tokens,
      .query = everyone_query, .answer = token_fields, .list = true,
      .summary = "List the API tokens." },
    { METHOD_POST, "/api/v1/tokens", DOOR_API, .body_max = 16384,
      .handler = add_token, .body = token_body, .answer = token_fields,
      .summary = "Make an API token with some of one's permissions." },
    { METHOD_DELETE, "/api/v1/tokens/{token}", DOOR_API,
      .handler = delete_token, .summary = "Revoke an API token." },
};
const struct route_table routes_account = { rows, COUNT(rows) };
