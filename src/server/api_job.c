/* SPDX-License-Identifier: Apache-2.0
 *
 * Jobs of devices, and the end of a device's trust.
 */
#include "base/clock.h"
#include "base/log.h"
#include "fleet/cert.h"
#include "fleet/job.h"
#include "server/agents.h"
#include "server/routes_int.h"

static const struct field job_answer[] = {
    { "id", FIELD_INTEGER, .required = true },
    { "device", FIELD_INTEGER, .required = true },
    { "device_name", FIELD_TEXT, .required = true },
    { "type", FIELD_ENUM, .required = true,
      .words = "assess|inventory|policy|renew|cancel|patch_policy|"
               "patch_scan|patch_deploy|reboot|scap_scan" },
    { "run", FIELD_INTEGER },
    { "state", FIELD_ENUM, .required = true,
      .words = "queued|taken|started|done|failed|refused|waiting|skipped|"
               "expired|cancelled" },
    { "state_at", FIELD_TIME, .required = true },
    { "created", FIELD_TIME, .required = true },
    { "expires", FIELD_TIME, .required = true },
    { "text", FIELD_TEXT, .said = true, .max = AGENT_TEXT_MAX,
      .help = "what the agent said of it" },
    { NULL },
};
static const struct field jobs_query[] = {
    { "run", FIELD_INTEGER, .min = 1, .max = INT64_MAX,
      .help = "of this run only" },
    { NULL },
};

static struct jval *job_json(const struct job_row *job)
{
    struct jval *out = jval_new_object();

    jval_set_i64(out, "id", job->id);
    jval_set_i64(out, "device", job->device);
    jval_set_text(out, "device_name", job->device_name);
    jval_set_text(out, "type", str_c(job_type_name(job->type)));
    if (job->run != 0)
        jval_set_i64(out, "run", job->run);
    jval_set_text(out, "state", str_c(job_state_name(job->state)));
    json_time(out, "state_at", job->state_at);
    json_time(out, "created", job->created);
    json_time(out, "expires", job->expires);
    jval_set_text(out, "text", job->text);
    return out;
}

static int get_job(struct request *req, struct response *res, struct err *err)
{
    struct job_row job;
    int rc = job_get(req->core->db, &req->scope, req->params[0], &req->arena,
                     &job, err);

    if (rc == 0)
        res->json = job_json(&job);
    return rc;
}

/* E_ABSENT unless the scope sees the device. */
static int see_device(struct request *req, int64_t device, struct err *err)
{
    int64_t found = 0;
    int rc =
        db_one_i64(req->core->db,
                   "SELECT d.id FROM device d WHERE d.org = $1 AND"
                   " " SCOPE_SQL " AND d.id = $3",
                   DB_ARGS(db_i64(req->scope.org),
                           db_i64(scope_limit(&req->scope)), db_i64(device)),
                   &found, err);

    if (rc == 1)
        return err_set(err, E_ABSENT, "there is no device %lld",
                       (long long)device);
    return rc;
}

static int list_jobs(struct request *req, struct response *res, struct err *err)
{
    struct job_query query = {
        .device = req->params[0],
        .run = jval_i64(jval_get(req->query, "run"), 0),
    };
    struct job_rows list = { 0 };
    struct page page;
    int rc = request_page_id(req, &page, &query.before, err);

    if (rc == 0)
        rc = see_device(req, query.device, err);
    query.limit = page.limit;
    if (rc == 0)
        rc = job_list(req->core->db, &req->scope, &query, &req->arena, &list,
                      err);
    if (rc == 0)
        RESPOND_ROWS(req, res, &page, list.all, id, job_json(row));
    vec_clear(&list.all);
    return rc;
}

/* --- revocation ------------------------------------------------------- */

static const struct field revoke_body[] = {
    { "reason", FIELD_TEXT, .required = true, .min = 1, .max = 200,
      .help = "for the audit log" },
    { NULL },
};
static const struct field revoke_answer[] = {
    { "certificates", FIELD_INTEGER, .required = true,
      .help = "how many ended now" },
    { NULL },
};

static int revoke(struct request *req, str reason, struct err *err)
{
    AUTO(jval_freep) struct jval *after = jval_new_object();
    int64_t device = req->params[0];
    struct db *db = req->core->db;
    int n = device_cert_revoke(db, device, reason, req->now, err);
    int rc = n < 0 ? n : job_drop_device(db, device, req->now, err);

    jval_set_text(after, "reason", reason);
    if (rc == 0)
        rc = request_audit(req, "device.revoked", device, NULL, after, err);
    return rc < 0 ? rc : n;
}

static int post_revoke(struct request *req, struct response *res,
                       struct err *err)
{
    str reason = jval_text(jval_get(req->json, "reason"), STR(""));
    int64_t device = req->params[0];
    struct db *db = req->core->db;
    int rc = db_begin(db, err);
    int n = 0;

    if (rc == 0)
        rc = see_device(req, device, err);
    if (rc == 0)
        rc = n = revoke(req, reason, err);
    if (rc >= 0)
        rc = db_commit(db, err);
    if (rc < 0)
        return rc;
    agents_forget(req->core, device);
    log_info("device.revoked", LOG_I64("device", device));
    res->json = jval_new_object();
    jval_set_i64(res->json, "certificates", n);
    return 0;
}

static const struct route rows[] = {
    { METHOD_GET, "/api/v1/devices/{device}/jobs", DOOR_API, PERM_DEVICE_READ,
      .handler = list_jobs, .query = jobs_query, .answer = job_answer,
      .list = true, .summary = "The jobs of a device, newest first." },
    { METHOD_GET, "/api/v1/jobs/{job}", DOOR_API, PERM_DEVICE_READ,
      .handler = get_job, .answer = job_answer, .summary = "One job." },
    { METHOD_POST, "/api/v1/devices/{device}/revoke", DOOR_API, PERM_ENROL,
      4096, post_revoke, .body = revoke_body, .answer = revoke_answer,
      .summary = "End the trust in a device: its certificates and jobs." },
};
const struct route_table routes_job = { rows, COUNT(rows) };
