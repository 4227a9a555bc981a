/* SPDX-License-Identifier: Apache-2.0
 *
 * What the evaluations of network devices share: the content in use
 * (netassess.c) and benchmarks (netassess_scap.c).
 */
#ifndef SERVER_NETASSESS_INT_H
#define SERVER_NETASSESS_INT_H

#include "base/arena.h"
#include "fleet/benchmark.h"
#include "fleet/content.h"
#include "fleet/run.h"
#include "server/netassess.h"
#include "server/reader.h"

struct netassess_item {
    int64_t device;
    struct run_benchmark benchmark; /* of run 0: the content in use */
};

struct netassess_subject {
    int64_t device;
    int64_t org;
    str family;
    str version;
};

/* One device that the reader has. */
struct netassess_asking {
    struct core *core;
    struct arena arena;
    struct netassess_subject subject;
    struct content content;
    struct run_benchmark benchmark;
    uint8_t digest[JOB_DIGEST_BYTES]; /* of what is known, or of the pack */
    int64_t begun_ms;
    int64_t begun;
};

/* 1: there is no such network device (any more). */
int netassess_subject(struct db *db, int64_t device, struct arena *arena,
                      struct netassess_subject *out,
                      struct err *err) MUST_CHECK;
/* Hands what the device answered, with the pack, to the reader. */
int netassess_send(struct netassess_asking *a, str pack, reader_done_fn *done,
                   struct err *err) MUST_CHECK;
/* Frees it; the next one's turn. */
void netassess_over(struct netassess_asking *a);

int netassess_begin_benchmark(struct netassess_asking *a,
                              struct err *err) MUST_CHECK;
void netassess_fail_benchmark(struct core *core,
                              const struct netassess_item *item, str why);

#endif
