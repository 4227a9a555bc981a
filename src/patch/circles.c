/* SPDX-License-Identifier: Apache-2.0
 *
 * Strongly connected components, by Tarjan's algorithm with a stack of its
 * own: chains are as long as a hostile catalogue makes them.
 */
#include "patch/catalogue_int.h"

struct search {
    const struct catalogue_links *links;
    uint32_t *circle;
    uint32_t *number; /* in order of discovery, from 1; 0: not seen */
    uint32_t *low;    /* the earliest on the path that it reaches */
    uint32_t *next;   /* the link to look at next */
    uint32_t *path;   /* of the walk */
    uint32_t *open;   /* seen, and of no component yet */
    bool *is_open;
    uint32_t path_n;
    uint32_t open_n;
    uint32_t seen;
    uint32_t circles;
};

static void visit(struct search *s, uint32_t i)
{
    s->number[i] = s->low[i] = ++s->seen;
    s->next[i] = s->links->start[i];
    s->path[s->path_n++] = i;
    s->open[s->open_n++] = i;
    s->is_open[i] = true;
}

/* i is the first of its component: those above it on `open` are the rest. */
static void close_component(struct search *s, uint32_t i)
{
    bool is_alone = s->open[s->open_n - 1] == i;
    uint32_t member;

    if (!is_alone)
        s->circles++;
    do {
        member = s->open[--s->open_n];
        s->is_open[member] = false;
        s->circle[member] = is_alone ? 0 : s->circles;
    } while (member != i);
}

static void leave(struct search *s, uint32_t i)
{
    uint32_t parent;

    if (s->low[i] == s->number[i])
        close_component(s, i);
    s->path_n--;
    if (s->path_n == 0)
        return;
    parent = s->path[s->path_n - 1];
    if (s->low[i] < s->low[parent])
        s->low[parent] = s->low[i];
}

static void walk(struct search *s, uint32_t root)
{
    visit(s, root);
    while (s->path_n > 0) {
        uint32_t i = s->path[s->path_n - 1];
        uint32_t to;

        if (s->next[i] == s->links->start[i + 1]) {
            leave(s, i);
            continue;
        }
        to = s->links->to[s->next[i]++];
        if (s->number[to] == 0)
            visit(s, to);
        else if (s->is_open[to] && s->number[to] < s->low[i])
            s->low[i] = s->number[to];
    }
}

void catalogue_find_circles(const struct catalogue_links *links, uint32_t count,
                            uint32_t *circle)
{
    size_t size = (size_t)count + 1;
    uint32_t *space = mem_alloc(size * 5, sizeof(*space));
    struct search s = {
        .links = links,
        .circle = circle,
        .number = space,
        .low = space + size,
        .next = space + size * 2,
        .path = space + size * 3,
        .open = space + size * 4,
        .is_open = mem_alloc(size, sizeof(bool)),
    };

    for (uint32_t i = 0; i < count; i++) {
        if (s.number[i] == 0)
            walk(&s, i);
    }
    mem_free(s.is_open);
    mem_free(space);
}
