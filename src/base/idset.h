/* SPDX-License-Identifier: Apache-2.0
 *
 * Sets of small numbers, such as of devices, by libroaring: a set takes little
 * more than its densest form needs, and sets are combined by the word.
 *
 * NULL is the empty set wherever a set is read; what makes a set returns NULL
 * for an empty one or takes a pointer to it.
 */
#ifndef BASE_IDSET_H
#define BASE_IDSET_H

#include "base/str.h"

struct idset;

void idset_free(struct idset *set);
void idset_freep(struct idset **set);
struct idset *idset_copy(const struct idset *set);

/* *set is made when it is NULL. */
void idset_add(struct idset **set, uint32_t id);
void idset_remove(struct idset *set, uint32_t id);

bool idset_has(const struct idset *set, uint32_t id);
uint64_t idset_count(const struct idset *set);
uint64_t idset_bytes(const struct idset *set);

/* In both; in either; in a, but not in b. The caller frees what is made. */
struct idset *idset_and(const struct idset *a, const struct idset *b);
struct idset *idset_or(const struct idset *a, const struct idset *b);
struct idset *idset_without(const struct idset *a, const struct idset *b);
uint64_t idset_count_and(const struct idset *a, const struct idset *b);

/* The smallest id of the set that is at least `from`; false: there is none.
 * For going through a set, page by page. */
bool idset_next(const struct idset *set, uint32_t from, uint32_t *out);

#endif
