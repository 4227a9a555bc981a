/* SPDX-License-Identifier: Apache-2.0 */
#include "netdev/config_tree.h"

#include <string.h>

struct tree_walk {
    struct config_tree *tree;
    struct config_node *open[CONFIG_DEPTH_MAX];
    size_t indents[CONFIG_DEPTH_MAX];
    size_t depth;     /* open[0..depth-1] may have children */
    bool no_end[256]; /* this delimiter does not come any more */
};

static str without_end(str line)
{
    while (line.n > 0 && strchr(" \t\r", line.p[line.n - 1]) != NULL)
        line.n--;
    return line;
}

static bool is_separator(str line)
{
    return line.n == 0 || line.p[0] == '!' || line.p[0] == ':' ||
           str_eq_c(line, "exit") || str_starts(line, STR("exit-")) ||
           str_eq_c(line, "end") || str_eq_c(line, "quit");
}

static void append(struct config_node *parent, struct config_node *node)
{
    if (parent->last != NULL)
        parent->last->next = node;
    else
        parent->first = node;
    parent->last = node;
}

str config_mark(str text)
{
    str mark = str_sub(text, 0, 1);

    if (str_starts(text, STR("^C")))
        return STR("^C");
    return mark.n > 0 && strchr("#%@$&*~|^\"'\x03", mark.p[0]) != NULL
               ? mark
               : STR_NONE;
}

str config_banner_mark(str head)
{
    str rest = str_sub(head, strlen("banner "), SIZE_MAX);

    if (!str_starts(head, STR("banner ")))
        return STR_NONE;
    (void)str_cut(&rest, ' ');
    return config_mark(rest);
}

/* A banner is one line of the tree, from its head to its second delimiter. */
static str take_block(struct tree_walk *w, str *text, str head)
{
    str mark = config_banner_mark(head);
    uint8_t name = mark.n == 1 ? (uint8_t)mark.p[0] : 0;
    size_t at = mark.n > 0 ? str_find(head, mark) : head.n;
    str whole = *text;
    const char *end = text->p;

    if (at == head.n || w->no_end[name] ||
        str_find(str_sub(head, at + mark.n, SIZE_MAX), mark) <
            head.n - at - mark.n)
        return head;
    while (text->n > 0) {
        str next = str_cut(text, '\n');

        end = next.p + next.n;
        if (str_find(next, mark) < next.n)
            return (str){ head.p, (size_t)(end - head.p) };
    }
    *text = whole; /* it has no end: then it is no banner */
    w->no_end[name] = true;
    return head;
}

static void add(struct tree_walk *w, str line, size_t indent)
{
    struct config_node *node;
    const char *end = line.p + line.n;

    while (w->depth > 1 && w->indents[w->depth - 1] >= indent)
        w->depth--;
    node = arena_alloc(&w->tree->arena, 1, sizeof(*node));
    node->line = line;
    node->text = (str){ line.p - indent, line.n + indent };
    append(w->open[w->depth - 1], node);
    for (size_t i = 1; i < w->depth; i++)
        w->open[i]->text.n = (size_t)(end - w->open[i]->text.p);
    if (w->depth < CONFIG_DEPTH_MAX) {
        w->indents[w->depth] = indent;
        w->open[w->depth++] = node;
    }
}

int config_tree_read(str text, struct config_tree *tree, struct err *err)
{
    struct tree_walk walk = { .tree = tree,
                              .open = { &tree->root },
                              .depth = 1 };
    size_t lines = 0;

    while (text.n > 0) {
        str line = without_end(str_cut(&text, '\n'));
        size_t indent = 0;

        while (indent < line.n && line.p[indent] == ' ')
            indent++;
        line = take_block(&walk, &text, str_sub(line, indent, SIZE_MAX));
        if (is_separator(line))
            continue;
        if (++lines > CONFIG_LINES_MAX)
            return err_set(err, E_LIMIT, "a configuration has at most %d lines",
                           CONFIG_LINES_MAX);
        add(&walk, line, indent);
    }
    return 0;
}

void config_tree_clear(struct config_tree *tree)
{
    arena_clear(&tree->arena);
}
