/* SPDX-License-Identifier: Apache-2.0
 *
 * The users of an organisation, for who manages them.
 */
#include "fleet/org.h"
#include "fleet/setting.h"
#include "server/api_people_int.h"
#include "server/login.h"
#include "server/routes_int.h"

static const struct field list_query[] = {
    { "text", FIELD_TEXT, .max = 100,
      .help = "part of login, name or e-mail address" },
    { NULL },
};

static int list_users(struct request *req, struct response *res,
                      struct err *err)
{
    struct user_filter filter = { .text = jval_text(
                                      jval_get(req->query, "text"), STR("")) };
    struct user_list list;
    struct jval *items;
    struct page page;
    int64_t total = 0;
    int rc = need_all_devices(req, err);

    if (rc == 0)
        rc = request_page(req, &page, err);
    if (rc < 0)
        return rc;
    filter.after = page.after;
    filter.limit = page.limit;
    rc =
        user_list(req->core->db, &req->scope, &filter, &req->arena, &list, err);
    if (rc == 0)
        rc = user_count(req->core->db, &req->scope, filter.text, &total, err);
    if (rc < 0)
        return rc;
    items = jval_new_array();
    for (size_t i = 0; i < list.n; i++)
        jval_push(items, user_json(&list.p[i]));
    respond_list(res, items,
                 (int64_t)list.n == page.limit ? list.p[list.n - 1].login
                                               : STR(""),
                 total);
    return 0;
}

static int load_user(struct request *req, struct user *out, struct err *err)
{
    int rc = need_all_devices(req, err);

    return rc < 0 ? rc
                  : user_get(req->core->db, &req->scope, req->params[0],
                             &req->arena, out, err);
}

static int get_user(struct request *req, struct response *res, struct err *err)
{
    struct user user;
    int rc = load_user(req, &user, err);

    if (rc < 0)
        return rc;
    res->json = user_json(&user);
    respond_revision(req, res, user.revision);
    return 0;
}

static const struct field add_body[] = {
    { "login", FIELD_TEXT, .required = true, .min = 1, .max = LOGIN_MAX },
    { "name", FIELD_TEXT, .max = USER_TEXT_MAX },
    { "email", FIELD_TEXT, .max = USER_TEXT_MAX },
    { "password", FIELD_TEXT, .required = true, .min = 1, .max = PASSWORD_MAX,
      .help = "the first one; the user changes it" },
    { "roles", FIELD_IDS, .max = USER_ROLES_MAX },
    { NULL },
};

static str member(struct request *req, const char *name, str otherwise)
{
    return jval_text(jval_get(req->json, name), otherwise);
}

/* The new state of the object, audited and answered. */
static int finish(struct request *req, struct response *res, const char *action,
                  int64_t id, const struct jval *before, struct err *err)
{
    struct user user;
    int rc = user_get(req->core->db, &req->scope, id, &req->arena, &user, err);

    if (rc < 0)
        return rc;
    res->json = user_json(&user);
    rc = request_audit(req, action, id, before, res->json, err);
    if (rc < 0)
        return rc;
    respond_revision(req, res, user.revision);
    return db_commit(req->core->db, err);
}

static int hash_checked(struct request *req, struct response *res, str login,
                        char out[PASSWORD_HASH_MAX], struct err *err)
{
    str password = member(req, "password", STR(""));
    int64_t min = 0;
    int rc =
        setting_i64(req->core->db, req->scope.org, "password.min", &min, err);

    if (rc < 0)
        return rc;
    rc = password_rules(password, login, min, err);
    if (rc < 0)
        return blame(req, "password", rc);
    rc = people_may_hash(req, res, err);
    return rc < 0 ? rc : password_hash(password, out, err);
}

static int add_user(struct request *req, struct response *res, struct err *err)
{
    struct user user = { .name = member(req, "name", STR("")),
                         .email = member(req, "email", STR("")),
                         .source = STR("local"),
                         .created = req->now };
    char hash[PASSWORD_HASH_MAX] = "";
    int64_t id = 0;
    int rc = role_may_grant(&req->scope, 0, err);

    if (rc < 0)
        return rc;
    json_read_ids(req, jval_get(req->json, "roles"), &user.roles,
                  &user.role_count);
    rc = login_form(member(req, "login", STR("")), true, &req->arena,
                    &user.login, err);
    if (rc < 0)
        return blame(req, "login", rc);
    rc = hash_checked(req, res, user.login, hash, err);
    user.hash = str_c(hash);
    if (rc == 0)
        rc = db_begin(req->core->db, err);
    if (rc == 0)
        rc = user_add(req->core->db, &req->scope, &user, &id, err);
    if (rc < 0)
        return rc;
    res->status = 201;
    res->location =
        arena_printf(&req->arena, "/api/v1/users/%lld", (long long)id);
    return finish(req, res, "user.created", id, NULL, err);
}

static const struct field change_body[] = {
    { "name", FIELD_TEXT, .max = USER_TEXT_MAX },
    { "email", FIELD_TEXT, .max = USER_TEXT_MAX },
    { "disabled", FIELD_BOOL },
    { "roles", FIELD_IDS, .max = USER_ROLES_MAX },
    { NULL },
};

static int change_user(struct request *req, struct response *res,
                       struct err *err)
{
    AUTO(jval_freep) struct jval *before = NULL;
    const struct jval *roles = jval_get(req->json, "roles");
    struct user user;
    int rc = load_user(req, &user, err);

    if (rc == 0)
        rc = request_match(req, user.revision, err);
    if (rc < 0)
        return rc;
    before = user_json(&user);
    user.name = member(req, "name", user.name);
    user.email = member(req, "email", user.email);
    user.disabled = jval_bool(jval_get(req->json, "disabled"), user.disabled);
    if (jval_kind(roles) == JVAL_ARRAY)
        json_read_ids(req, roles, &user.roles, &user.role_count);
    rc = db_begin(req->core->db, err);
    if (rc == 0)
        rc = user_change(req->core->db, &req->scope, &user, err);
    if (rc == 0 && user.disabled)
        rc = session_end_all(req->core->db, user.id, 0, err);
    return rc < 0 ? rc : finish(req, res, "user.changed", user.id, before, err);
}

static int delete_user(struct request *req, struct response *res,
                       struct err *err)
{
    AUTO(jval_freep) struct jval *before = NULL;
    struct user user;
    int rc = load_user(req, &user, err);

    (void)res;
    if (rc < 0)
        return rc;
    before = user_json(&user);
    rc = db_begin(req->core->db, err);
    if (rc == 0)
        rc = user_remove(req->core->db, &req->scope, user.id, err);
    if (rc == 0)
        rc = request_audit(req, "user.removed", user.id, before, NULL, err);
    return rc < 0 ? rc : db_commit(req->core->db, err);
}

/* --- what helps somebody who cannot log in ----------------------------- */

static const struct field password_body[] = {
    { "password", FIELD_TEXT, .required = true, .min = 1, .max = PASSWORD_MAX },
    { NULL },
};

/* A local account that the caller may act on. */
static int load_local(struct request *req, struct user *out, struct err *err)
{
    int rc = load_user(req, out, err);

    if (rc == 0)
        rc = user_may_manage(req->core->db, &req->scope, out->id, err);
    if (rc < 0)
        return rc;
    if (!str_eq(out->source, STR("local")))
        return refuse(req, 409, NULL, err, E_INVALID,
                      "the account belongs to another service or organisation");
    return 0;
}

static int set_password(struct request *req, struct response *res,
                        struct err *err)
{
    char hash[PASSWORD_HASH_MAX];
    struct user user;
    int rc = load_local(req, &user, err);

    if (rc == 0)
        rc = hash_checked(req, res, user.login, hash, err);
    if (rc == 0)
        rc = db_begin(req->core->db, err);
    if (rc == 0)
        rc = user_set_password(req->core->db, user.id, str_c(hash), req->now,
                               err);
    if (rc == 0)
        rc = session_end_all(req->core->db, user.id, 0, err);
    if (rc == 0)
        rc = request_audit(req, "user.password_set", user.id, NULL, NULL, err);
    return rc < 0 ? rc : db_commit(req->core->db, err);
}

static int remove_factor(struct request *req, struct response *res,
                         struct err *err)
{
    struct user user;
    int rc = load_local(req, &user, err);

    (void)res;
    if (rc == 0)
        rc = db_begin(req->core->db, err);
    if (rc == 0)
        rc = user_set_totp(req->core->db, user.id, STR_NONE, err);
    if (rc == 0)
        rc = request_audit(req, "user.second_factor_removed", user.id, NULL,
                           NULL, err);
    return rc < 0 ? rc : db_commit(req->core->db, err);
}

static int end_sessions(struct request *req, struct response *res,
                        struct err *err)
{
    struct user user;
    int rc = load_user(req, &user, err);

    (void)res;
    if (rc == 0)
        rc = user_may_manage(req->core->db, &req->scope, user.id, err);
    if (rc == 0)
        rc = db_begin(req->core->db, err);
    if (rc == 0)
        rc = session_end_all(req->core->db, user.id, 0, err);
    if (rc == 0)
        rc = request_audit(req, "user.sessions_revoked", user.id, NULL, NULL,
                           err);
    return rc < 0 ? rc : db_commit(req->core->db, err);
}

static int unlock(struct request *req, struct response *res, struct err *err)
{
    struct user user;
    int rc = load_local(req, &user, err);

    if (rc == 0)
        rc = db_begin(req->core->db, err);
    if (rc == 0)
        rc = user_logged_in(req->core->db, user.id, user.last_login, err);
    return rc < 0 ? rc : finish(req, res, "user.unlocked", user.id, NULL, err);
}

/* --- people of other organisations (X-1) ------------------------------- */

static const struct field member_body[] = {
    { "organisation", FIELD_TEXT, .required = true, .min = 1,
      .max = ORG_NAME_MAX, .help = "where the person logs in" },
    { "login", FIELD_TEXT, .required = true, .min = 1, .max = LOGIN_MAX },
    { "roles", FIELD_IDS, .required = true, .max = USER_ROLES_MAX },
    { NULL },
};

/* The answer does not tell whether the other organisation or the login
 * there exists: that is its own. Who knows both adds the account. */
static int find_home(struct request *req, struct user *out, struct err *err)
{
    struct credentials found;
    int64_t org = 0;
    str login;
    int rc = org_find(req->core->db, member(req, "organisation", STR("")), &org,
                      err);

    if (rc < 0)
        return rc;
    rc = login_form(member(req, "login", STR("")), false, &req->arena, &login,
                    err);
    if (rc == 0 && org != 0)
        rc = credentials_find(req->core->db, org, login, &req->arena, &found,
                              err);
    else
        rc = 1;
    if (rc < 0)
        return rc;
    if (rc == 1 || org == req->scope.org || found.disabled ||
        str_eq(found.source, STR("member")))
        return refuse(req, 0, "login", err, E_INVALID,
                      "there is no such account in another organisation");
    out->home = found.user;
    out->login =
        arena_printf(&req->arena, "%" PRIstr "@%" PRIstr, ARGstr(login),
                     ARGstr(member(req, "organisation", STR(""))));
    return 0;
}

static int add_member(struct request *req, struct response *res,
                      struct err *err)
{
    struct user user = { .source = STR("member"), .created = req->now };
    int64_t id = 0;
    int rc = role_may_grant(&req->scope, 0, err);

    if (rc == 0)
        rc = find_home(req, &user, err);
    if (rc < 0)
        return rc;
    json_read_ids(req, jval_get(req->json, "roles"), &user.roles,
                  &user.role_count);
    rc = db_begin(req->core->db, err);
    if (rc == 0)
        rc = user_add(req->core->db, &req->scope, &user, &id, err);
    if (rc < 0)
        return rc;
    res->status = 201;
    return finish(req, res, "user.created", id, NULL, err);
}

static const struct route rows[] = {
    { METHOD_GET, "/api/v1/users", DOOR_API, PERM_USER_READ,
      .handler = list_users, .query = list_query, .answer = user_fields,
      .list = true, .summary = "List the users." },
    { METHOD_POST, "/api/v1/users", DOOR_API, PERM_USER_WRITE, 16384,
      .handler = add_user, .body = add_body, .answer = user_fields,
      .summary = "Add a local user." },
    { METHOD_GET, "/api/v1/users/{user}", DOOR_API, PERM_USER_READ,
      .handler = get_user, .answer = user_fields, .summary = "Show a user." },
    { METHOD_PATCH, "/api/v1/users/{user}", DOOR_API, PERM_USER_WRITE, 16384,
      .handler = change_user, .body = change_body, .answer = user_fields,
      .summary = "Change a user's name, state or roles." },
    { METHOD_DELETE, "/api/v1/users/{user}", DOOR_API, PERM_USER_WRITE,
      .handler = delete_user, .summary = "Remove a user." },
    { METHOD_PUT, "/api/v1/users/{user}/password", DOOR_API, PERM_USER_WRITE,
      4096, .handler = set_password, .body = password_body,
      .summary = "Give a local user a new password." },
    { METHOD_DELETE, "/api/v1/users/{user}/second-factor", DOOR_API,
      PERM_USER_WRITE, .handler = remove_factor,
      .summary = "Take a local user's second factor away." },
    { METHOD_DELETE, "/api/v1/users/{user}/sessions", DOOR_API, PERM_USER_WRITE,
      .handler = end_sessions, .summary = "End all sessions of a user." },
    { METHOD_POST, "/api/v1/users/{user}/unlock", DOOR_API, PERM_USER_WRITE,
      .handler = unlock, .answer = user_fields,
      .summary = "Open an account that wrong passwords have closed." },
    { METHOD_POST, "/api/v1/users/members", DOOR_API, PERM_USER_WRITE, 16384,
      .handler = add_member, .body = member_body, .answer = user_fields,
      .summary = "Let a user of another organisation switch to this one." },
};
const struct route_table routes_user = { rows, COUNT(rows) };
