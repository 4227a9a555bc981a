/* SPDX-License-Identifier: Apache-2.0
 *
 * A struct idset is a bitmap of libroaring under another name.
 */
#include "base/idset.h"

#include <roaring/roaring.h>
#include <stdio.h>

static roaring_bitmap_t *bitmap(struct idset *set)
{
    return (roaring_bitmap_t *)(void *)set;
}

static const roaring_bitmap_t *view(const struct idset *set)
{
    return (const roaring_bitmap_t *)(const void *)set;
}

/* The library returns NULL only when memory is gone; then the process ends,
 * as with all memory (base/mem.h). */
static struct idset *set_of(roaring_bitmap_t *made)
{
    if (made == NULL) {
        fputs("out of memory\n", stderr);
        abort();
    }
    return (struct idset *)(void *)made;
}

void idset_free(struct idset *set)
{
    if (set != NULL)
        roaring_bitmap_free(view(set));
}

void idset_freep(struct idset **set)
{
    idset_free(*set);
    *set = NULL;
}

struct idset *idset_copy(const struct idset *set)
{
    return set == NULL ? NULL : set_of(roaring_bitmap_copy(view(set)));
}

void idset_add(struct idset **set, uint32_t id)
{
    if (*set == NULL)
        *set = set_of(roaring_bitmap_create());
    roaring_bitmap_add(bitmap(*set), id);
}

void idset_remove(struct idset *set, uint32_t id)
{
    if (set != NULL)
        roaring_bitmap_remove(bitmap(set), id);
}

bool idset_has(const struct idset *set, uint32_t id)
{
    return set != NULL && roaring_bitmap_contains(view(set), id);
}

uint64_t idset_count(const struct idset *set)
{
    return set == NULL ? 0 : roaring_bitmap_get_cardinality(view(set));
}

uint64_t idset_bytes(const struct idset *set)
{
    return set == NULL ? 0 : roaring_bitmap_portable_size_in_bytes(view(set));
}

struct idset *idset_and(const struct idset *a, const struct idset *b)
{
    if (a == NULL || b == NULL)
        return NULL;
    return set_of(roaring_bitmap_and(view(a), view(b)));
}

struct idset *idset_or(const struct idset *a, const struct idset *b)
{
    if (a == NULL || b == NULL)
        return idset_copy(a == NULL ? b : a);
    return set_of(roaring_bitmap_or(view(a), view(b)));
}

struct idset *idset_without(const struct idset *a, const struct idset *b)
{
    if (a == NULL || b == NULL)
        return idset_copy(a);
    return set_of(roaring_bitmap_andnot(view(a), view(b)));
}

uint64_t idset_count_and(const struct idset *a, const struct idset *b)
{
    if (a == NULL || b == NULL)
        return 0;
    return roaring_bitmap_and_cardinality(view(a), view(b));
}

bool idset_next(const struct idset *set, uint32_t from, uint32_t *out)
{
    roaring_uint32_iterator_t it;

    if (set == NULL)
        return false;
    roaring_init_iterator(view(set), &it);
    if (!it.has_value || !roaring_move_uint32_iterator_equalorlarger(&it, from))
        return false;
    *out = it.current_value;
    return true;
}
