/* SPDX-License-Identifier: Apache-2.0
 *
 * Sessions with network devices: they are wished for, looked at, and stopped.
 */
#include "fleet/netdev_change.h"
#include "netdev/outputs.h"
#include "server/api_netdev_int.h"
#include "server/routes_int.h"

enum {
    BODY_MAX = 65536
};

static const struct field step_fields[] = {
    { "step", FIELD_TEXT, .required = true },
    { "ok", FIELD_BOOL, .required = true },
    { "detail", FIELD_TEXT, .said = true, .required = true, .max = 8192 },
    { "at_ms", FIELD_INTEGER, .required = true },
    { NULL },
};
const struct field netdev_session_fields[] = {
    { "id", FIELD_INTEGER, .required = true },
    { "device", FIELD_INTEGER, .required = true },
    { "name", FIELD_TEXT, .required = true },
    { "action", FIELD_ENUM, .required = true,
      .words = "test|discover|archive|run|change" },
    { "cause", FIELD_TEXT, .required = true },
    { "started_by", FIELD_TEXT, .required = true },
    { "state", FIELD_ENUM, .required = true, .words = "planned|running|ended" },
    { "result", FIELD_TEXT, .required = true,
      .help = "ok, failed, cancelled; of a change applied, cancelled, undone, "
              "broken; empty while it has not ended" },
    { "text", FIELD_TEXT, .said = true, .required = true, .max = 8192 },
    { "transports", FIELD_TEXT, .required = true },
    { "change", FIELD_INTEGER },
    { "planned", FIELD_TIME },
    { "begins", FIELD_TIME },
    { "started", FIELD_TIME },
    { "ended", FIELD_TIME },
    { "tries", FIELD_INTEGER, .required = true },
    { "steps", FIELD_LIST, .required = true, .of = step_fields },
    { NULL },
};
static const struct field trust_body[] = {
    { "trust_first", FIELD_BOOL,
      .help = "approve the key it shows if it never showed one; needs "
              "network.write" },
    { NULL },
};
static const struct field run_body[] = {
    { "commands", FIELD_TEXTS, .required = true, .min = 1, .max = 64,
      .help = "beginning with \"show \"" },
    { NULL },
};
static const struct field list_query[] = {
    { "device", FIELD_INTEGER, .min = 1, .max = INT64_MAX },
    { "change", FIELD_INTEGER, .min = 1, .max = INT64_MAX },
    { "action", FIELD_ENUM, .words = "test|discover|archive|run|change" },
    { "state", FIELD_ENUM, .words = "planned|running|ended" },
    { NULL },
};

struct jval *netdev_session_json(const struct core *core,
                                 const struct netdev_session *s)
{
    struct jval *o = jval_new_object();
    const struct jval *steps = netdevs_steps(core, s->id);

    jval_set_i64(o, "id", s->id);
    jval_set_i64(o, "device", s->device);
    jval_set_text(o, "name", s->name);
    jval_set_text(o, "action", s->action);
    jval_set_text(o, "cause", s->cause);
    jval_set_text(o, "started_by", s->started_by);
    jval_set_text(o, "state", s->state);
    jval_set_text(o, "result", s->result);
    jval_set_text(o, "text", s->text);
    jval_set_text(o, "transports", s->transports);
    jval_set(o, "change",
             s->change != 0 ? jval_new_i64(s->change) : jval_new_null());
    json_time(o, "planned", s->planned);
    json_time(o, "begins", s->begins);
    json_time(o, "started", s->started);
    json_time(o, "ended", s->ended);
    jval_set_i64(o, "tries", s->tries);
    if (steps != NULL)
        jval_set(o, "steps", jval_copy(steps));
    else
        netdev_set_json(o, "steps", s->steps);
    return o;
}

static int answer(struct request *req, struct response *res, int64_t id,
                  struct err *err)
{
    struct netdev_session session;
    int rc = netdev_session_get(req->core->db, &req->scope, id, &req->arena,
                                &session, err);

    if (rc == 0)
        res->json = netdev_session_json(req->core, &session);
    return rc;
}

/* --- Wishes ----------------------------------------------------------------
 */

static int plan(struct request *req, struct response *res, str action,
                str options, struct err *err)
{
    struct netdev_session order = { .action = action, .options = options };
    struct netdev_ways ways;
    struct netdev device;
    struct err why = { 0 };
    int64_t id = 0;
    int rc = netdev_of(req, &device, err);

    if (rc < 0)
        return rc;
    rc = netdev_ways(req->core->db, &device, &ways, &why);
    if (rc < 0)
        return refuse(req, rc == E_INVALID ? 409 : 0, NULL, err, rc, "%s",
                      err_text(&why));
    order.device = device.device;
    rc = db_begin(req->core->db, err);
    if (rc == 0)
        rc = netdev_session_add(req->core->db, &req->scope, &order, req->now,
                                &id, err);
    rc = netdev_done(
        req,
        arena_printf(&req->arena, "network_session.%" PRIstr, ARGstr(action)).p,
        id, req->json, rc, err);
    if (rc < 0)
        return rc;
    netdevs_kick(req->core);
    res->status = 201;
    res->location = arena_printf(&req->arena, "/api/v1/network/sessions/%lld",
                                 (long long)id);
    return answer(req, res, id, err);
}

/* R-SSH-16: who trusts a key approves it. */
static int plan_trusting(struct request *req, struct response *res, str action,
                         struct err *err)
{
    bool trusts = jval_bool(jval_get(req->json, "trust_first"), false);

    if (trusts && !scope_may(&req->scope, PERM_NETWORK_WRITE))
        return refuse(req, 403, "trust_first", err, E_PERM,
                      "who trusts the first key approves it, which needs "
                      "network.write (R-SSH-16)");
    return plan(req, res, action,
                trusts ? STR("{\"trust_first\":true}") : STR("{}"), err);
}

static int test(struct request *req, struct response *res, struct err *err)
{
    return plan_trusting(req, res, NETDEV_TEST, err);
}

static int discover(struct request *req, struct response *res, struct err *err)
{
    return plan_trusting(req, res, NETDEV_DISCOVER, err);
}

static int archive(struct request *req, struct response *res, struct err *err)
{
    return plan_trusting(req, res, NETDEV_ARCHIVE, err);
}

/* Only what shows: whatever changes a device is planned and approved. */
static bool only_shows(str command)
{
    return str_starts(command, STR("show ")) &&
           outputs_check_command(command, NULL) == 0;
}

static int run(struct request *req, struct response *res, struct err *err)
{
    AUTO(buf_clear) struct buf text = BUF(BODY_MAX);
    const struct jval *commands = jval_get(req->json, "commands");

    for (size_t i = 0; i < jval_count(commands); i++)
        if (!only_shows(jval_text(jval_at(commands, i), STR(""))))
            return refuse(req, 422, "commands", err, E_INVALID,
                          "a command begins with \"show \" and writes nothing; "
                          "what changes a device is a change");
    jval_print(req->json, &text);
    return plan(req, res, NETDEV_RUN, arena_str(&req->arena, buf_str(&text)),
                err);
}

/* --- Looking ----------------------------------------------------------------
 */

static int list(struct request *req, struct response *res, struct err *err)
{
    AUTO(netdev_sessions_clear) struct netdev_sessions all = { 0 };
    struct netdev_session_find find = {
        .device = jval_i64(jval_get(req->query, "device"), 0),
        .change = jval_i64(jval_get(req->query, "change"), 0),
        .action = jval_text(jval_get(req->query, "action"), STR("")),
        .state = jval_text(jval_get(req->query, "state"), STR("")),
    };
    struct page page;
    int rc = request_page_id(req, &page, &find.before, err);

    find.limit = page.limit;
    if (rc == 0)
        rc = netdev_session_list(req->core->db, &req->scope, &find, &req->arena,
                                 &all, err);
    if (rc < 0)
        return rc;
    RESPOND_ROWS(req, res, &page, all.all, id,
                 netdev_session_json(req->core, row));
    return 0;
}

static int show(struct request *req, struct response *res, struct err *err)
{
    return answer(req, res, req->params[0], err);
}

static int transcript(struct request *req, struct response *res,
                      struct err *err)
{
    struct netdev_session session;
    int rc = netdev_session_get(req->core->db, &req->scope, req->params[0],
                                &req->arena, &session, err);

    if (rc < 0)
        return rc;
    res->body = BUF_INIT(NETDEV_TRANSCRIPT_MAX);
    res->content_type = "text/plain; charset=utf-8";
    res->private_page = true;
    return netdev_session_transcript(req->core->db, session.id, &res->body,
                                     err);
}

static int cancel(struct request *req, struct response *res, struct err *err)
{
    struct netdev_session session;
    int rc = netdev_session_get(req->core->db, &req->scope, req->params[0],
                                &req->arena, &session, err);

    if (rc == 0 && session.change != 0 &&
        !scope_may(&req->scope, PERM_NETWORK_CHANGE))
        return refuse(req, 403, NULL, err, E_PERM,
                      "this session makes a change: who ends it needs "
                      "network.change");
    if (rc == 0)
        rc = db_begin(req->core->db, err);
    if (rc == 0)
        rc = netdev_session_cancel(req->core->db, &req->scope, req->params[0],
                                   req->now, err);
    if (rc == 0 && session.change != 0)
        rc = netdev_change_sweep(req->core->db, req->now, err);
    if (rc == E_INVALID)
        return refuse(req, 409, NULL, &(struct err){ 0 }, rc, "%s",
                      err_text(err));
    rc = netdev_done(req, "network_session.cancelled", req->params[0], NULL, rc,
                     err);
    if (rc < 0)
        return rc;
    netdevs_stop(req->core, req->params[0]);
    return answer(req, res, req->params[0], err);
}

#define ONE "/api/v1/network/sessions/{session}"

static const struct route rows[] = {
    { METHOD_POST, NETDEV_ONE "/test", DOOR_API, PERM_NETWORK_CONNECT, BODY_MAX,
      test, .body = trust_body, .answer = netdev_session_fields,
      .summary = "Test the connection to a network device, layer by layer." },
    { METHOD_POST, NETDEV_ONE "/discover", DOOR_API, PERM_NETWORK_CONNECT,
      BODY_MAX, discover, .body = trust_body, .answer = netdev_session_fields,
      .summary = "Read version, licences, interfaces and configuration." },
    { METHOD_POST, NETDEV_ONE "/archive", DOOR_API, PERM_NETWORK_CONNECT,
      BODY_MAX, archive, .body = trust_body, .answer = netdev_session_fields,
      .summary = "Read the configuration into the archive." },
    { METHOD_POST, NETDEV_ONE "/run", DOOR_API, PERM_NETWORK_CONNECT, BODY_MAX,
      run, .body = run_body, .answer = netdev_session_fields,
      .summary = "Ask a network device something by `show` commands." },
    { METHOD_GET, "/api/v1/network/sessions", DOOR_API, PERM_NETWORK_READ, 0,
      list, .query = list_query, .answer = netdev_session_fields, .list = true,
      .summary = "List sessions with network devices, newest first." },
    { METHOD_GET, ONE, DOOR_API, PERM_NETWORK_READ, 0, show,
      .answer = netdev_session_fields,
      .summary = "Show a session, with its steps so far." },
    { METHOD_GET, ONE "/transcript", DOOR_API, PERM_NETWORK_READ, 0, transcript,
      .summary = "What was said, with secrets masked." },
    { METHOD_POST, ONE "/cancel", DOOR_API, PERM_NETWORK_CONNECT, 0, cancel,
      .answer = netdev_session_fields,
      .summary = "Give a session up; a change that has begun is undone." },
};
const struct route_table routes_netdev_session = { rows, COUNT(rows) };
