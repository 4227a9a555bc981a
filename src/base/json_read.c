/* SPDX-License-Identifier: Apache-2.0 */
#include "base/json_read.h"

#include <yajl/yajl_parse.h>

#include "base/buf.h"
#include "base/mem.h"

enum {
    PIECE_MAX = 1 << 16 /* so that a long text is noticed early */
};

struct json_reader {
    yajl_handle yajl;
    json_handler *handler;
    void *ctx;
    struct buf path;
    /* Of each container: the length of its path, and whether it is an array.
     */
    struct {
        size_t path;
        bool array;
    } level[JSON_DEPTH_MAX];
    unsigned depth;
    uint64_t line;    /* of the first byte of `piece` */
    str piece;        /* what yajl is reading */
    size_t since;     /* bytes since the last event */
    struct err error; /* of a handler */
    bool failed;
    bool has_arrays; /* they are announced */
};

static void *allocate(void *ctx UNUSED, size_t n)
{
    return mem_alloc(1, n);
}

static void *reallocate(void *ctx UNUSED, void *p, size_t n)
{
    return mem_resize(p, 1, n);
}

static void release(void *ctx UNUSED, void *p)
{
    mem_free(p);
}

static int fail(struct json_reader *r, int code, const char *what)
{
    r->failed = true;
    (void)err_set(&r->error, code, "%s", what);
    return 0;
}

/* yajl's callbacks answer 1 to go on, 0 to end. */
static int give(struct json_reader *r, enum json_type type, str text)
{
    struct json_event event = { type, buf_str(&r->path), text };

    r->since = 0;
    if (r->handler(r->ctx, &event, &r->error) >= 0)
        return 1;
    r->failed = true;
    return 0;
}

/* Sets the path to the one of the next value of the innermost container. */
static int place(struct json_reader *r)
{
    if (r->depth == 0 || !r->level[r->depth - 1].array)
        return 1;
    r->path.n = r->level[r->depth - 1].path;
    buf_add_c(&r->path, "[]");
    return r->path.over ? fail(r, E_LIMIT, "names are too long") : 1;
}

static int enter(struct json_reader *r, bool array)
{
    r->since = 0;
    if (r->depth == JSON_DEPTH_MAX)
        return fail(r, E_LIMIT, "it is nested too deep");
    r->level[r->depth].path = r->path.n;
    r->level[r->depth].array = array;
    r->depth++;
    return 1;
}

/* The path becomes the container's own. */
static void leave(struct json_reader *r)
{
    r->since = 0;
    r->depth--;
    r->path.n = r->level[r->depth].path;
}

static int value(struct json_reader *r, enum json_type type, str text)
{
    return place(r) && give(r, type, text);
}

static int on_null(void *ctx)
{
    return value(ctx, JSON_NULL, STR(""));
}

static int on_bool(void *ctx, int is)
{
    return value(ctx, JSON_BOOL, is ? STR("true") : STR("false"));
}

static int on_number(void *ctx, const char *text, size_t n)
{
    return value(ctx, JSON_NUMBER, (str){ text, n });
}

static int on_string(void *ctx, const unsigned char *text, size_t n)
{
    return value(ctx, JSON_STRING, (str){ (const char *)text, n });
}

static int on_object(void *ctx)
{
    return place(ctx) && give(ctx, JSON_OBJECT, STR("")) && enter(ctx, false);
}

static int on_key(void *ctx, const unsigned char *text, size_t n)
{
    struct json_reader *r = ctx;

    r->since = 0;
    r->path.n = r->level[r->depth - 1].path;
    buf_add_char(&r->path, '/');
    buf_add(&r->path, (str){ (const char *)text, n });
    return r->path.over ? fail(r, E_LIMIT, "names are too long") : 1;
}

static int on_object_end(void *ctx)
{
    leave(ctx);
    return give(ctx, JSON_OBJECT_END, STR(""));
}

static int on_array(void *ctx)
{
    struct json_reader *r = ctx;

    if (!place(r) || (r->has_arrays && !give(r, JSON_ARRAY, STR(""))))
        return 0;
    return enter(r, true);
}

static int on_array_end(void *ctx)
{
    struct json_reader *r = ctx;

    leave(r);
    return !r->has_arrays || give(r, JSON_ARRAY_END, STR(""));
}

static const yajl_callbacks callbacks = {
    .yajl_null = on_null,
    .yajl_boolean = on_bool,
    .yajl_number = on_number,
    .yajl_string = on_string,
    .yajl_start_map = on_object,
    .yajl_map_key = on_key,
    .yajl_end_map = on_object_end,
    .yajl_start_array = on_array,
    .yajl_end_array = on_array_end,
};

struct json_reader *json_read_new(json_handler *handler, void *ctx)
{
    static yajl_alloc_funcs memory = { allocate, reallocate, release, NULL };
    struct json_reader *r = mem_alloc(1, sizeof(*r));

    r->handler = handler;
    r->ctx = ctx;
    r->line = 1;
    r->path = BUF_INIT(JSON_PATH_MAX);
    r->yajl = yajl_alloc(&callbacks, &memory, r);
    return r;
}

void json_read_arrays(struct json_reader *r)
{
    r->has_arrays = true;
}

void json_read_free(struct json_reader *r)
{
    if (r == NULL)
        return;
    yajl_free(r->yajl);
    buf_clear(&r->path);
    mem_free(r);
}

void json_read_freep(struct json_reader **r)
{
    json_read_free(*r);
    *r = NULL;
}

static uint64_t lines_in(str text)
{
    uint64_t n = 0;

    while (text.n > 0) {
        size_t at = str_find_char(text, '\n');

        if (at == text.n)
            break;
        text = str_sub(text, at + 1, SIZE_MAX);
        n++;
    }
    return n;
}

/* yajl's sentence without its line ends. */
static int syntax_error(struct json_reader *r, struct err *err)
{
    unsigned char *text = yajl_get_error(r->yajl, 0, NULL, 0);
    str sentence = str_trim(str_c((const char *)text));
    int rc = err_set(err, E_PARSE, "is no JSON: %" PRIstr, ARGstr(sentence));

    yajl_free_error(r->yajl, text);
    return rc;
}

static int check(struct json_reader *r, yajl_status status, struct err *err)
{
    str read;
    int rc;

    if (status == yajl_status_ok)
        return 0;
    read = str_sub(r->piece, 0, yajl_get_bytes_consumed(r->yajl));
    if (r->failed) {
        rc = r->error.code;
        if (err != NULL)
            *err = r->error;
    } else {
        rc = syntax_error(r, err);
    }
    return err_wrap(err, rc, "line %llu",
                    (unsigned long long)(r->line + lines_in(read)));
}

int json_read_add(struct json_reader *r, str bytes, struct err *err)
{
    while (bytes.n > 0) {
        int rc;

        r->piece = str_sub(bytes, 0, PIECE_MAX);
        r->since += r->piece.n;
        bytes = str_sub(bytes, r->piece.n, SIZE_MAX);
        rc = check(
            r,
            yajl_parse(r->yajl, (const unsigned char *)r->piece.p, r->piece.n),
            err);
        if (rc < 0)
            return rc;
        r->line += lines_in(r->piece);
        r->piece = STR("");
        if (r->since > JSON_TEXT_MAX)
            return err_set(err, E_LIMIT, "line %llu: a text is too long",
                           (unsigned long long)r->line);
    }
    return 0;
}

int json_read_finish(struct json_reader *r, struct err *err)
{
    return check(r, yajl_complete_parse(r->yajl), err);
}
