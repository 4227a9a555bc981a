/* SPDX-License-Identifier: Apache-2.0 */
#include "oval/mask.h"

#include "oval/eval_int.h"

static bool any_mask(const struct oval_content *c)
{
    for (uint32_t i = 0; i < c->entities.n; i++)
        if ((c->entities.p[i].flags & OVAL_ENTITY_MASK) != 0)
            return true;
    return false;
}

/* Items belong to the evaluation, whose memory is writable; only their users
 * see them as const. */
static struct oval_fact *writable(const struct oval_fact *fact)
{
    return (struct oval_fact *)(uintptr_t)fact;
}

static void mask_named(const struct oval_fact *facts, uint32_t n, str name)
{
    for (uint32_t i = 0; i < n; i++)
        if (str_eq(facts[i].name, name))
            writable(&facts[i])->mask = 1;
}

static void mask_entity(const struct oval_content *c,
                        const struct oval_entity *e,
                        const struct oval_item *item)
{
    str name = oval_name_text(c, e->name);

    if ((e->flags & OVAL_ENTITY_MASK) != 0)
        mask_named(item->facts, item->fact_count, name);
    for (uint32_t k = 0; k < e->field_count; k++) {
        const struct oval_entity *field = &c->entities.p[e->field_first + k];

        if ((field->flags & OVAL_ENTITY_MASK) == 0)
            continue;
        for (uint32_t i = 0; i < item->fact_count; i++)
            if (str_eq(item->facts[i].name, name))
                mask_named(item->facts[i].fields, item->facts[i].field_count,
                           oval_name_text(c, field->name));
    }
}

static bool has_mask(const struct oval_content *c, uint32_t first,
                     uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        const struct oval_entity *e = &c->entities.p[first + i];

        if ((e->flags & OVAL_ENTITY_MASK) != 0)
            return true;
        for (uint32_t k = 0; k < e->field_count; k++)
            if ((c->entities.p[e->field_first + k].flags & OVAL_ENTITY_MASK) !=
                0)
                return true;
    }
    return false;
}

static void mask_object(struct oval_eval *eval, uint32_t object, uint32_t first,
                        uint32_t count)
{
    const struct oval_content *c = oval_eval_content(eval);
    struct oval_collected found;

    if (object == OVAL_NONE || !has_mask(c, first, count))
        return;
    found = oval_eval_object(eval, object);
    for (uint32_t i = 0; i < found.item_count; i++)
        for (uint32_t k = 0; k < count; k++)
            mask_entity(c, &c->entities.p[first + k], found.items[i]);
}

static void conceal_facts(struct oval_eval *eval, const struct oval_fact *facts,
                          uint32_t n)
{
    struct oval_source *source = eval->source;

    for (uint32_t i = 0; i < n; i++) {
        if (facts[i].value.n > 0)
            writable(&facts[i])->value =
                source->ops->conceal(source, facts[i].value, &eval->arena);
        conceal_facts(eval, facts[i].fields, facts[i].field_count);
    }
}

static void conceal_values(struct oval_eval *eval, uint32_t variable)
{
    struct oval_source *source = eval->source;
    struct oval_values values = oval_eval_variable(eval, variable);
    str *list = (str *)(uintptr_t)values.values;

    for (uint32_t i = 0; i < values.count; i++)
        list[i] = source->ops->conceal(source, list[i], &eval->arena);
}

/* Once: what comes after it is decided with what is hidden in mind. */
void oval_conceal_items(struct oval_eval *eval)
{
    struct oval_source *source = eval->source;
    const struct oval_content *c = oval_eval_content(eval);

    if (source == NULL || source->ops->conceal == NULL || eval->concealed)
        return;
    eval->concealed = true;
    for (uint32_t id = 1; id <= oval_eval_item_count(eval); id++) {
        const struct oval_item *item = oval_eval_item(eval, id);

        conceal_facts(eval, item->facts, item->fact_count);
    }
    for (uint32_t i = 0; i < c->variables.n; i++)
        conceal_values(eval, i);
}

void oval_mask_items(struct oval_eval *eval)
{
    const struct oval_content *c = oval_eval_content(eval);

    oval_conceal_items(eval);
    if (!any_mask(c))
        return;
    for (uint32_t i = 0; i < c->objects.n; i++)
        mask_object(eval, i, c->objects.p[i].entity_first,
                    c->objects.p[i].entity_count);
    for (uint32_t i = 0; i < c->tests.n; i++) {
        const struct oval_test *test = &c->tests.p[i];

        for (uint32_t k = 0; k < test->state_count; k++) {
            uint32_t state = c->state_refs.p[test->state_first + k];

            if (state != OVAL_NONE)
                mask_object(eval, test->object, c->states.p[state].entity_first,
                            c->states.p[state].entity_count);
        }
    }
}
