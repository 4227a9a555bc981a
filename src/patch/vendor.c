/* SPDX-License-Identifier: Apache-2.0 */
#include "patch/vendor.h"

#include <stdlib.h>

#include "base/mem.h"

enum {
    DEPTHS = 3 /* vendor, product, version */
};

static int by_name(const void *a, const void *b)
{
    const struct patch_vendor *x = a;
    const struct patch_vendor *y = b;
    int order = str_cmp(x->vendor, y->vendor);

    if (order == 0)
        order = str_cmp(x->product, y->product);
    return order != 0 ? order : str_cmp(x->version, y->version);
}

static int depth_of(const struct patch_vendor *name)
{
    if (name->product.n == 0)
        return 0;
    return name->version.n == 0 ? 1 : 2;
}

static struct patch_vendor cut(const struct patch_vendor *name, int depth)
{
    return (struct patch_vendor){
        name->vendor,
        depth >= 1 ? name->product : STR(""),
        depth >= 2 ? name->version : STR(""),
    };
}

struct growing {
    struct patch_vendor_tree *tree;
    uint32_t path[DEPTHS]; /* the node at each depth that is open */
    int open;              /* how many of them */
};

static void close_from(struct growing *g, int depth)
{
    for (; g->open > depth; g->open--)
        g->tree->nodes[g->path[g->open - 1]].end = g->tree->count;
}

/* Names come in order, so what they share is what is open. */
static void add_name(struct growing *g, const struct patch_vendor *name)
{
    for (int depth = 0; depth <= depth_of(name); depth++) {
        struct patch_vendor node = cut(name, depth);

        if (depth < g->open &&
            by_name(&g->tree->nodes[g->path[depth]].name, &node) != 0)
            close_from(g, depth);
        if (depth == g->open) {
            g->path[g->open++] = g->tree->count;
            g->tree->nodes[g->tree->count++] = (struct patch_vendor_node){
                .name = node,
                .tick = PATCH_TICK_FULL,
            };
        }
        g->tree->nodes[g->path[depth]].patches++;
    }
}

void patch_vendor_tree_make(const struct patch_catalogue *catalogue,
                            enum patch_os os, struct patch_vendor_tree *out)
{
    uint32_t count = patch_catalogue_count(catalogue);
    AUTO(mem_freep)
    struct patch_vendor *names = mem_alloc((size_t)count + 1, sizeof(*names));
    struct growing growing = { .tree = out };
    size_t n = 0;

    for (uint32_t i = 0; i < count; i++) {
        const struct patch *p = patch_catalogue_at(catalogue, i);

        if (p->os == os && p->vendor.n > 0)
            names[n++] = (struct patch_vendor){ p->vendor, p->product,
                                                p->product.n > 0 ? p->version
                                                                 : STR("") };
    }
    qsort(names, n, sizeof(*names), by_name);
    *out = (struct patch_vendor_tree){
        .nodes = mem_alloc(n * DEPTHS + 1, sizeof(*out->nodes)),
    };
    for (size_t i = 0; i < n; i++)
        add_name(&growing, &names[i]);
    close_from(&growing, 0);
}

void patch_vendor_tree_clear(struct patch_vendor_tree *tree)
{
    mem_free(tree->nodes);
    *tree = (struct patch_vendor_tree){ 0 };
}

/* Whether all below a node have a tick. */
static bool all_below(const struct patch_vendor_tree *tree, uint32_t node,
                      enum patch_tick tick)
{
    for (uint32_t i = node + 1; i < tree->nodes[node].end; i++) {
        if (tree->nodes[i].tick != tick)
            return false;
    }
    return true;
}

void patch_vendor_tree_show(struct patch_vendor_tree *tree,
                            const struct patch_options *options)
{
    struct patch_vendor_filter *filter = patch_vendor_filter_new(options);

    for (uint32_t i = 0; i < tree->count; i++) {
        struct patch_vendor_node *node = &tree->nodes[i];
        const struct patch patch = { .vendor = node->name.vendor,
                                     .product = node->name.product,
                                     .version = node->name.version };

        node->tick = patch_vendor_passes(filter, &patch) ? PATCH_TICK_FULL
                                                         : PATCH_TICK_NONE;
    }
    for (uint32_t i = tree->count; i-- > 0;) {
        if (!all_below(tree, i, tree->nodes[i].tick))
            tree->nodes[i].tick = PATCH_TICK_PART;
    }
    patch_vendor_filter_free(filter);
}

void patch_vendor_tree_set(struct patch_vendor_tree *tree, uint32_t node,
                           bool is_ticked)
{
    enum patch_tick tick = is_ticked ? PATCH_TICK_FULL : PATCH_TICK_NONE;

    for (uint32_t i = node; i < tree->nodes[node].end; i++)
        tree->nodes[i].tick = tick;
    for (uint32_t i = node; i-- > 0;) {
        if (tree->nodes[i].end > node)
            tree->nodes[i].tick =
                all_below(tree, i, tick) ? tick : PATCH_TICK_PART;
    }
}

void patch_vendor_tree_rows(const struct patch_vendor_tree *tree,
                            bool all_except, struct arena *arena,
                            struct patch_options *out)
{
    enum patch_tick wanted = all_except ? PATCH_TICK_NONE : PATCH_TICK_FULL;
    struct patch_vendor *rows = arena_alloc(arena, tree->count, sizeof(*rows));
    size_t n = 0;
    uint32_t i = 0;

    while (i < tree->count) {
        const struct patch_vendor_node *node = &tree->nodes[i];

        if (node->tick == wanted)
            rows[n++] = (struct patch_vendor){
                arena_str(arena, node->name.vendor),
                arena_str(arena, node->name.product),
                arena_str(arena, node->name.version),
            };
        i = node->tick == wanted ? node->end : i + 1;
    }
    out->has_vendors = true;
    out->all_except = all_except;
    out->vendors = rows;
    out->vendor_count = n;
}
