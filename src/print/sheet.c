/* SPDX-License-Identifier: Apache-2.0 */
#include "print/sheet.h"

#include <errno.h>
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>
#include <zip.h>

#include "base/mem.h"
#include "base/utf8.h"

#define HEADER "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n"
#define PACKAGE "http://schemas.openxmlformats.org/package/2006"
#define OFFICE "http://schemas.openxmlformats.org/officeDocument/2006"
#define MAIN "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
#define TYPES "application/vnd.openxmlformats-officedocument.spreadsheetml."

enum {
    WRITE_AT = 1 << 16,
    ROOM = 64 << 20,
    ADDRESS_MAX = 16,
    LETTERS = 26,
};

/* A spreadsheet keeps 15 digits of a number: longer ones are texts. */
#define DIGITS_MAX INT64_C(999999999999999)

struct sheet {
    int fd; /* in memory: sheet1.xml */
    struct buf out;
    size_t columns;
    int64_t rows;
};

/* What a file has besides its sheet. */
static const struct {
    const char *name;
    const char *text;
} parts[] = {
    { "[Content_Types].xml",
      HEADER "<Types xmlns=\"" PACKAGE "/content-types\"><Default "
             "Extension=\"rels\" ContentType=\"application/"
             "vnd.openxmlformats-package.relationships+xml\"/><Default "
             "Extension=\"xml\" ContentType=\"application/xml\"/><Override "
             "PartName=\"/xl/workbook.xml\" ContentType=\"" TYPES
             "sheet.main+xml\"/><Override PartName=\"/xl/worksheets/"
             "sheet1.xml\" ContentType=\"" TYPES
             "worksheet+xml\"/><Override PartName=\"/xl/styles.xml\" "
             "ContentType=\"" TYPES "styles+xml\"/></Types>" },
    { "_rels/.rels",
      HEADER "<Relationships xmlns=\"" PACKAGE "/relationships\"><Relationship "
             "Id=\"rId1\" Type=\"" OFFICE "/relationships/officeDocument\" "
             "Target=\"xl/workbook.xml\"/></Relationships>" },
    { "xl/workbook.xml",
      HEADER "<workbook xmlns=\"" MAIN "\" xmlns:r=\"" OFFICE
             "/relationships\"><sheets><sheet name=\"Report\" sheetId=\"1\" "
             "r:id=\"rId1\"/></sheets></workbook>" },
    { "xl/_rels/workbook.xml.rels",
      HEADER "<Relationships xmlns=\"" PACKAGE "/relationships\"><Relationship "
             "Id=\"rId1\" Type=\"" OFFICE "/relationships/worksheet\" "
             "Target=\"worksheets/sheet1.xml\"/><Relationship Id=\"rId2\" "
             "Type=\"" OFFICE "/relationships/styles\" Target=\"styles.xml\"/>"
             "</Relationships>" },
    { "xl/styles.xml", HEADER
      "<styleSheet xmlns=\"" MAIN "\"><fonts count=\"2\"><font><sz "
      "val=\"11\"/><name val=\"Calibri\"/></font><font><b/><sz val=\"11\"/>"
      "<name val=\"Calibri\"/></font></fonts><fills count=\"2\"><fill>"
      "<patternFill patternType=\"none\"/></fill><fill><patternFill "
      "patternType=\"gray125\"/></fill></fills><borders count=\"1\"><border>"
      "<left/><right/><top/><bottom/><diagonal/></border></borders>"
      "<cellStyleXfs count=\"1\"><xf numFmtId=\"0\" fontId=\"0\" "
      "fillId=\"0\" borderId=\"0\"/></cellStyleXfs><cellXfs count=\"3\">"
      "<xf numFmtId=\"0\" fontId=\"0\" fillId=\"0\" borderId=\"0\" "
      "xfId=\"0\"/><xf numFmtId=\"0\" fontId=\"1\" fillId=\"0\" "
      "borderId=\"0\" xfId=\"0\" applyFont=\"1\"/><xf numFmtId=\"49\" "
      "fontId=\"0\" fillId=\"0\" borderId=\"0\" xfId=\"0\" quotePrefix=\"1\" "
      "applyNumberFormat=\"1\"/></cellXfs></styleSheet>" },
};

enum {
    STYLE_HEADING = 1,
    STYLE_TEXT = 2, /* text, and stays so when a person edits the cell */
};

/* --- Cells ---------------------------------------------------------------- */

static str shown(str text)
{
    size_t n;

    text.n = utf8_valid(text);
    n = text.n > SHEET_CELL_MAX ? SHEET_CELL_MAX : text.n;
    while (n > 0 && n < text.n && ((unsigned char)text.p[n] & 0xc0) == 0x80)
        n--;
    return str_sub(text, 0, n);
}

static bool is_hex(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') ||
           (c >= 'A' && c <= 'F');
}

/* "_x000D_" stands for a character in this format. */
static bool is_escape(str text, size_t at)
{
    if (text.n - at < 7 || text.p[at + 1] != 'x' || text.p[at + 6] != '_')
        return false;
    for (size_t i = at + 2; i < at + 6; i++)
        if (!is_hex(text.p[i]))
            return false;
    return true;
}

/* U+FFFE and U+FFFF, which XML cannot have. */
static bool is_no_character(str text, size_t at)
{
    return text.n - at >= 3 && (unsigned char)text.p[at] == 0xef &&
           (unsigned char)text.p[at + 1] == 0xbf &&
           (unsigned char)text.p[at + 2] >= 0xbe;
}

static void add_text(struct buf *out, str text)
{
    for (size_t i = 0; i < text.n; i++) {
        char c = text.p[i];

        if (c == '<')
            buf_add_c(out, "&lt;");
        else if (c == '>')
            buf_add_c(out, "&gt;");
        else if (c == '&')
            buf_add_c(out, "&amp;");
        else if (c == '_' && is_escape(text, i))
            buf_add_c(out, "_x005F_");
        else if ((unsigned char)c < 0x20 && c != '\t' && c != '\n')
            buf_add_char(out, '?');
        else if (is_no_character(text, i))
            buf_add_char(out, '?'), i += 2;
        else
            buf_add_char(out, c);
    }
}

/* "AB" of column 27. */
static const char *letters(size_t column, char out[ADDRESS_MAX])
{
    char *to = out + ADDRESS_MAX - 1;

    *to = '\0';
    for (size_t n = column + 1; n > 0; n = (n - 1) / LETTERS)
        *--to = (char)('A' + (n - 1) % LETTERS);
    return to;
}

static void add_cell(struct sheet *s, size_t column, const struct jval *value,
                     int style)
{
    int64_t number = jval_i64(value, 0);
    char address[ADDRESS_MAX];

    buf_printf(&s->out, "<c r=\"%s%lld\"", letters(column, address),
               (long long)s->rows);
    if (jval_kind(value) == JVAL_INTEGER && number <= DIGITS_MAX &&
        number >= -DIGITS_MAX) {
        buf_printf(&s->out, "><v>%lld</v></c>", (long long)number);
        return;
    }
    buf_printf(&s->out,
               " s=\"%d\" t=\"inlineStr\"><is><t xml:space=\"preserve\">",
               style);
    if (jval_kind(value) == JVAL_INTEGER)
        buf_printf(&s->out, "%lld", (long long)number);
    else
        add_text(&s->out, shown(jval_text(value, STR(""))));
    buf_add_c(&s->out, "</t></is></c>");
}

static int flush(struct sheet *s, size_t above, struct err *err)
{
    str left = buf_str(&s->out);
    int rc = buf_finish(&s->out, "a row of a sheet", err);

    if (rc < 0 || left.n <= above)
        return rc;
    while (left.n > 0) {
        ssize_t n = write(s->fd, left.p, left.n);

        if (n < 0 && errno != EINTR)
            return err_errno(err, errno, "writing a sheet");
        if (n > 0)
            left = str_sub(left, (size_t)n, left.n);
    }
    buf_reset(&s->out);
    return 0;
}

static int add_row(struct sheet *s, const struct jval *row, int style,
                   struct err *err)
{
    if (s->rows == SHEET_ROWS_MAX)
        return err_set(err, E_LIMIT, "a sheet has at most %d rows",
                       SHEET_ROWS_MAX);
    s->rows++;
    buf_printf(&s->out, "<row r=\"%lld\">", (long long)s->rows);
    for (size_t i = 0; i < s->columns; i++)
        add_cell(s, i, jval_at(row, i), style);
    buf_add_c(&s->out, "</row>\n");
    return flush(s, WRITE_AT, err);
}

int sheet_row(struct sheet *s, const struct jval *row, struct err *err)
{
    return add_row(s, row, STYLE_TEXT, err);
}

/* --- Beginning and end ---------------------------------------------------- */

static void start(struct sheet *s, const struct jval *head)
{
    const struct jval *weights = jval_get(head, "weights");

    buf_add_c(&s->out,
              HEADER "<worksheet xmlns=\"" MAIN "\"><sheetViews><sheetView "
                     "workbookViewId=\"0\"><pane ySplit=\"1\" "
                     "topLeftCell=\"A2\" activePane=\"bottomLeft\" "
                     "state=\"frozen\"/></sheetView></sheetViews><cols>");
    for (size_t i = 0; i < s->columns; i++)
        buf_printf(&s->out,
                   "<col min=\"%zu\" max=\"%zu\" width=\"%lld\" "
                   "customWidth=\"1\"/>",
                   i + 1, i + 1,
                   (long long)(8 + 6 * jval_i64(jval_at(weights, i), 1)));
    buf_add_c(&s->out, "</cols><sheetData>\n");
}

int sheet_new(const struct jval *head, struct sheet **out, struct err *err)
{
    const struct jval *columns = jval_get(head, "columns");
    struct sheet *s;

    if (jval_count(columns) == 0 || jval_count(columns) > SHEET_COLUMNS_MAX)
        return err_set(err, E_INVALID, "a sheet has 1 to %d columns",
                       SHEET_COLUMNS_MAX);
    s = mem_alloc(1, sizeof(*s));
    *out = s;
    s->out = BUF_INIT(ROOM);
    s->columns = jval_count(columns);
    s->fd = memfd_create("sheet", MFD_CLOEXEC);
    if (s->fd < 0)
        return err_errno(err, errno, "room for a sheet");
    start(s, head);
    return add_row(s, columns, STYLE_HEADING, err);
}

/* The source is the archive's when this returns 0. */
static int add_source(zip_t *zip, const char *name, zip_source_t *source,
                      struct err *err)
{
    zip_int64_t at =
        source != NULL ? zip_file_add(zip, name, source, ZIP_FL_ENC_UTF_8) : -1;

    /* A full sheet is half a gigabyte: fast rather than small. */
    if (at >= 0) {
        (void)zip_set_file_compression(zip, (zip_uint64_t)at, ZIP_CM_DEFLATE,
                                       1);
        return 0;
    }
    zip_source_free(source);
    return err_set(err, E_IO, "%s: %s", name, zip_strerror(zip));
}

static int add_parts(zip_t *zip, FILE *sheet, struct err *err)
{
    int rc = 0;

    for (size_t i = 0; rc == 0 && i < COUNT(parts); i++)
        rc = add_source(
            zip, parts[i].name,
            zip_source_buffer(zip, parts[i].text, str_c(parts[i].text).n, 0),
            err);
    if (rc == 0)
        rc = add_source(zip, "xl/worksheets/sheet1.xml",
                        zip_source_filep(zip, sheet, 0, -1), err);
    return rc;
}

static int copy(zip_source_t *from, int fd, struct err *err)
{
    char bytes[WRITE_AT];
    zip_int64_t n;

    if (zip_source_open(from) < 0)
        return err_set(err, E_IO, "the spreadsheet cannot be read");
    while ((n = zip_source_read(from, bytes, sizeof(bytes))) > 0) {
        for (zip_int64_t at = 0; at < n;) {
            ssize_t wrote = write(fd, bytes + at, (size_t)(n - at));

            if (wrote < 0 && errno != EINTR)
                return err_errno(err, errno, "writing a spreadsheet");
            at += wrote > 0 ? wrote : 0;
        }
    }
    zip_source_close(from);
    return n < 0 ? err_set(err, E_IO, "the spreadsheet cannot be read") : 0;
}

static int pack(FILE *sheet, zip_source_t *to, struct err *err)
{
    zip_t *zip = zip_open_from_source(to, ZIP_TRUNCATE, NULL);
    int rc;

    if (zip == NULL)
        return err_set(err, E_IO, "a spreadsheet cannot be begun");
    zip_source_keep(to); /* closing the archive lets it go */
    rc = add_parts(zip, sheet, err);
    if (rc == 0 && zip_close(zip) == 0)
        return 0;
    if (rc == 0)
        rc = err_set(err, E_IO, "packing a sheet: %s", zip_strerror(zip));
    zip_discard(zip);
    return rc;
}

int sheet_finish(struct sheet *s, int fd, struct err *err)
{
    zip_source_t *to;
    FILE *sheet;
    int rc;

    buf_add_c(&s->out, "</sheetData></worksheet>\n");
    rc = flush(s, 0, err);
    if (rc < 0)
        return rc;
    sheet = fdopen(s->fd, "r");
    if (sheet == NULL)
        return err_errno(err, errno, "reading a sheet");
    s->fd = -1;
    rewind(sheet);
    to = zip_source_buffer_create(NULL, 0, 0, NULL);
    rc = to == NULL ? err_set(err, E_IO, "a spreadsheet cannot be begun")
                    : pack(sheet, to, err);
    if (rc == 0)
        rc = copy(to, fd, err);
    zip_source_free(to);
    return rc;
}

void sheet_free(struct sheet *s)
{
    if (s == NULL)
        return;
    if (s->fd >= 0)
        close(s->fd);
    buf_clear(&s->out);
    mem_free(s);
}
