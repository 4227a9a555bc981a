/* SPDX-License-Identifier: Apache-2.0
 *
 * Supersedence on Windows (P-SEL-12, 14; P-PRV-5) and macOS (P-SEL-13).
 */
#include <stdlib.h>

#include "patch/select_int.h"

/* Windows: every patch that the device lacks; but a preview that is not
 * selected displaces nothing. macOS: every one that is selected. */
static bool displaces(const struct patch_selector *s, uint32_t index)
{
    const struct plain *plain = &s->plain[index];

    if (s->policy.os == PATCH_MACOS)
        return plain->is_deployed;
    return plain->is_active &&
           (plain->is_deployed || !s->catalogue->all.p[index].preview);
}

struct ordered {
    uint64_t order;
    uint32_t index;
};

static int by_order(const void *a, const void *b)
{
    const struct ordered *x = a;
    const struct ordered *y = b;

    return (x->order > y->order) - (x->order < y->order);
}

void select_sort_tops(const struct patch_selector *s, struct patch_work *w)
{
    AUTO(mem_freep)
    struct ordered *list = mem_alloc((size_t)w->top_n + 1, sizeof(*list));

    for (uint32_t i = 0; i < w->top_n; i++) {
        uint32_t top = w->tops[i];

        list[i] = (struct ordered){
            (uint64_t)!s->plain[top].is_deployed << 32 |
                s->catalogue->rank[top],
            top,
        };
    }
    qsort(list, w->top_n, sizeof(*list), by_order);
    for (uint32_t i = 0; i < w->top_n; i++)
        w->tops[i] = list[i].index;
}

static bool has_below(const struct patch_selector *s, uint32_t index)
{
    uint32_t knot = s->catalogue->knot[index];

    return catalogue_links_of(&s->catalogue->below, knot).n > 0;
}

/* Those that displace something and are not displaced. */
static void find_tops(const struct patch_selector *s, struct patch_work *w)
{
    select_pass(w);
    for (size_t i = 0; i < w->decision_n; i++) {
        uint32_t index = w->decisions[i].patch;

        if (displaces(s, index))
            select_spread(s, w, index);
    }
    for (size_t i = 0; i < w->decision_n; i++) {
        uint32_t index = w->decisions[i].patch;

        if (displaces(s, index) && !select_is_below(s, w, index) &&
            has_below(s, index))
            w->tops[w->top_n++] = index;
    }
}

static void displace(const struct patch_selector *s, struct patch_work *w,
                     struct patch_decision *d)
{
    const struct plain *plain = &s->plain[d->patch];
    bool is_windows = s->policy.os == PATCH_WINDOWS;

    if (!select_is_below(s, w, d->patch) || !plain->is_active ||
        plain->is_blocked || (!is_windows && !plain->is_deployed))
        return;
    d->by = w->owner[s->catalogue->knot[d->patch]];
    d->rule = is_windows ? PATCH_SUPERSEDED : PATCH_OLDER;
    d->detail = PATCH_NONE;
    d->deploy = false;
    d->past_vendors = false;
    /* Those that are deployed own first: this one is not. */
    d->held_back =
        plain->is_urgent && !plain->is_excluded && !s->plain[d->by].is_deployed;
}

void select_by_chains(const struct patch_selector *s, struct patch_work *w)
{
    find_tops(s, w);
    if (w->top_n == 0)
        return;
    if (w->top_n > 1)
        select_sort_tops(s, w);
    select_pass(w);
    for (uint32_t i = 0; i < w->top_n; i++)
        select_spread(s, w, w->tops[i]);
    for (size_t i = 0; i < w->decision_n; i++)
        displace(s, w, &w->decisions[i]);
}
