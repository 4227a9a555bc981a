/* SPDX-License-Identifier: Apache-2.0 */
#include "oval/compare.h"
#include "oval/explain_int.h"
#include "oval/report.h"
#include "oval/truth.h"

enum {
    VALUE_SHOWN = 200, /* bytes of one value */
    FACTS_SHOWN = 6,
    VALUES_SHOWN = 6,
};

static void flush(struct oval_explain *x, enum oval_mark mark,
                  const char *label)
{
    x->handler->line(
        x->ctx, &(struct oval_explain_line){ mark, label, buf_str(&x->text) });
    buf_reset(&x->text);
}

/* A value on one line, cut where it is long, never inside a character. */
static void add_value(struct buf *buf, str value)
{
    size_t n = value.n < VALUE_SHOWN ? value.n : VALUE_SHOWN;

    if (value.n == 0)
        buf_add_c(buf, "(empty)");
    while (n < value.n && n > 0 && ((unsigned char)value.p[n] & 0xc0) == 0x80)
        n--;
    for (size_t i = 0; i < n; i++) {
        char ch = value.p[i];

        if (ch == '\n')
            buf_add_c(buf, "\\n");
        else if (ch == '\t')
            buf_add_c(buf, "\\t");
        else
            buf_add_char(buf, ch);
    }
    if (n < value.n)
        buf_add_c(buf, "…");
}

static const char *operation_words(uint8_t operation)
{
    switch (operation) {
    case OVAL_EQUALS:
        return "";
    case OVAL_CASE_INSENSITIVE_EQUALS:
        return "in any case ";
    case OVAL_NOT_EQUAL:
        return "not ";
    case OVAL_CASE_INSENSITIVE_NOT_EQUAL:
        return "in no case ";
    case OVAL_GREATER_THAN:
        return "above ";
    case OVAL_LESS_THAN:
        return "below ";
    case OVAL_GREATER_THAN_OR_EQUAL:
        return "at least ";
    case OVAL_LESS_THAN_OR_EQUAL:
        return "at most ";
    case OVAL_BITWISE_AND:
        return "with the bits ";
    case OVAL_BITWISE_OR:
        return "within the bits ";
    case OVAL_PATTERN_MATCH:
        return "matching ";
    case OVAL_SUBSET_OF:
        return "within ";
    case OVAL_SUPERSET_OF:
        return "around ";
    default:
        return "by an unknown operation ";
    }
}

/* "below 0:5.2", "one of a, b". */
static void add_wanted(struct oval_explain *x, const struct oval_entity *e)
{
    const struct oval_content *c = oval_eval_content(x->eval);
    struct oval_values values = { 0 };

    buf_add_c(&x->text, operation_words(e->operation));
    if ((e->flags & OVAL_ENTITY_NIL) != 0) {
        buf_add_c(&x->text, "nothing");
        return;
    }
    if ((e->flags & OVAL_ENTITY_MASK) != 0) {
        buf_add_c(&x->text, "(masked)");
        return;
    }
    for (uint32_t i = 0; i < e->field_count && i < FACTS_SHOWN; i++) {
        const struct oval_entity *field = &c->entities.p[e->field_first + i];

        buf_add_c(&x->text, i == 0 ? "" : ", ");
        buf_add(&x->text, oval_name_text(c, field->name));
        buf_add_char(&x->text, ' ');
        if (field->field_count == 0) /* records hold no records */
            add_wanted(x, field);
    }
    if (e->field_count > 0)
        return;
    if ((e->flags & OVAL_ENTITY_VAR) == 0) {
        add_value(&x->text, oval_name_text(c, e->value));
        return;
    }
    if (e->var != OVAL_NONE)
        values = oval_eval_variable(x->eval, e->var);
    if (values.count == 0)
        buf_add_c(&x->text, "a variable without value");
    for (uint32_t i = 0; i < values.count && i < VALUES_SHOWN; i++) {
        if (i > 0)
            buf_add_c(&x->text, ", ");
        add_value(&x->text, values.values[i]);
    }
    if (values.count > VALUES_SHOWN)
        buf_printf(&x->text, " and %u more", values.count - VALUES_SHOWN);
    buf_add_c(&x->text, " (variable ");
    add_value(&x->text, oval_prose_text(c, e->var_id));
    buf_add_char(&x->text, ')');
}

static void show_object(struct oval_explain *x, const struct oval_test *test)
{
    const struct oval_content *c = oval_eval_content(x->eval);
    const struct oval_object *o = &c->objects.p[test->object];
    const struct oval_kind *kind = &c->kinds.p[o->kind];

    buf_add(&x->text, oval_name_text(c, kind->name));
    for (uint32_t i = 0; i < o->entity_count; i++) {
        const struct oval_entity *e = &c->entities.p[o->entity_first + i];

        buf_add_c(&x->text, i == 0 ? " with " : ", ");
        buf_add(&x->text, oval_name_text(c, e->name));
        buf_add_char(&x->text, ' ');
        add_wanted(x, e);
    }
    if (o->set != OVAL_NONE)
        buf_add_c(&x->text, " made of other objects");
    if (o->filter_count > 0)
        buf_add_c(&x->text, ", filtered");
    flush(x, OVAL_MARK_NONE, "looked for");
}

static void show_messages(struct oval_explain *x,
                          const struct oval_message *message)
{
    for (; message != NULL; message = message->next) {
        add_value(&x->text, message->text);
        flush(x,
              message->level == OVAL_LEVEL_ERROR ||
                      message->level == OVAL_LEVEL_FATAL
                  ? OVAL_MARK_UNSURE
                  : OVAL_MARK_NONE,
              "message");
    }
}

static const char *flag_words(uint8_t flag)
{
    switch (flag) {
    case OVAL_FLAG_ERROR:
        return "it could not be collected";
    case OVAL_FLAG_INCOMPLETE:
        return "not everything could be collected";
    case OVAL_FLAG_DOES_NOT_EXIST:
        return "nothing like it is on this system";
    case OVAL_FLAG_NOT_COLLECTED:
        return "it was not collected";
    case OVAL_FLAG_NOT_APPLICABLE:
        return "it does not apply to this system";
    default:
        return NULL;
    }
}

static void add_fact(struct oval_explain *x, const struct oval_fact *fact)
{
    buf_add(&x->text, fact->name);
    buf_add_char(&x->text, ' ');
    if (fact->mask != 0)
        buf_add_c(&x->text, "(masked)");
    else if (fact->status != OVAL_EXISTS)
        buf_add_c(&x->text, oval_status_text(fact->status));
    else if (fact->datatype != OVAL_RECORD)
        add_value(&x->text, fact->value);
    for (uint32_t i = 0; fact->mask == 0 && i < fact->field_count; i++) {
        if (i == FACTS_SHOWN) {
            buf_add_c(&x->text, ", …");
            break;
        }
        buf_add_c(&x->text, i == 0 ? "" : ", ");
        add_fact(x, &fact->fields[i]);
    }
}

static bool has_entity(const struct oval_content *c, uint32_t first,
                       uint32_t count, str name)
{
    for (uint32_t i = 0; i < count; i++)
        if (str_eq(oval_name_text(c, c->entities.p[first + i].name), name))
            return true;
    return false;
}

/* The facts of an item that tell which one it is: those the object names,
 * the first ones where it names none. */
static void show_item(struct oval_explain *x, const struct oval_test *test,
                      const struct oval_item *item, enum oval_mark mark)
{
    const struct oval_content *c = oval_eval_content(x->eval);
    const struct oval_object *o = &c->objects.p[test->object];
    unsigned shown = 0;

    for (int pass = 0; pass < 2 && shown == 0; pass++)
        for (uint32_t i = 0; i < item->fact_count && shown < FACTS_SHOWN; i++) {
            const struct oval_fact *fact = &item->facts[i];

            if (pass == 0 &&
                !has_entity(c, o->entity_first, o->entity_count, fact->name))
                continue;
            if (shown++ > 0)
                buf_add_c(&x->text, ", ");
            add_fact(x, fact);
        }
    if (item->status != OVAL_EXISTS)
        buf_printf(&x->text, " (%s)", oval_status_text(item->status));
    flush(x, mark, "found");
}

static enum oval_result compare(struct oval_explain *x,
                                const struct oval_entity *e, str wanted,
                                str actual)
{
    const struct oval_content *c = oval_eval_content(x->eval);

    return oval_compare_entity(x->regexes,
                               &(struct oval_comparison){
                                   .entity = oval_name_text(c, e->name),
                                   .datatype = e->datatype,
                                   .operation = e->operation,
                                   .wanted = wanted,
                                   .actual = actual,
                               },
                               NULL);
}

static enum oval_result compare_values(struct oval_explain *x,
                                       const struct oval_entity *e, str actual)
{
    struct oval_values values = oval_eval_variable(x->eval, e->var);
    struct oval_tally tally = { 0 };

    for (uint32_t i = 0; i < values.count; i++)
        tally.n[compare(x, e, values.values[i], actual)]++;
    return oval_check_result(e->var_check, &tally);
}

/* How the fact compares with a state's entity; none for a record, whose
 * fields are compared together. */
static enum oval_mark mark_fact(struct oval_explain *x,
                                const struct oval_entity *e,
                                const struct oval_fact *fact)
{
    const struct oval_content *c = oval_eval_content(x->eval);

    if (fact->status == OVAL_STATUS_ERROR)
        return OVAL_MARK_UNSURE;
    if (fact->status == OVAL_DOES_NOT_EXIST)
        return OVAL_MARK_NO;
    if (fact->status != OVAL_EXISTS || e->datatype == OVAL_RECORD ||
        fact->datatype == OVAL_RECORD)
        return OVAL_MARK_NONE;
    if ((e->flags & OVAL_ENTITY_VAR) == 0)
        return oval_mark_of(
            compare(x, e, oval_name_text(c, e->value), fact->value));
    return e->var == OVAL_NONE
               ? OVAL_MARK_UNSURE
               : oval_mark_of(compare_values(x, e, fact->value));
}

static void show_entity(struct oval_explain *x, const struct oval_entity *e,
                        const struct oval_item *item)
{
    const struct oval_content *c = oval_eval_content(x->eval);
    str name = oval_name_text(c, e->name);
    unsigned shown = 0;

    for (uint32_t i = 0; i < item->fact_count && shown < FACTS_SHOWN; i++) {
        const struct oval_fact *fact = &item->facts[i];

        if (!str_eq(fact->name, name))
            continue;
        shown++;
        add_fact(x, fact);
        buf_add_c(&x->text, "; wanted: ");
        add_wanted(x, e);
        flush(x, mark_fact(x, e, fact), "compared");
    }
    if (shown > 0)
        return;
    buf_add(&x->text, name);
    buf_add_c(&x->text, " is not among its facts; wanted: ");
    add_wanted(x, e);
    flush(x, OVAL_MARK_UNSURE, "compared");
}

static void show_states(struct oval_explain *x, const struct oval_test *test,
                        const struct oval_item *item)
{
    const struct oval_content *c = oval_eval_content(x->eval);

    for (uint32_t i = 0; i < test->state_count; i++) {
        uint32_t at = c->state_refs.p[test->state_first + i];
        const struct oval_state *state;

        if (at == OVAL_NONE)
            continue;
        state = &c->states.p[at];
        for (uint32_t k = 0; k < state->entity_count; k++)
            show_entity(x, &c->entities.p[state->entity_first + k], item);
    }
}

static void show_items(struct oval_explain *x, const struct oval_test *test,
                       const struct oval_test_result *result,
                       const struct oval_collected *found)
{
    uint32_t n = result->items != NULL ? result->item_count : found->item_count;

    for (uint32_t i = 0; i < n && i < OVAL_EXPLAIN_ITEMS_MAX; i++) {
        const struct oval_item *item =
            result->items != NULL ? result->items[i].item : found->items[i];
        enum oval_mark mark = OVAL_MARK_NONE;

        if (result->items != NULL &&
            result->items[i].result != OVAL_NOT_EVALUATED)
            mark = oval_mark_of(result->items[i].result);
        show_item(x, test, item, mark);
        if (item->status == OVAL_EXISTS)
            show_states(x, test, item);
    }
    if (n > OVAL_EXPLAIN_ITEMS_MAX)
        explain_line(x, OVAL_MARK_NONE, "found", "and %u more",
                     n - OVAL_EXPLAIN_ITEMS_MAX);
}

static const char *existence_words(uint8_t existence)
{
    switch (existence) {
    case OVAL_ALL_EXIST:
        return "all of it must exist";
    case OVAL_NONE_EXIST:
        return "none may exist";
    case OVAL_ONLY_ONE_EXISTS:
        return "exactly one must exist";
    case OVAL_ANY_EXIST:
        return "it may be absent";
    default:
        return "at least one must exist";
    }
}

static const char *check_words(uint8_t check)
{
    switch (check) {
    case OVAL_CHECK_ALL:
        return ", and each must match";
    case OVAL_CHECK_AT_LEAST_ONE:
        return ", and one must match";
    case OVAL_CHECK_NONE_SATISFY:
        return ", and none may match";
    case OVAL_CHECK_ONLY_ONE:
        return ", and exactly one must match";
    default:
        return "";
    }
}

void explain_test(struct oval_explain *x, uint32_t index)
{
    const struct oval_content *c = oval_eval_content(x->eval);
    const struct oval_test *test = &c->tests.p[index];
    struct oval_test_result result = oval_eval_test(x->eval, index);
    struct oval_collected found;
    const char *flag;

    if (!result.evaluated) {
        explain_line(x, OVAL_MARK_NONE, "note",
                     "it was not needed, and so not evaluated");
        return;
    }
    show_messages(x, result.messages);
    if (test->object == OVAL_NONE)
        return;
    show_object(x, test);
    explain_line(x, OVAL_MARK_NONE, "asked", "%s%s",
                 existence_words(test->existence),
                 test->state_count > 0 ? check_words(test->check) : "");
    found = oval_eval_object(x->eval, test->object);
    show_messages(x, found.messages);
    flag = flag_words(found.flag);
    if (flag != NULL)
        explain_line(x,
                     found.flag == OVAL_FLAG_DOES_NOT_EXIST ? OVAL_MARK_NONE
                                                            : OVAL_MARK_UNSURE,
                     "found", "%s", flag);
    show_items(x, test, &result, &found);
}
