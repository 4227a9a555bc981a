/* SPDX-License-Identifier: Apache-2.0 */
#include "proto/job.h"

#include "proto/patching.h"

enum {
    TARGET_MAX = 64,
    GRACE_S = 60, /* clocks of server and device differ a little */
    ID_MAX_BITS = 62,
};
#define ID_MAX ((int64_t)1 << ID_MAX_BITS)
#define TIME_MAX ((int64_t)1 << 40)

static const struct wire_field job_fields[] = {
    WIRE_FIELD_I64(job, id, 1, ID_MAX),
    WIRE_FIELD_I64(job, type, 1, INT32_MAX),
    WIRE_FIELD_TEXT(job, target, TARGET_MAX),
    WIRE_FIELD_EXACT(job, nonce, JOB_NONCE_BYTES),
    WIRE_FIELD_I64(job, not_before, 0, TIME_MAX),
    WIRE_FIELD_I64(job, expires, 0, TIME_MAX),
    WIRE_FIELD_BYTES(job, content_digest, JOB_DIGEST_BYTES),
    WIRE_FIELD_BYTES(job, body, JOB_BODY_MAX),
};
const struct wire_shape shape_job = WIRE_SHAPE_OF(job, job_fields);

static const struct wire_field run_terms_fields[] = {
    WIRE_FIELD_I64(run_terms, run, 0, ID_MAX),
    WIRE_FIELD_I64(run_terms, configuration, 0, ID_MAX),
    WIRE_FIELD_I64(run_terms, revision, 0, ID_MAX),
    WIRE_FIELD_BOOL(run_terms, while_logged_off),
    WIRE_FIELD_I64(run_terms, nice, 0, 19),
    WIRE_FIELD_I64(run_terms, memory_mb, 0, 1 << 24),
    WIRE_FIELD_I64(run_terms, limit_s, 0, 7 * 86400),
};
const struct wire_shape shape_run_terms =
    WIRE_SHAPE_OF(run_terms, run_terms_fields);

static const struct wire_field job_assess_fields[] = {
    WIRE_FIELD_SHAPE(job_assess, terms, shape_run_terms),
};
const struct wire_shape shape_job_assess =
    WIRE_SHAPE_OF(job_assess, job_assess_fields);

static const struct wire_field job_cancel_fields[] = {
    WIRE_FIELD_I64(job_cancel, job, 1, ID_MAX),
};
const struct wire_shape shape_job_cancel =
    WIRE_SHAPE_OF(job_cancel, job_cancel_fields);

static const struct wire_field policy_schedule_fields[] = {
    WIRE_FIELD_SHAPE(policy_schedule, terms, shape_run_terms),
    WIRE_FIELD_TEXT(policy_schedule, schedule, SCHEDULE_JSON_MAX),
    WIRE_FIELD_TEXT(policy_schedule, zone, JOB_ZONE_MAX),
    WIRE_FIELD_BYTES(policy_schedule, content_digest, JOB_DIGEST_BYTES),
};
static const struct wire_shape shape_policy_schedule =
    WIRE_SHAPE_OF(policy_schedule, policy_schedule_fields);

static const struct wire_field download_point_fields[] = {
    WIRE_FIELD_TEXT(download_point, url, DOWNLOAD_URL_MAX),
};
const struct wire_shape shape_download_point =
    WIRE_SHAPE_OF(download_point, download_point_fields);

static const struct wire_field policy_fields[] = {
    WIRE_FIELD_I64(policy, revision, 0, ID_MAX),
    WIRE_FIELD_I64(policy, checkin_interval_s, 60, 86400),
    WIRE_FIELD_I64(policy, inventory_interval_s, 60, 30 * 86400),
    WIRE_FIELD_TEXT(policy, agent_url, JOB_URL_MAX),
    WIRE_FIELD_LIST(policy, schedules, POLICY_SCHEDULES_MAX,
                    shape_policy_schedule),
    WIRE_FIELD_LIST(policy, points, DOWNLOAD_POINTS_MAX, shape_download_point),
};
const struct wire_shape shape_policy = WIRE_SHAPE_OF(policy, policy_fields);

static const struct wire_field signed_job_fields[] = {
    WIRE_FIELD_BYTES(signed_job, job, JOB_MAX),
    WIRE_FIELD_EXACT(signed_job, signature, SIGNATURE_BYTES),
};
const struct wire_shape shape_signed_job =
    WIRE_SHAPE_OF(signed_job, signed_job_fields);

/* The closed list. */
static const struct {
    int64_t type;
    const char *name;
    const struct wire_shape *body;
    size_t content_bytes; /* of content_digest */
} types[] = {
    { JOB_ASSESS, "assess", &shape_job_assess, JOB_DIGEST_BYTES },
    { JOB_INVENTORY, "inventory", NULL, 0 },
    { JOB_POLICY, "policy", &shape_policy, 0 },
    { JOB_RENEW, "renew", NULL, 0 },
    { JOB_CANCEL, "cancel", &shape_job_cancel, 0 },
    { JOB_PATCH_POLICY, "patch_policy", &shape_patching_policy, 0 },
    { JOB_PATCH_SCAN, "patch_scan", &shape_job_patch_scan, 0 },
    { JOB_PATCH_DEPLOY, "patch_deploy", &shape_job_patch_deploy, 0 },
    { JOB_REBOOT, "reboot", &shape_job_reboot, 0 },
    { JOB_SCAP, "scap_scan", &shape_job_assess, JOB_DIGEST_BYTES },
};
_Static_assert(COUNT(types) == JOB_TYPE_MAX, "a row a type");

/* Index into types, or COUNT(types). */
static size_t find_type(int64_t type)
{
    size_t i = 0;

    while (i < COUNT(types) && types[i].type != type)
        i++;
    return i;
}

const struct wire_shape *job_body_shape(int64_t type)
{
    size_t i = find_type(type);

    return i < COUNT(types) ? types[i].body : NULL;
}

const char *job_type_name(int64_t type)
{
    size_t i = find_type(type);

    return i < COUNT(types) ? types[i].name : NULL;
}

static int check_body(const struct job *job, const struct wire_shape *shape,
                      struct err *err)
{
    AUTO(arena_clear) struct arena arena = ARENA;
    void *body;

    if (shape == NULL && job->body.n > 0)
        return err_set(err, E_INVALID, "a job of type %s has no body",
                       job_type_name(job->type));
    if (shape == NULL)
        return 0;
    body = arena_alloc(&arena, 1, shape->size);
    return wire_read(shape, job->body, &arena, body, err);
}

int job_validate(const struct job *job, struct err *err)
{
    size_t i = find_type(job->type);

    if (i == COUNT(types))
        return err_set(err, E_UNSUPPORTED, "%lld is no type of job",
                       (long long)job->type);
    if (job->id < 1)
        return err_set(err, E_INVALID, "a job has an id of 1 or more");
    if (job->target.n == 0)
        return err_set(err, E_INVALID, "a job names its device");
    if (job->nonce.n != JOB_NONCE_BYTES)
        return err_set(err, E_INVALID, "a job has a nonce of %d bytes",
                       JOB_NONCE_BYTES);
    if (job->not_before < 0 || job->expires > TIME_MAX ||
        job->expires <= job->not_before ||
        job->expires - job->not_before > JOB_LIFE_MAX_S)
        return err_set(err, E_INVALID,
                       "a job expires after it begins and within %d days",
                       JOB_LIFE_MAX_S / 86400);
    if (job->content_digest.n != types[i].content_bytes)
        return err_set(err, E_INVALID,
                       "a job of type %s has a content digest of %zu bytes",
                       types[i].name, types[i].content_bytes);
    if (job->body.n > JOB_BODY_MAX)
        return err_set(err, E_LIMIT, "the body of a job has at most %d bytes",
                       JOB_BODY_MAX);
    return check_body(job, types[i].body, err);
}

int job_sign(const struct job *job, const struct sign_key *key,
             struct buf *out_job, uint8_t out_signature[SIGNATURE_BYTES],
             struct err *err)
{
    size_t before = out_job->n;
    int rc = job_validate(job, err);

    if (rc == 0)
        rc = wire_write(&shape_job, job, out_job, err);
    if (rc < 0)
        return err_wrap(err, rc, "the job");
    sign_make(key, STR(JOB_DOMAIN), str_sub(buf_str(out_job), before, SIZE_MAX),
              out_signature);
    return 0;
}

static bool is_signed(const struct signed_job *signed_job,
                      const struct job_check *check)
{
    if (signed_job->signature.n != SIGNATURE_BYTES)
        return false;
    for (size_t i = 0; i < check->key_count; i++)
        if (sign_check(check->keys[i], STR(JOB_DOMAIN), signed_job->job,
                       (const uint8_t *)signed_job->signature.p))
            return true;
    return false;
}

/* Nothing of the job is read before its signature is known to be good. */
int job_open(const struct signed_job *signed_job, const struct job_check *check,
             struct arena *arena, struct job *out, struct err *err)
{
    struct job job;
    int rc;

    if (signed_job->job.n > JOB_MAX)
        return err_set(err, E_PERM, "the job is larger than %d bytes", JOB_MAX);
    if (!is_signed(signed_job, check))
        return err_set(err, E_PERM, "the job is not signed by a known key");
    rc = wire_read(&shape_job, signed_job->job, arena, &job, err);
    if (rc == 0)
        rc = job_validate(&job, err);
    if (rc < 0)
        return err_wrap(err, err != NULL ? (err->code = E_PERM) : E_PERM,
                        "the job is not well formed");
    if (!str_eq(job.target, check->target))
        return err_set(err, E_PERM, "the job is for %" PRIstr ", not for us",
                       ARGstr(job.target));
    if (job.not_before > check->now + GRACE_S)
        return err_set(err, E_PERM, "the job is not to be done before %lld",
                       (long long)job.not_before);
    if (check->now >= job.expires)
        return err_set(err, E_PERM, "the job expired at %lld",
                       (long long)job.expires);
    *out = job;
    return 0;
}
