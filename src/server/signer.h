/* SPDX-License-Identifier: Apache-2.0
 *
 * The signer process: the only one that holds the Ed25519 key of jobs and the
 * key of the authority. It speaks with the core alone and signs what is on
 * its closed list and within its limits (claim 4): a job of a known type with
 * a body of the right shape, for one device, that does not live too long; a
 * certificate for a public key, as client "device-N", for at most 100 days.
 * It is asked for no bytes to sign: it makes them itself. It reads no
 * certificate request; a public key is a point of 65 bytes. A core that was
 * taken over can do no more with it than order what a core may order, at a
 * limited rate, and every order is in the log.
 *
 * Three parts: what is signed (struct signing; the process's only state), the
 * core's end (struct signer), and in signer_main.c the role of the process.
 */
#ifndef SERVER_SIGNER_H
#define SERVER_SIGNER_H

#include "base/arena.h"
#include "fleet/cert.h"
#include "fleet/job.h"

enum sign_kind {
    SIGN_HELLO = 1, /* -> public key and authority */
    SIGN_JOB = 2,   /* -> signature */
    SIGN_CERT = 3,  /* -> certificate */
};
struct sign_order {
    int64_t number;
    int64_t kind;
    str job; /* encoded */
    int64_t device;
    str point;
    int64_t not_before;
    int64_t not_after;
    str serial;
};
struct sign_answer {
    int64_t number;
    int64_t code; /* 0, or E_ of a refusal */
    str text;     /* of a refusal */
    str bytes;    /* signature; certificate, PEM; public key */
    str authority;
};
extern const struct wire_shape shape_sign_order;
extern const struct wire_shape shape_sign_answer;

enum {
    SIGNER_CERT_DAYS = 100,
    SIGNER_JOBS_BURST = 200000, /* a run of a large fleet; then */
    SIGNER_JOBS_EVERY_MS = 5,
    SIGNER_CERTS_BURST = 5000,
    SIGNER_CERTS_EVERY_MS = 100,
    SIGNER_TIMEOUT_MS = 10000,
};

/* --- in the signer ---------------------------------------------------- */
struct signing;
/* Reads KEYS/ca.pem and KEYS/ca.key, and KEYS/job.key, which is made when it
 * is not there. */
int signing_open(const char *keys, struct signing **out,
                 struct err *err) MUST_CHECK;
void signing_close(struct signing *signing); /* wipes the keys */
/* Texts of *out are in the arena or constant. */
void signing_answer(struct signing *signing, const struct sign_order *order,
                    int64_t now, struct arena *arena, struct sign_answer *out);

/* --- in the core ------------------------------------------------------ */
struct signer {
    /* Asks and waits at most SIGNER_TIMEOUT_MS: E_IO when there is no answer.
     * Texts of *out are in the arena. */
    int (*call)(void *ctx, const struct sign_order *order, struct arena *arena,
                struct sign_answer *out, struct err *err);
    void *ctx;
    int64_t number;
};
/* Ready-made interfaces of fleet/job.h and fleet/cert.h; they point at the
 * signer. */
struct job_signer signer_jobs(struct signer *signer);
struct cert_issuer signer_certs(struct signer *signer);
/* The public key of jobs and the authority (appended). */
int signer_hello(struct signer *signer, uint8_t out_key[SIGN_PUBLIC_BYTES],
                 struct buf *out_authority, struct err *err) MUST_CHECK;

#endif
