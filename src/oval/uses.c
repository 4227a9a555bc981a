/* SPDX-License-Identifier: Apache-2.0 */
#include "oval/uses.h"

static void add_variable(struct oval_uses *u, uint32_t variable)
{
    for (size_t i = 0; i < u->variables.n; i++)
        if (u->variables.p[i] == variable)
            return;
    if (u->variables.n < OVAL_USES_MAX)
        *vec_push(&u->variables) = variable;
}

static void of_entities(struct oval_uses *u, const struct oval_content *c,
                        uint32_t first, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        const struct oval_entity *e = &c->entities.p[first + i];

        if ((e->flags & OVAL_ENTITY_VAR) != 0 && e->var != OVAL_NONE)
            add_variable(u, e->var);
        for (uint32_t k = 0; k < e->field_count; k++) {
            const struct oval_entity *field =
                &c->entities.p[e->field_first + k];

            if ((field->flags & OVAL_ENTITY_VAR) != 0 &&
                field->var != OVAL_NONE)
                add_variable(u, field->var);
        }
    }
}

static void of_state(struct oval_uses *u, const struct oval_content *c,
                     uint32_t state)
{
    if (state != OVAL_NONE)
        of_entities(u, c, c->states.p[state].entity_first,
                    c->states.p[state].entity_count);
}

static void add_object(struct oval_uses *u, uint32_t object)
{
    if (object == OVAL_NONE || u->objects.n >= OVAL_USES_MAX)
        return;
    for (size_t i = 0; i < u->objects.n; i++)
        if (u->objects.p[i] == object)
            return;
    *vec_push(&u->objects) = object;
}

static void of_set(struct oval_uses *u, const struct oval_content *c,
                   uint32_t set)
{
    for (uint32_t i = set; i < c->nodes.p[set].end; i++) {
        const struct oval_node *node = &c->nodes.p[i];

        if (node->type == OVAL_NODE_SET_OBJECT)
            add_object(u, node->a);
        else if (node->type == OVAL_NODE_FILTER)
            of_state(u, c, node->a);
    }
}

/* Works off the list of objects, which the sets in them make longer. */
static void of_objects(struct oval_uses *u, const struct oval_content *c)
{
    for (size_t i = 0; i < u->objects.n; i++) {
        const struct oval_object *o = &c->objects.p[u->objects.p[i]];

        of_entities(u, c, o->entity_first, o->entity_count);
        for (uint32_t k = 0; k < o->filter_count; k++)
            of_state(u, c, c->nodes.p[o->filter_first + k].a);
        if (o->set != OVAL_NONE)
            of_set(u, c, o->set);
    }
}

void oval_uses_of_object(struct oval_uses *u, const struct oval_content *c,
                         uint32_t object)
{
    u->variables.n = 0;
    u->objects.n = 0;
    add_object(u, object);
    of_objects(u, c);
}

void oval_uses_of_test(struct oval_uses *u, const struct oval_content *c,
                       uint32_t test)
{
    const struct oval_test *t = &c->tests.p[test];

    oval_uses_of_object(u, c, t->object);
    for (uint32_t i = 0; i < t->state_count; i++)
        of_state(u, c, c->state_refs.p[t->state_first + i]);
}

void oval_uses_clear(struct oval_uses *u)
{
    vec_clear(&u->variables);
    vec_clear(&u->objects);
}
