/* SPDX-License-Identifier: Apache-2.0
 *
 * The two halves of explaining: explain.c walks the criteria, explain_test.c
 * tells what a test looked for, found and wanted.
 */
#ifndef OVAL_EXPLAIN_INT_H
#define OVAL_EXPLAIN_INT_H

#include "base/buf.h"
#include "base/regex.h"
#include "base/vec.h"
#include "oval/explain.h"

struct oval_explain {
    struct oval_eval *eval;
    const struct oval_explain_handler *handler;
    void *ctx;
    struct regex_cache *regexes;
    struct buf text;        /* of the line being made */
    VEC(uint32_t) extended; /* definitions shown in this walk */
    uint32_t budget;
};

/* The lines of tests[index]. */
void explain_test(struct oval_explain *x, uint32_t index);

/* One line; the text is a format. */
void explain_line(struct oval_explain *x, enum oval_mark mark,
                  const char *label, const char *format, ...) PRINTF(4, 5);

#endif
