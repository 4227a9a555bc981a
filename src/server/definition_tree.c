/* SPDX-License-Identifier: Apache-2.0 */
#include "server/definition_tree.h"

#include "base/vec.h"
#include "oval/explain.h"

enum {
    NODES_MAX = 3000,
    DEPTH_MAX = 60,
    WANTS_MAX = 50,
    TEXT_MAX = 4000,
};

struct walk {
    const struct oval_content *c;
    unsigned nodes;
    VEC(uint32_t) extended; /* definitions shown already */
};

static str cut(str text)
{
    size_t n = text.n;

    if (n <= TEXT_MAX)
        return n > 0 ? text : STR("");
    n = TEXT_MAX;
    while (n > 0 && ((unsigned char)text.p[n] & 0xc0) == 0x80)
        n--;
    return str_sub(text, 0, n);
}

static const char *operator_words(uint8_t op)
{
    switch (op) {
    case OVAL_AND:
        return "all of";
    case OVAL_OR:
        return "at least one of";
    case OVAL_ONE:
        return "exactly one of";
    case OVAL_XOR:
        return "an odd number of";
    default:
        return "an operator that is not OVAL's";
    }
}

/* --- Tests --------------------------------------------------------------- */

/* "evr less than 0:2.36-9" */
static void add_entity(const struct oval_content *c,
                       const struct oval_entity *e, struct buf *out)
{
    buf_add(out, oval_name_text(c, e->name));
    buf_add_char(out, ' ');
    buf_add_c(out, oval_operation_text((enum oval_operation)e->operation));
    buf_add_char(out, ' ');
    if ((e->flags & OVAL_ENTITY_MASK) != 0) {
        buf_add_c(out, "(masked)");
    } else if ((e->flags & OVAL_ENTITY_NIL) != 0) {
        buf_add_c(out, "nothing");
    } else if ((e->flags & OVAL_ENTITY_VAR) != 0) {
        buf_add_c(out, "the variable ");
        buf_add(out, oval_prose_text(c, e->var_id));
    } else {
        buf_add(out, oval_name_text(c, e->value));
    }
}

static struct jval *entities_text(const struct oval_content *c, uint32_t first,
                                  uint32_t count)
{
    AUTO(buf_clear) struct buf text = BUF(TEXT_MAX);

    for (uint32_t i = 0; i < count; i++) {
        buf_add_c(&text, i > 0 ? ", " : "");
        add_entity(c, &c->entities.p[first + i], &text);
    }
    return jval_new_text(text.n > 0 ? buf_str(&text) : STR(""));
}

static struct jval *looks_for(const struct oval_content *c,
                              const struct oval_test *test)
{
    const struct oval_object *o;

    if (test->object == OVAL_NONE)
        return jval_new_null();
    o = &c->objects.p[test->object];
    if (o->set != OVAL_NONE)
        return jval_new_text(STR("a set of other objects"));
    return entities_text(c, o->entity_first, o->entity_count);
}

static void describe_test(const struct oval_content *c, uint32_t index,
                          struct jval *out)
{
    const struct oval_test *test = &c->tests.p[index];
    struct jval *wants = jval_new_array();

    jval_set_text(out, "id", cut(oval_prose_text(c, test->id)));
    jval_set_text(out, "kind", oval_name_text(c, c->kinds.p[test->kind].name));
    if (jval_text(jval_get(out, "comment"), STR("")).n == 0)
        jval_set_text(out, "comment", cut(oval_prose_text(c, test->comment)));
    jval_set_text(out, "check",
                  str_c(oval_check_text((enum oval_check)test->check)));
    jval_set_text(
        out, "existence",
        str_c(oval_existence_text((enum oval_existence)test->existence)));
    jval_set(out, "looks_for", looks_for(c, test));
    for (uint32_t i = 0; i < test->state_count && i < WANTS_MAX; i++) {
        uint32_t state = c->state_refs.p[test->state_first + i];

        if (state != OVAL_NONE)
            jval_push(wants, entities_text(c, c->states.p[state].entity_first,
                                           c->states.p[state].entity_count));
    }
    jval_set(out, "wants", wants);
}

/* --- The tree ------------------------------------------------------------ */

static struct jval *node_json(struct walk *w, uint32_t at, unsigned depth);

static bool is_shown(struct walk *w, uint32_t definition)
{
    for (size_t i = 0; i < w->extended.n; i++) {
        if (w->extended.p[i] == definition)
            return true;
    }
    *vec_push(&w->extended) = definition;
    return false;
}

static void describe_extended(struct walk *w, uint32_t index, unsigned depth,
                              struct jval *out)
{
    const struct oval_definition *d = &w->c->definitions.p[index];

    jval_set_text(out, "id", oval_name_text(w->c, d->id));
    jval_set_text(out, "title", cut(oval_prose_text(w->c, d->title)));
    if (d->criteria != OVAL_NONE && !is_shown(w, index))
        jval_set(out, "criteria", node_json(w, d->criteria, depth + 1));
}

static struct jval *children(struct walk *w, uint32_t at, unsigned depth)
{
    struct jval *list = jval_new_array();
    uint32_t end = w->c->nodes.p[at].end;

    for (uint32_t i = at + 1; i < end; i = w->c->nodes.p[i].end) {
        jval_push(list, node_json(w, i, depth + 1));
        if (w->nodes >= NODES_MAX)
            break;
    }
    return list;
}

static struct jval *node_json(struct walk *w, uint32_t at, unsigned depth)
{
    const struct oval_node *node = &w->c->nodes.p[at];
    struct jval *o = jval_new_object();

    if (++w->nodes > NODES_MAX || depth > DEPTH_MAX) {
        jval_set_text(o, "type", STR("cut"));
        jval_set_text(o, "comment", STR("the tree goes on: it is too large"));
        return o;
    }
    jval_set_text(o, "type",
                  node->type == OVAL_NODE_CRITERIA    ? STR("criteria")
                  : node->type == OVAL_NODE_CRITERION ? STR("test")
                                                      : STR("definition"));
    jval_set_bool(o, "negate", (node->flags & OVAL_NODE_NEGATE) != 0);
    jval_set_text(o, "comment", cut(oval_prose_text(w->c, node->text)));
    if (node->type == OVAL_NODE_CRITERIA) {
        jval_set_text(o, "operator",
                      str_c(oval_operator_text((enum oval_operator)node->op)));
        jval_set_text(o, "words", str_c(operator_words(node->op)));
        jval_set(o, "children", children(w, at, depth));
    } else if (node->a == OVAL_NONE) {
        jval_set_text(o, "id", STR_NONE);
    } else if (node->type == OVAL_NODE_CRITERION) {
        describe_test(w->c, node->a, o);
    } else {
        describe_extended(w, node->a, depth, o);
    }
    return o;
}

struct jval *definition_tree_json(const struct oval_content *content,
                                  uint32_t definition)
{
    struct walk w = { .c = content };
    uint32_t criteria = content->definitions.p[definition].criteria;
    struct jval *tree;

    if (criteria == OVAL_NONE)
        return jval_new_null();
    *vec_push(&w.extended) = definition;
    tree = node_json(&w, criteria, 0);
    vec_clear(&w.extended);
    return tree;
}

/* --- Reasons ------------------------------------------------------------- */

/* The nodes that are open, the newest last; node 0 is the whole. */
struct reasons {
    struct jval *root;
    VEC(struct jval *) open;
};

static const char *const marks[] = {
    [OVAL_MARK_NONE] = "none",
    [OVAL_MARK_YES] = "yes",
    [OVAL_MARK_NO] = "no",
    [OVAL_MARK_UNSURE] = "unsure",
};

static struct jval *list_of(struct jval *object, const char *key)
{
    struct jval *list = jval_get(object, key);

    if (list == NULL) {
        list = jval_new_array();
        jval_set(object, key, list);
    }
    return list;
}

static void open_node(void *ctx, const struct oval_explain_node *node)
{
    struct reasons *r = ctx;
    struct jval *o = jval_new_object();

    jval_set_text(o, "type",
                  node->type == OVAL_NODE_CRITERIA    ? STR("criteria")
                  : node->type == OVAL_NODE_CRITERION ? STR("test")
                                                      : STR("definition"));
    jval_set_text(o, "result", str_c(oval_result_text(node->result)));
    jval_set_text(o, "mark", str_c(marks[oval_mark_of(node->result)]));
    jval_set_bool(o, "negate", node->negate);
    jval_set_bool(o, "decides", node->decides);
    jval_set_text(o, "words", str_c(node->op));
    jval_set_text(o, "comment", cut(node->text));
    jval_set_text(o, "id", node->id.n > 0 ? node->id : STR_NONE);
    jval_push(list_of(r->open.p[r->open.n - 1], "children"), o);
    *vec_push(&r->open) = o;
}

static void add_line(void *ctx, const struct oval_explain_line *line)
{
    struct reasons *r = ctx;
    struct jval *o = jval_new_object();

    jval_set_text(o, "mark", str_c(marks[line->mark]));
    jval_set_text(o, "label", str_c(line->label));
    jval_set_text(o, "text", cut(line->text));
    jval_push(list_of(r->open.p[r->open.n - 1], "lines"), o);
}

static void close_node(void *ctx)
{
    struct reasons *r = ctx;

    r->open.n--;
}

struct jval *explain_json(struct oval_eval *eval, uint32_t definition)
{
    static const struct oval_explain_handler handler = { open_node, add_line,
                                                         close_node };
    struct reasons r = { .root = jval_new_object() };
    struct oval_explain *explain = oval_explain_new(eval, &handler, &r);

    *vec_push(&r.open) = r.root;
    oval_explain_definition(explain, definition);
    oval_explain_free(explain);
    vec_clear(&r.open);
    return r.root;
}
