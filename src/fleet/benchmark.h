/* SPDX-License-Identifier: Apache-2.0
 *
 * SCAP content that was uploaded (K-SCAP-3, K-SCAP-5): benchmarks and
 * tailorings of an organisation, with what the reader process found in them;
 * and the packs made of them: one profile, ready for devices (K-SCAP-6). A
 * pack is made the same, byte for byte, whenever it is asked for, so its file
 * can be made again.
 */
#ifndef FLEET_BENCHMARK_H
#define FLEET_BENCHMARK_H

#include "base/arena.h"
#include "base/vec.h"
#include "fleet/scope.h"
#include "proto/job.h"
#include "proto/scap.h"
#include "store/db.h"

enum {
    BENCHMARK_NAME_MAX = 255,
    BENCHMARK_DESCRIPTION_MAX = 4 << 20,
};

struct benchmark {
    int64_t id;
    int64_t org;
    str kind;                         /* "benchmark", "tailoring" */
    str name;                         /* of the file */
    uint8_t sha256[JOB_DIGEST_BYTES]; /* of the file as it was uploaded */
    int64_t size;
    str description; /* JSON of scap/describe.h */
    int64_t uploaded;
    str uploaded_by;
};
struct benchmarks {
    VEC(struct benchmark) all;
};
void benchmarks_clear(struct benchmarks *list);

/* In the caller's transaction. document: as a pack holds it. */
int benchmark_add(struct db *db, const struct scope *scope, struct benchmark *b,
                  str document, struct err *err) MUST_CHECK;
/* E_INVALID while a configuration uses it. Results stay. */
int benchmark_remove(struct db *db, const struct scope *scope, int64_t id,
                     int64_t now, struct err *err) MUST_CHECK;
int benchmark_get(struct db *db, const struct scope *scope, int64_t id,
                  struct arena *arena, struct benchmark *out,
                  struct err *err) MUST_CHECK;
/* Ids above after, in their order. */
struct benchmark_range {
    int64_t after;
    int64_t limit;
};
int benchmark_list(struct db *db, const struct scope *scope,
                   const struct benchmark_range *range, struct arena *arena,
                   struct benchmarks *out, struct err *err) MUST_CHECK;

struct benchmark_pack {
    int64_t id;
    int64_t org;
    int64_t benchmark;
    int64_t tailoring; /* 0: none */
    str stream;
    str benchmark_id;
    str profile;
    uint8_t digest[JOB_DIGEST_BYTES];
    int64_t size;
};

/* Checks the choice against what the content holds (E_INVALID; *out_field
 * names the member), and makes the row unless it is there; sets p->id, digest
 * and size. In the caller's transaction. */
int benchmark_pack_make(struct db *db, const struct scope *scope,
                        struct benchmark_pack *p, int64_t now,
                        const char **out_field, struct err *err) MUST_CHECK;
int benchmark_pack_get(struct db *db, int64_t id, struct arena *arena,
                       struct benchmark_pack *out, struct err *err) MUST_CHECK;
/* Of an organisation. 0; or 1 when there is none. */
int benchmark_pack_find(struct db *db, int64_t org, str digest,
                        struct arena *arena, struct benchmark_pack *out,
                        struct err *err) MUST_CHECK;
/* Appends the file that devices get. */
int benchmark_pack_bytes(struct db *db, const struct benchmark_pack *p,
                         struct buf *out, struct err *err) MUST_CHECK;

#endif
