/* SPDX-License-Identifier: Apache-2.0
 *
 * Patch configurations as an organisation keeps them (P-CFG): settings
 * (patch/configuration.h) with versions that never change, and for whom one is
 * in force.
 *
 *   saved (version n) ──► deployed: that version acts on its targets
 *                    └──► asked: it waits for a second person (claim 3)
 *
 * A device has exactly one: the first of those in force, by place, whose
 * targets (fleet/target.h) it is one of; else the built-in "Default", when
 * that is in force (P-CFG-4, 5).
 */
#ifndef FLEET_PATCH_SETUP_H
#define FLEET_PATCH_SETUP_H

#include "base/arena.h"
#include "base/vec.h"
#include "fleet/scope.h"
#include "patch/configuration.h"
#include "store/db.h"

enum {
    PATCH_SETUP_SETTINGS_MAX = 256 << 10, /* of canonical JSON: a policy's */
    PATCH_SETUPS_MAX = 1000,              /* of an organisation */
};

struct patch_setup {
    int64_t id;
    int64_t org;
    str name;
    bool built_in;
    int64_t place;    /* the smaller one is asked first */
    int64_t version;  /* the newest = edit-and-save cycles (P-CFG-2) */
    int64_t deployed; /* the version in force; 0: none */
    int64_t deployed_at;
    str deployed_by;
    int64_t asked; /* the version that waits to be approved; 0: none */
    str asked_by;
    int64_t archived; /* since when; 0: it is not */
    str targets;
    int64_t saved;
    str saved_by;
    int64_t created;
    int64_t looked_at; /* the scheduler has noted what was due until then */
    int64_t revision;
    str settings; /* of the newest version, canonical JSON */
};
struct patch_setups {
    VEC(struct patch_setup) all;
};
void patch_setups_clear(struct patch_setups *setups);

/* The built-in one, made when the organisation has none yet (P-CFG-5). In the
 * caller's transaction. */
int patch_setup_seed(struct db *db, int64_t org, int64_t now,
                     struct err *err) MUST_CHECK;

/* In the caller's transaction, as all that writes here. setup: name, place,
 * targets, settings (canonical, checked). E_INVALID: the name is taken. */
int patch_setup_add(struct db *db, const struct scope *scope,
                    struct patch_setup *setup, int64_t now,
                    struct err *err) MUST_CHECK;
/* A new version when the settings differ; the others are changed in place. */
int patch_setup_save(struct db *db, const struct scope *scope,
                     struct patch_setup *setup, int64_t now,
                     struct err *err) MUST_CHECK;
/* Version 0: not in force any more. */
int patch_setup_deploy(struct db *db, const struct scope *scope, int64_t id,
                       int64_t version, int64_t now,
                       struct err *err) MUST_CHECK;
int patch_setup_ask(struct db *db, const struct scope *scope, int64_t id,
                    int64_t version, int64_t now, struct err *err) MUST_CHECK;
/* Archived ones are in force nowhere and in lists only when asked for. */
int patch_setup_archive(struct db *db, const struct scope *scope, int64_t id,
                        bool archived, int64_t now, struct err *err) MUST_CHECK;
/* One that was never in force is deleted; E_INVALID for others. */
int patch_setup_remove(struct db *db, const struct scope *scope, int64_t id,
                       struct err *err) MUST_CHECK;

int patch_setup_get(struct db *db, const struct scope *scope, int64_t id,
                    struct arena *arena, struct patch_setup *out,
                    struct err *err) MUST_CHECK;
int patch_setup_list(struct db *db, const struct scope *scope, bool archived,
                     struct arena *arena, struct patch_setups *out,
                     struct err *err) MUST_CHECK;
/* Those in force, of one organisation or (0) of all, by place. */
int patch_setup_in_force(struct db *db, int64_t org, struct arena *arena,
                         struct patch_setups *out, struct err *err) MUST_CHECK;
int patch_setup_looked(struct db *db, int64_t id, int64_t at,
                       struct err *err) MUST_CHECK;

struct patch_version {
    int64_t version;
    int64_t at;
    str author;
    str settings;
};
struct patch_versions {
    VEC(struct patch_version) all;
};
/* E_ABSENT. */
int patch_setup_version(struct db *db, int64_t id, int64_t version,
                        struct arena *arena, struct patch_version *out,
                        struct err *err) MUST_CHECK;
/* Newest first. */
int patch_setup_versions(struct db *db, int64_t id, struct arena *arena,
                         struct patch_versions *out,
                         struct err *err) MUST_CHECK;

/* The one of a device, with the settings in force. 0; 1: it has none. */
int patch_setup_of_device(struct db *db, int64_t device, struct arena *arena,
                          struct patch_setup *out, struct err *err) MUST_CHECK;
/* The devices its targets mean, but for network devices, which nothing here
 * patches. */
struct target_set;
int patch_setup_reach(struct db *db, const struct scope *scope,
                      const struct patch_setup *setup, int64_t now,
                      struct target_set *out, struct err *err) MUST_CHECK;
/* Those that a configuration in force is the one of: without those that one
 * before it has. */
int patch_setup_devices(struct db *db, const struct scope *scope,
                        const struct patch_setup *setup, int64_t now,
                        struct target_set *out, struct err *err) MUST_CHECK;

/* How many of its devices, as far as the scope sees them, have taken the
 * version in force (P-CFG-3). */
struct patch_uptake {
    int64_t devices;
    int64_t taken;
};
int patch_setup_uptake(struct db *db, const struct scope *scope,
                       const struct patch_setup *setup,
                       struct patch_uptake *out, struct err *err) MUST_CHECK;

/* E_INVALID naming the first configuration whose newest version, the one in
 * force or the one that waits names the group; 0 when none does. */
int patch_setup_uses_group(struct db *db, int64_t org, str group,
                           struct err *err) MUST_CHECK;
/* Those whose version in force, or the one that waits to be approved, names
 * the group; whether it exists or not. */
int patch_setup_acting(struct db *db, int64_t org, str group,
                       struct arena *arena, struct patch_setups *out,
                       struct err *err) MUST_CHECK;
/* E_INVALID when a configuration in force has the label in its targets
 * (K-LBL-4). */
int patch_setup_uses_label(struct db *db, int64_t org, int64_t label,
                           struct err *err) MUST_CHECK;

#endif
