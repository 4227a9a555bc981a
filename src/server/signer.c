/* SPDX-License-Identifier: Apache-2.0 */
#include "server/signer.h"

#include <fcntl.h>
#include <sys/stat.h>

#include "base/io.h"
#include "base/mem.h"
#include "server/throttle.h"

enum {
    PATH_BYTES_MAX = 4096,
    TEXT_MAX = 1024,
    LEAD_S = 86400, /* a job may begin so long after now */
    CLOCK_S = 3600, /* a certificate begins about now */
};
#define ID_MAX ((int64_t)1 << 62)
#define TIME_MAX ((int64_t)1 << 40)

static const struct wire_field order_fields[] = {
    WIRE_FIELD_I64(sign_order, number, 0, ID_MAX),
    WIRE_FIELD_I64(sign_order, kind, SIGN_HELLO, SIGN_CERT),
    WIRE_FIELD_BYTES(sign_order, job, JOB_MAX),
    WIRE_FIELD_I64(sign_order, device, 0, ID_MAX),
    WIRE_FIELD_BYTES(sign_order, point, CERT_POINT_BYTES),
    WIRE_FIELD_I64(sign_order, not_before, 0, TIME_MAX),
    WIRE_FIELD_I64(sign_order, not_after, 0, TIME_MAX),
    WIRE_FIELD_BYTES(sign_order, serial, CERT_SERIAL_BYTES),
};
const struct wire_shape shape_sign_order =
    WIRE_SHAPE_OF(sign_order, order_fields);

static const struct wire_field answer_fields[] = {
    WIRE_FIELD_I64(sign_answer, number, 0, ID_MAX),
    WIRE_FIELD_I64(sign_answer, code, -100, 0),
    WIRE_FIELD_TEXT(sign_answer, text, TEXT_MAX),
    WIRE_FIELD_BYTES(sign_answer, bytes, CERT_PEM_MAX),
    WIRE_FIELD_TEXT(sign_answer, authority, CERT_PEM_MAX),
};
const struct wire_shape shape_sign_answer =
    WIRE_SHAPE_OF(sign_answer, answer_fields);

/* --- in the signer ---------------------------------------------------- */

struct signing {
    struct sign_key key;
    struct buf ca;
    struct buf ca_key;
    struct throttle jobs;
    struct throttle certs;
};

static int read_pem(const char *keys, const char *name, bool secret,
                    struct buf *out, struct err *err)
{
    AUTO(buf_clear) struct buf path = BUF(PATH_BYTES_MAX);
    struct stat st;

    buf_printf(&path, "%s/%s", keys, name);
    if (secret && stat(buf_c(&path), &st) == 0 && (st.st_mode & 077) != 0)
        return err_set(err, E_PERM, "%s: others may read it (chmod 600)",
                       buf_c(&path));
    return io_read_file(AT_FDCWD, buf_c(&path), out, err);
}

int signing_open(const char *keys, struct signing **out, struct err *err)
{
    AUTO(buf_clear) struct buf path = BUF(PATH_BYTES_MAX);
    struct signing *signing = mem_alloc(1, sizeof(*signing));
    int rc = trust_init(err);

    signing->ca = BUF_INIT(CERT_PEM_MAX);
    signing->ca_key = BUF_INIT(CERT_PEM_MAX);
    buf_printf(&path, "%s/job.key", keys);
    if (rc == 0)
        rc = sign_key_file(buf_c(&path), true, &signing->key, err);
    if (rc == 0)
        rc = read_pem(keys, "ca.pem", false, &signing->ca, err);
    if (rc == 0)
        rc = read_pem(keys, "ca.key", true, &signing->ca_key, err);
    if (rc < 0) {
        signing_close(signing);
        return rc;
    }
    *out = signing;
    return 0;
}

void signing_close(struct signing *signing)
{
    if (signing == NULL)
        return;
    sign_key_clear(&signing->key);
    trust_wipe(signing->ca_key.p, signing->ca_key.n);
    buf_clear(&signing->ca_key);
    buf_clear(&signing->ca);
    mem_free(signing);
}

/* The target is "d-" and the number of a device, as device_text() has it. */
static bool is_device(str target)
{
    char again[DEVICE_TEXT_MAX];
    int64_t device;

    if (!str_starts(target, STR("d-")) ||
        str_to_i64(str_sub(target, 2, target.n), 1, ID_MAX, &device, NULL) < 0)
        return false;
    device_text(device, again);
    return str_eq_c(target, again);
}

/* The order has the job encoded; what is signed are the bytes we encode. */
static int answer_job(struct signing *s, const struct sign_order *order,
                      int64_t now, struct arena *arena, struct sign_answer *out,
                      struct err *err)
{
    AUTO(buf_clear) struct buf bytes = BUF(JOB_MAX);
    uint8_t signature[SIGNATURE_BYTES];
    struct job job;
    int rc = wire_read(&shape_job, order->job, arena, &job, err);

    if (rc < 0)
        return rc;
    if (!is_device(job.target))
        return err_set(err, E_INVALID, "the target of a job is one device");
    if (job.expires <= now || job.not_before > now + LEAD_S)
        return err_set(err, E_INVALID,
                       "a job begins within a day and has not expired");
    if (!throttle_take(&s->jobs, SIGNER_JOBS_BURST, SIGNER_JOBS_EVERY_MS,
                       now * 1000))
        return err_set(err, E_LIMIT, "too many jobs are ordered");
    rc = job_sign(&job, &s->key, &bytes, signature, err);
    if (rc == 0)
        out->bytes =
            arena_str(arena, (str){ (char *)signature, SIGNATURE_BYTES });
    return rc;
}

static int answer_cert(struct signing *s, const struct sign_order *order,
                       int64_t now, struct arena *arena,
                       struct sign_answer *out, struct err *err)
{
    AUTO(buf_clear) struct buf pem = BUF(CERT_PEM_MAX);
    struct cert_terms terms = { .not_before = order->not_before,
                                .not_after = order->not_after };
    char name[64];
    int rc;

    if (order->device < 1 || order->point.n != CERT_POINT_BYTES ||
        order->serial.n != CERT_SERIAL_BYTES)
        return err_set(err, E_INVALID,
                       "a certificate has a device, a key and a serial");
    if (order->not_before < now - CLOCK_S || order->not_before > now ||
        order->not_after <= now ||
        order->not_after - now > (int64_t)SIGNER_CERT_DAYS * 86400)
        return err_set(err, E_INVALID,
                       "a certificate begins now and lasts at most %d days",
                       SIGNER_CERT_DAYS);
    if (!throttle_take(&s->certs, SIGNER_CERTS_BURST, SIGNER_CERTS_EVERY_MS,
                       now * 1000))
        return err_set(err, E_LIMIT, "too many certificates are ordered");
    snprintf(name, sizeof(name), "device-%lld", (long long)order->device);
    terms.name = str_c(name);
    memcpy(terms.serial, order->serial.p, CERT_SERIAL_BYTES);
    rc = cert_issue_point(buf_str(&s->ca), buf_str(&s->ca_key),
                          (const uint8_t *)order->point.p, &terms, &pem, err);
    if (rc == 0)
        out->bytes = arena_str(arena, buf_str(&pem));
    return rc;
}

void signing_answer(struct signing *signing, const struct sign_order *order,
                    int64_t now, struct arena *arena, struct sign_answer *out)
{
    struct err err = { 0 };
    int rc = 0;

    *out = (struct sign_answer){ .number = order->number };
    if (order->kind == SIGN_HELLO) {
        out->bytes = arena_str(
            arena, (str){ (char *)signing->key.public, SIGN_PUBLIC_BYTES });
        out->authority = arena_str(arena, buf_str(&signing->ca));
    } else if (order->kind == SIGN_JOB) {
        rc = answer_job(signing, order, now, arena, out, &err);
    } else if (order->kind == SIGN_CERT) {
        rc = answer_cert(signing, order, now, arena, out, &err);
    } else {
        rc = err_set(&err, E_UNSUPPORTED, "%lld is no kind of order",
                     (long long)order->kind);
    }
    out->code = rc;
    if (rc < 0)
        out->text = arena_str(arena, str_c(err_text(&err)));
}

/* --- in the core ------------------------------------------------------ */

/* bytes: how many the answer must have; 0: any. */
static int call(struct signer *signer, struct sign_order *order, size_t bytes,
                struct arena *arena, struct sign_answer *out, struct err *err)
{
    int rc;

    order->number = ++signer->number;
    rc = signer->call(signer->ctx, order, arena, out, err);
    /* Whatever kept the signer from it is not the asker's fault. */
    if (rc < 0)
        return err_wrap(err, E_IO, "the signer");
    if (out->code < 0)
        return err_set(err, out->code == E_LIMIT ? E_IO : (int)out->code,
                       "the signer refuses: %" PRIstr, ARGstr(out->text));
    if (out->number != order->number || out->bytes.n == 0 ||
        (bytes != 0 && out->bytes.n != bytes))
        return err_set(err, E_IO, "the signer answers something else");
    return 0;
}

static int sign_job(void *ctx, const struct job *job, struct buf *out_job,
                    uint8_t out_signature[SIGNATURE_BYTES], struct err *err)
{
    AUTO(arena_clear) struct arena arena = ARENA;
    struct sign_order order = { .kind = SIGN_JOB };
    struct sign_answer answer;
    size_t before = out_job->n;
    int rc = job_validate(job, err);

    if (rc == 0)
        rc = wire_write(&shape_job, job, out_job, err);
    if (rc < 0)
        return rc;
    order.job = str_sub(buf_str(out_job), before, SIZE_MAX);
    rc = call(ctx, &order, SIGNATURE_BYTES, &arena, &answer, err);
    if (rc == 0)
        memcpy(out_signature, answer.bytes.p, SIGNATURE_BYTES);
    return rc;
}

static int issue_cert(void *ctx, const struct cert_order *wanted,
                      struct buf *out, struct err *err)
{
    AUTO(arena_clear) struct arena arena = ARENA;
    struct sign_order order = {
        .kind = SIGN_CERT,
        .device = wanted->device,
        .point = { (const char *)wanted->point, CERT_POINT_BYTES },
        .not_before = wanted->not_before,
        .not_after = wanted->not_after,
        .serial = { (const char *)wanted->serial, CERT_SERIAL_BYTES },
    };
    struct sign_answer answer;
    int rc = call(ctx, &order, 0, &arena, &answer, err);

    if (rc < 0)
        return rc;
    buf_add(out, answer.bytes);
    return buf_finish(out, "certificate", err);
}

struct job_signer signer_jobs(struct signer *signer)
{
    return (struct job_signer){ sign_job, signer };
}

struct cert_issuer signer_certs(struct signer *signer)
{
    return (struct cert_issuer){ issue_cert, signer };
}

int signer_hello(struct signer *signer, uint8_t out_key[SIGN_PUBLIC_BYTES],
                 struct buf *out_authority, struct err *err)
{
    AUTO(arena_clear) struct arena arena = ARENA;
    struct sign_order order = { .kind = SIGN_HELLO };
    struct sign_answer answer;
    int rc = call(signer, &order, SIGN_PUBLIC_BYTES, &arena, &answer, err);

    if (rc < 0)
        return rc;
    memcpy(out_key, answer.bytes.p, SIGN_PUBLIC_BYTES);
    buf_add(out_authority, answer.authority);
    return buf_finish(out_authority, "authority", err);
}
