/* SPDX-License-Identifier: Apache-2.0
 *
 * What agents say and ask (proto/agent.h). The caller is the device that its
 * certificate names, and every question is about that device alone.
 */
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "base/log.h"
#include "fleet/checkin.h"
#include "fleet/patch_policy.h"
#include "fleet/patch_run.h"
#include "fleet/policy.h"
#include "fleet/run.h"
#include "server/agents.h"
#include "server/benchmark_take.h"
#include "server/patcher.h"
#include "server/routes_int.h"

enum {
    BODY_SMALL = 65536,
    HEX_DIGEST = 2 * JOB_DIGEST_BYTES,
};

static int read_message(struct request *req, const struct wire_shape *shape,
                        void *out, struct err *err)
{
    int rc = message_unpack(shape, req->body, &req->arena, out, err);

    if (rc < 0)
        return refuse(req, rc == E_LIMIT ? 413 : 400, NULL, &(struct err){ 0 },
                      rc, "%s", err_text(err));
    return 0;
}

/* --- check-in --------------------------------------------------------- */

static int answer_checkin(struct request *req, const struct checkin *checkin,
                          const struct checkin_state *state,
                          struct checked_in *out, struct err *err)
{
    struct db *db = req->core->db;
    str have = { (const char *)state->inventory_digest,
                 state->has_inventory ? JOB_DIGEST_BYTES : 0 };
    struct content content;
    int rc;

    *out = (struct checked_in){
        .server_time = req->now,
        .interval_s = AGENT_INTERVAL_S,
        .send_inventory = checkin->inventory_digest.n > 0 &&
                          !str_eq(have, checkin->inventory_digest),
        .whole_inventory = !str_eq(have, checkin->acknowledged_digest),
        .renew =
            agents_should_renew(req->core->agents, req->scope.device, req->now),
        .content_digest = STR(""),
    };
    rc = content_for_device(db, req->scope.device, &content, err);
    if (rc < 0)
        return rc;
    if (rc == 0 && !str_eq(checkin->content_digest,
                           (str){ (char *)content.digest, JOB_DIGEST_BYTES })) {
        out->content_digest = arena_str(
            &req->arena, (str){ (char *)content.digest, JOB_DIGEST_BYTES });
        out->content_size = content.size;
    }
    return 0;
}

/* A device that should have another policy gets it by its poll, at once. */
static int refresh_policy(struct request *req, int64_t revision,
                          struct err *err)
{
    struct db *db = req->core->db;
    int rc = db_begin(db, err);

    if (rc == 0)
        rc = policy_refresh(db, req->core->job_signer, req->scope.device,
                            revision, req->now, err);
    if (rc == E_LIMIT || rc == E_INVALID) { /* it keeps the one it has */
        db_rollback(db);
        log_warn("policy.not_made", LOG_I64("device", req->scope.device),
                 LOG_TEXT("why", str_c(err_text(err))));
        return 0;
    }
    if (rc == 0)
        rc = db_commit(db, err);
    if (rc == 0)
        agents_wake(req->core, req->scope.device);
    return rc;
}

/* A check-in without news reads and writes nothing that waits for a disk. */
static int post_checkin(struct request *req, struct response *res,
                        struct err *err)
{
    struct db *db = req->core->db;
    struct checkin_state state;
    struct checked_in answer;
    struct checkin checkin;
    int rc = agents_admit(req, false, err);

    if (rc == 0)
        rc = read_message(req, &shape_checkin, &checkin, err);
    if (rc == 0)
        rc = checkin_take(db, req->scope.device, &checkin, req->now, &state,
                          err);
    if (rc == 0 && req->core->job_signer != NULL)
        rc = refresh_policy(req, checkin.policy_revision, err);
    if (rc == 0)
        rc = patcher_policy(req->core, req->scope.device, req->now, err);
    if (rc == 0)
        rc = answer_checkin(req, &checkin, &state, &answer, err);
    return rc < 0 ? rc : respond_message(res, &shape_checked_in, &answer, err);
}

/* --- inventory -------------------------------------------------------- */

static int post_inventory(struct request *req, struct response *res,
                          struct err *err)
{
    struct db *db = req->core->db;
    struct inventory inventory;
    int rc = agents_admit(req, true, err);

    if (rc == 0)
        rc = read_message(req, &shape_inventory, &inventory, err);
    if (rc == 0)
        rc = db_begin(db, err);
    if (rc == 0)
        rc =
            inventory_receive(db, req->scope.device, &inventory, req->now, err);
    if (rc == 1)
        return refuse(req, 409, NULL, err, E_INVALID,
                      "the base of the inventory is not the one we have: send"
                      " it whole");
    if (rc == 0)
        rc = db_commit(db, err);
    if (rc < 0)
        return rc;
    agents_told_inventory(req->core, req->scope.device);
    res->status = 204;
    return 0;
}

/* --- jobs ------------------------------------------------------------- */

static const struct field jobs_query[] = {
    { "after", FIELD_INTEGER, .min = 0, .max = INT64_MAX,
      .help = "the newest job that the device has" },
    { "wait_s", FIELD_INTEGER, .min = 0, .max = AGENTS_WAIT_MAX_S,
      .help = "hold the answer so long while there is none" },
    { NULL },
};

static int get_jobs(struct request *req, struct response *res, struct err *err)
{
    struct job_poll poll = { req->scope.device,
                             jval_i64(jval_get(req->query, "after"), 0) };
    int64_t wait_s = jval_i64(jval_get(req->query, "wait_s"), 0);
    struct signed_jobs jobs;
    int rc = agents_admit(req, false, err);

    if (rc == 0)
        rc = job_for_agent(req->core->db, &poll, req->now, &req->arena, &jobs,
                           err);
    if (rc < 0)
        return rc;
    if (jobs.jobs.n == 0 && wait_s > 0) {
        agents_hold(req, poll.after, wait_s);
        res->held = true;
        return 0;
    }
    return respond_message(res, &shape_signed_jobs, &jobs, err);
}

static int take_event(struct request *req, const struct job_event *event,
                      struct err *err)
{
    struct db *db = req->core->db;
    int64_t run = 0;
    int rc = job_event_take(db, req->scope.device, event, req->now, &run, err);

    /* Of a job that is not the device's nothing is heard; the others of the
     * message count. */
    if (rc == E_ABSENT || rc == 1)
        return 0;
    if (rc == 0 && run != 0)
        rc = run_job_event(db, run, req->scope.device, event, err);
    if (rc == 0)
        rc = patch_run_job_event(db, req->scope.device, event, err);
    if (rc == 0)
        rc = patching_policy_event(db, req->scope.device, event, err);
    return rc < 0 ? rc : 0;
}

static int post_events(struct request *req, struct response *res,
                       struct err *err)
{
    struct db *db = req->core->db;
    const struct job_event *events;
    struct job_events message;
    int rc = agents_admit(req, false, err);

    if (rc == 0)
        rc = read_message(req, &shape_job_events, &message, err);
    if (rc == 0)
        rc = db_begin(db, err);
    if (rc < 0)
        return rc;
    events = message.events.p;
    for (size_t i = 0; rc == 0 && i < message.events.n; i++)
        rc = take_event(req, &events[i], err);
    if (rc == 0)
        rc = db_commit(db, err);
    if (rc < 0)
        return rc;
    res->status = 204;
    return 0;
}

/* --- results ---------------------------------------------------------- */

static int post_results(struct request *req, struct response *res,
                        struct err *err)
{
    struct db *db = req->core->db;
    struct results results;
    int64_t run = 0;
    int rc = agents_admit(req, true, err);

    if (rc == 0)
        rc = read_message(req, &shape_results, &results, err);
    if (rc == 0)
        rc = db_begin(db, err);
    if (rc == 0)
        rc = result_take(db, req->scope.device, &results, req->now, &run, err);
    res->status = 204;
    if (rc == 1) {
        db_rollback(db);
        return 0;
    }
    if (rc == 0)
        rc = db_commit(db, err);
    if (rc < 0)
        return rc;
    agents_told_results(req->core, req->scope.device, run);
    return 0;
}

/* --- certificate ------------------------------------------------------ */

static int post_renew(struct request *req, struct response *res,
                      struct err *err)
{
    const struct agents_terms *terms = agents_terms(req->core->agents);
    struct cert_ask ask = { .device = req->scope.device, .now = req->now };
    struct renewed renewed = { .authority = terms->authority };
    AUTO(buf_clear) struct buf pem = BUF(CERT_PEM_MAX);
    struct db *db = req->core->db;
    struct renew renew;
    int rc = agents_admit(req, true, err);

    if (rc == 0)
        rc = agents_ready(req, err);
    if (rc == 0)
        rc = read_message(req, &shape_renew, &renew, err);
    if (rc == 0)
        rc = db_begin(db, err);
    if (rc < 0)
        return rc;
    ask.csr = renew.csr;
    rc = device_cert_issue(db, &terms->issuer, &ask, &pem, err);
    if (rc == 0)
        rc = db_commit(db, err);
    if (rc < 0)
        return rc;
    log_info("agent.renewed", LOG_I64("device", req->scope.device));
    renewed.certificate = buf_str(&pem);
    return respond_message(res, &shape_renewed, &renewed, err);
}

/* --- content ---------------------------------------------------------- */

static bool read_digest(str hex, uint8_t out[JOB_DIGEST_BYTES])
{
    if (hex.n != HEX_DIGEST)
        return false;
    for (size_t i = 0; i < HEX_DIGEST; i++) {
        char c = hex.p[i];
        int digit = c >= '0' && c <= '9'   ? c - '0'
                    : c >= 'a' && c <= 'f' ? c - 'a' + 10
                                           : -1;

        if (digit < 0)
            return false;
        out[i / 2] = (uint8_t)(out[i / 2] << 4 | digit);
    }
    return true;
}

static int open_pack(const struct agents_terms *terms,
                     const uint8_t digest[JOB_DIGEST_BYTES], int *out_fd,
                     struct err *err)
{
    AUTO(buf_clear) struct buf path = BUF(4096);

    content_file(terms->content, digest, &path);
    *out_fd = open(buf_c(&path), O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    return *out_fd < 0 ? err_errno(err, errno, "%s", buf_c(&path)) : 0;
}

static int get_content(struct request *req, struct response *res,
                       struct err *err)
{
    uint8_t digest[JOB_DIGEST_BYTES] = { 0 };
    int rc = agents_admit(req, false, err);
    int fd = -1;

    if (rc < 0)
        return rc;
    if (!read_digest(req->param_text[0], digest))
        return refuse(req, 404, NULL, err, E_ABSENT, "there is no such pack");
    rc = device_may_fetch(req->core->db, req->scope.device,
                          (str){ (char *)digest, sizeof(digest) }, err);
    if (rc < 0)
        return rc;
    if (rc == 0)
        return refuse(req, 404, NULL, err, E_ABSENT, "there is no such pack");
    rc = open_pack(agents_terms(req->core->agents), digest, &fd, err);
    if (rc == E_ABSENT) { /* one of SCAP is made when first asked for */
        rc = benchmark_file(
            req->core->db, agents_terms(req->core->agents)->content,
            req->scope.device, (str){ (char *)digest, sizeof(digest) }, err);
        if (rc == 0)
            rc = open_pack(agents_terms(req->core->agents), digest, &fd, err);
    }
    if (rc == 1)
        return refuse(req, 404, NULL, err, E_ABSENT, "there is no such pack");
    if (rc < 0)
        return rc;
    res->file = fd;
    res->ranges = true;
    res->content_type = "application/octet-stream";
    return 0;
}

static const struct route rows[] = {
    { METHOD_POST, "/agent/v1/checkin", DOOR_AGENT, .body_max = BODY_SMALL,
      .handler = post_checkin, .summary = "The device is there; what is new?" },
    { METHOD_POST, "/agent/v1/inventory", DOOR_AGENT,
      .body_max = AGENT_BODY_MAX, .handler = post_inventory,
      .summary = "What is installed, whole or as a difference." },
    { METHOD_POST, "/agent/v1/results", DOOR_AGENT, .body_max = AGENT_BODY_MAX,
      .handler = post_results, .summary = "The outcome of one assessment." },
    { METHOD_POST, "/agent/v1/events", DOOR_AGENT, .body_max = 8 * BODY_SMALL,
      .handler = post_events, .summary = "What became of jobs." },
    { METHOD_GET, "/agent/v1/jobs", DOOR_AGENT, .handler = get_jobs,
      .query = jobs_query, .summary = "Signed jobs; held until there are." },
    { METHOD_POST, "/agent/v1/renew", DOOR_AGENT, .body_max = BODY_SMALL,
      .handler = post_renew, .summary = "A certificate for a new key." },
    { METHOD_GET, "/agent/v1/content/{digest}", DOOR_AGENT,
      .handler = get_content, .summary = "The bytes of a pack." },
};
const struct route_table routes_agent = { rows, COUNT(rows) };
