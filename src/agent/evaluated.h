/* SPDX-License-Identifier: Apache-2.0
 *
 * What an evaluator leaves behind for the keeper, in the file that is its
 * descriptor 3: an inventory, and when it was given a pack (descriptor 4),
 * the result of every definition. When it cannot, it says why; when there is
 * nothing at all, it crashed.
 */
#ifndef AGENT_EVALUATED_H
#define AGENT_EVALUATED_H

#include "agent/options.h"
#include "proto/agent.h"

enum {
    EVALUATOR_FD_OUT = 3,
    EVALUATOR_FD_PACK = 4,
    EVALUATED_MAX = AGENT_MESSAGE_MAX + (1 << 20),
    EVALUATOR_EXIT_MEMORY = 70, /* the ceiling was reached */
};

struct evaluated {
    bool failed;
    str text;      /* why */
    str inventory; /* encoded; whole */
    str verdicts;
    str details;
    int64_t definitions;
    int64_t bad;       /* affected, or not compliant */
    int64_t undecided; /* error, unknown */
    bool benchmark;    /* details are a struct scap_files */
};
extern const struct wire_shape shape_evaluated;

/* The process. */
int evaluator_main(const struct options *options);

#endif
