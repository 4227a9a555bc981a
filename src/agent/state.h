/* SPDX-License-Identifier: Apache-2.0
 *
 * What the keeper must not forget: one file, "state", written whole at each
 * change (disk.h), so that what belongs together changes together. Beside it
 * lie "identity" (who we are, and whose jobs we obey), "policy" (the newest
 * one), and a file for each result that the server has not taken.
 *
 * Order of writing, so that a crash between two files does no harm:
 *   policy before the state that notes its job   (taken again: same revision)
 *   a result before the state that ends its run  (found again by its nonce)
 *   the state before its result is removed       (the server knows its nonce)
 *
 * Texts of a state live in its arena; state_tidy() copies what is still in
 * use, at a moment when no one holds any of them.
 */
#ifndef AGENT_STATE_H
#define AGENT_STATE_H

#include "base/arena.h"
#include "base/vec.h"
#include "proto/agent.h"

enum {
    STATE_RUNS_MAX = 1024,
    STATE_NONCES_MAX = 65536,
    STATE_EVENTS_MAX = 1000,
    STATE_FILE_MAX = 16 << 20,
};

/* Who we are; written by enrolment, only read by the keeper. */
struct identity {
    str device;
    struct wire_list keys; /* struct key_bytes */
};

struct kept_nonce {
    str nonce;
    int64_t expires;
};

enum run_stage {
    STAGE_QUEUED = 1,
    STAGE_WAITING = 2, /* for a login */
    STAGE_RUNNING = 3,
};
enum run_cause {
    CAUSE_JOB = 1,
    CAUSE_SCHEDULE = 2,
    CAUSE_MISSED = 3, /* caught up */
    CAUSE_LOCAL = 4,  /* holdfast-agent run --now */
};
/* A run that has not ended. */
struct kept_run {
    str nonce;
    int64_t job; /* 0: of none */
    struct run_terms terms;
    int64_t cause;
    int64_t stage;
    int64_t due;
    int64_t expires; /* of its job; 0: never */
    int64_t started; /* of the first attempt */
    int64_t attempts;
    str content;
};

/* What is known of one schedule of the policy. */
struct kept_schedule {
    int64_t configuration;
    str digest;      /* of schedule and zone: another one begins anew */
    int64_t since;   /* it reached the device */
    int64_t covers;  /* what is due until here was run, or told as missed */
    int64_t caught;  /* a catch-up run is planned for then; 0: none */
    int64_t catches; /* and stands for what was due until here */
    int64_t missed;  /* the newest one that it stands for */
};

struct kept_job {
    int64_t id;
};

struct state {
    str boot_id;
    int64_t on_since; /* on, awake and running without a gap since */
    int64_t after;    /* the newest job that is noted */
    int64_t first_event;
    int64_t last_inventory; /* when it was collected */
    int64_t last_checkin;
    int64_t server_interval_s;
    str acknowledged; /* digest of the inventory that the server has */
    str newest_pack;  /* digest */
    str wanted_pack;  /* digest the server names; or empty */
    str last_run;     /* a sentence, for status */
    int64_t last_run_at;
    bool send_inventory; /* the server asked, or never got one */
    VEC(struct kept_nonce) nonces;
    VEC(struct kept_run) runs;
    VEC(struct job_event) events;
    VEC(struct kept_schedule) schedules;
    VEC(struct kept_job) inventory_jobs; /* that end when it is collected */
    VEC(struct kept_job) renew_jobs;
    struct arena arena;
};

void state_clear(struct state *state);
/* E_ABSENT: there is none yet; *out is then empty and usable. E_CORRUPT:
 * damaged. */
int state_load(int dir_fd, struct state *out, struct err *err) MUST_CHECK;
int state_read(str bytes, struct state *out, struct err *err) MUST_CHECK;
int state_save(int dir_fd, const struct state *state,
               struct err *err) MUST_CHECK;
void state_tidy(struct state *state);

bool state_has_nonce(const struct state *state, str nonce);
void state_forget_nonces(struct state *state, int64_t now);
/* Drops the oldest one when there are too many. */
void state_add_event(struct state *state, int64_t job, enum job_state what,
                     int64_t at, str text);
struct kept_run *state_find_run(struct state *state, str nonce);
void state_remove_run(struct state *state, const struct kept_run *run);
struct kept_schedule *state_find_schedule(struct state *state,
                                          int64_t configuration);

extern const struct wire_shape shape_identity;
int identity_load(int dir_fd, struct arena *arena, struct identity *out,
                  struct err *err) MUST_CHECK;

#endif
