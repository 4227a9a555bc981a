/* SPDX-License-Identifier: Apache-2.0
 *
 * Roles: named sets of permissions, with labels when they are limited to some
 * devices (K-DEP-4, D-34). Every organisation has four that are built in and
 * cannot be changed; others are made from any permissions.
 *
 * Nobody gives away what they do not have: who makes, changes or assigns a
 * role must hold all its permissions and see all devices (role_may_grant).
 */
#ifndef FLEET_ROLE_H
#define FLEET_ROLE_H

#include "base/arena.h"
#include "fleet/scope.h"
#include "store/db.h"

#define ROLE_ADMINISTRATOR "administrator"

enum {
    ROLE_NAME_MAX = 100,
    ROLE_LABELS_MAX = 100,
    ROLES_MAX = 1000, /* of an organisation */
};

struct role {
    int64_t id;
    str name;
    uint64_t permissions;
    bool built_in;
    int64_t revision;
    int64_t users; /* who have it */
    const int64_t *labels;
    size_t label_count;
};

/* What a user may do and see, from all their roles. */
struct access {
    uint64_t permissions;
    bool all_devices; /* some role of theirs has no labels */
};
int access_of(struct db *db, int64_t user, struct access *out,
              struct err *err) MUST_CHECK;

/* Makes the built-in roles that the organisation does not have yet. */
int role_seed(struct db *db, int64_t org, struct err *err) MUST_CHECK;

/* All functions keep to scope->org; E_ABSENT for what is not there. What they
 * put into *out lives in the arena. */
int role_get(struct db *db, const struct scope *scope, int64_t id,
             struct arena *arena, struct role *out, struct err *err) MUST_CHECK;
/* The id of the role of this name; 0 when there is none. */
int role_find(struct db *db, int64_t org, str name, int64_t *out,
              struct err *err) MUST_CHECK;
/* By name; all of them, at most ROLES_MAX. */
int role_list(struct db *db, const struct scope *scope, struct arena *arena,
              struct role **out, size_t *out_n, struct err *err) MUST_CHECK;

/* E_INVALID for a name that is taken or a label that is not there; E_PERM by
 * role_may_grant, and for built-in roles. role->revision is the revision that
 * was seen; users and built_in are not looked at. In the caller's
 * transaction. */
int role_add(struct db *db, const struct scope *scope, const struct role *role,
             int64_t *out_id, struct err *err) MUST_CHECK;
int role_change(struct db *db, const struct scope *scope,
                const struct role *role, struct err *err) MUST_CHECK;
/* E_INVALID while users have it. */
int role_remove(struct db *db, const struct scope *scope, int64_t id,
                struct err *err) MUST_CHECK;

int role_may_grant(const struct scope *scope, uint64_t permissions,
                   struct err *err) MUST_CHECK;

/* Which roles the members of a group of a directory or provider get. */
struct group_role {
    str source; /* "ldap", "oidc", "saml" */
    str name;   /* the group: a DN, or a name */
    int64_t role;
};
int group_role_list(struct db *db, const struct scope *scope,
                    struct arena *arena, struct group_role **out, size_t *out_n,
                    struct err *err) MUST_CHECK;
/* Replaces all of them. */
int group_role_set(struct db *db, const struct scope *scope,
                   const struct group_role *rows, size_t n,
                   struct err *err) MUST_CHECK;

#endif
