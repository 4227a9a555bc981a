/* SPDX-License-Identifier: Apache-2.0
 *
 * What an evaluation is written as. All of them stream.
 */
#ifndef SCAP_REPORT_H
#define SCAP_REPORT_H

#include "base/io.h"
#include "scap/eval.h"

/* XCCDF 1.2: one TestResult. */
int scap_test_result_write(const struct scap_result *result, struct io_out *out,
                           struct err *err) MUST_CHECK;

/* ARF 1.1: the asset, the TestResult and OVAL results of each session, and,
 * when `content` is not NULL, the source data stream as the request. Needs
 * options.detail. */
int scap_arf_write(const struct scap_result *result, struct stream *content,
                   struct io_out *out, struct err *err) MUST_CHECK;

/* One page for people. Needs options.detail to show what was found. */
int scap_html_write(const struct scap_result *result, struct io_out *out,
                    struct err *err) MUST_CHECK;

int scap_json_write(const struct scap_result *result, struct io_out *out,
                    struct err *err) MUST_CHECK;

/* RULE-ID<TAB>RESULT, a line a rule result, in document order. */
void scap_tsv_write(const struct scap_result *result, struct io_out *out);

#endif
