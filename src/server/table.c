/* SPDX-License-Identifier: Apache-2.0 */
#include "server/table.h"

#include <errno.h>
#include <unistd.h>

#include "base/mem.h"

enum {
    WRITE_AT = 1 << 16,
    CELL_MAX = 1 << 16,
    LINE_ROOM = 8 << 20,
};

struct table {
    struct table_head head;
    int fd;
    struct buf out;
    struct buf cell;
    uint64_t rows;
    int rc;
    struct err err;
};

static const struct {
    const char *name;
    const char *type;
    const char *suffix;
} formats[] = {
    [TABLE_JSON] = { "json", "application/json", "json" },
    [TABLE_CSV] = { "csv", "text/csv; charset=utf-8; header=present", "csv" },
    [TABLE_HTML] = { "html", "text/html; charset=utf-8", "html" },
    [TABLE_PDF] = { "pdf", "application/pdf", "pdf" },
    [TABLE_XLSX] = { "xlsx",
                     "application/"
                     "vnd.openxmlformats-officedocument.spreadsheetml.sheet",
                     "xlsx" },
};

enum table_format table_format_of(str text)
{
    for (size_t i = 0; i < COUNT(formats); i++) {
        if (str_eq_c(text, formats[i].name))
            return (enum table_format)i;
    }
    return TABLE_JSON;
}

bool table_is_printed(enum table_format format)
{
    return format == TABLE_PDF || format == TABLE_XLSX;
}

const char *table_content_type(enum table_format format)
{
    return formats[format].type;
}

const char *table_suffix(enum table_format format)
{
    return formats[format].suffix;
}

/* --- Cells --------------------------------------------------------------- */

static const struct {
    const char *text; /* what the API says where something is not stated */
    struct words words;
} fixed[] = {
    { "not stated", { { "not stated", "non indiqué", "niet vermeld" } } },
    { "affected", { { "affected", "touché", "getroffen" } } },
    { "not affected", { { "not affected", "non touché", "niet getroffen" } } },
    { "not available: no agent",
      { { "not available: no agent", "non disponible : pas d'agent",
          "niet beschikbaar: geen agent" } } },
    { "error", { { "error", "erreur", "fout" } } },
    { "unknown", { { "unknown", "inconnu", "onbekend" } } },
};
static const struct words yes = { { "yes", "oui", "ja" } };
static const struct words no = { { "no", "non", "nee" } };

static void add_text(str text, enum words_language language, struct buf *out)
{
    for (size_t i = 0; i < COUNT(fixed); i++) {
        if (str_eq_c(text, fixed[i].text)) {
            buf_add_c(out, fixed[i].words.in[language]);
            return;
        }
    }
    buf_add(out, text);
}

static void add_member(const struct jval *object, const char *key,
                       const char *before, const char *after, struct buf *out)
{
    str text = jval_text(jval_get(object, key), STR(""));

    if (text.n == 0)
        return;
    buf_add_c(out, before);
    buf_add(out, text);
    buf_add_c(out, after);
}

/* The objects of our lists: a severity with who states it, a fix, a
 * reference, a content version. */
static void add_object(const struct jval *object, enum words_language language,
                       struct buf *out)
{
    if (jval_get(object, "value") != NULL) {
        add_text(jval_text(jval_get(object, "value"), STR("")), language, out);
        add_member(object, "source", " (", ")", out);
    } else if (jval_get(object, "package") != NULL) {
        add_member(object, "package", "", "", out);
        add_member(object, "installed", " ", "", out);
        add_member(object, "fixed", " → ", "", out);
    } else {
        add_member(object, "platform", "", " ", out);
        add_member(object, "source", "", " ", out);
        add_member(object, "id", "", "", out);
        add_member(object, "version", "", "", out);
    }
}

void table_cell(const struct jval *value, enum words_language language,
                struct buf *out)
{
    switch (jval_kind(value)) {
    case JVAL_TEXT:
        add_text(jval_text(value, STR("")), language, out);
        break;
    case JVAL_INTEGER:
        buf_printf(out, "%lld", (long long)jval_i64(value, 0));
        break;
    case JVAL_REAL:
        buf_printf(out, "%g", jval_real(value, 0));
        break;
    case JVAL_BOOL:
        buf_add_c(out, (jval_bool(value, false) ? yes : no).in[language]);
        break;
    case JVAL_OBJECT:
        add_object(value, language, out);
        break;
    case JVAL_ARRAY:
        for (size_t i = 0; i < jval_count(value); i++) {
            buf_add_c(out, i > 0 ? ", " : "");
            table_cell(jval_at(value, i), language, out);
        }
        break;
    case JVAL_ABSENT:
    case JVAL_NULL:
        break;
    }
}

/* Ends of lines and tabs are blanks, other control characters "?": also those
 * of the C1 block and the marks that turn the direction of text. */
static size_t plain(str text, size_t at, struct buf *out)
{
    unsigned char c = (unsigned char)text.p[at];

    if (c == '\n' || c == '\t' || c == '\r')
        buf_add_char(out, ' ');
    else if (c < 0x20 || c == 0x7f)
        buf_add_char(out, '?');
    else if (c == 0xc2 && at + 1 < text.n &&
             (unsigned char)text.p[at + 1] < 0xa0)
        return buf_add_char(out, '?'), 2;
    else if (c == 0xe2 && at + 2 < text.n &&
             (((unsigned char)text.p[at + 1] == 0x80 &&
               (unsigned char)text.p[at + 2] >= 0xaa &&
               (unsigned char)text.p[at + 2] <= 0xae) ||
              ((unsigned char)text.p[at + 1] == 0x81 &&
               (unsigned char)text.p[at + 2] >= 0xa6 &&
               (unsigned char)text.p[at + 2] <= 0xa9)))
        return buf_add_char(out, '?'), 3;
    else
        buf_add_char(out, text.p[at]);
    return 1;
}

void html_escape(struct buf *out, str text)
{
    for (size_t i = 0; i < text.n;) {
        char c = text.p[i];

        if (c == '<')
            buf_add_c(out, "&lt;"), i++;
        else if (c == '>')
            buf_add_c(out, "&gt;"), i++;
        else if (c == '&')
            buf_add_c(out, "&amp;"), i++;
        else if (c == '"')
            buf_add_c(out, "&quot;"), i++;
        else if (c == '\'')
            buf_add_c(out, "&#39;"), i++;
        else
            i += plain(text, i, out);
    }
}

/* RFC 4180. What a spreadsheet would take for a formula gets an apostrophe
 * before it; our own numbers do not. */
static void csv_cell(struct table *t, bool number)
{
    str text = buf_str(&t->cell);

    if (number) {
        buf_add(&t->out, text);
        return;
    }
    buf_add_char(&t->out, '"');
    if (text.n > 0 && memchr("=+-@\t\r\n|%", text.p[0], 9) != NULL)
        buf_add_char(&t->out, '\'');
    for (size_t i = 0; i < text.n;) {
        if (text.p[i] == '"')
            buf_add_char(&t->out, '"');
        i += plain(text, i, &t->out);
    }
    buf_add_char(&t->out, '"');
}

static void printed_cell(struct table *t, struct jval *line)
{
    AUTO(buf_clear) struct buf text = BUF(CELL_MAX);
    str cell = buf_str(&t->cell);

    for (size_t i = 0; i < cell.n;)
        i += plain(cell, i, &text);
    jval_push(line, jval_new_text((str){ text.n > 0 ? text.p : "", text.n }));
}

/* --- Writing ------------------------------------------------------------- */

static void flush(struct table *t, size_t above)
{
    str left = buf_str(&t->out);

    if (left.n <= above)
        return;
    while (t->rc == 0 && left.n > 0) {
        ssize_t n = write(t->fd, left.p, left.n);

        if (n < 0 && errno != EINTR)
            t->rc = err_errno(&t->err, errno, "cannot write a report");
        else if (n > 0)
            left = str_sub(left, (size_t)n, left.n);
    }
    buf_reset(&t->out);
}

static const char html_head[] =
    "<meta charset=\"utf-8\"><meta http-equiv=\"Content-Security-Policy\" "
    "content=\"default-src 'none'; style-src 'unsafe-inline'\">"
    "<meta name=\"viewport\" content=\"width=device-width\">"
    "<style>body{font:14px/1.4 system-ui,sans-serif;margin:1.5rem;color:#111;"
    "background:#fff}h1{font-size:1.3rem;margin:0 0 .3rem}p{margin:0 0 1rem;"
    "color:#444}table{border-collapse:collapse;width:100%}th,td{text-align:"
    "left;vertical-align:top;padding:.3rem .5rem;border-bottom:1px solid #ccc;"
    "overflow-wrap:anywhere}th{background:#eee}td.n,th.n{text-align:right}"
    "thead{display:table-header-group}tr{break-inside:avoid}"
    "@media print{body{margin:0;font-size:9pt}@page{size:A4 landscape;"
    "margin:12mm}}</style>";

static void html_start(struct table *t)
{
    buf_printf(&t->out, "<!doctype html>\n<html lang=\"%s\"><head>%s<title>",
               language_name(t->head.language), html_head);
    html_escape(&t->out, t->head.title);
    buf_add_c(&t->out, "</title></head><body><h1>");
    html_escape(&t->out, t->head.title);
    buf_add_c(&t->out, "</h1>\n<p>");
    html_escape(&t->out, t->head.note);
    buf_add_c(&t->out, "</p>\n<table><thead><tr>");
    for (const struct column *c = t->head.columns; c->key != NULL; c++) {
        buf_add_c(&t->out, "<th scope=\"col\">");
        html_escape(&t->out, str_c(c->heading.in[t->head.language]));
        buf_add_c(&t->out, "</th>");
    }
    buf_add_c(&t->out, "</tr></thead><tbody>\n");
}

static void csv_start(struct table *t)
{
    for (const struct column *c = t->head.columns; c->key != NULL; c++) {
        buf_add_c(&t->out, c == t->head.columns ? "" : ",");
        buf_reset(&t->cell);
        buf_add_c(&t->cell, c->heading.in[t->head.language]);
        csv_cell(t, false);
    }
    buf_add_c(&t->out, "\r\n");
}

static void printed_start(struct table *t)
{
    AUTO(jval_freep) struct jval *head = jval_new_object();
    struct jval *columns = jval_new_array();
    struct jval *weights = jval_new_array();

    jval_set_text(head, "format", str_c(table_suffix(t->head.format)));
    jval_set_text(head, "title", t->head.title);
    jval_set_text(head, "note", t->head.note);
    jval_set_text(head, "language", str_c(language_name(t->head.language)));
    for (const struct column *c = t->head.columns; c->key != NULL; c++) {
        jval_push(columns,
                  jval_new_text(str_c(c->heading.in[t->head.language])));
        jval_push(weights, jval_new_i64(c->weight > 0 ? c->weight : 1));
    }
    jval_set(head, "columns", columns);
    jval_set(head, "weights", weights);
    jval_print(head, &t->out);
    buf_add_char(&t->out, '\n');
}

struct table *table_new(const struct table_head *head, int fd)
{
    struct table *t = mem_alloc(1, sizeof(*t));

    t->head = *head;
    if (t->head.title.p == NULL)
        t->head.title = STR("");
    if (t->head.note.p == NULL)
        t->head.note = STR("");
    t->fd = fd;
    t->out = BUF_INIT(LINE_ROOM);
    t->cell = BUF_INIT(CELL_MAX);
    if (head->format == TABLE_HTML)
        html_start(t);
    else if (head->format == TABLE_CSV)
        csv_start(t);
    else
        printed_start(t);
    return t;
}

static void write_cell(struct table *t, const struct column *c, bool number)
{
    if (t->head.format == TABLE_CSV) {
        buf_add_c(&t->out, c == t->head.columns ? "" : ",");
        csv_cell(t, number);
    } else {
        buf_add_c(&t->out, number ? "<td class=\"n\">" : "<td>");
        html_escape(&t->out, buf_str(&t->cell));
        buf_add_c(&t->out, "</td>");
    }
}

void table_row(struct table *t, const struct jval *row)
{
    AUTO(jval_freep)
    struct jval *line =
        table_is_printed(t->head.format) ? jval_new_array() : NULL;

    if (t->head.format == TABLE_HTML)
        buf_add_c(&t->out, "<tr>");
    for (const struct column *c = t->head.columns; c->key != NULL; c++) {
        const struct jval *value = jval_get(row, c->key);

        buf_reset(&t->cell);
        table_cell(value, t->head.language, &t->cell);
        if (line != NULL && t->head.format == TABLE_XLSX &&
            jval_kind(value) == JVAL_INTEGER)
            jval_push(line, jval_copy(value));
        else if (line != NULL)
            printed_cell(t, line);
        else
            write_cell(t, c, jval_kind(value) == JVAL_INTEGER);
    }
    if (line != NULL)
        jval_print(line, &t->out);
    buf_add_c(&t->out, t->head.format == TABLE_HTML  ? "</tr>\n"
                       : t->head.format == TABLE_CSV ? "\r\n"
                                                     : "\n");
    t->rows++;
    flush(t, WRITE_AT);
}

int table_finish(struct table *t, struct err *err)
{
    if (t->head.format == TABLE_HTML)
        buf_add_c(&t->out, "</tbody></table></body></html>\n");
    flush(t, 0);
    if (t->rc < 0 && err != NULL)
        *err = t->err;
    return t->rc;
}

void table_free(struct table *t)
{
    if (t == NULL)
        return;
    buf_clear(&t->out);
    buf_clear(&t->cell);
    mem_free(t);
}

void table_freep(struct table **table)
{
    table_free(*table);
}
