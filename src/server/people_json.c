/* SPDX-License-Identifier: Apache-2.0 */
#include "base/clock.h"
#include "server/api_people_int.h"

const struct field user_fields[] = {
    { "id", FIELD_INTEGER, .required = true },
    { "login", FIELD_TEXT, .required = true },
    { "name", FIELD_TEXT, .required = true },
    { "email", FIELD_TEXT, .required = true },
    { "source", FIELD_ENUM, .required = true,
      .words = "local|ldap|oidc|saml|member",
      .help = "where the account comes from" },
    { "disabled", FIELD_BOOL, .required = true },
    { "second_factor", FIELD_BOOL, .required = true },
    { "roles", FIELD_IDS, .required = true, .max = USER_ROLES_MAX },
    { "created", FIELD_TIME, .required = true },
    { "last_login", FIELD_TIME, .help = "null: never" },
    { "locked_until", FIELD_TIME, .help = "null: not closed" },
    { "revision", FIELD_INTEGER, .required = true },
    { NULL },
};

const struct field role_fields[] = {
    { "id", FIELD_INTEGER, .required = true },
    { "name", FIELD_TEXT, .required = true },
    { "permissions", FIELD_TEXTS, .required = true, .max = PERM_COUNT },
    { "labels", FIELD_IDS, .required = true, .max = ROLE_LABELS_MAX,
      .help = "limits who has only roles with labels to their devices" },
    { "built_in", FIELD_BOOL, .required = true },
    { "users", FIELD_INTEGER, .required = true, .help = "how many have it" },
    { "revision", FIELD_INTEGER, .required = true },
    { NULL },
};

struct jval *json_ids(const int64_t *ids, size_t n)
{
    struct jval *array = jval_new_array();

    for (size_t i = 0; i < n; i++)
        jval_push(array, jval_new_i64(ids[i]));
    return array;
}

void json_read_ids(struct request *req, const struct jval *array,
                   const int64_t **out, size_t *out_n)
{
    size_t n = jval_count(array);
    int64_t *ids = arena_alloc(&req->arena, n + 1, sizeof(*ids));

    for (size_t i = 0; i < n; i++)
        ids[i] = jval_i64(jval_at(array, i), 0);
    *out = ids;
    *out_n = n;
}

struct jval *user_json(const struct user *user)
{
    struct jval *json = jval_new_object();

    jval_set_i64(json, "id", user->id);
    jval_set_text(json, "login", user->login);
    jval_set_text(json, "name", user->name);
    jval_set_text(json, "email", user->email);
    jval_set_text(json, "source", user->source);
    jval_set_bool(json, "disabled", user->disabled);
    jval_set_bool(json, "second_factor", user->totp);
    jval_set(json, "roles", json_ids(user->roles, user->role_count));
    json_time(json, "created", user->created);
    json_time(json, "last_login", user->last_login);
    json_time(json, "locked_until", user->locked_until);
    jval_set_i64(json, "revision", user->revision);
    return json;
}

struct jval *permissions_json(uint64_t permissions)
{
    struct jval *array = jval_new_array();

    for (int i = PERM_NONE + 1; i < PERM_COUNT; i++) {
        if ((permissions >> i & 1) != 0)
            jval_push(array, jval_new_text(str_c(permission_name(i))));
    }
    return array;
}

struct jval *role_json(const struct role *role)
{
    struct jval *json = jval_new_object();

    jval_set_i64(json, "id", role->id);
    jval_set_text(json, "name", role->name);
    jval_set(json, "permissions", permissions_json(role->permissions));
    jval_set(json, "labels", json_ids(role->labels, role->label_count));
    jval_set_bool(json, "built_in", role->built_in);
    jval_set_i64(json, "users", role->users);
    jval_set_i64(json, "revision", role->revision);
    return json;
}

int permissions_read(struct request *req, const char *field, uint64_t *out,
                     struct err *err)
{
    const struct jval *array = jval_get(req->json, field);
    uint64_t bits = 0;

    for (size_t i = 0; i < jval_count(array); i++) {
        str name = jval_text(jval_at(array, i), STR(""));
        enum permission permission = permission_find(name);

        if (permission == PERM_COUNT)
            return refuse(req, 0, field, err, E_INVALID,
                          "there is no permission '%" PRIstr "'", ARGstr(name));
        bits |= (uint64_t)1 << permission;
    }
    *out = bits;
    return 0;
}

int need_own_session(struct request *req, struct err *err)
{
    struct session session;
    int rc;

    if (req->scope.session == 0)
        return refuse(req, 403, NULL, err, E_PERM,
                      "only a person who is logged in can do this, no token");
    rc = session_get(req->core->db, &req->scope,
                     (struct owned){ .id = req->scope.session }, &req->arena,
                     &session, err);
    if (rc < 0)
        return rc;
    if (session.home != session.user)
        return refuse(req, 403, NULL, err, E_PERM,
                      "switch back to your own organisation first");
    return 0;
}

int need_all_devices(struct request *req, struct err *err)
{
    if (req->scope.all_devices)
        return 0;
    return refuse(req, 403, NULL, err, E_PERM,
                  "your roles are limited to labels: what belongs to the whole "
                  "organisation is not theirs");
}
