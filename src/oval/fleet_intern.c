/* SPDX-License-Identifier: Apache-2.0
 *
 * Numbers for what many devices have in common.
 */
#include "oval/fleet_int.h"

/* --- the index --- */

void fleet_index_clear(struct fleet_index *index)
{
    mem_free(index->slots);
    *index = (struct fleet_index){ 0 };
}

static uint32_t tag_of(uint64_t hash)
{
    return (uint32_t)(hash ^ hash >> 32);
}

uint32_t fleet_index_find(const struct fleet_index *index, uint64_t hash,
                          fleet_same_fn *same, const void *ctx)
{
    uint32_t mask = index->cap - 1;
    uint32_t tag = tag_of(hash);

    if (index->cap == 0)
        return OVAL_NONE;
    for (uint32_t at = tag & mask; index->slots[at].number != OVAL_NONE;
         at = (at + 1) & mask)
        if (index->slots[at].tag == tag && same(ctx, index->slots[at].number))
            return index->slots[at].number;
    return OVAL_NONE;
}

static void put(struct fleet_index *index, struct fleet_slot slot)
{
    uint32_t mask = index->cap - 1;
    uint32_t at = slot.tag & mask;

    while (index->slots[at].number != OVAL_NONE)
        at = (at + 1) & mask;
    index->slots[at] = slot;
}

static void grow(struct fleet_index *index)
{
    struct fleet_index old = *index;

    index->cap = old.cap == 0 ? 1024 : old.cap * 2;
    index->slots = mem_alloc(index->cap, sizeof(*index->slots));
    memset(index->slots, 0xff, index->cap * sizeof(*index->slots));
    for (uint32_t i = 0; i < old.cap; i++)
        if (old.slots[i].number != OVAL_NONE)
            put(index, old.slots[i]);
    mem_free(old.slots);
}

void fleet_index_add(struct fleet_index *index, uint64_t hash, uint32_t number)
{
    if (index->n + 1 > index->cap / 4 * 3)
        grow(index);
    put(index, (struct fleet_slot){ tag_of(hash), number });
    index->n++;
}

/* --- packages --- */

struct package_key {
    const struct oval_fleet *fleet;
    const struct oval_installed *text;
    bool pseudo;
};

static bool same_package(const void *ctx, uint32_t number)
{
    const struct package_key *key = ctx;
    const struct fleet_package *p = &key->fleet->packages.p[number];

    return p->pseudo == key->pseudo && str_eq(p->text.name, key->text->name) &&
           str_eq(p->text.evr, key->text->evr) &&
           str_eq(p->text.arch, key->text->arch) &&
           str_eq(p->text.key_id, key->text->key_id) &&
           str_eq(p->text.source, key->text->source) &&
           str_eq(p->text.source_evr, key->text->source_evr);
}

static uint32_t name_of(struct oval_fleet *fleet, str name)
{
    uint32_t number = map_get(&fleet->names, name);

    if (number != MAP_NONE)
        return number;
    number = fleet->names.n;
    map_add(&fleet->names, arena_str(&fleet->texts, name), number);
    *vec_push(&fleet->name_stamp) = 0;
    *vec_push(&fleet->name_first) = 0;
    return number;
}

uint32_t fleet_package_of(struct oval_fleet *fleet,
                          const struct oval_installed *text, bool pseudo)
{
    const struct package_key key = { fleet, text, pseudo };
    uint64_t hash = str_hash_after(text->name, pseudo);
    struct fleet_package *p;
    struct arena *arena = &fleet->texts;
    uint32_t number;

    hash = str_hash_after(text->evr, hash);
    hash = str_hash_after(text->arch, hash);
    hash = str_hash_after(text->key_id, hash);
    hash = str_hash_after(text->source, hash);
    hash = str_hash_after(text->source_evr, hash);
    number = fleet_index_find(&fleet->package_index, hash, same_package, &key);
    if (number != OVAL_NONE)
        return number;
    number = (uint32_t)fleet->packages.n;
    p = vec_push(&fleet->packages);
    p->text = (struct oval_installed){
        arena_str(arena, text->name),       arena_str(arena, text->evr),
        arena_str(arena, text->arch),       arena_str(arena, text->source),
        arena_str(arena, text->source_evr), arena_str(arena, text->key_id),
    };
    p->name = name_of(fleet, text->name);
    p->single = OVAL_NONE;
    p->source = OVAL_NONE;
    p->pseudo = pseudo;
    fleet_index_add(&fleet->package_index, hash, number);
    return number;
}

/* --- groups --- */

struct group_key {
    const struct oval_fleet *fleet;
    const uint32_t *ids;
    uint32_t n;
};

static bool same_group(const void *ctx, uint32_t number)
{
    const struct group_key *key = ctx;
    const struct fleet_group *g = &key->fleet->groups.p[number];

    return g->count == key->n &&
           memcmp(&key->fleet->members.p[g->first], key->ids,
                  key->n * sizeof(*key->ids)) == 0;
}

static uint32_t add_group(struct oval_fleet *fleet, const uint32_t *ids,
                          uint32_t n)
{
    struct fleet_group *g = vec_push(&fleet->groups);

    g->name = fleet->packages.p[ids[0]].name;
    g->first = (uint32_t)fleet->members.n;
    g->count = n;
    for (uint32_t i = 0; i < n; i++)
        *vec_push(&fleet->members) = ids[i];
    return (uint32_t)fleet->groups.n - 1;
}

uint32_t fleet_group_of(struct oval_fleet *fleet, const uint32_t *ids,
                        uint32_t n)
{
    const struct group_key key = { fleet, ids, n };
    uint32_t *single = &fleet->packages.p[ids[0]].single;
    uint32_t number;
    uint64_t hash;

    if (n == 1 && *single == OVAL_NONE)
        *single = add_group(fleet, ids, 1);
    if (n == 1)
        return *single;
    hash = str_hash((str){ (const char *)ids, n * sizeof(*ids) });
    number = fleet_index_find(&fleet->group_index, hash, same_group, &key);
    if (number == OVAL_NONE) {
        number = add_group(fleet, ids, n);
        fleet_index_add(&fleet->group_index, hash, number);
    }
    return number;
}

/* --- envs --- */

struct env_key {
    const struct oval_fleet *fleet;
    const struct oval_os *os;
    enum oval_manager manager;
};

static bool same_env(const void *ctx, uint32_t number)
{
    const struct env_key *key = ctx;
    const struct fleet_env *e = &key->fleet->envs.p[number];

    return e->manager == key->manager && str_eq(e->os.id, key->os->id) &&
           str_eq(e->os.version_id, key->os->version_id) &&
           str_eq(e->os.arch, key->os->arch) &&
           str_eq(e->os.kernel, key->os->kernel);
}

uint32_t fleet_env_of(struct oval_fleet *fleet, const struct oval_os *os,
                      enum oval_manager manager)
{
    const struct env_key key = { fleet, os, manager };
    uint64_t hash = str_hash_after(os->id, manager);
    struct arena *arena = &fleet->texts;
    struct fleet_env *e;
    uint32_t number;

    hash = str_hash_after(os->version_id, hash);
    hash = str_hash_after(os->arch, hash);
    hash = str_hash_after(os->kernel, hash);
    number = fleet_index_find(&fleet->env_index, hash, same_env, &key);
    if (number != OVAL_NONE)
        return number;
    number = (uint32_t)fleet->envs.n;
    e = vec_push(&fleet->envs);
    e->os = (struct oval_os){
        arena_str(arena, os->id),
        arena_str(arena, os->version_id),
        arena_str(arena, os->arch),
        arena_str(arena, os->kernel),
    };
    e->manager = manager;
    fleet_index_add(&fleet->env_index, hash, number);
    return number;
}
