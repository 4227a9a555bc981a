/* SPDX-License-Identifier: Apache-2.0
 *
 * Templates of reports about patches (P-RPT-6): a name, where the rows come
 * from, which columns in which order, and a filter. What they say is checked by
 * who makes them (server/patch_table.h); here they are kept.
 */
#ifndef FLEET_PATCH_TEMPLATE_H
#define FLEET_PATCH_TEMPLATE_H

#include "base/arena.h"
#include "base/vec.h"
#include "fleet/scope.h"
#include "store/db.h"

struct patch_template {
    int64_t id;
    str name;
    str source;  /* "history", "scan" */
    str columns; /* JSON: names */
    str filter;  /* JSON: an object */
    str owner;
    int64_t created;
    int64_t revision;
};
struct patch_templates {
    VEC(struct patch_template) all;
};
void patch_templates_clear(struct patch_templates *list);

/* By id, those above `after`. Texts are in the arena. */
struct patch_template_range {
    int64_t after;
    int64_t limit;
};
int patch_template_list(struct db *db, const struct scope *scope,
                        const struct patch_template_range *range,
                        struct arena *arena, struct patch_templates *out,
                        struct err *err) MUST_CHECK;
/* E_ABSENT. */
int patch_template_get(struct db *db, const struct scope *scope, int64_t id,
                       struct arena *arena, struct patch_template *out,
                       struct err *err) MUST_CHECK;

/* In the caller's transaction. E_INVALID with db_is_conflict(): the name is
 * taken. Adding sets id; the owner is who asks. */
int patch_template_add(struct db *db, const struct scope *scope,
                       struct patch_template *t, int64_t now,
                       struct err *err) MUST_CHECK;
int patch_template_change(struct db *db, const struct scope *scope,
                          const struct patch_template *t,
                          struct err *err) MUST_CHECK;
int patch_template_remove(struct db *db, const struct scope *scope, int64_t id,
                          struct err *err) MUST_CHECK;

#endif
