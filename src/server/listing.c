/* SPDX-License-Identifier: Apache-2.0 */
#include "server/listing.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

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

static int write_rows(struct listing *listing, const struct table_head *head,
                      int fd, struct err *err)
{
    AUTO(table_freep) struct table *table = table_new(head, fd);

    for (size_t i = 0; i < listing->rows.n; i++) {
        AUTO(jval_freep)
        struct jval *row =
            listing->json(listing->ctx, &listing->rows.p[i], err);

        if (row == NULL)
            return err->code;
        table_row(table, row);
    }
    return table_finish(table, err);
}

int listing_file(struct listing *listing, enum table_format format,
                 enum language language, int *out_fd, struct err *err)
{
    struct table_head head = {
        .format = format,
        .language = language,
        .title = str_c(listing->title.in[language]),
        .note = listing->note,
        .columns = listing->columns,
    };
    int fd;
    int rc;

    if (format == TABLE_PDF && listing->rows.n > LISTING_PDF_MAX)
        return err_set(err, E_INVALID,
                       "a PDF has at most %d rows, not %zu: narrow the list, "
                       "or ask for csv",
                       LISTING_PDF_MAX, listing->rows.n);
    fd = memfd_create("report", MFD_CLOEXEC);
    if (fd < 0)
        return err_errno(err, errno, "cannot make room for a report");
    sort(listing);
    rc = write_rows(listing, &head, fd, err);
    if (rc == 0 && lseek(fd, 0, SEEK_SET) < 0)
        rc = err_errno(err, errno, "cannot read a report");
    if (rc < 0) {
        close(fd);
        return rc;
    }
    *out_fd = fd;
    return 0;
}

int listing_answer(struct request *req, struct response *res,
                   struct listing *listing, struct err *err)
{
    enum table_format format =
        table_format_of(jval_text(jval_get(req->query, "format"), STR("json")));
    enum language language =
        language_of(jval_text(jval_get(req->query, "lang"), STR("en")));
    int fd = -1;
    int rc;

    if (format == TABLE_JSON) {
        sort(listing);
        return answer_page(req, res, listing, err);
    }
    rc = listing_file(listing, format, language, &fd, err);
    if (rc < 0)
        return rc;
    res->content_type = table_content_type(format);
    res->private_page = true;
    if (format == TABLE_CSV || format == TABLE_PDF)
        res->disposition =
            arena_printf(&req->arena, "holdfast-%lld.%s", (long long)req->now,
                         table_suffix(format));
    if (format == TABLE_PDF)
        return print_answer(req, res, fd, err);
    res->file = fd;
    return 0;
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
