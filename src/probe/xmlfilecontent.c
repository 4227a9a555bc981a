/* SPDX-License-Identifier: Apache-2.0
 *
 * independent:xmlfilecontent: what an XPath 1.0 expression gives for a file
 * (independent-definitions-schema 5.11.2).
 *
 * The file is read by our own reader, which knows no entities and has limits,
 * into a tree of libxml2, whose XPath is then asked: libxml2's parser never
 * sees the file. A DOCTYPE without declarations of its own is passed over; any
 * other is refused. Comments and processing instructions are not in the tree.
 * Prefixes mean what they mean in the file.
 *
 * Text and attribute nodes give their text as value_of, and so do a string, a
 * number or a boolean. For other nodes real content asks whether they are
 * there: the item exists, without a value_of. No nodes: no item.
 */
#include <libxml/tree.h>
#include <libxml/xpath.h>
#include <libxml/xpathInternals.h>
#include <math.h>

#include "base/vec.h"
#include "base/xml.h"
#include "probe/filespec.h"
#include "probe/library.h"

enum {
    FILE_MAX = 16 << 20,
    ELEMENTS_MAX = 500 * 1000,
    OPERATIONS_MAX = 1000 * 1000, /* of one expression */
};

struct libxml {
    __typeof__(&xmlNewDoc) new_doc;
    __typeof__(&xmlFreeDoc) free_doc;
    __typeof__(&xmlNewDocNode) new_node;
    __typeof__(&xmlNewNs) new_ns;
    __typeof__(&xmlNewNsProp) new_attr;
    __typeof__(&xmlNewDocTextLen) new_text;
    __typeof__(&xmlAddChild) add_child;
    __typeof__(&xmlDocSetRootElement) set_root;
    __typeof__(&xmlXPathNewContext) new_context;
    __typeof__(&xmlXPathFreeContext) free_context;
    __typeof__(&xmlXPathRegisterNs) register_ns;
    __typeof__(&xmlXPathEvalExpression) eval;
    __typeof__(&xmlXPathFreeObject) free_object;
    __typeof__(&xmlXPathCastNodeToString) node_text;
    __typeof__(&xmlSetStructuredErrorFunc) on_error;
    xmlFreeFunc *free; /* a variable of the library */
};

static const struct library_symbol symbols[] = {
    { "xmlNewDoc", offsetof(struct libxml, new_doc) },
    { "xmlFreeDoc", offsetof(struct libxml, free_doc) },
    { "xmlNewDocNode", offsetof(struct libxml, new_node) },
    { "xmlNewNs", offsetof(struct libxml, new_ns) },
    { "xmlNewNsProp", offsetof(struct libxml, new_attr) },
    { "xmlNewDocTextLen", offsetof(struct libxml, new_text) },
    { "xmlAddChild", offsetof(struct libxml, add_child) },
    { "xmlDocSetRootElement", offsetof(struct libxml, set_root) },
    { "xmlXPathNewContext", offsetof(struct libxml, new_context) },
    { "xmlXPathFreeContext", offsetof(struct libxml, free_context) },
    { "xmlXPathRegisterNs", offsetof(struct libxml, register_ns) },
    { "xmlXPathEvalExpression", offsetof(struct libxml, eval) },
    { "xmlXPathFreeObject", offsetof(struct libxml, free_object) },
    { "xmlXPathCastNodeToString", offsetof(struct libxml, node_text) },
    { "xmlSetStructuredErrorFunc", offsetof(struct libxml, on_error) },
    { "xmlFree", offsetof(struct libxml, free) },
};

static const char *const sonames[] = { "libxml2.so.2", NULL };

static const struct library library = {
    .sonames = sonames,
    .package = "libxml2",
    .symbols = symbols,
    .symbol_count = COUNT(symbols),
};

struct job {
    struct probe_machine *machine;
    struct oval_sink *sink;
    const struct oval_want *xpath;
    struct libxml xml;
    struct buf text; /* of the file */
};

struct space {  /* a namespace, declared at the root */
    str prefix; /* p == NULL: not known */
    str uri;
    xmlNsPtr ns;
};

struct tree { /* being built */
    const struct libxml *xml;
    struct arena arena;
    xmlDocPtr doc;
    xmlNodePtr at;   /* the open element, or NULL */
    struct buf text; /* of it, not in the tree yet */
    VEC(struct space) spaces;
};

static const xmlChar *xml_text(struct arena *arena, str text)
{
    return (const xmlChar *)arena_c(arena, text);
}

/* --- the tree --- */

/* A namespace is declared once, at the root, by the prefix it has there or, if
 * that is taken, by one of ours. Attributes come without their prefix. */
static xmlNsPtr space_of(struct tree *tree, str prefix, str uri)
{
    bool any = prefix.p == NULL;
    char own[24];
    struct space *space;

    if (uri.n == 0)
        return NULL;
    for (size_t i = 0; i < tree->spaces.n; i++) {
        space = &tree->spaces.p[i];
        if (str_eq(space->uri, uri) && (any || str_eq(prefix, space->prefix)))
            return space->ns;
    }
    space = vec_push(&tree->spaces);
    space->prefix = arena_str(&tree->arena, prefix);
    space->uri = arena_str(&tree->arena, uri);
    if (prefix.n > 0 || !any)
        space->ns = tree->xml->new_ns(
            tree->doc->children, xml_text(&tree->arena, uri),
            prefix.n == 0 ? NULL : xml_text(&tree->arena, prefix));
    snprintf(own, sizeof(own), "ns%zu", tree->spaces.n);
    if (space->ns == NULL)
        space->ns =
            tree->xml->new_ns(tree->doc->children, xml_text(&tree->arena, uri),
                              (const xmlChar *)own);
    return space->ns;
}

/* The text before a tag, which may have come in pieces. */
static int flush_text(struct tree *tree, struct err *err)
{
    xmlNodePtr node;

    if (tree->at == NULL || tree->text.n == 0)
        return 0;
    node = tree->xml->new_text(tree->doc, (const xmlChar *)tree->text.p,
                               (int)tree->text.n);
    if (node == NULL)
        return err_set(err, E_LIMIT, "libxml2: out of memory");
    tree->xml->add_child(tree->at, node);
    buf_reset(&tree->text);
    return 0;
}

static int on_start(void *ctx, const struct xml_element *element,
                    struct err *err)
{
    struct tree *tree = ctx;
    xmlNodePtr node;
    int rc = flush_text(tree, err);

    if (rc < 0)
        return rc;
    node = tree->xml->new_node(tree->doc, NULL,
                               xml_text(&tree->arena, element->name), NULL);
    if (node == NULL)
        return err_set(err, E_LIMIT, "libxml2: out of memory");
    if (tree->at == NULL)
        tree->xml->set_root(tree->doc, node);
    else
        tree->xml->add_child(tree->at, node);
    node->ns = space_of(tree, element->prefix, element->ns);
    for (size_t i = 0; i < element->attr_count; i++) {
        const struct xml_attr *attr = &element->attrs[i];

        tree->xml->new_attr(node, space_of(tree, STR_NONE, attr->ns),
                            xml_text(&tree->arena, attr->name),
                            xml_text(&tree->arena, attr->value));
    }
    tree->at = node;
    return 0;
}

static int on_end(void *ctx, struct err *err)
{
    struct tree *tree = ctx;
    int rc = flush_text(tree, err);

    tree->at =
        tree->at->parent->type == XML_ELEMENT_NODE ? tree->at->parent : NULL;
    return rc;
}

static int on_text(void *ctx, str text, struct err *err UNUSED)
{
    struct tree *tree = ctx;

    if (tree->at != NULL)
        buf_add(&tree->text, text);
    return 0;
}

static void tree_clear(struct tree *tree)
{
    if (tree->doc != NULL)
        tree->xml->free_doc(tree->doc);
    vec_clear(&tree->spaces);
    buf_clear(&tree->text);
    arena_clear(&tree->arena);
}

/* Where a DOCTYPE that declares nothing ends: behind its '>'. 0: it does
 * declare something, or has no end. */
static size_t doctype_end(str text, size_t from)
{
    char quote = '\0';

    for (size_t i = from; i < text.n; i++) {
        char c = text.p[i];

        if (quote != '\0')
            quote = c == quote ? '\0' : quote;
        else if (c == '"' || c == '\'')
            quote = c;
        else if (c == '[')
            return 0;
        else if (c == '>')
            return i + 1;
    }
    return 0;
}

/* Blanks such a DOCTYPE, keeping line numbers. */
static void pass_over_doctype(struct buf *text)
{
    str all = buf_str(text);
    size_t at = str_find(all, STR("<!DOCTYPE"));

    if (at == all.n || str_find(str_sub(all, 0, at), STR("<!--")) < at)
        return;
    for (size_t end = doctype_end(all, at); at < end; at++)
        if (text->p[at] != '\n')
            text->p[at] = ' ';
}

static int build(struct job *job, const char *path, struct tree *tree,
                 struct err *err)
{
    static const struct xml_handler handler = { on_start, on_end, on_text };
    AUTO(stream_freep) struct stream *stream = NULL;
    struct xml_limits limits = XML_LIMITS;
    int rc;

    limits.elements = ELEMENTS_MAX;
    pass_over_doctype(&job->text);
    rc = stream_open_memory(buf_str(&job->text), path, NULL, &stream, err);
    if (rc < 0)
        return rc;
    tree->xml = &job->xml;
    tree->text = BUF_INIT(FILE_MAX);
    tree->doc = job->xml.new_doc((const xmlChar *)"1.0");
    if (tree->doc == NULL)
        return err_set(err, E_LIMIT, "libxml2: out of memory");
    return xml_read(stream, &limits, &handler, tree, err);
}

/* --- results --- */

static void give_number(struct oval_sink *sink, double value)
{
    char text[40];
    int n;

    if (value == floor(value) && fabs(value) < 9e15) {
        oval_item_int(sink, "value_of", (int64_t)value);
        return;
    }
    n = snprintf(text, sizeof(text), "%.15g", value);
    oval_item_typed(sink, "value_of", OVAL_FLOAT, (str){ text, (size_t)n });
}

static void give_nodes(struct job *job, const xmlNodeSet *nodes)
{
    for (int i = 0; i < nodes->nodeNr; i++) {
        xmlNodePtr node = nodes->nodeTab[i];
        xmlChar *text;

        if (node->type != XML_TEXT_NODE && node->type != XML_ATTRIBUTE_NODE &&
            node->type != XML_CDATA_SECTION_NODE)
            continue;
        text = job->xml.node_text(node);
        oval_item_str(job->sink, "value_of", str_c((const char *)text));
        (*job->xml.free)(text);
    }
}

static void give(struct job *job, const struct filespec_file *file, str xpath,
                 const xmlXPathObject *result)
{
    if (result->type == XPATH_NODESET &&
        (result->nodesetval == NULL || result->nodesetval->nodeNr == 0))
        return;
    oval_item_begin(job->sink, "independent:xmlfilecontent");
    filespec_facts(job->sink, file);
    oval_item_str(job->sink, "xpath", xpath);
    if (result->type == XPATH_NODESET)
        give_nodes(job, result->nodesetval);
    else if (result->type == XPATH_BOOLEAN)
        oval_item_bool(job->sink, "value_of", result->boolval != 0);
    else if (result->type == XPATH_NUMBER)
        give_number(job->sink, result->floatval);
    else if (result->type == XPATH_STRING)
        oval_item_str(job->sink, "value_of",
                      str_c((const char *)result->stringval));
    oval_item_end(job->sink);
}

static void keep_error(void *ctx, xmlErrorPtr error)
{
    str text = str_trim(str_c(error->message));

    if (ctx != NULL)
        err_set(ctx, E_PARSE, "%" PRIstr, ARGstr(text));
}

static void ask(struct job *job, const struct filespec_file *file,
                struct tree *tree, str xpath)
{
    xmlXPathContextPtr context = job->xml.new_context(tree->doc);
    struct err why = { 0 };
    xmlXPathObjectPtr result;

    if (context == NULL)
        return;
    context->opLimit = OPERATIONS_MAX;
    for (size_t i = 0; i < tree->spaces.n; i++) {
        const struct space *space = &tree->spaces.p[i];

        if (space->prefix.n > 0)
            job->xml.register_ns(context, xml_text(&tree->arena, space->prefix),
                                 xml_text(&tree->arena, space->uri));
    }
    job->xml.on_error(&why, (xmlStructuredErrorFunc)keep_error);
    result = job->xml.eval(xml_text(&tree->arena, xpath), context);
    job->xml.on_error(NULL, NULL);
    if (result != NULL)
        give(job, file, xpath, result);
    else
        oval_sink_error(job->sink, "%.*s: XPath '%" PRIstr "': %s", 1000,
                        file->filepath, ARGstr(xpath), err_text(&why));
    if (result != NULL)
        job->xml.free_object(result);
    job->xml.free_context(context);
}

static void each(void *ctx, const struct filespec_file *file)
{
    struct job *job = ctx;
    struct tree tree = { 0 };
    struct err err = { 0 };
    int rc;

    if (!filespec_read(job->machine, job->sink, file, &job->text))
        return;
    rc = build(job, file->filepath, &tree, &err);
    if (rc < 0)
        oval_sink_error(job->sink, "%s", err_text(&err));
    for (size_t i = 0; rc == 0 && i < job->xpath->value_count; i++)
        ask(job, file, &tree, job->xpath->values[i]);
    tree_clear(&tree);
}

static int collect(struct probe_machine *machine,
                   const struct oval_query *query, struct oval_sink *sink,
                   struct err *err UNUSED)
{
    struct job job = { .machine = machine,
                       .sink = sink,
                       .xpath = oval_query_want(query, "xpath") };
    struct err why = { 0 };

    job.text = BUF_INIT(FILE_MAX);
    if (job.xpath == NULL || job.xpath->operation != OVAL_EQUALS)
        oval_sink_error(sink, "xpath: only 'equals' has a meaning");
    else if (library_load(&library, &job.xml, &why) < 0)
        oval_sink_error(sink, "%s", err_text(&why));
    else
        filespec_each(machine, query, sink, each, &job);
    buf_clear(&job.text);
    return 0;
}

const struct probe probe_xmlfilecontent = {
    .object = "independent:xmlfilecontent",
    .needs = PROBE_MATCHES | PROBE_BATCH,
    .collect = collect,
    .is_batch = filespec_is_batch,
    .prepare = filespec_prepare,
};
