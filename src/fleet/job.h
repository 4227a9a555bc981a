/* SPDX-License-Identifier: Apache-2.0
 *
 * The queue of signed jobs, one per device. A job is made, signed and stored
 * in the caller's transaction; the agent's poll takes those above the newest
 * it has. States only move forward (proto/agent.h, enum job_state; 0 is
 * queued), and an event that comes twice changes nothing.
 */
#ifndef FLEET_JOB_H
#define FLEET_JOB_H

#include "base/vec.h"
#include "proto/agent.h"
#include "store/db.h"

/* Who signs: the signer process, or a key in a test. */
struct job_signer {
    int (*sign)(void *ctx, const struct job *job, struct buf *out_job,
                uint8_t out_signature[SIGNATURE_BYTES], struct err *err);
    void *ctx;
};

enum {
    JOB_STATE_QUEUED = 0,
    JOB_STATE_EXPIRED = 8,
    JOB_STATE_CANCELLED = 9,
};
/* Nothing more will happen to it. */
bool job_state_is_final(int64_t state);
const char *job_state_name(int64_t state); /* "queued", "done", ... */

struct job_order {
    int64_t device;
    enum job_type type;
    int64_t run;        /* 0: of no run */
    int64_t not_before; /* 0: now */
    int64_t life_s;
    str content_digest; /* or empty */
    const void *body;   /* struct of job_body_shape(type), or NULL */
};
/* Makes, signs and stores one; *out_id is its id, which is also in the signed
 * text. */
int job_add(struct db *db, const struct job_signer *signer,
            const struct job_order *order, int64_t now, int64_t *out_id,
            struct err *err) MUST_CHECK;

/* The id of a job of this type that has not ended and not expired. 0; or 1
 * when there is none. */
int job_find_open(struct db *db, int64_t device, enum job_type type,
                  int64_t now, int64_t *out_id, struct err *err) MUST_CHECK;

/* Drops those of a type that no agent has taken: they become cancelled. */
int job_drop_queued(struct db *db, int64_t device, enum job_type type,
                    int64_t now, struct err *err) MUST_CHECK;

/* What an agent said of its job; a job of another device is E_ABSENT. Returns
 * 0, or 1 when it changed nothing. *out_run is the job's run. */
int job_event_take(struct db *db, int64_t device, const struct job_event *event,
                   int64_t now, int64_t *out_run, struct err *err) MUST_CHECK;

#endif
