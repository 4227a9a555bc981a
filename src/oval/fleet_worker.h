/* SPDX-License-Identifier: Apache-2.0
 *
 * One thread's part of an assessment. Workers share the plan, the fleet and
 * the content, which do not change while they run, and nothing else.
 *
 *     trace   the groups of a footprint on a device, and what the tests of
 *             the footprint come to for them, where that differs from what
 *             they come to without any package
 *     base    the results of envs that content does not tell apart, for a
 *             device without any package
 *     block   up to 512 devices of one base: a result of a test or a
 *             definition is a bit a device, in one plane a result
 *
 * Traces and bases are found out when a device first needs them, and kept.
 */
#ifndef OVAL_FLEET_WORKER_H
#define OVAL_FLEET_WORKER_H

#include "oval/fleet_plan.h"
#include "oval/verdicts_int.h"

enum {
    BLOCK_DEVICES = 512,
    BLOCK_WORDS = BLOCK_DEVICES / 64,
    PLANES_CHUNK = 256,
    TRACES_MAX = 4000000, /* kept by a worker; past it, it starts anew */
    PAIRS_MAX = 16 * 1000 * 1000,
};

struct oval_assess {
    const struct oval_fleet *fleet;
    const struct oval_content *content;
    struct fleet_plan plan;
    struct oval_inventory nothing; /* of the evaluation that serves the plan */
    struct oval_source *source;
    struct oval_eval *eval;
    uint64_t key;
    VEC(struct worker *) workers;
};

struct pair { /* a test and its result */
    uint32_t test;
    uint32_t result;
};

struct trace {
    uint32_t footprint;
    uint32_t env;   /* of PLAN_SLOW; OVAL_NONE: of any */
    uint32_t group; /* into worker.trace_groups */
    uint32_t group_count;
    uint32_t pair; /* into worker.pairs */
    uint32_t pair_count;
};

/* What a group leads to, by manager of the device. */
enum {
    HIT_UNSEEN = 0,
    HIT_NOTHING = 1, /* no footprint has its name */
    HIT_TRACE = 2    /* HIT_TRACE + number of the one trace */
};
/* Several footprints, or one of several names: from the place in worker.led
 * that is added, up to OVAL_NONE. */
#define HIT_SEVERAL 0x80000000U

struct base {
    uint32_t number;
    uint8_t flags[OVAL_MANAGER_RPM + 1]; /* by manager: how its packages are
                                            collected, enum oval_flag */
    uint8_t *envs;                       /* results, by plan.envs */
    uint8_t *results;                    /* by definition */
    VEC(struct verdict_run) runs;        /* of results, without false */
    uint64_t devices;                    /* evaluated, for counts */
};

struct plane { /* of a test or a definition in a block */
    uint64_t bits[OVAL_RESULTS][BLOCK_WORDS];
    uint8_t present; /* 1 << result: where bits may be set */
};

struct block {
    const struct base *base;
    const uint32_t *devices; /* numbers */
    unsigned n;
    unsigned words;
    uint64_t valid[BLOCK_WORDS];
    VEC(uint32_t) traces;       /* that devices of the block have */
    VEC(uint64_t) trace_bits;   /* BLOCK_WORDS each */
    VEC(struct plane *) chunks; /* PLANES_CHUNK each; they do not move */
    uint32_t planes;
    VEC(uint32_t) tests; /* that have planes */
    /* What is otherwise than in base: definition * 8 + result. */
    VEC(uint32_t) other[BLOCK_DEVICES];
};

struct worker {
    const struct oval_assess *assess;
    const struct oval_fleet *fleet;
    const struct oval_content *content;
    const struct fleet_plan *plan;
    struct oval_inventory nothing;
    struct oval_source *source;
    struct oval_eval *eval; /* for comparing; it collects nothing */
    struct test_state scratch;
    struct arena items; /* and the texts in them */
    VEC(const struct oval_item *) item[OVAL_MANAGER_RPM + 1]; /* by package */
    VEC(uint32_t) hits[OVAL_MANAGER_RPM + 1];                 /* by group */
    VEC(uint32_t) led; /* footprints: see HIT_SEVERAL */
    VEC(struct trace) traces;
    VEC(uint32_t) trace_groups;
    VEC(struct pair) pairs;
    struct fleet_index trace_index;
    uint8_t *absent;      /* by test of PLAN_FAST: result without packages */
    uint8_t *uncollected; /* ... and where they are not collected */
    VEC(struct base *) bases;
    VEC(uint32_t) base_of; /* by env: + 1; 0: not known yet */

    /* of the device being looked at */
    VEC(uint64_t) several; /* footprint << 32 | group */
    VEC(uint32_t) groups;
    VEC(const struct fleet_package *) chosen;
    VEC(const struct oval_item *) collected;
    VEC(uint32_t) found;

    /* of the block */
    struct block block;
    VEC(uint32_t) trace_slot; /* by trace: stamp and place in block.traces */
    VEC(uint32_t) trace_stamp;
    uint32_t stamp;
    uint32_t *test_stamp; /* by test: stamp of the block that has a plane */
    uint32_t *test_slot;
    uint32_t *definition_stamp; /* by definition: of a finished plane */
    uint32_t *definition_slot;
    uint64_t *touched; /* a bit a definition */
    bool all;          /* as if each were touched */
    VEC(uint32_t) touching;
    struct verdict_writer writer;

    /* counts, as differences from the results of the bases */
    int64_t (*delta)[OVAL_RESULTS];

    /* what was evaluated of a chunk */
    struct buf blobs;
    struct err err;
    int rc;
};

struct worker *worker_new(const struct oval_assess *assess);
void worker_free(struct worker *worker);
uint64_t worker_bytes(const struct worker *worker);

/* --- fleet_worker.c --- */

/* Makes room for what the fleet has by now. */
void worker_refresh(struct worker *worker);
/* The base of an env. Negative: the machine failed us. */
int worker_base(struct worker *worker, uint32_t env, struct base **out,
                struct err *err) MUST_CHECK;

/* Evaluates n devices of one base, at most BLOCK_DEVICES, and appends their
 * blobs to worker.blobs; ends[i] is where that of i ends. */
int worker_evaluate(struct worker *worker, const uint32_t *devices, unsigned n,
                    size_t *ends, struct err *err) MUST_CHECK;

/* --- fleet_trace.c --- */

/* Fills worker.found with the traces of a device that say something. */
int worker_traces(struct worker *worker, uint32_t device,
                  struct err *err) MUST_CHECK;
/* Forgets all traces. */
void worker_forget(struct worker *worker);

/* --- fleet_block.c --- */

/* Evaluates n devices of one base; fills block.override. */
int block_evaluate(struct worker *worker, const struct base *base,
                   const uint32_t *devices, unsigned n,
                   struct err *err) MUST_CHECK;

/* The results of all definitions on a device of base without packages. */
void block_base(struct worker *worker, struct base *base);

void block_clear(struct block *block);

#endif
