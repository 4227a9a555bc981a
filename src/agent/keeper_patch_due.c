/* SPDX-License-Identifier: Apache-2.0
 *
 * When the keeper scans (P-SCN), stages (P-STG) and deploys (P-SCH, P-MIS) by
 * the policy that is on disk.
 */
#include "agent/keeper_patch_int.h"
#include "agent/keeper_reboot.h"
#include "base/clock.h"

/* After a time of being off: what was missed is planned once, or told. */
static void begin_planned(struct patching *p, struct planned *planned,
                          const struct schedule *schedule, bool is_task)
{
    struct keeper *keeper = p->keeper;
    struct catch_up asked = {
        .last_run = planned->covers,
        .boot = keeper->state.on_since,
        .policy_since = planned->since,
        .spread_s = catch_up_spread(keeper->identity.device, CATCH_UP_WITHIN_S),
        .run_if_missed = schedule->run_if_missed,
    };
    struct catch_up_plan plan;

    if (planned->caught > 0 || keeper->state.on_since <= planned->covers)
        return;
    plan = catch_up_schedule(&asked, schedule, plan_zone(keeper, NULL));
    if (plan.outcome == CATCH_UP_DROPPED && is_task)
        patch_report_missed(p, plan.missed);
    if (plan.outcome == CATCH_UP_ALONE || plan.outcome == CATCH_UP_MERGED) {
        planned->caught = plan.run;
        planned->catches = plan.covers;
        planned->missed = plan.missed;
        log_info("patching.missed", LOG_I64("due", plan.missed),
                 LOG_I64("run_at", plan.run));
    }
    if (planned->covers < keeper->state.on_since)
        planned->covers = keeper->state.on_since;
}

void patch_begin(struct keeper *keeper)
{
    struct patching *p = keeper->patching;
    struct schedule daily = patch_daily_schedule(keeper);

    if (p == NULL || p->signed_policy.n == 0)
        return;
    begin_planned(p, &p->kept.daily, &daily, false);
    if (patch_task_schedule(p) != NULL)
        begin_planned(p, &p->kept.task, patch_task_schedule(p), true);
    patch_save(p);
}

/* 0: nothing; 1: due; 2: caught up. */
static int is_due(struct patching *p, struct planned *planned,
                  const struct schedule *schedule, int64_t now,
                  int64_t *out_due)
{
    struct occurrence occurrence;
    int64_t after = planned->covers;

    if (planned->caught > 0 && now >= planned->caught) {
        if (planned->catches > planned->covers)
            planned->covers = planned->catches;
        planned->caught = planned->catches = 0;
        *out_due = planned->missed;
        return 2;
    }
    if (planned->caught > 0 && planned->catches > after)
        after = planned->catches;
    if (!schedule_due(schedule, plan_zone(p->keeper, NULL), after, now,
                      &occurrence))
        return 0;
    planned->covers = occurrence.utc;
    *out_due = occurrence.utc;
    return 1;
}

/* Something is ordered that does not wait, or a scan that will be tried
 * again. */
static bool is_busy(const struct patching *p)
{
    for (size_t i = 0; i < p->orders.n; i++) {
        if (p->orders.p[i].waits.n == 0 ||
            p->orders.p[i].order.verb == INSTALLING_SCAN)
            return true;
    }
    return false;
}

static bool due_scans(struct patching *p, int64_t now)
{
    struct schedule daily = patch_daily_schedule(p->keeper);
    int64_t due = 0;
    int how = is_due(p, &p->kept.daily, &daily, now, &due);

    if (p->kept.scanned == 0 && !is_busy(p) && now >= p->again)
        patch_order_scan(p, PATCHING_SCAN_INSTALLED, now); /* P-SCN-2 */
    else if (how > 0)
        patch_order_scan(
            p, how == 2 ? PATCHING_SCAN_MISSED : PATCHING_SCAN_DAILY, due);
    else
        return false;
    return true;
}

/* Staging for the next occurrence begins before it (P-STG). */
static bool due_staging(struct patching *p, const struct schedule *schedule,
                        int64_t now)
{
    struct planned *planned = &p->kept.task;
    struct occurrence next;

    if (schedule_next(schedule, plan_zone(p->keeper, NULL), now, &next, 1) !=
            1 ||
        !next.has_stage || now < next.stage_utc || planned->staged == next.utc)
        return false;
    planned->staged = next.utc;
    patch_order_deploy(p, true, false, next.utc);
    return true;
}

static bool due_task(struct patching *p, int64_t now)
{
    const struct schedule *schedule = patch_task_schedule(p);
    int64_t due = 0;
    int how;

    if (schedule == NULL)
        return false;
    how = is_due(p, &p->kept.task, schedule, now, &due);
    if (how > 0)
        patch_order_deploy(p, false, how == 2, due);
    return due_staging(p, schedule, now) || how > 0;
}

void patch_step(struct keeper *keeper, int64_t now)
{
    struct patching *p = keeper->patching;

    if (p == NULL || keeper->stopping)
        return;
    if (strcmp(keeper->options->installer, "off") == 0) {
        while (p->orders.n > 0 && !keeper->stopping)
            patch_end_order(p, "patching is turned off on this device");
        return;
    }
    if (p->signed_policy.n > 0) {
        bool changed = due_scans(p, now);

        changed |= due_task(p, now);
        if (changed)
            patch_save(p);
    }
    reboot_step(keeper, now);
    while (p->link < 0 && now >= p->again && !keeper->stopping &&
           patch_start_next(p, now))
        continue;
}

static void sooner(int64_t at, int64_t *next)
{
    if (at > 0 && (*next == 0 || at < *next))
        *next = at;
}

static void next_planned(struct patching *p, const struct planned *planned,
                         const struct schedule *schedule, int64_t now,
                         int64_t *next)
{
    struct occurrence occurrence;

    if (schedule_next(schedule, plan_zone(p->keeper, NULL), now, &occurrence,
                      1) == 1) {
        sooner(occurrence.utc, next);
        if (occurrence.has_stage && planned->staged != occurrence.utc)
            sooner(occurrence.stage_utc, next);
    }
    sooner(planned->caught, next);
}

int64_t patch_next(struct keeper *keeper, int64_t now)
{
    struct patching *p = keeper->patching;
    struct schedule daily = patch_daily_schedule(keeper);
    int64_t next = 0;

    if (p == NULL)
        return 0;
    sooner(reboot_next(keeper, now), &next);
    if (p->signed_policy.n == 0)
        return next;
    next_planned(p, &p->kept.daily, &daily, now, &next);
    if (patch_task_schedule(p) != NULL)
        next_planned(p, &p->kept.task, patch_task_schedule(p), now, &next);
    for (size_t i = 0; i < p->orders.n && p->link < 0; i++)
        sooner(p->orders.p[i].again > p->again ? p->orders.p[i].again
                                               : p->again,
               &next);
    return next;
}
