/* SPDX-License-Identifier: Apache-2.0
 *
 * Linux: a package is always brought to its newest version (P-LNX-2), with
 * what that requires (P-LNX-3); what cannot be brought there because it, or
 * something it needs, is kept back, is left alone (P-LNX-7).
 *
 * "Newest" are the tops: those that no other missing patch supersedes.
 */
#include "patch/select_int.h"

enum {
    TOP = 1,
    BROKEN = 2,     /* kept back, or needs what is; cause[] is which */
    WANTED = 4,     /* a top that is selected; reason[] is by which */
    DEPENDENCY = 8, /* reason[] requires it */
};

static bool has(const struct patch_work *w, uint32_t index, int flag)
{
    return (w->state[index] & flag) != 0;
}

static bool is_candidate(const struct patch_selector *s,
                         const struct patch_work *w, uint32_t index)
{
    return select_is_missing(w, index) && s->plain[index].is_active;
}

static void find_tops(const struct patch_selector *s, struct patch_work *w)
{
    select_pass(w);
    for (size_t i = 0; i < w->decision_n; i++) {
        uint32_t index = w->decisions[i].patch;

        if (s->plain[index].is_active)
            select_spread(s, w, index);
    }
    for (size_t i = 0; i < w->decision_n; i++) {
        uint32_t index = w->decisions[i].patch;

        w->state[index] = 0;
        if (s->plain[index].is_active && !select_is_below(s, w, index))
            w->state[index] = TOP;
    }
}

/* Patches to look at, on work->tops: each enters once. */
static void put(struct patch_work *w, uint32_t index)
{
    w->tops[w->top_n++] = index;
}

static void set_broken(const struct patch_selector *s, struct patch_work *w,
                       uint32_t index, uint32_t cause)
{
    if (!is_candidate(s, w, index) || has(w, index, BROKEN))
        return;
    w->state[index] |= BROKEN;
    w->cause[index] = cause;
    put(w, index);
}

/* What an older one would become cannot be: nor can the older one. */
static void break_below(const struct patch_selector *s, struct patch_work *w,
                        uint32_t top)
{
    const struct patch_catalogue *c = s->catalogue;

    w->stack_n = 0;
    w->stack[w->stack_n++] = c->knot[top];
    while (w->stack_n > 0) {
        struct patch_links to =
            catalogue_links_of(&c->below, w->stack[--w->stack_n]);

        for (size_t i = 0; i < to.n; i++) {
            struct patch_links all = catalogue_links_of(&c->members, to.p[i]);

            if (select_is_marked(w, to.p[i]))
                continue;
            w->mark[to.p[i]] = w->pass;
            w->stack[w->stack_n++] = to.p[i];
            for (size_t k = 0; k < all.n; k++)
                set_broken(s, w, all.p[k], top);
        }
    }
}

static void find_broken(const struct patch_selector *s, struct patch_work *w)
{
    select_pass(w);
    w->top_n = 0;
    for (size_t i = 0; i < w->decision_n; i++) {
        uint32_t index = w->decisions[i].patch;

        if (s->plain[index].is_blocked)
            set_broken(s, w, index, index);
    }
    for (uint32_t i = 0; i < w->top_n; i++) {
        uint32_t index = w->tops[i];
        struct patch_links users =
            catalogue_links_of(&s->catalogue->needed_by, index);

        for (size_t k = 0; k < users.n; k++)
            set_broken(s, w, users.p[k], index);
        if (has(w, index, TOP))
            break_below(s, w, index);
    }
}

static void want_top(struct patch_work *w, uint32_t index, uint32_t reason,
                     int flag)
{
    if (has(w, index, WANTED))
        return;
    w->state[index] |= (uint8_t)(WANTED | flag);
    w->reason[index] = reason;
    put(w, index);
}

static void want_knot(const struct patch_selector *s, struct patch_work *w,
                      uint32_t knot, uint32_t reason)
{
    struct patch_links all = catalogue_links_of(&s->catalogue->members, knot);

    for (size_t i = 0; i < all.n; i++) {
        if (is_candidate(s, w, all.p[i]) && has(w, all.p[i], TOP))
            want_top(w, all.p[i], reason, 0);
    }
}

/* The newest of those that replace an older one. What was walked before has
 * its tops already. */
static void want_newest(const struct patch_selector *s, struct patch_work *w,
                        uint32_t older)
{
    const struct patch_catalogue *c = s->catalogue;

    w->stack_n = 0;
    w->stack[w->stack_n++] = c->knot[older];
    while (w->stack_n > 0) {
        struct patch_links to =
            catalogue_links_of(&c->above, w->stack[--w->stack_n]);

        for (size_t i = 0; i < to.n; i++) {
            if (select_is_marked(w, to.p[i]))
                continue;
            w->mark[to.p[i]] = w->pass;
            w->stack[w->stack_n++] = to.p[i];
            want_knot(s, w, to.p[i], older);
        }
    }
}

static void want_dependencies(const struct patch_selector *s,
                              struct patch_work *w, uint32_t top)
{
    struct patch_links needs = catalogue_links_of(&s->catalogue->needs, top);

    for (size_t i = 0; i < needs.n; i++) {
        if (!is_candidate(s, w, needs.p[i]))
            continue;
        if (has(w, needs.p[i], TOP))
            want_top(w, needs.p[i], top, DEPENDENCY);
        else
            want_newest(s, w, needs.p[i]);
    }
}

static void find_wanted(const struct patch_selector *s, struct patch_work *w)
{
    select_pass(w);
    w->top_n = 0;
    for (size_t i = 0; i < w->decision_n; i++) {
        uint32_t index = w->decisions[i].patch;

        if (s->plain[index].is_deployed && has(w, index, TOP))
            want_top(w, index, index, 0);
    }
    for (size_t i = 0; i < w->decision_n; i++) {
        uint32_t index = w->decisions[i].patch;

        if (s->plain[index].is_deployed && !has(w, index, TOP))
            want_newest(s, w, index);
    }
    for (uint32_t i = 0; i < w->top_n; i++) {
        if (!has(w, w->tops[i], BROKEN))
            want_dependencies(s, w, w->tops[i]);
    }
}

static void set_rule(struct patch_decision *d, enum patch_rule rule,
                     uint32_t by)
{
    d->rule = rule;
    d->by = by;
    d->detail = PATCH_NONE;
    d->deploy = rule <= PATCH_BY_DEPENDENCY;
}

static void decide_top(struct patch_work *w, struct patch_decision *d)
{
    uint32_t reason = w->reason[d->patch];

    if (!has(w, d->patch, WANTED))
        return;
    if (has(w, d->patch, BROKEN))
        set_rule(d, PATCH_NEEDS_EXCLUDED, w->cause[d->patch]);
    else if (has(w, d->patch, DEPENDENCY))
        set_rule(d, PATCH_BY_DEPENDENCY, reason);
    else if (reason != d->patch)
        set_rule(d, PATCH_BY_NEWEST, reason);
}

/* Marks what the wanted tops replace: those that will be deployed, or those
 * that cannot be. */
static void mark_replaced(const struct patch_selector *s, struct patch_work *w,
                          bool is_broken)
{
    select_pass(w);
    for (uint32_t i = 0; i < w->top_n; i++) {
        uint32_t top = w->tops[i];

        if (has(w, top, BROKEN) == is_broken)
            select_spread(s, w, top);
    }
}

static void decide_older(const struct patch_selector *s, struct patch_work *w,
                         enum patch_rule rule)
{
    for (size_t i = 0; i < w->decision_n; i++) {
        struct patch_decision *d = &w->decisions[i];
        const struct plain *plain = &s->plain[d->patch];

        if (!plain->is_active || plain->is_blocked || has(w, d->patch, TOP) ||
            !select_is_below(s, w, d->patch))
            continue;
        if (rule == PATCH_REPLACED || plain->is_deployed)
            set_rule(d, rule, w->owner[s->catalogue->knot[d->patch]]);
    }
}

void select_linux(const struct patch_selector *s, struct patch_work *w)
{
    find_tops(s, w);
    find_broken(s, w);
    find_wanted(s, w);
    select_sort_tops(s, w);
    mark_replaced(s, w, true);
    decide_older(s, w, PATCH_NEEDS_EXCLUDED);
    mark_replaced(s, w, false);
    decide_older(s, w, PATCH_REPLACED);
    for (size_t i = 0; i < w->decision_n; i++) {
        struct patch_decision *d = &w->decisions[i];

        if (s->plain[d->patch].is_active && !s->plain[d->patch].is_blocked &&
            has(w, d->patch, TOP))
            decide_top(w, d);
    }
}
