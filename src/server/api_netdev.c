/* SPDX-License-Identifier: Apache-2.0
 *
 * Network devices: how each is reached, what is known of it, whether it is
 * ready.
 */
#include "fleet/device.h"
#include "fleet/netdev_type.h"
#include "server/agents.h"
#include "server/api_netdev_int.h"
#include "server/events.h"
#include "server/routes_int.h"

enum {
    BODY_MAX = 16384,
    JSON_MAX = 8 << 20,
};

#define FAMILIES "pix|asa|fwsm|ips|ios|ios-xe|catalyst|catos|frr"

#define TERMS(needed)                                                          \
    { "name", FIELD_TEXT, .required = needed, .min = 1,                        \
      .max = DEVICE_NAME_MAX },                                                \
        { "family",                                                            \
          FIELD_TEXT,                                                          \
          .required = needed,                                                  \
          .min = 1,                                                            \
          .max = 32,                                                           \
          .help = "pix, asa, fwsm, ips, ios, ios-xe, catalyst, catos, frr" },  \
        { "version", FIELD_TEXT, .max = NETDEV_TEXT_MAX,                       \
          .help = "of its system; empty: found by discovery" },                \
        { "model", FIELD_TEXT, .max = NETDEV_TEXT_MAX },                       \
        { "address", FIELD_TEXT, .max = NETDEV_ADDRESS_MAX,                    \
          .help = "a name or an address; empty: off-line" },                   \
        { "port", FIELD_INTEGER, .min = 0, .max = 65535,                       \
          .help = "0: the transport's own" },                                  \
        { "ssh_port", FIELD_INTEGER, .min = 0, .max = 65535,                   \
          .help = "of SSH beside or behind another transport; 0: 22" },        \
        { "transport", FIELD_TEXT, .max = 16,                                  \
          .help = "ssl, ssh, telnet, http, tms; empty: by type" },             \
        { "allow_fallback", FIELD_BOOL,                                        \
          .help = "another transport when that fails; null: by type" },        \
        { "allow_clear", FIELD_BOOL,                                           \
          .help = "transports that send passwords in clear text" },            \
        { "profile", FIELD_TEXT, .max = 32,                                    \
          .help = "algorithms: modern, legacy-1, legacy-2; empty: by type" },  \
        { "credential", FIELD_INTEGER, .min = 0, .max = INT64_MAX,             \
          .help = "0: by realm or label" },                                    \
        { "realm", FIELD_TEXT, .max = NETDEV_TEXT_MAX, .help = "of AAA" },     \
        { "connect_s", FIELD_INTEGER, .min = 0, .max = NETDEV_SECONDS_MAX,     \
          .help = "0: by type" },                                              \
        { "read_s", FIELD_INTEGER, .min = 0, .max = NETDEV_SECONDS_MAX },      \
        { "retries", FIELD_INTEGER, .min = NETDEV_INHERIT,                     \
          .max = NETDEV_RETRIES_MAX, .help = "-1: by type" },                  \
        { "total_s", FIELD_INTEGER, .min = 0, .max = NETDEV_SECONDS_MAX },     \
        { "server", FIELD_INTEGER, .min = 0, .max = INT64_MAX,                 \
          .help = "it fetches from (Auto Update, Configuration Engine)" },     \
        { "identity", FIELD_TEXT, .max = NETDEV_TEXT_MAX,                      \
          .help = "under which it fetches" },                                  \
        { "license_supports_failover", FIELD_BOOL,                             \
          .help = "of ASA 5505 and 5510 only" },                               \
        { "confirmed", FIELD_BOOL,                                             \
          .help = "true: its credential may be used there; needs "             \
                  "credential.write, whose holders confirm what they say" },   \
    {                                                                          \
        "notes", FIELD_TEXT, .max = DEVICE_NOTES_MAX                           \
    }

static const struct field post_body[] = {
    TERMS(true),
    { "label", FIELD_INTEGER, .min = 1, .max = INT64_MAX,
      .help = "a manual label it gets; needed by who is limited to labels" },
    { NULL },
};
static const struct field patch_body[] = { TERMS(false), { NULL } };
static const struct field way_fields[] = {
    { "transport", FIELD_TEXT, .required = true },
    { "port", FIELD_INTEGER, .required = true },
    { NULL },
};
static const struct field answer_fields[] = {
    { "id", FIELD_INTEGER, .required = true },
    TERMS(true),
    { "hostname", FIELD_TEXT, .required = true },
    { "serial", FIELD_TEXT, .required = true },
    { "image", FIELD_TEXT, .required = true },
    { "encryption_3des_aes", FIELD_BOOL, .help = "null: not known" },
    { "reach", FIELD_ENUM, .required = true, .words = "never|ok|failed" },
    { "reach_text", FIELD_TEXT, .said = true, .required = true, .max = 8192 },
    { "reach_transport", FIELD_TEXT, .required = true },
    { "last_contact", FIELD_TIME },
    { "last_discovery", FIELD_TIME },
    { "last_address", FIELD_TEXT, .required = true },
    { "config", FIELD_INTEGER, .required = true,
      .help = "number of the newest archived version; 0: none" },
    { "revision", FIELD_INTEGER, .required = true },
    { NULL },
};
static const struct field full_fields[] = {
    { "id", FIELD_INTEGER, .required = true },
    TERMS(true),
    { "hostname", FIELD_TEXT, .required = true },
    { "serial", FIELD_TEXT, .required = true },
    { "image", FIELD_TEXT, .required = true },
    { "encryption_3des_aes", FIELD_BOOL },
    { "reach", FIELD_ENUM, .required = true, .words = "never|ok|failed" },
    { "reach_text", FIELD_TEXT, .said = true, .required = true, .max = 8192 },
    { "reach_transport", FIELD_TEXT, .required = true },
    { "last_contact", FIELD_TIME },
    { "last_discovery", FIELD_TIME },
    { "last_address", FIELD_TEXT, .required = true },
    { "config", FIELD_INTEGER, .required = true },
    { "revision", FIELD_INTEGER, .required = true },
    { "ways", FIELD_LIST, .required = true, .of = way_fields,
      .help = "transports that are tried, in this order; empty: none, and "
              "no_way says why" },
    { "no_way", FIELD_TEXT, .said = true, .help = "why it cannot be reached" },
    { "inherits_transport", FIELD_BOOL, .required = true },
    { "facts", FIELD_OBJECT,
      .help = "licences, interfaces, family: as discovered" },
    { NULL },
};
static const struct field list_query[] = {
    { "family", FIELD_TEXT, .max = 32 },
    { "reach", FIELD_ENUM, .words = "never|ok|failed" },
    { "credential", FIELD_INTEGER, .min = 1, .max = INT64_MAX },
    { "q", FIELD_TEXT, .max = 200,
      .help = "in name, address, host name, serial number, model" },
    { NULL },
};
static const struct field ready_fields[] = {
    { "ready", FIELD_BOOL, .required = true },
    { "remarks", FIELD_LIST, .required = true,
      .of =
          (const struct field[]){
              { "rule", FIELD_TEXT, .required = true },
              { "blocks", FIELD_BOOL, .required = true },
              { "text", FIELD_TEXT, .said = true, .required = true,
                .max = 8192 },
              { NULL },
          } },
    { NULL },
};

/* --- JSON ------------------------------------------------------------------
 */

int netdev_of(struct request *req, struct netdev *out, struct err *err)
{
    return netdev_get(req->core->db, &req->scope, req->params[0], &req->arena,
                      out, err);
}

void netdev_set_json(struct jval *object, const char *key, str text)
{
    struct jval *value = NULL;

    if (text.n == 0 || jval_parse(text, JSON_MAX, &value, NULL) < 0)
        value = jval_new_null();
    jval_set(object, key, value);
}

static void set_tristate(struct jval *object, const char *key, int64_t value)
{
    jval_set(object, key,
             value < 0 ? jval_new_null() : jval_new_bool(value != 0));
}

static void terms_json(const struct netdev_terms *t, struct jval *o)
{
    jval_set_text(o, "name", t->name);
    jval_set_text(o, "family", t->family);
    jval_set_text(o, "version", t->version);
    jval_set_text(o, "model", t->model);
    jval_set_text(o, "address", t->address);
    jval_set_i64(o, "port", t->port);
    jval_set_i64(o, "ssh_port", t->ssh_port);
    jval_set_text(o, "transport", t->transport);
    set_tristate(o, "allow_fallback", t->allow_fallback);
    jval_set_bool(o, "allow_clear", t->allow_clear);
    jval_set_text(o, "profile", t->profile);
    jval_set_i64(o, "credential", t->credential);
    jval_set_text(o, "realm", t->realm);
    jval_set_i64(o, "connect_s", t->connect_s);
    jval_set_i64(o, "read_s", t->read_s);
    jval_set_i64(o, "retries", t->retries);
    jval_set_i64(o, "total_s", t->total_s);
    jval_set_i64(o, "server", t->server);
    jval_set_text(o, "identity", t->identity);
    set_tristate(o, "license_supports_failover", t->license_failover);
    jval_set_text(o, "notes", t->notes);
}

static struct jval *to_json(const struct netdev *device)
{
    struct jval *o = jval_new_object();

    jval_set_i64(o, "id", device->device);
    terms_json(&device->terms, o);
    jval_set_bool(o, "confirmed", device->confirmed);
    jval_set_text(o, "hostname", device->hostname);
    jval_set_text(o, "serial", device->serial);
    jval_set_text(o, "image", device->image);
    set_tristate(o, "encryption_3des_aes", device->encryption);
    jval_set_text(o, "reach", device->reach);
    jval_set_text(o, "reach_text", device->reach_text);
    jval_set_text(o, "reach_transport", device->reach_transport);
    json_time(o, "last_contact", device->last_contact);
    json_time(o, "last_discovery", device->last_discovery);
    jval_set_text(o, "last_address", device->last_address);
    jval_set_i64(o, "config", device->config);
    jval_set_i64(o, "revision", device->revision);
    return o;
}

static int set_ways(struct db *db, const struct netdev *device, struct jval *o,
                    struct err *err)
{
    struct jval *list = jval_new_array();
    struct netdev_ways ways = { 0 };
    struct err why = { 0 };
    int rc = netdev_ways(db, device, &ways, &why);

    for (size_t i = 0; rc == 0 && i < ways.n; i++) {
        struct jval *one = jval_new_object();

        jval_set_text(one, "transport",
                      str_c(transport_name(ways.all[i].transport)));
        jval_set_i64(one, "port", ways.all[i].port);
        jval_push(list, one);
    }
    jval_set(o, "ways", list);
    jval_set_text(o, "no_way", rc < 0 ? str_c(err_text(&why)) : STR_NONE);
    jval_set_bool(o, "inherits_transport", device->terms.transport.n == 0);
    return rc < 0 && rc != E_INVALID ? err_set(err, rc, "%s", err_text(&why))
                                     : 0;
}

static int answer(struct request *req, struct response *res, int64_t id,
                  struct err *err)
{
    struct netdev device;
    int rc =
        netdev_get(req->core->db, &req->scope, id, &req->arena, &device, err);

    if (rc < 0)
        return rc;
    res->json = to_json(&device);
    netdev_set_json(res->json, "facts", device.facts);
    respond_revision(req, res, device.revision);
    return set_ways(req->core->db, &device, res->json, err);
}

int netdev_done(struct request *req, const char *action, int64_t id,
                const struct jval *after, int rc, struct err *err)
{
    if (rc == 0)
        rc = request_audit(req, action, id, NULL, after, err);
    return rc < 0 ? rc : db_commit(req->core->db, err);
}

/* --- Reading a body ----------------------------------------------------------
 */

/* Absent: as it was; null: what inherits or is not known. */
static int64_t take_tristate(const struct jval *body, const char *key,
                             int64_t before)
{
    const struct jval *value = jval_get(body, key);

    if (jval_kind(value) == JVAL_ABSENT)
        return before;
    return jval_kind(value) == JVAL_BOOL ? jval_bool(value, false)
                                         : NETDEV_INHERIT;
}

static void take_body(const struct jval *b, struct netdev_terms *t)
{
    const struct {
        const char *key;
        str *text;
    } texts[] = {
        { "name", &t->name },         { "family", &t->family },
        { "version", &t->version },   { "model", &t->model },
        { "address", &t->address },   { "transport", &t->transport },
        { "profile", &t->profile },   { "realm", &t->realm },
        { "identity", &t->identity }, { "notes", &t->notes },
    };
    const struct {
        const char *key;
        int64_t *number;
    } numbers[] = {
        { "port", &t->port },           { "credential", &t->credential },
        { "connect_s", &t->connect_s }, { "read_s", &t->read_s },
        { "retries", &t->retries },     { "total_s", &t->total_s },
        { "server", &t->server },       { "label", &t->label },
        { "ssh_port", &t->ssh_port },
    };

    for (size_t i = 0; i < COUNT(texts); i++)
        *texts[i].text =
            str_trim(jval_text(jval_get(b, texts[i].key), *texts[i].text));
    for (size_t i = 0; i < COUNT(numbers); i++)
        *numbers[i].number =
            jval_i64(jval_get(b, numbers[i].key), *numbers[i].number);
    t->confirm = jval_bool(jval_get(b, "confirmed"), false);
    t->allow_clear = jval_bool(jval_get(b, "allow_clear"), t->allow_clear);
    t->allow_fallback = take_tristate(b, "allow_fallback", t->allow_fallback);
    t->license_failover =
        take_tristate(b, "license_supports_failover", t->license_failover);
}

/* What is wrong with the words is told by their field. */
static int check(struct request *req, const struct netdev_terms *terms,
                 struct err *err)
{
    const char *field = NULL;
    struct err why = { 0 };
    int rc = netdev_check(terms, &field, &why);

    return rc < 0
               ? refuse(req, 422, field, err, E_INVALID, "%s", err_text(&why))
               : 0;
}

/* --- Handlers
 * -----------------------------------------------------------------
 */

static int list(struct request *req, struct response *res, struct err *err)
{
    AUTO(netdevs_clear) struct netdevs all = { 0 };
    struct netdev_find find = {
        .family = jval_text(jval_get(req->query, "family"), STR("")),
        .reach = jval_text(jval_get(req->query, "reach"), STR("")),
        .search = jval_text(jval_get(req->query, "q"), STR("")),
        .credential = jval_i64(jval_get(req->query, "credential"), 0),
    };
    struct page page;
    int rc = request_page_id(req, &page, &find.after, err);

    find.limit = page.limit;
    if (rc == 0)
        rc = netdev_list(req->core->db, &req->scope, &find, &req->arena, &all,
                         err);
    if (rc < 0)
        return rc;
    RESPOND_ROWS(req, res, &page, all.all, device, to_json(row));
    return 0;
}

static int show(struct request *req, struct response *res, struct err *err)
{
    return answer(req, res, req->params[0], err);
}

static void tell(struct request *req, int64_t device, const char *what)
{
    struct jval *data = jval_new_object();

    jval_set_text(data, "event", str_c(what));
    if (req->core->events != NULL)
        events_publish(req->core->events, req->scope.org, "device", device,
                       device, data);
    else
        jval_free(data);
}

static int post(struct request *req, struct response *res, struct err *err)
{
    struct netdev_terms terms = { .allow_fallback = NETDEV_INHERIT,
                                  .retries = NETDEV_INHERIT,
                                  .license_failover = -1 };
    int64_t id = 0;
    int rc;

    take_body(req->json, &terms);
    rc = check(req, &terms, err);
    if (rc < 0)
        return rc;
    rc = db_begin(req->core->db, err);
    if (rc == 0)
        rc = netdev_add(req->core->db, &req->scope, &terms, req->now, &id, err);
    rc = netdev_done(req, "network_device.created", id, req->json, rc, err);
    if (rc < 0)
        return rc;
    tell(req, id, "created");
    res->status = 201;
    res->location = arena_printf(&req->arena, "/api/v1/network/devices/%lld",
                                 (long long)id);
    return answer(req, res, id, err);
}

static int patch(struct request *req, struct response *res, struct err *err)
{
    AUTO(jval_freep) struct jval *before = jval_new_object();
    struct netdev device;
    int rc = netdev_of(req, &device, err);

    if (rc == 0)
        rc = request_match(req, device.revision, err);
    if (rc < 0)
        return rc;
    terms_json(&device.terms, before);
    take_body(req->json, &device.terms);
    rc = check(req, &device.terms, err);
    if (rc < 0)
        return rc;
    rc = db_begin(req->core->db, err);
    if (rc == 0)
        rc = netdev_change_terms(req->core->db, &req->scope, device.device,
                                 &device.terms, req->now, err);
    if (rc == 0)
        rc = request_audit(req, "network_device.updated", device.device, before,
                           req->json, err);
    if (rc == 0)
        rc = db_commit(req->core->db, err);
    if (rc < 0)
        return rc;
    tell(req, device.device, "updated");
    return answer(req, res, device.device, err);
}

static int remove_one(struct request *req, struct response *res UNUSED,
                      struct err *err)
{
    struct netdev device;
    int rc = netdev_of(req, &device, err);

    if (rc == 0)
        rc = db_begin(req->core->db, err);
    if (rc < 0)
        return rc;
    rc =
        device_delete(req->core->db, &req->scope, device.device, req->now, err);
    rc = netdev_done(req, "network_device.deleted", device.device, NULL, rc,
                     err);
    if (rc == 0)
        tell(req, device.device, "deleted");
    return rc;
}

static int ready(struct request *req, struct response *res, struct err *err)
{
    AUTO(netdev_remarks_clear) struct netdev_remarks remarks = { 0 };
    struct netdev device;
    struct jval *list = NULL;
    bool is_ready = true;
    int rc = netdev_of(req, &device, err);

    if (rc == 0)
        rc = netdev_readiness(req->core->db, &device, &req->arena, &remarks,
                              err);
    if (rc < 0)
        return rc;
    list = jval_new_array();
    for (size_t i = 0; i < remarks.all.n; i++) {
        struct jval *one = jval_new_object();

        jval_set_text(one, "rule", str_c(remarks.all.p[i].rule));
        jval_set_bool(one, "blocks", remarks.all.p[i].blocks);
        jval_set_text(one, "text", remarks.all.p[i].text);
        jval_push(list, one);
        is_ready &= !remarks.all.p[i].blocks;
    }
    res->json = jval_new_object();
    jval_set_bool(res->json, "ready", is_ready);
    jval_set(res->json, "remarks", list);
    return 0;
}

static const struct route rows[] = {
    { METHOD_GET, "/api/v1/network/devices", DOOR_API, PERM_NETWORK_READ, 0,
      list, .query = list_query, .answer = answer_fields, .list = true,
      .summary = "List the network devices." },
    { METHOD_POST, "/api/v1/network/devices", DOOR_API, PERM_NETWORK_WRITE,
      BODY_MAX, post, .body = post_body, .answer = full_fields,
      .summary = "Add a network device; without an address it is off-line." },
    { METHOD_GET, NETDEV_ONE, DOOR_API, PERM_NETWORK_READ, 0, show,
      .answer = full_fields, .summary = "Show a network device." },
    { METHOD_PATCH, NETDEV_ONE, DOOR_API, PERM_NETWORK_WRITE, BODY_MAX, patch,
      .body = patch_body, .answer = full_fields,
      .summary = "Change how a network device is reached." },
    { METHOD_DELETE, NETDEV_ONE, DOOR_API, PERM_NETWORK_WRITE, 0, remove_one,
      .summary = "Delete a network device and its archive." },
    { METHOD_GET, NETDEV_ONE "/readiness", DOOR_API, PERM_NETWORK_READ, 0,
      ready, .answer = ready_fields,
      .summary = "What stands in the way of managing a network device." },
};
const struct route_table routes_netdev = { rows, COUNT(rows) };
