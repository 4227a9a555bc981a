/* SPDX-License-Identifier: Apache-2.0
 *
 * Why a definition came out as it did: a walk over its criteria that gives
 * every node with its result, and under each test that decided, what was
 * looked for, what was found and how that compares with what was wanted. The
 * terminal (tree.h) and the HTML report (report_html.h) draw it.
 *
 * A definition that is extended is walked too, once in each walk. The walk is
 * bounded: past the bound it says so instead of going on.
 */
#ifndef OVAL_EXPLAIN_H
#define OVAL_EXPLAIN_H

#include "oval/eval.h"

enum {
    OVAL_EXPLAIN_NODES_MAX = 2000,
    OVAL_EXPLAIN_ITEMS_MAX = 12, /* of one test */
};

/* What a node or a line says about the outcome. */
enum oval_mark {
    OVAL_MARK_NONE,
    OVAL_MARK_YES,   /* true, matches */
    OVAL_MARK_NO,    /* false, does not match */
    OVAL_MARK_UNSURE /* error, unknown, not evaluated, not applicable */
};
enum oval_mark oval_mark_of(enum oval_result result);

struct oval_explain_node {
    uint8_t type; /* enum oval_node_type: criteria, criterion, extend */
    enum oval_result result; /* after negation */
    bool negate;
    bool decides;   /* it is a reason for the result above it */
    const char *op; /* of criteria: "all of", "one of"; otherwise "" */
    str text;       /* the comment, or what stands for it */
    str id;         /* of the test or definition; empty for criteria */
};

struct oval_explain_line {
    enum oval_mark mark;
    const char *label; /* "looked for", "found", "wanted", "because" */
    str text;          /* lives until the call returns */
};

/* Every open() is followed by lines and nested nodes, and by close(). */
struct oval_explain_handler {
    void (*open)(void *ctx, const struct oval_explain_node *node);
    void (*line)(void *ctx, const struct oval_explain_line *line);
    void (*close)(void *ctx);
};

struct oval_explain;
struct oval_explain *oval_explain_new(
    struct oval_eval *eval, const struct oval_explain_handler *handler,
    void *ctx);
void oval_explain_free(struct oval_explain *explain);
void oval_explain_freep(struct oval_explain **explain);

void oval_explain_definition(struct oval_explain *explain, uint32_t index);

#endif
