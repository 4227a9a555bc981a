/* SPDX-License-Identifier: Apache-2.0
 *
 * The audit log: reading and verifying. Nothing writes here.
 */
#include "base/clock.h"
#include "base/mem.h"
#include "server/api_people_int.h"
#include "server/routes_int.h"

static const struct field audit_query[] = {
    { "actor", FIELD_TEXT, .max = 255 },
    { "action", FIELD_TEXT, .max = 100,
      .help = "\"user.created\", or all of a kind: \"user.\"" },
    { "kind", FIELD_TEXT, .max = 100 },
    { "object", FIELD_INTEGER, .min = 1, .max = INT64_MAX },
    { "since", FIELD_TIME },
    { "until", FIELD_TIME },
    { NULL },
};

static const struct field audit_fields[] = {
    { "id", FIELD_INTEGER, .required = true },
    { "at", FIELD_TIME, .required = true },
    { "actor", FIELD_TEXT, .required = true },
    { "peer", FIELD_TEXT, .required = true },
    { "action", FIELD_TEXT, .required = true },
    { "kind", FIELD_TEXT, .required = true },
    { "object", FIELD_INTEGER, .required = true },
    { "before", FIELD_TEXT, .max = 1 << 20, .help = "JSON; or null" },
    { "after", FIELD_TEXT, .max = 1 << 20, .help = "JSON; or null" },
    { NULL },
};

struct listing {
    struct jval *items;
    int64_t last;
};

static int add_item(const struct audit_entry *entry, void *ctx, struct err *err)
{
    struct listing *listing = ctx;
    struct jval *item = jval_new_object();

    (void)err;
    jval_set_i64(item, "id", entry->id);
    json_time(item, "at", entry->at);
    jval_set_text(item, "actor", entry->actor);
    jval_set_text(item, "peer", entry->peer);
    jval_set_text(item, "action", entry->action);
    jval_set_text(item, "kind", entry->kind);
    jval_set_i64(item, "object", entry->object);
    jval_set_text(item, "before", entry->before);
    jval_set_text(item, "after", entry->after);
    jval_push(listing->items, item);
    listing->last = entry->id;
    return 0;
}

static void read_filter(struct request *req, struct audit_filter *out)
{
    const struct jval *query = req->query;

    *out = (struct audit_filter){
        .actor = jval_text(jval_get(query, "actor"), STR("")),
        .action = jval_text(jval_get(query, "action"), STR("")),
        .kind = jval_text(jval_get(query, "kind"), STR("")),
        .object = jval_i64(jval_get(query, "object"), 0),
        .since = request_time(jval_get(query, "since"), 0),
        .until = request_time(jval_get(query, "until"), 0),
    };
}

static int list_audit(struct request *req, struct response *res,
                      struct err *err)
{
    struct listing listing = { 0 };
    struct audit_filter filter;
    struct page page;
    int64_t total = 0;
    int rc;

    read_filter(req, &filter);
    rc = request_page_id(req, &page, &filter.before_id, err);
    if (rc < 0)
        return rc;
    filter.limit = page.limit;
    listing.items = jval_new_array();
    rc = audit_list(req->core->db, &req->scope, &filter, add_item, &listing,
                    err);
    if (rc == 0)
        rc = audit_count(req->core->db, &req->scope, &filter, &total, err);
    if (rc < 0) {
        jval_free(listing.items);
        return rc;
    }
    respond_page(req, res, &page, listing.items, listing.last, total);
    return 0;
}

/* --- verifying --------------------------------------------------------- */

static const struct field verify_answer[] = {
    { "rows", FIELD_INTEGER, .required = true, .help = "found to be right" },
    { "intact", FIELD_BOOL, .required = true },
    { "first_bad", FIELD_INTEGER, .help = "number of the first broken row" },
    { "reason", FIELD_TEXT, .help = "what is wrong with it" },
    { "head", FIELD_TEXT, .required = true,
      .help = "number and digest of the last row: keep it elsewhere" },
    { NULL },
};

static const struct field verify_query[] = {
    { "head", FIELD_TEXT, .max = AUDIT_HEAD_TEXT_MAX,
      .help = "a head that was seen earlier; the log must contain it" },
    { NULL },
};

/* A walk in pieces, so that others are served in between. */
struct walker {
    struct core *core;
    struct held *held;
    struct loop_watch *timer;
    struct audit_walk walk;
};

enum {
    PIECE = 2000
};

static struct jval *verdict_json(const struct audit_walk *walk)
{
    struct jval *json = jval_new_object();
    char head[AUDIT_HEAD_TEXT_MAX];

    audit_head_text(&walk->head, head);
    jval_set_i64(json, "rows", walk->rows);
    jval_set_bool(json, "intact", walk->first_bad == 0);
    jval_set(json, "first_bad",
             walk->first_bad != 0 ? jval_new_i64(walk->first_bad)
                                  : jval_new_null());
    jval_set_text(json, "reason",
                  walk->first_bad != 0 ? str_c(walk->reason) : STR_NONE);
    jval_set_text(json, "head", str_c(head));
    return json;
}

static void gone(void *ctx)
{
    struct walker *walker = ctx;

    loop_remove(walker->timer);
    mem_free(walker);
}

static void go_on(void *ctx)
{
    AUTO(response_clear) struct response res;
    struct walker *walker = ctx;
    struct err err = { 0 };
    int rc = audit_walk_step(walker->core->db, &walker->walk, PIECE, &err);

    if (rc == 1) {
        walker->timer = loop_timer(walker->core->loop, 0, go_on, walker);
        return;
    }
    response_init(&res);
    if (rc < 0)
        respond_problem(&res, 500, NULL, "the log could not be read");
    else
        res.json = verdict_json(&walker->walk);
    held_answer(walker->held, &res);
    mem_free(walker);
}

static int verify(struct request *req, struct response *res, struct err *err)
{
    str told = jval_text(jval_get(req->query, "head"), STR(""));
    struct audit_head other = { 0 };
    struct walker *walker;
    struct audit_walk walk;
    int rc = need_all_devices(req, err);

    if (rc == 0 && told.n > 0) {
        rc = audit_head_parse(told, &other, err);
        if (rc < 0)
            return blame(req, "head", rc);
    }
    if (rc == 0)
        rc = audit_walk_start(req->core->db, &req->core->people->known, &walk,
                              err);
    if (rc < 0)
        return rc;
    walk.also = other;
    rc = audit_walk_step(req->core->db, &walk, PIECE, err);
    if (rc < 0)
        return rc;
    if (rc == 0) {
        res->json = verdict_json(&walk);
        return 0;
    }
    walker = mem_alloc(1, sizeof(*walker));
    walker->core = req->core;
    walker->walk = walk;
    walker->held = request_hold(req, gone, walker);
    walker->timer = loop_timer(req->core->loop, 0, go_on, walker);
    res->held = true;
    return 0;
}

static const struct route rows[] = {
    { METHOD_GET, "/api/v1/audit", DOOR_API, PERM_AUDIT_READ,
      .handler = list_audit, .query = audit_query, .answer = audit_fields,
      .list = true, .summary = "List who changed what, newest first." },
    { METHOD_GET, "/api/v1/audit/verify", DOOR_API, PERM_AUDIT_READ,
      .handler = verify, .query = verify_query, .answer = verify_answer,
      .summary = "Check the chain of the audit log." },
};
const struct route_table routes_audit = { rows, COUNT(rows) };
