/* SPDX-License-Identifier: Apache-2.0
 *
 * Enrolment (claim 10): a token, shown once and kept as a digest, turns one
 * certificate request into one device. The token is the whole authority, so
 * it is 32 random bytes, ends by itself, and is good for a single use.
 *
 * Used, expired, withdrawn and never made: the answer is the same. Only the
 * very request that used a token may ask again, for ENROL_RETRY_S, because
 * either side may have crashed before the certificate was on the device's
 * disk; it gets the same device and the same certificate.
 *
 * A second device that says it is the machine of a first one is a clone (or
 * was reinstalled): it becomes a device of its own, and *clone_of tells.
 */
#ifndef FLEET_ENROL_H
#define FLEET_ENROL_H

#include "base/vec.h"
#include "fleet/cert.h"
#include "proto/agent.h"

enum {
    ENROL_TOKEN_TEXT = 64, /* "hfe-" and 52 characters, with NUL */
    ENROL_RETRY_S = 600,
    ENROL_LIFE_MIN_S = 60,
    ENROL_LIFE_MAX_S = 30 * 86400,
    ENROL_TOKENS_MAX = 10000, /* of an organisation, unused */
};

struct enrol_token {
    int64_t id;
    int64_t label; /* 0: none */
    int64_t created;
    str created_by;
    int64_t expires;
    int64_t used_at; /* 0: not yet */
    int64_t used_by; /* device */
};

/* In the caller's transaction. E_INVALID when the organisation has no such
 * label; E_LIMIT. The text is given this once. */
struct enrol_order {
    int64_t label; /* 0: none */
    int64_t life_s;
};
struct enrol_made {
    int64_t id;
    char text[ENROL_TOKEN_TEXT];
};
int enrol_token_make(struct db *db, const struct scope *scope,
                     const struct enrol_order *order, int64_t now,
                     struct enrol_made *out, struct err *err) MUST_CHECK;
/* 1: the organisation has none of this id. */
int enrol_token_remove(struct db *db, const struct scope *scope, int64_t id,
                       struct err *err) MUST_CHECK;
/* Newest first, ids below `before` (0: all). */
struct enrol_tokens {
    int64_t before; /* asked */
    int64_t limit;
    VEC(struct enrol_token) all;
};
int enrol_token_list(struct db *db, const struct scope *scope,
                     struct arena *arena, struct enrol_tokens *list,
                     struct err *err) MUST_CHECK;
/* Tokens that ended a month ago are forgotten. */
int enrol_token_clean(struct db *db, int64_t now, struct err *err) MUST_CHECK;

struct enrolment {
    int64_t org;
    int64_t device;
    int64_t token;
    int64_t label;    /* 0: none */
    int64_t clone_of; /* a device of the same machine id; 0: none */
    bool again;       /* the request that used the token, repeated */
    struct buf pem;   /* the certificate; the caller's to set and clear */
};
/* In the caller's transaction. 0; or 1 when the token is good for nothing
 * (out->token, out->org are set when it is one we know: for the audit log).
 * E_INVALID and E_PARSE: the request is no good, the token stays unused. */
int enrol_take(struct db *db, const struct cert_issuer *issuer,
               const struct enrol *enrol, int64_t now, struct enrolment *out,
               struct err *err) MUST_CHECK;

#endif
