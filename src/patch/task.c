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

enum {
    AHEAD = 32 /* runs that are looked for at a time */
};

/* The coming runs of one task. */
struct coming {
    struct occurrence runs[AHEAD];
    size_t at;
    size_t count;
    bool is_over;
};

static const struct occurrence *peek(const struct patch_plan *plan,
                                     unsigned kind, int64_t from,
                                     struct coming *c)
{
    if (c->at == c->count && !c->is_over) {
        if (c->count > 0)
            from = c->runs[c->count - 1].utc;
        c->count = schedule_next(&task_of(plan, kind)->schedule, plan->zone,
                                 from, c->runs, AHEAD);
        c->is_over = c->count < AHEAD;
        c->at = 0;
    }
    return c->at < c->count ? &c->runs[c->at] : NULL;
}

/* The task whose next run is the earliest; of one instant the first task. */
static unsigned earliest(const struct patch_plan *plan, int64_t from,
                         struct coming coming[PATCH_TASKS])
{
    const struct occurrence *best = NULL;
    unsigned found = PATCH_TASKS;

    for (unsigned kind = 0; kind < PATCH_TASKS; kind++) {
        const struct occurrence *run = peek(plan, kind, from, &coming[kind]);

        if (run == NULL || (best != NULL && run->utc >= best->utc))
            continue;
        best = run;
        found = kind;
    }
    return found;
}

size_t patch_next(const struct patch_plan *plan, int64_t from,
                  struct patch_run *out, size_t count)
{
    AUTO(mem_freep)
    struct coming *coming = mem_alloc(PATCH_TASKS, sizeof(*coming));
    size_t n = 0;

    for (unsigned kind = 0; kind < PATCH_TASKS; kind++)
        coming[kind].is_over = !task_of(plan, kind)->enabled;
    while (n < count) {
        unsigned kind = earliest(plan, from, coming);

        if (kind == PATCH_TASKS)
            break;
        out[n++] = run_of(plan, (enum patch_task_kind)kind,
                          &coming[kind].runs[coming[kind].at]);
        coming[kind].at++;
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
