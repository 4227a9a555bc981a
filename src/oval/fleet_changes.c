/* SPDX-License-Identifier: Apache-2.0
 *
 * Which definitions of a changed feed evaluate as before. Each is hashed with
 * all that its evaluation reads, by text and not by index: tests, objects,
 * states, variables. What refers to itself has no hash and counts as changed.
 */
#include "base/map.h"
#include "oval/fleet_int.h"

enum {
    DEPTH_MAX = 500,
    NOT_YET = 0,
    NO_HASH = 1, /* or, while it is being found out, that it goes round */
    HASHES = 2   /* from here on */
};

struct hashes {
    const struct oval_content *c;
    uint64_t *definitions;
    uint64_t *tests;
    uint64_t *objects;
    uint64_t *states;
    uint64_t *variables;
    struct map variable_ids;
    unsigned depth;
};

struct hash { /* being found out */
    struct hashes *all;
    uint64_t value;
    bool none;
};

static void mix(struct hash *h, str text)
{
    h->value = str_hash_after(text, h->value + text.n);
}

static void mix_number(struct hash *h, uint64_t number)
{
    mix(h, (str){ (const char *)&number, sizeof(number) });
}

static void mix_name(struct hash *h, oval_name name)
{
    mix(h, oval_name_text(h->all->c, name));
}

/* The hash of something else, found out once. */
typedef void hash_fn(struct hash *h, uint32_t index);

static void mix_other(struct hash *h, uint64_t *hashes, uint32_t index,
                      hash_fn *fn)
{
    struct hash other = { .all = h->all, .value = 1 };

    if (index == OVAL_NONE) {
        mix_number(h, NO_HASH);
        return;
    }
    if (hashes[index] == NOT_YET && h->all->depth < DEPTH_MAX) {
        hashes[index] = NO_HASH;
        h->all->depth++;
        fn(&other, index);
        h->all->depth--;
        if (!other.none)
            hashes[index] = other.value < HASHES ? HASHES : other.value;
    }
    h->none |= hashes[index] < HASHES;
    mix_number(h, hashes[index]);
}

static void hash_definition(struct hash *h, uint32_t index);
static void hash_test(struct hash *h, uint32_t index);
static void hash_object(struct hash *h, uint32_t index);
static void hash_state(struct hash *h, uint32_t index);
static void hash_variable(struct hash *h, uint32_t index);

static void mix_reference(struct hash *h, const struct oval_node *node)
{
    struct hashes *all = h->all;

    switch (node->type) {
    case OVAL_NODE_CRITERION:
        mix_other(h, all->tests, node->a, hash_test);
        break;
    case OVAL_NODE_EXTEND:
        mix_other(h, all->definitions, node->a, hash_definition);
        break;
    case OVAL_NODE_SET_OBJECT:
    case OVAL_NODE_OBJECT:
        mix_other(h, all->objects, node->a, hash_object);
        break;
    case OVAL_NODE_FILTER:
        mix_other(h, all->states, node->a, hash_state);
        break;
    case OVAL_NODE_VARIABLE:
        mix_other(h, all->variables, node->a, hash_variable);
        break;
    default:
        break;
    }
}

/* The texts of a node: which of a, b and c are names. */
static void mix_texts(struct hash *h, const struct oval_node *node)
{
    switch (node->type) {
    case OVAL_NODE_LITERAL:
    case OVAL_NODE_BEGIN:
    case OVAL_NODE_END:
    case OVAL_NODE_SPLIT:
    case OVAL_NODE_REGEX_CAPTURE:
    case OVAL_NODE_POSSIBLE_VALUE:
    case OVAL_NODE_RESTRICTION:
        mix_name(h, node->a);
        break;
    case OVAL_NODE_MERGE:
        mix_name(h, node->a);
        mix_number(h, node->b);
        break;
    case OVAL_NODE_TIME_DIFFERENCE:
        mix_name(h, node->a);
        mix_name(h, node->b);
        break;
    case OVAL_NODE_OBJECT:
        mix_name(h, node->b);
        mix_name(h, node->c);
        break;
    case OVAL_NODE_SUBSTRING:
        mix_number(h, (uint64_t)node->a << 32 | node->b);
        break;
    default:
        break;
    }
}

static void mix_nodes(struct hash *h, uint32_t first, uint32_t end)
{
    for (uint32_t i = first; i < end; i++) {
        const struct oval_node *node = &h->all->c->nodes.p[i];

        mix_number(h, (uint64_t)node->type << 24 | (uint64_t)node->op << 16 |
                          (uint64_t)node->flags << 8 | node->datatype);
        mix_number(h, node->end - i);
        mix_reference(h, node);
        mix_texts(h, node);
    }
}

static void mix_entity(struct hash *h, const struct oval_entity *e)
{
    mix_name(h, e->name);
    mix_name(h, e->value);
    mix_number(h, (uint64_t)e->datatype << 40 | (uint64_t)e->operation << 32 |
                      (uint64_t)e->entity_check << 24 |
                      (uint64_t)e->var_check << 16 | (uint64_t)e->flags << 8 |
                      e->existence);
    mix_number(h, e->field_count);
    if ((e->flags & OVAL_ENTITY_VAR) != 0)
        mix_other(h, h->all->variables, e->var, hash_variable);
}

/* Fields have none themselves. */
static void mix_entities(struct hash *h, uint32_t first, uint32_t n)
{
    const struct oval_content *c = h->all->c;

    for (uint32_t i = first; i < first + n; i++) {
        const struct oval_entity *e = &c->entities.p[i];

        mix_entity(h, e);
        for (uint32_t k = 0; k < e->field_count; k++)
            mix_entity(h, &c->entities.p[e->field_first + k]);
    }
}

static void mix_kind(struct hash *h, uint32_t kind)
{
    mix_name(h, h->all->c->kinds.p[kind].family);
    mix_name(h, h->all->c->kinds.p[kind].name);
}

static void hash_variable(struct hash *h, uint32_t index)
{
    const struct oval_variable *v = &h->all->c->variables.p[index];

    mix_number(h, (uint64_t)v->type << 8 | v->datatype);
    if (v->type == OVAL_VAR_EXTERNAL)
        mix(h, oval_prose_text(h->all->c, v->id));
    mix_nodes(h, v->node_first, v->node_end);
}

static void hash_state(struct hash *h, uint32_t index)
{
    const struct oval_state *s = &h->all->c->states.p[index];

    mix_number(h, s->op);
    mix_entities(h, s->entity_first, s->entity_count);
}

/* A variable_object names its variable by a text. */
static void mix_named_variables(struct hash *h, const struct oval_object *o)
{
    const struct oval_content *c = h->all->c;

    for (uint32_t i = 0; i < o->entity_count; i++) {
        str id = oval_name_text(c, c->entities.p[o->entity_first + i].value);
        uint32_t at = map_get(&h->all->variable_ids, id);

        mix_other(h, h->all->variables, at == MAP_NONE ? OVAL_NONE : at,
                  hash_variable);
    }
}

static void hash_object(struct hash *h, uint32_t index)
{
    const struct oval_content *c = h->all->c;
    const struct oval_object *o = &c->objects.p[index];

    mix_kind(h, o->kind);
    mix_entities(h, o->entity_first, o->entity_count);
    if (o->set != OVAL_NONE)
        mix_nodes(h, o->set, c->nodes.p[o->set].end);
    mix_nodes(h, o->filter_first, o->filter_first + o->filter_count);
    for (uint32_t i = 0; i < o->behavior_count; i++) {
        mix_name(h, c->pairs.p[o->behavior_first + i].name);
        mix_name(h, c->pairs.p[o->behavior_first + i].value);
    }
    if (str_eq(oval_name_text(c, c->kinds.p[o->kind].name), STR("variable")))
        mix_named_variables(h, o);
}

static void hash_test(struct hash *h, uint32_t index)
{
    const struct oval_content *c = h->all->c;
    const struct oval_test *t = &c->tests.p[index];

    mix_kind(h, t->kind);
    mix_number(h, (uint64_t)t->check << 24 | (uint64_t)t->existence << 16 |
                      (uint64_t)t->state_operator << 8 | (t->object_id == 0));
    mix_other(h, h->all->objects, t->object, hash_object);
    for (uint32_t i = 0; i < t->state_count; i++)
        mix_other(h, h->all->states, c->state_refs.p[t->state_first + i],
                  hash_state);
}

static void hash_definition(struct hash *h, uint32_t index)
{
    const struct oval_content *c = h->all->c;
    uint32_t root = c->definitions.p[index].criteria;

    mix_number(h, root == OVAL_NONE);
    if (root != OVAL_NONE)
        mix_nodes(h, root, c->nodes.p[root].end);
}

static void hashes_init(struct hashes *all, const struct oval_content *c)
{
    struct hash top = { .all = all };

    *all = (struct hashes){ .c = c };
    all->definitions = mem_alloc(c->definitions.n + 1, sizeof(uint64_t));
    all->tests = mem_alloc(c->tests.n + 1, sizeof(uint64_t));
    all->objects = mem_alloc(c->objects.n + 1, sizeof(uint64_t));
    all->states = mem_alloc(c->states.n + 1, sizeof(uint64_t));
    all->variables = mem_alloc(c->variables.n + 1, sizeof(uint64_t));
    for (uint32_t i = 0; i < c->variables.n; i++)
        map_add(&all->variable_ids, oval_prose_text(c, c->variables.p[i].id),
                i);
    for (uint32_t i = 0; i < c->definitions.n; i++)
        mix_other(&top, all->definitions, i, hash_definition);
}

static void hashes_clear(struct hashes *all)
{
    mem_free(all->definitions);
    mem_free(all->tests);
    mem_free(all->objects);
    mem_free(all->states);
    mem_free(all->variables);
    map_clear(&all->variable_ids);
}

void oval_content_unchanged(const struct oval_content *before,
                            const struct oval_content *now, uint32_t *map)
{
    AUTO(map_clear) struct map ids = MAP;
    struct hashes old;
    struct hashes new;

    hashes_init(&old, before);
    hashes_init(&new, now);
    map_reserve(&ids, before->definitions.n);
    for (uint32_t i = 0; i < before->definitions.n; i++)
        map_add(&ids, oval_name_text(before, before->definitions.p[i].id), i);
    for (uint32_t i = 0; i < now->definitions.n; i++) {
        uint32_t at =
            map_get(&ids, oval_name_text(now, now->definitions.p[i].id));

        map[i] = at != MAP_NONE &&
                         new.definitions[i] >= HASHES &&new.definitions[i] ==
                             old.definitions[at]
                     ? at
                     : OVAL_NONE;
    }
    hashes_clear(&old);
    hashes_clear(&new);
}
