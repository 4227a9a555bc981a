/* SPDX-License-Identifier: Apache-2.0
 *
 * Waivers (K-SCAP-15): who decided, and why, that a rule may fail on a device
 * or on the members of a label, and until when. A waiver changes no result: a
 * waived failure stays visible as "fail (waived)".
 */
#ifndef FLEET_WAIVER_H
#define FLEET_WAIVER_H

#include "base/arena.h"
#include "base/vec.h"
#include "fleet/scope.h"
#include "store/db.h"

enum {
    WAIVER_RULE_MAX = 1024,
    WAIVER_REASON_MAX = 2000,
};

struct waiver {
    int64_t id;
    str rule;       /* id */
    int64_t device; /* one of the two */
    int64_t label;
    str reason;
    str author;
    int64_t created;
    int64_t expires;
};
struct waivers {
    VEC(struct waiver) all;
};
void waivers_clear(struct waivers *list);

/* In the caller's transaction. E_INVALID with *out_field: not exactly one of
 * device and label, one that the scope does not see, no reason, an end that is
 * past. */
int waiver_add(struct db *db, const struct scope *scope, struct waiver *w,
               int64_t now, const char **out_field, struct err *err) MUST_CHECK;
/* Revoked ones stay in the audit log. */
int waiver_remove(struct db *db, const struct scope *scope, int64_t id,
                  int64_t now, struct err *err) MUST_CHECK;
int waiver_get(struct db *db, const struct scope *scope, int64_t id,
               struct arena *arena, struct waiver *out,
               struct err *err) MUST_CHECK;
/* Ids above after, expired ones as well. */
struct waiver_range {
    int64_t after;
    int64_t limit;
};
int waiver_list(struct db *db, const struct scope *scope,
                const struct waiver_range *range, struct arena *arena,
                struct waivers *out, struct err *err) MUST_CHECK;
/* Those that hold for a device at a time. */
int waiver_for_device(struct db *db, int64_t device, int64_t now,
                      struct arena *arena, struct waivers *out,
                      struct err *err) MUST_CHECK;
/* The one for the rule, or NULL. */
const struct waiver *waiver_find(const struct waivers *list, str rule);

#endif
