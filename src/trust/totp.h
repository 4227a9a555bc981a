/* SPDX-License-Identifier: Apache-2.0
 *
 * One-time codes by the clock (RFC 6238: SHA-1, 6 digits, 30 seconds, what
 * every authenticator app does), by liboath.
 */
#ifndef TRUST_TOTP_H
#define TRUST_TOTP_H

#include "base/buf.h"

enum {
    TOTP_SECRET_BYTES = 20,
    TOTP_DIGITS = 6,
    TOTP_STEP_S = 30,
    RECOVERY_CODES = 10,
    RECOVERY_CODE_MAX = 24, /* "7kqm-3x9p-w2ht-c6vn" and NUL */
};

int totp_init(struct err *err) MUST_CHECK;

/* The URI that an authenticator app reads from a QR code, and the secret as
 * text for typing it in. */
void totp_uri(const uint8_t secret[TOTP_SECRET_BYTES], str issuer, str login,
              struct buf *out);
void totp_text(const uint8_t secret[TOTP_SECRET_BYTES], struct buf *out);

/* Whether code is right at `now`, one step early or late included. Steps up
 * to `last` are spent: a code is good once. *out_step is the step to remember
 * as last. */
bool totp_check(const uint8_t secret[TOTP_SECRET_BYTES], str code, int64_t now,
                int64_t last, int64_t *out_step);

/* A code of 80 random bits for when the app is lost, and its digest: blanks,
 * dashes and case do not matter. */
void recovery_make(char out[RECOVERY_CODE_MAX]);
void recovery_digest(str code, uint8_t out[32]);

#endif
