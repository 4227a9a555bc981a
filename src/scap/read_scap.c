/* SPDX-License-Identifier: Apache-2.0
 *
 * Reading a document: a collection of data streams, whose components are
 * handed to the reader of their kind, or one such component by itself.
 */
#include "oval/loader.h"
#include "scap/read_int.h"

enum where {
    S_SKIP,
    S_COLLECTION,
    S_STREAM,
    S_PLACE,
    S_REF,
    S_CATALOG,
    S_COMPONENT, /* what stands in it is a document */
};

struct collection {
    struct read read;
    const char *name; /* of the document */
    str id;           /* of a component that stands alone */
    uint32_t component;
    uint8_t place;
    /* The reader of the component that is open. */
    const struct xml_handler *handler;
    void *ctx;
    unsigned inside; /* elements of it that are open */
    union {
        struct read read;
        struct read_xccdf xccdf;
        struct read_cpe cpe;
    } sub;
    struct oval_loader *oval;
};

static const struct xml_handler xccdf_handler = { .start = read_xccdf_start,
                                                  .end = read_xccdf_end,
                                                  .text = read_xccdf_text };
static const struct xml_handler cpe_handler = { .start = read_cpe_start,
                                                .end = read_cpe_end,
                                                .text = read_cpe_text };

static void on_oval_warning(void *ctx, unsigned line, const char *sentence)
{
    scap_problem(ctx, false, line, "%s", sentence);
}

static enum scap_kind kind_of(const struct xml_element *el)
{
    bool xccdf = str_find(el->ns, STR("/xccdf/")) < el->ns.n;

    if (xccdf && str_eq(el->name, STR("Benchmark")))
        return SCAP_XCCDF;
    if (xccdf && str_eq(el->name, STR("Tailoring")))
        return SCAP_TAILORING;
    if (str_eq(el->name, STR("oval_definitions")))
        return SCAP_OVAL;
    if (str_eq(el->name, STR("cpe-list")))
        return SCAP_CPE;
    if (str_eq(el->name, STR("ocil")))
        return SCAP_OCIL;
    return SCAP_OTHER;
}

static void sub_init(struct collection *c)
{
    memset(&c->sub, 0, sizeof(c->sub));
    c->sub.read.scap = c->read.scap;
    c->sub.read.arena = c->read.arena;
    c->sub.read.reader = c->read.reader;
    c->sub.read.text = BUF_INIT(READ_TEXT_MAX);
}

static void open_xccdf(struct collection *c, struct scap_component *component)
{
    if (component->kind == SCAP_XCCDF) {
        component->benchmark =
            arena_alloc(c->read.arena, 1, sizeof(*component->benchmark));
        c->sub.xccdf.benchmark = component->benchmark;
    } else {
        component->tailoring =
            arena_alloc(c->read.arena, 1, sizeof(*component->tailoring));
        c->sub.xccdf.tailoring = component->tailoring;
    }
    c->handler = &xccdf_handler;
    c->ctx = &c->sub.xccdf;
}

/* The root of a component: chooses who reads it. */
static void open_component(struct collection *c, const struct xml_element *el)
{
    struct scap_component *component =
        &c->read.scap->components.p[c->component];

    component->kind = (uint8_t)kind_of(el);
    sub_init(c);
    c->handler = NULL;
    c->ctx = NULL;
    switch ((enum scap_kind)component->kind) {
    case SCAP_XCCDF:
    case SCAP_TAILORING:
        open_xccdf(c, component);
        break;
    case SCAP_CPE:
        component->cpe = arena_alloc(c->read.arena, 1, sizeof(*component->cpe));
        c->sub.cpe.list = component->cpe;
        c->handler = &cpe_handler;
        c->ctx = &c->sub.cpe;
        break;
    case SCAP_OVAL:
        c->oval =
            oval_loader_new(c->read.reader, on_oval_warning, c->read.scap);
        c->handler = &oval_loader_handler;
        c->ctx = c->oval;
        break;
    default:
        break;
    }
}

static int close_component(struct collection *c, struct err *err)
{
    struct scap_component *component =
        &c->read.scap->components.p[c->component];
    int rc = 0;

    if (c->oval != NULL)
        rc = oval_loader_finish(TAKE(c->oval), component->id.p,
                                &component->oval, err);
    buf_clear(&c->sub.read.text);
    c->handler = NULL;
    return rc;
}

static int add_component(struct collection *c, str id, str timestamp,
                         struct err *err)
{
    struct scap *scap = c->read.scap;
    struct scap_component *component;

    if (scap->components.n >= READ_COMPONENTS_MAX)
        return err_set(err, E_LIMIT, "more than %d components",
                       READ_COMPONENTS_MAX);
    for (size_t i = 0; i < scap->components.n; i++)
        if (id.n > 0 && str_eq(scap->components.p[i].id, id))
            scap_problem(scap, true, read_line(&c->read),
                         "the component '%" PRIstr "' is there twice",
                         ARGstr(id));
    c->component = (uint32_t)scap->components.n;
    component = vec_push(&scap->components);
    component->id = arena_str(c->read.arena, id);
    component->timestamp = arena_str(c->read.arena, timestamp);
    component->kind = SCAP_OTHER;
    return 0;
}

static int forward_start(struct collection *c, const struct xml_element *el,
                         struct err *err)
{
    c->inside++;
    return c->handler == NULL ? 0 : c->handler->start(c->ctx, el, err);
}

static int in_collection(struct collection *c, const struct xml_element *el,
                         struct err *err)
{
    struct read *read = &c->read;
    struct scap *scap = read->scap;

    if (str_eq(el->name, STR("data-stream"))) {
        struct scap_stream *stream = vec_push(&scap->streams);

        stream->id = read_attr(read, el, STR("id"));
        stream->version = read_attr(read, el, STR("scap-version"));
        stream->use_case = read_attr(read, el, STR("use-case"));
        stream->timestamp = read_attr(read, el, STR("timestamp"));
        stream->ref_first = (uint32_t)scap->refs.n;
        read_push(read, S_STREAM, NULL);
        return 0;
    }
    if (str_eq(el->name, STR("component")) ||
        str_eq(el->name, STR("extended-component"))) {
        read_push(read, S_COMPONENT, NULL);
        return add_component(c, xml_attr(el, STR("id")),
                             xml_attr(el, STR("timestamp")), err);
    }
    if (str_eq(el->name, STR("Signature")))
        scap->is_signed = true;
    read_push(read, S_SKIP, NULL);
    return 0;
}

static void in_stream(struct collection *c, const struct xml_element *el)
{
    static const str places[] = {
        [SCAP_DICTIONARIES] = STR("dictionaries"),
        [SCAP_CHECKLISTS] = STR("checklists"),
        [SCAP_CHECKS] = STR("checks"),
        [SCAP_EXTENDED] = STR("extended-components"),
    };

    for (uint8_t i = 0; i < SCAP_PLACES; i++)
        if (str_eq(el->name, places[i])) {
            c->place = i;
            read_push(&c->read, S_PLACE, NULL);
            return;
        }
    read_push(&c->read, S_SKIP, NULL);
}

static int in_place(struct collection *c, const struct xml_element *el,
                    struct err *err)
{
    struct scap *scap = c->read.scap;
    struct scap_ref *ref;

    if (!str_eq(el->name, STR("component-ref"))) {
        read_push(&c->read, S_SKIP, NULL);
        return 0;
    }
    if (scap->refs.n >= READ_COMPONENTS_MAX)
        return err_set(err, E_LIMIT, "more than %d references to components",
                       READ_COMPONENTS_MAX);
    ref = vec_push(&scap->refs);
    read_forget_tails(&c->read);
    ref->id = read_attr(&c->read, el, STR("id"));
    ref->place = c->place;
    ref->component = SCAP_NONE;
    ref->stream = (uint32_t)scap->streams.n - 1;
    scap->streams.p[ref->stream].ref_count++;
    for (size_t i = 0; i < el->attr_count; i++)
        if (str_eq(el->attrs[i].name, STR("href")))
            ref->href = arena_str(c->read.arena, el->attrs[i].value);
    read_push(&c->read, S_REF, NULL);
    return 0;
}

static void in_catalog(struct collection *c, const struct xml_element *el)
{
    struct scap *scap = c->read.scap;

    if (str_eq(el->name, STR("uri"))) {
        struct scap_uri *uri =
            read_append(&c->read, &scap->refs.p[scap->refs.n - 1].uris);

        uri->name = read_attr(&c->read, el, STR("name"));
        uri->uri = read_attr(&c->read, el, STR("uri"));
    }
    read_push(&c->read, S_SKIP, NULL);
}

static int start_root(struct collection *c, const struct xml_element *el,
                      struct err *err)
{
    int rc;

    if (str_eq(el->name, STR("data-stream-collection"))) {
        c->read.scap->id = read_attr(&c->read, el, STR("id"));
        c->read.scap->form = SCAP_FORM_STREAM;
        read_push(&c->read, S_COLLECTION, NULL);
        return 0;
    }
    rc = add_component(c, c->id, STR(""), err);
    if (rc < 0)
        return rc;
    read_push(&c->read, S_COMPONENT, NULL);
    open_component(c, el);
    return forward_start(c, el, err);
}

static int on_start(void *ctx, const struct xml_element *el, struct err *err)
{
    struct collection *c = ctx;
    struct read *read = &c->read;

    if (c->inside > 0)
        return forward_start(c, el, err);
    if (read->depth == 0)
        return start_root(c, el, err);
    switch (read->stack[read->depth].where) {
    case S_COLLECTION:
        return in_collection(c, el, err);
    case S_STREAM:
        in_stream(c, el);
        return 0;
    case S_PLACE:
        return in_place(c, el, err);
    case S_REF:
        read_push(read, str_eq(el->name, STR("catalog")) ? S_CATALOG : S_SKIP,
                  NULL);
        return 0;
    case S_CATALOG:
        in_catalog(c, el);
        return 0;
    case S_COMPONENT:
        if (read->scap->components.p[c->component].kind != SCAP_OTHER)
            return err_set(err, E_INVALID,
                           "a component holds more than one document");
        open_component(c, el);
        return forward_start(c, el, err);
    default:
        read_push(read, S_SKIP, NULL);
        return 0;
    }
}

static int on_end(void *ctx, struct err *err)
{
    struct collection *c = ctx;
    int rc = 0;

    if (c->inside > 0) {
        if (c->handler != NULL)
            rc = c->handler->end(c->ctx, err);
        c->inside--;
        if (rc == 0 && c->inside == 0)
            rc = close_component(c, err);
        /* The root of a component that stands alone has a frame, too. */
        if (c->inside == 0 && c->read.depth == 1 &&
            c->read.stack[1].where == S_COMPONENT)
            c->read.depth--;
        return rc;
    }
    c->read.depth--;
    return 0;
}

static int on_text(void *ctx, str text, struct err *err)
{
    struct collection *c = ctx;

    if (c->inside > 0 && c->handler != NULL)
        return c->handler->text(c->ctx, text, err);
    return 0;
}

static void on_begin(void *ctx, struct xml_reader *reader)
{
    ((struct collection *)ctx)->read.reader = reader;
}

int scap_read(struct scap *scap, struct stream *stream, const char *id,
              struct err *err)
{
    static const struct xml_handler handler = {
        .begin = on_begin,
        .start = on_start,
        .end = on_end,
        .text = on_text,
    };
    struct collection *c = mem_alloc(1, sizeof(*c));
    struct xml_limits limits = XML_LIMITS;
    int rc;

    limits.depth = READ_DEPTH_MAX;
    c->read.scap = scap;
    c->read.arena = &scap->arena;
    c->read.text = BUF_INIT(READ_TEXT_MAX);
    c->name = stream_name(stream);
    c->id = str_c(id);
    rc = xml_read(stream, &limits, &handler, c, err);
    oval_loader_free(c->oval);
    if (c->handler != NULL)
        buf_clear(&c->sub.read.text);
    buf_clear(&c->read.text);
    mem_free(c);
    return rc;
}
