/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/explain.h"

enum {
    DEPTH_MAX = 128,
    ITEMS_SHOWN = 10,
    FACTS_SHOWN = 12,
    INDENT = 2,
    NOWHERE = 10000, /* an explanation longer than this has gone astray */
};

struct explain {
    struct oval_eval *eval;
    const struct oval_content *content;
    const struct term *term;
    struct buf *out;
    unsigned lines;
};

static enum term_style style_of(enum oval_result result)
{
    switch (result) {
    case OVAL_TRUE:
        return TERM_BOLD;
    case OVAL_ERROR:
    case OVAL_UNKNOWN:
        return TERM_YELLOW;
    default:
        return TERM_DIM;
    }
}

/* One line, cut to the terminal. */
static void add_line(struct explain *x, unsigned depth, str text)
{
    size_t indent = (size_t)depth * INDENT;
    size_t room = x->term->width > indent ? x->term->width - indent : 1;

    if (++x->lines > NOWHERE)
        return;
    for (size_t i = 0; i < indent; i++)
        buf_add_char(x->out, ' ');
    term_text(x->term, x->out, text, room);
    buf_add_char(x->out, '\n');
}

static void add_result(struct explain *x, unsigned depth,
                       enum oval_result result, str text)
{
    size_t indent = (size_t)depth * INDENT;
    const char *word = oval_result_text(result);
    size_t used = indent + strlen(word) + INDENT;

    if (++x->lines > NOWHERE)
        return;
    for (size_t i = 0; i < indent; i++)
        buf_add_char(x->out, ' ');
    buf_printf(x->out, "%s%s%s  ", term_style(x->term, style_of(result)), word,
               term_end(x->term));
    term_text(x->term, x->out, text,
              x->term->width > used ? x->term->width - used : 1);
    buf_add_char(x->out, '\n');
}

static void add_messages(struct explain *x, unsigned depth,
                         const struct oval_message *message)
{
    for (; message != NULL; message = message->next) {
        AUTO(buf_clear) struct buf line = BUF(1 << 16);

        buf_add_c(&line, "! ");
        buf_add(&line, message->text);
        add_line(x, depth, buf_str(&line));
    }
}

static void add_values(struct explain *x, const struct oval_entity *entity,
                       struct buf *line)
{
    struct oval_values values;

    if ((entity->flags & OVAL_ENTITY_VAR) == 0) {
        buf_printf(line, "'%" PRIstr "'",
                   ARGstr(oval_name_text(x->content, entity->value)));
        return;
    }
    buf_printf(line, "{%" PRIstr "}",
               ARGstr(oval_prose_text(x->content, entity->var_id)));
    if (entity->var == OVAL_NONE)
        return;
    values = oval_eval_variable(x->eval, entity->var);
    for (uint32_t i = 0; i < values.count && i < ITEMS_SHOWN; i++)
        buf_printf(line, " '%" PRIstr "'", ARGstr(values.values[i]));
    if (values.count > ITEMS_SHOWN)
        buf_printf(line, " and %u more", values.count - ITEMS_SHOWN);
    if (values.count == 0)
        buf_printf(line, " (no value: %s)", oval_flag_text(values.flag));
}

/* "name equals 'bash'; evr less than '0:5.2'" */
static void add_entities(struct explain *x, uint32_t first, uint32_t count,
                         struct buf *line)
{
    for (uint32_t i = 0; i < count; i++) {
        const struct oval_entity *entity = &x->content->entities.p[first + i];

        if (i > 0)
            buf_add_c(line, "; ");
        buf_printf(line, "%" PRIstr " ",
                   ARGstr(oval_name_text(x->content, entity->name)));
        if (entity->flags & OVAL_ENTITY_NIL) {
            buf_add_c(line, "(nil)");
            continue;
        }
        buf_printf(line, "%s ", oval_operation_text(entity->operation));
        add_values(x, entity, line);
    }
}

static void add_object(struct explain *x, unsigned depth,
                       const struct oval_test *test)
{
    const struct oval_object *object;
    struct oval_collected collected;
    AUTO(buf_clear) struct buf line = BUF(1 << 16);

    if (test->object == OVAL_NONE)
        return;
    object = &x->content->objects.p[test->object];
    collected = oval_eval_object(x->eval, test->object);
    buf_add_c(&line, "asked for ");
    if (object->set != OVAL_NONE)
        buf_add_c(&line, "a set of objects");
    else if (object->entity_count == 0)
        buf_add_c(&line, "everything");
    add_entities(x, object->entity_first, object->entity_count, &line);
    buf_printf(&line, ": %s, %u item%s", oval_flag_text(collected.flag),
               collected.item_count, collected.item_count == 1 ? "" : "s");
    add_line(x, depth, buf_str(&line));
    add_messages(x, depth, collected.messages);
}

static void add_states(struct explain *x, unsigned depth,
                       const struct oval_test *test)
{
    for (uint32_t i = 0; i < test->state_count; i++) {
        uint32_t index = x->content->state_refs.p[test->state_first + i];
        const struct oval_state *state;
        AUTO(buf_clear) struct buf line = BUF(1 << 16);

        if (index == OVAL_NONE)
            continue;
        state = &x->content->states.p[index];
        buf_printf(&line, "%s ", i == 0 ? "wanted" : "and");
        add_entities(x, state->entity_first, state->entity_count, &line);
        add_line(x, depth, buf_str(&line));
    }
}

static void add_fact(const struct oval_fact *fact, struct buf *line)
{
    buf_printf(line, "%" PRIstr "=", ARGstr(fact->name));
    if (fact->mask)
        buf_add_c(line, "(masked)");
    else if (fact->status != OVAL_EXISTS)
        buf_printf(line, "(%s)", oval_status_text(fact->status));
    else if (fact->datatype == OVAL_RECORD)
        buf_printf(line, "(record of %u)", fact->field_count);
    else
        buf_printf(line, "%" PRIstr, ARGstr(fact->value));
}

static void add_items(struct explain *x, unsigned depth,
                      const struct oval_test_result *result)
{
    for (uint32_t i = 0; i < result->item_count && i < ITEMS_SHOWN; i++) {
        const struct oval_item *item = result->items[i].item;
        AUTO(buf_clear) struct buf line = BUF(1 << 16);

        buf_add_c(&line, "found");
        for (uint32_t f = 0; f < item->fact_count && f < FACTS_SHOWN; f++) {
            buf_add_char(&line, ' ');
            add_fact(&item->facts[f], &line);
        }
        add_result(x, depth, result->items[i].result, buf_str(&line));
    }
    if (result->item_count > ITEMS_SHOWN) {
        AUTO(buf_clear) struct buf line = BUF(256);

        buf_printf(&line, "and %u more", result->item_count - ITEMS_SHOWN);
        add_line(x, depth, buf_str(&line));
    }
}

static void add_test(struct explain *x, unsigned depth, uint32_t index,
                     bool negate)
{
    const struct oval_test *test = &x->content->tests.p[index];
    const struct oval_kind *kind = &x->content->kinds.p[test->kind];
    struct oval_test_result result = oval_eval_test(x->eval, index);
    AUTO(buf_clear) struct buf line = BUF(1 << 16);

    buf_printf(
        &line, "%s%" PRIstr " test: %" PRIstr " (check %s, %s)",
        negate ? "not: " : "", ARGstr(oval_name_text(x->content, kind->name)),
        ARGstr(oval_prose_text(x->content, test->comment)),
        oval_check_text(test->check), oval_existence_text(test->existence));
    add_result(x, depth, result.evaluated ? result.result : OVAL_NOT_EVALUATED,
               buf_str(&line));
    add_object(x, depth + 1, test);
    add_states(x, depth + 1, test);
    add_items(x, depth + 1, &result);
    add_messages(x, depth + 1, result.messages);
}

static void add_definition(struct explain *x, unsigned depth, uint32_t index);

static void add_node(struct explain *x, unsigned depth, uint32_t at)
{
    const struct oval_node *node = &x->content->nodes.p[at];
    bool negate = (node->flags & OVAL_NODE_NEGATE) != 0;
    AUTO(buf_clear) struct buf line = BUF(1 << 16);

    if (depth > DEPTH_MAX)
        return;
    if (node->type == OVAL_NODE_CRITERION && node->a != OVAL_NONE) {
        add_test(x, depth, node->a, negate);
        return;
    }
    buf_add_c(&line, negate ? "not: " : "");
    if (node->type == OVAL_NODE_CRITERIA)
        buf_printf(&line, "%s ", oval_operator_text(node->op));
    else
        buf_add_c(&line, "the definition ");
    buf_add(&line, oval_prose_text(x->content, node->text));
    add_result(x, depth, oval_eval_node_result(x->eval, at), buf_str(&line));
    if (node->type == OVAL_NODE_EXTEND && node->a != OVAL_NONE)
        add_definition(x, depth + 1, node->a);
    for (uint32_t i = at + 1; node->type == OVAL_NODE_CRITERIA && i < node->end;
         i = x->content->nodes.p[i].end)
        add_node(x, depth + 1, i);
}

static void add_definition(struct explain *x, unsigned depth, uint32_t index)
{
    const struct oval_definition *definition =
        &x->content->definitions.p[index];
    enum oval_result result = OVAL_NOT_EVALUATED;
    AUTO(buf_clear) struct buf line = BUF(1 << 16);

    if (!oval_eval_result(x->eval, index, &result))
        result = OVAL_NOT_EVALUATED;
    buf_printf(&line, "%" PRIstr ": %" PRIstr,
               ARGstr(oval_name_text(x->content, definition->id)),
               ARGstr(oval_prose_text(x->content, definition->title)));
    add_result(x, depth, result, buf_str(&line));
    if (definition->criteria != OVAL_NONE)
        add_node(x, depth + 1, definition->criteria);
}

void explain_definition(struct oval_eval *eval, uint32_t index,
                        const struct term *term, struct buf *out)
{
    struct explain x = { eval, oval_eval_content(eval), term, out, 0 };

    add_definition(&x, 0, index);
    if (x.lines > NOWHERE)
        buf_printf(out, "(%u lines more)\n", x.lines - NOWHERE);
}
