/* SPDX-License-Identifier: Apache-2.0
 *
 * Runs of patching: a deployment, a staging, a scan or a reboot that a person
 * or a ring ordered, and the deployments that schedules brought. What a run
 * was made with stays.
 *
 * State of a run: approval (a second person has to agree, claim 3) ──► running
 * ──► ended; or refused, cancelled. State of a device in it:
 *
 *   planned ──► queued ──► taken ──► started ──► done | error | skipped
 *      │           └──► missed (nothing was heard)      refused
 *      ├──► offered (Windows, macOS: the decided job is handed over) ──► done …
 *      └──► frozen | unavailable | cancelled | skipped (another version than
 *           was ordered is in force)
 *
 * By schedule a device begins as "due": its agent acts on its own policy. What
 * a ring is to do waits while its rollout is paused or stopped.
 */
#ifndef FLEET_PATCH_RUN_H
#define FLEET_PATCH_RUN_H

#include "base/arena.h"
#include "base/vec.h"
#include "fleet/job.h"
#include "fleet/patch_setup.h"
#include "fleet/target.h"

#define PATCH_RUN_DEPLOY STR("deploy")
#define PATCH_RUN_STAGE STR("stage")
#define PATCH_RUN_SCAN STR("scan")
#define PATCH_RUN_REBOOT STR("reboot")

struct patch_run {
    int64_t id;
    int64_t org;
    str kind;
    int64_t configuration; /* 0: of a scan or a reboot */
    int64_t version;
    str task;  /* of deploy and stage */
    str cause; /* "now", "schedule", "ring" */
    int64_t ring;
    str started_by;
    str due;   /* local time by schedule; or "" */
    str state; /* "approval", "running", "ended", "refused", "cancelled" */
    int64_t started;
    int64_t ended;
    str targets; /* JSON as it was asked; or "" */
    str patches; /* JSON list of ids; "[]": all that is selected */
    int64_t devices;
};
struct patch_runs {
    VEC(struct patch_run) all;
};
void patch_runs_clear(struct patch_runs *runs);

/* In the caller's transaction, as all that writes. run: kind, configuration,
 * version, task, cause, ring, state, targets, patches. begins: not before. */
struct patch_run_order {
    struct patch_run *run;
    const struct target_set *devices;
    int64_t begins;
    int64_t now;
};
int patch_run_start(struct db *db, const struct scope *scope,
                    const struct patch_run_order *order,
                    struct err *err) MUST_CHECK;
/* A schedule came due for devices: the run of that local time is made unless
 * it is there, and they are put into it. Returns 1 when it is new. */
int patch_run_due(struct db *db, const struct patch_run_order *order,
                  struct err *err) MUST_CHECK;
/* Nobody else moves it, on no server, until the transaction ends. */
int patch_run_hold_one(struct db *db, int64_t id, struct err *err) MUST_CHECK;
int patch_run_move(struct db *db, int64_t id, str state, int64_t now,
                   struct err *err) MUST_CHECK;
/* Ends it for every device that has not ended; those that have the job are
 * told. One that had begun may still install: what it tells of that counts. */
struct patch_run_jobs {
    const struct job_signer *signer;
    int64_t now;
    VEC(int64_t) woken; /* devices that have a new job */
};
int patch_run_cancel(struct db *db, int64_t id, struct patch_run_jobs *jobs,
                     struct err *err) MUST_CHECK;
/* A rollout is held: what its rings ordered and no agent has taken yet is
 * planned again. */
int patch_run_hold(struct db *db, int64_t configuration, int64_t now,
                   struct err *err) MUST_CHECK;
/* Makes the jobs of at most `limit` devices that are planned; each is claimed
 * first, so that two nodes never make two jobs of it. Returns how many were
 * looked at. */
int patch_run_dispatch(struct db *db, struct patch_run_jobs *jobs,
                       int64_t limit, struct err *err) MUST_CHECK;
/* Devices that were not heard of become missed, runs whose devices are all
 * final end. */
int patch_run_close(struct db *db, int64_t now, struct err *err) MUST_CHECK;

/* What an agent said of a job of the run. The end of a deployment's job is not
 * the end of the deployment: patch_run_told() decides. */
int patch_run_job_event(struct db *db, int64_t device,
                        const struct job_event *event,
                        struct err *err) MUST_CHECK;
/* A deployment of the device ended, or told how far it is. local: of a
 * schedule. */
struct patching_results;
int patch_run_told(struct db *db, int64_t device,
                   const struct patching_results *results, str local,
                   int64_t *out_run, struct err *err) MUST_CHECK;

/* Who sees only some devices sees the runs that have one of them; `devices`
 * counts those. E_ABSENT. */
int patch_run_get(struct db *db, const struct scope *scope, int64_t id,
                  struct arena *arena, struct patch_run *out,
                  struct err *err) MUST_CHECK;
struct patch_run_query {
    int64_t configuration; /* 0: any */
    str state;             /* "": any */
    int64_t before;
    int64_t limit;
};
int patch_run_list(struct db *db, const struct scope *scope,
                   const struct patch_run_query *query, struct arena *arena,
                   struct patch_runs *out, struct err *err) MUST_CHECK;

struct patch_run_device {
    int64_t run;
    int64_t device;
    str name;
    str state;
    int64_t due;
    int64_t started;
    int64_t ended;
    str text;
};
struct patch_run_devices {
    VEC(struct patch_run_device) all;
};
void patch_run_devices_clear(struct patch_run_devices *list);
/* In the order of device; run 0: of any run. */
struct patch_run_device_query {
    int64_t run;
    int64_t device;
    str state;
    int64_t after;
    int64_t limit;
};
int patch_run_device_list(struct db *db, const struct scope *scope,
                          const struct patch_run_device_query *query,
                          struct arena *arena, struct patch_run_devices *out,
                          struct err *err) MUST_CHECK;

#endif
