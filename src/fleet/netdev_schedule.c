/* SPDX-License-Identifier: Apache-2.0 */
#include "fleet/netdev_schedule.h"

#include "fleet/netdev_session.h"
#include "fleet/target.h"
#include "schedule/catch_up.h"
#include "schedule/schedule.h"

enum {
    RESULT_MAX = 500
};

#define COLUMNS                                                                \
    "id, org, name, action, targets, schedule, zone, enabled, looked_at,"      \
    " last_run, last_sessions, last_result, created, revision"

void netdev_schedules_clear(struct netdev_schedules *list)
{
    vec_clear(&list->all);
}

/* --- Checking --------------------------------------------------------------
 */

static int load_zone(str name, struct zone **out, struct err *err)
{
    if (name.n == 0 || str_eq_c(name, "server"))
        return zone_load_local(ZONE_LOCAL_FILE, out, err);
    return zone_load(NULL, name, out, err);
}

/* `every` counts from the time it was saved (K-SCH-9). */
static int check_schedule(struct netdev_schedule *s, struct arena *arena,
                          int64_t now, struct err *err)
{
    AUTO(buf_clear) struct buf text = BUF(SCHEDULE_TEXT_MAX);
    struct schedule schedule;
    int rc = schedule_parse(s->schedule, &schedule, err);

    if (rc == 0)
        rc = schedule_check(&schedule, now, err);
    if (rc == 0 && schedule.stage_hours > 0)
        rc = err_set(err, E_INVALID,
                     "stage_hours: nothing is staged for network devices");
    if (rc < 0)
        return rc;
    if (schedule.type == SCHEDULE_EVERY && !schedule.is_anchored) {
        schedule.is_anchored = true;
        schedule.anchor = now - now % 60;
    }
    schedule_print(&schedule, &text);
    s->schedule = arena_str(arena, buf_str(&text));
    return buf_finish(&text, "the schedule", err);
}

int netdev_schedule_check(struct netdev_schedule *s, struct arena *arena,
                          int64_t now, const char **out_field, struct err *err)
{
    AUTO(zone_freep) struct zone *zone = NULL;
    int rc;

    *out_field = "name";
    s->name = str_trim(s->name);
    if (s->name.n == 0 || s->name.n > NETDEV_SCHEDULE_NAME_MAX)
        return err_set(err, E_INVALID, "name must have 1 to %d bytes",
                       NETDEV_SCHEDULE_NAME_MAX);
    *out_field = "action";
    if (!str_eq(s->action, NETDEV_DISCOVER) &&
        !str_eq(s->action, NETDEV_ARCHIVE))
        return err_set(err, E_INVALID, "action must be discover or archive");
    *out_field = "zone";
    rc = load_zone(s->zone, &zone, err);
    if (rc < 0)
        return rc;
    *out_field = "schedule";
    rc = check_schedule(s, arena, now, err);
    if (rc < 0)
        return rc;
    *out_field = "targets";
    return target_check(s->targets, err);
}

/* --- Rows ------------------------------------------------------------------
 */

static void read_row(struct db_rows *rows, struct arena *arena,
                     struct netdev_schedule *out)
{
    str *texts[] = { &out->name, &out->action, &out->targets, &out->schedule,
                     &out->zone };

    out->id = db_col_i64(rows, 0);
    out->org = db_col_i64(rows, 1);
    for (int i = 0; i < (int)COUNT(texts); i++)
        *texts[i] = arena_str(arena, db_col_text(rows, i + 2));
    out->enabled = db_col_i64(rows, 7) != 0;
    out->looked_at = db_col_i64(rows, 8);
    out->last_run = db_col_i64(rows, 9);
    out->last_sessions = db_col_i64(rows, 10);
    out->last_result = arena_str(arena, db_col_text(rows, 11));
    out->created = db_col_i64(rows, 12);
    out->revision = db_col_i64(rows, 13);
}

static int read_rows(struct db_rows *rows, struct arena *arena,
                     struct netdev_schedules *out, struct err *err)
{
    int rc;

    while ((rc = db_next(rows, err)) > 0)
        read_row(rows, arena, vec_push(&out->all));
    return rc;
}

int netdev_schedule_get(struct db *db, const struct scope *scope, int64_t id,
                        struct arena *arena, struct netdev_schedule *out,
                        struct err *err)
{
    AUTO(db_rows_closep) struct db_rows *rows = NULL;
    int rc = db_get(db,
                    "SELECT " COLUMNS " FROM netdev_schedule WHERE org = $1"
                    " AND id = $2",
                    DB_ARGS(db_i64(scope->org), db_i64(id)),
                    DB_WANTED("schedule of network devices", id), &rows, err);

    if (rc < 0)
        return rc;
    read_row(rows, arena, out);
    return 0;
}

int netdev_schedule_list(struct db *db, const struct scope *scope,
                         const struct netdev_schedule_find *find,
                         struct arena *arena, struct netdev_schedules *out,
                         struct err *err)
{
    AUTO(db_rows_closep) struct db_rows *rows = NULL;
    int rc = db_query(
        db,
        "SELECT " COLUMNS " FROM netdev_schedule WHERE org = $1"
        " AND id > $2 ORDER BY id LIMIT $3",
        DB_ARGS(db_i64(scope->org), db_i64(find->after), db_i64(find->limit)),
        &rows, err);

    return rc < 0 ? rc : read_rows(rows, arena, out, err);
}

/* --- Changing ---------------------------------------------------------------
 */

static int name_taken(struct db *db, int rc, str name, struct err *err)
{
    if (rc == E_INVALID && db_is_conflict(db))
        return err_set(err, E_INVALID,
                       "there is a schedule called '%" PRIstr "' already",
                       ARGstr(name));
    return rc;
}

int netdev_schedule_add(struct db *db, const struct scope *scope,
                        struct netdev_schedule *s, int64_t now, struct err *err)
{
    int64_t all = 0;
    int rc =
        db_one_i64(db, "SELECT COUNT(*) FROM netdev_schedule WHERE org = $1",
                   DB_ARGS(db_i64(scope->org)), &all, err);

    if (rc == 0 && all >= NETDEV_SCHEDULES_MAX)
        return err_set(err, E_INVALID, "there are %d schedules already",
                       NETDEV_SCHEDULES_MAX);
    if (rc == 0)
        rc = db_one_i64(
            db,
            "INSERT INTO netdev_schedule (org, name, action, targets, schedule,"
            " zone, enabled, looked_at, last_run, last_sessions, last_result,"
            " created, revision) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 0, 0,"
            " '', $8, 1) RETURNING id",
            DB_ARGS(db_i64(scope->org), db_text(s->name), db_text(s->action),
                    db_text(s->targets), db_text(s->schedule), db_text(s->zone),
                    db_i64(s->enabled), db_i64(now)),
            &s->id, err);
    if (rc < 0)
        return name_taken(db, rc, s->name, err);
    s->org = scope->org;
    s->looked_at = s->created = now;
    s->last_result = STR("");
    s->revision = 1;
    return 0;
}

int netdev_schedule_change(struct db *db, const struct scope *scope,
                           struct netdev_schedule *s, int64_t now,
                           struct err *err)
{
    int rc = db_run(
        db,
        "UPDATE netdev_schedule SET name = $3, action = $4, targets = $5,"
        " schedule = $6, zone = $7, enabled = $8, looked_at = $9,"
        " revision = revision + 1 WHERE org = $1 AND id = $2",
        DB_ARGS(db_i64(scope->org), db_i64(s->id), db_text(s->name),
                db_text(s->action), db_text(s->targets), db_text(s->schedule),
                db_text(s->zone), db_i64(s->enabled), db_i64(now)),
        err);

    if (rc < 0)
        return name_taken(db, rc, s->name, err);
    if (rc == 0)
        return err_set(err, E_ABSENT,
                       "there is no schedule of network devices %lld",
                       (long long)s->id);
    s->looked_at = now;
    s->revision++;
    return 0;
}

int netdev_schedule_remove(struct db *db, const struct scope *scope, int64_t id,
                           struct err *err)
{
    int rc =
        db_run(db, "DELETE FROM netdev_schedule WHERE org = $1 AND id = $2",
               DB_ARGS(db_i64(scope->org), db_i64(id)), err);

    if (rc == 0)
        return err_set(err, E_ABSENT,
                       "there is no schedule of network devices %lld",
                       (long long)id);
    return rc < 0 ? rc : 0;
}

/* --- Running ----------------------------------------------------------------
 */

static int read_times(const struct netdev_schedule *s, struct schedule *out,
                      struct zone **out_zone, struct err *err)
{
    int rc = schedule_parse(s->schedule, out, err);

    return rc < 0 ? rc : load_zone(s->zone, out_zone, err);
}

int64_t netdev_schedule_next(const struct netdev_schedule *s, int64_t now)
{
    AUTO(zone_freep) struct zone *zone = NULL;
    int64_t after = s->looked_at > now ? s->looked_at : now;
    struct occurrence next;
    struct schedule schedule;

    if (!s->enabled || read_times(s, &schedule, &zone, NULL) < 0 ||
        schedule_next(&schedule, zone, after, &next, 1) == 0)
        return 0;
    return next.utc;
}

static int note_run(struct db *db, int64_t id, int made, int64_t now,
                    struct err *err)
{
    AUTO(buf_clear) struct buf text = BUF(RESULT_MAX);
    int rc;

    buf_printf(&text, "%d session%s planned", made, made == 1 ? "" : "s");
    rc = db_run(
        db,
        "UPDATE netdev_schedule SET last_run = $2, last_sessions = $3,"
        " last_result = $4 WHERE id = $1",
        DB_ARGS(db_i64(id), db_i64(now), db_i64(made), db_text(buf_str(&text))),
        err);
    return rc < 0 ? rc : 0;
}

int netdev_schedule_run(struct db *db, const struct scope *scope,
                        const struct netdev_schedule *s, int64_t now,
                        struct err *err)
{
    AUTO(buf_clear) struct buf cause = BUF(NETDEV_SCHEDULE_NAME_MAX + 16);
    AUTO(target_set_clear) struct target_set devices = { 0 };
    struct netdev_session order = { .action = s->action };
    int made;
    int rc = target_resolve(db, scope, s->targets, now, &devices, err);

    if (rc < 0)
        return rc;
    buf_printf(&cause, "schedule %" PRIstr, ARGstr(s->name));
    order.cause = buf_str(&cause);
    made = netdev_session_add_all(db, scope, &devices, &order, now, err);
    if (made < 0)
        return made;
    rc = note_run(db, s->id, made, now, err);
    return rc < 0 ? rc : made;
}

/* --- What came due ----------------------------------------------------------
 */

/* What is to be done about a schedule now. */
struct verdict {
    bool runs;
    bool missed;    /* and is not made up for */
    int64_t covers; /* looked at up to here then */
};

static int judge(const struct netdev_schedule *s, int64_t now,
                 struct verdict *out, struct err *err)
{
    AUTO(zone_freep) struct zone *zone = NULL;
    struct catch_up catch_up = { .last_run = s->looked_at,
                                 .boot = now,
                                 .policy_since = CATCH_UP_NEVER };
    struct catch_up_plan plan;
    struct occurrence due;
    struct schedule schedule;
    int rc = read_times(s, &schedule, &zone, err);

    *out = (struct verdict){ .covers = now };
    if (rc < 0 || !schedule_due(&schedule, zone, s->looked_at, now, &due))
        return rc;
    out->runs = now - due.utc <= NETDEV_SCHEDULE_LATE_S;
    if (out->runs)
        return 0;
    plan = catch_up_schedule(&catch_up, &schedule, zone);
    out->missed = plan.outcome == CATCH_UP_DROPPED;
    out->runs =
        plan.outcome == CATCH_UP_ALONE || plan.outcome == CATCH_UP_MERGED;
    if (out->runs)
        out->covers = plan.covers;
    return 0;
}

/* 1: this node has it; another may lead since a moment. */
static int claim(struct db *db, const struct netdev_schedule *s, int64_t at,
                 struct err *err)
{
    return db_run(db,
                  "UPDATE netdev_schedule SET looked_at = $2 WHERE id = $1"
                  " AND looked_at = $3 AND revision = $4 AND enabled = 1",
                  DB_ARGS(db_i64(s->id), db_i64(at), db_i64(s->looked_at),
                          db_i64(s->revision)),
                  err);
}

static int note(struct db *db, const struct netdev_schedule *s, str text,
                struct err *err)
{
    int rc = 0;

    text = str_sub(text, 0, RESULT_MAX);
    if (!str_eq(text, s->last_result))
        rc = db_run(db,
                    "UPDATE netdev_schedule SET last_result = $2 WHERE id = $1",
                    DB_ARGS(db_i64(s->id), db_text(text)), err);
    return rc < 0 ? rc : 0;
}

static int act(struct db *db, const struct netdev_schedule *s,
               const struct verdict *verdict, int64_t now, struct err *err)
{
    struct scope system = scope_system(s->org);
    int rc = claim(db, s, verdict->covers, err);

    if (rc <= 0)
        return rc;
    if (verdict->missed)
        return note(db, s, STR("missed: the server was off"), err);
    return verdict->runs ? netdev_schedule_run(db, &system, s, now, err) : 0;
}

/* Whether there is something to write; nothing is written yet. */
static bool has_news(const struct netdev_schedule *s, int64_t now,
                     struct verdict *out, struct err *why)
{
    *out = (struct verdict){ .covers = now };
    if (s->looked_at > now + CATCH_UP_WITHIN_S) /* the clock was set back */
        return true;
    if (s->looked_at >= now)
        return false;
    return judge(s, now, out, why) < 0 || out->runs || out->missed ||
           now - s->looked_at >= NETDEV_SCHEDULE_STORE_S;
}

/* Each in a transaction of its own. */
static int look_at(struct db *db, const struct netdev_schedule *s, int64_t now,
                   struct err *err)
{
    struct err why = { 0 };
    struct verdict verdict;
    int made;
    int rc;

    if (!has_news(s, now, &verdict, &why))
        return 0;
    rc = db_begin(db, err);
    if (rc < 0)
        return rc;
    made = why.code < 0 ? note(db, s, str_c(err_text(&why)), err)
                        : act(db, s, &verdict, now, err);
    if (made < 0) {
        db_rollback(db);
        return made;
    }
    rc = db_commit(db, err);
    return rc < 0 ? rc : made;
}

static int enabled_of_all(struct db *db, struct arena *arena,
                          struct netdev_schedules *out, struct err *err)
{
    AUTO(db_rows_closep) struct db_rows *rows = NULL;
    int rc = db_query(db,
                      "SELECT " COLUMNS " FROM netdev_schedule"
                      " WHERE enabled = 1 ORDER BY id",
                      DB_NO_ARGS, &rows, err);

    return rc < 0 ? rc : read_rows(rows, arena, out, err);
}

int netdev_schedules_look(struct db *db, int64_t now, struct err *err)
{
    AUTO(netdev_schedules_clear) struct netdev_schedules list = { 0 };
    AUTO(arena_clear) struct arena arena = ARENA;
    int made = 0;
    int failed = 0;
    int rc = enabled_of_all(db, &arena, &list, err);

    if (rc < 0)
        return rc;
    for (size_t i = 0; i < list.all.n; i++) {
        rc = look_at(db, &list.all.p[i], now, err);
        if (rc < 0)
            failed = rc; /* the next look tries it again */
        else
            made += rc;
    }
    return failed < 0 ? failed : made;
}
