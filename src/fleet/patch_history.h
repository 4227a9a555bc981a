/* SPDX-License-Identifier: Apache-2.0
 *
 * What became of patches (P-HIS): a deployment is one try on one device, with
 * what it was made by; its history is one row for each state that each
 * patch came into, only ever added.
 */
#ifndef FLEET_PATCH_HISTORY_H
#define FLEET_PATCH_HISTORY_H

#include "base/arena.h"
#include "base/vec.h"
#include "fleet/scope.h"
#include "proto/patching.h"
#include "store/db.h"

struct patch_deployment {
    int64_t id;
    int64_t device;
    str device_name;
    int64_t configuration;
    str configuration_name;
    int64_t version;
    str task;
    int64_t run;
    int64_t due;
    bool catch_up;
    int64_t started;
    int64_t ended;
    int64_t phase;
    int64_t outcome;
    str text;
    str groups; /* JSON {"name": revision} */
    int64_t ok;
    int64_t failed;
};
struct patch_deployments {
    VEC(struct patch_deployment) all;
};
void patch_deployments_clear(struct patch_deployments *list);

struct patch_event {
    int64_t id;
    int64_t device;
    str device_name;
    int64_t deployment;
    str patch;
    str package;
    str from;
    str to;
    int64_t state; /* enum patching_state */
    int64_t code;
    int64_t at;
    str text;
    str configuration; /* of the deployment; or empty, as the task */
    str task;
    int64_t version;
    int64_t run;
};
struct patch_events {
    VEC(struct patch_event) all;
};
void patch_events_clear(struct patch_events *list);

/* Which rows; 0 and "" mean any. Newest first, ids below `before`. */
struct patch_history_query {
    int64_t device;
    int64_t deployment;
    int64_t configuration;
    int64_t run;
    str patch;
    int64_t state; /* of events */
    int64_t since;
    int64_t until;
    int64_t before;
    int64_t limit;
};
int patch_event_list(struct db *db, const struct scope *scope,
                     const struct patch_history_query *query,
                     struct arena *arena, struct patch_events *out,
                     struct err *err) MUST_CHECK;
int patch_deployment_list(struct db *db, const struct scope *scope,
                          const struct patch_history_query *query,
                          struct arena *arena, struct patch_deployments *out,
                          struct err *err) MUST_CHECK;

/* The tiles and charts of P-HIS-1. A patch on a device counts once a
 * deployment, by its last state. */
struct patch_day {
    int64_t day; /* its first second, UTC */
    int64_t ok;
    int64_t failed;
};
struct patch_failure {
    str patch;
    int64_t devices;
    str text; /* of the newest */
};
struct patch_totals {
    int64_t ok;
    int64_t failed;
    int64_t in_progress;
    VEC(struct patch_day) days;
    VEC(struct patch_failure) failures; /* the ten most frequent */
};
void patch_totals_clear(struct patch_totals *totals);
int patch_history_totals(struct db *db, const struct scope *scope,
                         const struct patch_history_query *query,
                         struct arena *arena, struct patch_totals *out,
                         struct err *err) MUST_CHECK;

/* Writes what a deployment said, in the caller's transaction: the row and the
 * states that are new. */
struct patch_told {
    int64_t device;
    int64_t org;
    const struct patching_results *results; /* checked */
    int64_t now;
};
int patch_history_put(struct db *db, const struct patch_told *told,
                      int64_t *out_deployment, struct err *err) MUST_CHECK;

#endif
