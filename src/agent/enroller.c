/* SPDX-License-Identifier: Apache-2.0 */
#include <fcntl.h>
#include <time.h>
#include <unistd.h>

#include "agent/disk.h"
#include "agent/enrol.h"
#include "agent/enrol_int.h"
#include "agent/network.h"
#include "agent/sandbox.h"
#include "agent/state.h"
#include "http/client.h"

enum {
    TOKEN_MAX = 4096,
    HEX_MAX = 64,
    PEM_MAX = 4 * CERT_PEM_MAX,
    FILE_MAX = 16 * CERT_PEM_MAX,
    CHAIN_MS = 20000,
    TRIES = 3,
    URL_ROOM = JOB_URL_MAX + 256,
};

static const struct wire_field question_fields[] = {
    WIRE_FIELD_TEXT(enrol_question, url, JOB_URL_MAX),
    WIRE_FIELD_TEXT(enrol_question, token, TOKEN_MAX),
    WIRE_FIELD_TEXT(enrol_question, fingerprint, HEX_MAX),
    WIRE_FIELD_TEXT(enrol_question, authority, PEM_MAX),
    WIRE_FIELD_TEXT(enrol_question, hostname, AGENT_NAME_MAX),
    WIRE_FIELD_TEXT(enrol_question, machine_id, AGENT_NAME_MAX),
};
const struct wire_shape shape_enrol_question =
    WIRE_SHAPE_OF(enrol_question, question_fields);

static const struct wire_field answer_fields[] = {
    WIRE_FIELD_BOOL(enrol_answer, failed),
    WIRE_FIELD_I64(enrol_answer, code, 0, 100),
    WIRE_FIELD_TEXT(enrol_answer, text, AGENT_TEXT_MAX),
    WIRE_FIELD_BYTES(enrol_answer, link_identity, FILE_MAX / 2),
    WIRE_FIELD_BYTES(enrol_answer, identity, FILE_MAX / 4),
};
const struct wire_shape shape_enrol_answer =
    WIRE_SHAPE_OF(enrol_answer, answer_fields);

/* Kept until the end: the same request may be made again. */
struct enrolling {
    str key;
    str csr;
    str token;
};
static const struct wire_field enrolling_fields[] = {
    WIRE_FIELD_TEXT(enrolling, key, CERT_PEM_MAX),
    WIRE_FIELD_TEXT(enrolling, csr, CERT_PEM_MAX),
    WIRE_FIELD_TEXT(enrolling, token, TOKEN_MAX),
};
static const struct wire_shape shape_enrolling =
    WIRE_SHAPE_OF(enrolling, enrolling_fields);

struct enroller {
    const struct options *options;
    int dir;
    struct enrol_question question;
    str authority;
    struct enrolling own;
    struct arena arena;
};

/* --- Who is the server? --- */

static str next_certificate(str *chain)
{
    static const char end[] = "-----END CERTIFICATE-----";
    size_t at = str_find(*chain, str_c(end));
    str one;

    if (at == chain->n)
        return STR("");
    one = str_sub(*chain, 0, at + strlen(end));
    *chain = str_sub(*chain, at + strlen(end), SIZE_MAX);
    return one;
}

/* The certificate whose SHA-256 is the fingerprint, of those it shows. */
static int find_authority(struct enroller *e, struct err *err)
{
    AUTO(buf_clear) struct buf chain = BUF(PEM_MAX);
    str rest;
    int rc = http_chain(e->question.url.p, CHAIN_MS, &chain, err);

    if (rc < 0)
        return rc;
    rest = buf_str(&chain);
    for (str one = next_certificate(&rest); one.n > 0;
         one = next_certificate(&rest)) {
        struct cert_facts facts;

        if (cert_read(one, &facts, NULL) == 0 &&
            str_eq(str_c(facts.fingerprint), e->question.fingerprint)) {
            e->authority =
                arena_printf(&e->arena, "%" PRIstr "\n", ARGstr(one));
            return 0;
        }
    }
    return err_set(err, E_PERM,
                   "the server shows no certificate with the fingerprint that "
                   "was expected: it is another server, or someone is in "
                   "between");
}

/* --- Our key. --- */

static int load_own(struct enroller *e, struct err *err)
{
    AUTO(buf_clear) struct buf bytes = BUF(PEM_MAX);
    struct enrolling own;
    int rc = disk_read(e->dir, "enrolling", &bytes, err);

    if (rc == 0)
        rc = wire_read(&shape_enrolling, arena_str(&e->arena, buf_str(&bytes)),
                       &e->arena, &own, err);
    if (rc == 0 && !str_eq(own.token, e->question.token))
        rc = E_ABSENT; /* of another attempt */
    if (rc == 0)
        e->own = own;
    return rc;
}

static int make_own(struct enroller *e, struct err *err)
{
    AUTO(buf_clear) struct buf key = BUF(CERT_PEM_MAX);
    AUTO(buf_clear) struct buf csr = BUF(CERT_PEM_MAX);
    AUTO(buf_clear) struct buf bytes = BUF(PEM_MAX);
    int rc = cert_key_make(&key, err);

    if (rc == 0)
        rc = cert_request_make(buf_str(&key), STR("device"), &csr, err);
    e->own.key = arena_str(&e->arena, buf_str(&key));
    e->own.csr = arena_str(&e->arena, buf_str(&csr));
    e->own.token = e->question.token;
    if (rc == 0)
        rc = wire_write(&shape_enrolling, &e->own, &bytes, err);
    if (rc == 0)
        rc = disk_write(e->dir, "enrolling", buf_str(&bytes), err);
    trust_wipe(key.p, key.n);
    return rc;
}

/* --- The request. --- */

static int post(struct enroller *e, str body, struct http_client *client,
                struct http_answer *out, struct err *err)
{
    AUTO(buf_clear) struct buf url = BUF(URL_ROOM);
    str base = e->question.url;
    int rc = E_IO;

    while (str_ends(base, STR("/")))
        base.n--;
    buf_printf(&url, "%" PRIstr "/agent/v1/enrol", ARGstr(base));
    for (int i = 0; i < TRIES && rc == E_IO; i++) {
        if (i > 0)
            nanosleep(&(struct timespec){ i, 0 }, NULL);
        rc = http_run(client,
                      &(struct http_request){
                          .url = buf_c(&url),
                          .body = body,
                          .content_type = "application/x-holdfast",
                          .authority = e->authority,
                          .tls13 = true,
                      },
                      out, err);
    }
    return rc;
}

/* The server's sentence, when its problem document has one. */
static int refused(const struct http_answer *answer, struct err *err)
{
    if (answer->status == 429)
        return err_set(err, E_IO,
                       "the server has too many enrolments at the moment: try "
                       "again in a minute");
    if (answer->status == 401 || answer->status == 403)
        return err_set(err, E_PERM,
                       "the server does not accept the token: it was used, "
                       "has expired, or was withdrawn");
    return err_set(err, E_IO, "the server answers with status %lld",
                   (long long)answer->status);
}

static int make_answer(struct enroller *e, const struct enrolled *enrolled,
                       struct enrol_answer *out, struct err *err)
{
    AUTO(buf_clear) struct buf link_bytes = BUF(FILE_MAX);
    AUTO(buf_clear) struct buf bytes = BUF(FILE_MAX);
    struct link_identity link_identity = { .url = enrolled->agent_url,
                                           .authority = enrolled->authority,
                                           .certificate = enrolled->certificate,
                                           .key = e->own.key };
    struct identity identity = { enrolled->device, enrolled->keys };
    struct cert_facts facts;
    int rc = cert_read(enrolled->certificate, &facts, err);

    if (rc == 0 && (enrolled->keys.n == 0 || enrolled->device.n == 0 ||
                    !str_starts(enrolled->agent_url, STR("https://"))))
        rc = err_set(err, E_INVALID, "the server's answer is not complete");
    if (rc == 0)
        rc = wire_write(&shape_link_identity, &link_identity, &link_bytes, err);
    if (rc == 0)
        rc = wire_write(&shape_identity, &identity, &bytes, err);
    out->link_identity = arena_str(&e->arena, buf_str(&link_bytes));
    out->identity = arena_str(&e->arena, buf_str(&bytes));
    trust_wipe(link_bytes.p, link_bytes.n);
    return rc;
}

static int enrol(struct enroller *e, struct enrol_answer *out, struct err *err)
{
    AUTO(http_client_freep) struct http_client *client = http_client_new(NULL);
    AUTO(buf_clear) struct buf body = BUF(PEM_MAX);
    struct http_answer answer = { 0 };
    struct enrolled enrolled;
    struct enrol enrol = { .token = e->question.token,
                           .csr = e->own.csr,
                           .hostname = e->question.hostname,
                           .machine_id = e->question.machine_id,
                           .agent_version = STR(HOLDFAST_VERSION) };
    int rc = message_pack(&shape_enrol, &enrol, &body, err);

    if (rc == 0)
        rc = post(e, buf_str(&body), client, &answer, err);
    if (rc == 0 && answer.status != 200 && answer.status != 201)
        rc = refused(&answer, err);
    if (rc == 0)
        rc = message_unpack(&shape_enrolled, answer.body, &e->arena, &enrolled,
                            err);
    return rc == 0 ? make_answer(e, &enrolled, out, err) : rc;
}

static int begin(struct enroller *e, struct err *err)
{
    AUTO(buf_clear) struct buf bytes = BUF(FILE_MAX);
    AUTO(fd_close)
    int data = open(e->options->data, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    int rc = disk_read_fd(ENROLLER_FD_QUESTION, &bytes, err);

    if (rc == 0)
        rc = disk_open(data, "network", &e->dir, err);
    if (rc == 0)
        rc = wire_read(&shape_enrol_question,
                       arena_str(&e->arena, buf_str(&bytes)), &e->arena,
                       &e->question, err);
    e->question.url.p = arena_c(&e->arena, e->question.url);
    return rc;
}

int enroller_main(const struct options *options)
{
    struct enroller e = { .options = options, .dir = -1 };
    AUTO(buf_clear) struct buf bytes = BUF(FILE_MAX);
    struct enrol_answer answer = { 0 };
    struct err err = { 0 };
    int rc = trust_init(&err);

    if (rc == 0)
        rc = begin(&e, &err);
    if (rc == 0)
        rc = sandbox_enter(SANDBOX_NETWORK, options, &err);
    e.authority = e.question.authority;
    if (rc == 0 && e.authority.n == 0)
        rc = find_authority(&e, &err);
    if (rc == 0 && load_own(&e, &err) < 0)
        rc = make_own(&e, &err);
    if (rc == 0)
        rc = enrol(&e, &answer, &err);
    if (rc < 0)
        answer = (struct enrol_answer){ .failed = true,
                                        .code = -rc,
                                        .text = str_c(err_text(&err)) };
    if (wire_write(&shape_enrol_answer, &answer, &bytes, &err) < 0 ||
        pwrite(ENROLLER_FD_ANSWER, bytes.p, bytes.n, 0) != (ssize_t)bytes.n)
        return 1;
    return 0;
}
