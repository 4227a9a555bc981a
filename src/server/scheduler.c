/* SPDX-License-Identifier: Apache-2.0 */
#include "server/scheduler.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "fleet/run.h"
#include "schedule/calendar.h"
#include "schedule/schedule.h"
#include "server/agents.h"
#include "server/events.h"

struct scheduler {
    struct core *core;
    struct loop_watch *tick;
    struct loop_watch *slice; /* NULL: no jobs are to be made */
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

struct look {
    struct core *core;
    const struct configuration *c;
    struct schedule schedule;
    int64_t now;
};

static int start_due(const struct look *look, const struct zone *zone,
                     str device_zone, struct err *err)
{
    struct run_occurrence at = { .zone = device_zone, .now = look->now };
    struct occurrence occurrence;
    char local[CALENDAR_TEXT_MAX];
    int64_t run;
    int rc;

    if (!schedule_due(&look->schedule, zone, look->c->looked_at, look->now,
                      &occurrence))
        return 0;
    at.local = str_c(calendar_format(occurrence.local, "", local));
    at.due = occurrence.utc;
    rc = run_due(look->core->db, look->c, &at, &run, err);
    if (rc < 0)
        return rc;
    log_info("run.due", LOG_I64("run", run),
             LOG_I64("configuration", look->c->id),
             LOG_TEXT("local", at.local));
    tell_run(look->core, look->c->org, run, "started");
    return 0;
}

/* Zones are read before anything is written. */
static int device_zones(struct db *db, int64_t org, struct arena *arena,
                        str **out, size_t *out_n, struct err *err)
{
    AUTO(db_rows_closep) struct db_rows *rows = NULL;
    VEC(str) zones = { 0 };
    int rc = db_query(db,
                      "SELECT DISTINCT CASE WHEN time_zone_set <> ''"
                      " THEN time_zone_set ELSE time_zone END FROM device"
                      " WHERE org = $1 AND retired = 0",
                      DB_ARGS(db_i64(org)), &rows, err);

    while (rc == 0 && (rc = db_next(rows, err)) > 0) {
        *vec_push(&zones) = arena_str(arena, db_col_text(rows, 0));
        rc = 0;
    }
    *out = arena_alloc(arena, zones.n, sizeof(str));
    *out_n = zones.n;
    if (zones.n > 0)
        memcpy(*out, zones.p, zones.n * sizeof(str));
    vec_clear(&zones);
    return rc;
}

static int look_by_device(const struct look *look, struct arena *arena,
                          struct err *err)
{
    str *zones;
    size_t n;
    int rc = device_zones(look->core->db, look->c->org, arena, &zones, &n, err);

    for (size_t i = 0; rc == 0 && i < n; i++) {
        AUTO(zone_freep) struct zone *zone = NULL;

        /* A device may name a zone that is not installed here; what it runs
         * is noted when it tells. */
        if (zone_load(NULL, zones[i], &zone, NULL) == 0)
            rc = start_due(look, zone, zones[i], err);
    }
    return rc;
}

static int look_at(const struct look *look, struct arena *arena,
                   struct err *err)
{
    AUTO(zone_freep) struct zone *zone = NULL;
    int rc;

    if (look->c->zone.n == 0)
        return look_by_device(look, arena, err);
    if (str_eq_c(look->c->zone, "server"))
        rc = zone_load_local(ZONE_LOCAL_FILE, &zone, err);
    else
        rc = zone_load(NULL, look->c->zone, &zone, err);
    if (rc < 0) { /* a zone that went with an upgrade: the others go on */
        log_warn("run.no_zone", LOG_I64("configuration", look->c->id),
                 LOG_TEXT("why", str_c(err_text(err))));
        return 0;
    }
    return start_due(look, zone, STR(""), err);
}

static int look_at_all(struct core *core, int64_t now, struct err *err)
{
    AUTO(arena_clear) struct arena arena = ARENA;
    struct configurations list = { 0 };
    int rc = configuration_all_enabled(core->db, &arena, &list, err);

    for (size_t i = 0; rc == 0 && i < list.all.n; i++) {
        struct look look = { .core = core, .c = &list.all.p[i], .now = now };

        if (!look.c->scheduled || look.c->looked_at >= now)
            continue;
        if (schedule_parse(look.c->schedule, &look.schedule, err) < 0) {
            log_warn("run.no_schedule", LOG_I64("configuration", look.c->id),
                     LOG_TEXT("why", str_c(err_text(err))));
            continue;
        }
        if (rc == 0)
            rc = look_at(&look, &arena, err);
        if (rc == 0)
            rc = configuration_looked(core->db, look.c->id, now, err);
    }
    configurations_clear(&list);
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

int scheduler_tick(struct core *core, int64_t now, struct err *err)
{
    int rc = db_begin(core->db, err);

    if (rc < 0)
        return rc;
    rc = look_at_all(core, now, err);
    if (rc == 0)
        rc = close_runs(core, now, err);
    if (rc == 0)
        rc = db_commit(core->db, err);
    else
        db_rollback(core->db);
    if (rc == 0)
        scheduler_kick(core); /* what a restart left planned */
    return rc;
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
    mem_free(s);
}
