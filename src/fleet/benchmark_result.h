/* SPDX-License-Identifier: Apache-2.0
 *
 * Results of SCAP scans, on three levels (K-SCAP-10): the result of a device,
 * its rule results, its scores. The lower two are one blob a result, as the
 * agent sent it; a row a rule would be forty million rows for a fleet.
 * Results are kept for keep.benchmark_days (K-SCAP-9, fleet/retention.h).
 */
#ifndef FLEET_BENCHMARK_RESULT_H
#define FLEET_BENCHMARK_RESULT_H

#include "fleet/benchmark.h"
#include "proto/agent.h"
#include "scap/xccdf.h"

struct benchmark_result {
    int64_t id;
    int64_t device;
    str device_name;
    int64_t pack;
    int64_t configuration;
    int64_t run; /* 0: of none */
    int64_t started;
    int64_t ended;
    str benchmark;
    str title;
    str version;
    str profile;
    bool applicable;
    str model; /* the first that the benchmark asks for */
    int64_t score_micro;
    int64_t maximum_micro;
    int64_t counts[XCCDF_RESULTS]; /* rules by result */
};
struct benchmark_results {
    VEC(struct benchmark_result) all;
};
void benchmark_results_clear(struct benchmark_results *list);

/* Stores what an agent sent, in the caller's transaction. E_INVALID when the
 * report does not follow its shape. */
struct benchmark_sent {
    int64_t device;
    int64_t run;
    const struct benchmark_pack *pack;
    const struct results *results;
    int64_t now;
};
int benchmark_result_put(struct db *db, const struct benchmark_sent *sent,
                         struct err *err) MUST_CHECK;

/* Newest first. */
struct benchmark_result_query {
    int64_t device;        /* 0: any */
    int64_t configuration; /* 0: any */
    int64_t run;           /* 0: any */
    int64_t before;        /* ids below; 0: all */
    int64_t limit;
};
int benchmark_result_list(struct db *db, const struct scope *scope,
                          const struct benchmark_result_query *query,
                          struct arena *arena, struct benchmark_results *out,
                          struct err *err) MUST_CHECK;
int benchmark_result_get(struct db *db, const struct scope *scope, int64_t id,
                         struct arena *arena, struct benchmark_result *out,
                         struct err *err) MUST_CHECK;

/* Of a result that the scope was asked about before. */
int benchmark_result_report(struct db *db, int64_t id, struct arena *arena,
                            struct scap_report *out,
                            struct err *err) MUST_CHECK;
int benchmark_result_files(struct db *db, int64_t id, struct arena *arena,
                           struct scap_files *out, struct err *err) MUST_CHECK;

/* K-SCAP-16. Pure. Rules are matched by id, the n-th of an id with the n-th.
 * Passing is pass and fixed, failing fail; error and unknown are neither. */
enum benchmark_change {
    BENCHMARK_UNCHANGED,
    BENCHMARK_NEWLY_FAILING,
    BENCHMARK_NEWLY_PASSING,
    BENCHMARK_CHANGED, /* otherwise, as from fail to error */
    BENCHMARK_ADDED,   /* the older one does not have the rule */
    BENCHMARK_REMOVED,
    BENCHMARK_CHANGES
};
const char *benchmark_change_name(enum benchmark_change change);
struct benchmark_difference {
    const struct scap_report_rule *before; /* NULL: added */
    const struct scap_report_rule *after;  /* NULL: removed */
    enum benchmark_change change;
};
struct benchmark_differences {
    VEC(struct benchmark_difference) all;
    uint32_t counts[BENCHMARK_CHANGES];
};
void benchmark_compare(const struct scap_report *before,
                       const struct scap_report *after,
                       struct benchmark_differences *out);
void benchmark_differences_clear(struct benchmark_differences *differences);

#endif
