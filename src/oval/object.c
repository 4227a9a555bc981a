/* SPDX-License-Identifier: Apache-2.0
 *
 * Objects: what they want, with variables resolved, is asked of the source;
 * sets combine the items of other objects (Language Specification 5.11.2,
 * sections 5.3.1 to 5.3.4).
 */
#include "oval/eval_int.h"

/* --- wants --- */

static void resolve_var(struct oval_eval *eval, const struct oval_entity *e,
                        struct oval_want *want)
{
    const struct variable_state *v;

    want->is_var = true;
    want->var_check = e->var_check;
    if (e->var == OVAL_NONE)
        return;
    v = variable_values(eval, e->var);
    if (v->flag == OVAL_FLAG_COMPLETE || v->flag == OVAL_FLAG_INCOMPLETE) {
        want->values = v->values;
        want->value_count = v->count;
    }
}

static void resolve_want(struct oval_eval *eval, const struct oval_entity *e,
                         struct oval_want *want)
{
    const struct oval_content *c = eval->content;
    str *value;

    want->name = oval_name_text(c, e->name);
    want->datatype = e->datatype;
    want->operation = e->operation;
    want->entity_check = e->entity_check;
    want->existence = e->existence;
    want->var_check = OVAL_CHECK_ALL;
    want->nil = (e->flags & OVAL_ENTITY_NIL) != 0;
    if (e->flags & OVAL_ENTITY_VAR) {
        resolve_var(eval, e, want);
        return;
    }
    value = arena_alloc(&eval->arena, 1, sizeof(*value));
    *value = oval_name_text(c, e->value);
    want->values = value;
    want->value_count = 1;
}

static const struct oval_want *resolve_wants(struct oval_eval *eval,
                                             uint32_t first, uint32_t n)
{
    struct oval_want *wants = arena_alloc(&eval->arena, n, sizeof(*wants));

    for (uint32_t i = 0; i < n; i++) {
        const struct oval_entity *e = &eval->content->entities.p[first + i];
        struct oval_want *fields;

        resolve_want(eval, e, &wants[i]);
        if (e->field_count == 0)
            continue;
        fields = arena_alloc(&eval->arena, e->field_count, sizeof(*fields));
        for (uint32_t k = 0; k < e->field_count; k++)
            resolve_want(eval, &eval->content->entities.p[e->field_first + k],
                         &fields[k]);
        wants[i].fields = fields;
        wants[i].field_count = e->field_count;
    }
    return wants;
}

const struct oval_condition *state_condition(struct oval_eval *eval,
                                             uint32_t state)
{
    const struct oval_state *s = &eval->content->states.p[state];
    struct condition_state *c = &eval->conditions[state];

    if (!c->built) {
        c->condition.op = (uint8_t)s->op;
        c->condition.wants =
            resolve_wants(eval, s->entity_first, s->entity_count);
        c->condition.want_count = s->entity_count;
        c->built = true;
    }
    return &c->condition;
}

/* --- queries --- */

static bool resolve_filters(struct oval_eval *eval, struct messages *messages,
                            uint32_t first, uint32_t n,
                            struct oval_condition *filters)
{
    for (uint32_t i = 0; i < n; i++) {
        const struct oval_node *node = &eval->content->nodes.p[first + i];

        if (node->a == OVAL_NONE) {
            eval_message(eval, messages, OVAL_LEVEL_ERROR,
                         "state '%s' of a filter is not in the content",
                         oval_prose_text(eval->content, node->text).p);
            return false;
        }
        filters[i] = *state_condition(eval, node->a);
        filters[i].include = node->op != 0;
    }
    return true;
}

static const struct oval_behavior *behaviors_of(struct oval_eval *eval,
                                                const struct oval_object *o)
{
    struct oval_behavior *list =
        arena_alloc(&eval->arena, o->behavior_count, sizeof(*list));

    for (uint32_t i = 0; i < o->behavior_count; i++) {
        const struct oval_pair *pair =
            &eval->content->pairs.p[o->behavior_first + i];

        list[i].name = oval_name_text(eval->content, pair->name);
        list[i].value = oval_name_text(eval->content, pair->value);
    }
    return list;
}

/* Builds the query of an object without set, once. NULL: it cannot be asked,
 * and the state says why. */
static const struct oval_query *query_of(struct oval_eval *eval,
                                         uint32_t object)
{
    const struct oval_content *c = eval->content;
    const struct oval_object *o = &c->objects.p[object];
    struct object_state *state = &eval->objects[object];
    struct oval_condition *filters;
    struct oval_query *q;

    if (state->query != NULL)
        return state->query;
    q = arena_alloc(&eval->arena, 1, sizeof(*q));
    filters = arena_alloc(&eval->arena, o->filter_count, sizeof(*filters));
    q->family = oval_name_text(c, c->kinds.p[o->kind].family);
    q->name = oval_name_text(c, c->kinds.p[o->kind].name);
    q->object_id = oval_prose_text(c, o->id);
    q->object = object;
    q->wants = resolve_wants(eval, o->entity_first, o->entity_count);
    q->want_count = o->entity_count;
    if (o->behavior_count > 0)
        q->behaviors = behaviors_of(eval, o);
    q->behavior_count = o->behavior_count;
    if (!resolve_filters(eval, &state->messages, o->filter_first,
                         o->filter_count, filters))
        return NULL;
    q->filters = filters;
    q->filter_count = o->filter_count;
    state->query = q;
    return q;
}

/* What a variable without values makes of the object that uses it: it does
 * not exist; an error in the variable is an error here. */
static bool variables_allow(struct oval_eval *eval, const struct oval_object *o,
                            struct object_state *state)
{
    for (uint32_t i = 0; i < o->entity_count; i++) {
        const struct oval_entity *e =
            &eval->content->entities.p[o->entity_first + i];
        const struct variable_state *v;

        if ((e->flags & OVAL_ENTITY_VAR) == 0)
            continue;
        if (e->var == OVAL_NONE) {
            eval_message(eval, &state->messages, OVAL_LEVEL_ERROR,
                         "variable '%s' is not in the content",
                         oval_prose_text(eval->content, e->var_id).p);
            state->flag = OVAL_FLAG_ERROR;
            return false;
        }
        v = variable_values(eval, e->var);
        if ((v->flag == OVAL_FLAG_COMPLETE ||
             v->flag == OVAL_FLAG_INCOMPLETE) &&
            v->count > 0)
            continue;
        eval_message(eval, &state->messages, OVAL_LEVEL_INFO,
                     "variable '%s' has no values",
                     oval_prose_text(eval->content, e->var_id).p);
        state->flag =
            v->flag == OVAL_FLAG_COMPLETE || v->flag == OVAL_FLAG_INCOMPLETE
                ? OVAL_FLAG_DOES_NOT_EXIST
                : v->flag;
        return false;
    }
    return true;
}

/* --- walks over the disk: asked for together --- */

static bool has_var(const struct oval_content *c, const struct oval_object *o)
{
    for (uint32_t i = 0; i < o->entity_count; i++)
        if (c->entities.p[o->entity_first + i].flags & OVAL_ENTITY_VAR)
            return true;
    return o->filter_count > 0;
}

static bool is_batch(struct oval_eval *eval, uint32_t object)
{
    struct oval_source *source = eval->source;
    const struct oval_query *q;

    if (source->ops->is_batch == NULL || source->ops->prepare == NULL)
        return false;
    q = query_of(eval, object);
    return q != NULL && source->ops->is_batch(source, q);
}

/* Collects what can be asked for together with `object`. Objects whose
 * entities or filters use variables are only joined when one of them is
 * needed: to know their values, others may have to be collected first. */
static void prepare_batch(struct oval_eval *eval, uint32_t object)
{
    const struct oval_content *c = eval->content;
    bool with_var = has_var(c, &c->objects.p[object]);
    VEC(const struct oval_query *) queries = { 0 };

    for (; eval->scope_first < eval->scope_end; eval->scope_first++)
        scope_definition(eval, eval->scope_first);
    eval->objects[object].prepared = true;
    *vec_push(&queries) = eval->objects[object].query;
    for (uint32_t i = 0; i < c->objects.n; i++) {
        const struct oval_object *o = &c->objects.p[i];
        struct object_state *state = &eval->objects[i];

        if (!state->in_scope || state->prepared || state->progress != NOT_YET ||
            o->set != OVAL_NONE)
            continue;
        if (has_var(c, o) && (!with_var || !variables_allow(eval, o, state)))
            continue;
        if (state->progress != NOT_YET || !is_batch(eval, i))
            continue;
        state->prepared = true;
        *vec_push(&queries) = state->query;
    }
    if (!eval->failed &&
        eval->source->ops->prepare(eval->source, queries.p, queries.n,
                                   &eval->fatal) < 0)
        eval->failed = true;
    vec_clear(&queries);
}

static void ask_source(struct oval_eval *eval, uint32_t object)
{
    struct object_state *state = &eval->objects[object];
    const struct oval_query *q = query_of(eval, object);
    struct oval_sink sink;
    int rc;

    if (q == NULL) {
        state->flag = OVAL_FLAG_ERROR;
        return;
    }
    if (!state->prepared && is_batch(eval, object))
        prepare_batch(eval, object);
    if (eval->failed)
        return;
    sink_init(&sink, eval, q, state);
    rc = eval->source->ops->collect(eval->source, q, &sink, &eval->fatal);
    if (rc < 0)
        eval->failed = true;
    if (rc > 0) {
        oval_sink_flag(&sink, OVAL_FLAG_NOT_COLLECTED);
        oval_sink_message(&sink, OVAL_LEVEL_WARNING,
                          "%s:%s_object is not a kind this system can collect",
                          q->family.p, q->name.p);
    }
    sink_finish(&sink);
}

/* --- sets --- */

struct item_set {
    enum oval_flag flag;
    VEC(const struct oval_item *) items;
};

static bool set_has(const struct item_set *set, const struct oval_item *item)
{
    for (size_t i = 0; i < set->items.n; i++)
        if (set->items.p[i] == item)
            return true;
    return false;
}

static int by_id(const void *a, const void *b)
{
    const struct oval_item *x = *(const struct oval_item *const *)a;
    const struct oval_item *y = *(const struct oval_item *const *)b;

    return x->id < y->id ? -1 : x->id > y->id;
}

static bool sorted_has(const struct item_set *set, const struct oval_item *item)
{
    if (set->items.n < 16)
        return set_has(set, item);
    return bsearch(&item, set->items.p, set->items.n, sizeof(item), by_id) !=
           NULL;
}

static void set_sort(struct item_set *set)
{
    if (set->items.n > 1)
        qsort(set->items.p, set->items.n, sizeof(*set->items.p), by_id);
}

/* The filters of a set apply to each of its objects. */
static bool set_filter(struct oval_eval *eval, const struct oval_item *item,
                       uint32_t first, uint32_t end, struct item_set *into)
{
    struct err err = { 0 };

    for (uint32_t i = first; i < end; i = eval->content->nodes.p[i].end) {
        const struct oval_node *node = &eval->content->nodes.p[i];
        enum oval_result r;

        if (node->type != OVAL_NODE_FILTER)
            continue;
        if (node->a == OVAL_NONE) {
            into->flag = OVAL_FLAG_ERROR;
            return false;
        }
        r = match_item(eval, state_condition(eval, node->a), item->facts,
                       item->fact_count, &err);
        if (r == OVAL_ERROR || r == OVAL_UNKNOWN)
            into->flag = OVAL_FLAG_ERROR;
        if ((r == OVAL_TRUE) != (node->op != 0))
            return false;
    }
    return true;
}

static void take_object(struct oval_eval *eval, uint32_t set,
                        const struct oval_node *ref, struct item_set *into)
{
    const struct object_state *o;
    uint32_t end = eval->content->nodes.p[set].end;

    if (ref->a == OVAL_NONE) {
        into->flag = OVAL_FLAG_ERROR;
        return;
    }
    o = object_collect(eval, ref->a);
    into->flag = o->flag;
    for (uint32_t i = 0; i < o->item_count; i++)
        if (set_filter(eval, o->items[i], set + 1, end, into))
            *vec_push(&into->items) = o->items[i];
    if (into->items.n == 0 && o->item_count > 0 &&
        into->flag == OVAL_FLAG_COMPLETE)
        into->flag = OVAL_FLAG_DOES_NOT_EXIST;
    set_sort(into);
}

static void combine(enum oval_set_operator op, struct item_set *first,
                    struct item_set *second, struct item_set *out)
{
    for (size_t i = 0; i < first->items.n; i++) {
        bool both = sorted_has(second, first->items.p[i]);

        if (op == OVAL_UNION || (op == OVAL_INTERSECTION && both) ||
            (op == OVAL_COMPLEMENT && !both))
            *vec_push(&out->items) = first->items.p[i];
    }
    for (size_t i = 0; op == OVAL_UNION && i < second->items.n; i++)
        if (!sorted_has(first, second->items.p[i]))
            *vec_push(&out->items) = second->items.p[i];
    out->flag = oval_set_flag(op, first->flag, second->flag);
    if (out->items.n == 0 && out->flag == OVAL_FLAG_COMPLETE)
        out->flag = OVAL_FLAG_DOES_NOT_EXIST;
    set_sort(out);
}

static void evaluate_set(struct oval_eval *eval, uint32_t at,
                         struct item_set *out)
{
    const struct oval_node *set = &eval->content->nodes.p[at];
    struct item_set parts[2] = { 0 };
    size_t n = 0;

    if (set->op == OVAL_SET_OPERATOR_BAD || eval->nested >= EVAL_NESTED_MAX) {
        out->flag = OVAL_FLAG_ERROR;
        return;
    }
    eval->nested++;
    for (uint32_t i = at + 1; i < set->end; i = eval->content->nodes.p[i].end) {
        const struct oval_node *node = &eval->content->nodes.p[i];

        if (node->type == OVAL_NODE_FILTER)
            continue;
        if (n == COUNT(parts))
            break;
        if (node->type == OVAL_NODE_SET)
            evaluate_set(eval, i, &parts[n++]);
        else
            take_object(eval, at, node, &parts[n++]);
    }
    eval->nested--;
    if (n == 2) {
        combine(set->op, &parts[0], &parts[1], out);
    } else if (n == 1) {
        *out = parts[0];
        parts[0] = (struct item_set){ 0 };
    } else {
        out->flag = OVAL_FLAG_ERROR;
    }
    vec_clear(&parts[0].items);
    vec_clear(&parts[1].items);
}

static void collect_set(struct oval_eval *eval, uint32_t object)
{
    struct object_state *state = &eval->objects[object];
    struct item_set set = { 0 };

    evaluate_set(eval, eval->content->objects.p[object].set, &set);
    state->flag = (uint8_t)set.flag;
    if (set.flag == OVAL_FLAG_ERROR)
        eval_message(eval, &state->messages, OVAL_LEVEL_ERROR,
                     "the set, or an object or filter of it, is in error");
    state->item_count = (uint32_t)set.items.n;
    if (set.items.n > 0) {
        state->items =
            arena_alloc(&eval->arena, set.items.n, sizeof(*state->items));
        memcpy(state->items, set.items.p, set.items.n * sizeof(*state->items));
    }
    vec_clear(&set.items);
}

/* --- variable_object: the engine's own --- */

static bool is_variable_object(const struct oval_content *c,
                               const struct oval_object *o)
{
    const struct oval_kind *kind = &c->kinds.p[o->kind];

    return str_eq(oval_name_text(c, kind->name), STR("variable")) &&
           str_eq(oval_name_text(c, kind->family), STR("independent"));
}

static uint32_t find_variable(struct oval_eval *eval, str id)
{
    const struct oval_content *c = eval->content;

    if (eval->variable_ids.n == 0)
        for (uint32_t i = 0; i < c->variables.n; i++)
            map_add(&eval->variable_ids,
                    oval_prose_text(c, c->variables.p[i].id), i);
    return map_get(&eval->variable_ids, id);
}

/* The values of the variable that var_ref names, in one item. */
static void collect_variable(struct oval_eval *eval, uint32_t object)
{
    struct object_state *state = &eval->objects[object];
    const struct oval_query *q = query_of(eval, object);
    const struct variable_state *v;
    struct oval_sink sink;
    uint32_t at = OVAL_NONE;
    str id = STR_NONE;

    if (q != NULL && oval_query_literal(q, "var_ref", &id))
        at = find_variable(eval, id);
    if (at == OVAL_NONE) {
        state->flag = OVAL_FLAG_ERROR;
        eval_message(eval, &state->messages, OVAL_LEVEL_ERROR,
                     "variable '%" PRIstr "' is not in the content",
                     ARGstr(id));
        return;
    }
    v = variable_values(eval, at);
    if (v->count == 0) {
        state->flag =
            v->flag == OVAL_FLAG_COMPLETE ? OVAL_FLAG_DOES_NOT_EXIST : v->flag;
        for (const struct oval_message *m = v->messages.first; m != NULL;
             m = m->next)
            eval_message(eval, &state->messages, m->level, "%" PRIstr,
                         ARGstr(m->text));
        return;
    }
    sink_init(&sink, eval, q, state);
    oval_item_begin(&sink, "independent:variable");
    oval_item_str(&sink, "var_ref", id);
    for (uint32_t i = 0; i < v->count; i++)
        oval_item_typed(&sink, "value", eval->content->variables.p[at].datatype,
                        v->values[i]);
    oval_item_end(&sink);
    if (v->flag != OVAL_FLAG_COMPLETE)
        oval_sink_flag(&sink, v->flag);
    sink_finish(&sink);
}

/* --- scope --- */

static void scope_nodes(struct oval_eval *eval, uint32_t first, uint32_t end);

static void scope_variable(struct oval_eval *eval, uint32_t variable)
{
    const struct oval_variable *v = &eval->content->variables.p[variable];

    if (eval->variables[variable].in_scope)
        return;
    eval->variables[variable].in_scope = true;
    scope_nodes(eval, v->node_first, v->node_end);
}

static void scope_entities(struct oval_eval *eval, uint32_t first, uint32_t n)
{
    const struct oval_content *c = eval->content;

    for (uint32_t i = first; i < first + n; i++) {
        const struct oval_entity *e = &c->entities.p[i];

        if ((e->flags & OVAL_ENTITY_VAR) && e->var != OVAL_NONE)
            scope_variable(eval, e->var);
    }
}

void scope_object(struct oval_eval *eval, uint32_t object)
{
    const struct oval_object *o = &eval->content->objects.p[object];

    if (eval->objects[object].in_scope || eval->depth >= EVAL_DEPTH_MAX)
        return;
    eval->objects[object].in_scope = true;
    eval->depth++;
    scope_entities(eval, o->entity_first, o->entity_count);
    if (o->set != OVAL_NONE)
        scope_nodes(eval, o->set, eval->content->nodes.p[o->set].end);
    eval->depth--;
}

static void scope_test(struct oval_eval *eval, uint32_t test)
{
    const struct oval_test *t = &eval->content->tests.p[test];

    if (eval->tests[test].in_scope)
        return;
    eval->tests[test].in_scope = true;
    if (t->object != OVAL_NONE)
        scope_object(eval, t->object);
}

static void scope_nodes(struct oval_eval *eval, uint32_t first, uint32_t end)
{
    const struct oval_content *c = eval->content;

    if (eval->depth >= EVAL_DEPTH_MAX)
        return;
    eval->depth++;
    for (uint32_t i = first; i < end; i++) {
        const struct oval_node *node = &c->nodes.p[i];

        if (node->a == OVAL_NONE)
            continue;
        if (node->type == OVAL_NODE_CRITERION)
            scope_test(eval, node->a);
        else if (node->type == OVAL_NODE_EXTEND)
            scope_definition(eval, node->a);
        else if (node->type == OVAL_NODE_OBJECT ||
                 node->type == OVAL_NODE_SET_OBJECT)
            scope_object(eval, node->a);
        else if (node->type == OVAL_NODE_VARIABLE)
            scope_variable(eval, node->a);
    }
    eval->depth--;
}

void scope_definition(struct oval_eval *eval, uint32_t definition)
{
    const struct oval_content *c = eval->content;
    uint32_t criteria = c->definitions.p[definition].criteria;

    if (eval->in_scope[definition])
        return;
    eval->in_scope[definition] = true;
    if (criteria != OVAL_NONE)
        scope_nodes(eval, criteria, c->nodes.p[criteria].end);
}

/* --- collecting --- */

static void collect(struct oval_eval *eval, uint32_t object)
{
    const struct oval_object *o = &eval->content->objects.p[object];
    struct object_state *state = &eval->objects[object];

    if (eval->source->recorded)
        ask_source(eval, object);
    else if (o->set != OVAL_NONE)
        collect_set(eval, object);
    else if (is_variable_object(eval->content, o))
        collect_variable(eval, object);
    else if (variables_allow(eval, o, state))
        ask_source(eval, object);
}

const struct object_state *object_collect(struct oval_eval *eval,
                                          uint32_t object)
{
    struct object_state *state = &eval->objects[object];

    if (state->progress == DONE)
        return state;
    if (state->progress == RUNNING || eval->depth >= EVAL_DEPTH_MAX) {
        eval_message(eval, &state->messages, OVAL_LEVEL_ERROR,
                     state->progress == RUNNING
                         ? "the object refers to itself"
                         : "references are nested too deeply");
        state->flag = OVAL_FLAG_ERROR;
        return state;
    }
    state->progress = RUNNING;
    state->flag = OVAL_FLAG_NOT_COLLECTED;
    eval->depth++;
    collect(eval, object);
    eval->depth--;
    state->progress = DONE;
    return state;
}
