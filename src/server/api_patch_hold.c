/* SPDX-License-Identifier: Apache-2.0
 *
 * What is kept from being deployed: holds, suppressed CVEs, freezes.
 */
#include "fleet/patch_hold.h"
#include "server/api_patch_int.h"
#include "server/routes_int.h"

#define LIFTED                                                                 \
    { "lifted", FIELD_TIME }, { "lifted_by", FIELD_TEXT, .required = true },   \
        { "revision", FIELD_INTEGER },                                         \
    {                                                                          \
        NULL                                                                   \
    }

static const struct field hold_fields[] = {
    { "id", FIELD_INTEGER, .required = true },
    { "kind", FIELD_ENUM, .required = true, .words = "patch|package|cve" },
    { "target", FIELD_TEXT, .required = true },
    { "label", FIELD_INTEGER, .help = "only devices with it; or null" },
    { "reason", FIELD_TEXT, .required = true, .max = PATCH_HOLD_REASON_MAX },
    { "author", FIELD_TEXT, .required = true },
    { "created", FIELD_TIME, .required = true },
    { "until", FIELD_TIME, .help = "null: without end" },
    { "active", FIELD_BOOL, .required = true },
    LIFTED,
};
static const struct field hold_body[] = {
    { "kind", FIELD_ENUM, .required = true, .words = "patch|package|cve" },
    { "target", FIELD_TEXT, .required = true, .min = 1,
      .max = PATCH_HOLD_TARGET_MAX,
      .help = "id of a patch, a package ('*' and '?'), or a CVE" },
    { "label", FIELD_INTEGER, .min = 1, .max = INT64_MAX },
    { "reason", FIELD_TEXT, .required = true, .min = 1,
      .max = PATCH_HOLD_REASON_MAX },
    { "until", FIELD_TIME },
    { NULL },
};
static const struct field list_query[] = {
    { "active", FIELD_BOOL, .help = "only those that count now" },
    { NULL },
};
static const struct field freeze_fields[] = {
    { "id", FIELD_INTEGER, .required = true },
    { "label", FIELD_INTEGER, .help = "only devices with it; or null" },
    { "reason", FIELD_TEXT, .required = true, .max = PATCH_HOLD_REASON_MAX },
    { "author", FIELD_TEXT, .required = true },
    { "created", FIELD_TIME, .required = true },
    { "begins", FIELD_TIME, .required = true },
    { "ends", FIELD_TIME, .required = true },
    { "active", FIELD_BOOL, .required = true },
    LIFTED,
};
static const struct field freeze_body[] = {
    { "label", FIELD_INTEGER, .min = 1, .max = INT64_MAX },
    { "reason", FIELD_TEXT, .required = true, .min = 1,
      .max = PATCH_HOLD_REASON_MAX },
    { "begins", FIELD_TIME, .help = "now, when left out" },
    { "ends", FIELD_TIME, .required = true },
    { NULL },
};

static void set_label(struct jval *o, int64_t label)
{
    jval_set(o, "label", label > 0 ? jval_new_i64(label) : jval_new_null());
}

static void set_lifted(struct jval *o, int64_t lifted, str by)
{
    json_time(o, "lifted", lifted);
    jval_set_text(o, "lifted_by", by);
}

/* Whom labels limit holds nothing back for devices they do not see. */
static int check_reach(struct request *req, int64_t label, struct err *err)
{
    if (req->scope.all_devices || label != 0)
        return 0;
    return refuse(req, 403, "label", err, E_PERM,
                  "you see only some devices: name a label");
}

static int page_of(struct request *req, struct patch_hold_query *out,
                   struct page *page, struct err *err)
{
    int rc;

    *out = (struct patch_hold_query){
        .active = jval_bool(jval_get(req->query, "active"), false),
        .now = req->now,
    };
    rc = request_page_id(req, page, &out->before, err);
    out->limit = page->limit;
    return rc;
}

/* --- Holds ---------------------------------------------------------------- */

static struct jval *hold_json(const struct patch_hold_row *h, int64_t now)
{
    struct jval *o = jval_new_object();

    jval_set_i64(o, "id", h->id);
    jval_set_text(o, "kind", h->kind);
    jval_set_text(o, "target", h->target);
    set_label(o, h->label);
    jval_set_text(o, "reason", h->reason);
    jval_set_text(o, "author", h->author);
    json_time(o, "created", h->created);
    json_time(o, "until", h->until);
    jval_set_bool(o, "active",
                  h->lifted == 0 && (h->until == 0 || h->until > now));
    set_lifted(o, h->lifted, h->lifted_by);
    return o;
}

static int list_holds(struct request *req, struct response *res,
                      struct err *err)
{
    AUTO(patch_hold_rows_clear) struct patch_hold_rows all = { 0 };
    struct patch_hold_query query;
    struct page page;
    int rc = page_of(req, &query, &page, err);

    if (rc == 0)
        rc = patch_hold_list(req->core->db, &req->scope, &query, &req->arena,
                             &all, err);
    if (rc < 0)
        return rc;
    RESPOND_ROWS(req, res, &page, all.all, id, hold_json(row, req->now));
    return 0;
}

static int add_hold(struct request *req, struct response *res, struct err *err)
{
    const struct jval *b = req->json;
    const char *field = NULL;
    struct patch_hold_row hold = {
        .kind = jval_text(jval_get(b, "kind"), STR("")),
        .target = jval_text(jval_get(b, "target"), STR("")),
        .label = jval_i64(jval_get(b, "label"), 0),
        .reason = jval_text(jval_get(b, "reason"), STR("")),
        .until = request_time(jval_get(b, "until"), 0),
    };
    struct patch_change change = { .action = "patch_hold.created", .after = b };
    int rc = check_reach(req, hold.label, err);

    if (rc == 0)
        rc = patch_hold_check(&hold, req->now, &field, err);
    if (rc < 0 && field != NULL)
        return refuse(req, 422, field, err, rc, "%s",
                      arena_c(&req->arena, str_c(err_text(err))));
    if (rc == 0)
        rc = db_begin(req->core->db, err);
    if (rc == 0)
        rc = patch_hold_add(req->core->db, &req->scope, &hold, req->now, err);
    change.id = hold.id;
    if (rc == 0)
        rc = patch_finish(req, &change, err);
    if (rc < 0)
        return rc;
    res->status = 201;
    res->location = arena_printf(&req->arena, "/api/v1/patch-holds/%lld",
                                 (long long)hold.id);
    res->json = hold_json(&hold, req->now);
    return 0;
}

static int show_hold(struct request *req, struct response *res, struct err *err)
{
    struct patch_hold_row hold;
    int rc = patch_hold_get(req->core->db, &req->scope, req->params[0],
                            &req->arena, &hold, err);

    if (rc == 0)
        res->json = hold_json(&hold, req->now);
    return rc;
}

static int lift_hold(struct request *req, struct response *res UNUSED,
                     struct err *err)
{
    struct patch_hold_row hold;
    struct patch_change change = { .action = "patch_hold.lifted",
                                   .id = req->params[0] };
    int rc = patch_hold_get(req->core->db, &req->scope, req->params[0],
                            &req->arena, &hold, err);

    if (rc == 0)
        rc = check_reach(req, hold.label, err);
    if (rc == 0)
        rc = db_begin(req->core->db, err);
    if (rc == 0)
        rc =
            patch_hold_lift(req->core->db, &req->scope, hold.id, req->now, err);
    return rc < 0 ? rc : patch_finish(req, &change, err);
}

/* --- Freezes -------------------------------------------------------------- */

static struct jval *freeze_json(const struct patch_freeze_row *f, int64_t now)
{
    struct jval *o = jval_new_object();

    jval_set_i64(o, "id", f->id);
    set_label(o, f->label);
    jval_set_text(o, "reason", f->reason);
    jval_set_text(o, "author", f->author);
    json_time(o, "created", f->created);
    json_time(o, "begins", f->begins);
    json_time(o, "ends", f->ends);
    jval_set_bool(o, "active",
                  f->lifted == 0 && f->begins <= now && now < f->ends);
    set_lifted(o, f->lifted, f->lifted_by);
    return o;
}

static int list_freezes(struct request *req, struct response *res,
                        struct err *err)
{
    AUTO(patch_freeze_rows_clear) struct patch_freeze_rows all = { 0 };
    struct patch_hold_query query;
    struct page page;
    int rc = page_of(req, &query, &page, err);

    if (rc == 0)
        rc = patch_freeze_list(req->core->db, &req->scope, &query, &req->arena,
                               &all, err);
    if (rc < 0)
        return rc;
    RESPOND_ROWS(req, res, &page, all.all, id, freeze_json(row, req->now));
    return 0;
}

static int add_freeze(struct request *req, struct response *res,
                      struct err *err)
{
    const struct jval *b = req->json;
    const char *field = NULL;
    struct patch_freeze_row freeze = {
        .label = jval_i64(jval_get(b, "label"), 0),
        .reason = jval_text(jval_get(b, "reason"), STR("")),
        .begins = request_time(jval_get(b, "begins"), req->now),
        .ends = request_time(jval_get(b, "ends"), 0),
    };
    struct patch_change change = { .action = "patch_freeze.created",
                                   .after = b };
    int rc = check_reach(req, freeze.label, err);

    if (rc == 0)
        rc = patch_freeze_check(&freeze, req->now, &field, err);
    if (rc < 0 && field != NULL)
        return refuse(req, 422, field, err, rc, "%s",
                      arena_c(&req->arena, str_c(err_text(err))));
    if (rc == 0)
        rc = db_begin(req->core->db, err);
    if (rc == 0)
        rc = patch_freeze_add(req->core->db, &req->scope, &freeze, req->now,
                              err);
    change.id = freeze.id;
    if (rc == 0)
        rc = patch_finish(req, &change, err);
    if (rc < 0)
        return rc;
    res->status = 201;
    res->location = arena_printf(&req->arena, "/api/v1/patch-freezes/%lld",
                                 (long long)freeze.id);
    res->json = freeze_json(&freeze, req->now);
    return 0;
}

static int show_freeze(struct request *req, struct response *res,
                       struct err *err)
{
    struct patch_freeze_row freeze;
    int rc = patch_freeze_get(req->core->db, &req->scope, req->params[0],
                              &req->arena, &freeze, err);

    if (rc == 0)
        res->json = freeze_json(&freeze, req->now);
    return rc;
}

static int lift_freeze(struct request *req, struct response *res UNUSED,
                       struct err *err)
{
    struct patch_freeze_row freeze;
    struct patch_change change = { .action = "patch_freeze.lifted",
                                   .id = req->params[0] };
    int rc = patch_freeze_get(req->core->db, &req->scope, req->params[0],
                              &req->arena, &freeze, err);

    if (rc == 0)
        rc = check_reach(req, freeze.label, err);
    if (rc == 0)
        rc = db_begin(req->core->db, err);
    if (rc == 0)
        rc = patch_freeze_lift(req->core->db, &req->scope, freeze.id, req->now,
                               err);
    return rc < 0 ? rc : patch_finish(req, &change, err);
}

/* clang-format off */
static const struct route rows[] = {
    { METHOD_GET, "/api/v1/patch-holds", DOOR_API, PERM_PATCH_READ,
      .handler = list_holds, .query = list_query, .answer = hold_fields,
      .list = true, .summary = "What is held back, newest first." },
    { METHOD_POST, "/api/v1/patch-holds", DOOR_API, PERM_PATCH_WRITE, 16384,
      add_hold, .body = hold_body, .answer = hold_fields,
      .summary = "Hold a patch or package back, or suppress a CVE." },
    { METHOD_GET, "/api/v1/patch-holds/{hold}", DOOR_API, PERM_PATCH_READ,
      .handler = show_hold, .answer = hold_fields, .summary = "One hold." },
    { METHOD_DELETE, "/api/v1/patch-holds/{hold}", DOOR_API,
      PERM_PATCH_WRITE, .handler = lift_hold,
      .summary = "Lift a hold; it stays in the list." },
    { METHOD_GET, "/api/v1/patch-freezes", DOOR_API, PERM_PATCH_READ,
      .handler = list_freezes, .query = list_query, .answer = freeze_fields,
      .list = true, .summary = "Times in which nothing is deployed." },
    { METHOD_POST, "/api/v1/patch-freezes", DOOR_API, PERM_PATCH_DEPLOY,
      16384, add_freeze, .body = freeze_body, .answer = freeze_fields,
      .summary = "Deploy nothing for a time." },
    { METHOD_GET, "/api/v1/patch-freezes/{freeze}", DOOR_API,
      PERM_PATCH_READ, .handler = show_freeze, .answer = freeze_fields,
      .summary = "One freeze." },
    { METHOD_DELETE, "/api/v1/patch-freezes/{freeze}", DOOR_API,
      PERM_PATCH_DEPLOY, .handler = lift_freeze,
      .summary = "Lift a freeze; it stays in the list." },
};
/* clang-format on */
const struct route_table routes_patch_hold = { rows, COUNT(rows) };
