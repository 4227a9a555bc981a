/* SPDX-License-Identifier: Apache-2.0
 *
 * Configurations of OVAL and SCAP (K-SET, K-DEP, K-SCH, K-SCAP-1): made,
 * changed, removed, and run now.
 */
#include "base/clock.h"
#include "base/log.h"
#include "fleet/benchmark.h"
#include "fleet/configuration.h"
#include "fleet/policy.h"
#include "fleet/run.h"
#include "fleet/target.h"
#include "server/core.h"
#include "server/routes_int.h"
#include "server/run_json_int.h"
#include "server/scheduler.h"
#include "server/wake.h"

static const struct field targets_fields[] = {
    { "labels", FIELD_IDS, .max = 1000, .help = "ids of labels" },
    { "devices", FIELD_IDS, .max = 10000, .help = "ids of devices" },
    { "systems", FIELD_TEXTS, .required = true, .min = 1, .max = 1000,
      .help = "paths in the tree of operating systems; \"\" is all" },
    { "user", FIELD_INTEGER, .max = INT64_MAX,
      .help = "whose limit holds for it; set by the server" },
    { NULL },
};

/* What both bodies and answers have. */
#define SETTINGS                                                               \
    { "name", FIELD_TEXT, .required = true, .min = 1,                          \
      .max = CONFIGURATION_NAME_MAX },                                         \
        { "enabled", FIELD_BOOL, .required = true,                             \
          .help = "only enabled configurations can run (K-SET-2)" },           \
        { "while_logged_off", FIELD_BOOL, .required = true,                    \
          .help = "also without a user session (K-SET-3)" },                   \
        { "wake", FIELD_BOOL,                                                  \
          .help = "wakes devices that sleep, by Wake-on-LAN, before a run" },  \
        { "targets", FIELD_OBJECT, .required = true, .of = targets_fields,     \
          .help = "(labels or devices) of these systems (D-30)" },             \
        { "schedule", FIELD_OBJECT, .required = true,                          \
          .help = "as docs/schedules.md says" },                               \
        { "zone", FIELD_TEXT, .max = 128,                                      \
          .help = "IANA name, \"server\", or empty: each device's own" },      \
        { "nice", FIELD_INTEGER, .min = 0, .max = 19 },                        \
        { "memory_mb", FIELD_INTEGER, .min = 0, .max = 1 << 20,                \
          .help = "ceiling of memory, 0 for none (K-RUN-6)" },                 \
    {                                                                          \
        "limit_s", FIELD_INTEGER,                                              \
            .min = 0, .max = 604800,                                           \
            .help = "limit of time, 0 for none (K-RUN-6)"                      \
    }

static const struct field scap_fields[] = {
    { "content", FIELD_INTEGER, .required = true, .min = 1, .max = INT64_MAX,
      .help = "id of an uploaded benchmark" },
    { "stream", FIELD_TEXT, .max = SCAP_ID_MAX,
      .help = "id of the data stream; the first without" },
    { "benchmark", FIELD_TEXT, .max = SCAP_ID_MAX },
    { "profile", FIELD_TEXT, .max = SCAP_ID_MAX,
      .help = "id; without: as the benchmark selects" },
    { "tailoring", FIELD_INTEGER, .min = 1, .max = INT64_MAX,
      .help = "id of an uploaded tailoring" },
    { NULL },
};
#define SCAP                                                                   \
    {                                                                          \
        "scap", FIELD_OBJECT,                                                  \
            .of = scap_fields,                                                 \
            .help = "a benchmark instead of OVAL (K-SCAP-1, K-SCAP-6)"         \
    }

static const struct field body_fields[] = {
    SETTINGS,
    SCAP,
    { "confirm_all", FIELD_BOOL,
      .help = "yes, every device of the organisation (K-DEP-7)" },
    { NULL },
};
static const struct field answer_fields[] = {
    { "id", FIELD_INTEGER, .required = true },
    SETTINGS,
    SCAP,
    { "enabled_at", FIELD_TIME },
    { "created", FIELD_TIME },
    { "revision", FIELD_INTEGER, .required = true },
    { "advice", FIELD_TEXT, .said = true, .max = 1000,
      .help = "what such a run asks of the devices (K-RUN-2)" },
    { NULL },
};

#define ADVICE                                                                 \
    "An assessment uses processor and memory of each device for a moment. "    \
    "Once a week or month, at a quiet hour, is enough for most; content that " \
    "changes is answered from inventories without a run."

/* --- Between JSON and the struct ----------------------------------------- */

static void set_json_text(struct jval *object, const char *key, str json)
{
    struct jval *value = NULL;

    if (jval_parse(json, CONFIGURATION_TARGETS_MAX, &value, NULL) < 0)
        value = jval_new_null();
    jval_set(object, key, value);
}

static void set_stated(struct jval *o, const char *key, str text)
{
    if (text.n > 0)
        jval_set_text(o, key, text);
}

/* What of SCAP is tested. */
static void set_scap(struct request *req, struct jval *o, int64_t id)
{
    struct jval *scap = jval_new_object();
    struct benchmark_pack pack;

    if (benchmark_pack_get(req->core->db, id, &req->arena, &pack, NULL) == 0) {
        jval_set_i64(scap, "content", pack.benchmark);
        set_stated(scap, "stream", pack.stream);
        set_stated(scap, "benchmark", pack.benchmark_id);
        set_stated(scap, "profile", pack.profile);
        if (pack.tailoring != 0)
            jval_set_i64(scap, "tailoring", pack.tailoring);
    }
    jval_set(o, "scap", scap);
}

static struct jval *to_json(struct request *req, const struct configuration *c)
{
    struct jval *o = jval_new_object();

    jval_set_i64(o, "id", c->id);
    jval_set_text(o, "name", c->name);
    jval_set_bool(o, "enabled", c->enabled);
    jval_set_bool(o, "while_logged_off", c->while_logged_off);
    jval_set_bool(o, "wake", c->wake);
    set_json_text(o, "targets", c->targets);
    set_json_text(o, "schedule", c->schedule);
    jval_set_text(o, "zone", c->zone);
    jval_set_i64(o, "nice", c->nice);
    jval_set_i64(o, "memory_mb", c->memory_mb);
    jval_set_i64(o, "limit_s", c->limit_s);
    json_time(o, "enabled_at", c->enabled_at);
    json_time(o, "created", c->created);
    jval_set_i64(o, "revision", c->revision);
    if (c->pack != 0)
        set_scap(req, o, c->pack);
    return o;
}

static str json_text_of(struct request *req, const char *key)
{
    AUTO(buf_clear) struct buf text = BUF(CONFIGURATION_TARGETS_MAX);

    jval_print(jval_get(req->json, key), &text);
    return arena_str(&req->arena, buf_str(&text));
}

/* Fills what a body states into *c, checks it, and asks for a confirmation
 * where every device is meant. */
static int take_body(struct request *req, struct configuration *c,
                     struct err *err)
{
    const struct jval *b = req->json;
    const char *field = NULL;
    int rc;

    c->name = str_trim(jval_text(jval_get(b, "name"), STR("")));
    c->enabled = jval_bool(jval_get(b, "enabled"), false);
    c->while_logged_off = jval_bool(jval_get(b, "while_logged_off"), true);
    c->wake = jval_bool(jval_get(b, "wake"), false);
    c->targets = json_text_of(req, "targets");
    c->schedule = json_text_of(req, "schedule");
    c->zone = jval_text(jval_get(b, "zone"), STR(""));
    c->nice = jval_i64(jval_get(b, "nice"), 10);
    c->memory_mb = jval_i64(jval_get(b, "memory_mb"), 0);
    c->limit_s = jval_i64(jval_get(b, "limit_s"), 3600);
    if (!c->enabled)
        c->enabled_at = 0;
    else if (c->enabled_at == 0)
        c->enabled_at = req->now;
    rc = configuration_check(c, &req->arena, req->now, &field, err);
    if (rc == E_INVALID || rc == E_PARSE || rc == E_LIMIT)
        return refuse(req, 422, field, err, rc, "%s",
                      arena_c(&req->arena, str_c(err_text(err))));
    if (rc == 0)
        rc = target_check_exists(req->core->db, &req->scope, c->targets, err);
    if (rc == 0) /* a limited author's limit stays (K-DEP-4) */
        rc = target_limit(&req->scope, c->targets, &req->arena, &c->targets,
                          err);
    if (rc == 0 && target_is_all(c->targets) &&
        !jval_bool(jval_get(b, "confirm_all"), false))
        return refuse(req, 422, "confirm_all", err, E_INVALID,
                      "without labels and devices this means every device of "
                      "the organisation; say confirm_all: true, or name some");
    return rc;
}

/* Makes the pack that the body asks for, in the caller's transaction. */
static int take_scap(struct request *req, struct configuration *c,
                     struct err *err)
{
    const struct jval *scap = jval_get(req->json, "scap");
    const char *field = NULL;
    struct benchmark_pack pack = {
        .benchmark = jval_i64(jval_get(scap, "content"), 0),
        .tailoring = jval_i64(jval_get(scap, "tailoring"), 0),
        .stream = jval_text(jval_get(scap, "stream"), STR("")),
        .benchmark_id = jval_text(jval_get(scap, "benchmark"), STR("")),
        .profile = jval_text(jval_get(scap, "profile"), STR("")),
    };
    int rc;

    c->pack = 0;
    if (jval_kind(scap) != JVAL_OBJECT)
        return 0;
    rc = benchmark_pack_make(req->core->db, &req->scope, &pack, req->now,
                             &field, err);
    if (rc == E_INVALID)
        return refuse(req, 422, arena_printf(&req->arena, "scap.%s", field).p,
                      err, rc, "%s",
                      arena_c(&req->arena, str_c(err_text(err))));
    c->pack = pack.id;
    return rc;
}

/* --- Handlers ------------------------------------------------------------ */

static int list(struct request *req, struct response *res, struct err *err)
{
    struct configurations all = { 0 };
    struct configuration_range range;
    struct page page;
    int rc = request_page_id(req, &page, &range.after, err);

    range.limit = page.limit;
    if (rc == 0)
        rc = configuration_list(req->core->db, &req->scope, &range, &req->arena,
                                &all, err);
    if (rc == 0)
        RESPOND_ROWS(req, res, &page, all.all, id, to_json(req, row));
    configurations_clear(&all);
    return rc;
}

static int get(struct request *req, struct response *res, struct err *err)
{
    struct configuration c;
    int rc = configuration_get(req->core->db, &req->scope, req->params[0],
                               &req->arena, &c, err);

    if (rc < 0)
        return rc;
    res->json = to_json(req, &c);
    jval_set_text(res->json, "advice", STR(ADVICE));
    respond_revision(req, res, c.revision);
    return 0;
}

static int finish(struct request *req, struct configuration *c,
                  const char *action, const struct jval *before,
                  struct response *res, struct err *err)
{
    AUTO(jval_freep) struct jval *after = to_json(req, c);
    int rc = policy_touch(req->core->db, req->scope.org, err);

    if (rc == 0)
        rc = request_audit(req, action, c->id, before, after, err);
    if (rc == 0)
        rc = db_commit(req->core->db, err);
    if (rc < 0)
        return rc;
    respond_revision(req, res, c->revision);
    res->json = TAKE(after);
    return 0;
}

static int add(struct request *req, struct response *res, struct err *err)
{
    struct configuration c = { 0 };
    int rc = take_body(req, &c, err);

    if (rc == 0)
        rc = db_begin(req->core->db, err);
    if (rc == 0)
        rc = take_scap(req, &c, err);
    if (rc == 0)
        rc = configuration_add(req->core->db, &req->scope, &c, req->now, err);
    if (rc < 0)
        return rc;
    res->status = 201;
    res->location = arena_printf(&req->arena, "/api/v1/configurations/%lld",
                                 (long long)c.id);
    return finish(req, &c, "configuration.created", NULL, res, err);
}

/* Whom labels limit changes what is limited in the same way: otherwise devices
 * they do not see would silently leave a schedule. */
static int refuse_others(struct request *req, const struct configuration *c,
                         struct err *err)
{
    if (req->scope.all_devices || target_user(c->targets) == req->scope.user)
        return 0;
    return refuse(req, 403, NULL, err, E_PERM,
                  "its targets are not limited to what you see");
}

static int change(struct request *req, struct response *res, struct err *err)
{
    AUTO(jval_freep) struct jval *before = NULL;
    struct configuration c;
    int rc = configuration_get(req->core->db, &req->scope, req->params[0],
                               &req->arena, &c, err);

    if (rc == 0)
        rc = refuse_others(req, &c, err);
    if (rc == 0)
        rc = request_match(req, c.revision, err);
    if (rc < 0)
        return rc;
    before = to_json(req, &c);
    rc = take_body(req, &c, err);
    if (rc == 0)
        rc = db_begin(req->core->db, err);
    if (rc == 0)
        rc = take_scap(req, &c, err);
    if (rc == 0)
        rc =
            configuration_change(req->core->db, &req->scope, &c, req->now, err);
    return rc < 0 ? rc
                  : finish(req, &c, "configuration.updated", before, res, err);
}

static int remove_one(struct request *req, struct response *res,
                      struct err *err)
{
    AUTO(jval_freep) struct jval *before = NULL;
    struct configuration c;
    int rc = configuration_get(req->core->db, &req->scope, req->params[0],
                               &req->arena, &c, err);

    (void)res;
    if (rc == 0)
        rc = refuse_others(req, &c, err);
    if (rc == 0)
        rc = db_begin(req->core->db, err);
    if (rc < 0)
        return rc;
    before = to_json(req, &c);
    rc = configuration_remove(req->core->db, &req->scope, c.id, err);
    if (rc == 0)
        rc = policy_touch(req->core->db, req->scope.org, err);
    if (rc == 0)
        rc = request_audit(req, "configuration.deleted", c.id, before, NULL,
                           err);
    return rc < 0 ? rc : db_commit(req->core->db, err);
}

/* What fails here keeps no run from its devices that are awake. */
static void wake(struct request *req, int64_t run)
{
    struct wake_ids ids = { 0 };
    struct err err = { 0 };

    if (wake_of_run(req->core->db, run, req->now, &ids, &err) < 0)
        log_warn("wake.failed", LOG_TEXT("why", str_c(err_text(&err))));
    wake_devices(req->core, &ids);
}

/* K-RUN-3: at once, on the configured targets, the schedule as it is. */
static int run_now(struct request *req, struct response *res, struct err *err)
{
    struct configuration c;
    struct run_order order = { .c = &c, .cause = "now", .now = req->now };
    struct run run;
    int rc = configuration_get(req->core->db, &req->scope, req->params[0],
                               &req->arena, &c, err);

    if (rc == 0 && !c.enabled)
        return refuse(req, 409, NULL, err, E_INVALID,
                      "'%" PRIstr "' is not enabled; enable and save it first",
                      ARGstr(c.name));
    if (rc == 0)
        rc = db_begin(req->core->db, err);
    if (rc == 0)
        rc = run_start(req->core->db, &req->scope, &order, &req->arena, &run,
                       err);
    if (rc == 0)
        rc = request_audit(req, "run.started", run.id, NULL, NULL, err);
    if (rc == 0)
        rc = db_commit(req->core->db, err);
    if (rc < 0)
        return rc;
    if (c.wake)
        wake(req, run.id);
    scheduler_kick(req->core);
    res->status = 201;
    res->location =
        arena_printf(&req->arena, "/api/v1/runs/%lld", (long long)run.id);
    res->json = run_json(&run);
    return 0;
}

/* --- Files ---------------------------------------------------------------- */

static const struct field file_fields[] = {
    { "name", FIELD_TEXT, .required = true },
    { "kind", FIELD_ENUM, .required = true, .words = "pack|benchmark|tailoring",
      .help = "the pack is what devices fetch; the others are in it" },
    { "sha256", FIELD_TEXT, .required = true },
    { "size", FIELD_INTEGER, .required = true },
    { NULL },
};

static struct jval *file_json(str name, const char *kind,
                              const uint8_t digest[JOB_DIGEST_BYTES],
                              int64_t size)
{
    struct jval *o = jval_new_object();
    char hex[2 * JOB_DIGEST_BYTES + 1];

    for (size_t i = 0; i < JOB_DIGEST_BYTES; i++)
        snprintf(hex + 2 * i, 3, "%02x", digest[i]);
    jval_set_text(o, "name", name.n > 0 ? name : str_c(hex));
    jval_set_text(o, "kind", str_c(kind));
    jval_set_text(o, "sha256", str_c(hex));
    jval_set_i64(o, "size", size);
    return o;
}

static int push_upload(struct request *req, int64_t id, const char *kind,
                       struct jval *items, struct err *err)
{
    struct benchmark b;
    int rc =
        benchmark_get(req->core->db, &req->scope, id, &req->arena, &b, err);

    if (rc == 0)
        jval_push(items, file_json(b.name, kind, b.sha256, b.size));
    return rc;
}

/* K-SCAP-7: which files go to the devices. */
static int files(struct request *req, struct response *res, struct err *err)
{
    AUTO(jval_freep) struct jval *items = jval_new_array();
    struct benchmark_pack pack;
    struct configuration c;
    int rc = configuration_get(req->core->db, &req->scope, req->params[0],
                               &req->arena, &c, err);

    if (rc == 0 && c.pack != 0) {
        rc = benchmark_pack_get(req->core->db, c.pack, &req->arena, &pack, err);
        if (rc == 0)
            jval_push(items,
                      file_json(STR(""), "pack", pack.digest, pack.size));
        if (rc == 0)
            rc = push_upload(req, pack.benchmark, "benchmark", items, err);
        if (rc == 0 && pack.tailoring != 0)
            rc = push_upload(req, pack.tailoring, "tailoring", items, err);
    }
    if (rc == 0)
        respond_list(res, TAKE(items), STR(""), -1);
    return rc;
}

static const struct route rows[] = {
    { METHOD_GET, "/api/v1/configurations", DOOR_API, PERM_SCHEDULE_READ,
      .handler = list, .answer = answer_fields, .list = true,
      .summary = "List the configurations of OVAL and SCAP." },
    { METHOD_POST, "/api/v1/configurations", DOOR_API, PERM_SCHEDULE_WRITE,
      1 << 20, add, .body = body_fields, .answer = answer_fields,
      .summary = "Make a configuration." },
    { METHOD_GET, "/api/v1/configurations/{configuration}", DOOR_API,
      PERM_SCHEDULE_READ, .handler = get, .answer = answer_fields,
      .summary = "One configuration." },
    { METHOD_PUT, "/api/v1/configurations/{configuration}", DOOR_API,
      PERM_SCHEDULE_WRITE, 1 << 20, change, .body = body_fields,
      .answer = answer_fields, .summary = "Change a configuration." },
    { METHOD_DELETE, "/api/v1/configurations/{configuration}", DOOR_API,
      PERM_SCHEDULE_WRITE, .handler = remove_one,
      .summary = "Remove a configuration; its runs stay." },
    { METHOD_GET, "/api/v1/configurations/{configuration}/files", DOOR_API,
      PERM_SCHEDULE_READ, .handler = files, .answer = file_fields, .list = true,
      .summary = "The files of SCAP that its devices get." },
    { METHOD_POST, "/api/v1/configurations/{configuration}/run", DOOR_API,
      PERM_RUN_START, .handler = run_now, .answer = run_fields,
      .summary = "Run it now, on its targets that you see." },
};
const struct route_table routes_configuration = { rows, COUNT(rows) };
