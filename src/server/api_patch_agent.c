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
    return finish(req,
                  patching_reboot_take(req->core->db, req->scope.device, &state,
                                       req->now, err),
                  res, err);
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
