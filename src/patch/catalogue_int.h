/* SPDX-License-Identifier: Apache-2.0
 *
 * The inside of a catalogue: patches, and their links in both directions as
 * flat lists.
 *
 * Supersedence links knots: a knot is a patch; or all patches of a circle,
 * which stand for one. It has the index of its first patch. So these links
 * have no circles.
 */
#ifndef PATCH_CATALOGUE_INT_H
#define PATCH_CATALOGUE_INT_H

#include "base/map.h"
#include "patch/model.h"

struct patch_links {
    const uint32_t *p;
    size_t n;
};

/* to[start[i]] to to[start[i + 1] - 1] are those of i. */
struct catalogue_links {
    uint32_t *start;
    uint32_t *to;
};

struct patch_catalogue {
    VEC(struct patch) all;
    struct map by_id;
    struct arena arena;
    size_t edges;
    bool is_sealed;
    struct catalogue_links below;   /* knots: what it supersedes */
    struct catalogue_links above;   /* knots: what supersedes it */
    struct catalogue_links members; /* knots: its patches */
    struct catalogue_links needs;
    struct catalogue_links needed_by;
    uint32_t *circle; /* 0, or the number of the circle it is in */
    uint32_t *knot;   /* that it is in */
    uint32_t *rank;   /* its place among the ids, in bytewise order */
};

static inline struct patch_links catalogue_links_of(
    const struct catalogue_links *links, uint32_t index)
{
    uint32_t start = links->start[index];

    return (struct patch_links){ links->to + start,
                                 links->start[index + 1] - start };
}

/* Numbers the circles of the links: circle[i] is not 0 for those that reach
 * themselves; two of one circle have one number. */
void catalogue_find_circles(const struct catalogue_links *links, uint32_t count,
                            uint32_t *circle);

#endif
