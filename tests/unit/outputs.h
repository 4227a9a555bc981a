/* SPDX-License-Identifier: Apache-2.0
 *
 * The small content of tests/data/results, evaluated on its recorded system,
 * and what an output writes of it, as text.
 */
#ifndef TESTS_OUTPUTS_H
#define TESTS_OUTPUTS_H

#include "base/io.h"
#include "oval/report.h"

struct outputs {
    struct oval_content *content;
    struct oval_source *source;
    struct oval_eval *eval;
    struct oval_report_content part;
    struct oval_report report;
    struct buf text; /* of the last output */
};

/* Evaluates content on syschar, both XML in memory; NULL: those of
 * tests/data/results. Ends the test when that fails. */
void outputs_init(struct outputs *o, const char *content, const char *syschar);
void outputs_clear(struct outputs *o);

/* A file to write an output to, and its text in o->text. */
struct io_out *outputs_open(struct outputs *o);
str outputs_text(struct outputs *o, struct io_out *out);

/* How often needle stands in o->text. */
unsigned outputs_count(const struct outputs *o, const char *needle);

#endif
