/* SPDX-License-Identifier: Apache-2.0
 *
 * Patch groups (P-GRP), and the grid in which a configuration chooses among
 * them (P-GRD).
 */
#include "fleet/patch_filter.h"
#include "fleet/patch_group.h"
#include "server/api_patch_int.h"
#include "server/routes_int.h"

enum {
    GROUPS_PAGE_MAX = 1000,
    EDIT_BODY_MAX = 4 << 20,
};

static const struct field group_fields[] = {
    { "id", FIELD_INTEGER, .required = true },
    { "name", FIELD_TEXT, .required = true },
    { "description", FIELD_TEXT, .required = true,
      .max = PATCH_GROUP_TEXT_MAX },
    { "owner", FIELD_TEXT, .required = true },
    { "dynamic", FIELD_BOOL, .required = true },
    { "filter", FIELD_OBJECT, .help = "of a dynamic group; or null" },
    { "patches", FIELD_INTEGER, .required = true },
    { "created", FIELD_TIME, .required = true },
    { "changed", FIELD_TIME, .required = true },
    { "revision", FIELD_INTEGER, .required = true },
    { NULL },
};
static const struct field add_body[] = {
    { "name", FIELD_TEXT, .required = true, .min = 1,
      .max = PATCH_GROUP_NAME_MAX },
    { "description", FIELD_TEXT, .max = PATCH_GROUP_TEXT_MAX },
    { "patches", FIELD_TEXTS, .max = PATCH_GROUP_IDS_MAX,
      .help = "ids: DSA-5000-1, KB5030211, openssl=3.0.17-1" },
    { "filter", FIELD_OBJECT, .help = "makes it dynamic (docs/patching.md)" },
    { NULL },
};
static const struct field change_body[] = {
    { "name", FIELD_TEXT, .min = 1, .max = PATCH_GROUP_NAME_MAX },
    { "description", FIELD_TEXT, .max = PATCH_GROUP_TEXT_MAX },
    { "filter", FIELD_OBJECT },
    { NULL },
};
static const struct field edit_body[] = {
    { "add", FIELD_TEXTS, .max = PATCH_GROUP_IDS_MAX },
    { "remove", FIELD_TEXTS, .max = PATCH_GROUP_IDS_MAX },
    { NULL },
};
static const struct field member_fields[] = {
    { "patch", FIELD_TEXT, .required = true },
    { "os", FIELD_TEXT, .help = "null: of no patch that is known" },
    { "title", FIELD_TEXT, .max = 4 * PATCH_TEXT_MAX },
    { "severity", FIELD_TEXT },
    { NULL },
};
static const struct field members_query[] = {
    { "revision", FIELD_INTEGER, .min = 1, .max = INT64_MAX,
      .help = "as it was then" },
    { NULL },
};
static const struct field past_fields[] = {
    { "revision", FIELD_INTEGER, .required = true },
    { "at", FIELD_TIME, .required = true },
    { "author", FIELD_TEXT, .required = true },
    { NULL },
};

static struct jval *group_json(const struct patch_group_row *g)
{
    struct jval *o = jval_new_object();

    jval_set_i64(o, "id", g->id);
    jval_set_text(o, "name", g->name);
    jval_set_text(o, "description", g->description);
    jval_set_text(o, "owner", g->owner);
    jval_set_bool(o, "dynamic", g->query.n > 0);
    jval_set(o, "filter",
             g->query.n > 0 ? parsed_json(g->query) : jval_new_null());
    jval_set_i64(o, "patches", g->patches);
    json_time(o, "created", g->created);
    json_time(o, "changed", g->changed);
    jval_set_i64(o, "revision", g->revision);
    return o;
}

static int get(struct request *req, struct patch_group_row *out,
               struct err *err)
{
    return patch_group_get(req->core->db, &req->scope, req->params[0],
                           &req->arena, out, err);
}

/* To change it: a group acts on whatever devices a configuration names. */
static int get_own(struct request *req, struct patch_group_row *out,
                   struct err *err)
{
    int rc = get(req, out, err);

    return rc < 0 ? rc : patch_refuse_limited(req, err);
}

/* What a group holds is part of what was deployed, or is asked for. */
static int refuse_acting(struct request *req, str group, struct err *err)
{
    AUTO(patch_setups_clear) struct patch_setups all = { 0 };
    int rc = patch_setup_acting(req->core->db, req->scope.org, group,
                                &req->arena, &all, err);

    for (size_t i = 0; rc == 0 && i < all.all.n; i++)
        rc = patch_refuse_live(req, &all.all.p[i], NULL, err);
    return rc;
}

static int answer(struct request *req, int64_t id, struct response *res,
                  struct err *err)
{
    struct patch_group_row group;
    int rc = patch_group_get(req->core->db, &req->scope, id, &req->arena,
                             &group, err);

    if (rc < 0)
        return rc;
    res->json = group_json(&group);
    respond_revision(req, res, group.revision);
    return 0;
}

static int list(struct request *req, struct response *res, struct err *err)
{
    AUTO(patch_groups_clear) struct patch_groups all = { .arena = ARENA };
    struct jval *items;
    struct page page;
    str next = STR("");
    int rc = request_page(req, &page, err);

    if (rc == 0)
        rc = patch_group_list(req->core->db, &req->scope, page.after,
                              page.limit + 1, &all, err);
    if (rc < 0)
        return rc;
    items = jval_new_array();
    for (size_t i = 0; i < all.all.n && i < (size_t)page.limit; i++)
        jval_push(items, group_json(&all.all.p[i]));
    if (all.all.n > (size_t)page.limit)
        next = all.all.p[page.limit - 1].name;
    respond_list(res, items, next, -1);
    return 0;
}

static int show(struct request *req, struct response *res, struct err *err)
{
    return answer(req, req->params[0], res, err);
}

static void read_set(struct request *req, const char *key,
                     struct patch_set *out)
{
    const struct jval *ids = jval_get(req->json, key);

    for (size_t i = 0; i < jval_count(ids); i++)
        *vec_push(&out->ids) = jval_text(jval_at(ids, i), STR(""));
    patch_set_settle(out);
}

static int check(struct request *req, const struct patch_group_row *group,
                 struct err *err)
{
    const char *field = NULL;
    int rc = patch_group_check(group, &field, err);

    if (rc < 0)
        return refuse(req, 422, field, err, rc, "%s",
                      arena_c(&req->arena, str_c(err_text(err))));
    return 0;
}

static int add(struct request *req, struct response *res, struct err *err)
{
    AUTO(patch_set_clear) struct patch_set set = { 0 };
    struct patch_group_row group = {
        .name = jval_text(jval_get(req->json, "name"), STR("")),
        .description = jval_text(jval_get(req->json, "description"), STR("")),
        .query = STR(""),
    };
    struct patch_change change = { .action = "patch_group.created",
                                   .after = req->json };
    int rc;

    if (jval_kind(jval_get(req->json, "filter")) == JVAL_OBJECT)
        group.query = member_text(req, "filter");
    read_set(req, "patches", &set);
    rc = patch_refuse_limited(req, err);
    if (rc == 0)
        rc = check(req, &group, err);
    if (rc == 0)
        rc = refuse_acting(req, group.name, err);
    if (rc == 0)
        rc = db_begin(req->core->db, err);
    if (rc == 0)
        rc = patch_group_add(req->core->db, &req->scope, &group, &set, req->now,
                             err);
    change.id = group.id;
    if (rc == 0)
        rc = patch_finish(req, &change, err);
    if (rc < 0)
        return rc;
    res->status = 201;
    res->location = arena_printf(&req->arena, "/api/v1/patch-groups/%lld",
                                 (long long)group.id);
    return answer(req, group.id, res, err);
}

static int store(struct request *req, struct patch_group_row *group,
                 const struct patch_set *set, struct response *res,
                 struct err *err)
{
    struct patch_change change = { .action = "patch_group.changed",
                                   .id = group->id,
                                   .after = req->json };
    int rc = db_begin(req->core->db, err);

    if (rc == 0)
        rc = patch_group_change(req->core->db, &req->scope, group, set,
                                req->now, err);
    if (rc == 0)
        rc = patch_finish(req, &change, err);
    return rc < 0 ? rc : answer(req, group->id, res, err);
}

static int change_one(struct request *req, struct response *res,
                      struct err *err)
{
    const struct jval *filter = jval_get(req->json, "filter");
    struct patch_group_row group;
    str was;
    int rc = get_own(req, &group, err);

    if (rc == 0)
        rc = request_match(req, group.revision, err);
    if (rc < 0)
        return rc;
    was = group.name;
    group.name = jval_text(jval_get(req->json, "name"), group.name);
    group.description =
        jval_text(jval_get(req->json, "description"), group.description);
    if (jval_kind(filter) == JVAL_OBJECT)
        group.query = member_text(req, "filter");
    else if (filter != NULL)
        group.query = STR("");
    rc = check(req, &group, err);
    if (rc == 0 && filter != NULL)
        rc = refuse_acting(req, was, err);
    return rc < 0 ? rc : store(req, &group, NULL, res, err);
}

static int edit(struct request *req, struct response *res, struct err *err)
{
    AUTO(patch_set_clear) struct patch_set set = { 0 };
    AUTO(patch_set_clear) struct patch_set taken = { 0 };
    const struct jval *added = jval_get(req->json, "add");
    struct patch_group_row group;
    size_t n = 0;
    int rc = get_own(req, &group, err);

    if (rc == 0 && group.query.n > 0)
        return refuse(req, 409, NULL, err, E_INVALID,
                      "its filter says what is in it");
    if (rc == 0)
        rc = refuse_acting(req, group.name, err);
    if (rc == 0)
        rc =
            patch_group_set(req->core->db, group.id, 0, &req->arena, &set, err);
    if (rc < 0)
        return rc;
    read_set(req, "remove", &taken);
    for (size_t i = 0; i < set.ids.n; i++)
        if (!patch_set_has(&taken, set.ids.p[i]))
            set.ids.p[n++] = set.ids.p[i];
    set.ids.n = n;
    for (size_t i = 0; i < jval_count(added); i++)
        *vec_push(&set.ids) = jval_text(jval_at(added, i), STR(""));
    patch_set_settle(&set);
    return store(req, &group, &set, res, err);
}

static int remove_one(struct request *req, struct response *res UNUSED,
                      struct err *err)
{
    struct patch_change change = { .action = "patch_group.deleted" };
    struct patch_group_row group;
    int rc = get_own(req, &group, err);

    if (rc == 0)
        rc = db_begin(req->core->db, err);
    if (rc == 0)
        rc = patch_group_remove(req->core->db, &req->scope, group.id, err);
    if (rc == E_INVALID)
        return refuse(req, 409, NULL, err, rc, "%s",
                      arena_c(&req->arena, str_c(err_text(err))));
    change.id = group.id;
    return rc < 0 ? rc : patch_finish(req, &change, err);
}

static struct jval *member_json(str id, const struct patch_row *row)
{
    struct jval *o = jval_new_object();

    jval_set_text(o, "patch", id);
    jval_set_text(o, "os",
                  row != NULL ? str_c(patch_os_name(row->patch.os)) : STR_NONE);
    jval_set_text(o, "title", row != NULL ? row->patch.title : STR_NONE);
    jval_set_text(o, "severity",
                  row != NULL ? str_c(patch_severity_name(row->patch.severity))
                              : STR_NONE);
    return o;
}

static int members(struct request *req, struct response *res, struct err *err)
{
    AUTO(patch_set_clear) struct patch_set set = { 0 };
    AUTO(jval_freep) struct jval *items = jval_new_array();
    struct patch_group_row group;
    struct patch_row row;
    struct page page;
    size_t at = 0;
    size_t n = 0;
    int rc = get(req, &group, err);

    if (rc == 0)
        rc = request_page(req, &page, err);
    if (rc == 0)
        rc = patch_group_set(req->core->db, group.id,
                             jval_i64(jval_get(req->query, "revision"), 0),
                             &req->arena, &set, err);
    while (rc == 0 && at < set.ids.n && page.after.n > 0 &&
           str_cmp(set.ids.p[at], page.after) <= 0)
        at++;
    for (; rc == 0 && at < set.ids.n && n < (size_t)page.limit; at++, n++) {
        rc = patch_store_find(req->core->db, req->scope.org, set.ids.p[at],
                              &req->arena, &row, err);
        if (rc == 0 || rc == E_ABSENT)
            jval_push(items, member_json(set.ids.p[at], rc == 0 ? &row : NULL));
        rc = rc == E_ABSENT ? 0 : rc;
    }
    if (rc < 0)
        return rc;
    respond_list(res, TAKE(items), at < set.ids.n ? set.ids.p[at - 1] : STR(""),
                 (int64_t)set.ids.n);
    return 0;
}

static int history(struct request *req, struct response *res, struct err *err)
{
    struct patch_group_pasts all = { 0 };
    AUTO(jval_freep) struct jval *items = jval_new_array();
    struct patch_group_row group;
    int rc = get(req, &group, err);

    if (rc == 0)
        rc = patch_group_history(req->core->db, group.id, &req->arena, &all,
                                 err);
    for (size_t i = 0; rc == 0 && i < all.all.n; i++) {
        struct jval *o = jval_new_object();

        jval_set_i64(o, "revision", all.all.p[i].revision);
        json_time(o, "at", all.all.p[i].at);
        jval_set_text(o, "author", all.all.p[i].author);
        jval_push(items, o);
    }
    vec_clear(&all.all);
    if (rc == 0)
        respond_list(res, TAKE(items), STR(""), -1);
    return rc;
}

/* clang-format off */
static const struct route rows[] = {
    { METHOD_GET, "/api/v1/patch-groups", DOOR_API, PERM_PATCH_READ,
      .handler = list, .answer = group_fields, .list = true,
      .summary = "Patch groups, by name." },
    { METHOD_POST, "/api/v1/patch-groups", DOOR_API, PERM_PATCH_WRITE,
      EDIT_BODY_MAX, add, .body = add_body, .answer = group_fields,
      .summary = "Make a patch group." },
    { METHOD_GET, "/api/v1/patch-groups/{group}", DOOR_API, PERM_PATCH_READ,
      .handler = show, .answer = group_fields,
      .summary = "One patch group." },
    { METHOD_PATCH, "/api/v1/patch-groups/{group}", DOOR_API,
      PERM_PATCH_WRITE, 65536, change_one, .body = change_body,
      .answer = group_fields, .summary = "Change what it is called." },
    { METHOD_DELETE, "/api/v1/patch-groups/{group}", DOOR_API,
      PERM_PATCH_WRITE, .handler = remove_one,
      .summary = "Delete a group that no configuration names." },
    { METHOD_GET, "/api/v1/patch-groups/{group}/patches", DOOR_API,
      PERM_PATCH_READ, .handler = members, .query = members_query,
      .answer = member_fields, .list = true,
      .summary = "The patches of a group, also of an older revision." },
    { METHOD_POST, "/api/v1/patch-groups/{group}/patches", DOOR_API,
      PERM_PATCH_WRITE, EDIT_BODY_MAX, edit, .body = edit_body,
      .answer = group_fields,
      .summary = "Put patches in and take some out; acts at the next policy." },
    { METHOD_GET, "/api/v1/patch-groups/{group}/revisions", DOOR_API,
      PERM_PATCH_READ, .handler = history, .answer = past_fields,
      .list = true, .summary = "Who changed it when." },
};
/* clang-format on */
const struct route_table routes_patch_group = { rows, COUNT(rows) };
