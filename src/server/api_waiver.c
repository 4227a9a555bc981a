/* SPDX-License-Identifier: Apache-2.0
 *
 * Waivers of rules of benchmarks (K-SCAP-15).
 */
#include "fleet/waiver.h"
#include "server/core.h"
#include "server/routes_int.h"

static const struct field waiver_fields[] = {
    { "id", FIELD_INTEGER, .required = true },
    { "rule", FIELD_TEXT, .required = true, .max = WAIVER_RULE_MAX },
    { "device", FIELD_INTEGER },
    { "label", FIELD_INTEGER },
    { "reason", FIELD_TEXT, .required = true, .max = WAIVER_REASON_MAX },
    { "author", FIELD_TEXT, .required = true },
    { "created", FIELD_TIME, .required = true },
    { "expires", FIELD_TIME, .required = true },
    { "expired", FIELD_BOOL, .required = true },
    { NULL },
};
static const struct field add_fields[] = {
    { "rule", FIELD_TEXT, .required = true, .min = 1, .max = WAIVER_RULE_MAX,
      .help = "id of the rule" },
    { "device", FIELD_INTEGER, .min = 1, .max = INT64_MAX,
      .help = "for this device; or:" },
    { "label", FIELD_INTEGER, .min = 1, .max = INT64_MAX,
      .help = "for the members of this label" },
    { "reason", FIELD_TEXT, .required = true, .min = 1,
      .max = WAIVER_REASON_MAX },
    { "expires", FIELD_TIME, .required = true },
    { NULL },
};

static struct jval *to_json(const struct waiver *w, int64_t now)
{
    struct jval *o = jval_new_object();

    jval_set_i64(o, "id", w->id);
    jval_set_text(o, "rule", w->rule);
    if (w->device != 0)
        jval_set_i64(o, "device", w->device);
    if (w->label != 0)
        jval_set_i64(o, "label", w->label);
    jval_set_text(o, "reason", w->reason);
    jval_set_text(o, "author", w->author);
    json_time(o, "created", w->created);
    json_time(o, "expires", w->expires);
    jval_set_bool(o, "expired", w->expires <= now);
    return o;
}

static int list(struct request *req, struct response *res, struct err *err)
{
    struct waivers all = { 0 };
    struct page page;
    struct waiver_range range = { 0 };
    int rc = request_page_id(req, &page, &range.after, err);

    range.limit = page.limit;
    if (rc == 0)
        rc = waiver_list(req->core->db, &req->scope, &range, &req->arena, &all,
                         err);
    if (rc == 0)
        RESPOND_ROWS(req, res, &page, all.all, id, to_json(row, req->now));
    waivers_clear(&all);
    return rc;
}

static int get(struct request *req, struct response *res, struct err *err)
{
    struct waiver w;
    int rc = waiver_get(req->core->db, &req->scope, req->params[0], &req->arena,
                        &w, err);

    if (rc == 0)
        res->json = to_json(&w, req->now);
    return rc;
}

static int add(struct request *req, struct response *res, struct err *err)
{
    AUTO(jval_freep) struct jval *after = NULL;
    struct db *db = req->core->db;
    const char *field = NULL;
    struct waiver w = {
        .rule = jval_text(jval_get(req->json, "rule"), STR("")),
        .device = jval_i64(jval_get(req->json, "device"), 0),
        .label = jval_i64(jval_get(req->json, "label"), 0),
        .reason = jval_text(jval_get(req->json, "reason"), STR("")),
        .expires = request_time(jval_get(req->json, "expires"), 0),
    };
    int rc = db_begin(db, err);

    if (rc == 0)
        rc = waiver_add(db, &req->scope, &w, req->now, &field, err);
    if (rc == E_INVALID)
        return refuse(req, 422, field, err, rc, "%s",
                      arena_c(&req->arena, str_c(err_text(err))));
    if (rc < 0)
        return rc;
    after = to_json(&w, req->now);
    rc = request_audit(req, "waiver.created", w.id, NULL, after, err);
    if (rc == 0)
        rc = db_commit(db, err);
    if (rc < 0)
        return rc;
    res->status = 201;
    res->location =
        arena_printf(&req->arena, "/api/v1/waivers/%lld", (long long)w.id);
    res->json = TAKE(after);
    return 0;
}

static int remove_one(struct request *req, struct response *res,
                      struct err *err)
{
    AUTO(jval_freep) struct jval *before = NULL;
    struct db *db = req->core->db;
    struct waiver w;
    int rc = waiver_get(db, &req->scope, req->params[0], &req->arena, &w, err);

    (void)res;
    if (rc == 0)
        rc = db_begin(db, err);
    if (rc < 0)
        return rc;
    before = to_json(&w, req->now);
    rc = waiver_remove(db, &req->scope, w.id, req->now, err);
    if (rc == 0)
        rc = request_audit(req, "waiver.deleted", w.id, before, NULL, err);
    return rc < 0 ? rc : db_commit(db, err);
}

static const struct route rows[] = {
    { METHOD_GET, "/api/v1/waivers", DOOR_API, PERM_REPORT_READ,
      .handler = list, .answer = waiver_fields, .list = true,
      .summary = "List the waivers, expired ones as well." },
    { METHOD_POST, "/api/v1/waivers", DOOR_API, PERM_REPORT_WRITE, 16384, add,
      .body = add_fields, .answer = waiver_fields,
      .summary = "Let a rule fail on a device or label, until a day." },
    { METHOD_GET, "/api/v1/waivers/{waiver}", DOOR_API, PERM_REPORT_READ,
      .handler = get, .answer = waiver_fields, .summary = "One waiver." },
    { METHOD_DELETE, "/api/v1/waivers/{waiver}", DOOR_API, PERM_REPORT_WRITE,
      .handler = remove_one, .summary = "End a waiver now." },
};
const struct route_table routes_waiver = { rows, COUNT(rows) };
