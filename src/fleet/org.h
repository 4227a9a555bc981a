/* SPDX-License-Identifier: Apache-2.0
 *
 * Organisations: every object and every list is inside one. The first,
 * made with the store, is the one that makes others.
 *
 * A person with an account here may have one there, too: an account of source
 * "member" whose `home` is the account they log in with. Switching makes the
 * session act as that account, with the roles it has there. Only who manages
 * people there can make it, so an organisation never opens by itself.
 */
#ifndef FLEET_ORG_H
#define FLEET_ORG_H

#include "base/arena.h"
#include "fleet/scope.h"
#include "store/db.h"

enum {
    ORG_FIRST = 1,
    ORG_NAME_MAX = 100,
    ORGS_SHOWN = 1000,
};

struct org {
    int64_t id;
    str name;
    int64_t created;
    int64_t user; /* the account there, in lists of somebody's */
};
int org_get(struct db *db, int64_t id, struct arena *arena, struct org *out,
            struct err *err) MUST_CHECK;
/* 0 in *out when there is none of this name. */
int org_find(struct db *db, str name, int64_t *out, struct err *err) MUST_CHECK;
/* Those in which the person has an enabled account: home's own first. */
int org_list(struct db *db, int64_t home, struct arena *arena, struct org **out,
             size_t *out_n, struct err *err) MUST_CHECK;
/* With its built-in roles, and with scope's user as its administrator. E_PERM
 * unless scope is an administrator of the first organisation; E_INVALID for a
 * name that is taken. In the caller's transaction. */
int org_add(struct db *db, const struct scope *scope, str name, int64_t now,
            int64_t *out_id, struct err *err) MUST_CHECK;
int org_rename(struct db *db, const struct scope *scope, str name,
               struct err *err) MUST_CHECK;
/* The account that `home` has in org: E_PERM when there is none. */
int org_account(struct db *db, int64_t home, int64_t org, int64_t *out,
                struct err *err) MUST_CHECK;
/* Ids of all organisations, for what the server does in each. */
int org_all(struct db *db, struct arena *arena, int64_t **out, size_t *out_n,
            struct err *err) MUST_CHECK;

#endif
