/* SPDX-License-Identifier: Apache-2.0 */
#include "probe/yamltree.h"

#include <yaml.h>

#include "base/map.h"
#include "probe/library.h"

struct libyaml {
    __typeof__(&yaml_parser_initialize) init;
    __typeof__(&yaml_parser_delete) clear;
    __typeof__(&yaml_parser_set_input_string) set_input;
    __typeof__(&yaml_parser_parse) parse;
    __typeof__(&yaml_event_delete) event_clear;
};

static const struct library_symbol symbols[] = {
    { "yaml_parser_initialize", offsetof(struct libyaml, init) },
    { "yaml_parser_delete", offsetof(struct libyaml, clear) },
    { "yaml_parser_set_input_string", offsetof(struct libyaml, set_input) },
    { "yaml_parser_parse", offsetof(struct libyaml, parse) },
    { "yaml_event_delete", offsetof(struct libyaml, event_clear) },
};

static const char *const sonames[] = { "libyaml-0.so.2", NULL };

static const struct library library = {
    .sonames = sonames,
    .package = "libyaml-0-2",
    .symbols = symbols,
    .symbol_count = COUNT(symbols),
};

struct reader {
    struct yamltree *tree;
    struct map anchors; /* of the document; values: index in nodes */
    struct yamlnode *open[YAMLTREE_DEPTH_MAX];
    size_t depth;
};

static str text_of(const yaml_char_t *text)
{
    return str_c((const char *)text);
}

/* --- nodes --- */

static int add_node(struct reader *r, struct yamlnode *node, struct err *err)
{
    if (r->depth == 0) {
        *vec_push(&r->tree->documents) = node;
        return 0;
    }
    if (r->tree->nodes.n >= YAMLTREE_NODES_MAX)
        return err_set(err, E_LIMIT, "more than %d nodes", YAMLTREE_NODES_MAX);
    *vec_push(&r->open[r->depth - 1]->children) = node;
    return 0;
}

static int new_node(struct reader *r, enum yamlnode_kind kind,
                    const yaml_char_t *anchor, const yaml_char_t *tag,
                    struct yamlnode **out, struct err *err)
{
    struct arena *arena = &r->tree->arena;
    struct yamlnode *node = arena_alloc(arena, 1, sizeof(*node));
    int rc;

    node->kind = kind;
    node->tag = arena_str(arena, text_of(tag));
    node->open = kind != YAMLNODE_SCALAR;
    rc = add_node(r, node, err);
    if (rc < 0)
        return rc;
    *vec_push(&r->tree->nodes) = node;
    if (anchor != NULL)
        map_set(&r->anchors, arena_str(arena, text_of(anchor)),
                (uint32_t)r->tree->nodes.n - 1);
    *out = node;
    return 0;
}

static int open_node(struct reader *r, enum yamlnode_kind kind,
                     const yaml_char_t *anchor, const yaml_char_t *tag,
                     struct err *err)
{
    struct yamlnode *node;
    int rc;

    if (r->depth == YAMLTREE_DEPTH_MAX)
        return err_set(err, E_LIMIT, "nested more than %d deep",
                       YAMLTREE_DEPTH_MAX);
    rc = new_node(r, kind, anchor, tag, &node, err);
    if (rc == 0)
        r->open[r->depth++] = node;
    return rc;
}

static int add_scalar(struct reader *r, const yaml_event_t *event,
                      struct err *err)
{
    const unsigned char *value = event->data.scalar.value;
    struct yamlnode *node;
    int rc = new_node(r, YAMLNODE_SCALAR, event->data.scalar.anchor,
                      event->data.scalar.tag, &node, err);

    if (rc < 0)
        return rc;
    node->plain = event->data.scalar.style == YAML_PLAIN_SCALAR_STYLE &&
                  event->data.scalar.plain_implicit != 0;
    node->text = arena_str(&r->tree->arena, (str){ (const char *)value,
                                                   event->data.scalar.length });
    return 0;
}

static int add_alias(struct reader *r, const yaml_event_t *event,
                     struct err *err)
{
    str name = text_of(event->data.alias.anchor);
    uint32_t at = map_get(&r->anchors, name);

    if (at == MAP_NONE)
        return err_set(err, E_PARSE, "alias '%" PRIstr "' names nothing",
                       ARGstr(name));
    if (r->tree->nodes.p[at]->open)
        return err_set(err, E_PARSE, "alias '%" PRIstr "' is in what it names",
                       ARGstr(name));
    return add_node(r, r->tree->nodes.p[at], err);
}

/* --- events --- */

static int take_event(struct reader *r, const yaml_event_t *event,
                      struct err *err)
{
    switch (event->type) {
    case YAML_DOCUMENT_START_EVENT:
        map_clear(&r->anchors);
        return 0;
    case YAML_SCALAR_EVENT:
        return add_scalar(r, event, err);
    case YAML_ALIAS_EVENT:
        return add_alias(r, event, err);
    case YAML_SEQUENCE_START_EVENT:
        return open_node(r, YAMLNODE_SEQUENCE,
                         event->data.sequence_start.anchor,
                         event->data.sequence_start.tag, err);
    case YAML_MAPPING_START_EVENT:
        return open_node(r, YAMLNODE_MAPPING, event->data.mapping_start.anchor,
                         event->data.mapping_start.tag, err);
    case YAML_SEQUENCE_END_EVENT:
    case YAML_MAPPING_END_EVENT:
        r->open[--r->depth]->open = false;
        return 0;
    default:
        return 0;
    }
}

static int read_events(const struct libyaml *yaml, yaml_parser_t *parser,
                       struct reader *r, struct err *err)
{
    bool end = false;
    int rc = 0;

    while (!end && rc == 0) {
        yaml_event_t event;

        if (yaml->parse(parser, &event) == 0)
            return err_set(
                err, E_PARSE, "line %zu: %s", parser->problem_mark.line + 1,
                parser->problem == NULL ? "not YAML" : parser->problem);
        end = event.type == YAML_STREAM_END_EVENT;
        rc = take_event(r, &event, err);
        if (rc < 0)
            rc = err_wrap(err, rc, "line %zu", event.start_mark.line + 1);
        yaml->event_clear(&event);
    }
    return rc;
}

int yamltree_read(struct yamltree *tree, str text, const char *name,
                  struct err *err)
{
    struct reader reader = { .tree = tree };
    struct libyaml yaml;
    yaml_parser_t parser;
    int rc = library_load(&library, &yaml, err);

    memset(tree, 0, sizeof(*tree));
    if (rc < 0)
        return rc;
    if (yaml.init(&parser) == 0)
        return err_set(err, E_LIMIT, "libyaml: out of memory");
    yaml.set_input(&parser, (const unsigned char *)(text.n > 0 ? text.p : ""),
                   text.n);
    rc = read_events(&yaml, &parser, &reader, err);
    yaml.clear(&parser);
    map_clear(&reader.anchors);
    return rc < 0 ? err_wrap(err, rc, "%.*s", 1000, name) : 0;
}

void yamltree_clear(struct yamltree *tree)
{
    for (size_t i = 0; i < tree->nodes.n; i++)
        vec_clear(&tree->nodes.p[i]->children);
    vec_clear(&tree->nodes);
    vec_clear(&tree->documents);
    arena_clear(&tree->arena);
}
