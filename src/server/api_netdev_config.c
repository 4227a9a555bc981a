/* SPDX-License-Identifier: Apache-2.0
 *
 * What network devices say: archived configurations and what differs between
 * them, answers to `show` commands, the keys they show. All texts are masked.
 */
#include "base/utf8.h"
#include "fleet/netdev_config.h"
#include "fleet/netdev_lint.h"
#include "fleet/netdev_pin.h"
#include "netdev/diff.h"
#include "netdev/lint.h"
#include "netdev/policies_report.h"
#include "server/api_netdev_int.h"
#include "server/netassess.h"
#include "server/routes_int.h"

enum {
    BODY_MAX = 4096,
    IMPORT_MAX = 8 << 20,
    SOURCE_MAX = 200,
};

static const struct field config_fields[] = {
    { "number", FIELD_INTEGER, .required = true },
    { "at", FIELD_TIME, .required = true },
    { "session", FIELD_INTEGER, .required = true },
    { "cause", FIELD_TEXT, .required = true },
    { "bytes", FIELD_INTEGER, .required = true },
    { "lines", FIELD_INTEGER, .required = true },
    { "added", FIELD_INTEGER, .required = true },
    { "removed", FIELD_INTEGER, .required = true },
    { "secrets_changed", FIELD_BOOL, .required = true,
      .help = "what is masked is not as it was" },
    { NULL },
};
static const struct field import_query[] = {
    { "source", FIELD_TEXT, .max = SOURCE_MAX,
      .help = "where it comes from, such as the name of its file" },
    { NULL },
};
static const struct field diff_query[] = {
    { "from", FIELD_INTEGER, .min = 1, .max = INT64_MAX,
      .help = "a version; the one before when it is left out" },
    { NULL },
};
static const struct field area_fields[] = {
    { "area", FIELD_TEXT, .required = true },
    { "policies", FIELD_INTEGER, .required = true },
    { NULL },
};
static const struct field policy_fields[] = {
    { "line", FIELD_INTEGER, .required = true },
    { "area", FIELD_TEXT, .required = true },
    { "form", FIELD_TEXT, .required = true,
      .help = "the command; what differs from device to device in braces" },
    { "section", FIELD_INTEGER, .help = "the line that it stands below" },
    { "no", FIELD_BOOL, .required = true },
    { "values", FIELD_OBJECT, .required = true },
    { NULL },
};
static const struct field unknown_fields[] = {
    { "line", FIELD_INTEGER, .required = true },
    { "text", FIELD_TEXT, .required = true },
    { NULL },
};
static const struct field policies_fields[] = {
    { "number", FIELD_INTEGER, .required = true },
    { "family", FIELD_TEXT, .required = true },
    { "understood", FIELD_INTEGER, .required = true },
    { "kept", FIELD_INTEGER, .required = true,
      .help = "commands that nothing is known of; they stay as they are" },
    { "notes", FIELD_INTEGER, .required = true },
    { "areas", FIELD_LIST, .required = true, .of = area_fields },
    { "policies", FIELD_LIST, .required = true, .max = POLICIES_LISTED_MAX,
      .of = policy_fields },
    { "unknown", FIELD_LIST, .required = true, .max = POLICIES_LISTED_MAX,
      .of = unknown_fields },
    { NULL },
};
static const struct field lint_fields[] = {
    { "line", FIELD_INTEGER, .required = true },
    { "rule", FIELD_TEXT, .required = true },
    { "message", FIELD_TEXT, .required = true },
    { NULL },
};
static const struct field secret_body[] = {
    { "reason", FIELD_TEXT, .max = 1000, .help = "for the audit log" },
    { NULL },
};
static const struct field output_fields[] = {
    { "command", FIELD_TEXT, .required = true },
    { "at", FIELD_TIME, .required = true },
    { NULL },
};
static const struct field output_query[] = {
    { "command", FIELD_TEXT, .required = true, .max = 512 },
    { NULL },
};
static const struct field pin_fields[] = {
    { "id", FIELD_INTEGER, .required = true },
    { "kind", FIELD_ENUM, .required = true, .words = "ssh|tls" },
    { "fingerprint", FIELD_TEXT, .required = true },
    { "state", FIELD_ENUM, .required = true,
      .words = "pending|approved|refused|retired" },
    { "first_seen", FIELD_TIME },
    { "last_seen", FIELD_TIME },
    { "decided", FIELD_TIME },
    { "decided_by", FIELD_TEXT, .required = true },
    { NULL },
};
static const struct field pin_body[] = {
    { "kind", FIELD_ENUM, .required = true, .words = "ssh|tls" },
    { "fingerprint", FIELD_TEXT, .required = true,
      .max = NETDEV_FINGERPRINT_MAX, .help = "\"SHA256:...\"" },
    { NULL },
};
static const struct field decide_body[] = {
    { "approved", FIELD_BOOL, .required = true },
    { "beside", FIELD_BOOL,
      .help = "the one approved so far stays approved, too" },
    { NULL },
};

/* --- Configurations ---------------------------------------------------------
 */

static struct jval *config_json(const struct netdev_config *c)
{
    struct jval *o = jval_new_object();

    jval_set_i64(o, "number", c->number);
    json_time(o, "at", c->at);
    jval_set_i64(o, "session", c->session);
    jval_set_text(o, "cause", c->cause);
    jval_set_i64(o, "bytes", c->bytes);
    jval_set_i64(o, "lines", c->lines);
    jval_set_i64(o, "added", c->added);
    jval_set_i64(o, "removed", c->removed);
    jval_set_bool(o, "secrets_changed", c->secrets_changed);
    return o;
}

static int config_list(struct request *req, struct response *res,
                       struct err *err)
{
    AUTO(netdev_configs_clear) struct netdev_configs all = { 0 };
    struct netdev_config_find find = { .device = req->params[0] };
    struct netdev device;
    struct page page;
    int rc = netdev_of(req, &device, err);

    if (rc == 0)
        rc = request_page_id(req, &page, &find.before, err);
    if (rc < 0)
        return rc;
    find.limit = page.limit;
    rc = netdev_config_list(req->core->db, &find, &req->arena, &all, err);
    if (rc < 0)
        return rc;
    RESPOND_ROWS(req, res, &page, all.all, number, config_json(row));
    return 0;
}

/* number 0: the newest. */
static int find_config(struct request *req, int64_t number,
                       struct netdev_config *out, struct err *err)
{
    struct netdev device;
    int rc = netdev_of(req, &device, err);

    return rc < 0 ? rc
                  : netdev_config_get(req->core->db, device.device, number,
                                      &req->arena, out, err);
}

static void respond_text(struct response *res)
{
    res->body = BUF_INIT(4 * NETDEV_CONFIG_MAX);
    res->content_type = "text/plain; charset=utf-8";
    res->private_page = true;
}

/* In the audit log before it is opened. */
static int config_with_secrets(struct request *req, struct response *res,
                               struct err *err)
{
    struct netdev_unseal what = { .config = STR(""),
                                  .lines = STR(""),
                                  .family = STR("") };
    struct netdev_config config;
    struct box_public key;
    str name;
    int rc = find_config(req, req->params[1], &config, err);

    if (rc == 0)
        rc = netdev_config_sealed(req->core->db, config.id, &req->arena,
                                  &what.config, err);
    if (rc < 0)
        return rc;
    if (netdevs_key(req->core, &key, err) < 0)
        return refuse(req, 503, NULL, &(struct err){ 0 }, E_ABSENT, "%s",
                      err_text(err));
    rc = db_begin(req->core->db, err);
    rc = netdev_done(req, "network_device.secrets_read", req->params[0],
                     req->json, rc, err);
    name = arena_printf(&req->arena, "%lld_version_%lld_with_secrets.cfg",
                        (long long)req->params[0], (long long)req->params[1]);
    return rc < 0 ? rc : netdevs_unseal(req, res, &what, name, err);
}

static int config_text(struct request *req, struct response *res,
                       struct err *err)
{
    struct netdev_config config;
    int rc = find_config(req, req->params[1], &config, err);

    if (rc < 0)
        return rc;
    respond_text(res);
    return netdev_config_text(req->core->db, config.id, &res->body, err);
}

static str name_of(struct request *req, const struct netdev_config *config)
{
    return arena_printf(&req->arena, "version %lld", (long long)config->number);
}

static int config_diff(struct request *req, struct response *res,
                       struct err *err)
{
    AUTO(buf_clear) struct buf before = BUF(NETDEV_CONFIG_MAX);
    AUTO(buf_clear) struct buf after = BUF(NETDEV_CONFIG_MAX);
    struct netdev_config to;
    struct netdev_config from = { 0 };
    int64_t other;
    int rc = find_config(req, req->params[1], &to, err);

    if (rc < 0)
        return rc;
    other = jval_i64(jval_get(req->query, "from"), to.number - 1);
    if (other > 0)
        rc = find_config(req, other, &from, err);
    if (rc == 0 && other > 0)
        rc = netdev_config_text(req->core->db, from.id, &before, err);
    if (rc == 0)
        rc = netdev_config_text(req->core->db, to.id, &after, err);
    if (rc < 0)
        return rc;
    respond_text(res);
    return diff_unified(name_of(req, &from), buf_str(&before),
                        name_of(req, &to), buf_str(&after), &res->body, err);
}

/* R-INV-3. Of the masked text: no value is a secret. */
static int config_policies(struct request *req, struct response *res,
                           struct err *err)
{
    AUTO(policies_clear) struct policies policies = { 0 };
    AUTO(buf_clear) struct buf text = BUF(NETDEV_CONFIG_MAX);
    struct netdev_config config;
    const struct family *family;
    struct netdev device;
    int rc = netdev_of(req, &device, err);

    if (rc == 0)
        rc = find_config(req, req->params[1], &config, err);
    if (rc == 0)
        rc = netdev_config_text(req->core->db, config.id, &text, err);
    if (rc < 0)
        return rc;
    family = family_find(device.terms.family);
    if (family == NULL)
        return err_set(err, E_INVALID, "nobody knows the family '%" PRIstr "'",
                       ARGstr(device.terms.family));
    rc = policies_read(family, buf_str(&text), &policies, err);
    if (rc < 0)
        return rc;
    res->json = policies_report(family, &policies);
    jval_set_i64(res->json, "number", config.number);
    return 0;
}

/* R-SSH-4: of the masked text, as `holdfast device lint` has it. */
static int config_lint(struct request *req, struct response *res,
                       struct err *err)
{
    AUTO(lint_clear) struct lint lint = { 0 };
    AUTO(buf_clear) struct buf text = BUF(NETDEV_CONFIG_MAX);
    struct netdev_config config;
    const struct family *family;
    struct netdev device;
    struct jval *items;
    int rc = netdev_of(req, &device, err);

    if (rc == 0)
        rc = find_config(req, req->params[1], &config, err);
    if (rc == 0)
        rc = netdev_config_text(req->core->db, config.id, &text, err);
    if (rc == 0)
        rc = netdev_manager(req->core->db, device.org, &req->arena,
                            &lint.manager, err);
    family = rc == 0 ? family_find(device.terms.family) : NULL;
    if (family != NULL)
        rc = lint_text(family, buf_str(&text), &lint, err);
    if (rc < 0)
        return rc;
    items = jval_new_array();
    for (size_t i = 0; i < lint.findings.n; i++) {
        struct jval *one = jval_new_object();

        jval_set_i64(one, "line", lint.findings.p[i].line);
        jval_set_text(one, "rule", str_c(lint.findings.p[i].rule));
        jval_set_text(one, "message", lint.findings.p[i].message);
        jval_push(items, one);
    }
    respond_list(res, items, STR(""), (int64_t)lint.findings.n);
    return 0;
}

/* --- Import (R-INV-1, R-COM-2) --- */

static int read_import(struct request *req, const struct netdev *device,
                       struct netdev_config_new *out, struct err *err)
{
    AUTO(buf_wipe) struct buf text = BUF(IMPORT_MAX);
    const struct family *family = family_find(device->terms.family);
    str source = str_trim(jval_text(jval_get(req->query, "source"), STR("")));
    struct box_public key;
    struct err why = { 0 };

    if (family == NULL || utf8_valid(req->body) != req->body.n ||
        str_find_char(req->body, '\0') < req->body.n)
        return refuse(req, 422, NULL, err, E_INVALID,
                      "the configuration is no UTF-8 text");
    if (config_clean(family, req->body, &text, &why) < 0)
        return refuse(req, 422, NULL, err, E_INVALID, "%s", err_text(&why));
    if (text.n == 0)
        return refuse(req, 422, NULL, err, E_INVALID,
                      "the configuration is empty");
    if (netdevs_key(req->core, &key, err) < 0)
        return refuse(req, 503, NULL, &(struct err){ 0 }, E_ABSENT, "%s",
                      err_text(err));
    *out = (struct netdev_config_new){ .device = device->device,
                                       .cause = STR("import"),
                                       .now = req->now };
    if (source.n > 0)
        out->cause =
            arena_printf(&req->arena, "import %" PRIstr, ARGstr(source));
    return netdev_config_seal(&key, buf_str(&text), &req->arena, out, err);
}

/* Whether the newest version has this text: what is masked is not compared. */
static int is_newest(struct request *req, const struct netdev *device,
                     str masked, bool *out, struct err *err)
{
    AUTO(buf_clear) struct buf text = BUF(NETDEV_CONFIG_MAX);
    struct netdev_config config;
    int rc;

    *out = false;
    if (device->config == 0)
        return 0;
    rc = netdev_config_get(req->core->db, device->device, 0, &req->arena,
                           &config, err);
    if (rc == 0)
        rc = netdev_config_text(req->core->db, config.id, &text, err);
    *out = rc == 0 && str_eq(buf_str(&text), masked);
    return rc;
}

static int respond_config(struct request *req, struct response *res,
                          int64_t device, struct err *err)
{
    struct netdev_config config;
    int rc =
        netdev_config_get(req->core->db, device, 0, &req->arena, &config, err);

    if (rc == 0)
        res->json = config_json(&config);
    return rc;
}

static int config_import(struct request *req, struct response *res,
                         struct err *err)
{
    AUTO(jval_freep) struct jval *after = jval_new_object();
    struct netdev_config_new added;
    struct netdev device;
    bool is_there = false;
    int64_t number = 0;
    int rc = netdev_of(req, &device, err);

    if (rc == 0)
        rc = read_import(req, &device, &added, err);
    if (rc == 0)
        rc = is_newest(req, &device, added.masked, &is_there, err);
    if (rc < 0)
        return rc;
    if (is_there)
        return respond_config(req, res, device.device, err);
    jval_set_text(after, "cause", added.cause);
    rc = db_begin(req->core->db, err);
    if (rc == 0)
        rc = netdev_config_add(req->core->db, &added, &number, err);
    jval_set_i64(after, "number", number);
    rc = netdev_done(req, "network_device.configuration_imported",
                     device.device, after, rc, err);
    if (rc < 0)
        return rc;
    netassess_ask(req->core, device.device);
    res->status = 201;
    return respond_config(req, res, device.device, err);
}

/* --- Answers ----------------------------------------------------------------
 */

static int output_list(struct request *req, struct response *res,
                       struct err *err)
{
    AUTO(netdev_outputs_clear) struct netdev_outputs all = { 0 };
    struct netdev device;
    struct jval *items;
    int rc = netdev_of(req, &device, err);

    if (rc == 0)
        rc = netdev_output_list(req->core->db, device.device, &req->arena, &all,
                                err);
    if (rc < 0)
        return rc;
    items = jval_new_array();
    for (size_t i = 0; i < all.all.n; i++) {
        struct jval *one = jval_new_object();

        jval_set_text(one, "command", all.all.p[i].command);
        json_time(one, "at", all.all.p[i].at);
        jval_push(items, one);
    }
    respond_list(res, items, STR(""), (int64_t)all.all.n);
    return 0;
}

static int output_text(struct request *req, struct response *res,
                       struct err *err)
{
    struct netdev device;
    int rc = netdev_of(req, &device, err);

    if (rc < 0)
        return rc;
    respond_text(res);
    rc = netdev_output_text(req->core->db, device.device,
                            jval_text(jval_get(req->query, "command"), STR("")),
                            &res->body, err);
    if (rc == 1)
        return refuse(req, 404, NULL, err, E_ABSENT,
                      "the device was not asked that yet");
    return rc;
}

/* --- Pins -------------------------------------------------------------------
 */

static int pin_list(struct request *req, struct response *res, struct err *err)
{
    AUTO(netdev_pins_clear) struct netdev_pins all = { 0 };
    struct netdev device;
    struct jval *items;
    int rc = netdev_of(req, &device, err);

    if (rc == 0)
        rc = netdev_pin_list(req->core->db, device.device, STR(""), &req->arena,
                             &all, err);
    if (rc < 0)
        return rc;
    items = jval_new_array();
    for (size_t i = 0; i < all.all.n; i++) {
        const struct netdev_pin *pin = &all.all.p[i];
        struct jval *one = jval_new_object();

        jval_set_i64(one, "id", pin->id);
        jval_set_text(one, "kind", pin->kind);
        jval_set_text(one, "fingerprint", pin->fingerprint);
        jval_set_text(one, "state", pin->state);
        json_time(one, "first_seen", pin->first_seen);
        json_time(one, "last_seen", pin->last_seen);
        json_time(one, "decided", pin->decided);
        jval_set_text(one, "decided_by", pin->decided_by);
        jval_push(items, one);
    }
    respond_list(res, items, STR(""), (int64_t)all.all.n);
    return 0;
}

static int pin_add(struct request *req, struct response *res, struct err *err)
{
    struct netdev_shown pin = {
        .kind = jval_text(jval_get(req->json, "kind"), STR("")),
        .fingerprint = jval_text(jval_get(req->json, "fingerprint"), STR("")),
        .now = req->now,
    };
    struct netdev device;
    int rc = netdev_of(req, &device, err);

    if (rc == 0)
        rc = db_begin(req->core->db, err);
    if (rc < 0)
        return rc;
    rc = netdev_pin_add(req->core->db, &req->scope, device.device, &pin, err);
    if (rc == E_INVALID)
        return refuse(req, 422, "fingerprint", &(struct err){ 0 }, rc, "%s",
                      err_text(err));
    rc = netdev_done(req, "network_device.key_added", device.device, req->json,
                     rc, err);
    res->status = rc == 0 ? 201 : 0;
    return rc < 0 ? rc : pin_list(req, res, err);
}

static int pin_decide(struct request *req, struct response *res,
                      struct err *err)
{
    struct netdev_verdict verdict = {
        .pin = req->params[1],
        .approved = jval_bool(jval_get(req->json, "approved"), false),
        .beside = jval_bool(jval_get(req->json, "beside"), false),
    };
    struct netdev device;
    int rc = netdev_of(req, &device, err);

    if (rc == 0)
        rc = db_begin(req->core->db, err);
    if (rc < 0)
        return rc;
    rc = netdev_pin_decide(req->core->db, &req->scope, device.device, &verdict,
                           req->now, err);
    rc = netdev_done(req,
                     verdict.approved ? "network_device.key_approved"
                                      : "network_device.key_refused",
                     device.device, req->json, rc, err);
    return rc < 0 ? rc : pin_list(req, res, err);
}

#define CONFIGS NETDEV_ONE "/configurations"

static const struct route rows[] = {
    { METHOD_GET, CONFIGS, DOOR_API, PERM_NETWORK_READ, 0, config_list,
      .answer = config_fields, .list = true,
      .summary = "List archived configurations, newest first." },
    { METHOD_POST, CONFIGS, DOOR_API, PERM_NETWORK_WRITE, IMPORT_MAX,
      config_import, .query = import_query, .answer = config_fields,
      .summary = "Keep a configuration, the body, as the newest version of the "
                 "archive, without asking the device." },
    { METHOD_GET, NETDEV_ONE "/configuration", DOOR_API, PERM_NETWORK_READ, 0,
      config_text,
      .summary = "The newest archived configuration, secrets masked." },
    { METHOD_POST, NETDEV_ONE "/configurations/{number}/with-secrets", DOOR_API,
      PERM_NETWORK_SECRETS, BODY_MAX, config_with_secrets, .body = secret_body,
      .summary = "An archived version as it is, for a device that loads it by "
                 "itself; in the audit log." },
    { METHOD_GET, CONFIGS "/{version}", DOOR_API, PERM_NETWORK_READ, 0,
      config_text, .summary = "An archived configuration, secrets masked." },
    { METHOD_GET, CONFIGS "/{version}/diff", DOOR_API, PERM_NETWORK_READ, 0,
      config_diff, .query = diff_query,
      .summary = "What a version changed, as `diff -u` writes it." },
    { METHOD_GET, CONFIGS "/{version}/lint", DOOR_API, PERM_NETWORK_READ, 0,
      config_lint, .answer = lint_fields, .list = true,
      .summary = "What in an archived configuration would break the "
                 "management of its device." },
    { METHOD_GET, CONFIGS "/{version}/policies", DOOR_API, PERM_NETWORK_READ, 0,
      config_policies, .answer = policies_fields,
      .summary = "What is understood of an archived configuration, as "
                 "policies, and what is not." },
    { METHOD_GET, NETDEV_ONE "/outputs", DOOR_API, PERM_NETWORK_READ, 0,
      output_list, .answer = output_fields, .list = true,
      .summary = "List the commands a device has answered." },
    { METHOD_GET, NETDEV_ONE "/output", DOOR_API, PERM_NETWORK_READ, 0,
      output_text, .query = output_query,
      .summary = "The newest answer to a command, secrets masked." },
    { METHOD_GET, NETDEV_ONE "/pins", DOOR_API, PERM_NETWORK_READ, 0, pin_list,
      .answer = pin_fields, .list = true,
      .summary = "List the keys and certificates a device showed." },
    { METHOD_POST, NETDEV_ONE "/pins", DOOR_API, PERM_NETWORK_WRITE, BODY_MAX,
      pin_add, .body = pin_body, .answer = pin_fields, .list = true,
      .summary = "Approve a key that is known beforehand." },
    { METHOD_POST, NETDEV_ONE "/pins/{pin}", DOOR_API, PERM_NETWORK_WRITE,
      BODY_MAX, pin_decide, .body = decide_body, .answer = pin_fields,
      .list = true,
      .summary = "Approve or refuse a key that a device showed." },
};
const struct route_table routes_netdev_config = { rows, COUNT(rows) };
