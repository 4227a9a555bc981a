/* SPDX-License-Identifier: Apache-2.0 */
#include "patch/catalogue_int.h"
#include "patch/document.h"

struct warnings {
    struct arena *arena;
    VEC(str) all;
};

static void warn_missing(const struct patch_document *d, struct warnings *w)
{
    for (size_t i = 0; i < d->missing.n; i++) {
        const struct patch *patch = &d->catalogue->all.p[d->missing.p[i]];

        if (patch->is_unknown)
            *vec_push(&w->all) = arena_printf(
                w->arena,
                "%" PRIstr " is missing, but not in the catalogue: nothing is "
                "known of it",
                ARGstr(patch->id));
        if (patch_catalogue_in_circle(d->catalogue, d->missing.p[i]))
            *vec_push(&w->all) = arena_printf(
                w->arena,
                "%" PRIstr " supersedes itself through others: what supersedes "
                "each other in a circle displaces nothing there",
                ARGstr(patch->id));
    }
}

static void warn_enablement(const struct patch_document *d, struct warnings *w)
{
    for (size_t i = 0; i < d->options.enablement.n; i++) {
        str id = d->options.enablement.p[i];
        uint32_t index = patch_catalogue_find(d->catalogue, id);

        if (index != PATCH_NONE &&
            !patch_catalogue_at(d->catalogue, index)->enablement)
            *vec_push(&w->all) = arena_printf(
                w->arena,
                "%" PRIstr " is chosen as an enablement package, but is none",
                ARGstr(id));
    }
}

static void warn_levels(const struct patch_document *d, struct warnings *w)
{
    for (unsigned t = 0; t < PATCH_TYPES; t++) {
        if (d->options.levels_ignored >> t & 1)
            *vec_push(&w->all) = arena_printf(
                w->arena,
                "severity: on %s there is one switch for '%s'; its levels are "
                "not looked at",
                patch_os_name(d->policy.os),
                patch_type_name((enum patch_type)t));
    }
}

void patch_document_warn(struct patch_document *d, struct patch_texts *out)
{
    struct warnings w = { .arena = &d->arena };
    str *list;

    warn_missing(d, &w);
    warn_enablement(d, &w);
    warn_levels(d, &w);
    list = arena_alloc(&d->arena, w.all.n, sizeof(*list));
    for (size_t i = 0; i < w.all.n; i++)
        list[i] = w.all.p[i];
    *out = (struct patch_texts){ list, w.all.n };
    vec_clear(&w.all);
}
