/* SPDX-License-Identifier: Apache-2.0
 *
 * Labels (K-LBL), the preview of their queries, and the fields of the query
 * language.
 */
#include "fleet/label.h"
#include "server/api_device_int.h"
#include "server/label_worker.h"
#include "server/patch_label_int.h"
#include "server/routes_int.h"

enum {
    LABEL_BODY_MAX = 32768,
    MEMBERS_BODY_MAX = 2 << 20,
    MEMBERS_MAX = 100000,
    PREVIEW_ROWS = 10,
};

static const struct field label_fields[] = {
    { "id", FIELD_INTEGER, .required = true },
    { "name", FIELD_TEXT, .required = true },
    { "kind", FIELD_ENUM, .required = true,
      .words = "manual|smart|ldap|group" },
    { "query", FIELD_TEXT, .required = true, .max = QUERY_TEXT_MAX },
    { "notes", FIELD_TEXT, .required = true, .max = LABEL_NOTES_MAX },
    { "download_url", FIELD_TEXT, .required = true, .max = LABEL_URL_MAX,
      .help = "where members fetch content; empty: from the server" },
    { "parent", FIELD_INTEGER, .help = "the group it is in; or null" },
    { "members", FIELD_INTEGER, .required = true,
      .help = "devices in use that you may see" },
    { "pending", FIELD_BOOL, .required = true,
      .help = "members are being worked out" },
    { "evaluated", FIELD_TIME, .help = "when all devices were looked at" },
    { "problem", FIELD_TEXT, .said = true, .required = true,
      .help = "why that failed, or empty" },
    { "created", FIELD_TIME, .required = true },
    { "revision", FIELD_INTEGER, .required = true },
    { NULL },
};
static const struct field list_query[] = {
    { "q", FIELD_TEXT, .max = 200, .help = "in the name" },
    { "kind", FIELD_ENUM, .words = "manual|smart|ldap|group" },
    { NULL },
};
static const struct field add_body[] = {
    { "name", FIELD_TEXT, .required = true, .min = 1, .max = LABEL_NAME_MAX },
    { "kind", FIELD_ENUM, .required = true,
      .words = "manual|smart|ldap|group" },
    { "query", FIELD_TEXT, .max = QUERY_TEXT_MAX,
      .help = "smart: a query; ldap: ldap:///BASE?ATTRIBUTES?sub?FILTER" },
    { "notes", FIELD_TEXT, .max = LABEL_NOTES_MAX },
    { "download_url", FIELD_TEXT, .max = LABEL_URL_MAX },
    { "parent", FIELD_INTEGER, .max = INT64_MAX, .help = "a group; 0: none" },
    { NULL },
};
static const struct field change_body[] = {
    { "name", FIELD_TEXT, .min = 1, .max = LABEL_NAME_MAX },
    { "query", FIELD_TEXT, .max = QUERY_TEXT_MAX },
    { "notes", FIELD_TEXT, .max = LABEL_NOTES_MAX },
    { "download_url", FIELD_TEXT, .max = LABEL_URL_MAX },
    { "parent", FIELD_INTEGER, .max = INT64_MAX },
    { NULL },
};
static const struct field delete_query[] = {
    { "disable_schedules", FIELD_BOOL,
      .help = "confirms that schedules with the label are disabled" },
    { NULL },
};
static const struct field delete_fields[] = {
    { "disabled", FIELD_IDS, .required = true, .max = 100000,
      .help = "configurations that were disabled" },
    { NULL },
};
static const struct field member_fields[] = {
    { "device", FIELD_INTEGER, .required = true },
    { "name", FIELD_TEXT, .required = true },
    { "since", FIELD_TIME, .required = true },
    { NULL },
};
static const struct field members_body[] = {
    { "add", FIELD_IDS, .max = MEMBERS_MAX },
    { "remove", FIELD_IDS, .max = MEMBERS_MAX },
    { NULL },
};
static const struct field members_fields[] = {
    { "added", FIELD_INTEGER, .required = true },
    { "already", FIELD_INTEGER, .required = true,
      .help = "were members before" },
    { "removed", FIELD_INTEGER, .required = true },
    { "unknown", FIELD_INTEGER, .required = true,
      .help = "ids of no device you may see" },
    { NULL },
};
static const struct field preview_body[] = {
    { "query", FIELD_TEXT, .required = true, .min = 1, .max = QUERY_TEXT_MAX },
    { "limit", FIELD_INTEGER, .min = 1, .max = PAGE_LIMIT_MAX,
      .help = "devices shown; 10 if left out" },
    { NULL },
};
static const struct field field_fields[] = {
    { "name", FIELD_TEXT, .required = true },
    { "type", FIELD_ENUM, .required = true,
      .words = "text|version|number|time|address" },
    { "help", FIELD_TEXT, .said = true, .required = true },
    { NULL },
};

static struct jval *label_json(const struct label *label)
{
    struct jval *json = jval_new_object();

    jval_set_i64(json, "id", label->id);
    jval_set_text(json, "name", label->name);
    jval_set_text(json, "kind", label->kind);
    jval_set_text(json, "query", label->query);
    jval_set_text(json, "notes", label->notes);
    jval_set_text(json, "download_url", label->download_url);
    jval_set(json, "parent",
             label->parent != 0 ? jval_new_i64(label->parent)
                                : jval_new_null());
    jval_set_i64(json, "members", label->members);
    jval_set_bool(json, "pending", label->pending);
    json_time(json, "evaluated", label->evaluated);
    jval_set_text(json, "problem", label->problem);
    json_time(json, "created", label->created);
    jval_set_i64(json, "revision", label->revision);
    return json;
}

static struct jval *audit_json(const struct label *label)
{
    struct jval *json = jval_new_object();

    jval_set_text(json, "name", label->name);
    jval_set_text(json, "kind", label->kind);
    jval_set_text(json, "query", label->query);
    jval_set_text(json, "notes", label->notes);
    jval_set_text(json, "download_url", label->download_url);
    jval_set_i64(json, "parent", label->parent);
    return json;
}

static int get(struct request *req, struct label *out, struct err *err)
{
    return label_get(req->core->db, &req->scope, req->params[0], &req->arena,
                     out, err);
}

static int answer_label(struct request *req, struct response *res, int64_t id,
                        struct err *err)
{
    struct label label;
    int rc =
        label_get(req->core->db, &req->scope, id, &req->arena, &label, err);

    if (rc < 0)
        return rc;
    res->json = label_json(&label);
    respond_revision(req, res, label.revision);
    return 0;
}

/* --- the label itself ----------------------------------------------------- */
static int list(struct request *req, struct response *res, struct err *err)
{
    struct label_find find = {
        .text = jval_text(jval_get(req->query, "q"), STR("")),
        .kind = jval_text(jval_get(req->query, "kind"), STR("")),
    };
    AUTO(labels_clear) struct labels all = { 0 };
    struct jval *items;
    struct page page;
    str next = STR("");
    int rc = request_page(req, &page, err);

    if (rc < 0)
        return rc;
    find.after = page.after;
    find.limit = page.limit + 1;
    rc = label_list(req->core->db, &req->scope, &find, &req->arena, &all, err);
    if (rc < 0)
        return rc;
    items = jval_new_array();
    for (size_t i = 0; i < all.all.n && i < (size_t)page.limit; i++)
        jval_push(items, label_json(&all.all.p[i]));
    if (all.all.n > (size_t)page.limit)
        next = all.all.p[page.limit - 1].name;
    respond_list(res, items, next, -1);
    return 0;
}

static int show(struct request *req, struct response *res, struct err *err)
{
    return answer_label(req, res, req->params[0], err);
}

static void read_body(struct request *req, struct label *label)
{
    const struct jval *json = req->json;

    label->name = jval_text(jval_get(json, "name"), label->name);
    label->kind = jval_text(jval_get(json, "kind"), label->kind);
    label->query = jval_text(jval_get(json, "query"), label->query);
    label->notes = jval_text(jval_get(json, "notes"), label->notes);
    label->download_url =
        jval_text(jval_get(json, "download_url"), label->download_url);
    label->parent = jval_i64(jval_get(json, "parent"), label->parent);
}

/* moves: others may be its members then. Checks, writes, and puts it into the
 * audit log, in one transaction. */
static int save(struct request *req, struct label *label, bool moves,
                const struct jval *before, struct err *err)
{
    AUTO(jval_freep) struct jval *after = audit_json(label);
    AUTO(patch_small_clear) struct patch_small small = { 0 };
    struct db *db = req->core->db;
    const char *field = NULL;
    bool added = label->id == 0;
    int rc = label_check(db, &req->scope, label, &field, err);

    if (rc < 0)
        return rc == E_IO ? rc : blame(req, field, rc);
    if (moves)
        rc = patch_label_may(req, label->parent, err);
    if (rc == 0 && moves)
        rc = patch_label_open(req, label->id, &small, err);
    if (rc == 0)
        rc = db_begin(db, err);
    if (rc == 0)
        rc = added ? label_add(db, &req->scope, label, req->now, err)
                   : label_change(db, &req->scope, label, req->now, err);
    if (rc == 0 && moves)
        rc = patch_label_check(req, &small, err);
    if (rc == 0)
        rc = request_audit(req, added ? "label.created" : "label.updated",
                           label->id, before, after, err);
    if (rc == 0)
        rc = db_commit(db, err);
    if (rc == 0)
        label_worker_wake(req->core->labels);
    return rc;
}

static int post(struct request *req, struct response *res, struct err *err)
{
    struct label label = { .name = STR(""),
                           .kind = STR(""),
                           .query = STR(""),
                           .notes = STR(""),
                           .download_url = STR("") };
    int rc;

    read_body(req, &label);
    rc = save(req, &label, label.parent != 0, NULL, err);
    if (rc < 0)
        return rc;
    res->status = 201;
    res->location =
        arena_printf(&req->arena, "/api/v1/labels/%lld", (long long)label.id);
    return answer_label(req, res, label.id, err);
}

static int patch(struct request *req, struct response *res, struct err *err)
{
    AUTO(jval_freep) struct jval *before = NULL;
    struct label label;
    struct label was;
    int rc = get(req, &label, err);

    if (rc == 0)
        rc = request_match(req, label.revision, err);
    if (rc < 0)
        return rc;
    before = audit_json(&label);
    was = label;
    read_body(req, &label);
    rc = save(req, &label,
              was.parent != label.parent || !str_eq(was.query, label.query),
              before, err);
    return rc < 0 ? rc : answer_label(req, res, label.id, err);
}

static int delete_label(struct request *req, struct response *res,
                        struct err *err)
{
    AUTO(label_uses_clear) struct label_uses uses = { 0 };
    AUTO(patch_small_clear) struct patch_small small = { 0 };
    AUTO(jval_freep) struct jval *before = NULL;
    struct label_removal removal = {
        .label = req->params[0],
        .disable = jval_bool(jval_get(req->query, "disable_schedules"), false),
        .now = req->now,
    };
    struct db *db = req->core->db;
    struct label label;
    int rc = get(req, &label, err);

    if (rc == 0 && removal.disable &&
        !scope_may(&req->scope, PERM_SCHEDULE_WRITE))
        rc = refuse(req, 403, "disable_schedules", err, E_PERM,
                    "you may not change schedules");
    if (rc == 0)
        rc = patch_label_open(req, label.id, &small, err);
    if (rc < 0)
        return rc;
    before = audit_json(&label);
    rc = db_begin(db, err);
    if (rc == 0)
        rc = label_delete(db, &req->scope, &removal, &req->arena, &uses, err);
    if (rc == E_INVALID)
        return refuse(req, 409, "label", &(struct err){ 0 }, rc, "%s",
                      err_text(err));
    for (size_t i = 0; rc == 0 && i < uses.ids.n; i++)
        rc = request_audit(req, "configuration.disabled", uses.ids.p[i], NULL,
                           NULL, err);
    if (rc == 0)
        rc = request_audit(req, "label.deleted", label.id, before, NULL, err);
    if (rc == 0)
        rc = db_commit(db, err);
    if (rc < 0)
        return rc;
    label_worker_wake(req->core->labels);
    res->json = jval_new_object();
    jval_set(res->json, "disabled", json_ids(uses.ids.p, uses.ids.n));
    return 0;
}

/* --- members ---------------------------------------------------------------
 */
static int members(struct request *req, struct response *res, struct err *err)
{
    AUTO(label_members_clear) struct label_members all = { 0 };
    struct label_member_find find = { .label = req->params[0] };
    struct jval *items;
    struct label label;
    struct page page;
    int rc = get(req, &label, err);

    if (rc == 0)
        rc = request_page_id(req, &page, &find.after, err);
    if (rc < 0)
        return rc;
    find.limit = page.limit;
    rc = label_member_list(req->core->db, &req->scope, &find, &req->arena, &all,
                           err);
    if (rc < 0)
        return rc;
    items = jval_new_array();
    for (size_t i = 0; i < all.all.n; i++) {
        struct jval *json = jval_new_object();

        jval_set_i64(json, "device", all.all.p[i].device);
        jval_set_text(json, "name", all.all.p[i].name);
        json_time(json, "since", all.all.p[i].since);
        jval_push(items, json);
    }
    respond_page(req, res, &page, items,
                 all.all.n > 0 ? all.all.p[all.all.n - 1].device : 0,
                 label.members);
    return 0;
}

static int change(struct request *req, const char *member,
                  struct label_count *out, struct err *err)
{
    struct label_change change = { .label = req->params[0], .now = req->now };

    json_read_ids(req, jval_get(req->json, member), &change.devices, &change.n);
    return blame(
        req, member,
        str_eq(str_c(member), STR("add"))
            ? label_members_add(req->core->db, &req->scope, &change, out, err)
            : label_members_remove(req->core->db, &req->scope, &change, out,
                                   err));
}

static int change_members(struct request *req, struct response *res,
                          struct err *err)
{
    AUTO(patch_small_clear) struct patch_small small = { 0 };
    struct label_count removed = { 0 };
    struct label_count added = { 0 };
    struct db *db = req->core->db;
    struct label label;
    int rc = get(req, &label, err);

    if (rc == 0)
        rc = patch_label_open(req, label.id, &small, err);
    if (rc == 0)
        rc = db_begin(db, err);
    if (rc == 0)
        rc = change(req, "remove", &removed, err);
    if (rc == 0)
        rc = change(req, "add", &added, err);
    if (rc == 0)
        rc = patch_label_check(req, &small, err);
    if (rc == 0) {
        res->json = jval_new_object();
        jval_set_i64(res->json, "added", added.changed);
        jval_set_i64(res->json, "already", added.same);
        jval_set_i64(res->json, "removed", removed.changed);
        jval_set_i64(res->json, "unknown", added.unknown + removed.unknown);
        rc = request_audit(req, "label.members_changed", label.id, NULL,
                           req->json, err);
    }
    if (rc == 0)
        rc = db_commit(db, err);
    if (rc == 0)
        label_worker_wake(req->core->labels);
    return rc;
}

static int refresh(struct request *req, struct response *res, struct err *err)
{
    struct label label;
    int rc = get(req, &label, err);

    if (rc == 0)
        rc = label_ask_refresh(req->core->db, label.id, err);
    if (rc < 0)
        return rc;
    label_worker_wake(req->core->labels);
    res->status = 202;
    return answer_label(req, res, label.id, err);
}

/* --- queries ---------------------------------------------------------------
 */
static int preview(struct request *req, struct response *res, struct err *err)
{
    struct device_find find = {
        .text = STR(""),
        .filter = jval_text(jval_get(req->json, "query"), STR("")),
        .now = req->now,
    };
    struct page page = {
        .limit = jval_i64(jval_get(req->json, "limit"), PREVIEW_ROWS),
        .after = STR(""),
    };
    struct device_question question = { &find, &page, "query" };

    return device_list_find(req, &question, res, err);
}

static int query_fields(struct request *req UNUSED, struct response *res,
                        struct err *err UNUSED)
{
    struct jval *items = jval_new_array();

    for (size_t i = 0; query_field_help(i) != NULL; i++) {
        const struct query_field_help *help = query_field_help(i);
        struct jval *json = jval_new_object();

        jval_set_text(json, "name", str_c(help->name));
        jval_set_text(json, "type", str_c(help->type));
        jval_set_text(json, "help", str_c(help->help));
        jval_push(items, json);
    }
    respond_list(res, items, STR(""), -1);
    return 0;
}

/* clang-format off */
static const struct route rows[] = {
    { METHOD_GET, "/api/v1/labels", DOOR_API, PERM_LABEL_READ,
      .handler = list, .query = list_query, .answer = label_fields,
      .list = true, .summary = "Labels, by name." },
    { METHOD_POST, "/api/v1/labels", DOOR_API, PERM_LABEL_WRITE,
      LABEL_BODY_MAX, post, .body = add_body, .answer = label_fields,
      .summary = "Make a label." },
    { METHOD_POST, "/api/v1/labels/preview", DOOR_API, PERM_DEVICE_READ,
      LABEL_BODY_MAX, preview, .body = preview_body, .answer = device_fields,
      .list = true,
      .summary = "How many devices match a query, and the first of them." },
    { METHOD_GET, "/api/v1/labels/{label}", DOOR_API, PERM_LABEL_READ,
      .handler = show, .answer = label_fields, .summary = "One label." },
    { METHOD_PATCH, "/api/v1/labels/{label}", DOOR_API, PERM_LABEL_WRITE,
      LABEL_BODY_MAX, patch, .body = change_body, .answer = label_fields,
      .summary = "Change a label; its kind stays." },
    { METHOD_DELETE, "/api/v1/labels/{label}", DOOR_API, PERM_LABEL_WRITE,
      .handler = delete_label, .query = delete_query,
      .answer = delete_fields,
      .summary = "Delete a label that limits no role and no schedule." },
    { METHOD_GET, "/api/v1/labels/{label}/members", DOOR_API,
      PERM_LABEL_READ, .handler = members, .answer = member_fields,
      .list = true, .summary = "The members of a label." },
    { METHOD_POST, "/api/v1/labels/{label}/members", DOOR_API,
      PERM_LABEL_WRITE, MEMBERS_BODY_MAX, change_members,
      .body = members_body, .answer = members_fields,
      .summary = "Add members to a manual label, and remove some." },
    { METHOD_POST, "/api/v1/labels/{label}/refresh", DOOR_API,
      PERM_LABEL_WRITE, .handler = refresh, .answer = label_fields,
      .summary = "Work out the members of a label, or ask its directory, now." },
    { METHOD_GET, "/api/v1/query-fields", DOOR_API, PERM_NONE,
      .handler = query_fields, .answer = field_fields, .list = true,
      .summary = "What queries on devices can ask for." },
};
/* clang-format on */
const struct route_table routes_label = { rows, COUNT(rows) };
