/* SPDX-License-Identifier: Apache-2.0
 *
 * Names with '*' (any text) and '?' (any byte).
 */
#ifndef PATCH_MATCH_INT_H
#define PATCH_MATCH_INT_H

#include "base/map.h"
#include "patch/model.h"

/* In time of at most the product of both lengths. */
bool match_name(str pattern, str name);

/* Many such names, each with a number. Those without '*' and '?' are found at
 * once, the others one by one. They must outlive the list. */
struct match_row {
    str pattern;
    uint32_t number;
};

struct match_list {
    struct map exact;
    VEC(struct match_row) rows;
};

void match_list_add(struct match_list *list, str pattern, uint32_t number);
void match_list_clear(struct match_list *list);

/* The number of a name that matches a package of the patch: one that it lists,
 * or, when it lists none and its id is "name=version" (P-LNX-6), that name.
 * PATCH_NONE: there is none. */
uint32_t match_packages(const struct match_list *list,
                        const struct patch *patch);

#endif
