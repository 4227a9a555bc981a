/* SPDX-License-Identifier: Apache-2.0
 *
 * Writing OVAL results (oval-results-schema 5.11.2), full content for all six
 * results: one `system` for each content that was evaluated, with the result
 * of every node of every criteria tree, every test with the items and values
 * that decided it, and the system characteristics.
 *
 * What refers to a test or definition that is not in the content has no
 * element of its own, since the schema requires every reference to be
 * resolved; a message on the definition names it.
 */
#ifndef OVAL_RESULTS_H
#define OVAL_RESULTS_H

#include "base/stream.h"
#include "base/xml_write.h"
#include "oval/report.h"

/* `definitions` is NULL, or the definitions document that was evaluated, to
 * be copied into the results (include_source_definitions). It must be XML in
 * UTF-8, and there must be one content. */
int oval_results_write(const struct oval_report *report,
                       struct stream *definitions, struct io_out *out,
                       struct err *err) MUST_CHECK;

/* The same as an element of another document. */
int oval_results_element(const struct oval_report *report,
                         struct stream *definitions, struct xml_writer *w,
                         struct err *err) MUST_CHECK;

#endif
