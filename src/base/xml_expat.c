/* SPDX-License-Identifier: Apache-2.0 */
#include <expat.h>

#include "base/mem.h"
#include "base/xml_int.h"

/* Between the parts of a name that expat gives. XML forbids this character
 * even as a reference, so it is in no name and no namespace. */
#define SEPARATOR '\f'

struct engine {
    struct xml_reader *reader;
    XML_Parser parser;
    VEC(struct xml_attr) attrs;
    unsigned declared; /* xmlns attributes of the element to come */
    unsigned in_force; /* of all open elements */
    str last_ns;       /* a cache of one */
    int rc;            /* negative: what the handler or a limit said */
};

static void stop(struct engine *e, int rc)
{
    if (rc < 0 && e->rc == 0) {
        e->rc = rc;
        XML_StopParser(e->parser, XML_FALSE);
    }
}

static unsigned line(void *engine)
{
    struct engine *e = engine;

    return (unsigned)XML_GetCurrentLineNumber(e->parser);
}

/* Splits "uri SEPARATOR local SEPARATOR prefix", "uri SEPARATOR local" or
 * "local". */
static int split_name(struct engine *e, const char *text, str *ns, str *name,
                      str *prefix)
{
    str rest = str_c(text);
    str first = str_cut(&rest, SEPARATOR);
    int rc;

    *ns = xml_no_ns;
    *prefix = STR("");
    *name = first;
    if (first.n == strlen(text))
        return 0;
    *name = str_cut(&rest, SEPARATOR);
    if (rest.n > 0)
        *prefix = rest;
    if (e->last_ns.p == NULL || !str_eq(first, e->last_ns)) {
        rc = xml_intern_ns(e->reader, first, &e->last_ns);
        if (rc < 0)
            return rc;
    }
    *ns = e->last_ns;
    return 0;
}

static int check_markup(struct engine *e, const char *what)
{
    const struct xml_limits *limits = &e->reader->limits;
    int n = XML_GetCurrentByteCount(e->parser);

    if (n > 0 && (size_t)n > limits->markup)
        return err_set(e->reader->err, E_LIMIT, "%s is longer than %zu bytes",
                       what, limits->markup);
    return 0;
}

static int start_element(struct engine *e, const char *name,
                         const char **values)
{
    struct xml_element element = { 0 };
    unsigned count = e->declared;
    str prefix;
    int rc;

    e->declared = 0;
    e->attrs.n = 0;
    rc = check_markup(e, "a tag");
    if (rc == 0)
        rc = split_name(e, name, &element.ns, &element.name, &element.prefix);
    for (; rc == 0 && *values != NULL; values += 2) {
        struct xml_attr *attr = vec_push(&e->attrs);

        rc = split_name(e, values[0], &attr->ns, &attr->name, &prefix);
        attr->value = str_c(values[1]);
        count++;
    }
    if (rc < 0)
        return rc;
    if (count > e->reader->limits.attrs)
        return err_set(e->reader->err, E_LIMIT,
                       "an element with more than %u attributes",
                       e->reader->limits.attrs);
    element.attrs = e->attrs.p;
    element.attr_count = e->attrs.n;
    return xml_emit_start(e->reader, &element);
}

static void on_start(void *ctx, const char *name, const char **values)
{
    struct engine *e = ctx;

    if (e->rc == 0)
        stop(e, start_element(e, name, values));
}

static void on_end(void *ctx, const char *name UNUSED)
{
    struct engine *e = ctx;

    if (e->rc == 0)
        stop(e, check_markup(e, "a tag"));
    if (e->rc == 0)
        stop(e, xml_emit_end(e->reader));
}

static void on_text(void *ctx, const char *text, int n)
{
    struct engine *e = ctx;

    if (e->rc == 0)
        stop(e, xml_emit_text(e->reader, (str){ text, (size_t)n }));
}

static void on_instruction(void *ctx, const char *target UNUSED,
                           const char *data UNUSED)
{
    struct engine *e = ctx;

    if (e->rc == 0)
        stop(e, check_markup(e, "a processing instruction"));
}

static void on_declaration(void *ctx, const char *version UNUSED,
                           const char *encoding UNUSED, int standalone UNUSED)
{
    on_instruction(ctx, NULL, NULL);
}

static void on_comment(void *ctx, const char *text UNUSED)
{
    struct engine *e = ctx;

    if (e->rc == 0)
        stop(e, check_markup(e, "a comment"));
}

static void on_namespace(void *ctx, const char *prefix, const char *uri UNUSED)
{
    struct engine *e = ctx;
    uint32_t number;
    str kept;

    e->declared++;
    if (e->rc == 0 && prefix != NULL)
        stop(e, xml_intern_prefix(e->reader, str_c(prefix), &kept, &number));
    if (e->rc == 0 && ++e->in_force > XML_DECLARED_MAX)
        stop(e, err_set(e->reader->err, E_LIMIT,
                        "more than %d namespace declarations in force",
                        XML_DECLARED_MAX));
}

static void on_namespace_end(void *ctx, const char *prefix UNUSED)
{
    struct engine *e = ctx;

    e->in_force--;
}

static void on_doctype(void *ctx, const char *name UNUSED,
                       const char *system_id UNUSED,
                       const char *public_id UNUSED, int subset UNUSED)
{
    struct engine *e = ctx;

    if (e->rc == 0)
        stop(e, err_set(e->reader->err, E_INVALID,
                        "a document type declaration is not allowed"));
}

static void set_handlers(struct engine *e)
{
    XML_Parser p = e->parser;

    XML_SetUserData(p, e);
    XML_SetReturnNSTriplet(p, 1);
    XML_SetElementHandler(p, on_start, on_end);
    XML_SetCharacterDataHandler(p, on_text);
    XML_SetProcessingInstructionHandler(p, on_instruction);
    XML_SetXmlDeclHandler(p, on_declaration);
    XML_SetCommentHandler(p, on_comment);
    XML_SetNamespaceDeclHandler(p, on_namespace, on_namespace_end);
    XML_SetStartDoctypeDeclHandler(p, on_doctype);
}

/* Bytes that expat keeps because the tag or comment has not ended. */
static int check_pending(struct engine *e, uint64_t fed)
{
    int64_t at = XML_GetCurrentByteIndex(e->parser);

    if (at >= 0 && fed > (uint64_t)at &&
        fed - (uint64_t)at > e->reader->limits.markup + XML_CHUNK)
        return err_set(e->reader->err, E_LIMIT,
                       "a tag, comment or instruction is longer than %zu "
                       "bytes",
                       e->reader->limits.markup);
    return 0;
}

static int parse(struct engine *e, unsigned *out_line)
{
    struct xml_reader *r = e->reader;
    uint64_t fed = 0;
    size_t n = 0;
    int rc;

    do {
        char *buffer = XML_GetBuffer(e->parser, XML_CHUNK);

        if (buffer == NULL)
            return err_set(r->err, E_LIMIT, "XML: out of memory");
        rc = xml_read_bytes(r, buffer, XML_CHUNK, &n);
        if (rc < 0)
            return rc;
        fed += n;
        if (XML_ParseBuffer(e->parser, (int)n, n == 0) != XML_STATUS_OK) {
            *out_line = line(e);
            if (e->rc < 0)
                return e->rc;
            return err_set(r->err, E_PARSE, "not well-formed XML: %s",
                           XML_ErrorString(XML_GetErrorCode(e->parser)));
        }
        rc = check_pending(e, fed);
        if (rc < 0)
            *out_line = line(e);
    } while (rc == 0 && n > 0);
    return rc;
}

int xml_run_expat(struct xml_reader *r, unsigned *out_line)
{
    struct engine e = { .reader = r };
    int rc;

    e.parser = XML_ParserCreateNS(NULL, SEPARATOR);
    if (e.parser == NULL)
        return err_set(r->err, E_LIMIT, "XML: out of memory");
    set_handlers(&e);
    r->line = line;
    r->engine = &e;
    if (r->handler->begin != NULL)
        r->handler->begin(r->ctx, r);
    rc = parse(&e, out_line);
    XML_ParserFree(e.parser);
    vec_clear(&e.attrs);
    return rc;
}
