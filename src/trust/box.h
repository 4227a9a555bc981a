/* SPDX-License-Identifier: Apache-2.0
 *
 * Secrets that one process may put away and another one may read: sealed with
 * a public key (libsodium's crypto_box_seal), opened with its private key,
 * which only the process that talks to network devices holds, and which is in
 * no database.
 *
 * The context ("credential 17") is bound in: what was sealed for one place
 * cannot be moved to another. A sealed text names its key, so that a key can
 * be replaced while texts of the old one are still there.
 */
#ifndef TRUST_BOX_H
#define TRUST_BOX_H

#include "base/buf.h"

enum {
    BOX_KEY_BYTES = 32,
    BOX_ID_MAX = 17, /* 16 hex digits and a NUL */
    BOX_KEYS_MAX = 16,
    BOX_OVERHEAD = 128, /* at most, and the context */
    BOX_PASSPHRASE_MIN = 12,
};

struct box_public {
    uint8_t bytes[BOX_KEY_BYTES];
};
/* Newest first: the first one seals, all of them open. */
struct box_ring {
    struct {
        uint8_t secret[BOX_KEY_BYTES];
        struct box_public open;
    } keys[BOX_KEYS_MAX];
    size_t n;
};
void box_ring_clear(struct box_ring *ring);

/* "9f86d081884c7d65": the begin of the key's SHA-256. */
void box_id(const struct box_public *key, char out[BOX_ID_MAX]);

/* A new key at the begin of the ring. E_LIMIT when it is full. */
int box_ring_renew(struct box_ring *ring, struct err *err) MUST_CHECK;
/* Drops all but the newest. */
void box_ring_forget(struct box_ring *ring);

/* A ring as the text of a file; with a passphrase sealed by it (Argon2id). */
int box_ring_write(const struct box_ring *ring, str passphrase, struct buf *out,
                   struct err *err) MUST_CHECK;
/* E_PERM: a wrong passphrase, or none where one is needed. */
int box_ring_read(str text, str passphrase, struct box_ring *out,
                  struct err *err) MUST_CHECK;
/* The same of a file of mode 0600; made when it is absent. */
int box_ring_file(const char *path, str passphrase, struct box_ring *out,
                  struct err *err) MUST_CHECK;
int box_ring_save(const char *path, str passphrase, const struct box_ring *ring,
                  struct err *err) MUST_CHECK;

/* Appends the sealed bytes. */
int box_seal(const struct box_public *key, str context, str plain,
             struct buf *out, struct err *err) MUST_CHECK;
/* Appends the plain bytes. E_CORRUPT for what was not sealed for this
 * context, E_ABSENT when its key is not in the ring. */
int box_open(const struct box_ring *ring, str context, str sealed,
             struct buf *out, struct err *err) MUST_CHECK;
/* The id of the key that opens it; empty for what is no sealed text. */
void box_sealed_id(str sealed, char out[BOX_ID_MAX]);

#endif
