/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "agent/disk.h"
#include "agent/installer_int.h"
#include "agent/operators.h"
#include "base/clock.h"
#include "base/io.h"
#include "base/mem.h"
#include "trust/sign.h"

enum {
    ORDER_MAX = 2 * JOB_MAX + (64 << 10)
};

/* --- The messages. --- */

static const struct wire_field installing_fields[] = {
    WIRE_FIELD_I64(installing, verb, INSTALLING_SCAN, INSTALLING_WARN),
    WIRE_FIELD_BYTES(installing, policy, JOB_MAX + 4096),
    WIRE_FIELD_BYTES(installing, job, JOB_MAX + 4096),
    WIRE_FIELD_I64(installing, job_id, 0, INT64_MAX),
    WIRE_FIELD_I64(installing, cause, 0, PATCHING_SCAN_JOB),
    WIRE_FIELD_TEXT(installing, task, PATCHING_NAME_MAX),
    WIRE_FIELD_BOOL(installing, stage_only),
    WIRE_FIELD_BOOL(installing, catch_up),
    WIRE_FIELD_I64(installing, due, 0, INT64_MAX),
    WIRE_FIELD_BYTES(installing, scan_nonce, JOB_NONCE_BYTES),
    WIRE_FIELD_BYTES(installing, after_nonce, JOB_NONCE_BYTES),
    WIRE_FIELD_BYTES(installing, results_nonce, JOB_NONCE_BYTES),
    WIRE_FIELD_TEXT(installing, text, PATCHING_TEXT_MAX),
};
const struct wire_shape shape_installing =
    WIRE_SHAPE_OF(installing, installing_fields);

static const struct wire_field answer_fields[] = {
    WIRE_FIELD_BOOL(installed_answer, failed),
    WIRE_FIELD_TEXT(installed_answer, text, PATCHING_TEXT_MAX),
    WIRE_FIELD_TEXT(installed_answer, waits, PATCHING_TEXT_MAX),
    WIRE_FIELD_BYTES(installed_answer, scan, AGENT_MESSAGE_MAX),
    WIRE_FIELD_BYTES(installed_answer, after, AGENT_MESSAGE_MAX),
    WIRE_FIELD_BYTES(installed_answer, results, AGENT_MESSAGE_MAX),
    WIRE_FIELD_SHAPE(installed_answer, reboot, shape_patching_reboot),
    WIRE_FIELD_BOOL(installed_answer, deployed),
    WIRE_FIELD_I64(installed_answer, missing, 0, INT32_MAX),
};
const struct wire_shape shape_installed_answer =
    WIRE_SHAPE_OF(installed_answer, answer_fields);

/* --- What is proved. --- */

/* A policy holds until it is replaced: of its own life only the beginning
 * counts. A job ends when it says so. */
static int open_signed(struct installer *in, str bytes, bool is_policy,
                       struct job *out, struct err *err)
{
    const struct key_bytes *keys = in->identity.keys.p;
    size_t n = in->identity.keys.n;
    uint8_t(*raw)[SIGN_PUBLIC_BYTES] =
        arena_alloc(&in->arena, n + 1, sizeof(*raw));
    struct signed_job signed_job;
    struct job_check check = {
        .keys = (const uint8_t(*)[SIGN_PUBLIC_BYTES])raw,
        .key_count = n,
        .target = in->identity.device,
        .now = clock_now(),
    };
    struct job peek;
    int rc = wire_read(&shape_signed_job, bytes, &in->arena, &signed_job, err);

    if (rc < 0)
        return rc;
    for (size_t i = 0; i < n; i++)
        memcpy(raw[i], keys[i].key.p, SIGN_PUBLIC_BYTES);
    if (is_policy &&
        wire_read(&shape_job, signed_job.job, &in->arena, &peek, NULL) == 0 &&
        check.now >= peek.expires)
        check.now = peek.expires - 1; /* the signature covers it */
    return job_open(&signed_job, &check, &in->arena, out, err);
}

static int open_policy(struct installer *in, struct err *err)
{
    struct job job;
    int rc;

    if (in->order.policy.n == 0)
        return 0;
    rc = open_signed(in, in->order.policy, true, &job, err);
    if (rc == 0 && job.type != JOB_PATCH_POLICY)
        rc = err_set(err, E_PERM, "is no policy of patching");
    if (rc == 0)
        rc = wire_read(&shape_patching_policy, job.body, &in->arena,
                       &in->policy, err);
    if (rc < 0)
        return err_wrap(err, rc, "the policy");
    in->has_policy = true;
    return 0;
}

static int open_job(struct installer *in, struct err *err)
{
    struct job job;
    int rc;

    if (in->order.job.n == 0)
        return 0;
    rc = open_signed(in, in->order.job, false, &job, err);
    if (rc == 0 && job.type != JOB_PATCH_DEPLOY && job.type != JOB_PATCH_SCAN &&
        job.type != JOB_REBOOT)
        rc = err_set(err, E_PERM, "is no order of patching");
    if (rc == 0 && job.type == JOB_PATCH_DEPLOY)
        rc = wire_read(&shape_job_patch_deploy, job.body, &in->arena,
                       &in->deploy, err);
    if (rc < 0)
        return err_wrap(err, rc, "the job");
    in->has_job = true;
    in->job_type = job.type;
    in->ordered_at = job.not_before;
    return 0;
}

static int load_identity(struct installer *in, struct err *err)
{
    AUTO(buf_clear) struct buf path = BUF(4096);
    AUTO(fd_close) int dir = -1;

    buf_printf(&path, "%s/keeper", in->options->data);
    dir = open(buf_c(&path), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (dir < 0)
        return err_errno(err, errno, "%s", buf_c(&path));
    return identity_load(dir, &in->arena, &in->identity, err);
}

int installer_read_order(struct installer *in, struct err *err)
{
    AUTO(buf_clear) struct buf bytes = BUF(ORDER_MAX);
    int rc = disk_read_fd(INSTALLER_FD_ORDER, &bytes, err);

    if (rc == 0)
        rc =
            wire_read(&shape_installing, arena_str(&in->arena, buf_str(&bytes)),
                      &in->arena, &in->order, err);
    if (rc == 0)
        rc = load_identity(in, err);
    if (rc == 0)
        rc = open_policy(in, err);
    if (rc == 0)
        rc = open_job(in, err);
    return rc;
}

/* --- Operators' approval (claim 3). --- */

int installer_check_approvals(struct installer *in, struct err *err)
{
    AUTO(buf_clear) struct buf text = BUF(PATCHING_CONFIGURATION_MAX * 4);
    struct operators operators = { 0 };
    bool by_hand = in->has_job && in->deploy.patches.n > 0;
    struct patching_statement statement = {
        .configuration = in->policy.configuration,
        .version = in->policy.version,
        .settings = in->policy.settings,
    };
    int rc = operators_read(in->options->operators, &operators, err);
    size_t have;

    if (rc < 0 || operators.threshold == 0)
        return rc;
    if (by_hand)
        statement.patches = in->deploy.patches;
    rc = patching_statement_text(&statement, &text, err);
    if (rc < 0)
        return rc;
    have = patching_approvals_count(
        by_hand ? &in->deploy.approvals : &in->policy.approvals,
        (const uint8_t(*)[SIGN_PUBLIC_BYTES])operators.keys, operators.n,
        buf_str(&text));
    if ((int64_t)have >= operators.threshold)
        return 0;
    return err_set(err, E_PERM,
                   "%lld operators must approve a deployment on this machine, "
                   "and %zu did",
                   (long long)operators.threshold, have);
}
