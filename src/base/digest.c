/* SPDX-License-Identifier: Apache-2.0 */
#include "base/digest.h"

#include <assert.h>
#include <nettle/nettle-meta.h>

static const struct nettle_hash *const hashes[DIGEST_KINDS] = {
    [DIGEST_MD5] = &nettle_md5,       [DIGEST_SHA1] = &nettle_sha1,
    [DIGEST_SHA224] = &nettle_sha224, [DIGEST_SHA256] = &nettle_sha256,
    [DIGEST_SHA384] = &nettle_sha384, [DIGEST_SHA512] = &nettle_sha512,
};

static const char *const names[DIGEST_KINDS] = {
    [DIGEST_MD5] = "MD5",        [DIGEST_SHA1] = "SHA-1",
    [DIGEST_SHA224] = "SHA-224", [DIGEST_SHA256] = "SHA-256",
    [DIGEST_SHA384] = "SHA-384", [DIGEST_SHA512] = "SHA-512",
};

void digest_init(struct digest *digest, enum digest_kind kind)
{
    assert(kind < DIGEST_KINDS);
    assert(hashes[kind]->context_size <= sizeof(digest->state));
    digest->kind = kind;
    hashes[kind]->init(&digest->state);
}

void digest_add(struct digest *digest, const void *bytes, size_t n)
{
    hashes[digest->kind]->update(&digest->state, n, bytes);
}

size_t digest_bytes(struct digest *digest, uint8_t out[DIGEST_BYTES_MAX])
{
    const struct nettle_hash *hash = hashes[digest->kind];

    assert(hash->digest_size <= DIGEST_BYTES_MAX);
    hash->digest(&digest->state, hash->digest_size, out);
    return hash->digest_size;
}

void digest_finish(struct digest *digest, char out[DIGEST_HEX_MAX])
{
    uint8_t bytes[DIGEST_BYTES_MAX];
    size_t n = digest_bytes(digest, bytes);

    for (size_t i = 0; i < n; i++) {
        out[2 * i] = "0123456789abcdef"[bytes[i] >> 4];
        out[2 * i + 1] = "0123456789abcdef"[bytes[i] & 15];
    }
    out[2 * n] = '\0';
}

const char *digest_kind_name(enum digest_kind kind)
{
    return kind < DIGEST_KINDS ? names[kind] : "";
}

enum digest_kind digest_kind_of(str name)
{
    for (int i = 0; i < DIGEST_KINDS; i++)
        if (str_eq_c(name, names[i]))
            return (enum digest_kind)i;
    return DIGEST_KINDS;
}
