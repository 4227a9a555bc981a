/* SPDX-License-Identifier: Apache-2.0 */
#include "server/listing.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/loop.h"
#include "base/mem.h"
#include "server/assessor.h"
#include "server/core.h"
#include "server/print.h"

void listing_add(struct listing *listing, int64_t rank, str key, int64_t a,
                 int64_t b)
{
    *vec_push(&listing->rows) =
        (struct listed){ rank, str_sub(key, 0, LISTING_KEY_MAX), a, b };
}

void listing_clear(struct listing *listing)
{
    vec_clear(&listing->rows);
}

void listing_let_go(struct listing *listing)
{
    if (listing != NULL && listing->owner != NULL)
        listing->release(listing->owner);
}

static int compare_i64(int64_t a, int64_t b)
{
    return a < b ? -1 : a > b;
}

static int compare(const void *left, const void *right)
{
    const struct listed *x = left;
    const struct listed *y = right;
    int order = compare_i64(x->rank, y->rank);

    if (order == 0)
        order = str_cmp(x->key, y->key);
    if (order == 0)
        order = compare_i64(x->a, y->a);
    return order != 0 ? order : compare_i64(x->b, y->b);
}

static void sort(struct listing *listing)
{
    if (listing->rows.n > 1)
        qsort(listing->rows.p, listing->rows.n, sizeof(*listing->rows.p),
              compare);
}

/* "RANK A B KEY" */
static bool read_cursor(str text, struct listed *out)
{
    str rank = str_cut(&text, ' ');
    str a = str_cut(&text, ' ');
    str b = str_cut(&text, ' ');

    out->key = text;
    return str_to_i64(rank, INT64_MIN, INT64_MAX, &out->rank, NULL) == 0 &&
           str_to_i64(a, INT64_MIN, INT64_MAX, &out->a, NULL) == 0 &&
           str_to_i64(b, INT64_MIN, INT64_MAX, &out->b, NULL) == 0;
}

/* The first row behind the cursor. */
static size_t first_after(const struct listing *listing,
                          const struct listed *cursor)
{
    size_t low = 0;
    size_t high = listing->rows.n;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (compare(&listing->rows.p[middle], cursor) <= 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static int answer_page(struct request *req, struct response *res,
                       struct listing *listing, struct err *err)
{
    AUTO(jval_freep) struct jval *items = jval_new_array();
    struct listed cursor = { 0 };
    const struct listed *last = NULL;
    struct page page;
    size_t at = 0;
    str next = STR("");
    int rc = request_page(req, &page, err);

    if (rc < 0)
        return rc;
    if (page.after.n > 0 && !read_cursor(page.after, &cursor))
        return refuse(req, 422, "after", err, E_INVALID,
                      "after is no `next` of this list");
    if (page.after.n > 0)
        at = first_after(listing, &cursor);
    for (int64_t i = 0; i < page.limit && at < listing->rows.n; i++, at++) {
        struct jval *item;

        last = &listing->rows.p[at];
        item = listing->json(listing->ctx, last, err);
        if (item == NULL)
            return err->code;
        jval_push(items, item);
    }
    if (last != NULL && at < listing->rows.n)
        next = arena_printf(&req->arena, "%lld %lld %lld %" PRIstr,
                            (long long)last->rank, (long long)last->a,
                            (long long)last->b, ARGstr(last->key));
    respond_list(res, TAKE(items), next, (int64_t)listing->rows.n);
    return 0;
}

/* --- Files --------------------------------------------------------------- */

struct listing_writing {
    struct listing_order order;
    struct listing *listing;
    void *owner;
    void (*release)(void *owner);
    struct table *table;
    struct loop_watch *timer;
    uint64_t content; /* of the assessor, at the start */
    size_t at;        /* the next row */
    int fd;
};

/* The table of a new file. */
static int begin_file(struct listing *listing, enum table_format format,
                      enum words_language language, struct table **out_table,
                      int *out_fd, struct err *err)
{
    struct table_head head = {
        .format = format,
        .language = language,
        .title = str_c(listing->title.in[language]),
        .note = listing->note,
        .columns = listing->columns,
    };

    if (format == TABLE_PDF && listing->rows.n > LISTING_PDF_MAX)
        return err_set(err, E_INVALID,
                       "a PDF has at most %d rows, not %zu: narrow the list, "
                       "or ask for csv",
                       LISTING_PDF_MAX, listing->rows.n);
    if (format == TABLE_XLSX && listing->rows.n > LISTING_XLSX_MAX)
        return err_set(err, E_INVALID,
                       "a sheet has at most %d rows, not %zu: narrow the "
                       "list, or ask for csv",
                       LISTING_XLSX_MAX, listing->rows.n);
    *out_fd = memfd_create("report", MFD_CLOEXEC);
    if (*out_fd < 0)
        return err_errno(err, errno, "cannot make room for a report");
    sort(listing);
    *out_table = table_new(&head, *out_fd);
    return 0;
}

static int write_rows(struct listing *listing, struct table *table, size_t from,
                      size_t to, struct err *err)
{
    for (size_t i = from; i < to; i++) {
        AUTO(jval_freep)
        struct jval *row =
            listing->json(listing->ctx, &listing->rows.p[i], err);

        if (row != NULL)
            table_row(table, row);
        else if (err->code != E_ABSENT) /* a device that went meanwhile */
            return err->code;
    }
    return 0;
}

static int end_file(struct table *table, int fd, struct err *err)
{
    int rc = table_finish(table, err);

    if (rc == 0 && lseek(fd, 0, SEEK_SET) < 0)
        rc = err_errno(err, errno, "cannot read a report");
    return rc;
}

int listing_file(struct listing *listing, enum table_format format,
                 enum words_language language, int *out_fd, struct err *err)
{
    AUTO(table_freep) struct table *table = NULL;
    int fd = -1;
    int rc = begin_file(listing, format, language, &table, &fd, err);

    if (rc == 0)
        rc = write_rows(listing, table, 0, listing->rows.n, err);
    if (rc == 0)
        rc = end_file(table, fd, err);
    if (rc < 0) {
        if (fd >= 0)
            close(fd);
        return rc;
    }
    *out_fd = fd;
    return 0;
}

void listing_cancel(struct listing_writing *w)
{
    if (w == NULL)
        return;
    loop_remove(w->timer);
    table_free(w->table);
    if (w->fd >= 0)
        close(w->fd);
    w->release(w->owner);
    mem_free(w);
}

static int write_slice(struct listing_writing *w, struct err *err)
{
    struct listing *listing = w->listing;
    size_t to = w->at + LISTING_SLICE;
    int rc;

    if (assessor_changes(w->order.core) != w->content)
        return err_set(err, E_INVALID,
                       "the content was replaced while the list was written: "
                       "ask again");
    if (to > listing->rows.n)
        to = listing->rows.n;
    rc = write_rows(listing, w->table, w->at, to, err);
    w->at = to;
    if (rc == 0 && to == listing->rows.n)
        rc = end_file(w->table, w->fd, err);
    return rc;
}

static void on_slice(void *ctx)
{
    struct listing_writing *w = ctx;
    struct listing_order order = w->order;
    struct err err = { 0 };
    int rc = write_slice(w, &err);
    int fd;

    w->timer = NULL;
    if (rc == 0 && w->at < w->listing->rows.n) {
        w->timer = loop_timer(order.core->loop, 0, on_slice, w);
        return;
    }
    fd = rc == 0 ? w->fd : -1;
    if (rc == 0)
        w->fd = -1;
    listing_cancel(w);
    order.done(order.ctx, rc, fd, &err);
}

struct listing_writing *listing_write(struct listing *listing,
                                      const struct listing_order *order,
                                      struct err *err)
{
    struct listing_writing *w = mem_alloc(1, sizeof(*w));

    w->order = *order;
    w->listing = listing;
    w->fd = -1;
    w->content = assessor_changes(order->core);
    if (begin_file(listing, order->format, order->language, &w->table, &w->fd,
                   err) < 0) {
        mem_free(w);
        return NULL;
    }
    w->owner = TAKE(listing->owner);
    w->release = listing->release;
    w->timer = loop_timer(order->core->loop, 0, on_slice, w);
    return w;
}

/* --- Files as answers ---------------------------------------------------- */

struct file_answer {
    struct core *core;
    struct held *held;
    struct listing_writing *writing;
    struct helper_work *printing;
    enum table_format format;
    struct buf name;
};

static void answer_free(struct file_answer *a)
{
    listing_cancel(a->writing);
    helper_cancel(a->printing);
    buf_clear(&a->name);
    mem_free(a);
}

static void answer_gone(void *ctx)
{
    answer_free(ctx);
}

static void set_file(struct response *res, enum table_format format, str name,
                     int fd)
{
    res->file = fd;
    res->content_type = table_content_type(format);
    res->private_page = true;
    res->disposition = name;
}

/* A PDF or a spreadsheet is made of it first. */
static void answer_file(void *ctx, int rc, int fd, const struct err *problem)
{
    struct file_answer *a = ctx;
    struct response res;

    a->printing = NULL;
    response_init(&res);
    if (rc == 0)
        set_file(&res, a->format, buf_str(&a->name), fd);
    else
        respond_problem(&res,
                        rc == E_LIMIT     ? 422
                        : rc == E_INVALID ? 503
                                          : 500,
                        NULL, err_text(problem));
    if (rc == E_INVALID)
        res.retry_after_s = 1;
    held_answer(a->held, &res);
    answer_free(a);
}

static void answer_written(void *ctx, int rc, int fd, const struct err *problem)
{
    struct file_answer *a = ctx;
    struct err err = { 0 };

    a->writing = NULL;
    if (rc < 0 || !table_is_printed(a->format)) {
        answer_file(a, rc, fd, problem);
        return;
    }
    a->printing = print_start(a->core, fd, answer_file, a, &err);
    if (a->printing == NULL)
        answer_file(a, err.code, -1, &err);
}

static int answer_later(struct request *req, struct response *res,
                        struct listing *listing, struct listing_order *order,
                        struct err *err)
{
    struct file_answer *a = mem_alloc(1, sizeof(*a));

    a->core = req->core;
    a->format = order->format;
    a->name = BUF_INIT(256);
    buf_add(&a->name, res->disposition);
    order->done = answer_written;
    order->ctx = a;
    a->writing = listing_write(listing, order, err);
    if (a->writing == NULL) {
        answer_free(a);
        return err->code;
    }
    a->held = request_hold(req, answer_gone, a);
    res->held = true;
    return 0;
}

int listing_answer(struct request *req, struct response *res,
                   struct listing *listing, struct err *err)
{
    struct listing_order order = {
        .core = req->core,
        .format = table_format_of(
            jval_text(jval_get(req->query, "format"), STR("json"))),
        .language = request_language(req),
    };
    int fd = -1;
    int rc;

    if (order.format == TABLE_JSON) {
        sort(listing);
        return answer_page(req, res, listing, err);
    }
    if (order.format != TABLE_HTML)
        res->disposition =
            arena_printf(&req->arena, "holdfast-%lld.%s", (long long)req->now,
                         table_suffix(order.format));
    if (listing->owner != NULL && listing->rows.n > LISTING_SLICE)
        return answer_later(req, res, listing, &order, err);
    rc = listing_file(listing, order.format, order.language, &fd, err);
    if (rc < 0)
        return rc;
    set_file(res, order.format, res->disposition, fd);
    if (!table_is_printed(order.format))
        return 0;
    res->file = -1;
    return print_answer(req, res, fd, err);
}

/* --- Text ---------------------------------------------------------------- */

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c + 'a' - 'A') : c;
}

bool has_nocase(str hay, str text)
{
    char first;

    if (text.n == 0)
        return true;
    first = lower(text.p[0]);
    for (size_t i = 0; i + text.n <= hay.n; i++) {
        if (lower(hay.p[i]) == first &&
            str_eq_nocase(str_sub(hay, i, text.n), text))
            return true;
    }
    return false;
}
