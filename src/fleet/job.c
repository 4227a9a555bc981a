/* SPDX-License-Identifier: Apache-2.0 */
#include "fleet/job.h"

#include "fleet/cert.h"

enum {
    ANSWER_MAX = 4 << 20, /* bytes of jobs in one answer */
};

/* What each state is called and how far along it is; a state gives way only
 * to one of a higher rank, and a final one to none. */
static const struct {
    int64_t state;
    const char *name;
    int rank;
    bool final;
} states[] = {
    { JOB_STATE_QUEUED, "queued", 0, false },
    { JOB_STATE_TAKEN, "taken", 1, false },
    { JOB_STATE_STARTED, "started", 3, false },
    { JOB_STATE_DONE, "done", 4, true },
    { JOB_STATE_FAILED, "failed", 4, true },
    { JOB_STATE_REFUSED, "refused", 4, true },
    { JOB_STATE_WAITING, "waiting", 2, false },
    { JOB_STATE_SKIPPED, "skipped", 4, true },
    { JOB_STATE_EXPIRED, "expired", 4, true },
    { JOB_STATE_CANCELLED, "cancelled", 4, true },
};

bool job_state_is_final(int64_t state)
{
    return state >= 0 && state < (int64_t)COUNT(states) && states[state].final;
}

const char *job_state_name(int64_t state)
{
    return state >= 0 && state < (int64_t)COUNT(states) ? states[state].name
                                                        : "unknown";
}

/* --- making ----------------------------------------------------------- */

static int org_of(struct db *db, int64_t device, int64_t *out, struct err *err)
{
    int rc =
        db_one_i64(db, "SELECT org FROM device WHERE id = $1 AND retired = 0",
                   DB_ARGS(db_i64(device)), out, err);

    if (rc == 1)
        return err_set(err, E_ABSENT, "there is no device %lld in use",
                       (long long)device);
    return rc;
}

/* With its id, which the signed text has, too. */
static int insert_job(struct db *db, const struct job_order *order,
                      struct job *job, int64_t now, struct err *err)
{
    int64_t org = 0;
    int rc = org_of(db, order->device, &org, err);

    if (rc < 0)
        return rc;
    rc = db_one_i64(
        db,
        "INSERT INTO job (org, device, type, run, body, signature, created,"
        " expires, state, state_at, text) VALUES ($1, $2, $3, $4, $5, $5, $6,"
        " $7, 0, $6, '') RETURNING id",
        DB_ARGS(db_i64(org), db_i64(order->device), db_i64(order->type),
                db_i64(order->run), db_blob(STR("")), db_i64(now),
                db_i64(job->expires)),
        &job->id, err);

    return rc < 0 ? rc : 0;
}

static int sign_and_store(struct db *db, const struct job_signer *signer,
                          const struct job *job, struct err *err)
{
    AUTO(buf_clear) struct buf signed_text = BUF(JOB_MAX);
    uint8_t signature[SIGNATURE_BYTES];
    int rc = signer->sign(signer->ctx, job, &signed_text, signature, err);

    if (rc == 0)
        rc = db_run(
            db, "UPDATE job SET body = $2, signature = $3 WHERE id = $1",
            DB_ARGS(db_i64(job->id), db_blob(buf_str(&signed_text)),
                    db_blob((str){ (char *)signature, SIGNATURE_BYTES })),
            err);
    return rc < 0 ? rc : 0;
}

int job_add(struct db *db, const struct job_signer *signer,
            const struct job_order *order, int64_t now, int64_t *out_id,
            struct err *err)
{
    const struct wire_shape *shape = job_body_shape(order->type);
    AUTO(buf_clear) struct buf body = BUF(JOB_BODY_MAX);
    uint8_t nonce[JOB_NONCE_BYTES];
    char target[DEVICE_TEXT_MAX];
    struct job job = {
        .type = order->type,
        .nonce = { (char *)nonce, sizeof(nonce) },
        .not_before = order->not_before > 0 ? order->not_before : now,
        .content_digest = str_or_empty(order->content_digest),
    };
    int rc = 0;

    job.expires = job.not_before + order->life_s;
    if (shape != NULL)
        rc = wire_write(shape, order->body, &body, err);
    if (rc == 0)
        rc = insert_job(db, order, &job, now, err);
    if (rc < 0)
        return rc;
    trust_random(nonce, sizeof(nonce));
    device_text(order->device, target);
    job.target = str_c(target);
    job.body = buf_str(&body);
    rc = sign_and_store(db, signer, &job, err);
    if (rc < 0)
        return rc;
    *out_id = job.id;
    return 0;
}

/* --- looking ---------------------------------------------------------- */

int job_find_open(struct db *db, int64_t device, enum job_type type,
                  int64_t now, int64_t *out_id, struct err *err)
{
    return db_one_i64(db,
                      "SELECT id FROM job WHERE device = $1 AND type = $2 AND"
                      " state IN (0, 1, 2, 6) AND expires > $3"
                      " ORDER BY id DESC LIMIT 1",
                      DB_ARGS(db_i64(device), db_i64(type), db_i64(now)),
                      out_id, err);
}

int job_for_agent(struct db *db, const struct job_poll *poll, int64_t now,
                  struct arena *arena, struct signed_jobs *out, struct err *err)
{
    AUTO(db_rows_closep) struct db_rows *rows = NULL;
    struct signed_job *jobs = arena_alloc(arena, JOBS_MAX, sizeof(*jobs));
    size_t bytes = 0;
    size_t n = 0;
    /* An agent that has jobs we never made knew us before the store was
     * restored from a backup: it gets what it has not taken. */
    int rc = db_query(db,
                      "SELECT body, signature FROM job WHERE device = $1 AND"
                      " state = 0 AND (id > $2 OR $2 >"
                      " (SELECT COALESCE(MAX(id), 0) FROM job))"
                      " AND expires > $3 ORDER BY id LIMIT $4",
                      DB_ARGS(db_i64(poll->device), db_i64(poll->after),
                              db_i64(now), db_i64(JOBS_MAX)),
                      &rows, err);

    while (rc == 0 && bytes < ANSWER_MAX && (rc = db_next(rows, err)) == 1) {
        jobs[n].job = arena_str(arena, db_col_blob(rows, 0));
        jobs[n].signature = arena_str(arena, db_col_blob(rows, 1));
        bytes += jobs[n++].job.n;
        rc = 0;
    }
    if (rc < 0)
        return rc;
    out->jobs = (struct wire_list){ jobs, n };
    return 0;
}

static void read_row(struct db_rows *rows, struct arena *arena,
                     struct job_row *out)
{
    *out = (struct job_row){
        .id = db_col_i64(rows, 0),
        .device = db_col_i64(rows, 1),
        .device_name = arena_str(arena, db_col_text(rows, 2)),
        .type = db_col_i64(rows, 3),
        .run = db_col_i64(rows, 4),
        .created = db_col_i64(rows, 5),
        .expires = db_col_i64(rows, 6),
        .state = db_col_i64(rows, 7),
        .state_at = db_col_i64(rows, 8),
        .text = arena_str(arena, db_col_text(rows, 9)),
    };
}

#define JOB_COLUMNS                                                            \
    "SELECT j.id, j.device, d.name, j.type, j.run, j.created, j.expires,"      \
    " j.state, j.state_at, j.text FROM job j JOIN device d ON d.id = j.device" \
    " WHERE d.org = $1 AND " SCOPE_SQL

int job_get(struct db *db, const struct scope *scope, int64_t id,
            struct arena *arena, struct job_row *out, struct err *err)
{
    AUTO(db_rows_closep) struct db_rows *rows = NULL;
    int rc = db_get(
        db, JOB_COLUMNS " AND j.id = $3",
        DB_ARGS(db_i64(scope->org), db_i64(scope_limit(scope)), db_i64(id)),
        DB_WANTED("job", id), &rows, err);

    if (rc < 0)
        return rc;
    read_row(rows, arena, out);
    return 0;
}

int job_list(struct db *db, const struct scope *scope,
             const struct job_query *query, struct arena *arena,
             struct job_rows *out, struct err *err)
{
    AUTO(db_rows_closep) struct db_rows *rows = NULL;
    int rc = db_query(db,
                      JOB_COLUMNS
                      " AND j.device = $3 AND ($4 = 0 OR j.id < $4)"
                      " AND ($5 = 0 OR j.run = $5) ORDER BY j.id DESC LIMIT $6",
                      DB_ARGS(db_i64(scope->org), db_i64(scope_limit(scope)),
                              db_i64(query->device), db_i64(query->before),
                              db_i64(query->run), db_i64(query->limit)),
                      &rows, err);

    while (rc == 0 && (rc = db_next(rows, err)) == 1) {
        read_row(rows, arena, vec_push(&out->all));
        rc = 0;
    }
    return rc;
}

/* --- states ----------------------------------------------------------- */

int job_drop_queued(struct db *db, int64_t device, enum job_type type,
                    int64_t now, struct err *err)
{
    int rc = db_run(db,
                    "UPDATE job SET state = 9, state_at = $3 WHERE device = $1"
                    " AND type = $2 AND state = 0",
                    DB_ARGS(db_i64(device), db_i64(type), db_i64(now)), err);

    return rc < 0 ? rc : 0;
}

int job_drop_one(struct db *db, int64_t job, int64_t now, struct err *err)
{
    return db_run(db,
                  "UPDATE job SET state = 9, state_at = $2 WHERE id = $1"
                  " AND state = 0",
                  DB_ARGS(db_i64(job), db_i64(now)), err);
}

int job_drop_device(struct db *db, int64_t device, int64_t now, struct err *err)
{
    int rc = db_run(db,
                    "UPDATE job SET state = 9, state_at = $2, text ="
                    " 'the device was revoked' WHERE device = $1 AND state IN"
                    " (0, 1, 2, 6)",
                    DB_ARGS(db_i64(device), db_i64(now)), err);

    return rc < 0 ? rc : 0;
}

int job_expire(struct db *db, int64_t now, struct err *err)
{
    int queued = db_run(db,
                        "UPDATE job SET state = 8, state_at = $1 WHERE state ="
                        " 0 AND expires <= $1",
                        DB_ARGS(db_i64(now)), err);
    int silent;

    if (queued < 0)
        return queued;
    silent = db_run(db,
                    "UPDATE job SET state = 8, state_at = $1 WHERE state IN"
                    " (1, 2, 6) AND expires <= $2",
                    DB_ARGS(db_i64(now), db_i64(now - JOB_SILENCE_S)), err);
    return silent < 0 ? silent : queued + silent;
}

static int read_state(struct db *db, int64_t device, int64_t job,
                      int64_t *out_state, int64_t *out_run, struct err *err)
{
    AUTO(db_rows_closep) struct db_rows *rows = NULL;
    int rc = db_query(db,
                      "SELECT state, run FROM job WHERE id = $1 AND device ="
                      " $2",
                      DB_ARGS(db_i64(job), db_i64(device)), &rows, err);

    if (rc == 0)
        rc = db_next(rows, err);
    if (rc == 0)
        return err_set(err, E_ABSENT, "the device has no job %lld",
                       (long long)job);
    if (rc < 0)
        return rc;
    *out_state = db_col_i64(rows, 0);
    *out_run = db_col_i64(rows, 1);
    return 0;
}

int job_event_take(struct db *db, int64_t device, const struct job_event *event,
                   int64_t now, int64_t *out_run, struct err *err)
{
    int64_t state = 0;
    int64_t run = 0;
    int rc;

    if (event->state < JOB_STATE_TAKEN || event->state > JOB_STATE_SKIPPED)
        return err_set(err, E_INVALID, "%lld is no state that an agent tells",
                       (long long)event->state);
    rc = read_state(db, device, event->job, &state, &run, err);
    if (rc < 0)
        return rc;
    if (states[state].final ||
        states[event->state].rank <= states[state].rank) {
        *out_run = run;
        return 1;
    }
    rc = db_run(
        db,
        "UPDATE job SET state = $2, state_at = $3, text = $4 WHERE id ="
        " $1",
        DB_ARGS(db_i64(event->job), db_i64(event->state),
                db_i64(event->at < now && event->at > 0 ? event->at : now),
                db_text(event->text.n > 0 ? event->text : STR(""))),
        err);
    if (rc < 0)
        return rc;
    *out_run = run;
    return 0;
}
