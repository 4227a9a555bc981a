/* SPDX-License-Identifier: Apache-2.0
 *
 * All devices of a scope: finding, ordering and paging.
 */
#include "fleet/search.h"
#include "version/rpm.h"

enum {
    NEEDLE_MAX = 200,
    CURSOR_SEPARATOR = ':'
};

struct match {
    int64_t id;
    int64_t number; /* what numbers and times are sorted by */
    str text;       /* what texts are sorted by */
    str version;    /* and then, for systems */
};

struct device_scan {
    struct db *db;
    struct scope scope;
    struct device_find find;
    struct search *search; /* NULL: no filter */
    struct arena arena;
    str needle;
    str exact;
    bool direct; /* by the index of names, without going over all */
    int64_t after;
    int64_t count;
    int64_t seen; /* rows of the step at hand */
    struct search_row row;
    VEC(struct match) matches;
    bool sorted;
};

/* What is asked of a device's columns; $1 and $2 are the scope's. The sign
 * before d.org keeps SQLite from choosing the index of names where rows are
 * taken in the order of ids: it would sort all of them each time. */
#define FIND_SQL "d.org = $1 AND " WHERE_SQL
#define FIND_BY_ID_SQL "+d.org = $1 AND " WHERE_SQL
#define WHERE_SQL                                                              \
    SCOPE_SQL " AND d.deleted = 0"                                             \
              " AND ($3 = 2 OR ($3 = 1 AND d.retired > 0)"                     \
              " OR ($3 = 0 AND d.retired = 0))"                                \
              " AND ($4 = '' OR lower(d.name) LIKE $4 ESCAPE '\\'"             \
              " OR lower(d.hostname) LIKE $4 ESCAPE '\\'"                      \
              " OR d.machine_id = $5 OR CAST(d.id AS TEXT) = $5)"              \
              " AND ($6 = 0 OR EXISTS (SELECT 1 FROM device_label x"           \
              " WHERE x.device = d.id AND x.label = $6))"
#define FIND_ARGS(scan)                                                        \
    db_i64((scan)->scope.org), db_i64(scope_limit(&(scan)->scope)),            \
        db_i64((scan)->find.state), db_text((scan)->needle),                   \
        db_text((scan)->exact), db_i64((scan)->find.label)

void device_scan_free(struct device_scan *scan)
{
    if (scan == NULL)
        return;
    search_free(scan->search);
    search_row_clear(&scan->row);
    vec_clear(&scan->matches);
    arena_clear(&scan->arena);
    mem_free(scan);
}

void device_scan_freep(struct device_scan **scan)
{
    device_scan_free(*scan);
}

void device_ids_clear(struct device_ids *ids)
{
    vec_clear(&ids->ids);
}

str like_needle(struct arena *arena, str text)
{
    AUTO(buf_clear) struct buf out = BUF(2 * text.n + 2);

    if (text.n == 0)
        return STR("");
    buf_add_char(&out, '%');
    for (size_t i = 0; i < text.n; i++) {
        char c = text.p[i];

        if (c == '%' || c == '_' || c == '\\')
            buf_add_char(&out, '\\');
        buf_add_char(&out, c >= 'A' && c <= 'Z' ? (char)(c + 32) : c);
    }
    buf_add_char(&out, '%');
    return arena_str(arena, buf_str(&out));
}

int device_scan_new(struct db *db, const struct scope *scope,
                    const struct device_find *find, struct device_scan **out,
                    struct err *err)
{
    AUTO(device_scan_freep)
    struct device_scan *scan = mem_alloc(1, sizeof(*scan));
    int rc = 0;

    scan->db = db;
    scan->scope = *scope;
    scan->find = *find;
    if (find->text.n > NEEDLE_MAX)
        return err_set(err, E_LIMIT, "a search has at most %d bytes",
                       NEEDLE_MAX);
    scan->exact = arena_str(&scan->arena, find->text);
    scan->needle = like_needle(&scan->arena, find->text);
    scan->find.filter = scan->find.text = STR("");
    if (find->filter.n > 0)
        rc = search_new(db, scope->org, find->filter, &scan->search, err);
    if (rc < 0)
        return rc;
    scan->direct = find->filter.n == 0 && find->sort == DEVICE_BY_NAME &&
                   !find->descending;
    *out = TAKE(scan);
    return 0;
}

/* --- going over all --------------------------------------------------- */
static int add_match(struct device_scan *scan, const struct query_device *d)
{
    struct match *match = vec_push(&scan->matches);

    match->id = d->id;
    match->text = match->version = STR("");
    switch (scan->find.sort) {
    case DEVICE_BY_NAME:
        match->text = arena_str(&scan->arena, d->name);
        break;
    case DEVICE_BY_OS:
        match->text = arena_str(&scan->arena, d->os_id);
        match->version = arena_str(&scan->arena, d->os_version);
        break;
    case DEVICE_BY_LAST_SEEN:
        match->number = d->last_seen;
        break;
    case DEVICE_BY_LAST_INVENTORY:
        match->number = d->last_inventory;
        break;
    case DEVICE_BY_CREATED:
        match->number = d->created;
        break;
    case DEVICE_BY_ID:
        break;
    }
    return 0;
}

static int look_at_row(struct device_scan *scan, struct db_rows *rows,
                       struct err *err)
{
    enum query_truth truth = QUERY_TRUE;
    struct device device;
    int rc = 0;

    scan->seen++;
    device_read(rows, &device);
    scan->after = device.q.id;
    search_row_next(&scan->row);
    scan->row.device = device.q;
    scan->row.facts = db_col_blob(rows, DEVICE_COLUMN_COUNT);
    scan->row.packages = db_col_blob(rows, DEVICE_COLUMN_COUNT + 1);
    if (scan->search != NULL)
        rc = search_match(scan->db, scan->search, &scan->row, scan->find.now,
                          &truth, err);
    if (rc < 0 || truth != QUERY_TRUE)
        return rc;
    return add_match(scan, &device.q);
}

static int look_at_rows(struct device_scan *scan, int64_t limit,
                        struct err *err)
{
    AUTO(db_rows_closep) struct db_rows *rows = NULL;
    unsigned needs =
        scan->search != NULL ? query_needs(search_query(scan->search)) : 0;
    struct db_args args =
        DB_ARGS(FIND_ARGS(scan), db_i64(scan->after), db_i64(limit));
    int rc;

    if ((needs & (QUERY_NEEDS_FACTS | QUERY_NEEDS_PACKAGES)) != 0)
        rc = db_query(scan->db,
                      "SELECT " DEVICE_COLUMNS ", f.facts, f.packages"
                      " FROM device d LEFT JOIN device_fact f"
                      " ON f.device = d.id WHERE " FIND_BY_ID_SQL
                      " AND d.id > $7 ORDER BY d.id LIMIT $8",
                      args, &rows, err);
    else
        rc = db_query(scan->db,
                      "SELECT " DEVICE_COLUMNS ", NULL, NULL"
                      " FROM device d WHERE " FIND_BY_ID_SQL
                      " AND d.id > $7 ORDER BY d.id LIMIT $8",
                      args, &rows, err);
    while (rc >= 0 && (rc = db_next(rows, err)) > 0) {
        rc = look_at_row(scan, rows, err);
        if (rc < 0)
            return rc;
    }
    return rc;
}

int device_scan_step(struct db *db, struct device_scan *scan, int64_t rows,
                     struct err *err)
{
    int rc = 0;

    if (scan->direct)
        return db_one_i64(db, "SELECT COUNT(*) FROM device d WHERE " FIND_SQL,
                          DB_ARGS(FIND_ARGS(scan)), &scan->count, err);
    scan->seen = 0;
    if (scan->search != NULL)
        rc = search_refresh(db, scan->search, err);
    if (rc == 0)
        rc = look_at_rows(scan, rows, err);
    if (rc < 0)
        return rc;
    if (scan->search != NULL && query_gave_up(search_query(scan->search)))
        return err_set(err, E_LIMIT,
                       "an expression of the filter takes too long");
    scan->count = (int64_t)scan->matches.n;
    return scan->seen == rows ? 1 : 0;
}

int64_t device_scan_count(const struct device_scan *scan)
{
    return scan->count;
}

/* --- pages ------------------------------------------------------------ */
static int match_cmp(const struct match *a, const struct match *b)
{
    int order = a->number < b->number ? -1 : a->number > b->number;

    if (order == 0)
        order = str_cmp(a->text, b->text);
    if (order == 0)
        order = rpm_version_order_part(a->version, b->version);
    return order != 0 ? order : (a->id < b->id ? -1 : a->id > b->id);
}

static int by_key(const void *a, const void *b)
{
    return match_cmp(a, b);
}

/* "id:number:version:text": the place of the page's last device, so that a
 * page goes on behind it though it is gone. */
static str cursor_of(struct arena *arena, const struct match *match)
{
    return arena_printf(arena, "%lld:%lld:%" PRIstr ":%" PRIstr,
                        (long long)match->id, (long long)match->number,
                        ARGstr(match->version), ARGstr(match->text));
}

static int cursor_read(str cursor, struct match *out, struct err *err)
{
    str id = str_cut(&cursor, CURSOR_SEPARATOR);
    str number = str_cut(&cursor, CURSOR_SEPARATOR);

    if (str_to_i64(id, 1, INT64_MAX, &out->id, NULL) < 0 ||
        str_to_i64(number, INT64_MIN, INT64_MAX, &out->number, NULL) < 0)
        return err_set(err, E_PARSE, "this is no cursor of this list");
    out->version = str_cut(&cursor, CURSOR_SEPARATOR);
    out->text = cursor;
    return 0;
}

static int direct_page(struct device_scan *scan, const struct match *from,
                       int64_t limit, struct arena *arena,
                       struct device_ids *out, struct err *err)
{
    AUTO(db_rows_closep) struct db_rows *rows = NULL;
    struct match last = { 0 };
    int rc = db_query(scan->db,
                      "SELECT d.id, d.name FROM device d WHERE " FIND_SQL
                      " AND d.name >= $7 AND (d.name > $7 OR d.id > $8)"
                      " ORDER BY d.name, d.id LIMIT $9",
                      DB_ARGS(FIND_ARGS(scan), db_text(from->text),
                              db_i64(from->id), db_i64(limit + 1)),
                      &rows, err);

    while (rc >= 0 && (rc = db_next(rows, err)) > 0) {
        if ((int64_t)out->ids.n == limit) {
            out->next = cursor_of(arena, &last);
            return 0;
        }
        last.id = db_col_i64(rows, 0);
        last.text = db_col_text(rows, 1);
        last.version = STR("");
        *vec_push(&out->ids) = last.id;
    }
    return rc;
}

static void scanned_page(struct device_scan *scan, const struct match *from,
                         int64_t limit, struct arena *arena,
                         struct device_ids *out)
{
    size_t n = scan->matches.n;

    if (!scan->sorted && n > 1)
        qsort(scan->matches.p, n, sizeof(*scan->matches.p), by_key);
    scan->sorted = true;
    for (size_t i = 0; i < n; i++) {
        const struct match *match =
            &scan->matches.p[scan->find.descending ? n - 1 - i : i];
        int order = from->id == 0 ? 1 : match_cmp(match, from);

        if (from->id != 0 && scan->find.descending)
            order = -order;
        if (order <= 0)
            continue;
        if ((int64_t)out->ids.n == limit) {
            struct match last = { 0 };

            last = scan->matches.p[scan->find.descending ? n - i : i - 1];
            out->next = cursor_of(arena, &last);
            return;
        }
        *vec_push(&out->ids) = match->id;
    }
}

int device_scan_page(struct device_scan *scan, str after, int64_t limit,
                     struct arena *arena, struct device_ids *out,
                     struct err *err)
{
    struct match from = { .text = STR(""), .version = STR("") };
    int rc = after.n > 0 ? cursor_read(after, &from, err) : 0;

    if (rc < 0)
        return rc;
    out->next = STR("");
    if (scan->direct)
        return direct_page(scan, &from, limit, arena, out, err);
    scanned_page(scan, &from, limit, arena, out);
    return 0;
}
