/* SPDX-License-Identifier: Apache-2.0
 *
 * A file of chunks that only who has its secret can read, and nobody can
 * change, cut, extend or reorder: libsodium's secretstream (XChaCha20-
 * Poly1305). The key comes from a passphrase by Argon2id, or is the one of a
 * key file (trust/seal.h).
 *
 * Form: "holdfast vault 1", a byte for the kind of secret, Argon2id's
 * operations and kibibytes (32 bits each, little-endian), its salt (16 bytes),
 * the stream's header (24), and then each chunk with its length in front (32
 * bits, little-endian). All before the chunks is bound into the first of
 * them; the last one says that it is the last.
 */
#ifndef TRUST_VAULT_H
#define TRUST_VAULT_H

#include "trust/seal.h"

enum {
    VAULT_CHUNK_MAX = 4 << 20,
    VAULT_PASSPHRASE_MIN = 12,
};

/* One of the two; the caller keeps it alive during the call. */
struct vault_secret {
    str passphrase;
    const struct seal_key *key;
};

/* Written beside `path`, mode 0600, and put there by vault_finish() once all
 * of it is on the disk; vault_free() without it leaves what was there. */
struct vault_out;
int vault_create(const char *path, const struct vault_secret *secret,
                 struct vault_out **out, struct err *err) MUST_CHECK;
int vault_put(struct vault_out *vault, str chunk, struct err *err) MUST_CHECK;
int vault_finish(struct vault_out *vault, struct err *err) MUST_CHECK;
void vault_out_free(struct vault_out *vault);
void vault_out_freep(struct vault_out **vault);

/* E_PARSE: not such a file. E_CORRUPT: damaged. E_PERM: the wrong secret, or
 * damaged at its start. A header that asks for more than 1 GiB of memory is
 * refused (E_LIMIT). */
struct vault_in;
int vault_open(const char *path, const struct vault_secret *secret,
               struct vault_in **out, struct err *err) MUST_CHECK;
/* Appends the next chunk: 1; 0 at the end, when the file is whole. */
int vault_get(struct vault_in *vault, struct buf *out,
              struct err *err) MUST_CHECK;
void vault_in_free(struct vault_in *vault);
void vault_in_freep(struct vault_in **vault);

#endif
