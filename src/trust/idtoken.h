/* SPDX-License-Identifier: Apache-2.0
 *
 * ID tokens of OpenID Connect (Core 1.0, 3.1.3.7), verified with libcjose.
 *
 * Only RS256, PS256 and ES256, each with a key of its own kind out of the
 * provider's set: never "none", never a symmetric algorithm, never a key that
 * the token brings along (jwk, jku, x5c, x5u are not looked at), never a
 * token with "crit". RSA keys have 2048 bits or more.
 */
#ifndef TRUST_IDTOKEN_H
#define TRUST_IDTOKEN_H

#include "base/jval.h"

enum {
    IDTOKEN_MAX = 65536,
    JWKS_MAX = 1 << 20,
    IDTOKEN_LEEWAY_S = 60,
};

struct idtoken_terms {
    str issuer; /* exactly */
    str client;
    str nonce;
    int64_t now;
};

/* 0: *out_claims is the payload, for the caller to free. 1: signed with a key
 * that is not in the set, which may be old: fetch it again, once. E_PERM with
 * the reason for everything that is not right. */
int idtoken_check(str token, str jwks, const struct idtoken_terms *terms,
                  struct jval **out_claims, struct err *err) MUST_CHECK;

#endif
