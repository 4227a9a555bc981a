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

static bool is_bare(const struct table *table, unsigned column)
{
    if (!table->columns[column].bare)
        return false;
    for (size_t r = 0; r < table->rows.n; r++) {
        if (!str_eq_c(table->rows.p[r].cells[column], "-"))
            return false;
    }
    return true;
}

static void measure(const struct table *table, size_t *widths)
{
    for (unsigned c = 0; c < table->count; c++) {
        widths[c] = term_columns(str_c(table->columns[c].title));
        for (size_t r = 0; r < table->rows.n; r++) {
            size_t n = term_columns(table->rows.p[r].cells[c]);

            widths[c] = n > widths[c] ? n : widths[c];
        }
        if (is_bare(table, c))
            widths[c] = 0;
    }
}

/* The widest column that may still shrink, or count. */
static unsigned widest(const struct table *table, const size_t *widths,
                       bool soft_only)
{
    unsigned best = table->count;

    for (unsigned c = 0; c < table->count; c++) {
        const struct table_column *column = &table->columns[c];

        if (column->least == 0 || widths[c] <= column->least ||
            (soft_only && !column->soft))
            continue;
        if (best == table->count || widths[c] > widths[best])
            best = c;
    }
    return best;
}

/* A column that is left out has width 0 and takes no gap. */
static size_t total_of(const struct table *table, const size_t *widths)
{
    size_t total = 0;

    for (unsigned c = 0; c < table->count; c++)
        total += widths[c] + (widths[c] > 0 ? GAP : 0);
    return total > GAP ? total - GAP : 0;
}

static bool shrink(const struct table *table, size_t room, bool soft_only,
                   size_t *widths)
{
    while (total_of(table, widths) > room) {
        unsigned c = widest(table, widths, soft_only);

        if (c == table->count)
            return false;
        widths[c]--;
    }
    return true;
}

/* Leaves out the column that goes next; false when there is none. */
static bool leave_out(const struct table *table, size_t *widths)
{
    unsigned best = table->count;

    for (unsigned c = 0; c < table->count; c++) {
        if (widths[c] == 0 || table->columns[c].leave == 0)
            continue;
        if (best == table->count ||
            table->columns[c].leave > table->columns[best].leave)
            best = c;
    }
    if (best == table->count)
        return false;
    widths[best] = 0;
    return true;
}

static void fit(const struct table *table, size_t room, size_t *widths)
{
    while (!shrink(table, room, true, widths)) {
        if (leave_out(table, widths))
            continue;
        (void)shrink(table, room, false, widths);
        return;
    }
}

static void add_blanks(struct buf *out, size_t n)
{
    for (size_t i = 0; i < n; i++)
        buf_add_char(out, ' ');
}

struct line {
    const struct table *table;
    const struct term *term;
    const size_t *widths;
    struct buf *out;
};

static unsigned last_column(const struct line *line)
{
    unsigned last = line->table->count - 1;

    while (last > 0 && line->widths[last] == 0)
        last--;
    return last;
}

static void print_cell(const struct line *line, unsigned column, str text)
{
    size_t width = line->widths[column];
    size_t used = term_columns(text);
    bool right = line->table->columns[column].right;

    used = used > width ? width : used;
    if (right)
        add_blanks(line->out, width - used);
    term_text(line->term, line->out, text, width);
    if (!right && column != last_column(line))
        add_blanks(line->out, width - used);
}

/* style is of the first cell, or of all with `whole`. */
static void print_line(const struct line *line, const str *cells,
                       enum term_style style, bool whole)
{
    bool styled = style != TERM_PLAIN;
    bool first = true;

    if (styled)
        buf_add_c(line->out, term_style(line->term, style));
    for (unsigned c = 0; c < line->table->count; c++) {
        if (line->widths[c] == 0)
            continue;
        add_blanks(line->out, first ? 0 : GAP);
        print_cell(line, c, cells[c]);
        if (styled && first && !whole)
            buf_add_c(line->out, term_end(line->term));
        first = false;
    }
    if (styled && whole)
        buf_add_c(line->out, term_end(line->term));
    buf_add_char(line->out, '\n');
}

void table_print(const struct table *table, const struct term *term,
                 struct buf *out)
{
    size_t widths[TABLE_COLUMNS_MAX];
    struct line line = { table, term, widths, out };
    str titles[TABLE_COLUMNS_MAX];

    measure(table, widths);
    fit(table, term->width, widths);
    for (unsigned c = 0; c < table->count; c++)
        titles[c] = str_c(table->columns[c].title);
    print_line(&line, titles, TERM_BOLD, true);
    for (size_t r = 0; r < table->rows.n; r++)
        print_line(&line, table->rows.p[r].cells, table->rows.p[r].style,
                   false);
}
