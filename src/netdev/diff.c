/* SPDX-License-Identifier: Apache-2.0
 *
 * Myers' greedy algorithm (1986) on the lines between the first and the last
 * difference.
 */
#include "netdev/diff.h"

#include "base/vec.h"

enum mark {
    SAME,
    REMOVED,
    ADDED,
};

struct text {
    VEC(str) lines;
};

struct edit { /* one line of the result; index in from, or in to */
    enum mark mark;
    size_t line;
};

struct diff {
    struct text from;
    struct text to;
    size_t head; /* lines that are alike at the begin */
    size_t tail; /* and at the end */
    VEC(struct edit) edits;
};

static void diff_clear(struct diff *diff)
{
    vec_clear(&diff->from.lines);
    vec_clear(&diff->to.lines);
    vec_clear(&diff->edits);
}

static int split(str text, struct text *out, struct err *err)
{
    while (text.n > 0) {
        if (out->lines.n >= DIFF_LINES_MAX)
            return err_set(err, E_LIMIT, "a text has at most %d lines",
                           DIFF_LINES_MAX);
        *vec_push(&out->lines) = str_cut(&text, '\n');
    }
    return 0;
}

static void trim(struct diff *d)
{
    size_t n = d->from.lines.n;
    size_t m = d->to.lines.n;

    while (d->head < n && d->head < m &&
           str_eq(d->from.lines.p[d->head], d->to.lines.p[d->head]))
        d->head++;
    while (d->tail < n - d->head && d->tail < m - d->head &&
           str_eq(d->from.lines.p[n - 1 - d->tail],
                  d->to.lines.p[m - 1 - d->tail]))
        d->tail++;
}

static void add(struct diff *d, enum mark mark, size_t line)
{
    *vec_push(&d->edits) = (struct edit){ mark, line };
}

/* The furthest x on each diagonal k = x - y, for each number of edits; row e
 * has 2 e + 1 of them. */
struct rows {
    VEC(int32_t *) rows;
};

static void rows_clear(struct rows *rows)
{
    for (size_t i = 0; i < rows->rows.n; i++)
        mem_free(rows->rows.p[i]);
    vec_clear(&rows->rows);
}

static int32_t at(const struct rows *rows, int32_t e, int32_t k)
{
    if (e < 0 || k < -e || k > e)
        return -1;
    return rows->rows.p[e][k + e];
}

/* From the best of e - 1 edits to diagonal k: down (added) or right
 * (removed). */
static int32_t step(const struct rows *rows, int32_t e, int32_t k)
{
    int32_t down = at(rows, e - 1, k + 1);
    int32_t right = at(rows, e - 1, k - 1);

    if (e == 0)
        return 0;
    return k == -e || (k != e && right < down) ? down : right + 1;
}

static int32_t slide(const struct diff *d, int32_t x, int32_t k, int32_t n,
                     int32_t m)
{
    while (x < n && x - k < m && x - k >= 0 &&
           str_eq(d->from.lines.p[d->head + (size_t)x],
                  d->to.lines.p[d->head + (size_t)(x - k)]))
        x++;
    return x;
}

/* The number of edits, or -1 past the limit. */
static int32_t search(const struct diff *d, int32_t n, int32_t m,
                      struct rows *rows)
{
    for (int32_t e = 0; e <= n + m && e <= DIFF_EDITS_MAX; e++) {
        int32_t *row = mem_alloc((size_t)(2 * e + 1), sizeof(*row));

        *vec_push(&rows->rows) = row;
        for (int32_t k = -e; k <= e; k += 2) {
            row[k + e] = slide(d, step(rows, e, k), k, n, m);
            if (row[k + e] >= n && row[k + e] - k >= m)
                return e;
        }
    }
    return -1;
}

static void reverse(struct diff *d, size_t from)
{
    for (size_t i = from, j = d->edits.n; i + 1 < j; i++) {
        struct edit edit = d->edits.p[i];

        j--;
        d->edits.p[i] = d->edits.p[j];
        d->edits.p[j] = edit;
    }
}

static void walk_back(struct diff *d, const struct rows *rows, int32_t e,
                      int32_t n, int32_t m)
{
    size_t begun = d->edits.n;
    int32_t x = n;
    int32_t y = m;

    for (; e >= 0; e--) {
        int32_t k = x - y;
        int32_t start = step(rows, e, k);
        bool down = e > 0 && start == at(rows, e - 1, k + 1) &&
                    (k == -e || (k != e && at(rows, e - 1, k - 1) <
                                               at(rows, e - 1, k + 1)));

        while (x > start) {
            add(d, SAME, d->head + (size_t)--x);
            y--;
        }
        if (e == 0)
            break;
        if (down)
            add(d, ADDED, d->head + (size_t)--y);
        else
            add(d, REMOVED, d->head + (size_t)--x);
    }
    reverse(d, begun);
}

static void find_edits(struct diff *d)
{
    AUTO(rows_clear) struct rows rows = { 0 };
    int32_t n = (int32_t)(d->from.lines.n - d->head - d->tail);
    int32_t m = (int32_t)(d->to.lines.n - d->head - d->tail);
    int32_t e;

    for (size_t i = 0; i < d->head; i++)
        add(d, SAME, i);
    e = search(d, n, m, &rows);
    if (e >= 0) {
        walk_back(d, &rows, e, n, m);
    } else {
        for (int32_t i = 0; i < n; i++)
            add(d, REMOVED, d->head + (size_t)i);
        for (int32_t i = 0; i < m; i++)
            add(d, ADDED, d->head + (size_t)i);
    }
    for (size_t i = d->from.lines.n - d->tail; i < d->from.lines.n; i++)
        add(d, SAME, i);
}

/* The end of the piece that begins at `begin`: behind the context of its last
 * difference. */
static size_t piece_end(const struct diff *d, size_t begin)
{
    size_t last = begin;

    for (size_t i = begin; i < d->edits.n && i <= last + 2 * DIFF_CONTEXT;
         i++) {
        if (d->edits.p[i].mark != SAME)
            last = i;
    }
    last += DIFF_CONTEXT + 1;
    return last < d->edits.n ? last : d->edits.n;
}

static void write_piece(const struct diff *d, size_t begin, size_t end,
                        const size_t at_line[2], struct buf *out)
{
    size_t old = 0;
    size_t new = 0;

    for (size_t i = begin; i < end; i++) {
        old += d->edits.p[i].mark != ADDED;
        new += d->edits.p[i].mark != REMOVED;
    }
    buf_printf(out, "@@ -%zu,%zu +%zu,%zu @@\n", at_line[0] + (old > 0), old,
               at_line[1] + (new > 0), new);
    for (size_t i = begin; i < end; i++) {
        const struct edit *e = &d->edits.p[i];

        buf_add_char(out, " -+"[e->mark]);
        buf_add(out, e->mark == ADDED ? d->to.lines.p[e->line]
                                      : d->from.lines.p[e->line]);
        buf_add_char(out, '\n');
    }
}

static void write_pieces(const struct diff *d, struct buf *out)
{
    size_t at_line[2] = { 0, 0 };
    size_t done = 0;

    for (size_t i = 0; i < d->edits.n; i++) {
        size_t begin = i > DIFF_CONTEXT ? i - DIFF_CONTEXT : 0;

        if (d->edits.p[i].mark == SAME)
            continue;
        begin = begin < done ? done : begin;
        for (; done < begin; done++) {
            at_line[0]++;
            at_line[1]++;
        }
        i = piece_end(d, i);
        write_piece(d, begin, i, at_line, out);
        for (; done < i; done++) {
            at_line[0] += d->edits.p[done].mark != ADDED;
            at_line[1] += d->edits.p[done].mark != REMOVED;
        }
        i--;
    }
}

int diff_unified(str from_name, str from, str to_name, str to, struct buf *out,
                 struct err *err)
{
    AUTO(diff_clear) struct diff d = { 0 };
    int rc;

    if (str_eq(from, to))
        return 0;
    rc = split(from, &d.from, err);
    if (rc == 0)
        rc = split(to, &d.to, err);
    if (rc < 0)
        return rc;
    trim(&d);
    find_edits(&d);
    buf_printf(out, "--- %" PRIstr "\n+++ %" PRIstr "\n", ARGstr(from_name),
               ARGstr(to_name));
    write_pieces(&d, out);
    return buf_finish(out, "the difference", err);
}
