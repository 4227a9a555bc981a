/* SPDX-License-Identifier: Apache-2.0
 *
 * Changes of network devices: planned by one person, approved by another.
 */
#include "fleet/netdev_change.h"
#include "fleet/netdev_licence.h"
#include "fleet/netdev_lint.h"
#include "fleet/setting.h"
#include "server/api_netdev_int.h"
#include "server/routes_int.h"

enum {
    BODY_MAX = 6 << 20,
    VERDICT_MAX = 8192,
};

#define OPTIONS                                                                \
    { "overwrite", FIELD_BOOL,                                                 \
      .help = "also when the configuration is not the one it was planned "     \
              "on" },                                                          \
        { "no_save", FIELD_BOOL, .help = "a restart undoes it" },              \
        { "no_verify", FIELD_BOOL,                                             \
          .help = "lines need not be seen in what is read back" },             \
        { "go_on", FIELD_BOOL, .help = "behind a line that is refused" },      \
        { "may_cut_access", FIELD_BOOL,                                        \
          .help = "also lines that could cut off whoever manages it" },        \
        { "revert_s", FIELD_INTEGER, .min = 0, .max = 86400,                   \
          .help = "the device goes back by itself unless it is confirmed in "  \
                  "this time; 0: it does not" },                               \
    {                                                                          \
        "tolerate", FIELD_TEXTS,                                               \
            .max = 32, .help = "patterns (PCRE) of refusals that are none"     \
    }

static const struct field post_body[] = {
    { "title", FIELD_TEXT, .max = NETDEV_TITLE_MAX },
    { "lines", FIELD_TEXT, .max = NETDEV_LINES_MAX,
      .help = "commands of configuration mode, one a line" },
    { "restore", FIELD_INTEGER, .min = 1, .max = INT64_MAX,
      .help = "or the archived version to put back" },
    { "planned_on", FIELD_INTEGER, .min = 0, .max = INT64_MAX,
      .help = "the version it was planned on; the newest when it is left out, "
              "0: any" },
    { "begins", FIELD_TIME, .help = "not before; null: when it is approved" },
    OPTIONS,
    { NULL },
};
static const struct field option_fields[] = { OPTIONS, { NULL } };
static const struct field result_fields[] = {
    { "line", FIELD_TEXT, .required = true, .max = 16384 },
    { "result", FIELD_ENUM, .required = true,
      .words = "not sent|taken|refused|tolerated|missing" },
    { "reason", FIELD_TEXT, .said = true, .required = true, .max = 8192 },
    { NULL },
};
static const struct field answer_fields[] = {
    { "id", FIELD_INTEGER, .required = true },
    { "device", FIELD_INTEGER, .required = true },
    { "name", FIELD_TEXT, .required = true },
    { "deployment", FIELD_INTEGER },
    { "title", FIELD_TEXT, .required = true },
    { "kind", FIELD_ENUM, .required = true, .words = "lines|restore" },
    { "lines", FIELD_TEXT, .required = true, .max = 64 << 20,
      .help = "secrets masked" },
    { "options", FIELD_OBJECT, .required = true, .of = option_fields },
    { "planned_on", FIELD_INTEGER, .required = true },
    { "restores", FIELD_INTEGER, .help = "the version that is put back" },
    { "state", FIELD_ENUM, .required = true,
      .words = "waiting|refused|approved|running|applied|cancelled|undone|"
               "broken" },
    { "text", FIELD_TEXT, .said = true, .required = true, .max = 8192 },
    { "author", FIELD_TEXT, .required = true },
    { "approver", FIELD_TEXT, .required = true },
    { "created", FIELD_TIME },
    { "approved", FIELD_TIME },
    { "begins", FIELD_TIME },
    { "ended", FIELD_TIME },
    { "session", FIELD_INTEGER },
    { "before_config", FIELD_INTEGER },
    { "after_config", FIELD_INTEGER },
    { "results", FIELD_LIST, .required = true, .max = 100000,
      .of = result_fields },
    { "warnings", FIELD_TEXTS, .said = true,
      .max = LICENCE_REMARKS_MAX + NETDEV_LINT_MAX,
      .help = "what its lines need of the device's licences, and what in them "
              "would break its management (R-SSH-4); not in lists" },
    { "revision", FIELD_INTEGER, .required = true },
    { NULL },
};
static const struct field verdict_body[] = {
    { "approved", FIELD_BOOL, .required = true },
    { "text", FIELD_TEXT, .max = 1000 },
    { NULL },
};
static const struct field list_query[] = {
    { "device", FIELD_INTEGER, .min = 1, .max = INT64_MAX },
    { "deployment", FIELD_INTEGER, .min = 1, .max = INT64_MAX },
    { "state", FIELD_ENUM,
      .words = "waiting|refused|approved|running|applied|cancelled|undone|"
               "broken" },
    { NULL },
};

static void set_id(struct jval *o, const char *key, int64_t id)
{
    jval_set(o, key, id != 0 ? jval_new_i64(id) : jval_new_null());
}

static struct jval *to_json(const struct netdev_change *c)
{
    struct jval *o = jval_new_object();

    jval_set_i64(o, "id", c->id);
    jval_set_i64(o, "device", c->device);
    jval_set_text(o, "name", c->name);
    set_id(o, "deployment", c->deployment);
    jval_set_text(o, "title", c->title);
    jval_set_text(o, "kind", c->kind);
    jval_set_text(o, "lines", c->lines);
    netdev_set_json(o, "options", c->options);
    jval_set_i64(o, "planned_on", c->planned_on);
    set_id(o, "restores", c->restores);
    jval_set_text(o, "state", c->state);
    jval_set_text(o, "text", c->text);
    jval_set_text(o, "author", c->author_name);
    jval_set_text(o, "approver", c->approver_name);
    json_time(o, "created", c->created);
    json_time(o, "approved", c->approved);
    json_time(o, "begins", c->begins);
    json_time(o, "ended", c->ended);
    set_id(o, "session", c->session);
    set_id(o, "before_config", c->before_config);
    set_id(o, "after_config", c->after_config);
    netdev_set_json(o, "results", c->results);
    jval_set_i64(o, "revision", c->revision);
    return o;
}

/* R-LIC-3: told, not refused. */
static void warn_of_licences(const struct netdev *device, str lines,
                             struct jval *list)
{
    AUTO(licence_remarks_clear) struct licence_remarks remarks = { 0 };
    AUTO(buf_clear) struct buf text = BUF(2048);

    netdev_licence_check(device, lines, &remarks);
    for (size_t i = 0; i < remarks.all.n; i++) {
        const struct licence_remark *one = &remarks.all.p[i];

        buf_reset(&text);
        buf_printf(&text, "line %zu: %" PRIstr " (%s)", one->line,
                   ARGstr(one->text), one->rule);
        jval_push(list, jval_new_text(buf_str(&text)));
    }
}

static int add_warnings(struct request *req, const struct netdev *device,
                        const struct netdev_change *change, struct jval *to,
                        struct err *err)
{
    AUTO(netdev_sentences_clear) struct netdev_sentences found = { 0 };
    struct jval *list = jval_new_array();
    struct netdev_lint_plan plan = { change->lines, change->planned_on };
    int rc = netdev_lint_planned(req->core->db, device, &plan, &req->arena,
                                 &found, err);

    jval_set(to, "warnings", list);
    if (rc < 0)
        return rc;
    warn_of_licences(device, change->lines, list);
    for (size_t i = 0; i < found.all.n; i++)
        jval_push(list, jval_new_text(found.all.p[i]));
    return 0;
}

static int answer(struct request *req, struct response *res, int64_t id,
                  struct err *err)
{
    struct netdev_change change;
    struct netdev device;
    int rc = netdev_change_get(req->core->db, &req->scope, id, &req->arena,
                               &change, err);

    if (rc == 0)
        rc = netdev_get(req->core->db, &req->scope, change.device, &req->arena,
                        &device, err);
    if (rc < 0)
        return rc;
    res->json = to_json(&change);
    respond_revision(req, res, change.revision);
    return add_warnings(req, &device, &change, res->json, err);
}

/* --- Licences (R-LIC-2, R-LIC-4, R-LIC-10) --------------------------------
 */

/* The sentence that refuses the lines; empty: none does. */
static str licence_refusal(struct request *req, const struct netdev *device,
                           str lines)
{
    AUTO(licence_remarks_clear) struct licence_remarks remarks = { 0 };
    const struct licence_remark *refusal;

    netdev_licence_check(device, lines, &remarks);
    refusal = netdev_licence_refusal(&remarks);
    return refusal != NULL
               ? arena_printf(&req->arena, "line %zu: %" PRIstr " (%s)",
                              refusal->line, ARGstr(refusal->text),
                              refusal->rule)
               : STR_NONE;
}

/* What the device has may be another than when the change was planned. */
static str refusal_of_change(struct request *req, int64_t id)
{
    struct netdev_change change;
    struct netdev device;

    if (netdev_change_get(req->core->db, &req->scope, id, &req->arena, &change,
                          NULL) < 0 ||
        netdev_get(req->core->db, &req->scope, change.device, &req->arena,
                   &device, NULL) < 0)
        return STR_NONE; /* who decides it is told */
    return licence_refusal(req, &device, change.lines);
}

/* --- Planning ----------------------------------------------------------------
 */

static str options_of(struct request *req)
{
    AUTO(buf_clear) struct buf text = BUF(NETDEV_CHANGE_OPTIONS_MAX);
    AUTO(jval_freep) struct jval *o = jval_new_object();

    for (size_t i = 0; option_fields[i].name != NULL; i++) {
        const struct jval *value = jval_get(req->json, option_fields[i].name);

        if (value != NULL && jval_kind(value) != JVAL_NULL)
            jval_set(o, option_fields[i].name, jval_copy(value));
    }
    jval_print(o, &text);
    return arena_str(&req->arena, buf_str(&text));
}

static int seal_lines(struct request *req, struct netdev_change *change,
                      struct err *err)
{
    struct box_public key;
    int rc = netdevs_key(req->core, &key, err);

    if (rc < 0)
        return refuse(req, 503, NULL, &(struct err){ 0 }, rc, "%s",
                      err_text(err));
    return netdev_change_seal(&key, change->lines, &req->arena, change, err);
}

/* What who approves it looks at. That it may be none is told when it is
 * pushed: only the device says what it is like then. */
static int read_difference(struct request *req, struct netdev_change *change,
                           struct err *err)
{
    struct netdev_versions versions = { change->device, change->planned_on,
                                        change->restores };
    struct err why = { 0 };
    int rc = netdev_change_difference(req->core->db, &versions, &req->arena,
                                      &change->lines, &why);

    if (rc == E_ABSENT)
        return refuse(req, 422, "restore", err, E_INVALID, "%s",
                      err_text(&why));
    if (rc == E_UNSUPPORTED)
        return refuse(req, 422, "restore", err, E_INVALID, "%s",
                      err_text(&why));
    if (rc < 0)
        *err = why;
    return rc;
}

static int read_change(struct request *req, const struct netdev *device,
                       struct netdev_change *out, struct err *err)
{
    const struct jval *b = req->json;
    int64_t restore = jval_i64(jval_get(b, "restore"), 0);
    const char *field = NULL;
    struct err why = { 0 };
    str no;
    int rc;

    *out = (struct netdev_change){
        .device = device->device,
        .title = str_trim(jval_text(jval_get(b, "title"), STR(""))),
        .kind = restore > 0 ? NETDEV_CHANGE_RESTORE : NETDEV_CHANGE_LINES,
        .lines = jval_text(jval_get(b, "lines"), STR("")),
        .options = options_of(req),
        .planned_on = jval_i64(jval_get(b, "planned_on"), device->config),
        .restores = restore,
        .begins = request_time(jval_get(b, "begins"), 0),
    };
    if (restore > 0 && out->lines.n > 0)
        return refuse(req, 422, "restore", err, E_INVALID,
                      "lines, or a version to put back, not both");
    rc = netdev_change_check(out, &field, &why);
    if (rc < 0)
        return refuse(req, 422, field, err, E_INVALID, "%s", err_text(&why));
    if (restore > 0)
        return read_difference(req, out, err);
    no = licence_refusal(req, device, out->lines);
    return no.n > 0 ? refuse(req, 422, "lines", err, E_INVALID, "%" PRIstr,
                             ARGstr(no))
                    : seal_lines(req, out, err);
}

static struct jval *audit_json(const struct netdev_change *change)
{
    struct jval *o = jval_new_object();

    jval_set_i64(o, "device", change->device);
    jval_set_text(o, "title", change->title);
    jval_set_text(o, "kind", change->kind);
    jval_set_text(o, "lines", str_sub(change->lines, 0, 65536));
    jval_set_i64(o, "planned_on", change->planned_on);
    jval_set_i64(o, "restores", change->restores);
    return o;
}

static int post(struct request *req, struct response *res, struct err *err)
{
    AUTO(jval_freep) struct jval *after = NULL;
    struct netdev_change change;
    struct netdev device;
    int rc = netdev_of(req, &device, err);

    if (rc == 0)
        rc = read_change(req, &device, &change, err);
    if (rc < 0)
        return rc;
    after = audit_json(&change);
    rc = db_begin(req->core->db, err);
    if (rc == 0)
        rc = netdev_change_add(req->core->db, &req->scope, &change, req->now,
                               err);
    rc = netdev_done(req, "network_change.planned", change.id, after, rc, err);
    if (rc < 0)
        return rc;
    res->status = 201;
    res->location = arena_printf(&req->arena, "/api/v1/network/changes/%lld",
                                 (long long)change.id);
    return answer(req, res, change.id, err);
}

/* --- Deciding ---------------------------------------------------------------
 */

static int decide(struct request *req, struct response *res, struct err *err)
{
    struct netdev_approval approval = {
        .change = req->params[0],
        .approved = jval_bool(jval_get(req->json, "approved"), false),
        .text = jval_text(jval_get(req->json, "text"), STR("")),
    };
    struct db *db = req->core->db;
    int64_t alone = 0;
    str no =
        approval.approved ? refusal_of_change(req, approval.change) : STR_NONE;
    int rc =
        setting_i64(db, req->scope.org, "network.approve_alone", &alone, err);

    if (rc == 0 && no.n > 0)
        return refuse(req, 409, NULL, &(struct err){ 0 }, E_INVALID, "%" PRIstr,
                      ARGstr(no));
    approval.alone = alone != 0;
    if (rc == 0)
        rc = db_begin(db, err);
    if (rc == 0)
        rc = netdev_change_decide(db, &req->scope, &approval, req->now, err);
    if (rc == E_INVALID)
        return refuse(req, 409, NULL, &(struct err){ 0 }, rc, "%s",
                      err_text(err));
    if (rc == 0 && approval.approved)
        rc = netdev_change_start(db, &req->scope, approval.change, STR("user"),
                                 req->now, err);
    rc = netdev_done(req,
                     approval.approved ? "network_change.approved"
                                       : "network_change.refused",
                     approval.change, req->json, rc, err);
    if (rc < 0)
        return rc;
    netdevs_kick(req->core);
    return answer(req, res, approval.change, err);
}

static int cancel(struct request *req, struct response *res, struct err *err)
{
    struct netdev_change change;
    bool runs;
    int rc = netdev_change_get(req->core->db, &req->scope, req->params[0],
                               &req->arena, &change, err);

    if (rc == 0)
        rc = db_begin(req->core->db, err);
    if (rc < 0)
        return rc;
    runs = str_eq_c(change.state, "running");
    rc = runs ? netdev_session_cancel(req->core->db, &req->scope,
                                      change.session, req->now, err)
              : netdev_change_cancel(req->core->db, &req->scope, change.id,
                                     req->now, err);
    if (rc == E_INVALID)
        return refuse(req, 409, NULL, &(struct err){ 0 }, rc, "%s",
                      err_text(err));
    rc = netdev_done(
        req, runs ? "network_change.stopped" : "network_change.cancelled",
        change.id, NULL, rc, err);
    if (rc < 0)
        return rc;
    netdevs_stop(req->core, change.session);
    return answer(req, res, change.id, err);
}

static int show(struct request *req, struct response *res, struct err *err)
{
    return answer(req, res, req->params[0], err);
}

static int list(struct request *req, struct response *res, struct err *err)
{
    AUTO(netdev_changes_clear) struct netdev_changes all = { 0 };
    struct netdev_change_find find = {
        .device = jval_i64(jval_get(req->query, "device"), 0),
        .deployment = jval_i64(jval_get(req->query, "deployment"), 0),
        .state = jval_text(jval_get(req->query, "state"), STR("")),
    };
    struct page page;
    int rc = request_page_id(req, &page, &find.before, err);

    find.limit = page.limit;
    if (rc == 0)
        rc = netdev_change_list(req->core->db, &req->scope, &find, &req->arena,
                                &all, err);
    if (rc < 0)
        return rc;
    RESPOND_ROWS(req, res, &page, all.all, id, to_json(row));
    return 0;
}

#define ALL "/api/v1/network/changes"
#define ONE ALL "/{change}"

static const struct route rows[] = {
    { METHOD_GET, ALL, DOOR_API, PERM_NETWORK_READ, 0, list,
      .query = list_query, .answer = answer_fields, .list = true,
      .summary = "List planned and past changes, newest first." },
    { METHOD_POST, NETDEV_ONE "/changes", DOOR_API, PERM_NETWORK_CHANGE,
      BODY_MAX, post, .body = post_body, .answer = answer_fields,
      .summary = "Plan a change of a device's configuration." },
    { METHOD_GET, ONE, DOOR_API, PERM_NETWORK_READ, 0, show,
      .answer = answer_fields, .summary = "Show a change and its result." },
    { METHOD_POST, ONE "/decide", DOOR_API, PERM_NETWORK_APPROVE, VERDICT_MAX,
      decide, .body = verdict_body, .answer = answer_fields,
      .summary = "Approve a planned change, which begins it, or refuse it." },
    { METHOD_POST, ONE "/cancel", DOOR_API, PERM_NETWORK_CHANGE, 0, cancel,
      .answer = answer_fields,
      .summary = "Take a change back; one that has begun is undone." },
};
const struct route_table routes_netdev_change = { rows, COUNT(rows) };
