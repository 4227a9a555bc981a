/* SPDX-License-Identifier: Apache-2.0
 *
 * The server's end of the agents, in the core process: whose certificate it
 * is, polls that are held until there is a job, how much one device may ask,
 * and who is told when a device sent something.
 *
 * What is in memory is a cache: a certificate is looked up in the store once,
 * and forgotten when its device is revoked, so a revocation holds from the
 * next request on. last_seen is written every few seconds for all
 * devices together; everything else is in the store before it is answered.
 */
#ifndef SERVER_AGENTS_H
#define SERVER_AGENTS_H

#include "fleet/cert.h"
#include "fleet/job.h"
#include "server/core.h"
#include "server/route.h"

enum {
    AGENT_INTERVAL_S = 300,     /* from one check-in to the next */
    AGENTS_WAIT_MAX_S = 300,    /* a poll is held at most so long */
    AGENT_REQUESTS_BURST = 240, /* of one device; then */
    AGENT_REQUESTS_RATE = 4,    /* a second */
    AGENT_UPLOADS_BURST = 60,   /* inventories and results; then */
    AGENT_UPLOAD_EVERY_S = 60,  /* one in so many seconds */
    ENROL_RETRY_AFTER_S = 60,
};

struct agents_terms {
    struct cert_issuer issuer;
    str authority; /* PEM of the CA */
    /* Appends what a device is told at enrolment: "https://host:port". */
    void (*agent_url)(void *ctx, struct buf *out);
    void (*enrol_url)(void *ctx, struct buf *out); /* or NULL */
    void *url_ctx;
    str content;              /* folder of the packs, HEX.pack */
    struct key_bytes keys[2]; /* job-signing keys, with key_count */
    size_t key_count;
};

/* Texts of the terms are copied. The timer runs on core->loop; without a
 * loop agents_tick() is the caller's. */
struct agents *agents_new(struct core *core, const struct agents_terms *terms);
void agents_free(struct agents *agents);
const struct agents_terms *agents_terms(const struct agents *agents);
/* What the signer says it is; until then nobody enrols or renews. */
void agents_set_trust(struct agents *agents, str authority,
                      const uint8_t key[SIGN_PUBLIC_BYTES]);
/* Refuses with 503 until then. */
int agents_ready(struct request *req, struct err *err) MUST_CHECK;

/* Answers polls that waited long enough, writes last_seen, lets jobs expire. */
void agents_tick(struct agents *agents, int64_t now);

/* The device whose certificate has this SHA-256 fingerprint (hex); E_PERM
 * when it is unknown, revoked or expired. Asked at every request. The first
 * use of a certificate ends those before it. */
int agents_identify(struct core *core, str fingerprint, int64_t now,
                    struct scope *out, struct err *err) MUST_CHECK;

/* After the commit: there are new jobs for the device. Its poll is answered
 * at once. */
void agents_wake(struct core *core, int64_t device);
/* The same for polls of this server alone, of one device or of all. */
void agents_wake_here(struct core *core, int64_t device);
void agents_wake_all(struct core *core);

/* After the commit of a revocation: the device is a stranger from now on. */
void agents_forget(struct core *core, int64_t device);
void agents_forget_here(struct core *core, int64_t device);

/* Who else wants to know, after the commit: at most AGENTS_LISTENERS each. */
enum {
    AGENTS_LISTENERS = 8
};
typedef void agents_inventory_fn(struct core *core, int64_t device);
typedef void agents_results_fn(struct core *core, int64_t device, int64_t run);
void agents_on_inventory(struct agents *agents, agents_inventory_fn *fn);
void agents_on_results(struct agents *agents, agents_results_fn *fn);

/* The devices that asked since this server began and are no strangers, one by
 * one: *at is 0 at first. 0 when there is no other. */
int64_t agents_next(const struct agents *agents, size_t *at);
/* Whether this device is one of them. */
bool agents_has(struct agents *agents, int64_t device);

/* Polls held now, and devices known in memory: for metrics. */
size_t agents_held(const struct agents *agents);
size_t agents_known(const struct agents *agents);

/* --- for api_agent.c and api_enrol.c ---------------------------------- */

/* One request of the device; 429 when it asks too much. `upload`: it brings
 * something that is stored. */
int agents_admit(struct request *req, bool upload, struct err *err) MUST_CHECK;
void agents_seen(struct agents *agents, int64_t device, int64_t now);
void agents_told_enrolled(struct core *core, int64_t device, int64_t org);
void agents_told_inventory(struct core *core, int64_t device);
void agents_told_results(struct core *core, int64_t device, int64_t run);
/* Whether two thirds of the life of the certificate in use are over. */
bool agents_should_renew(struct agents *agents, int64_t device, int64_t now);
/* Holds the poll; a poll of the device that is held already is answered. */
void agents_hold(struct request *req, int64_t after, int64_t wait_s);

/* Attempts to enrol, by address and all together. False: too many failed. */
bool agents_may_enrol(struct agents *agents, str peer, int64_t now);
/* One failed. True when it should be in the audit log; *out_unlogged is how
 * many were not. */
bool agents_enrol_failed(struct agents *agents, str peer, int64_t now,
                         int64_t *out_unlogged);

/* A message as the body of an answer. */
int respond_message(struct response *res, const struct wire_shape *shape,
                    const void *value, struct err *err) MUST_CHECK;

#endif
