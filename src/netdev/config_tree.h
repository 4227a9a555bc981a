/* SPDX-License-Identifier: Apache-2.0
 *
 * A configuration as a tree: a line belongs to the last one above it that has
 * less indent. Banners are one line. Remarks, separators and "exit" are not
 * in it. Pure; the text is hostile and borrowed: all texts are views of it.
 */
#ifndef NETDEV_CONFIG_TREE_H
#define NETDEV_CONFIG_TREE_H

#include "base/arena.h"
#include "netdev/config.h"

struct config_node {
    str line; /* without indent and without blanks at its end */
    str text; /* the line and all below it, as they stand there */
    struct config_node *first;
    struct config_node *last;
    struct config_node *next;
    uint32_t mark; /* of who walks over it */
};

struct config_tree {
    struct arena arena;
    struct config_node root; /* its children are the lines without indent */
};

/* What ends the banner whose first line this is: "^C", as configurations print
 * it, or the character that its text begins with; empty when it is one line by
 * nature ("banner motd TEXT" of a firewall), or no banner. */
str config_banner_mark(str head);
/* The same of what follows the kind of the banner. */
str config_mark(str text);

/* E_LIMIT. */
int config_tree_read(str text, struct config_tree *tree,
                     struct err *err) MUST_CHECK;
void config_tree_clear(struct config_tree *tree);

#endif
