/* SPDX-License-Identifier: Apache-2.0
 *
 * What is staged for network devices that fetch (R-AUS-1).
 */
#include "fleet/netdev_lint.h"
#include "fleet/setting.h"
#include "server/api_fetch_int.h"
#include "server/fetching.h"
#include "server/routes_int.h"

enum {
    MASKED_MAX = 32 << 20
};

#define STAGED_FIELDS                                                          \
    { "id", FIELD_INTEGER, .required = true },                                 \
        { "device", FIELD_INTEGER, .required = true },                         \
        { "device_name", FIELD_TEXT, .required = true },                       \
        { "kind", FIELD_ENUM, .required = true,                                \
          .words = "image|asdm|configuration" },                               \
        { "state", FIELD_ENUM, .required = true,                               \
          .words = "waiting|refused|staged|fetched|confirmed|partial|failed|"  \
                   "expired|replaced" },                                       \
        { "title", FIELD_TEXT, .required = true },                             \
        { "file", FIELD_TEXT, .required = true },                              \
        { "delta", FIELD_BOOL, .required = true },                             \
        { "version", FIELD_TEXT, .help = "of an image" },                      \
        { "md5", FIELD_TEXT, .required = true },                               \
        { "size", FIELD_INTEGER, .required = true },                           \
        { "lines", FIELD_INTEGER, .required = true },                          \
        { "fetches", FIELD_INTEGER, .required = true },                        \
        { "applied_lines", FIELD_INTEGER }, { "told", FIELD_TEXT },            \
        { "author", FIELD_TEXT }, { "created", FIELD_TIME, .required = true }, \
        { "decider", FIELD_TEXT }, { "decided", FIELD_TIME },                  \
        { "decision", FIELD_TEXT, .help = "in the decider's words" },          \
        { "fetched", FIELD_TIME }, { "ended", FIELD_TIME },                    \
    {                                                                          \
        "expires", FIELD_TIME, .required = true                                \
    }
static const struct field staged_fields[] = { STAGED_FIELDS, { NULL } };
static const struct field staged_whole_fields[] = {
    STAGED_FIELDS,
    { "configuration", FIELD_TEXT, .max = MASKED_MAX,
      .help = "with secrets masked" },
    { "remaining", FIELD_TEXT, .max = MASKED_MAX,
      .help = "of a partial one: what was not applied" },
    { "warnings", FIELD_TEXTS, .max = NETDEV_LINT_MAX,
      .help = "what in it would break the management of the device" },
    { NULL },
};
static const struct field stage_query[] = {
    { "title", FIELD_TEXT, .max = 200 },
    { "hours", FIELD_INTEGER, .min = 1, .max = STAGE_HOURS_MAX,
      .help = "it may wait; a week unless told" },
    { NULL },
};
static const struct field staged_query[] = {
    { "device", FIELD_INTEGER, .min = 1, .max = INT64_MAX },
    { "open", FIELD_BOOL, .help = "only what waits, is staged or fetched" },
    { NULL },
};
static const struct field image_body[] = {
    { "image", FIELD_INTEGER, .required = true, .min = 1, .max = INT64_MAX },
    { "title", FIELD_TEXT, .max = 200 },
    { "hours", FIELD_INTEGER, .min = 1, .max = STAGE_HOURS_MAX },
    { NULL },
};
static const struct field verdict_body[] = {
    { "approved", FIELD_BOOL, .required = true },
    { "text", FIELD_TEXT, .max = STAGE_TOLD_MAX },
    { NULL },
};

static struct jval *staged_json(const struct staged *s)
{
    struct jval *o = jval_new_object();

    jval_set_i64(o, "id", s->id);
    jval_set_i64(o, "device", s->device);
    jval_set_text(o, "device_name", s->device_name);
    jval_set_text(o, "kind", str_c(stage_kind_name(s->item.kind)));
    jval_set_text(o, "state", str_c(stage_state_name(s->item.state)));
    jval_set_text(o, "title", s->title);
    jval_set_text(o, "file", s->item.name);
    jval_set_bool(o, "delta", s->is_delta);
    jval_set_text(o, "version", str_or_empty(s->item.version));
    jval_set_text(o, "md5", s->item.sum);
    jval_set_i64(o, "size", s->size);
    jval_set_i64(o, "lines", s->item.lines);
    jval_set_i64(o, "fetches", s->item.fetches);
    if (s->applied >= 0)
        jval_set_i64(o, "applied_lines", s->applied);
    jval_set_text(o, "told", str_or_empty(s->told));
    jval_set_text(o, "author", str_or_empty(s->author));
    jval_set_text(o, "decider", str_or_empty(s->decider));
    jval_set_text(o, "decision", str_or_empty(s->decision));
    json_time(o, "created", s->created);
    json_time(o, "decided", s->decided);
    json_time(o, "fetched", s->fetched);
    json_time(o, "ended", s->ended);
    json_time(o, "expires", s->item.expires);
    return o;
}

/* What is staged is fetched without anybody asking again: who may approve it
 * alone stages it, what others stage waits for a second person. */
static int may_alone(struct request *req, bool *out, struct err *err)
{
    int64_t alone = 0;
    int rc = setting_i64(req->core->db, req->scope.org, "network.approve_alone",
                         &alone, err);

    *out = alone != 0;
    return rc;
}

struct staging {
    struct fetcher fetcher;
    struct netdev_server server;
    struct netdev_image image;
    struct fetching_order order;
    struct staged staged;
};

/* Who it is for, and that it can fetch. */
static int begin_staging(struct request *req, struct staging *s,
                         struct err *err)
{
    struct fetcher *f = &s->fetcher;
    bool alone = false;
    int rc = fetch_find(req, f, err);

    s->order.fetcher = f;
    s->order.server = &s->server;
    s->order.now = req->now;
    s->order.arena = &req->arena;
    if (rc == 0)
        rc = may_alone(req, &alone, err);
    s->order.approved = alone && scope_may(&req->scope, PERM_NETWORK_APPROVE);
    if (rc == 0)
        rc = netdev_server_get(req->core->db, &req->scope, f->server,
                               &req->arena, &s->server, err);
    if (rc == 0 &&
        (f->identity.n == 0 || !netdev_server_fits(s->server.kind, f->family)))
        return refuse(req, 409, NULL, err, E_INVALID, "%s",
                      f->identity.n == 0
                          ? "the device has no identity that it fetches as"
                          : "this kind of server is not for its family "
                            "(R-COM-10)");
    return rc == 0 ? db_begin(req->core->db, err) : rc;
}

static int end_staging(struct request *req, struct response *res,
                       const struct staged *staged, struct err *err)
{
    AUTO(jval_freep) struct jval *after = staged_json(staged);
    int rc = request_audit(req, "staged.created", staged->id, NULL, after, err);

    if (rc == 0)
        rc = db_commit(req->core->db, err);
    if (rc < 0)
        return rc;
    res->status = 201;
    res->location =
        arena_printf(&req->arena, "/api/v1/staged/%lld", (long long)staged->id);
    res->json = TAKE(after);
    return 0;
}

static int stage(struct request *req, struct response *res, struct err *err)
{
    const char *field = NULL;
    struct staging s = {
        .order = { .title = jval_text(jval_get(req->query, "title"), STR("")),
                   .config = req->body,
                   .hours = jval_i64(jval_get(req->query, "hours"),
                                     STAGE_HOURS_DEFAULT) },
    };
    int rc = begin_staging(req, &s, err);

    if (rc < 0)
        return rc;
    rc = fetching_stage(req->core, &req->scope, &s.order, &s.staged, &field,
                        err);
    return rc < 0 ? fetch_refuse(req, field, rc, err)
                  : end_staging(req, res, &s.staged, err);
}

static int stage_image(struct request *req, struct response *res,
                       struct err *err)
{
    const char *field = NULL;
    struct staging s = {
        .order = { .title = jval_text(jval_get(req->json, "title"), STR("")),
                   .hours = jval_i64(jval_get(req->json, "hours"),
                                     STAGE_HOURS_DEFAULT) },
    };
    int rc = netdev_image_get(req->core->db, &req->scope,
                              jval_i64(jval_get(req->json, "image"), 0),
                              &req->arena, &s.image, err);

    s.order.image = &s.image;
    if (rc == 0)
        rc = begin_staging(req, &s, err);
    if (rc < 0)
        return rc;
    rc = fetching_stage_image(req->core, &req->scope, &s.order, &s.staged,
                              &field, err);
    return rc < 0 ? fetch_refuse(req, field, rc, err)
                  : end_staging(req, res, &s.staged, err);
}

static int staged_all(struct request *req, struct response *res,
                      struct err *err)
{
    struct staged_find find_staged = {
        .device = jval_i64(jval_get(req->query, "device"), 0),
        .open = jval_bool(jval_get(req->query, "open"), false),
    };
    struct stageds all = { 0 };
    struct page page;
    int rc = request_page_id(req, &page, &find_staged.before, err);

    find_staged.limit = page.limit;
    if (rc == 0)
        rc = staged_list(req->core->db, &req->scope, &find_staged, &req->arena,
                         &all, err);
    if (rc == 0)
        RESPOND_ROWS(req, res, &page, all.all, id, staged_json(row));
    stageds_clear(&all);
    return rc;
}

/* R-CNE-7: what is left to do after lines were applied. */
static str lines_after(str text, int64_t applied)
{
    while (applied-- > 0 && text.n > 0)
        (void)str_cut(&text, '\n');
    return text;
}

/* R-SSH-4: of a configuration what in it would break the management; of lines
 * also what the device would be without afterwards. */
static int add_warnings(struct request *req, const struct staged *staged,
                        struct jval *to, struct err *err)
{
    AUTO(netdev_sentences_clear) struct netdev_sentences found = { 0 };
    struct netdev_lint_what what = { .config = staged->masked };
    struct jval *list = jval_new_array();
    struct netdev device;
    int rc = netdev_get(req->core->db, &req->scope, staged->device, &req->arena,
                        &device, err);

    jval_set(to, "warnings", list);
    if (rc < 0)
        return rc;
    if (staged->is_delta)
        rc =
            netdev_lint_planned(req->core->db, &device,
                                &(struct netdev_lint_plan){ staged->masked, 0 },
                                &req->arena, &found, err);
    else
        rc = netdev_manager(req->core->db, device.org, &req->arena,
                            &what.manager, err);
    what.family = device.terms.family;
    if (rc == 0 && !staged->is_delta && staged->masked.n > 0)
        netdev_lint(&what, &req->arena, &found);
    for (size_t i = 0; i < found.all.n; i++)
        jval_push(list, jval_new_text(found.all.p[i]));
    return rc;
}

static int staged_one(struct request *req, struct response *res,
                      struct err *err)
{
    struct staged staged;
    int rc = staged_get(req->core->db, &req->scope, req->params[0], &req->arena,
                        &staged, err);

    if (rc < 0)
        return rc;
    res->json = staged_json(&staged);
    jval_set_text(res->json, "configuration", staged.masked);
    rc = add_warnings(req, &staged, res->json, err);
    if (rc < 0)
        return rc;
    if (staged.item.state == STAGE_PARTIAL && staged.applied >= 0)
        jval_set_text(res->json, "remaining",
                      lines_after(staged.masked, staged.applied));
    return 0;
}

static int staged_text(struct request *req, struct response *res,
                       struct err *err)
{
    struct staged staged;
    int rc = staged_get(req->core->db, &req->scope, req->params[0], &req->arena,
                        &staged, err);

    if (rc < 0)
        return rc;
    res->content_type = "text/plain; charset=utf-8";
    res->disposition = staged.item.name;
    res->private_page = true;
    buf_add(&res->body, staged.masked);
    return 0;
}

static int cancel(struct request *req, struct response *res, struct err *err)
{
    struct db *db = req->core->db;
    int rc = db_begin(db, err);

    (void)res;
    if (rc == 0)
        rc = staged_cancel(db, &req->scope, req->params[0], req->now, err);
    if (rc == E_INVALID)
        return refuse(req, 409, NULL, err, rc, "%s",
                      arena_c(&req->arena, str_c(err_text(err))));
    if (rc == 0)
        rc = request_audit(req, "staged.cancelled", req->params[0], NULL, NULL,
                           err);
    return rc < 0 ? rc : db_commit(db, err);
}

static int decide(struct request *req, struct response *res, struct err *err)
{
    struct db *db = req->core->db;
    struct staged_verdict verdict = {
        .id = req->params[0],
        .approved = jval_bool(jval_get(req->json, "approved"), false),
        .text = jval_text(jval_get(req->json, "text"), STR("")),
        .now = req->now,
    };
    int rc = may_alone(req, &verdict.alone, err);

    if (rc == 0)
        rc = db_begin(db, err);
    if (rc == 0)
        rc = staged_decide(db, &req->scope, &verdict, err);
    if (rc == E_INVALID)
        return refuse(req, 409, NULL, err, rc, "%s",
                      arena_c(&req->arena, str_c(err_text(err))));
    if (rc == 0)
        rc = request_audit(
            req, verdict.approved ? "staged.approved" : "staged.refused",
            verdict.id, NULL, req->json, err);
    if (rc == 0)
        rc = db_commit(db, err);
    return rc < 0 ? rc : staged_one(req, res, err);
}

/* clang-format off */
static const struct route rows[] = {
    { METHOD_POST, "/api/v1/fetching-devices/{device}/staged", DOOR_API, PERM_NETWORK_CHANGE,
      STAGE_CONFIG_MAX, stage, .query = stage_query,
      .answer = staged_fields,
      .summary = "Stage a configuration, the body, for it to fetch: whole for "
      "Auto Update and Plug-n-Play, what is to change otherwise. It waits for "
      "a second person." },
    { METHOD_POST, "/api/v1/fetching-devices/{device}/images", DOOR_API,
      PERM_NETWORK_CHANGE, 16384, stage_image, .body = image_body,
      .answer = staged_fields,
      .summary = "Stage an image for it to fetch. It waits for a second "
      "person." },
    { METHOD_GET, "/api/v1/staged", DOOR_API, PERM_NETWORK_READ,
      .handler = staged_all, .query = staged_query, .answer = staged_fields,
      .list = true,
      .summary = "List what is and was staged: staged, fetched, confirmed." },
    { METHOD_GET, "/api/v1/staged/{staged}", DOOR_API, PERM_NETWORK_READ,
      .handler = staged_one, .answer = staged_whole_fields,
      .summary = "One staged configuration, with secrets masked." },
    { METHOD_GET, "/api/v1/staged/{staged}/text", DOOR_API,
      PERM_NETWORK_READ, .handler = staged_text,
      .summary = "Its text, with secrets masked." },
    { METHOD_DELETE, "/api/v1/staged/{staged}", DOOR_API, PERM_NETWORK_CHANGE,
      .handler = cancel, .summary = "Take it back before it is fetched." },
    { METHOD_POST, "/api/v1/staged/{staged}/decide", DOOR_API,
      PERM_NETWORK_APPROVE, 16384, decide, .body = verdict_body,
      .answer = staged_whole_fields,
      .summary = "Approve what another staged, which serves it, or refuse it." },
};
/* clang-format on */
const struct route_table routes_netdev_stage = { rows, COUNT(rows) };
