/* SPDX-License-Identifier: Apache-2.0
 *
 * Loading tests, objects and states. Their names say what they are
 * ("linux:dpkginfo"); their children, entities, are read alike for all.
 */
#include "oval/load_int.h"
#include "oval/truth.h"

static str family_of(str ns)
{
    size_t hash = str_find_char(ns, '#');

    return hash == ns.n ? STR_NONE : str_sub(ns, hash + 1, ns.n);
}

/* The kind of "dpkginfo_object" in the namespace of el. */
static uint32_t kind_of(struct builder *b, const struct xml_element *el,
                        str suffix)
{
    struct kind_cache *last = &b->kind_last;
    str family = family_of(el->ns);
    str name = el->name;
    struct oval_kind *kind;
    uint32_t at;
    str key;

    if (str_ends(name, suffix))
        name.n -= suffix.n;
    if (last->ns == el->ns.p && last->ns != NULL && str_eq(last->name, name))
        return last->kind;
    key = arena_printf(&b->arena, "%" PRIstr ":%" PRIstr, ARGstr(family),
                       ARGstr(name));
    at = map_add(&b->kind_map, key, (uint32_t)b->kinds.n);
    if (at == b->kinds.n) {
        kind = vec_push(&b->kinds);
        kind->family = load_name(b, family);
        kind->name = load_name(b, name);
    }
    last->ns = el->ns.p;
    last->name = str_sub(key, family.n + 1, name.n);
    last->kind = at;
    return at;
}

/* --- tests --- */

enum { /* in oval_test.existence until load_test_end() settles it */
    NONE_EXIST_5_2 = OVAL_EXISTENCE_BAD + 1
};

static void test_attributes(struct builder *b, struct oval_test *t,
                            const struct xml_element *el)
{
    str check = xml_attr(el, STR("check"));
    str existence = xml_attr(el, STR("check_existence"));
    str op = xml_attr(el, STR("state_operator"));

    t->check = OVAL_CHECK_ALL;
    if (check.p != NULL)
        t->check = (uint8_t)oval_check_of(check);
    t->existence = OVAL_AT_LEAST_ONE_EXISTS;
    if (existence.p != NULL)
        t->existence = (uint8_t)oval_existence_of(existence);
    if (str_eq(check, STR("none exist")) &&
        t->existence == OVAL_AT_LEAST_ONE_EXISTS)
        t->existence = NONE_EXIST_5_2;
    t->state_operator = OVAL_AND;
    if (op.p != NULL)
        t->state_operator = (uint8_t)oval_operator_of(op);
    if (t->check == OVAL_CHECK_BAD || t->existence == OVAL_EXISTENCE_BAD ||
        t->state_operator == OVAL_OPERATOR_BAD)
        load_warn(b, "check, check_existence or state_operator of a test is "
                     "not one of OVAL's");
    if (load_bool(b, el, STR("deprecated")))
        t->flags |= OVAL_DEPRECATED;
}

int load_test(struct builder *b, const struct xml_element *el, struct err *err)
{
    uint32_t at = (uint32_t)b->tests.n;
    struct oval_test *t;
    uint32_t dense;
    int rc;

    rc = load_define(b, el, T_TEST, at, &dense, err);
    if (rc < 0)
        return rc;
    if (rc > 0) {
        load_push(b, W_SKIP, 0);
        return 0;
    }
    t = vec_push(&b->tests);
    t->id = load_id_text(b, dense);
    t->version = b->ids.p[dense].version;
    t->kind = kind_of(b, el, STR("_test"));
    t->object = OVAL_NONE;
    t->state_first = (uint32_t)b->state_refs.n;
    t->comment = load_prose(b, xml_attr(el, STR("comment")));
    test_attributes(b, t, el);
    load_push(b, W_TEST, at);
    return 0;
}

void load_in_test(struct builder *b, const struct xml_element *el)
{
    struct oval_test *t = &b->tests.p[b->stack[b->depth].a];
    str ref;

    if (str_eq(el->name, STR("object"))) {
        ref = xml_attr(el, STR("object_ref"));
        t->object = load_id(b, ref);
    } else if (str_eq(el->name, STR("state"))) {
        ref = xml_attr(el, STR("state_ref"));
        *vec_push(&b->state_refs) = load_id(b, ref);
        t->state_count++;
    } else if (!str_eq(el->name, STR("notes")) &&
               !str_eq(el->name, STR("Signature"))) {
        load_warn(b, "<%" PRIstr "> in a test", ARGstr(el->name));
    }
    load_push(b, W_SKIP, 0);
}

/* check="none exist" (deprecated in 5.3) says that nothing is there that
 * satisfies the states: nothing at all, when there are none. It says so also
 * beside the default of check_existence, as OVAL's test content has it. */
void load_test_end(struct builder *b, uint32_t test)
{
    struct oval_test *t = &b->tests.p[test];

    if (t->existence == NONE_EXIST_5_2)
        t->existence = t->state_count > 0 ? OVAL_ANY_EXIST : OVAL_NONE_EXIST;
}

/* --- entities, of objects and states alike --- */

static uint8_t entity_flags(struct builder *b, const struct xml_element *el)
{
    uint8_t flags = 0;

    for (size_t i = 0; i < el->attr_count; i++)
        if (str_eq(el->attrs[i].name, STR("nil")) && el->attrs[i].ns.n > 0 &&
            (str_eq(el->attrs[i].value, STR("true")) ||
             str_eq(el->attrs[i].value, STR("1"))))
            flags |= OVAL_ENTITY_NIL;
    if (load_bool(b, el, STR("mask")))
        flags |= OVAL_ENTITY_MASK;
    return flags;
}

static void entity_attributes(struct builder *b, struct oval_entity *e,
                              const struct xml_element *el)
{
    e->datatype = OVAL_STRING;
    e->operation = OVAL_EQUALS;
    e->entity_check = OVAL_CHECK_ALL;
    e->var_check = OVAL_CHECK_ALL;
    e->existence = OVAL_AT_LEAST_ONE_EXISTS;
    e->var = OVAL_NONE;
    for (size_t i = 0; i < el->attr_count; i++) {
        const struct xml_attr *a = &el->attrs[i];

        if (a->ns.n > 0)
            continue;
        if (str_eq(a->name, STR("datatype"))) {
            e->datatype = (uint8_t)oval_datatype_of(a->value);
        } else if (str_eq(a->name, STR("operation"))) {
            e->operation = (uint8_t)oval_operation_of(a->value);
        } else if (str_eq(a->name, STR("entity_check"))) {
            e->entity_check = (uint8_t)oval_check_of(a->value);
        } else if (str_eq(a->name, STR("var_check"))) {
            e->var_check = (uint8_t)oval_check_of(a->value);
        } else if (str_eq(a->name, STR("check_existence"))) {
            e->existence = (uint8_t)oval_existence_of(a->value);
        } else if (str_eq(a->name, STR("var_ref"))) {
            e->flags |= OVAL_ENTITY_VAR;
            e->var = load_id(b, a->value);
        }
    }
    if (e->datatype == OVAL_DATATYPE_BAD ||
        e->operation == OVAL_OPERATION_BAD ||
        e->entity_check == OVAL_CHECK_BAD || e->var_check == OVAL_CHECK_BAD ||
        e->existence == OVAL_EXISTENCE_BAD)
        load_warn(b, "an attribute of <%" PRIstr "> is not one of OVAL's",
                  ARGstr(el->name));
}

static void start_entity(struct builder *b, const struct xml_element *el)
{
    uint32_t at = (uint32_t)b->entities.n;
    struct oval_entity *e = vec_push(&b->entities);

    e->name = load_name(b, el->name);
    e->flags = entity_flags(b, el);
    entity_attributes(b, e, el);
    e->field_first = (uint32_t)b->fields.n;
    buf_reset(&b->text);
    load_push(b, W_ENTITY, at);
}

/* A <field name="..."> of a record. */
void load_in_entity(struct builder *b, const struct xml_element *el)
{
    struct oval_entity *parent = &b->entities.p[b->stack[b->depth].a];
    uint32_t at = (uint32_t)b->fields.n;
    struct oval_entity *e;

    if (!str_eq(el->name, STR("field"))) {
        load_warn(b, "<%" PRIstr "> in an entity", ARGstr(el->name));
        load_push(b, W_SKIP, 0);
        return;
    }
    e = vec_push(&b->fields);
    e->name = load_name(b, xml_attr(el, STR("name")));
    e->flags = entity_flags(b, el);
    entity_attributes(b, e, el);
    parent->field_count++;
    buf_reset(&b->text);
    load_push(b, W_FIELD, at);
}

/* --- objects --- */

int load_object(struct builder *b, const struct xml_element *el,
                struct err *err)
{
    uint32_t at = (uint32_t)b->objects.n;
    struct oval_object *o;
    uint32_t dense;
    int rc;

    rc = load_define(b, el, T_OBJECT, at, &dense, err);
    if (rc < 0)
        return rc;
    if (rc > 0) {
        load_push(b, W_SKIP, 0);
        return 0;
    }
    o = vec_push(&b->objects);
    o->id = load_id_text(b, dense);
    o->version = b->ids.p[dense].version;
    o->kind = kind_of(b, el, STR("_object"));
    o->entity_first = (uint32_t)b->entities.n;
    o->set = OVAL_NONE;
    o->filter_first = OVAL_NONE;
    o->behavior_first = (uint32_t)b->pairs.n;
    o->comment = load_prose(b, xml_attr(el, STR("comment")));
    if (load_bool(b, el, STR("deprecated")))
        o->flags |= OVAL_DEPRECATED;
    load_push(b, W_OBJECT, at);
    return 0;
}

static void add_behaviors(struct builder *b, struct oval_object *o,
                          const struct xml_element *el)
{
    for (size_t i = 0; i < el->attr_count; i++) {
        struct oval_pair *pair = vec_push(&b->pairs);

        pair->name = load_name(b, el->attrs[i].name);
        pair->value = load_name(b, el->attrs[i].value);
        o->behavior_count++;
    }
}

static uint32_t start_filter(struct builder *b, const struct xml_element *el)
{
    uint32_t at = load_node(b, OVAL_NODE_FILTER);
    str action = xml_attr(el, STR("action"));

    b->nodes.p[at].op = str_eq(action, STR("include"));
    if (action.p != NULL && !b->nodes.p[at].op &&
        !str_eq(action, STR("exclude")))
        load_warn(b, "action '%" PRIstr "' is neither include nor exclude",
                  ARGstr(action));
    load_push_leaf(b, LEAF_FILTER, at);
    return at;
}

static void start_set(struct builder *b, const struct xml_element *el)
{
    uint32_t at = load_node(b, OVAL_NODE_SET);
    str op = xml_attr(el, STR("set_operator"));

    b->nodes.p[at].op = OVAL_UNION;
    if (op.p != NULL)
        b->nodes.p[at].op = (uint8_t)oval_set_operator_of(op);
    if (b->nodes.p[at].op == OVAL_SET_OPERATOR_BAD)
        load_warn(b, "set_operator '%" PRIstr "' is not one of OVAL's",
                  ARGstr(op));
    load_push(b, W_SET, at);
}

/* An object is one set, or entities and filters. What is neither has no
 * meaning: its set is one that cannot be evaluated. */
static bool is_mixed(struct builder *b, struct oval_object *o, str name)
{
    bool is_set = str_eq(name, STR("set"));

    if (!is_set && !str_eq(name, STR("filter")))
        return false;
    if (o->set == OVAL_NONE && (!is_set || o->filter_count == 0))
        return false;
    load_warn(b, "<%" PRIstr "> beside a set or a filter of an object",
              ARGstr(name));
    if (o->set == OVAL_NONE)
        o->set = load_node(b, OVAL_NODE_SET);
    b->nodes.p[o->set].op = OVAL_SET_OPERATOR_BAD;
    return true;
}

void load_in_object(struct builder *b, const struct xml_element *el)
{
    struct oval_object *o = &b->objects.p[b->stack[b->depth].a];

    if (is_mixed(b, o, el->name)) {
        load_push(b, W_SKIP, 0);
    } else if (str_eq(el->name, STR("set"))) {
        o->set = (uint32_t)b->nodes.n;
        start_set(b, el);
    } else if (str_eq(el->name, STR("filter"))) {
        uint32_t at = start_filter(b, el);

        if (o->filter_first == OVAL_NONE)
            o->filter_first = at;
        o->filter_count++;
    } else if (str_eq(el->name, STR("behaviors"))) {
        add_behaviors(b, o, el);
        load_push(b, W_SKIP, 0);
    } else if (str_eq(el->name, STR("notes")) ||
               str_eq(el->name, STR("Signature"))) {
        load_push(b, W_SKIP, 0);
    } else {
        o->entity_count++;
        start_entity(b, el);
    }
}

void load_in_set(struct builder *b, const struct xml_element *el)
{
    if (str_eq(el->name, STR("set"))) {
        start_set(b, el);
    } else if (str_eq(el->name, STR("object_reference"))) {
        load_push_leaf(b, LEAF_OBJECT_REF, load_node(b, OVAL_NODE_SET_OBJECT));
    } else if (str_eq(el->name, STR("filter"))) {
        start_filter(b, el);
    } else {
        load_warn(b, "<%" PRIstr "> in a set", ARGstr(el->name));
        load_push(b, W_SKIP, 0);
    }
}

/* --- states --- */

int load_state(struct builder *b, const struct xml_element *el, struct err *err)
{
    uint32_t at = (uint32_t)b->states.n;
    struct oval_state *s;
    uint32_t dense;
    str op;
    int rc;

    rc = load_define(b, el, T_STATE, at, &dense, err);
    if (rc < 0)
        return rc;
    if (rc > 0) {
        load_push(b, W_SKIP, 0);
        return 0;
    }
    s = vec_push(&b->states);
    s->id = load_id_text(b, dense);
    s->version = b->ids.p[dense].version;
    s->kind = kind_of(b, el, STR("_state"));
    s->entity_first = (uint32_t)b->entities.n;
    op = xml_attr(el, STR("operator"));
    s->op = op.p == NULL ? OVAL_AND : oval_operator_of(op);
    if (s->op == OVAL_OPERATOR_BAD)
        load_warn(b, "operator '%" PRIstr "' is not one of OVAL's", ARGstr(op));
    s->comment = load_prose(b, xml_attr(el, STR("comment")));
    if (load_bool(b, el, STR("deprecated")))
        s->flags |= OVAL_DEPRECATED;
    load_push(b, W_STATE, at);
    return 0;
}

void load_in_state(struct builder *b, const struct xml_element *el)
{
    if (str_eq(el->name, STR("notes")) || str_eq(el->name, STR("Signature"))) {
        load_push(b, W_SKIP, 0);
        return;
    }
    b->states.p[b->stack[b->depth].a].entity_count++;
    start_entity(b, el);
}
