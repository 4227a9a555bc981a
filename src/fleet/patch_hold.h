/* SPDX-License-Identifier: Apache-2.0
 *
 * What people keep from being deployed: a hold of a patch or package, a CVE
 * that is not to count (suppressed), and freezes, times in which nothing is
 * deployed. Each has a reason, an author, an end or none, and may be for the
 * devices of one label only. They are never deleted: a lifted one says by whom
 * and when.
 */
#ifndef FLEET_PATCH_HOLD_H
#define FLEET_PATCH_HOLD_H

#include "base/arena.h"
#include "base/vec.h"
#include "fleet/scope.h"
#include "store/db.h"

enum {
    PATCH_HOLD_TARGET_MAX = 255,
    PATCH_HOLD_REASON_MAX = 2000,
};
#define PATCH_HOLD_PATCH STR("patch")
#define PATCH_HOLD_PACKAGE STR("package")
#define PATCH_HOLD_CVE STR("cve")

struct patch_hold_row {
    int64_t id;
    str kind; /* "patch", "package" or "cve" */
    str target;
    int64_t label; /* 0: every device */
    str reason;
    str author;
    int64_t created;
    int64_t until; /* 0: without end */
    int64_t lifted;
    str lifted_by;
};
struct patch_hold_rows {
    VEC(struct patch_hold_row) all;
};
void patch_hold_rows_clear(struct patch_hold_rows *rows);

/* *out_field names what is refused. */
int patch_hold_check(const struct patch_hold_row *hold, int64_t now,
                     const char **out_field, struct err *err) MUST_CHECK;
int patch_hold_add(struct db *db, const struct scope *scope,
                   struct patch_hold_row *hold, int64_t now,
                   struct err *err) MUST_CHECK;
/* 1: it was lifted before. */
int patch_hold_lift(struct db *db, const struct scope *scope, int64_t id,
                    int64_t now, struct err *err) MUST_CHECK;
int patch_hold_get(struct db *db, const struct scope *scope, int64_t id,
                   struct arena *arena, struct patch_hold_row *out,
                   struct err *err) MUST_CHECK;
/* Newest first, ids below `before` (0: all); active: only those that count
 * at `now`. */
struct patch_hold_query {
    int64_t before;
    int64_t limit;
    bool active;
    int64_t now;
};
int patch_hold_list(struct db *db, const struct scope *scope,
                    const struct patch_hold_query *query, struct arena *arena,
                    struct patch_hold_rows *out, struct err *err) MUST_CHECK;
/* Those that count for a device at `now`. */
int patch_hold_of_device(struct db *db, int64_t device, int64_t now,
                         struct arena *arena, struct patch_hold_rows *out,
                         struct err *err) MUST_CHECK;

/* --- Freezes (claim 30)
 * ------------------------------------------------------- */

struct patch_freeze_row {
    int64_t id;
    int64_t label;
    str reason;
    str author;
    int64_t created;
    int64_t begins;
    int64_t ends; /* the first second after it */
    int64_t lifted;
    str lifted_by;
};
struct patch_freeze_rows {
    VEC(struct patch_freeze_row) all;
};
void patch_freeze_rows_clear(struct patch_freeze_rows *rows);

/* As SQL: a freeze is on at $1 for the device d. */
#define PATCH_FROZEN_SQL                                                       \
    "EXISTS (SELECT 1 FROM patch_freeze f WHERE f.org = d.org"                 \
    " AND f.lifted = 0 AND f.begins <= $1 AND f.ends > $1 AND (f.label = 0"    \
    " OR EXISTS (SELECT 1 FROM device_label dl WHERE dl.label = f.label"       \
    " AND dl.device = d.id)))"

int patch_freeze_check(const struct patch_freeze_row *freeze, int64_t now,
                       const char **out_field, struct err *err) MUST_CHECK;
int patch_freeze_add(struct db *db, const struct scope *scope,
                     struct patch_freeze_row *freeze, int64_t now,
                     struct err *err) MUST_CHECK;
int patch_freeze_lift(struct db *db, const struct scope *scope, int64_t id,
                      int64_t now, struct err *err) MUST_CHECK;
int patch_freeze_get(struct db *db, const struct scope *scope, int64_t id,
                     struct arena *arena, struct patch_freeze_row *out,
                     struct err *err) MUST_CHECK;
int patch_freeze_list(struct db *db, const struct scope *scope,
                      const struct patch_hold_query *query, struct arena *arena,
                      struct patch_freeze_rows *out,
                      struct err *err) MUST_CHECK;
/* Those of a device that have not ended at `now`. */
int patch_freeze_of_device(struct db *db, int64_t device, int64_t now,
                           struct arena *arena, struct patch_freeze_rows *out,
                           struct err *err) MUST_CHECK;
/* Whether one is on: 1 or 0. */
int patch_freeze_is_on(struct db *db, int64_t device, int64_t now,
                       struct err *err) MUST_CHECK;

#endif
