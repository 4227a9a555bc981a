/* SPDX-License-Identifier: Apache-2.0 */
#include "netdev/items/items_int.h"

void index_add(struct index *index, str name, const void *what)
{
    struct index_link *link = arena_alloc(&index->arena, 1, sizeof(*link));
    uint32_t n = (uint32_t)index->first.n;
    uint32_t at = map_add(&index->at, name, n);

    link->what = what;
    if (at == n) {
        *vec_push(&index->first) = link;
        *vec_push(&index->last) = link;
        return;
    }
    index->last.p[at]->next = link;
    index->last.p[at] = link;
}

const struct index_link *index_find(const struct index *index, str name)
{
    uint32_t at = map_get(&index->at, name);

    return at != MAP_NONE ? index->first.p[at] : NULL;
}

const void *index_first(const struct index *index, str name)
{
    const struct index_link *link = index_find(index, name);

    return link != NULL ? link->what : NULL;
}

void index_clear(struct index *index)
{
    vec_clear(&index->first);
    vec_clear(&index->last);
    map_clear(&index->at);
    arena_clear(&index->arena);
}
