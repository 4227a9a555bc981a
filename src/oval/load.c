/* SPDX-License-Identifier: Apache-2.0
 *
 * Loading documents: the stack of elements, ids and texts. What each part of
 * a document means is in load_meta.c, load_body.c and load_var.c.
 */
#include "oval/loader.h"

#include <stdarg.h>

#include "oval/load_int.h"

/* The blobs and arrays of one content are bounded by 32-bit offsets. */
#define BLOB_MAX ((size_t)UINT32_MAX - 64)

static void blob_init(struct blob *blob)
{
    static const char nothing[8];

    blob->bytes = BUF_INIT(BLOB_MAX);
    buf_add(&blob->bytes, (str){ nothing, sizeof(nothing) });
    blob->cache = mem_alloc(BLOB_CACHE, sizeof(*blob->cache));
}

static void blob_clear(struct blob *blob)
{
    buf_clear(&blob->bytes);
    mem_free(blob->cache);
    blob->cache = NULL;
}

static uint32_t blob_append(struct blob *blob, str text)
{
    uint32_t n = (uint32_t)text.n;
    uint32_t at = (uint32_t)blob->bytes.n;
    char *to;

    if (text.n == 0)
        return 0;
    to = buf_grow(&blob->bytes, sizeof(n) + text.n + 1);
    if (to == NULL)
        return 0; /* remembered by the buf, reported at the end */
    memcpy(to, &n, sizeof(n));
    memcpy(to + sizeof(n), text.p, text.n);
    to[sizeof(n) + text.n] = '\0';
    return at;
}

/* Shares the text with an equal one that was added lately. */
static uint32_t blob_add(struct blob *blob, str text)
{
    struct recent *slot;
    uint64_t hash;
    uint32_t tag;

    if (text.n == 0 || text.n > BLOB_SHARED_MAX)
        return blob_append(blob, text);
    hash = str_hash(text);
    tag = (uint32_t)(hash >> 32);
    slot = &blob->cache[hash % BLOB_CACHE];
    if (slot->at != 0 && slot->hash == tag &&
        str_eq(oval_blob_text(blob->bytes.p, slot->at), text))
        return slot->at;
    *slot = (struct recent){ tag, blob_append(blob, text) };
    return slot->at;
}

oval_name load_name(struct builder *b, str text)
{
    return blob_add(&b->names, text);
}

oval_prose load_prose(struct builder *b, str text)
{
    return blob_add(&b->prose, text);
}

uint32_t load_id(struct builder *b, str id)
{
    uint32_t dense = map_get(&b->id_map, id);

    if (dense != MAP_NONE)
        return dense;
    dense = (uint32_t)b->ids.n;
    id = arena_str(&b->arena, id);
    vec_push(&b->ids)->index = OVAL_NONE;
    b->ids.p[dense].text = id;
    map_add(&b->id_map, id, dense);
    return dense;
}

oval_prose load_id_text(struct builder *b, uint32_t dense)
{
    struct id *id = &b->ids.p[dense];

    if (id->shown == 0)
        id->shown = blob_append(&b->prose, id->text);
    return id->shown;
}

/* 0: not reading. */
static unsigned line_of(const struct builder *b)
{
    return b->reader == NULL ? 0 : xml_line(b->reader);
}

void load_warn(struct builder *b, const char *format, ...)
{
    char text[ERR_TEXT_MAX];
    va_list args;

    b->warnings++;
    if (b->warn == NULL)
        return;
    va_start(args, format);
    vsnprintf(text, sizeof(text), format, args);
    va_end(args);
    b->warn(b->warn_ctx, line_of(b), text);
}

static uint32_t version_of(struct builder *b, const struct xml_element *el)
{
    str text = xml_attr(el, STR("version"));
    int64_t version = 0;

    if (text.p == NULL)
        return 0;
    if (str_to_i64(str_trim(text), 0, UINT32_MAX, &version, NULL) < 0)
        load_warn(b, "version '%" PRIstr "' is not a number", ARGstr(text));
    return (uint32_t)version;
}

bool load_bool(struct builder *b, const struct xml_element *el, str name)
{
    str text = xml_attr(el, name);

    if (text.p == NULL)
        return false;
    text = str_trim(text);
    if (str_eq(text, STR("true")) || str_eq(text, STR("1")))
        return true;
    if (!str_eq(text, STR("false")) && !str_eq(text, STR("0")))
        load_warn(b, "%" PRIstr "='%" PRIstr "' is neither true nor false",
                  ARGstr(name), ARGstr(text));
    return false;
}

int load_define(struct builder *b, const struct xml_element *el,
                enum target target, uint32_t index, uint32_t *out_dense,
                struct err *err)
{
    str text = xml_attr(el, STR("id"));
    uint32_t version = version_of(b, el);
    uint32_t dense;
    struct id *id;

    if (text.n == 0)
        return err_set(err, E_PARSE, "<%" PRIstr "> has no id",
                       ARGstr(el->name));
    dense = load_id(b, text);
    id = &b->ids.p[dense];
    if (id->target != T_NONE) {
        if (b->several && id->target == target && id->version == version)
            return 1;
        return err_set(err, E_INVALID, "'%" PRIstr "' is defined twice",
                       ARGstr(text));
    }
    id->target = (uint8_t)target;
    id->index = index;
    id->version = version;
    *out_dense = dense;
    return 0;
}

struct frame *load_push(struct builder *b, enum where where, uint32_t a)
{
    struct frame *frame = &b->stack[++b->depth];

    *frame = (struct frame){ (uint8_t)where, LEAF_NONE, a };
    return frame;
}

void load_push_leaf(struct builder *b, enum leaf leaf, uint32_t a)
{
    load_push(b, W_LEAF, a)->leaf = (uint8_t)leaf;
    buf_reset(&b->text);
}

uint32_t load_node(struct builder *b, enum oval_node_type type)
{
    uint32_t at = (uint32_t)b->nodes.n;
    struct oval_node *node = vec_push(&b->nodes);

    node->type = (uint8_t)type;
    node->a = node->b = node->c = 0;
    node->end = at + 1;
    return at;
}

static int in_root(struct builder *b, const struct xml_element *el)
{
    static const struct {
        str name;
        enum where where;
    } parts[] = {
        { STR("generator"), W_GENERATOR },
        { STR("definitions"), W_DEFINITIONS },
        { STR("tests"), W_TESTS },
        { STR("objects"), W_OBJECTS },
        { STR("states"), W_STATES },
        { STR("variables"), W_VARIABLES },
    };

    for (size_t i = 0; i < COUNT(parts); i++)
        if (str_eq(el->name, parts[i].name)) {
            load_push(b, parts[i].where, 0);
            return 0;
        }
    if (!str_eq(el->name, STR("Signature")))
        load_warn(b, "<%" PRIstr "> is not part of OVAL definitions",
                  ARGstr(el->name));
    load_push(b, W_SKIP, 0);
    return 0;
}

static void in_generator(struct builder *b, const struct xml_element *el)
{
    static const struct {
        str name;
        enum leaf leaf;
    } parts[] = {
        { STR("product_name"), LEAF_PRODUCT_NAME },
        { STR("product_version"), LEAF_PRODUCT_VERSION },
        { STR("schema_version"), LEAF_SCHEMA_VERSION },
        { STR("timestamp"), LEAF_TIMESTAMP },
    };

    for (size_t i = 0; i < COUNT(parts); i++)
        if (str_eq(el->name, parts[i].name)) {
            load_push_leaf(b, parts[i].leaf, 0);
            return;
        }
    load_push(b, W_SKIP, 0);
}

static int start_root(struct builder *b, const struct xml_element *el,
                      struct err *err)
{
    if (!str_eq(el->name, STR("oval_definitions")))
        return err_set(err, E_INVALID,
                       "the document is <%" PRIstr
                       ">, expected <oval_definitions>",
                       ARGstr(el->name));
    if (!str_starts(el->ns, STR("http://oval.mitre.org/XMLSchema/oval-"
                                "definitions-5")))
        return err_set(err, E_UNSUPPORTED,
                       "<oval_definitions> in namespace '%" PRIstr
                       "' is not OVAL 5",
                       ARGstr(el->ns));
    load_push(b, W_ROOT, 0);
    return 0;
}

static int on_start(void *ctx, const struct xml_element *el, struct err *err)
{
    struct builder *b = ctx;

    if (b->depth == 0)
        return start_root(b, el, err);
    if (b->depth >= LOAD_DEPTH_MAX)
        return err_set(err, E_LIMIT, "elements are nested more than %d deep",
                       LOAD_DEPTH_MAX);
    switch ((enum where)b->stack[b->depth].where) {
    case W_ROOT:
        return in_root(b, el);
    case W_GENERATOR:
        in_generator(b, el);
        return 0;
    case W_DEFINITIONS:
        return load_definition(b, el, err);
    case W_DEFINITION:
        load_in_definition(b, el);
        return 0;
    case W_METADATA:
        load_in_metadata(b, el);
        return 0;
    case W_VENDOR:
        load_in_vendor(b, el);
        return 0;
    case W_CRITERIA:
        load_in_criteria(b, el);
        return 0;
    case W_TESTS:
        return load_test(b, el, err);
    case W_TEST:
        load_in_test(b, el);
        return 0;
    case W_OBJECTS:
        return load_object(b, el, err);
    case W_OBJECT:
        load_in_object(b, el);
        return 0;
    case W_STATES:
        return load_state(b, el, err);
    case W_STATE:
        load_in_state(b, el);
        return 0;
    case W_ENTITY:
        load_in_entity(b, el);
        return 0;
    case W_SET:
        load_in_set(b, el);
        return 0;
    case W_VARIABLES:
        return load_variable(b, el, err);
    case W_VARIABLE:
    case W_COMPONENT:
        load_in_variable(b, el);
        return 0;
    case W_LEAF:
    case W_FIELD:
    case W_SKIP:
        break;
    }
    load_push(b, W_SKIP, 0);
    return 0;
}

static void end_leaf(struct builder *b, const struct frame *frame, str text)
{
    struct oval_node *node;

    switch ((enum leaf)frame->leaf) {
    case LEAF_PRODUCT_NAME:
        b->product_name = load_prose(b, str_trim(text));
        break;
    case LEAF_PRODUCT_VERSION:
        b->product_version = load_prose(b, str_trim(text));
        break;
    case LEAF_SCHEMA_VERSION:
        b->schema_version = load_prose(b, str_trim(text));
        break;
    case LEAF_TIMESTAMP:
        b->timestamp = load_prose(b, str_trim(text));
        break;
    case LEAF_VALUE:
        b->nodes.p[frame->a].a = load_name(b, text);
        break;
    case LEAF_OBJECT_REF:
    case LEAF_FILTER:
        node = &b->nodes.p[frame->a];
        text = str_trim(text);
        node->a = load_id(b, text);
        break;
    default:
        load_meta_leaf(b, frame, text);
    }
}

static int on_end(void *ctx, struct err *err)
{
    struct builder *b = ctx;
    const struct frame *frame = &b->stack[b->depth--];
    str text = buf_str(&b->text);

    switch ((enum where)frame->where) {
    case W_LEAF:
        if (buf_finish(&b->text, "the text of an element", err) < 0)
            return E_LIMIT;
        end_leaf(b, frame, text);
        break;
    case W_ENTITY:
    case W_FIELD:
        if (buf_finish(&b->text, "the value of an entity", err) < 0)
            return E_LIMIT;
        if (frame->where == W_FIELD)
            b->fields.p[frame->a].value = load_name(b, text);
        else if (b->entities.p[frame->a].datatype != OVAL_RECORD)
            b->entities.p[frame->a].value = load_name(b, text);
        break;
    case W_CRITERIA:
    case W_SET:
    case W_COMPONENT:
        b->nodes.p[frame->a].end = (uint32_t)b->nodes.n;
        break;
    case W_TEST:
        load_test_end(b, frame->a);
        break;
    case W_VARIABLE:
        b->variables.p[frame->a].node_end = (uint32_t)b->nodes.n;
        break;
    default:
        break;
    }
    return 0;
}

static int on_text(void *ctx, str text, struct err *err UNUSED)
{
    struct builder *b = ctx;
    uint8_t where = b->stack[b->depth].where;

    if (where == W_LEAF || where == W_ENTITY || where == W_FIELD)
        buf_add(&b->text, text);
    return 0;
}

static void on_begin(void *ctx, struct xml_reader *reader)
{
    ((struct builder *)ctx)->reader = reader;
}

static int check_version(struct builder *b, const char *name, struct err *err)
{
    str version = oval_blob_text(b->prose.bytes.p, b->schema_version);
    str rest = version;
    int64_t major = 5;
    int64_t minor = 0;

    if (version.n == 0) {
        load_warn(b, "the document does not state its schema_version");
        return 0;
    }
    if (str_to_i64(str_cut(&rest, '.'), 0, 1000, &major, err) < 0 ||
        (rest.n > 0 &&
         str_to_i64(str_cut(&rest, '.'), 0, 1000, &minor, err) < 0))
        return err_wrap(err, E_PARSE, "%s: schema_version", name);
    if (major != 5)
        return err_set(err, E_UNSUPPORTED,
                       "%s: schema_version %" PRIstr
                       ", expected OVAL 5.0 to 5.12",
                       name, ARGstr(version));
    if (minor > 12)
        load_warn(b, "schema_version %" PRIstr " is newer than 5.12",
                  ARGstr(version));
    return 0;
}

const struct xml_handler oval_loader_handler = {
    .begin = on_begin,
    .start = on_start,
    .end = on_end,
    .text = on_text,
};

static int read_document(struct builder *b, struct stream *stream,
                         struct err *err)
{
    struct xml_limits limits = XML_LIMITS;
    int rc;

    limits.depth = LOAD_DEPTH_MAX;
    b->depth = 0;
    b->kind_last.ns = NULL;
    rc = xml_read(stream, &limits, &oval_loader_handler, b, err);
    b->reader = NULL;
    if (rc < 0)
        return rc;
    return check_version(b, stream_name(stream), err);
}

static void builder_init(struct builder *b)
{
    blob_init(&b->names);
    blob_init(&b->prose);
    b->text = BUF_INIT(LOAD_TEXT_MAX);
}

static void builder_clear(struct builder *b)
{
    vec_clear(&b->definitions);
    vec_clear(&b->nodes);
    vec_clear(&b->notes);
    vec_clear(&b->tests);
    vec_clear(&b->state_refs);
    vec_clear(&b->objects);
    vec_clear(&b->states);
    vec_clear(&b->entities);
    vec_clear(&b->fields);
    vec_clear(&b->pairs);
    vec_clear(&b->variables);
    vec_clear(&b->kinds);
    vec_clear(&b->packages);
    vec_clear(&b->package_tests);
    vec_clear(&b->ids);
    blob_clear(&b->names);
    blob_clear(&b->prose);
    buf_clear(&b->text);
    map_clear(&b->id_map);
    map_clear(&b->kind_map);
    arena_clear(&b->arena);
}

static void content_release(struct oval_content *content)
{
    builder_clear(content->owner);
    mem_free(content->owner);
}

#define GIVE(array)                                                            \
    c->array.p = b->array.p;                                                   \
    c->array.n = (uint32_t)b->array.n

/* The content borrows the builder's arrays and owns the builder. */
static struct oval_content *content_of(struct builder *b)
{
    struct oval_content *c = mem_alloc(1, sizeof(*c));

    GIVE(definitions);
    GIVE(nodes);
    GIVE(notes);
    GIVE(tests);
    GIVE(state_refs);
    GIVE(objects);
    GIVE(states);
    GIVE(entities);
    GIVE(pairs);
    GIVE(variables);
    GIVE(kinds);
    GIVE(packages);
    GIVE(package_tests);
    c->names.p = b->names.bytes.p;
    c->names.n = (uint32_t)b->names.bytes.n;
    c->prose.p = b->prose.bytes.p;
    c->prose.n = (uint32_t)b->prose.bytes.n;
    c->product_name = b->product_name;
    c->product_version = b->product_version;
    c->schema_version = b->schema_version;
    c->timestamp = b->timestamp;
    c->owner = b;
    c->release = content_release;
    return c;
}

static int check_sizes(struct builder *b, struct err *err)
{
    int rc = buf_finish(&b->names.bytes, "the content's names", err);

    if (rc == 0)
        rc = buf_finish(&b->prose.bytes, "the content's text", err);
    return rc;
}

static int load_documents(struct builder *b, struct stream **streams, size_t n,
                          struct err *err)
{
    int rc;

    b->several = n > 1;
    for (size_t i = 0; i < n; i++) {
        rc = read_document(b, streams[i], err);
        if (rc < 0)
            return rc;
    }
    return check_sizes(b, err);
}

static struct builder *builder_new(oval_warn_fn *warn, void *warn_ctx)
{
    struct builder *b = mem_alloc(1, sizeof(*b));

    builder_init(b);
    b->warn = warn;
    b->warn_ctx = warn_ctx;
    return b;
}

static void builder_free(struct builder *b)
{
    builder_clear(b);
    mem_free(b);
}

/* The content takes b. */
static struct oval_content *finish(struct builder *b)
{
    load_link(b);
    mem_free(TAKE(b->names.cache));
    mem_free(TAKE(b->prose.cache));
    map_clear(&b->id_map);
    map_clear(&b->kind_map);
    vec_clear(&b->ids);
    arena_clear(&b->arena);
    return content_of(b);
}

int oval_load_all(struct stream **streams, size_t n, oval_warn_fn *warn,
                  void *warn_ctx, struct oval_content **out, struct err *err)
{
    struct builder *b = builder_new(warn, warn_ctx);
    int rc = load_documents(b, streams, n, err);

    if (rc < 0) {
        builder_free(b);
        return rc;
    }
    *out = finish(b);
    if (n == 1)
        (void)stream_sha256(streams[0], (*out)->source_sha256);
    return 0;
}

int oval_load(struct stream *stream, oval_warn_fn *warn, void *warn_ctx,
              struct oval_content **out, struct err *err)
{
    return oval_load_all(&stream, 1, warn, warn_ctx, out, err);
}

struct oval_loader *oval_loader_new(struct xml_reader *reader,
                                    oval_warn_fn *warn, void *warn_ctx)
{
    struct builder *b = builder_new(warn, warn_ctx);

    b->reader = reader;
    return (struct oval_loader *)b;
}

void oval_loader_free(struct oval_loader *loader)
{
    if (loader != NULL)
        builder_free((struct builder *)loader);
}

int oval_loader_finish(struct oval_loader *loader, const char *name,
                       struct oval_content **out, struct err *err)
{
    struct builder *b = (struct builder *)loader;
    int rc = check_version(b, name, err);

    if (rc == 0)
        rc = check_sizes(b, err);
    if (rc < 0) {
        builder_free(b);
        return rc;
    }
    b->reader = NULL;
    *out = finish(b);
    return 0;
}
