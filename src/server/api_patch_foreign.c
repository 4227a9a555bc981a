/* SPDX-License-Identifier: Apache-2.0
 *
 * Devices of Windows and macOS (docs/patch-reports.md): somebody's tool hands
 * in what they lack, takes the decided jobs, and tells what became of them.
 * Everything is decided here by the same rules as on Linux; Holdfast does not
 * claim that it installs there.
 */
#include "fleet/patch_history.h"
#include "fleet/patch_hold.h"
#include "fleet/patch_policy.h"
#include "fleet/patch_state.h"
#include "fleet/rollout.h"
#include "server/api_patch_int.h"
#include "server/patch_decide.h"
#include "server/patcher.h"
#include "server/routes_int.h"

enum {
    REPORT_BODY_MAX = 8 << 20,
    MISSING_MAX = 5000,
    OUTCOMES_MAX = 5000,
};

static const struct field reboot_fields[] = {
    { "needed", FIELD_BOOL, .required = true },
    { "reason", FIELD_TEXT, .max = 2000 },
    { "level", FIELD_ENUM, .words = "advised|mandatory|critical" },
    { NULL },
};
static const struct field report_body[] = {
    { "os", FIELD_ENUM, .required = true, .words = "windows|macos" },
    { "collected", FIELD_TIME, .help = "now, when left out" },
    { "installed", FIELD_INTEGER, .min = 0, .max = 1000000,
      .help = "how many patches are installed" },
    { "missing", FIELD_TEXTS, .required = true, .max = MISSING_MAX,
      .help = "ids of patches that are known, or stand in catalogue" },
    { "catalogue", FIELD_OBJECT,
      .help = "{\"patches\": [...]}: facts of patches, as docs/patching.md" },
    { "reboot", FIELD_OBJECT, .of = reboot_fields },
    { "tool", FIELD_TEXT, .max = 60, .help = "what made the report" },
    { NULL },
};
static const struct field report_fields[] = {
    { "device", FIELD_INTEGER, .required = true },
    { "missing", FIELD_INTEGER, .required = true },
    { "unknown", FIELD_TEXTS, .required = true, .max = MISSING_MAX,
      .help = "ids of which nothing but the id is known" },
    { NULL },
};

struct reporting {
    struct request *req;
    enum patch_os os;
    VEC(struct patch_lack) lacks;
    struct jval *unknown;
};

/* --- What is missing --- */

/* What is said of a patch, but the scores: they come from us, too. */
static str facts_text(struct arena *arena, const struct patch *patch)
{
    AUTO(buf_clear) struct buf text = BUF(PATCH_STORE_BODY_MAX);
    AUTO(jval_freep) struct jval *json = NULL;
    struct patch plain = *patch;
    struct patch_cve *cves =
        arena_alloc(arena, patch->cve_count + 1, sizeof(*cves));

    for (size_t i = 0; i < patch->cve_count; i++) {
        cves[i] = (struct patch_cve){ .id = patch->cves[i].id,
                                      .vrr = PATCH_SCORE_NONE };
        for (size_t v = 0; v < COUNT(cves[i].cvss); v++)
            cves[i].cvss[v] = PATCH_SCORE_NONE;
    }
    plain.cves = cves;
    json = patch_to_jval(&plain);
    jval_print(json, &text);
    return arena_str(arena, buf_str(&text));
}

/* Facts count for every device. Who may not change patches, or sees only some
 * devices, adds what is not known, and changes nothing. Returns 1 when the row
 * is to stay as it is. */
static int check_facts(struct reporting *r, const struct patch *patch,
                       struct err *err)
{
    struct request *req = r->req;
    struct patch_row row;
    int rc;

    if (scope_may(&req->scope, PERM_PATCH_WRITE) &&
        scope_limit(&req->scope) == 0)
        return 0;
    rc = patch_store_find(req->core->db, req->scope.org, patch->id, &req->arena,
                          &row, err);
    if (rc == E_ABSENT && patch->os == r->os)
        return 0;
    if (rc < 0 && rc != E_ABSENT)
        return rc;
    if (rc == E_ABSENT || row.patch.os != r->os || patch->os != r->os)
        return refuse(req, 403, "catalogue.patches", err, E_PERM,
                      "%" PRIstr " is of another system", ARGstr(patch->id));
    if (!str_eq(row.source, PATCH_FROM_REPORT))
        return 0; /* a better source stays; else only its id was known */
    if (str_eq(facts_text(&req->arena, &row.patch),
               facts_text(&req->arena, patch)))
        return 1;
    return refuse(req, 403, "catalogue.patches", err, E_PERM,
                  "%" PRIstr " is known with other facts: to change them needs"
                  " patch.write for all devices",
                  ARGstr(patch->id));
}

static int put_fact(struct reporting *r, struct patch *patch, struct err *err)
{
    struct patch_knowledge knowledge = patcher_knowledge(r->req->core->patcher);
    struct patch_put put = { .org = r->req->scope.org,
                             .patch = patch,
                             .source = PATCH_FROM_REPORT,
                             .now = r->req->now };
    int64_t id;
    int rc = check_facts(r, patch, err);

    if (rc != 0)
        return rc;
    rc = patch_know_scores(&knowledge, false, &r->req->arena, patch, err);
    return rc < 0 ? rc : patch_store_put(r->req->core->db, &put, &id, err);
}

static int put_facts(struct reporting *r, const struct jval *list,
                     struct err *err)
{
    struct patch_refusals refusals = PATCH_REFUSALS;
    int rc = 0;

    if (jval_count(list) > MISSING_MAX)
        return refuse(r->req, 422, "catalogue.patches", err, E_LIMIT,
                      "is a list of at most %d patches", MISSING_MAX);
    for (size_t i = 0; rc >= 0 && i < jval_count(list); i++) {
        size_t before = patch_path_enter(&refusals, "catalogue.patches");
        size_t index = patch_path_index(&refusals, i);
        struct patch patch;

        if (!patch_from_jval(jval_at(list, i), r->os, &r->req->arena, &refusals,
                             &patch))
            rc = refuse_all(r->req, &refusals, err);
        if (rc >= 0)
            rc = put_fact(r, &patch, err);
        patch_path_leave(&refusals, index);
        patch_path_leave(&refusals, before);
    }
    patch_refusals_clear(&refusals);
    return rc < 0 ? rc : 0;
}

static int add_missing(struct reporting *r, str id, struct err *err)
{
    struct request *req = r->req;
    struct patch_row row = { .id = 0 };
    struct patch blank = { .id = id,
                           .os = r->os,
                           .vendor = STR(""),
                           .product = STR(""),
                           .version = STR(""),
                           .title = STR("") };
    struct patch_put put = { .org = req->scope.org,
                             .patch = &blank,
                             .source = PATCH_FROM_AGENT,
                             .now = req->now };
    int rc;

    if (id.n == 0 || id.n > PATCHING_ID_MAX)
        return refuse(req, 422, "missing", err, E_INVALID,
                      "an id has 1 to %d bytes", PATCHING_ID_MAX);
    rc = patch_store_find(req->core->db, req->scope.org, id, &req->arena, &row,
                          err);
    if (rc == E_ABSENT) {
        jval_push(r->unknown, jval_new_text(id));
        rc = patch_store_put(req->core->db, &put, &row.id, err);
    }
    if (rc < 0)
        return rc;
    *vec_push(&r->lacks) = (struct patch_lack){
        .patch = row.id,
        .package = STR(""),
        .arch = STR(""),
        .installed = STR(""),
        .candidate = STR(""),
        .suite = STR(""),
        .problem = STR(""),
    };
    return 0;
}

static struct patching_reboot reboot_of(struct request *req)
{
    const struct jval *json = jval_get(req->json, "reboot");
    bool needed = jval_bool(jval_get(json, "needed"), false);
    str level = jval_text(jval_get(json, "level"), STR("mandatory"));

    return (struct patching_reboot){
        .needed = needed,
        .level = !needed                       ? PATCHING_REBOOT_NONE
                 : str_eq_c(level, "advised")  ? PATCHING_REBOOT_ADVISED
                 : str_eq_c(level, "critical") ? PATCHING_REBOOT_CRITICAL
                                               : PATCHING_REBOOT_MANDATORY,
        .reason = jval_text(jval_get(json, "reason"), STR("")),
        .action = STR(""),
    };
}

static int put_state(struct reporting *r, struct err *err)
{
    struct request *req = r->req;
    const struct jval *ids = jval_get(req->json, "missing");
    int64_t at = request_time(jval_get(req->json, "collected"), req->now);
    struct patch_state state = {
        .device = req->params[0],
        .org = req->scope.org,
        .os = r->os,
        .at = at > req->now ? req->now : at,
        .cause = PATCHING_SCAN_JOB,
        .origin = SCAN_BY_REPORT,
        .manager = jval_text(jval_get(req->json, "tool"), STR("")),
        .installed = jval_i64(jval_get(req->json, "installed"), 0),
        .reboot = reboot_of(req),
        .errors = STR(""),
    };
    int rc = put_facts(r, jval_get(jval_get(req->json, "catalogue"), "patches"),
                       err);

    for (size_t i = 0; rc == 0 && i < jval_count(ids); i++)
        rc = add_missing(r, jval_text(jval_at(ids, i), STR("")), err);
    state.lacks = (struct wire_list){ r->lacks.p, r->lacks.n };
    if (rc == 0)
        rc = patch_state_put(req->core->db, &state, req->now, err);
    if (rc < 0)
        return rc;
    req->params[1] = state.missing;
    return 0;
}

/* What runs there is known from now on, so that targets find it. */
static int set_system(struct request *req, struct err *err)
{
    int rc =
        db_run(req->core->db,
               "UPDATE device SET os_family = $2, os_id = CASE WHEN os_id = ''"
               " THEN $2 ELSE os_id END, last_seen = $3 WHERE id = $1"
               " AND kind <> 'agent'",
               DB_ARGS(db_i64(req->params[0]),
                       db_text(jval_text(jval_get(req->json, "os"), STR(""))),
                       db_i64(req->now)),
               err);

    if (rc == 0)
        return refuse(req, 409, NULL, err, E_INVALID,
                      "the device has an agent, which says what is missing");
    return rc < 0 ? rc : 0;
}

static int report(struct request *req, struct response *res, struct err *err)
{
    struct reporting r = {
        .req = req,
        .os = patch_os_of(jval_text(jval_get(req->json, "os"), STR(""))),
        .unknown = jval_new_array(),
    };
    struct patch_change change = { .action = "patch_report.taken",
                                   .id = req->params[0] };
    int rc = patch_see_device(req, req->params[0], err);

    if (rc == 0)
        rc = db_begin(req->core->db, err);
    if (rc == 0)
        rc = set_system(req, err);
    if (rc == 0)
        rc = put_state(&r, err);
    if (rc == 0)
        rc = patch_finish(req, &change, err);
    vec_clear(&r.lacks);
    if (rc < 0) {
        jval_free(r.unknown);
        return rc;
    }
    res->json = jval_new_object();
    jval_set_i64(res->json, "device", req->params[0]);
    jval_set_i64(res->json, "missing", req->params[1]);
    jval_set(res->json, "unknown", r.unknown);
    return 0;
}

/* --- Decided jobs --- */

static const struct field job_fields[] = {
    { "run", FIELD_INTEGER, .required = true },
    { "device", FIELD_INTEGER, .required = true },
    { "configuration", FIELD_INTEGER, .required = true },
    { "version", FIELD_INTEGER, .required = true },
    { "task", FIELD_TEXT, .required = true },
    { "due", FIELD_TIME, .required = true },
    { "patches", FIELD_TEXTS, .required = true, .max = MISSING_MAX,
      .help = "to be installed, decided now" },
    { "reboot_after", FIELD_ENUM, .required = true,
      .words = "never|if_required|always" },
    { NULL },
};

static bool is_asked(const struct jval *asked, str id)
{
    for (size_t i = 0; i < jval_count(asked); i++)
        if (str_eq(jval_text(jval_at(asked, i), STR("")), id))
            return true;
    return jval_count(asked) == 0;
}

static struct jval *job_json(const struct patch_run *run,
                             const struct patch_run_device *device,
                             const struct patch_decisions *d)
{
    AUTO(jval_freep) struct jval *asked = parsed_json(run->patches);
    enum patch_task_kind kind = patch_task_of(run->task);
    struct jval *patches = jval_new_array();
    struct jval *o = jval_new_object();

    for (size_t i = 0; i < d->all.n; i++) {
        str id = patch_catalogue_at(d->catalogue, d->all.p[i].patch)->id;

        if (d->all.p[i].task == kind && d->all.p[i].deploy &&
            is_asked(asked, id))
            jval_push(patches, jval_new_text(id));
    }
    jval_set_i64(o, "run", run->id);
    jval_set_i64(o, "device", device->device);
    jval_set_i64(o, "configuration", run->configuration);
    jval_set_i64(o, "version", run->version);
    jval_set_text(o, "task", run->task);
    json_time(o, "due", device->due);
    jval_set(o, "patches", patches);
    jval_set_text(o, "reboot_after",
                  kind < PATCH_TASKS && d->has_setup
                      ? str_c(patch_after_name(
                            d->settings.task[d->os][kind].reboot.after))
                      : STR("never"));
    return o;
}

/* Whether an agent would begin it now: by the version that was ordered, while
 * its rollout goes on. 1 or 0. */
static int may_begin(struct request *req, const struct patch_run *run,
                     const struct patch_decisions *d, struct err *err)
{
    struct rollout rollout;
    int rc;

    if (!d->has_setup || d->setup.id != run->configuration ||
        d->setup.deployed != run->version)
        return 0;
    if (run->ring == 0)
        return 1;
    rc = rollout_get(req->core->db, run->configuration, &req->arena, &rollout,
                     err);
    return rc < 0 ? rc : rc == 1 || !rollout_is_held(&rollout);
}

static int add_jobs(struct request *req, str state,
                    const struct patch_decisions *d, struct jval *items,
                    struct err *err)
{
    AUTO(patch_run_devices_clear) struct patch_run_devices all = { 0 };
    struct patch_run_device_query query = { .device = req->params[0],
                                            .state = state,
                                            .limit = PAGE_LIMIT_MAX };
    int rc = patch_run_device_list(req->core->db, &req->scope, &query,
                                   &req->arena, &all, err);

    for (size_t i = 0; rc == 0 && i < all.all.n; i++) {
        struct patch_run run;

        rc = patch_run_get(req->core->db, &req->scope, all.all.p[i].run,
                           &req->arena, &run, err);
        if (rc == 0)
            rc = str_eq_c(state, "started") ? 1 : may_begin(req, &run, d, err);
        if (rc > 0)
            jval_push(items, job_json(&run, &all.all.p[i], d));
        rc = rc > 0 ? 0 : rc;
    }
    return rc;
}

/* One that has begun stays until its results say that it is done. */
static int jobs(struct request *req, struct response *res, struct err *err)
{
    AUTO(jval_freep) struct jval *items = jval_new_array();
    struct patch_question question = { .device = req->params[0],
                                       .now = req->now };
    struct patch_decisions d = { 0 };
    int rc = patch_see_device(req, req->params[0], err);

    if (rc == 0)
        rc = patch_decide(req->core->db, &question, &req->arena, &d, err);
    if (rc == 0)
        rc = add_jobs(req, STR("started"), &d, items, err);
    if (rc == 0)
        rc = patch_freeze_is_on(req->core->db, req->params[0], req->now, err);
    if (rc == 0)
        rc = add_jobs(req, STR("offered"), &d, items, err);
    rc = rc > 0 ? 0 : rc;
    patch_decisions_clear(&d);
    if (rc == 0)
        respond_list(res, TAKE(items), STR(""), -1);
    return rc;
}

/* --- What became of them --- */

static const struct field outcome_fields[] = {
    { "patch", FIELD_TEXT, .required = true, .min = 1, .max = 255 },
    { "state", FIELD_ENUM, .required = true,
      .words = "queued|staged|downloading|waiting for reboot|installing|"
               "installed|pending reboot|failed|skipped|superseded|cancelled|"
               "missed" },
    { "code", FIELD_INTEGER, .min = -2147483648LL, .max = 4294967295LL },
    { "text", FIELD_TEXT, .max = 4000 },
    { NULL },
};
static const struct field results_body[] = {
    { "run", FIELD_INTEGER, .required = true, .min = 1, .max = INT64_MAX },
    { "started", FIELD_TIME },
    { "done", FIELD_BOOL, .required = true,
      .help = "nothing more comes of this run" },
    { "outcomes", FIELD_LIST, .required = true, .of = outcome_fields,
      .max = OUTCOMES_MAX },
    { "reboot", FIELD_OBJECT, .of = reboot_fields },
    { NULL },
};
static const struct field results_fields[] = {
    { "deployment", FIELD_INTEGER, .required = true },
    { NULL },
};

static void read_outcomes(struct request *req, struct patching_results *out)
{
    const struct jval *list = jval_get(req->json, "outcomes");
    struct patching_outcome *all =
        arena_alloc(&req->arena, jval_count(list) + 1, sizeof(*all));

    for (size_t i = 0; i < jval_count(list); i++) {
        const struct jval *o = jval_at(list, i);

        all[i] = (struct patching_outcome){
            .patch = jval_text(jval_get(o, "patch"), STR("")),
            .package = STR(""),
            .from = STR(""),
            .to = STR(""),
            .state =
                patching_state_find(jval_text(jval_get(o, "state"), STR(""))),
            .code = jval_i64(jval_get(o, "code"), 0),
            .at = req->now,
            .text = jval_text(jval_get(o, "text"), STR("")),
        };
    }
    out->outcomes = (struct wire_list){ all, jval_count(list) };
}

static int take_results(struct request *req, const struct patch_run *run,
                        int64_t *out_deployment, struct err *err)
{
    bool done = jval_bool(jval_get(req->json, "done"), false);
    struct patching_results r = {
        .terms = { .run = run->id,
                   .configuration = run->configuration,
                   .version = run->version,
                   .task = run->task },
        .due = run->started,
        .started = request_time(jval_get(req->json, "started"), req->now),
        .ended = done ? req->now : 0,
        .phase = done ? PATCHING_PHASE_DONE : PATCHING_PHASE_DEPLOYMENT,
        .outcome = done ? PATCHING_RUN_DONE : PATCHING_RUN_GOES_ON,
        .text = STR(""),
    };
    struct patch_told told = { .device = req->params[0],
                               .org = req->scope.org,
                               .results = &r,
                               .now = req->now };
    struct patching_reboot reboot = reboot_of(req);
    int64_t its = 0;
    int rc;

    read_outcomes(req, &r);
    rc = patch_history_put(req->core->db, &told, out_deployment, err);
    if (rc == 0)
        rc = patch_run_told(req->core->db, req->params[0], &r, STR(""), &its,
                            err);
    if (rc == 0 && jval_get(req->json, "reboot") != NULL)
        rc = patch_state_reboot(req->core->db, req->params[0], &reboot, err);
    return rc;
}

/* An agent speaks for its device by itself, and who only may write devices
 * does not write the history of what was never handed over. */
static int check_offered(struct request *req,
                         const struct patch_run_device *device, struct err *err)
{
    int64_t agents = 0;
    int rc = db_one_i64(req->core->db,
                        "SELECT COUNT(*) FROM device WHERE id = $1"
                        " AND kind = 'agent'",
                        DB_ARGS(db_i64(device->device)), &agents, err);

    if (rc < 0)
        return rc;
    if (agents > 0)
        return refuse(req, 409, NULL, err, E_INVALID,
                      "the device has an agent, which says what it did");
    if (str_eq_c(device->state, "offered") ||
        str_eq_c(device->state, "started") ||
        (str_eq_c(device->state, "cancelled") && device->started > 0))
        return 0;
    return refuse(req, 409, NULL, err, E_INVALID,
                  "no job of run %lld is handed over: it is %" PRIstr,
                  (long long)device->run, ARGstr(device->state));
}

static int results(struct request *req, struct response *res, struct err *err)
{
    AUTO(patch_run_devices_clear) struct patch_run_devices all = { 0 };
    struct patch_run_device_query query = {
        .device = req->params[0],
        .run = jval_i64(jval_get(req->json, "run"), 0),
        .limit = 1,
    };
    struct patch_change change = { .action = "patch_results.taken",
                                   .id = req->params[0] };
    int64_t deployment = 0;
    struct patch_run run;
    int rc = patch_see_device(req, req->params[0], err);

    if (rc == 0)
        rc = patch_run_device_list(req->core->db, &req->scope, &query,
                                   &req->arena, &all, err);
    if (rc == 0 && all.all.n == 0)
        return refuse(req, 422, "run", err, E_INVALID,
                      "the device is not part of run %lld",
                      (long long)query.run);
    if (rc == 0)
        rc = check_offered(req, &all.all.p[0], err);
    if (rc == 0)
        rc = patch_run_get(req->core->db, &req->scope, query.run, &req->arena,
                           &run, err);
    if (rc == 0)
        rc = db_begin(req->core->db, err);
    if (rc == 0)
        rc = take_results(req, &run, &deployment, err);
    if (rc == 0)
        rc = patch_finish(req, &change, err);
    if (rc < 0)
        return rc;
    res->json = jval_new_object();
    jval_set_i64(res->json, "deployment", deployment);
    return 0;
}

/* clang-format off */
static const struct route rows[] = {
    { METHOD_POST, "/api/v1/devices/{device}/patch-report", DOOR_API,
      PERM_DEVICE_WRITE, REPORT_BODY_MAX, report, .body = report_body,
      .answer = report_fields,
      .summary = "What a device of Windows or macOS lacks." },
    { METHOD_GET, "/api/v1/devices/{device}/patch-jobs", DOOR_API,
      PERM_PATCH_READ, .handler = jobs, .answer = job_fields, .list = true,
      .summary = "Decided jobs that are handed over." },
    { METHOD_POST, "/api/v1/devices/{device}/patch-results", DOOR_API,
      PERM_DEVICE_WRITE, PATCH_BODY_MAX, results, .body = results_body,
      .answer = results_fields, .summary = "What became of such a job." },
};
/* clang-format on */
const struct route_table routes_patch_foreign = { rows, COUNT(rows) };
