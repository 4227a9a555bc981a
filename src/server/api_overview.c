/* SPDX-License-Identifier: Apache-2.0
 *
 * The first page in one answer: what is wrong, what will happen next, what
 * went wrong last. Every number comes with the request that lists what is
 * behind it, and counts what the caller's labels show. A part that the
 * caller may not read is null.
 */
#include <stdio.h>

#include "base/clock.h"
#include "base/log.h"
#include "fleet/patch_run.h"
#include "fleet/run.h"
#include "risk/cve.h"
#include "server/core.h"
#include "server/exposure.h"
#include "server/routes_int.h"
#include "server/self_report.h"
#include "server/tasks.h"

enum {
    DAY_S = 86400,
    NOT_SEEN_S = 7 * DAY_S,
    RUNS_LOOKED_AT = 50,
    DUE_SHOWN = 20,
    LOOK_EVERY_MS = 50,
    WAIT_MS = 60000,
};

#define NOT_SEEN_QUERY                                                         \
    "/api/v1/devices?filter=kind%20%3D%20%22agent%22%20and%20"                 \
    "last_seen%20%3E%207d"

/* --- Fields -------------------------------------------------------------- */

static const struct field count_fields[] = {
    { "count", FIELD_INTEGER, .required = true },
    { "query", FIELD_TEXT, .required = true, .help = "lists them" },
    { NULL },
};
static const struct field day_fields[] = {
    { "day", FIELD_TIME, .required = true },
    { "devices", FIELD_INTEGER, .required = true },
    { "affected", FIELD_INTEGER, .required = true },
    { "findings", FIELD_INTEGER, .required = true },
    { "exploited", FIELD_INTEGER, .required = true },
    { "undecided", FIELD_INTEGER, .required = true },
    { NULL },
};
static const struct field exposure_fields[] = {
    { "at", FIELD_TIME, .required = true, .help = "when it was counted" },
    { "devices", FIELD_INTEGER, .required = true, .help = "assessed" },
    { "affected", FIELD_INTEGER, .required = true,
      .help = "devices with a finding" },
    { "findings", FIELD_INTEGER, .required = true },
    { "exploited", FIELD_INTEGER, .required = true,
      .help = "findings with a CVE that is exploited" },
    { "undecided", FIELD_INTEGER, .required = true,
      .help = "error and unknown: never clean" },
    { "query", FIELD_TEXT, .required = true },
    { "affected_query", FIELD_TEXT, .required = true },
    { "history", FIELD_LIST, .of = day_fields, .max = EXPOSURE_DAYS,
      .help = "days, oldest first; null for who sees only some devices" },
    { NULL },
};
static const struct field worst_fields[] = {
    { "device", FIELD_INTEGER, .required = true },
    { "name", FIELD_TEXT, .required = true },
    { "os", FIELD_TEXT, .required = true },
    { "findings", FIELD_INTEGER, .required = true },
    { "query", FIELD_TEXT, .required = true },
    { NULL },
};
static const struct field cve_fields[] = {
    { "cve", FIELD_TEXT, .required = true },
    { "added", FIELD_TEXT, .help = "day it was listed as exploited" },
    { "devices", FIELD_INTEGER, .required = true, .help = "at least" },
    { "definition", FIELD_TEXT, .required = true },
    { "content", FIELD_INTEGER, .required = true },
    { "title", FIELD_TEXT, .required = true, .max = 1 << 20 },
    { "query", FIELD_TEXT, .required = true },
    { NULL },
};
static const struct field due_fields[] = {
    { "count", FIELD_INTEGER, .required = true },
    { "query", FIELD_TEXT, .required = true },
    { "items", FIELD_LIST, .required = true, .of = task_fields,
      .max = DUE_SHOWN },
    { NULL },
};
static const struct field state_fields[] = {
    { "state", FIELD_TEXT, .required = true },
    { "devices", FIELD_INTEGER, .required = true },
    { "query", FIELD_TEXT, .required = true },
    { NULL },
};
static const struct field run_fields[] = {
    { "id", FIELD_INTEGER, .required = true },
    { "name", FIELD_TEXT, .required = true },
    { "task", FIELD_TEXT, .help = "of a deployment" },
    { "ended", FIELD_TIME, .required = true },
    { "devices", FIELD_INTEGER, .required = true },
    { "failed", FIELD_INTEGER, .required = true },
    { "query", FIELD_TEXT, .required = true },
    { "states", FIELD_LIST, .required = true, .of = state_fields,
      .help = "those that are a failure" },
    { NULL },
};
static const struct field check_fields[] = {
    { "name", FIELD_TEXT, .required = true },
    { "state", FIELD_ENUM, .required = true,
      .words = "good|attention|unknown" },
    { "text", FIELD_TEXT, .said = true, .required = true, .max = 8192 },
    { NULL },
};
static const struct field health_fields[] = {
    { "state", FIELD_ENUM, .required = true,
      .words = "good|attention|unknown" },
    { "query", FIELD_TEXT, .required = true },
    { "checks", FIELD_LIST, .required = true, .of = check_fields,
      .help = "those that are not good" },
    { NULL },
};
static const struct field overview_fields[] = {
    { "at", FIELD_TIME, .required = true },
    { "devices", FIELD_OBJECT, .of = count_fields },
    { "not_seen", FIELD_OBJECT, .of = count_fields,
      .help = "agents, for seven days" },
    { "reboots", FIELD_OBJECT, .of = count_fields },
    { "exposure", FIELD_OBJECT, .of = exposure_fields },
    { "worst", FIELD_LIST, .of = worst_fields, .max = EXPOSURE_WORST },
    { "worst_query", FIELD_TEXT, .required = true },
    { "cves", FIELD_LIST, .of = cve_fields, .max = EXPOSURE_EXPLOITED,
      .help = "exploited ones that devices have, newest first" },
    { "cve_total", FIELD_INTEGER },
    { "due", FIELD_OBJECT, .of = due_fields, .help = "in 24 hours" },
    { "run", FIELD_OBJECT, .of = run_fields,
      .help = "the newest assessment that ended" },
    { "patch_run", FIELD_OBJECT, .of = run_fields,
      .help = "the newest deployment that ended" },
    { "health", FIELD_OBJECT, .of = health_fields,
      .help = "null for who sees only some devices" },
    { NULL },
};

/* --- Counts of devices --------------------------------------------------- */

static struct jval *counted(int64_t n, const char *query)
{
    struct jval *o = jval_new_object();

    jval_set_i64(o, "count", n);
    jval_set_text(o, "query", str_c(query));
    return o;
}

static int add_devices(struct request *req, struct jval *out, struct err *err)
{
    AUTO(db_rows_closep) struct db_rows *rows = NULL;
    int rc = db_query(
        req->core->db,
        "SELECT COUNT(*), COALESCE(SUM(CASE WHEN d.kind = 'agent'"
        " AND d.last_seen > 0 AND d.last_seen < $3 THEN 1 ELSE 0 END), 0)"
        " FROM device d WHERE d.org = $1 AND d.retired = 0 AND d.deleted = 0"
        " AND " SCOPE_SQL,
        DB_ARGS(db_i64(req->scope.org), db_i64(scope_limit(&req->scope)),
                db_i64(req->now - NOT_SEEN_S)),
        &rows, err);

    if (rc == 0)
        rc = db_next(rows, err);
    if (rc <= 0)
        return rc;
    jval_set(out, "devices", counted(db_col_i64(rows, 0), "/api/v1/devices"));
    jval_set(out, "not_seen", counted(db_col_i64(rows, 1), NOT_SEEN_QUERY));
    return 0;
}

static int add_reboots(struct request *req, struct jval *out, struct err *err)
{
    int64_t n = 0;
    int rc = db_one_i64(
        req->core->db,
        "SELECT COUNT(*) FROM patch_scan s JOIN device d ON d.id = s.device"
        " WHERE s.reboot <> 0 AND d.org = $1 AND d.retired = 0"
        " AND d.deleted = 0 AND " SCOPE_SQL,
        DB_ARGS(db_i64(req->scope.org), db_i64(scope_limit(&req->scope))), &n,
        err);

    if (rc < 0)
        return rc;
    jval_set(out, "reboots",
             counted(n, "/api/v1/patch-devices?state=pending%20reboot"));
    return 0;
}

/* --- Exposure ------------------------------------------------------------ */

/* Exposure may still be counted: then the answer waits for it. */
struct pending {
    struct core *core;
    struct scope scope;
    int64_t now;
    int64_t until_ms;
    struct jval *json; /* all the rest */
    struct held *held;
    struct loop_watch *timer;
};

static int day_json(void *ctx, struct db_rows *row, struct err *err UNUSED)
{
    struct jval *o = jval_new_object();

    json_time(o, "day", db_col_i64(row, 0));
    jval_set_i64(o, "devices", db_col_i64(row, 1));
    jval_set_i64(o, "affected", db_col_i64(row, 2));
    jval_set_i64(o, "findings", db_col_i64(row, 3));
    jval_set_i64(o, "exploited", db_col_i64(row, 4));
    jval_set_i64(o, "undecided", db_col_i64(row, 5));
    jval_push(ctx, o);
    return 0;
}

/* The days were counted over all devices: for others they would tell of what
 * their labels do not show. */
static int add_history(const struct pending *p, struct jval *out,
                       struct err *err)
{
    AUTO(jval_freep) struct jval *days = jval_new_array();
    int rc;

    if (scope_limit(&p->scope) != 0) {
        jval_set(out, "history", jval_new_null());
        return 0;
    }
    rc = db_each(p->core->db,
                 "SELECT day, devices, affected, findings, exploited,"
                 " undecided FROM exposure_day WHERE org = $1 AND day > $2"
                 " ORDER BY day",
                 DB_ARGS(db_i64(p->scope.org),
                         db_i64(p->now - (int64_t)EXPOSURE_DAYS * DAY_S)),
                 day_json, days, err);
    if (rc >= 0)
        jval_set(out, "history", TAKE(days));
    return rc < 0 ? rc : 0;
}

static struct jval *cve_json(const struct exposed_cve *cve)
{
    AUTO(buf_clear) struct buf query = BUF(4096);
    struct jval *o = jval_new_object();
    char day[DAY_TEXT_SIZE];

    buf_printf(&query, "/api/v1/catalogue?view=affected&cve=%" PRIstr,
               ARGstr(cve->cve));
    jval_set_text(o, "cve", cve->cve);
    jval_set_text(o, "added",
                  cve->added != 0 ? day_text(cve->added, day) : STR_NONE);
    jval_set_i64(o, "devices", cve->devices);
    jval_set_text(o, "definition", cve->definition);
    jval_set_i64(o, "content", cve->content);
    jval_set_text(o, "title", cve->title);
    jval_set_text(o, "query", buf_str(&query));
    return o;
}

static void add_cves(const struct exposure *e, struct jval *out)
{
    struct jval *list = jval_new_array();

    for (size_t i = 0; i < e->cve_count; i++)
        jval_push(list, cve_json(&e->cves[i]));
    jval_set(out, "cves", list);
    jval_set_i64(out, "cve_total", (int64_t)e->cve_total);
}

static int add_worst(const struct pending *p, const struct exposure *e,
                     struct err *err)
{
    struct jval *worst = jval_new_array();
    int rc = exposure_worst(p->core, &p->scope, e, worst, err);

    for (size_t i = 0; i < jval_count(worst); i++) {
        struct jval *o = jval_at(worst, i);
        char query[80];

        snprintf(query, sizeof(query), "/api/v1/devices/%lld/findings",
                 (long long)jval_i64(jval_get(o, "device"), 0));
        jval_set_text(o, "query", str_c(query));
    }
    jval_set(p->json, "worst", worst);
    return rc;
}

/* 1: it is still counted. */
static int fill_exposure(const struct pending *p, struct err *err)
{
    const struct exposure *e;
    struct jval *o;
    int rc = exposure_get(p->core, &p->scope, p->now, &e, err);

    if (rc != 0)
        return rc;
    o = jval_new_object();
    jval_set(p->json, "exposure", o);
    json_time(o, "at", e->current ? p->now : e->at);
    jval_set_i64(o, "devices", e->devices);
    jval_set_i64(o, "affected", e->affected);
    jval_set_i64(o, "findings", e->findings);
    jval_set_i64(o, "exploited", e->exploited);
    jval_set_i64(o, "undecided", e->undecided);
    jval_set_text(o, "query",
                  STR("/api/v1/catalogue?view=affected&sort=affected"));
    jval_set_text(o, "affected_query",
                  STR("/api/v1/reports/compliance?sort=failed"));
    add_cves(e, p->json);
    rc = add_history(p, o, err);
    return rc < 0 ? rc : add_worst(p, e, err);
}

static void pending_free(struct pending *p)
{
    loop_remove(p->timer);
    jval_free(p->json);
    mem_free(p);
}

static void pending_gone(void *ctx)
{
    pending_free(ctx);
}

static void pending_look(void *ctx)
{
    struct pending *p = ctx;
    struct response res;
    struct err err = { 0 };
    int rc = fill_exposure(p, &err);

    p->timer = NULL;
    if (rc == 1 && clock_monotonic_ms() < p->until_ms) {
        p->timer = loop_timer(p->core->loop, LOOK_EVERY_MS, pending_look, p);
        return;
    }
    if (rc < 0)
        log_error("exposure.failed", LOG_TEXT("why", str_c(err_text(&err))));
    response_init(&res);
    if (rc == 0)
        res.json = TAKE(p->json);
    else
        respond_problem(&res, rc < 0 ? 500 : 503, NULL,
                        "the findings could not be counted");
    held_answer(p->held, &res);
    pending_free(p);
}

/* 1: the request is held. */
static int add_exposure(struct request *req, struct response *res,
                        struct err *err)
{
    struct pending now = { .core = req->core,
                           .scope = req->scope,
                           .now = req->now,
                           .json = res->json };
    struct pending *p;
    int rc = fill_exposure(&now, err);

    if (rc != 1)
        return rc;
    p = mem_alloc(1, sizeof(*p));
    *p = now;
    p->scope.name = STR("");
    p->until_ms = clock_monotonic_ms() + WAIT_MS;
    res->json = NULL;
    p->held = request_hold(req, pending_gone, p);
    p->timer = loop_timer(req->core->loop, LOOK_EVERY_MS, pending_look, p);
    res->held = true;
    return 1;
}

/* --- What is due --------------------------------------------------------- */

static int add_due(struct request *req, struct jval *out, struct err *err)
{
    struct jval *shown = jval_new_array();
    struct jval *due = jval_new_object();
    struct jval *all = NULL;
    int rc = tasks_until(req, req->now + DAY_S, &all, err);

    for (size_t i = 0; rc == 0 && i < jval_count(all) && i < DUE_SHOWN; i++)
        jval_push(shown, jval_copy(jval_at(all, i)));
    jval_set_i64(due, "count", (int64_t)jval_count(all));
    jval_set_text(due, "query", STR("/api/v1/tasks?days=1"));
    jval_set(due, "items", shown);
    jval_set(out, "due", due);
    jval_free(all);
    return rc;
}

/* --- What went wrong ----------------------------------------------------- */

static bool is_failure(str state)
{
    static const char *const failures[] = { "error", "missed", "refused",
                                            "unavailable" };

    for (size_t i = 0; i < COUNT(failures); i++) {
        if (str_eq_c(state, failures[i]))
            return true;
    }
    return false;
}

static void add_state(struct request *req, struct jval *run, str state,
                      int64_t devices)
{
    struct jval *states = jval_get(run, "states");
    str query = jval_text(jval_get(run, "query"), STR(""));
    struct jval *o;

    if (!is_failure(state) || devices == 0)
        return;
    o = jval_new_object();
    jval_set_text(o, "state", state);
    jval_set_i64(o, "devices", devices);
    jval_set_text(o, "query",
                  arena_printf(&req->arena, "%" PRIstr "?state=%" PRIstr,
                               ARGstr(query), ARGstr(state)));
    jval_push(states, o);
    jval_set_i64(run, "failed", jval_i64(jval_get(run, "failed"), 0) + devices);
}

static struct jval *run_begun(struct request *req, const char *path, int64_t id,
                              str name)
{
    struct jval *o = jval_new_object();

    jval_set_i64(o, "id", id);
    jval_set_text(o, "name", name);
    jval_set_i64(o, "failed", 0);
    jval_set_text(
        o, "query",
        arena_printf(&req->arena, "%s/%lld/devices", path, (long long)id));
    jval_set(o, "states", jval_new_array());
    return o;
}

static int describe_run(struct request *req, const struct run *run,
                        struct jval *out, struct err *err)
{
    struct run_counts counts = { 0 };
    struct jval *o =
        run_begun(req, "/api/v1/runs", run->id, run->configuration_name);
    int rc = run_counts(req->core->db, &req->scope, run->id, &req->arena,
                        &counts, err);

    json_time(o, "ended", run->ended);
    jval_set_i64(o, "devices", run->devices);
    for (size_t i = 0; rc == 0 && i < counts.all.n; i++)
        add_state(req, o, counts.all.p[i].state, counts.all.p[i].devices);
    jval_set(out, "run", o);
    vec_clear(&counts.all);
    return rc;
}

static int add_run(struct request *req, struct jval *out, struct err *err)
{
    struct run_query query = { .limit = RUNS_LOOKED_AT };
    struct runs runs = { 0 };
    int rc =
        run_list(req->core->db, &req->scope, &query, &req->arena, &runs, err);

    for (size_t i = 0; rc == 0 && i < runs.all.n; i++) {
        if (runs.all.p[i].ended == 0)
            continue;
        rc = describe_run(req, &runs.all.p[i], out, err);
        break;
    }
    runs_clear(&runs);
    return rc;
}

static int patch_state_counts(struct request *req, int64_t run,
                              struct jval *out, struct err *err)
{
    AUTO(db_rows_closep) struct db_rows *rows = NULL;
    int rc = db_query(
        req->core->db,
        "SELECT r.state, COUNT(*) FROM patch_run_device r JOIN device d"
        " ON d.id = r.device WHERE d.org = $1 AND " SCOPE_SQL
        " AND r.run = $3 GROUP BY r.state ORDER BY r.state",
        DB_ARGS(db_i64(req->scope.org), db_i64(scope_limit(&req->scope)),
                db_i64(run)),
        &rows, err);

    while (rc == 0 && (rc = db_next(rows, err)) > 0) {
        add_state(req, out, arena_str(&req->arena, db_col_text(rows, 0)),
                  db_col_i64(rows, 1));
        rc = 0;
    }
    return rc;
}

static int describe_patch_run(struct request *req, const struct patch_run *run,
                              struct jval *out, struct err *err)
{
    struct jval *o = run_begun(req, "/api/v1/patch-runs", run->id, run->kind);
    struct patch_setup setup;

    jval_set(out, "patch_run", o);
    json_time(o, "ended", run->ended);
    jval_set_i64(o, "devices", run->devices);
    jval_set_text(o, "task", run->task);
    if (run->configuration != 0 &&
        patch_setup_get(req->core->db, &req->scope, run->configuration,
                        &req->arena, &setup, NULL) == 0)
        jval_set_text(o, "name", setup.name);
    return patch_state_counts(req, run->id, o, err);
}

static int add_patch_run(struct request *req, struct jval *out, struct err *err)
{
    AUTO(patch_runs_clear) struct patch_runs runs = { 0 };
    struct patch_run_query query = { .state = STR(""),
                                     .limit = RUNS_LOOKED_AT };
    int rc = patch_run_list(req->core->db, &req->scope, &query, &req->arena,
                            &runs, err);

    for (size_t i = 0; rc == 0 && i < runs.all.n; i++) {
        const struct patch_run *run = &runs.all.p[i];

        if (run->ended == 0 || !str_eq(run->kind, PATCH_RUN_DEPLOY))
            continue;
        return describe_patch_run(req, run, out, err);
    }
    return rc;
}

/* --- The server itself --------------------------------------------------- */

/* The checks count over all devices, too. */
static int add_health(struct request *req, struct jval *out, struct err *err)
{
    AUTO(jval_freep) struct jval *report = NULL;
    const struct jval *checks;
    struct jval *shown;
    struct jval *o;
    str state = STR("good");
    int rc;

    if (scope_limit(&req->scope) != 0 || req->core->reports == NULL)
        return 0;
    shown = jval_new_array();
    o = jval_new_object();
    rc = self_report_make(req->core, req->now, &report, err);
    checks = rc == 0 ? jval_get(report, "checks") : NULL;
    for (size_t i = 0; i < jval_count(checks); i++) {
        const struct jval *check = jval_at(checks, i);
        str is = jval_text(jval_get(check, "state"), STR("unknown"));
        struct jval *line;

        if (str_eq_c(is, "good"))
            continue;
        line = jval_new_object();
        jval_set_text(line, "name",
                      jval_text(jval_get(check, "name"), STR("")));
        jval_set_text(line, "state", is);
        jval_set_text(line, "text",
                      jval_text(jval_get(check, "text"), STR("")));
        jval_push(shown, line);
        if (!str_eq_c(state, "attention"))
            state =
                str_eq_c(is, "attention") ? STR("attention") : STR("unknown");
    }
    jval_set_text(o, "state", state);
    jval_set_text(o, "query", STR("/api/v1/reports/self"));
    jval_set(o, "checks", shown);
    jval_set(out, "health", o);
    return rc;
}

/* --- All of it ----------------------------------------------------------- */

static int add_nothing(struct request *req UNUSED, struct jval *out UNUSED,
                       struct err *err UNUSED)
{
    return 0;
}

static const struct {
    enum permission permission;
    int (*add)(struct request *req, struct jval *out, struct err *err);
    const char *member;
} parts[] = {
    { PERM_DEVICE_READ, add_devices, "devices" },
    { PERM_DEVICE_READ, add_nothing, "not_seen" }, /* comes with them */
    { PERM_PATCH_READ, add_reboots, "reboots" },
    { PERM_REPORT_READ, add_nothing, "exposure" }, /* comes last */
    { PERM_SCHEDULE_READ, add_due, "due" },
    { PERM_RUN_READ, add_run, "run" },
    { PERM_PATCH_READ, add_patch_run, "patch_run" },
    { PERM_SETTING_READ, add_health, "health" },
};

static int overview(struct request *req, struct response *res, struct err *err)
{
    int rc = 0;

    res->json = jval_new_object();
    json_time(res->json, "at", req->now);
    jval_set_text(res->json, "worst_query",
                  STR("/api/v1/reports/compliance?sort=failed"));
    for (size_t i = 0; rc == 0 && i < COUNT(parts); i++) {
        if (jval_get(res->json, parts[i].member) == NULL)
            jval_set(res->json, parts[i].member, jval_new_null());
        if (scope_may(&req->scope, parts[i].permission))
            rc = parts[i].add(req, res->json, err);
    }
    if (rc == 0 && scope_may(&req->scope, PERM_REPORT_READ))
        rc = add_exposure(req, res, err);
    return rc < 0 ? rc : 0;
}

static const struct route rows[] = {
    { METHOD_GET, "/api/v1/overview", DOOR_API, PERM_NONE, .handler = overview,
      .answer = overview_fields,
      .summary = "What is wrong, what is due, what failed; each with the "
                 "request that lists it." },
};
const struct route_table routes_overview = { rows, COUNT(rows) };
