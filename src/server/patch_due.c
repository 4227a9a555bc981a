/* SPDX-License-Identifier: Apache-2.0
 *
 * What schedules of patch configurations brought. Agents act on their own
 * policy (P-SCH-12): the server only notes what it expects of whom. Devices
 * without an agent get their decided job handed over.
 */
#include "base/log.h"
#include "fleet/patch_hold.h"
#include "fleet/patch_policy.h"
#include "fleet/patch_run.h"
#include "fleet/rollout.h"
#include "schedule/calendar.h"
#include "server/patch_due_int.h"
#include "server/patcher.h"

struct looking {
    struct core *core;
    struct arena arena;
    const struct patch_setup *setup;
    struct rollout rollout;
    bool has_rings;
    enum patch_os os;
    enum patch_task_kind kind;
    const struct schedule *schedule;
    int64_t now;
};

static int device_zones(struct looking *l, str **out, size_t *out_n,
                        struct err *err)
{
    AUTO(db_rows_closep) struct db_rows *rows = NULL;
    VEC(str) zones = { 0 };
    int rc = db_query(l->core->db,
                      "SELECT DISTINCT CASE WHEN time_zone_set <> ''"
                      " THEN time_zone_set ELSE time_zone END FROM device"
                      " WHERE org = $1 AND retired = 0 AND deleted = 0",
                      DB_ARGS(db_i64(l->setup->org)), &rows, err);

    while (rc == 0 && (rc = db_next(rows, err)) > 0) {
        *vec_push(&zones) = arena_str(&l->arena, db_col_text(rows, 0));
        rc = 0;
    }
    *out = arena_alloc(&l->arena, zones.n + 1, sizeof(str));
    *out_n = zones.n;
    if (zones.n > 0)
        memcpy(*out, zones.p, zones.n * sizeof(str));
    vec_clear(&zones);
    return rc;
}

/* Whether a device runs the system, in this zone. */
static int is_one(struct looking *l, int64_t device, str zone, struct err *err)
{
    int64_t n = 0;
    int64_t ring = 1;
    int rc = db_one_i64(
        l->core->db,
        "SELECT COUNT(*) FROM device WHERE id = $1 AND $2 = CASE WHEN"
        " time_zone_set <> '' THEN time_zone_set ELSE time_zone END"
        " AND CASE WHEN lower(os_family) IN ('windows', 'macos')"
        " THEN lower(os_family) ELSE 'linux' END = $3",
        DB_ARGS(db_i64(device), db_text(zone),
                db_text(str_c(patch_os_name(l->os)))),
        &n, err);

    if (rc < 0 || n == 0)
        return rc;
    if (l->has_rings && l->kind == PATCH_ROUTINE)
        rc = rollout_ring_of_device(l->core->db, &l->rollout, device, &ring,
                                    err);
    return rc < 0 ? rc : ring == 1;
}

static int devices_of(struct looking *l, str zone, struct target_set *out,
                      struct err *err)
{
    struct scope scope = scope_system(l->setup->org);
    struct target_set all = { 0 };
    int rc =
        patch_setup_devices(l->core->db, &scope, l->setup, l->now, &all, err);

    for (size_t i = 0; rc >= 0 && i < all.devices.n; i++) {
        rc = is_one(l, all.devices.p[i], zone, err);
        if (rc > 0)
            *vec_push(&out->devices) = all.devices.p[i];
    }
    target_set_clear(&all);
    return rc < 0 ? rc : 0;
}

static int begin_ring(struct looking *l, struct err *err)
{
    int rc;

    if (!l->has_rings || l->kind != PATCH_ROUTINE ||
        !str_eq(l->rollout.state, ROLLOUT_WAITING))
        return 0;
    rc = rollout_get_to_move(l->core->db, l->setup->id, &l->arena, &l->rollout,
                             err);
    if (rc != 0 || !str_eq(l->rollout.state, ROLLOUT_WAITING))
        return rc < 0 ? rc : 0;
    log_info("patching.ring", LOG_I64("configuration", l->setup->id),
             LOG_I64("ring", 1));
    return rollout_step(l->core->db, &l->rollout, 1, l->setup->deployed, l->now,
                        err);
}

/* What becomes of devices that no agent acts on. */
struct fate {
    const char *state;
    bool final;
    bool in_freeze; /* of those that a freeze is on for */
    str text;
};

static int set_fate(struct looking *l, int64_t run, const struct fate *fate,
                    struct err *err)
{
    int rc =
        db_run(l->core->db,
               "UPDATE patch_run_device SET state = $3, final = $4, text = $5,"
               " ended = CASE WHEN $4 = 1 THEN $1 ELSE 0 END WHERE run = $2"
               " AND state = 'due' AND EXISTS (SELECT 1 FROM device d"
               " WHERE d.id = patch_run_device.device AND d.kind <> 'agent'"
               " AND ($6 = 0 OR " PATCH_FROZEN_SQL "))",
               DB_ARGS(db_i64(l->now), db_i64(run), db_text(str_c(fate->state)),
                       db_i64(fate->final), db_text(fate->text),
                       db_i64(fate->in_freeze)),
               err);

    return rc < 0 ? rc : 0;
}

/* No agent acts by its policy there: what is decided is handed over now, as
 * far as an agent would act. */
static int hand_over(struct looking *l, int64_t run, struct err *err)
{
    struct fate frozen = { "frozen", true, true,
                           STR("nothing is deployed: a freeze is on") };
    struct fate fate = { "offered", false, false,
                         STR("no agent: the job is handed over") };
    int rc;

    if (l->os == PATCH_LINUX)
        fate = (struct fate){ "unavailable", true, false,
                              STR("not available: no agent") };
    else if (l->has_rings && l->kind == PATCH_ROUTINE &&
             rollout_is_held(&l->rollout))
        fate = (struct fate){
            "skipped", true, false,
            arena_printf(&l->arena, "the rollout is %" PRIstr ": %" PRIstr,
                         ARGstr(l->rollout.state), ARGstr(l->rollout.reason))
        };
    rc = set_fate(l, run, &frozen, err);
    return rc < 0 ? rc : set_fate(l, run, &fate, err);
}

static int note_due(struct looking *l, str zone, const struct occurrence *at,
                    struct err *err)
{
    char local[CALENDAR_TEXT_MAX];
    struct target_set set = { 0 };
    struct patch_run run = {
        .org = l->setup->org,
        .kind = PATCH_RUN_DEPLOY,
        .configuration = l->setup->id,
        .version = l->setup->deployed,
        .task = str_c(patch_task_name(l->kind)),
        .cause = STR("schedule"),
        .ring = l->has_rings && l->kind == PATCH_ROUTINE,
        .due = str_c(calendar_format(at->local, "", local)),
        .state = STR("running"),
        .targets = l->setup->targets,
        .patches = STR("[]"),
    };
    struct patch_run_order order = {
        .run = &run, .devices = &set, .begins = at->utc, .now = l->now
    };
    int rc = devices_of(l, zone, &set, err);

    if (rc == 0 && set.devices.n > 0) {
        rc = patch_run_due(l->core->db, &order, err);
        if (rc >= 0)
            rc = hand_over(l, run.id, err);
        if (rc == 0)
            rc = begin_ring(l, err);
    }
    target_set_clear(&set);
    return rc;
}

static int look_at_task(struct looking *l, struct err *err)
{
    str *zones = NULL;
    size_t n = 0;
    int rc = device_zones(l, &zones, &n, err);

    for (size_t i = 0; rc == 0 && i < n; i++) {
        AUTO(zone_freep) struct zone *zone = NULL;
        struct occurrence at;

        /* A device may name a zone that is not installed here. */
        if (zone_load(NULL, zones[i], &zone, NULL) == 0 &&
            schedule_due(l->schedule, zone, l->setup->looked_at, l->now, &at))
            rc = note_due(l, zones[i], &at, err);
    }
    return rc;
}

static int look_at_setup(struct looking *l, struct err *err)
{
    struct patch_configuration settings;
    int rc = patch_configuration_parse(l->setup->settings, 0, &l->arena,
                                       &settings, err);

    if (rc == 0)
        rc =
            rollout_get(l->core->db, l->setup->id, &l->arena, &l->rollout, err);
    if (rc < 0)
        return rc;
    l->has_rings = rc == 0;
    rc = 0;
    for (int os = 0; rc == 0 && os < PATCH_OSES; os++) {
        for (int kind = 0; rc == 0 && kind < PATCH_TASKS; kind++) {
            const struct patch_task *task = &settings.task[os][kind];

            l->os = (enum patch_os)os;
            l->kind = (enum patch_task_kind)kind;
            l->schedule = &task->schedule;
            if (task->enabled && task->schedule.type != SCHEDULE_NONE)
                rc = look_at_task(l, err);
        }
    }
    return rc;
}

/* One that cannot be read or deployed holds up no other: what the store fails
 * at is tried again as a whole. */
static int leave(const struct patch_setup *setup, int rc, struct err *err)
{
    if (rc >= 0 || rc == E_IO)
        return rc < 0 ? rc : 0;
    log_warn("patching.configuration_left", LOG_I64("configuration", setup->id),
             LOG_TEXT("why", str_c(err_text(err))));
    if (err != NULL)
        *err = (struct err){ 0 };
    return 0;
}

int patch_due_look(struct core *core, int64_t now, struct err *err)
{
    AUTO(arena_clear) struct arena arena = ARENA;
    AUTO(patch_setups_clear) struct patch_setups all = { 0 };
    int rc = patch_setup_in_force(core->db, 0, &arena, &all, err);

    for (size_t i = 0; rc == 0 && i < all.all.n; i++) {
        struct looking l = {
            .core = core, .arena = ARENA, .setup = &all.all.p[i], .now = now
        };

        if (l.setup->looked_at >= now)
            continue;
        rc = look_at_setup(&l, err);
        if (rc == 0)
            rc = patch_setup_looked(core->db, l.setup->id, now, err);
        else
            rc = leave(l.setup, rc, err);
        arena_clear(&l.arena);
    }
    return rc;
}

/* --- Rings ---------------------------------------------------------------- */

/* The schedule's next time of day, by the server's clock: a ring is not
 * deployed outside the hours that were chosen. */
static int64_t next_time(const struct patch_setup *setup, int64_t now)
{
    AUTO(arena_clear) struct arena arena = ARENA;
    AUTO(zone_freep) struct zone *zone = NULL;
    struct patch_configuration settings;
    struct schedule daily = SCHEDULE;
    struct occurrence at;
    const struct schedule *of;

    if (patch_configuration_parse(setup->settings, 0, &arena, &settings, NULL) <
            0 ||
        zone_load_local(ZONE_LOCAL_FILE, &zone, NULL) < 0)
        return now;
    of = &settings.task[PATCH_LINUX][PATCH_ROUTINE].schedule;
    if (!settings.task[PATCH_LINUX][PATCH_ROUTINE].enabled)
        of = &settings.task[PATCH_WINDOWS][PATCH_ROUTINE].schedule;
    daily.type = SCHEDULE_DAILY;
    daily.minute = of->minute;
    if (of->type == SCHEDULE_NONE || of->type >= SCHEDULE_EVERY ||
        schedule_next(&daily, zone, now, &at, 1) == 0)
        return now;
    return at.utc;
}

int patch_ring_deploy(struct db *db, const struct scope *scope,
                      const struct ring_order *o, struct patch_run *out,
                      struct err *err)
{
    struct target_set all = { 0 };
    struct target_set set = { 0 };
    struct patch_run_order order = { .run = out,
                                     .devices = &set,
                                     .begins = next_time(o->setup, o->now),
                                     .now = o->now };
    int rc = patch_setup_devices(db, scope, o->setup, o->now, &all, err);

    for (size_t i = 0; rc == 0 && i < all.devices.n; i++) {
        int64_t ring = 0;

        rc = rollout_ring_of_device(db, o->rollout, all.devices.p[i], &ring,
                                    err);
        if (rc == 0 && ring == o->ring)
            *vec_push(&set.devices) = all.devices.p[i];
    }
    *out = (struct patch_run){ .kind = PATCH_RUN_DEPLOY,
                               .configuration = o->setup->id,
                               .version = o->setup->deployed,
                               .task = STR("routine"),
                               .cause = STR("ring"),
                               .ring = o->ring,
                               .due = STR(""),
                               .state = STR("running"),
                               .targets = o->setup->targets,
                               .patches = STR("[]") };
    if (rc == 0 && set.devices.n > 0)
        rc = patch_run_start(db, scope, &order, err);
    if (rc == 0)
        rc = rollout_step(db, o->rollout, o->ring, o->setup->deployed, o->now,
                          err);
    target_set_clear(&all);
    target_set_clear(&set);
    return rc;
}

static int judge(struct core *core, const struct patch_setup *setup,
                 const struct rollout *r, int64_t now, struct err *err)
{
    AUTO(buf_clear) struct buf text = BUF(500);
    struct scope scope = scope_system(setup->org);
    struct ring_order order = { setup, r, r->ring + 1, now };
    struct rollout_ring_score score;
    struct patch_run run;
    int rc = rollout_ring_score(core->db, &scope, r, r->ring, &score, err);

    if (rc < 0)
        return rc;
    if (r->version != setup->deployed) { /* the first ring tries it first */
        log_info("patching.ring", LOG_I64("configuration", setup->id),
                 LOG_I64("ring", 0));
        return rollout_set(core->db, setup->id, &r->rings, now, err);
    }
    switch (rollout_ring_judge(r, &score, now, &text)) {
    case PATCH_RING_PROMOTE:
        log_info("patching.ring", LOG_I64("configuration", setup->id),
                 LOG_I64("ring", order.ring));
        return patch_ring_deploy(core->db, &scope, &order, &run, err);
    case PATCH_RING_STOP:
        log_warn("patching.rollout_stopped",
                 LOG_I64("configuration", setup->id),
                 LOG_TEXT("why", buf_str(&text)));
        rc = rollout_move(core->db, setup->id, ROLLOUT_STOPPED, buf_str(&text),
                          now, err);
        if (rc == 0)
            rc = patch_run_hold(core->db, setup->id, now, err);
        return rc < 0 ? rc : patching_touch(core->db, setup->org, err);
    case PATCH_RING_DONE:
        return rollout_move(core->db, setup->id, ROLLOUT_WAITING, STR(""), now,
                            err);
    default:
        return 0;
    }
}

int patch_rings_look(struct core *core, int64_t now, struct err *err)
{
    AUTO(arena_clear) struct arena arena = ARENA;
    AUTO(patch_setups_clear) struct patch_setups all = { 0 };
    int rc = patch_setup_in_force(core->db, 0, &arena, &all, err);

    for (size_t i = 0; rc >= 0 && i < all.all.n; i++) {
        struct rollout rollout;

        rc = rollout_get(core->db, all.all.p[i].id, &arena, &rollout, err);
        if (rc == 0 && str_eq(rollout.state, ROLLOUT_RUNNING))
            rc = rollout_get_to_move(core->db, all.all.p[i].id, &arena,
                                     &rollout, err);
        if (rc == 0 && str_eq(rollout.state, ROLLOUT_RUNNING))
            rc = judge(core, &all.all.p[i], &rollout, now, err);
        rc = leave(&all.all.p[i], rc, err);
    }
    return rc < 0 ? rc : 0;
}
