/* SPDX-License-Identifier: Apache-2.0
 *
 * What devices say of their part in a run. An agent is hostile: it names a
 * run and a configuration, and only what its own device is part of counts.
 */
#include "fleet/run.h"
#include "schedule/calendar.h"
#include "schedule/schedule.h"

struct state_row {
    int64_t job_state;
    const char *state;
    bool final;
};
/* Done and failed are the result's to say; it brings the findings. */
static const struct state_row states[] = {
    { JOB_STATE_TAKEN, "taken", false },
    { JOB_STATE_STARTED, "started", false },
    { JOB_STATE_FAILED, "error", true },
    { JOB_STATE_REFUSED, "refused", true },
    { JOB_STATE_WAITING, "waiting", false },
    { JOB_STATE_SKIPPED, "skipped", true },
};

int run_job_event(struct db *db, int64_t run, int64_t device,
                  const struct job_event *event, struct err *err)
{
    str text = str_or_empty(event->text);

    for (size_t i = 0; i < COUNT(states); i++) {
        int rc;

        if (states[i].job_state != event->state)
            continue;
        rc = db_run(
            db,
            "UPDATE run_device SET state = $3, final = $4, text = $5,"
            " started = CASE WHEN $3 = 'started' THEN $6 ELSE started END,"
            " ended = CASE WHEN $4 = 1 THEN $6 ELSE ended END"
            " WHERE run = $1 AND device = $2 AND final = 0",
            DB_ARGS(db_i64(run), db_i64(device),
                    db_text(str_c(states[i].state)), db_i64(states[i].final),
                    db_text(text), db_i64(event->at)),
            err);
        return rc < 0 ? rc : 0;
    }
    return 0;
}

/* --- Results ------------------------------------------------------------- */

static const char *outcome_state(int64_t outcome)
{
    switch (outcome) {
    case RUN_DONE:
        return "done";
    case RUN_SKIPPED:
        return "skipped";
    default:
        return "error";
    }
}

/* Returns 1 when the device is part of the run. A final state stays, but for
 * one that says nothing was heard. */
static int finish_device(struct db *db, int64_t run, int64_t device,
                         const struct results *results, struct err *err)
{
    int rc = db_run(db,
                    "UPDATE run_device SET state = $3, final = 1, started = $4,"
                    " ended = $5, text = $6, content = COALESCE((SELECT MAX(id)"
                    " FROM content WHERE digest = $7), content)"
                    " WHERE run = $1 AND device = $2"
                    " AND (final = 0 OR state = 'missed')",
                    DB_ARGS(db_i64(run), db_i64(device),
                            db_text(str_c(outcome_state(results->outcome))),
                            db_i64(results->started), db_i64(results->ended),
                            db_text(str_or_empty(results->text)),
                            db_blob(results->content_digest.p != NULL
                                        ? results->content_digest
                                        : STR(""))),
                    err);
    int64_t there = 0;

    if (rc != 0)
        return rc < 0 ? rc : 1;
    rc = db_one_i64(
        db, "SELECT COUNT(*) FROM run_device WHERE run = $1 AND device = $2",
        DB_ARGS(db_i64(run), db_i64(device)), &there, err);
    return rc < 0 ? rc : there > 0;
}

struct origin {
    struct configuration c;
    str zone; /* of the device */
};

/* 0; or 1 when the configuration is not one of the device's organisation. */
static int read_origin(struct db *db, int64_t device, int64_t configuration,
                       struct arena *arena, struct origin *out, struct err *err)
{
    AUTO(db_rows_closep) struct db_rows *rows = NULL;
    struct scope scope;
    int rc = db_query(db,
                      "SELECT org, CASE WHEN time_zone_set <> '' THEN"
                      " time_zone_set ELSE time_zone END FROM device"
                      " WHERE id = $1",
                      DB_ARGS(db_i64(device)), &rows, err);

    if (rc == 0)
        rc = db_next(rows, err);
    if (rc <= 0)
        return rc < 0 ? rc : 1;
    scope = scope_system(db_col_i64(rows, 0));
    out->zone = arena_str(arena, db_col_text(rows, 1));
    rc = configuration_get(db, &scope, configuration, arena, &out->c, err);
    return rc == E_ABSENT ? 1 : rc;
}

/* The zone the schedule is in. A device may name one that we do not have. */
static int origin_zone(const struct origin *origin, struct zone **out,
                       struct err *err)
{
    if (str_eq_c(origin->c.zone, "server"))
        return zone_load_local(ZONE_LOCAL_FILE, out, err);
    return zone_load(NULL, origin->c.zone.n > 0 ? origin->c.zone : origin->zone,
                     out, err);
}

/* Whether the schedule has a run at that very time: otherwise a device could
 * make as many runs as it likes. */
static bool was_due(const struct origin *origin, const struct zone *zone,
                    int64_t due, int64_t now)
{
    struct schedule schedule;
    struct occurrence occurrence;

    return origin->c.enabled && due > origin->c.enabled_at &&
           due <= now + 86400 &&
           schedule_parse(origin->c.schedule, &schedule, NULL) == 0 &&
           schedule_due(&schedule, zone, due - 1, due, &occurrence);
}

static int find_scheduled(struct db *db, const struct origin *origin,
                          int64_t due, int64_t now, int64_t *out_run,
                          struct err *err)
{
    AUTO(zone_freep) struct zone *zone = NULL;
    char local[CALENDAR_TEXT_MAX];
    int64_t run = 0;
    int rc = origin_zone(origin, &zone, err);

    if (rc < 0) /* a zone nobody knows: the result stands without a run */
        return 0;
    calendar_format(zone_utc_to_local(zone, due), "", local);
    rc = db_one_i64(
        db, "SELECT id FROM run WHERE configuration = $1 AND due = $2",
        DB_ARGS(db_i64(origin->c.id), db_text(str_c(local))), &run, err);
    if (rc == 1) {
        if (!was_due(origin, zone, due, now))
            return 0;
        rc = run_due(db, &origin->c,
                     &(struct run_occurrence){
                         .local = str_c(local),
                         .zone = origin->c.zone.n > 0 ? STR("") : origin->zone,
                         .due = due,
                         .now = now },
                     &run, err);
    }
    if (rc == 0)
        *out_run = run;
    return rc;
}

int run_result(struct db *db, int64_t device, const struct results *results,
               int64_t now, int64_t *out_run, struct err *err)
{
    AUTO(arena_clear) struct arena arena = ARENA;
    struct origin origin = { 0 };
    int64_t run = results->terms.run;
    int rc = 0;

    *out_run = 0;
    if (run == 0) {
        rc = read_origin(db, device, results->terms.configuration, &arena,
                         &origin, err);
        if (rc == 0)
            rc = find_scheduled(db, &origin, results->due, now, &run, err);
        if (rc != 0)
            return rc < 0 ? rc : 0;
    }
    if (run == 0)
        return 0;
    rc = finish_device(db, run, device, results, err);
    if (rc > 0)
        *out_run = run;
    return rc < 0 ? rc : 0;
}

/* --- Network devices ----------------------------------------------------- */

/* A run waits for a device from its session on: until that has ended, what is
 * found was read before. */
#define ITS_SESSION_ENDED                                                      \
    " EXISTS (SELECT 1 FROM netdev_session s WHERE s.device = $1"              \
    " AND s.cause = 'run ' || CAST(run_device.run AS TEXT)"                    \
    " AND s.state = 'ended')"

struct ending {
    str why;
    int64_t now;
    bool all; /* not only those of the content in use */
};

static int end_network(struct db *db, int64_t device, const char *state,
                       const struct ending *end, struct err *err)
{
    int rc =
        db_run(db,
               "UPDATE run_device SET state = $2, final = 1, text = $3,"
               " started = CASE WHEN started = 0 THEN $4 ELSE started END,"
               " ended = $4 WHERE device = $1 AND final = 0"
               " AND state = 'queued' AND ($5 = 1 OR content <> 0)"
               " AND" ITS_SESSION_ENDED,
               DB_ARGS(db_i64(device), db_text(str_c(state)), db_text(end->why),
                       db_i64(end->now), db_i64(end->all)),
               err);

    return rc < 0 ? rc : 0;
}

int run_network_done(struct db *db, int64_t device, int64_t content,
                     int64_t now, int64_t *out_run, struct err *err)
{
    struct ending end = { .why = STR(""), .now = now };
    int64_t run = 0;
    int rc = db_one_i64(db,
                        "SELECT COALESCE(MAX(run), 0) FROM run_device"
                        " WHERE device = $1 AND final = 0 AND content = $2"
                        " AND state = 'queued' AND" ITS_SESSION_ENDED,
                        DB_ARGS(db_i64(device), db_i64(content)), &run, err);

    if (rc == 0)
        rc = end_network(db, device, "done", &end, err);
    if (rc == 0)
        *out_run = run;
    return rc;
}

int run_network_failed(struct db *db, int64_t device, str why, int64_t now,
                       struct err *err)
{
    struct ending end = { str_or_empty(why), now, true };

    return end_network(db, device, "error", &end, err);
}

int run_network_unfit(struct db *db, int64_t device, str why, int64_t now,
                      struct err *err)
{
    struct ending end = { str_or_empty(why), now, false };

    return end_network(db, device, "error", &end, err);
}

/* --- Benchmarks of network devices --------------------------------------- */

static int note_started(struct db *db, int64_t device,
                        const struct run_benchmarks *list, struct err *err)
{
    int rc = 0;

    for (size_t i = 0; rc >= 0 && i < list->all.n; i++)
        rc = db_run(db,
                    "UPDATE run_device SET state = 'started'"
                    " WHERE run = $1 AND device = $2 AND state = 'queued'",
                    DB_ARGS(db_i64(list->all.p[i].run), db_i64(device)), err);
    return rc < 0 ? rc : 0;
}

int run_network_benchmarks(struct db *db, int64_t device,
                           struct run_benchmarks *out, struct err *err)
{
    AUTO(db_rows_closep) struct db_rows *rows = NULL;
    int rc = db_query(
        db,
        "SELECT run_device.run, c.id, c.pack FROM run_device"
        " JOIN run r ON r.id = run_device.run"
        " JOIN configuration c ON c.id = r.configuration"
        " WHERE run_device.device = $1 AND run_device.final = 0"
        " AND run_device.state = 'queued' AND run_device.content = 0"
        " AND c.pack <> 0 AND" ITS_SESSION_ENDED " ORDER BY run_device.run",
        DB_ARGS(db_i64(device)), &rows, err);

    while (rc == 0 && (rc = db_next(rows, err)) == 1) {
        *vec_push(&out->all) =
            (struct run_benchmark){ db_col_i64(rows, 0), db_col_i64(rows, 1),
                                    db_col_i64(rows, 2) };
        rc = 0;
    }
    return rc < 0 ? rc : note_started(db, device, out, err);
}

int run_network_benchmark_failed(struct db *db, int64_t device, int64_t run,
                                 str why, int64_t now, struct err *err)
{
    int rc = db_run(db,
                    "UPDATE run_device SET state = 'error', final = 1,"
                    " text = $3, ended = $4 WHERE run = $1 AND device = $2"
                    " AND final = 0",
                    DB_ARGS(db_i64(run), db_i64(device),
                            db_text(str_or_empty(why)), db_i64(now)),
                    err);

    return rc < 0 ? rc : 0;
}

#define WAITING_NETWORK                                                        \
    " final = 0 AND content = 0 AND state IN ('queued', 'started')"            \
    " AND device IN (SELECT id FROM device WHERE kind = 'network')"

int run_network_resume(struct db *db, struct run_ids *out_devices,
                       struct err *err)
{
    AUTO(db_rows_closep) struct db_rows *rows = NULL;
    int rc = db_run(db,
                    "UPDATE run_device SET state = 'queued'"
                    " WHERE state = 'started' AND" WAITING_NETWORK,
                    DB_NO_ARGS, err);

    if (rc >= 0)
        rc = db_query(db,
                      "SELECT DISTINCT device FROM run_device"
                      " WHERE" WAITING_NETWORK " ORDER BY device",
                      DB_NO_ARGS, &rows, err);
    while (rc == 0 && (rc = db_next(rows, err)) == 1) {
        *vec_push(&out_devices->ids) = db_col_i64(rows, 0);
        rc = 0;
    }
    return rc < 0 ? rc : 0;
}
