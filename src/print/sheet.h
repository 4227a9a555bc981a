/* SPDX-License-Identifier: Apache-2.0
 *
 * A table as a spreadsheet (Office Open XML, ISO/IEC 29500): one sheet, a
 * heading that stays in view, then a row each. Texts are strings that no
 * program takes for formulas; integers are numbers. The XML goes to a file in
 * memory as rows come, libzip packs it at the end. Used by holdfast-print
 * alone.
 */
#ifndef PRINT_SHEET_H
#define PRINT_SHEET_H

#include "base/jval.h"

enum {
    SHEET_COLUMNS_MAX = 100,
    SHEET_ROWS_MAX = 1048576, /* with the heading: the format has no more */
    SHEET_CELL_MAX = 32000,   /* bytes; the format allows 32,767 characters */
};

struct sheet;

/* head: {"title", "columns", "weights"}. */
int sheet_new(const struct jval *head, struct sheet **out,
              struct err *err) MUST_CHECK;
/* An array of texts and integers, a cell each. */
int sheet_row(struct sheet *sheet, const struct jval *row,
              struct err *err) MUST_CHECK;
/* Writes the file to fd, which stays the caller's. */
int sheet_finish(struct sheet *sheet, int fd, struct err *err) MUST_CHECK;
void sheet_free(struct sheet *sheet);

#endif
