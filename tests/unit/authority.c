/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/authority.h"

#include "tests/unit/unit.h"

static int issue(void *ctx, const struct cert_order *order, struct buf *out,
                 struct err *err)
{
    struct authority *authority = ctx;
    struct cert_terms terms = { .not_before = order->not_before,
                                .not_after = order->not_after };
    char name[64];

    if (authority->broken)
        return err_set(err, E_IO, "the signer does not answer");
    snprintf(name, sizeof(name), "device-%lld", (long long)order->device);
    terms.name = str_c(name);
    memcpy(terms.serial, order->serial, sizeof(terms.serial));
    authority->count++;
    return cert_issue_point(buf_str(&authority->ca),
                            buf_str(&authority->ca_key), order->point, &terms,
                            out, err);
}

static int sign(void *ctx, const struct job *job, struct buf *out_job,
                uint8_t out_signature[SIGNATURE_BYTES], struct err *err)
{
    struct authority *authority = ctx;

    if (authority->broken)
        return err_set(err, E_IO, "the signer does not answer");
    return job_sign(job, &authority->job_key, out_job, out_signature, err);
}

void authority_init(struct authority *authority)
{
    *authority = (struct authority){
        .ca_key = BUF(CERT_PEM_MAX),
        .ca = BUF(CERT_PEM_MAX),
        .issuer = { issue, authority },
        .signer = { sign, authority },
    };
    assert_int_equal(trust_init(NULL), 0);
    sign_key_make(&authority->job_key);
    assert_int_equal(cert_key_make(&authority->ca_key, NULL), 0);
    assert_int_equal(cert_ca_make(buf_str(&authority->ca_key), STR("Holdfast"),
                                  1, 3650, &authority->ca, NULL),
                     0);
}

void authority_clear(struct authority *authority)
{
    buf_clear(&authority->ca_key);
    buf_clear(&authority->ca);
}

void device_request(struct buf *out_csr)
{
    AUTO(buf_clear) struct buf key = BUF(CERT_PEM_MAX);

    assert_int_equal(cert_key_make(&key, NULL), 0);
    assert_int_equal(cert_request_make(buf_str(&key), STR("x"), out_csr, NULL),
                     0);
}

void enrol_token(struct db *db, int64_t org, int64_t now,
                 char out[ENROL_TOKEN_TEXT])
{
    struct scope scope = scope_system(org);
    struct enrol_order order = { 0, 3600 };
    struct enrol_made made = { 0 };

    assert_int_equal(enrol_token_make(db, &scope, &order, now, &made, NULL), 0);
    memcpy(out, made.text, sizeof(made.text));
}

int64_t enrol_device(struct db *db, struct authority *authority, str hostname,
                     int64_t now, struct device_cert *out_cert)
{
    AUTO(buf_clear) struct buf csr = BUF(CERT_PEM_MAX);
    char token[ENROL_TOKEN_TEXT];
    struct enrolment done = { .pem = BUF(CERT_PEM_MAX) };
    struct enrol enrol = { .hostname = hostname,
                           .machine_id = hostname,
                           .agent_version = STR("0.1.0") };
    struct cert_facts facts;

    device_request(&csr);
    enrol.csr = buf_str(&csr);
    assert_int_equal(db_begin(db, NULL), 0);
    enrol_token(db, 1, now, token);
    enrol.token = str_c(token);
    assert_int_equal(
        enrol_take(db, &authority->issuer, &enrol, now, &done, NULL), 0);
    assert_int_equal(cert_read(buf_str(&done.pem), &facts, NULL), 0);
    assert_int_equal(
        device_cert_find(db, str_c(facts.fingerprint), now, out_cert, NULL), 0);
    assert_int_equal(device_cert_used(db, out_cert, now, NULL), 0);
    assert_int_equal(db_commit(db, NULL), 0);
    buf_clear(&done.pem);
    return done.device;
}
