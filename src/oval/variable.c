/* SPDX-License-Identifier: Apache-2.0
 *
 * Variables: constants, external values with what they may hold, and local
 * ones computed from components (Language Specification 5.11.2, section
 * 5.3.5). The functions themselves are in function.c.
 */
#include "oval/compare.h"
#include "oval/eval_int.h"
#include "oval/function.h"
#include "oval/truth.h"

struct component { /* what a component gives */
    enum oval_flag flag;
    struct oval_list list;
};

struct scope { /* of the variable being computed */
    struct oval_eval *eval;
    struct variable_state *state;
};

static struct component compute(struct scope *s, uint32_t node);

static struct component failed(struct scope *s, const char *format, str name)
{
    char text[ERR_TEXT_MAX];

    snprintf(text, sizeof(text), format, ARGstr(name));
    eval_message(s->eval, &s->state->messages, OVAL_LEVEL_ERROR, "%s", text);
    return (struct component){ .flag = OVAL_FLAG_ERROR };
}

static struct component literal(struct scope *s, const struct oval_node *node)
{
    struct component c = { .flag = OVAL_FLAG_COMPLETE };
    str *value = arena_alloc(&s->eval->arena, 1, sizeof(*value));

    *value = oval_name_text(s->eval->content, node->a);
    c.list = (struct oval_list){ value, 1, node->datatype };
    return c;
}

/* --- object_component --- */

struct field_values {
    VEC(str) values;
    uint8_t datatype;
    bool found; /* an item has such an entity */
    bool error; /* one of them is in error */
};

static void take_value(struct field_values *to, const struct oval_fact *fact)
{
    to->found = true;
    if (fact->status == OVAL_STATUS_ERROR)
        to->error = true;
    if (fact->status != OVAL_EXISTS)
        return;
    to->datatype = fact->datatype;
    *vec_push(&to->values) = fact->value;
}

static void take_item(const struct oval_item *item, str field, str record_field,
                      struct field_values *to)
{
    for (uint32_t i = 0; i < item->fact_count; i++) {
        const struct oval_fact *fact = &item->facts[i];

        if (!str_eq(fact->name, field))
            continue;
        if (record_field.n == 0) {
            take_value(to, fact);
            continue;
        }
        for (uint32_t k = 0; k < fact->field_count; k++)
            if (str_eq(fact->fields[k].name, record_field))
                take_value(to, &fact->fields[k]);
    }
}

static struct component object_values(struct scope *s,
                                      const struct oval_node *node)
{
    const struct oval_content *content = s->eval->content;
    str field = oval_name_text(content, node->b);
    str record_field = oval_name_text(content, node->c);
    struct component c = { .flag = OVAL_FLAG_COMPLETE };
    struct field_values got = { 0 };
    const struct object_state *o;
    str *values;

    if (node->a == OVAL_NONE)
        return failed(s, "object '%.*s' is not in the content",
                      oval_prose_text(content, node->text));
    o = object_collect(s->eval, node->a);
    c.flag = o->flag;
    if (o->flag != OVAL_FLAG_COMPLETE && o->flag != OVAL_FLAG_INCOMPLETE)
        return c;
    for (uint32_t i = 0; i < o->item_count; i++)
        if (o->items[i]->status == OVAL_EXISTS)
            take_item(o->items[i], field, record_field, &got);
    if (!got.found && o->item_count > 0)
        c = failed(s, "the items have no entity '%.*s'", field);
    else if (got.error)
        c = failed(s, "entity '%.*s' of an item is in error", field);
    else if (got.values.n == 0)
        c.flag = OVAL_FLAG_DOES_NOT_EXIST;
    if (c.flag == OVAL_FLAG_COMPLETE || c.flag == OVAL_FLAG_INCOMPLETE) {
        values = arena_alloc(&s->eval->arena, got.values.n, sizeof(*values));
        memcpy(values, got.values.p, got.values.n * sizeof(*values));
        c.list = (struct oval_list){ values, got.values.n, got.datatype };
    }
    vec_clear(&got.values);
    return c;
}

static struct component variable_component(struct scope *s,
                                           const struct oval_node *node)
{
    const struct oval_content *content = s->eval->content;
    const struct variable_state *v;
    struct component c;

    if (node->a == OVAL_NONE)
        return failed(s, "variable '%.*s' is not in the content",
                      oval_prose_text(content, node->text));
    v = variable_values(s->eval, node->a);
    c.flag = v->flag;
    c.list = (struct oval_list){ v->values, v->count,
                                 content->variables.p[node->a].datatype };
    return c;
}

/* count and unique say something about nothing; the others need values. */
static bool takes_nothing(uint8_t type)
{
    return type == OVAL_NODE_COUNT || type == OVAL_NODE_UNIQUE ||
           type == OVAL_NODE_MERGE;
}

static struct component function_component(struct scope *s, uint32_t at)
{
    const struct oval_node *nodes = s->eval->content->nodes.p;
    struct component c = { 0 };
    struct oval_function f = { s->eval->content, &nodes[at], NULL, 0 };
    struct oval_function_env env = { &s->eval->arena, s->eval->regexes,
                                     s->eval->now_s, &s->eval->function_bytes };
    struct err err = { 0 };
    struct oval_flag_tally flags = { .n[OVAL_FLAG_COMPLETE] = 1 };
    VEC(struct oval_list) args = { 0 };

    for (uint32_t i = at + 1; i < nodes[at].end; i = nodes[i].end) {
        struct component part = compute(s, i);

        flags.n[part.flag]++;
        *vec_push(&args) = part.list;
    }
    c.flag = oval_component_flag(&flags);
    if (c.flag == OVAL_FLAG_DOES_NOT_EXIST && takes_nothing(nodes[at].type))
        c.flag = OVAL_FLAG_COMPLETE;
    f.args = args.p;
    f.arg_count = args.n;
    if (c.flag == OVAL_FLAG_COMPLETE || c.flag == OVAL_FLAG_INCOMPLETE) {
        if (oval_function_apply(&f, &env, &c.list, &err) < 0)
            c = failed(s, "%.*s", str_c(err_text(&err)));
        else if (c.list.n == 0)
            c.flag = OVAL_FLAG_DOES_NOT_EXIST;
    }
    vec_clear(&args);
    return c;
}

static struct component compute(struct scope *s, uint32_t at)
{
    const struct oval_node *node = &s->eval->content->nodes.p[at];
    struct component c;

    switch ((enum oval_node_type)node->type) {
    case OVAL_NODE_LITERAL:
        return literal(s, node);
    case OVAL_NODE_OBJECT:
        return object_values(s, node);
    case OVAL_NODE_VARIABLE:
        return variable_component(s, node);
    case OVAL_NODE_BAD:
        return failed(s, "'%.*s' is not a component",
                      oval_prose_text(s->eval->content, node->text));
    default:
        break;
    }
    if (s->eval->depth >= EVAL_DEPTH_MAX)
        return failed(s, "%.*s", STR("components are nested too deeply"));
    s->eval->depth++;
    c = function_component(s, at);
    s->eval->depth--;
    return c;
}

/* --- the three kinds of variables --- */

/* Every value must be of the variable's datatype. Binary is left to what
 * compares it: OVAL's own test content has binary variables that hold "true",
 * and means them to be cast. */
static void check_values(struct scope *s, const struct oval_variable *v)
{
    struct err err = { 0 };

    if (v->datatype == OVAL_STRING || v->datatype == OVAL_BINARY)
        return;
    for (uint32_t i = 0; i < s->state->count; i++) {
        if (oval_compare_check(s->eval->regexes, v->datatype, OVAL_EQUALS,
                               s->state->values[i], &err) == 0)
            continue;
        failed(s, "a value is not of the variable's datatype: %.*s",
               str_c(err_text(&err)));
        s->state->flag = OVAL_FLAG_ERROR;
        s->state->count = 0;
        return;
    }
}

static void constant(struct scope *s, const struct oval_variable *v)
{
    const struct oval_node *nodes = s->eval->content->nodes.p;
    uint32_t n = v->node_end - v->node_first;
    str *values = arena_alloc(&s->eval->arena, n, sizeof(*values));

    for (uint32_t i = 0; i < n; i++) {
        const struct oval_node *node = &nodes[v->node_first + i];

        if (node->type != OVAL_NODE_LITERAL) {
            failed(s, "'%.*s' is not a value of a constant",
                   oval_prose_text(s->eval->content, node->text));
            return;
        }
        values[i] = oval_name_text(s->eval->content, node->a);
    }
    s->state->values = values;
    s->state->count = n;
    s->state->flag = n > 0 ? OVAL_FLAG_COMPLETE : OVAL_FLAG_DOES_NOT_EXIST;
}

static bool restrictions_allow(struct scope *s, uint32_t at, uint8_t datatype,
                               str value)
{
    const struct oval_content *c = s->eval->content;
    const struct oval_node *node = &c->nodes.p[at];
    struct oval_tally tally = { 0 };

    for (uint32_t i = at + 1; i < node->end; i++) {
        const struct oval_node *child = &c->nodes.p[i];

        if (child->type != OVAL_NODE_RESTRICTION)
            return false;
        tally.n[oval_compare(s->eval->regexes, datatype, child->op,
                             oval_name_text(c, child->a), value, NULL)]++;
    }
    return oval_operator_result(node->op, &tally) == OVAL_TRUE;
}

static bool is_possible(struct scope *s, const struct oval_variable *v,
                        str value)
{
    const struct oval_content *c = s->eval->content;

    if (v->node_first == v->node_end)
        return true;
    for (uint32_t i = v->node_first; i < v->node_end; i = c->nodes.p[i].end) {
        const struct oval_node *node = &c->nodes.p[i];

        if (node->type == OVAL_NODE_POSSIBLE_VALUE &&
            oval_compare(s->eval->regexes, v->datatype, OVAL_EQUALS,
                         oval_name_text(c, node->a), value, NULL) == OVAL_TRUE)
            return true;
        if (node->type == OVAL_NODE_POSSIBLE_RESTRICTION &&
            restrictions_allow(s, i, v->datatype, value))
            return true;
    }
    return false;
}

static void external(struct scope *s, const struct oval_variable *v)
{
    str id = oval_prose_text(s->eval->content, v->id);
    enum oval_datatype datatype = OVAL_STRING;
    const str *values = NULL;
    size_t n = 0;

    if (s->eval->options.variables != NULL)
        n = oval_variables_get(s->eval->options.variables, id, &datatype,
                               &values);
    if (n == 0) {
        failed(s, "no value was given for external variable '%.*s'", id);
        return;
    }
    for (size_t i = 0; i < n; i++)
        if (!is_possible(s, v, values[i])) {
            failed(s, "'%.*s' is not a value the variable may have", values[i]);
            return;
        }
    s->state->values = values;
    s->state->count = (uint32_t)n;
    s->state->flag = OVAL_FLAG_COMPLETE;
}

static void local(struct scope *s, const struct oval_variable *v)
{
    struct component c;

    if (v->node_first == v->node_end ||
        s->eval->content->nodes.p[v->node_first].end != v->node_end) {
        failed(s, "%.*s", STR("the variable has not one component"));
        return;
    }
    c = compute(s, v->node_first);
    s->state->flag = (uint8_t)c.flag;
    s->state->values = c.list.p;
    s->state->count = (uint32_t)c.list.n;
}

const struct variable_state *variable_values(struct oval_eval *eval,
                                             uint32_t variable)
{
    const struct oval_variable *v = &eval->content->variables.p[variable];
    struct variable_state *state = &eval->variables[variable];
    struct scope s = { eval, state };

    if (state->progress == DONE)
        return state;
    if (state->progress == RUNNING || eval->depth >= EVAL_DEPTH_MAX) {
        failed(&s, "%.*s",
               state->progress == RUNNING
                   ? STR("the variable refers to itself")
                   : STR("references are nested too deeply"));
        state->flag = OVAL_FLAG_ERROR;
        return state;
    }
    state->progress = RUNNING;
    state->flag = OVAL_FLAG_ERROR;
    eval->depth++;
    if (v->type == OVAL_VAR_CONSTANT)
        constant(&s, v);
    else if (v->type == OVAL_VAR_EXTERNAL)
        external(&s, v);
    else
        local(&s, v);
    eval->depth--;
    if (state->flag != OVAL_FLAG_COMPLETE &&
        state->flag != OVAL_FLAG_INCOMPLETE)
        state->count = 0;
    check_values(&s, v);
    state->progress = DONE;
    return state;
}
