/* SPDX-License-Identifier: Apache-2.0
 *
 * A list as a file that people keep: CSV, a page to print (HTML), or the
 * lines that the program holdfast-print makes a PDF or a spreadsheet of. Rows
 * are objects of the API's own answers, so that a file and the API cannot say
 * different things; headings are in English, French or Dutch.
 *
 * Everything in a cell is hostile (titles of content, names of devices): CSV
 * cells cannot become formulas, HTML is escaped, has no script and may load
 * nothing, and control characters are shown as "?". Rows are written as they
 * come: memory does not grow with their number.
 */
#ifndef SERVER_TABLE_H
#define SERVER_TABLE_H

#include "base/jval.h"
#include "server/sentence.h"

enum table_format {
    TABLE_JSON, /* not written here: the list of the API */
    TABLE_CSV,
    TABLE_HTML,
    TABLE_PDF,  /* input of holdfast-print */
    TABLE_XLSX, /* the same */
};
enum table_format table_format_of(str text);
/* What is written are lines for holdfast-print, not yet the file. */
bool table_is_printed(enum table_format format);

struct words {
    const char *in[WORDS_LANGUAGES];
};
struct column {
    const char *key; /* member of a row; ends a table when NULL */
    struct words heading;
    int weight; /* of its width in a PDF */
};

struct table_head {
    enum table_format format;
    enum words_language language;
    str title;
    str note; /* a sentence below the title, or empty */
    const struct column *columns;
};

/* Writes to fd, which stays the caller's. */
struct table;
struct table *table_new(const struct table_head *head, int fd);
void table_row(struct table *table, const struct jval *row);
/* The end; tells the first thing that went wrong. */
int table_finish(struct table *table, struct err *err) MUST_CHECK;
void table_free(struct table *table);
void table_freep(struct table **table);

const char *table_content_type(enum table_format format);
const char *table_suffix(enum table_format format);

/* The text of a value as a cell shows it; appended. */
void table_cell(const struct jval *value, enum words_language language,
                struct buf *out);

/* Appends foreign text, escaped for HTML, control characters as "?". */
void html_escape(struct buf *out, str text);

#endif
