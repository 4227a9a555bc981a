/* SPDX-License-Identifier: Apache-2.0 */
#include "fleet/patch_run.h"

#include "base/jval.h"
#include "fleet/patch_hold.h"
#include "proto/patching.h"

/* All but the last one of read_run(): how many devices it has. */
#define MEMBERS                                                                \
    "r.id, r.org, r.kind, r.configuration, r.version, r.task, r.cause,"        \
    " r.ring, r.started_by, r.due, r.state, r.started, r.ended, r.targets,"    \
    " r.patches"
#define COLUMNS MEMBERS ", r.devices"
/* As a scope sees it: with some device, and only those are counted. */
#define SEEN_DEVICES                                                           \
    " FROM patch_run_device rd JOIN device d ON d.id = rd.device"              \
    " WHERE rd.run = r.id AND " SCOPE_SQL
#define SEEN_COLUMNS                                                           \
    MEMBERS                                                                    \
    ", CASE WHEN $2 = 0 THEN r.devices ELSE (SELECT COUNT(*)" SEEN_DEVICES     \
    ") END"
#define SEEN "r.org = $1 AND ($2 = 0 OR EXISTS (SELECT 1" SEEN_DEVICES "))"

enum {
    JOB_LIFE_S = 7 * 86400,
    HEARD_WITHIN_S = 8 * 86400,
    CANCEL_LIFE_S = 7 * 86400,
    PATCHES_JSON_MAX = 4 << 20,
};

void patch_runs_clear(struct patch_runs *runs)
{
    vec_clear(&runs->all);
}

void patch_run_devices_clear(struct patch_run_devices *list)
{
    vec_clear(&list->all);
}

/* --- Starting
 * ------------------------------------------------------------------------ */

static int add_run(struct db *db, const struct scope *scope,
                   struct patch_run *run, int64_t now, struct err *err)
{
    run->org = scope->org;
    run->started = now;
    run->started_by = scope->name;
    return db_one_i64(
        db,
        "INSERT INTO patch_run (org, kind, configuration, version, task, cause,"
        " ring, started_by, due, state, started, ended, targets, patches,"
        " devices) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 0,"
        " $12, $13, 0) ON CONFLICT (configuration, task, due) WHERE due <> ''"
        " DO UPDATE SET ended = 0, state = 'running' RETURNING id",
        DB_ARGS(db_i64(run->org), db_text(run->kind),
                db_i64(run->configuration), db_i64(run->version),
                db_text(run->task), db_text(run->cause), db_i64(run->ring),
                db_text(run->started_by), db_text(run->due),
                db_text(run->state), db_i64(now), db_text(run->targets),
                db_text(run->patches)),
        &run->id, err);
}

static int add_devices(struct db *db, const struct patch_run_order *order,
                       const char *state, struct err *err)
{
    int rc = 0;

    for (size_t i = 0; rc >= 0 && i < order->devices->devices.n; i++)
        rc = db_run(db,
                    "INSERT INTO patch_run_device (run, device, state, final,"
                    " due, job, started, ended, text) VALUES ($1, $2, $3, 0,"
                    " $4, 0, 0, 0, '') ON CONFLICT (run, device) DO NOTHING",
                    DB_ARGS(db_i64(order->run->id),
                            db_i64(order->devices->devices.p[i]),
                            db_text(str_c(state)), db_i64(order->begins)),
                    err);
    if (rc >= 0)
        rc = db_one_i64(db,
                        "UPDATE patch_run SET devices = (SELECT COUNT(*) FROM"
                        " patch_run_device WHERE run = $1) WHERE id = $1"
                        " RETURNING devices",
                        DB_ARGS(db_i64(order->run->id)), &order->run->devices,
                        err);
    return rc < 0 ? rc : 0;
}

int patch_run_start(struct db *db, const struct scope *scope,
                    const struct patch_run_order *order, struct err *err)
{
    int rc;

    if (order->devices->devices.n == 0)
        return err_set(err, E_INVALID, "no device you can see is meant");
    rc = add_run(db, scope, order->run, order->now, err);
    return rc < 0 ? rc : add_devices(db, order, "planned", err);
}

/* An agent goes by its own clock: it may have told of its deployment before
 * the run was noted here. */
static int take_told(struct db *db, const struct patch_run_order *order,
                     struct err *err)
{
    AUTO(db_rows_closep) struct db_rows *rows = NULL;
    const struct patch_run *run = order->run;
    int rc = db_query(db,
                      "SELECT rd.device, d.started, d.ended, d.phase,"
                      " d.outcome, d.text FROM patch_run_device rd"
                      " JOIN patch_deployment d ON d.device = rd.device"
                      " AND d.configuration = $2 AND d.task = $3 AND d.run = 0"
                      " AND d.due = $4 WHERE rd.run = $1 AND rd.final = 0",
                      DB_ARGS(db_i64(run->id), db_i64(run->configuration),
                              db_text(run->task), db_i64(order->begins)),
                      &rows, err);

    while (rc == 0 && (rc = db_next(rows, err)) > 0) {
        struct patching_results told = {
            .terms = { .run = run->id },
            .started = db_col_i64(rows, 1),
            .ended = db_col_i64(rows, 2),
            .phase = db_col_i64(rows, 3),
            .outcome = db_col_i64(rows, 4),
            .text = db_col_text(rows, 5),
        };
        int64_t id;

        rc = patch_run_told(db, db_col_i64(rows, 0), &told, STR(""), &id, err);
    }
    return rc;
}

int patch_run_due(struct db *db, const struct patch_run_order *order,
                  struct err *err)
{
    struct scope scope = scope_system(order->run->org);
    int64_t before = 0;
    int rc =
        db_one_i64(db,
                   "SELECT COUNT(*) FROM patch_run WHERE configuration ="
                   " $1 AND task = $2 AND due = $3",
                   DB_ARGS(db_i64(order->run->configuration),
                           db_text(order->run->task), db_text(order->run->due)),
                   &before, err);

    scope.name = STR("schedule");
    if (rc == 0)
        rc = add_run(db, &scope, order->run, order->now, err);
    if (rc == 0)
        rc = add_devices(db, order, "due", err);
    if (rc == 0)
        rc = take_told(db, order, err);
    return rc < 0 ? rc : before == 0;
}

int patch_run_hold_one(struct db *db, int64_t id, struct err *err)
{
    return db_hold(db, DB_HOLD("patch_run", "id"), id, err);
}

int patch_run_move(struct db *db, int64_t id, str state, int64_t now,
                   struct err *err)
{
    bool over = !str_eq_c(state, "running") && !str_eq_c(state, "approval");
    int rc = db_run(
        db, "UPDATE patch_run SET state = $2, ended = $3 WHERE id = $1",
        DB_ARGS(db_i64(id), db_text(state), db_i64(over ? now : 0)), err);

    return rc < 0 ? rc : 0;
}

/* --- Making the jobs
 * ------------------------------------------------------------------- */

struct planned {
    int64_t run;
    int64_t device;
    bool has_agent;
    bool frozen;
    bool is_taken_from; /* Windows or macOS: somebody's tool takes its jobs */
    bool is_stale;      /* of a ring whose rollout began again */
};
struct dispatch {
    struct db *db;
    struct patch_run_jobs *jobs;
    struct arena arena;
    struct patch_run run; /* the one of the device before */
};

static int set_device(struct dispatch *d, const struct planned *p,
                      const char *state, bool final, str text, struct err *err)
{
    int rc =
        db_run(d->db,
               "UPDATE patch_run_device SET state = $3, final = $4,"
               " text = $5, ended = CASE WHEN $4 = 1 THEN $6 ELSE 0 END"
               " WHERE run = $1 AND device = $2",
               DB_ARGS(db_i64(p->run), db_i64(p->device), db_text(str_c(state)),
                       db_i64(final), db_text(text), db_i64(d->jobs->now)),
               err);

    return rc < 0 ? rc : 0;
}

static int read_patches(struct dispatch *d, struct wire_list *out,
                        struct err *err)
{
    AUTO(jval_freep) struct jval *list = NULL;
    struct patching_text *all;
    int rc = jval_parse(d->run.patches, PATCHES_JSON_MAX, &list, err);

    if (rc < 0)
        return rc;
    all = arena_alloc(&d->arena, jval_count(list) + 1, sizeof(*all));
    for (size_t i = 0; i < jval_count(list); i++)
        all[i].text =
            arena_str(&d->arena, jval_text(jval_at(list, i), STR("")));
    *out = (struct wire_list){ all, jval_count(list) };
    return 0;
}

static int read_approvals(struct dispatch *d, struct wire_list *out,
                          struct err *err)
{
    AUTO(db_rows_closep) struct db_rows *rows = NULL;
    struct patching_approval *all =
        arena_alloc(&d->arena, PATCHING_APPROVALS_MAX, sizeof(*all));
    size_t n = 0;
    int rc = db_query(
        d->db,
        "SELECT key_bytes, signature FROM patch_approval"
        " WHERE run = $1 AND verdict = 'approved'"
        " AND signature IS NOT NULL ORDER BY id LIMIT $2",
        DB_ARGS(db_i64(d->run.id), db_i64(PATCHING_APPROVALS_MAX)), &rows, err);

    while (rc == 0 && (rc = db_next(rows, err)) > 0) {
        all[n++] = (struct patching_approval){
            arena_str(&d->arena, db_col_blob(rows, 0)),
            arena_str(&d->arena, db_col_blob(rows, 1))
        };
        rc = 0;
    }
    *out = (struct wire_list){ all, n };
    return rc;
}

static int add_job(struct dispatch *d, const struct planned *p,
                   enum job_type type, const void *body, struct err *err)
{
    struct job_order order = {
        .device = p->device, .type = type, .life_s = JOB_LIFE_S, .body = body
    };
    int64_t id = 0;
    int rc = job_add(d->db, d->jobs->signer, &order, d->jobs->now, &id, err);

    if (rc == 0)
        rc =
            db_run(d->db,
                   "UPDATE patch_run_device SET state = 'queued', job = $3"
                   " WHERE run = $1 AND device = $2",
                   DB_ARGS(db_i64(p->run), db_i64(p->device), db_i64(id)), err);
    if (rc < 0)
        return rc;
    *vec_push(&d->jobs->woken) = p->device;
    return 0;
}

static int order_deploy(struct dispatch *d, const struct planned *p,
                        struct err *err)
{
    struct job_patch_deploy body = {
        .terms = { .run = d->run.id,
                   .configuration = d->run.configuration,
                   .version = d->run.version,
                   .task = d->run.task },
        .stage_only = str_eq(d->run.kind, PATCH_RUN_STAGE),
    };
    int rc = read_patches(d, &body.patches, err);

    if (rc == 0)
        rc = read_approvals(d, &body.approvals, err);
    return rc < 0 ? rc : add_job(d, p, JOB_PATCH_DEPLOY, &body, err);
}

static int order_one(struct dispatch *d, const struct planned *p,
                     struct err *err)
{
    struct job_patch_scan scan = { .run = d->run.id };
    struct job_reboot reboot = { .run = d->run.id,
                                 .level = PATCHING_REBOOT_MANDATORY,
                                 .reason = d->run.targets };

    if (str_eq(d->run.kind, PATCH_RUN_SCAN))
        return add_job(d, p, JOB_PATCH_SCAN, &scan, err);
    if (str_eq(d->run.kind, PATCH_RUN_REBOOT)) {
        reboot.reason = arena_printf(&d->arena, "asked for by %" PRIstr,
                                     ARGstr(d->run.started_by));
        return add_job(d, p, JOB_REBOOT, &reboot, err);
    }
    return order_deploy(d, p, err);
}

/* Agreed to was this version of this configuration, no other. 1 or 0. */
static int is_as_ordered(struct dispatch *d, const struct planned *p,
                         struct err *err)
{
    AUTO(arena_clear) struct arena arena = ARENA;
    struct patch_setup setup = { 0 };
    int rc;

    if (d->run.configuration == 0) /* a scan, a restart */
        return 1;
    if (p->is_stale)
        return 0;
    rc = patch_setup_of_device(d->db, p->device, &arena, &setup, err);
    return rc < 0 ? rc
                  : setup.id == d->run.configuration &&
                        setup.deployed == d->run.version;
}

static int dispatch_one(struct dispatch *d, const struct planned *p,
                        struct err *err)
{
    bool deploys = str_eq(d->run.kind, PATCH_RUN_DEPLOY) ||
                   str_eq(d->run.kind, PATCH_RUN_REBOOT);
    int rc;

    if (deploys && p->frozen)
        return set_device(d, p, "frozen", true,
                          STR("nothing is deployed: a freeze is on"), err);
    rc = is_as_ordered(d, p, err);
    if (rc <= 0)
        return rc < 0 ? rc
                      : set_device(d, p, "skipped", true,
                                   STR("the configuration was changed since "
                                       "it was ordered"),
                                   err);
    if (p->has_agent)
        return order_one(d, p, err);
    if (str_eq(d->run.kind, PATCH_RUN_DEPLOY) && p->is_taken_from)
        return set_device(d, p, "offered", false,
                          STR("no agent: the job is handed over"), err);
    return set_device(d, p, "unavailable", true, STR("not available: no agent"),
                      err);
}

/* Of nodes that see the same device as planned, one gets it: 1, else 0. */
static int claim(struct dispatch *d, const struct planned *p, struct err *err)
{
    return db_run(d->db,
                  "UPDATE patch_run_device SET state = 'queued' WHERE run = $1"
                  " AND device = $2 AND state = 'planned'",
                  DB_ARGS(db_i64(p->run), db_i64(p->device)), err);
}

static int read_planned(struct dispatch *d, int64_t limit, struct planned **out,
                        size_t *out_n, struct err *err)
{
    AUTO(db_rows_closep) struct db_rows *rows = NULL;
    int rc = db_query(
        d->db,
        "SELECT rd.run, rd.device, d.kind, " PATCH_FROZEN_SQL
        ", CASE WHEN lower(d.os_family) IN ('windows', 'macos') THEN 1 ELSE 0"
        " END, CASE WHEN r.cause = 'ring' AND (o.state IS NULL"
        " OR o.state <> 'running' OR o.ring < r.ring) THEN 1 ELSE 0 END"
        " FROM patch_run_device rd JOIN patch_run r ON r.id = rd.run"
        " JOIN device d ON d.id = rd.device LEFT JOIN patch_rollout o"
        " ON o.configuration = r.configuration AND r.cause = 'ring'"
        " WHERE rd.state = 'planned' AND rd.due <= $1 AND r.state = 'running'"
        " AND (o.state IS NULL OR o.state NOT IN ('paused', 'stopped'))"
        " ORDER BY rd.run, rd.device LIMIT $2",
        DB_ARGS(db_i64(d->jobs->now), db_i64(limit)), &rows, err);

    *out = arena_alloc(&d->arena, (size_t)limit, sizeof(**out));
    *out_n = 0;
    while (rc == 0 && (rc = db_next(rows, err)) > 0) {
        (*out)[(*out_n)++] = (struct planned){
            .run = db_col_i64(rows, 0),
            .device = db_col_i64(rows, 1),
            .has_agent = str_eq(db_col_text(rows, 2), STR("agent")),
            .frozen = db_col_i64(rows, 3) != 0,
            .is_taken_from = db_col_i64(rows, 4) != 0,
            .is_stale = db_col_i64(rows, 5) != 0,
        };
        rc = 0;
    }
    return rc;
}

static void read_run(struct db_rows *rows, struct arena *arena,
                     struct patch_run *out)
{
    *out = (struct patch_run){
        .id = db_col_i64(rows, 0),
        .org = db_col_i64(rows, 1),
        .kind = arena_str(arena, db_col_text(rows, 2)),
        .configuration = db_col_i64(rows, 3),
        .version = db_col_i64(rows, 4),
        .task = arena_str(arena, db_col_text(rows, 5)),
        .cause = arena_str(arena, db_col_text(rows, 6)),
        .ring = db_col_i64(rows, 7),
        .started_by = arena_str(arena, db_col_text(rows, 8)),
        .due = arena_str(arena, db_col_text(rows, 9)),
        .state = arena_str(arena, db_col_text(rows, 10)),
        .started = db_col_i64(rows, 11),
        .ended = db_col_i64(rows, 12),
        .targets = arena_str(arena, db_col_text(rows, 13)),
        .patches = arena_str(arena, db_col_text(rows, 14)),
        .devices = db_col_i64(rows, 15),
    };
}

static int load_run(struct dispatch *d, int64_t id, struct err *err)
{
    AUTO(db_rows_closep) struct db_rows *rows = NULL;
    int rc;

    if (d->run.id == id)
        return 0;
    rc = db_query(d->db, "SELECT " COLUMNS " FROM patch_run r WHERE r.id = $1",
                  DB_ARGS(db_i64(id)), &rows, err);
    if (rc == 0)
        rc = db_next(rows, err);
    if (rc > 0)
        read_run(rows, &d->arena, &d->run);
    return rc < 0 ? rc : 0;
}

int patch_run_dispatch(struct db *db, struct patch_run_jobs *jobs,
                       int64_t limit, struct err *err)
{
    struct dispatch d = { .db = db, .jobs = jobs, .arena = ARENA };
    struct planned *planned;
    size_t n;
    int rc = read_planned(&d, limit, &planned, &n, err);

    for (size_t i = 0; rc == 0 && i < n; i++) {
        rc = load_run(&d, planned[i].run, err);
        if (rc == 0)
            rc = claim(&d, &planned[i], err);
        if (rc > 0)
            rc = dispatch_one(&d, &planned[i], err);
    }
    arena_clear(&d.arena);
    return rc < 0 ? rc : (int)n;
}

/* --- Ending --------------------------------------------------------------- */

int patch_run_close(struct db *db, int64_t now, struct err *err)
{
    int rc = db_run(db,
                    "UPDATE patch_run_device SET state = 'missed', final = 1,"
                    " ended = $1, text = 'nothing was heard of the device'"
                    " WHERE final = 0 AND due < $2 AND state <> 'planned'",
                    DB_ARGS(db_i64(now), db_i64(now - HEARD_WITHIN_S)), err);

    if (rc >= 0)
        rc = db_run(db,
                    "UPDATE patch_run SET ended = $1, state = 'ended'"
                    " WHERE ended = 0 AND state = 'running' AND NOT EXISTS ("
                    "SELECT 1 FROM patch_run_device rd WHERE rd.run ="
                    " patch_run.id AND rd.final = 0)",
                    DB_ARGS(db_i64(now)), err);
    return rc < 0 ? rc : 0;
}

static int cancel_job(struct db *db, int64_t job, int64_t device,
                      struct patch_run_jobs *jobs, struct err *err)
{
    struct job_cancel body = { .job = job };
    struct job_order order = { .device = device,
                               .type = JOB_CANCEL,
                               .life_s = CANCEL_LIFE_S,
                               .body = &body };
    int64_t id;
    int rc = job_add(db, jobs->signer, &order, jobs->now, &id, err);

    if (rc == 0)
        *vec_push(&jobs->woken) = device;
    return rc;
}

/* Changed and read in one: a device that another server is giving its job is
 * waited for. */
static int cancel_devices(struct db *db, int64_t run,
                          struct patch_run_jobs *jobs, struct err *err)
{
    struct pair {
        int64_t job;
        int64_t device;
    };
    VEC(struct pair) taken = { 0 };
    struct db_rows *rows = NULL;
    int rc = db_query(db,
                      "UPDATE patch_run_device SET state = 'cancelled',"
                      " final = 1, ended = $2 WHERE run = $1 AND final = 0"
                      " RETURNING job, device",
                      DB_ARGS(db_i64(run), db_i64(jobs->now)), &rows, err);

    while (rc == 0 && (rc = db_next(rows, err)) > 0) {
        struct pair pair = { db_col_i64(rows, 0), db_col_i64(rows, 1) };

        if (pair.job > 0)
            *vec_push(&taken) = pair;
        rc = 0;
    }
    db_rows_close(rows);
    for (size_t i = 0; rc == 0 && i < taken.n; i++)
        rc = cancel_job(db, taken.p[i].job, taken.p[i].device, jobs, err);
    vec_clear(&taken);
    return rc;
}

int patch_run_cancel(struct db *db, int64_t id, struct patch_run_jobs *jobs,
                     struct err *err)
{
    int rc = cancel_devices(db, id, jobs, err);

    return rc < 0 ? rc
                  : patch_run_move(db, id, STR("cancelled"), jobs->now, err);
}

/* --- A rollout is held ---------------------------------------------------- */

struct queued {
    int64_t run;
    int64_t device;
    int64_t job;
};

static int plan_again(struct db *db, const struct queued *q, int64_t now,
                      struct err *err)
{
    int rc = job_drop_one(db, q->job, now, err);

    if (rc > 0)
        rc = db_run(db,
                    "UPDATE patch_run_device SET state = 'planned', job = 0"
                    " WHERE run = $1 AND device = $2",
                    DB_ARGS(db_i64(q->run), db_i64(q->device)), err);
    return rc < 0 ? rc : 0;
}

int patch_run_hold(struct db *db, int64_t configuration, int64_t now,
                   struct err *err)
{
    VEC(struct queued) all = { 0 };
    struct db_rows *rows = NULL;
    int rc = db_query(db,
                      "SELECT rd.run, rd.device, rd.job FROM patch_run r"
                      " JOIN patch_run_device rd ON rd.run = r.id"
                      " WHERE r.configuration = $1 AND r.cause = 'ring'"
                      " AND r.state = 'running' AND rd.state = 'queued'"
                      " AND rd.job > 0",
                      DB_ARGS(db_i64(configuration)), &rows, err);

    while (rc == 0 && (rc = db_next(rows, err)) > 0) {
        *vec_push(&all) =
            (struct queued){ db_col_i64(rows, 0), db_col_i64(rows, 1),
                             db_col_i64(rows, 2) };
        rc = 0;
    }
    db_rows_close(rows);
    for (size_t i = 0; rc == 0 && i < all.n; i++)
        rc = plan_again(db, &all.p[i], now, err);
    vec_clear(&all);
    return rc;
}

/* --- What devices say
 * ----------------------------------------------------------------- */

static const struct {
    int64_t job_state;
    const char *state;
    bool final;
} states[] = {
    { JOB_STATE_TAKEN, "taken", false },
    { JOB_STATE_STARTED, "started", false },
    { JOB_STATE_DONE, "done", true },
    { JOB_STATE_FAILED, "error", true },
    { JOB_STATE_REFUSED, "refused", true },
    { JOB_STATE_WAITING, "waiting", false },
    { JOB_STATE_SKIPPED, "skipped", true },
};

/* That the job of a deployment or a staging is over does not say what became
 * of it: the results do. */
int patch_run_job_event(struct db *db, int64_t device,
                        const struct job_event *event, struct err *err)
{
    for (size_t i = 0; i < COUNT(states); i++) {
        int rc;

        if (states[i].job_state != event->state)
            continue;
        rc = db_run(
            db,
            "UPDATE patch_run_device SET state = $3, final = $4,"
            " text = $5, started = CASE WHEN $3 = 'started' THEN $6"
            " ELSE started END, ended = CASE WHEN $4 = 1 THEN $6 ELSE"
            " ended END WHERE job = $1 AND device = $2 AND final = 0"
            " AND ($3 <> 'done' OR NOT EXISTS (SELECT 1 FROM patch_run r"
            " WHERE r.id = patch_run_device.run"
            " AND r.kind IN ('deploy', 'stage')))",
            DB_ARGS(db_i64(event->job), db_i64(device),
                    db_text(str_c(states[i].state)), db_i64(states[i].final),
                    db_text(str_or_empty(event->text)), db_i64(event->at)),
            err);
        return rc < 0 ? rc : 0;
    }
    return 0;
}

static const char *outcome_state(const struct patching_results *r)
{
    if (r->phase != PATCHING_PHASE_DONE)
        return "started";
    switch (r->outcome) {
    case PATCHING_RUN_DONE:
        return "done";
    case PATCHING_RUN_SKIPPED:
        return "skipped";
    case PATCHING_RUN_MISSED:
        return "missed";
    default:
        return "error";
    }
}

static bool has_tried(const struct patching_results *r)
{
    const struct patching_outcome *all = r->outcomes.p;

    for (size_t i = 0; i < r->outcomes.n; i++)
        if (all[i].state == PATCHING_INSTALLED ||
            all[i].state == PATCHING_PENDING_REBOOT ||
            all[i].state == PATCHING_FAILED)
            return true;
    return false;
}

/* The end that results tell counts more than what events of the job said, and
 * more than a cancellation that came too late. $4: it is an end, $8: packages
 * were tried. */
#define STILL_OPEN                                                             \
    "(final = 0 OR state = 'missed' OR ($4 = 1 AND (state IN ('done',"         \
    " 'error', 'refused', 'skipped') OR (state = 'cancelled' AND ($8 = 1"      \
    " OR EXISTS (SELECT 1 FROM patch_deployment p WHERE p.device = $2"         \
    " AND p.run = $1 AND p.ok + p.failed > 0))))))"

int patch_run_told(struct db *db, int64_t device,
                   const struct patching_results *r, str local,
                   int64_t *out_run, struct err *err)
{
    int64_t run = r->terms.run;
    bool over = r->phase == PATCHING_PHASE_DONE;
    int rc = 0;

    *out_run = 0;
    if (run == 0 && local.n > 0)
        rc = db_one_i64(db,
                        "SELECT id FROM patch_run WHERE configuration = $1"
                        " AND task = $2 AND due = $3",
                        DB_ARGS(db_i64(r->terms.configuration),
                                db_text(r->terms.task), db_text(local)),
                        &run, err);
    if (rc < 0 || run == 0)
        return rc < 0 ? rc : 0;
    rc = db_run(db,
                "UPDATE patch_run_device SET state = $3, final = $4,"
                " started = $5, ended = $6, text = $7 WHERE run = $1"
                " AND device = $2 AND " STILL_OPEN,
                DB_ARGS(db_i64(run), db_i64(device),
                        db_text(str_c(outcome_state(r))), db_i64(over),
                        db_i64(r->started), db_i64(over ? r->ended : 0),
                        db_text(str_or_empty(r->text)), db_i64(has_tried(r))),
                err);
    if (rc > 0)
        *out_run = run;
    return rc < 0 ? rc : 0;
}

/* --- Reading
 * -------------------------------------------------------------------------- */

int patch_run_get(struct db *db, const struct scope *scope, int64_t id,
                  struct arena *arena, struct patch_run *out, struct err *err)
{
    AUTO(db_rows_closep) struct db_rows *rows = NULL;
    int rc = db_query(
        db,
        "SELECT " SEEN_COLUMNS " FROM patch_run r WHERE " SEEN " AND r.id = $3",
        DB_ARGS(db_i64(scope->org), db_i64(scope_limit(scope)), db_i64(id)),
        &rows, err);

    if (rc == 0)
        rc = db_next(rows, err);
    if (rc == 0)
        return err_set(err, E_ABSENT, "there is no patch run %lld",
                       (long long)id);
    if (rc > 0)
        read_run(rows, arena, out);
    return rc < 0 ? rc : 0;
}

int patch_run_list(struct db *db, const struct scope *scope,
                   const struct patch_run_query *q, struct arena *arena,
                   struct patch_runs *out, struct err *err)
{
    AUTO(db_rows_closep) struct db_rows *rows = NULL;
    int rc = db_query(db,
                      "SELECT " SEEN_COLUMNS " FROM patch_run r WHERE " SEEN
                      " AND ($3 = 0 OR r.configuration = $3)"
                      " AND ($4 = '' OR r.state = $4)"
                      " AND ($5 = 0 OR r.id < $5) ORDER BY r.id DESC LIMIT $6",
                      DB_ARGS(db_i64(scope->org), db_i64(scope_limit(scope)),
                              db_i64(q->configuration),
                              db_text(str_or_empty(q->state)),
                              db_i64(q->before), db_i64(q->limit)),
                      &rows, err);

    while (rc == 0 && (rc = db_next(rows, err)) > 0) {
        read_run(rows, arena, vec_push(&out->all));
        rc = 0;
    }
    return rc;
}

int patch_run_device_list(struct db *db, const struct scope *scope,
                          const struct patch_run_device_query *q,
                          struct arena *arena, struct patch_run_devices *out,
                          struct err *err)
{
    AUTO(db_rows_closep) struct db_rows *rows = NULL;
    int rc = db_query(
        db,
        "SELECT rd.run, rd.device, d.name, rd.state, rd.due, rd.started,"
        " rd.ended, rd.text FROM patch_run_device rd"
        " JOIN device d ON d.id = rd.device WHERE d.org = $1 AND " SCOPE_SQL
        " AND ($3 = 0 OR rd.run = $3) AND ($4 = 0 OR rd.device = $4)"
        " AND ($5 = '' OR rd.state = $5) AND rd.device > $6"
        " ORDER BY rd.device, rd.run LIMIT $7",
        DB_ARGS(db_i64(scope->org), db_i64(scope_limit(scope)), db_i64(q->run),
                db_i64(q->device), db_text(str_or_empty(q->state)),
                db_i64(q->after), db_i64(q->limit)),
        &rows, err);

    while (rc == 0 && (rc = db_next(rows, err)) > 0) {
        *vec_push(&out->all) = (struct patch_run_device){
            .run = db_col_i64(rows, 0),
            .device = db_col_i64(rows, 1),
            .name = arena_str(arena, db_col_text(rows, 2)),
            .state = arena_str(arena, db_col_text(rows, 3)),
            .due = db_col_i64(rows, 4),
            .started = db_col_i64(rows, 5),
            .ended = db_col_i64(rows, 6),
            .text = arena_str(arena, db_col_text(rows, 7)),
        };
        rc = 0;
    }
    return rc;
}
