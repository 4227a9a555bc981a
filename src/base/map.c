/* SPDX-License-Identifier: Apache-2.0 */
#include "base/map.h"

#include "base/mem.h"

struct map_slot {
    const char *p; /* NULL: free */
    uint32_t n;
    uint32_t value;
    uint64_t hash;
};

void map_clear(struct map *map)
{
    if (map == NULL)
        return;
    mem_free(map->slots);
    *map = (struct map)MAP;
}

static struct map_slot *slot_of(const struct map *map, str key, uint64_t hash)
{
    uint32_t mask = map->cap - 1;

    for (uint32_t i = (uint32_t)hash & mask;; i = (i + 1) & mask) {
        struct map_slot *slot = &map->slots[i];

        if (slot->p == NULL)
            return slot;
        if (slot->hash == hash && slot->n == key.n &&
            (key.n == 0 || memcmp(slot->p, key.p, key.n) == 0))
            return slot;
    }
}

static void rehash(struct map *map, uint32_t cap)
{
    struct map old = *map;

    map->slots = mem_alloc(cap, sizeof(*map->slots));
    map->cap = cap;
    for (uint32_t i = 0; i < old.cap; i++) {
        const struct map_slot *slot = &old.slots[i];

        if (slot->p != NULL)
            *slot_of(map, (str){ slot->p, slot->n }, slot->hash) = *slot;
    }
    mem_free(old.slots);
}

void map_reserve(struct map *map, uint32_t n)
{
    uint32_t cap = map->cap == 0 ? 16 : map->cap;

    while (cap / 4 * 3 <= n)
        cap *= 2;
    if (cap != map->cap)
        rehash(map, cap);
}

uint32_t map_get(const struct map *map, str key)
{
    const struct map_slot *slot;

    if (map->n == 0)
        return MAP_NONE;
    slot = slot_of(map, key, str_hash(key));
    return slot->p == NULL ? MAP_NONE : slot->value;
}

static struct map_slot *slot_for_writing(struct map *map, str key)
{
    uint64_t hash = str_hash(key);
    struct map_slot *slot;

    map_reserve(map, map->n + 1);
    slot = slot_of(map, key, hash);
    if (slot->p == NULL) {
        slot->p = key.n == 0 ? "" : key.p;
        slot->n = (uint32_t)key.n;
        slot->hash = hash;
        slot->value = MAP_NONE;
        map->n++;
    }
    return slot;
}

uint32_t map_add(struct map *map, str key, uint32_t value)
{
    struct map_slot *slot = slot_for_writing(map, key);

    if (slot->value == MAP_NONE)
        slot->value = value;
    return slot->value;
}

void map_set(struct map *map, str key, uint32_t value)
{
    slot_for_writing(map, key)->value = value;
}
