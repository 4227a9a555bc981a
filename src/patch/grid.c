/* SPDX-License-Identifier: Apache-2.0 */
#include "patch/grid.h"

static bool has_text(struct patch_texts texts, str text)
{
    for (size_t i = 0; i < texts.n; i++) {
        if (str_eq(texts.p[i], text))
            return true;
    }
    return false;
}

/* Whether a task of a system that is on includes the group. */
static bool includes(const struct patch_configuration *c, enum patch_os os,
                     str group)
{
    for (unsigned kind = 0; kind < PATCH_TASKS; kind++) {
        const struct patch_task *task = &c->task[os][kind];

        if (task->enabled && has_text(task->deploy.include, group) &&
            !has_text(task->deploy.exclude, group))
            return true;
    }
    return false;
}

void patch_grid_row(const struct patch_grid *grid, size_t group,
                    enum patch_os os, enum patch_task_kind kind,
                    struct patch_grid_row *out)
{
    const struct patch_group *g = &grid->groups[group];
    const struct patch_options *o = &grid->configuration->task[os][kind].deploy;

    *out = (struct patch_grid_row){ .total = g->id_count };
    for (size_t i = 0; i < g->id_count; i++) {
        uint32_t index = patch_catalogue_find(grid->catalogue, g->ids[i]);

        if (index == PATCH_NONE)
            out->unknown++;
        else
            out->count[patch_catalogue_at(grid->catalogue, index)->os]++;
    }
    if (has_text(o->exclude, g->name))
        out->choice = PATCH_CHOICE_EXCLUDE;
    else if (has_text(o->include, g->name))
        out->choice = PATCH_CHOICE_INCLUDE;
    for (unsigned i = 0; i < PATCH_OSES; i++)
        out->is_contained[i] =
            includes(grid->configuration, (enum patch_os)i, g->name);
}

bool patch_grid_is_active(const struct patch_grid *grid, size_t group,
                          uint32_t patch)
{
    const struct patch_group *g = &grid->groups[group];
    const struct patch *p = patch_catalogue_at(grid->catalogue, patch);

    return grid->is_in_force && includes(grid->configuration, p->os, g->name) &&
           has_text((struct patch_texts){ g->ids, g->id_count }, p->id);
}

size_t patch_grid_others(const struct patch_grid *grid, size_t except,
                         uint32_t patch, uint32_t *out, size_t max)
{
    size_t n = 0;

    for (size_t i = 0; i < grid->group_count; i++) {
        if (i == except || !patch_grid_is_active(grid, i, patch))
            continue;
        if (n < max)
            out[n] = (uint32_t)i;
        n++;
    }
    return n;
}
