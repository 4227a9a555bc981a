/* SPDX-License-Identifier: Apache-2.0
 *
 * What the content is for. A platform is a CPE name, which a dictionary of
 * the content says how to recognise, or the id of a platform specification.
 * It is met only when a check is true: what cannot be decided is not met, and
 * the reason is said.
 */
#include "scap/eval_int.h"

enum {
    PLATFORM_NOT_MET,
    PLATFORM_MET,
    PLATFORM_UNKNOWN, /* there is no such platform, or no way to tell */
    TEST_DEPTH_MAX = 100,
};

struct look {
    struct work *work;
    bool planning;
    unsigned depth;
};

static int check_definition(struct look *look, uint32_t ref, str system,
                            str href, str name)
{
    struct work *work = look->work;
    uint32_t component = scap_find_component(work->policy->scap, ref, href);
    enum oval_result result;
    uint32_t session;
    uint32_t at;

    if (!str_eq(system, STR(SCAP_SYSTEM_OVAL)) || component == SCAP_NONE ||
        work->policy->scap->components.p[component].oval == NULL)
        return PLATFORM_UNKNOWN;
    session = session_find(work, component, NULL);
    if (session == SCAP_NONE)
        return PLATFORM_UNKNOWN;
    at = session_definition(work, session, name);
    if (at == OVAL_NONE)
        return PLATFORM_UNKNOWN;
    if (look->planning) {
        session_want(work, session, at);
        return PLATFORM_UNKNOWN;
    }
    if (!oval_eval_result(work->result->sessions.p[session].eval, at, &result))
        return PLATFORM_UNKNOWN;
    return result == OVAL_TRUE    ? PLATFORM_MET
           : result == OVAL_FALSE ? PLATFORM_NOT_MET
                                  : PLATFORM_UNKNOWN;
}

static int look_at_item(struct look *look, uint32_t ref,
                        const struct cpe_item *item)
{
    int result = PLATFORM_UNKNOWN;

    for (const struct cpe_check *c = item->checks; c != NULL; c = c->next) {
        int one = check_definition(look, ref, c->system, c->href, c->name);

        if (one == PLATFORM_MET)
            return one;
        if (one == PLATFORM_NOT_MET)
            result = one;
    }
    return result;
}

/* The same name first; without it, what the name includes. */
static int look_at_dictionary(struct look *look, uint32_t ref,
                              const struct cpe_list *list, str name,
                              bool exactly)
{
    int result = PLATFORM_UNKNOWN;

    for (const struct cpe_item *i = list->items; i != NULL; i = i->next) {
        bool named = cpe_includes(name, i->name) &&
                     (!exactly || cpe_includes(i->name, name));
        int one = named ? look_at_item(look, ref, i) : PLATFORM_UNKNOWN;

        if (one == PLATFORM_MET)
            return one;
        if (one == PLATFORM_NOT_MET)
            result = one;
    }
    return result;
}

/* Calls for each dictionary of the policy's stream. */
static int look_at_name(struct look *look, str name, bool exactly)
{
    const struct scap *scap = look->work->policy->scap;
    uint32_t stream = scap->refs.p[look->work->policy->ref].stream;
    int result = PLATFORM_UNKNOWN;

    for (uint32_t i = 0; i < scap->refs.n; i++) {
        const struct scap_ref *ref = &scap->refs.p[i];
        int one;

        if (ref->stream != stream || ref->component == SCAP_NONE ||
            scap->components.p[ref->component].cpe == NULL)
            continue;
        one = look_at_dictionary(
            look, i, scap->components.p[ref->component].cpe, name, exactly);
        if (one == PLATFORM_MET)
            return one;
        if (one == PLATFORM_NOT_MET)
            result = one;
    }
    return result;
}

static int look_at_cpe(struct look *look, str name)
{
    int result = look_at_name(look, name, true);

    if (result != PLATFORM_UNKNOWN && !look->planning)
        return result;
    return look_at_name(look, name, false);
}

static int look_at_test(struct look *look, const struct cpe_test *test)
{
    bool any_unknown = false;
    bool decided = false;

    if (test->kind == CPE_FACT)
        return look_at_cpe(look, test->name);
    if (test->kind == CPE_CHECK_FACT)
        return check_definition(look, look->work->policy->ref, test->system,
                                test->href, test->name);
    if (look->depth >= TEST_DEPTH_MAX)
        return PLATFORM_UNKNOWN;
    look->depth++;
    for (const struct cpe_test *t = test->children; t != NULL; t = t->next) {
        int one = look_at_test(look, t);

        any_unknown |= one == PLATFORM_UNKNOWN;
        decided |= one == (test->or_ ? PLATFORM_MET : PLATFORM_NOT_MET);
    }
    look->depth--;
    if (!decided && any_unknown)
        return PLATFORM_UNKNOWN;
    /* OR is met, and AND is not, when one child decided it. */
    return (decided == test->or_) != test->negate ? PLATFORM_MET
                                                  : PLATFORM_NOT_MET;
}

static const struct cpe_platform *find_platform(const struct cpe_platform *list,
                                                str id)
{
    for (; list != NULL; list = list->next)
        if (str_eq(list->id, id))
            return list;
    return NULL;
}

static int look_at_platform(struct look *look, str text)
{
    const struct scap_policy *policy = look->work->policy;
    const struct cpe_platform *platform;
    str id = text.n > 0 && text.p[0] == '#' ? str_sub(text, 1, text.n) : text;

    if (cpe_is_name(text))
        return look_at_cpe(look, text);
    platform = find_platform(policy->benchmark->platforms, id);
    for (size_t i = 0; platform == NULL && i < policy->scap->components.n; i++)
        if (policy->scap->components.p[i].cpe != NULL)
            platform =
                find_platform(policy->scap->components.p[i].cpe->platforms, id);
    if (platform == NULL || platform->test == NULL)
        return PLATFORM_UNKNOWN;
    return look_at_test(look, platform->test);
}

static void plan(struct look *look, const struct xccdf_note *platforms)
{
    struct work *work = look->work;

    for (; platforms != NULL; platforms = platforms->next) {
        if (map_get(&work->platforms, platforms->text) != MAP_NONE)
            continue;
        map_set(&work->platforms, platforms->text, PLATFORM_UNKNOWN);
        (void)look_at_platform(look, platforms->text);
    }
}

/* True when the list is empty or one of it is met. */
static bool is_met(struct work *work, const struct xccdf_note *platforms,
                   const char **out_why)
{
    bool unknown = false;

    if (platforms == NULL)
        return true;
    for (const struct xccdf_note *n = platforms; n != NULL; n = n->next) {
        uint32_t result = map_get(&work->platforms, n->text);

        if (result == PLATFORM_MET)
            return true;
        unknown |= result != PLATFORM_NOT_MET;
    }
    *out_why = arena_printf(work_arena(work),
                            unknown ? "whether this system is '%" PRIstr
                                      "' cannot be told by the content"
                                    : "it is for '%" PRIstr
                                      "', which this system is not",
                            ARGstr(platforms->text))
                   .p;
    return false;
}

static const struct xccdf_note *platforms_of(const struct work *work,
                                             uint32_t item)
{
    return work->policy->rules[item].platforms;
}

static const struct xccdf_note *profile_platforms(const struct work *work)
{
    return work->policy->profile == NULL ? NULL
                                         : work->policy->profile->platforms;
}

static int evaluate(struct look *look, struct err *err)
{
    struct work *work = look->work;
    int rc = 0;

    plan(look, profile_platforms(work));
    for (uint32_t i = 0; i < work->policy->benchmark->items.n; i++)
        if (work->policy->rules[i].selected)
            plan(look, platforms_of(work, i));
    for (uint32_t i = 0; rc == 0 && i < work->sessions.n; i++)
        rc = session_run(work, i, err);
    look->planning = false;
    return rc;
}

static void settle(struct look *look, const struct xccdf_note *platforms)
{
    struct work *work = look->work;

    for (; platforms != NULL; platforms = platforms->next)
        map_set(&work->platforms, platforms->text,
                (uint32_t)look_at_platform(look, platforms->text));
}

int applicable_find(struct work *work, struct err *err)
{
    const struct xccdf_benchmark *b = work->policy->benchmark;
    struct look look = { .work = work, .planning = true };
    int rc = evaluate(&look, err);

    if (rc < 0)
        return rc;
    settle(&look, profile_platforms(work));
    for (uint32_t i = 0; i < b->items.n; i++) {
        uint32_t parent = b->items.p[i].parent;

        if (!work->policy->rules[i].selected)
            continue;
        settle(&look, platforms_of(work, i));
        work->not_applicable[i] =
            !is_met(work, platforms_of(work, i), &work->why[i]) ||
            (i == 0 && !is_met(work, profile_platforms(work), &work->why[i]));
        if (parent != XCCDF_NONE && work->not_applicable[parent]) {
            work->not_applicable[i] = true;
            work->why[i] = work->why[parent];
        }
    }
    return 0;
}
