/* SPDX-License-Identifier: Apache-2.0
 *
 * Secrets that the store keeps and the server must be able to read again
 * (second-factor secrets, passwords of directories and mail servers), sealed
 * with a key that is not in the store: XChaCha20-Poly1305, by libsodium. A
 * copy of the database alone gives none of them away.
 *
 * The context ("totp 17") is bound in: what was sealed for one place cannot
 * be moved to another.
 */
#ifndef TRUST_SEAL_H
#define TRUST_SEAL_H

#include "base/buf.h"

enum {
    SEAL_KEY_BYTES = 32,
    SEAL_OVERHEAD = 24 + 16 + 1,
};

struct seal_key {
    uint8_t bytes[SEAL_KEY_BYTES];
};

/* Reads the file (mode 0600; one that others may read is refused), or makes
 * it when it is absent. */
int seal_key_file(const char *path, struct seal_key *out,
                  struct err *err) MUST_CHECK;
void seal_key_clear(struct seal_key *key);

/* Appends the sealed bytes. */
void seal_make(const struct seal_key *key, str context, str plain,
               struct buf *out);
/* Appends the plain bytes; E_CORRUPT for what was not sealed with this key
 * for this context. */
int seal_open(const struct seal_key *key, str context, str sealed,
              struct buf *out, struct err *err) MUST_CHECK;

#endif
