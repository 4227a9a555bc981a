/* SPDX-License-Identifier: Apache-2.0
 *
 * YAML documents as trees, by libyaml, which is loaded when the first is
 * read. An alias is the node that it names; a node cannot hold itself. Depth
 * and number of nodes are limited.
 */
#ifndef PROBE_YAMLTREE_H
#define PROBE_YAMLTREE_H

#include "base/arena.h"
#include "base/vec.h"

enum {
    YAMLTREE_DEPTH_MAX = 200,
    YAMLTREE_NODES_MAX = 1000 * 1000
};

enum yamlnode_kind {
    YAMLNODE_SCALAR,
    YAMLNODE_SEQUENCE,
    YAMLNODE_MAPPING
};

struct yamlnode {
    enum yamlnode_kind kind;
    bool plain; /* a scalar without quotes and without a tag */
    bool open;  /* not read to its end yet */
    str tag;    /* as resolved, or "" */
    str text;   /* of a scalar */
    VEC(struct yamlnode *) children; /* key, value, key, value of a mapping */
};

struct yamltree {
    struct arena arena;
    VEC(struct yamlnode *) documents;
    VEC(struct yamlnode *) nodes;
};

/* Reads all documents of text; `name` is for messages. E_UNSUPPORTED: libyaml
 * is not installed. yamltree_clear() in any case. */
int yamltree_read(struct yamltree *tree, str text, const char *name,
                  struct err *err) MUST_CHECK;
void yamltree_clear(struct yamltree *tree);

#endif
