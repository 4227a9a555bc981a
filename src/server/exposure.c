/* SPDX-License-Identifier: Apache-2.0 */
#include "server/exposure.h"

#include "base/clock.h"
#include "base/log.h"
#include "fleet/org.h"
#include "server/core.h"
#include "server/exposure_count.h"

enum {
    DAY_S = 86400,
    KEPT_MAX = 256,
    BREATH_MS = 5,     /* between two slices */
    PAUSE_FACTOR = 20, /* counting takes at most this part of the time */
};

struct shown { /* which devices a user sees; all 0 for who sees all */
    int64_t labels;
    int64_t count;
    int64_t sum;
    int64_t since;
};

struct kept {
    int64_t org;
    int64_t user; /* scope_limit() */
    struct shown shown;
    bool has; /* numbers */
    struct exposure numbers;
    struct arena arena;
    uint64_t findings; /* what they were counted of */
    uint64_t risk;
    uint64_t contents;
    int64_t counted_ms; /* when they were there, and how long it took */
    int64_t took_ms;
    int64_t asked_ms;
    bool wanted; /* to be counted, when its turn comes */
};

struct exposures {
    struct core *core;
    struct exposure_marks *marks;
    int64_t slice_ms;
    VEC(struct kept *) all;
    struct loop_watch *timer;
    struct kept *counting; /* NULL: nothing is counted */
    struct exposure_count *count;
    struct kept begun; /* what `counting` will have been counted of */
};

struct exposures *exposures_new(struct core *core)
{
    struct exposures *x = mem_alloc(1, sizeof(*x));

    x->core = core;
    x->marks = exposure_marks_new(core);
    x->slice_ms = EXPOSURE_SLICE_MS;
    return x;
}

void exposures_set_slice(struct exposures *x, int64_t slice_ms)
{
    x->slice_ms = slice_ms;
}

static void stop_counting(struct exposures *x)
{
    exposure_count_free(x->count);
    x->count = NULL;
    x->counting = NULL;
}

static void kept_free(struct kept *kept)
{
    arena_clear(&kept->arena);
    mem_free(kept);
}

void exposures_free(struct exposures *x)
{
    if (x == NULL)
        return;
    loop_remove(x->timer);
    stop_counting(x);
    for (size_t i = 0; i < x->all.n; i++)
        kept_free(x->all.p[i]);
    vec_clear(&x->all);
    exposure_marks_free(x->marks);
    mem_free(x);
}

/* --- Whose --------------------------------------------------------------- */

static int read_shown(struct core *core, const struct scope *scope,
                      struct shown *out, struct err *err)
{
    AUTO(db_rows_closep) struct db_rows *rows = NULL;
    int rc;

    *out = (struct shown){ 0 };
    if (scope_limit(scope) == 0)
        return 0;
    rc = db_query(core->db,
                  "SELECT CAST(COALESCE(SUM(rl.label), 0) AS BIGINT),"
                  " COUNT(dl.device),"
                  " CAST(COALESCE(SUM(dl.device), 0) AS BIGINT),"
                  " COALESCE(MAX(dl.since), 0)"
                  " FROM user_role ur JOIN role_label rl ON rl.role = ur.role"
                  " LEFT JOIN device_label dl ON dl.label = rl.label"
                  " WHERE ur.app_user = $1",
                  DB_ARGS(db_i64(scope_limit(scope))), &rows, err);
    if (rc == 0)
        rc = db_next(rows, err);
    if (rc <= 0)
        return rc;
    *out = (struct shown){ db_col_i64(rows, 0), db_col_i64(rows, 1),
                           db_col_i64(rows, 2), db_col_i64(rows, 3) };
    return 0;
}

static bool same_shown(const struct shown *a, const struct shown *b)
{
    return a->labels == b->labels && a->count == b->count && a->sum == b->sum &&
           a->since == b->since;
}

/* Room for one more: the one that nobody asked for longest goes. */
static void drop_oldest(struct exposures *x)
{
    size_t oldest = 0;

    if (x->all.n < KEPT_MAX)
        return;
    for (size_t i = 1; i < x->all.n; i++) {
        if (x->all.p[i]->asked_ms < x->all.p[oldest]->asked_ms)
            oldest = i;
    }
    if (x->all.p[oldest] == x->counting)
        stop_counting(x);
    kept_free(x->all.p[oldest]);
    x->all.p[oldest] = x->all.p[--x->all.n];
}

static struct kept *kept_of(struct exposures *x, const struct scope *scope)
{
    struct kept *kept;

    for (size_t i = 0; i < x->all.n; i++) {
        kept = x->all.p[i];
        if (kept->org == scope->org && kept->user == scope_limit(scope))
            return kept;
    }
    drop_oldest(x);
    kept = mem_alloc(1, sizeof(*kept));
    kept->org = scope->org;
    kept->user = scope_limit(scope);
    *vec_push(&x->all) = kept;
    return kept;
}

/* --- Counting ------------------------------------------------------------ */

static uint64_t risk_version(const struct exposures *x)
{
    return rater_version(x->core->reports->rater);
}

static bool is_current(const struct exposures *x, const struct kept *kept)
{
    return kept->has && kept->findings == assessor_findings(x->core) &&
           kept->risk == risk_version(x);
}

static void begin(struct exposures *x, struct kept *kept, int64_t now)
{
    struct scope scope = { .org = kept->org,
                           .user = kept->user,
                           .all_devices = kept->user == 0 };

    kept->wanted = false;
    x->counting = kept;
    x->count = exposure_count_new(x->marks, &scope);
    x->begun = (struct kept){ .shown = kept->shown,
                              .findings = assessor_findings(x->core),
                              .risk = risk_version(x),
                              .contents = assessor_changes(x->core),
                              .counted_ms = clock_monotonic_ms(),
                              .numbers.at = now,
                              .numbers.whole = assessor_waiting(x->core) == 0 };
}

static void take(struct exposures *x, const struct exposure *numbers,
                 const struct arena *arena)
{
    struct kept *kept = x->counting;

    arena_clear(&kept->arena);
    kept->arena = *arena;
    kept->numbers = *numbers;
    kept->numbers.at = x->begun.numbers.at;
    kept->numbers.whole = x->begun.numbers.whole &&
                          x->begun.contents == assessor_changes(x->core);
    kept->findings = x->begun.findings;
    kept->risk = x->begun.risk;
    kept->took_ms = x->begun.took_ms;
    kept->counted_ms = clock_monotonic_ms();
    kept->has = same_shown(&kept->shown, &x->begun.shown);
}

/* One slice of what is counted. 1: there is more to do. */
static int go_on(struct exposures *x, int64_t slice_ms, struct err *err)
{
    int64_t start = clock_monotonic_ms();
    struct arena arena = ARENA;
    struct exposure numbers;
    int rc =
        exposure_count_step(x->count, start + slice_ms, &arena, &numbers, err);

    x->begun.took_ms += clock_monotonic_ms() - start;
    if (rc == 1)
        return 1;
    if (rc == 0)
        take(x, &numbers, &arena);
    stop_counting(x);
    return rc;
}

static struct kept *next_wanted(const struct exposures *x)
{
    for (size_t i = 0; i < x->all.n; i++) {
        if (x->all.p[i]->wanted)
            return x->all.p[i];
    }
    return NULL;
}

static void slice(void *ctx)
{
    struct exposures *x = ctx;
    struct kept *next = x->counting == NULL ? next_wanted(x) : NULL;
    struct err err = { 0 };

    x->timer = NULL;
    if (next != NULL)
        begin(x, next, clock_now());
    if (x->counting != NULL && go_on(x, x->slice_ms, &err) < 0)
        log_error("exposure.failed", LOG_TEXT("why", str_c(err_text(&err))));
    if (x->counting != NULL || next_wanted(x) != NULL)
        x->timer = loop_timer(x->core->loop, BREATH_MS, slice, x);
}

/* It is counted: at once what a slice suffices for, the rest later. */
static int count(struct exposures *x, struct kept *kept, int64_t now,
                 struct err *err)
{
    int rc = 0;

    if (x->counting == kept)
        return 0;
    kept->wanted = true;
    if (x->counting == NULL) {
        begin(x, kept, now);
        rc = go_on(x, x->core->loop == NULL ? INT32_MAX : x->slice_ms, err);
    }
    if (x->timer == NULL && x->core->loop != NULL &&
        (x->counting != NULL || kept->wanted))
        x->timer = loop_timer(x->core->loop, BREATH_MS, slice, x);
    return rc < 0 ? rc : 0;
}

static bool too_soon(const struct exposures *x, const struct kept *kept,
                     int64_t now_ms)
{
    int64_t pause = kept->took_ms * PAUSE_FACTOR;

    if (!kept->has || kept->took_ms <= x->slice_ms)
        return false;
    if (pause < EXPOSURE_PAUSE_MS)
        pause = EXPOSURE_PAUSE_MS;
    return now_ms - kept->counted_ms < pause;
}

int exposure_get(struct core *core, const struct scope *scope, int64_t now,
                 const struct exposure **out, struct err *err)
{
    static const struct exposure nothing;
    struct exposures *x =
        core->reports == NULL ? NULL : core->reports->exposures;
    struct shown shown;
    struct kept *kept;
    int rc = x == NULL ? 0 : read_shown(core, scope, &shown, err);

    *out = &nothing;
    if (rc < 0 || x == NULL)
        return rc;
    kept = kept_of(x, scope);
    kept->asked_ms = clock_monotonic_ms();
    if (!same_shown(&kept->shown, &shown)) {
        kept->has = false;
        if (x->counting == kept)
            stop_counting(x);
    }
    kept->shown = shown;
    if (!is_current(x, kept) && !too_soon(x, kept, kept->asked_ms))
        rc = count(x, kept, now, err);
    kept->numbers.current = is_current(x, kept);
    *out = &kept->numbers;
    return rc < 0 ? rc : !kept->has;
}

/* --- The worst ----------------------------------------------------------- */

static int most_first(const void *a, const void *b)
{
    const struct jval *x = *(struct jval *const *)a;
    const struct jval *y = *(struct jval *const *)b;
    int64_t n = jval_i64(jval_get(x, "findings"), 0);
    int64_t m = jval_i64(jval_get(y, "findings"), 0);

    if (n != m)
        return n > m ? -1 : 1;
    return str_cmp(jval_text(jval_get(x, "name"), STR("")),
                   jval_text(jval_get(y, "name"), STR("")));
}

int exposure_worst(struct core *core, const struct scope *scope,
                   const struct exposure *exposure, struct jval *out,
                   struct err *err)
{
    struct jval *found[EXPOSURE_WORST];
    size_t n = 0;
    int rc = 0;

    for (size_t i = 0; rc >= 0 && i < exposure->worst_count; i++) {
        AUTO(db_rows_closep) struct db_rows *rows = NULL;
        const struct exposed_device *worst = &exposure->worst[i];

        rc = db_query(core->db,
                      "SELECT d.name, d.os_name FROM device d WHERE d.org = $1"
                      " AND d.retired = 0 AND d.deleted = 0 AND " SCOPE_SQL
                      " AND d.id = $3",
                      DB_ARGS(db_i64(scope->org), db_i64(scope_limit(scope)),
                              db_i64(worst->device)),
                      &rows, err);
        if (rc == 0)
            rc = db_next(rows, err);
        if (rc <= 0)
            continue;
        found[n] = jval_new_object();
        jval_set_i64(found[n], "device", worst->device);
        jval_set_text(found[n], "name", db_col_text(rows, 0));
        jval_set_text(found[n], "os", db_col_text(rows, 1));
        jval_set_i64(found[n++], "findings", worst->findings);
    }
    if (n > 0)
        qsort(found, n, sizeof(struct jval *), most_first);
    for (size_t i = 0; i < n; i++)
        jval_push(out, found[i]);
    return rc < 0 ? rc : 0;
}

/* --- Each day ------------------------------------------------------------ */

static int store_day(struct core *core, int64_t org, int64_t now,
                     struct err *err)
{
    struct scope scope = scope_system(org);
    const struct exposure *e;
    int64_t day = now - now % DAY_S;
    int rc = exposure_get(core, &scope, now, &e, err);

    if (rc != 0)
        return rc < 0 ? rc : 0;
    if (!e->current && (!e->whole || e->at < day))
        return 0;
    return db_run(core->db,
                  "INSERT INTO exposure_day (org, day, devices, affected,"
                  " findings, exploited, undecided) VALUES ($1, $2, $3, $4,"
                  " $5, $6, $7) ON CONFLICT (org, day) DO NOTHING",
                  DB_ARGS(db_i64(org), db_i64(day), db_i64(e->devices),
                          db_i64(e->affected), db_i64(e->findings),
                          db_i64(e->exploited), db_i64(e->undecided)),
                  err);
}

struct missing_days {
    VEC(int64_t) orgs;
};

static int keep_org(void *ctx, struct db_rows *row, struct err *err UNUSED)
{
    *vec_push(&((struct missing_days *)ctx)->orgs) = db_col_i64(row, 0);
    return 0;
}

int exposure_daily(struct core *core, int64_t now, struct err *err)
{
    struct missing_days missing = { 0 };
    int64_t day = now - now % DAY_S;
    int rc;

    /* While devices wait, the number would be too small for a whole day. */
    if (assessor_waiting(core) > 0 || assessor_count(core) == 0)
        return 0;
    rc = db_each(core->db,
                 "SELECT id FROM org WHERE NOT EXISTS (SELECT 1 FROM"
                 " exposure_day e WHERE e.org = org.id AND e.day = $1)",
                 DB_ARGS(db_i64(day)), keep_org, &missing, err);
    for (size_t i = 0; rc >= 0 && i < missing.orgs.n; i++)
        rc = store_day(core, missing.orgs.p[i], now, err);
    if (rc >= 0 && missing.orgs.n > 0)
        rc = db_run(core->db, "DELETE FROM exposure_day WHERE day < $1",
                    DB_ARGS(db_i64(day - (int64_t)EXPOSURE_KEPT_DAYS * DAY_S)),
                    err);
    vec_clear(&missing.orgs);
    return rc < 0 ? rc : 0;
}
