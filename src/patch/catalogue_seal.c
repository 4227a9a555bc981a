/* SPDX-License-Identifier: Apache-2.0 */
#include <assert.h>
#include <stdlib.h>

#include "patch/catalogue_int.h"

struct texts {
    const str *p;
    size_t n;
};

static struct texts superseded(const struct patch *patch)
{
    return (struct texts){ patch->supersedes, patch->supersede_count };
}

static struct texts required(const struct patch *patch)
{
    return (struct texts){ patch->requires, patch->require_count };
}

/* Links to patches that are not there, of another system, or the patch
 * itself, are dropped. */
static struct catalogue_links resolve(const struct patch_catalogue *c,
                                      struct texts of(const struct patch *))
{
    struct catalogue_links links = {
        .start = mem_alloc(c->all.n + 1, sizeof(uint32_t)),
        .to = mem_alloc(c->edges + 1, sizeof(uint32_t)),
    };
    uint32_t n = 0;

    for (uint32_t i = 0; i < c->all.n; i++) {
        struct texts texts = of(&c->all.p[i]);

        links.start[i] = n;
        for (size_t k = 0; k < texts.n; k++) {
            uint32_t to = map_get(&c->by_id, texts.p[k]);

            if (to != MAP_NONE && to != i && c->all.p[to].os == c->all.p[i].os)
                links.to[n++] = to;
        }
    }
    links.start[c->all.n] = n;
    return links;
}

static struct catalogue_links reversed(const struct catalogue_links *links,
                                       uint32_t count)
{
    uint32_t total = links->start[count];
    struct catalogue_links out = {
        .start = mem_alloc((size_t)count + 2, sizeof(uint32_t)),
        .to = mem_alloc((size_t)total + 1, sizeof(uint32_t)),
    };

    for (uint32_t e = 0; e < total; e++)
        out.start[links->to[e] + 2]++;
    for (uint32_t i = 2; i <= count; i++)
        out.start[i] += out.start[i - 1];
    /* start[i + 1] is where the next of i goes; in the end, its end. */
    for (uint32_t i = 0; i < count; i++) {
        for (uint32_t e = links->start[i]; e < links->start[i + 1]; e++)
            out.to[out.start[links->to[e] + 1]++] = i;
    }
    return out;
}

static uint32_t *find_knots(const struct patch_catalogue *c)
{
    uint32_t count = (uint32_t)c->all.n;
    uint32_t *knot = mem_alloc((size_t)count + 1, sizeof(*knot));
    AUTO(mem_freep)
    uint32_t *first = mem_alloc((size_t)count + 1, sizeof(*first));

    memset(first, 0xff, ((size_t)count + 1) * sizeof(*first));
    for (uint32_t i = 0; i < count; i++) {
        knot[i] = i;
        if (c->circle[i] == 0)
            continue;
        if (first[c->circle[i]] == PATCH_NONE)
            first[c->circle[i]] = i;
        knot[i] = first[c->circle[i]];
    }
    return knot;
}

/* Appends the links of one patch as links of its knot; those inside go. */
static void tie_patch(const struct patch_catalogue *c, struct patch_links to,
                      uint32_t knot, struct catalogue_links *out, uint32_t *n)
{
    for (size_t k = 0; k < to.n; k++) {
        if (c->knot[to.p[k]] != knot)
            out->to[(*n)++] = c->knot[to.p[k]];
    }
}

static struct catalogue_links tie(const struct patch_catalogue *c,
                                  struct catalogue_links *of_patches)
{
    struct catalogue_links links = {
        .start = mem_alloc(c->all.n + 1, sizeof(uint32_t)),
        .to = mem_alloc((size_t)of_patches->start[c->all.n] + 1,
                        sizeof(uint32_t)),
    };
    uint32_t n = 0;

    for (uint32_t knot = 0; knot < c->all.n; knot++) {
        struct patch_links all = catalogue_links_of(&c->members, knot);

        links.start[knot] = n;
        for (size_t m = 0; m < all.n; m++)
            tie_patch(c, catalogue_links_of(of_patches, all.p[m]), knot, &links,
                      &n);
    }
    links.start[c->all.n] = n;
    mem_free(of_patches->start);
    mem_free(of_patches->to);
    return links;
}

/* Of each patch its knot, as links. */
static struct catalogue_links to_knots(const struct patch_catalogue *c)
{
    struct catalogue_links links = {
        .start = mem_alloc(c->all.n + 1, sizeof(uint32_t)),
        .to = mem_alloc(c->all.n + 1, sizeof(uint32_t)),
    };

    for (uint32_t i = 0; i < c->all.n; i++) {
        links.start[i] = i;
        links.to[i] = c->knot[i];
    }
    links.start[c->all.n] = (uint32_t)c->all.n;
    return links;
}

struct ranked {
    str id;
    uint32_t index;
};

static int by_id(const void *a, const void *b)
{
    const struct ranked *x = a;
    const struct ranked *y = b;

    return str_cmp(x->id, y->id);
}

static uint32_t *ranks(const struct patch_catalogue *c)
{
    struct ranked *list = mem_alloc(c->all.n + 1, sizeof(*list));
    uint32_t *rank = mem_alloc(c->all.n + 1, sizeof(*rank));

    for (uint32_t i = 0; i < c->all.n; i++)
        list[i] = (struct ranked){ c->all.p[i].id, i };
    qsort(list, c->all.n, sizeof(*list), by_id);
    for (uint32_t i = 0; i < c->all.n; i++)
        rank[list[i].index] = i;
    mem_free(list);
    return rank;
}

void patch_catalogue_seal(struct patch_catalogue *c)
{
    uint32_t count = (uint32_t)c->all.n;
    struct catalogue_links links;

    assert(!c->is_sealed);
    c->is_sealed = true;
    links = resolve(c, superseded);
    c->circle = mem_alloc((size_t)count + 1, sizeof(*c->circle));
    catalogue_find_circles(&links, count, c->circle);
    c->knot = find_knots(c);
    c->below = to_knots(c);
    c->members = reversed(&c->below, count);
    mem_free(c->below.start);
    mem_free(c->below.to);
    c->below = tie(c, &links);
    c->above = reversed(&c->below, count);
    c->needs = resolve(c, required);
    c->needed_by = reversed(&c->needs, count);
    c->rank = ranks(c);
}
