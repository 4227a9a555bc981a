/* SPDX-License-Identifier: Apache-2.0 */
#include "patch/task.h"

#include "base/mem.h"

static const struct patch_task *task_of(const struct patch_plan *plan,
                                        unsigned kind)
{
    return &plan->configuration->task[plan->os][kind];
}

static struct patch_run run_of(const struct patch_plan *plan,
                               enum patch_task_kind kind,
                               const struct occurrence *at)
{
    return (struct patch_run){
        .kind = kind,
        .at = *at,
        .freeze = patch_freeze_at(plan->freezes, plan->freeze_count, plan->zone,
                                  at->utc, kind),
    };
}

/* The list whose next run is the earliest; of one instant the first. */
static unsigned earliest(const struct occurrence *const lists[PATCH_TASKS],
                         const size_t left[PATCH_TASKS])
{
    unsigned best = PATCH_TASKS;

    for (unsigned kind = 0; kind < PATCH_TASKS; kind++) {
        if (left[kind] > 0 &&
            (best == PATCH_TASKS || lists[kind]->utc < lists[best]->utc))
            best = kind;
    }
    return best;
}

size_t patch_next(const struct patch_plan *plan, int64_t from,
                  struct patch_run *out, size_t count)
{
    AUTO(mem_freep)
    struct occurrence *space =
        mem_alloc(count * PATCH_TASKS + 1, sizeof(*space));
    const struct occurrence *lists[PATCH_TASKS];
    size_t left[PATCH_TASKS] = { 0 };
    size_t n = 0;

    for (unsigned kind = 0; kind < PATCH_TASKS; kind++) {
        const struct patch_task *task = task_of(plan, kind);

        lists[kind] = space + kind * count;
        if (task->enabled)
            left[kind] = schedule_next(&task->schedule, plan->zone, from,
                                       space + kind * count, count);
    }
    while (n < count) {
        unsigned kind = earliest(lists, left);

        if (kind == PATCH_TASKS)
            break;
        out[n++] = run_of(plan, (enum patch_task_kind)kind, lists[kind]);
        lists[kind]++;
        left[kind]--;
    }
    return n;
}

size_t patch_due(const struct patch_plan *plan,
                 const int64_t after[PATCH_TASKS], int64_t now,
                 struct patch_run out[PATCH_TASKS])
{
    size_t n = 0;

    for (unsigned kind = 0; kind < PATCH_TASKS; kind++) {
        const struct patch_task *task = task_of(plan, kind);
        struct occurrence at;

        if (task->enabled &&
            schedule_due(&task->schedule, plan->zone, after[kind], now, &at))
            out[n++] = run_of(plan, (enum patch_task_kind)kind, &at);
    }
    return n;
}

int64_t patch_stage_at(const struct patch_run *run, int64_t now)
{
    int64_t at = run->at.has_stage && run->freeze == NULL ? run->at.stage_utc
                                                          : run->at.utc;

    return at > now ? at : now;
}

size_t patch_without_deployed(const struct patch_decision *decisions,
                              size_t decision_count, uint32_t *missing,
                              size_t count)
{
    size_t n = 0;
    size_t d = 0;

    /* Decisions come in the order of what is missing, each patch once. */
    for (size_t i = 0; i < count; i++) {
        if (d < decision_count && decisions[d].patch == missing[i]) {
            if (!decisions[d++].deploy)
                missing[n++] = missing[i];
        }
    }
    return n;
}
