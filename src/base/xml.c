/* SPDX-License-Identifier: Apache-2.0 */
#include "base/xml.h"

#include "base/mem.h"
#include "base/xml_int.h"

enum {
    HEAD_SIZE = 1024
}; /* an XML declaration lies within */

int xml_emit_start(struct xml_reader *r, const struct xml_element *element)
{
    if (++r->depth > r->limits.depth)
        return err_set(r->err, E_LIMIT, "elements are nested deeper than %u",
                       r->limits.depth);
    if (++r->elements > r->limits.elements)
        return err_set(r->err, E_LIMIT, "more than %llu elements",
                       (unsigned long long)r->limits.elements);
    return r->handler->start == NULL
               ? 0
               : r->handler->start(r->ctx, element, r->err);
}

int xml_emit_end(struct xml_reader *r)
{
    r->depth--;
    return r->handler->end == NULL ? 0 : r->handler->end(r->ctx, r->err);
}

const str xml_no_ns = { "", 0 };

int xml_intern_ns(struct xml_reader *r, str uri, str *out)
{
    uint32_t at = map_get(&r->ns_map, uri);
    str copy;

    if (at == MAP_NONE) {
        if (r->namespaces.n >= XML_NAMESPACES_MAX)
            return err_set(r->err, E_LIMIT, "more than %d namespaces",
                           XML_NAMESPACES_MAX);
        at = (uint32_t)r->namespaces.n;
        copy = arena_str(&r->bytes, uri);
        *vec_push(&r->namespaces) = copy;
        map_set(&r->ns_map, copy, at);
    }
    *out = r->namespaces.p[at];
    return 0;
}

int xml_intern_prefix(struct xml_reader *r, str prefix, str *out,
                      uint32_t *out_number)
{
    uint32_t at = map_get(&r->prefix_map, prefix);
    str copy;

    if (at == MAP_NONE) {
        if (r->prefixes.n >= XML_NAMESPACES_MAX)
            return err_set(r->err, E_LIMIT, "more than %d namespace prefixes",
                           XML_NAMESPACES_MAX);
        at = (uint32_t)r->prefixes.n;
        copy = arena_str(&r->bytes, prefix);
        *vec_push(&r->prefixes) = copy;
        map_set(&r->prefix_map, copy, at);
    }
    *out = r->prefixes.p[at];
    *out_number = at;
    return 0;
}

int xml_read_bytes(struct xml_reader *r, char *bytes, size_t size,
                   size_t *out_n)
{
    size_t n = r->head_n;

    if (r->limits.piece > 0 && size > r->limits.piece)
        size = r->limits.piece;
    if (n == 0)
        return stream_read(r->stream, bytes, size, out_n, r->err);
    if (n > size)
        n = size;
    memcpy(bytes, r->head, n);
    r->head += n;
    r->head_n -= n;
    *out_n = n;
    return 0;
}

unsigned xml_line(struct xml_reader *reader)
{
    return reader->line(reader->engine);
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* The name that the XML declaration gives as encoding; empty when there is
 * none. Whether the declaration is right is for the reader to say. */
static str declared_encoding(str head)
{
    size_t end;
    size_t at;
    char quote;

    if (str_starts(head, STR("\xEF\xBB\xBF")))
        head = str_sub(head, 3, head.n);
    if (!str_starts(head, STR("<?xml")) || head.n < 6 || !is_blank(head.p[5]))
        return STR("");
    end = str_find(head, STR("?>"));
    head = str_sub(head, 0, end);
    at = str_find(head, STR("encoding"));
    head = str_trim(str_sub(head, at + 8, head.n));
    if (head.n < 3 || head.p[0] != '=')
        return STR("");
    head = str_trim(str_sub(head, 1, head.n));
    if (head.n < 2 || (head.p[0] != '"' && head.p[0] != '\''))
        return STR("");
    quote = head.p[0];
    head = str_sub(head, 1, head.n);
    return str_cut(&head, quote);
}

/* Our scanner reads UTF-8 only; what begins like UTF-16, or names another
 * encoding, is expat's. */
static enum xml_engine engine_for(str head)
{
    str encoding;

    if (head.n >= 2 && (head.p[0] == '\0' || head.p[1] == '\0' ||
                        memcmp(head.p, "\xFE\xFF", 2) == 0 ||
                        memcmp(head.p, "\xFF\xFE", 2) == 0))
        return XML_ENGINE_EXPAT;
    encoding = declared_encoding(head);
    return encoding.n == 0 || str_eq_nocase(encoding, STR("utf-8"))
               ? XML_ENGINE_SCAN
               : XML_ENGINE_EXPAT;
}

/* The first bytes, as many as fit or as there are. */
static int read_head(struct xml_reader *r, char *head)
{
    size_t n = 0;
    size_t got;
    int rc;

    do {
        rc = stream_read(r->stream, head + n, HEAD_SIZE - n, &got, r->err);
        if (rc < 0)
            return rc;
        n += got;
    } while (got > 0 && n < HEAD_SIZE);
    r->head = head;
    r->head_n = n;
    return 0;
}

static int run(struct xml_reader *r, enum xml_engine engine)
{
    char head[HEAD_SIZE];
    unsigned line = 0;
    int rc;

    rc = read_head(r, head);
    if (rc < 0)
        return rc;
    if (engine == XML_ENGINE_AUTO)
        engine = engine_for((str){ head, r->head_n });
    rc = engine == XML_ENGINE_SCAN ? xml_run_scan(r, &line)
                                   : xml_run_expat(r, &line);
    if (rc < 0 && line > 0)
        return err_wrap(r->err, rc, "%s:%u", stream_name(r->stream), line);
    return rc;
}

int xml_read_with(enum xml_engine engine, struct stream *stream,
                  const struct xml_limits *limits,
                  const struct xml_handler *handler, void *ctx, struct err *err)
{
    struct xml_reader r = {
        .stream = stream,
        .limits = limits == NULL ? XML_LIMITS : *limits,
        .handler = handler,
        .ctx = ctx,
        .err = err,
    };
    int rc;

    rc = run(&r, engine);
    map_clear(&r.ns_map);
    map_clear(&r.prefix_map);
    vec_clear(&r.prefixes);
    arena_clear(&r.bytes);
    vec_clear(&r.namespaces);
    return rc;
}

int xml_read(struct stream *stream, const struct xml_limits *limits,
             const struct xml_handler *handler, void *ctx, struct err *err)
{
    return xml_read_with(XML_ENGINE_AUTO, stream, limits, handler, ctx, err);
}

str xml_attr(const struct xml_element *element, str name)
{
    for (size_t i = 0; i < element->attr_count; i++) {
        const struct xml_attr *attr = &element->attrs[i];

        if (attr->ns.n == 0 && str_eq(attr->name, name))
            return attr->value;
    }
    return STR_NONE;
}
