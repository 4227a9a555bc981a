/* SPDX-License-Identifier: Apache-2.0
 *
 * The patches that an organisation knows: imported by people, stated by scan
 * reports, or made of what its devices lack and what advisories say of that.
 * Facts only (patch/model.h); decisions are made of them elsewhere.
 *
 * Better sources win: what a person imported is not changed by what a device
 * says, and what an advisory says not by what a package manager says.
 */
#ifndef FLEET_PATCH_STORE_H
#define FLEET_PATCH_STORE_H

#include "fleet/scope.h"
#include "patch/model.h"
#include "store/db.h"

enum {
    PATCH_STORE_BODY_MAX = 8 << 20, /* JSON of one patch */
};

/* In the order of trust. */
#define PATCH_FROM_IMPORT STR("import")
#define PATCH_FROM_ADVISORY STR("advisory")
#define PATCH_FROM_REPORT STR("report")
#define PATCH_FROM_AGENT STR("agent")

struct patch_row {
    int64_t id;
    struct patch patch;
    str source;
    int64_t added;
    int64_t changed;
    int64_t revision; /* of the change that wrote it */
};
struct patch_rows {
    VEC(struct patch_row) all;
};
void patch_rows_clear(struct patch_rows *rows);

/* In the caller's transaction. Adds it, or changes the one of this id when the
 * source is as good. *out_id is the row's. Returns 1 when something was
 * written, 0 when it was there as it is.
 *
 * One agent does not take back what another said: of a second word by agents a
 * worse severity, the type security, and CVEs where none were known are taken,
 * never the reverse. */
struct patch_put {
    int64_t org;
    const struct patch *patch;
    str source;
    int64_t now;
    int64_t *room; /* how many may be new, counted down: without room *out_id
                      is 0 and nothing is written; NULL: any number */
};
int patch_store_put(struct db *db, const struct patch_put *put, int64_t *out_id,
                    struct err *err) MUST_CHECK;

/* E_ABSENT. Texts are in the arena. */
int patch_store_find(struct db *db, int64_t org, str patch, struct arena *arena,
                     struct patch_row *out, struct err *err) MUST_CHECK;
int patch_store_get(struct db *db, int64_t org, int64_t id, struct arena *arena,
                    struct patch_row *out, struct err *err) MUST_CHECK;

/* Those of an organisation that changes after `revision` wrote (-1: all), in
 * the order of row ids. */
int patch_store_since(struct db *db, int64_t org, int64_t revision,
                      struct arena *arena, struct patch_rows *out,
                      struct err *err) MUST_CHECK;
/* Grows whenever a patch of the organisation is added or changed. */
int patch_store_revision(struct db *db, int64_t org, int64_t *out,
                         struct err *err) MUST_CHECK;

/* Adds to the catalogue the patch of a row, and what supersedes or is
 * superseded by it as far as it is known, so that chains are whole (P-SEL-14).
 * *out_index is its index. The catalogue is sealed by the caller. */
int patch_store_load(struct db *db, int64_t org, int64_t id,
                     struct patch_catalogue *catalogue, uint32_t *out_index,
                     struct err *err) MUST_CHECK;

/* One vote of a user against a patch (P-INT-6); `on` false takes it back. */
int patch_vote(struct db *db, const struct scope *scope, int64_t patch, bool on,
               int64_t now, struct err *err) MUST_CHECK;
int patch_votes(struct db *db, int64_t org, int64_t patch, int64_t *out,
                struct err *err) MUST_CHECK;

#endif
