/* SPDX-License-Identifier: Apache-2.0
 *
 * Runs: what was assessed, why, and what became of each device (K-RUN, X-10).
 */
#include "base/clock.h"
#include "fleet/run.h"
#include "server/agents.h"
#include "server/core.h"
#include "server/routes_int.h"
#include "server/run_json_int.h"

#define STATES                                                                 \
    "planned|due|queued|taken|waiting|started|done|error|skipped|missed|"      \
    "refused|unavailable|coalesced|cancelled"

const struct field run_fields[] = {
    { "id", FIELD_INTEGER, .required = true },
    { "configuration", FIELD_INTEGER, .required = true },
    { "configuration_name", FIELD_TEXT, .required = true },
    { "configuration_revision", FIELD_INTEGER, .required = true },
    { "cause", FIELD_TEXT, .required = true,
      .help = "now, schedule, api or enrolled" },
    { "started_by", FIELD_TEXT, .required = true },
    { "due", FIELD_TEXT, .help = "local time it was due at, or empty" },
    { "started", FIELD_TIME, .required = true },
    { "ended", FIELD_TIME, .help = "null while it goes on" },
    { "devices", FIELD_INTEGER, .required = true },
    { "targets", FIELD_OBJECT },
    { "states", FIELD_OBJECT, .help = "devices by state" },
    { NULL },
};

struct jval *run_json(const struct run *run)
{
    struct jval *o = jval_new_object();
    struct jval *targets = NULL;

    jval_set_i64(o, "id", run->id);
    jval_set_i64(o, "configuration", run->configuration);
    jval_set_text(o, "configuration_name", run->configuration_name);
    jval_set_i64(o, "configuration_revision", run->configuration_revision);
    jval_set_text(o, "cause", run->cause);
    jval_set_text(o, "started_by", run->started_by);
    jval_set_text(o, "due", run->due);
    json_time(o, "started", run->started);
    json_time(o, "ended", run->ended);
    jval_set_i64(o, "devices", run->devices);
    if (jval_parse(run->targets, CONFIGURATION_TARGETS_MAX, &targets, NULL) ==
        0)
        jval_set(o, "targets", targets);
    return o;
}

/* --- Handlers ------------------------------------------------------------ */

static const struct field list_query[] = {
    { "configuration", FIELD_INTEGER, .min = 1, .max = INT64_MAX },
    { NULL },
};

static int list(struct request *req, struct response *res, struct err *err)
{
    AUTO(jval_freep) struct jval *items = jval_new_array();
    struct run_query query = {
        .configuration = jval_i64(jval_get(req->query, "configuration"), 0),
    };
    struct runs runs = { 0 };
    struct page page;
    int rc = request_page_id(req, &page, &query.before, err);

    if (rc < 0)
        return rc;
    query.limit = page.limit;
    rc = run_list(req->core->db, &req->scope, &query, &req->arena, &runs, err);
    for (size_t i = 0; rc == 0 && i < runs.all.n; i++) {
        struct jval *item = run_json(&runs.all.p[i]);

        jval_remove(item, "targets");
        jval_push(items, item);
    }
    if (rc == 0)
        respond_page(req, res, &page, TAKE(items),
                     runs.all.n > 0 ? runs.all.p[runs.all.n - 1].id : 0, -1);
    runs_clear(&runs);
    return rc;
}

static int get(struct request *req, struct response *res, struct err *err)
{
    struct run_counts counts = { 0 };
    struct jval *states;
    struct run run;
    int rc = run_get(req->core->db, &req->scope, req->params[0], &req->arena,
                     &run, err);

    if (rc == 0)
        rc = run_counts(req->core->db, &req->scope, run.id, &req->arena,
                        &counts, err);
    if (rc < 0)
        return rc;
    res->json = run_json(&run);
    states = jval_new_object();
    for (size_t i = 0; i < counts.all.n; i++)
        jval_set_i64(states, arena_c(&req->arena, counts.all.p[i].state),
                     counts.all.p[i].devices);
    jval_set(res->json, "states", states);
    vec_clear(&counts.all);
    return 0;
}

static const struct field devices_query[] = {
    { "state", FIELD_ENUM, .words = STATES },
    { NULL },
};
static const struct field device_fields[] = {
    { "device", FIELD_INTEGER, .required = true },
    { "name", FIELD_TEXT, .required = true },
    { "state", FIELD_ENUM, .required = true, .words = STATES },
    { "due", FIELD_TIME },
    { "started", FIELD_TIME },
    { "ended", FIELD_TIME },
    { "text", FIELD_TEXT, .said = true, .max = AGENT_TEXT_MAX, .help = "why" },
    { NULL },
};

static struct jval *device_json(const struct run_device *d)
{
    struct jval *o = jval_new_object();

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
    AUTO(jval_freep) struct jval *items = jval_new_array();
    struct run_device_query query = {
        .run = req->params[0],
        .state = jval_text(jval_get(req->query, "state"), STR("")),
    };
    struct run_devices all = { 0 };
    struct run run;
    struct page page;
    int rc = request_page_id(req, &page, &query.after, err);

    if (rc == 0)
        rc = run_get(req->core->db, &req->scope, query.run, &req->arena, &run,
                     err);
    if (rc < 0)
        return rc;
    query.limit = page.limit;
    rc = run_device_list(req->core->db, &req->scope, &query, &req->arena, &all,
                         err);
    for (size_t i = 0; rc == 0 && i < all.all.n; i++)
        jval_push(items, device_json(&all.all.p[i]));
    if (rc == 0)
        respond_page(req, res, &page, TAKE(items),
                     all.all.n > 0 ? all.all.p[all.all.n - 1].device : 0,
                     query.state.n == 0 ? run.devices : -1);
    vec_clear(&all.all);
    return rc;
}

static int cancel(struct request *req, struct response *res, struct err *err)
{
    struct run_jobs jobs = { .signer = req->core->job_signer, .now = req->now };
    int rc = db_begin(req->core->db, err);

    (void)res;
    if (rc == 0)
        rc = run_cancel(req->core->db, &req->scope, req->params[0], &jobs, err);
    if (rc == 0)
        rc = request_audit(req, "run.cancelled", req->params[0], NULL, NULL,
                           err);
    if (rc == 0)
        rc = db_commit(req->core->db, err);
    for (size_t i = 0; rc == 0 && i < jobs.woken.n; i++)
        agents_wake(req->core, jobs.woken.p[i]);
    vec_clear(&jobs.woken);
    return rc;
}

static const struct route rows[] = {
    { METHOD_GET, "/api/v1/runs", DOOR_API, PERM_RUN_READ, .handler = list,
      .query = list_query, .answer = run_fields, .list = true,
      .summary = "List the runs, newest first." },
    { METHOD_GET, "/api/v1/runs/{run}", DOOR_API, PERM_RUN_READ, .handler = get,
      .answer = run_fields, .summary = "One run, with its devices by state." },
    { METHOD_GET, "/api/v1/runs/{run}/devices", DOOR_API, PERM_RUN_READ,
      .handler = devices, .query = devices_query, .answer = device_fields,
      .list = true, .summary = "What became of each device of a run." },
    { METHOD_POST, "/api/v1/runs/{run}/cancel", DOOR_API, PERM_RUN_START,
      .handler = cancel, .summary = "End a run; what is done stays." },
};
const struct route_table routes_run = { rows, COUNT(rows) };
