/* SPDX-License-Identifier: Apache-2.0 */
#include "base/xml_write.h"

#include <assert.h>

#include "base/utf8.h"

static const char replacement[] = "\xEF\xBF\xBD";

/* What byte c becomes in text or in a quoted attribute; NULL: itself.
 * Blanks other than the space are written as references: as they are, a
 * reader would turn them into spaces (attributes) or line feeds (text). */
static const char *escape_of(unsigned char c, bool attribute)
{
    switch (c) {
    case '&':
        return "&amp;";
    case '<':
        return "&lt;";
    case '>':
        return "&gt;";
    case '"':
        return attribute ? "&quot;" : NULL;
    case '\'':
        return attribute ? "&#39;" : NULL;
    case '\r':
        return "&#13;";
    case '\n':
        return attribute ? "&#10;" : NULL;
    case '\t':
        return attribute ? "&#9;" : NULL;
    default:
        return c < 0x20 ? replacement : NULL;
    }
}

static bool is_forbidden(str text, unsigned n)
{
    uint32_t c = utf8_decode(text.p, n);

    return c == 0xFFFE || c == 0xFFFF;
}

/* The length of the piece at the start of text that is written as it is; or,
 * when that is 0, *out_bytes are written as *out_instead. */
static size_t plain_run(str text, bool attribute, size_t *out_bytes,
                        const char **out_instead)
{
    size_t i = 0;

    while (i < text.n) {
        unsigned char c = (unsigned char)text.p[i];
        unsigned n = 1;

        *out_instead = NULL;
        if (c < 0x80) {
            *out_instead = escape_of(c, attribute);
        } else {
            str rest = str_sub(text, i, 4);

            n = utf8_char(rest);
            if (n == 0 || is_forbidden(rest, n))
                *out_instead = replacement;
        }
        if (*out_instead != NULL) {
            *out_bytes = n == 0 ? 1 : n;
            return i;
        }
        i += n;
    }
    return i;
}

/* Cuts from *text its first piece and what is to be written instead of the
 * character behind it, which may be nothing. */
static str cut_piece(str *text, bool attribute, str *out_instead)
{
    const char *instead = NULL;
    size_t bytes = 0;
    size_t n = plain_run(*text, attribute, &bytes, &instead);
    str piece = str_sub(*text, 0, n);

    *out_instead = instead == NULL ? STR_NONE : str_c(instead);
    *text = str_sub(*text, n + bytes, text->n);
    return piece;
}

static void write_escaped(struct io_out *out, str text, bool attribute)
{
    while (text.n > 0) {
        str instead;

        io_out_write(out, cut_piece(&text, attribute, &instead));
        io_out_write(out, instead);
    }
}

void xml_escape(struct buf *buf, str text)
{
    while (text.n > 0) {
        str instead;

        buf_add(buf, cut_piece(&text, true, &instead));
        buf_add(buf, instead);
    }
}

void xml_write_init(struct xml_writer *w, struct io_out *out)
{
    memset(w, 0, sizeof(*w));
    w->out = out;
    io_out_write(out, STR("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"));
}

static void indent(struct xml_writer *w)
{
    static const char blanks[] = "                                "
                                 "                                "
                                 "                                "
                                 "                                ";
    size_t n = 2 * (size_t)w->depth;

    if (n > sizeof(blanks) - 1)
        n = sizeof(blanks) - 1;
    io_out_write(w->out, (str){ blanks, n });
}

/* White space may be added in the element that is open. */
static bool may_indent(const struct xml_writer *w)
{
    return w->depth == 0 || !w->mixed[w->depth - 1];
}

static void close_tag(struct xml_writer *w)
{
    if (w->in_tag)
        io_out_write(w->out, STR(">"));
    w->in_tag = false;
}

void xml_write_start(struct xml_writer *w, const char *name)
{
    assert(w->depth < XML_WRITE_DEPTH_MAX);
    close_tag(w);
    if (may_indent(w)) {
        if (w->depth > 0)
            io_out_write(w->out, STR("\n"));
        indent(w);
    }
    w->mixed[w->depth] = !may_indent(w);
    io_out_write(w->out, STR("<"));
    io_out_write(w->out, str_c(name));
    w->open[w->depth++] = name;
    w->in_tag = true;
}

void xml_write_attr(struct xml_writer *w, const char *name, str value)
{
    assert(w->in_tag);
    io_out_write(w->out, STR(" "));
    io_out_write(w->out, str_c(name));
    io_out_write(w->out, STR("=\""));
    write_escaped(w->out, value, true);
    io_out_write(w->out, STR("\""));
}

void xml_write_attr_c(struct xml_writer *w, const char *name, const char *value)
{
    xml_write_attr(w, name, str_c(value));
}

void xml_write_attr_u(struct xml_writer *w, const char *name, uint64_t value)
{
    char digits[24];
    int n = snprintf(digits, sizeof(digits), "%llu", (unsigned long long)value);

    xml_write_attr(w, name, (str){ digits, (size_t)n });
}

void xml_write_text(struct xml_writer *w, str text)
{
    assert(w->depth > 0);
    if (text.n == 0)
        return;
    close_tag(w);
    w->mixed[w->depth - 1] = true;
    write_escaped(w->out, text, false);
}

void xml_write_end(struct xml_writer *w)
{
    bool indented = may_indent(w);

    assert(w->depth > 0);
    w->depth--;
    if (w->in_tag) {
        io_out_write(w->out, STR("/>"));
    } else {
        if (indented) {
            io_out_write(w->out, STR("\n"));
            indent(w);
        }
        io_out_write(w->out, STR("</"));
        io_out_write(w->out, str_c(w->open[w->depth]));
        io_out_write(w->out, STR(">"));
    }
    w->in_tag = false;
    if (w->depth == 0)
        io_out_write(w->out, STR("\n"));
}

void xml_write_leaf(struct xml_writer *w, const char *name, str text)
{
    xml_write_start(w, name);
    xml_write_text(w, text);
    xml_write_end(w);
}
