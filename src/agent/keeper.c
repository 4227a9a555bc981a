/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/keeper.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "agent/disk.h"
#include "agent/keeper_int.h"
#include "agent/keeper_patch.h"
#include "agent/sandbox.h"
#include "agent/sessions.h"
#include "base/clock.h"

enum {
    TICK_MAX_MS = 60000,
    TICK_WAITING_MS = 2000, /* for a login */
    TICK_CLOCK_MS = 500,    /* a test moves the clock */
    TICK_UNENROLLED_MS = 1000,
    ALIVE_S = 60,
    ALIVE_GAP_S = 300, /* of not running that is no time of being off */
    BOOT_ID_MAX = 64,
    ID_BUF = 128,
};

int64_t keeper_now(void)
{
    return clock_now();
}

str keeper_hex(char *out, str bytes)
{
    static const char digits[] = "0123456789abcdef";

    for (size_t i = 0; i < bytes.n; i++) {
        out[2 * i] = digits[(unsigned char)bytes.p[i] >> 4];
        out[2 * i + 1] = digits[bytes.p[i] & 15];
    }
    out[2 * bytes.n] = '\0';
    return (str){ out, 2 * bytes.n };
}

void keeper_begin_link(struct keeper *keeper)
{
    struct err err = { 0 };

    keeper->linked = false;
    if (channel_send(keeper->channel, &(struct message){ .type = MSG_BEGIN },
                     -1, &err) < 0)
        log_warn("channel.full", LOG_TEXT("text", str_c(err.text)));
}

void keeper_fail(struct keeper *keeper, const char *event,
                 const struct err *err)
{
    log_error(event, LOG_TEXT("text", str_c(err_text(err))));
    keeper->stopping = true;
    loop_stop(keeper->loop, 1);
}

void keeper_save(struct keeper *keeper)
{
    struct err err = { 0 };

    if (!keeper->stopping && state_save(keeper->dir, &keeper->state, &err) < 0)
        keeper_fail(keeper, "state.not_saved", &err);
}

/* --- One step. --- */

/* How long until something may have to be done. */
static int64_t wait_ms(struct keeper *keeper, int64_t now)
{
    int64_t wait = TICK_MAX_MS;
    int64_t next = keeper->enrolled ? plan_next(keeper, now) : 0;

    if (!keeper->enrolled)
        return TICK_UNENROLLED_MS;
    if (next > 0 && (next - now) * 1000 < wait)
        wait = next > now ? (next - now) * 1000 : 0;
    next = patch_next(keeper, now);
    if (next > 0 && (next - now) * 1000 < wait)
        wait = next > now ? (next - now) * 1000 : 0;
    for (size_t i = 0; i < keeper->state.runs.n; i++) {
        if (keeper->state.runs.p[i].stage == STAGE_WAITING &&
            wait > TICK_WAITING_MS)
            wait = TICK_WAITING_MS;
    }
    for (int kind = 0; kind < SEND_KINDS; kind++) {
        int64_t left = (keeper->retry_at[kind] - now) * 1000;

        if (left > 0 && left < wait)
            wait = left;
    }
    if (keeper->options->clock != NULL && wait > TICK_CLOCK_MS)
        wait = TICK_CLOCK_MS;
    return wait;
}

/* Beside the state, because it need not be durable: when the agent was last
 * seen to be running. */
static void note_alive(struct keeper *keeper, int64_t now)
{
    AUTO(buf_clear) struct buf text = BUF(ID_BUF);
    int fd;

    if (now >= keeper->saved_alive && now - keeper->saved_alive < ALIVE_S)
        return;
    keeper->saved_alive = now;
    buf_printf(&text, "%lld", (long long)now);
    fd = openat(keeper->dir, "alive", O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    if (fd < 0)
        return;
    if (pwrite(fd, text.p, text.n, 0) != (ssize_t)text.n)
        log_debug("alive.not_saved");
    close(fd);
}

static void read_sessions(struct keeper *keeper)
{
    struct err err = { 0 };
    int64_t count = 0;

    if (sessions_each(keeper->options->utmp, NULL, NULL, &count, &err) < 0) {
        if (keeper->sessions != -1)
            log_warn("sessions.unknown", LOG_TEXT("text", str_c(err.text)));
        count = -1;
    }
    keeper->sessions = count;
}

void keeper_step(struct keeper *keeper)
{
    int64_t now = keeper_now();

    if (!keeper->enrolled || keeper->stopping)
        return;
    note_alive(keeper, now);
    read_sessions(keeper);
    plan_due(keeper, now);
    runs_step(keeper, now);
    patch_step(keeper, now);
    link_step(keeper, now);
}

/* --- Beginning. --- */

static str read_boot_id(struct arena *arena)
{
    AUTO(buf_clear) struct buf text = BUF(BOOT_ID_MAX);

    if (disk_read(AT_FDCWD, "/proc/sys/kernel/random/boot_id", &text, NULL) < 0)
        return STR("");
    return arena_str(arena, str_trim(buf_str(&text)));
}

/* True when the agent was away for so short a time that nothing was missed:
 * it was restarted, or crashed. */
static bool went_on(const struct keeper *keeper, str boot_id, int64_t now)
{
    AUTO(buf_clear) struct buf text = BUF(ID_BUF);
    int64_t alive = 0;

    if (!str_eq(boot_id, keeper->state.boot_id) ||
        keeper->state.on_since == 0 ||
        disk_read(keeper->dir, "alive", &text, NULL) < 0 ||
        str_to_i64(buf_str(&text), 0, INT64_MAX, &alive, NULL) < 0)
        return false;
    return now >= alive && now - alive <= ALIVE_GAP_S;
}

static void note_start(struct keeper *keeper, int64_t now)
{
    str boot_id = read_boot_id(&keeper->state.arena);

    if (!went_on(keeper, boot_id, now)) {
        keeper->state.boot_id = boot_id;
        keeper->state.on_since = now;
    }
    plan_begin(keeper, now);
    patch_begin(keeper);
    keeper_save(keeper);
}

/* A damaged state is put aside: it is better to ask the server again than to
 * stand still. */
static int load_state(struct keeper *keeper, struct err *err)
{
    int rc = state_load(keeper->dir, &keeper->state, err);

    if (rc != E_CORRUPT)
        return rc == E_ABSENT ? 0 : rc;
    log_error("state.damaged", LOG_TEXT("text", str_c(err_text(err))));
    if (renameat(keeper->dir, "state", keeper->dir, "state.damaged") < 0)
        return err_errno(err, errno, "state");
    keeper->state = (struct state){ .send_inventory = true };
    return 0;
}

/* Not enrolled (any more): what is left of an earlier server goes. */
static void forget(const struct keeper *keeper)
{
    static const char *const names[] = { "state",     "policy",
                                         "inventory", "acknowledged",
                                         "sending",   "reboot",
                                         "patching",  "patch-policy" };

    for (size_t i = 0; i < COUNT(names); i++) {
        struct err err = { 0 };

        if (disk_has(keeper->dir, names[i]) &&
            disk_remove(keeper->dir, names[i], &err) < 0)
            log_warn("state.stays", LOG_TEXT("text", str_c(err.text)));
    }
}

static void enrol(struct keeper *keeper)
{
    struct err err = { 0 };
    int rc =
        identity_load(keeper->dir, &keeper->arena, &keeper->identity, &err);

    if (rc == E_ABSENT) {
        forget(keeper);
        return;
    }
    if (rc == 0)
        rc = load_state(keeper, &err);
    if (rc == 0)
        rc = plan_load(keeper, &err);
    if (rc == 0)
        rc = patch_load(keeper, &err);
    if (rc < 0) {
        keeper_fail(keeper, "keeper.cannot_begin", &err);
        return;
    }
    keeper->enrolled = true;
    log_info("keeper.began", LOG_TEXT("device", keeper->identity.device),
             LOG_I64("policy", keeper->policy.revision));
    link_begin(keeper);
    runs_recover(keeper);
    note_start(keeper, keeper_now());
    keeper_begin_link(keeper);
}

/* An occurrence that passed while the machine slept was missed, as if it had
 * been off (P-MIS-2). */
static void note_sleep(struct keeper *keeper, int64_t now)
{
    struct timespec boot;
    struct timespec awake;
    int64_t slept;

    if (clock_gettime(CLOCK_BOOTTIME, &boot) < 0 ||
        clock_gettime(CLOCK_MONOTONIC, &awake) < 0)
        return;
    slept = boot.tv_sec - awake.tv_sec;
    if (slept - keeper->slept_s > ALIVE_GAP_S && keeper->enrolled) {
        log_info("keeper.woke", LOG_I64("slept_s", slept - keeper->slept_s));
        keeper->state.on_since = now;
        plan_begin(keeper, now);
        patch_begin(keeper);
        keeper_save(keeper);
    }
    keeper->slept_s = slept;
}

static void tick(void *ctx)
{
    struct keeper *keeper = ctx;

    if (!keeper->enrolled)
        enrol(keeper);
    else if (!disk_has(keeper->dir, "identity"))
        loop_stop(keeper->loop, 0); /* unenrolled: begin anew */
    note_sleep(keeper, keeper_now());
    state_tidy(&keeper->state);
    keeper_step(keeper);
    (void)loop_timer(keeper->loop, wait_ms(keeper, keeper_now()), tick, keeper);
}

static void on_signal(void *ctx, int signal UNUSED)
{
    struct keeper *keeper = ctx;

    keeper->stopping = true;
    loop_stop(keeper->loop, 0);
}

static void on_channel_end(void *ctx, const struct err *why)
{
    keeper_fail(ctx, "channel.ended", why);
}

static int open_dirs(struct keeper *keeper, struct err *err)
{
    AUTO(fd_close)
    int data = open(keeper->options->data, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    int rc;

    if (data < 0)
        return err_errno(err, errno, "%s", keeper->options->data);
    rc = disk_open(data, "keeper", &keeper->dir, err);
    if (rc == 0)
        rc = disk_open(keeper->dir, "results", &keeper->results, err);
    if (rc == 0)
        rc = disk_open(keeper->dir, "packs", &keeper->packs, err);
    return rc;
}

static void keeper_init(struct keeper *keeper, const struct options *options)
{
    *keeper = (struct keeper){ .options = options,
                               .loop = loop_new(),
                               .dir = -1,
                               .results = -1,
                               .packs = -1,
                               .child.out_fd = -1,
                               .flying_id = BUF(ID_BUF),
                               .inventory_digest = BUF(ID_BUF),
                               .fetching = BUF(ID_BUF),
                               .download = BUF(DOWNLOAD_TEXT_MAX),
                               .link_text = BUF(AGENT_TEXT_MAX) };
    for (int kind = 0; kind < SEND_KINDS; kind++)
        keeper->flying_report[kind] = BUF_INIT(ID_BUF);
}

int keeper_main(const struct options *options)
{
    struct keeper keeper;
    struct err err = { 0 };
    int rc;

    keeper_init(&keeper, options);
    rc = trust_init(&err);
    if (rc == 0)
        rc = open_dirs(&keeper, &err);
    if (rc == 0)
        rc = sandbox_enter(SANDBOX_KEEPER, options, &err);
    if (rc < 0) {
        log_error("keeper.cannot_begin", LOG_TEXT("text", str_c(err.text)));
        return 1;
    }
    keeper.channel = channel_new(keeper.loop, KEEPER_FD_CHANNEL, SIDE_KEEPER,
                                 link_message, on_channel_end, &keeper);
    keeper.control = control_new(&keeper, KEEPER_FD_CONTROL);
    loop_signal(keeper.loop, SIGTERM, on_signal, &keeper);
    loop_signal(keeper.loop, SIGINT, on_signal, &keeper);
    keeper_begin_link(&keeper);
    note_sleep(&keeper, keeper_now());
    tick(&keeper);
    return loop_run(keeper.loop); /* the process ends */
}
