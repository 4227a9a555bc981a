/* SPDX-License-Identifier: Apache-2.0
 *
 * Roles, their permissions and labels (X-2, K-DEP-4), and which roles the
 * groups of a directory or provider give.
 */
#include "server/api_people_int.h"
#include "server/routes_int.h"

static const struct field permission_fields[] = {
    { "name", FIELD_TEXT, .required = true },
    { NULL },
};

static int list_permissions(struct request *req, struct response *res,
                            struct err *err)
{
    struct jval *items = jval_new_array();

    (void)req;
    (void)err;
    for (int i = PERM_NONE + 1; i < PERM_COUNT; i++) {
        struct jval *item = jval_new_object();

        jval_set_text(item, "name", str_c(permission_name(i)));
        jval_push(items, item);
    }
    respond_list(res, items, STR(""), PERM_COUNT - 1);
    return 0;
}

static int list_roles(struct request *req, struct response *res,
                      struct err *err)
{
    struct role *roles;
    struct jval *items;
    size_t n = 0;
    int rc = need_all_devices(req, err);

    if (rc == 0)
        rc =
            role_list(req->core->db, &req->scope, &req->arena, &roles, &n, err);
    if (rc < 0)
        return rc;
    items = jval_new_array();
    for (size_t i = 0; i < n; i++)
        jval_push(items, role_json(&roles[i]));
    respond_list(res, items, STR(""), (int64_t)n);
    return 0;
}

static int load_role(struct request *req, struct role *out, struct err *err)
{
    int rc = need_all_devices(req, err);

    return rc < 0 ? rc
                  : role_get(req->core->db, &req->scope, req->params[0],
                             &req->arena, out, err);
}

static int get_role(struct request *req, struct response *res, struct err *err)
{
    struct role role;
    int rc = load_role(req, &role, err);

    if (rc < 0)
        return rc;
    res->json = role_json(&role);
    respond_revision(req, res, role.revision);
    return 0;
}

static int finish(struct request *req, struct response *res, const char *action,
                  int64_t id, const struct jval *before, struct err *err)
{
    struct role role;
    int rc = role_get(req->core->db, &req->scope, id, &req->arena, &role, err);

    if (rc < 0)
        return rc;
    res->json = role_json(&role);
    rc = request_audit(req, action, id, before, res->json, err);
    if (rc < 0)
        return rc;
    respond_revision(req, res, role.revision);
    return db_commit(req->core->db, err);
}

static const struct field role_body[] = {
    { "name", FIELD_TEXT, .required = true, .min = 1, .max = ROLE_NAME_MAX },
    { "permissions", FIELD_TEXTS, .required = true, .max = PERM_COUNT },
    { "labels", FIELD_IDS, .max = ROLE_LABELS_MAX,
      .help = "none: the role is for all devices" },
    { NULL },
};

static int read_role(struct request *req, struct role *out, struct err *err)
{
    out->name = jval_text(jval_get(req->json, "name"), STR(""));
    json_read_ids(req, jval_get(req->json, "labels"), &out->labels,
                  &out->label_count);
    return permissions_read(req, "permissions", &out->permissions, err);
}

static int add_role(struct request *req, struct response *res, struct err *err)
{
    struct role role = { 0 };
    int64_t id = 0;
    int rc = read_role(req, &role, err);

    if (rc == 0)
        rc = db_begin(req->core->db, err);
    if (rc == 0)
        rc = role_add(req->core->db, &req->scope, &role, &id, err);
    if (rc < 0)
        return rc;
    res->status = 201;
    res->location =
        arena_printf(&req->arena, "/api/v1/roles/%lld", (long long)id);
    return finish(req, res, "role.created", id, NULL, err);
}

static int change_role(struct request *req, struct response *res,
                       struct err *err)
{
    AUTO(jval_freep) struct jval *before = NULL;
    struct role role;
    int rc = load_role(req, &role, err);

    if (rc == 0)
        rc = request_match(req, role.revision, err);
    if (rc < 0)
        return rc;
    before = role_json(&role);
    rc = read_role(req, &role, err);
    if (rc == 0)
        rc = db_begin(req->core->db, err);
    if (rc == 0)
        rc = role_change(req->core->db, &req->scope, &role, err);
    return rc < 0 ? rc : finish(req, res, "role.changed", role.id, before, err);
}

static int delete_role(struct request *req, struct response *res,
                       struct err *err)
{
    AUTO(jval_freep) struct jval *before = NULL;
    struct role role;
    int rc = load_role(req, &role, err);

    (void)res;
    if (rc < 0)
        return rc;
    before = role_json(&role);
    rc = db_begin(req->core->db, err);
    if (rc == 0)
        rc = role_remove(req->core->db, &req->scope, role.id, err);
    if (rc == 0)
        rc = request_audit(req, "role.removed", role.id, before, NULL, err);
    return rc < 0 ? rc : db_commit(req->core->db, err);
}

/* --- groups of other services ------------------------------------------ */

static const struct field group_fields[] = {
    { "source", FIELD_ENUM, .required = true, .words = "ldap|oidc|saml" },
    { "group", FIELD_TEXT, .required = true, .min = 1, .max = 1000,
      .help = "a name, or a DN; upper and lower case are the same" },
    { "role", FIELD_INTEGER, .required = true, .min = 1, .max = INT64_MAX },
    { NULL },
};

static int load_groups(struct request *req, struct jval **out, struct err *err)
{
    struct group_role *rows;
    size_t n = 0;
    int rc = group_role_list(req->core->db, &req->scope, &req->arena, &rows, &n,
                             err);

    if (rc < 0)
        return rc;
    *out = jval_new_array();
    for (size_t i = 0; i < n; i++) {
        struct jval *item = jval_new_object();

        jval_set_text(item, "source", rows[i].source);
        jval_set_text(item, "group", rows[i].name);
        jval_set_i64(item, "role", rows[i].role);
        jval_push(*out, item);
    }
    return 0;
}

static int list_groups(struct request *req, struct response *res,
                       struct err *err)
{
    struct jval *items = NULL;
    int rc = need_all_devices(req, err);

    if (rc == 0)
        rc = load_groups(req, &items, err);
    if (rc < 0)
        return rc;
    respond_list(res, items, STR(""), (int64_t)jval_count(items));
    return 0;
}

static const struct field groups_body[] = {
    { "items", FIELD_LIST, .required = true, .max = 1000, .of = group_fields },
    { NULL },
};

static void read_groups(struct request *req, struct group_role **out,
                        size_t *out_n)
{
    const struct jval *items = jval_get(req->json, "items");
    size_t n = jval_count(items);
    struct group_role *rows = arena_alloc(&req->arena, n + 1, sizeof(*rows));

    for (size_t i = 0; i < n; i++) {
        const struct jval *item = jval_at(items, i);

        rows[i] = (struct group_role){
            .source = jval_text(jval_get(item, "source"), STR("")),
            .name = jval_text(jval_get(item, "group"), STR("")),
            .role = jval_i64(jval_get(item, "role"), 0),
        };
    }
    *out = rows;
    *out_n = n;
}

static int put_groups(struct request *req, struct response *res,
                      struct err *err)
{
    AUTO(jval_freep) struct jval *before = NULL;
    AUTO(jval_freep) struct jval *after = NULL;
    struct group_role *rows;
    size_t n = 0;
    int rc = db_begin(req->core->db, err);

    (void)res;
    if (rc == 0)
        rc = load_groups(req, &before, err);
    read_groups(req, &rows, &n);
    if (rc == 0)
        rc = group_role_set(req->core->db, &req->scope, rows, n, err);
    if (rc == 0)
        rc = load_groups(req, &after, err);
    if (rc == 0)
        rc = request_audit(req, "group_roles.changed", 0, before, after, err);
    return rc < 0 ? rc : db_commit(req->core->db, err);
}

static const struct route routes[] = {
    { METHOD_GET, "/api/v1/permissions", DOOR_API, .handler = list_permissions,
      .answer = permission_fields, .list = true,
      .summary = "List the permissions that there are." },
    { METHOD_GET, "/api/v1/roles", DOOR_API, PERM_USER_READ,
      .handler = list_roles, .answer = role_fields, .list = true,
      .summary = "List the roles." },
    { METHOD_POST, "/api/v1/roles", DOOR_API, PERM_USER_WRITE, 16384,
      .handler = add_role, .body = role_body, .answer = role_fields,
      .summary = "Add a role." },
    { METHOD_GET, "/api/v1/roles/{role}", DOOR_API, PERM_USER_READ,
      .handler = get_role, .answer = role_fields, .summary = "Show a role." },
    { METHOD_PUT, "/api/v1/roles/{role}", DOOR_API, PERM_USER_WRITE, 16384,
      .handler = change_role, .body = role_body, .answer = role_fields,
      .summary = "Change a role." },
    { METHOD_DELETE, "/api/v1/roles/{role}", DOOR_API, PERM_USER_WRITE,
      .handler = delete_role, .summary = "Remove a role that nobody has." },
    { METHOD_GET, "/api/v1/group-roles", DOOR_API, PERM_USER_READ,
      .handler = list_groups, .answer = group_fields, .list = true,
      .summary = "List which roles the groups of other services give." },
    { METHOD_PUT, "/api/v1/group-roles", DOOR_API, PERM_USER_WRITE, 1 << 20,
      .handler = put_groups, .body = groups_body,
      .summary = "Say which roles the groups of other services give." },
};
const struct route_table routes_role = { routes, COUNT(routes) };
