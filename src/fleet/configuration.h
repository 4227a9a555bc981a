/* SPDX-License-Identifier: Apache-2.0
 *
 * Configurations of OVAL and SCAP (K-SCAP-1): what is tested on which devices
 * and when (K-SET, K-DEP, K-SCH). A configuration belongs to one organisation;
 * every change gives it a new revision, and a run remembers the one it used
 * (X-10).
 *
 * Texts of a struct configuration live in the arena that was passed.
 */
#ifndef FLEET_CONFIGURATION_H
#define FLEET_CONFIGURATION_H

#include "base/arena.h"
#include "base/vec.h"
#include "fleet/scope.h"
#include "store/db.h"

enum {
    CONFIGURATION_NAME_MAX = 200,
    CONFIGURATION_TARGETS_MAX = 1 << 20,
};

struct configuration {
    int64_t id;
    int64_t org;
    str name;
    bool enabled;          /* K-SET-2 */
    bool while_logged_off; /* K-SET-3 */
    bool wake;             /* devices that sleep, before a run */
    str targets;           /* JSON of fleet/target.h */
    str schedule;          /* JSON of schedule/schedule.h, normalised */
    bool scheduled;        /* the type is not "none"; set by the check */
    str zone;              /* "": of each device; "server"; or an IANA name */
    int64_t nice;          /* 0..19 */
    int64_t memory_mb;     /* 0: no ceiling */
    int64_t limit_s;       /* 0: no limit */
    int64_t enabled_at;    /* 0: it never was */
    int64_t looked_at;     /* the scheduler has started all that was due */
    int64_t created;
    int64_t revision;
    int64_t pack; /* of fleet/benchmark.h: a SCAP scan; 0: OVAL */
};
struct configurations {
    VEC(struct configuration) all;
};
void configurations_clear(struct configurations *list);

/* Checks a configuration as it would be saved at `now`, and normalises
 * schedule. On refusal *out_field names the field (K-DEP-7: no operating
 * system is a refusal). */
int configuration_check(struct configuration *c, struct arena *arena,
                        int64_t now, const char **out_field,
                        struct err *err) MUST_CHECK;

/* Inside the caller's transaction. The configuration has been checked.
 * E_INVALID when the name is taken. */
int configuration_add(struct db *db, const struct scope *scope,
                      struct configuration *c, int64_t now,
                      struct err *err) MUST_CHECK;
/* Replaces the one with c->id; c->revision is set to the new one. */
int configuration_change(struct db *db, const struct scope *scope,
                         struct configuration *c, int64_t now,
                         struct err *err) MUST_CHECK;
int configuration_remove(struct db *db, const struct scope *scope, int64_t id,
                         struct err *err) MUST_CHECK;

/* E_ABSENT when the scope's organisation has none of this id. */
int configuration_get(struct db *db, const struct scope *scope, int64_t id,
                      struct arena *arena, struct configuration *out,
                      struct err *err) MUST_CHECK;
/* Those with an id above range->after, at most range->limit (NULL: all), in
 * the order of id. */
struct configuration_range {
    int64_t after;
    int64_t limit;
};
int configuration_list(struct db *db, const struct scope *scope,
                       const struct configuration_range *range,
                       struct arena *arena, struct configurations *out,
                       struct err *err) MUST_CHECK;
/* Every enabled one of every organisation: the scheduler's. */
int configuration_all_enabled(struct db *db, struct arena *arena,
                              struct configurations *out,
                              struct err *err) MUST_CHECK;
/* The scheduler has started everything that was due until `at`. */
int configuration_looked(struct db *db, int64_t id, int64_t at,
                         struct err *err) MUST_CHECK;

/* K-LBL-4: names of configurations whose targets name the label, and turning
 * them off before the label goes, so that a target set never widens. */
int configuration_using_label(struct db *db, const struct scope *scope,
                              int64_t label, struct arena *arena,
                              struct configurations *out,
                              struct err *err) MUST_CHECK;
int configuration_disable(struct db *db, const struct scope *scope, int64_t id,
                          int64_t now, struct err *err) MUST_CHECK;

#endif
