/* SPDX-License-Identifier: Apache-2.0
 *
 * Ed25519 signatures (RFC 8032), by libsodium. Every signature covers a
 * domain text first ("holdfast job v1"), so that what was signed as one kind
 * of thing is never taken for another.
 */
#ifndef TRUST_SIGN_H
#define TRUST_SIGN_H

#include "base/buf.h"
#include "base/component.h"

enum {
    SIGN_PUBLIC_BYTES = 32,
    SIGN_SECRET_BYTES = 64,
    SIGNATURE_BYTES = 64,
};

struct sign_key {
    uint8_t secret[SIGN_SECRET_BYTES];
    uint8_t public[SIGN_PUBLIC_BYTES];
};

/* Must be called once before anything of src/trust. E_IO when the machine has
 * no randomness. */
int trust_init(struct err *err) MUST_CHECK;
void trust_random(void *out, size_t n);
/* Comparison in a time that does not depend on the content. */
bool trust_equal(str a, str b);
/* HMAC-SHA256 (RFC 2104), for webhooks; any length of key. */
void trust_hmac(str key, str text, uint8_t out[32]);

void sign_key_make(struct sign_key *key);
/* Kept in a file of mode 0600; made when absent (sign_key_file) or required
 * (E_ABSENT). Refuses a file others may read. */
int sign_key_file(const char *path, bool make, struct sign_key *key,
                  struct err *err) MUST_CHECK;
void sign_key_clear(struct sign_key *key); /* wipes it */

void sign_make(const struct sign_key *key, str domain, str bytes,
               uint8_t out[SIGNATURE_BYTES]);
bool sign_check(const uint8_t public[SIGN_PUBLIC_BYTES], str domain, str bytes,
                const uint8_t signature[SIGNATURE_BYTES]);

/* The library it is made with, for a list of what is inside. */
void sign_components(struct components *components);

#endif
