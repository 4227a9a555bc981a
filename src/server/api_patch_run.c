/* SPDX-License-Identifier: Apache-2.0
 *
 * Runs of patching: ordered by hand, or noted because a schedule came due.
 * A large one waits for a second person (claim 3).
 */
#include "fleet/device.h"
#include "server/agents.h"
#include "server/api_patch_int.h"
#include "server/patch_decide.h"
#include "server/patcher.h"
#include "server/routes_int.h"

enum {
    PATCHES_MAX = 20000,
};

static const struct field targets_fields[] = {
    { "labels", FIELD_IDS, .max = 1000 },
    { "devices", FIELD_IDS, .max = 10000 },
    { "systems", FIELD_TEXTS, .required = true, .min = 1, .max = 1000 },
    { NULL },
};
static const struct field run_body[] = {
    { "kind", FIELD_ENUM, .required = true,
      .words = "deploy|stage|scan|reboot" },
    { "configuration", FIELD_INTEGER, .min = 1, .max = INT64_MAX,
      .help = "of deploy and stage: one in force; its devices are meant" },
    { "task", FIELD_ENUM, .words = "routine|priority|zero_day",
      .help = "routine, when left out" },
    { "targets", FIELD_OBJECT, .of = targets_fields,
      .help = "only these; of scan and reboot it is needed" },
    { "patches", FIELD_TEXTS, .max = PATCHES_MAX,
      .help = "only these of what is selected" },
    { "begins", FIELD_TIME, .help = "not before; now when left out" },
    { NULL },
};
static const struct field list_query[] = {
    { "configuration", FIELD_INTEGER, .min = 1, .max = INT64_MAX },
    { "state", FIELD_ENUM,
      .words = "approval|running|ended|refused|cancelled" },
    { NULL },
};
static const struct field device_fields_[] = {
    { "run", FIELD_INTEGER, .required = true },
    { "device", FIELD_INTEGER, .required = true },
    { "name", FIELD_TEXT, .required = true },
    { "state", FIELD_TEXT, .required = true },
    { "due", FIELD_TIME },
    { "started", FIELD_TIME },
    { "ended", FIELD_TIME },
    { "text", FIELD_TEXT, .said = true, .required = true, .max = 8192 },
    { NULL },
};
static const struct field devices_query[] = {
    { "state", FIELD_TEXT, .max = 40 },
    { NULL },
};
static const struct field verdict_body[] = {
    { "verdict", FIELD_ENUM, .required = true, .words = "approved|refused" },
    { "comment", FIELD_TEXT, .max = 2000 },
    { NULL },
};

static int list(struct request *req, struct response *res, struct err *err)
{
    AUTO(patch_runs_clear) struct patch_runs all = { 0 };
    struct patch_run_query query = {
        .configuration = jval_i64(jval_get(req->query, "configuration"), 0),
        .state = jval_text(jval_get(req->query, "state"), STR("")),
    };
    struct page page;
    int rc = request_page_id(req, &page, &query.before, err);

    query.limit = page.limit;
    if (rc == 0)
        rc = patch_run_list(req->core->db, &req->scope, &query, &req->arena,
                            &all, err);
    if (rc < 0)
        return rc;
    RESPOND_ROWS(req, res, &page, all.all, id, patch_run_json(row));
    return 0;
}

static int show(struct request *req, struct response *res, struct err *err)
{
    struct patch_run run;
    int rc = patch_run_get(req->core->db, &req->scope, req->params[0],
                           &req->arena, &run, err);

    if (rc == 0)
        res->json = patch_run_json(&run);
    return rc;
}

static struct jval *device_json(const struct patch_run_device *d)
{
    struct jval *o = jval_new_object();

    jval_set_i64(o, "run", d->run);
    jval_set_i64(o, "device", d->device);
    jval_set_text(o, "name", d->name);
    jval_set_text(o, "state", d->state);
    json_time(o, "due", d->due);
    json_time(o, "started", d->started);
    json_time(o, "ended", d->ended);
    jval_set_text(o, "text", d->text);
    return o;
}

static int devices(struct request *req, struct response *res, struct err *err)
{
    AUTO(patch_run_devices_clear) struct patch_run_devices all = { 0 };
    struct patch_run_device_query query = {
        .run = req->params[0],
        .state = jval_text(jval_get(req->query, "state"), STR("")),
    };
    struct patch_run run;
    struct page page;
    int rc = patch_run_get(req->core->db, &req->scope, req->params[0],
                           &req->arena, &run, err);

    if (rc == 0)
        rc = request_page_id(req, &page, &query.after, err);
    query.limit = page.limit;
    if (rc == 0)
        rc = patch_run_device_list(req->core->db, &req->scope, &query,
                                   &req->arena, &all, err);
    if (rc < 0)
        return rc;
    RESPOND_ROWS(req, res, &page, all.all, device, device_json(row));
    return 0;
}

/* --- Ordering ------------------------------------------------------------- */

static void meet(struct target_set *set, const struct target_set *with)
{
    size_t n = 0;
    size_t at = 0;

    for (size_t i = 0; i < set->devices.n; i++) {
        while (at < with->devices.n && with->devices.p[at] < set->devices.p[i])
            at++;
        if (at < with->devices.n && with->devices.p[at] == set->devices.p[i])
            set->devices.p[n++] = set->devices.p[i];
    }
    set->devices.n = n;
}

static int take_targets(struct request *req, struct patch_run *run,
                        struct target_set *out, struct err *err)
{
    int rc;

    if (jval_kind(jval_get(req->json, "targets")) != JVAL_OBJECT)
        return 1;
    run->targets = member_text(req, "targets");
    rc = target_check(run->targets, err);
    if (rc == 0)
        rc = target_check_exists(req->core->db, &req->scope, run->targets, err);
    if (rc < 0)
        return rc == E_IO ? rc
                          : refuse(req, 422, "targets", err, rc, "%s",
                                   arena_c(&req->arena, str_c(err_text(err))));
    return target_resolve(req->core->db, &req->scope, run->targets, req->now,
                          out, err);
}

static int take_setup(struct request *req, struct patch_run *run,
                      struct target_set *out, struct err *err)
{
    struct patch_setup setup;
    int rc;

    run->configuration = jval_i64(jval_get(req->json, "configuration"), 0);
    if (run->configuration == 0)
        return refuse(req, 422, "configuration", err, E_INVALID,
                      "a deployment is by a configuration");
    rc = patch_setup_get(req->core->db, &req->scope, run->configuration,
                         &req->arena, &setup, err);
    if (rc < 0)
        return blame(req, "configuration", rc);
    if (setup.deployed == 0)
        return refuse(req, 409, "configuration", err, E_INVALID,
                      "'%" PRIstr "' is not in force", ARGstr(setup.name));
    run->version = setup.deployed;
    run->task = jval_text(jval_get(req->json, "task"), STR("routine"));
    if (run->targets.n == 0)
        run->targets = setup.targets;
    return patch_setup_devices(req->core->db, &req->scope, &setup, req->now,
                               out, err);
}

static int find_devices(struct request *req, struct patch_run *run,
                        struct target_set *out, struct err *err)
{
    bool deploys = str_eq(run->kind, PATCH_RUN_DEPLOY) ||
                   str_eq(run->kind, PATCH_RUN_STAGE);
    struct target_set named = { 0 };
    int rc = take_targets(req, run, &named, err);
    bool all = rc == 1;

    if (rc == 1 && !deploys)
        rc = refuse(req, 422, "targets", err, E_INVALID,
                    "say which devices are meant");
    if (rc >= 0 && deploys)
        rc = take_setup(req, run, out, err);
    if (rc == 0 && deploys && !all)
        meet(out, &named);
    if (rc == 0 && !deploys) {
        *out = named;
        return 0;
    }
    target_set_clear(&named);
    return rc;
}

static int set_state(struct request *req, struct patch_run *run,
                     const struct target_set *set, struct err *err)
{
    bool needed = false;
    int rc = patch_needs_approval(req, (int64_t)set->devices.n, &needed, err);

    if (str_eq(run->kind, PATCH_RUN_SCAN) || str_eq(run->kind, PATCH_RUN_STAGE))
        needed = false;
    run->state = needed ? STR("approval") : STR("running");
    return rc;
}

static int order(struct request *req, struct response *res, struct err *err)
{
    struct target_set set = { 0 };
    struct patch_run run = {
        .kind = jval_text(jval_get(req->json, "kind"), STR("")),
        .task = STR(""),
        .cause = STR("now"),
        .due = STR(""),
        .targets = STR(""),
        .patches = STR("[]"),
    };
    struct patch_run_order order = {
        .run = &run,
        .devices = &set,
        .now = req->now,
        .begins = request_time(jval_get(req->json, "begins"), req->now),
    };
    struct patch_change change = { .action = "patch_run.ordered",
                                   .after = req->json };
    int rc = find_devices(req, &run, &set, err);

    if (jval_kind(jval_get(req->json, "patches")) == JVAL_ARRAY)
        run.patches = member_text(req, "patches");
    if (rc == 0)
        rc = set_state(req, &run, &set, err);
    if (rc == 0)
        rc = db_begin(req->core->db, err);
    if (rc == 0)
        rc = patch_run_start(req->core->db, &req->scope, &order, err);
    target_set_clear(&set);
    change.id = run.id;
    if (rc == 0)
        rc = patch_finish(req, &change, err);
    if (rc < 0)
        return rc;
    patcher_kick(req->core);
    res->status = 201;
    res->location =
        arena_printf(&req->arena, "/api/v1/patch-runs/%lld", (long long)run.id);
    res->json = patch_run_json(&run);
    return 0;
}

/* --- Approving and cancelling
 * ---------------------------------------------------------------- */

/* A verdict or an end is for every device: who does not see all may not. */
static int refuse_hidden(struct request *req, const struct patch_run *run,
                         struct err *err)
{
    int64_t hidden = 0;
    int rc =
        db_one_i64(req->core->db,
                   "SELECT COUNT(*) FROM patch_run_device rd JOIN device d"
                   " ON d.id = rd.device WHERE d.org = $1 AND rd.run = $3"
                   " AND rd.final = 0 AND NOT " SCOPE_SQL,
                   DB_ARGS(db_i64(req->scope.org),
                           db_i64(scope_limit(&req->scope)), db_i64(run->id)),
                   &hidden, err);

    if (rc == 0 && hidden > 0)
        return refuse(req, 403, NULL, err, E_PERM,
                      "it runs on devices that you do not see, too");
    return rc;
}

/* In a transaction in which nobody else moves it. */
static int run_to_move(struct request *req, struct patch_run *out,
                       struct err *err)
{
    int rc = db_begin(req->core->db, err);

    if (rc == 0)
        rc = patch_run_hold_one(req->core->db, req->params[0], err);
    if (rc == 0)
        rc = patch_run_get(req->core->db, &req->scope, req->params[0],
                           &req->arena, out, err);
    return rc;
}

static int approve(struct request *req, struct response *res, struct err *err)
{
    bool approved = str_eq_c(jval_text(jval_get(req->json, "verdict"), STR("")),
                             "approved");
    struct patch_change change = { .action = approved ? "patch_run.approved"
                                                      : "patch_run.refused",
                                   .after = req->json };
    struct patch_run run;
    int rc = run_to_move(req, &run, err);

    if (rc < 0)
        return rc;
    if (!str_eq_c(run.state, "approval"))
        return refuse(req, 409, NULL, err, E_INVALID,
                      "it does not wait to be approved");
    if (str_eq(run.started_by, req->scope.name))
        return refuse(req, 403, NULL, err, E_PERM,
                      "you ordered it: another person has to agree");
    rc = refuse_hidden(req, &run, err);
    if (rc == 0)
        rc = patch_run_move(req->core->db, run.id,
                            approved ? STR("running") : STR("refused"),
                            req->now, err);
    change.id = run.id;
    if (rc == 0)
        rc = patch_finish(req, &change, err);
    if (rc < 0)
        return rc;
    patcher_kick(req->core);
    return show(req, res, err);
}

static int cancel(struct request *req, struct response *res, struct err *err)
{
    struct patch_run_jobs jobs = { .signer = req->core->job_signer,
                                   .now = req->now };
    struct patch_change change = { .action = "patch_run.cancelled" };
    struct patch_run run;
    int rc = run_to_move(req, &run, err);

    if (rc == 0 && run.ended != 0)
        return refuse(req, 409, NULL, err, E_INVALID, "it is over");
    if (rc == 0)
        rc = refuse_hidden(req, &run, err);
    if (rc == 0)
        rc = patch_run_cancel(req->core->db, run.id, &jobs, err);
    change.id = run.id;
    if (rc == 0)
        rc = patch_finish(req, &change, err);
    for (size_t i = 0; rc == 0 && i < jobs.woken.n; i++)
        agents_wake(req->core, jobs.woken.p[i]);
    vec_clear(&jobs.woken);
    return rc < 0 ? rc : show(req, res, err);
}

/* clang-format off */
static const struct route rows[] = {
    { METHOD_GET, "/api/v1/patch-runs", DOOR_API, PERM_PATCH_READ,
      .handler = list, .query = list_query, .answer = patch_run_fields,
      .list = true, .summary = "Runs of patching, newest first." },
    { METHOD_POST, "/api/v1/patch-runs", DOOR_API, PERM_PATCH_DEPLOY,
      PATCH_BODY_MAX, order, .body = run_body, .answer = patch_run_fields,
      .summary = "Order a deployment, a staging, a scan or a reboot." },
    { METHOD_GET, "/api/v1/patch-runs/{run}", DOOR_API, PERM_PATCH_READ,
      .handler = show, .answer = patch_run_fields, .summary = "One run." },
    { METHOD_GET, "/api/v1/patch-runs/{run}/devices", DOOR_API,
      PERM_PATCH_READ, .handler = devices, .query = devices_query,
      .answer = device_fields_, .list = true,
      .summary = "What became of each device." },
    { METHOD_POST, "/api/v1/patch-runs/{run}/approve", DOOR_API,
      PERM_PATCH_APPROVE, 8192, approve, .body = verdict_body,
      .answer = patch_run_fields,
      .summary = "Agree to a large run that another person ordered." },
    { METHOD_POST, "/api/v1/patch-runs/{run}/cancel", DOOR_API,
      PERM_PATCH_DEPLOY, .handler = cancel, .answer = patch_run_fields,
      .summary = "End a run where it has not happened yet." },
};
/* clang-format on */
const struct route_table routes_patch_run = { rows, COUNT(rows) };
