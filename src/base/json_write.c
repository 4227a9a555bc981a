/* SPDX-License-Identifier: Apache-2.0 */
#include "base/json_write.h"

#include <assert.h>
#include <yajl/yajl_gen.h>

#include "base/mem.h"
#include "base/utf8.h"

struct json_writer {
    yajl_gen gen;
    struct io_out *out;
};

static void print(void *ctx, const char *text, size_t n)
{
    str left = { text, n };

    while (left.n > 0) {
        unsigned control;
        size_t plain = utf8_plain(left, &control);

        io_out_write(ctx, str_sub(left, 0, plain));
        if (control > 0)
            io_out_printf(ctx, "\\u%04X",
                          (unsigned char)left.p[plain + control - 1]);
        left = str_sub(left, plain + control, left.n);
    }
}

struct json_writer *json_write_new(struct io_out *out)
{
    struct json_writer *w = mem_alloc(1, sizeof(*w));

    w->out = out;
    w->gen = yajl_gen_alloc(NULL);
    if (w->gen == NULL)
        abort(); /* memory: as mem_alloc() does */
    yajl_gen_config(w->gen, yajl_gen_beautify, 1);
    yajl_gen_config(w->gen, yajl_gen_indent_string, "  ");
    yajl_gen_config(w->gen, yajl_gen_print_callback, print, out);
    return w;
}

void json_write_free(struct json_writer *w)
{
    if (w == NULL)
        return;
    yajl_gen_free(w->gen);
    mem_free(w);
}

void json_write_freep(struct json_writer **w)
{
    json_write_free(*w);
    *w = NULL;
}

/* yajl refuses what makes no document: a key without a value, a value
 * without a key, too deep. Those are mistakes of ours. */
static void check(yajl_gen_status status)
{
    assert(status == yajl_gen_status_ok ||
           status == yajl_gen_generation_complete);
}

void json_write_object(struct json_writer *w)
{
    check(yajl_gen_map_open(w->gen));
}

void json_write_object_end(struct json_writer *w)
{
    check(yajl_gen_map_close(w->gen));
}

void json_write_array(struct json_writer *w)
{
    check(yajl_gen_array_open(w->gen));
}

void json_write_array_end(struct json_writer *w)
{
    check(yajl_gen_array_close(w->gen));
}

void json_write_key(struct json_writer *w, const char *key)
{
    json_write_str(w, str_c(key));
}

/* A copy in which every byte that is not UTF-8 has become U+FFFD. */
static void repair(struct buf *copy, str text)
{
    while (text.n > 0) {
        size_t n = utf8_valid(text);

        buf_add(copy, str_sub(text, 0, n));
        text = str_sub(text, n, text.n);
        if (text.n > 0)
            buf_add(copy, STR("\xEF\xBF\xBD"));
        text = str_sub(text, 1, text.n);
    }
}

void json_write_str(struct json_writer *w, str text)
{
    AUTO(buf_clear) struct buf copy = BUF(SIZE_MAX / 2);

    if (utf8_valid(text) < text.n) {
        repair(&copy, text);
        text = buf_str(&copy);
    }
    check(yajl_gen_string(w->gen, (const unsigned char *)text.p, text.n));
}

void json_write_i64(struct json_writer *w, int64_t value)
{
    check(yajl_gen_integer(w->gen, value));
}

void json_write_number(struct json_writer *w, str number)
{
    check(yajl_gen_number(w->gen, number.p, number.n));
}

void json_write_bool(struct json_writer *w, bool value)
{
    check(yajl_gen_bool(w->gen, value));
}

void json_write_null(struct json_writer *w)
{
    check(yajl_gen_null(w->gen));
}

void json_write_member(struct json_writer *w, const char *key, str text)
{
    json_write_key(w, key);
    if (text.p == NULL)
        json_write_null(w);
    else
        json_write_str(w, text);
}
