/* SPDX-License-Identifier: Apache-2.0
 *
 * The labels of an organisation as a graph: who depends on whom, in an order
 * in which a label comes after all it depends on.
 */
#ifndef FLEET_LABEL_INT_H
#define FLEET_LABEL_INT_H

#include "fleet/label.h"
#include "fleet/search.h"

enum label_kind {
    LABEL_MANUAL,
    LABEL_SMART,
    LABEL_LDAP,
    LABEL_GROUP,
    LABEL_KINDS,
};
enum label_kind label_kind_of(str name); /* LABEL_KINDS: none of them */

struct label_node {
    int64_t id;
    str name;
    enum label_kind kind;
    int64_t parent;
    bool pending;
    int64_t evaluated;
    struct search *search; /* of a smart label */
    size_t first_edge;     /* what it depends on: nodes edges[first..+n] */
    size_t edge_count;
    uint8_t colour; /* of the walk that orders */
    bool marked;
};
struct label_graph {
    struct arena arena;
    VEC(struct label_node) nodes; /* by id */
    VEC(size_t) edges;
    VEC(size_t) order;
    VEC(int64_t) before; /* scratch of label_apply */
};
void label_graph_clear(struct label_graph *graph);

/* `with` (or NULL) takes the place of the label of its id, or is added when
 * its id is 0. E_INVALID for a cycle, and for a query that names a label that
 * is not there. */
int label_graph_load(struct db *db, int64_t org, const struct label *with,
                     struct label_graph *graph, struct err *err) MUST_CHECK;
struct label_node *label_graph_find(struct label_graph *graph, int64_t id);
/* Marks what depends on a marked label; or all that marked ones depend on. */
void label_graph_mark_above(struct label_graph *graph);
void label_graph_mark_below(struct label_graph *graph);

/* Works out smart labels and groups of the device of the row and writes what
 * changed; *changes is increased by that. In a transaction. */
int label_apply(struct db *db, struct label_graph *graph,
                struct search_row *row, int64_t now, int64_t *changes,
                struct err *err) MUST_CHECK;
/* The same for devices by id, when anything depends on the label. */
int label_follow(struct db *db, int64_t org, const struct label_change *change,
                 struct err *err) MUST_CHECK;

#endif
