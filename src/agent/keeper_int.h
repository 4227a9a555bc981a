/* SPDX-License-Identifier: Apache-2.0
 *
 * The keeper: the root half of the agent. It reads nothing from a network and
 * no fact of the machine but who is logged in; it checks every job itself,
 * keeps everything on disk (state.h), decides when something runs, and starts
 * the evaluators. Its files:
 *
 *   keeper.c       start, one step after every event, end
 *   keeper_jobs.c  signed jobs: checked, noted, turned into work
 *   keeper_plan.c  the policy: what is due, what was missed
 *   keeper_runs.c  runs: waiting, starting, ending; inventories
 *   keeper_patch.c patching: what is due, the installer, its reports
 *   keeper_link.c  the network process: what it is given, what it brings
 *   control.c      the local administrator
 *
 * keeper_step() looks at the state and does whatever can be done now; every
 * event (a job, a tick, the end of an evaluator) changes the state and calls
 * it. So there is one place that starts things, and a restart is only one
 * more step.
 */
#ifndef AGENT_KEEPER_INT_H
#define AGENT_KEEPER_INT_H

#include "agent/channel.h"
#include "agent/evaluated.h"
#include "agent/options.h"
#include "agent/state.h"
#include "base/loop.h"
#include "schedule/catch_up.h"

enum {
    KEEPER_FD_CHANNEL = 3,
    KEEPER_FD_CONTROL = 4,
    RUN_ATTEMPTS = 3, /* starts of one run, when each is interrupted */
    NONCE_HEX = 2 * JOB_NONCE_BYTES,
    PACK_MAX = 512 << 20,
};

/* A schedule of the policy that can be acted on. */
struct task {
    const struct policy_schedule *row;
    struct schedule schedule;
    struct zone *zone; /* NULL: the device's own */
};

/* The one process that reads the machine at a time. */
struct child {
    pid_t pid; /* 0: none */
    struct loop_watch *watch;
    struct loop_watch *limit;
    int64_t limit_s;
    int64_t memory_mb;
    bool limited;   /* killed because of the time */
    bool cancelled; /* or by a job */
    int out_fd;
    char nonce[JOB_NONCE_BYTES]; /* of its run */
    bool is_run;                 /* else an inventory */
};

struct patching;
struct rebooting;

struct keeper {
    const struct options *options;
    struct loop *loop;
    struct channel *channel;
    struct control *control;
    int dir; /* DATA/keeper */
    int results;
    int packs;
    bool stopping;

    bool enrolled;
    struct identity identity;
    struct state state;
    struct arena arena; /* of identity */

    struct policy policy; /* revision 0: none */
    struct arena policy_arena;
    VEC(struct task) tasks;
    struct zone *zone; /* the device's own */
    int64_t zone_read_ms;

    struct patching *patching; /* NULL until enrolled */
    struct rebooting *rebooting;
    struct buf flying_report[SEND_KINDS];

    struct child child;
    int64_t sessions;         /* -1: not known */
    int64_t packages_changed; /* of the package databases' files */
    int64_t inventory_wanted; /* the server or a job wants one, since then */
    int64_t inventory_tried;

    /* What the network process is doing for us. */
    bool linked;
    bool flying[SEND_KINDS];
    int64_t retry_at[SEND_KINDS];
    int64_t flying_events;       /* the number behind those it sends */
    struct buf flying_id;        /* the file of results that is sent */
    struct buf inventory_digest; /* of the newest one; empty: none */
    bool send_whole;
    struct buf fetching; /* digest it fetches; empty: none */
    int64_t fetch_at;    /* not before */
    struct buf download; /* what went wrong with the newest file */
    bool renewing;
    struct buf link_text; /* how it fares, for status */
    bool link_up;
    int64_t saved_alive;
    int64_t slept_s; /* since the machine was started */
};

/* keeper.c */
/* Has the network process read its identity and ask for ours again. */
void keeper_begin_link(struct keeper *keeper);
void keeper_step(struct keeper *keeper);
/* Ends the process when the state cannot be written: nothing may be done
 * that is not on disk. */
void keeper_save(struct keeper *keeper);
void keeper_fail(struct keeper *keeper, const char *event,
                 const struct err *err);
int64_t keeper_now(void);
str keeper_hex(char *out, str bytes); /* out has 2 n + 1 bytes */

/* keeper_jobs.c */
void keeper_take_job(struct keeper *keeper, int fd);

/* keeper_plan.c */
int plan_load(struct keeper *keeper, struct err *err) MUST_CHECK;
/* body: struct policy, encoded. *out_text tells what of it cannot be acted
 * on; or is empty. */
int plan_take(struct keeper *keeper, str body, struct buf *out_text,
              struct err *err) MUST_CHECK;
void plan_begin(struct keeper *keeper, int64_t now);
void plan_due(struct keeper *keeper, int64_t now);
int64_t plan_next(struct keeper *keeper, int64_t now); /* 0: nothing is */
const struct zone *plan_zone(struct keeper *keeper, const struct task *task);

/* keeper_runs.c */
struct run_order {
    int64_t job;
    struct run_terms terms;
    enum run_cause cause;
    int64_t due;
    int64_t expires;
    str content;
};
enum run_ordered {
    RUN_QUEUED,
    RUN_COALESCED,
    RUN_TOO_MANY,
};
/* *out_nonce, when not NULL, is that of the run, or of the one it became part
 * of; it lives as long as that run. */
enum run_ordered runs_order(struct keeper *keeper,
                            const struct run_order *order, int64_t now,
                            str *out_nonce);
void runs_recover(struct keeper *keeper);
void runs_step(struct keeper *keeper, int64_t now);
/* True when the run of this job was there, and ends now. */
bool runs_cancel(struct keeper *keeper, int64_t job, int64_t now);
/* Notes in results that an occurrence came to nothing. */
void runs_skip(struct keeper *keeper, const struct run_order *order,
               int64_t now, const char *why);

/* keeper_link.c */
void link_begin(struct keeper *keeper);
void link_message(void *ctx, const struct message *message, int fd);
void link_step(struct keeper *keeper, int64_t now);
bool pack_is_held(const struct keeper *keeper, str digest);
int pack_open(const struct keeper *keeper, str digest,
              struct err *err) MUST_CHECK; /* a descriptor */

/* evaluator processes: start.c */
struct start {
    const struct options *options;
    const char *role;
    const char *const *more; /* options, NULL-terminated */
    const int *fds;          /* become 3, 4, ... */
    size_t fd_count;
    bool alone; /* it lives on when we end */
};
int role_start(const struct start *start, pid_t *out_pid,
               struct err *err) MUST_CHECK;

/* control.c */
struct control *control_new(struct keeper *keeper, int listener);
/* A run ended: who waits for it is told. */
void control_run_ended(struct control *control, const struct results *results,
                       const struct evaluated *evaluated);

#endif
