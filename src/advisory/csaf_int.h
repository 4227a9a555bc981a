/* SPDX-License-Identifier: Apache-2.0
 *
 * The products of a CSAF document: what an id of its product tree means as a
 * package in a release.
 */
#ifndef ADVISORY_CSAF_INT_H
#define ADVISORY_CSAF_INT_H

#include "advisory/import_int.h"
#include "base/map.h"

enum {
    CSAF_PRODUCTS_MAX = 1 << 18,
    CSAF_DEPTH_MAX = 16,
};

struct csaf_product {
    str package;
    str version;
    str arch;
    str release;
    bool source_package;
    bool range; /* `version` is a range in words: "<v2.74" */
};

struct csaf_tree {
    struct arena *arena;
    struct map ids;
    VEC(struct csaf_product) products;
};

/* tree: the member "product_tree" of the document; texts are borrowed. */
int csaf_tree_read(struct csaf_tree *tree, const struct jval *o,
                   struct err *err) MUST_CHECK;
/* NULL for an id that the tree does not have. */
const struct csaf_product *csaf_tree_find(const struct csaf_tree *tree, str id);
void csaf_tree_clear(struct csaf_tree *tree);

static inline str csaf_text(const struct jval *o, const char *key)
{
    return jval_text(jval_get(o, key), STR(""));
}

#endif
