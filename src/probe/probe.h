/* SPDX-License-Identifier: Apache-2.0
 *
 * Probes: what OVAL objects collect on a Linux machine, live or below a root
 * directory. One file a test family, one row in probe/table.c.
 *
 * Used by the command line and by the agent's evaluator process. A probe
 * reads; it changes nothing, and starts no process. What it cannot read is an
 * error of that object (oval_sink_error), never "does not exist". It bounds
 * what it reads: files, lists, depth.
 */
#ifndef PROBE_PROBE_H
#define PROBE_PROBE_H

#include "oval/source.h"

enum {                 /* struct probe.needs */
    PROBE_ONLINE = 1,  /* asks the running system: under --root the object is
                          not collected, and a message says so */
    PROBE_MATCHES = 2, /* gives only items that satisfy the wants: the engine
                          does not match them again */
    PROBE_BATCH = 4,   /* may walk the disk: has is_batch and prepare */
};

struct probe_machine; /* what is read, with caches: probe/machine.h */

struct probe {
    const char *object; /* "linux:dpkginfo" */
    unsigned needs;
    /* Errors returned here end the run; use oval_sink_error() instead. */
    int (*collect)(struct probe_machine *machine,
                   const struct oval_query *query, struct oval_sink *sink,
                   struct err *err);
    /* With PROBE_BATCH: is this query answered by the one walk over the disk
     * that serves all such queries? NULL: always. */
    bool (*is_batch)(const struct oval_query *query);
    /* With PROBE_BATCH: gets the batch queries of all kinds before the first
     * of them is collected. All rows with PROBE_BATCH name the same
     * function; it keeps what it finds in PROBE_CACHE_WALK. Errors returned
     * here end the run. */
    int (*prepare)(struct probe_machine *machine,
                   const struct oval_query *const *queries, size_t n,
                   struct err *err);
};

/* The row for a kind, or NULL. Sorted by object. */
const struct probe *probe_find(str family, str name);

/* All rows, for `holdfast oval probes`. */
extern const struct probe *const probe_table[];
extern const size_t probe_table_count;

struct probe_options {
    const char *root;     /* NULL: the live system */
    bool source_packages; /* dpkginfo names also match Source: */
    unsigned threads;     /* 0: as many as the machine has, at most 8 */
};

/* A source that asks the probes. oval_source_free() releases it. */
int probe_source_new(const struct probe_options *options,
                     struct oval_source **out, struct err *err) MUST_CHECK;

#endif
