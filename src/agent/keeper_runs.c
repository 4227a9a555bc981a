/* SPDX-License-Identifier: Apache-2.0
 *
 * Runs, one at a time (K-RUN-7):
 *
 *              no session, none allowed        login
 *   queued ----------------------------> waiting --> (queued)
 *     |  \                                  |
 *     |   \ expired                         | the next due time, or expired
 *     v    v                                v
 *   running --> ended: done, error        ended: skipped
 *
 * An ended run is a file of results (one, under the run's nonce) before the
 * state forgets it. What was running when the agent stopped is run again,
 * under the same nonce; after RUN_ATTEMPTS such stops it ends as an error.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "agent/disk.h"
#include "agent/inventory.h"
#include "agent/keeper_int.h"
#include "base/clock.h"
#include "base/mem.h"

enum {
    INVENTORY_LIMIT_S = 600,
    INVENTORY_INTERVAL_S = 86400,
    INVENTORY_AGAIN_S = 60, /* after a failure */
    RESULTS_MAX = 5000,     /* files that wait for the server */
    NAME_MAX_BYTES = 128,
    NUMBER_TEXT = 32,
};

/* --- Results. --- */

/* "000001795305600-<nonce>": by time, so that they are sent in order. */
static void results_name(struct buf *out, int64_t ended, str nonce)
{
    char hex[NONCE_HEX + 1];

    buf_printf(out, "%015lld-%" PRIstr, (long long)ended,
               ARGstr(keeper_hex(hex, nonce)));
}

struct finding {
    str nonce; /* hex */
    bool found;
    struct buf name;
    size_t count;
};

static int find_result(void *ctx, const char *name, struct err *err UNUSED)
{
    struct finding *finding = ctx;

    finding->count++;
    if (finding->nonce.n > 0 && str_ends(str_c(name), finding->nonce)) {
        finding->found = true;
        buf_reset(&finding->name);
        buf_add_c(&finding->name, name);
    }
    return 0;
}

/* The results of a run, when it has ended: the state that forgets it may not
 * have been written. */
static bool find_ended(const struct keeper *keeper, str nonce,
                       struct arena *arena, struct results *out)
{
    AUTO(buf_clear) struct buf bytes = BUF(AGENT_MESSAGE_MAX);
    char hex[NONCE_HEX + 1];
    struct finding finding = { .nonce = keeper_hex(hex, nonce),
                               .name = BUF(NAME_MAX_BYTES) };
    bool found =
        disk_each(keeper->results, find_result, &finding, NULL) == 0 &&
        finding.found &&
        disk_read(keeper->results, buf_c(&finding.name), &bytes, NULL) == 0 &&
        wire_read(&shape_results, arena_str(arena, buf_str(&bytes)), arena, out,
                  NULL) == 0;

    buf_clear(&finding.name);
    return found;
}

static void write_results(struct keeper *keeper, const struct results *results)
{
    AUTO(buf_clear) struct buf bytes = BUF(AGENT_MESSAGE_MAX);
    AUTO(buf_clear) struct buf name = BUF(NAME_MAX_BYTES);
    struct finding finding = { 0 };
    struct err err = { 0 };
    int rc = disk_each(keeper->results, find_result, &finding, &err);

    if (rc == 0 && finding.count >= RESULTS_MAX &&
        results->outcome == RUN_SKIPPED) {
        log_error("results.full", LOG_I64("files", (int64_t)finding.count));
        return; /* what was done is kept; that something was not, is logged */
    }
    results_name(&name, results->ended, results->nonce);
    if (rc == 0)
        rc = wire_write(&shape_results, results, &bytes, &err);
    if (rc == 0)
        rc = disk_write(keeper->results, buf_c(&name), buf_str(&bytes), &err);
    if (rc < 0)
        keeper_fail(keeper, "results.not_saved", &err);
}

void runs_skip(struct keeper *keeper, const struct run_order *order,
               int64_t now, const char *why)
{
    char nonce[JOB_NONCE_BYTES];

    trust_random(nonce, sizeof(nonce));
    log_info("run.skipped",
             LOG_I64("configuration", order->terms.configuration),
             LOG_I64("due", order->due), LOG_TEXT("text", str_c(why)));
    write_results(keeper, &(struct results){
                              .nonce = { nonce, sizeof(nonce) },
                              .job = order->job,
                              .terms = order->terms,
                              .due = order->due,
                              .started = now,
                              .ended = now,
                              .outcome = RUN_SKIPPED,
                              .text = str_c(why),
                              .content_digest = order->content,
                          });
}

/* --- Ordering. --- */

/* The same tests under the same condition give the same answer, whoever asks
 * for them. */
static bool is_same(const struct kept_run *run, const struct run_order *order)
{
    return str_eq(run->content, order->content) &&
           run->terms.while_logged_off == order->terms.while_logged_off;
}

/* Of one configuration, at most one run waits for a login: a newer one takes
 * its place (K-SET-4). */
static void end_waiting(struct keeper *keeper, const struct run_order *order,
                        int64_t now)
{
    struct state *state = &keeper->state;

    for (size_t i = 0; i < state->runs.n; i++) {
        struct kept_run run = state->runs.p[i];

        if (run.stage != STAGE_WAITING || run.job != 0 ||
            run.terms.configuration != order->terms.configuration)
            continue;
        runs_skip(keeper,
                  &(struct run_order){ .terms = run.terms,
                                       .due = run.due,
                                       .content = run.content },
                  now, "no user session");
        state_remove_run(state, &state->runs.p[i]);
        return;
    }
}

enum run_ordered runs_order(struct keeper *keeper,
                            const struct run_order *order, int64_t now,
                            str *out_nonce)
{
    struct state *state = &keeper->state;
    char nonce[JOB_NONCE_BYTES];
    struct kept_run *run;

    if (order->cause == CAUSE_SCHEDULE || order->cause == CAUSE_MISSED)
        end_waiting(keeper, order, now);
    for (size_t i = 0; i < state->runs.n; i++) {
        if (!is_same(&state->runs.p[i], order))
            continue;
        if (out_nonce != NULL)
            *out_nonce = state->runs.p[i].nonce;
        return RUN_COALESCED;
    }
    if (state->runs.n >= STATE_RUNS_MAX)
        return RUN_TOO_MANY;
    trust_random(nonce, sizeof(nonce));
    run = vec_push(&state->runs);
    *run = (struct kept_run){
        .nonce = arena_str(&state->arena, (str){ nonce, sizeof(nonce) }),
        .job = order->job,
        .terms = order->terms,
        .cause = order->cause,
        .stage = STAGE_QUEUED,
        .due = order->due,
        .expires = order->expires,
        .content = arena_str(&state->arena, order->content),
    };
    if (out_nonce != NULL)
        *out_nonce = run->nonce;
    return RUN_QUEUED;
}

/* --- Ending. --- */

static const char *outcome_name(int64_t outcome)
{
    return outcome == RUN_DONE    ? "done"
           : outcome == RUN_ERROR ? "error"
                                  : "skipped";
}

static enum job_state job_state_of(int64_t outcome)
{
    switch (outcome) {
    case RUN_DONE:
        return JOB_STATE_DONE;
    case RUN_SKIPPED:
        return JOB_STATE_SKIPPED;
    default:
        return JOB_STATE_FAILED;
    }
}

/* Notes the end of a run whose results are on disk. */
static void forget(struct keeper *keeper, const struct kept_run *run,
                   int64_t outcome, str text, int64_t now)
{
    struct state *state = &keeper->state;

    state_add_event(state, run->job, job_state_of(outcome), now, text);
    state->last_run_at = now;
    state->last_run = arena_str(
        &state->arena, text.n > 0 ? str_sub(text, 0, 500) : STR("done"));
    state_remove_run(state, run);
    keeper_save(keeper);
}

/* What came out of an evaluator. */
struct outcome {
    enum run_outcome outcome;
    str text;
    const struct evaluated *evaluated; /* or NULL */
    str inventory_digest;
};

/* The newest files of a benchmark stay on the device, and only these
 * (K-SCAP-9). Without them the results are sent all the same. */
static void keep_benchmark(struct keeper *keeper,
                           const struct evaluated *evaluated)
{
    struct err err = { 0 };

    if (evaluated->benchmark &&
        disk_write(keeper->dir, "benchmark", evaluated->details, &err) < 0)
        log_warn("benchmark.not_kept", LOG_TEXT("text", str_c(err.text)));
}

static void end_run(struct keeper *keeper, struct kept_run *run,
                    const struct outcome *outcome)
{
    int64_t now = keeper_now();
    struct results results = {
        .nonce = run->nonce,
        .job = run->job,
        .terms = run->terms,
        .due = run->due,
        .started = run->started > 0 ? run->started : now,
        .ended = now,
        .outcome = outcome->outcome,
        .text = outcome->text,
        .content_digest = run->content,
        .inventory_digest = outcome->inventory_digest,
    };

    if (outcome->evaluated != NULL && outcome->outcome == RUN_DONE) {
        results.verdicts = outcome->evaluated->verdicts;
        results.details = outcome->evaluated->details;
        keep_benchmark(keeper, outcome->evaluated);
    }
    log_info("run.ended", LOG_I64("job", run->job),
             LOG_I64("configuration", run->terms.configuration),
             LOG_TEXT("outcome", str_c(outcome_name(results.outcome))),
             LOG_TEXT("text", results.text));
    write_results(keeper, &results);
    if (keeper->stopping)
        return;
    control_run_ended(keeper->control, &results, outcome->evaluated);
    forget(keeper, run, results.outcome, results.text, now);
}

/* --- Inventories. --- */

/* Keeps what an evaluator read of the machine; *out is its digest. */
static int keep_inventory(struct keeper *keeper, str bytes, struct arena *arena,
                          str *out, struct err *err)
{
    struct inventory inventory;
    int rc = wire_read(&shape_inventory, bytes, arena, &inventory, err);

    if (rc == 0)
        rc = disk_write(keeper->dir, "inventory", bytes, err);
    if (rc < 0)
        return err_wrap(err, rc, "the inventory");
    buf_reset(&keeper->inventory_digest);
    buf_add(&keeper->inventory_digest, inventory.digest);
    keeper->state.last_inventory = inventory.collected;
    keeper->inventory_wanted = 0;
    keeper->inventory_tried = 0;
    for (size_t i = 0; i < keeper->state.inventory_jobs.n; i++)
        state_add_event(&keeper->state, keeper->state.inventory_jobs.p[i].id,
                        JOB_STATE_DONE, keeper_now(), STR(""));
    keeper->state.inventory_jobs.n = 0;
    *out = inventory.digest;
    return 0;
}

/* The newest time at which one of the package databases was changed: a
 * change is sent at once, not only with the next inventory. */
static int64_t packages_time(const struct keeper *keeper)
{
    static const char *const paths[] = { "var/lib/dpkg/status",
                                         "var/lib/rpm/rpmdb.sqlite",
                                         "usr/lib/sysimage/rpm/rpmdb.sqlite",
                                         "var/lib/rpm/Packages",
                                         "var/lib/rpm/Packages.db",
                                         "usr/lib/sysimage/rpm/Packages.db",
                                         "etc/os-release" };
    const char *root = keeper->options->root;
    int64_t newest = 0;

    for (size_t i = 0; i < COUNT(paths); i++) {
        AUTO(buf_clear) struct buf path = BUF(4096);
        struct stat st;

        buf_printf(&path, "%s/%s", root != NULL ? root : "", paths[i]);
        if (stat(buf_c(&path), &st) == 0 && st.st_mtim.tv_sec > newest)
            newest = st.st_mtim.tv_sec;
    }
    return newest;
}

static bool inventory_is_due(struct keeper *keeper, int64_t now)
{
    const struct state *state = &keeper->state;
    int64_t interval = keeper->policy.inventory_interval_s;
    int64_t changed = packages_time(keeper);

    if (keeper->inventory_tried != 0 && now >= keeper->inventory_tried &&
        now - keeper->inventory_tried < INVENTORY_AGAIN_S)
        return false;
    if (interval == 0)
        interval = INVENTORY_INTERVAL_S;
    if (changed != keeper->packages_changed || keeper->inventory_wanted != 0 ||
        state->inventory_jobs.n > 0)
        return true;
    return state->last_inventory == 0 || now < state->last_inventory ||
           now - state->last_inventory >= interval;
}

/* --- The child. --- */

static void on_limit(void *ctx)
{
    struct keeper *keeper = ctx;

    keeper->child.limit = NULL;
    keeper->child.limited = true;
    kill(keeper->child.pid, SIGKILL);
}

/* Why it left nothing. A ceiling of memory ends it by a signal: its own
 * abort(), or the kernel's. */
static void tell_end(const struct child *child, int status, struct buf *why)
{
    if (child->cancelled)
        buf_add_c(why, "cancelled");
    else if (child->limited)
        buf_printf(why, "limit: %lld s", (long long)child->limit_s);
    else if (WIFSIGNALED(status) && child->memory_mb > 0 &&
             WTERMSIG(status) != SIGSYS)
        buf_printf(why, "limit: %lld MB of memory",
                   (long long)child->memory_mb);
    else if (WIFSIGNALED(status))
        buf_printf(why, "the evaluator was ended by signal %d",
                   WTERMSIG(status));
    else
        buf_printf(why, "the evaluator ended with code %d",
                   WEXITSTATUS(status));
}

struct ending {
    struct keeper *keeper;
    struct child child;
    struct evaluated evaluated;
    bool has_evaluated;
    struct outcome outcome;
    struct buf why;
    struct arena arena;
};

static int read_output(struct ending *e, struct err *err)
{
    AUTO(buf_clear) struct buf bytes = BUF(EVALUATED_MAX);
    int rc = disk_read_fd(e->child.out_fd, &bytes, err);

    if (rc == 0)
        rc = wire_read(&shape_evaluated, arena_str(&e->arena, buf_str(&bytes)),
                       &e->arena, &e->evaluated, err);
    return rc;
}

static void judge(struct ending *e, int status)
{
    struct err err = { 0 };
    bool clean = WIFEXITED(status) && WEXITSTATUS(status) == 0;

    e->outcome.outcome = RUN_ERROR;
    if (!clean || read_output(e, &err) < 0) {
        tell_end(&e->child, status, &e->why);
        if (clean)
            buf_printf(&e->why, " and left no results: %s", err.text);
        e->outcome.text = buf_str(&e->why);
        if (e->child.cancelled)
            e->outcome.outcome = RUN_SKIPPED;
        return;
    }
    e->outcome.text = e->evaluated.text;
    e->outcome.evaluated = &e->evaluated;
    if (!e->evaluated.failed)
        e->outcome.outcome = RUN_DONE;
    if (e->evaluated.inventory.n > 0 &&
        keep_inventory(e->keeper, e->evaluated.inventory, &e->arena,
                       &e->outcome.inventory_digest, &err) < 0)
        log_error("inventory.not_kept", LOG_TEXT("text", str_c(err.text)));
}

static void on_child(void *ctx, pid_t pid UNUSED, int status)
{
    struct keeper *keeper = ctx;
    struct ending e = { .keeper = keeper,
                        .child = keeper->child,
                        .why = BUF(AGENT_TEXT_MAX) };
    struct kept_run *run;

    loop_remove(keeper->child.limit);
    keeper->child = (struct child){ .out_fd = -1 };
    judge(&e, status);
    run =
        state_find_run(&keeper->state, (str){ e.child.nonce, JOB_NONCE_BYTES });
    if (e.child.is_run && run != NULL)
        end_run(keeper, run, &e.outcome);
    else if (!e.child.is_run && e.outcome.outcome == RUN_ERROR)
        log_error("inventory.failed", LOG_TEXT("text", e.outcome.text));
    if (!e.child.is_run)
        keeper_save(keeper);
    close(e.child.out_fd);
    buf_clear(&e.why);
    arena_clear(&e.arena);
    keeper_step(keeper);
}

/* The output is a file without a name: it is gone when both have closed it. */
static int open_output(const struct keeper *keeper, int *out, struct err *err)
{
    int fd = openat(keeper->dir, ".", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);

    if (fd < 0 && (errno == EOPNOTSUPP || errno == EISDIR)) {
        fd = openat(keeper->dir, ".output",
                    O_CREAT | O_TRUNC | O_RDWR | O_CLOEXEC, 0600);
        if (fd >= 0)
            unlinkat(keeper->dir, ".output", 0);
    }
    if (fd < 0)
        return err_errno(err, errno, "the file of results");
    *out = fd;
    return 0;
}

static int64_t larger(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

/* pack is -1 for an inventory. Limits of the terms, or of the configuration
 * when they name none. */
static int start_child(struct keeper *keeper, const struct run_terms *terms,
                       int pack, struct err *err)
{
    const struct options *options = keeper->options;
    struct child *child = &keeper->child;
    char nice[NUMBER_TEXT];
    char memory[NUMBER_TEXT];
    const char *more[] = { "--run-nice", nice, "--run-memory", memory, NULL };
    int fds[2] = { -1, pack };
    struct start start = { options, "evaluator", more, fds, pack < 0 ? 1 : 2 };
    int rc;

    child->limit_s = terms->limit_s > 0 ? terms->limit_s : options->limit_s;
    child->memory_mb =
        terms->memory_mb > 0 ? terms->memory_mb : options->memory_mb;
    snprintf(nice, sizeof(nice), "%lld",
             (long long)larger(terms->nice, options->nice));
    snprintf(memory, sizeof(memory), "%lld", (long long)child->memory_mb);
    rc = open_output(keeper, &fds[0], err);
    if (rc == 0)
        rc = role_start(&start, &child->pid, err);
    if (rc < 0) {
        fd_close(&fds[0]);
        *child = (struct child){ .out_fd = -1 };
        return rc;
    }
    child->out_fd = fds[0];
    child->watch = loop_child(keeper->loop, child->pid, on_child, keeper);
    child->limit =
        loop_timer(keeper->loop, child->limit_s * 1000, on_limit, keeper);
    return 0;
}

static void start_inventory(struct keeper *keeper, int64_t now)
{
    struct run_terms terms = { .limit_s = INVENTORY_LIMIT_S };
    struct err err = { 0 };

    keeper->inventory_tried = now;
    keeper->packages_changed = packages_time(keeper);
    if (start_child(keeper, &terms, -1, &err) < 0)
        log_error("inventory.failed", LOG_TEXT("text", str_c(err.text)));
}

/* --- Starting. --- */

static void give_up(struct keeper *keeper, struct kept_run *run,
                    enum run_outcome outcome, const char *why)
{
    end_run(keeper, run,
            &(struct outcome){ .outcome = outcome, .text = str_c(why) });
}

static void start_run(struct keeper *keeper, struct kept_run *run, int64_t now)
{
    AUTO(fd_close) int pack = -1;
    struct err err = { 0 };

    run->attempts++;
    run->stage = STAGE_RUNNING;
    if (run->started == 0) {
        run->started = now;
        state_add_event(&keeper->state, run->job, JOB_STATE_STARTED, now,
                        STR(""));
    }
    keeper_save(keeper);
    if (keeper->stopping)
        return;
    log_info("run.started", LOG_I64("job", run->job),
             LOG_I64("configuration", run->terms.configuration),
             LOG_I64("attempt", run->attempts));
    memcpy(keeper->child.nonce, run->nonce.p, JOB_NONCE_BYTES);
    keeper->child.is_run = true;
    pack = pack_open(keeper, run->content, &err);
    if (pack < 0 || start_child(keeper, &run->terms, pack, &err) < 0) {
        keeper->child = (struct child){ .out_fd = -1 };
        give_up(keeper, run, RUN_ERROR, err.text);
    }
}

static bool may_run(const struct keeper *keeper, const struct kept_run *run)
{
    return run->terms.while_logged_off || keeper->sessions != 0 ||
           run->cause == CAUSE_LOCAL;
}

static void wait_for_login(struct keeper *keeper, struct kept_run *run,
                           int64_t now)
{
    if (run->stage == STAGE_WAITING)
        return;
    run->stage = STAGE_WAITING;
    state_add_event(&keeper->state, run->job, JOB_STATE_WAITING, now,
                    STR("for a user session"));
    log_info("run.waiting", LOG_I64("job", run->job),
             LOG_I64("configuration", run->terms.configuration));
    keeper_save(keeper);
}

/* True when the list of runs, or who runs, has changed. */
static bool look_at(struct keeper *keeper, struct kept_run *run, int64_t now)
{
    if (run->expires > 0 && now >= run->expires) {
        bool waited = run->stage == STAGE_WAITING;

        give_up(keeper, run, waited ? RUN_SKIPPED : RUN_ERROR,
                waited ? "no user session" : "expired before it could begin");
        return true;
    }
    if (run->attempts >= RUN_ATTEMPTS) {
        give_up(keeper, run, RUN_ERROR, "was interrupted too often");
        return true;
    }
    if (!pack_is_held(keeper, run->content))
        return false; /* keeper_link.c fetches it */
    if (!may_run(keeper, run)) {
        wait_for_login(keeper, run, now);
        return false;
    }
    start_run(keeper, run, now);
    return true;
}

void runs_step(struct keeper *keeper, int64_t now)
{
    size_t i = 0;

    if (keeper->child.pid != 0)
        return;
    if (inventory_is_due(keeper, now)) {
        start_inventory(keeper, now);
        return;
    }
    while (i < keeper->state.runs.n && keeper->child.pid == 0 &&
           !keeper->stopping) {
        if (look_at(keeper, &keeper->state.runs.p[i], now))
            i = 0;
        else
            i++;
    }
}

bool runs_cancel(struct keeper *keeper, int64_t job, int64_t now UNUSED)
{
    for (size_t i = 0; i < keeper->state.runs.n; i++) {
        struct kept_run *run = &keeper->state.runs.p[i];

        if (run->job != job)
            continue;
        if (run->stage == STAGE_RUNNING && keeper->child.pid != 0) {
            keeper->child.cancelled = true;
            kill(keeper->child.pid, SIGKILL);
        } else {
            give_up(keeper, run, RUN_SKIPPED, "cancelled");
        }
        return true;
    }
    return false;
}

/* After a restart: what was running has ended when its results are there;
 * otherwise it is started again. */
void runs_recover(struct keeper *keeper)
{
    size_t i = 0;

    while (i < keeper->state.runs.n) {
        struct kept_run *run = &keeper->state.runs.p[i];
        AUTO(arena_clear) struct arena arena = ARENA;
        struct results ended;

        if (find_ended(keeper, run->nonce, &arena, &ended)) {
            log_info("run.recovered", LOG_I64("job", run->job));
            forget(keeper, run, ended.outcome, ended.text, keeper_now());
            continue;
        }
        if (run->stage == STAGE_RUNNING)
            run->stage = STAGE_QUEUED;
        i++;
    }
}
