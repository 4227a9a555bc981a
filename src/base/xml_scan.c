/* SPDX-License-Identifier: Apache-2.0 */
#include "base/xml_scan_int.h"

#include <stdarg.h>

#include XML_FIND_H

#include "base/utf8.h"
#include "base/xml_names_int.h"

enum {
    READ_MIN = 16 * 1024
};

#define S (NAME_START | NAME_CHAR)
#define N NAME_CHAR
#define B BLANK
/* clang-format off */
const uint8_t scan_class[256] = {
    ['\t'] = B, ['\n'] = B, ['\r'] = B, [' '] = B, ['-'] = N, ['.'] = N,
    ['0'] = N, N, N, N, N, N, N, N, N, N,
    ['A'] = S, S, S, S, S, S, S, S, S, S, S, S, S,
    S, S, S, S, S, S, S, S, S, S, S, S, S,
    ['_'] = S,
    ['a'] = S, S, S, S, S, S, S, S, S, S, S, S, S,
    S, S, S, S, S, S, S, S, S, S, S, S, S,
};
/* clang-format on */

int scan_refuse(struct scan *s, int code, const char *p, const char *format,
                ...)
{
    char text[256];
    va_list args;

    va_start(args, format);
    vsnprintf(text, sizeof(text), format, args);
    va_end(args);
    s->error_at = p;
    return err_set(s->r->err, code, "%s%s",
                   code == E_PARSE ? "not well-formed XML: " : "", text);
}

int scan_expected(struct scan *s, const char *p, const char *what)
{
    unsigned char c = (unsigned char)*p;

    if (p >= s->end)
        return SCAN_MORE;
    if (c > 0x20 && c < 0x7F)
        return scan_refuse(s, E_PARSE, p, "expected %s, not '%c'", what, c);
    return scan_refuse(s, E_PARSE, p, "expected %s, not byte 0x%02X", what, c);
}

int scan_wide(struct scan *s, const char **p)
{
    const unsigned char *u = (const unsigned char *)*p;
    size_t left = (size_t)(s->end - *p);
    unsigned n = utf8_char((str){ *p, left });

    if (n == 0 && left < 4 && !s->stream_end)
        return SCAN_MORE;
    if (n == 0)
        return scan_refuse(s, E_PARSE, *p, "byte 0x%02X is not UTF-8", u[0]);
    if (n == 3 && u[0] == 0xEF && u[1] == 0xBF && u[2] >= 0xBE)
        return scan_refuse(s, E_PARSE, *p, "U+FFF%c is not a character",
                           u[2] == 0xBE ? 'E' : 'F');
    *p += n;
    return 0;
}

/* A character past ASCII of a name. *out_is tells whether it may stand
 * there. */
static int wide_name_char(struct scan *s, const char **p, bool first,
                          bool *out_is)
{
    const char *before = *p;
    int rc = scan_wide(s, p);
    uint32_t c;

    if (rc != 0)
        return rc;
    c = utf8_decode(before, (unsigned)(*p - before));
    *out_is = first ? xml_is_name_start(c) : xml_is_name(c);
    if (!*out_is)
        *p = before;
    return 0;
}

int scan_ncname(struct scan *s, const char **p, const char *what)
{
    const char *q = *p;
    bool is = true;
    int rc;

    if (scan_is(*q, NAME_START)) {
        q++;
    } else if ((unsigned char)*q >= 0x80) {
        rc = wide_name_char(s, &q, true, &is);
        if (rc != 0)
            return rc;
        if (!is)
            return scan_expected(s, q, what);
    } else {
        return scan_expected(s, q, what);
    }
    for (;;) {
        while (scan_is(*q, NAME_CHAR))
            q++;
        if (LIKELY((unsigned char)*q < 0x80) || !is)
            break;
        rc = wide_name_char(s, &q, false, &is);
        if (rc != 0)
            return rc;
    }
    *p = q;
    return 0;
}

int scan_qname(struct scan *s, const char **p, struct scan_name *out,
               const char *what)
{
    const char *start = *p;
    int rc = scan_ncname(s, p, what);

    out->p = start;
    out->colon = 0;
    if (rc == 0 && **p == ':') {
        out->colon = (size_t)(*p - start);
        ++*p;
        rc = scan_ncname(s, p, "a name after the colon");
    }
    out->n = (size_t)(*p - start);
    return rc;
}

/* Moves what is not read yet to the front, and takes more in behind it: at
 * least as much again, so that looking at a tag from its start each time
 * stays linear. */
static int refill(struct scan *s)
{
    size_t keep = (size_t)(s->end - s->at);
    size_t least = s->r->limits.piece > 0 ? s->r->limits.piece : READ_MIN;
    size_t want = keep < least ? least : keep;
    size_t n = keep;

    if (s->stream_end)
        return scan_refuse(s, E_PARSE, s->end, "the document ends too early");
    if (keep > s->r->limits.markup)
        return scan_refuse(s, E_LIMIT, s->at,
                           "a tag, comment or instruction is longer than %zu "
                           "bytes",
                           s->r->limits.markup);
    s->lines += (unsigned)xml_count_lines(s->counted, s->at);
    memmove(s->window, s->at, keep);
    if (keep > s->cap / 2) {
        s->cap *= 2;
        s->window = mem_resize(s->window, s->cap + SCAN_PAD, 1);
    }
    if (want > s->cap - keep)
        want = s->cap - keep;
    while (n < keep + want && !s->stream_end) {
        size_t got = 0;
        int rc = xml_read_bytes(s->r, s->window + n, s->cap - n, &got);

        if (rc < 0) {
            s->error_at = NULL;
            s->token = NULL; /* an error of the stream: it has no line */
            return rc;
        }
        n += got;
        s->stream_end = got == 0;
    }
    s->at = s->counted = s->token = s->window;
    s->end = s->window + n;
    memset(s->window + n, 0, SCAN_PAD);
    return 0;
}

/* Gives out the text from s->at to p. */
static int give_text(struct scan *s, const char *p)
{
    str text = { s->at, (size_t)(p - s->at) };

    s->token = s->at;
    s->at = p;
    return text.n == 0 ? 0 : xml_emit_text(s->r, text);
}

/* Gives out the text before the line end at p, and a line feed for it. */
static int give_line_end(struct scan *s, const char *p)
{
    int rc = give_text(s, p);

    if (rc != 0)
        return rc;
    if (p + 1 >= s->end && !s->stream_end)
        return SCAN_MORE;
    s->token = p;
    s->at = p + (p[1] == '\n' ? 2 : 1);
    return xml_emit_text(s->r, STR("\n"));
}

static int give_reference(struct scan *s, const char *p)
{
    char bytes[4];
    size_t n = 0;
    int rc = give_text(s, p);

    if (rc == 0)
        rc = scan_reference(s, &p, bytes, &n);
    if (rc != 0)
        return rc;
    s->token = s->at;
    s->at = p;
    return xml_emit_text(s->r, (str){ bytes, n });
}

/* What stands at p is not plain text: the text before it has to be given out
 * first when it cannot be read yet or is wrong. */
static int give_then(struct scan *s, const char *p, int rc)
{
    int given;

    if (rc == 0)
        return 0;
    given = give_text(s, p);
    return given != 0 ? given : rc;
}

/* ']' at *p: in text the three bytes "]]>" are not allowed, in a CDATA section
 * they end it. Sets *out_ends. */
static int bracket(struct scan *s, const char **p, bool *out_ends)
{
    const char *q = *p;

    if (q + 2 >= s->end && !s->stream_end && (q + 1 >= s->end || q[1] == ']'))
        return SCAN_MORE;
    *out_ends = q[1] == ']' && q[2] == '>';
    if (!*out_ends)
        ++*p;
    return 0;
}

static int text(struct scan *s)
{
    const char *p = s->at;
    bool ends = false;
    int rc = 0;

    while (rc == 0) {
        const char *before;

        p = xml_find_text(p, '<', '&', ']');
        before = p;
        if (*p == '<')
            return give_text(s, p);
        if (*p == '&')
            return give_reference(s, p);
        if (*p == '\r')
            return give_line_end(s, p);
        if (*p == ']')
            rc = bracket(s, &p, &ends);
        else if ((unsigned char)*p >= 0x80)
            rc = scan_wide(s, &p);
        else
            rc = scan_expected(s, p, "a character of text");
        if (ends)
            rc = scan_refuse(s, E_PARSE, p, "']]>' in text");
        rc = give_then(s, before, rc);
    }
    return rc;
}

static int cdata(struct scan *s)
{
    const char *p = s->at;
    bool ends = false;
    int rc = 0;

    while (rc == 0) {
        const char *before;

        p = xml_find_text(p, ']', ']', ']');
        before = p;
        if (*p == '\r')
            return give_line_end(s, p);
        if (*p == ']')
            rc = bracket(s, &p, &ends);
        else if ((unsigned char)*p >= 0x80)
            rc = scan_wide(s, &p);
        else
            rc = scan_expected(s, p, "a character of text");
        if (ends) {
            rc = give_text(s, p);
            s->at = p + 3;
            s->in_cdata = false;
            return rc;
        }
        rc = give_then(s, before, rc);
    }
    return rc;
}

/* Outside the root element: white space. A CR at the end of the window waits
 * for what follows, because CR LF is one line end. */
static int blanks(struct scan *s)
{
    const char *p = s->at;

    while (scan_is(*p, BLANK))
        p++;
    if (p == s->end && p > s->at && p[-1] == '\r' && !s->stream_end) {
        s->started = true;
        s->at = p - 1;
        return SCAN_MORE;
    }
    s->started = s->started || p > s->at;
    s->token = s->at = p;
    if (*p == '<')
        return 0;
    return scan_expected(
        s, p, s->root ? "the end of the document" : "the root element");
}

static int doctype_or_cdata(struct scan *s)
{
    static const char cdata_start[] = "<![CDATA[";
    static const char doctype_start[] = "<!DOCTYPE";
    bool is_cdata = s->at[2] == '[';
    const char *start = is_cdata ? cdata_start : doctype_start;
    const char *p = s->at;

    for (; *start != '\0'; p++, start++)
        if (*p != *start)
            return scan_expected(s, p, "a comment or a CDATA section");
    if (!is_cdata)
        return scan_refuse(s, E_INVALID, s->at,
                           "a document type declaration is not allowed");
    if (s->r->depth == 0)
        return scan_refuse(s, E_PARSE, s->at,
                           "a CDATA section outside the root element");
    s->in_cdata = true;
    s->at = p;
    return 0;
}

static int markup(struct scan *s)
{
    s->token = s->at;
    switch (s->at[1]) {
    case '/':
        return scan_end_tag(s);
    case '?':
        return scan_instruction(s);
    case '!':
        return s->at[2] == '-' ? scan_comment(s) : doctype_or_cdata(s);
    default:
        return scan_start_tag(s);
    }
}

static int step(struct scan *s)
{
    int rc;

    if (s->in_cdata)
        return cdata(s);
    if (*s->at == '<') {
        rc = markup(s);
        s->started = s->started || rc == 0;
        return rc;
    }
    if (s->r->depth > 0)
        return text(s);
    return blanks(s);
}

static int skip_mark(struct scan *s)
{
    int rc;

    do
        rc = refill(s);
    while (rc == 0 && s->end - s->at < 3 && !s->stream_end);
    if (rc == 0 && s->end - s->at >= 3 && memcmp(s->at, "\xEF\xBB\xBF", 3) == 0)
        s->at += 3;
    return rc;
}

static int document(struct scan *s)
{
    int rc = skip_mark(s);

    while (rc == 0) {
        rc = step(s);
        if (rc != SCAN_MORE)
            continue;
        if (s->at == s->end && s->stream_end && s->root && s->r->depth == 0)
            return 0;
        rc = refill(s);
    }
    return rc;
}

static unsigned line(void *engine)
{
    struct scan *s = engine;

    if (s->token > s->counted) {
        s->lines += (unsigned)xml_count_lines(s->counted, s->token);
        s->counted = s->token;
    }
    return s->lines + 1;
}

static void scan_clear(struct scan *s)
{
    mem_free(s->window);
    mem_free(s->scratch);
    buf_clear(&s->names);
    vec_clear(&s->attrs);
    vec_clear(&s->prefixed);
    vec_clear(&s->declared);
    vec_clear(&s->seen);
    vec_clear(&s->open);
    vec_clear(&s->bound);
    vec_clear(&s->undo);
}

int xml_run_scan(struct xml_reader *r, unsigned *out_line)
{
    struct scan s = {
        .r = r,
        .cap = XML_CHUNK,
        .names = BUF_INIT(r->limits.markup * 8),
    };
    int rc;

    s.window = mem_alloc(s.cap + SCAN_PAD, 1);
    s.at = s.end = s.counted = s.token = s.window;
    r->line = line;
    r->engine = &s;
    scan_ns_init(&s);
    if (r->handler->begin != NULL)
        r->handler->begin(r->ctx, r);
    rc = document(&s);
    if (rc < 0 && s.token != NULL) {
        if (s.error_at != NULL)
            s.token = s.error_at;
        *out_line = line(&s);
    }
    scan_clear(&s);
    return rc;
}
