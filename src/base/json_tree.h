/* SPDX-License-Identifier: Apache-2.0
 *
 * Trees out of a stream: what json_read.h announces from one value on becomes
 * a jval. So a document of any size is read with the comfort of trees, an
 * element at a time.
 */
#ifndef BASE_JSON_TREE_H
#define BASE_JSON_TREE_H

#include "base/json_read.h"
#include "base/jval.h"

struct json_tree {
    struct jval *root; /* owned, while it grows */
    struct {
        struct jval *value; /* borrowed from root */
        size_t path;        /* length of its path */
    } level[JSON_DEPTH_MAX];
    unsigned depth;
};

/* Whether a tree is growing: the next event belongs to it. */
static inline bool json_tree_is_open(const struct json_tree *tree)
{
    return tree->depth > 0;
}

/* Begins with any event or goes on. When the value is complete *out is the
 * tree, the caller's; otherwise NULL. The reader announces arrays. E_INVALID:
 * a key is given twice; E_PARSE: NUL in a text, or a number too large. */
int json_tree_add(struct json_tree *tree, const struct json_event *event,
                  struct jval **out, struct err *err) MUST_CHECK;
/* Releases one that is not complete. */
void json_tree_clear(struct json_tree *tree);

#endif
