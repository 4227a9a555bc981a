/* SPDX-License-Identifier: Apache-2.0 */
#include "base/mem.h"
#include "base/utf8.h"
#include "base/vec.h"
#include "base/xml.h"
#include "base/xml_write.h"
#include "netdev/servers/servers_int.h"

enum {
    MARKUP_MAX = 8192,
    UNKNOWN_MAX = 500,
    DOCTYPE_MAX = 512,
};

struct reading {
    struct arena *arena;
    VEC(struct flat_element) elements;
    struct buf texts[FLAT_DEPTH_MAX];
    size_t open[FLAT_DEPTH_MAX];
    unsigned depth;
};

/* "Device-ID" is "deviceid". */
static str plain(str name, struct arena *arena)
{
    char *out = arena_alloc(arena, name.n + 1, 1);
    size_t n = 0;

    for (size_t i = 0; i < name.n; i++) {
        char c = name.p[i];

        if (c >= 'A' && c <= 'Z')
            c = (char)(c + 'a' - 'A');
        if (c != '-' && c != '_')
            out[n++] = c;
    }
    return (str){ out, n };
}

str flat_keep(str text, struct arena *arena)
{
    text = str_trim(text);
    return arena_str(arena, utf8_cut(text, ASK_TEXT_MAX, arena));
}

static int start(void *ctx, const struct xml_element *element, struct err *err)
{
    struct reading *reading = ctx;
    struct flat_element *to;
    struct flat_attr *attrs;

    if (reading->elements.n >= FLAT_ELEMENTS_MAX)
        return err_set(err, E_LIMIT, "more than %d elements",
                       FLAT_ELEMENTS_MAX);
    if (reading->depth >= FLAT_DEPTH_MAX || element->name.n > FLAT_NAME_MAX)
        return err_set(err, E_LIMIT, "too deep, or a name too long");
    to = vec_push(&reading->elements);
    to->told = arena_str(reading->arena, element->name);
    to->name = plain(element->name, reading->arena);
    to->ns = flat_keep(element->ns, reading->arena);
    to->is_leaf = true;
    to->parent = FLAT_NO_PARENT;
    if (reading->depth > 0) {
        to->parent = reading->open[reading->depth - 1];
        reading->elements.p[to->parent].is_leaf = false;
    }
    attrs = arena_alloc(reading->arena, element->attr_count + 1,
                        sizeof(struct flat_attr));
    for (size_t i = 0; i < element->attr_count; i++) {
        attrs[i].name = plain(element->attrs[i].name, reading->arena);
        attrs[i].value = flat_keep(element->attrs[i].value, reading->arena);
    }
    to->attrs = attrs;
    to->attr_count = element->attr_count;
    reading->open[reading->depth] = reading->elements.n - 1;
    reading->texts[reading->depth++] = BUF_INIT(ASK_TEXT_MAX + 1);
    return 0;
}

static int end(void *ctx, struct err *err)
{
    struct reading *reading = ctx;
    struct buf *text = &reading->texts[--reading->depth];

    (void)err;
    reading->elements.p[reading->open[reading->depth]].text =
        flat_keep(buf_str(text), reading->arena);
    buf_clear(text);
    return 0;
}

static int add_text(void *ctx, str text, struct err *err)
{
    struct reading *reading = ctx;
    struct buf *to;

    (void)err;
    if (reading->depth == 0)
        return 0;
    to = &reading->texts[reading->depth - 1];
    if (to->n == 0)
        while (text.n > 0 && (text.p[0] == ' ' || text.p[0] == '\n' ||
                              text.p[0] == '\t' || text.p[0] == '\r'))
            text = str_sub(text, 1, text.n);
    buf_add(to, str_sub(text, 0, to->limit - to->n));
    return 0;
}

/* The body without a DOCTYPE that holds nothing. */
static str without_doctype(str body, struct arena *arena)
{
    size_t at = str_find(body, STR("<!DOCTYPE"));
    str rest = str_sub(body, at, DOCTYPE_MAX);
    size_t close = str_find_char(rest, '>');
    char *copy;

    if (at == body.n || close == rest.n ||
        str_find_char(str_sub(rest, 0, close), '[') < close)
        return body;
    /* Only in front of the root: an element would begin with '<' and a
     * letter. */
    for (size_t i = 0; i + 1 < at; i++) {
        char c = body.p[i + 1];

        if (body.p[i] == '<' && c != '?' && c != '!')
            return body;
    }
    copy = arena_alloc(arena, body.n, 1);
    memcpy(copy, body.p, body.n);
    memset(copy + at, ' ', close + 1);
    return (str){ copy, body.n };
}

int flat_read(str body, struct arena *arena, struct flat *out, struct err *err)
{
    static const struct xml_handler handler = { .start = start,
                                                .end = end,
                                                .text = add_text };
    const struct xml_limits limits = { FLAT_DEPTH_MAX, FLAT_ATTRS_MAX,
                                       MARKUP_MAX, FLAT_ELEMENTS_MAX, 0 };
    const struct stream_limits bytes = { ASK_BODY_MAX };
    struct reading reading = { .arena = arena };
    struct stream *stream = NULL;
    str trimmed = str_trim(body);
    int rc;

    /* A stream would decompress; and what is no XML need not be tried. */
    if (str_starts(trimmed, STR("\xef\xbb\xbf")))
        trimmed = str_sub(trimmed, 3, trimmed.n);
    if (trimmed.n == 0 || trimmed.p[0] != '<')
        return err_set(err, E_PARSE, "the body is no XML");
    rc = stream_open_memory(without_doctype(trimmed, arena), "request", &bytes,
                            &stream, err);
    if (rc == 0)
        rc = xml_read(stream, &limits, &handler, &reading, err);
    stream_free(stream);
    while (reading.depth > 0)
        buf_clear(&reading.texts[--reading.depth]);
    if (rc == 0) {
        out->n = reading.elements.n;
        out->elements = arena_alloc(arena, out->n + 1, sizeof(*out->elements));
        if (out->n > 0)
            memcpy(out->elements, reading.elements.p,
                   out->n * sizeof(*out->elements));
    }
    vec_clear(&reading.elements);
    return rc;
}

bool flat_is(str name, const char *names)
{
    str left = str_c(names);

    while (left.n > 0) {
        if (str_eq(str_cut(&left, '|'), name))
            return true;
    }
    return false;
}

struct flat_element *flat_find(struct flat *flat, const char *names)
{
    for (size_t i = 0; i < flat->n; i++) {
        if (flat_is(flat->elements[i].name, names)) {
            flat->elements[i].is_read = true;
            return &flat->elements[i];
        }
    }
    return NULL;
}

str flat_attr(const struct flat_element *element, const char *names)
{
    for (size_t i = 0; i < element->attr_count; i++) {
        if (flat_is(element->attrs[i].name, names))
            return element->attrs[i].value;
    }
    return STR("");
}

str flat_text(struct flat *flat, const char *names)
{
    for (size_t i = 0; i < flat->n; i++) {
        struct flat_element *element = &flat->elements[i];
        str value = flat_attr(element, names);

        if (value.n > 0)
            return value;
        if (flat_is(element->name, names) && element->text.n > 0) {
            element->is_read = true;
            return element->text;
        }
    }
    return STR("");
}

str flat_unknown(const struct flat *flat, struct arena *arena)
{
    AUTO(buf_clear) struct buf names = BUF(UNKNOWN_MAX);

    for (size_t i = 0; i < flat->n; i++) {
        const struct flat_element *element = &flat->elements[i];

        if (element->is_read || !element->is_leaf ||
            names.n + element->told.n + 1 > UNKNOWN_MAX ||
            str_find(buf_str(&names), element->told) < names.n)
            continue;
        if (names.n > 0)
            buf_add_char(&names, ' ');
        buf_add(&names, element->told);
    }
    return arena_str(arena, buf_str(&names));
}

void servers_leaf(struct buf *out, const char *indent, const char *name,
                  str text)
{
    buf_printf(out, "%s<%s>", indent, name);
    xml_escape(out, text);
    buf_printf(out, "</%s>\n", name);
}
