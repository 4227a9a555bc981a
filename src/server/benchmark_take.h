/* SPDX-License-Identifier: Apache-2.0
 *
 * SCAP content that is uploaded: the reader process reads and validates it
 * (K-SCAP-5), the core stores what it made; and the files of packs, which
 * devices fetch, made when first asked for.
 */
#ifndef SERVER_BENCHMARK_TAKE_H
#define SERVER_BENCHMARK_TAKE_H

#include "fleet/benchmark.h"
#include "server/core.h"

struct benchmark_order {
    str name;
    uint8_t sha256[JOB_DIGEST_BYTES]; /* of the file */
    int64_t size;
    struct scope scope;
    str peer;
};

/* rc negative: `why` is for a person; otherwise *b is what was stored. */
typedef void benchmark_taken_fn(void *ctx, int rc, const struct benchmark *b,
                                const char *why);

/* The descriptor is taken over; texts of the order are copied. */
int benchmark_take(struct core *core, const struct benchmark_order *order,
                   int fd, benchmark_taken_fn *done, void *ctx,
                   struct err *err) MUST_CHECK;

/* Makes the file of a pack below the folder of packs. 1: the organisation has
 * no such pack. */
int benchmark_file(struct db *db, str folder, int64_t device, str digest,
                   struct err *err) MUST_CHECK;

#endif
