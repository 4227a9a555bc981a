/* SPDX-License-Identifier: Apache-2.0 */
#include "oval/pack_int.h"

#include "base/mem.h"
#include "oval/truth.h"

/* Which offsets begin a text of `names`: one bit a byte of the blob. */
struct starts {
    const struct oval_content *c;
    uint64_t *bits;
};

static bool is_start(const struct starts *s, uint32_t at)
{
    return at < s->c->names.n && (s->bits[at / 64] >> at % 64 & 1) != 0;
}

static int corrupt(struct err *err, const char *what)
{
    return err_set(err, E_CORRUPT, "%s do not fit together", what);
}

static bool find_starts(struct starts *s)
{
    const char *p = s->c->names.p;
    uint64_t n = s->c->names.n;
    uint64_t at = 0;

    if (n < 8)
        return false;
    while (at < n) {
        uint32_t size;

        if (n - at < sizeof(size) + 1)
            break;
        memcpy(&size, p + at, sizeof(size));
        if (size > n - at - sizeof(size) - 1 ||
            p[at + sizeof(size) + size] != '\0')
            break;
        s->bits[at / 64] |= (uint64_t)1 << at % 64;
        /* The first text is "", padded to 8 bytes. */
        at = at == 0 ? 8 : at + sizeof(size) + size + 1;
    }
    return at == n;
}

static bool in_range(uint32_t first, uint32_t count, uint32_t n)
{
    return first <= n && count <= n - first;
}

/* Also, no part of an array belongs to two: what many would share could be
 * made to take long. */
static bool claim(uint32_t first, uint32_t count, uint32_t n, uint64_t *claimed)
{
    *claimed += count;
    return in_range(first, count, n) && *claimed <= n;
}

static bool is_ref(uint32_t index, uint32_t n)
{
    return index < n || index == OVAL_NONE;
}

static bool node_refs(const struct starts *s, const struct oval_node *node)
{
    const struct oval_content *c = s->c;

    switch ((enum oval_node_type)node->type) {
    case OVAL_NODE_CRITERION:
        return is_ref(node->a, c->tests.n);
    case OVAL_NODE_EXTEND:
        return is_ref(node->a, c->definitions.n);
    case OVAL_NODE_SET_OBJECT:
        return is_ref(node->a, c->objects.n);
    case OVAL_NODE_FILTER:
        return is_ref(node->a, c->states.n);
    case OVAL_NODE_OBJECT:
        return is_ref(node->a, c->objects.n) && is_start(s, node->b) &&
               is_start(s, node->c);
    case OVAL_NODE_VARIABLE:
        return is_ref(node->a, c->variables.n);
    case OVAL_NODE_TIME_DIFFERENCE:
        return is_start(s, node->a) && is_start(s, node->b);
    case OVAL_NODE_LITERAL:
    case OVAL_NODE_BEGIN:
    case OVAL_NODE_END:
    case OVAL_NODE_SPLIT:
    case OVAL_NODE_REGEX_CAPTURE:
    case OVAL_NODE_MERGE:
    case OVAL_NODE_POSSIBLE_VALUE:
    case OVAL_NODE_RESTRICTION:
        return is_start(s, node->a);
    default:
        return node->type < OVAL_NODE_TYPES;
    }
}

/* The largest operator value of a node's type, the ..._BAD one included. */
static uint8_t op_max(uint8_t type)
{
    switch ((enum oval_node_type)type) {
    case OVAL_NODE_CRITERIA:
    case OVAL_NODE_POSSIBLE_RESTRICTION:
        return OVAL_OPERATOR_BAD;
    case OVAL_NODE_SET:
        return OVAL_SET_OPERATOR_BAD;
    case OVAL_NODE_ARITHMETIC:
        return OVAL_ARITHMETIC_BAD;
    case OVAL_NODE_RESTRICTION:
        return OVAL_OPERATION_BAD;
    default:
        return 1;
    }
}

static bool is_child(const struct oval_node *parent,
                     const struct oval_node *node)
{
    return node->type < OVAL_NODE_TYPES && node->end <= parent->end &&
           (oval_node_children(parent->type) >> node->type & 1) != 0;
}

/* Trees: a node ends within its parent. The stack of open parents is as deep
 * as the loader allows. */
static bool check_nodes(const struct starts *s)
{
    enum {
        DEPTH_MAX = 512
    };
    const struct oval_content *c = s->c;
    uint32_t open[DEPTH_MAX]; /* the parents */
    unsigned depth = 0;

    for (uint32_t i = 0; i < c->nodes.n; i++) {
        const struct oval_node *node = &c->nodes.p[i];

        while (depth > 0 && c->nodes.p[open[depth - 1]].end <= i)
            depth--;
        if (node->end <= i || node->end > c->nodes.n || depth == DEPTH_MAX)
            return false;
        if (depth > 0 && !is_child(&c->nodes.p[open[depth - 1]], node))
            return false;
        if (!node_refs(s, node) || node->op > op_max(node->type) ||
            node->datatype > OVAL_DATATYPE_BAD)
            return false;
        if (node->end > i + 1)
            open[depth++] = i;
    }
    return true;
}

/* A root that others refer to must be a node of that type. */
static bool is_root(const struct oval_content *c, uint32_t node,
                    enum oval_node_type type)
{
    return node == OVAL_NONE ||
           (node < c->nodes.n && c->nodes.p[node].type == type);
}

static bool check_definitions(const struct starts *s)
{
    const struct oval_content *c = s->c;
    const struct oval_node *nodes = c->nodes.p;
    uint64_t notes = 0;
    uint64_t criteria = 0;

    for (uint32_t i = 0; i < c->definitions.n; i++) {
        const struct oval_definition *d = &c->definitions.p[i];

        if (!is_start(s, d->id) || d->class_ > OVAL_CLASS_BAD ||
            !claim(d->note_first, d->note_count, c->notes.n, &notes))
            return false;
        if (d->criteria == OVAL_NONE)
            continue;
        if (d->criteria >= c->nodes.n ||
            nodes[d->criteria].type > OVAL_NODE_EXTEND ||
            !claim(d->criteria, nodes[d->criteria].end - d->criteria,
                   c->nodes.n, &criteria))
            return false;
    }
    return true;
}

static bool check_tests(const struct starts *s)
{
    const struct oval_content *c = s->c;
    uint64_t refs = 0;

    for (uint32_t i = 0; i < c->tests.n; i++) {
        const struct oval_test *t = &c->tests.p[i];

        if (t->kind >= c->kinds.n || !is_ref(t->object, c->objects.n) ||
            t->check > OVAL_CHECK_BAD || t->existence > OVAL_EXISTENCE_BAD ||
            t->state_operator > OVAL_OPERATOR_BAD ||
            !claim(t->state_first, t->state_count, c->state_refs.n, &refs))
            return false;
    }
    for (uint32_t i = 0; i < c->state_refs.n; i++)
        if (!is_ref(c->state_refs.p[i], c->states.n))
            return false;
    return true;
}

static bool check_object(const struct oval_content *c,
                         const struct oval_object *o, uint64_t *entities,
                         uint64_t *nodes, uint64_t *pairs)
{
    if (o->kind >= c->kinds.n ||
        !claim(o->entity_first, o->entity_count, c->entities.n, entities) ||
        !claim(o->filter_first, o->filter_count, c->nodes.n, nodes) ||
        !claim(o->behavior_first, o->behavior_count, c->pairs.n, pairs) ||
        !is_root(c, o->set, OVAL_NODE_SET))
        return false;
    for (uint32_t k = 0; k < o->filter_count; k++)
        if (c->nodes.p[o->filter_first + k].type != OVAL_NODE_FILTER)
            return false;
    return o->set == OVAL_NONE ||
           claim(o->set, c->nodes.p[o->set].end - o->set, c->nodes.n, nodes);
}

static bool check_objects(const struct starts *s)
{
    const struct oval_content *c = s->c;
    uint64_t entities = 0;
    uint64_t nodes = 0;
    uint64_t pairs = 0;

    for (uint32_t i = 0; i < c->objects.n; i++)
        if (!check_object(c, &c->objects.p[i], &entities, &nodes, &pairs))
            return false;
    for (uint32_t i = 0; i < c->states.n; i++) {
        const struct oval_state *st = &c->states.p[i];

        if (st->kind >= c->kinds.n || st->op > OVAL_OPERATOR_BAD ||
            !claim(st->entity_first, st->entity_count, c->entities.n,
                   &entities))
            return false;
    }
    return true;
}

static bool check_entities(const struct starts *s)
{
    const struct oval_content *c = s->c;
    uint64_t fields = 0;

    for (uint32_t i = 0; i < c->entities.n; i++) {
        const struct oval_entity *e = &c->entities.p[i];

        if (!is_start(s, e->name) || !is_start(s, e->value) ||
            !is_ref(e->var, c->variables.n) ||
            e->datatype > OVAL_DATATYPE_BAD ||
            e->operation > OVAL_OPERATION_BAD ||
            e->entity_check > OVAL_CHECK_BAD || e->var_check > OVAL_CHECK_BAD ||
            e->existence > OVAL_EXISTENCE_BAD ||
            !claim(e->field_first, e->field_count, c->entities.n, &fields))
            return false;
    }
    return true;
}

static bool check_variables(const struct starts *s)
{
    const struct oval_content *c = s->c;
    uint64_t nodes = 0;

    for (uint32_t i = 0; i < c->variables.n; i++) {
        const struct oval_variable *v = &c->variables.p[i];
        uint32_t at = v->node_first;

        if (v->type > OVAL_VAR_LOCAL || v->datatype > OVAL_DATATYPE_BAD ||
            v->node_end < v->node_first ||
            !claim(v->node_first, v->node_end - v->node_first, c->nodes.n,
                   &nodes))
            return false;
        while (at < v->node_end) {
            uint8_t type = c->nodes.p[at].type;

            if ((oval_variable_children(v->type) >> type & 1) == 0)
                return false;
            at = c->nodes.p[at].end;
        }
        if (at != v->node_end)
            return false;
    }
    return true;
}

static bool check_names(const struct starts *s)
{
    const struct oval_content *c = s->c;

    for (uint32_t i = 0; i < c->pairs.n; i++)
        if (!is_start(s, c->pairs.p[i].name) ||
            !is_start(s, c->pairs.p[i].value))
            return false;
    for (uint32_t i = 0; i < c->kinds.n; i++)
        if (!is_start(s, c->kinds.p[i].name) ||
            !is_start(s, c->kinds.p[i].family))
            return false;
    for (uint32_t i = 0; i < c->packages.n; i++)
        if (!is_start(s, c->packages.p[i].name) ||
            !in_range(c->packages.p[i].test_first, c->packages.p[i].test_count,
                      c->package_tests.n))
            return false;
    for (uint32_t i = 0; i < c->package_tests.n; i++)
        if (c->package_tests.p[i] >= c->tests.n)
            return false;
    return true;
}

int pack_check(const struct oval_content *content, struct err *err)
{
    static const struct {
        const char *what;
        bool (*check)(const struct starts *s);
    } checks[] = {
        { "criteria, sets and components", check_nodes },
        { "definitions", check_definitions },
        { "tests", check_tests },
        { "objects and states", check_objects },
        { "entities", check_entities },
        { "variables", check_variables },
        { "names", check_names },
    };
    struct starts s = { content,
                        mem_alloc(content->names.n / 64 + 1, sizeof(*s.bits)) };
    int rc = find_starts(&s) ? 0 : corrupt(err, "texts");

    for (size_t i = 0; rc == 0 && i < COUNT(checks); i++)
        if (!checks[i].check(&s))
            rc = corrupt(err, checks[i].what);
    mem_free(s.bits);
    return rc;
}
