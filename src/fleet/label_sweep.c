/* SPDX-License-Identifier: Apache-2.0
 *
 * Working out smart labels and groups, for a device or for all.
 */
#include "fleet/label_int.h"
#include "fleet/policy.h"

/* --- one device ------------------------------------------------------- */
struct application {
    struct db *db;
    struct label_graph *graph;
    struct search_row *row; /* its labels are those it has now, so far */
    int64_t now;
};

static void insert_id(struct search_row *row, int64_t id)
{
    size_t i = row->labels.n;

    *vec_push(&row->labels) = id;
    for (; i > 0 && row->labels.p[i - 1] > id; i--)
        row->labels.p[i] = row->labels.p[i - 1];
    row->labels.p[i] = id;
}

static bool contains(const int64_t *ids, size_t n, int64_t id)
{
    size_t low = 0;

    while (low < n) {
        size_t middle = low + (n - low) / 2;

        if (ids[middle] == id)
            return true;
        if (ids[middle] < id)
            low = middle + 1;
        else
            n = middle;
    }
    return false;
}

static int write_member(struct db *db, int64_t label, int64_t device,
                        bool member, int64_t now, struct err *err)
{
    int rc;

    if (!member)
        rc = db_run(db,
                    "DELETE FROM device_label WHERE label = $1"
                    " AND device = $2",
                    DB_ARGS(db_i64(label), db_i64(device)), err);
    else
        rc = db_run(db,
                    "INSERT INTO device_label (label, device, since)"
                    " VALUES ($1, $2, $3)"
                    " ON CONFLICT (label, device) DO NOTHING",
                    DB_ARGS(db_i64(label), db_i64(device), db_i64(now)), err);
    return rc < 0 ? rc : 0;
}

static bool group_holds(const struct application *app,
                        const struct label_node *node)
{
    const struct label_graph *graph = app->graph;

    for (size_t e = 0; e < node->edge_count; e++) {
        size_t child = graph->edges.p[node->first_edge + e];

        if (contains(app->row->labels.p, app->row->labels.n,
                     graph->nodes.p[child].id))
            return true;
    }
    return false;
}

/* 1: a member came or went; 0: not. */
static int apply_node(struct application *app, const struct label_node *node,
                      struct err *err)
{
    struct search_row *row = app->row;
    enum query_truth truth = QUERY_FALSE;
    bool had;
    int rc = 0;

    if (node->kind == LABEL_GROUP)
        truth = group_holds(app, node) ? QUERY_TRUE : QUERY_FALSE;
    else
        rc = search_match(app->db, node->search, row, app->now, &truth, err);
    if (rc < 0)
        return rc;
    had = contains(app->graph->before.p, app->graph->before.n, node->id);
    if (truth == QUERY_TRUE)
        insert_id(row, node->id);
    if (had == (truth == QUERY_TRUE))
        return 0;
    rc = write_member(app->db, node->id, row->device.id, !had, app->now, err);
    return rc < 0 ? rc : 1;
}

/* Members of manual and directory labels stay; the others begin anew. */
static void begin_labels(struct label_graph *graph, struct search_row *row)
{
    size_t kept = 0;

    graph->before.n = 0;
    for (size_t i = 0; i < row->labels.n; i++) {
        int64_t id = row->labels.p[i];
        const struct label_node *node = label_graph_find(graph, id);

        *vec_push(&graph->before) = id;
        if (node != NULL &&
            (node->kind == LABEL_MANUAL || node->kind == LABEL_LDAP))
            row->labels.p[kept++] = id;
    }
    row->labels.n = kept;
}

int label_apply(struct db *db, struct label_graph *graph,
                struct search_row *row, int64_t now, int64_t *changes,
                struct err *err)
{
    struct application app = { db, graph, row, now };
    int64_t before = *changes;
    int rc = search_row_labels(db, row, err);

    if (rc < 0)
        return rc;
    begin_labels(graph, row);
    for (size_t i = 0; i < graph->order.n; i++) {
        const struct label_node *node = &graph->nodes.p[graph->order.p[i]];

        if (node->kind != LABEL_SMART && node->kind != LABEL_GROUP)
            continue;
        rc = apply_node(&app, node, err);
        if (rc < 0)
            return rc;
        *changes += rc;
    }
    return *changes == before ? 0
                              : policy_touch_device(db, row->device.id, err);
}

/* The row of one device, its whole inventory included. 1: there is none. */
static int load_row(struct db *db, int64_t device, struct search_row *row,
                    int64_t *out_org, struct err *err)
{
    AUTO(db_rows_closep) struct db_rows *rows = NULL;
    struct device found;
    int rc = db_query(db,
                      "SELECT " DEVICE_COLUMNS " FROM device d"
                      " WHERE d.id = $1 AND d.deleted = 0",
                      DB_ARGS(db_i64(device)), &rows, err);

    if (rc == 0)
        rc = db_next(rows, err);
    if (rc <= 0)
        return rc < 0 ? rc : 1;
    search_row_next(row);
    device_read(rows, &found);
    device_keep(&found, &row->arena);
    row->device = found.q;
    *out_org = found.org;
    rc = inventory_load(db, device, &row->arena, &row->inventory, err);
    if (rc < 0)
        return rc;
    row->has_whole = rc == 0;
    return 0;
}

static bool has_work(const struct label_graph *graph)
{
    for (size_t i = 0; i < graph->nodes.n; i++)
        if (graph->nodes.p[i].kind == LABEL_SMART ||
            graph->nodes.p[i].kind == LABEL_GROUP)
            return true;
    return false;
}

int label_refresh_device(struct db *db, int64_t device, int64_t now,
                         struct err *err)
{
    AUTO(label_graph_clear) struct label_graph graph = { 0 };
    AUTO(search_row_clear) struct search_row row = { 0 };
    int64_t changes = 0;
    int64_t org = 0;
    int rc =
        db_one_i64(db, "SELECT org FROM device WHERE id = $1 AND deleted = 0",
                   DB_ARGS(db_i64(device)), &org, err);

    if (rc != 0)
        return rc < 0 ? rc : 0;
    rc = policy_touch_device(db, device, err);
    if (rc == 0)
        rc = label_graph_load(db, org, NULL, &graph, err);
    if (rc < 0 || !has_work(&graph))
        return rc;
    rc = load_row(db, device, &row, &org, err);
    if (rc != 0)
        return rc < 0 ? rc : 0;
    return label_apply(db, &graph, &row, now, &changes, err);
}

int label_follow(struct db *db, int64_t org, const struct label_change *change,
                 struct err *err)
{
    AUTO(label_graph_clear) struct label_graph graph = { 0 };
    AUTO(search_row_clear) struct search_row row = { 0 };
    struct label_node *node;
    int64_t changes = 0;
    size_t marked = 0;
    int rc = label_graph_load(db, org, NULL, &graph, err);

    if (rc < 0)
        return rc;
    node = label_graph_find(&graph, change->label);
    if (node != NULL)
        node->marked = true;
    label_graph_mark_above(&graph);
    for (size_t i = 0; i < graph.nodes.n; i++)
        marked += graph.nodes.p[i].marked;
    for (size_t i = 0; rc >= 0 && i < change->n; i++) {
        rc = policy_touch_device(db, change->devices[i], err);
        if (rc == 0 && marked > 1)
            rc = load_row(db, change->devices[i], &row, &org, err);
        if (rc == 0 && marked > 1)
            rc = label_apply(db, &graph, &row, change->now, &changes, err);
    }
    return rc < 0 ? rc : 0;
}

/* --- all devices ------------------------------------------------------ */
struct label_sweep {
    int64_t org;
    int64_t after;
    int64_t stamp; /* of the labels the graph was made of */
    int64_t changes;
    bool loaded;
    struct label_graph graph;
    struct search_row row;
};

static void sweep_forget(struct label_sweep *sweep)
{
    label_graph_clear(&sweep->graph);
    memset(&sweep->graph, 0, sizeof(sweep->graph));
    sweep->loaded = false;
    sweep->after = 0;
}

void label_sweep_free(struct label_sweep *sweep)
{
    if (sweep == NULL)
        return;
    sweep_forget(sweep);
    search_row_clear(&sweep->row);
    mem_free(sweep);
}

void label_sweep_freep(struct label_sweep **sweep)
{
    label_sweep_free(*sweep);
}

int64_t label_sweep_changes(const struct label_sweep *sweep)
{
    return sweep->changes;
}

int label_sweep_new(struct db *db UNUSED, int64_t org, struct label_sweep **out,
                    struct err *err UNUSED)
{
    struct label_sweep *sweep = mem_alloc(1, sizeof(*sweep));

    sweep->org = org;
    *out = sweep;
    return 0;
}

/* Revisions only grow and ids are never used twice, so two sets of labels
 * have two stamps, but for one that lost labels worth what others gained:
 * deleting moves no pending label, and changing makes it pending again. */
static int sweep_load(struct db *db, struct label_sweep *sweep, struct err *err)
{
    int64_t stamp = 0;
    int rc = db_one_i64(db,
                        "SELECT CAST(COALESCE(SUM(revision), 0) * 100003 +"
                        " COALESCE(SUM(id), 0) AS BIGINT) FROM label"
                        " WHERE org = $1",
                        DB_ARGS(db_i64(sweep->org)), &stamp, err);

    if (rc < 0 || (sweep->loaded && stamp == sweep->stamp))
        return rc;
    sweep_forget(sweep);
    sweep->stamp = stamp;
    rc = label_graph_load(db, sweep->org, NULL, &sweep->graph, err);
    sweep->loaded = rc == 0;
    return rc;
}

static int sweep_refresh(struct db *db, struct label_sweep *sweep,
                         struct err *err)
{
    int rc = 0;

    for (size_t i = 0; rc == 0 && i < sweep->graph.nodes.n; i++)
        if (sweep->graph.nodes.p[i].search != NULL)
            rc = search_refresh(db, sweep->graph.nodes.p[i].search, err);
    return rc;
}

/* Returns how many rows there were. */
static int sweep_rows(struct db *db, struct label_sweep *sweep, int64_t limit,
                      int64_t now, struct err *err)
{
    AUTO(db_rows_closep) struct db_rows *rows = NULL;
    int seen = 0;
    int rc = db_query(
        db,
        "SELECT " DEVICE_COLUMNS ", f.facts, f.packages"
        " FROM device d LEFT JOIN device_fact f"
        " ON f.device = d.id WHERE +d.org = $1 AND d.deleted = 0"
        " AND d.id > $2 ORDER BY d.id LIMIT $3",
        DB_ARGS(db_i64(sweep->org), db_i64(sweep->after), db_i64(limit)), &rows,
        err);

    while (rc >= 0 && (rc = db_next(rows, err)) > 0) {
        struct search_row *row = &sweep->row;
        struct device device;

        device_read(rows, &device);
        search_row_next(row);
        row->device = device.q;
        row->facts = db_col_blob(rows, DEVICE_COLUMN_COUNT);
        row->packages = db_col_blob(rows, DEVICE_COLUMN_COUNT + 1);
        rc = label_apply(db, &sweep->graph, row, now, &sweep->changes, err);
        if (rc < 0)
            return rc;
        sweep->after = device.q.id;
        seen++;
    }
    return rc < 0 ? rc : seen;
}

static int sweep_finish(struct db *db, struct label_sweep *sweep, int64_t now,
                        struct err *err)
{
    int rc = 0;

    for (size_t i = 0; rc >= 0 && i < sweep->graph.nodes.n; i++) {
        const struct label_node *node = &sweep->graph.nodes.p[i];
        bool slow =
            node->search != NULL && query_gave_up(search_query(node->search));

        if (node->kind != LABEL_SMART && node->kind != LABEL_GROUP)
            continue;
        rc = db_run(db,
                    "UPDATE label SET pending = 0, evaluated = $2,"
                    " problem = $3 WHERE id = $1",
                    DB_ARGS(db_i64(node->id), db_i64(now),
                            db_text(slow ? STR("an expression of the query "
                                               "takes too long")
                                         : STR(""))),
                    err);
    }
    sweep_forget(sweep);
    return rc < 0 ? rc : 0;
}

static int sweep_round(struct db *db, struct label_sweep *sweep, int64_t rows,
                       int64_t now, struct err *err)
{
    int rc = sweep_load(db, sweep, err);

    if (rc == 0)
        rc = sweep_refresh(db, sweep, err);
    if (rc == 0 && has_work(&sweep->graph))
        rc = sweep_rows(db, sweep, rows, now, err);
    if (rc < 0 || rc == rows)
        return rc < 0 ? rc : 1;
    return sweep_finish(db, sweep, now, err);
}

int label_sweep_step(struct db *db, struct label_sweep *sweep, int64_t rows,
                     int64_t now, struct err *err)
{
    bool own = !db_in_transaction(db);
    int rc = own ? db_begin(db, err) : 0;
    int done;

    if (rc < 0)
        return rc;
    done = sweep_round(db, sweep, rows, now, err);
    if (own && done >= 0)
        rc = db_commit(db, err);
    else if (own)
        db_rollback(db);
    if (rc < 0 || done < 0)
        sweep_forget(sweep);
    return rc < 0 ? rc : done;
}

int label_sweep_due(struct db *db, int64_t org, int64_t now, int64_t age_s,
                    struct err *err)
{
    AUTO(label_graph_clear) struct label_graph graph = { 0 };
    int rc = label_graph_load(db, org, NULL, &graph, err);

    if (rc < 0)
        return rc;
    for (size_t i = 0; i < graph.nodes.n; i++) {
        const struct label_node *node = &graph.nodes.p[i];
        bool timed =
            node->search != NULL &&
            (query_needs(search_query(node->search)) & QUERY_NEEDS_TIME) != 0;

        if (node->pending || (timed && node->evaluated + age_s <= now))
            return 1;
    }
    return 0;
}

int label_ask_refresh(struct db *db, int64_t label, struct err *err)
{
    int rc = db_run(db,
                    "UPDATE label SET evaluated = 0, pending = CASE"
                    " WHEN kind IN ('smart', 'group') THEN 1 ELSE 0 END"
                    " WHERE id = $1",
                    DB_ARGS(db_i64(label)), err);

    return rc < 0 ? rc : 0;
}

int label_settle(struct db *db, int64_t org, int64_t now, struct err *err)
{
    AUTO(label_sweep_freep) struct label_sweep *sweep = NULL;
    int64_t pending = 0;
    int rc = db_one_i64(db,
                        "SELECT COUNT(*) FROM label WHERE org = $1"
                        " AND pending = 1",
                        DB_ARGS(db_i64(org)), &pending, err);

    if (rc < 0 || pending == 0)
        return rc;
    rc = label_sweep_new(db, org, &sweep, err);
    while (rc >= 0 && (rc = label_sweep_step(db, sweep, 5000, now, err)) == 1)
        continue;
    return rc;
}
