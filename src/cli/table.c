/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/table.h"

#include <assert.h>

enum {
    GAP = 2
};

void table_init(struct table *table, const struct table_column *columns,
                unsigned count)
{
    assert(count <= TABLE_COLUMNS_MAX);
    *table = (struct table){ .columns = columns, .count = count };
}

void table_clear(struct table *table)
{
    arena_clear(&table->arena);
    vec_clear(&table->rows);
}

void table_add(struct table *table, enum term_style style, const str *cells)
{
    str *copy = arena_alloc(&table->arena, table->count, sizeof(*copy));

    for (unsigned i = 0; i < table->count; i++)
        copy[i] = arena_str(&table->arena, cells[i]);
    *vec_push(&table->rows) = (struct table_row){ copy, style };
}

static void measure(const struct table *table, size_t *widths)
{
    for (unsigned c = 0; c < table->count; c++)
        widths[c] = term_columns(str_c(table->columns[c].title));
    for (size_t r = 0; r < table->rows.n; r++) {
        for (unsigned c = 0; c < table->count; c++) {
            size_t n = term_columns(table->rows.p[r].cells[c]);

            widths[c] = n > widths[c] ? n : widths[c];
        }
    }
}

/* The widest column that may still shrink, or count. */
static unsigned widest(const struct table *table, const size_t *widths)
{
    unsigned best = table->count;

    for (unsigned c = 0; c < table->count; c++) {
        unsigned least = table->columns[c].least;

        if (least == 0 || widths[c] <= least)
            continue;
        if (best == table->count || widths[c] > widths[best])
            best = c;
    }
    return best;
}

static void fit(const struct table *table, size_t room, size_t *widths)
{
    size_t total = 0;

    for (unsigned c = 0; c < table->count; c++)
        total += widths[c] + (c > 0 ? GAP : 0);
    while (total > room) {
        unsigned c = widest(table, widths);

        if (c == table->count)
            return;
        widths[c]--;
        total--;
    }
}

static void add_blanks(struct buf *out, size_t n)
{
    for (size_t i = 0; i < n; i++)
        buf_add_char(out, ' ');
}

static void print_cell(const struct table *table, const struct term *term,
                       unsigned column, size_t width, str text, struct buf *out)
{
    size_t used = term_columns(text);
    bool last = column + 1 == table->count;

    used = used > width ? width : used;
    if (table->columns[column].right)
        add_blanks(out, width - used);
    term_text(term, out, text, width);
    if (!table->columns[column].right && !last)
        add_blanks(out, width - used);
}

static void print_heading(const struct table *table, const struct term *term,
                          const size_t *widths, struct buf *out)
{
    buf_add_c(out, term_style(term, TERM_BOLD));
    for (unsigned c = 0; c < table->count; c++) {
        add_blanks(out, c > 0 ? GAP : 0);
        print_cell(table, term, c, widths[c], str_c(table->columns[c].title),
                   out);
    }
    buf_add_c(out, term_end(term));
    buf_add_char(out, '\n');
}

static void print_row(const struct table *table, const struct term *term,
                      const struct table_row *row, const size_t *widths,
                      struct buf *out)
{
    for (unsigned c = 0; c < table->count; c++) {
        bool styled = c == 0 && row->style != TERM_PLAIN;

        add_blanks(out, c > 0 ? GAP : 0);
        if (styled)
            buf_add_c(out, term_style(term, row->style));
        print_cell(table, term, c, widths[c], row->cells[c], out);
        if (styled)
            buf_add_c(out, term_end(term));
    }
    buf_add_char(out, '\n');
}

void table_print(const struct table *table, const struct term *term,
                 unsigned indent, struct buf *out)
{
    size_t widths[TABLE_COLUMNS_MAX];
    size_t room = term->width > indent ? term->width - indent : 1;

    measure(table, widths);
    fit(table, room, widths);
    add_blanks(out, indent);
    print_heading(table, term, widths, out);
    for (size_t r = 0; r < table->rows.n; r++) {
        add_blanks(out, indent);
        print_row(table, term, &table->rows.p[r], widths, out);
    }
}
