/* SPDX-License-Identifier: Apache-2.0
 *
 * Definitions and tests (Language Specification 5.11.2, sections 5.1 to
 * 5.3.1).
 */
#include "oval/eval_int.h"

#include <time.h>

enum {
    PROGRESS_EVERY = 256
};

/* --- tests --- */

static enum oval_result item_result(struct oval_eval *eval,
                                    const struct oval_test *t,
                                    struct test_state *state,
                                    const struct oval_item *item)
{
    struct oval_tally tally = { 0 };
    struct err err = { 0 };

    if (item->status == OVAL_STATUS_ERROR)
        return OVAL_ERROR;
    if (item->status == OVAL_DOES_NOT_EXIST)
        return OVAL_FALSE;
    if (item->status == OVAL_NOT_COLLECTED)
        return OVAL_UNKNOWN;
    for (uint32_t i = 0; i < t->state_count; i++) {
        uint32_t ref = eval->content->state_refs.p[t->state_first + i];
        enum oval_result r = OVAL_ERROR;

        if (ref == OVAL_NONE)
            err_set(&err, E_ABSENT, "a state is not in the content");
        else
            r = match_item(eval, state_condition(eval, ref), item->facts,
                           item->fact_count, &err);
        if (r == OVAL_ERROR)
            eval_message(eval, &state->messages, OVAL_LEVEL_ERROR, "%s",
                         err_text(&err));
        tally.n[r]++;
    }
    return oval_operator_result(t->state_operator, &tally);
}

static void keep_tested(struct oval_eval *eval, struct test_state *state,
                        const struct object_state *o, const uint8_t *results)
{
    struct oval_tested_item *list;

    if (!eval->options.detail || o->item_count == 0)
        return;
    list = arena_alloc(&eval->arena, o->item_count, sizeof(*list));
    for (uint32_t i = 0; i < o->item_count; i++)
        list[i] = (struct oval_tested_item){
            o->items[i], results == NULL ? OVAL_NOT_EVALUATED : results[i]
        };
    state->items = list;
    state->item_count = o->item_count;
}

/* An incomplete collection decides a test only where no further item could
 * change it (specification, table "Test Evaluation", flag incomplete). */
static enum oval_result incomplete_existence(enum oval_existence existence,
                                             uint32_t exist)
{
    switch (existence) {
    case OVAL_ANY_EXIST:
        return OVAL_TRUE;
    case OVAL_AT_LEAST_ONE_EXISTS:
        return exist > 0 ? OVAL_TRUE : OVAL_UNKNOWN;
    case OVAL_NONE_EXIST:
        return exist > 0 ? OVAL_FALSE : OVAL_UNKNOWN;
    case OVAL_ONLY_ONE_EXISTS:
        return exist > 1 ? OVAL_FALSE : OVAL_UNKNOWN;
    default:
        return OVAL_UNKNOWN;
    }
}

static enum oval_result incomplete_check(enum oval_check check,
                                         const struct oval_tally *tally)
{
    switch (check) {
    case OVAL_CHECK_ALL:
        return tally->n[OVAL_FALSE] > 0 ? OVAL_FALSE : OVAL_UNKNOWN;
    case OVAL_CHECK_AT_LEAST_ONE:
        return tally->n[OVAL_TRUE] > 0 ? OVAL_TRUE : OVAL_UNKNOWN;
    case OVAL_CHECK_NONE_SATISFY:
        return tally->n[OVAL_TRUE] > 0 ? OVAL_FALSE : OVAL_UNKNOWN;
    case OVAL_CHECK_ONLY_ONE:
        return tally->n[OVAL_TRUE] > 1 ? OVAL_FALSE : OVAL_UNKNOWN;
    default:
        return OVAL_ERROR;
    }
}

static enum oval_result check_items(struct oval_eval *eval,
                                    const struct oval_test *t,
                                    struct test_state *state,
                                    const struct object_state *o)
{
    uint8_t small[64];
    uint8_t *results =
        o->item_count <= COUNT(small) ? small : mem_alloc(o->item_count, 1);
    struct oval_tally tally = { 0 };

    for (uint32_t i = 0; i < o->item_count; i++) {
        results[i] = (uint8_t)item_result(eval, t, state, o->items[i]);
        tally.n[results[i]]++;
    }
    keep_tested(eval, state, o, results);
    if (results != small)
        mem_free(results);
    if (o->flag == OVAL_FLAG_INCOMPLETE)
        return incomplete_check(t->check, &tally);
    return oval_check_result(t->check, &tally);
}

static enum oval_result collected_result(struct oval_eval *eval,
                                         const struct oval_test *t,
                                         struct test_state *state,
                                         const struct object_state *o)
{
    struct oval_existence_tally tally = { 0 };
    enum oval_result exists;

    for (uint32_t i = 0; i < o->item_count; i++)
        tally.n[o->items[i]->status]++;
    if (o->flag == OVAL_FLAG_INCOMPLETE)
        exists = incomplete_existence(t->existence, tally.n[OVAL_EXISTS]);
    else
        exists = oval_existence_result(t->existence, &tally);
    if (exists != OVAL_TRUE || t->state_count == 0 ||
        tally.n[OVAL_EXISTS] == 0) {
        keep_tested(eval, state, o, NULL);
        return exists;
    }
    return check_items(eval, t, state, o);
}

static enum oval_result object_result(struct oval_eval *eval,
                                      const struct oval_test *t,
                                      struct test_state *state,
                                      const struct object_state *o)
{
    switch ((enum oval_flag)o->flag) {
    case OVAL_FLAG_ERROR:
        keep_tested(eval, state, o, NULL);
        return OVAL_ERROR;
    case OVAL_FLAG_NOT_COLLECTED:
        return OVAL_UNKNOWN;
    case OVAL_FLAG_NOT_APPLICABLE:
        return OVAL_NOT_APPLICABLE;
    case OVAL_FLAG_DOES_NOT_EXIST:
        keep_tested(eval, state, o, NULL);
        return t->existence == OVAL_NONE_EXIST || t->existence == OVAL_ANY_EXIST
                   ? OVAL_TRUE
                   : OVAL_FALSE;
    default:
        return collected_result(eval, t, state, o);
    }
}

static bool is_bad(const struct oval_test *t)
{
    return t->check == OVAL_CHECK_BAD || t->existence == OVAL_EXISTENCE_BAD ||
           t->state_operator == OVAL_OPERATOR_BAD;
}

enum oval_result test_on_object(struct oval_eval *eval, uint32_t test,
                                struct test_state *state,
                                const struct object_state *o)
{
    const struct oval_test *t = &eval->content->tests.p[test];

    return is_bad(t) ? OVAL_ERROR : object_result(eval, t, state, o);
}

static enum oval_result test_result(struct oval_eval *eval,
                                    const struct oval_test *t,
                                    struct test_state *state)
{
    const struct oval_content *c = eval->content;
    str name = oval_name_text(c, c->kinds.p[t->kind].name);

    if (is_bad(t)) {
        eval_message(eval, &state->messages, OVAL_LEVEL_ERROR,
                     "check, check_existence or state_operator of the test "
                     "is not one of OVAL's");
        return OVAL_ERROR;
    }
    if (str_eq(name, STR("unknown")))
        return OVAL_UNKNOWN;
    if (t->object != OVAL_NONE)
        return object_result(eval, t, state, object_collect(eval, t->object));
    if (t->object_id == 0) {
        eval_message(eval, &state->messages, OVAL_LEVEL_WARNING,
                     "a %s_test without object is not known", name.p);
        return OVAL_UNKNOWN;
    }
    eval_message(eval, &state->messages, OVAL_LEVEL_ERROR,
                 "object '%s' is not in the content",
                 oval_prose_text(c, t->object_id).p);
    return OVAL_ERROR;
}

enum oval_result test_evaluate(struct oval_eval *eval, uint32_t test)
{
    struct test_state *state = &eval->tests[test];

    if (state->progress != DONE) {
        state->result =
            (uint8_t)test_result(eval, &eval->content->tests.p[test], state);
        state->progress = DONE;
    }
    return state->result;
}

/* --- criteria --- */

static enum oval_result evaluate_node(struct oval_eval *eval, uint32_t at);
static enum oval_result evaluate_definition(struct oval_eval *eval,
                                            uint32_t at);

/* True when no further child can change the result. */
static bool decided(const struct oval_eval *eval, const struct oval_node *node,
                    enum oval_result result)
{
    return !eval->options.detail &&
           ((node->op == OVAL_AND && result == OVAL_FALSE) ||
            (node->op == OVAL_OR && result == OVAL_TRUE));
}

static enum oval_result evaluate_criteria(struct oval_eval *eval, uint32_t at)
{
    const struct oval_node *nodes = eval->content->nodes.p;
    struct oval_tally tally = { 0 };
    uint32_t i = at + 1;

    if (nodes[at].op == OVAL_OPERATOR_BAD || eval->nested >= EVAL_NESTED_MAX)
        return OVAL_ERROR;
    eval->nested++;
    while (i < nodes[at].end) {
        enum oval_result r = evaluate_node(eval, i);

        tally.n[r]++;
        i = decided(eval, &nodes[at], r) ? nodes[at].end : nodes[i].end;
    }
    eval->nested--;
    return oval_operator_result(nodes[at].op, &tally);
}

static enum oval_result evaluate_node(struct oval_eval *eval, uint32_t at)
{
    const struct oval_node *node = &eval->content->nodes.p[at];
    enum oval_result r = OVAL_ERROR;

    if (node->type == OVAL_NODE_CRITERIA)
        r = evaluate_criteria(eval, at);
    else if (node->type == OVAL_NODE_CRITERION && node->a != OVAL_NONE)
        r = test_evaluate(eval, node->a);
    else if (node->type == OVAL_NODE_EXTEND && node->a != OVAL_NONE)
        r = evaluate_definition(eval, node->a);
    return node->flags & OVAL_NODE_NEGATE ? oval_negate(r) : r;
}

/* A definition that is reached again while it is evaluated, or through too
 * many others, is in error, and so is what depends on it. */
static enum oval_result evaluate_definition(struct oval_eval *eval, uint32_t at)
{
    uint32_t criteria = eval->content->definitions.p[at].criteria;
    uint8_t *result = &eval->definitions[at];

    if (*result < OVAL_RESULTS)
        return *result;
    if (*result == DEFINITION_RUNNING || eval->depth >= EVAL_DEPTH_MAX)
        return OVAL_ERROR;
    *result = DEFINITION_RUNNING;
    eval->depth++;
    *result = criteria == OVAL_NONE ? OVAL_NOT_EVALUATED
                                    : (uint8_t)evaluate_node(eval, criteria);
    eval->depth--;
    return *result;
}

/* --- the interface --- */

int oval_eval_new(const struct oval_content *c, struct oval_source *source,
                  const struct oval_eval_options *options,
                  struct oval_eval **out, struct err *err UNUSED)
{
    struct oval_eval *eval = mem_alloc(1, sizeof(*eval));

    eval->content = c;
    eval->source = source;
    if (options != NULL)
        eval->options = *options;
    eval->regexes = regex_cache_new();
    eval->now_s = time(NULL);
    eval->definitions = mem_alloc(c->definitions.n, 1);
    memset(eval->definitions, DEFINITION_NOT_YET, c->definitions.n);
    eval->in_scope = mem_alloc(c->definitions.n, sizeof(*eval->in_scope));
    eval->tests = mem_alloc(c->tests.n, sizeof(*eval->tests));
    eval->objects = mem_alloc(c->objects.n, sizeof(*eval->objects));
    eval->variables = mem_alloc(c->variables.n, sizeof(*eval->variables));
    eval->conditions = mem_alloc(c->states.n, sizeof(*eval->conditions));
    *out = eval;
    return 0;
}

void oval_eval_free(struct oval_eval *eval)
{
    if (eval == NULL)
        return;
    regex_cache_free(eval->regexes);
    mem_free(eval->definitions);
    mem_free(eval->in_scope);
    mem_free(eval->tests);
    mem_free(eval->objects);
    mem_free(eval->variables);
    map_clear(&eval->variable_ids);
    mem_free(eval->conditions);
    mem_free(eval->item_slots);
    vec_clear(&eval->items);
    vec_clear(&eval->given);
    arena_clear(&eval->arena);
    mem_free(eval);
}

void oval_eval_freep(struct oval_eval **eval)
{
    oval_eval_free(*eval);
    *eval = NULL;
}

static int end_of_run(struct oval_eval *eval, struct err *err)
{
    if (!eval->failed)
        return 0;
    if (err != NULL)
        *err = eval->fatal;
    return eval->fatal.code < 0 ? eval->fatal.code : E_IO;
}

int oval_eval_definition(struct oval_eval *eval, uint32_t index,
                         enum oval_result *out, struct err *err)
{
    enum oval_result result;

    eval->scope_first = index;
    eval->scope_end = index + 1;
    result = evaluate_definition(eval, index);
    if (eval->failed)
        return end_of_run(eval, err);
    *out = result;
    return 0;
}

int oval_eval_all(struct oval_eval *eval, struct err *err)
{
    uint32_t n = eval->content->definitions.n;

    eval->scope_first = 0;
    eval->scope_end = n;
    for (uint32_t i = 0; i < n && !eval->failed; i++) {
        if (eval->options.progress != NULL && i % PROGRESS_EVERY == 0)
            eval->options.progress(eval->options.progress_ctx, i, n);
        evaluate_definition(eval, i);
    }
    if (eval->options.progress != NULL && !eval->failed)
        eval->options.progress(eval->options.progress_ctx, n, n);
    return end_of_run(eval, err);
}

int oval_eval_list(struct oval_eval *eval, const uint32_t *indexes, size_t n,
                   struct err *err)
{
    for (size_t i = 0; i < n; i++)
        scope_definition(eval, indexes[i]);
    for (size_t i = 0; i < n && !eval->failed; i++) {
        if (eval->options.progress != NULL)
            eval->options.progress(eval->options.progress_ctx, i, n);
        evaluate_definition(eval, indexes[i]);
    }
    return end_of_run(eval, err);
}

int oval_eval_collect_all(struct oval_eval *eval, struct err *err)
{
    uint32_t n = eval->content->objects.n;

    for (uint32_t i = 0; i < n; i++)
        scope_object(eval, i);
    for (uint32_t i = 0; i < n && !eval->failed; i++) {
        if (eval->options.progress != NULL && i % PROGRESS_EVERY == 0)
            eval->options.progress(eval->options.progress_ctx, i, n);
        object_collect(eval, i);
    }
    return end_of_run(eval, err);
}

const struct oval_content *oval_eval_content(const struct oval_eval *eval)
{
    return eval->content;
}

struct oval_source *oval_eval_source(const struct oval_eval *eval)
{
    return eval->source;
}

bool oval_eval_result(const struct oval_eval *eval, uint32_t index,
                      enum oval_result *out)
{
    if (eval->definitions[index] >= OVAL_RESULTS)
        return false;
    *out = eval->definitions[index];
    return true;
}

static enum oval_result leaf_result(const struct oval_eval *eval,
                                    const struct oval_node *node)
{
    enum oval_result r = OVAL_NOT_EVALUATED;

    if (node->a == OVAL_NONE || node->type == OVAL_NODE_BAD)
        return OVAL_ERROR;
    if (node->type == OVAL_NODE_CRITERION &&
        eval->tests[node->a].progress == DONE)
        r = eval->tests[node->a].result;
    else if (node->type == OVAL_NODE_EXTEND)
        oval_eval_result(eval, node->a, &r);
    return r;
}

enum oval_result oval_eval_node_result(struct oval_eval *eval, uint32_t at)
{
    const struct oval_node *nodes = eval->content->nodes.p;
    const struct oval_node *node = &nodes[at];
    struct oval_tally tally = { 0 };
    enum oval_result r;

    if (node->type == OVAL_NODE_CRITERIA && node->op != OVAL_OPERATOR_BAD) {
        for (uint32_t i = at + 1; i < node->end; i = nodes[i].end)
            tally.n[oval_eval_node_result(eval, i)]++;
        r = oval_operator_result(node->op, &tally);
    } else if (node->type == OVAL_NODE_CRITERIA) {
        r = OVAL_ERROR;
    } else {
        r = leaf_result(eval, node);
    }
    return node->flags & OVAL_NODE_NEGATE ? oval_negate(r) : r;
}

struct oval_test_result oval_eval_test(const struct oval_eval *eval,
                                       uint32_t test)
{
    const struct test_state *t = &eval->tests[test];

    return (struct oval_test_result){
        .result = t->progress == DONE ? t->result : OVAL_NOT_EVALUATED,
        .evaluated = t->progress == DONE,
        .item_count = t->item_count,
        .items = t->items,
        .messages = t->messages.first,
    };
}

struct oval_collected oval_eval_object(const struct oval_eval *eval,
                                       uint32_t object)
{
    const struct object_state *o = &eval->objects[object];

    return (struct oval_collected){
        .flag = o->progress == DONE ? o->flag : OVAL_FLAG_NOT_COLLECTED,
        .collected = o->progress == DONE,
        .item_count = o->item_count,
        .items = o->items,
        .messages = o->messages.first,
    };
}

struct oval_values oval_eval_variable(const struct oval_eval *eval,
                                      uint32_t variable)
{
    const struct variable_state *v = &eval->variables[variable];

    return (struct oval_values){
        .flag = v->progress == DONE ? v->flag : OVAL_FLAG_NOT_COLLECTED,
        .evaluated = v->progress == DONE,
        .datatype = eval->content->variables.p[variable].datatype,
        .count = v->count,
        .values = v->values,
        .messages = v->messages.first,
    };
}

uint32_t oval_eval_item_count(const struct oval_eval *eval)
{
    return (uint32_t)eval->items.n;
}

const struct oval_item *oval_eval_item(const struct oval_eval *eval,
                                       uint32_t id)
{
    return id == 0 || id > eval->items.n ? NULL : eval->items.p[id - 1];
}
