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
#include "fleet/scope.h"
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
    JOB_SILENCE_S = 30 * 86400,
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

/* One job: 1; 0 when it was taken already. */
int job_drop_one(struct db *db, int64_t job, int64_t now,
                 struct err *err) MUST_CHECK;
/* Those of any type, when a device is revoked. */
int job_drop_device(struct db *db, int64_t device, int64_t now,
                    struct err *err) MUST_CHECK;
/* Those that no agent took in time, and those that were taken and not heard
 * of for JOB_SILENCE_S after their time. Returns how many. */
int job_expire(struct db *db, int64_t now, struct err *err) MUST_CHECK;

/* The signed jobs above `after` that the device has not taken, at most
 * JOBS_MAX, in the order of id. */
struct job_poll {
    int64_t device;
    int64_t after;
};
int job_for_agent(struct db *db, const struct job_poll *poll, int64_t now,
                  struct arena *arena, struct signed_jobs *out,
                  struct err *err) MUST_CHECK;

/* What became of jobs, for people. E_ABSENT when the scope sees none. */
struct job_row {
    int64_t id;
    int64_t device;
    str device_name;
    int64_t type;
    int64_t run;
    int64_t created;
    int64_t expires;
    int64_t state;
    int64_t state_at;
    str text;
};
int job_get(struct db *db, const struct scope *scope, int64_t id,
            struct arena *arena, struct job_row *out,
            struct err *err) MUST_CHECK;
/* Of one device, newest first, ids below `before` (0: all); run 0: of any. */
struct job_query {
    int64_t device;
    int64_t run;
    int64_t before;
    int64_t limit;
};
struct job_rows {
    VEC(struct job_row) all;
};
int job_list(struct db *db, const struct scope *scope,
             const struct job_query *query, struct arena *arena,
             struct job_rows *out, struct err *err) MUST_CHECK;

/* What an agent said of its job; a job of another device is E_ABSENT. Returns
 * 0, or 1 when it changed nothing. *out_run is the job's run. */
int job_event_take(struct db *db, int64_t device, const struct job_event *event,
                   int64_t now, int64_t *out_run, struct err *err) MUST_CHECK;

#endif
