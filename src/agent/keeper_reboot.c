/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/keeper_reboot.h"

#include "agent/disk.h"
#include "agent/installing.h"
#include "base/clock.h"
#include "base/mem.h"
#include "base/utf8.h"

enum {
    FILE_MAX = 256 << 10,
    REQUEST_MAX = 16 << 10,
    AGAIN_S = 60, /* after the system refused */
    SOON_S = 15,  /* between two looks while a user is warned */
};

/* "reboot", in the keeper's folder. */
struct kept_reboot {
    struct patching_reboot facts;
    str request;   /* JSON of patch/reboot.h; empty: there is none */
    str boot_id;   /* when it was needed first: another one means it is done */
    int64_t told;  /* the last action that the user was told of */
    int64_t again; /* not tried before */
    int64_t job;
    int64_t requested_by; /* the job of the request; 0: none */
};
struct rebooting {
    struct kept_reboot kept;
    struct arena arena;
    bool has_request;
    bool ordered; /* the installer was told */
    struct patch_reboot_request request;
};

static const struct wire_field kept_fields[] = {
    WIRE_FIELD_SHAPE(kept_reboot, facts, shape_patching_reboot),
    WIRE_FIELD_TEXT(kept_reboot, request, REQUEST_MAX),
    WIRE_FIELD_TEXT(kept_reboot, boot_id, 64),
    WIRE_FIELD_I64(kept_reboot, told, 0, 100),
    WIRE_FIELD_I64(kept_reboot, again, 0, INT64_MAX),
    WIRE_FIELD_I64(kept_reboot, job, 0, INT64_MAX),
    WIRE_FIELD_I64(kept_reboot, requested_by, 0, INT64_MAX),
};
static const struct wire_shape shape_kept_reboot =
    WIRE_SHAPE_OF(kept_reboot, kept_fields);

/* --- On disk. --- */

static void write_request(struct rebooting *r)
{
    AUTO(buf_clear) struct buf text = BUF(REQUEST_MAX);
    AUTO(jval_freep) struct jval *jval = NULL;

    r->kept.request = STR("");
    if (!r->has_request)
        return;
    jval = patch_reboot_request_to_jval(&r->request);
    jval_print(jval, &text);
    r->kept.request = arena_str(&r->arena, buf_str(&text));
}

static void save(struct keeper *keeper)
{
    struct rebooting *r = keeper->rebooting;
    AUTO(buf_clear) struct buf bytes = BUF(FILE_MAX);
    struct err err = { 0 };
    int rc;

    write_request(r);
    rc = wire_write(&shape_kept_reboot, &r->kept, &bytes, &err);
    if (rc == 0)
        rc = disk_write(keeper->dir, "reboot", buf_str(&bytes), &err);
    if (rc < 0)
        keeper_fail(keeper, "reboot.not_saved", &err);
}

static void read_request(struct rebooting *r)
{
    AUTO(jval_freep) struct jval *jval = NULL;
    struct patch_refusals refusals = PATCH_REFUSALS;

    if (r->kept.request.n > 0 &&
        jval_parse(r->kept.request, REQUEST_MAX, &jval, NULL) == 0)
        r->has_request = patch_reboot_request_from_jval(jval, &r->arena,
                                                        &refusals, &r->request);
    patch_refusals_clear(&refusals);
}

int reboot_load(struct keeper *keeper, struct err *err)
{
    AUTO(buf_clear) struct buf bytes = BUF(FILE_MAX);
    struct rebooting *r = mem_alloc(1, sizeof(*r));
    int rc = disk_read(keeper->dir, "reboot", &bytes, err);

    keeper->rebooting = r;
    if (rc == E_ABSENT)
        return 0;
    if (rc == 0)
        rc =
            wire_read(&shape_kept_reboot, arena_str(&r->arena, buf_str(&bytes)),
                      &r->arena, &r->kept, err);
    if (rc < 0) {
        log_error("reboot.damaged", LOG_TEXT("text", str_c(err_text(err))));
        r->kept = (struct kept_reboot){ 0 };
        return 0; /* the next scan finds out again */
    }
    read_request(r);
    return 0;
}

/* --- Telling the server. --- */

static void report(struct keeper *keeper, int64_t now)
{
    struct rebooting *r = keeper->rebooting;
    AUTO(buf_clear) struct buf bytes = BUF(AGENT_MESSAGE_MAX);
    char nonce[JOB_NONCE_BYTES];
    struct patching_reboot_state state = {
        .nonce = { nonce, sizeof(nonce) },
        .at = now,
        .job = r->kept.job,
        .reboot = r->kept.facts,
    };
    struct err err = { 0 };

    trust_random(nonce, sizeof(nonce));
    if (wire_write(&shape_patching_reboot_state, &state, &bytes, &err) < 0)
        log_error("reboot.not_told", LOG_TEXT("text", str_c(err.text)));
    else
        patch_report(keeper, 'b', state.nonce, buf_str(&bytes));
}

/* --- What is known and wanted. --- */

void reboot_facts(struct keeper *keeper, const struct patching_reboot *facts,
                  int64_t job)
{
    struct rebooting *r = keeper->rebooting;
    struct patching_reboot *kept = &r->kept.facts;
    int64_t now = keeper_now();

    if (kept->needed == facts->needed && str_eq(kept->reason, facts->reason))
        return;
    if (facts->needed && !kept->needed) {
        kept->since = now;
        r->kept.boot_id = arena_str(&r->arena, keeper->state.boot_id);
    }
    kept->needed = facts->needed;
    kept->reason = arena_str(&r->arena, facts->reason);
    r->kept.job = job;
    if (!facts->needed && !r->has_request)
        *kept = (struct patching_reboot){ .reason = STR("") };
    save(keeper);
    report(keeper, now);
}

void reboot_request(struct keeper *keeper,
                    const struct patch_reboot_request *request, int64_t job)
{
    struct rebooting *r = keeper->rebooting;
    struct patching_reboot *facts = &r->kept.facts;

    if (!patch_reboot_replaces(r->has_request ? &r->request : NULL, request))
        return;
    r->request = *request;
    r->request.requester = arena_str(&r->arena, request->requester);
    r->request.reason = arena_str(
        &r->arena, utf8_cut(request->reason, PATCHING_TEXT_MAX / 4, &r->arena));
    r->has_request = true;
    r->kept.told = 0;
    r->kept.again = 0;
    r->kept.job = r->kept.requested_by = job;
    r->kept.boot_id = arena_str(&r->arena, keeper->state.boot_id);
    facts->level = (int64_t)request->level + 1;
    facts->requester = r->request.requester;
    if (facts->since == 0)
        facts->since = request->at;
    if (facts->reason.n == 0)
        facts->reason = r->request.reason;
    log_info("reboot.requested", LOG_I64("level", facts->level),
             LOG_TEXT("requester", request->requester),
             LOG_TEXT("reason", request->reason));
    save(keeper);
    report(keeper, request->at);
}

enum patch_cancelled reboot_cancel(struct keeper *keeper, int64_t job)
{
    struct rebooting *r = keeper->rebooting;
    struct patching_reboot facts;
    int64_t now = keeper_now();

    if (!r->has_request || r->kept.requested_by != job)
        return PATCH_NOT_THERE;
    if (!patch_forget_restart(keeper))
        return PATCH_TOO_LATE;
    facts = (struct patching_reboot){ .reason = STR("") };
    if (r->kept.facts.needed) { /* it still is, whoever restarts it */
        facts.needed = true;
        facts.reason = r->kept.facts.reason;
        facts.since = r->kept.facts.since;
    }
    log_info("reboot.cancelled", LOG_I64("job", job));
    r->kept.facts = facts;
    r->has_request = r->ordered = false;
    r->kept.told = r->kept.again = r->kept.requested_by = 0;
    save(keeper);
    report(keeper, now);
    return PATCH_CANCELLED;
}

/* --- What is done. --- */

static const struct patch_experience *experience_of(const struct keeper *keeper,
                                                    const struct rebooting *r)
{
    return &patch_experience(keeper)->level[r->request.level];
}

static struct patch_reboot_step look(const struct keeper *keeper,
                                     const struct rebooting *r, int64_t now)
{
    if (!patch_reboot_is_executed(patch_experience(keeper), r->request.level))
        return (struct patch_reboot_step){ PATCH_REBOOT_RECORDED, INT64_MAX };
    return patch_reboot_step(
        &r->request, experience_of(keeper, r),
        keeper->sessions > 0 ? (size_t)keeper->sessions : 0, now);
}

static void tell(struct keeper *keeper, const struct patch_reboot_step *step)
{
    struct rebooting *r = keeper->rebooting;
    const struct patch_experience *experience = experience_of(keeper, r);
    AUTO(buf_clear) struct buf text = BUF(PATCHING_TEXT_MAX - 100);
    char until[CLOCK_TEXT_MAX];

    clock_text(step->until == INT64_MAX ? 0 : step->until, until);
    if (experience->message.n > 0)
        buf_printf(&text, "%" PRIstr "\n", ARGstr(experience->message));
    buf_add_c(&text, "This machine must be restarted");
    if (step->until != INT64_MAX)
        buf_printf(&text, " and will be at %s", until);
    else if (experience->warn_at_logoff)
        buf_add_c(&text, " when you log off");
    buf_printf(&text, ": %" PRIstr "\n",
               ARGstr(utf8_cut(r->request.reason, 1000, &r->arena)));
    if (experience->extend_minutes > 0)
        buf_add_c(&text, "holdfast-agent reboot-extend: later.\n");
    if (experience->may_cancel_timeout)
        buf_add_c(&text, "holdfast-agent reboot-later: when you log off.\n");
    if (experience->may_cancel_reboot)
        buf_add_c(&text, "holdfast-agent reboot-cancel: by hand.\n");
    patch_add_order(keeper, &(struct installing){ .verb = INSTALLING_WARN,
                                                  .text = buf_str(&text),
                                                  .due = keeper_now() });
}

static void order_reboot(struct keeper *keeper, int64_t now)
{
    struct rebooting *r = keeper->rebooting;

    if (r->ordered || now < r->kept.again)
        return;
    r->ordered = true;
    log_info("reboot.now", LOG_TEXT("reason", r->request.reason));
    patch_add_order(keeper, &(struct installing){ .verb = INSTALLING_REBOOT,
                                                  .text = r->request.reason,
                                                  .due = now });
}

void reboot_ordered(struct keeper *keeper, bool failed, str text)
{
    struct rebooting *r = keeper->rebooting;
    int64_t now = keeper_now();

    r->ordered = false;
    r->kept.again = now + AGAIN_S;
    r->kept.facts.action = failed ? STR("blocked") : STR("going down");
    r->kept.facts.reason =
        failed
            ? arena_printf(&r->arena, "%" PRIstr "; it waits: %" PRIstr,
                           ARGstr(utf8_cut(r->request.reason, 1000, &r->arena)),
                           ARGstr(utf8_cut(text, 300, &r->arena)))
            : r->request.reason;
    r->kept.facts.action_at = now;
    r->kept.facts.action_by = STR("");
    save(keeper);
    report(keeper, now);
}

/* The machine came up anew: it is done, whoever did it. */
static bool is_done(struct keeper *keeper, int64_t now)
{
    struct rebooting *r = keeper->rebooting;

    if (r->kept.boot_id.n == 0 || keeper->state.boot_id.n == 0 ||
        str_eq(r->kept.boot_id, keeper->state.boot_id))
        return false;
    log_info("reboot.done");
    r->has_request = false;
    r->kept.facts = (struct patching_reboot){ .reason = STR("") };
    r->kept.boot_id = STR("");
    r->kept.told = 0;
    save(keeper);
    report(keeper, now);
    return true;
}

void reboot_step(struct keeper *keeper, int64_t now)
{
    struct rebooting *r = keeper->rebooting;
    struct patch_reboot_step step;
    int64_t deadline;

    if (r == NULL || keeper->stopping || is_done(keeper, now) ||
        !r->has_request)
        return;
    step = look(keeper, r, now);
    deadline = step.until == INT64_MAX ? 0 : step.until;
    if (step.action == PATCH_REBOOT_NOW)
        order_reboot(keeper, now);
    if (r->kept.told == (int64_t)step.action + 1 &&
        r->kept.facts.deadline == deadline)
        return;
    r->kept.told = (int64_t)step.action + 1;
    r->kept.facts.deadline = deadline;
    if (step.action == PATCH_REBOOT_WAIT ||
        step.action == PATCH_REBOOT_COUNTDOWN)
        tell(keeper, &step);
    save(keeper);
    report(keeper, now);
}

int64_t reboot_next(struct keeper *keeper, int64_t now)
{
    const struct rebooting *r = keeper->rebooting;

    if (r == NULL || !r->has_request)
        return 0;
    if (look(keeper, r, now).action == PATCH_REBOOT_RECORDED)
        return 0;
    return now + SOON_S;
}

/* --- Users. --- */

int reboot_user(struct keeper *keeper, enum patch_user_action action, str who,
                struct err *err)
{
    static const char *const words[] = { "extended", "waits for log-off",
                                         "cancelled" };
    struct rebooting *r = keeper->rebooting;
    int64_t now = keeper_now();
    int rc;

    if (r == NULL || !r->has_request)
        return err_set(err, E_INVALID, "no restart is planned");
    rc = patch_reboot_user(&r->request, experience_of(keeper, r), action, now,
                           err);
    if (rc < 0)
        return rc;
    r->kept.facts.action = str_c(words[action]);
    r->kept.facts.action_at = now;
    r->kept.facts.action_by = arena_str(&r->arena, who);
    log_info("reboot.user", LOG_TEXT("user", who),
             LOG_TEXT("what", r->kept.facts.action));
    save(keeper);
    report(keeper, now);
    keeper_step(keeper);
    return 0;
}

void reboot_status(struct keeper *keeper, struct jval *out)
{
    const struct rebooting *r = keeper->rebooting;
    char at[CLOCK_TEXT_MAX];

    if (r == NULL)
        return;
    jval_set_bool(out, "reboot_pending",
                  r->kept.facts.needed || r->has_request);
    if (r->kept.facts.needed || r->has_request)
        jval_set_text(out, "reboot_reason", r->kept.facts.reason);
    if (r->kept.facts.deadline > 0) {
        clock_text(r->kept.facts.deadline, at);
        jval_set_text(out, "reboot_at", str_c(at));
    }
}
