/* SPDX-License-Identifier: Apache-2.0 */
#include "netdev/web_int.h"

/* --- HTML ------------------------------------------------------------------
 */

static bool add_entity(str *html, struct buf *out)
{
    static const struct {
        const char *name;
        char c;
    } entities[] = {
        { "&lt;", '<' },   { "&gt;", '>' },    { "&amp;", '&' },
        { "&quot;", '"' }, { "&apos;", '\'' }, { "&nbsp;", ' ' },
    };
    str number = str_sub(*html, 2, 8);
    size_t end = str_find_char(number, ';');
    int64_t code;

    for (size_t i = 0; i < COUNT(entities); i++) {
        str name = str_c(entities[i].name);

        if (!str_eq_nocase(str_sub(*html, 0, name.n), name))
            continue;
        buf_add_char(out, entities[i].c);
        *html = str_sub(*html, name.n, SIZE_MAX);
        return true;
    }
    if (!str_starts(*html, STR("&#")) || end == number.n ||
        str_to_i64(str_sub(number, 0, end), 9, 126, &code, NULL) < 0)
        return false;
    buf_add_char(out, (char)code);
    *html = str_sub(*html, end + 3, SIZE_MAX);
    return true;
}

void web_plain(str html, struct buf *out)
{
    while (html.n > 0) {
        char c = html.p[0];
        size_t end = c == '<' ? str_find_char(html, '>') : html.n;
        char after = html.n > 1 ? html.p[1] : ' ';
        bool is_tag =
            end < html.n && (after == '/' || after == '!' ||
                             ((after | 0x20) >= 'a' && (after | 0x20) <= 'z'));

        if (c == '&' && add_entity(&html, out))
            continue;
        if (is_tag && str_find_char(str_sub(html, 0, end), '\n') == end) {
            html = str_sub(html, end + 1, SIZE_MAX);
            continue;
        }
        buf_add_char(out, c);
        html = str_sub(html, 1, SIZE_MAX);
    }
}

/* --- Sets of commands ------------------------------------------------------
 */

/* NAME="3" or NAME=3 somewhere in the line; out stays as it is without. */
static void read_number(str line, const char *name, int64_t *out)
{
    size_t at = str_find(line, str_c(name));
    str value = str_sub(line, at + strlen(name), SIZE_MAX);
    size_t n = 0;

    if (at == line.n || value.n == 0 || value.p[0] != '=')
        return;
    value = str_sub(value, 1, SIZE_MAX);
    if (value.n > 0 && value.p[0] == '"')
        value = str_sub(value, 1, SIZE_MAX);
    while (n < value.n && ((value.p[n] >= '0' && value.p[n] <= '9') ||
                           (n == 0 && value.p[n] == '-')))
        n++;
    (void)!str_to_i64(str_sub(value, 0, n), -1000000, 1000000, out, NULL);
}

struct blocks {
    web_block_fn *fn;
    void *ctx;
    size_t count;
    struct web_block at;
    bool is_open;   /* a COMMAND block */
    bool in_output; /* lines are the device's words */
    size_t from;
};

static int end_block(struct blocks *b, struct err *err)
{
    if (b->count++ >= WEB_BLOCKS_MAX)
        return err_set(err, E_LIMIT, "more than %d answers in one set",
                       WEB_BLOCKS_MAX);
    b->fn(b->ctx, &b->at);
    b->at = (struct web_block){ .output = STR("") };
    b->is_open = false;
    return 0;
}

/* A line of the frame: "! WORD WORD ...". Without COMMAND blocks each output is
 * one. */
static int take_mark(struct blocks *b, str body, size_t at, str line,
                     struct err *err)
{
    str mark = str_trim(str_sub(line, 1, SIZE_MAX));

    if (b->in_output) {
        if (!str_eq_c(mark, "OUTPUT END"))
            return 0;
        b->in_output = false;
        b->at.output = str_sub(body, b->from, at - b->from);
        return b->is_open ? 0 : end_block(b, err);
    }
    if (str_starts(mark, STR("COMMAND BEGIN"))) {
        if (b->is_open && end_block(b, err) < 0)
            return E_LIMIT;
        b->is_open = true;
    }
    if (b->is_open || b->count == 0) {
        read_number(mark, "PARSE_ERROR", &b->at.parse_error);
        read_number(mark, "STATUS", &b->at.status);
    }
    if (str_eq_c(mark, "OUTPUT BEGIN")) {
        b->in_output = true;
        b->from = at + line.n + 1;
    }
    return str_starts(mark, STR("COMMAND END")) && b->is_open
               ? end_block(b, err)
               : 0;
}

int web_read_blocks(str body, web_block_fn *fn, void *ctx, size_t *out_count,
                    struct err *err)
{
    struct blocks b = { .fn = fn, .ctx = ctx, .at = { .output = STR("") } };
    str rest = body;
    int rc = 0;

    if (str_find(body, STR("! COMMANDSET")) == body.n)
        return err_set(err, E_PARSE, "the answer is no set of commands");
    while (rc == 0 && rest.n > 0) {
        size_t at = (size_t)(rest.p - body.p);
        str line = str_cut(&rest, '\n');

        if (line.n > 0 && line.p[0] == '!')
            rc = take_mark(&b, body, at, line, err);
    }
    if (rc == 0 && b.in_output)
        rc = err_set(err, E_PARSE, "the answer is cut off");
    if (rc == 0 && b.is_open)
        rc = end_block(&b, err);
    if (rc < 0)
        return rc;
    *out_count = b.count;
    return 0;
}
