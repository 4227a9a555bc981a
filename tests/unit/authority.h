/* SPDX-License-Identifier: Apache-2.0
 *
 * For tests: an authority that issues certificates, a key that signs jobs,
 * and devices that ask.
 */
#ifndef TESTS_UNIT_AUTHORITY_H
#define TESTS_UNIT_AUTHORITY_H

#include "fleet/cert.h"
#include "fleet/enrol.h"
#include "fleet/job.h"

struct authority {
    struct buf ca_key;
    struct buf ca;
    struct sign_key job_key;
    struct cert_issuer issuer;
    struct job_signer signer;
    bool broken;    /* the next order fails */
    unsigned count; /* of certificates issued */
};
void authority_init(struct authority *authority);
void authority_clear(struct authority *authority);

/* A new key and a request for it, PEM. */
void device_request(struct buf *out_csr);

/* A token of the organisation for a device without label. */
void enrol_token(struct db *db, int64_t org, int64_t now,
                 char out[ENROL_TOKEN_TEXT]);
/* A device enrolled in organisation 1, whose certificate has been used. */
int64_t enrol_device(struct db *db, struct authority *authority, str hostname,
                     int64_t now, struct device_cert *out_cert);

#endif
