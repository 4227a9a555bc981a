/* SPDX-License-Identifier: Apache-2.0
 *
 * What the tests of a footprint come to for the packages of a device.
 */
#include "oval/fleet_worker.h"
#include "oval/inventory_package.h"

/* --- packages as items --- */

static const struct oval_item *item_of(struct worker *w,
                                       enum oval_manager manager,
                                       const struct fleet_package *package)
{
    uint32_t number = (uint32_t)(package - w->fleet->packages.p);
    const struct oval_item **slot = &w->item[manager].p[number];
    struct inventory_facts facts;
    struct oval_fact *copy;
    struct oval_item *item;

    if (*slot != NULL)
        return *slot;
    inventory_facts_of(&facts, manager, &package->text, &w->items);
    copy = arena_alloc(&w->items, facts.n, sizeof(*copy));
    memcpy(copy, facts.fact, facts.n * sizeof(*copy));
    item = arena_alloc(&w->items, 1, sizeof(*item));
    item->status = OVAL_EXISTS;
    item->kind =
        manager == OVAL_MANAGER_RPM ? "linux:rpminfo" : "linux:dpkginfo";
    item->fact_count = (uint32_t)facts.n;
    item->facts = copy;
    *slot = item;
    return item;
}

static int by_package(const void *a, const void *b)
{
    const struct fleet_package *x = *(const struct fleet_package *const *)a;
    const struct fleet_package *y = *(const struct fleet_package *const *)b;

    return inventory_package_order(&x->text, &y->text);
}

static void choose(struct worker *w, const uint32_t *groups, uint32_t n)
{
    const struct oval_fleet *fleet = w->fleet;

    w->chosen.n = 0;
    for (uint32_t i = 0; i < n; i++) {
        const struct fleet_group *g = &fleet->groups.p[groups[i]];

        for (uint32_t k = 0; k < g->count; k++)
            *vec_push(&w->chosen) =
                &fleet->packages.p[fleet->members.p[g->first + k]];
    }
    if (w->chosen.n > 1)
        qsort(w->chosen.p, w->chosen.n, sizeof(*w->chosen.p), by_package);
}

/* Items are equal when all their facts are. */
static bool same_item(enum oval_manager manager, const struct oval_installed *a,
                      const struct oval_installed *b)
{
    return str_eq(a->name, b->name) && str_eq(a->evr, b->evr) &&
           str_eq(a->arch, b->arch) &&
           (manager != OVAL_MANAGER_RPM || str_eq(a->key_id, b->key_id));
}

static void collect_items(struct worker *w, enum oval_manager manager)
{
    w->collected.n = 0;
    for (size_t i = 0; i < w->chosen.n; i++)
        if (i == 0 || !same_item(manager, &w->chosen.p[i - 1]->text,
                                 &w->chosen.p[i]->text))
            *vec_push(&w->collected) = item_of(w, manager, w->chosen.p[i]);
}

/* --- traces --- */

static void add_pair(struct worker *w, uint32_t test, enum oval_result result)
{
    *vec_push(&w->pairs) = (struct pair){ test, result };
}

static void compare_fast(struct worker *w, const struct plan_footprint *f)
{
    struct object_state o = { .progress = DONE, .flag = OVAL_FLAG_COMPLETE };

    collect_items(w, f->manager);
    o.items = w->collected.p;
    o.item_count = (uint32_t)w->collected.n;
    for (size_t i = 0; i < f->tests.n; i++) {
        uint32_t test = f->tests.p[i];
        enum oval_result r = test_on_object(w->eval, test, &w->scratch, &o);

        if (r != w->absent[test])
            add_pair(w, test, r);
    }
}

/* The ordinary evaluator, on a device that has these packages and no other. */
static int evaluate_slow(struct worker *w, const struct plan_footprint *f,
                         uint32_t env_number, struct err *err)
{
    AUTO(oval_source_freep) struct oval_source *source = NULL;
    AUTO(oval_eval_freep) struct oval_eval *eval = NULL;
    const struct fleet_env *env = &w->fleet->envs.p[env_number];
    struct oval_inventory inventory = { .os = env->os,
                                        .manager = env->manager };
    struct oval_installed *list =
        mem_alloc(w->chosen.n, sizeof(struct oval_installed));
    struct base *base;
    int rc;

    for (size_t i = 0; i < w->chosen.n; i++)
        if (!w->chosen.p[i]->pseudo)
            list[inventory.package_count++] = w->chosen.p[i]->text;
    inventory.packages = list;
    rc = worker_base(w, env_number, &base, err);
    if (rc == 0)
        rc = oval_inventory_source_new(&inventory, &w->fleet->options, &source,
                                       err);
    if (rc == 0)
        rc = oval_eval_new(w->content, source, NULL, &eval, err);
    for (size_t i = 0; rc == 0 && i < f->tests.n; i++) {
        uint32_t test = f->tests.p[i];
        enum oval_result r = test_evaluate(eval, test);

        if (eval->failed) {
            *err = eval->fatal;
            rc = eval->fatal.code < 0 ? eval->fatal.code : E_IO;
        } else if (r != base->envs[w->plan->tests[test].env]) {
            add_pair(w, test, r);
        }
    }
    mem_free(list);
    return rc;
}

struct trace_key {
    const struct worker *w;
    struct trace trace;
    const uint32_t *groups;
};

static bool same_trace(const void *ctx, uint32_t number)
{
    const struct trace_key *key = ctx;
    const struct trace *t = &key->w->traces.p[number];

    return t->footprint == key->trace.footprint && t->env == key->trace.env &&
           t->group_count == key->trace.group_count &&
           memcmp(&key->w->trace_groups.p[t->group], key->groups,
                  t->group_count * sizeof(uint32_t)) == 0;
}

/* The trace of a footprint and the groups of it, ascending. */
static int trace_of(struct worker *w, struct trace want, const uint32_t *groups,
                    uint32_t *out, struct err *err)
{
    const struct plan_footprint *f = &w->plan->footprints.p[want.footprint];
    struct trace_key key = { w, want, groups };
    uint64_t hash = str_hash_after(
        (str){ (const char *)groups, want.group_count * sizeof(*groups) },
        (uint64_t)want.env << 32 | want.footprint);
    uint32_t number = fleet_index_find(&w->trace_index, hash, same_trace, &key);
    int rc = 0;

    if (number != OVAL_NONE) {
        *out = number;
        return 0;
    }
    choose(w, groups, want.group_count);
    want.pair = (uint32_t)w->pairs.n;
    if (f->kind == PLAN_FAST)
        compare_fast(w, f);
    else
        rc = evaluate_slow(w, f, want.env, err);
    if (rc < 0) {
        w->pairs.n = want.pair;
        return rc;
    }
    want.pair_count = (uint32_t)w->pairs.n - want.pair;
    want.group = (uint32_t)w->trace_groups.n;
    for (uint32_t i = 0; i < want.group_count; i++)
        *vec_push(&w->trace_groups) = groups[i];
    number = (uint32_t)w->traces.n;
    *vec_push(&w->traces) = want;
    *vec_push(&w->trace_stamp) = 0;
    *vec_push(&w->trace_slot) = 0;
    fleet_index_add(&w->trace_index, hash, number);
    *out = number;
    return 0;
}

void worker_forget(struct worker *w)
{
    for (unsigned m = 0; m < COUNT(w->hits); m++) {
        memset(w->hits[m].p, 0, w->hits[m].n * sizeof(*w->hits[m].p));
        memset(w->item[m].p, 0, w->item[m].n * sizeof(*w->item[m].p));
    }
    arena_clear(&w->items);
    w->traces.n = 0;
    w->trace_groups.n = 0;
    w->pairs.n = 0;
    w->trace_stamp.n = 0;
    w->trace_slot.n = 0;
    w->led.n = 0;
    fleet_index_clear(&w->trace_index);
}

/* --- what a group leads to --- */

static void lead_to(struct worker *w, const struct fleet_package *package,
                    enum oval_manager manager)
{
    const struct fleet_plan *plan = w->plan;
    uint32_t link = map_get(&plan->by_name, package->text.name);

    for (; link != OVAL_NONE; link = plan->links.p[link].next)
        if (plan->footprints.p[plan->links.p[link].footprint].manager ==
            manager)
            *vec_push(&w->led) = plan->links.p[link].footprint;
    for (size_t i = 0; i < plan->slow.n; i++)
        if (fleet_plan_wants(plan, w->eval,
                             &plan->footprints.p[plan->slow.p[i]],
                             package->text.name))
            *vec_push(&w->led) = plan->slow.p[i];
}

static int look_at(struct worker *w, enum oval_manager manager, uint32_t group,
                   struct err *err)
{
    const struct fleet_group *g = &w->fleet->groups.p[group];
    uint32_t at = (uint32_t)w->led.n;
    uint32_t *hit = &w->hits[manager].p[group];
    struct trace want = { .env = OVAL_NONE, .group_count = 1 };
    uint32_t trace;
    int rc;

    lead_to(w, &w->fleet->packages.p[w->fleet->members.p[g->first]], manager);
    if (w->led.n == at) {
        *hit = HIT_NOTHING;
        return 0;
    }
    want.footprint = w->led.p[at];
    if (w->led.n - at > 1 || !w->plan->footprints.p[want.footprint].one_name) {
        *vec_push(&w->led) = OVAL_NONE;
        *hit = HIT_SEVERAL + at;
        return 0;
    }
    w->led.n = at;
    rc = trace_of(w, want, &group, &trace, err);
    if (rc == 0)
        *hit = HIT_TRACE + trace;
    return rc;
}

static int by_value(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a;
    uint64_t y = *(const uint64_t *)b;

    return x < y ? -1 : x > y;
}

static void add_found(struct worker *w, uint32_t trace)
{
    if (w->traces.p[trace].pair_count > 0)
        *vec_push(&w->found) = trace;
}

/* Footprints that several groups of the device belong to, or that share a
 * name. */
static int find_several(struct worker *w, uint32_t env, struct err *err)
{
    size_t i = 0;

    if (w->several.n > 1)
        qsort(w->several.p, w->several.n, sizeof(*w->several.p), by_value);
    while (i < w->several.n) {
        struct trace want = { .footprint = (uint32_t)(w->several.p[i] >> 32) };
        uint32_t trace;
        int rc;

        want.env = w->plan->footprints.p[want.footprint].kind == PLAN_SLOW
                       ? env
                       : OVAL_NONE;
        w->groups.n = 0;
        for (; i < w->several.n && w->several.p[i] >> 32 == want.footprint; i++)
            *vec_push(&w->groups) = (uint32_t)w->several.p[i];
        want.group_count = (uint32_t)w->groups.n;
        rc = trace_of(w, want, w->groups.p, &trace, err);
        if (rc < 0)
            return rc;
        add_found(w, trace);
    }
    return 0;
}

int worker_traces(struct worker *w, uint32_t device, struct err *err)
{
    const struct fleet_device *d = &w->fleet->devices.p[device];
    enum oval_manager manager = w->fleet->envs.p[d->env].manager;
    struct fleet_walk walk = fleet_walk(d);
    const uint32_t *hits = w->hits[manager].p;

    w->found.n = 0;
    w->several.n = 0;
    while (fleet_walk_next(&walk)) {
        uint32_t hit = hits[walk.group];

        if (hit == HIT_UNSEEN) {
            int rc = look_at(w, manager, walk.group, err);

            if (rc < 0)
                return rc;
            hit = hits[walk.group];
        }
        if (hit == HIT_NOTHING)
            continue;
        if (hit < HIT_SEVERAL) {
            add_found(w, hit - HIT_TRACE);
            continue;
        }
        for (uint32_t i = hit - HIT_SEVERAL; w->led.p[i] != OVAL_NONE; i++)
            *vec_push(&w->several) = (uint64_t)w->led.p[i] << 32 | walk.group;
    }
    return find_several(w, d->env, err);
}
