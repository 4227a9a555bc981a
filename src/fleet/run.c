/* SPDX-License-Identifier: Apache-2.0 */
#include "fleet/run.h"

#include "fleet/benchmark.h"
#include "fleet/netdev_device.h"
#include "fleet/netdev_session.h"
#include "fleet/target.h"

enum {
    JOB_LIFE_S = 86400, /* a device that is off for longer missed the run */
};

/* --- Starting ------------------------------------------------------------ */

static int add_run(struct db *db, const struct run_order *order, str by,
                   str due, int64_t *out_id, struct err *err)
{
    const struct configuration *c = order->c;

    return db_one_i64(
        db,
        "INSERT INTO run (org, configuration, configuration_revision, cause,"
        " started_by, due, started, ended, targets, devices)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, 0, $8, 0)"
        " ON CONFLICT (configuration, due) WHERE due <> ''"
        " DO UPDATE SET ended = 0 RETURNING id",
        DB_ARGS(db_i64(c->org), db_i64(c->id), db_i64(c->revision),
                db_text(str_c(order->cause)), db_text(by), db_text(due),
                db_i64(order->now), db_text(c->targets)),
        out_id, err);
}

/* Returns 1 when the device was not in the run yet. */
static int add_device(struct db *db, int64_t run, int64_t device,
                      const char *state, int64_t due, struct err *err)
{
    return db_run(db,
                  "INSERT INTO run_device (run, device, state, final, content,"
                  " due, started, ended, text)"
                  " VALUES ($1, $2, $3, 0, 0, $4, 0, 0, '')"
                  " ON CONFLICT (run, device) DO NOTHING",
                  DB_ARGS(db_i64(run), db_i64(device), db_text(str_c(state)),
                          db_i64(due)),
                  err);
}

static int count_devices(struct db *db, int64_t run, struct err *err)
{
    int rc = db_run(db,
                    "UPDATE run SET devices = (SELECT COUNT(*) FROM run_device"
                    " WHERE run = $1) WHERE id = $1",
                    DB_ARGS(db_i64(run)), err);

    return rc < 0 ? rc : 0;
}

int run_start(struct db *db, const struct scope *scope,
              const struct run_order *order, struct arena *arena,
              struct run *out, struct err *err)
{
    const struct configuration *c = order->c;
    struct target_set set = { 0 };
    int64_t id = 0;
    int rc;

    if (!c->enabled)
        return err_set(err, E_INVALID,
                       "'%" PRIstr "' is not enabled, so it does not run "
                       "(K-RUN-5)",
                       ARGstr(c->name));
    rc = target_resolve(db, scope, c->targets, order->now, &set, err);
    if (rc == 0 && set.devices.n == 0)
        rc = err_set(err, E_INVALID,
                     "no device you can see is a target of '%" PRIstr "'",
                     ARGstr(c->name));
    if (rc == 0)
        rc = add_run(db, order, scope->name, STR(""), &id, err);
    for (size_t i = 0; rc >= 0 && i < set.devices.n; i++)
        rc = add_device(db, id, set.devices.p[i], "planned", order->now, err);
    target_set_clear(&set);
    if (rc >= 0)
        rc = count_devices(db, id, err);
    return rc < 0 ? rc : run_get(db, scope, id, arena, out, err);
}

/* --- Making the jobs ----------------------------------------------------- */

struct planned {
    int64_t run;
    int64_t device;
    int64_t configuration;
    bool has_agent;
    bool is_network;
    str os_id;
    str os_version;
    str os_name;
};
struct dispatch {
    struct db *db;
    struct run_jobs *jobs;
    struct arena arena;
    struct configuration c; /* the one of the device before */
};

/* What the device is to use. */
struct source {
    int64_t content; /* 0: a pack of SCAP */
    uint8_t digest[JOB_DIGEST_BYTES];
};

static enum job_type type_of(const struct configuration *c)
{
    return c->pack != 0 ? JOB_SCAP : JOB_ASSESS;
}

static int order_job(struct dispatch *d, const struct planned *p,
                     const struct source *source, struct err *err)
{
    struct job_assess body = { .terms = {
                                   .run = p->run,
                                   .configuration = d->c.id,
                                   .revision = d->c.revision,
                                   .while_logged_off = d->c.while_logged_off,
                                   .nice = d->c.nice,
                                   .memory_mb = d->c.memory_mb,
                                   .limit_s = d->c.limit_s,
                               } };
    struct job_order order = {
        .device = p->device,
        .type = type_of(&d->c),
        .run = p->run,
        .life_s = JOB_LIFE_S,
        .content_digest = { (const char *)source->digest,
                            sizeof(source->digest) },
        .body = &body,
    };
    int64_t id;
    int rc = job_add(d->db, d->jobs->signer, &order, d->jobs->now, &id, err);

    if (rc == 0)
        rc = db_run(
            d->db,
            "UPDATE run_device SET state = 'queued', content = $3"
            " WHERE run = $1 AND device = $2",
            DB_ARGS(db_i64(p->run), db_i64(p->device), db_i64(source->content)),
            err);
    if (rc < 0)
        return rc;
    *vec_push(&d->jobs->woken) = p->device;
    return 0;
}

/* The device's part in the run is over before it began. */
static int refuse_device(struct dispatch *d, const struct planned *p,
                         const char *state, str text, struct err *err)
{
    int rc =
        db_run(d->db,
               "UPDATE run_device SET state = $3, final = 1, text = $4,"
               " ended = $5 WHERE run = $1 AND device = $2",
               DB_ARGS(db_i64(p->run), db_i64(p->device), db_text(str_c(state)),
                       db_text(text), db_i64(d->jobs->now)),
               err);

    return rc < 0 ? rc : 0;
}

/* 0; or 1 when there is no content for the device. */
static int find_source(struct dispatch *d, const struct planned *p,
                       struct source *out, struct err *err)
{
    struct benchmark_pack pack;
    struct content content;
    int rc;

    *out = (struct source){ 0 };
    if (d->c.pack != 0) {
        rc = benchmark_pack_get(d->db, d->c.pack, &d->arena, &pack, err);
        if (rc == 0)
            memcpy(out->digest, pack.digest, sizeof(out->digest));
        return rc == E_ABSENT ? 1 : rc;
    }
    rc = content_for_os(d->db, p->os_id, p->os_version, &content, err);
    if (rc != 0)
        return rc;
    out->content = content.id;
    memcpy(out->digest, content.digest, sizeof(out->digest));
    return 0;
}

/* A session that reads the device; what it is asked is worked out when its
 * turn has come. 1: it is off-line. */
static int order_session(struct dispatch *d, const struct planned *p,
                         const struct content *content, struct err *err)
{
    struct scope scope = scope_system(d->c.org);
    struct netdev_session session = {
        .device = p->device,
        .action = NETDEV_DISCOVER,
        .cause = arena_printf(&d->arena, "run %lld", (long long)p->run),
    };
    int64_t reached = 0;
    int64_t id;
    int rc = db_one_i64(
        d->db,
        "SELECT COUNT(*) FROM netdev WHERE device = $1 AND address <> ''",
        DB_ARGS(db_i64(p->device)), &reached, err);

    if (rc == 0 && reached == 0)
        return 1;
    if (rc == 0)
        rc =
            netdev_session_add(d->db, &scope, &session, d->jobs->now, &id, err);
    if (rc == 0)
        rc = db_run(
            d->db,
            "UPDATE run_device SET state = 'queued', content = $3"
            " WHERE run = $1 AND device = $2",
            DB_ARGS(db_i64(p->run), db_i64(p->device), db_i64(content->id)),
            err);
    return rc < 0 ? rc : 0;
}

static int dispatch_network(struct dispatch *d, const struct planned *p,
                            struct err *err)
{
    struct content content;
    int rc;

    content.id = 0; /* of a benchmark */
    rc = d->c.pack != 0
             ? 0
             : content_for_os(d->db, p->os_id, p->os_version, &content, err);
    if (rc == 1)
        return refuse_device(d, p, "unavailable",
                             arena_printf(&d->arena,
                                          "there is no content for %" PRIstr,
                                          ARGstr(p->os_name)),
                             err);
    if (rc == 0)
        rc = order_session(d, p, &content, err);
    if (rc == 1)
        return refuse_device(d, p, "unavailable",
                             STR("not available: the device is off-line"), err);
    d->jobs->sessions |= rc == 0;
    return rc;
}

static int dispatch_one(struct dispatch *d, const struct planned *p,
                        struct err *err)
{
    struct source source;
    int64_t open_job;
    int rc;

    if (!d->c.enabled)
        return refuse_device(d, p, "cancelled",
                             STR("the configuration was disabled"), err);
    if (p->is_network)
        return dispatch_network(d, p, err);
    if (!p->has_agent)
        return refuse_device(d, p, "unavailable",
                             STR("not available: no agent"), err);
    rc = job_find_open(d->db, p->device, type_of(&d->c), d->jobs->now,
                       &open_job, err);
    if (rc == 0)
        return refuse_device(d, p, "coalesced",
                             arena_printf(&d->arena,
                                          "job %lld was under way already",
                                          (long long)open_job),
                             err);
    if (rc == 1)
        rc = find_source(d, p, &source, err);
    if (rc == 1)
        return refuse_device(d, p, "unavailable",
                             arena_printf(&d->arena,
                                          "there is no content for %" PRIstr,
                                          ARGstr(p->os_name)),
                             err);
    return rc < 0 ? rc : order_job(d, p, &source, err);
}

/* Rows are copied first: one cursor at a time, and no writes below it. Of
 * several servers each takes its own. */
static int read_planned(struct dispatch *d, int64_t limit, struct planned **out,
                        size_t *out_n, struct err *err)
{
    AUTO(db_rows_closep) struct db_rows *rows = NULL;
    int rc = db_query(
        d->db,
        "SELECT rd.run, rd.device, r.configuration, d.kind, d.os_id,"
        " d.os_version, d.os_name FROM run_device rd"
        " JOIN run r ON r.id = rd.run JOIN device d ON d.id = rd.device"
        " WHERE (rd.run, rd.device) IN (SELECT run, device FROM run_device"
        " WHERE state = 'planned' ORDER BY run, device LIMIT $1"
        " FOR UPDATE SKIP LOCKED) ORDER BY rd.run, rd.device",
        DB_ARGS(db_i64(limit)), &rows, err);

    *out = arena_alloc(&d->arena, (size_t)limit, sizeof(**out));
    *out_n = 0;
    while (rc == 0 && (rc = db_next(rows, err)) > 0) {
        (*out)[(*out_n)++] = (struct planned){
            .run = db_col_i64(rows, 0),
            .device = db_col_i64(rows, 1),
            .configuration = db_col_i64(rows, 2),
            .has_agent = str_eq(db_col_text(rows, 3), STR("agent")),
            .is_network = str_eq(db_col_text(rows, 3), DEVICE_KIND_NETWORK),
            .os_id = arena_str(&d->arena, db_col_text(rows, 4)),
            .os_version = arena_str(&d->arena, db_col_text(rows, 5)),
            .os_name = arena_str(&d->arena, db_col_text(rows, 6)),
        };
        rc = 0;
    }
    return rc;
}

static int load_configuration(struct dispatch *d, int64_t id, struct err *err)
{
    int64_t org;
    struct scope scope;
    int rc;

    if (d->c.id == id)
        return 0;
    rc = db_one_i64(d->db, "SELECT org FROM configuration WHERE id = $1",
                    DB_ARGS(db_i64(id)), &org, err);
    if (rc < 0)
        return rc;
    scope = scope_system(org);
    rc = configuration_get(d->db, &scope, id, &d->arena, &d->c, err);
    if (rc == E_ABSENT) { /* removed since: as if it were disabled */
        d->c = (struct configuration){ .id = id, .org = org };
        return 0;
    }
    return rc;
}

int run_dispatch(struct db *db, struct run_jobs *jobs, int64_t limit,
                 struct err *err)
{
    struct dispatch d = { .db = db, .jobs = jobs, .arena = ARENA };
    struct planned *planned;
    size_t n;
    int rc = read_planned(&d, limit, &planned, &n, err);

    for (size_t i = 0; rc == 0 && i < n; i++) {
        rc = load_configuration(&d, planned[i].configuration, err);
        if (rc == 0)
            rc = dispatch_one(&d, &planned[i], err);
    }
    arena_clear(&d.arena);
    return rc < 0 ? rc : (int)n;
}

/* --- By schedule --------------------------------------------------------- */

/* The targets among the devices of one time zone, or all of them. */
static int put_due(struct db *db, const struct configuration *c, int64_t run,
                   const struct run_occurrence *at, struct err *err)
{
    str zone = str_or_empty(at->zone);
    struct scope scope = scope_system(c->org);
    struct target_set set = { 0 };
    int rc = target_resolve(db, &scope, c->targets, at->now, &set, err);

    for (size_t i = 0; rc >= 0 && i < set.devices.n; i++)
        rc = db_run(
            db,
            "INSERT INTO run_device (run, device, state, final, content, due,"
            " started, ended, text) SELECT $1, d.id,"
            " CASE d.kind WHEN 'agent' THEN 'due' WHEN 'network' THEN"
            " 'planned' ELSE 'unavailable' END,"
            " CASE WHEN d.kind IN ('agent', 'network') THEN 0 ELSE 1 END,"
            " 0, $4, 0, 0, CASE WHEN d.kind IN ('agent', 'network') THEN ''"
            " ELSE 'not available: no agent' END FROM device d"
            " WHERE d.id = $2 AND ($3 = '' OR $3 = CASE WHEN"
            " d.time_zone_set <> '' THEN d.time_zone_set ELSE d.time_zone END)"
            " ON CONFLICT (run, device) DO NOTHING",
            DB_ARGS(db_i64(run), db_i64(set.devices.p[i]), db_text(zone),
                    db_i64(at->due)),
            err);
    target_set_clear(&set);
    return rc < 0 ? rc : 0;
}

int run_due(struct db *db, const struct configuration *c,
            const struct run_occurrence *occurrence, int64_t *out_run,
            struct err *err)
{
    struct run_order order = { .c = c,
                               .cause = "schedule",
                               .now = occurrence->now };
    int64_t id = 0;
    int rc = add_run(db, &order, STR("schedule"), occurrence->local, &id, err);

    if (rc == 0)
        rc = put_due(db, c, id, occurrence, err);
    if (rc == 0)
        rc = count_devices(db, id, err);
    if (rc == 0)
        *out_run = id;
    return rc;
}

/* --- Ending -------------------------------------------------------------- */

enum {
    HEARD_WITHIN_S = 86400,     /* of its being due */
    ENDED_WITHIN_S = 8 * 86400, /* waiting for a login may take a week */
};

static int close_silent(struct db *db, int64_t now, struct err *err)
{
    int rc =
        db_run(db,
               "UPDATE run_device SET state = 'missed', final = 1, ended = $1,"
               " text = 'nothing was heard of the device'"
               " WHERE final = 0 AND state IN ('due', 'queued') AND due < $2",
               DB_ARGS(db_i64(now), db_i64(now - HEARD_WITHIN_S)), err);

    if (rc >= 0)
        rc = db_run(
            db,
            "UPDATE run_device SET state = 'missed', final = 1, ended = $1,"
            " text = 'the device took the job and did not come back'"
            " WHERE final = 0 AND due < $2",
            DB_ARGS(db_i64(now), db_i64(now - ENDED_WITHIN_S)), err);
    return rc < 0 ? rc : 0;
}

int run_close(struct db *db, int64_t now, struct run_ids *ended,
              struct err *err)
{
    AUTO(db_rows_closep) struct db_rows *rows = NULL;
    int rc = close_silent(db, now, err);

    if (rc == 0)
        rc = db_query(db,
                      "UPDATE run SET ended = $1 WHERE ended = 0 AND NOT"
                      " EXISTS (SELECT 1 FROM run_device rd"
                      " WHERE rd.run = run.id AND rd.final = 0) RETURNING id",
                      DB_ARGS(db_i64(now)), &rows, err);
    while (rc == 0 && (rc = db_next(rows, err)) > 0) {
        *vec_push(&ended->ids) = db_col_i64(rows, 0);
        rc = 0;
    }
    return rc < 0 ? rc : 0;
}

/* Devices that have the job already are told by a job that cancels it. */
static int cancel_jobs(struct db *db, int64_t run, struct run_jobs *jobs,
                       struct err *err)
{
    struct pair {
        int64_t job;
        int64_t device;
    };
    VEC(struct pair) taken = { 0 };
    struct db_rows *rows = NULL;
    int rc = db_query(db,
                      "SELECT id, device FROM job WHERE run = $1"
                      " AND type IN ($2, $4)"
                      " AND state IN (1, 2, 6) AND expires > $3",
                      DB_ARGS(db_i64(run), db_i64(JOB_ASSESS),
                              db_i64(jobs->now), db_i64(JOB_SCAP)),
                      &rows, err);

    while (rc == 0 && (rc = db_next(rows, err)) > 0) {
        *vec_push(&taken) =
            (struct pair){ db_col_i64(rows, 0), db_col_i64(rows, 1) };
        rc = 0;
    }
    db_rows_close(rows);
    for (size_t i = 0; rc == 0 && i < taken.n; i++) {
        struct job_cancel body = { .job = taken.p[i].job };
        struct job_order order = { .device = taken.p[i].device,
                                   .type = JOB_CANCEL,
                                   .life_s = JOB_LIFE_S,
                                   .body = &body };
        int64_t id;

        rc = job_add(db, jobs->signer, &order, jobs->now, &id, err);
        *vec_push(&jobs->woken) = taken.p[i].device;
    }
    vec_clear(&taken);
    return rc;
}

/* Ending a run ends it for every device: who does not see all of them may
 * not. */
static int refuse_hidden(struct db *db, const struct scope *scope, int64_t run,
                         struct err *err)
{
    int64_t hidden = 0;
    int rc = db_one_i64(
        db,
        "SELECT COUNT(*) FROM run_device rd JOIN device d ON d.id = rd.device"
        " WHERE d.org = $1 AND rd.run = $3 AND rd.final = 0"
        " AND NOT " SCOPE_SQL,
        DB_ARGS(db_i64(scope->org), db_i64(scope_limit(scope)), db_i64(run)),
        &hidden, err);

    if (rc == 0 && hidden > 0)
        return err_set(err, E_PERM,
                       "it runs on devices that you do not see, too");
    return rc;
}

int run_cancel(struct db *db, const struct scope *scope, int64_t id,
               struct run_jobs *jobs, struct err *err)
{
    AUTO(arena_clear) struct arena arena = ARENA;
    struct run run;
    int rc = run_get(db, scope, id, &arena, &run, err);

    if (rc == 0)
        rc = refuse_hidden(db, scope, id, err);
    if (rc == 0)
        rc = db_run(
            db,
            "UPDATE job SET state = $3, state_at = $2"
            " WHERE run = $1 AND state = 0",
            DB_ARGS(db_i64(id), db_i64(jobs->now), db_i64(JOB_STATE_CANCELLED)),
            err);
    if (rc >= 0)
        rc = cancel_jobs(db, id, jobs, err);
    if (rc >= 0)
        rc = db_run(db,
                    "UPDATE run_device SET state = 'cancelled', final = 1,"
                    " ended = $2, text = $3 WHERE run = $1 AND final = 0",
                    DB_ARGS(db_i64(id), db_i64(jobs->now),
                            db_text(arena_printf(&arena, "by %" PRIstr,
                                                 ARGstr(scope->name)))),
                    err);
    return rc < 0 ? rc : 0;
}
