/* SPDX-License-Identifier: Apache-2.0
 *
 * What agents say of patching (proto/patching.h).
 */
#include "base/log.h"
#include "fleet/patch_receive.h"
#include "proto/agent.h"
#include "server/agents.h"
#include "server/patcher.h"
#include "server/routes_int.h"

enum {
    BODY_SMALL = 65536,
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

/* Ends the transaction that a message was taken in. 1: it had come before. */
static int finish(struct request *req, int rc, struct response *res,
                  struct err *err)
{
    res->status = 204;
    if (rc == 1) {
        db_rollback(req->core->db);
        return 0;
    }
    return rc < 0 ? rc : db_commit(req->core->db, err);
}

static int post_scan(struct request *req, struct response *res, struct err *err)
{
    struct patch_knowledge knowledge = patcher_knowledge(req->core->patcher);
    struct patching_scan scan;
    int rc = agents_admit(req, true, err);

    if (rc == 0)
        rc = read_message(req, &shape_patching_scan, &scan, err);
    if (rc == 0)
        rc = db_begin(req->core->db, err);
    if (rc < 0)
        return rc;
    rc = patching_scan_take(req->core->db, req->scope.device, &scan, &knowledge,
                            req->now, err);
    rc = finish(req, rc, res, err);
    /* The facts of a policy are those of what is missing. */
    return rc < 0 ? rc
                  : patcher_policy(req->core, req->scope.device, req->now, err);
}

static int post_results(struct request *req, struct response *res,
                        struct err *err)
{
    struct patching_results results;
    int64_t run = 0;
    int rc = agents_admit(req, true, err);

    if (rc == 0)
        rc = read_message(req, &shape_patching_results, &results, err);
    if (rc == 0)
        rc = db_begin(req->core->db, err);
    if (rc < 0)
        return rc;
    return finish(req,
                  patching_results_take(req->core->db, req->scope.device,
                                        &results, req->now, &run, err),
                  res, err);
}

/* Told with every report from then on; the log has it once (P-RBX-7). */
static int note_user(struct request *req, const struct patching_reboot *reboot,
                     struct err *err)
{
    AUTO(jval_freep) struct jval *after = jval_new_object();
    AUTO(buf_clear) struct buf text = BUF(BODY_SMALL);
    int64_t n = 0;
    int rc;

    if (reboot->action_by.n == 0)
        return 0;
    jval_set_text(after, "user", reboot->action_by);
    jval_set_text(after, "action", reboot->action);
    json_time(after, "at", reboot->action_at);
    jval_set_text(after, "reason", reboot->reason);
    jval_print(after, &text);
    rc = db_one_i64(req->core->db,
                    "SELECT COUNT(*) FROM audit WHERE org = $1"
                    " AND kind = 'reboot' AND object = $2 AND after = $3",
                    DB_ARGS(db_i64(req->scope.org), db_i64(req->scope.device),
                            db_text(buf_str(&text))),
                    &n, err);
    return rc < 0 || n > 0 ? rc
                           : request_audit(req, "reboot.user_decided",
                                           req->scope.device, NULL, after, err);
}

static int post_reboot(struct request *req, struct response *res,
                       struct err *err)
{
    struct patching_reboot_state state;
    int rc = agents_admit(req, false, err);

    if (rc == 0)
        rc = read_message(req, &shape_patching_reboot_state, &state, err);
    if (rc == 0)
        rc = db_begin(req->core->db, err);
    if (rc < 0)
        return rc;
    rc = patching_reboot_take(req->core->db, req->scope.device, &state,
                              req->now, err);
    if (rc == 0)
        rc = note_user(req, &state.reboot, err);
    return finish(req, rc, res, err);
}

static const struct route rows[] = {
    { METHOD_POST, "/agent/v1/patch-scan", DOOR_AGENT,
      .body_max = AGENT_BODY_MAX, .handler = post_scan,
      .summary = "What is missing on the device." },
    { METHOD_POST, "/agent/v1/patch-results", DOOR_AGENT,
      .body_max = AGENT_BODY_MAX, .handler = post_results,
      .summary = "What became of a deployment so far." },
    { METHOD_POST, "/agent/v1/patch-reboot", DOOR_AGENT, .body_max = BODY_SMALL,
      .handler = post_reboot, .summary = "Whether the device must reboot." },
};
const struct route_table routes_patch_agent = { rows, COUNT(rows) };
