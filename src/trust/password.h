/* SPDX-License-Identifier: Apache-2.0
 *
 * Passwords as Argon2id hashes (RFC 9106), by libsodium, and the digests of
 * secrets that we made ourselves: those have 128 bits or more, so a plain
 * SHA-256 of them is enough and can be looked up.
 *
 * One hash takes 19 MiB and about 20 ms: the core does it itself, and admits
 * only so many log-ins a second (server/login.h).
 */
#ifndef TRUST_PASSWORD_H
#define TRUST_PASSWORD_H

#include "base/str.h"

enum {
    PASSWORD_MIN = 12, /* bytes; settings may ask for more */
    PASSWORD_MAX = 256,
    PASSWORD_HASH_MAX = 128,
    SECRET_DIGEST_BYTES = 32,
    SECRET_TEXT_MAX = 64, /* prefix, 43 characters, NUL */
};

int password_hash(str password, char out[PASSWORD_HASH_MAX],
                  struct err *err) MUST_CHECK;
/* hash NULL stands for a user who does not exist or has no password: the
 * answer is false, and takes as long. */
bool password_check(const char *hash, str password);
/* Whether it was made with other costs than today's, and should be replaced
 * when the password is at hand. */
bool password_outdated(const char *hash);
/* E_INVALID with the reason, for a password that is too short, one of those
 * that everyone tries first, or made of the login. */
int password_rules(str password, str login, int64_t min,
                   struct err *err) MUST_CHECK;

/* A new secret of 256 random bits, "PREFIX" and 43 characters of base64url;
 * prefix has at most 16 characters. */
void secret_make(const char *prefix, char out[SECRET_TEXT_MAX]);
void secret_digest(str secret, uint8_t out[SECRET_DIGEST_BYTES]);

#endif
