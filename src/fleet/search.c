/* SPDX-License-Identifier: Apache-2.0
 *
 * One query on rows: binding it, and reading of a row what it needs.
 */
#include "fleet/search.h"

struct package_truth {
    uint8_t *p; /* enum query_truth by number of the package */
    size_t n;
};

struct search {
    struct query *query;
    struct package_truth *packages; /* one a package test */
    uint8_t *truths;                /* of the row at hand */
    int64_t newest;                 /* package that was looked at */
};

void search_free(struct search *search)
{
    if (search == NULL)
        return;
    for (size_t i = 0; i < query_package_count(search->query); i++)
        mem_free(search->packages[i].p);
    mem_free(search->packages);
    mem_free(search->truths);
    query_free(search->query);
    mem_free(search);
}

void search_freep(struct search **search)
{
    search_free(*search);
}

struct query *search_query(struct search *search)
{
    return search->query;
}

static int bind_labels(struct db *db, int64_t org, struct query *query,
                       struct err *err)
{
    for (size_t i = 0; i < query_label_count(query); i++) {
        str name = query_label_name(query, i);
        int64_t id = 0;
        int rc =
            db_one_i64(db, "SELECT id FROM label WHERE org = $1 AND name = $2",
                       DB_ARGS(db_i64(org), db_text(name)), &id, err);

        if (rc == 1)
            return err_set(err, E_INVALID,
                           "there is no label named '%" PRIstr "'",
                           ARGstr(name));
        if (rc < 0)
            return rc;
        query_label_set(query, i, id);
    }
    return 0;
}

struct search *search_of(struct query *query)
{
    struct search *search = mem_alloc(1, sizeof(*search));
    size_t n = query_package_count(query);

    search->query = query;
    search->packages = mem_alloc(n + 1, sizeof(*search->packages));
    search->truths = mem_alloc(n + 1, 1);
    return search;
}

int search_new(struct db *db, int64_t org, str text, struct search **out,
               struct err *err)
{
    AUTO(query_freep) struct query *query = NULL;
    int rc = query_parse(text, &query, err);

    if (rc == 0)
        rc = bind_labels(db, org, query, err);
    if (rc == 0)
        *out = search_of(TAKE(query));
    return rc;
}

/* --- which packages satisfy a test ------------------------------------ */
struct finding {
    struct search *search;
    size_t test;
};

static void truth_set(struct package_truth *truth, int64_t id, uint8_t value)
{
    size_t at = (size_t)id;

    if (at >= truth->n) {
        size_t n = at + at / 4 + 1024;

        truth->p = mem_resize(truth->p, n, 1);
        memset(truth->p + truth->n, QUERY_FALSE, n - truth->n);
        truth->n = n;
    }
    truth->p[at] = value;
}

static int find_package(void *ctx, struct db_rows *row, struct err *err UNUSED)
{
    struct finding *finding = ctx;
    struct fact_package package = {
        .name = db_col_text(row, 1),
        .evr = db_col_text(row, 2),
        .arch = db_col_text(row, 3),
    };
    enum query_truth truth = query_package_match(
        finding->search->query, finding->test, db_col_text(row, 4), &package);

    if (truth != QUERY_FALSE)
        truth_set(&finding->search->packages[finding->test], db_col_i64(row, 0),
                  (uint8_t)truth);
    return 0;
}

int search_refresh(struct db *db, struct search *search, struct err *err)
{
    int64_t newest = 0;
    int rc = 0;

    if (query_package_count(search->query) == 0)
        return 0;
    rc = db_one_i64(db, "SELECT COALESCE(MAX(id), 0) FROM package", DB_NO_ARGS,
                    &newest, err);
    for (size_t i = 0; rc >= 0 && newest > search->newest &&
                       i < query_package_count(search->query);
         i++) {
        str name = query_package_name(search->query, i);
        struct finding finding = { search, i };

        rc = name.p != NULL
                 ? db_each(db,
                           "SELECT id, name, evr, arch, manager FROM package"
                           " WHERE name = $1 AND id > $2",
                           DB_ARGS(db_text(name), db_i64(search->newest)),
                           find_package, &finding, err)
                 : db_each(db,
                           "SELECT id, name, evr, arch, manager FROM package"
                           " WHERE id > $1",
                           DB_ARGS(db_i64(search->newest)), find_package,
                           &finding, err);
    }
    if (rc < 0)
        return rc;
    search->newest = newest;
    return 0;
}

/* --- a row ------------------------------------------------------------ */
void search_row_clear(struct search_row *row)
{
    arena_clear(&row->arena);
    package_ids_clear(&row->ids);
    vec_clear(&row->labels);
}

void search_row_next(struct search_row *row)
{
    struct package_ids ids = row->ids;

    arena_clear(&row->arena);
    row->has_facts = row->has_ids = row->has_labels = row->has_whole = false;
    row->facts = row->packages = STR_NONE;
    memset(&row->inventory, 0, sizeof(row->inventory));
    row->ids = ids;
    row->labels.n = 0;
}

int search_row_labels(struct db *db, struct search_row *row, struct err *err)
{
    AUTO(db_rows_closep) struct db_rows *rows = NULL;
    int rc;

    if (row->has_labels)
        return 0;
    row->labels.n = 0;
    rc = db_query(
        db, "SELECT label FROM device_label WHERE device = $1 ORDER BY label",
        DB_ARGS(db_i64(row->device.id)), &rows, err);
    while (rc >= 0 && (rc = db_next(rows, err)) > 0)
        *vec_push(&row->labels) = db_col_i64(rows, 0);
    row->has_labels = rc == 0;
    return rc;
}

static int row_facts(struct search_row *row, struct err *err)
{
    int rc;

    if (row->has_facts || row->has_whole || row->facts.p == NULL)
        return 0;
    rc = inventory_facts_read(row->facts, &row->arena, &row->inventory, err);
    row->has_facts = rc == 0;
    return rc;
}

static int row_ids(struct search_row *row, struct err *err)
{
    int rc;

    if (row->has_ids || row->has_whole || row->packages.p == NULL)
        return 0;
    rc = package_ids_read(row->packages, &row->ids, err);
    row->has_ids = rc == 0;
    return rc;
}

static void row_truths(struct search *search, const struct search_row *row)
{
    for (size_t t = 0; t < query_package_count(search->query); t++) {
        const struct package_truth *truth = &search->packages[t];
        uint8_t most = QUERY_FALSE;

        for (size_t i = 0; i < row->ids.ids.n; i++) {
            size_t id = (size_t)row->ids.ids.p[i];

            if (id < truth->n && truth->p[id] > most)
                most = truth->p[id];
        }
        search->truths[t] = most;
    }
}

static int load_row(struct db *db, struct search *search,
                    struct search_row *row, struct query_subject *subject,
                    struct err *err)
{
    unsigned needs = query_needs(search->query);
    int rc = 0;

    if ((needs & (QUERY_NEEDS_FACTS | QUERY_NEEDS_PACKAGES)) != 0)
        rc = row_facts(row, err);
    if (rc == 0 && (needs & QUERY_NEEDS_PACKAGES) != 0)
        rc = row_ids(row, err);
    if (rc == 0 && (needs & QUERY_NEEDS_LABELS) != 0)
        rc = search_row_labels(db, row, err);
    if (rc < 0)
        return rc;
    if (row->has_facts || row->has_whole)
        subject->inventory = &row->inventory;
    if (row->has_ids && row->device.manager.n > 0) {
        row_truths(search, row);
        subject->packages = search->truths;
        subject->package_count = (int64_t)row->ids.ids.n;
    }
    subject->labels = row->labels.p;
    subject->label_count = row->labels.n;
    return 0;
}

int search_match(struct db *db, struct search *search, struct search_row *row,
                 int64_t now, enum query_truth *out, struct err *err)
{
    struct query_subject subject = { .device = &row->device,
                                     .partial = true,
                                     .now = now };
    enum query_truth truth = query_match(search->query, &subject);
    int rc;

    if (truth == QUERY_UNKNOWN) {
        rc = load_row(db, search, row, &subject, err);
        if (rc < 0)
            return rc;
        subject.partial = false;
        truth = query_match(search->query, &subject);
    }
    *out = truth;
    return 0;
}
