/* SPDX-License-Identifier: Apache-2.0
 *
 * The policy, and what is due by it, server or no server (P-MIS-6, X-6). Of
 * each schedule the state keeps until when its occurrences have been dealt
 * with; an occurrence later than that is run, and one that passed while the
 * device was off is caught up once, or told as missed (P-MIS-1 to 5).
 */
#include "agent/disk.h"
#include "agent/keeper_int.h"
#include "base/clock.h"
#include "base/digest.h"
#include "base/mem.h"

enum {
    POLICY_MAX = JOB_BODY_MAX,
    ZONE_AGE_MS = 60000,
};

static void clear_tasks(struct keeper *keeper)
{
    for (size_t i = 0; i < keeper->tasks.n; i++)
        zone_free(keeper->tasks.p[i].zone);
    keeper->tasks.n = 0;
}

/* --- The zones. --- */

static void read_zone(struct keeper *keeper)
{
    struct zone *zone = NULL;
    struct err err = { 0 };

    if (keeper->zone_read_ms != 0 &&
        clock_monotonic_ms() - keeper->zone_read_ms < ZONE_AGE_MS)
        return;
    keeper->zone_read_ms = clock_monotonic_ms();
    if (zone_load_local(keeper->options->zone_file, &zone, &err) < 0) {
        log_warn("zone.unknown", LOG_TEXT("text", str_c(err.text)));
        return; /* the one we had, or UTC */
    }
    zone_free(keeper->zone);
    keeper->zone = zone;
}

const struct zone *plan_zone(struct keeper *keeper, const struct task *task)
{
    if (task != NULL && task->zone != NULL)
        return task->zone;
    read_zone(keeper);
    return keeper->zone != NULL ? keeper->zone : zone_utc();
}

/* --- Taking a policy. --- */

static int make_task(const struct policy_schedule *row, struct task *out,
                     struct err *err)
{
    struct task task = { .row = row };
    int rc = schedule_parse(row->schedule, &task.schedule, err);

    if (rc == 0 && row->zone.n > 0)
        rc = zone_load(NULL, row->zone, &task.zone, err);
    if (rc < 0)
        return err_wrap(err, rc, "configuration %lld",
                        (long long)row->terms.configuration);
    *out = task;
    return 0;
}

static void make_tasks(struct keeper *keeper, struct buf *out_text)
{
    const struct policy_schedule *rows = keeper->policy.schedules.p;

    clear_tasks(keeper);
    for (size_t i = 0; i < keeper->policy.schedules.n; i++) {
        struct task task;
        struct err err = { 0 };

        if (make_task(&rows[i], &task, &err) == 0) {
            *vec_push(&keeper->tasks) = task;
            continue;
        }
        log_error("policy.cannot", LOG_TEXT("text", str_c(err.text)));
        if (out_text != NULL)
            buf_printf(out_text, "%s\n", err.text);
    }
}

static void digest_of(const struct policy_schedule *row, uint8_t out[64])
{
    struct digest digest;

    digest_init(&digest, DIGEST_SHA256);
    digest_add(&digest, row->schedule.p, row->schedule.n);
    digest_add(&digest, "", 1);
    digest_add(&digest, row->zone.p, row->zone.n);
    digest_bytes(&digest, out);
}

/* A schedule that stays as it is keeps what was done of it. */
static void keep_schedules(struct keeper *keeper, int64_t now)
{
    struct state *state = &keeper->state;
    size_t before = state->schedules.n;
    size_t at = 0;

    for (size_t i = 0; i < keeper->tasks.n; i++) {
        const struct policy_schedule *row = keeper->tasks.p[i].row;
        uint8_t bytes[DIGEST_BYTES_MAX];
        str digest = { (const char *)bytes, JOB_DIGEST_BYTES };
        const struct kept_schedule *old =
            state_find_schedule(state, row->terms.configuration);
        struct kept_schedule kept = {
            row->terms.configuration, STR(""), now, now, 0, 0
        };

        digest_of(row, bytes);
        if (old != NULL && str_eq(old->digest, digest))
            kept = *old;
        else
            kept.digest = arena_str(&state->arena, digest);
        *vec_push(&state->schedules) = kept;
    }
    at = state->schedules.n - before;
    memmove(state->schedules.p, state->schedules.p + before,
            at * sizeof(*state->schedules.p));
    state->schedules.n = at;
}

static int read_policy(str bytes, struct arena *arena, struct policy *out,
                       struct err *err)
{
    return wire_read(&shape_policy, arena_str(arena, bytes), arena, out, err);
}

static void use_policy(struct keeper *keeper, const struct policy *policy,
                       struct arena *arena, struct buf *out_text)
{
    clear_tasks(keeper);
    arena_clear(&keeper->policy_arena);
    keeper->policy = *policy;
    keeper->policy_arena = *arena;
    *arena = (struct arena)ARENA;
    make_tasks(keeper, out_text);
}

int plan_take(struct keeper *keeper, str body, struct buf *out_text,
              struct err *err)
{
    struct arena arena = ARENA;
    struct policy policy;
    int rc = read_policy(body, &arena, &policy, err);

    if (rc == 0 && policy.revision < keeper->policy.revision)
        rc = err_set(
            err, E_INVALID, "revision %lld is older than %lld, which is in use",
            (long long)policy.revision, (long long)keeper->policy.revision);
    if (rc == 0)
        rc = disk_write(keeper->dir, "policy", body, err);
    if (rc < 0) {
        arena_clear(&arena);
        return rc;
    }
    use_policy(keeper, &policy, &arena, out_text);
    keep_schedules(keeper, keeper_now());
    log_info("policy.taken", LOG_I64("revision", keeper->policy.revision),
             LOG_I64("schedules", (int64_t)keeper->tasks.n));
    return 0;
}

int plan_load(struct keeper *keeper, struct err *err)
{
    AUTO(buf_clear) struct buf bytes = BUF(POLICY_MAX);
    struct arena arena = ARENA;
    struct policy policy;
    int rc = disk_read(keeper->dir, "policy", &bytes, err);

    if (rc == E_ABSENT)
        return 0;
    if (rc < 0)
        return rc;
    if (read_policy(buf_str(&bytes), &arena, &policy, err) < 0) {
        arena_clear(&arena);
        log_error("policy.damaged", LOG_TEXT("text", str_c(err_text(err))));
        return disk_remove(keeper->dir, "policy", err); /* it is sent again */
    }
    use_policy(keeper, &policy, &arena, NULL);
    keep_schedules(keeper, keeper_now());
    return 0;
}

/* --- What is due. --- */

static struct schedule anchored(const struct task *task,
                                const struct kept_schedule *kept)
{
    struct schedule schedule = task->schedule;

    if (schedule.type == SCHEDULE_EVERY && !schedule.is_anchored) {
        schedule.is_anchored = true;
        schedule.anchor = kept->since;
    }
    return schedule;
}

static void order(struct keeper *keeper, const struct task *task, int64_t due,
                  enum run_cause cause, int64_t now)
{
    struct run_order wanted = { .terms = task->row->terms,
                                .cause = cause,
                                .due = due,
                                .content = task->row->content_digest };

    switch (runs_order(keeper, &wanted, now, NULL)) {
    case RUN_COALESCED:
        runs_skip(keeper, &wanted, now,
                  "coalesced with a run that was under way");
        break;
    case RUN_TOO_MANY:
        runs_skip(keeper, &wanted, now, "too many runs are queued");
        break;
    case RUN_QUEUED:
        break;
    }
}

/* When the device was on until now, an occurrence that passed is late, not
 * missed: plan_due() runs it. */
static void begin_task(struct keeper *keeper, const struct task *task,
                       struct kept_schedule *kept, int64_t now)
{
    struct schedule schedule = anchored(task, kept);
    struct catch_up asked = {
        .last_run = kept->covers,
        .boot = keeper->state.on_since,
        .policy_since = kept->since,
        .spread_s = catch_up_spread(keeper->identity.device, CATCH_UP_WITHIN_S),
        .run_if_missed = schedule.run_if_missed,
    };
    struct catch_up_plan plan;

    if (kept->caught > 0 || keeper->state.on_since <= kept->covers)
        return;
    plan = catch_up_schedule(&asked, &schedule, plan_zone(keeper, task));
    switch (plan.outcome) {
    case CATCH_UP_NOT_MISSED:
        break;
    case CATCH_UP_DROPPED:
        runs_skip(keeper,
                  &(struct run_order){ .terms = task->row->terms,
                                       .due = plan.missed,
                                       .content = task->row->content_digest },
                  now, "missed: device off");
        break;
    case CATCH_UP_ALONE:
    case CATCH_UP_MERGED:
        kept->caught = plan.run;
        kept->catches = plan.covers;
        kept->missed = plan.missed;
        log_info("schedule.missed",
                 LOG_I64("configuration", kept->configuration),
                 LOG_I64("due", plan.missed), LOG_I64("run_at", plan.run));
        break;
    }
    if (kept->covers < keeper->state.on_since)
        kept->covers = keeper->state.on_since;
}

void plan_begin(struct keeper *keeper, int64_t now)
{
    for (size_t i = 0; i < keeper->tasks.n; i++) {
        const struct task *task = &keeper->tasks.p[i];
        struct kept_schedule *kept =
            state_find_schedule(&keeper->state, task->row->terms.configuration);

        if (kept != NULL)
            begin_task(keeper, task, kept, now);
    }
}

/* Returns whether the state changed. */
static bool due_task(struct keeper *keeper, const struct task *task,
                     struct kept_schedule *kept, int64_t now)
{
    struct schedule schedule = anchored(task, kept);
    struct occurrence occurrence;
    int64_t after = kept->covers;

    if (kept->caught > 0 && now >= kept->caught) {
        if (kept->catches > kept->covers)
            kept->covers = kept->catches;
        kept->caught = kept->catches = 0;
        order(keeper, task, kept->missed, CAUSE_MISSED, now);
        return true;
    }
    if (kept->caught > 0 && kept->catches > after)
        after = kept->catches;
    if (!schedule_due(&schedule, plan_zone(keeper, task), after, now,
                      &occurrence))
        return false;
    kept->covers = occurrence.utc;
    order(keeper, task, occurrence.utc, CAUSE_SCHEDULE, now);
    return true;
}

void plan_due(struct keeper *keeper, int64_t now)
{
    bool changed = false;

    for (size_t i = 0; i < keeper->tasks.n; i++) {
        const struct task *task = &keeper->tasks.p[i];
        struct kept_schedule *kept =
            state_find_schedule(&keeper->state, task->row->terms.configuration);

        if (kept != NULL)
            changed |= due_task(keeper, task, kept, now);
    }
    if (changed)
        keeper_save(keeper);
}

int64_t plan_next(struct keeper *keeper, int64_t now)
{
    int64_t next = 0;

    for (size_t i = 0; i < keeper->tasks.n; i++) {
        const struct task *task = &keeper->tasks.p[i];
        const struct kept_schedule *kept =
            state_find_schedule(&keeper->state, task->row->terms.configuration);
        struct schedule schedule;
        struct occurrence occurrence;

        if (kept == NULL)
            continue;
        schedule = anchored(task, kept);
        if (schedule_next(&schedule, plan_zone(keeper, task), now, &occurrence,
                          1) == 1 &&
            (next == 0 || occurrence.utc < next))
            next = occurrence.utc;
        if (kept->caught > 0 && (next == 0 || kept->caught < next))
            next = kept->caught;
    }
    return next;
}
