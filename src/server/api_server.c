/* SPDX-License-Identifier: Apache-2.0
 *
 * What the server says about itself.
 */
#include "base/clock.h"
#include "server/core.h"
#include "server/metrics.h"
#include "server/openapi.h"
#include "server/routes_int.h"

static const struct field health_answer[] = {
    { "status", FIELD_ENUM, .required = true, .words = "ok|failing" },
    { "store", FIELD_ENUM, .required = true, .words = "ok|failing",
      .help = "whether the database answers" },
    { NULL },
};

static int get_health(struct request *req, struct response *res,
                      struct err *err)
{
    int64_t one = 0;
    bool good;

    (void)err;
    good = db_one_i64(req->core->db, "SELECT 1", DB_NO_ARGS, &one, NULL) == 0;
    res->status = good ? 200 : 503;
    res->json = jval_new_object();
    jval_set_text(res->json, "status", good ? STR("ok") : STR("failing"));
    jval_set_text(res->json, "store", good ? STR("ok") : STR("failing"));
    return 0;
}

static const struct field version_answer[] = {
    { "version", FIELD_TEXT, .required = true },
    { "time", FIELD_TIME, .required = true, .help = "the server's clock" },
    { NULL },
};

static int get_version(struct request *req, struct response *res,
                       struct err *err)
{
    char now[CLOCK_TEXT_MAX];

    (void)err;
    clock_text(req->now, now);
    res->json = jval_new_object();
    jval_set_text(res->json, "version", STR(HOLDFAST_VERSION));
    jval_set_text(res->json, "time", str_c(now));
    return 0;
}

static int get_metrics(struct request *req, struct response *res,
                       struct err *err)
{
    (void)err;
    metrics_print(req->core, &res->body);
    res->content_type = "text/plain; version=0.0.4; charset=utf-8";
    return 0;
}

static int get_openapi(struct request *req, struct response *res,
                       struct err *err)
{
    (void)req;
    (void)err;
    res->json = openapi_make();
    return 0;
}

static const struct route rows[] = {
    { METHOD_GET, "/metrics", DOOR_API, PERM_METRICS, .handler = get_metrics,
      .summary = "Counts for Prometheus." },
    { METHOD_GET, "/api/v1/openapi.json", DOOR_OPEN, .handler = get_openapi,
      .summary = "This description." },
    { METHOD_GET, "/api/v1/health", DOOR_OPEN, .handler = get_health,
      .answer = health_answer, .summary = "Whether the server works." },
    { METHOD_GET, "/api/v1/version", DOOR_API, .handler = get_version,
      .answer = version_answer, .summary = "The server's version and time." },
};
const struct route_table routes_server = { rows, COUNT(rows) };
