/* SPDX-License-Identifier: Apache-2.0 */
#include "oval/reason.h"

enum {
    DEPTH_MAX = 256,
    NODES_MAX = 20000
};

struct search {
    struct oval_reasons *reasons;
    struct oval_eval *eval;
    uint32_t budget;
};

static void add(struct oval_reasons *r, str text)
{
    if (text.n == 0)
        return;
    for (size_t i = 0; i < r->texts.n; i++)
        if (str_eq(r->texts.p[i], text))
            return;
    if (r->texts.n == OVAL_REASONS_MAX)
        r->more = true;
    else
        *vec_push(&r->texts) = text;
}

static bool add_messages(struct oval_reasons *r,
                         const struct oval_message *message)
{
    bool any = false;

    for (; message != NULL; message = message->next) {
        add(r, message->text);
        any = true;
    }
    return any;
}

static void own_reason(struct oval_reasons *r, const struct oval_content *c,
                       const struct oval_test *test, uint8_t flag)
{
    str id = oval_prose_text(c, test->id);
    str object = oval_prose_text(c, test->object_id);
    const char *what;

    switch (flag) {
    case OVAL_FLAG_ERROR:
        what = "could not be collected";
        break;
    case OVAL_FLAG_NOT_COLLECTED:
        what = "was not collected";
        break;
    case OVAL_FLAG_INCOMPLETE:
        what = "was collected in part only";
        break;
    default:
        what = "does not decide it";
        break;
    }
    add(r, arena_printf(&r->arena, "test %" PRIstr ": object %" PRIstr " %s",
                        ARGstr(id), ARGstr(object), what));
}

static bool reasons_of_variables(struct search *s, uint32_t test)
{
    struct oval_uses *uses = &s->reasons->uses;
    bool any = false;

    oval_uses_of_test(uses, oval_eval_content(s->eval), test);
    for (size_t i = 0; i < uses->variables.n; i++) {
        struct oval_values values =
            oval_eval_variable(s->eval, uses->variables.p[i]);

        if (values.evaluated && values.flag != OVAL_FLAG_COMPLETE)
            any = add_messages(s->reasons, values.messages) || any;
    }
    return any;
}

static void reasons_of_test(struct search *s, uint32_t index)
{
    const struct oval_content *c = oval_eval_content(s->eval);
    const struct oval_test *test = &c->tests.p[index];
    struct oval_test_result result = oval_eval_test(s->eval, index);
    struct oval_collected found = { .flag = OVAL_FLAG_NOT_COLLECTED };
    str kind = oval_name_text(c, c->kinds.p[test->kind].name);
    bool any;

    if (result.evaluated && result.result != OVAL_ERROR &&
        result.result != OVAL_UNKNOWN)
        return;
    any = add_messages(s->reasons, result.messages);
    if (test->object != OVAL_NONE) {
        found = oval_eval_object(s->eval, test->object);
        any = add_messages(s->reasons, found.messages) || any;
    }
    any = reasons_of_variables(s, index) || any;
    if (any)
        return;
    if (test->object != OVAL_NONE)
        own_reason(s->reasons, c, test, found.flag);
    else if (test->object_id != 0)
        add(s->reasons,
            arena_printf(&s->reasons->arena,
                         "object %" PRIstr " is not in the content",
                         ARGstr(oval_prose_text(c, test->object_id))));
    else
        add(s->reasons,
            arena_printf(&s->reasons->arena,
                         "test %" PRIstr " is of kind %" PRIstr
                         ", which cannot be evaluated",
                         ARGstr(oval_prose_text(c, test->id)), ARGstr(kind)));
}

static void search_node(struct search *s, uint32_t at, unsigned depth)
{
    const struct oval_content *c = oval_eval_content(s->eval);
    const struct oval_node *node = &c->nodes.p[at];
    bool missing = node->a == OVAL_NONE;

    if (depth > DEPTH_MAX || s->budget == 0)
        return;
    s->budget--;
    switch (node->type) {
    case OVAL_NODE_CRITERION:
        if (missing)
            add(s->reasons, STR("a criterion names a test that is not in the "
                                "content"));
        else
            reasons_of_test(s, node->a);
        return;
    case OVAL_NODE_EXTEND:
        if (missing)
            add(s->reasons, STR("a definition that is extended is not in the "
                                "content"));
        else if (c->definitions.p[node->a].criteria != OVAL_NONE)
            search_node(s, c->definitions.p[node->a].criteria, depth + 1);
        return;
    case OVAL_NODE_CRITERIA:
        for (uint32_t i = at + 1; i < node->end; i = c->nodes.p[i].end)
            search_node(s, i, depth + 1);
        return;
    default:
        add(s->reasons, arena_printf(&s->reasons->arena,
                                     "the criteria hold \"%" PRIstr
                                     "\", which is not in the language",
                                     ARGstr(oval_prose_text(c, node->text))));
        return;
    }
}

void oval_reasons_fill(struct oval_reasons *r, struct oval_eval *eval,
                       uint32_t index)
{
    const struct oval_content *c = oval_eval_content(eval);
    const struct oval_definition *d = &c->definitions.p[index];
    struct search s = { r, eval, NODES_MAX };
    enum oval_result result;

    arena_clear(&r->arena);
    r->texts.n = 0;
    r->more = false;
    if (!oval_eval_result(eval, index, &result)) {
        add(r, STR("it was not evaluated"));
        return;
    }
    if (result != OVAL_ERROR && result != OVAL_UNKNOWN &&
        result != OVAL_NOT_EVALUATED)
        return;
    if (d->criteria != OVAL_NONE)
        search_node(&s, d->criteria, 0);
    if (r->texts.n == 0 && (d->flags & OVAL_DEPRECATED) != 0)
        add(r, STR("the definition is deprecated"));
    if (r->texts.n == 0 && d->criteria == OVAL_NONE)
        add(r, STR("the definition has no criteria"));
    if (r->texts.n == 0)
        add(r, STR("its tests leave it undecided"));
}

void oval_reasons_clear(struct oval_reasons *r)
{
    arena_clear(&r->arena);
    vec_clear(&r->texts);
    oval_uses_clear(&r->uses);
    memset(r, 0, sizeof(*r));
}
