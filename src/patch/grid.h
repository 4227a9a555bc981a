/* SPDX-License-Identifier: Apache-2.0
 *
 * The grid of patch groups beside a configuration (P-GRD): how many patches of
 * each operating system a group holds, whether the configuration includes or
 * excludes it, and for a patch whether this group makes it available to
 * devices. Pure.
 */
#ifndef PATCH_GRID_H
#define PATCH_GRID_H

#include "patch/configuration.h"
#include "patch/select.h"

enum patch_choice {
    PATCH_CHOICE_NONE,
    PATCH_CHOICE_INCLUDE,
    PATCH_CHOICE_EXCLUDE,
};

struct patch_grid_row {
    uint64_t count[PATCH_OSES]; /* of the catalogue */
    uint64_t unknown;           /* ids that the catalogue does not have */
    uint64_t total;             /* all of them */
    /* In the task that is edited; a group has at most one (P-GRD-2). */
    enum patch_choice choice;
    /* Whether another task that is on deploys the group's patches of this
     * system: the tick or cross of P-GRD-3. */
    bool is_contained[PATCH_OSES];
};

/* What the grid is about. */
struct patch_grid {
    const struct patch_configuration *configuration;
    bool is_in_force; /* devices have it (P-GRD-6) */
    const struct patch_catalogue *catalogue;
    const struct patch_group *groups;
    size_t group_count;
};

/* The row of one group (P-GRD-1), while a task is edited. */
void patch_grid_row(const struct patch_grid *grid, size_t group,
                    enum patch_os os, enum patch_task_kind kind,
                    struct patch_grid_row *out);

/* P-GRD-5, 6: whether a group was used by the configuration to make a patch
 * available to devices: a task of the patch's system that is on includes it,
 * and the configuration is in force. Approximate: the vendor filter is not
 * looked at (P-GRD-7). False for a patch that the group does not hold. */
bool patch_grid_is_active(const struct patch_grid *grid, size_t group,
                          uint32_t patch);

/* The other groups through which a patch is active (P-GRD-7, D-45): the first
 * `max` of them; returns how many there are. */
size_t patch_grid_others(const struct patch_grid *grid, size_t except,
                         uint32_t patch, uint32_t *out, size_t max);

#endif
