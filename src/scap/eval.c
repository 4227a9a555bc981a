/* SPDX-License-Identifier: Apache-2.0 */
#include "scap/eval.h"

#include "scap/eval_int.h"

struct arena *work_arena(struct work *work)
{
    return &work->result->arena;
}

struct scap_rule_result *result_add(struct work *work, uint32_t item,
                                    enum xccdf_result result,
                                    const char *message)
{
    const struct scap_rule *rule = &work->policy->rules[item];
    struct scap_rule_result *r = vec_push(&work->result->rules);

    r->item = item;
    r->result = (uint8_t)result;
    r->severity = rule->severity;
    r->role = rule->role;
    r->weight = rule->weight;
    r->message = str_c(message);
    r->session = SCAP_NONE;
    return r;
}

static void give_not_selected(struct work *work, uint32_t item)
{
    const struct scap_rule *rule = &work->policy->rules[item];
    struct scap_rule_result *r =
        result_add(work, item, XCCDF_NOTSELECTED, NULL);

    if (rule->because != NULL)
        r->message = arena_printf(work_arena(work), "%s: '%" PRIstr "'",
                                  rule->because, ARGstr(rule->because_of));
}

/* True when the rule's check has to be looked at. */
static bool is_checked(const struct work *work, uint32_t item)
{
    const struct scap_rule *rule = &work->policy->rules[item];

    return rule->selected && !work->not_applicable[item] &&
           rule->role != XCCDF_ROLE_UNCHECKED;
}

static void give_rule(struct work *work, uint32_t item)
{
    const struct scap_rule *rule = &work->policy->rules[item];

    if (is_checked(work, item))
        check_visit(work, item);
    else if (!rule->selected)
        give_not_selected(work, item);
    else if (work->not_applicable[item])
        result_add(work, item, XCCDF_NOTAPPLICABLE, work->why[item]);
    else
        result_add(work, item, XCCDF_NOTCHECKED,
                   "its role is 'unchecked' in this profile");
}

static bool is_rule(const struct work *work, uint32_t item)
{
    const struct xccdf_item *i = &work->policy->benchmark->items.p[item];

    return i->kind == XCCDF_RULE && !i->abstract_;
}

static int evaluate(struct work *work, struct err *err)
{
    uint32_t n = work->policy->benchmark->items.n > UINT32_MAX - 1
                     ? UINT32_MAX - 1
                     : (uint32_t)work->policy->benchmark->items.n;
    int rc = applicable_find(work, err);

    if (rc < 0)
        return rc;
    work->result->applicable = !work->not_applicable[0];
    work->result->not_applicable = str_c(work->why[0]);
    for (uint32_t i = 0; i < n; i++)
        if (is_rule(work, i) && is_checked(work, i))
            check_visit(work, i);
    for (uint32_t i = 0; rc == 0 && i < work->sessions.n; i++)
        rc = session_run(work, i, err);
    work->running = true;
    for (uint32_t i = 0; rc == 0 && i < n; i++)
        if (is_rule(work, i))
            give_rule(work, i);
    return rc;
}

static void work_clear(struct work *work)
{
    for (size_t i = 0; i < work->sessions.n; i++)
        session_clear(&work->sessions.p[i]);
    vec_clear(&work->sessions);
    map_clear(&work->platforms);
    mem_free(work->not_applicable);
    mem_free(work->why);
}

int scap_eval(struct scap_policy *policy, struct oval_source *source,
              const struct scap_eval_options *options, struct scap_result **out,
              struct err *err)
{
    AUTO(scap_result_freep)
    struct scap_result *result = mem_alloc(1, sizeof(*result));
    AUTO(work_clear)
    struct work work = {
        .result = result, .policy = policy, .source = source, .options = options
    };
    size_t n = policy->benchmark->items.n;
    int rc;

    work.not_applicable = mem_alloc(n, sizeof(*work.not_applicable));
    work.why = mem_alloc(n, sizeof(*work.why));
    result->policy = policy;
    result->source = source;
    result->start_s = options->now_s;
    rc = evaluate(&work, err);
    if (rc < 0)
        return rc;
    result->end_s = options->clock == NULL ? options->now_s : options->clock();
    scap_score(result);
    *out = TAKE(result);
    return 0;
}

void scap_result_free(struct scap_result *result)
{
    if (result == NULL)
        return;
    for (size_t i = 0; i < result->sessions.n; i++) {
        oval_eval_free(result->sessions.p[i].eval);
        oval_variables_free(result->sessions.p[i].variables);
    }
    vec_clear(&result->sessions);
    vec_clear(&result->rules);
    arena_clear(&result->arena);
    mem_free(result);
}

void scap_result_freep(struct scap_result **result)
{
    scap_result_free(*result);
    *result = NULL;
}
