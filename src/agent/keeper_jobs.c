/* SPDX-License-Identifier: Apache-2.0
 *
 * Signed jobs (security claims 1, 2, 4). A job is obeyed when it is signed by
 * a key of our server, for this device, in its time, and was not seen before;
 * then its nonce and what it asks for are on the disk before the network
 * process is told that it is noted.
 */
#include "agent/disk.h"
#include "agent/keeper_int.h"
#include "agent/keeper_patch.h"
#include "base/mem.h"

enum {
    FILE_MAX = JOB_MAX + 4096,
    TEXT_MAX = 2048,
    EVENTS_SPARE = 100, /* events kept free for what runs already */
};

struct taking {
    struct keeper *keeper;
    struct job job;
    str bytes; /* the signed job as it came */
    int64_t now;
    struct buf text;
    bool moved; /* the server has another address */
    struct arena arena;
};

static int take_assess(struct taking *t, struct err *err)
{
    struct keeper *keeper = t->keeper;
    struct job_assess body;
    int rc = wire_read(&shape_job_assess, t->job.body, &t->arena, &body, err);

    if (rc < 0)
        return rc;
    switch (runs_order(keeper,
                       &(struct run_order){ .job = t->job.id,
                                            .terms = body.terms,
                                            .cause = CAUSE_JOB,
                                            .due = t->now,
                                            .expires = t->job.expires,
                                            .content = t->job.content_digest },
                       t->now, NULL)) {
    case RUN_COALESCED:
        state_add_event(&keeper->state, t->job.id, JOB_STATE_SKIPPED, t->now,
                        STR("coalesced with a run that was under way"));
        break;
    case RUN_TOO_MANY:
        return err_set(err, E_LIMIT, "too many runs are queued");
    case RUN_QUEUED:
        break;
    }
    return 0;
}

static int take_inventory(struct taking *t, struct err *err UNUSED)
{
    struct keeper *keeper = t->keeper;

    vec_push(&keeper->state.inventory_jobs)->id = t->job.id;
    keeper->inventory_wanted = t->now;
    return 0;
}

static int take_policy(struct taking *t, struct err *err)
{
    AUTO(arena_clear) struct arena arena = ARENA;
    str url = arena_str(&arena, t->keeper->policy.agent_url);
    int rc = plan_take(t->keeper, t->job.body, &t->text, err);

    if (rc < 0)
        return rc;
    t->moved = !str_eq(url, t->keeper->policy.agent_url);
    state_add_event(&t->keeper->state, t->job.id, JOB_STATE_DONE, t->now,
                    buf_str(&t->text));
    return 0;
}

static int take_renew(struct taking *t, struct err *err UNUSED)
{
    vec_push(&t->keeper->state.renew_jobs)->id = t->job.id;
    return 0;
}

static int take_cancel(struct taking *t, struct err *err)
{
    struct job_cancel body;
    int rc = wire_read(&shape_job_cancel, t->job.body, &t->arena, &body, err);
    enum patch_cancelled how;

    if (rc < 0)
        return rc;
    how = runs_cancel(t->keeper, body.job, t->now)
              ? PATCH_CANCELLED
              : patch_cancel(t->keeper, body.job);
    if (how == PATCH_TOO_LATE)
        return err_set(err, E_INVALID, "already installing: it goes on");
    state_add_event(&t->keeper->state, t->job.id, JOB_STATE_DONE, t->now,
                    how == PATCH_CANCELLED ? STR("")
                                           : STR("that job has ended already"));
    return 0;
}

static int take_patch_policy(struct taking *t, struct err *err)
{
    int rc = patch_take_policy(t->keeper, t->bytes, &t->text, err);

    if (rc == 0)
        state_add_event(&t->keeper->state, t->job.id, JOB_STATE_DONE, t->now,
                        buf_str(&t->text));
    return rc;
}

static int take_patch_order(struct taking *t, struct err *err UNUSED)
{
    patch_order(t->keeper, &t->job, t->bytes, t->now);
    return 0;
}

static int (*const takers[JOB_TYPE_MAX + 1])(struct taking *t,
                                             struct err *err) = {
    [JOB_ASSESS] = take_assess,          [JOB_INVENTORY] = take_inventory,
    [JOB_POLICY] = take_policy,          [JOB_RENEW] = take_renew,
    [JOB_CANCEL] = take_cancel,          [JOB_PATCH_POLICY] = take_patch_policy,
    [JOB_PATCH_SCAN] = take_patch_order, [JOB_PATCH_DEPLOY] = take_patch_order,
    [JOB_REBOOT] = take_patch_order,     [JOB_SCAP] = take_assess,
};

static int obey_one(struct taking *t, struct err *err)
{
    if (takers[t->job.type] == NULL)
        return err_set(err, E_UNSUPPORTED, "this agent does no jobs of type %s",
                       job_type_name(t->job.type));
    return takers[t->job.type](t, err);
}

/* Tells the server, once, and says nothing of a job that was done before. */
static void refuse(struct taking *t, int64_t id, const struct err *err)
{
    struct state *state = &t->keeper->state;

    log_warn("job.refused", LOG_I64("job", id),
             LOG_TEXT("text", str_c(err_text(err))));
    for (size_t i = 0; i < state->events.n; i++) {
        if (state->events.p[i].job == id)
            return;
    }
    state_add_event(state, id, JOB_STATE_REFUSED, t->now, str_c(err_text(err)));
}

/* What an unchecked job calls itself: only good for refusing it. */
static int64_t claimed_id(struct taking *t, const struct signed_job *signed_job)
{
    struct job job;

    if (wire_read(&shape_job, signed_job->job, &t->arena, &job, NULL) < 0)
        return 0;
    return job.id;
}

static int check(struct taking *t, const struct signed_job *signed_job,
                 struct err *err)
{
    const struct identity *identity = &t->keeper->identity;
    const struct key_bytes *keys = identity->keys.p;
    AUTO(mem_freep)
    uint8_t(*bytes)[SIGN_PUBLIC_BYTES] =
        mem_alloc(identity->keys.n, sizeof(*bytes));
    struct job_check asked = { .keys =
                                   (const uint8_t(*)[SIGN_PUBLIC_BYTES])bytes,
                               .key_count = identity->keys.n,
                               .target = identity->device,
                               .now = t->now };

    for (size_t i = 0; i < identity->keys.n; i++)
        memcpy(bytes[i], keys[i].key.p, SIGN_PUBLIC_BYTES);
    return job_open(signed_job, &asked, &t->arena, &t->job, err);
}

static int obey(struct taking *t, struct err *err)
{
    struct state *state = &t->keeper->state;
    struct err why = { 0 };

    if (state->nonces.n >= STATE_NONCES_MAX ||
        state->events.n > STATE_EVENTS_MAX - EVENTS_SPARE)
        return err_set(err, E_LIMIT, "too many jobs are noted");
    *vec_push(&state->nonces) =
        (struct kept_nonce){ arena_str(&state->arena, t->job.nonce),
                             t->job.expires };
    if (t->job.id > state->after)
        state->after = t->job.id;
    log_info("job.taken", LOG_I64("job", t->job.id),
             LOG_TEXT("type", str_c(job_type_name(t->job.type))));
    state_add_event(state, t->job.id, JOB_STATE_TAKEN, t->now, STR(""));
    if (obey_one(t, &why) < 0) {
        log_warn("job.failed", LOG_I64("job", t->job.id),
                 LOG_TEXT("text", str_c(why.text)));
        state_add_event(state, t->job.id, JOB_STATE_FAILED, t->now,
                        str_c(why.text));
    }
    return 0;
}

/* Returns the id to be noted; 0: none, it may come again. */
static int64_t take(struct taking *t, str bytes)
{
    struct signed_job signed_job;
    struct err err = { 0 };
    int64_t id = 0;
    int rc;

    t->bytes = bytes;
    rc = wire_read(&shape_signed_job, bytes, &t->arena, &signed_job, &err);

    if (rc < 0)
        return 0;
    state_forget_nonces(&t->keeper->state, t->now);
    rc = check(t, &signed_job, &err);
    if (rc < 0) {
        id = claimed_id(t, &signed_job);
        if (id > t->keeper->state.after)
            refuse(t, id, &err);
        return id;
    }
    if (state_has_nonce(&t->keeper->state, t->job.nonce)) {
        log_warn("job.replayed", LOG_I64("job", t->job.id));
        return t->job.id;
    }
    rc = obey(t, &err);
    if (rc < 0)
        log_warn("job.later", LOG_TEXT("text", str_c(err.text)));
    return rc < 0 ? 0 : t->job.id;
}

void keeper_take_job(struct keeper *keeper, int fd)
{
    struct taking t = { .keeper = keeper,
                        .now = keeper_now(),
                        .text = BUF(TEXT_MAX) };
    AUTO(buf_clear) struct buf bytes = BUF(FILE_MAX);
    struct err err = { 0 };
    int64_t id = 0;

    if (disk_read_fd(fd, &bytes, &err) == 0)
        id = take(&t, buf_str(&bytes));
    keeper_save(keeper);
    if (!keeper->stopping &&
        channel_send(keeper->channel,
                     &(struct message){ .type = MSG_JOB_NOTED, .number = id },
                     -1, &err) < 0)
        log_warn("channel.full", LOG_TEXT("text", str_c(err.text)));
    if (t.moved)
        keeper_begin_link(keeper);
    buf_clear(&t.text);
    arena_clear(&t.arena);
}
