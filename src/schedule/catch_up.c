/* SPDX-License-Identifier: Apache-2.0 */
#include "schedule/catch_up.h"

/* What the occurrences amount to. */
struct facts {
    bool has_missed;
    int64_t missed; /* the newest */
    bool has_next;
    int64_t next; /* the first that is not before the boot */
};

/* Occurrences up to it are none of this run's business. */
static int64_t floor_of(const struct catch_up *c)
{
    return c->last_run > c->policy_since ? c->last_run : c->policy_since;
}

static struct catch_up_plan decide(const struct catch_up *c,
                                   const struct facts *facts)
{
    struct catch_up_plan plan = { .outcome = CATCH_UP_NOT_MISSED };

    if (!facts->has_missed)
        return plan;
    plan.missed = facts->missed;
    if (!c->run_if_missed) {
        plan.outcome = CATCH_UP_DROPPED;
        return plan;
    }
    plan.outcome = CATCH_UP_ALONE;
    plan.run = plan.covers = c->boot + c->spread_s;
    if (facts->has_next && facts->next - c->boot <= CATCH_UP_WITHIN_S) {
        plan.outcome = CATCH_UP_MERGED;
        if (facts->next < plan.run)
            plan.run = facts->next;
        plan.covers = facts->next;
    }
    return plan;
}

struct catch_up_plan catch_up_plan(const struct catch_up *catch_up,
                                   const int64_t *occurrences, size_t count)
{
    struct facts facts = { 0 };

    for (size_t i = 0; i < count; i++) {
        int64_t at = occurrences[i];

        if (at >= catch_up->boot) {
            if (!facts.has_next || at < facts.next)
                facts.next = at;
            facts.has_next = true;
        } else if (at > floor_of(catch_up)) {
            if (!facts.has_missed || at > facts.missed)
                facts.missed = at;
            facts.has_missed = true;
        }
    }
    return decide(catch_up, &facts);
}

struct catch_up_plan catch_up_schedule(const struct catch_up *catch_up,
                                       const struct schedule *schedule,
                                       const struct zone *zone)
{
    struct catch_up c = *catch_up;
    struct occurrence missed = { 0 };
    struct occurrence next = { 0 };
    struct facts facts = { 0 };

    c.run_if_missed = schedule->run_if_missed;
    facts.has_missed =
        schedule_due(schedule, zone, floor_of(&c), c.boot - 1, &missed);
    facts.missed = missed.utc;
    facts.has_next = schedule_next(schedule, zone, c.boot - 1, &next, 1) == 1;
    facts.next = next.utc;
    return decide(&c, &facts);
}

/* FNV-1a: small, and the same everywhere. */
int64_t catch_up_spread(str device, int64_t range_s)
{
    uint64_t hash = UINT64_C(0xcbf29ce484222325);

    for (size_t i = 0; i < device.n; i++)
        hash = (hash ^ (uint8_t)device.p[i]) * UINT64_C(0x100000001b3);
    hash ^= hash >> 32; /* its low bits alone are weak */
    return range_s > 0 ? (int64_t)(hash % (uint64_t)range_s) : 0;
}
