/* SPDX-License-Identifier: Apache-2.0
 *
 * Schedules by which network devices are discovered and their configurations
 * archived (R-COM-1), with the schedules of everything else (K-SCH-7).
 */
#include "fleet/netdev_schedule.h"

#include "fleet/target.h"
#include "server/api_netdev_int.h"
#include "server/routes_int.h"

enum {
    BODY_MAX = 2 << 20,
    JSON_MAX = 2 << 20,
};

static const struct field targets_fields[] = {
    { "labels", FIELD_IDS, .max = TARGET_LABELS_MAX },
    { "devices", FIELD_IDS, .max = TARGET_DEVICES_MAX },
    { "systems", FIELD_TEXTS, .max = TARGET_SYSTEMS_MAX,
      .help = "paths in the tree of operating systems; all unless told" },
    { "user", FIELD_INTEGER, .max = INT64_MAX,
      .help = "whose limit holds for it; set by the server" },
    { NULL },
};
#define SETTINGS(needed)                                                       \
    { "name", FIELD_TEXT, .required = needed, .min = 1,                        \
      .max = NETDEV_SCHEDULE_NAME_MAX },                                       \
        { "action", FIELD_ENUM, .required = needed,                            \
          .words = "discover|archive",                                         \
          .help = "discovery reads the configuration, too" },                  \
        { "targets", FIELD_OBJECT, .required = needed, .of = targets_fields,   \
          .help = "network devices of labels, or named ones; decided when it " \
                  "runs" },                                                    \
        { "schedule", FIELD_OBJECT, .required = needed,                        \
          .help = "as docs/schedules.md says" },                               \
        { "zone", FIELD_TEXT, .max = 128,                                      \
          .help = "IANA name; empty or \"server\": the server's" },            \
    {                                                                          \
        "enabled", FIELD_BOOL, .help = "true unless told"                      \
    }
#define CONFIRM                                                                \
    {                                                                          \
        "confirm_all", FIELD_BOOL,                                             \
            .help = "yes, every network device (K-DEP-7)"                      \
    }

static const struct field post_fields[] = { SETTINGS(true), CONFIRM, { NULL } };
static const struct field patch_fields[] = { SETTINGS(false),
                                             CONFIRM,
                                             { NULL } };
static const struct field answer_fields[] = {
    { "id", FIELD_INTEGER, .required = true },
    SETTINGS(true),
    { "next", FIELD_TIME, .help = "null: it does not run, as it is" },
    { "last_run", FIELD_TIME },
    { "last_sessions", FIELD_INTEGER, .required = true,
      .help = "that were planned then; whose cause is \"schedule NAME\"" },
    { "last_result", FIELD_TEXT, .said = true, .required = true },
    { "created", FIELD_TIME, .required = true },
    { "revision", FIELD_INTEGER, .required = true },
    { NULL },
};

/* --- Between JSON and the struct -------------------------------------------
 */

static struct jval *settings_json(const struct netdev_schedule *s)
{
    struct jval *o = jval_new_object();

    jval_set_i64(o, "id", s->id);
    jval_set_text(o, "name", s->name);
    jval_set_text(o, "action", s->action);
    netdev_set_json(o, "targets", s->targets);
    netdev_set_json(o, "schedule", s->schedule);
    jval_set_text(o, "zone", s->zone);
    jval_set_bool(o, "enabled", s->enabled);
    return o;
}

static struct jval *to_json(const struct netdev_schedule *s, int64_t now)
{
    struct jval *o = settings_json(s);

    json_time(o, "next", netdev_schedule_next(s, now));
    json_time(o, "last_run", s->last_run);
    jval_set_i64(o, "last_sessions", s->last_sessions);
    jval_set_text(o, "last_result", s->last_result);
    json_time(o, "created", s->created);
    jval_set_i64(o, "revision", s->revision);
    return o;
}

static str printed(struct request *req, const struct jval *value)
{
    AUTO(buf_clear) struct buf text = BUF(JSON_MAX);

    jval_print(value, &text);
    return arena_str(&req->arena, buf_str(&text));
}

/* Without systems: all of them. */
static str targets_of(struct request *req, const struct jval *json)
{
    AUTO(jval_freep) struct jval *targets = jval_copy(json);

    if (jval_kind(jval_get(targets, "systems")) != JVAL_ARRAY) {
        struct jval *systems = jval_new_array();

        jval_push(systems, jval_new_text(STR("")));
        jval_set(targets, "systems", systems);
    }
    return printed(req, targets);
}

static void take_body(struct request *req, struct netdev_schedule *s)
{
    const struct jval *b = req->json;
    const struct jval *targets = jval_get(b, "targets");
    const struct jval *schedule = jval_get(b, "schedule");

    s->name = jval_text(jval_get(b, "name"), s->name);
    s->action = jval_text(jval_get(b, "action"), s->action);
    s->zone = jval_text(jval_get(b, "zone"), s->zone);
    s->enabled = jval_bool(jval_get(b, "enabled"), s->enabled);
    if (jval_kind(targets) == JVAL_OBJECT)
        s->targets = targets_of(req, targets);
    if (jval_kind(schedule) == JVAL_OBJECT)
        s->schedule = printed(req, schedule);
}

/* Whoever sets them, they reach only what that person sees (K-DEP-4); a change
 * of something else leaves that limit as it is. */
static int check_targets(struct request *req, struct netdev_schedule *s,
                         struct err *err)
{
    bool confirmed = jval_bool(jval_get(req->json, "confirm_all"), false);
    struct err why = { 0 };
    int rc;

    if (jval_kind(jval_get(req->json, "targets")) != JVAL_OBJECT)
        return 0;
    rc = target_check_exists(req->core->db, &req->scope, s->targets, &why);
    if (rc == 0)
        rc = target_limit(&req->scope, s->targets, &req->arena, &s->targets,
                          &why);
    if (rc < 0)
        return refuse(req, rc == E_IO ? 500 : 422, "targets", err, rc, "%s",
                      err_text(&why));
    if (target_is_all(s->targets) && !confirmed)
        return refuse(req, 422, "confirm_all", err, E_INVALID,
                      "without labels and devices this means every network "
                      "device; say confirm_all: true, or name some");
    return 0;
}

static int check(struct request *req, struct netdev_schedule *s,
                 struct err *err)
{
    const char *field = NULL;
    struct err why = { 0 };
    int rc = netdev_schedule_check(s, &req->arena, req->now, &field, &why);

    if (rc < 0)
        return refuse(req, 422, field, err, E_INVALID, "%s", err_text(&why));
    return check_targets(req, s, err);
}

static int finish(struct request *req, const char *action,
                  const struct netdev_schedule *s, const struct jval *before,
                  int rc, struct err *err)
{
    AUTO(jval_freep) struct jval *after = settings_json(s);

    if (rc == E_INVALID)
        return refuse(req, 409, "name", &(struct err){ 0 }, rc, "%s",
                      err_text(err));
    if (rc == 0)
        rc = request_audit(req, action, s->id, before, after, err);
    return rc < 0 ? rc : db_commit(req->core->db, err);
}

/* --- Handlers ----------------------------------------------------------------
 */

static int find_one(struct request *req, struct netdev_schedule *out,
                    struct err *err)
{
    return netdev_schedule_get(req->core->db, &req->scope, req->params[0],
                               &req->arena, out, err);
}

/* Who sees only some devices changes only what is limited to those. */
static int find_own(struct request *req, struct netdev_schedule *out,
                    struct err *err)
{
    int rc = find_one(req, out, err);

    if (rc < 0 || req->scope.all_devices ||
        target_user(out->targets) == req->scope.user)
        return rc;
    return refuse(req, 403, NULL, err, E_PERM,
                  "its targets are not limited to what you see");
}

static int answer(struct request *req, struct response *res, int64_t id,
                  struct err *err)
{
    struct netdev_schedule s;
    int rc = netdev_schedule_get(req->core->db, &req->scope, id, &req->arena,
                                 &s, err);

    if (rc < 0)
        return rc;
    res->json = to_json(&s, req->now);
    respond_revision(req, res, s.revision);
    return 0;
}

static int list(struct request *req, struct response *res, struct err *err)
{
    AUTO(netdev_schedules_clear) struct netdev_schedules all = { 0 };
    struct netdev_schedule_find find = { 0 };
    struct page page;
    int rc = request_page_id(req, &page, &find.after, err);

    find.limit = page.limit;
    if (rc == 0)
        rc = netdev_schedule_list(req->core->db, &req->scope, &find,
                                  &req->arena, &all, err);
    if (rc < 0)
        return rc;
    RESPOND_ROWS(req, res, &page, all.all, id, to_json(row, req->now));
    return 0;
}

static int show(struct request *req, struct response *res, struct err *err)
{
    return answer(req, res, req->params[0], err);
}

static int post(struct request *req, struct response *res, struct err *err)
{
    struct netdev_schedule s = { .zone = STR(""), .enabled = true };
    int rc;

    take_body(req, &s);
    rc = check(req, &s, err);
    if (rc == 0)
        rc = db_begin(req->core->db, err);
    if (rc < 0)
        return rc;
    rc = netdev_schedule_add(req->core->db, &req->scope, &s, req->now, err);
    rc = finish(req, "network_schedule.created", &s, NULL, rc, err);
    if (rc < 0)
        return rc;
    res->status = 201;
    res->location = arena_printf(&req->arena, "/api/v1/network/schedules/%lld",
                                 (long long)s.id);
    return answer(req, res, s.id, err);
}

static int patch(struct request *req, struct response *res, struct err *err)
{
    AUTO(jval_freep) struct jval *before = NULL;
    struct netdev_schedule s;
    int rc = find_own(req, &s, err);

    if (rc == 0)
        rc = request_match(req, s.revision, err);
    if (rc < 0)
        return rc;
    before = settings_json(&s);
    take_body(req, &s);
    rc = check(req, &s, err);
    if (rc == 0)
        rc = db_begin(req->core->db, err);
    if (rc < 0)
        return rc;
    rc = netdev_schedule_change(req->core->db, &req->scope, &s, req->now, err);
    rc = finish(req, "network_schedule.updated", &s, before, rc, err);
    return rc < 0 ? rc : answer(req, res, s.id, err);
}

static int remove_one(struct request *req, struct response *res UNUSED,
                      struct err *err)
{
    AUTO(jval_freep) struct jval *before = NULL;
    struct netdev_schedule s;
    int rc = find_own(req, &s, err);

    if (rc == 0)
        rc = db_begin(req->core->db, err);
    if (rc < 0)
        return rc;
    before = settings_json(&s);
    rc = netdev_schedule_remove(req->core->db, &req->scope, s.id, err);
    if (rc == 0)
        rc = request_audit(req, "network_schedule.deleted", s.id, before, NULL,
                           err);
    return rc < 0 ? rc : db_commit(req->core->db, err);
}

/* For what the asker sees of its devices; the sessions name them. */
static int run_now(struct request *req, struct response *res, struct err *err)
{
    AUTO(jval_freep) struct jval *after = jval_new_object();
    struct netdev_schedule s;
    int rc = find_one(req, &s, err);

    if (rc == 0)
        rc = db_begin(req->core->db, err);
    if (rc < 0)
        return rc;
    rc = netdev_schedule_run(req->core->db, &req->scope, &s, req->now, err);
    jval_set_i64(after, "sessions", rc < 0 ? 0 : rc);
    rc = netdev_done(req, "network_schedule.started", s.id, after,
                     rc < 0 ? rc : 0, err);
    if (rc < 0)
        return rc;
    netdevs_kick(req->core);
    return answer(req, res, s.id, err);
}

#define ALL "/api/v1/network/schedules"
#define ONE ALL "/{schedule}"

static const struct route rows[] = {
    { METHOD_GET, ALL, DOOR_API, PERM_NETWORK_READ, .handler = list,
      .answer = answer_fields, .list = true,
      .summary = "List the schedules of network devices." },
    { METHOD_POST, ALL, DOOR_API, PERM_NETWORK_WRITE, BODY_MAX, post,
      .body = post_fields, .answer = answer_fields,
      .summary = "Have network devices discovered or archived by a schedule." },
    { METHOD_GET, ONE, DOOR_API, PERM_NETWORK_READ, .handler = show,
      .answer = answer_fields, .summary = "One schedule of network devices." },
    { METHOD_PATCH, ONE, DOOR_API, PERM_NETWORK_WRITE, BODY_MAX, patch,
      .body = patch_fields, .answer = answer_fields,
      .summary = "Change a schedule of network devices." },
    { METHOD_DELETE, ONE, DOOR_API, PERM_NETWORK_WRITE, .handler = remove_one,
      .summary = "Remove a schedule of network devices." },
    { METHOD_POST, ONE "/run", DOOR_API, PERM_NETWORK_CONNECT,
      .handler = run_now, .answer = answer_fields,
      .summary = "Run it now, for those of its devices that you see." },
};
const struct route_table routes_netdev_schedule = { rows, COUNT(rows) };
