/* SPDX-License-Identifier: Apache-2.0
 *
 * The parts of the keeper's patching: keeper_patch.c has the policy, the
 * orders and the installer; keeper_patch_due.c when what is due;
 * keeper_report.c what is told to the server.
 */
#ifndef AGENT_KEEPER_PATCH_INT_H
#define AGENT_KEEPER_PATCH_INT_H

#include "agent/keeper_patch.h"
#include "base/vec.h"

/* What is known of one schedule: the daily scan, or the task. */
struct planned {
    str digest;      /* of the schedule; another one begins anew */
    int64_t since;   /* it reached the device */
    int64_t covers;  /* what is due until here was dealt with */
    int64_t caught;  /* a catch-up run is planned for then; 0: none */
    int64_t catches; /* and stands for what was due until here */
    int64_t missed;  /* the newest one that it stands for */
    int64_t staged;  /* the occurrence that was staged for */
};
/* An order that has not ended. */
struct ordered {
    struct installing order; /* its policy is the newest one */
    int64_t attempts;
    int64_t expires; /* 0: never */
    int64_t again;   /* not before: it waits */
    str waits;       /* for this; empty: it does not */
};
struct kept_patching {
    int64_t scanned; /* the newest scan; 0: never */
    int64_t missing;
    struct planned daily;
    struct planned task;
    struct wire_list orders; /* struct ordered */
};

struct patching {
    struct keeper *keeper;
    struct arena arena;      /* of the policy */
    struct arena kept_arena; /* of what was read from the state */
    str signed_policy;       /* struct signed_job, encoded; or empty */
    struct patching_policy policy;
    bool has_task; /* the configuration enables it */
    struct patch_configuration configuration;
    struct kept_patching kept;
    VEC(struct ordered) orders;
    int dir;  /* of the reports */
    int link; /* to the installer; -1: none runs */
    int out;
    struct loop_watch *watch;
    int64_t again; /* a scan is not tried before */
    int64_t reports;
};

/* The enabled task's, or NULL. */
const struct schedule *patch_task_schedule(const struct patching *p);
/* The scan of each day, at this device's minute of the window (P-SCN-3). */
struct schedule patch_daily_schedule(const struct keeper *keeper);
/* Writes the state; a failure is logged. */
void patch_save(struct patching *p);

void patch_order_scan(struct patching *p, int64_t cause, int64_t due);
void patch_order_deploy(struct patching *p, bool stage_only, bool catch_up,
                        int64_t due);
/* Gives the oldest order that does not wait to an installer; false: there is
 * none, or it could not be started. */
bool patch_start_next(struct patching *p, int64_t now);
/* The installer did not answer. */
void patch_end_order(struct patching *p, const char *why);

/* --- keeper_report.c --- */

str patch_new_nonce(struct patching *p);
/* Results that only the keeper can tell: nothing could be tried, it was missed,
 * or it waits (PATCHING_RUN_GOES_ON). */
void patch_report_outcome(struct patching *p, const struct installing *order,
                          int64_t outcome, str text);
/* Nobody knows what is missing now. */
void patch_report_failed_scan(struct patching *p,
                              const struct installing *order, str why);
/* What was due then was not done: the machine was off (P-MIS-5). */
void patch_report_missed(struct patching *p, int64_t due);

#endif
