/* SPDX-License-Identifier: Apache-2.0 */
#include "base/map.h"
#include "fleet/label_int.h"

enum {
    WHITE,
    GREY, /* on the path of the walk */
    BLACK,
};

enum label_kind label_kind_of(str name)
{
    static const char *const names[] = { "manual", "smart", "ldap", "group" };

    for (size_t i = 0; i < COUNT(names); i++)
        if (str_eq_c(name, names[i]))
            return (enum label_kind)i;
    return LABEL_KINDS;
}

void label_graph_clear(struct label_graph *graph)
{
    for (size_t i = 0; i < graph->nodes.n; i++)
        search_free(graph->nodes.p[i].search);
    vec_clear(&graph->nodes);
    vec_clear(&graph->edges);
    vec_clear(&graph->order);
    vec_clear(&graph->before);
    arena_clear(&graph->arena);
}

struct label_node *label_graph_find(struct label_graph *graph, int64_t id)
{
    size_t low = 0;
    size_t high = graph->nodes.n;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        struct label_node *node = &graph->nodes.p[middle];

        if (node->id == id)
            return node;
        if (node->id < id)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}

/* --- loading ---------------------------------------------------------- */
static int add_node(struct label_graph *graph, const struct label *label,
                    struct err *err)
{
    struct label_node *node = vec_push(&graph->nodes);
    struct query *query = NULL;
    int rc;

    node->id = label->id;
    node->name = arena_str(&graph->arena, label->name);
    node->kind = label_kind_of(label->kind);
    node->parent = label->parent;
    node->pending = label->pending;
    node->evaluated = label->evaluated;
    if (node->kind != LABEL_SMART)
        return 0;
    rc = query_parse(label->query, &query, err);
    if (rc < 0)
        return rc;
    node->search = search_of(query);
    return 0;
}

static int load_nodes(struct db *db, int64_t org, const struct label *with,
                      struct label_graph *graph, struct err *err)
{
    AUTO(db_rows_closep) struct db_rows *rows = NULL;
    int rc = 0;

    if (with != NULL && with->id == 0)
        rc = add_node(graph, with, err);
    if (rc == 0)
        rc = db_query(db,
                      "SELECT id, name, kind, query, parent, pending,"
                      " evaluated FROM label WHERE org = $1 ORDER BY id",
                      DB_ARGS(db_i64(org)), &rows, err);
    while (rc >= 0 && (rc = db_next(rows, err)) > 0) {
        struct label label = {
            .id = db_col_i64(rows, 0),
            .name = db_col_text(rows, 1),
            .kind = db_col_text(rows, 2),
            .query = db_col_text(rows, 3),
            .parent = db_col_i64(rows, 4),
            .pending = db_col_i64(rows, 5) != 0,
            .evaluated = db_col_i64(rows, 6),
        };
        bool replaced = with != NULL && with->id == label.id;

        rc = add_node(graph, replaced ? with : &label, err);
        if (rc < 0)
            return rc;
    }
    return rc;
}

static int add_query_edges(struct label_graph *graph, struct label_node *node,
                           const struct map *names, struct err *err)
{
    struct query *query = search_query(node->search);

    for (size_t i = 0; i < query_label_count(query); i++) {
        uint32_t at = map_get(names, query_label_name(query, i));

        if (at == MAP_NONE)
            return err_set(err, E_INVALID,
                           "there is no label named '%" PRIstr "'",
                           ARGstr(query_label_name(query, i)));
        query_label_set(query, i, graph->nodes.p[at].id);
        *vec_push(&graph->edges) = at;
    }
    return 0;
}

/* Children of groups, collected by one pass over all. */
static void add_group_edges(struct label_graph *graph)
{
    size_t n = graph->nodes.n;
    AUTO(mem_freep) size_t *next = mem_alloc(n + 1, sizeof(*next));
    AUTO(mem_freep) size_t *head = mem_alloc(n + 1, sizeof(*head));

    for (size_t i = 0; i < n; i++) {
        int64_t up = graph->nodes.p[i].parent;
        struct label_node *parent =
            up != 0 ? label_graph_find(graph, up) : NULL;

        if (parent != NULL) {
            size_t at = (size_t)(parent - graph->nodes.p);

            next[i] = head[at];
            head[at] = i + 1;
        }
    }
    for (size_t i = 0; i < n; i++) {
        struct label_node *node = &graph->nodes.p[i];

        if (node->kind != LABEL_GROUP)
            continue;
        node->first_edge = graph->edges.n;
        for (size_t child = head[i]; child != 0; child = next[child - 1])
            *vec_push(&graph->edges) = child - 1;
        node->edge_count = graph->edges.n - node->first_edge;
    }
}

static int add_edges(struct label_graph *graph, struct err *err)
{
    AUTO(map_clear) struct map names = MAP;
    int rc = 0;

    for (size_t i = 0; i < graph->nodes.n; i++)
        (void)map_add(&names, graph->nodes.p[i].name, (uint32_t)i);
    for (size_t i = 0; rc == 0 && i < graph->nodes.n; i++) {
        struct label_node *node = &graph->nodes.p[i];

        if (node->kind != LABEL_SMART)
            continue;
        node->first_edge = graph->edges.n;
        rc = add_query_edges(graph, node, &names, err);
        node->edge_count = graph->edges.n - node->first_edge;
    }
    add_group_edges(graph);
    return rc;
}

/* --- order ------------------------------------------------------------ */
struct step {
    size_t node;
    size_t edge;
};
struct walk {
    VEC(struct step) path;
};

static void walk_clear(struct walk *walk)
{
    vec_clear(&walk->path);
}

/* One node and all below it, by a path of our own: labels may be nested
 * deeper than the stack. */
static int order_from(struct label_graph *graph, struct walk *walk, size_t at,
                      struct err *err)
{
    vec_push(&walk->path)->node = at;
    graph->nodes.p[at].colour = GREY;
    while (walk->path.n > 0) {
        struct step *step = &walk->path.p[walk->path.n - 1];
        struct label_node *node = &graph->nodes.p[step->node];
        struct label_node *below;

        if (step->edge == node->edge_count) {
            node->colour = BLACK;
            *vec_push(&graph->order) = step->node;
            walk->path.n--;
            continue;
        }
        at = graph->edges.p[node->first_edge + step->edge++];
        below = &graph->nodes.p[at];
        if (below->colour == GREY)
            return err_set(err, E_INVALID,
                           "labels '%" PRIstr "' and '%" PRIstr
                           "' would depend on each other",
                           ARGstr(node->name), ARGstr(below->name));
        if (below->colour == WHITE) {
            below->colour = GREY;
            vec_push(&walk->path)->node = at;
        }
    }
    return 0;
}

int label_graph_load(struct db *db, int64_t org, const struct label *with,
                     struct label_graph *graph, struct err *err)
{
    AUTO(walk_clear) struct walk walk = { 0 };
    int rc = load_nodes(db, org, with, graph, err);

    if (rc == 0)
        rc = add_edges(graph, err);
    for (size_t i = 0; rc == 0 && i < graph->nodes.n; i++)
        if (graph->nodes.p[i].colour == WHITE)
            rc = order_from(graph, &walk, i, err);
    return rc;
}

void label_graph_mark_above(struct label_graph *graph)
{
    for (size_t i = 0; i < graph->order.n; i++) {
        struct label_node *node = &graph->nodes.p[graph->order.p[i]];

        for (size_t e = 0; e < node->edge_count; e++)
            if (graph->nodes.p[graph->edges.p[node->first_edge + e]].marked)
                node->marked = true;
    }
}

void label_graph_mark_below(struct label_graph *graph)
{
    for (size_t i = graph->order.n; i-- > 0;) {
        struct label_node *node = &graph->nodes.p[graph->order.p[i]];

        for (size_t e = 0; node->marked && e < node->edge_count; e++)
            graph->nodes.p[graph->edges.p[node->first_edge + e]].marked = true;
    }
}
