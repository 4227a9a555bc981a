/* SPDX-License-Identifier: Apache-2.0 */
#include "oval/explain_int.h"

#include <stdarg.h>

#include "oval/truth.h"

enum {
    DEPTH_MAX = 300, /* criteria and extended definitions together */
    TEXT_MAX = 64 * 1024
};

enum oval_mark oval_mark_of(enum oval_result result)
{
    if (result == OVAL_TRUE)
        return OVAL_MARK_YES;
    return result == OVAL_FALSE ? OVAL_MARK_NO : OVAL_MARK_UNSURE;
}

void explain_line(struct oval_explain *x, enum oval_mark mark,
                  const char *label, const char *format, ...)
{
    char text[ERR_TEXT_MAX];
    va_list args;
    int n;

    va_start(args, format);
    n = vsnprintf(text, sizeof(text), format, args);
    va_end(args);
    if (n < 0)
        return;
    if ((size_t)n >= sizeof(text))
        n = sizeof(text) - 1;
    x->handler->line(x->ctx, &(struct oval_explain_line){
                                 mark, label, { text, (size_t)n } });
}

static const char *operator_words(uint8_t op)
{
    switch (op) {
    case OVAL_AND:
        return "all of";
    case OVAL_OR:
        return "at least one of";
    case OVAL_ONE:
        return "exactly one of";
    case OVAL_XOR:
        return "an odd number of";
    default:
        return "an operator that is not OVAL's";
    }
}

/* Is a child with this result a reason for the result of its parent? */
static bool is_reason(uint8_t op, enum oval_result parent,
                      enum oval_result child)
{
    bool decided = parent == OVAL_TRUE || parent == OVAL_FALSE;

    if (!decided)
        return child == parent || (child != OVAL_TRUE && child != OVAL_FALSE);
    if (op == OVAL_AND || op == OVAL_OR)
        return child == parent;
    return true;
}

static bool show_extended(struct oval_explain *x, uint32_t definition)
{
    for (size_t i = 0; i < x->extended.n; i++)
        if (x->extended.p[i] == definition)
            return false;
    *vec_push(&x->extended) = definition;
    return true;
}

static void describe(const struct oval_content *c, const struct oval_node *node,
                     struct oval_explain_node *out)
{
    out->text = oval_prose_text(c, node->text);
    if (node->type == OVAL_NODE_CRITERIA) {
        out->op = operator_words(node->op);
    } else if (node->a == OVAL_NONE) {
        if (out->text.n == 0)
            out->text = STR("what is referred to is not in the content");
    } else if (node->type == OVAL_NODE_CRITERION) {
        const struct oval_test *test = &c->tests.p[node->a];

        out->id = oval_prose_text(c, test->id);
        if (out->text.n == 0)
            out->text = oval_prose_text(c, test->comment);
    } else if (node->type == OVAL_NODE_EXTEND) {
        const struct oval_definition *d = &c->definitions.p[node->a];

        out->id = oval_name_text(c, d->id);
        if (out->text.n == 0)
            out->text = oval_prose_text(c, d->title);
    }
}

static void walk(struct oval_explain *x, uint32_t at, unsigned depth,
                 bool decides);

static void walk_children(struct oval_explain *x, uint32_t at, unsigned depth,
                          const struct oval_explain_node *shown)
{
    const struct oval_content *c = oval_eval_content(x->eval);
    const struct oval_node *node = &c->nodes.p[at];
    enum oval_result own =
        shown->negate ? oval_negate(shown->result) : shown->result;

    for (uint32_t i = at + 1; i < node->end; i = c->nodes.p[i].end)
        walk(x, i, depth + 1,
             shown->decides &&
                 is_reason(node->op, own, oval_eval_node_result(x->eval, i)));
}

static void walk_extended(struct oval_explain *x, uint32_t definition,
                          unsigned depth, bool decides)
{
    const struct oval_content *c = oval_eval_content(x->eval);
    uint32_t criteria = c->definitions.p[definition].criteria;

    if (criteria == OVAL_NONE || !decides)
        return;
    if (show_extended(x, definition))
        walk(x, criteria, depth + 1, decides);
    else
        explain_line(x, OVAL_MARK_NONE, "see", "shown above");
}

static void walk(struct oval_explain *x, uint32_t at, unsigned depth,
                 bool decides)
{
    const struct oval_content *c = oval_eval_content(x->eval);
    const struct oval_node *node = &c->nodes.p[at];
    struct oval_explain_node shown = {
        .type = node->type,
        .result = oval_eval_node_result(x->eval, at),
        .negate = (node->flags & OVAL_NODE_NEGATE) != 0,
        .decides = decides,
        .op = "",
    };

    if (x->budget == 0)
        return;
    if (--x->budget == 0 || depth > DEPTH_MAX) {
        explain_line(x, OVAL_MARK_NONE, "cut",
                     "the criteria go on, and are not shown");
        return;
    }
    describe(c, node, &shown);
    x->handler->open(x->ctx, &shown);
    if (node->type == OVAL_NODE_CRITERIA)
        walk_children(x, at, depth, &shown);
    else if (node->type == OVAL_NODE_CRITERION && node->a != OVAL_NONE &&
             decides)
        explain_test(x, node->a);
    else if (node->type == OVAL_NODE_EXTEND && node->a != OVAL_NONE)
        walk_extended(x, node->a, depth, decides);
    x->handler->close(x->ctx);
}

struct oval_explain *oval_explain_new(
    struct oval_eval *eval, const struct oval_explain_handler *handler,
    void *ctx)
{
    struct oval_explain *x = mem_alloc(1, sizeof(*x));

    x->eval = eval;
    x->handler = handler;
    x->ctx = ctx;
    x->regexes = regex_cache_new();
    x->text = BUF_INIT(TEXT_MAX);
    return x;
}

void oval_explain_free(struct oval_explain *x)
{
    if (x == NULL)
        return;
    regex_cache_free(x->regexes);
    buf_clear(&x->text);
    vec_clear(&x->extended);
    mem_free(x);
}

void oval_explain_freep(struct oval_explain **x)
{
    oval_explain_free(*x);
    *x = NULL;
}

void oval_explain_definition(struct oval_explain *x, uint32_t index)
{
    const struct oval_content *c = oval_eval_content(x->eval);
    uint32_t criteria = c->definitions.p[index].criteria;

    x->extended.n = 0;
    x->budget = OVAL_EXPLAIN_NODES_MAX;
    (void)show_extended(x, index);
    if (criteria != OVAL_NONE)
        walk(x, criteria, 0, true);
    else
        explain_line(x, OVAL_MARK_NONE, "note",
                     "the definition has no criteria");
}
