/* SPDX-License-Identifier: Apache-2.0 */
#include "oval/fleet_plan.h"

#include "oval/inventory_package.h"

enum {
    EXTEND_MAX = 200,  /* definitions, one extending the other */
    NESTED_MAX = 1000, /* criteria in all of them */
    REACH_MAX = 1000,  /* objects and variables, one using the other */
};

/* --- what a test reaches --- */

struct visit {      /* of an object or a variable */
    uint32_t stamp; /* of the last that reached it */
    bool running;
};

struct reach {
    struct fleet_plan *plan;
    struct oval_eval *eval;
    bool source_packages;
    uint32_t stamp;
    struct visit *objects;
    struct visit *variables;
    unsigned depth;
    bool any;         /* packages of any name */
    bool other;       /* an object that is not one of packages */
    VEC(uint32_t) of; /* package objects */
    VEC(uint8_t) key;
    struct map lists;      /* footprints of several names, by key */
    struct map footprints; /* of PLAN_SLOW, by key */
    struct arena keys;
};

static void reach_object(struct reach *r, uint32_t object);
static void reach_variable(struct reach *r, uint32_t variable);

static void reach_entities(struct reach *r, uint32_t first, uint32_t n)
{
    const struct oval_content *c = r->plan->content;

    for (uint32_t i = first; i < first + n; i++) {
        const struct oval_entity *e = &c->entities.p[i];

        if ((e->flags & OVAL_ENTITY_VAR) != 0 && e->var != OVAL_NONE)
            reach_variable(r, e->var);
        for (uint32_t k = 0; k < e->field_count; k++) {
            const struct oval_entity *f = &c->entities.p[e->field_first + k];

            if ((f->flags & OVAL_ENTITY_VAR) != 0 && f->var != OVAL_NONE)
                reach_variable(r, f->var);
        }
    }
}

static void reach_state(struct reach *r, uint32_t state)
{
    if (state != OVAL_NONE)
        reach_entities(r, r->plan->content->states.p[state].entity_first,
                       r->plan->content->states.p[state].entity_count);
}

static void reach_nodes(struct reach *r, uint32_t first, uint32_t end)
{
    const struct oval_content *c = r->plan->content;

    for (uint32_t i = first; i < end; i++) {
        const struct oval_node *node = &c->nodes.p[i];

        if (node->a == OVAL_NONE)
            continue;
        if (node->type == OVAL_NODE_OBJECT ||
            node->type == OVAL_NODE_SET_OBJECT)
            reach_object(r, node->a);
        else if (node->type == OVAL_NODE_VARIABLE)
            reach_variable(r, node->a);
        else if (node->type == OVAL_NODE_FILTER)
            reach_state(r, node->a);
    }
}

/* What refers to itself has a result that depends on where one begins. */
static bool go_in(struct reach *r, struct visit *visit)
{
    if (visit->running)
        r->plan->awkward = true;
    if (visit->stamp == r->stamp)
        return false;
    visit->stamp = r->stamp;
    if (r->depth >= REACH_MAX) {
        r->plan->awkward = true;
        return false;
    }
    visit->running = true;
    r->depth++;
    return true;
}

static void go_out(struct reach *r, struct visit *visit)
{
    visit->running = false;
    r->depth--;
}

static void reach_variable(struct reach *r, uint32_t variable)
{
    const struct oval_variable *v = &r->plan->content->variables.p[variable];

    if (!go_in(r, &r->variables[variable]))
        return;
    reach_nodes(r, v->node_first, v->node_end);
    go_out(r, &r->variables[variable]);
}

static bool is_kind(const struct oval_content *c, uint32_t object,
                    const char *name)
{
    const struct oval_kind *kind = &c->kinds.p[c->objects.p[object].kind];

    return str_eq_c(oval_name_text(c, kind->name), name) &&
           str_eq(oval_name_text(c, kind->family), STR("linux"));
}

static bool is_variable_object(const struct oval_content *c, uint32_t object)
{
    const struct oval_kind *kind = &c->kinds.p[c->objects.p[object].kind];

    return str_eq(oval_name_text(c, kind->name), STR("variable"));
}

/* What a variable_object names is a text: any variable may be meant. */
static void reach_named_variable(struct reach *r, uint32_t object)
{
    const struct oval_content *c = r->plan->content;
    const struct oval_object *o = &c->objects.p[object];

    for (uint32_t i = 0; i < o->entity_count; i++) {
        const struct oval_entity *e = &c->entities.p[o->entity_first + i];
        uint32_t at;

        if ((e->flags & OVAL_ENTITY_VAR) != 0) {
            r->any = true;
            continue;
        }
        at = map_get(&r->eval->variable_ids, oval_name_text(c, e->value));
        if (at != MAP_NONE)
            reach_variable(r, at);
    }
}

static void reach_object(struct reach *r, uint32_t object)
{
    const struct oval_content *c = r->plan->content;
    const struct oval_object *o = &c->objects.p[object];

    if (!go_in(r, &r->objects[object]))
        return;
    if (o->set != OVAL_NONE) {
        r->other = true;
        reach_nodes(r, o->set, c->nodes.p[o->set].end);
    } else if (is_kind(c, object, "dpkginfo") ||
               is_kind(c, object, "rpminfo") ||
               is_kind(c, object, "rpmverifyfile")) {
        *vec_push(&r->of) = object;
    } else {
        r->other = true;
        if (is_variable_object(c, object))
            reach_named_variable(r, object);
    }
    reach_entities(r, o->entity_first, o->entity_count);
    reach_nodes(r, o->filter_first, o->filter_first + o->filter_count);
    go_out(r, &r->objects[object]);
}

static void reach_begin(struct reach *r)
{
    r->stamp++;
    r->depth = 0;
    r->any = false;
    r->other = false;
    r->of.n = 0;
}

/* True when the values of a variable are the same on every device. */
static bool is_constant(struct reach *r, uint32_t variable)
{
    bool constant;

    reach_begin(r);
    reach_variable(r, variable);
    constant = r->of.n == 0 && !r->other && !r->any;
    return constant;
}

/* --- the name that an object asks for --- */

static const struct oval_entity *name_entity(const struct oval_content *c,
                                             uint32_t object)
{
    const struct oval_object *o = &c->objects.p[object];

    for (uint32_t i = 0; i < o->entity_count; i++) {
        const struct oval_entity *e = &c->entities.p[o->entity_first + i];

        if (str_eq(oval_name_text(c, e->name), STR("name")))
            return e;
    }
    return NULL;
}

/* The same as object.c makes of it. */
static void want_of(struct oval_eval *eval, const struct oval_entity *e,
                    str *space, struct oval_want *out)
{
    *out = (struct oval_want){ .name = STR("name"),
                               .datatype = e->datatype,
                               .operation = e->operation,
                               .var_check = OVAL_CHECK_ALL,
                               .nil = (e->flags & OVAL_ENTITY_NIL) != 0 };
    if ((e->flags & OVAL_ENTITY_VAR) == 0) {
        *space = oval_name_text(eval->content, e->value);
        out->values = space;
        out->value_count = 1;
        return;
    }
    out->is_var = true;
    out->var_check = e->var_check;
    if (e->var != OVAL_NONE) {
        const struct variable_state *v = variable_values(eval, e->var);

        if (v->flag == OVAL_FLAG_COMPLETE || v->flag == OVAL_FLAG_INCOMPLETE) {
            out->values = v->values;
            out->value_count = v->count;
        }
    }
}

/* One value combines to itself under every check but "none satisfy". */
static bool lists_names(const struct oval_want *want)
{
    if (want->operation != OVAL_EQUALS || want->datatype != OVAL_STRING ||
        want->nil || want->value_count == 0)
        return false;
    return !want->is_var || inventory_is_list(want) ||
           (want->value_count == 1 && (want->var_check == OVAL_CHECK_ALL ||
                                       want->var_check == OVAL_CHECK_ONLY_ONE));
}

static bool is_release_name(str name)
{
    for (size_t i = 0; i < INVENTORY_RELEASE_NAMES; i++)
        if (str_eq_c(name, inventory_release_names[i]))
            return true;
    return false;
}

/* An object that has no value to ask for is not asked for. */
static bool object_wants(const struct oval_content *c, struct oval_eval *eval,
                         uint32_t object, str name)
{
    const struct oval_entity *e = name_entity(c, object);
    struct oval_want want;
    struct err err;
    str space;

    if (is_kind(c, object, "rpmverifyfile"))
        return is_release_name(name);
    if (e == NULL)
        return false;
    want_of(eval, e, &space, &want);
    if (want.is_var && want.value_count == 0)
        return false;
    return want.nil || match_value(eval, &want, name, &err) != OVAL_FALSE;
}

bool fleet_plan_wants(const struct fleet_plan *plan, struct oval_eval *eval,
                      const struct plan_footprint *footprint, str name)
{
    for (uint32_t i = 0; i < footprint->wanting_count; i++)
        if (object_wants(plan->content, eval,
                         plan->wanting.p[footprint->wanting + i], name))
            return true;
    return false;
}

/* --- footprints --- */

static uint32_t add_footprint(struct fleet_plan *plan, enum plan_kind kind)
{
    struct plan_footprint *f = vec_push(&plan->footprints);

    f->kind = (uint8_t)kind;
    return (uint32_t)plan->footprints.n - 1;
}

static void add_name(struct fleet_plan *plan, uint32_t footprint, str name)
{
    uint32_t at = (uint32_t)plan->links.n;
    uint32_t before = map_get(&plan->by_name, name);
    struct plan_link *link;

    if (before != MAP_NONE && plan->links.p[before].footprint == footprint)
        return; /* listed twice */
    link = vec_push(&plan->links);
    link->footprint = footprint;
    link->next = before == MAP_NONE ? OVAL_NONE : before;
    map_set(&plan->by_name, name, at);
}

/* One name is one footprint, whichever objects ask for it. */
static uint32_t footprint_of_name(struct fleet_plan *plan, str name,
                                  enum oval_manager manager)
{
    uint32_t f;

    for (uint32_t i = map_get(&plan->by_name, name); i != OVAL_NONE;
         i = plan->links.p[i].next) {
        f = plan->links.p[i].footprint;
        if (plan->footprints.p[f].one_name &&
            plan->footprints.p[f].manager == manager)
            return f;
    }
    f = add_footprint(plan, PLAN_FAST);
    plan->footprints.p[f].one_name = true;
    plan->footprints.p[f].manager = (uint8_t)manager;
    add_name(plan, f, name);
    return f;
}

static int by_text(const void *a, const void *b)
{
    return str_cmp(*(const str *)a, *(const str *)b);
}

/* The names of a list, sorted, as one text; the same for the same names. */
static str key_of_list(struct reach *r, const str *names, size_t n,
                       enum oval_manager manager)
{
    str *sorted = mem_alloc(n, sizeof(*sorted));

    memcpy(sorted, names, n * sizeof(*sorted));
    qsort(sorted, n, sizeof(*sorted), by_text);
    r->key.n = 0;
    *vec_push(&r->key) = (uint8_t)manager;
    for (size_t i = 0; i < n; i++) {
        uint32_t size = (uint32_t)sorted[i].n;

        for (unsigned k = 0; k < 4; k++)
            *vec_push(&r->key) = (uint8_t)(size >> (8 * k));
        for (uint32_t k = 0; k < size; k++)
            *vec_push(&r->key) = (uint8_t)sorted[i].p[k];
    }
    mem_free(sorted);
    return (str){ (const char *)r->key.p, r->key.n };
}

static uint32_t footprint_of_list(struct reach *r, const struct oval_want *want,
                                  enum oval_manager manager)
{
    struct fleet_plan *plan = r->plan;
    uint32_t f;
    str key;

    if (want->value_count == 1)
        return footprint_of_name(plan, want->values[0], manager);
    key = key_of_list(r, want->values, want->value_count, manager);
    f = map_get(&r->lists, key);
    if (f != MAP_NONE)
        return f;
    f = add_footprint(plan, PLAN_FAST);
    map_add(&r->lists, arena_str(&r->keys, key), f);
    plan->footprints.p[f].manager = (uint8_t)manager;
    for (size_t i = 0; i < want->value_count; i++)
        add_name(plan, f, want->values[i]);
    return f;
}

/* PLAN_FAST: the object is one of packages by a list of names that is the
 * same on all devices, and the states are the same too. */
static bool is_fast(struct reach *r, const struct oval_test *t)
{
    const struct oval_content *c = r->plan->content;
    const struct oval_object *o = &c->objects.p[t->object];
    const struct oval_entity *e = &c->entities.p[o->entity_first];

    if (o->set != OVAL_NONE || o->filter_count > 0 || o->behavior_count > 0 ||
        o->entity_count != 1 ||
        !str_eq(oval_name_text(c, e->name), STR("name")) ||
        (!is_kind(c, t->object, "dpkginfo") &&
         !is_kind(c, t->object, "rpminfo")))
        return false;
    reach_begin(r);
    reach_entities(r, o->entity_first, 1);
    for (uint32_t i = 0; i < t->state_count; i++)
        reach_state(r, c->state_refs.p[t->state_first + i]);
    return r->of.n == 0 && !r->other && !r->any;
}

static bool plan_fast(struct reach *r, uint32_t test, uint32_t *by_object)
{
    struct fleet_plan *plan = r->plan;
    const struct oval_content *c = plan->content;
    const struct oval_test *t = &c->tests.p[test];
    const struct oval_entity *e;
    enum oval_manager manager;
    struct oval_want want;
    str space;

    if (!is_fast(r, t))
        return false;
    e = &c->entities.p[c->objects.p[t->object].entity_first];
    want_of(r->eval, e, &space, &want);
    if (!lists_names(&want))
        return false;
    manager = is_kind(c, t->object, "dpkginfo") ? OVAL_MANAGER_DPKG
                                                : OVAL_MANAGER_RPM;
    if (by_object[t->object] == OVAL_NONE)
        by_object[t->object] = footprint_of_list(r, &want, manager);
    plan->tests[test] = (struct plan_test){ PLAN_FAST, (uint8_t)manager,
                                            by_object[t->object], 0 };
    *vec_push(&plan->footprints.p[by_object[t->object]].tests) = test;
    *vec_push(&plan->fasts) = test;
    return true;
}

/* Is it known which names an object of packages asks for? */
static bool names_known(struct reach *r, uint32_t object)
{
    const struct oval_entity *e = name_entity(r->plan->content, object);

    if (is_kind(r->plan->content, object, "rpmverifyfile"))
        return true;
    if (r->source_packages && is_kind(r->plan->content, object, "dpkginfo"))
        return false;
    return e == NULL || (e->flags & OVAL_ENTITY_VAR) == 0 ||
           e->var == OVAL_NONE || is_constant(r, e->var);
}

static uint32_t footprint_of_objects(struct reach *r, const uint32_t *objects,
                                     size_t n)
{
    struct fleet_plan *plan = r->plan;
    str key = { (const char *)objects, n * sizeof(*objects) };
    uint32_t f = map_get(&r->footprints, key);

    if (f != MAP_NONE)
        return f;
    f = add_footprint(plan, PLAN_SLOW);
    map_add(&r->footprints, arena_str(&r->keys, key), f);
    plan->footprints.p[f].wanting = (uint32_t)plan->wanting.n;
    plan->footprints.p[f].wanting_count = (uint32_t)n;
    for (size_t i = 0; i < n; i++)
        *vec_push(&plan->wanting) = objects[i];
    *vec_push(&plan->slow) = f;
    return f;
}

static enum plan_kind kind_of(struct reach *r, uint32_t test, uint32_t **out,
                              size_t *n)
{
    const struct oval_content *c = r->plan->content;
    const struct oval_test *t = &c->tests.p[test];
    bool whole;

    reach_begin(r);
    if (t->object != OVAL_NONE)
        reach_object(r, t->object);
    for (uint32_t i = 0; i < t->state_count; i++)
        reach_state(r, c->state_refs.p[t->state_first + i]);
    whole = r->any;
    *n = r->of.n;
    *out = mem_alloc(r->of.n, sizeof(**out));
    if (r->of.n > 0)
        memcpy(*out, r->of.p, r->of.n * sizeof(**out));
    if (*n == 0 && !whole)
        return PLAN_ENV;
    for (size_t i = 0; i < *n && !whole; i++)
        whole = !names_known(r, (*out)[i]);
    return whole ? PLAN_WHOLE : PLAN_SLOW;
}

static void plan_other(struct reach *r, uint32_t test)
{
    struct fleet_plan *plan = r->plan;
    uint32_t *objects;
    uint32_t f = 0;
    size_t n;
    enum plan_kind kind = kind_of(r, test, &objects, &n);

    plan->tests[test].env = (uint32_t)plan->envs.n;
    if (kind == PLAN_WHOLE)
        *vec_push(&plan->wholes) = test;
    else
        *vec_push(&plan->envs) = test;
    if (kind == PLAN_SLOW) {
        f = footprint_of_objects(r, objects, n);
        *vec_push(&plan->footprints.p[f].tests) = test;
    }
    plan->tests[test].kind = (uint8_t)kind;
    plan->tests[test].footprint = f;
    mem_free(objects);
}

static void plan_tests(struct reach *r)
{
    const struct oval_content *c = r->plan->content;
    uint32_t *by_object = mem_alloc(c->objects.n, sizeof(*by_object));

    for (uint32_t i = 0; i < c->objects.n; i++)
        by_object[i] = OVAL_NONE;
    for (uint32_t i = 0; i < c->variables.n; i++)
        map_add(&r->eval->variable_ids,
                oval_prose_text(c, c->variables.p[i].id), i);
    for (uint32_t i = 0; i < c->tests.n; i++) {
        const struct oval_test *t = &c->tests.p[i];
        str kind = oval_name_text(c, c->kinds.p[t->kind].name);

        if (r->plan->test_first[i] == r->plan->test_first[i + 1])
            continue; /* PLAN_UNUSED */
        if (t->object == OVAL_NONE || str_eq(kind, STR("unknown")) ||
            !plan_fast(r, i, by_object))
            plan_other(r, i);
    }
    mem_free(by_object);
}

/* --- which definitions depend on what --- */

/* Goes over the criteria nodes of all definitions. */
typedef void each_fn(struct fleet_plan *plan, uint32_t definition,
                     const struct oval_node *node, uint32_t *ends);

static void each_node(struct fleet_plan *plan, each_fn *fn, uint32_t *at)
{
    const struct oval_content *c = plan->content;

    for (uint32_t i = 0; i < c->definitions.n; i++) {
        uint32_t root = c->definitions.p[i].criteria;

        if (root == OVAL_NONE || !plan_needs(plan, i))
            continue;
        for (uint32_t k = root; k < c->nodes.p[root].end; k++)
            if (c->nodes.p[k].a != OVAL_NONE)
                fn(plan, i, &c->nodes.p[k], at);
    }
}

static void count_test(struct fleet_plan *plan, uint32_t definition UNUSED,
                       const struct oval_node *node, uint32_t *at UNUSED)
{
    if (node->type == OVAL_NODE_CRITERION)
        plan->test_first[node->a + 1]++;
    else if (node->type == OVAL_NODE_EXTEND)
        plan->extend_first[node->a + 1]++;
}

static void list_test(struct fleet_plan *plan, uint32_t definition,
                      const struct oval_node *node, uint32_t *at)
{
    if (node->type == OVAL_NODE_CRITERION)
        plan->test_list[at[node->a]++] = definition;
}

static void list_extend(struct fleet_plan *plan, uint32_t definition,
                        const struct oval_node *node, uint32_t *at)
{
    if (node->type == OVAL_NODE_EXTEND)
        plan->extend_list[at[node->a]++] = definition;
}

static void link_definitions(struct fleet_plan *plan)
{
    const struct oval_content *c = plan->content;
    uint32_t most =
        c->tests.n > c->definitions.n ? c->tests.n : c->definitions.n;
    uint32_t *at = mem_alloc(most, sizeof(*at));

    plan->test_first = mem_alloc(c->tests.n + 1, sizeof(uint32_t));
    plan->extend_first = mem_alloc(c->definitions.n + 1, sizeof(uint32_t));
    each_node(plan, count_test, at);
    for (uint32_t i = 0; i < c->tests.n; i++)
        plan->test_first[i + 1] += plan->test_first[i];
    for (uint32_t i = 0; i < c->definitions.n; i++)
        plan->extend_first[i + 1] += plan->extend_first[i];
    plan->test_list = mem_alloc(plan->test_first[c->tests.n], sizeof(uint32_t));
    plan->extend_list =
        mem_alloc(plan->extend_first[c->definitions.n], sizeof(uint32_t));
    memcpy(at, plan->test_first, c->tests.n * sizeof(*at));
    each_node(plan, list_test, at);
    memcpy(at, plan->extend_first, c->definitions.n * sizeof(*at));
    each_node(plan, list_extend, at);
    mem_free(at);
}

/* What is asked for, and all that it extends. */
static void choose(struct fleet_plan *plan, const bool *only)
{
    const struct oval_content *c = plan->content;
    VEC(uint32_t) todo = { 0 };

    plan->only = mem_alloc(c->definitions.n + 1, sizeof(bool));
    plan->needed = mem_alloc(c->definitions.n + 1, sizeof(bool));
    for (uint32_t i = 0; i < c->definitions.n; i++) {
        plan->only[i] = only[i];
        if (only[i])
            *vec_push(&todo) = i;
    }
    while (todo.n > 0) {
        uint32_t at = todo.p[--todo.n];
        uint32_t root = c->definitions.p[at].criteria;

        if (plan->needed[at])
            continue;
        plan->needed[at] = true;
        for (uint32_t k = root; root != OVAL_NONE && k < c->nodes.p[root].end;
             k++)
            if (c->nodes.p[k].type == OVAL_NODE_EXTEND &&
                c->nodes.p[k].a != OVAL_NONE)
                *vec_push(&todo) = c->nodes.p[k].a;
    }
    vec_clear(&todo);
}

/* --- definitions that go round or very deep --- */

struct depth {
    struct fleet_plan *plan;
    uint32_t *nested; /* by definition: 0 not yet, else nested + 2; 1 running */
    unsigned extends;
};

static bool measure(struct depth *d, uint32_t definition);

/* Criteria above a node: those whose end lies behind it. */
static bool measure_nodes(struct depth *d, uint32_t root, uint32_t *out)
{
    const struct oval_node *nodes = d->plan->content->nodes.p;
    VEC(uint32_t) ends = { 0 };
    bool fine = true;

    *out = 0;
    for (uint32_t i = root; fine && i < nodes[root].end; i++) {
        uint32_t deep;

        while (ends.n > 0 && ends.p[ends.n - 1] <= i)
            ends.n--;
        deep = (uint32_t)ends.n;
        if (nodes[i].type == OVAL_NODE_CRITERIA) {
            *vec_push(&ends) = nodes[i].end;
        } else if (nodes[i].type == OVAL_NODE_EXTEND &&
                   nodes[i].a != OVAL_NONE) {
            fine = measure(d, nodes[i].a);
            deep += fine ? d->nested[nodes[i].a] - 2 : 0;
        }
        *out = deep + 1 > *out ? deep + 1 : *out;
        fine = fine && *out < NESTED_MAX;
    }
    vec_clear(&ends);
    return fine;
}

/* False: round, or too deep. */
static bool measure(struct depth *d, uint32_t definition)
{
    uint32_t root = d->plan->content->definitions.p[definition].criteria;
    uint32_t nested = 0;
    bool fine;

    if (d->nested[definition] > 1)
        return true;
    if (d->nested[definition] == 1 || d->extends >= EXTEND_MAX)
        return false;
    d->nested[definition] = 1;
    d->extends++;
    fine = root == OVAL_NONE || measure_nodes(d, root, &nested);
    d->extends--;
    d->nested[definition] = nested + 2;
    return fine;
}

static bool is_awkward(struct fleet_plan *plan)
{
    uint32_t n = plan->content->definitions.n;
    struct depth d = { .plan = plan, .nested = mem_alloc(n, sizeof(uint32_t)) };
    bool fine = true;

    for (uint32_t i = 0; fine && i < n; i++)
        fine = measure(&d, i);
    mem_free(d.nested);
    return !fine;
}

/* --- the plan --- */

void fleet_plan_init(struct fleet_plan *plan, struct oval_eval *eval,
                     const bool *only, bool source_packages)
{
    const struct oval_content *c = eval->content;
    struct reach r = { .plan = plan,
                       .eval = eval,
                       .source_packages = source_packages };

    *plan = (struct fleet_plan){ .content = c };
    plan->tests = mem_alloc(c->tests.n, sizeof(*plan->tests));
    if (only != NULL)
        choose(plan, only);
    link_definitions(plan);
    plan->awkward = is_awkward(plan);
    r.objects = mem_alloc(c->objects.n, sizeof(*r.objects));
    r.variables = mem_alloc(c->variables.n, sizeof(*r.variables));
    if (!plan->awkward)
        plan_tests(&r);
    mem_free(r.objects);
    mem_free(r.variables);
    vec_clear(&r.of);
    vec_clear(&r.key);
    map_clear(&r.lists);
    map_clear(&r.footprints);
    arena_clear(&r.keys);
}

void fleet_plan_clear(struct fleet_plan *plan)
{
    for (size_t i = 0; i < plan->footprints.n; i++)
        vec_clear(&plan->footprints.p[i].tests);
    vec_clear(&plan->footprints);
    vec_clear(&plan->links);
    vec_clear(&plan->slow);
    vec_clear(&plan->wanting);
    vec_clear(&plan->envs);
    vec_clear(&plan->fasts);
    vec_clear(&plan->wholes);
    map_clear(&plan->by_name);
    mem_free(plan->only);
    mem_free(plan->needed);
    mem_free(plan->tests);
    mem_free(plan->test_first);
    mem_free(plan->test_list);
    mem_free(plan->extend_first);
    mem_free(plan->extend_list);
}

uint64_t fleet_plan_bytes(const struct fleet_plan *plan)
{
    const struct oval_content *c = plan->content;

    return ((uint64_t)c->tests.n * 3 + c->definitions.n + 2 +
            plan->test_first[c->tests.n] +
            plan->extend_first[c->definitions.n] + plan->fasts.cap +
            plan->envs.cap) *
               sizeof(uint32_t) +
           plan->footprints.cap * sizeof(*plan->footprints.p) +
           plan->links.cap * sizeof(*plan->links.p);
}
