/* SPDX-License-Identifier: Apache-2.0
 *
 * The tree of vendors, products and versions that people choose from (P-VND):
 * what a catalogue has, what of it a choice ticks, and choices as rows. Pure.
 *
 * A choice is a list of rows (options.h): each is a node with all below it,
 * now and later; "all except" lists what is left out. So a fully ticked parent
 * includes later children, and a partly ticked one does not (P-VND-6).
 */
#ifndef PATCH_VENDOR_H
#define PATCH_VENDOR_H

#include "patch/options.h"

enum patch_tick {
    PATCH_TICK_NONE,
    PATCH_TICK_PART,
    PATCH_TICK_FULL,
};

struct patch_vendor_node {
    struct patch_vendor name; /* a vendor has no product, a product no version
                               */
    uint32_t patches;         /* of it and below */
    uint32_t end;             /* index behind its last descendant */
    enum patch_tick tick;
};

/* In the order of their names, each parent before its children. */
struct patch_vendor_tree {
    struct patch_vendor_node *nodes;
    uint32_t count;
};

/* Of the patches of one operating system; texts are the catalogue's. All are
 * ticked as an option that is off ticks them (P-VND-1). */
void patch_vendor_tree_make(const struct patch_catalogue *catalogue,
                            enum patch_os os, struct patch_vendor_tree *out);
void patch_vendor_tree_clear(struct patch_vendor_tree *tree);

/* Ticks what the options let pass. */
void patch_vendor_tree_show(struct patch_vendor_tree *tree,
                            const struct patch_options *options);

/* Ticks or unticks a node with all below it; parents follow: one whose
 * children are all ticked is ticked itself. */
void patch_vendor_tree_set(struct patch_vendor_tree *tree, uint32_t node,
                           bool is_ticked);

/* The rows of what is ticked, or, for "all except" (P-VND-5), of what is not.
 * Rows live in arena. */
void patch_vendor_tree_rows(const struct patch_vendor_tree *tree,
                            bool all_except, struct arena *arena,
                            struct patch_options *out);

#endif
