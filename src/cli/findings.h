/* SPDX-License-Identifier: Apache-2.0
 *
 * What was found, for a person at a terminal: a table of what is vulnerable,
 * worst first, with what fixes it; what could not be decided, and why; and
 * the command that installs what is missing.
 *
 * Findings about the same package are one row, unless every definition is
 * asked for (--all).
 */
#ifndef CLI_FINDINGS_H
#define CLI_FINDINGS_H

#include "cli/term.h"
#include "oval/report.h"

enum {
    FINDINGS_TEXT_MAX = 1 << 30 /* of everything that is printed */
};

struct findings_options {
    bool all;         /* a row for each definition */
    bool hints;       /* say what to do next */
    const char *root; /* of the system, for the commands; NULL: live */
};

/* Appends everything to out. */
void findings_print(const struct oval_report *report,
                    const struct findings_options *options,
                    const struct term *term, struct buf *out);

/* The same on standard output. */
int findings_show(const struct oval_report *report,
                  const struct findings_options *options,
                  struct err *err) MUST_CHECK;

#endif
