/* SPDX-License-Identifier: Apache-2.0
 *
 * Certificate requests of strangers: what is taken gives a point that a
 * certificate can be made for; and any bytes as certificate and as key.
 */
#include "trust/cert.h"
#include "trust/sign.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    AUTO(buf_clear) struct buf out = BUF(CERT_PEM_MAX);
    str text = { (const char *)data, size };
    uint8_t point[CERT_POINT_BYTES];
    struct cert_facts facts;
    struct err err;

    if (cert_request_point(text, point, &err) == 0 && point[0] != 4)
        abort();
    if (cert_read(text, &facts, &err) == 0 && strlen(facts.fingerprint) != 64)
        abort();
    (void)!cert_request_make(text, STR("x"), &out, &err);
    return 0;
}
