/* SPDX-License-Identifier: Apache-2.0
 *
 * Logging in and out, who one is, the first start, switching organisations.
 */
#include "base/clock.h"
#include "fleet/org.h"
#include "fleet/setting.h"
#include "server/api_people_int.h"
#include "server/login.h"
#include "server/routes_int.h"
#include "server/signon.h"

static const struct field login_body[] = {
    { "login", FIELD_TEXT, .required = true, .min = 1, .max = LOGIN_MAX },
    { "password", FIELD_TEXT, .required = true, .min = 1, .max = PASSWORD_MAX },
    { "code", FIELD_TEXT, .max = 40,
      .help = "of the second factor, or a recovery code" },
    { "organisation", FIELD_TEXT, .max = ORG_NAME_MAX,
      .help = "its name; the first one when it is left out" },
    { "bearer", FIELD_BOOL, .help = "answer with a token instead of a cookie" },
    { NULL },
};

static const struct field login_answer[] = {
    { "login", FIELD_TEXT, .required = true },
    { "expires", FIELD_TIME, .required = true },
    { "token", FIELD_TEXT, .help = "only with bearer" },
    { NULL },
};

static str member(struct request *req, const char *name)
{
    return jval_text(jval_get(req->json, name), STR(""));
}

static int org_named(struct request *req, int64_t *out, struct err *err)
{
    str name = member(req, "organisation");

    *out = ORG_FIRST;
    return name.n == 0 ? 0 : org_find(req->core->db, name, out, err);
}

static int login(struct request *req, struct response *res, struct err *err)
{
    struct attempt attempt = { .login = member(req, "login"),
                               .password = member(req, "password"),
                               .code = member(req, "code") };
    bool bearer = jval_bool(jval_get(req->json, "bearer"), false);
    struct credentials found;
    bool outside = false;
    int rc = org_named(req, &attempt.org, err);

    if (rc == 0)
        rc = directory_wants(req, &attempt, &outside, err);
    if (rc == 0 && outside)
        return directory_login(req, res, &attempt, bearer, err);
    if (rc == 0)
        rc = login_check(req, res, &attempt, &found, err);
    if (rc == 0)
        rc = db_begin(req->core->db, err);
    if (rc == 0)
        rc = login_finish(req, res,
                          &(struct logged_in){ .org = attempt.org,
                                               .user = found.user,
                                               .login = found.login,
                                               .method = STR("password"),
                                               .bearer = bearer },
                          err);
    return rc < 0 ? rc : db_commit(req->core->db, err);
}

static int logout(struct request *req, struct response *res, struct err *err)
{
    int rc = db_begin(req->core->db, err);

    if (rc == 0 && req->scope.session != 0) {
        rc = session_end(req->core->db, req->scope.session, err);
        if (rc == 0)
            rc = request_audit(req, "session.ended", req->scope.session, NULL,
                               NULL, err);
    }
    res->set_cookie = STR("__Host-holdfast=; Path=/; Secure; HttpOnly; "
                          "SameSite=Strict; Max-Age=0");
    return rc < 0 ? rc : db_commit(req->core->db, err);
}

static const struct field org_fields[] = {
    { "id", FIELD_INTEGER, .required = true },
    { "name", FIELD_TEXT, .required = true },
    { NULL },
};

static const struct field whoami_answer[] = {
    { "user", FIELD_INTEGER, .required = true },
    { "login", FIELD_TEXT, .required = true },
    { "name", FIELD_TEXT, .required = true },
    { "source", FIELD_TEXT, .required = true },
    { "organisation", FIELD_OBJECT, .required = true, .of = org_fields },
    { "permissions", FIELD_TEXTS, .required = true, .max = PERM_COUNT },
    { "all_devices", FIELD_BOOL, .required = true,
      .help = "false: only devices that have a label of one's roles" },
    { "session", FIELD_INTEGER, .help = "null with a token" },
    { "token", FIELD_INTEGER },
    { "second_factor", FIELD_BOOL, .required = true },
    { "second_factor_required", FIELD_BOOL, .required = true },
    { NULL },
};

static void set_id(struct jval *json, const char *key, int64_t id)
{
    jval_set(json, key, id != 0 ? jval_new_i64(id) : jval_new_null());
}

static struct jval *org_json(const struct org *org)
{
    struct jval *json = jval_new_object();

    jval_set_i64(json, "id", org->id);
    jval_set_text(json, "name", org->name);
    return json;
}

static int whoami(struct request *req, struct response *res, struct err *err)
{
    struct user user;
    struct org org;
    int64_t required = 0;
    int rc = user_get(req->core->db, &req->scope, req->scope.user, &req->arena,
                      &user, err);

    if (rc == 0)
        rc = org_get(req->core->db, req->scope.org, &req->arena, &org, err);
    if (rc == 0)
        rc = setting_i64(req->core->db, req->scope.org, "totp.required",
                         &required, err);
    if (rc < 0)
        return rc;
    res->json = jval_new_object();
    jval_set_i64(res->json, "user", user.id);
    jval_set_text(res->json, "login", user.login);
    jval_set_text(res->json, "name", user.name);
    jval_set_text(res->json, "source", user.source);
    jval_set(res->json, "organisation", org_json(&org));
    jval_set(res->json, "permissions",
             permissions_json(req->scope.permissions));
    jval_set_bool(res->json, "all_devices", req->scope.all_devices);
    set_id(res->json, "session", req->scope.session);
    set_id(res->json, "token", req->scope.token);
    jval_set_bool(res->json, "second_factor", user.totp);
    jval_set_bool(res->json, "second_factor_required",
                  required != 0 && str_eq(user.source, STR("local")));
    return 0;
}

/* --- organisations one belongs to (X-1) -------------------------------- */

static int home_of(struct request *req, int64_t *out, struct err *err)
{
    struct session session;
    int rc;

    *out = req->scope.user;
    if (req->scope.session == 0)
        return 0;
    rc = session_get(req->core->db, &req->scope,
                     (struct owned){ .id = req->scope.session }, &req->arena,
                     &session, err);
    if (rc == 0)
        *out = session.home;
    return rc;
}

static int list_orgs(struct request *req, struct response *res, struct err *err)
{
    struct jval *items;
    struct org *orgs;
    size_t n = 0;
    int64_t home = 0;
    int rc = home_of(req, &home, err);

    if (rc == 0)
        rc = org_list(req->core->db, home, &req->arena, &orgs, &n, err);
    if (rc < 0)
        return rc;
    items = jval_new_array();
    for (size_t i = 0; i < n; i++)
        jval_push(items, org_json(&orgs[i]));
    respond_list(res, items, STR(""), (int64_t)n);
    return 0;
}

static const struct field switch_body[] = {
    { "organisation", FIELD_INTEGER, .required = true, .min = 1,
      .max = INT64_MAX },
    { NULL },
};

static int switch_org(struct request *req, struct response *res,
                      struct err *err)
{
    int64_t org = jval_i64(jval_get(req->json, "organisation"), 0);
    int64_t home = 0;
    int64_t user = 0;
    int rc;

    (void)res;
    if (req->scope.session == 0)
        return refuse(req, 403, NULL, err, E_PERM,
                      "a token belongs to one organisation");
    rc = db_begin(req->core->db, err);
    if (rc == 0)
        rc = home_of(req, &home, err);
    if (rc == 0)
        rc = org_account(req->core->db, home, org, &user, err);
    if (rc == 0)
        rc = session_switch(req->core->db, req->scope.session, user, err);
    req->scope.org = org;
    if (rc == 0)
        rc = request_audit(req, "session.switched", req->scope.session, NULL,
                           NULL, err);
    return rc < 0 ? rc : db_commit(req->core->db, err);
}

/* --- the first start --------------------------------------------------- */

static const struct field setup_state[] = {
    { "needed", FIELD_BOOL, .required = true, .help = "there is no user yet" },
    { NULL },
};

static int get_setup(struct request *req, struct response *res, struct err *err)
{
    int64_t users = 0;
    int rc = user_total(req->core->db, &users, err);

    if (rc < 0)
        return rc;
    res->json = jval_new_object();
    jval_set_bool(res->json, "needed", users == 0);
    return 0;
}

static const struct field setup_body[] = {
    { "secret", FIELD_TEXT, .required = true, .min = 1, .max = SECRET_TEXT_MAX,
      .help = "the one-time secret of the first start" },
    { "login", FIELD_TEXT, .required = true, .min = 1, .max = LOGIN_MAX },
    { "password", FIELD_TEXT, .required = true, .min = 1, .max = PASSWORD_MAX },
    { "name", FIELD_TEXT, .max = USER_TEXT_MAX },
    { "bearer", FIELD_BOOL, .help = "answer with a token instead of a cookie" },
    { NULL },
};

/* In a transaction: the secret is spent only when the user is made. */
static int make_first(struct request *req, struct response *res, str login,
                      str hash, struct err *err)
{
    struct scope system = scope_system(ORG_FIRST);
    struct user user = { .login = login,
                         .name = member(req, "name"),
                         .source = STR("local"),
                         .hash = hash,
                         .created = req->now,
                         .role_count = 1 };
    int64_t users = 0;
    struct ticket ticket = { .kind = STR("setup") };
    int64_t role = 0;
    int64_t id = 0;
    int rc = user_total(req->core->db, &users, err);

    if (rc == 0)
        rc = ticket_take(req->core->db, member(req, "secret"), req->now,
                         &req->arena, &ticket, err);
    if (rc > 0 || (rc == 0 && users > 0))
        return refuse(req, 403, "secret", err, E_PERM,
                      "the secret is wrong, used or over: the server writes a "
                      "new one when it starts and has no user");
    if (rc == 0)
        rc = role_find(req->core->db, ORG_FIRST, STR(ROLE_ADMINISTRATOR), &role,
                       err);
    user.roles = &role;
    if (rc == 0)
        rc = user_add(req->core->db, &system, &user, &id, err);
    if (rc < 0)
        return rc;
    return login_finish(
        req, res,
        &(struct logged_in){
            .org = ORG_FIRST,
            .user = id,
            .login = login,
            .method = STR("setup"),
            .bearer = jval_bool(jval_get(req->json, "bearer"), false) },
        err);
}

static int setup(struct request *req, struct response *res, struct err *err)
{
    char hash[PASSWORD_HASH_MAX];
    str login;
    int rc = login_form(member(req, "login"), true, &req->arena, &login, err);

    if (rc < 0)
        return blame(req, "login", rc);
    rc = password_rules(member(req, "password"), login, 0, err);
    if (rc < 0)
        return blame(req, "password", rc);
    rc = people_may_hash(req, res, err);
    if (rc == 0)
        rc = password_hash(member(req, "password"), hash, err);
    if (rc == 0)
        rc = db_begin(req->core->db, err);
    if (rc == 0)
        rc = make_first(req, res, login, str_c(hash), err);
    if (rc == 0)
        rc = db_commit(req->core->db, err);
    if (rc == 0)
        people_set_up(req->core);
    return rc;
}

static const struct route rows[] = {
    { METHOD_POST, "/api/v1/session", DOOR_OPEN, .body_max = 4096,
      .handler = login, .body = login_body, .answer = login_answer,
      .summary = "Log in with login and password." },
    { METHOD_GET, "/api/v1/session", DOOR_API, .handler = whoami,
      .answer = whoami_answer,
      .summary = "Who is logged in, and may do what." },
    { METHOD_DELETE, "/api/v1/session", DOOR_API, .handler = logout,
      .summary = "Log out." },
    { METHOD_GET, "/api/v1/session/organisations", DOOR_API,
      .handler = list_orgs, .answer = org_fields, .list = true,
      .summary = "List the organisations one has an account in." },
    { METHOD_PUT, "/api/v1/session/organisation", DOOR_API, .body_max = 1024,
      .handler = switch_org, .body = switch_body,
      .summary = "Switch to another organisation." },
    { METHOD_GET, "/api/v1/setup", DOOR_OPEN, .handler = get_setup,
      .answer = setup_state, .summary = "Whether there is no user yet." },
    { METHOD_POST, "/api/v1/setup", DOOR_OPEN, .body_max = 4096,
      .handler = setup, .body = setup_body, .answer = login_answer,
      .summary = "Make the first administrator." },
};
const struct route_table routes_session = { rows, COUNT(rows) };
