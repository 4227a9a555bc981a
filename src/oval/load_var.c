/* SPDX-License-Identifier: Apache-2.0
 *
 * Loading variables: constants, external ones with what they may hold, and
 * local ones with their tree of components.
 */
#include "oval/load_int.h"

int load_variable(struct builder *b, const struct xml_element *el,
                  struct err *err)
{
    static const str types[] = { [OVAL_VAR_CONSTANT] = STR("constant_variable"),
                                 [OVAL_VAR_EXTERNAL] = STR("external_variable"),
                                 [OVAL_VAR_LOCAL] = STR("local_variable") };
    uint32_t at = (uint32_t)b->variables.n;
    struct oval_variable *v;
    uint32_t dense;
    uint8_t type = 0;
    int rc;

    while (type < COUNT(types) && !str_eq(el->name, types[type]))
        type++;
    if (type == COUNT(types))
        return err_set(err, E_INVALID, "<%" PRIstr "> is not a variable",
                       ARGstr(el->name));
    rc = load_define(b, el, T_VARIABLE, at, &dense, err);
    if (rc < 0)
        return rc;
    if (rc > 0) {
        load_push(b, W_SKIP, 0);
        return 0;
    }
    v = vec_push(&b->variables);
    v->id = load_id_text(b, dense);
    v->version = b->ids.p[dense].version;
    v->type = type;
    v->datatype = OVAL_STRING;
    if (xml_attr(el, STR("datatype")).p != NULL)
        v->datatype = (uint8_t)oval_datatype_of(xml_attr(el, STR("datatype")));
    if (v->datatype == OVAL_DATATYPE_BAD)
        load_warn(b, "datatype of a variable is not one of OVAL's");
    v->node_first = (uint32_t)b->nodes.n;
    v->node_end = v->node_first;
    v->comment = load_prose(b, xml_attr(el, STR("comment")));
    if (load_bool(b, el, STR("deprecated")))
        v->flags |= OVAL_DEPRECATED;
    load_push(b, W_VARIABLE, at);
    return 0;
}

static oval_name attr_name(struct builder *b, const struct xml_element *el,
                           str attr)
{
    return load_name(b, xml_attr(el, attr));
}

static uint32_t attr_int(struct builder *b, const struct xml_element *el,
                         str attr)
{
    int64_t value = 0;

    if (str_to_i64(str_trim(xml_attr(el, attr)), INT32_MIN, INT32_MAX, &value,
                   NULL) < 0)
        load_warn(b, "%" PRIstr " of <%" PRIstr "> is not a number",
                  ARGstr(attr), ARGstr(el->name));
    return (uint32_t)(int32_t)value;
}

static enum oval_arithmetic arithmetic_of(str text)
{
    static const str names[] = { STR("add"), STR("subtract"), STR("multiply"),
                                 STR("divide") };
    size_t i = 0;

    while (i < COUNT(names) && !str_eq(text, names[i]))
        i++;
    return (enum oval_arithmetic)i;
}

static enum oval_sort sort_of(str text)
{
    static const str names[] = { STR("document"), STR("lexical"),
                                 STR("numeric"), STR("natural") };
    size_t i = 0;

    while (i < COUNT(names) && !str_eq(text, names[i]))
        i++;
    return text.p == NULL ? OVAL_SORT_DOCUMENT : (enum oval_sort)i;
}

/* One row a component: its element, its node, how attributes become a, b. */
static const struct component {
    str element;
    enum oval_node_type type;
    str a;
    str b;
} components[] = {
    { STR("literal_component"), OVAL_NODE_LITERAL, STR(""), STR("") },
    { STR("value"), OVAL_NODE_LITERAL, STR(""), STR("") },
    { STR("object_component"), OVAL_NODE_OBJECT, STR(""), STR("item_field") },
    { STR("variable_component"), OVAL_NODE_VARIABLE, STR(""), STR("") },
    { STR("begin"), OVAL_NODE_BEGIN, STR("character"), STR("") },
    { STR("end"), OVAL_NODE_END, STR("character"), STR("") },
    { STR("concat"), OVAL_NODE_CONCAT, STR(""), STR("") },
    { STR("escape_regex"), OVAL_NODE_ESCAPE_REGEX, STR(""), STR("") },
    { STR("split"), OVAL_NODE_SPLIT, STR("delimiter"), STR("") },
    { STR("substring"), OVAL_NODE_SUBSTRING, STR(""), STR("") },
    { STR("time_difference"), OVAL_NODE_TIME_DIFFERENCE, STR("format_1"),
      STR("format_2") },
    { STR("regex_capture"), OVAL_NODE_REGEX_CAPTURE, STR("pattern"), STR("") },
    { STR("arithmetic"), OVAL_NODE_ARITHMETIC, STR(""), STR("") },
    { STR("count"), OVAL_NODE_COUNT, STR(""), STR("") },
    { STR("unique"), OVAL_NODE_UNIQUE, STR(""), STR("") },
    { STR("glob_to_regex"), OVAL_NODE_GLOB_TO_REGEX, STR(""), STR("") },
    { STR("merge"), OVAL_NODE_MERGE, STR("delimiter"), STR("") },
    { STR("possible_value"), OVAL_NODE_POSSIBLE_VALUE, STR(""), STR("") },
    { STR("possible_restriction"), OVAL_NODE_POSSIBLE_RESTRICTION, STR(""),
      STR("") },
    { STR("restriction"), OVAL_NODE_RESTRICTION, STR(""), STR("") },
};

/* The attributes that are not text: numbers, references, enumerations. */
static void special_attributes(struct builder *b, struct oval_node *node,
                               const struct xml_element *el)
{
    str text;

    switch ((enum oval_node_type)node->type) {
    case OVAL_NODE_LITERAL:
        text = xml_attr(el, STR("datatype"));
        node->datatype =
            (uint8_t)(text.p == NULL ? OVAL_STRING : oval_datatype_of(text));
        break;
    case OVAL_NODE_OBJECT:
        node->a = load_id(b, xml_attr(el, STR("object_ref")));
        node->c = attr_name(b, el, STR("record_field"));
        break;
    case OVAL_NODE_VARIABLE:
        node->a = load_id(b, xml_attr(el, STR("var_ref")));
        break;
    case OVAL_NODE_SUBSTRING:
        node->a = attr_int(b, el, STR("substring_start"));
        node->b = attr_int(b, el, STR("substring_length"));
        break;
    case OVAL_NODE_TIME_DIFFERENCE:
        if (node->a == 0)
            node->a = load_name(b, STR("year_month_day"));
        if (node->b == 0)
            node->b = load_name(b, STR("year_month_day"));
        break;
    case OVAL_NODE_ARITHMETIC:
        text = xml_attr(el, STR("arithmetic_operation"));
        node->op = (uint8_t)arithmetic_of(text);
        break;
    case OVAL_NODE_MERGE:
        node->op = (uint8_t)sort_of(xml_attr(el, STR("sort")));
        node->b = str_eq(xml_attr(el, STR("order")), STR("descending"));
        break;
    case OVAL_NODE_GLOB_TO_REGEX:
        node->op = load_bool(b, el, STR("glob_noescape"));
        break;
    case OVAL_NODE_POSSIBLE_RESTRICTION:
        text = xml_attr(el, STR("operator"));
        node->op =
            (uint8_t)(text.p == NULL ? OVAL_AND : oval_operator_of(text));
        break;
    case OVAL_NODE_RESTRICTION:
        node->op = (uint8_t)oval_operation_of(xml_attr(el, STR("operation")));
        break;
    default:
        break;
    }
    if (node->a == OVAL_NONE)
        node->a = 0;
}

static bool has_text(uint8_t type)
{
    return type == OVAL_NODE_LITERAL || type == OVAL_NODE_POSSIBLE_VALUE ||
           type == OVAL_NODE_RESTRICTION;
}

/* The component that an element is where it stands; NULL: it is none. */
static const struct component *component_of(const struct builder *b, str name)
{
    const struct frame *in = &b->stack[b->depth];
    uint32_t allowed = in->where == W_VARIABLE
                           ? oval_variable_children(b->variables.p[in->a].type)
                           : oval_node_children(b->nodes.p[in->a].type);

    for (size_t i = 0; i < COUNT(components); i++)
        if (str_eq(name, components[i].element) &&
            (allowed >> components[i].type & 1) != 0)
            return &components[i];
    return NULL;
}

void load_in_variable(struct builder *b, const struct xml_element *el)
{
    const struct component *c = component_of(b, el->name);
    struct oval_node node = { 0 };
    uint32_t at;

    if (str_eq(el->name, STR("notes")) || str_eq(el->name, STR("Signature"))) {
        load_push(b, W_SKIP, 0);
        return;
    }
    at = load_node(b, c != NULL ? c->type : OVAL_NODE_BAD);
    node = b->nodes.p[at];
    if (c == NULL) {
        load_warn(b, "<%" PRIstr "> is not a component of a variable",
                  ARGstr(el->name));
        b->nodes.p[at].text = load_prose(b, el->name);
        load_push(b, W_SKIP, 0);
        return;
    }
    if (c->a.n > 0)
        node.a = attr_name(b, el, c->a);
    if (c->b.n > 0)
        node.b = attr_name(b, el, c->b);
    special_attributes(b, &node, el);
    node.text = load_prose(b, xml_attr(el, STR("hint")));
    b->nodes.p[at] = node;
    if (has_text(node.type))
        load_push_leaf(b, LEAF_VALUE, at);
    else
        load_push(b, W_COMPONENT, at);
}
