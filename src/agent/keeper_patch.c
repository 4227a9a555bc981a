/* SPDX-License-Identifier: Apache-2.0
 *
 * Patching, as the keeper sees it: when to scan (P-SCN), stage (P-STG) and
 * deploy (P-SCH, P-MIS) by the policy that is on disk, server or no server;
 * one installer at a time; what came of it, queued for the server.
 *
 *   order (on disk) --> installer --> answer --> reports (on disk) -->
 * forgotten
 *
 * An order is forgotten after its reports are on disk. When the agent or the
 * machine stopped in between it is given again, under the same nonces: what
 * was installed is then found installed, and what was broken off is mended
 * first and told.
 */
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "agent/disk.h"
#include "agent/installing.h"
#include "agent/keeper_patch_int.h"
#include "agent/keeper_reboot.h"
#include "base/clock.h"
#include "base/digest.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "patch/configuration.h"
#include "trust/sign.h"

enum {
    DAILY_WINDOW_S = 2 * 3600, /* from midnight, local (P-SCN-3) */
    AGAIN_S = 900,             /* after a scan that failed */
    WAIT_S = 300,              /* until an order that waits is tried again */
    ORDERS_MAX = 64,
    STATE_MAX = 8 << 20,
    POLICY_MAX = JOB_MAX + 4096,
    NAME_MAX_BYTES = 128,
};

/* --- On disk. --- */

#define I64(s, m) WIRE_FIELD_I64(s, m, 0, INT64_MAX)
static const struct wire_field planned_fields[] = {
    WIRE_FIELD_BYTES(planned, digest, JOB_DIGEST_BYTES),
    I64(planned, since),
    I64(planned, covers),
    I64(planned, caught),
    I64(planned, catches),
    I64(planned, missed),
    I64(planned, staged),
};
static const struct wire_shape shape_planned =
    WIRE_SHAPE_OF(planned, planned_fields);

static const struct wire_field ordered_fields[] = {
    WIRE_FIELD_SHAPE(ordered, order, shape_installing),
    I64(ordered, attempts),
    I64(ordered, expires),
    I64(ordered, again),
    WIRE_FIELD_TEXT(ordered, waits, PATCHING_TEXT_MAX),
};
static const struct wire_shape shape_ordered =
    WIRE_SHAPE_OF(ordered, ordered_fields);

static const struct wire_field kept_fields[] = {
    I64(kept_patching, scanned),
    I64(kept_patching, missing),
    WIRE_FIELD_SHAPE(kept_patching, daily, shape_planned),
    WIRE_FIELD_SHAPE(kept_patching, task, shape_planned),
    WIRE_FIELD_LIST(kept_patching, orders, ORDERS_MAX, shape_ordered),
};
static const struct wire_shape shape_kept_patching =
    WIRE_SHAPE_OF(kept_patching, kept_fields);

void patch_save(struct patching *p)
{
    AUTO(buf_clear) struct buf bytes = BUF(STATE_MAX);
    struct err err = { 0 };
    int rc;

    p->kept.orders = (struct wire_list){ p->orders.p, p->orders.n };
    rc = wire_write(&shape_kept_patching, &p->kept, &bytes, &err);
    if (rc == 0)
        rc = disk_write(p->keeper->dir, "patching", buf_str(&bytes), &err);
    if (rc < 0)
        keeper_fail(p->keeper, "patching.not_saved", &err);
}

static int load(struct patching *p, struct err *err)
{
    AUTO(buf_clear) struct buf bytes = BUF(STATE_MAX);
    const struct ordered *orders;
    int rc = disk_read(p->keeper->dir, "patching", &bytes, err);

    if (rc == E_ABSENT)
        return 0;
    if (rc == 0)
        rc = wire_read(&shape_kept_patching,
                       arena_str(&p->kept_arena, buf_str(&bytes)),
                       &p->kept_arena, &p->kept, err);
    if (rc < 0) {
        log_error("patching.damaged", LOG_TEXT("text", str_c(err_text(err))));
        p->kept = (struct kept_patching){ 0 };
        return 0; /* it scans anew */
    }
    orders = p->kept.orders.p;
    for (size_t i = 0; i < p->kept.orders.n; i++)
        *vec_push(&p->orders) = orders[i];
    return 0;
}

/* --- The policy. --- */

const struct schedule *patch_task_schedule(const struct patching *p)
{
    return p->has_task
               ? &p->configuration.task[PATCH_LINUX][PATCH_ROUTINE].schedule
               : NULL;
}

/* Every day, at this device's place between midnight and two (P-SCN-3). */
struct schedule patch_daily_schedule(const struct keeper *keeper)
{
    struct schedule schedule = SCHEDULE;

    schedule.type = SCHEDULE_DAILY;
    schedule.minute =
        (int)(catch_up_spread(keeper->identity.device, DAILY_WINDOW_S) / 60);
    schedule.run_if_missed = true;
    return schedule;
}

static void digest_of(const struct patching *p, const struct schedule *schedule,
                      uint8_t out[DIGEST_BYTES_MAX])
{
    AUTO(buf_clear) struct buf text = BUF(SCHEDULE_TEXT_MAX);
    struct digest digest;

    digest_init(&digest, DIGEST_SHA256);
    if (schedule != NULL)
        schedule_print(schedule, &text);
    digest_add(&digest, text.p, text.n);
    if (p != NULL)
        digest_add(&digest, &p->policy.configuration,
                   sizeof(p->policy.configuration));
    digest_bytes(&digest, out);
}

/* A schedule that stays as it is keeps what was done of it. */
static void keep_planned(struct patching *p, struct planned *planned,
                         const struct schedule *schedule, int64_t now)
{
    uint8_t bytes[DIGEST_BYTES_MAX];
    str digest = { (const char *)bytes, JOB_DIGEST_BYTES };

    digest_of(planned == &p->kept.task ? p : NULL, schedule, bytes);
    if (str_eq(planned->digest, digest))
        return;
    *planned = (struct planned){ .digest = arena_str(&p->kept_arena, digest),
                                 .since = now,
                                 .covers = now };
}

static int read_policy(struct patching *p, str bytes, struct arena *arena,
                       struct patching_policy *out, struct err *err)
{
    struct signed_job signed_job;
    struct job job;
    int rc = wire_read(&shape_signed_job, bytes, arena, &signed_job, err);

    if (rc == 0)
        rc = wire_read(&shape_job, signed_job.job, arena, &job, err);
    if (rc == 0)
        rc = wire_read(&shape_patching_policy, job.body, arena, out, err);
    (void)p;
    return rc;
}

/* bytes live in the arena, which becomes the patching's. What cannot be
 * understood of the configuration is told; the device is then only scanned. */
static void use_policy(struct patching *p, str bytes,
                       const struct patching_policy *policy,
                       struct arena *arena, struct buf *out_text)
{
    struct schedule daily = patch_daily_schedule(p->keeper);
    struct err err = { 0 };
    int64_t now = keeper_now();

    arena_clear(&p->arena);
    p->arena = *arena;
    *arena = (struct arena)ARENA;
    p->configuration = patch_configuration_default(); /* the old one is gone */
    p->signed_policy = bytes;
    p->policy = *policy;
    p->has_task = false;
    if (policy->configuration > 0 &&
        patch_configuration_parse(policy->settings, now, &p->arena,
                                  &p->configuration, &err) < 0) {
        p->configuration = patch_configuration_default();
        log_error("patching.policy", LOG_TEXT("text", str_c(err.text)));
        if (out_text != NULL)
            buf_printf(out_text, "%s\n", err.text);
    } else if (policy->configuration > 0) {
        p->has_task = p->configuration.task[PATCH_LINUX][PATCH_ROUTINE].enabled;
    }
    keep_planned(p, &p->kept.daily, &daily, now);
    keep_planned(p, &p->kept.task, patch_task_schedule(p), now);
}

int patch_take_policy(struct keeper *keeper, str bytes, struct buf *out_text,
                      struct err *err)
{
    struct patching *p = keeper->patching;
    struct arena arena = ARENA;
    struct patching_policy policy;
    str copy = arena_str(&arena, bytes);
    int rc = read_policy(p, copy, &arena, &policy, err);

    if (rc == 0 && policy.revision < p->policy.revision)
        rc = err_set(err, E_INVALID,
                     "revision %lld is older than %lld, which is in use",
                     (long long)policy.revision, (long long)p->policy.revision);
    if (rc == 0)
        rc = disk_write(keeper->dir, "patch-policy", bytes, err);
    if (rc < 0) {
        arena_clear(&arena);
        return rc;
    }
    use_policy(p, copy, &policy, &arena, out_text);
    for (size_t i = 0; i < p->orders.n; i++)
        p->orders.p[i].again = 0; /* it may not have to wait by this one */
    log_info("patching.policy", LOG_I64("revision", policy.revision),
             LOG_I64("configuration", policy.configuration),
             LOG_I64("enabled", p->has_task));
    patch_save(p);
    return 0;
}

static int load_policy(struct patching *p, struct err *err)
{
    AUTO(buf_clear) struct buf bytes = BUF(POLICY_MAX);
    struct arena arena = ARENA;
    struct patching_policy policy;
    str copy;
    int rc = disk_read(p->keeper->dir, "patch-policy", &bytes, err);

    if (rc == E_ABSENT)
        return 0;
    if (rc < 0)
        return rc;
    copy = arena_str(&arena, buf_str(&bytes));
    if (read_policy(p, copy, &arena, &policy, err) < 0) {
        arena_clear(&arena);
        log_error("patching.policy", LOG_TEXT("text", str_c(err_text(err))));
        return disk_remove(p->keeper->dir, "patch-policy", err);
    }
    use_policy(p, copy, &policy, &arena, NULL);
    return 0;
}

/* --- Orders. --- */

/* True when one like it waits already: they become one (K-RUN-7). */
static bool is_ordered(const struct patching *p, const struct installing *order)
{
    for (size_t i = 0; i < p->orders.n; i++) {
        const struct installing *other = &p->orders.p[i].order;

        if (other->verb == order->verb && other->job_id == order->job_id &&
            other->due == order->due && other->stage_only == order->stage_only)
            return true;
    }
    return false;
}

static void add_order(struct patching *p, const struct installing *order,
                      int64_t expires)
{
    struct ordered *ordered;

    if (p->orders.n >= ORDERS_MAX || is_ordered(p, order))
        return;
    ordered = vec_push(&p->orders);
    ordered->order = *order;
    ordered->expires = expires;
    ordered->order.policy = STR("");
    ordered->order.job = arena_str(&p->kept_arena, order->job);
    ordered->order.scan_nonce = patch_new_nonce(p);
    ordered->order.after_nonce = patch_new_nonce(p);
    ordered->order.results_nonce = patch_new_nonce(p);
    if (ordered->order.task.p == NULL)
        ordered->order.task = STR("");
    ordered->order.text = arena_str(&p->kept_arena, order->text);
    log_info("patching.ordered", LOG_I64("verb", order->verb),
             LOG_I64("job", order->job_id), LOG_I64("due", order->due),
             LOG_I64("stage_only", order->stage_only));
}

void patch_add_order(struct keeper *keeper, const struct installing *order)
{
    add_order(keeper->patching, order, 0);
    patch_save(keeper->patching);
}

const struct patch_reboot_experience *patch_experience(
    const struct keeper *keeper)
{
    return &keeper->patching->configuration.experience;
}

/* A restart that was ordered by hand is a request like others (P-RBT-1). */
static void request_by_hand(struct keeper *keeper, const struct job *job,
                            int64_t now)
{
    AUTO(arena_clear) struct arena arena = ARENA;
    struct job_reboot body;

    if (wire_read(&shape_job_reboot, job->body, &arena, &body, NULL) < 0 ||
        body.level < PATCHING_REBOOT_ADVISED)
        return;
    reboot_request(keeper,
                   &(struct patch_reboot_request){
                       .level = (enum patch_level)(body.level - 1),
                       .at = now,
                       .requester = STR("the server, by hand"),
                       .reason = body.reason },
                   job->id);
    state_add_event(&keeper->state, job->id, JOB_STATE_DONE, now, STR(""));
}

void patch_order(struct keeper *keeper, const struct job *job, str bytes,
                 int64_t now)
{
    struct installing order = {
        .verb =
            job->type == JOB_PATCH_SCAN ? INSTALLING_SCAN : INSTALLING_DEPLOY,
        .job = bytes,
        .job_id = job->id,
        .cause = PATCHING_SCAN_JOB,
        .task = STR("routine"),
        .due = now,
    };

    if (job->type == JOB_REBOOT) {
        request_by_hand(keeper, job, now);
        return;
    }
    add_order(keeper->patching, &order, job->expires);
    patch_save(keeper->patching);
}

/* --- The installer. --- */

static void tell_job(struct patching *p, const struct installing *order,
                     enum job_state state, str text)
{
    if (order->job_id > 0)
        state_add_event(&p->keeper->state, order->job_id, state, keeper_now(),
                        utf8_cut(text, 1000, &p->kept_arena));
}

static void forget(struct patching *p, size_t index)
{
    p->orders.n--;
    memmove(&p->orders.p[index], &p->orders.p[index + 1],
            (p->orders.n - index) * sizeof(*p->orders.p));
    patch_save(p);
    keeper_save(p->keeper);
}

/* P-RBT-4: when the task says so and something was installed. */
static void ask_reboot(struct patching *p, const struct installed_answer *a,
                       const struct installing *order, int64_t now)
{
    const struct patch_reboot *reboot =
        &p->configuration.task[PATCH_LINUX][PATCH_ROUTINE].reboot;
    struct patch_reboot_facts facts = { .deployed = a->deployed ? 1 : 0,
                                        .is_required = a->reboot.needed };
    AUTO(buf_clear) struct buf requester = BUF(NAME_MAX_BYTES);

    if (patch_reboot_after(reboot, PATCH_LINUX, &facts) != PATCH_REBOOT_REQUEST)
        return;
    buf_printf(&requester, "routine of configuration %lld version %lld",
               (long long)p->policy.configuration,
               (long long)p->policy.version);
    reboot_request(
        p->keeper,
        &(struct patch_reboot_request){ .level = reboot->criticality,
                                        .at = now,
                                        .requester = buf_str(&requester),
                                        .reason = a->reboot.reason },
        order->job_id);
}

/* It is told once why, and again when the reason is another. */
static void wait_on(struct patching *p, str why, int64_t now)
{
    struct ordered *ordered = &p->orders.p[0];

    if (!str_eq(ordered->waits, why)) {
        AUTO(buf_clear) struct buf text = BUF(PATCHING_TEXT_MAX);

        ordered->waits = arena_str(&p->kept_arena, why);
        buf_printf(&text, "waits: %" PRIstr, ARGstr(why));
        patch_report_outcome(p, &ordered->order, PATCHING_RUN_GOES_ON,
                             buf_str(&text));
        log_info("patching.waits", LOG_TEXT("text", why));
    }
    ordered->again = now + WAIT_S;
    ordered->attempts = 0;
    patch_save(p);
}

/* A scan that failed is told, for nobody may take the one before for the
 * newest; one by schedule is tried again until the next is due. True: it
 * waits. */
static bool scan_failed(struct patching *p, str why, int64_t now)
{
    struct ordered *ordered = &p->orders.p[0];

    if (!str_eq(ordered->waits, why)) {
        ordered->waits = arena_str(
            &p->kept_arena, utf8_cut(why, PATCHING_TEXT_MAX, &p->kept_arena));
        patch_report_failed_scan(p, &ordered->order, why);
    }
    if (ordered->order.job_id > 0)
        return false;
    ordered->again = now + AGAIN_S;
    ordered->attempts = 0;
    patch_save(p);
    return true;
}

static void take_answer(struct patching *p, const struct installed_answer *a)
{
    const struct installing order = p->orders.p[0].order;
    int64_t now = keeper_now();

    log_info("patching.ended", LOG_I64("verb", order.verb),
             LOG_I64("job", order.job_id), LOG_I64("failed", a->failed),
             LOG_I64("missing", a->missing), LOG_TEXT("text", a->text));
    if (a->waits.n > 0) {
        wait_on(p, a->waits, now);
        return;
    }
    if (order.verb == INSTALLING_SCAN && a->failed &&
        scan_failed(p, a->text, now))
        return;
    patch_report(p->keeper, 's', order.scan_nonce, a->scan);
    patch_report(p->keeper, 's', order.after_nonce, a->after);
    patch_report(p->keeper, 'r', order.results_nonce, a->results);
    if (a->failed && order.verb == INSTALLING_DEPLOY)
        patch_report_outcome(p, &order, PATCHING_RUN_ERROR, a->text);
    if (a->scan.n > 0) {
        p->kept.scanned = now;
        p->kept.missing = a->missing;
        reboot_facts(p->keeper, &a->reboot, order.job_id);
    }
    if (order.verb == INSTALLING_DEPLOY && a->results.n > 0 &&
        !order.stage_only)
        ask_reboot(p, a, &order, now);
    if (order.verb == INSTALLING_REBOOT)
        reboot_ordered(p->keeper, a->failed, a->text);
    tell_job(p, &order, a->failed ? JOB_STATE_FAILED : JOB_STATE_DONE, a->text);
    forget(p, 0);
}

static void on_end(void *ctx, int events UNUSED)
{
    struct patching *p = ctx;
    AUTO(buf_clear) struct buf bytes = BUF(INSTALLED_MAX);
    AUTO(arena_clear) struct arena arena = ARENA;
    struct installed_answer a;
    struct err err = { 0 };

    loop_remove(p->watch);
    p->watch = NULL;
    close(p->link);
    p->link = -1;
    if (disk_read_fd(p->out, &bytes, &err) == 0 && bytes.n > 0 &&
        wire_read(&shape_installed_answer, buf_str(&bytes), &arena, &a, &err) ==
            0)
        take_answer(p, &a);
    else /* it was killed: the order is given again */
        log_error("installer.ended",
                  LOG_TEXT("text", STR("without an answer")));
    close(p->out);
    p->out = -1;
    keeper_step(p->keeper);
}

static int open_out(const struct patching *p, struct err *err)
{
    int fd = openat(p->keeper->dir, ".", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);

    if (fd < 0 && (errno == EOPNOTSUPP || errno == EISDIR)) {
        fd = openat(p->keeper->dir, ".installed",
                    O_CREAT | O_TRUNC | O_RDWR | O_CLOEXEC, 0600);
        if (fd >= 0)
            unlinkat(p->keeper->dir, ".installed", 0);
    }
    return fd < 0 ? err_errno(err, errno, "the file of the answer") : fd;
}

static int call(struct patching *p, const struct installing *order,
                struct err *err)
{
    AUTO(buf_clear) struct buf bytes = BUF(STATE_MAX);
    int fd = -1;
    int rc = wire_write(&shape_installing, order, &bytes, err);

    if (rc == 0)
        rc = disk_memory("order", buf_str(&bytes), &fd, err);
    if (rc < 0)
        return rc;
    p->out = open_out(p, err);
    rc = p->out < 0
             ? p->out
             : launcher_call(p->keeper->options, fd, p->out, &p->link, err);
    close(fd);
    if (rc < 0) {
        fd_close(&p->out);
        p->out = p->link = -1;
        return rc;
    }
    p->watch = loop_fd(p->keeper->loop, p->link, LOOP_READ, on_end, p);
    return 0;
}

void patch_end_order(struct patching *p, const char *why)
{
    const struct installing order = p->orders.p[0].order;

    if (order.verb == INSTALLING_DEPLOY)
        patch_report_outcome(p, &order, PATCHING_RUN_ERROR, str_c(why));
    if (order.verb == INSTALLING_SCAN)
        patch_report_failed_scan(p, &order, str_c(why));
    tell_job(p, &order, JOB_STATE_FAILED, str_c(why));
    forget(p, 0);
}

/* The oldest that does not wait becomes the first. */
static bool bring_to_front(struct patching *p, int64_t now)
{
    struct ordered ordered;
    size_t i = 0;

    while (i < p->orders.n && p->orders.p[i].again > now)
        i++;
    if (i == p->orders.n)
        return false;
    ordered = p->orders.p[i];
    memmove(&p->orders.p[1], &p->orders.p[0], i * sizeof(ordered));
    p->orders.p[0] = ordered;
    return true;
}

static void end_expired(struct patching *p)
{
    AUTO(buf_clear) struct buf text = BUF(PATCHING_TEXT_MAX);
    str waits = p->orders.p[0].waits;

    buf_add_c(&text, "expired before it could begin");
    if (waits.n > 0)
        buf_printf(&text, ": %" PRIstr, ARGstr(waits));
    patch_end_order(p, buf_c(&text));
}

bool patch_start_next(struct patching *p, int64_t now)
{
    struct ordered *ordered;
    struct installing order;
    struct err err = { 0 };

    if (!bring_to_front(p, now))
        return false;
    ordered = &p->orders.p[0];
    order = ordered->order;
    if (ordered->expires > 0 && now >= ordered->expires &&
        ordered->attempts == 0) {
        end_expired(p);
        return true;
    }
    if (ordered->attempts >= RUN_ATTEMPTS) {
        patch_end_order(p, "was interrupted too often");
        return true;
    }
    if (ordered->attempts++ == 0 && ordered->waits.n == 0)
        tell_job(p, &order, JOB_STATE_STARTED, STR(""));
    patch_save(p);
    keeper_save(p->keeper);
    order.policy = str_or_empty(p->signed_policy);
    if (call(p, &order, &err) == 0)
        return true;
    ordered->attempts--;
    p->again = now + AGAIN_S / 10;
    log_error("installer.not_started", LOG_TEXT("text", str_c(err.text)));
    return false;
}

/* The first one is an installer's while one runs. */
static bool is_held(const struct patching *p, size_t index)
{
    return index == 0 && p->link >= 0;
}

/* The next one is due: one that still waits is skipped for good. */
static void end_waiting(struct patching *p, int64_t verb)
{
    for (size_t i = p->orders.n; i-- > 0;) {
        const struct ordered ordered = p->orders.p[i];

        if (ordered.order.verb != verb || ordered.waits.n == 0 ||
            ordered.order.job_id > 0 || is_held(p, i))
            continue;
        if (verb == INSTALLING_DEPLOY && !ordered.order.stage_only)
            patch_report_outcome(p, &ordered.order, PATCHING_RUN_SKIPPED,
                                 ordered.waits);
        forget(p, i);
    }
}

void patch_order_scan(struct patching *p, int64_t cause, int64_t due)
{
    end_waiting(p, INSTALLING_SCAN);
    add_order(p,
              &(struct installing){
                  .verb = INSTALLING_SCAN, .cause = cause, .due = due },
              0);
}

void patch_order_deploy(struct patching *p, bool stage_only, bool catch_up,
                        int64_t due)
{
    if (!stage_only)
        end_waiting(p, INSTALLING_DEPLOY);
    add_order(p,
              &(struct installing){ .verb = INSTALLING_DEPLOY,
                                    .task = STR("routine"),
                                    .stage_only = stage_only,
                                    .catch_up = catch_up,
                                    .due = due },
              0);
}

/* --- Cancelling. --- */

bool patch_forget_restart(struct keeper *keeper)
{
    struct patching *p = keeper->patching;

    for (size_t i = p->orders.n; i-- > 0;) {
        int64_t verb = p->orders.p[i].order.verb;

        if (verb != INSTALLING_REBOOT && verb != INSTALLING_WARN)
            continue;
        if (!is_held(p, i))
            forget(p, i);
        else if (verb == INSTALLING_REBOOT)
            return false;
    }
    return true;
}

static enum patch_cancelled cancel_orders(struct patching *p, int64_t job)
{
    enum patch_cancelled found = PATCH_NOT_THERE;

    for (size_t i = p->orders.n; i-- > 0;) {
        const struct installing order = p->orders.p[i].order;

        if (order.job_id != job)
            continue;
        if (is_held(p, i)) {
            found = PATCH_TOO_LATE;
            continue;
        }
        if (found == PATCH_NOT_THERE)
            found = PATCH_CANCELLED;
        if (order.verb == INSTALLING_DEPLOY)
            patch_report_outcome(p, &order, PATCHING_RUN_SKIPPED,
                                 STR("cancelled"));
        tell_job(p, &order, JOB_STATE_SKIPPED, STR("cancelled"));
        forget(p, i);
    }
    return found;
}

enum patch_cancelled patch_cancel(struct keeper *keeper, int64_t job)
{
    enum patch_cancelled restart;
    enum patch_cancelled found;

    if (keeper->patching == NULL || job <= 0)
        return PATCH_NOT_THERE;
    found = cancel_orders(keeper->patching, job);
    restart = reboot_cancel(keeper, job);
    return restart > found ? restart : found;
}

/* --- Begin and end. --- */

int patch_load(struct keeper *keeper, struct err *err)
{
    struct patching *p = mem_alloc(1, sizeof(*p));
    int rc;

    p->keeper = keeper;
    p->link = p->out = p->dir = -1;
    p->configuration = patch_configuration_default();
    keeper->patching = p;
    rc = reboot_load(keeper, err);
    if (rc < 0)
        return rc;
    rc = disk_open(keeper->dir, "patches", &p->dir, err);
    if (rc == 0)
        rc = load(p, err);
    if (rc == 0)
        rc = load_policy(p, err);
    return rc;
}

void patch_status(struct keeper *keeper, struct jval *out)
{
    const struct patching *p = keeper->patching;
    char at[CLOCK_TEXT_MAX];

    if (p == NULL || p->signed_policy.n == 0)
        return;
    clock_text(p->kept.scanned, at);
    jval_set_text(out, "patch_scan",
                  p->kept.scanned > 0 ? str_c(at) : STR_NONE);
    jval_set_i64(out, "patches_missing", p->kept.missing);
    reboot_status(keeper, out);
    jval_set_bool(out, "installing", p->link >= 0);
    for (size_t i = 0; i < p->orders.n; i++) {
        if (p->orders.p[i].waits.n > 0)
            jval_set_text(out, "patching_waits", p->orders.p[i].waits);
    }
}
