/* SPDX-License-Identifier: Apache-2.0
 *
 * A table on pages of A4, landscape: title and note, headings on every page,
 * rows that grow with their text, and page numbers. Pango lays out the text,
 * cairo writes the PDF. Used by holdfast-print alone.
 */
#ifndef PRINT_PAGE_H
#define PRINT_PAGE_H

#include "base/jval.h"

enum {
    PAGE_COLUMNS_MAX = 20,
    PAGE_CELL_MAX = 2000, /* bytes of a cell that are shown */
};

struct pages;

/* head: {"title", "note", "language", "columns", "weights"}. Writes to fd,
 * which stays the caller's. */
int pages_new(const struct jval *head, int fd, struct pages **out,
              struct err *err) MUST_CHECK;
/* An array of texts, a cell each. */
int pages_row(struct pages *pages, const struct jval *row,
              struct err *err) MUST_CHECK;
int pages_finish(struct pages *pages, struct err *err) MUST_CHECK;
void pages_free(struct pages *pages);
void pages_freep(struct pages **pages);

#endif
