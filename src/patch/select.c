/* SPDX-License-Identifier: Apache-2.0 */
#include "patch/select.h"

#include <assert.h>
#include <stdlib.h>

#include "patch/select_int.h"

/* Of each patch the first of the named groups that it is in, or PATCH_NONE. */
static uint32_t *membership(const struct patch_catalogue *c,
                            const struct patch_policy *policy,
                            const uint32_t *groups, size_t count)
{
    uint32_t *of = mem_alloc(c->all.n + 1, sizeof(*of));

    memset(of, 0xff, (c->all.n + 1) * sizeof(*of));
    for (size_t i = 0; i < count; i++) {
        const struct patch_group *group = &policy->groups[groups[i]];

        for (size_t k = 0; k < group->id_count; k++) {
            uint32_t index = patch_catalogue_find(c, group->ids[k]);

            if (index != PATCH_NONE && of[index] == PATCH_NONE)
                of[index] = groups[i];
        }
    }
    return of;
}

static int resolve(const struct map *names, const char *what,
                   struct patch_texts texts, uint32_t *out, struct err *err)
{
    for (size_t i = 0; i < texts.n; i++) {
        out[i] = map_get(names, texts.p[i]);
        if (out[i] == MAP_NONE)
            return err_set(err, E_INVALID,
                           "%s[%zu]: there is no group '%" PRIstr "'", what, i,
                           ARGstr(str_sub(texts.p[i], 0, 64)));
    }
    return 0;
}

static int fill(struct patch_selector *s, struct err *err)
{
    const struct patch_policy *policy = &s->policy;
    const struct patch_options *options = policy->options;
    size_t include_n = options->include.n;
    AUTO(map_clear) struct map names = MAP;
    AUTO(mem_freep)
    uint32_t *groups =
        mem_alloc(include_n + options->exclude.n + 1, sizeof(*groups));
    AUTO(mem_freep) uint32_t *included = NULL;
    AUTO(mem_freep) uint32_t *excluded = NULL;
    int rc;

    for (size_t i = 0; i < policy->group_count; i++)
        (void)map_add(&names, policy->groups[i].name, (uint32_t)i);
    rc = resolve(&names, "include", options->include, groups, err);
    if (rc == 0)
        rc = resolve(&names, "exclude", options->exclude, groups + include_n,
                     err);
    if (rc < 0)
        return rc;
    included = membership(s->catalogue, policy, groups, include_n);
    excluded = membership(s->catalogue, policy, groups + include_n,
                          options->exclude.n);
    select_plain(s, included, excluded);
    return 0;
}

int patch_selector_new(const struct patch_catalogue *catalogue,
                       const struct patch_policy *policy,
                       struct patch_selector **out, struct err *err)
{
    AUTO(patch_selector_freep)
    struct patch_selector *s = mem_alloc(1, sizeof(*s));
    int rc;

    assert(catalogue->is_sealed);
    s->catalogue = catalogue;
    s->policy = *policy;
    s->plain = mem_alloc(catalogue->all.n + 1, sizeof(*s->plain));
    for (size_t i = 0; i < policy->suppression_count; i++) {
        const struct patch_suppression *row = &policy->suppressions[i];

        if (row->until == 0 || row->until > policy->now)
            (void)map_add(&s->suppressed, row->cve, (uint32_t)i);
    }
    rc = fill(s, err);
    if (rc == 0)
        *out = TAKE(s);
    return rc;
}

void patch_selector_free(struct patch_selector *s)
{
    if (s == NULL)
        return;
    map_clear(&s->suppressed);
    mem_free(s->plain);
    mem_free(s);
}

void patch_selector_freep(struct patch_selector **s)
{
    patch_selector_free(*s);
    *s = NULL;
}

struct patch_work *patch_work_new(const struct patch_catalogue *catalogue)
{
    struct patch_work *w = mem_alloc(1, sizeof(*w));
    size_t size = catalogue->all.n + 1;
    uint32_t *space = mem_alloc(size * 7, sizeof(*space));

    w->size = (uint32_t)size;
    w->seen = space;
    w->mark = space + size;
    w->owner = space + size * 2;
    w->stack = space + size * 3;
    w->tops = space + size * 4;
    w->cause = space + size * 5;
    w->reason = space + size * 6;
    w->state = mem_alloc(size, 1);
    return w;
}

void patch_work_free(struct patch_work *w)
{
    if (w == NULL)
        return;
    mem_free(w->seen);
    mem_free(w->state);
    mem_free(w->decisions);
    mem_free(w);
}

void patch_work_freep(struct patch_work **w)
{
    patch_work_free(*w);
    *w = NULL;
}

void select_pass(struct patch_work *w)
{
    if (w->pass == UINT32_MAX) {
        memset(w->mark, 0, w->size * sizeof(*w->mark));
        w->pass = 0;
    }
    w->pass++;
}

void select_spread(const struct patch_selector *s, struct patch_work *w,
                   uint32_t patch)
{
    const struct catalogue_links *below = &s->catalogue->below;
    uint32_t knot = s->catalogue->knot[patch];

    w->stack_n = 0;
    if (select_is_marked(w, knot))
        return; /* and so is all below it */
    w->stack[w->stack_n++] = knot;
    while (w->stack_n > 0) {
        struct patch_links to =
            catalogue_links_of(below, w->stack[--w->stack_n]);

        for (size_t i = 0; i < to.n; i++) {
            if (select_is_marked(w, to.p[i]))
                continue;
            w->mark[to.p[i]] = w->pass;
            w->owner[to.p[i]] = patch;
            w->stack[w->stack_n++] = to.p[i];
        }
    }
}

static void begin(const struct patch_selector *s, struct patch_work *w,
                  const uint32_t *missing, size_t count)
{
    if (w->call == UINT32_MAX) {
        memset(w->seen, 0, w->size * sizeof(*w->seen));
        w->call = 0;
    }
    w->call++;
    w->decision_n = 0;
    w->top_n = 0;
    while (w->decision_cap < count && w->decision_cap < w->size)
        vec_room((void **)&w->decisions, &w->decision_cap, w->decision_cap,
                 sizeof(*w->decisions));
    for (size_t i = 0; i < count; i++) {
        const struct plain *plain = &s->plain[missing[i]];

        if (select_is_missing(w, missing[i]))
            continue;
        w->seen[missing[i]] = w->call;
        w->decisions[w->decision_n++] = (struct patch_decision){
            .patch = missing[i],
            .by = PATCH_NONE,
            .detail = plain->detail,
            .rule = plain->rule,
            .deploy = plain->is_deployed,
            .past_vendors = plain->past_vendors,
        };
    }
}

void patch_select(const struct patch_selector *s, struct patch_work *w,
                  const uint32_t *missing, size_t count,
                  const struct patch_decision **out_decisions,
                  size_t *out_count)
{
    assert(w->size == s->catalogue->all.n + 1);
    begin(s, w, missing, count);
    if (s->policy.os == PATCH_LINUX)
        select_linux(s, w);
    else
        select_by_chains(s, w);
    *out_decisions = w->decisions;
    *out_count = w->decision_n;
}
