/* SPDX-License-Identifier: Apache-2.0
 *
 * Items on their way in. An item is built in scratch memory, matched against
 * what the object wants, passed through the filters, and only then copied
 * into the evaluation: what a filter drops costs no memory.
 */
#include <inttypes.h>
#include <stdarg.h>

#include "oval/eval_int.h"
#include "oval/hidden.h"

enum {
    SINK_ITEM_MAX = 64 << 20, /* bytes of one item's texts */
    SINK_ITEMS_MAX = 20 * 1000 * 1000,
};

static void add_message(struct oval_eval *eval, struct messages *messages,
                        enum oval_level level, const char *text)
{
    struct oval_message *m;

    if (messages->n >= EVAL_MESSAGES_MAX)
        return;
    messages->n++;
    m = arena_alloc(&eval->arena, 1, sizeof(*m));
    m->level = (uint8_t)level;
    m->text = messages->n < EVAL_MESSAGES_MAX
                  ? arena_str(&eval->arena, str_c(text))
                  : STR("further messages are not kept");
    if (messages->last == NULL)
        messages->first = m;
    else
        *messages->last = m;
    messages->last = &m->next;
}

void eval_message(struct oval_eval *eval, struct messages *messages,
                  enum oval_level level, const char *format, ...)
{
    char text[ERR_TEXT_MAX];
    va_list args;

    va_start(args, format);
    vsnprintf(text, sizeof(text), format, args);
    va_end(args);
    add_message(eval, messages, level, text);
}

void sink_init(struct oval_sink *sink, struct oval_eval *eval,
               const struct oval_query *query, struct object_state *state)
{
    *sink = (struct oval_sink){ .eval = eval,
                                .query = query,
                                .state = state,
                                .flag = OVAL_FLAG_COMPLETE,
                                .scratch = BUF_INIT(SINK_ITEM_MAX) };
}

void sink_finish(struct oval_sink *sink)
{
    struct object_state *state = sink->state;
    size_t n = sink->items.n;

    state->item_count = (uint32_t)n;
    if (n > 0) {
        state->items =
            arena_alloc(&sink->eval->arena, n, sizeof(*state->items));
        memcpy(state->items, sink->items.p, n * sizeof(*state->items));
    }
    if (sink->flag_set)
        state->flag = sink->flag;
    else
        state->flag = n > 0 ? OVAL_FLAG_COMPLETE : OVAL_FLAG_DOES_NOT_EXIST;
    vec_clear(&sink->facts);
    vec_clear(&sink->view);
    vec_clear(&sink->items);
    buf_clear(&sink->scratch);
}

/* --- building --- */

void oval_item_begin(struct oval_sink *sink, const char *kind)
{
    sink->kind = kind;
    sink->status = OVAL_EXISTS;
    sink->facts.n = 0;
    sink->record = 0;
    buf_reset(&sink->scratch);
}

static struct building *add_fact(struct oval_sink *sink, const char *name,
                                 enum oval_datatype datatype,
                                 enum oval_status status)
{
    struct building *fact = vec_push(&sink->facts);

    fact->name = name;
    fact->datatype = (uint8_t)datatype;
    fact->status = (uint8_t)status;
    fact->is_field = sink->record > 0;
    if (sink->record > 0)
        sink->facts.p[sink->record - 1].field_count++;
    return &sink->facts.p[sink->facts.n - 1];
}

void oval_item_typed(struct oval_sink *sink, const char *name,
                     enum oval_datatype datatype, str value)
{
    struct building *fact = add_fact(sink, name, datatype, OVAL_EXISTS);

    fact->at = sink->scratch.n;
    fact->n = value.n;
    buf_add(&sink->scratch, value);
}

void oval_item_str(struct oval_sink *sink, const char *name, str value)
{
    oval_item_typed(sink, name, OVAL_STRING, value);
}

void oval_item_int(struct oval_sink *sink, const char *name, int64_t value)
{
    char text[24];
    int n = snprintf(text, sizeof(text), "%" PRId64, value);

    oval_item_typed(sink, name, OVAL_INT, (str){ text, (size_t)n });
}

void oval_item_bool(struct oval_sink *sink, const char *name, bool value)
{
    oval_item_typed(sink, name, OVAL_BOOLEAN,
                    value ? STR("true") : STR("false"));
}

void oval_item_status(struct oval_sink *sink, const char *name,
                      enum oval_datatype datatype, enum oval_status status)
{
    add_fact(sink, name, datatype, status);
}

void oval_item_record(struct oval_sink *sink, const char *name)
{
    add_fact(sink, name, OVAL_RECORD, OVAL_EXISTS);
    sink->record = sink->facts.n;
}

void oval_item_record_end(struct oval_sink *sink)
{
    sink->record = 0;
}

size_t oval_item_bytes(const struct oval_sink *sink)
{
    return sink->scratch.n + sink->facts.n * sizeof(struct oval_fact);
}

void oval_item_set_status(struct oval_sink *sink, enum oval_status status)
{
    sink->status = (uint8_t)status;
}

void oval_sink_flag(struct oval_sink *sink, enum oval_flag flag)
{
    /* From what takes precedence to what gives way. */
    static const uint8_t rank[OVAL_FLAGS] = {
        [OVAL_FLAG_ERROR] = 5,          [OVAL_FLAG_INCOMPLETE] = 4,
        [OVAL_FLAG_NOT_COLLECTED] = 3,  [OVAL_FLAG_NOT_APPLICABLE] = 2,
        [OVAL_FLAG_DOES_NOT_EXIST] = 0, [OVAL_FLAG_COMPLETE] = 1,
    };

    if (!sink->flag_set || rank[flag] > rank[sink->flag])
        sink->flag = (uint8_t)flag;
    sink->flag_set = true;
}

void oval_sink_message(struct oval_sink *sink, enum oval_level level,
                       const char *format, ...)
{
    char text[ERR_TEXT_MAX];
    va_list args;

    va_start(args, format);
    vsnprintf(text, sizeof(text), format, args);
    va_end(args);
    add_message(sink->eval, &sink->state->messages, level, text);
}

void oval_sink_error(struct oval_sink *sink, const char *format, ...)
{
    char text[ERR_TEXT_MAX];
    va_list args;

    va_start(args, format);
    vsnprintf(text, sizeof(text), format, args);
    va_end(args);
    oval_sink_flag(sink, OVAL_FLAG_ERROR);
    add_message(sink->eval, &sink->state->messages, OVAL_LEVEL_ERROR, text);
}

void oval_sink_trust(struct oval_sink *sink)
{
    sink->trusted = true;
}

struct arena *oval_sink_arena(struct oval_sink *sink)
{
    return &sink->eval->arena;
}

/* Whether an item belongs to the object depends on what is hidden in it. */
static void say_hidden(struct oval_sink *sink)
{
    oval_sink_flag(sink, OVAL_FLAG_INCOMPLETE);
    oval_sink_message(sink, OVAL_LEVEL_INFO,
                      "a password or key that is not told decides what belongs "
                      "to it");
}

enum oval_result oval_sink_match(struct oval_sink *sink,
                                 const struct oval_want *want, str value)
{
    struct err err = { 0 };
    enum oval_result result = match_value(sink->eval, want, value, &err);

    if (result == OVAL_ERROR)
        oval_sink_error(sink, "%" PRIstr ": %s", ARGstr(want->name),
                        err_text(&err));
    if (result == OVAL_UNKNOWN &&
        oval_is_hidden(sink->eval->source->hidden, value))
        say_hidden(sink);
    return result;
}

/* --- keeping --- */

/* The facts as views into scratch memory: facts first, then all fields. */
static size_t view_facts(struct oval_sink *sink)
{
    size_t n = sink->facts.n;
    size_t top = 0;
    size_t field = 0;

    sink->view.n = 0;
    for (size_t i = 0; i < n; i++)
        (void)vec_push(&sink->view);
    for (size_t i = 0; i < n; i++)
        top += !sink->facts.p[i].is_field;
    field = top;
    top = 0;
    for (size_t i = 0; i < n; i++) {
        const struct building *b = &sink->facts.p[i];
        struct oval_fact *to;

        to = &sink->view.p[b->is_field ? field++ : top++];
        to->name = str_c(b->name);
        to->datatype = b->datatype;
        to->status = b->status;
        to->value = b->status == OVAL_EXISTS && b->datatype != OVAL_RECORD
                        ? str_sub(buf_str(&sink->scratch), b->at, b->n)
                        : STR_NONE;
        to->field_count = b->field_count;
        to->fields = b->field_count > 0 ? &sink->view.p[field] : NULL;
    }
    return top;
}

static bool passes_filters(struct oval_sink *sink, size_t n)
{
    const struct oval_query *query = sink->query;
    struct err err = { 0 };

    for (size_t i = 0; i < query->filter_count; i++) {
        enum oval_result r =
            match_item(sink->eval, &query->filters[i], sink->view.p, n, &err);

        if (r == OVAL_TRUE && !query->filters[i].include)
            return false;
        if (r == OVAL_FALSE && query->filters[i].include)
            return false;
        if (r == OVAL_ERROR || r == OVAL_UNKNOWN)
            oval_sink_error(sink, "a filter cannot be decided: %s",
                            r == OVAL_ERROR ? err_text(&err)
                                            : "a fact is not collected");
    }
    return true;
}

/* Does the item belong to the object? */
static bool belongs(struct oval_sink *sink, size_t n)
{
    struct err err = { 0 };

    if (sink->trusted || sink->eval->source->recorded)
        return true;
    switch (match_object(sink->eval, sink->query, sink->view.p, n, &err)) {
    case OVAL_TRUE:
        return true;
    case OVAL_ERROR:
        oval_sink_error(sink, "%s", err_text(&err));
        return false;
    case OVAL_UNKNOWN:
        say_hidden(sink);
        return false;
    default:
        return false;
    }
}

/* The items of an object are a set. */
static void add_item(struct oval_sink *sink, const struct oval_item *item)
{
    uint32_t *given = &sink->eval->given.p[item->id - 1];

    if (*given == sink->query->object + 1)
        return;
    *given = sink->query->object + 1;
    *vec_push(&sink->items) = item;
}

static uint64_t hash_facts(const struct oval_fact *facts, size_t n,
                           uint64_t seed)
{
    for (size_t i = 0; i < n; i++) {
        const char kind[2] = { (char)facts[i].datatype, (char)facts[i].status };

        seed = str_hash_after(facts[i].name, seed);
        seed = str_hash_after(facts[i].value, seed);
        seed = str_hash_after((str){ kind, sizeof(kind) }, seed);
        seed = hash_facts(facts[i].fields, facts[i].field_count, seed);
    }
    return seed;
}

static bool same_facts(const struct oval_fact *a, const struct oval_fact *b,
                       size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (!str_eq(a[i].name, b[i].name) || !str_eq(a[i].value, b[i].value) ||
            a[i].datatype != b[i].datatype || a[i].status != b[i].status ||
            a[i].field_count != b[i].field_count ||
            !same_facts(a[i].fields, b[i].fields, a[i].field_count))
            return false;
    return true;
}

static const struct oval_fact *copy_facts(struct oval_eval *eval,
                                          const struct oval_fact *facts,
                                          size_t n)
{
    struct oval_fact *copy;

    if (n == 0)
        return NULL;
    copy = arena_alloc(&eval->arena, n, sizeof(*copy));
    for (size_t i = 0; i < n; i++) {
        copy[i] = facts[i];
        if (facts[i].value.n > 0)
            copy[i].value = arena_str(&eval->arena, facts[i].value);
        else if (facts[i].value.p != NULL)
            copy[i].value = STR("");
        copy[i].fields =
            copy_facts(eval, facts[i].fields, facts[i].field_count);
    }
    return copy;
}

static void grow_slots(struct oval_eval *eval)
{
    uint32_t count =
        eval->item_slot_count == 0 ? 256 : eval->item_slot_count * 2;

    mem_free(eval->item_slots);
    eval->item_slots = mem_alloc(count, sizeof(*eval->item_slots));
    eval->item_slot_count = count;
    for (size_t i = 0; i < eval->items.n; i++) {
        uint32_t at = (uint32_t)eval->items.p[i]->hash & (count - 1);

        while (eval->item_slots[at] != 0)
            at = (at + 1) & (count - 1);
        eval->item_slots[at] = (uint32_t)i + 1;
    }
}

/* Keeps a copy of an item, or finds the same one. */
static const struct oval_item *keep_item(struct oval_eval *eval,
                                         const char *kind, uint8_t status,
                                         const struct oval_fact *facts,
                                         size_t n)
{
    uint64_t hash = hash_facts(facts, n, str_hash(str_c(kind)) + status);
    struct oval_item *item;
    uint32_t at;

    if (eval->items.n + 1 > eval->item_slot_count / 4 * 3)
        grow_slots(eval);
    at = (uint32_t)hash & (eval->item_slot_count - 1);
    for (; eval->item_slots[at] != 0;
         at = (at + 1) & (eval->item_slot_count - 1)) {
        const struct oval_item *old = eval->items.p[eval->item_slots[at] - 1];

        if (old->hash == hash && old->fact_count == n &&
            old->status == status && strcmp(old->kind, kind) == 0 &&
            same_facts(old->facts, facts, n))
            return old;
    }
    item = arena_alloc(&eval->arena, 1, sizeof(*item));
    item->id = (uint32_t)eval->items.n + 1;
    item->status = status;
    item->kind = kind;
    item->fact_count = (uint32_t)n;
    item->facts = copy_facts(eval, facts, n);
    item->hash = hash;
    *vec_push(&eval->items) = item;
    *vec_push(&eval->given) = 0;
    eval->item_slots[at] = item->id;
    return item;
}

void oval_item_end(struct oval_sink *sink)
{
    struct err err = { 0 };
    size_t n = view_facts(sink);

    if (buf_finish(&sink->scratch, "an item", &err) < 0) {
        oval_sink_error(sink, "%s", err_text(&err));
        return;
    }
    if (!belongs(sink, n))
        return;
    if (sink->query->filter_count > 0 && !sink->eval->source->recorded &&
        !passes_filters(sink, n))
        return;
    if (sink->items.n >= SINK_ITEMS_MAX) {
        oval_sink_error(sink, "more than %d items", SINK_ITEMS_MAX);
        return;
    }
    add_item(sink,
             keep_item(sink->eval, sink->kind, sink->status, sink->view.p, n));
}
