/* SPDX-License-Identifier: Apache-2.0 */
#include <assert.h>

#include "base/map.h"
#include "patch/catalogue_int.h"

struct patch_catalogue *patch_catalogue_new(void)
{
    return mem_alloc(1, sizeof(struct patch_catalogue));
}

static void links_clear(struct catalogue_links *links)
{
    mem_free(links->start);
    mem_free(links->to);
}

void patch_catalogue_free(struct patch_catalogue *c)
{
    if (c == NULL)
        return;
    vec_clear(&c->all);
    map_clear(&c->by_id);
    arena_clear(&c->arena);
    links_clear(&c->below);
    links_clear(&c->above);
    links_clear(&c->needs);
    links_clear(&c->needed_by);
    links_clear(&c->members);
    mem_free(c->circle);
    mem_free(c->knot);
    mem_free(c->rank);
    mem_free(c);
}

void patch_catalogue_freep(struct patch_catalogue **c)
{
    patch_catalogue_free(*c);
    *c = NULL;
}

static void copy_texts(struct arena *arena, const str **texts, size_t count)
{
    str *copy = arena_alloc(arena, count, sizeof(*copy));

    for (size_t i = 0; i < count; i++)
        copy[i] = arena_str(arena, (*texts)[i]);
    *texts = copy;
}

static void copy_cves(struct arena *arena, struct patch *patch)
{
    struct patch_cve *copy =
        arena_alloc(arena, patch->cve_count, sizeof(*copy));

    for (size_t i = 0; i < patch->cve_count; i++) {
        copy[i] = patch->cves[i];
        copy[i].id = arena_str(arena, copy[i].id);
    }
    patch->cves = copy;
}

static uint32_t append(struct patch_catalogue *c, const struct patch *patch)
{
    uint32_t index = (uint32_t)c->all.n;
    struct patch *copy = vec_push(&c->all);

    *copy = *patch;
    copy->id = arena_str(&c->arena, patch->id);
    copy->vendor = arena_str(&c->arena, patch->vendor);
    copy->product = arena_str(&c->arena, patch->product);
    copy->version = arena_str(&c->arena, patch->version);
    copy->title = arena_str(&c->arena, patch->title);
    copy_texts(&c->arena, &copy->supersedes, copy->supersede_count);
    copy_texts(&c->arena, &copy->requires, copy->require_count);
    copy_texts(&c->arena, &copy->packages, copy->package_count);
    copy_cves(&c->arena, copy);
    (void)map_add(&c->by_id, copy->id, index);
    return index;
}

int patch_catalogue_add(struct patch_catalogue *c, const struct patch *patch,
                        struct err *err)
{
    size_t edges = c->edges + patch->supersede_count + patch->require_count;

    assert(!c->is_sealed);
    if (patch->id.n == 0 || patch->id.n > PATCH_ID_MAX)
        return err_set(err, E_INVALID,
                       "expected a text of 1 to %d bytes, found %zu",
                       PATCH_ID_MAX, patch->id.n);
    if (map_get(&c->by_id, patch->id) != MAP_NONE)
        return err_set(err, E_INVALID,
                       "'%" PRIstr "' is the id of another patch, too",
                       ARGstr(patch->id));
    if (c->all.n == PATCH_COUNT_MAX)
        return err_set(err, E_LIMIT, "more than %d patches", PATCH_COUNT_MAX);
    if (edges > PATCH_EDGES_MAX)
        return err_set(err, E_LIMIT,
                       "patches supersede and require more than "
                       "%d others",
                       PATCH_EDGES_MAX);
    c->edges = edges;
    (void)append(c, patch);
    return 0;
}

uint32_t patch_catalogue_add_unknown(struct patch_catalogue *c,
                                     enum patch_os os, str id)
{
    uint32_t index = map_get(&c->by_id, id);
    const struct patch unknown = { .id = id, .os = os, .is_unknown = true };

    assert(!c->is_sealed);
    return index != MAP_NONE ? index : append(c, &unknown);
}

uint32_t patch_catalogue_count(const struct patch_catalogue *c)
{
    return (uint32_t)c->all.n;
}

uint32_t patch_catalogue_find(const struct patch_catalogue *c, str id)
{
    uint32_t index = map_get(&c->by_id, id);

    return index == MAP_NONE ? PATCH_NONE : index;
}

const struct patch *patch_catalogue_at(const struct patch_catalogue *c,
                                       uint32_t index)
{
    return &c->all.p[index];
}

bool patch_catalogue_in_circle(const struct patch_catalogue *c, uint32_t index)
{
    return c->circle[index] != 0;
}
