/* SPDX-License-Identifier: Apache-2.0
 *
 * Network devices that fetch: who they are, what they asked (R-AUS-12,
 * R-COM-11).
 */
#include "base/encode.h"
#include "fleet/netdev_config.h"
#include "netdev/servers/aus_policy.h"
#include "netdev/servers/stage.h"
#include "server/api_fetch_int.h"
#include "server/api_people_int.h"
#include "server/fetching.h"
#include "server/routes_int.h"

static const struct field fetcher_fields[] = {
    { "device", FIELD_INTEGER, .required = true },
    { "name", FIELD_TEXT, .required = true },
    { "family", FIELD_TEXT, .required = true },
    { "server", FIELD_INTEGER, .required = true },
    { "protocol", FIELD_ENUM, .required = true, .words = "aus|cns|pnp" },
    { "identity", FIELD_TEXT, .required = true },
    { "event_id", FIELD_TEXT },
    { "has_password", FIELD_BOOL, .required = true },
    { "poll_minutes", FIELD_INTEGER, .required = true },
    { "retry_count", FIELD_INTEGER, .required = true },
    { "retry_minutes", FIELD_INTEGER, .required = true },
    { "last_seen", FIELD_TIME },
    { "last_address", FIELD_TEXT },
    { "next_poll", FIELD_TIME },
    { "overdue", FIELD_BOOL, .required = true },
    { "facts", FIELD_OBJECT },
    { "revision", FIELD_INTEGER, .required = true },
    { NULL },
};
static const struct field change_fields[] = {
    { "event_id", FIELD_TEXT, .max = FETCH_IDENTITY_MAX,
      .help = "DeviceID of the event bus" },
    { "poll_minutes", FIELD_INTEGER, .min = 1, .max = 35791 },
    { "retry_count", FIELD_INTEGER, .min = 0, .max = 35791 },
    { "retry_minutes", FIELD_INTEGER, .min = 1, .max = 35791 },
    { NULL },
};
static const struct field policy_fields[] = {
    { "commands", FIELD_TEXT, .required = true, .max = 16384,
      .help = "empty: the device has all of it; PASSWORD stands for its own" },
    { "other_server", FIELD_BOOL, .required = true,
      .help = "its configuration names another server" },
    { "config", FIELD_INTEGER, .required = true,
      .help = "the archived version that was looked at; 0: none" },
    { NULL },
};
static const struct field password_fields[] = {
    { "user", FIELD_TEXT, .required = true },
    { "password", FIELD_TEXT, .required = true },
    { "url", FIELD_TEXT, .required = true,
      .help = "for 'auto-update server'; told this once" },
    { NULL },
};
static const struct field request_fields[] = {
    { "id", FIELD_INTEGER, .required = true },
    { "at", FIELD_TIME, .required = true },
    { "address", FIELD_TEXT, .required = true },
    { "kind", FIELD_TEXT, .required = true },
    { "identity", FIELD_TEXT },
    { "outcome", FIELD_TEXT },
    { "unknown", FIELD_TEXT, .help = "names of elements that nobody reads" },
    { "request", FIELD_TEXT, .max = 65536, .help = "with secrets masked" },
    { NULL },
};

/* --- devices ---------------------------------------------------------------
 */

static struct jval *fetcher_json(const struct fetcher *f, int64_t now)
{
    static const char *const protocols[] = { "aus", "cns", "pnp" };
    const struct stage_poll poll = { f->poll_minutes, f->retry_count,
                                     f->retry_minutes };
    bool aus = fetching_is_aus(f->server_kind, f->family);
    struct jval *o = jval_new_object();
    struct jval *facts = NULL;

    jval_set_i64(o, "device", f->device);
    jval_set_text(o, "name", f->name);
    jval_set_text(o, "family", f->family);
    jval_set_i64(o, "server", f->server);
    jval_set_text(o, "protocol", str_c(protocols[aus ? 0 : f->server_kind]));
    jval_set_text(o, "identity", f->identity);
    jval_set_text(o, "event_id", f->event_id);
    jval_set_bool(o, "has_password", f->secret.n > 0);
    jval_set_i64(o, "poll_minutes", f->poll_minutes);
    jval_set_i64(o, "retry_count", f->retry_count);
    jval_set_i64(o, "retry_minutes", f->retry_minutes);
    json_time(o, "last_seen", f->last_seen);
    jval_set_text(o, "last_address", f->last_address);
    json_time(o, "next_poll", stage_next_poll(&poll, f->last_seen));
    jval_set_bool(o, "overdue", stage_is_overdue(&poll, f->last_seen, now));
    if (f->facts.n > 0 &&
        jval_parse(f->facts, FETCH_FACTS_MAX, &facts, NULL) == 0)
        jval_set(o, "facts", facts);
    jval_set_i64(o, "revision", f->revision);
    return o;
}

static int list(struct request *req, struct response *res, struct err *err)
{
    struct fetchers all = { 0 };
    struct netdev_range range = { 0 };
    struct page page;
    int rc = request_page_id(req, &page, &range.after, err);

    range.limit = page.limit;
    if (rc == 0)
        rc = fetcher_list(req->core->db, &req->scope, &range, &req->arena, &all,
                          err);
    if (rc == 0)
        RESPOND_ROWS(req, res, &page, all.all, device,
                     fetcher_json(row, req->now));
    fetchers_clear(&all);
    return rc;
}

int fetch_find(struct request *req, struct fetcher *out, struct err *err)
{
    return fetcher_get(req->core->db, &req->scope, req->params[0], &req->arena,
                       out, err);
}

static int get(struct request *req, struct response *res, struct err *err)
{
    struct fetcher f;
    int rc = fetch_find(req, &f, err);

    if (rc < 0)
        return rc;
    res->json = fetcher_json(&f, req->now);
    respond_revision(req, res, f.revision);
    return 0;
}

int fetch_refuse(struct request *req, const char *field, int code,
                 struct err *err)
{
    return code == E_INVALID
               ? refuse(req, 422, field, err, code, "%s",
                        arena_c(&req->arena, str_c(err_text(err))))
               : code;
}

static int change(struct request *req, struct response *res, struct err *err)
{
    AUTO(jval_freep) struct jval *before = NULL;
    AUTO(jval_freep) struct jval *after = NULL;
    struct db *db = req->core->db;
    const char *field = NULL;
    struct fetcher f;
    int rc = fetch_find(req, &f, err);

    if (rc == 0)
        rc = request_match(req, f.revision, err);
    if (rc < 0)
        return rc;
    before = fetcher_json(&f, req->now);
    f.event_id = jval_text(jval_get(req->json, "event_id"), f.event_id);
    f.poll_minutes =
        jval_i64(jval_get(req->json, "poll_minutes"), f.poll_minutes);
    f.retry_count = jval_i64(jval_get(req->json, "retry_count"), f.retry_count);
    f.retry_minutes =
        jval_i64(jval_get(req->json, "retry_minutes"), f.retry_minutes);
    rc = db_begin(db, err);
    if (rc < 0)
        return rc;
    rc = fetcher_change(db, &req->scope, &f, &field, err);
    if (rc < 0)
        return fetch_refuse(req, field, rc, err);
    f.revision++;
    after = fetcher_json(&f, req->now);
    rc = request_audit(req, "fetching-device.updated", f.device, before, after,
                       err);
    if (rc == 0)
        rc = db_commit(db, err);
    if (rc < 0)
        return rc;
    respond_revision(req, res, f.revision);
    res->json = TAKE(after);
    return 0;
}

/* --- the policy of AUS -------------------------------------------------------
 */

/* The newest archived configuration, masked; empty when there is none. */
static int newest_config(struct request *req, int64_t device,
                         int64_t *out_number, struct buf *out, struct err *err)
{
    struct netdev_config config;
    struct err why = { 0 };
    int rc =
        netdev_config_get(req->core->db, device, 0, &req->arena, &config, &why);

    *out_number = 0;
    if (rc == E_ABSENT)
        return 0;
    if (rc < 0)
        return err_set(err, rc, "%s", err_text(&why));
    *out_number = config.number;
    return netdev_config_text(req->core->db, config.id, out, err);
}

static int policy(struct request *req, struct response *res, struct err *err)
{
    AUTO(buf_clear) struct buf config = BUF(NETDEV_CONFIG_MAX);
    AUTO(buf_clear) struct buf commands = BUF(16384);
    struct netdev_server server;
    struct fetcher f;
    int64_t number = 0;
    bool other;
    int rc = fetch_find(req, &f, err);

    if (rc == 0 && !fetching_is_aus(f.server_kind, f.family))
        return refuse(req, 409, NULL, err, E_INVALID,
                      "only PIX and ASA have a policy of Auto Update");
    if (rc == 0)
        rc = netdev_server_get(req->core->db, &req->scope, f.server,
                               &req->arena, &server, err);
    if (rc == 0)
        rc = newest_config(req, f.device, &number, &config, err);
    if (rc < 0)
        return rc;
    other = aus_policy_delta(
        buf_str(&config),
        &(struct aus_policy){ server.address, server.port, server.tls,
                              f.identity, f.poll_minutes, f.retry_count,
                              f.retry_minutes },
        &commands);
    res->json = jval_new_object();
    jval_set_text(res->json, "commands", buf_str(&commands));
    jval_set_bool(res->json, "other_server", other);
    jval_set_i64(res->json, "config", number);
    return 0;
}

/* "https://ID:PASSWORD@ADDRESS:PORT/autoupdate/AutoUpdateServlet" */
static str aus_url(struct request *req, const struct fetcher *f,
                   const struct netdev_server *server, str secret)
{
    AUTO(buf_wipe) struct buf url = BUF(4096);

    buf_printf(&url, "http%s://", server->tls ? "s" : "");
    url_escape(&url, f->identity);
    buf_add_char(&url, ':');
    url_escape(&url, secret);
    buf_printf(&url, "@%" PRIstr ":%lld/autoupdate/AutoUpdateServlet",
               ARGstr(server->address), (long long)server->port);
    return arena_str(&req->arena, buf_str(&url));
}

static int new_password(struct request *req, struct response *res,
                        struct err *err)
{
    struct db *db = req->core->db;
    struct netdev_server server;
    struct fetcher f;
    str secret = STR("");
    int rc = fetch_find(req, &f, err);

    if (rc == 0 && !fetching_is_aus(f.server_kind, f.family))
        return refuse(req, 409, NULL, err, E_INVALID,
                      "only devices that speak Auto Update log in");
    if (rc == 0)
        rc = netdev_server_get(db, &req->scope, f.server, &req->arena, &server,
                               err);
    if (rc == 0)
        rc = db_begin(db, err);
    if (rc == 0)
        rc = fetcher_new_secret(db, &req->scope, f.device, &req->arena, &secret,
                                err);
    if (rc == 0)
        rc = request_audit(req, "fetching-device.password", f.device, NULL,
                           NULL, err);
    if (rc == 0)
        rc = db_commit(db, err);
    if (rc < 0)
        return rc;
    res->private_page = true;
    res->json = jval_new_object();
    jval_set_text(res->json, "user", f.identity);
    jval_set_text(res->json, "password", secret);
    jval_set_text(res->json, "url", aus_url(req, &f, &server, secret));
    return 0;
}

/* --- requests --------------------------------------------------------------
 */

static struct jval *request_json(const struct fetch_request *r)
{
    struct jval *o = jval_new_object();

    jval_set_i64(o, "id", r->id);
    json_time(o, "at", r->at);
    jval_set_text(o, "address", r->address);
    jval_set_text(o, "kind", r->kind);
    jval_set_text(o, "identity", r->identity);
    jval_set_text(o, "outcome", r->outcome);
    jval_set_text(o, "unknown", r->unknown);
    jval_set_text(o, "request", r->raw);
    return o;
}

static int list_requests(struct request *req, int64_t device,
                         struct response *res, struct err *err)
{
    struct fetch_request_find find_request = { .device = device };
    struct fetch_requests all = { 0 };
    struct page page;
    int rc = request_page_id(req, &page, &find_request.before, err);

    find_request.limit = page.limit;
    if (rc == 0)
        rc = fetch_request_list(req->core->db, &req->scope, &find_request,
                                &req->arena, &all, err);
    if (rc == 0)
        RESPOND_ROWS(req, res, &page, all.all, id, request_json(row));
    fetch_requests_clear(&all);
    return rc;
}

static int requests(struct request *req, struct response *res, struct err *err)
{
    struct fetcher f;
    int rc = fetch_find(req, &f, err);

    return rc < 0 ? rc : list_requests(req, f.device, res, err);
}

static int strange_requests(struct request *req, struct response *res,
                            struct err *err)
{
    int rc = need_all_devices(req, err);

    return rc < 0 ? rc : list_requests(req, 0, res, err);
}

/* clang-format off */
#define ONE "/api/v1/fetching-devices/{device}"
static const struct route rows[] = {
    { METHOD_GET, "/api/v1/fetching-devices", DOOR_API, PERM_NETWORK_READ,
      .handler = list, .answer = fetcher_fields, .list = true,
      .summary = "List the network devices that fetch from a server." },
    { METHOD_GET, ONE, DOOR_API, PERM_NETWORK_READ, .handler = get,
      .answer = fetcher_fields, .summary = "One device that fetches." },
    { METHOD_PATCH, ONE, DOOR_API, PERM_NETWORK_WRITE, 16384, change,
      .body = change_fields, .answer = fetcher_fields,
      .summary = "Say how often it polls, and its DeviceID." },
    { METHOD_POST, ONE "/password", DOOR_API, PERM_CREDENTIAL_WRITE,
      .handler = new_password, .answer = password_fields,
      .summary = "Make the password it logs in with; told this once." },
    { METHOD_GET, ONE "/policy", DOOR_API, PERM_NETWORK_READ,
      .handler = policy, .answer = policy_fields,
      .summary = "The commands by which a PIX or ASA comes to ask its server as "
      "is said here." },
    { METHOD_GET, ONE "/requests", DOOR_API, PERM_NETWORK_READ,
      .handler = requests, .answer = request_fields, .list = true,
      .summary = "List its newest requests, with secrets masked." },
    { METHOD_GET, "/api/v1/fetch-requests", DOOR_API, PERM_NETWORK_READ,
      .handler = strange_requests, .answer = request_fields, .list = true,
      .summary = "List the newest requests of devices nobody knows." },
};
/* clang-format on */
const struct route_table routes_netdev_fetch = { rows, COUNT(rows) };
