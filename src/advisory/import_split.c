/* SPDX-License-Identifier: Apache-2.0
 *
 * Cutting a large JSON document into values that fit in memory: the objects
 * and arrays around them are read here, the values by base/jval.h, which is
 * strict. Memory grows with the largest value only.
 */
#include "advisory/import_int.h"

enum {
    KEY_MAX = 4096,
};

struct split {
    const struct reader_split *how;
    struct stream *stream;
    struct buf piece;
    size_t at;
    bool end;
    unsigned line;
    struct buf value;
    struct buf keys[SPLIT_DEPTH];
    unsigned depth;
};

static int fail(const struct split *s, struct err *err, const char *what)
{
    return err_set(err, E_PARSE, "line %u: %s", s->line, what);
}

/* The next byte without taking it; -1 at the end. */
static int peek(struct split *s, int *out, struct err *err)
{
    size_t got = 0;

    if (s->at < s->piece.n) {
        *out = (unsigned char)s->piece.p[s->at];
        return 0;
    }
    *out = -1;
    if (!s->end) {
        int rc;

        buf_reset(&s->piece);
        rc = stream_read(s->stream, buf_grow(&s->piece, READER_PIECE),
                         READER_PIECE, &got, err);
        s->piece.n = got;
        s->at = 0;
        s->end = got == 0;
        if (rc < 0)
            return rc;
    }
    if (got > 0)
        *out = (unsigned char)s->piece.p[0];
    return 0;
}

static void take(struct split *s)
{
    s->line += s->piece.p[s->at] == '\n';
    s->at++;
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\n' || c == '\r' || c == '\t';
}

/* The next byte that is no blank. */
static int token(struct split *s, int *out, struct err *err)
{
    int rc = peek(s, out, err);

    while (rc == 0 && *out >= 0 && is_blank((char)*out)) {
        take(s);
        while (s->at < s->piece.n && is_blank(s->piece.p[s->at]))
            take(s);
        rc = peek(s, out, err);
    }
    return rc;
}

/* Where a scan of a value stands. */
struct scan {
    unsigned nest;
    bool quoted;
    bool escaped;
    bool done;
};

/* One byte of a value; false when it is the first one behind it. */
static bool scan_byte(struct scan *scan, char c)
{
    if (scan->quoted) {
        scan->done = c == '"' && !scan->escaped && scan->nest == 0;
        scan->quoted = c != '"' || scan->escaped;
        scan->escaped = c == '\\' && !scan->escaped;
        return true;
    }
    if (scan->nest == 0 && (c == ',' || c == '}' || c == ']' || is_blank(c)))
        return false;
    scan->quoted = c == '"';
    if (c == '{' || c == '[')
        scan->nest++;
    else if (c == '}' || c == ']')
        scan->done = --scan->nest == 0;
    return true;
}

/* Takes from the piece what belongs to the value. */
static void scan_piece(struct split *s, struct scan *scan)
{
    const char *p = s->piece.p + s->at;
    size_t n = s->piece.n - s->at;
    size_t i = 0;

    while (i < n && !scan->done) {
        if (!scan_byte(scan, p[i])) {
            scan->done = true;
            break;
        }
        s->line += p[i++] == '\n';
    }
    buf_add(&s->value, (str){ p, i });
    s->at += i;
}

/* Moves a value; brackets are only counted here, jval_parse() judges. */
static int copy_value(struct split *s, struct err *err)
{
    struct scan scan = { 0 };

    while (!scan.done && !s->value.over) {
        int c;
        int rc = peek(s, &c, err);

        if (rc < 0)
            return rc;
        if (c < 0)
            return scan.nest > 0 || scan.quoted
                       ? fail(s, err, "the document ends early")
                       : 0;
        scan_piece(s, &scan);
    }
    if (s->value.over)
        return err_set(err, E_LIMIT, "line %u: a value is larger than %d bytes",
                       s->line, READER_DOCUMENT_MAX);
    return 0;
}

/* Gives a value to the format, as a tree. */
static int give(struct split *s, struct err *err)
{
    AUTO(jval_freep) struct jval *list = NULL;
    struct reader_part part = { .depth = s->depth };
    unsigned line = s->line;
    int rc;

    buf_reset(&s->value);
    buf_add_char(&s->value, '['); /* so that a bare text is a document */
    rc = copy_value(s, err);
    if (rc < 0)
        return rc;
    buf_add_char(&s->value, ']');
    rc = buf_finish(&s->value, "a value", err);
    if (rc == 0)
        rc = jval_parse(buf_str(&s->value), READER_DOCUMENT_MAX, &list, err);
    if (rc == 0 && jval_count(list) != 1)
        rc = err_set(err, E_PARSE, "a value is missing");
    if (rc < 0)
        return err_wrap(err, rc, "value at line %u", line);
    for (unsigned i = 0; i < s->depth; i++)
        part.keys[i] = buf_str(&s->keys[i]);
    part.value = jval_at(list, 0);
    rc = s->how->each(s->how->ctx, &part, err);
    return rc < 0 ? err_wrap(err, rc, "line %u", line) : rc;
}

static int read_key(struct split *s, struct err *err)
{
    AUTO(jval_freep) struct jval *list = NULL;
    struct buf *key = &s->keys[s->depth];
    int c;
    int rc = token(s, &c, err);

    if (rc == 0 && c != '"')
        rc = fail(s, err, "the name of a member is missing");
    buf_reset(&s->value);
    buf_add_char(&s->value, '[');
    if (rc == 0)
        rc = copy_value(s, err);
    buf_add_char(&s->value, ']');
    if (rc == 0)
        rc = jval_parse(buf_str(&s->value), KEY_MAX, &list, err);
    if (rc < 0)
        return rc;
    buf_reset(key);
    buf_add(key, jval_text(jval_at(list, 0), STR("")));
    rc = token(s, &c, err);
    if (rc == 0 && c != ':')
        rc = fail(s, err, "':' is missing");
    if (rc == 0)
        take(s);
    return rc;
}

static int read_value(struct split *s, struct err *err);

/* One member, or element, and what stands behind it; 1 when it was the last
 * one. */
static int read_member(struct split *s, bool object, struct err *err)
{
    int close = object ? '}' : ']';
    int rc = 0;
    int c;

    buf_reset(&s->keys[s->depth]);
    if (object)
        rc = read_key(s, err);
    if (rc < 0)
        return rc;
    s->depth++;
    rc = read_value(s, err);
    s->depth--;
    if (rc == 0)
        rc = token(s, &c, err);
    if (rc < 0)
        return rc;
    if (c != ',' && c != close)
        return fail(s, err,
                    object ? "',' or '}' is missing" : "',' or ']' is missing");
    take(s);
    return c == close;
}

static int read_members(struct split *s, bool object, struct err *err)
{
    int c;
    int rc;

    take(s);
    rc = token(s, &c, err);
    if (rc == 0 && c == (object ? '}' : ']')) {
        take(s);
        return 0;
    }
    while (rc == 0)
        rc = read_member(s, object, err);
    return rc < 0 ? rc : 0;
}

/* Its depth is bounded by SPLIT_DEPTH. */
static int read_value(struct split *s, struct err *err)
{
    str keys[SPLIT_DEPTH];
    int c;
    int rc = token(s, &c, err);

    if (rc < 0)
        return rc;
    for (unsigned i = 0; i < s->depth; i++)
        keys[i] = buf_str(&s->keys[i]);
    if ((c == '{' || c == '[') && s->depth < SPLIT_DEPTH &&
        s->how->deeper(keys, s->depth))
        return read_members(s, c == '{', err);
    return give(s, err);
}

int reader_split(struct advisory_reader *reader,
                 const struct reader_split *split, struct err *err)
{
    struct split s = {
        .how = split,
        .stream = reader->stream,
        .piece = BUF(READER_PIECE),
        .value = BUF(READER_DOCUMENT_MAX),
        .line = 1,
    };
    int rc;
    int c;

    for (unsigned i = 0; i < SPLIT_DEPTH; i++)
        s.keys[i] = BUF_INIT(KEY_MAX);
    rc = read_value(&s, err);
    if (rc == 0)
        rc = token(&s, &c, err);
    if (rc == 0 && c >= 0)
        rc = fail(&s, err, "something follows the document");
    buf_clear(&s.piece);
    buf_clear(&s.value);
    for (unsigned i = 0; i < SPLIT_DEPTH; i++)
        buf_clear(&s.keys[i]);
    return rc;
}

int reader_json(struct advisory_reader *reader, struct jval **out,
                struct err *err)
{
    AUTO(buf_clear) struct buf text = BUF(READER_DOCUMENT_MAX);
    size_t got = 1;
    int rc = 0;

    while (rc == 0 && got > 0) {
        char *to = buf_grow(&text, READER_PIECE);

        if (to == NULL)
            return err_set(err, E_LIMIT, "the document is larger than %d bytes",
                           READER_DOCUMENT_MAX - READER_PIECE);
        rc = stream_read(reader->stream, to, READER_PIECE, &got, err);
        text.n -= READER_PIECE - got;
    }
    return rc < 0 ? rc
                  : jval_parse(buf_str(&text), READER_DOCUMENT_MAX, out, err);
}
