/* SPDX-License-Identifier: Apache-2.0
 *
 * The list of devices: found, counted and written in rounds, so that a
 * question about 100,000 devices does not keep others waiting. What one round
 * answers is answered at once; the others are held.
 */
#include "base/csv.h"
#include "server/api_device_int.h"

enum {
    ROUND_ROWS = 500,       /* devices a round looks at */
    ROUND_LINES = 500,      /* or writes */
    ROUNDS_AT_ONCE = 4,     /* before others are asked what they want */
    EXPORT_MAX = 512 << 20, /* bytes */
};

const struct field device_list_query[] = {
    { "q", FIELD_TEXT, .max = 200,
      .help = "in name or host name; or the id, or the machine id" },
    { "filter", FIELD_TEXT, .max = QUERY_TEXT_MAX,
      .help = "a query, as of smart labels" },
    { "label", FIELD_INTEGER, .min = 1, .max = INT64_MAX,
      .help = "members of it" },
    { "state", FIELD_ENUM, .words = "in_use|retired|all" },
    { "sort", FIELD_ENUM,
      .words = "name|-name|id|-id|os|-os|last_seen|-last_seen|last_inventory|"
               "-last_inventory|created|-created" },
    { "format", FIELD_ENUM, .words = "json|csv",
      .help = "csv: all that match, as a file" },
    { NULL },
};

struct listing {
    struct core *core;
    struct held *held; /* NULL: not held */
    const char *field; /* that refusals are about */
    struct loop_watch *timer;
    struct arena arena;
    struct scope scope;
    struct device_scan *scan;
    bool scanned;
    bool csv;
    int64_t limit;
    str after;
    struct device_ids ids;
    size_t written;
    struct jval *items;
    struct buf text;
};

static void listing_free(struct listing *listing)
{
    loop_remove(listing->timer);
    device_scan_free(listing->scan);
    device_ids_clear(&listing->ids);
    jval_free(listing->items);
    buf_clear(&listing->text);
    arena_clear(&listing->arena);
    mem_free(listing);
}

/* --- one device -------------------------------------------------------- */
static void csv_header(struct buf *out)
{
    static const char *const names[] = {
        "id",        "name",      "hostname",  "kind",           "os",
        "version",   "build",     "arch",      "kernel",         "addresses",
        "memory_mb", "time_zone", "last_seen", "last_inventory", "created",
        "retired",   "labels",
    };
    struct csv csv = csv_to(out);

    for (size_t i = 0; i < COUNT(names); i++)
        csv_text(&csv, str_c(names[i]));
    csv_end(&csv);
}

/* Texts of a list, or the names of its objects, with blanks between them. */
static str joined(struct arena *arena, const struct jval *list,
                  const char *member)
{
    AUTO(buf_clear) struct buf out = BUF(1 << 20);

    for (size_t i = 0; i < jval_count(list); i++) {
        const struct jval *value = jval_at(list, i);

        if (member != NULL)
            value = jval_get(value, member);
        if (i > 0)
            buf_add_c(&out, member != NULL ? ", " : " ");
        buf_add(&out, jval_text(value, STR("")));
    }
    return arena_str(arena, buf_str(&out));
}

static void csv_line(struct buf *out, const struct device *device,
                     const struct jval *json, struct arena *arena)
{
    const struct query_device *q = &device->q;
    const str texts[] = { q->name,       q->hostname, q->kind, q->os_id,
                          q->os_version, q->os_build, q->arch, q->kernel };
    struct csv csv = csv_to(out);
    int64_t memory = jval_i64(jval_get(json, "memory_mb"), 0);

    csv_i64(&csv, q->id);
    for (size_t i = 0; i < COUNT(texts); i++)
        csv_text(&csv, texts[i]);
    csv_text(&csv, joined(arena, jval_get(json, "addresses"), NULL));
    if (memory > 0)
        csv_i64(&csv, memory);
    else
        csv_text(&csv, STR(""));
    csv_text(&csv, q->time_zone);
    csv_time(&csv, q->last_seen);
    csv_time(&csv, q->last_inventory);
    csv_time(&csv, q->created);
    csv_time(&csv, device->retired);
    csv_text(&csv, joined(arena, jval_get(json, "labels"), "name"));
    csv_end(&csv);
}

static int write_device(struct listing *listing, int64_t id, struct err *err)
{
    AUTO(arena_clear) struct arena arena = ARENA;
    struct db *db = listing->core->db;
    struct device device;
    struct jval *json;
    int rc = device_get(db, &listing->scope, id, &arena, &device, err);

    if (rc == E_ABSENT) /* gone since it was found */
        return 0;
    if (rc < 0)
        return rc;
    json = device_json(db, &device, &arena, err);
    if (json == NULL)
        return err->code;
    if (!listing->csv) {
        jval_push(listing->items, json);
        return 0;
    }
    csv_line(&listing->text, &device, json, &arena);
    jval_free(json);
    return buf_finish(&listing->text, "the export", err);
}

/* --- rounds ------------------------------------------------------------ */

/* 1: there is more to do; 0: done. */
static int listing_round(struct listing *listing, struct err *err)
{
    struct db *db = listing->core->db;
    size_t end = listing->written + ROUND_LINES;
    int rc;

    if (!listing->scanned) {
        rc = device_scan_step(db, listing->scan, ROUND_ROWS, err);
        if (rc != 0)
            return rc;
        listing->scanned = true;
        rc = device_scan_page(listing->scan, listing->after, listing->limit,
                              &listing->arena, &listing->ids, err);
        return rc < 0 ? rc : 1;
    }
    while (listing->written < listing->ids.ids.n && listing->written < end) {
        rc = write_device(listing, listing->ids.ids.p[listing->written++], err);
        if (rc < 0)
            return rc;
    }
    return listing->written < listing->ids.ids.n;
}

static void listing_answer(struct listing *listing, struct response *res)
{
    if (!listing->csv) {
        respond_list(res, TAKE(listing->items), listing->ids.next,
                     device_scan_count(listing->scan));
        return;
    }
    res->body = listing->text;
    listing->text = BUF_INIT(0);
    res->content_type = "text/csv; charset=utf-8; header=present";
    res->disposition = STR("devices.csv");
}

static void listing_gone(void *ctx)
{
    listing_free(ctx);
}

static void listing_timer(void *ctx)
{
    struct listing *listing = ctx;
    struct err err = { 0 };
    struct response res;
    int rc = listing_round(listing, &err);

    listing->timer = NULL;
    if (rc == 1) {
        listing->timer =
            loop_timer(listing->core->loop, 0, listing_timer, listing);
        return;
    }
    response_init(&res);
    if (rc == 0)
        listing_answer(listing, &res);
    else if (rc == E_LIMIT)
        respond_problem(&res, 422, listing->field, err_text(&err));
    else
        respond_problem(&res, 500, NULL, "the list could not be made");
    held_answer(listing->held, &res);
    listing_free(listing);
}

static void read_query(struct request *req, struct device_find *find)
{
    static const struct {
        const char *word;
        enum device_sort sort;
    } sorts[] = {
        { "name", DEVICE_BY_NAME },
        { "id", DEVICE_BY_ID },
        { "os", DEVICE_BY_OS },
        { "last_seen", DEVICE_BY_LAST_SEEN },
        { "last_inventory", DEVICE_BY_LAST_INVENTORY },
        { "created", DEVICE_BY_CREATED },
    };
    const struct jval *query = req->query;
    str state = jval_text(jval_get(query, "state"), STR("in_use"));
    str sort = jval_text(jval_get(query, "sort"), STR("name"));

    *find = (struct device_find){
        .text = jval_text(jval_get(query, "q"), STR("")),
        .filter = jval_text(jval_get(query, "filter"), STR("")),
        .label = jval_i64(jval_get(query, "label"), 0),
        .state = str_eq(state, STR("all"))       ? DEVICE_ANY
                 : str_eq(state, STR("retired")) ? DEVICE_RETIRED
                                                 : DEVICE_IN_USE,
        .descending = str_starts(sort, STR("-")),
        .now = req->now,
    };
    if (find->descending)
        sort = str_sub(sort, 1, sort.n);
    for (size_t i = 0; i < COUNT(sorts); i++)
        if (str_eq_c(sort, sorts[i].word))
            find->sort = sorts[i].sort;
}

static struct listing *listing_new(struct request *req,
                                   const struct device_question *q)
{
    struct listing *listing = mem_alloc(1, sizeof(*listing));

    listing->core = req->core;
    listing->field = q->field;
    listing->scope = req->scope;
    listing->scope.name = STR("");
    listing->csv =
        str_eq(jval_text(jval_get(req->query, "format"), STR("")), STR("csv"));
    listing->limit = listing->csv ? INT64_MAX - 1 : q->page->limit;
    listing->after =
        arena_str(&listing->arena, listing->csv ? STR("") : q->page->after);
    listing->items = jval_new_array();
    listing->text = BUF_INIT(EXPORT_MAX);
    if (listing->csv)
        csv_header(&listing->text);
    return listing;
}

static int listing_begin(struct listing *listing, struct request *req,
                         struct response *res, struct err *err)
{
    int rc = 1;

    for (int i = 0; rc == 1; i++) {
        if (i == ROUNDS_AT_ONCE && req->core->loop != NULL) {
            listing->held = request_hold(req, listing_gone, listing);
            listing->timer =
                loop_timer(req->core->loop, 0, listing_timer, listing);
            res->held = true;
            return 1;
        }
        rc = listing_round(listing, err);
    }
    return rc;
}

int device_list_find(struct request *req, const struct device_question *q,
                     struct response *res, struct err *err)
{
    struct listing *listing = listing_new(req, q);
    int rc = device_scan_new(req->core->db, &req->scope, q->find,
                             &listing->scan, err);

    if (rc == 0)
        rc = listing_begin(listing, req, res, err);
    else
        rc = blame(req, q->field, rc);
    if (rc == E_LIMIT)
        rc = refuse(req, 422, q->field, &(struct err){ 0 }, rc, "%s",
                    err_text(err));
    if (rc == E_PARSE && q->page->after.n > 0 && req->refusal.field.n == 0)
        rc = blame(req, "after", rc);
    if (rc == 0)
        listing_answer(listing, res);
    if (rc <= 0)
        listing_free(listing);
    return rc < 0 ? rc : 0;
}

int device_list(struct request *req, struct response *res, struct err *err)
{
    struct device_question question = { .field = "filter" };
    struct device_find find;
    struct page page;
    int rc = request_page(req, &page, err);

    if (rc < 0)
        return rc;
    read_query(req, &find);
    question.find = &find;
    question.page = &page;
    return device_list_find(req, &question, res, err);
}
