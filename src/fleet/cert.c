/* SPDX-License-Identifier: Apache-2.0 */
#include "fleet/cert.h"

#include "base/digest.h"
#include "trust/sign.h"

void device_text(int64_t device, char out[DEVICE_TEXT_MAX])
{
    snprintf(out, DEVICE_TEXT_MAX, "d-%lld", (long long)device);
}

static void sha256(str bytes, uint8_t out[DIGEST_BYTES_MAX])
{
    struct digest digest;

    digest_init(&digest, DIGEST_SHA256);
    digest_add(&digest, bytes.p, bytes.n);
    digest_bytes(&digest, out);
}

/* 0; or 1 when the request has none that still waits for its first use. */
static int find_pending(struct db *db, const struct cert_ask *ask,
                        str csr_digest, struct buf *out_pem, struct err *err)
{
    AUTO(db_rows_closep) struct db_rows *rows = NULL;
    int rc = db_query(
        db,
        "SELECT pem FROM device_cert WHERE device = $1 AND"
        " csr_digest = $2 AND first_used = 0 AND revoked_at = 0"
        " AND not_after > $3",
        DB_ARGS(db_i64(ask->device), db_blob(csr_digest), db_i64(ask->now)),
        &rows, err);

    if (rc == 0)
        rc = db_next(rows, err);
    if (rc <= 0)
        return rc < 0 ? rc : 1;
    buf_add(out_pem, db_col_text(rows, 0));
    return buf_finish(out_pem, "certificate", err);
}

static int store_cert(struct db *db, const struct cert_order *order,
                      str csr_digest, str pem, struct err *err)
{
    char serial[2 * CERT_SERIAL_BYTES + 1];
    struct cert_facts facts;
    int rc = cert_read(pem, &facts, err);

    if (rc < 0)
        return rc;
    for (size_t i = 0; i < CERT_SERIAL_BYTES; i++)
        snprintf(serial + 2 * i, 3, "%02x", order->serial[i]);
    rc = db_run(db,
                "INSERT INTO device_cert (fingerprint, device, serial,"
                " not_before, not_after, revoked_at, reason, first_used,"
                " csr_digest, pem) VALUES ($1, $2, $3, $4, $5, 0, '', 0, $6,"
                " $7)",
                DB_ARGS(db_text(str_c(facts.fingerprint)),
                        db_i64(order->device), db_text(str_c(serial)),
                        db_i64(order->not_before), db_i64(order->not_after),
                        db_blob(csr_digest), db_text(pem)),
                err);
    return rc < 0 ? rc : 0;
}

int device_cert_issue(struct db *db, const struct cert_issuer *issuer,
                      const struct cert_ask *ask, struct buf *out_pem,
                      struct err *err)
{
    uint8_t digest[DIGEST_BYTES_MAX];
    uint8_t serial[CERT_SERIAL_BYTES];
    uint8_t point[CERT_POINT_BYTES];
    struct cert_order order = { ask->device, point, ask->now - CERT_EARLY_S,
                                ask->now + CERT_LIFE_S, serial };
    str csr_digest = { (const char *)digest, 32 };
    int rc;

    sha256(ask->csr, digest);
    rc = find_pending(db, ask, csr_digest, out_pem, err);
    if (rc <= 0)
        return rc;
    rc = cert_request_point(ask->csr, point, err);
    if (rc < 0)
        return err_wrap(err, rc, "csr");
    rc = db_run(db,
                "UPDATE device_cert SET revoked_at = $2, reason = 'replaced',"
                " pem = '' WHERE device = $1 AND first_used = 0 AND"
                " revoked_at = 0",
                DB_ARGS(db_i64(ask->device), db_i64(ask->now)), err);
    if (rc < 0)
        return rc;
    trust_random(serial, sizeof(serial));
    rc = issuer->issue(issuer->ctx, &order, out_pem, err);
    return rc < 0 ? rc
                  : store_cert(db, &order, csr_digest, buf_str(out_pem), err);
}

int device_cert_used(struct db *db, const struct device_cert *cert, int64_t now,
                     struct err *err)
{
    int rc =
        db_run(db,
               "UPDATE device_cert SET first_used = $2, pem = '' WHERE"
               " fingerprint = $1 AND first_used = 0",
               DB_ARGS(db_text(str_c(cert->fingerprint)), db_i64(now)), err);

    if (rc <= 0)
        return rc;
    return db_run(db,
                  "UPDATE device_cert SET revoked_at = $3, reason = 'renewed',"
                  " pem = '' WHERE device = $1 AND fingerprint <> $2 AND"
                  " revoked_at = 0",
                  DB_ARGS(db_i64(cert->device),
                          db_text(str_c(cert->fingerprint)), db_i64(now)),
                  err);
}

int device_cert_find(struct db *db, str fingerprint, int64_t now,
                     struct device_cert *out, struct err *err)
{
    AUTO(db_rows_closep) struct db_rows *rows = NULL;
    int rc;

    if (fingerprint.n != CERT_FINGERPRINT_HEX - 1)
        return 1;
    rc = db_query(db,
                  "SELECT c.device, d.org, c.not_before, c.not_after,"
                  " c.first_used FROM device_cert c JOIN device d ON d.id ="
                  " c.device WHERE c.fingerprint = $1 AND c.revoked_at = 0 AND"
                  " c.not_after > $2 AND d.retired = 0",
                  DB_ARGS(db_text(fingerprint), db_i64(now)), &rows, err);
    if (rc == 0)
        rc = db_next(rows, err);
    if (rc <= 0)
        return rc < 0 ? rc : 1;
    *out = (struct device_cert){
        .device = db_col_i64(rows, 0),
        .org = db_col_i64(rows, 1),
        .not_before = db_col_i64(rows, 2),
        .not_after = db_col_i64(rows, 3),
        .first_used = db_col_i64(rows, 4),
    };
    memcpy(out->fingerprint, fingerprint.p, fingerprint.n);
    return 0;
}

int device_cert_revoke(struct db *db, int64_t device, str reason, int64_t now,
                       struct err *err)
{
    return db_run(db,
                  "UPDATE device_cert SET revoked_at = $2, reason = $3, pem ="
                  " '' WHERE device = $1 AND revoked_at = 0",
                  DB_ARGS(db_i64(device), db_i64(now), db_text(reason)), err);
}
