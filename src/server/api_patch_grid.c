/* SPDX-License-Identifier: Apache-2.0
 *
 * The grid in which a configuration chooses among patch groups (P-GRD): each
 * group with its counts, and each patch of a group with whether the group
 * makes it available to devices, or which other group does.
 */
#include "fleet/patch_group.h"
#include "patch/grid.h"
#include "server/api_patch_int.h"
#include "server/patch_config_int.h"
#include "server/patcher.h"
#include "server/routes_int.h"

enum {
    OTHERS_MAX = 100, /* names of other groups that are told */
};

#define CONTAINED                                                              \
    "whether a task that is on includes the group's patches of it (P-GRD-3)"
static const struct field counts_fields[] = {
    { "windows", FIELD_INTEGER, .required = true },
    { "macos", FIELD_INTEGER, .required = true },
    { "linux", FIELD_INTEGER, .required = true },
    { "unknown", FIELD_INTEGER, .required = true,
      .help = "ids that no known patch has" },
    { "total", FIELD_INTEGER, .required = true },
    { NULL },
};
static const struct field contained_fields[] = {
    { "windows", FIELD_BOOL, .required = true },
    { "macos", FIELD_BOOL, .required = true },
    { "linux", FIELD_BOOL, .required = true },
    { NULL },
};
static const struct field group_fields[] = {
    { "group", FIELD_INTEGER, .required = true },
    { "name", FIELD_TEXT, .required = true },
    { "dynamic", FIELD_BOOL, .required = true },
    { "revision", FIELD_INTEGER, .required = true },
    { "counts", FIELD_OBJECT, .required = true, .of = counts_fields },
    { "choice", FIELD_ENUM, .required = true, .words = "none|include|exclude" },
    { "contained", FIELD_OBJECT, .required = true, .of = contained_fields,
      .help = CONTAINED },
    { NULL },
};
#define TASK_QUERY                                                             \
    { "os", FIELD_ENUM, .required = true, .words = "windows|macos|linux" },    \
    {                                                                          \
        "task", FIELD_ENUM, .words = "routine|priority|zero_day",              \
                            .help = "routine, when left out"                   \
    }
static const struct field grid_query[] = { TASK_QUERY, { NULL } };
static const struct field grid_body[] = {
    { "settings", FIELD_OBJECT, .required = true },
    TASK_QUERY,
    { NULL },
};
static const struct field member_fields[] = {
    { "patch", FIELD_TEXT, .required = true, .max = PATCH_TEXT_MAX },
    { "platform", FIELD_ENUM, .words = "windows|macos|linux",
      .help = "null: of no patch that is known" },
    { "title", FIELD_TEXT, .max = 4 * PATCH_TEXT_MAX },
    { "severity", FIELD_TEXT },
    { "status", FIELD_ENUM, .required = true, .words = "active|not_active",
      .help = "approximate: vendors are not looked at (P-GRD-7)" },
    { "others", FIELD_TEXTS, .required = true, .max = OTHERS_MAX,
      .help = "other groups through which it is active (D-45)" },
    { NULL },
};
static const struct field member_query[] = {
    { "os", FIELD_ENUM, .words = "windows|macos|linux",
      .help = "only this platform" },
    { NULL },
};

/* Everything a grid is made of; texts are the request's. */
struct grid_of {
    struct patch_groups rows;
    VEC(struct patch_group) groups;
    struct patch_configuration settings;
    struct patch_grid grid;
};

static void close(struct grid_of *g)
{
    patch_groups_clear(&g->rows);
    vec_clear(&g->groups);
}

static int add_group(struct request *req, const struct patch_group_row *row,
                     struct patch_group *out, struct err *err)
{
    AUTO(patch_set_clear) struct patch_set set = { 0 };
    str *ids;
    int rc = patch_group_set(req->core->db, row->id, 0, &req->arena, &set, err);

    if (rc < 0)
        return rc;
    ids = arena_alloc(&req->arena, set.ids.n + 1, sizeof(*ids));
    for (size_t i = 0; i < set.ids.n; i++)
        ids[i] = set.ids.p[i];
    *out = (struct patch_group){ row->name, ids, set.ids.n };
    return 0;
}

static int open(struct request *req, struct grid_of *g, bool in_force,
                struct err *err)
{
    const struct patch_stock *stock;
    int rc = patch_group_list(req->core->db, &req->scope, STR(""),
                              PATCH_GROUPS_OF_ORG_MAX, &g->rows, err);

    for (size_t i = 0; rc == 0 && i < g->rows.all.n; i++)
        rc = add_group(req, &g->rows.all.p[i], vec_push(&g->groups), err);
    if (rc == 0)
        rc = patcher_stock(req->core, req->scope.org, &stock, err);
    if (rc == 0)
        g->grid = (struct patch_grid){
            .configuration = &g->settings,
            .is_in_force = in_force,
            .catalogue = patch_stock_catalogue(stock),
            .groups = g->groups.p,
            .group_count = g->groups.n,
        };
    return rc;
}

static struct jval *counts_json(const struct patch_grid_row *row)
{
    struct jval *o = jval_new_object();

    for (int os = 0; os < PATCH_OSES; os++)
        jval_set_i64(o, patch_os_name(os), (int64_t)row->count[os]);
    jval_set_i64(o, "unknown", (int64_t)row->unknown);
    jval_set_i64(o, "total", (int64_t)row->total);
    return o;
}

static struct jval *group_json(const struct patch_group_row *group,
                               const struct patch_grid_row *row)
{
    static const char *const choices[] = {
        [PATCH_CHOICE_NONE] = "none",
        [PATCH_CHOICE_INCLUDE] = "include",
        [PATCH_CHOICE_EXCLUDE] = "exclude",
    };
    struct jval *contained = jval_new_object();
    struct jval *o = jval_new_object();

    jval_set_i64(o, "group", group->id);
    jval_set_text(o, "name", group->name);
    jval_set_bool(o, "dynamic", group->query.n > 0);
    jval_set_i64(o, "revision", group->revision);
    jval_set(o, "counts", counts_json(row));
    jval_set_text(o, "choice", str_c(choices[row->choice]));
    for (int os = 0; os < PATCH_OSES; os++)
        jval_set_bool(contained, patch_os_name(os), row->is_contained[os]);
    jval_set(o, "contained", contained);
    return o;
}

/* The rows beside the task that `from` (the query or the body) names. */
static int answer(struct request *req, const struct jval *from,
                  struct grid_of *g, struct response *res, struct err *err)
{
    enum patch_os os = patch_os_of(jval_text(jval_get(from, "os"), STR("")));
    str name = jval_text(jval_get(from, "task"), STR("routine"));
    enum patch_task_kind kind = PATCH_ROUTINE;
    struct jval *items;

    while (kind < PATCH_TASKS && !str_eq_c(name, patch_task_name(kind)))
        kind++;
    if (!patch_task_is_offered(os, kind))
        return refuse(req, 422, "task", err, E_INVALID,
                      "'%" PRIstr "' is not offered on %s", ARGstr(name),
                      patch_os_name(os));
    items = jval_new_array();
    for (size_t i = 0; i < g->groups.n; i++) {
        struct patch_grid_row row;

        patch_grid_row(&g->grid, i, os, kind, &row);
        jval_push(items, group_json(&g->rows.all.p[i], &row));
    }
    respond_list(res, items, STR(""), (int64_t)g->groups.n);
    return 0;
}

/* While it is edited: nothing is saved. */
static int edited(struct request *req, struct response *res, struct err *err)
{
    AUTO(close) struct grid_of g = { .rows = { .arena = ARENA } };
    int rc = patch_settings_of_body(req, jval_get(req->json, "settings"),
                                    &g.settings, err);

    if (rc == 0)
        rc = open(req, &g, false, err);
    return rc < 0 ? rc : answer(req, req->json, &g, res, err);
}

static int groups(struct request *req, struct response *res, struct err *err)
{
    AUTO(close) struct grid_of g = { .rows = { .arena = ARENA } };
    struct patch_setup setup;
    int rc = patch_setup_of_path(req, &setup, err);

    if (rc == 0)
        rc = patch_configuration_parse(setup.settings, 0, &req->arena,
                                       &g.settings, err);
    if (rc == 0)
        rc = open(req, &g, setup.deployed != 0, err);
    return rc < 0 ? rc : answer(req, req->query, &g, res, err);
}

/* --- The patches of one group --------------------------------------------- */

static struct jval *member_json(const struct grid_of *g, size_t group, str id)
{
    uint32_t others[OTHERS_MAX];
    uint32_t at = patch_catalogue_find(g->grid.catalogue, id);
    struct jval *names = jval_new_array();
    struct jval *o = jval_new_object();
    bool active = false;

    jval_set_text(o, "patch", id);
    if (at != PATCH_NONE) {
        const struct patch *p = patch_catalogue_at(g->grid.catalogue, at);
        size_t n = patch_grid_others(&g->grid, group, at, others, OTHERS_MAX);

        for (size_t i = 0; i < n && i < OTHERS_MAX; i++)
            jval_push(names, jval_new_text(g->groups.p[others[i]].name));
        active = patch_grid_is_active(&g->grid, group, at);
        jval_set_text(o, "platform", str_c(patch_os_name(p->os)));
        jval_set_text(o, "title", str_or_empty(p->title));
        jval_set_text(o, "severity", str_c(patch_severity_name(p->severity)));
    }
    jval_set_text(o, "status", active ? STR("active") : STR("not_active"));
    jval_set(o, "others", names);
    return o;
}

static bool is_asked(const struct request *req, const struct grid_of *g, str id)
{
    str os = jval_text(jval_get(req->query, "os"), STR(""));
    uint32_t at = patch_catalogue_find(g->grid.catalogue, id);

    return os.n == 0 ||
           (at != PATCH_NONE &&
            patch_catalogue_at(g->grid.catalogue, at)->os == patch_os_of(os));
}

static int list_members(struct request *req, const struct grid_of *g,
                        struct response *res, struct err *err)
{
    const struct patch_group *group;
    struct jval *items;
    struct page page;
    str next = STR("");
    size_t i = 0;
    int rc = request_page(req, &page, err);

    while (i < g->rows.all.n && g->rows.all.p[i].id != req->params[1])
        i++;
    if (rc == 0 && i == g->rows.all.n)
        rc = err_set(err, E_ABSENT, "there is no such patch group");
    if (rc < 0)
        return rc;
    group = &g->groups.p[i];
    items = jval_new_array();
    for (size_t at = 0; at < group->id_count; at++) {
        str id = group->ids[at];

        if ((page.after.n > 0 && str_cmp(id, page.after) <= 0) ||
            !is_asked(req, g, id))
            continue;
        if (jval_count(items) == (size_t)page.limit) {
            next = jval_text(
                jval_get(jval_at(items, jval_count(items) - 1), "patch"),
                STR(""));
            break;
        }
        jval_push(items, member_json(g, i, id));
    }
    respond_list(res, items, arena_str(&req->arena, next), -1);
    return 0;
}

/* By the version in force, because its devices have that one. */
static int members(struct request *req, struct response *res, struct err *err)
{
    AUTO(close) struct grid_of g = { .rows = { .arena = ARENA } };
    struct patch_setup setup;
    struct patch_version v = { 0 };
    int rc = patch_setup_of_path(req, &setup, err);

    v.settings = setup.settings;
    if (rc == 0 && setup.deployed != 0)
        rc = patch_setup_version(req->core->db, setup.id, setup.deployed,
                                 &req->arena, &v, err);
    if (rc == 0)
        rc = patch_configuration_parse(v.settings, 0, &req->arena, &g.settings,
                                       err);
    if (rc == 0)
        rc = open(req, &g, setup.deployed != 0, err);
    return rc < 0 ? rc : list_members(req, &g, res, err);
}

#define ONE "/api/v1/patch-configurations/{configuration}"
/* clang-format off */
static const struct route rows[] = {
    { METHOD_POST, "/api/v1/patch-configurations/groups", DOOR_API,
      PERM_PATCH_READ, PATCH_BODY_MAX, edited, .body = grid_body,
      .answer = group_fields, .list = true,
      .summary = "All groups beside settings, while they are edited." },
    { METHOD_GET, ONE "/groups", DOOR_API, PERM_PATCH_READ,
      .handler = groups, .query = grid_query, .answer = group_fields,
      .list = true,
      .summary = "All groups beside its newest version, with counts." },
    { METHOD_GET, ONE "/groups/{group}/patches", DOOR_API, PERM_PATCH_READ,
      .handler = members, .query = member_query, .answer = member_fields,
      .list = true,
      .summary = "The patches of a group, active through it or another." },
};
/* clang-format on */
const struct route_table routes_patch_grid = { rows, COUNT(rows) };
