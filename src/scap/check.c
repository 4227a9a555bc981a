/* SPDX-License-Identifier: Apache-2.0
 *
 * Checks (NISTIR 7275, 7.2.3.5). A rule is visited twice by the same code:
 * once to plan what its check needs, once to read what it came to.
 */
#include "oval/reason.h"
#include "scap/eval_int.h"

/* Results from strongest to weakest, for AND and for OR (NISTIR 7275, tables
 * for complex-check): the result is the first that occurs. */
static const uint8_t and_order[] = {
    XCCDF_FAIL,        XCCDF_UNKNOWN,       XCCDF_ERROR,
    XCCDF_PASS,        XCCDF_NOTAPPLICABLE, XCCDF_NOTCHECKED,
    XCCDF_NOTSELECTED, XCCDF_INFORMATIONAL, XCCDF_FIXED,
};
static const uint8_t or_order[] = {
    XCCDF_PASS,        XCCDF_UNKNOWN,       XCCDF_ERROR,
    XCCDF_FAIL,        XCCDF_NOTAPPLICABLE, XCCDF_NOTCHECKED,
    XCCDF_NOTSELECTED, XCCDF_INFORMATIONAL, XCCDF_FIXED,
};

/* What one check came to. */
struct outcome {
    enum xccdf_result result;
    str message;
    str href;
    str name;
    uint32_t session;
    uint32_t definition;
};

static bool is_oval(const struct xccdf_check *check)
{
    return str_eq(check->system, STR(SCAP_SYSTEM_OVAL));
}

static const struct xccdf_check *choose_of(const struct xccdf_check *checks,
                                           str selector, bool can_run)
{
    for (; checks != NULL; checks = checks->next) {
        if (!str_eq(checks->selector, selector))
            continue;
        if (!can_run || checks->complex_ || is_oval(checks))
            return checks;
    }
    return NULL;
}

/* A complex check before a simple one; with the selector before without. */
const struct xccdf_check *check_choose(const struct scap_rule *rule)
{
    const struct xccdf_check *found;

    for (found = rule->checks; found != NULL; found = found->next)
        if (found->complex_)
            return found;
    if (choose_of(rule->checks, rule->selector, false) != NULL)
        return choose_of(rule->checks, rule->selector, true);
    return choose_of(rule->checks, STR_NONE, true);
}

static enum xccdf_result negated(enum xccdf_result result)
{
    if (result == XCCDF_PASS)
        return XCCDF_FAIL;
    return result == XCCDF_FAIL ? XCCDF_PASS : result;
}

/* For vulnerabilities and patches, true is bad (SCAP 1.2, 4.5.2). */
static enum xccdf_result of_oval(enum oval_class class_,
                                 enum oval_result result)
{
    bool inverse =
        class_ == OVAL_CLASS_VULNERABILITY || class_ == OVAL_CLASS_PATCH;

    switch (result) {
    case OVAL_TRUE:
        return inverse ? XCCDF_FAIL : XCCDF_PASS;
    case OVAL_FALSE:
        return inverse ? XCCDF_PASS : XCCDF_FAIL;
    case OVAL_ERROR:
        return XCCDF_ERROR;
    case OVAL_NOT_EVALUATED:
        return XCCDF_NOTCHECKED;
    case OVAL_NOT_APPLICABLE:
        return XCCDF_NOTAPPLICABLE;
    default:
        return XCCDF_UNKNOWN;
    }
}

static str reasons_of(struct work *work, struct oval_eval *eval,
                      uint32_t definition)
{
    AUTO(oval_reasons_clear) struct oval_reasons reasons = { 0 };
    str text = STR_NONE;

    oval_reasons_fill(&reasons, eval, definition);
    for (size_t i = 0; i < reasons.texts.n; i++)
        text = i == 0 ? arena_str(work_arena(work), reasons.texts.p[i])
                      : arena_printf(work_arena(work), "%" PRIstr "; %" PRIstr,
                                     ARGstr(text), ARGstr(reasons.texts.p[i]));
    return text;
}

static void read_definition(struct work *work, uint32_t session,
                            uint32_t definition, struct outcome *out)
{
    struct oval_eval *eval = work->result->sessions.p[session].eval;
    const struct oval_content *c = oval_eval_content(eval);
    enum oval_result result = OVAL_NOT_EVALUATED;

    (void)oval_eval_result(eval, definition, &result);
    out->result = of_oval(c->definitions.p[definition].class_, result);
    out->session = session;
    out->definition = definition;
    out->name = oval_name_text(c, c->definitions.p[definition].id);
    if (result != OVAL_TRUE && result != OVAL_FALSE)
        out->message = reasons_of(work, eval, definition);
}

static void fold(struct outcome *all, const struct outcome *one, bool or_,
                 bool first)
{
    const uint8_t *order = or_ ? or_order : and_order;

    if (first) {
        *all = *one;
        return;
    }
    for (size_t i = 0; i < COUNT(and_order); i++) {
        if (order[i] == all->result)
            return;
        if (order[i] == one->result) {
            *all = *one;
            return;
        }
    }
}

/* All definitions of the document, as one: AND. */
static void visit_document(struct work *work, uint32_t session,
                           struct outcome *out)
{
    uint32_t component = work->result->sessions.p[session].component;
    uint32_t n =
        work->policy->scap->components.p[component].oval->definitions.n;

    for (uint32_t i = 0; i < n; i++) {
        struct outcome one = *out;

        if (!work->running) {
            session_want(work, session, i);
            continue;
        }
        read_definition(work, session, i, &one);
        fold(out, &one, false, i == 0);
    }
}

/* One alternative. False: it is not there, so the next one is tried. */
static bool visit_content(struct work *work, const struct xccdf_check *check,
                          const struct xccdf_content *content,
                          struct outcome *out)
{
    const struct scap_policy *policy = work->policy;
    uint32_t component =
        scap_find_component(policy->scap, policy->ref, content->href);
    uint32_t definition;
    uint32_t session;

    if (component == SCAP_NONE ||
        policy->scap->components.p[component].oval == NULL) {
        out->message = arena_printf(
            work_arena(work), "'%" PRIstr "' is not in the content%s",
            ARGstr(content->href),
            scap_is_remote(policy->scap, policy->ref, content->href)
                ? ", and nothing is fetched during an evaluation"
                : "");
        return false;
    }
    session = session_find(work, component, check);
    if (session == SCAP_NONE) {
        out->message = STR("the content asks for too many sets of values");
        return false;
    }
    out->href = content->href;
    if (content->name.n == 0) {
        visit_document(work, session, out);
        return true;
    }
    definition = session_definition(work, session, content->name);
    if (definition == OVAL_NONE) {
        out->message = arena_printf(
            work_arena(work),
            "there is no definition '%" PRIstr "' in '%" PRIstr "'",
            ARGstr(content->name), ARGstr(content->href));
        return false;
    }
    if (work->running)
        read_definition(work, session, definition, out);
    else
        session_want(work, session, definition);
    return true;
}

static void cannot_run(struct work *work, const struct xccdf_check *check,
                       struct outcome *out)
{
    if (str_find(check->system, STR("ocil")) < check->system.n)
        out->message = STR("its check asks a person (OCIL)");
    else if (str_find(check->system, STR("SCE")) < check->system.n)
        out->message = STR("its check is a script (SCE), and no script is run");
    else
        out->message = arena_printf(
            work_arena(work), "there is no way to run checks of '%" PRIstr "'",
            ARGstr(check->system));
}

static void visit_simple(struct work *work, const struct xccdf_check *check,
                         struct outcome *out)
{
    bool found = false;

    if (!is_oval(check)) {
        cannot_run(work, check, out);
    } else if (check->contents == NULL) {
        out->message = STR("its check refers to no content");
    } else {
        const struct xccdf_content *c = check->contents;

        for (; c != NULL && !found; c = c->next)
            found = visit_content(work, check, c, out);
    }
}

/* The recursion is bounded by the depth of the XML. */
static void visit_check(struct work *work, const struct xccdf_check *check,
                        struct outcome *out)
{
    const struct xccdf_check *child = check->children;

    out->result = XCCDF_NOTCHECKED;
    out->session = SCAP_NONE;
    if (!check->complex_)
        visit_simple(work, check, out);
    for (bool first = true; child != NULL; child = child->next) {
        struct outcome one = { 0 };

        visit_check(work, child, &one);
        fold(out, &one, check->or_, first);
        first = false;
    }
    if (check->negate)
        out->result = negated(out->result);
}

static void give(struct work *work, uint32_t item,
                 const struct xccdf_check *check, const struct outcome *o)
{
    struct scap_rule_result *r = result_add(work, item, o->result, NULL);

    r->check = check;
    r->href = o->href;
    r->name = check->complex_ ? STR_NONE : o->name;
    r->message = o->message;
    r->session = o->session;
    r->definition = o->definition;
    if (r->role == XCCDF_ROLE_UNSCORED &&
        (r->result == XCCDF_PASS || r->result == XCCDF_FAIL))
        r->result = XCCDF_INFORMATIONAL;
}

/* multi-check: a result for each definition of the document. */
static bool visit_multi(struct work *work, uint32_t item,
                        const struct xccdf_check *check)
{
    const struct scap_policy *policy = work->policy;
    const struct xccdf_content *content = check->contents;
    uint32_t component;
    uint32_t session;
    uint32_t n;

    if (!check->multi || check->complex_ || !is_oval(check) ||
        content == NULL || content->name.n > 0)
        return false;
    component = scap_find_component(policy->scap, policy->ref, content->href);
    if (component == SCAP_NONE ||
        policy->scap->components.p[component].oval == NULL)
        return false;
    session = session_find(work, component, check);
    n = policy->scap->components.p[component].oval->definitions.n;
    if (session == SCAP_NONE || n == 0)
        return false;
    for (uint32_t i = 0; i < n; i++) {
        struct outcome one = { .href = content->href };

        if (!work->running) {
            session_want(work, session, i);
            continue;
        }
        read_definition(work, session, i, &one);
        if (check->negate)
            one.result = negated(one.result);
        give(work, item, check, &one);
        work->result->rules.p[work->result->rules.n - 1].multi = true;
    }
    return true;
}

/* Why no check of the rule could be taken. */
static void give_none(struct work *work, uint32_t item,
                      const struct scap_rule *rule)
{
    struct outcome out = { .session = SCAP_NONE };

    if (!work->running)
        return;
    if (rule->checks == NULL)
        out.message = STR("it has no check: a person must look");
    else
        cannot_run(work, rule->checks, &out);
    result_add(work, item, XCCDF_NOTCHECKED, NULL)->message = out.message;
}

void check_visit(struct work *work, uint32_t item)
{
    const struct scap_rule *rule = &work->policy->rules[item];
    const struct xccdf_check *check = check_choose(rule);
    struct outcome out = { 0 };

    if (check == NULL) {
        give_none(work, item, rule);
        return;
    }
    if (visit_multi(work, item, check))
        return;
    visit_check(work, check, &out);
    if (work->running)
        give(work, item, check, &out);
}
