/* SPDX-License-Identifier: Apache-2.0 */
#include "base/buf.h"
#include "oval/variables.h"
#include "scap/eval_int.h"

enum {
    VALUES_MAX = 1 << 20
};

static struct oval_content *content_of(const struct work *work,
                                       uint32_t component)
{
    return work->policy->scap->components.p[component].oval;
}

/* The values of an exported Value as one text, to compare them. */
static str joined(struct work *work, uint32_t value)
{
    AUTO(buf_clear) struct buf text = BUF(VALUES_MAX);
    const struct xccdf_note *n = work->policy->values[value].values;

    for (; n != NULL; n = n->next) {
        buf_add(&text, n->text);
        buf_add_char(&text, '\n');
    }
    return arena_str(work_arena(work), buf_str(&text));
}

/* Does the session bind one of the check's variables to something else? */
static bool disagrees(struct work *work, const struct work_session *s,
                      const struct xccdf_check *check)
{
    const struct xccdf_export *e = check == NULL ? NULL : check->exports;

    for (; e != NULL; e = e->next) {
        uint32_t value = xccdf_find_value(work->policy->benchmark, e->value);
        uint32_t bound = map_get(&s->bound, e->name);

        if (value == XCCDF_NONE || bound == MAP_NONE)
            continue;
        if (!str_eq(s->values.p[bound], joined(work, value)))
            return true;
    }
    return false;
}

static void bind_value(struct work *work, uint32_t session, str name,
                       uint32_t value)
{
    struct work_session *s = &work->sessions.p[session];
    struct scap_session *to = &work->result->sessions.p[session];
    const struct oval_content *c = content_of(work, to->component);
    const struct xccdf_note *n = work->policy->values[value].values;
    uint32_t variable = map_get(&s->variables, name);
    enum oval_datatype datatype =
        variable == MAP_NONE ? OVAL_STRING : c->variables.p[variable].datatype;

    if (map_add(&s->bound, name, (uint32_t)s->values.n) != s->values.n)
        return;
    *vec_push(&s->values) = joined(work, value);
    for (; n != NULL; n = n->next)
        oval_variables_add(to->variables, name, datatype, n->text);
}

static void bind(struct work *work, uint32_t session,
                 const struct xccdf_check *check)
{
    const struct xccdf_export *e = check == NULL ? NULL : check->exports;

    for (; e != NULL; e = e->next) {
        uint32_t value = xccdf_find_value(work->policy->benchmark, e->value);

        if (value != XCCDF_NONE && work->policy->values[value].set)
            bind_value(work, session, e->name, value);
    }
}

static void index_content(struct work_session *s, const struct oval_content *c)
{
    map_reserve(&s->variables, c->variables.n);
    for (uint32_t i = 0; i < c->variables.n; i++)
        map_add(&s->variables, oval_prose_text(c, c->variables.p[i].id), i);
    map_reserve(&s->definitions, c->definitions.n);
    for (uint32_t i = 0; i < c->definitions.n; i++)
        map_add(&s->definitions, oval_name_text(c, c->definitions.p[i].id), i);
    s->is_wanted = mem_alloc(c->definitions.n + 1, sizeof(*s->is_wanted));
}

static uint32_t add_session(struct work *work, uint32_t component)
{
    struct scap_session *session = vec_push(&work->result->sessions);
    struct work_session *s = vec_push(&work->sessions);

    session->component = component;
    session->variables = oval_variables_new();
    index_content(s, content_of(work, component));
    return (uint32_t)work->sessions.n - 1;
}

uint32_t session_find(struct work *work, uint32_t component,
                      const struct xccdf_check *check)
{
    uint32_t found = SCAP_NONE;

    for (uint32_t i = 0; found == SCAP_NONE && i < work->sessions.n; i++)
        if (work->result->sessions.p[i].component == component &&
            !disagrees(work, &work->sessions.p[i], check))
            found = i;
    if (found == SCAP_NONE && work->sessions.n < SESSIONS_MAX)
        found = add_session(work, component);
    if (found != SCAP_NONE)
        bind(work, found, check);
    return found;
}

uint32_t session_definition(struct work *work, uint32_t session, str id)
{
    return map_get(&work->sessions.p[session].definitions, id);
}

void session_want(struct work *work, uint32_t session, uint32_t definition)
{
    struct work_session *s = &work->sessions.p[session];

    if (s->is_wanted[definition])
        return;
    s->is_wanted[definition] = true;
    *vec_push(&s->wanted) = definition;
}

int session_run(struct work *work, uint32_t session, struct err *err)
{
    struct scap_session *s = &work->result->sessions.p[session];
    struct work_session *own = &work->sessions.p[session];
    struct oval_eval_options options = {
        .detail = work->options->detail,
        .variables = s->variables,
        .progress = work->options->progress,
        .progress_ctx = work->options->progress_ctx,
    };
    int rc = 0;

    if (s->eval == NULL)
        rc = oval_eval_new(content_of(work, s->component), work->source,
                           &options, &s->eval, err);
    return rc < 0 ? rc
                  : oval_eval_list(s->eval, own->wanted.p, own->wanted.n, err);
}

void session_clear(struct work_session *s)
{
    map_clear(&s->bound);
    map_clear(&s->variables);
    map_clear(&s->definitions);
    vec_clear(&s->values);
    vec_clear(&s->wanted);
    mem_free(s->is_wanted);
}
