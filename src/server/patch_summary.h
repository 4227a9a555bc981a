/* SPDX-License-Identifier: Apache-2.0
 *
 * Devices by what they lack, a row each: what the newest scan counted, and
 * whether they wait for a reboot (P-RBT-7, P-RPT-6).
 */
#ifndef SERVER_PATCH_SUMMARY_H
#define SERVER_PATCH_SUMMARY_H

#include "base/arena.h"
#include "base/jval.h"
#include "base/vec.h"
#include "fleet/scope.h"
#include "store/db.h"

struct patch_summary {
    int64_t device;
    str name;
    str system;
    bool scanned;
    int64_t missing;
    int64_t installed;
    int64_t at;
    str origin;
    str configuration;
    int64_t version;
    bool reboot;
    int64_t level;
    int64_t since;
    str reason;
    str action;
    str errors;     /* of the newest scan */
    int64_t failed; /* a newer one did; 0: none */
    str failure;
};
struct patch_summaries {
    VEC(struct patch_summary) all;
};

void patch_summaries_clear(struct patch_summaries *list);

/* Those in use that the scope sees, by id. Texts are in the arena. */
int patch_summaries_read(struct db *db, const struct scope *scope,
                         struct arena *arena, struct patch_summaries *out,
                         struct err *err) MUST_CHECK;
/* "patched", "missing", "pending reboot", "no data" */
str patch_summary_state(const struct patch_summary *s);
struct jval *patch_summary_json(const struct patch_summary *s);

#endif
