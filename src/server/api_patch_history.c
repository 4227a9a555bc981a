/* SPDX-License-Identifier: Apache-2.0
 *
 * What became of patches (P-HIS): events, deployments, totals for charts.
 */
#include "fleet/patch_history.h"
#include "server/api_patch_int.h"
#include "server/listing.h"
#include "server/routes_int.h"

enum {
    FILE_ROWS_MAX = 1000000,
};

#define RANGE                                                                  \
    { "device", FIELD_INTEGER, .min = 1, .max = INT64_MAX },                   \
        { "since", FIELD_TIME },                                               \
    {                                                                          \
        "until", FIELD_TIME                                                    \
    }

static const struct field event_fields[] = {
    { "id", FIELD_INTEGER, .required = true },
    { "at", FIELD_TIME, .required = true },
    { "device", FIELD_INTEGER, .required = true },
    { "name", FIELD_TEXT, .required = true },
    { "deployment", FIELD_INTEGER, .required = true },
    { "patch", FIELD_TEXT, .required = true },
    { "package", FIELD_TEXT, .required = true },
    { "from", FIELD_TEXT, .required = true },
    { "to", FIELD_TEXT, .required = true },
    { "state", FIELD_TEXT, .required = true, .help = "P-HIS-3" },
    { "code", FIELD_INTEGER, .required = true },
    { "text", FIELD_TEXT, .said = true, .required = true, .max = 8192 },
    { NULL },
};
static const struct field event_query[] = {
    RANGE,
    { "patch", FIELD_TEXT, .max = 255 },
    { "deployment", FIELD_INTEGER, .min = 1, .max = INT64_MAX },
    { "state", FIELD_ENUM,
      .words = "queued|staged|downloading|waiting for reboot|installing|"
               "installed|pending reboot|failed|skipped|superseded|cancelled|"
               "missed" },
    LISTING_QUERY,
    { NULL },
};
static const struct field deployment_fields[] = {
    { "id", FIELD_INTEGER, .required = true },
    { "device", FIELD_INTEGER, .required = true },
    { "name", FIELD_TEXT, .required = true },
    { "configuration", FIELD_INTEGER, .required = true },
    { "configuration_name", FIELD_TEXT, .required = true },
    { "version", FIELD_INTEGER, .required = true },
    { "task", FIELD_TEXT, .required = true },
    { "run", FIELD_INTEGER },
    { "due", FIELD_TIME },
    { "catch_up", FIELD_BOOL, .required = true },
    { "started", FIELD_TIME },
    { "ended", FIELD_TIME },
    { "outcome", FIELD_ENUM, .required = true,
      .words = "going on|done|error|skipped|missed" },
    { "ok", FIELD_INTEGER, .required = true },
    { "failed", FIELD_INTEGER, .required = true },
    { "groups", FIELD_OBJECT, .help = "revisions of patch groups it used" },
    { "text", FIELD_TEXT, .said = true, .required = true, .max = 8192 },
    { NULL },
};
static const struct field deployment_query[] = {
    RANGE,
    { "configuration", FIELD_INTEGER, .min = 1, .max = INT64_MAX },
    { "run", FIELD_INTEGER, .min = 1, .max = INT64_MAX },
    { NULL },
};
static const struct column event_columns[] = {
    { "at", { { "Time", "Heure", "Tijd" } }, 3 },
    { "name", { { "Device", "Appareil", "Apparaat" } }, 3 },
    { "patch", { { "Patch", "Correctif", "Patch" } }, 3 },
    { "package", { { "Package", "Paquet", "Pakket" } }, 3 },
    { "from", { { "From", "De", "Van" } }, 2 },
    { "to", { { "To", "\xC3\x80", "Naar" } }, 2 },
    { "state", { { "State", "\xC3\x89tat", "Status" } }, 2 },
    { "code", { { "Code", "Code", "Code" } }, 1 },
    { "text", { { "Reason", "Motif", "Reden" } }, 5 },
    { NULL, { { NULL } }, 0 },
};

static struct patch_history_query query_of(struct request *req)
{
    const struct jval *q = req->query;

    return (struct patch_history_query){
        .device = jval_i64(jval_get(q, "device"), 0),
        .deployment = jval_i64(jval_get(q, "deployment"), 0),
        .configuration = jval_i64(jval_get(q, "configuration"), 0),
        .run = jval_i64(jval_get(q, "run"), 0),
        .patch = jval_text(jval_get(q, "patch"), STR("")),
        .state = patching_state_find(jval_text(jval_get(q, "state"), STR("-"))),
        .since = request_time(jval_get(q, "since"), 0),
        .until = request_time(jval_get(q, "until"), 0),
    };
}

/* --- Events --------------------------------------------------------------- */

static struct jval *event_json(const struct patch_event *e)
{
    const char *state = patching_state_name(e->state);
    struct jval *o = jval_new_object();

    jval_set_i64(o, "id", e->id);
    json_time(o, "at", e->at);
    jval_set_i64(o, "device", e->device);
    jval_set_text(o, "name", e->device_name);
    jval_set_i64(o, "deployment", e->deployment);
    jval_set_text(o, "patch", e->patch);
    jval_set_text(o, "package", e->package);
    jval_set_text(o, "from", e->from);
    jval_set_text(o, "to", e->to);
    jval_set_text(o, "state", str_c(state != NULL ? state : ""));
    jval_set_i64(o, "code", e->code);
    jval_set_text(o, "text", e->text);
    return o;
}

static struct jval *listed_event(void *ctx, const struct listed *row,
                                 struct err *err UNUSED)
{
    const struct patch_events *all = ctx;

    return event_json(&all->all.p[row->b]);
}

static int answer_file(struct request *req, struct response *res,
                       struct patch_events *all, struct err *err)
{
    struct listing listing = { .title = { { "Deployment history",
                                            "Historique de d\xC3\xA9"
                                            "ploiement",
                                            "Implementatiegeschiedenis" } },
                               .columns = event_columns,
                               .json = listed_event,
                               .ctx = all };
    int rc;

    for (size_t i = 0; i < all->all.n; i++)
        listing_add(&listing, -all->all.p[i].id, STR(""), all->all.p[i].id,
                    (int64_t)i);
    rc = listing_answer(req, res, &listing, err);
    listing_clear(&listing);
    return rc;
}

static int events(struct request *req, struct response *res, struct err *err)
{
    AUTO(patch_events_clear) struct patch_events all = { 0 };
    struct patch_history_query query = query_of(req);
    str format = jval_text(jval_get(req->query, "format"), STR("json"));
    bool file = !str_eq_c(format, "json");
    struct page page;
    int rc = request_page_id(req, &page, &query.before, err);

    query.limit = file ? FILE_ROWS_MAX : page.limit;
    if (rc == 0)
        rc = patch_event_list(req->core->db, &req->scope, &query, &req->arena,
                              &all, err);
    if (rc < 0)
        return rc;
    if (file)
        return answer_file(req, res, &all, err);
    RESPOND_ROWS(req, res, &page, all.all, id, event_json(row));
    return 0;
}

/* --- Deployments ---------------------------------------------------------- */

static struct jval *deployment_json(const struct patch_deployment *d)
{
    static const char *const outcomes[] = { "going on", "done", "error",
                                            "skipped", "missed" };
    struct jval *o = jval_new_object();

    jval_set_i64(o, "id", d->id);
    jval_set_i64(o, "device", d->device);
    jval_set_text(o, "name", d->device_name);
    jval_set_i64(o, "configuration", d->configuration);
    jval_set_text(o, "configuration_name", d->configuration_name);
    jval_set_i64(o, "version", d->version);
    jval_set_text(o, "task", d->task);
    jval_set_i64(o, "run", d->run);
    json_time(o, "due", d->due);
    jval_set_bool(o, "catch_up", d->catch_up);
    json_time(o, "started", d->started);
    json_time(o, "ended", d->ended);
    jval_set_text(o, "outcome",
                  str_c(d->outcome >= 0 && d->outcome < (int64_t)COUNT(outcomes)
                            ? outcomes[d->outcome]
                            : "error"));
    jval_set_i64(o, "ok", d->ok);
    jval_set_i64(o, "failed", d->failed);
    jval_set(o, "groups", parsed_json(d->groups));
    jval_set_text(o, "text", d->text);
    return o;
}

static int deployments(struct request *req, struct response *res,
                       struct err *err)
{
    AUTO(patch_deployments_clear) struct patch_deployments all = { 0 };
    struct patch_history_query query = query_of(req);
    struct page page;
    int rc = request_page_id(req, &page, &query.before, err);

    query.limit = page.limit;
    if (rc == 0)
        rc = patch_deployment_list(req->core->db, &req->scope, &query,
                                   &req->arena, &all, err);
    if (rc < 0)
        return rc;
    RESPOND_ROWS(req, res, &page, all.all, id, deployment_json(row));
    return 0;
}

/* --- Totals --------------------------------------------------------------- */

static const struct field day_fields[] = {
    { "day", FIELD_TIME },
    { "ok", FIELD_INTEGER, .required = true },
    { "failed", FIELD_INTEGER, .required = true },
    { NULL },
};
static const struct field failure_fields[] = {
    { "patch", FIELD_TEXT, .required = true },
    { "devices", FIELD_INTEGER, .required = true },
    { "text", FIELD_TEXT, .said = true, .required = true, .max = 8192 },
    { NULL },
};
static const struct field totals_fields[] = {
    { "successful", FIELD_INTEGER, .required = true },
    { "failed", FIELD_INTEGER, .required = true },
    { "in_progress", FIELD_INTEGER, .required = true },
    { "days", FIELD_LIST, .required = true, .of = day_fields, .max = 100000 },
    { "failures", FIELD_LIST, .required = true, .of = failure_fields,
      .max = 10 },
    { NULL },
};
static const struct field totals_query[] = {
    RANGE,
    { NULL },
};

static int totals(struct request *req, struct response *res, struct err *err)
{
    AUTO(patch_totals_clear) struct patch_totals totals = { 0 };
    struct patch_history_query query = query_of(req);
    struct jval *days;
    struct jval *failures;
    int rc = patch_history_totals(req->core->db, &req->scope, &query,
                                  &req->arena, &totals, err);

    if (rc < 0)
        return rc;
    days = jval_new_array();
    failures = jval_new_array();
    for (size_t i = 0; i < totals.days.n; i++) {
        struct jval *o = jval_new_object();

        json_time(o, "day", totals.days.p[i].day);
        jval_set_i64(o, "ok", totals.days.p[i].ok);
        jval_set_i64(o, "failed", totals.days.p[i].failed);
        jval_push(days, o);
    }
    for (size_t i = 0; i < totals.failures.n; i++) {
        struct jval *o = jval_new_object();

        jval_set_text(o, "patch", totals.failures.p[i].patch);
        jval_set_i64(o, "devices", totals.failures.p[i].devices);
        jval_set_text(o, "text", totals.failures.p[i].text);
        jval_push(failures, o);
    }
    res->json = jval_new_object();
    jval_set_i64(res->json, "successful", totals.ok);
    jval_set_i64(res->json, "failed", totals.failed);
    jval_set_i64(res->json, "in_progress", totals.in_progress);
    jval_set(res->json, "days", days);
    jval_set(res->json, "failures", failures);
    return 0;
}

/* clang-format off */
static const struct route rows[] = {
    { METHOD_GET, "/api/v1/patch-history", DOOR_API, PERM_PATCH_READ,
      .handler = events, .query = event_query, .answer = event_fields,
      .list = true,
      .summary = "Every state that patches came into, newest first." },
    { METHOD_GET, "/api/v1/patch-history/totals", DOOR_API, PERM_PATCH_READ,
      .handler = totals, .query = totals_query, .answer = totals_fields,
      .summary = "Deployments over time, and the ten top failures." },
    { METHOD_GET, "/api/v1/patch-deployments", DOOR_API, PERM_PATCH_READ,
      .handler = deployments, .query = deployment_query,
      .answer = deployment_fields, .list = true,
      .summary = "Tries of deploying on a device, newest first." },
};
/* clang-format on */
const struct route_table routes_patch_history = { rows, COUNT(rows) };
