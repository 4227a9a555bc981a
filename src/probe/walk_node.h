/* SPDX-License-Identifier: Apache-2.0
 *
 * Directories that a walk has still to read: where they are, how they are
 * opened, and which starts are live in them. A node is counted by itself and
 * by its children; the last one gone closes its descriptor.
 */
#ifndef PROBE_WALK_NODE_H
#define PROBE_WALK_NODE_H

#include <stdatomic.h>

#include "probe/machine.h"

struct live {
    uint32_t start;
    int32_t depth; /* levels left, -1: all */
};

struct live_set { /* shared by siblings, never changed */
    atomic_uint refs;
    uint32_t n;
    struct live e[];
};

struct node {
    struct node *parent; /* NULL: a start */
    atomic_uint refs;
    int fd;    /* kept for its children, or -1 */
    bool link; /* reached through a symbolic link */
    uint32_t level;
    dev_t dev; /* known when opened */
    ino_t ino;
    struct live_set *live;
    uint32_t path_n;
    char path[];
};

struct live_set *live_new(const struct live *e, size_t n);
struct live_set *live_ref(struct live_set *set);
void live_unref(struct live_set *set);

/* The entry `name` of `dir`, or dir itself when name.p is NULL. A parent is
 * counted once more. */
struct node *node_new(struct node *parent, str dir, str name);

/* `kept` counts the descriptors that nodes hold. */
void node_unref(struct node *node, atomic_uint *kept);

/* Keeps the descriptor for the children, or closes it. */
void node_keep(struct node *node, int fd, bool has_children, atomic_uint *kept);

/* A descriptor to read the directory with, or a negative errno. */
int node_open(const struct node *node, struct probe_machine *machine);

/* True when errno says that an entry of parent (may be NULL) is not there. */
bool node_is_gone(int number, const struct node *parent);

#endif
