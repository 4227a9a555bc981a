/* SPDX-License-Identifier: Apache-2.0
 *
 * A table on a terminal that fits its width. What gives way first: columns
 * that say they may be cut; then columns that may be left out, in their order;
 * then the widest of the others. What is cut ends with an ellipsis. Cells are
 * copied. Rows are printed all at once, by table_print().
 */
#ifndef CLI_TABLE_H
#define CLI_TABLE_H

#include "base/arena.h"
#include "base/vec.h"
#include "cli/term.h"

enum {
    TABLE_COLUMNS_MAX = 12
};

struct table_column {
    const char *title;
    unsigned least; /* columns below which it is not cut; 0: never cut */
    bool soft;      /* cut before anything is left out */
    bool right;     /* numbers */
    bool bare;      /* left out when every cell is "-" */
    unsigned leave; /* left out when too narrow, highest first; 0: never */
};

struct table_row {
    const str *cells;
    enum term_style style; /* of the first cell */
};

struct table {
    const struct table_column *columns;
    unsigned count;
    struct arena arena;
    VEC(struct table_row) rows;
};

/* columns outlive the table. */
void table_init(struct table *table, const struct table_column *columns,
                unsigned count);
void table_clear(struct table *table);

/* cells has one text a column. */
void table_add(struct table *table, enum term_style style, const str *cells);

/* Appends heading and rows. */
void table_print(const struct table *table, const struct term *term,
                 struct buf *out);

#endif
