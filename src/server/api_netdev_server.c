/* SPDX-License-Identifier: Apache-2.0
 *
 * Servers that network devices fetch from, as objects (R-INV-2).
 */
#include "fleet/netdev_server.h"
#include "http/address.h"
#include "netdev/servers/pnp.h"
#include "server/api_people_int.h"
#include "server/core.h"
#include "server/routes_int.h"

#define KINDS "aus|ce|pnp"

static const struct field server_fields[] = {
    { "id", FIELD_INTEGER, .required = true },
    { "kind", FIELD_ENUM, .required = true, .words = KINDS },
    { "name", FIELD_TEXT, .required = true },
    { "address", FIELD_TEXT, .required = true },
    { "port", FIELD_INTEGER, .required = true },
    { "tls", FIELD_BOOL, .required = true },
    { "xml", FIELD_BOOL, .required = true },
    { "networks", FIELD_TEXT, .required = true,
      .max = NETDEV_SERVER_NETWORKS_MAX },
    { "devices", FIELD_INTEGER, .required = true },
    { "dhcp_option_43", FIELD_TEXT },
    { "revision", FIELD_INTEGER, .required = true },
    { NULL },
};

#define MEMBERS                                                                \
    { "name", FIELD_TEXT, .required = true, .min = 1,                          \
      .max = NETDEV_SERVER_NAME_MAX },                                         \
        { "address", FIELD_TEXT, .required = true,                             \
          .min = 1,  .max = 255, .help = "as devices know it" },               \
        { "port", FIELD_INTEGER, .min = 1, .max = 65535,                       \
          .help = "443 with tls, 80 without" },                                \
        { "tls", FIELD_BOOL, .help = "true: HTTPS" },                          \
        { "xml", FIELD_BOOL,                                                   \
          .help = "true: configurations are given as XML, not as lines" },     \
        { "networks", FIELD_TEXT, .max = NETDEV_SERVER_NETWORKS_MAX,           \
          .help = "devices are served from these only, \"10.0.0.0/8, ...\"" }, \
    {                                                                          \
        NULL                                                                   \
    }
static const struct field add_fields[] = {
    { "kind", FIELD_ENUM, .required = true, .words = KINDS,
      .help = "Auto Update (PIX, ASA), Configuration Engine, Plug-n-Play" },
    MEMBERS,
};
static const struct field change_fields[] = { MEMBERS };

static struct jval *to_json(const struct netdev_server *server)
{
    AUTO(buf_clear) struct buf option = BUF(512);
    struct jval *o = jval_new_object();

    jval_set_i64(o, "id", server->id);
    jval_set_text(o, "kind", str_c(netdev_server_kinds[server->kind]));
    jval_set_text(o, "name", server->name);
    jval_set_text(o, "address", server->address);
    jval_set_i64(o, "port", server->port);
    jval_set_bool(o, "tls", server->tls);
    jval_set_bool(o, "xml", server->xml);
    jval_set_text(o, "networks", server->networks);
    jval_set_i64(o, "devices", server->users);
    if (server->kind == NETDEV_SERVER_PNP) {
        pnp_dhcp_option43(
            &(struct pnp_place){ server->address, server->port, server->tls },
            &option);
        jval_set_text(o, "dhcp_option_43", buf_str(&option));
    }
    jval_set_i64(o, "revision", server->revision);
    return o;
}

static void from_json(const struct jval *json, struct netdev_server *out)
{
    out->name = jval_text(jval_get(json, "name"), STR(""));
    out->address = jval_text(jval_get(json, "address"), STR(""));
    out->tls = jval_bool(jval_get(json, "tls"), false);
    out->xml = jval_bool(jval_get(json, "xml"), false);
    out->port = jval_i64(jval_get(json, "port"), out->tls ? 443 : 80);
    out->networks = jval_text(jval_get(json, "networks"), STR(""));
}

/* Who asks a Configuration Engine or Plug-n-Play does not log in: the network
 * is all that keeps others out. */
static int check_networks(struct request *req,
                          const struct netdev_server *server, struct err *err)
{
    if (server->networks.n == 0 && server->kind != NETDEV_SERVER_AUS)
        return refuse(req, 422, "networks", err, E_INVALID,
                      "devices do not log in to this kind of server: say from "
                      "which networks it serves them");
    if (address_list_check(server->networks, err) < 0)
        return refuse(req, 422, "networks", err, E_INVALID, "%s",
                      arena_c(&req->arena, str_c(err_text(err))));
    return 0;
}

/* Networks say whose a device is that does not log in: two organisations
 * cannot have the same ones. In the transaction. */
static int check_others(struct request *req, const struct netdev_server *server,
                        struct err *err)
{
    struct netdev_servers all = { 0 };
    bool taken = false;
    int rc = 0;

    rc = netdev_server_hold(req->core->db, err);
    for (int kind = 0; rc == 0 && kind < NETDEV_SERVER_KINDS; kind++)
        rc = netdev_server_of_kind(req->core->db, (enum netdev_server_kind)kind,
                                   &req->arena, &all, err);
    for (size_t i = 0; rc == 0 && !taken && i < all.all.n; i++)
        taken = all.all.p[i].org != req->scope.org &&
                address_lists_meet(server->networks, all.all.p[i].networks);
    netdev_servers_clear(&all);
    if (rc < 0 || !taken)
        return rc;
    return refuse(req, 422, "networks", err, E_INVALID,
                  "a server of another organisation serves some of these "
                  "networks");
}

static int list(struct request *req, struct response *res, struct err *err)
{
    struct netdev_servers all = { 0 };
    struct netdev_range range = { 0 };
    struct page page;
    int rc = request_page_id(req, &page, &range.after, err);

    range.limit = page.limit;
    if (rc == 0)
        rc = netdev_server_list(req->core->db, &req->scope, &range, &req->arena,
                                &all, err);
    if (rc == 0)
        RESPOND_ROWS(req, res, &page, all.all, id, to_json(row));
    netdev_servers_clear(&all);
    return rc;
}

static int get(struct request *req, struct response *res, struct err *err)
{
    struct netdev_server server;
    int rc = netdev_server_get(req->core->db, &req->scope, req->params[0],
                               &req->arena, &server, err);

    if (rc < 0)
        return rc;
    res->json = to_json(&server);
    respond_revision(req, res, server.revision);
    return 0;
}

static int refuse_field(struct request *req, const char *field, int code,
                        struct err *err)
{
    return code == E_INVALID
               ? refuse(req, 422, field, err, code, "%s",
                        arena_c(&req->arena, str_c(err_text(err))))
               : code;
}

static int add(struct request *req, struct response *res, struct err *err)
{
    AUTO(jval_freep) struct jval *after = NULL;
    struct db *db = req->core->db;
    str kind = jval_text(jval_get(req->json, "kind"), STR(""));
    struct netdev_server server = { 0 };
    const char *field = NULL;
    int rc;

    for (int64_t i = 0; i < NETDEV_SERVER_KINDS; i++) {
        if (str_eq_c(kind, netdev_server_kinds[i]))
            server.kind = i;
    }
    from_json(req->json, &server);
    rc = need_all_devices(req, err);
    if (rc == 0)
        rc = check_networks(req, &server, err);
    if (rc == 0)
        rc = db_begin(db, err);
    if (rc == 0)
        rc = check_others(req, &server, err);
    if (rc < 0)
        return rc;
    rc = netdev_server_add(db, &req->scope, &server, &field, err);
    if (rc < 0)
        return refuse_field(req, field, rc, err);
    after = to_json(&server);
    rc = request_audit(req, "device-server.created", server.id, NULL, after,
                       err);
    if (rc == 0)
        rc = db_commit(db, err);
    if (rc < 0)
        return rc;
    res->status = 201;
    res->location = arena_printf(&req->arena, "/api/v1/device-servers/%lld",
                                 (long long)server.id);
    respond_revision(req, res, server.revision);
    res->json = TAKE(after);
    return 0;
}

static int change(struct request *req, struct response *res, struct err *err)
{
    AUTO(jval_freep) struct jval *before = NULL;
    AUTO(jval_freep) struct jval *after = NULL;
    struct db *db = req->core->db;
    struct netdev_server server;
    const char *field = NULL;
    int rc = need_all_devices(req, err);

    if (rc == 0)
        rc = db_begin(db, err);
    if (rc == 0)
        rc = netdev_server_hold(db, err);
    if (rc == 0)
        rc = netdev_server_get(db, &req->scope, req->params[0], &req->arena,
                               &server, err);
    if (rc == 0)
        rc = request_match(req, server.revision, err);
    if (rc < 0)
        return rc;
    before = to_json(&server);
    from_json(req->json, &server);
    rc = check_networks(req, &server, err);
    if (rc == 0)
        rc = check_others(req, &server, err);
    if (rc < 0)
        return rc;
    rc = netdev_server_change(db, &req->scope, &server, &field, err);
    if (rc < 0)
        return refuse_field(req, field, rc, err);
    server.revision++;
    after = to_json(&server);
    rc = request_audit(req, "device-server.updated", server.id, before, after,
                       err);
    if (rc == 0)
        rc = db_commit(db, err);
    if (rc < 0)
        return rc;
    respond_revision(req, res, server.revision);
    res->json = TAKE(after);
    return 0;
}

static int remove_one(struct request *req, struct response *res UNUSED,
                      struct err *err)
{
    AUTO(jval_freep) struct jval *before = NULL;
    struct db *db = req->core->db;
    struct netdev_server server;
    int rc = need_all_devices(req, err);

    if (rc == 0)
        rc = netdev_server_get(db, &req->scope, req->params[0], &req->arena,
                               &server, err);
    if (rc == 0)
        rc = db_begin(db, err);
    if (rc < 0)
        return rc;
    before = to_json(&server);
    rc = netdev_server_remove(db, &req->scope, server.id, err);
    if (rc == E_INVALID)
        return refuse(req, 409, NULL, err, rc, "%s",
                      arena_c(&req->arena, str_c(err_text(err))));
    if (rc == 0)
        rc = request_audit(req, "device-server.deleted", server.id, before,
                           NULL, err);
    return rc < 0 ? rc : db_commit(db, err);
}

#define ONE "/api/v1/device-servers/{server}"
static const struct route rows[] = {
    { METHOD_GET, "/api/v1/device-servers", DOOR_API, PERM_NETWORK_READ,
      .handler = list, .answer = server_fields, .list = true,
      .summary = "List the servers that network devices fetch from." },
    { METHOD_POST, "/api/v1/device-servers", DOOR_API, PERM_NETWORK_WRITE,
      16384, add, .body = add_fields, .answer = server_fields,
      .summary = "Describe a server that network devices fetch from." },
    { METHOD_GET, ONE, DOOR_API, PERM_NETWORK_READ, .handler = get,
      .answer = server_fields, .summary = "One such server." },
    { METHOD_PUT, ONE, DOOR_API, PERM_NETWORK_WRITE, 16384, change,
      .body = change_fields, .answer = server_fields,
      .summary = "Change how devices reach it." },
    { METHOD_DELETE, ONE, DOOR_API, PERM_NETWORK_WRITE, .handler = remove_one,
      .summary = "Remove one that no device uses." },
};
const struct route_table routes_netdev_server = { rows, COUNT(rows) };
