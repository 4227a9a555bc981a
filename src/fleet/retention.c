/* SPDX-License-Identifier: Apache-2.0 */
#include "fleet/retention.h"

#include "base/vec.h"
#include "fleet/setting.h"

/* $1: organisation, $2: before when, $3: how many. */
static const struct kept {
    const char *setting;
    const char *sql;
} kept[] = {
    { "keep.findings_days",
      "DELETE FROM finding_history WHERE id IN (SELECT h.id"
      " FROM finding_history h JOIN device d ON d.id = h.device"
      " WHERE d.org = $1 AND h.at < $2 ORDER BY h.at LIMIT $3)" },
    { "keep.benchmark_days",
      "DELETE FROM benchmark_result WHERE id IN (SELECT b.id"
      " FROM benchmark_result b JOIN device d ON d.id = b.device"
      " WHERE d.org = $1 AND b.ended < $2 ORDER BY b.ended LIMIT $3)" },
    { "keep.runs_days",
      "DELETE FROM label_action WHERE id IN (SELECT id FROM label_action"
      " WHERE org = $1 AND at < $2 ORDER BY id LIMIT $3)" },
    /* Those that ended: done, failed, refused, skipped, expired, cancelled. */
    { "keep.jobs_days",
      "DELETE FROM job WHERE id IN (SELECT id FROM job WHERE org = $1"
      " AND state IN (3, 4, 5, 7, 8, 9) AND expires <= $2 AND state_at <= $2"
      " ORDER BY id LIMIT $3)" },
};

static int cutoff(struct db *db, int64_t org, const char *setting, int64_t now,
                  int64_t *out, struct err *err)
{
    int64_t days = 0;
    int rc = setting_i64(db, org, setting, &days, err);

    *out = now - days * 86400;
    return rc;
}

/* The oldest run that may go; 1: there is none. */
static int old_run(struct db *db, int64_t org, int64_t before, int64_t *out,
                   struct err *err)
{
    return db_one_i64(
        db,
        "SELECT r.id FROM run r WHERE r.org = $1 AND r.ended > 0"
        " AND r.ended < $2 AND r.id < (SELECT MAX(n.id) FROM run n"
        " WHERE n.configuration = r.configuration)"
        " AND (r.cause = 'schedule' OR r.id < (SELECT MAX(h.id) FROM run h"
        " WHERE h.configuration = r.configuration"
        " AND h.cause <> 'schedule')) ORDER BY r.id LIMIT 1",
        DB_ARGS(db_i64(org), db_i64(before)), out, err);
}

static int prune_run(struct db *db, int64_t run, int64_t limit, int64_t *gone,
                     struct err *err)
{
    int rc = db_run(db,
                    "DELETE FROM run_device WHERE run = $1 AND device IN"
                    " (SELECT device FROM run_device WHERE run = $1"
                    " ORDER BY device LIMIT $2)",
                    DB_ARGS(db_i64(run), db_i64(limit)), err);

    if (rc < 0)
        return rc;
    *gone += rc;
    if (rc == limit)
        return 0;
    rc = db_run(db, "DELETE FROM run WHERE id = $1", DB_ARGS(db_i64(run)), err);
    *gone += 1;
    return rc < 0 ? rc : 0;
}

static int prune_runs(struct db *db, int64_t org, int64_t now, int64_t limit,
                      int64_t *gone, struct err *err)
{
    int64_t before;
    int64_t run = 0;
    int rc = cutoff(db, org, "keep.runs_days", now, &before, err);

    while (rc == 0 && *gone < limit) {
        rc = old_run(db, org, before, &run, err);
        if (rc == 0)
            rc = prune_run(db, run, limit - *gone, gone, err);
    }
    return rc < 0 ? rc : 0;
}

static int prune_org(struct db *db, int64_t org, int64_t now, int64_t limit,
                     int64_t *gone, struct err *err)
{
    int rc = 0;

    for (size_t i = 0; rc >= 0 && i < COUNT(kept) && *gone < limit; i++) {
        int64_t before;

        rc = cutoff(db, org, kept[i].setting, now, &before, err);
        if (rc == 0)
            rc = db_run(
                db, kept[i].sql,
                DB_ARGS(db_i64(org), db_i64(before), db_i64(limit - *gone)),
                err);
        if (rc > 0)
            *gone += rc;
    }
    return rc < 0 ? rc : prune_runs(db, org, now, limit, gone, err);
}

int retention_prune(struct db *db, int64_t now, int64_t limit,
                    int64_t *out_gone, struct err *err)
{
    AUTO(db_rows_closep) struct db_rows *rows = NULL;
    VEC(int64_t) orgs = { 0 };
    int64_t gone = 0;
    int rc =
        db_query(db, "SELECT id FROM org ORDER BY id", DB_NO_ARGS, &rows, err);

    while (rc == 0 && (rc = db_next(rows, err)) > 0) {
        *vec_push(&orgs) = db_col_i64(rows, 0);
        rc = 0;
    }
    for (size_t i = 0; rc == 0 && i < orgs.n && gone < limit; i++)
        rc = prune_org(db, orgs.p[i], now, limit, &gone, err);
    vec_clear(&orgs);
    *out_gone = gone;
    return rc;
}
