/* SPDX-License-Identifier: Apache-2.0
 *
 * After reading: references become indexes, and the index of packages is
 * made. A reference that leads nowhere stays OVAL_NONE, with a warning; what
 * uses it evaluates to error.
 */
#include "oval/load_int.h"

static uint32_t resolve(struct builder *b, uint32_t dense, enum target target,
                        const char *what)
{
    const struct id *id = &b->ids.p[dense];

    if (id->target == target)
        return id->index;
    load_warn(b, "%s '%s' is not in the content", what, id->text.p);
    return OVAL_NONE;
}

static void link_nodes(struct builder *b)
{
    for (size_t i = 0; i < b->nodes.n; i++) {
        struct oval_node *node = &b->nodes.p[i];
        uint32_t dense = node->a;

        switch ((enum oval_node_type)node->type) {
        case OVAL_NODE_CRITERION:
            node->a = resolve(b, dense, T_TEST, "test");
            break;
        case OVAL_NODE_EXTEND:
            node->a = resolve(b, dense, T_DEFINITION, "definition");
            break;
        case OVAL_NODE_SET_OBJECT:
        case OVAL_NODE_OBJECT:
            node->a = resolve(b, dense, T_OBJECT, "object");
            break;
        case OVAL_NODE_FILTER:
            node->a = resolve(b, dense, T_STATE, "state");
            break;
        case OVAL_NODE_VARIABLE:
            node->a = resolve(b, dense, T_VARIABLE, "variable");
            break;
        default:
            continue;
        }
        if (node->a == OVAL_NONE && node->text == 0)
            node->text = load_id_text(b, dense);
    }
}

static void link_entities(struct builder *b)
{
    uint32_t base = (uint32_t)b->entities.n;

    for (size_t i = 0; i < b->fields.n; i++)
        *vec_push(&b->entities) = b->fields.p[i];
    for (size_t i = 0; i < b->entities.n; i++) {
        struct oval_entity *e = &b->entities.p[i];

        e->field_first += base;
        if (e->field_count == 0)
            e->field_first = 0;
        if (e->flags & OVAL_ENTITY_VAR) {
            e->var_id = load_id_text(b, e->var);
            e->var = resolve(b, e->var, T_VARIABLE, "variable");
        }
    }
    vec_clear(&b->fields);
}

static void link_definitions(struct builder *b)
{
    for (size_t i = 0; i < b->definitions.n; i++) {
        uint32_t end = i + 1 < b->definitions.n
                           ? b->definitions.p[i + 1].note_first
                           : (uint32_t)b->notes.n;

        b->definitions.p[i].note_count = end - b->definitions.p[i].note_first;
    }
}

/* Filters of an object stand one behind the other. */
static void link_objects(struct builder *b)
{
    for (size_t i = 0; i < b->objects.n; i++)
        if (b->objects.p[i].filter_first == OVAL_NONE)
            b->objects.p[i].filter_first = 0;
}

/* --- The index from package names to tests --- */

/* True when the object asks for exactly one package by name. */
static bool names_package(const struct builder *b, uint32_t object,
                          oval_name *out)
{
    const struct oval_object *o = &b->objects.p[object];
    const struct oval_kind *kind = &b->kinds.p[o->kind];
    str name = oval_blob_text(b->names.bytes.p, kind->name);
    const struct oval_entity *e;

    if (!str_eq(name, STR("dpkginfo")) && !str_eq(name, STR("rpminfo")))
        return false;
    if (o->entity_count != 1 || o->set != OVAL_NONE)
        return false;
    e = &b->entities.p[o->entity_first];
    if (e->operation != OVAL_EQUALS || e->flags != 0)
        return false;
    *out = e->value;
    return true;
}

struct named_test {
    str name;
    oval_name at;
    uint32_t test;
};

static int by_name_and_test(const void *a, const void *b)
{
    const struct named_test *x = a;
    const struct named_test *y = b;
    int order = str_cmp(x->name, y->name);

    if (order != 0)
        return order;
    return x->test < y->test ? -1 : x->test > y->test;
}

static void index_packages(struct builder *b)
{
    struct named_test *list = mem_alloc(b->tests.n, sizeof(*list));
    struct oval_package *last = NULL;
    size_t n = 0;

    for (size_t i = 0; i < b->tests.n; i++) {
        oval_name name;

        if (b->tests.p[i].object == OVAL_NONE ||
            !names_package(b, b->tests.p[i].object, &name))
            continue;
        list[n++] = (struct named_test){ oval_blob_text(b->names.bytes.p, name),
                                         name, (uint32_t)i };
    }
    qsort(list, n, sizeof(*list), by_name_and_test);
    for (size_t i = 0; i < n; i++) {
        if (i == 0 || !str_eq(list[i].name, list[i - 1].name)) {
            last = vec_push(&b->packages);
            last->name = list[i].at;
            last->test_first = (uint32_t)b->package_tests.n;
        }
        last->test_count++;
        *vec_push(&b->package_tests) = list[i].test;
    }
    mem_free(list);
}

static void link_tests(struct builder *b)
{
    for (size_t i = 0; i < b->tests.n; i++) {
        struct oval_test *t = &b->tests.p[i];

        if (t->object == OVAL_NONE)
            continue;
        t->object_id = load_id_text(b, t->object);
        t->object = resolve(b, t->object, T_OBJECT, "object");
    }
}

void load_link(struct builder *b)
{
    link_nodes(b);
    link_entities(b);
    link_definitions(b);
    link_objects(b);
    link_tests(b);
    for (size_t i = 0; i < b->state_refs.n; i++)
        b->state_refs.p[i] = resolve(b, b->state_refs.p[i], T_STATE, "state");
    index_packages(b);
}
