/* SPDX-License-Identifier: Apache-2.0 */
#include "server/patch_limits.h"

#include "fleet/patch_sla.h"

int patch_limits_open(struct core *core, int64_t org, int64_t now,
                      struct patch_limits *out, struct err *err)
{
    struct patch_fleet *fleet = NULL;
    int rc = patch_sla_load(core->db, org, &out->sla, err);

    out->now = now;
    if (rc == 0)
        rc = patcher_fleet(core, org, &fleet, err);
    if (rc == 0)
        rc = patcher_stock(core, org, &out->stock, err);
    if (rc < 0)
        return rc;
    out->fleet = fleet;
    for (uint32_t i = 0; i < patch_fleet_patches(fleet); i++)
        *vec_push(&out->index) =
            patch_stock_find(out->stock, patch_fleet_patch(fleet, i));
    return 0;
}

void patch_limits_close(struct patch_limits *limits)
{
    vec_clear(&limits->index);
}

struct patch_lateness patch_limits_of(const struct patch_limits *limits,
                                      int64_t device)
{
    struct patch_fleet_lacks lacks = patch_fleet_of(limits->fleet, device);
    const struct patch_catalogue *c = patch_stock_catalogue(limits->stock);
    struct patch_lateness late = { .worst = PATCH_NONE };

    for (size_t i = 0; i < lacks.n; i++) {
        uint32_t at = limits->index.p[lacks.patches[i]];
        int64_t deadline;

        if (at == PATCH_NONE)
            continue;
        late.count[patch_sla_of(&limits->sla, patch_catalogue_at(c, at),
                                lacks.since[i], limits->now, &deadline)]++;
        if (deadline == 0 || (late.deadline != 0 && late.deadline <= deadline))
            continue;
        late.deadline = deadline;
        late.worst = at;
    }
    return late;
}

enum patch_sla_state patch_lateness_state(const struct patch_lateness *late)
{
    unsigned i = PATCH_SLA_STATES - 1;

    while (i > 0 && late->count[i] == 0)
        i--;
    return (enum patch_sla_state)i;
}

static void count_device(const struct patch_limits *limits, int64_t device,
                         uint32_t *over, uint32_t *near)
{
    struct patch_fleet_lacks lacks = patch_fleet_of(limits->fleet, device);
    const struct patch_catalogue *c = patch_stock_catalogue(limits->stock);

    for (size_t i = 0; i < lacks.n; i++) {
        uint32_t at = limits->index.p[lacks.patches[i]];
        enum patch_sla_state state;

        if (at == PATCH_NONE)
            continue;
        state = patch_sla_of(&limits->sla, patch_catalogue_at(c, at),
                             lacks.since[i], limits->now, NULL);
        over[at] += state == PATCH_SLA_OVER;
        near[at] += state == PATCH_SLA_NEAR;
    }
}

void patch_limits_count(const struct patch_limits *limits,
                        const struct idset *visible, uint32_t *over,
                        uint32_t *near)
{
    uint32_t id;

    if (!patch_sla_is_set(&limits->sla))
        return;
    for (uint32_t from = 0; idset_next(visible, from, &id); from = id + 1) {
        count_device(limits, id, over, near);
        if (id == UINT32_MAX)
            return;
    }
}
