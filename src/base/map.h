/* SPDX-License-Identifier: Apache-2.0
 *
 * A hash map from text to a 32-bit number, by open addressing. The keys are
 * views: the caller keeps their bytes alive and in place while the map is
 * used.
 */
#ifndef BASE_MAP_H
#define BASE_MAP_H

#include "base/str.h"

struct map_slot;

struct map {
    struct map_slot *slots;
    uint32_t cap; /* a power of two, or 0 */
    uint32_t n;
};

#define MAP                                                                    \
    {                                                                          \
        NULL, 0, 0                                                             \
    }
#define MAP_NONE UINT32_MAX

void map_clear(struct map *map);

/* Room for n keys without growing. */
void map_reserve(struct map *map, uint32_t n);

/* The value of key, or MAP_NONE. */
uint32_t map_get(const struct map *map, str key);

/* Adds key with value unless it is there. Returns the value that is in the
 * map afterwards: `value` when it was added. */
uint32_t map_add(struct map *map, str key, uint32_t value);

/* Sets key to value whether it was there or not. */
void map_set(struct map *map, str key, uint32_t value);

#endif
