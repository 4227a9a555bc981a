/* SPDX-License-Identifier: Apache-2.0
 *
 * The certificates of devices. The authority's key is with the signer
 * process; this module decides who gets a certificate, keeps what was issued,
 * and knows what is valid.
 *
 *   issued --(used for the first time)--> in use ----> retired ("renewed")
 *      \                                    |
 *       \--> replaced by another request    +--> revoked, for good
 *
 * A new certificate does not end the one before it: that happens when the new
 * one has been used once, so a device that crashes in between is never
 * locked out. Until then the same request gets the same certificate again.
 * A device has at most one certificate in use and one that is not yet used.
 */
#ifndef FLEET_CERT_H
#define FLEET_CERT_H

#include "fleet/scope.h"
#include "store/db.h"
#include "trust/cert.h"

enum {
    CERT_LIFE_S = 90 * 86400,
    CERT_EARLY_S = 300, /* clocks of devices that are behind */
    DEVICE_TEXT_MAX = 32,
};

struct cert_order {
    int64_t device;
    const uint8_t *point; /* CERT_POINT_BYTES */
    int64_t not_before;
    int64_t not_after;
    const uint8_t *serial; /* CERT_SERIAL_BYTES */
};
/* Who issues: the signer process, or an authority in a test. */
struct cert_issuer {
    int (*issue)(void *ctx, const struct cert_order *order, struct buf *out,
                 struct err *err);
    void *ctx;
};

/* "d-17", the target of its jobs. */
void device_text(int64_t device, char out[DEVICE_TEXT_MAX]);

struct device_cert {
    char fingerprint[CERT_FINGERPRINT_HEX];
    int64_t device;
    int64_t org;
    int64_t not_before;
    int64_t not_after;
    int64_t first_used; /* 0: not yet */
};

/* A certificate for the request's key, in the caller's transaction. The same
 * request gets the same one until it is used; another request replaces one
 * that was not used. E_INVALID and E_PARSE: the request is no good. */
struct cert_ask {
    int64_t device;
    str csr;
    int64_t now;
};
int device_cert_issue(struct db *db, const struct cert_issuer *issuer,
                      const struct cert_ask *ask, struct buf *out_pem,
                      struct err *err) MUST_CHECK;

/* Notes the first use and retires those before it. Returns how many. */
int device_cert_used(struct db *db, const struct device_cert *cert, int64_t now,
                     struct err *err) MUST_CHECK;

/* 0; or 1 when there is none of this fingerprint that is valid at `now`. */
int device_cert_find(struct db *db, str fingerprint, int64_t now,
                     struct device_cert *out, struct err *err) MUST_CHECK;

/* Ends all of a device's. Returns how many. */
int device_cert_revoke(struct db *db, int64_t device, str reason, int64_t now,
                       struct err *err) MUST_CHECK;

#endif
