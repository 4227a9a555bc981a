/* SPDX-License-Identifier: Apache-2.0
 *
 * What the formats share but for cutting JSON (import_split.c).
 */
#include "advisory/import_int.h"
#include "base/clock.h"

str reader_release(struct advisory_reader *reader, str text)
{
    release_name(text, &reader->release);
    return buf_str(&reader->release);
}

/* --- Times. --- */

static bool digits(str text, size_t at, size_t n, int64_t *out)
{
    return text.n >= at + n &&
           str_to_i64((str){ text.p + at, n }, 0, 99999999, out, NULL) == 0;
}

/* "+02:00", "-0500" behind a time, in seconds. */
static int64_t zone(str text)
{
    int64_t hours;
    int64_t minutes;
    size_t colon;

    if (text.n < 5 || (text.p[0] != '+' && text.p[0] != '-'))
        return 0;
    colon = text.p[3] == ':';
    if (!digits(text, 1, 2, &hours) || !digits(text, 3 + colon, 2, &minutes))
        return 0;
    return (hours * 3600 + minutes * 60) * (text.p[0] == '-' ? -1 : 1);
}

int64_t reader_time(str text)
{
    char full[CLOCK_TEXT_MAX] = "0000-00-00T00:00:00Z";
    int64_t at;
    size_t end = 19;

    text = str_trim(text);
    if (text.n > 10 && text.p[4] != '-')
        text.n = str_find_char(text, '.'); /* seconds with a fraction */
    if (text.n < 16 &&
        str_to_i64(text, 1, INT64_C(99999999999), &at, NULL) == 0)
        return at;
    if (text.n < 10)
        return 0;
    memcpy(full, text.p, 10);
    if (text.n >= 19 && (text.p[10] == 'T' || text.p[10] == ' '))
        memcpy(full + 11, text.p + 11, 8);
    if (clock_parse(str_c(full), &at, NULL) < 0)
        return 0;
    while (end < text.n &&
           (text.p[end] == '.' || (text.p[end] >= '0' && text.p[end] <= '9')))
        end++;
    return at - (text.n >= 19 ? zone(str_sub(text, end, SIZE_MAX)) : 0);
}

uint16_t reader_day(str text)
{
    int64_t at = reader_time(text);

    return at > 0 && at / 86400 <= UINT16_MAX ? (uint16_t)(at / 86400) : 0;
}

void reader_date(struct advisory_reader *reader, str text)
{
    char space[DAY_TEXT_SIZE];
    uint16_t day = reader_day(text);
    str date;

    if (day == 0)
        return;
    date = day_text(day, space);
    if (str_cmp(date, reader->date) > 0)
        reader->date = arena_str(&reader->kept, date);
}

/* --- Vulnerabilities. --- */

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

str reader_cut_cve(str *text)
{
    for (;;) {
        size_t at = str_find(*text, STR("CVE-"));
        size_t n = 4;
        str id = str_sub(*text, at, SIZE_MAX);
        uint64_t key;

        while (n < id.n && (is_digit(id.p[n]) || (n == 8 && id.p[n] == '-')))
            n++;
        id.n = n < id.n ? n : id.n;
        *text = str_sub(*text, at + id.n, SIZE_MAX);
        if (id.n == 0 || cve_parse(id, &key, NULL) == 0)
            return id;
    }
}

enum cvss_version reader_score(str vector, unsigned *out_tenths)
{
    struct cvss cvss;

    if (vector.n == 0 || cvss_parse(vector, &cvss, NULL) < 0)
        return CVSS_NONE;
    *out_tenths = cvss_base_score(&cvss);
    return cvss.version;
}

/* --- Lines. --- */

static int more_lines(struct reader_lines *lines, struct err *err)
{
    size_t left = lines->buf.n - lines->at;
    size_t got = 0;
    char *to;
    int rc;

    if (lines->at > 0)
        memmove(lines->buf.p, lines->buf.p + lines->at, left);
    lines->buf.n = left;
    lines->at = 0;
    to = buf_grow(&lines->buf, READER_PIECE);
    if (to == NULL)
        return err_set(err, E_LIMIT, "line %llu is longer than %d bytes",
                       (unsigned long long)lines->line + 1,
                       READER_LINE_MAX - READER_PIECE);
    rc = stream_read(lines->stream, to, READER_PIECE, &got, err);
    lines->buf.n -= READER_PIECE - got;
    lines->end = got == 0;
    return rc;
}

int reader_line(struct reader_lines *lines, str *out, struct err *err)
{
    size_t searched = 0;

    for (;;) {
        str rest = str_sub(buf_str(&lines->buf), lines->at, SIZE_MAX);
        size_t n =
            searched + str_find_char(str_sub(rest, searched, SIZE_MAX), '\n');
        int rc;

        if (n == rest.n && !lines->end) {
            searched = rest.n;
            rc = more_lines(lines, err);
            if (rc < 0)
                return rc;
            continue;
        }
        if (rest.n == 0)
            return 1;
        lines->line++;
        lines->at += n < rest.n ? n + 1 : n;
        *out = str_sub(rest, 0, n);
        if (str_ends(*out, STR("\r")))
            out->n--;
        return 0;
    }
}

/* --- XML. --- */

enum {
    XML_TEXT_MAX = 64 * 1024,
    XML_DEPTH_MAX = 64,
};

struct walk {
    const struct reader_xml *xml;
    struct buf path;
    struct buf text;
    size_t ends[XML_DEPTH_MAX]; /* of the path around each element */
    unsigned depth;
};

static int on_start(void *ctx, const struct xml_element *element,
                    struct err *err)
{
    struct walk *w = ctx;
    int rc;

    if (w->depth >= XML_DEPTH_MAX)
        return err_set(err, E_LIMIT, "more than %d elements inside each other",
                       XML_DEPTH_MAX);
    w->ends[w->depth++] = w->path.n;
    buf_add_char(&w->path, '/');
    buf_add(&w->path, element->name);
    buf_reset(&w->text);
    rc = buf_finish(&w->path, "the names of the elements", err);
    return rc < 0 ? rc
                  : w->xml->start(w->xml->ctx, buf_str(&w->path), element, err);
}

static int on_end(void *ctx, struct err *err)
{
    struct walk *w = ctx;
    int rc = w->xml->end(w->xml->ctx, buf_str(&w->path),
                         str_trim(buf_str(&w->text)), err);

    w->path.n = w->ends[--w->depth];
    buf_reset(&w->text);
    return rc;
}

static int on_text(void *ctx, str text, struct err *err)
{
    struct walk *w = ctx;

    (void)err;
    buf_add(&w->text, str_sub(text, 0, XML_TEXT_MAX - w->text.n));
    return 0;
}

int reader_xml(struct advisory_reader *reader, const struct reader_xml *xml,
               struct err *err)
{
    static const struct xml_handler handler = { on_start, on_end, on_text,
                                                NULL };
    struct walk w = { .xml = xml,
                      .path = BUF(XML_DEPTH_MAX * 256),
                      .text = BUF(XML_TEXT_MAX) };
    int rc = xml_read(reader->stream, NULL, &handler, &w, err);

    buf_clear(&w.path);
    buf_clear(&w.text);
    return rc;
}
