/* SPDX-License-Identifier: Apache-2.0
 *
 * Planned changes of a device's configuration (R-DEP-5): planned on a version,
 * approved by a second person, pushed, read back, verified, undone when it does
 * not hold. The commands are kept masked and sealed, as configurations are.
 *
 *   waiting ──► approved ──► running ──► applied | undone | broken | cancelled
 *      └──► refused    └──► cancelled
 *
 * A change of a deployment (deployment > 0) is approved with that.
 */
#ifndef FLEET_NETDEV_CHANGE_H
#define FLEET_NETDEV_CHANGE_H

#include "base/arena.h"
#include "base/vec.h"
#include "fleet/scope.h"
#include "store/db.h"
#include "trust/box.h"

#define NETDEV_CHANGE_LINES STR("lines")     /* commands to be entered */
#define NETDEV_CHANGE_RESTORE STR("restore") /* back to an archived version */

enum {
    NETDEV_LINES_MAX = 4 << 20,
    NETDEV_CHANGE_OPTIONS_MAX = 64 << 10,
    NETDEV_TITLE_MAX = 200,
};

/* "netdev change": what its lines are sealed for. */
extern const str netdev_change_context;

struct netdev_change {
    int64_t id;
    int64_t org;
    int64_t device;
    str name; /* of the device */
    int64_t deployment;
    str title;
    str kind;
    str lines; /* masked; of a restore: what differs, masked, until it is
                  pushed, and then what was entered */
    str sealed;
    str key_id;
    str options;        /* JSON: overwrite, no_save, no_verify, go_on,
                           tolerate: [pattern] (change.h) */
    int64_t planned_on; /* number of the version; 0: any */
    int64_t restores;   /* of a restore: the one that is put back */
    str state;
    str text;
    int64_t author; /* user id */
    str author_name;
    str approver_name;
    int64_t created;
    int64_t approved;
    int64_t begins; /* not before; 0: at once */
    int64_t ended;
    int64_t session; /* the newest; 0: none */
    int64_t before_config;
    int64_t after_config;
    str results; /* JSON: [{"line", "result", "reason"}], masked */
    int64_t revision;
};
struct netdev_changes {
    VEC(struct netdev_change) all;
};
void netdev_changes_clear(struct netdev_changes *list);

/* Form of options and lines. E_INVALID with *out_field. */
int netdev_change_check(const struct netdev_change *change,
                        const char **out_field, struct err *err) MUST_CHECK;
/* Masks and seals plain lines into the arena. */
int netdev_change_seal(const struct box_public *key, str lines,
                       struct arena *arena, struct netdev_change *out,
                       struct err *err) MUST_CHECK;
/* The commands that lead from one version of a device to another, by the rules
 * of its family (netdev/config.h), as far as masked texts tell: in the arena.
 * from 0: the newest. */
struct netdev_versions {
    int64_t device;
    int64_t from;
    int64_t to;
};
int netdev_change_difference(struct db *db,
                             const struct netdev_versions *versions,
                             struct arena *arena, str *out,
                             struct err *err) MUST_CHECK;
/* In the caller's transaction, as all that write. change: device, deployment,
 * title, kind, lines, sealed, key_id, options, planned_on, restores, begins. */
int netdev_change_add(struct db *db, const struct scope *scope,
                      struct netdev_change *change, int64_t now,
                      struct err *err) MUST_CHECK;
/* E_PERM for its author when the organisation asks for a second person
 * (`alone` is how it says otherwise); E_INVALID when it does not wait. */
struct netdev_approval {
    int64_t change;
    bool approved;
    bool alone; /* its author may */
    str text;
};
int netdev_change_decide(struct db *db, const struct scope *scope,
                         const struct netdev_approval *approval, int64_t now,
                         struct err *err) MUST_CHECK;
int netdev_change_cancel(struct db *db, const struct scope *scope, int64_t id,
                         int64_t now, struct err *err) MUST_CHECK;
/* Its session is planned: of an approved one, once. It is the change's
 * `session` from then on. */
int netdev_change_start(struct db *db, const struct scope *scope, int64_t id,
                        str cause, int64_t now, struct err *err) MUST_CHECK;

int netdev_change_get(struct db *db, const struct scope *scope, int64_t id,
                      struct arena *arena, struct netdev_change *out,
                      struct err *err) MUST_CHECK;
struct netdev_change_find {
    int64_t device;     /* 0: any */
    int64_t deployment; /* 0: any */
    str state;          /* empty: any */
    int64_t before;
    int64_t limit;
};
/* Newest first. */
int netdev_change_list(struct db *db, const struct scope *scope,
                       const struct netdev_change_find *find,
                       struct arena *arena, struct netdev_changes *out,
                       struct err *err) MUST_CHECK;

/* --- The server's own ---------------------------------------------------- */
struct netdev_change_end {
    int64_t change;
    str state;
    str text;
    str lines; /* masked; those a restore came to; or empty */
    str results;
    int64_t before_config; /* 0: as it was noted */
    int64_t after_config;
    int64_t now;
};
/* Those whose session was given up: of one that may have been touched a person
 * must look. */
int netdev_change_sweep(struct db *db, int64_t now, struct err *err) MUST_CHECK;
/* "running", of what is approved; or how one that runs ended. Returns 1 when
 * it is in no state for that: it was cancelled meanwhile, or has ended. */
int netdev_change_note(struct db *db, const struct netdev_change_end *end,
                       struct err *err) MUST_CHECK;

#endif
