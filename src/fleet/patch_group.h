/* SPDX-License-Identifier: Apache-2.0
 *
 * Patch groups (P-GRP): named sets of patches of an organisation. Every change
 * of the set makes a revision that stays, because deployments tell which one
 * they used. A dynamic group is a saved filter; its set is worked out
 * when patches come, and gets a revision only when it really changed.
 *
 * A group acts through the configurations that name it, at the next policy of
 * a device, without saving the configuration again (P-SEL-5, D-27). While a
 * configuration names it, it is neither renamed nor deleted.
 */
#ifndef FLEET_PATCH_GROUP_H
#define FLEET_PATCH_GROUP_H

#include "base/arena.h"
#include "base/vec.h"
#include "fleet/scope.h"
#include "patch/options.h"
#include "store/db.h"

enum {
    PATCH_GROUP_NAME_MAX = 200,
    PATCH_GROUP_IDS_MAX = 20000,
    PATCH_GROUP_TEXT_MAX = 4000,
    PATCH_GROUPS_OF_ORG_MAX = 10000,
};

struct patch_set {
    VEC(str) ids; /* sorted, each once */
};
void patch_set_clear(struct patch_set *set);
bool patch_set_has(const struct patch_set *set, str id);
/* Sorts, and keeps each once. */
void patch_set_settle(struct patch_set *set);

struct patch_group_row {
    int64_t id;
    int64_t org;
    str name;
    str description;
    str owner;
    str query; /* JSON of fleet/patch_filter.h; empty: not dynamic */
    int64_t revision;
    int64_t patches; /* how many */
    int64_t created;
    int64_t changed;
};
struct patch_groups {
    VEC(struct patch_group_row) all;
    struct arena arena; /* of the texts */
};
void patch_groups_clear(struct patch_groups *groups);

/* Checks name, texts, filter. *out_field names the refused member. */
int patch_group_check(const struct patch_group_row *group,
                      const char **out_field, struct err *err) MUST_CHECK;
/* In the caller's transaction, as all that writes; E_INVALID when the name is
 * taken, or in use when it would change. The set of a dynamic group is worked
 * out at once. */
int patch_group_add(struct db *db, const struct scope *scope,
                    struct patch_group_row *group, const struct patch_set *set,
                    int64_t now, struct err *err) MUST_CHECK;
/* set NULL: as it is. group->revision becomes the new one. */
int patch_group_change(struct db *db, const struct scope *scope,
                       struct patch_group_row *group,
                       const struct patch_set *set, int64_t now,
                       struct err *err) MUST_CHECK;
int patch_group_remove(struct db *db, const struct scope *scope, int64_t id,
                       struct err *err) MUST_CHECK;

int patch_group_get(struct db *db, const struct scope *scope, int64_t id,
                    struct arena *arena, struct patch_group_row *out,
                    struct err *err) MUST_CHECK;
int patch_group_find(struct db *db, int64_t org, str name, struct arena *arena,
                     struct patch_group_row *out, struct err *err) MUST_CHECK;
/* By name, those after `after`. */
int patch_group_list(struct db *db, const struct scope *scope, str after,
                     int64_t limit, struct patch_groups *out,
                     struct err *err) MUST_CHECK;
/* The set of a revision; 0: the newest. E_ABSENT. */
int patch_group_set(struct db *db, int64_t id, int64_t revision,
                    struct arena *arena, struct patch_set *out,
                    struct err *err) MUST_CHECK;
struct patch_group_past {
    int64_t revision;
    int64_t at;
    str author;
};
struct patch_group_pasts {
    VEC(struct patch_group_past) all;
};
int patch_group_history(struct db *db, int64_t id, struct arena *arena,
                        struct patch_group_pasts *out,
                        struct err *err) MUST_CHECK;

/* Works out the dynamic groups of an organisation from the patches it knows.
 * Returns how many changed. */
struct patch_rows;
int patch_groups_refresh(struct db *db, int64_t org,
                         const struct patch_rows *known, int64_t now,
                         struct err *err) MUST_CHECK;

#endif
