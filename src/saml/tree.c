/* SPDX-License-Identifier: Apache-2.0 */
#include "saml/tree.h"

enum {
    DEPTH_MAX = 32,
    ATTRS_MAX = 64,
    ELEMENTS_MAX = 20000,
    MARKUP_MAX = 64 << 10,
};

struct builder {
    struct arena *arena;
    struct buf text; /* since the newest tag */
    struct node *at;
    struct node *root;
};

static const struct xml_attr *copy_attrs(struct arena *arena,
                                         const struct xml_element *element)
{
    struct xml_attr *attrs =
        arena_alloc(arena, element->attr_count, sizeof(*attrs));

    for (size_t i = 0; i < element->attr_count; i++)
        attrs[i] =
            (struct xml_attr){ arena_str(arena, element->attrs[i].ns),
                               arena_str(arena, element->attrs[i].name),
                               arena_str(arena, element->attrs[i].value) };
    return attrs;
}

static int start(void *ctx, const struct xml_element *element,
                 struct err *err UNUSED)
{
    struct builder *b = ctx;
    struct node *node = arena_alloc(b->arena, 1, sizeof(*node));

    node->parent = b->at;
    node->ns = arena_str(b->arena, element->ns);
    node->name = arena_str(b->arena, element->name);
    node->attrs = copy_attrs(b->arena, element);
    node->attr_count = element->attr_count;
    node->text = STR("");
    buf_reset(&b->text);
    if (b->at == NULL)
        b->root = node;
    else if (b->at->last == NULL)
        b->at->first = node;
    else
        b->at->last->next = node;
    if (b->at != NULL)
        b->at->last = node;
    b->at = node;
    return 0;
}

static int end(void *ctx, struct err *err)
{
    struct builder *b = ctx;
    int rc = buf_finish(&b->text, "a text", err);

    if (b->at->first == NULL)
        b->at->text = arena_str(b->arena, buf_str(&b->text));
    buf_reset(&b->text);
    b->at = b->at->parent;
    return rc;
}

static int text(void *ctx, str piece, struct err *err UNUSED)
{
    struct builder *b = ctx;

    buf_add(&b->text, piece);
    return 0;
}

int tree_read(str xml, const char *name, struct arena *arena,
              const struct node **out, struct err *err)
{
    static const struct xml_handler handler = { .start = start,
                                                .end = end,
                                                .text = text };
    static const struct xml_limits limits = { .depth = DEPTH_MAX,
                                              .attrs = ATTRS_MAX,
                                              .markup = MARKUP_MAX,
                                              .elements = ELEMENTS_MAX };
    AUTO(stream_freep) struct stream *stream = NULL;
    struct builder builder = { .arena = arena, .text = BUF(xml.n + 1) };
    int rc = stream_open_memory(xml, name, &(struct stream_limits){ xml.n },
                                &stream, err);

    if (rc == 0)
        rc = xml_read(stream, &limits, &handler, &builder, err);
    buf_clear(&builder.text);
    if (rc == 0)
        *out = builder.root;
    return rc;
}

bool node_is(const struct node *node, str ns, str name)
{
    return str_eq(node->name, name) && str_eq(node->ns, ns);
}

const struct node *node_child(const struct node *node, str ns, str name)
{
    const struct node *child = node == NULL ? NULL : node->first;

    while (child != NULL && !node_is(child, ns, name))
        child = child->next;
    return child;
}

const struct node *node_again(const struct node *node)
{
    const struct node *next = node->next;

    while (next != NULL && !node_is(next, node->ns, node->name))
        next = next->next;
    return next;
}

size_t node_count(const struct node *node, str ns, str name)
{
    const struct node *child = node_child(node, ns, name);
    size_t n = 0;

    for (; child != NULL; child = node_again(child))
        n++;
    return n;
}

str node_attr(const struct node *node, str name)
{
    for (size_t i = 0; node != NULL && i < node->attr_count; i++) {
        if (node->attrs[i].ns.n == 0 && str_eq(node->attrs[i].name, name))
            return node->attrs[i].value;
    }
    return STR_NONE;
}

const struct node *node_walk(const struct node *root, const struct node *at)
{
    if (at->first != NULL)
        return at->first;
    while (at != root && at->next == NULL)
        at = at->parent;
    return at == root ? NULL : at->next;
}
