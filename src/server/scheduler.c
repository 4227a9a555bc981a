/* SPDX-License-Identifier: Apache-2.0 */
#include "server/scheduler.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "fleet/netdev_stage.h"
#include "fleet/retention.h"
#include "fleet/run.h"
#include "schedule/calendar.h"
#include "schedule/schedule.h"
#include "schedule/zones.h"
#include "server/agents.h"
#include "server/cluster.h"
#include "server/events.h"
#include "server/netdevs.h"
#include "server/wake.h"

/* A configuration as the newest tick left it. The store is told when a run
 * was started and else once an hour: a restart looks at that hour again, and
 * a run that was started is found by its time. */
struct seen {
    int64_t id;
    int64_t revision;
    int64_t looked_at;
    int64_t stored_at;
    bool warned;
};

struct scheduler {
    struct core *core;
    struct loop_watch *tick;
    struct loop_watch *slice; /* NULL: no jobs are to be made */
    VEC(struct seen) seen;    /* in the order of id */
    struct zones zones;
    int64_t pruned_at;
};

/* --- Making jobs --------------------------------------------------------- */

static void tell_run(struct core *core, int64_t org, int64_t run,
                     const char *what)
{
    struct jval *data = jval_new_object();

    jval_set_i64(data, "run", run);
    jval_set_text(data, "state", str_c(what));
    events_publish(core->events, org, "run", run, 0, data);
}

/* Returns how many devices were looked at. */
static int make_slice(struct core *core, struct err *err)
{
    struct run_jobs jobs = { .signer = core->job_signer, .now = clock_now() };
    int rc = db_begin(core->db, err);
    int n = 0;

    if (rc == 0)
        rc = n = run_dispatch(core->db, &jobs, SCHEDULER_SLICE, err);
    if (rc >= 0)
        rc = db_commit(core->db, err);
    else
        db_rollback(core->db);
    for (size_t i = 0; rc == 0 && i < jobs.woken.n; i++)
        agents_wake(core, jobs.woken.p[i]);
    if (rc == 0 && jobs.sessions && core->netdevs != NULL)
        netdevs_kick(core);
    vec_clear(&jobs.woken);
    return rc < 0 ? rc : n;
}

static void slice(void *ctx)
{
    struct scheduler *s = ctx;
    struct err err = { 0 };
    int rc;

    s->slice = NULL;
    rc = make_slice(s->core, &err);
    if (rc < 0) /* the next tick tries again */
        log_error("run.dispatch_failed", LOG_TEXT("why", str_c(err.text)));
    else if (rc == SCHEDULER_SLICE)
        s->slice = loop_timer(s->core->loop, 0, slice, s);
}

void scheduler_kick(struct core *core)
{
    struct scheduler *s = core->scheduler;

    if (s != NULL && s->slice == NULL)
        s->slice = loop_timer(core->loop, 0, slice, s);
}

/* --- What came due ------------------------------------------------------- */

/* The zones of an organisation's devices, read once a tick. */
struct org_zones {
    int64_t org;
    str *names;
    size_t n;
};

struct round {
    struct scheduler *s;
    int64_t now;
    struct arena arena;
    VEC(struct org_zones) orgs;
};

struct look {
    struct round *round;
    const struct configuration *c;
    struct schedule schedule;
    int64_t after; /* all until then was started */
    int64_t started;
    bool aimless; /* its targets cannot be read */
};

/* Devices that sleep are woken a little before the run; those of one zone. */
static int wake_ahead(const struct look *look, const struct zone *zone,
                      str device_zone, struct err *err)
{
    struct core *core = look->round->s->core;
    int64_t now = look->round->now;
    struct wake_ids ids = { 0 };
    struct occurrence occurrence;
    int rc;

    if (!look->c->wake ||
        !schedule_due(&look->schedule, zone, look->after + WAKE_AHEAD_S,
                      now + WAKE_AHEAD_S, &occurrence))
        return 0;
    rc = wake_of_schedule(core->db, look->c, device_zone, now, &ids, err);
    wake_devices(core, &ids);
    return rc;
}

static int start_due(struct look *look, const struct zone *zone,
                     str device_zone, struct err *err)
{
    struct core *core = look->round->s->core;
    struct run_occurrence at = { .zone = device_zone, .now = look->round->now };
    struct occurrence occurrence;
    char local[CALENDAR_TEXT_MAX];
    int64_t run;
    int rc = wake_ahead(look, zone, device_zone, err);

    if (rc < 0 ||
        !schedule_due(&look->schedule, zone, look->after, at.now, &occurrence))
        return rc;
    rc = target_check(look->c->targets, err);
    look->aimless = rc < 0;
    if (rc < 0)
        return rc;
    at.local = str_c(calendar_format(occurrence.local, "", local));
    at.due = occurrence.utc;
    rc = run_due(core->db, look->c, &at, &run, err);
    if (rc < 0)
        return rc;
    look->started++;
    scheduler_kick(core); /* network devices of it are planned */
    log_info("run.due", LOG_I64("run", run),
             LOG_I64("configuration", look->c->id),
             LOG_TEXT("local", at.local));
    tell_run(core, look->c->org, run, "started");
    return 0;
}

/* Zones are read before anything is written. */
static int read_device_zones(struct db *db, struct arena *arena,
                             struct org_zones *out, struct err *err)
{
    AUTO(db_rows_closep) struct db_rows *rows = NULL;
    VEC(str) zones = { 0 };
    int rc = db_query(db,
                      "SELECT DISTINCT CASE WHEN time_zone_set <> ''"
                      " THEN time_zone_set ELSE time_zone END FROM device"
                      " WHERE org = $1 AND retired = 0",
                      DB_ARGS(db_i64(out->org)), &rows, err);

    while (rc == 0 && (rc = db_next(rows, err)) > 0) {
        *vec_push(&zones) = arena_str(arena, db_col_text(rows, 0));
        rc = 0;
    }
    out->names = arena_alloc(arena, zones.n, sizeof(str));
    out->n = zones.n;
    if (zones.n > 0)
        memcpy(out->names, zones.p, zones.n * sizeof(str));
    vec_clear(&zones);
    return rc;
}

static int device_zones(struct round *round, int64_t org, struct org_zones *out,
                        struct err *err)
{
    int rc;

    for (size_t i = 0; i < round->orgs.n; i++) {
        if (round->orgs.p[i].org == org) {
            *out = round->orgs.p[i];
            return 0;
        }
    }
    *out = (struct org_zones){ .org = org };
    rc = read_device_zones(round->s->core->db, &round->arena, out, err);
    if (rc == 0)
        *vec_push(&round->orgs) = *out;
    return rc;
}

static int look_by_device(struct look *look, struct err *err)
{
    struct round *round = look->round;
    struct org_zones zones;
    int rc = device_zones(round, look->c->org, &zones, err);

    for (size_t i = 0; rc == 0 && i < zones.n; i++) {
        const struct zone *zone;

        /* A device may name a zone that is not installed here, or none; what
         * it runs is noted when it tells. */
        if (zones.names[i].n > 0 &&
            zones_find(&round->s->zones, zones.names[i], round->now * 1000,
                       &zone, NULL) == 0)
            rc = start_due(look, zone, zones.names[i], err);
    }
    return rc;
}

/* 1 when the zone is not there. */
static int look_at(struct look *look, struct err *err)
{
    const struct configuration *c = look->c;
    const struct zone *zone;
    int rc;

    if (c->zone.n == 0)
        return look_by_device(look, err);
    rc = zones_find(&look->round->s->zones,
                    str_eq_c(c->zone, "server") ? STR("") : c->zone,
                    look->round->now * 1000, &zone, err);
    return rc < 0 ? 1 : start_due(look, zone, STR(""), err);
}

/* What cannot be looked at is told once; the others go on. */
static void warn(struct seen *seen, const char *event, const struct err *err)
{
    if (!seen->warned)
        log_warn(event, LOG_I64("configuration", seen->id),
                 LOG_TEXT("why", str_c(err_text(err))));
    seen->warned = true;
}

static int look_at_one(struct round *round, const struct configuration *c,
                       struct seen *seen, struct err *err)
{
    struct look look = { .round = round, .c = c, .after = seen->looked_at };
    int rc = 0;

    if (schedule_parse(c->schedule, &look.schedule, err) < 0) {
        warn(seen, "run.no_schedule", err);
        return 0;
    }
    rc = look_at(&look, err);
    if (rc > 0) { /* a zone that went with an upgrade */
        warn(seen, "run.no_zone", err);
        return 0;
    }
    if (look.aimless) {
        warn(seen, "run.no_targets", err);
        return 0;
    }
    if (rc < 0)
        return rc;
    seen->looked_at = round->now;
    if (look.started == 0 && seen->stored_at <= round->now &&
        round->now - seen->stored_at < SCHEDULER_STORE_S)
        return 0;
    seen->stored_at = round->now;
    return configuration_looked(round->s->core->db, c->id, round->now, err);
}

/* What is known of the configuration since the tick before; a change of it
 * begins anew, with what the store says. */
static struct seen recall(const struct scheduler *s, size_t *at,
                          const struct configuration *c)
{
    while (*at < s->seen.n && s->seen.p[*at].id < c->id)
        (*at)++;
    if (*at < s->seen.n && s->seen.p[*at].id == c->id &&
        s->seen.p[*at].revision == c->revision)
        return s->seen.p[*at];
    return (struct seen){ .id = c->id,
                          .revision = c->revision,
                          .looked_at = c->looked_at,
                          .stored_at = c->looked_at };
}

static int look_at_list(struct round *round, const struct configurations *list,
                        struct err *err)
{
    struct scheduler *s = round->s;
    struct scheduler next = { 0 };
    size_t at = 0;
    int rc = 0;

    for (size_t i = 0; rc == 0 && i < list->all.n; i++) {
        const struct configuration *c = &list->all.p[i];
        struct seen *seen;

        if (!c->scheduled)
            continue;
        seen = vec_push(&next.seen);
        *seen = recall(s, &at, c);
        if (seen->looked_at > round->now) /* the clock was set back */
            seen->looked_at = round->now;
        if (seen->looked_at < round->now)
            rc = look_at_one(round, c, seen, err);
    }
    vec_clear(&s->seen);
    s->seen.p = next.seen.p;
    s->seen.n = next.seen.n;
    s->seen.cap = next.seen.cap;
    return rc;
}

static int look_at_all(struct scheduler *s, int64_t now, struct err *err)
{
    struct round round = { .s = s, .now = now };
    struct configurations list = { 0 };
    int rc = configuration_all_enabled(s->core->db, &round.arena, &list, err);

    if (rc == 0)
        rc = look_at_list(&round, &list, err);
    configurations_clear(&list);
    vec_clear(&round.orgs);
    arena_clear(&round.arena);
    return rc;
}

static int close_runs(struct core *core, int64_t now, struct err *err)
{
    struct run_ids ended = { 0 };
    int rc = run_close(core->db, now, &ended, err);

    for (size_t i = 0; rc == 0 && i < ended.ids.n; i++) {
        int64_t org = 0;

        log_info("run.ended", LOG_I64("run", ended.ids.p[i]));
        rc = db_one_i64(core->db, "SELECT org FROM run WHERE id = $1",
                        DB_ARGS(db_i64(ended.ids.p[i])), &org, err);
        if (rc == 0)
            tell_run(core, org, ended.ids.p[i], "ended");
    }
    vec_clear(&ended.ids);
    return rc;
}

static int plan(struct scheduler *s, int64_t now, struct err *err)
{
    struct core *core = s->core;
    int rc = db_begin(core->db, err);

    if (rc < 0)
        return rc;
    rc = look_at_all(s, now, err);
    if (rc == 0)
        rc = close_runs(core, now, err);
    if (rc == 0)
        rc = db_commit(core->db, err);
    else
        db_rollback(core->db);
    if (rc < 0)
        vec_clear(&s->seen); /* the store knows what holds */
    return rc;
}

/* Some of what is too old, each hour until nothing is left. */
static int prune(struct scheduler *s, int64_t now, struct err *err)
{
    struct db *db = s->core->db;
    int64_t gone = 0;
    int rc;

    if (now - s->pruned_at < SCHEDULER_PRUNE_S && now >= s->pruned_at)
        return 0;
    rc = db_begin(db, err);
    if (rc == 0)
        rc = retention_prune(db, now, SCHEDULER_PRUNE, &gone, err);
    if (rc == 0)
        rc = staged_expire(db, now, SCHEDULER_PRUNE, err);
    if (rc > 0)
        gone += rc;
    if (rc >= 0)
        rc = db_commit(db, err);
    else
        db_rollback(db);
    if (rc == 0 && gone == 0)
        s->pruned_at = now;
    return rc;
}

int scheduler_tick(struct core *core, int64_t now, struct err *err)
{
    int rc;

    if (!cluster_leads(core)) {
        vec_clear(&core->scheduler->seen); /* the store knows what holds */
        return 0;
    }
    rc = plan(core->scheduler, now, err);

    if (rc == 0)
        scheduler_kick(core); /* what a restart left planned */
    return rc < 0 ? rc : prune(core->scheduler, now, err);
}

static void tick(void *ctx)
{
    struct scheduler *s = ctx;
    struct err err = { 0 };

    s->tick = loop_timer(s->core->loop, SCHEDULER_TICK_MS, tick, s);
    if (scheduler_tick(s->core, clock_now(), &err) < 0)
        log_error("scheduler.failed", LOG_TEXT("why", str_c(err.text)));
}

struct scheduler *scheduler_new(struct core *core)
{
    struct scheduler *s = mem_alloc(1, sizeof(*s));

    s->core = core;
    s->tick = loop_timer(core->loop, 0, tick, s);
    return s;
}

void scheduler_free(struct scheduler *s)
{
    if (s == NULL)
        return;
    loop_remove(s->tick);
    loop_remove(s->slice);
    vec_clear(&s->seen);
    zones_clear(&s->zones);
    mem_free(s);
}
