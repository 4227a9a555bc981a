/* SPDX-License-Identifier: Apache-2.0
 *
 * Exceptions that people make for a time, each with a reason and an author:
 * holds of patches or packages and suppressed CVEs (select.h), and freezes,
 * during which nothing is deployed.
 *
 *   hold         {"target": "openssl*", "package": true, "reason": "…",
 *                 "author": "…", "until": "2026-02-01T00:00Z"}
 *   suppression  {"cve": "CVE-2026-1", "reason": "…", "author": "…",
 *                 "until": null}
 *   freeze       {"name": "year end", "reason": "…", "author": "…",
 *                 "from": "2026-12-20T00:00", "until": "2027-01-04T06:00",
 *                 "allow": ["zero_day"]}
 *
 * The times of a freeze are each device's own, or UTC when both end in "Z".
 */
#ifndef PATCH_EXCEPTION_H
#define PATCH_EXCEPTION_H

#include "patch/configuration.h"
#include "patch/select.h"

enum {
    PATCH_REASON_MAX = 1000,
    PATCH_FREEZES_MAX = 1000,
};

struct patch_freeze {
    str name;
    str reason;
    str author;
    int64_t from; /* from <= t < until, local unless is_utc */
    int64_t until;
    bool is_utc;
    bool allows[PATCH_TASKS]; /* these run all the same */
};

/* Of each, reason is required. Texts live in arena; false: refused. */
bool patch_hold_from_jval(const struct jval *jval, struct arena *arena,
                          struct patch_refusals *refusals,
                          struct patch_hold *out);
bool patch_suppression_from_jval(const struct jval *jval, struct arena *arena,
                                 struct patch_refusals *refusals,
                                 struct patch_suppression *out);
bool patch_freeze_from_jval(const struct jval *jval, struct arena *arena,
                            struct patch_refusals *refusals,
                            struct patch_freeze *out);
/* The same forms; the caller's. */
struct jval *patch_hold_to_jval(const struct patch_hold *hold);
struct jval *patch_suppression_to_jval(const struct patch_suppression *s);
struct jval *patch_freeze_to_jval(const struct patch_freeze *freeze);

/* The freeze that keeps a task from running at an instant in a zone: of
 * several, the one that ends last. NULL: none. */
const struct patch_freeze *patch_freeze_at(const struct patch_freeze *freezes,
                                           size_t count,
                                           const struct zone *zone, int64_t utc,
                                           enum patch_task_kind kind);
/* When it ends, as an instant. */
int64_t patch_freeze_end(const struct patch_freeze *freeze,
                         const struct zone *zone);

#endif
