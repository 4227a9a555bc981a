/* SPDX-License-Identifier: Apache-2.0 */
#include "schedule/scan.h"

#include "schedule/calendar.h"
#include "schedule/catch_up.h"

int64_t scan_day(const struct zone *zone, int64_t utc)
{
    return calendar_day_of(zone_utc_to_local(zone, utc));
}

/* When the device scans on a local day. Where a change of the clock takes a
 * part of the window away, the places move together in what is left. */
static int64_t start_on(const struct scan_state *state, const struct zone *zone,
                        int64_t day)
{
    int64_t midnight = day * CALENDAR_DAY_S;
    int64_t begin = zone_local_to_utc(zone, midnight);
    int64_t end = zone_local_to_utc(zone, midnight + SCAN_WINDOW_S);
    int64_t place = catch_up_spread(state->device, SCAN_WINDOW_S);

    if (end - begin < SCAN_WINDOW_S)
        return begin + place * (end - begin) / SCAN_WINDOW_S;
    return zone_local_to_utc(zone, midnight + place);
}

static int64_t larger(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

/* The first day that has no scan yet. A last scan in the future is a clock
 * that was set back: it must not stop the scans for long. */
static int64_t first_day(const struct scan_state *state,
                         const struct zone *zone, int64_t now)
{
    int64_t today = scan_day(zone, now);
    int64_t last = larger(state->last_day, scan_day(zone, state->last_scan));

    return (last > today + 1 ? today : last) + 1;
}

static struct scan_plan plan_after_first(const struct scan_state *state,
                                         const struct zone *zone, int64_t now)
{
    struct scan_plan plan = { 0, SCAN_DAILY };
    int64_t on_day = scan_day(zone, state->on_since);
    int64_t day;

    day = first_day(state, zone, now);
    if (day <= on_day && start_on(state, zone, on_day) < state->on_since) {
        int64_t next = start_on(state, zone, on_day + 1);

        plan.at =
            state->on_since + catch_up_spread(state->device, SCAN_MISSED_S);
        if (plan.at < next)
            plan.cause = SCAN_MISSED;
        else
            plan.at = next;
        return plan;
    }
    day = larger(day, on_day);
    plan.at = start_on(state, zone, day);
    if (plan.at < state->zone_since) {
        day = larger(day, scan_day(zone, state->zone_since));
        plan.at = start_on(state, zone, day);
    }
    if (plan.at < state->zone_since)
        plan.at = start_on(state, zone, day + 1);
    return plan;
}

/* What lies in the future was noted before the clock was set back. */
static int64_t not_after(int64_t time, int64_t now)
{
    return time < now ? time : now;
}

struct scan_plan scan_next(const struct scan_state *state,
                           const struct zone *zone, int64_t now)
{
    struct scan_state known = *state;

    known.on_since = not_after(state->on_since, now);
    known.zone_since = not_after(state->zone_since, now);
    if (known.last_scan == SCAN_NEVER)
        return (struct scan_plan){ known.on_since, SCAN_FIRST };
    return plan_after_first(&known, zone, now);
}

bool scan_is_all(const bool *task_is_on, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (task_is_on[i])
            return false;
    }
    return true;
}
