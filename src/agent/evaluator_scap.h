/* SPDX-License-Identifier: Apache-2.0
 *
 * Evaluating a pack of SCAP (proto/scap.h), in the evaluator's process and
 * under its limits.
 */
#ifndef AGENT_EVALUATOR_SCAP_H
#define AGENT_EVALUATOR_SCAP_H

#include "agent/evaluated.h"

struct evaluator_scap {
    str pack;         /* the file's bytes */
    const char *root; /* NULL: this machine */
    bool one_thread;
    struct buf *verdicts; /* gets the scap_report */
    struct buf *details;  /* and the scap_files */
    struct arena *arena;
};

/* *out gets counts, and in `text` what could not be sent. */
int evaluator_scap(const struct evaluator_scap *e, struct evaluated *out,
                   struct err *err) MUST_CHECK;

#endif
