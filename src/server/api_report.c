/* SPDX-License-Identifier: Apache-2.0
 *
 * The reports: by test since the last definition update (K-REP), by device
 * (K-CMP), and what was found on one device, now and before (D-35). Which
 * link shows what is D-31: summary is by test, compliance is by device.
 */
#include "base/clock.h"
#include "fleet/finding.h"
#include "server/catalogue_int.h"
#include "server/core.h"
#include "server/report_rows.h"
#include "server/routes_int.h"

/* --- By test ------------------------------------------------------------- */

static const struct field summary_query[] = {
    { "content", FIELD_INTEGER, .min = 1, .max = INT64_MAX,
      .help = "a content version, also an older one" },
    { "run", FIELD_INTEGER, .min = 1, .max = INT64_MAX,
      .help = "what one run found" },
    { "class", FIELD_ENUM, .words = CLASS_WORDS },
    { "show", FIELD_ENUM, .words = "all|failed|errors" },
    { "q", FIELD_TEXT, .help = "in id, title and CVEs" },
    { "sort", FIELD_ENUM, .words = "id|title|failed" },
    LISTING_QUERY,
    { NULL },
};
static const struct field summary_fields[] = {
    { "id", FIELD_TEXT, .required = true },
    { "content", FIELD_INTEGER, .required = true },
    { "title", FIELD_TEXT, .required = true, .max = 1 << 20 },
    { "cves", FIELD_TEXTS, .required = true },
    { "class", FIELD_TEXT, .required = true },
    { "status", FIELD_TEXT, .required = true },
    { "severity", FIELD_OBJECT, .required = true, .of = severity_fields },
    { "tested", FIELD_INTEGER, .required = true },
    { "failed", FIELD_INTEGER, .required = true },
    { "errors", FIELD_INTEGER, .required = true,
      .help = "error and unknown: never 'not affected'" },
    { "last_run", FIELD_TIME },
    { NULL },
};

static int summary(struct request *req, struct response *res, struct err *err)
{
    AUTO(summary_let_go) struct summary *summary = NULL;
    int rc = summary_new(req->core, &req->scope, req->query, &summary, err);

    if (rc == 0)
        rc = listing_answer(req, res, &summary->listing, err);
    if (rc == 0 && res->json != NULL) {
        jval_set(res->json, "since", summary_since(summary));
        jval_set_text(res->json, "note", summary->listing.note);
    }
    return rc;
}

/* --- By device ----------------------------------------------------------- */

static const struct field compliance_query[] = {
    { "content", FIELD_INTEGER, .min = 1, .max = INT64_MAX },
    { "q", FIELD_TEXT, .help = "in name and operating system" },
    { "sort", FIELD_ENUM, .words = "name|device|failed" },
    LISTING_QUERY,
    { NULL },
};
static const struct field compliance_fields[] = {
    { "device", FIELD_INTEGER, .required = true },
    { "inventory_id", FIELD_TEXT, .required = true },
    { "name", FIELD_TEXT, .required = true },
    { "os", FIELD_TEXT, .required = true },
    { "last_run", FIELD_TIME },
    { "content", FIELD_OBJECT, .required = true, .of = content_ref_fields },
    { "tests", FIELD_INTEGER, .required = true },
    { "failed", FIELD_INTEGER, .required = true },
    { "errors", FIELD_INTEGER, .required = true },
    { "not_applicable", FIELD_INTEGER, .required = true },
    { "duration_ms", FIELD_INTEGER, .required = true },
    { "disagree", FIELD_INTEGER, .required = true,
      .help = "definitions that agent and server decided differently" },
    { NULL },
};

static int compliance(struct request *req, struct response *res,
                      struct err *err)
{
    AUTO(compliance_let_go) struct compliance *compliance = NULL;
    int rc =
        compliance_new(req->core, &req->scope, req->query, &compliance, err);

    return rc < 0 ? rc : listing_answer(req, res, &compliance->listing, err);
}

/* --- One device ---------------------------------------------------------- */

static const struct field findings_query[] = {
    { "show", FIELD_ENUM, .words = "affected|errors|disagree|all",
      .help = "affected unless told; all: everything that is not fine" },
    LISTING_QUERY,
    { NULL },
};
static const struct field findings_fields[] = {
    { "id", FIELD_TEXT, .required = true },
    { "content", FIELD_INTEGER, .required = true },
    { "class", FIELD_TEXT, .required = true },
    { "title", FIELD_TEXT, .required = true, .max = 1 << 20 },
    { "result", FIELD_ENUM, .required = true, .words = RESULT_WORDS },
    { "meaning", FIELD_TEXT, .required = true },
    { "severity", FIELD_OBJECT, .required = true, .of = severity_fields },
    { "exploited", FIELD_BOOL, .required = true },
    { "cves", FIELD_TEXTS, .required = true },
    { "fixes", FIELD_LIST, .required = true, .of = fix_fields },
    { "disagree", FIELD_BOOL, .required = true },
    { NULL },
};

static const char *const unavailable = "not available: no agent";

static int is_agentless(struct request *req, int64_t device, bool *out,
                        struct err *err)
{
    int64_t agentless = 0;
    int rc = db_one_i64(req->core->db,
                        "SELECT CASE WHEN kind = 'agentless' THEN 1 ELSE 0 END"
                        " FROM device WHERE id = $1",
                        DB_ARGS(db_i64(device)), &agentless, err);

    *out = agentless != 0;
    return rc < 0 ? rc : 0;
}

static int findings(struct request *req, struct response *res, struct err *err)
{
    AUTO(on_device_clear) struct on_device found = { 0 };
    struct device_face face;
    bool agentless = false;
    int rc = device_face(req, req->params[0], &face, err);

    if (rc == 0)
        rc = is_agentless(req, req->params[0], &agentless, err);
    if (rc == 0)
        rc = on_device_open(req, req->params[0], &found, err);
    if (rc < 0)
        return rc;
    found.listing.note = face.name;
    if (agentless && !found.known) /* K-OV-2 */
        found.listing.note = str_c(unavailable);
    rc = listing_answer(req, res, &found.listing, err);
    if (rc < 0 || res->json == NULL)
        return rc;
    jval_set_bool(res->json, "available", found.known);
    jval_set_text(res->json, "reason",
                  found.known ? STR_NONE
                  : agentless ? str_c(unavailable)
                              : STR("nothing is known of this device yet"));
    return 0;
}

/* --- History ------------------------------------------------------------- */

static const struct field history_fields[] = {
    { "id", FIELD_INTEGER, .required = true },
    { "content", FIELD_INTEGER, .required = true },
    { "origin", FIELD_ENUM, .required = true, .words = "agent|server" },
    { "at", FIELD_TIME, .required = true },
    { "run", FIELD_INTEGER, .help = "null: of none" },
    { "true", FIELD_INTEGER, .required = true },
    { "errors", FIELD_INTEGER, .required = true },
    { "unknown", FIELD_INTEGER, .required = true },
    { NULL },
};

static struct jval *history_json(struct db_rows *rows)
{
    struct jval *o = jval_new_object();

    jval_set_i64(o, "id", db_col_i64(rows, 0));
    jval_set_i64(o, "content", db_col_i64(rows, 1));
    jval_set_text(o, "origin", db_col_text(rows, 2));
    json_time(o, "at", db_col_i64(rows, 3));
    if (db_col_i64(rows, 4) != 0)
        jval_set_i64(o, "run", db_col_i64(rows, 4));
    else
        jval_set_text(o, "run", STR_NONE);
    jval_set_i64(o, "true", db_col_i64(rows, 5));
    jval_set_i64(o, "errors", db_col_i64(rows, 6));
    jval_set_i64(o, "unknown", db_col_i64(rows, 7));
    return o;
}

static int read_history(struct request *req, int64_t before, int64_t limit,
                        struct db_rows **out, struct err *err)
{
    return db_query(
        req->core->db,
        "SELECT id, content, origin, at, run, n_true, n_error,"
        " n_unknown FROM finding_history WHERE device = $1"
        " AND id < $2 ORDER BY id DESC LIMIT $3",
        DB_ARGS(db_i64(req->params[0]), db_i64(before), db_i64(limit)), out,
        err);
}

static int history(struct request *req, struct response *res, struct err *err)
{
    AUTO(db_rows_closep) struct db_rows *rows = NULL;
    AUTO(jval_freep) struct jval *items = jval_new_array();
    struct device_face face;
    struct page page;
    int64_t before = 0;
    int64_t last = 0;
    int rc = device_face(req, req->params[0], &face, err);

    if (rc == 0)
        rc = request_page_id(req, &page, &before, err);
    if (rc < 0)
        return rc;
    rc = read_history(req, before > 0 ? before : INT64_MAX, page.limit, &rows,
                      err);
    while (rc == 0 && (rc = db_next(rows, err)) > 0) {
        last = db_col_i64(rows, 0);
        jval_push(items, history_json(rows));
        rc = 0;
    }
    if (rc < 0)
        return rc;
    respond_list(res, TAKE(items),
                 (int64_t)jval_count(items) == page.limit && last > 1
                     ? arena_printf(&req->arena, "%lld", (long long)last)
                     : STR(""),
                 -1);
    return 0;
}

static const struct route rows[] = {
    { METHOD_GET, "/api/v1/reports/summary", DOOR_API, PERM_REPORT_READ,
      .handler = summary, .query = summary_query, .answer = summary_fields,
      .list = true,
      .summary = "What each test found since the last definition update." },
    { METHOD_GET, "/api/v1/reports/compliance", DOOR_API, PERM_REPORT_READ,
      .handler = compliance, .query = compliance_query,
      .answer = compliance_fields, .list = true,
      .summary = "What the tests found on each device." },
    { METHOD_GET, "/api/v1/devices/{device}/findings", DOOR_API,
      PERM_REPORT_READ, .handler = findings, .query = findings_query,
      .answer = findings_fields, .list = true,
      .summary = "What was found on a device, worst first, with fixes." },
    { METHOD_GET, "/api/v1/devices/{device}/findings/history", DOOR_API,
      PERM_REPORT_READ, .handler = history, .answer = history_fields,
      .list = true, .summary = "Earlier results of a device." },
};
const struct route_table routes_report = { rows, COUNT(rows) };
