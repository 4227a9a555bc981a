/* SPDX-License-Identifier: Apache-2.0
 *
 * Filters of lists that a person saved under a name: kept with the
 * account, so that they are there in every browser. What a query means is the
 * list's own; here it is a text.
 */
#ifndef FLEET_SAVED_FILTER_H
#define FLEET_SAVED_FILTER_H

#include "base/arena.h"
#include "base/vec.h"
#include "fleet/scope.h"
#include "store/db.h"

enum {
    SAVED_FILTER_LIST_MAX = 60,
    SAVED_FILTER_NAME_MAX = 200,
    SAVED_FILTER_QUERY_MAX = 2000,
    SAVED_FILTERS_MAX = 500, /* of one person */
};

struct saved_filter {
    int64_t id;
    str list; /* whose filter it is: "devices" */
    str name;
    str query; /* "q=web&state=open", as in an address */
};
struct saved_filters {
    VEC(struct saved_filter) all;
};
void saved_filters_clear(struct saved_filters *out);

/* Those of who asks for one list, or for all when it is empty, by name. Texts
 * are in the arena. */
int saved_filter_list(struct db *db, const struct scope *scope, str list,
                      struct arena *arena, struct saved_filters *out,
                      struct err *err) MUST_CHECK;
/* In the caller's transaction. One of that list and name is replaced. Sets id.
 * E_LIMIT: there are too many. */
int saved_filter_put(struct db *db, const struct scope *scope,
                     struct saved_filter *filter, int64_t now,
                     struct err *err) MUST_CHECK;
/* E_ABSENT, also when it is somebody else's. */
int saved_filter_remove(struct db *db, const struct scope *scope, int64_t id,
                        struct err *err) MUST_CHECK;

#endif
