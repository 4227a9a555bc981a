/* SPDX-License-Identifier: Apache-2.0
 *
 * Reading a TestResult back, by itself, in a benchmark or in an ARF document,
 * of ours or of another tool, so that it can be reported on beside its
 * content. What was found on the machine is not in it: there are no sessions.
 */
#ifndef SCAP_RESULT_READ_H
#define SCAP_RESULT_READ_H

#include "scap/eval.h"

/* A result with the policy and source that it refers to. */
struct scap_reread {
    struct scap_policy *policy;
    struct scap_result *result;
    struct oval_source *source;
    uint32_t unknown; /* rule results of rules that the content has not */
};

/* The first TestResult of the document. E_INVALID when there is none, or when
 * scap has not the benchmark that it names. scap is borrowed. */
int scap_result_read(const struct scap *scap, struct stream *stream,
                     struct scap_reread *out, struct err *err) MUST_CHECK;
void scap_reread_clear(struct scap_reread *reread);

#endif
