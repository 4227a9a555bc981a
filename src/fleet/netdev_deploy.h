/* SPDX-License-Identifier: Apache-2.0
 *
 * The same commands for many network devices, in rings (R-DEP-5): planned on
 * the configuration that each device had then, approved by a second person as
 * a whole, pushed ring by ring by the schedule, each device read back and
 * verified or undone by its own change (fleet/netdev_change.h); too many
 * failures stop it all.
 *
 *   waiting ──► running ──► done | stopped ──► (promote) running
 *      │           └──► paused ──► (resume) running
 *      └──► refused          any of them ──► cancelled
 *
 * Which devices it is for is decided when it is planned: what was approved is
 * what happens. A ring is a label's devices, the last one everybody else's
 * (fleet/rollout.h has the rings of patching; they are the same).
 */
#ifndef FLEET_NETDEV_DEPLOY_H
#define FLEET_NETDEV_DEPLOY_H

#include "fleet/netdev_change.h"
#include "fleet/rollout.h"
#include "fleet/target.h"

/* What to do with a device whose configuration is not the one that was planned
 * on (R-DEP-4). */
#define NETDEV_OOB_CANCEL STR("cancel")
#define NETDEV_OOB_WARN STR("warn") /* pushed, and said afterwards */
#define NETDEV_OOB_OVERWRITE STR("overwrite")

enum {
    NETDEV_DEPLOY_DEVICES_MAX = 10000,
};

struct netdev_deployment {
    int64_t id;
    int64_t org;
    str title;
    int64_t restore_at; /* each device gets back what it had then; 0: lines */
    str lines;          /* masked */
    str sealed;
    str key_id;
    str options; /* JSON, as of a change, without overwrite */
    str out_of_band;
    str rings;    /* JSON of rollout_rings; empty list: one ring for all */
    str schedule; /* JSON, schedule/schedule.h; empty: at once */
    str zone;     /* IANA name; empty: the server's */
    str state;
    str text;      /* why it stopped or paused, what it waits for */
    int64_t ring;  /* 1..: the newest that began or is due */
    int64_t since; /* that ring began; 0: it has not */
    int64_t due;   /* when it begins */
    int64_t author;
    str author_name;
    str approver_name;
    int64_t created;
    int64_t approved;
    int64_t ended;
    int64_t revision;
    int64_t devices; /* counted */
    int64_t applied;
    int64_t failed;
};
struct netdev_deployments {
    VEC(struct netdev_deployment) all;
};
void netdev_deployments_clear(struct netdev_deployments *list);

/* Form of everything but the devices. E_INVALID with *out_field. */
int netdev_deploy_check(const struct netdev_deployment *deployment,
                        const char **out_field, struct err *err) MUST_CHECK;
/* In the caller's transaction, as all that write. E_INVALID for a device that
 * is no network device, was never read, so that nothing can be compared
 * (unless out_of_band is overwrite), or has no version of the time that is to
 * be restored. */
int netdev_deploy_add(struct db *db, const struct scope *scope,
                      struct netdev_deployment *deployment,
                      const struct target_set *devices, int64_t now,
                      struct err *err) MUST_CHECK;

/* Those with a device that the scope sees. E_ABSENT. */
int netdev_deploy_get(struct db *db, const struct scope *scope, int64_t id,
                      struct arena *arena, struct netdev_deployment *out,
                      struct err *err) MUST_CHECK;
/* Newest first, ids below `before` (0: all). */
struct netdev_deploy_find {
    str state; /* empty: any */
    int64_t before;
    int64_t limit;
};
int netdev_deploy_list(struct db *db, const struct scope *scope,
                       const struct netdev_deploy_find *find,
                       struct arena *arena, struct netdev_deployments *out,
                       struct err *err) MUST_CHECK;
/* E_PERM unless the scope sees all its devices. */
int netdev_deploy_reach(struct db *db, const struct scope *scope, int64_t id,
                        struct err *err) MUST_CHECK;

struct netdev_deploy_device {
    int64_t device;
    str name;
    int64_t ring;
    int64_t planned_on;
    int64_t restores; /* version; 0: none */
    int64_t change;   /* 0: not yet */
    str state;        /* of the change; "planned" before */
    str text;
    bool changed_behind; /* it was not as it was planned on */
};
struct netdev_deploy_devices {
    VEC(struct netdev_deploy_device) all;
};
void netdev_deploy_devices_clear(struct netdev_deploy_devices *list);
/* By device id, above `after`. */
struct netdev_deploy_page {
    int64_t deployment;
    int64_t after;
    int64_t limit;
};
int netdev_deploy_device_list(struct db *db, const struct scope *scope,
                              const struct netdev_deploy_page *page,
                              struct arena *arena,
                              struct netdev_deploy_devices *out,
                              struct err *err) MUST_CHECK;

/* A second person, unless `alone`. E_PERM, E_INVALID. */
struct netdev_deploy_verdict {
    int64_t deployment;
    bool approved;
    bool alone;
    str text;
};
int netdev_deploy_decide(struct db *db, const struct scope *scope,
                         const struct netdev_deploy_verdict *verdict,
                         int64_t now, struct err *err) MUST_CHECK;
struct netdev_deploy_step {
    str action;   /* "pause", "resume", "promote", "cancel" */
    int64_t ring; /* to promote from, as the caller knows it; 0: any */
};
/* To resume is for what was paused; to promote, the next ring, also for one
 * that stopped. E_INVALID in a state that has none, and when another ring goes
 * on by now. */
int netdev_deploy_move(struct db *db, const struct scope *scope, int64_t id,
                       const struct netdev_deploy_step *step, int64_t now,
                       struct err *err) MUST_CHECK;

/* The server's own: rings that are due begin, those that did well promote the
 * next, those that did not stop all. A transaction of its own for each
 * deployment; one that fails is stopped with the reason. */
int netdev_deploys_look(struct db *db, int64_t now, struct err *err) MUST_CHECK;

#endif
