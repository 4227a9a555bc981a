/* SPDX-License-Identifier: Apache-2.0
 *
 * Devices that came to the Plug-n-Play server and that nobody has claimed
 * (R-INV-5).
 */
#include "fleet/netdev_device.h"
#include "fleet/netdev_fetch.h"
#include "server/api_people_int.h"
#include "server/core.h"
#include "server/routes_int.h"

static const struct field stranger_fields[] = {
    { "id", FIELD_INTEGER, .required = true },
    { "server", FIELD_INTEGER, .required = true },
    { "serial", FIELD_TEXT, .required = true },
    { "product", FIELD_TEXT },
    { "hostname", FIELD_TEXT },
    { "version", FIELD_TEXT },
    { "platform", FIELD_TEXT },
    { "address", FIELD_TEXT, .required = true },
    { "first_seen", FIELD_TIME, .required = true },
    { "last_seen", FIELD_TIME, .required = true },
    { NULL },
};
static const struct field claim_fields[] = {
    { "name", FIELD_TEXT, .required = true, .min = 1, .max = 255,
      .help = "what to call the device" },
    { "family", FIELD_TEXT, .max = 32, .help = "ios-xe unless told" },
    { "label", FIELD_INTEGER, .min = 1, .max = INT64_MAX,
      .help = "one it becomes a member of" },
    { NULL },
};
static const struct field claimed_fields[] = {
    { "device", FIELD_INTEGER, .required = true },
    { NULL },
};

static struct jval *to_json(const struct stranger *s)
{
    struct jval *o = jval_new_object();

    jval_set_i64(o, "id", s->id);
    jval_set_i64(o, "server", s->server);
    jval_set_text(o, "serial", s->serial);
    jval_set_text(o, "product", s->product);
    jval_set_text(o, "hostname", s->hostname);
    jval_set_text(o, "version", s->version);
    jval_set_text(o, "platform", s->platform);
    jval_set_text(o, "address", s->address);
    json_time(o, "first_seen", s->first_seen);
    json_time(o, "last_seen", s->last_seen);
    return o;
}

static int list(struct request *req, struct response *res, struct err *err)
{
    struct strangers all = { 0 };
    struct netdev_range range = { 0 };
    struct page page;
    int rc = need_all_devices(req, err);

    if (rc == 0)
        rc = request_page_id(req, &page, &range.after, err);
    range.limit = page.limit;
    if (rc == 0)
        rc = stranger_list(req->core->db, &req->scope, &range, &req->arena,
                           &all, err);
    if (rc == 0)
        RESPOND_ROWS(req, res, &page, all.all, id, to_json(row));
    strangers_clear(&all);
    return rc;
}

static struct netdev_terms terms_of(const struct request *req,
                                    const struct stranger *s)
{
    return (struct netdev_terms){
        .name = jval_text(jval_get(req->json, "name"), STR("")),
        .family = jval_text(jval_get(req->json, "family"), STR("ios-xe")),
        .version = s->version,
        .model = s->product,
        .address = STR(""),
        .transport = STR(""),
        .allow_fallback = NETDEV_INHERIT,
        .profile = STR(""),
        .realm = STR(""),
        .retries = NETDEV_INHERIT,
        .server = s->server,
        .identity = s->serial,
        .license_failover = -1,
        .notes = STR(""),
        .label = jval_i64(jval_get(req->json, "label"), 0),
    };
}

static int claim(struct request *req, struct response *res, struct err *err)
{
    AUTO(jval_freep) struct jval *after = NULL;
    struct db *db = req->core->db;
    struct netdev_terms terms;
    const char *field = NULL;
    struct stranger s;
    int64_t device = 0;
    int rc = need_all_devices(req, err);

    if (rc == 0)
        rc =
            stranger_get(db, &req->scope, req->params[0], &req->arena, &s, err);
    if (rc < 0)
        return rc;
    terms = terms_of(req, &s);
    rc = netdev_check(&terms, &field, err);
    if (rc == E_INVALID || rc == E_PARSE)
        return refuse(req, 422, field, err, rc, "%s",
                      arena_c(&req->arena, str_c(err_text(err))));
    rc = rc < 0 ? rc : db_begin(db, err);
    if (rc == 0)
        rc = netdev_add(db, &req->scope, &terms, req->now, &device, err);
    if (rc == 0)
        rc = stranger_remove(db, &req->scope, s.id, err);
    if (rc < 0)
        return rc;
    after = to_json(&s);
    rc = request_audit(req, "unclaimed-device.claimed", device, NULL, after,
                       err);
    if (rc == 0)
        rc = db_commit(db, err);
    if (rc < 0)
        return rc;
    res->status = 201;
    res->json = jval_new_object();
    jval_set_i64(res->json, "device", device);
    return 0;
}

static int forget(struct request *req, struct response *res, struct err *err)
{
    struct db *db = req->core->db;
    int rc = need_all_devices(req, err);

    (void)res;
    if (rc == 0)
        rc = db_begin(db, err);
    if (rc == 0)
        rc = stranger_remove(db, &req->scope, req->params[0], err);
    if (rc == 0)
        rc = request_audit(req, "unclaimed-device.forgotten", req->params[0],
                           NULL, NULL, err);
    return rc < 0 ? rc : db_commit(db, err);
}

/* clang-format off */
#define ONE "/api/v1/unclaimed-devices/{unclaimed}"
static const struct route rows[] = {
    { METHOD_GET, "/api/v1/unclaimed-devices", DOOR_API, PERM_NETWORK_READ,
      .handler = list, .answer = stranger_fields, .list = true,
      .summary = "List Plug-n-Play devices that nobody has claimed." },
    { METHOD_POST, ONE "/claim", DOOR_API, PERM_NETWORK_WRITE, 16384, claim,
      .body = claim_fields, .answer = claimed_fields,
      .summary = "Make it a device of the fleet." },
    { METHOD_DELETE, ONE, DOOR_API, PERM_NETWORK_WRITE, .handler = forget,
      .summary = "Forget it until it comes again." },
};
/* clang-format on */
const struct route_table routes_netdev_stranger = { rows, COUNT(rows) };
