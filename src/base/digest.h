/* SPDX-License-Identifier: Apache-2.0
 *
 * Digests of bytes, by nettle: the kinds that OVAL (EntityItemHashTypeType)
 * and rpm name. For comparing with what others stated; MD5 and SHA-1 prove
 * nothing against who wants a collision.
 */
#ifndef BASE_DIGEST_H
#define BASE_DIGEST_H

#include "base/str.h"

enum digest_kind {
    DIGEST_MD5,
    DIGEST_SHA1,
    DIGEST_SHA224,
    DIGEST_SHA256,
    DIGEST_SHA384,
    DIGEST_SHA512,
    DIGEST_KINDS
};

enum {
    DIGEST_BYTES_MAX = 64,
    DIGEST_HEX_MAX = 2 * DIGEST_BYTES_MAX + 1
};

/* A running digest; the caller's storage, nothing to release. */
struct digest {
    enum digest_kind kind;
    union {
        uint64_t words[64];
        unsigned char bytes[512];
    } state; /* nettle's context */
};

void digest_init(struct digest *digest, enum digest_kind kind);
void digest_add(struct digest *digest, const void *bytes, size_t n);

/* The digest; returns how many bytes it has. */
size_t digest_bytes(struct digest *digest, uint8_t out[DIGEST_BYTES_MAX]);

/* The digest in lower-case hexadecimal, terminated. */
void digest_finish(struct digest *digest, char out[DIGEST_HEX_MAX]);

/* OVAL's name ("SHA-256"); digest_kind_of() gives DIGEST_KINDS for a text
 * that is none of them. */
const char *digest_kind_name(enum digest_kind kind);
enum digest_kind digest_kind_of(str name);

#endif
