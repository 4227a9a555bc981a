/* SPDX-License-Identifier: Apache-2.0
 *
 * The keeper's side of the channel: what the network process is given to
 * send, one of each kind at a time, and what it brings. What it brings is not
 * trusted: packs are copied and their digest is taken here, jobs are checked
 * in keeper_jobs.c, and an answer of the server can only ask for what the
 * server may know or cause traffic.
 */
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "agent/disk.h"
#include "agent/inventory.h"
#include "agent/keeper_int.h"
#include "agent/keeper_patch.h"
#include "base/clock.h"
#include "base/digest.h"

enum {
    RETRY_S = 60,
    REFUSED_S = 600,
    INVENTORY_MAX = AGENT_MESSAGE_MAX,
    HEX_SIZE = 2 * JOB_DIGEST_BYTES + 1,
    EVENTS_AT_ONCE = 200,
    FETCH_MAX = 32768,
};

static void say(struct keeper *keeper, const struct message *message, int fd)
{
    struct err err = { 0 };

    if (channel_send(keeper->channel, message, fd, &err) < 0)
        log_warn("channel.full", LOG_TEXT("text", str_c(err.text)));
}

/* --- Packs. --- */

bool pack_is_held(const struct keeper *keeper, str digest)
{
    char hex[HEX_SIZE];

    if (digest.n != JOB_DIGEST_BYTES)
        return false;
    return disk_has(keeper->packs, keeper_hex(hex, digest).p);
}

int pack_open(const struct keeper *keeper, str digest, struct err *err)
{
    char hex[HEX_SIZE];
    int fd;

    if (digest.n != JOB_DIGEST_BYTES)
        return err_set(err, E_ABSENT, "no content is named");
    fd = openat(keeper->packs, keeper_hex(hex, digest).p,
                O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
    return fd < 0 ? err_errno(err, errno, "the content") : fd;
}

static bool is_referenced(const struct keeper *keeper, str digest)
{
    const struct state *state = &keeper->state;
    const struct policy_schedule *rows = keeper->policy.schedules.p;

    if (str_eq(digest, state->wanted_pack) ||
        str_eq(digest, state->newest_pack))
        return true;
    for (size_t i = 0; i < keeper->policy.schedules.n; i++) {
        if (str_eq(digest, rows[i].content_digest))
            return true;
    }
    for (size_t i = 0; i < state->runs.n; i++) {
        if (str_eq(digest, state->runs.p[i].content))
            return true;
    }
    return false;
}

/* The first pack that something needs and that is not here; or empty. */
static str missing_pack(const struct keeper *keeper)
{
    const struct state *state = &keeper->state;
    const struct policy_schedule *rows = keeper->policy.schedules.p;

    for (size_t i = 0; i < state->runs.n; i++) {
        if (!pack_is_held(keeper, state->runs.p[i].content) &&
            state->runs.p[i].content.n == JOB_DIGEST_BYTES)
            return state->runs.p[i].content;
    }
    for (size_t i = 0; i < keeper->policy.schedules.n; i++) {
        if (rows[i].content_digest.n == JOB_DIGEST_BYTES &&
            !pack_is_held(keeper, rows[i].content_digest))
            return rows[i].content_digest;
    }
    if (state->wanted_pack.n == JOB_DIGEST_BYTES &&
        !pack_is_held(keeper, state->wanted_pack))
        return state->wanted_pack;
    return STR("");
}

static int hex_bytes(const char *name, char out[JOB_DIGEST_BYTES])
{
    static const char digits[] = "0123456789abcdef";

    if (strlen(name) != HEX_SIZE - 1)
        return -1;
    for (size_t i = 0; i < JOB_DIGEST_BYTES; i++) {
        const char *high = strchr(digits, name[2 * i]);
        const char *low = strchr(digits, name[2 * i + 1]);

        if (high == NULL || low == NULL)
            return -1;
        out[i] = (char)((high - digits) << 4 | (low - digits));
    }
    return 0;
}

static int drop_pack(void *ctx, const char *name, struct err *err)
{
    const struct keeper *keeper = ctx;
    char digest[JOB_DIGEST_BYTES];

    if (hex_bytes(name, digest) == 0 &&
        is_referenced(keeper, (str){ digest, sizeof(digest) }))
        return 0;
    return disk_remove(keeper->packs, name, err);
}

static int copy_pack(const struct keeper *keeper, int from, const char *want,
                     struct err *err)
{
    AUTO(fd_close)
    int to =
        openat(keeper->packs, ".new",
               O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600);
    char bytes[65536];
    char hex[DIGEST_HEX_MAX];
    struct digest digest;
    int64_t at = 0;
    ssize_t n;

    if (to < 0)
        return err_errno(err, errno, "the content");
    digest_init(&digest, DIGEST_SHA256);
    while ((n = pread(from, bytes, sizeof(bytes), at)) > 0) {
        if (at + n > PACK_MAX || write(to, bytes, (size_t)n) != n)
            return err_set(err, E_LIMIT, "the content cannot be written");
        digest_add(&digest, bytes, (size_t)n);
        at += n;
    }
    digest_finish(&digest, hex);
    if (n < 0)
        return err_errno(err, errno, "the content");
    if (strcmp(hex, want) != 0)
        return err_set(err, E_INVALID, "the content has the digest %s, not %s",
                       hex, want);
    if (disk_sync(to, err) < 0)
        return E_IO;
    if (renameat(keeper->packs, ".new", keeper->packs, want) < 0)
        return err_errno(err, errno, "the content");
    return disk_sync(keeper->packs, err);
}

/* --- Check-ins. --- */

static void add_boot_time(struct checkin *checkin, int64_t now)
{
    struct timespec up;

    if (clock_gettime(CLOCK_BOOTTIME, &up) == 0 && now > up.tv_sec)
        checkin->boot_time = now - up.tv_sec;
}

static int count_file(void *ctx, const char *name UNUSED,
                      struct err *err UNUSED)
{
    (*(int64_t *)ctx)++;
    return 0;
}

static int inventory_read(const struct keeper *keeper, const char *name,
                          struct arena *arena, struct inventory *out,
                          struct err *err)
{
    AUTO(buf_clear) struct buf bytes = BUF(INVENTORY_MAX);
    int rc = disk_read(keeper->dir, name, &bytes, err);

    return rc < 0
               ? rc
               : wire_read(&shape_inventory, arena_str(arena, buf_str(&bytes)),
                           arena, out, err);
}

void link_begin(struct keeper *keeper)
{
    AUTO(arena_clear) struct arena arena = ARENA;
    struct inventory inventory;

    if (inventory_read(keeper, "inventory", &arena, &inventory, NULL) < 0)
        return; /* one is collected */
    buf_reset(&keeper->inventory_digest);
    buf_add(&keeper->inventory_digest, inventory.digest);
}

static void send_checkin(struct keeper *keeper)
{
    const struct state *state = &keeper->state;
    AUTO(buf_clear) struct buf body = BUF(AGENT_TEXT_MAX);
    int64_t now = keeper_now();
    struct checkin checkin = {
        .agent_version = STR(HOLDFAST_VERSION),
        .boot_id = state->boot_id,
        .device_time = now,
        .inventory_digest = buf_str(&keeper->inventory_digest),
        .acknowledged_digest = state->acknowledged,
        .content_digest = state->newest_pack,
        .policy_revision = keeper->policy.revision,
        .sessions = keeper->sessions > 0 ? keeper->sessions : 0,
        .time_zone = str_c(zone_name(plan_zone(keeper, NULL))),
        .download = buf_str(&keeper->download),
    };
    struct err err = { 0 };

    add_boot_time(&checkin, now);
    if (disk_each(keeper->results, count_file, &checkin.unsent_results, &err) <
            0 ||
        wire_write(&shape_checkin, &checkin, &body, &err) < 0) {
        log_error("checkin.failed", LOG_TEXT("text", str_c(err.text)));
        return;
    }
    say(keeper,
        &(struct message){ .type = MSG_CHECKIN, .body = buf_str(&body) }, -1);
}

static void take_checked_in(struct keeper *keeper, str body)
{
    AUTO(arena_clear) struct arena arena = ARENA;
    struct state *state = &keeper->state;
    struct checked_in answer;
    struct err err = { 0 };

    if (wire_read(&shape_checked_in, body, &arena, &answer, &err) < 0) {
        log_warn("checkin.answer", LOG_TEXT("text", str_c(err.text)));
        return;
    }
    state->last_checkin = keeper_now();
    state->server_interval_s = answer.interval_s;
    if (answer.send_inventory || answer.whole_inventory) {
        state->send_inventory = true;
        if (state->last_inventory + RETRY_S < state->last_checkin)
            keeper->inventory_wanted = state->last_checkin;
    }
    keeper->send_whole |= answer.whole_inventory;
    if (!str_eq(answer.content_digest, state->wanted_pack))
        state->wanted_pack = arena_str(&state->arena, answer.content_digest);
    keeper_save(keeper);
}

/* --- Packs that arrive. --- */

/* What went wrong with the newest file is told at once when it is news. */
static void note_download(struct keeper *keeper, str text)
{
    text = str_sub(text, 0, DOWNLOAD_TEXT_MAX);
    if (str_eq(text, buf_str(&keeper->download)))
        return;
    buf_reset(&keeper->download);
    buf_add(&keeper->download, text);
    send_checkin(keeper);
}

static void take_content(struct keeper *keeper, const struct message *message,
                         int fd)
{
    struct state *state = &keeper->state;
    char hex[HEX_SIZE];
    struct err err = { 0 };
    bool asked = message->id.n == JOB_DIGEST_BYTES &&
                 str_eq(message->id, buf_str(&keeper->fetching));
    int rc;

    buf_reset(&keeper->fetching);
    if (!asked)
        return;
    keeper_hex(hex, message->id);
    rc = copy_pack(keeper, fd, hex, &err);
    if (rc < 0) {
        keeper->fetch_at = keeper_now() + RETRY_S;
        unlinkat(keeper->packs, ".new", 0);
        log_error("content.refused", LOG_TEXT("text", str_c(err.text)));
        return;
    }
    log_info("content.taken", LOG_TEXT("digest", str_c(hex)));
    state->newest_pack = arena_str(&state->arena, message->id);
    keeper_save(keeper);
    if (disk_each(keeper->packs, drop_pack, keeper, &err) < 0)
        log_warn("content.not_dropped", LOG_TEXT("text", str_c(err.text)));
    note_download(keeper, message->text);
}

/* --- Sending. --- */

static void fly(struct keeper *keeper, enum send_kind kind, str id, str bytes)
{
    int fd = -1;
    struct err err = { 0 };

    if (disk_memory("send", bytes, &fd, &err) < 0) {
        log_error("send.failed", LOG_TEXT("text", str_c(err.text)));
        return;
    }
    keeper->flying[kind] = true;
    say(keeper, &(struct message){ .type = MSG_SEND, .number = kind, .id = id },
        fd);
    close(fd);
}

/* "sending" is the whole inventory that is on its way: what the server has
 * when it answers. */
static void send_inventory(struct keeper *keeper)
{
    AUTO(arena_clear) struct arena arena = ARENA;
    AUTO(buf_clear) struct buf whole = BUF(INVENTORY_MAX);
    AUTO(buf_clear) struct buf bytes = BUF(INVENTORY_MAX);
    struct inventory newer;
    struct inventory older;
    struct inventory delta;
    struct err err = { 0 };
    int rc;

    if (keeper->inventory_digest.n == 0 ||
        (!keeper->state.send_inventory && !keeper->send_whole &&
         str_eq(buf_str(&keeper->inventory_digest),
                keeper->state.acknowledged)))
        return;
    rc = inventory_read(keeper, "inventory", &arena, &newer, &err);
    if (rc == 0)
        rc = wire_write(&shape_inventory, &newer, &whole, &err);
    if (rc == 0)
        rc = disk_write(keeper->dir, "sending", buf_str(&whole), &err);
    if (rc == 0 && !keeper->send_whole && keeper->state.acknowledged.n > 0 &&
        inventory_read(keeper, "acknowledged", &arena, &older, NULL) == 0 &&
        str_eq(older.digest, keeper->state.acknowledged)) {
        inventory_delta(&older, &newer, &arena, &delta);
        rc = wire_write(&shape_inventory, &delta, &bytes, &err);
    } else if (rc == 0) {
        buf_add(&bytes, buf_str(&whole));
    }
    if (rc < 0) {
        log_error("inventory.failed", LOG_TEXT("text", str_c(err.text)));
        keeper->retry_at[SEND_INVENTORY] = keeper_now() + RETRY_S;
        return;
    }
    fly(keeper, SEND_INVENTORY, newer.digest, buf_str(&bytes));
}

static void inventory_taken(struct keeper *keeper, str digest)
{
    struct state *state = &keeper->state;

    if (digest.n != JOB_DIGEST_BYTES ||
        renameat(keeper->dir, "sending", keeper->dir, "acknowledged") < 0)
        return;
    state->acknowledged = arena_str(&state->arena, digest);
    state->send_inventory = false;
    keeper->send_whole = false;
    keeper_save(keeper);
}

static int first_name(void *ctx, const char *name, struct err *err UNUSED)
{
    struct buf *first = ctx;

    if (first->n == 0 || str_cmp(str_c(name), buf_str(first)) < 0) {
        buf_reset(first);
        buf_add_c(first, name);
    }
    return 0;
}

/* What the server will never take, or cannot be read, is kept for people, out
 * of the way. */
static void results_refused(struct keeper *keeper)
{
    AUTO(buf_clear) struct buf aside = BUF(512);

    buf_printf(&aside, ".refused-%s", buf_c(&keeper->flying_id));
    if (keeper->flying_id.n > 0)
        renameat(keeper->results, buf_c(&keeper->flying_id), keeper->results,
                 buf_c(&aside));
}

static void send_results(struct keeper *keeper)
{
    AUTO(buf_clear) struct buf bytes = BUF(AGENT_MESSAGE_MAX);
    struct buf *name = &keeper->flying_id;
    struct err err = { 0 };
    int rc;

    buf_reset(name);
    rc = disk_each(keeper->results, first_name, name, &err);
    if (rc == 0 && name->n == 0)
        return;
    if (rc == 0 &&
        (rc = disk_read(keeper->results, buf_c(name), &bytes, &err)) < 0)
        results_refused(keeper); /* the next one is not to wait for it */
    if (rc < 0) {
        log_error("results.failed", LOG_TEXT("file", buf_str(name)),
                  LOG_TEXT("text", str_c(err.text)));
        keeper->retry_at[SEND_RESULTS] = keeper_now() + RETRY_S;
        return;
    }
    fly(keeper, SEND_RESULTS, STR(""), buf_str(&bytes));
}

static void results_taken(struct keeper *keeper)
{
    struct err err = { 0 };

    if (keeper->flying_id.n > 0 &&
        disk_remove(keeper->results, buf_c(&keeper->flying_id), &err) < 0)
        log_error("results.not_removed", LOG_TEXT("text", str_c(err.text)));
}

static void send_events(struct keeper *keeper)
{
    const struct state *state = &keeper->state;
    AUTO(buf_clear) struct buf bytes = BUF(AGENT_MESSAGE_MAX);
    struct job_events events = { { state->events.p, state->events.n } };
    struct err err = { 0 };

    if (events.events.n == 0)
        return;
    if (events.events.n > EVENTS_AT_ONCE)
        events.events.n = EVENTS_AT_ONCE;
    if (wire_write(&shape_job_events, &events, &bytes, &err) < 0) {
        log_error("events.failed", LOG_TEXT("text", str_c(err.text)));
        keeper->retry_at[SEND_EVENTS] = keeper_now() + RETRY_S;
        return;
    }
    keeper->flying_events = state->first_event + (int64_t)events.events.n;
    fly(keeper, SEND_EVENTS, STR(""), buf_str(&bytes));
}

static void events_taken(struct keeper *keeper)
{
    struct state *state = &keeper->state;
    int64_t n = keeper->flying_events - state->first_event;

    if (n <= 0 || n > (int64_t)state->events.n)
        return;
    state->events.n -= (size_t)n;
    memmove(state->events.p, state->events.p + n,
            state->events.n * sizeof(*state->events.p));
    state->first_event += n;
    keeper_save(keeper);
}

/* Reports of patching: a letter a kind. */
static char report_kind(enum send_kind kind)
{
    return kind == SEND_PATCH_SCAN      ? 's'
           : kind == SEND_PATCH_RESULTS ? 'r'
                                        : 'b';
}

static void send_report(struct keeper *keeper, enum send_kind kind)
{
    AUTO(buf_clear) struct buf bytes = BUF(AGENT_MESSAGE_MAX);
    struct buf *name = &keeper->flying_report[kind];
    struct err err = { 0 };

    if (patch_first_report(keeper, report_kind(kind), name, &bytes, &err) < 0) {
        log_error("report.failed", LOG_TEXT("text", str_c(err.text)));
        keeper->retry_at[kind] = keeper_now() + RETRY_S;
        return;
    }
    if (name->n > 0)
        fly(keeper, kind, STR(""), buf_str(&bytes));
}

static void send_patch_scan(struct keeper *keeper)
{
    send_report(keeper, SEND_PATCH_SCAN);
}

static void send_patch_results(struct keeper *keeper)
{
    send_report(keeper, SEND_PATCH_RESULTS);
}

static void send_patch_reboot(struct keeper *keeper)
{
    send_report(keeper, SEND_PATCH_REBOOT);
}

static void take_taken(struct keeper *keeper, const struct message *message)
{
    if (message->number >= SEND_KINDS || !keeper->flying[message->number])
        return;
    keeper->flying[message->number] = false;
    switch ((enum send_kind)message->number) {
    case SEND_INVENTORY:
        inventory_taken(keeper, message->id);
        break;
    case SEND_RESULTS:
        results_taken(keeper);
        break;
    case SEND_EVENTS:
        events_taken(keeper);
        break;
    default:
        patch_report_ended(
            keeper, buf_c(&keeper->flying_report[message->number]), true);
        break;
    }
}

/* id is the HTTP status in decimal. */
static void take_not_taken(struct keeper *keeper, const struct message *message)
{
    int64_t status = 0;

    if (message->number >= SEND_KINDS || !keeper->flying[message->number] ||
        str_to_i64(message->id, 0, 999, &status, NULL) < 0)
        return;
    keeper->flying[message->number] = false;
    if (message->number == SEND_INVENTORY && status == 409) {
        keeper->send_whole = true;
        return;
    }
    log_error("send.refused", LOG_I64("kind", message->number),
              LOG_I64("status", status), LOG_TEXT("text", message->text));
    if (message->number == SEND_RESULTS)
        results_refused(keeper);
    else if (message->number == SEND_EVENTS)
        events_taken(keeper);
    else if (message->number != SEND_INVENTORY)
        patch_report_ended(
            keeper, buf_c(&keeper->flying_report[message->number]), false);
    keeper->retry_at[message->number] = keeper_now() + REFUSED_S;
    if (message->number != SEND_INVENTORY)
        keeper->retry_at[message->number] = 0;
}

/* --- Messages. --- */

static void welcome(struct keeper *keeper, str nonce)
{
    if (!keeper->enrolled)
        return; /* it is told to begin when we know who we are */
    keeper->linked = true;
    keeper->renewing = false;
    buf_reset(&keeper->fetching);
    keeper->fetch_at = 0;
    for (int kind = 0; kind < SEND_KINDS; kind++) {
        keeper->flying[kind] = false;
        keeper->retry_at[kind] = 0;
    }
    say(keeper,
        &(struct message){ .type = MSG_WELCOME,
                           .number = keeper->state.after,
                           .id = nonce,
                           .text = keeper->policy.agent_url },
        -1);
}

static void renewed(struct keeper *keeper)
{
    struct state *state = &keeper->state;

    keeper->renewing = false;
    for (size_t i = 0; i < state->renew_jobs.n; i++)
        state_add_event(state, state->renew_jobs.p[i].id, JOB_STATE_DONE,
                        keeper_now(), STR(""));
    state->renew_jobs.n = 0;
    keeper_save(keeper);
}

static void no_content(struct keeper *keeper, const struct message *message)
{
    buf_reset(&keeper->fetching);
    keeper->fetch_at = keeper_now() + RETRY_S;
    note_download(keeper, message->text);
    log_warn("content.not_fetched", LOG_TEXT("text", message->text));
}

static void note_link(struct keeper *keeper, const struct message *message)
{
    keeper->link_up = message->number == 1;
    buf_reset(&keeper->link_text);
    buf_add(&keeper->link_text, message->text);
}

void link_message(void *ctx, const struct message *message, int fd)
{
    struct keeper *keeper = ctx;

    if (message->type == MSG_HELLO)
        welcome(keeper, message->id);
    else if (!keeper->linked)
        ; /* of a network process that is not there any more, or too early */
    else if (message->type == MSG_CHECKIN_WANTED)
        send_checkin(keeper);
    else if (message->type == MSG_CHECKED_IN)
        take_checked_in(keeper, message->body);
    else if (message->type == MSG_TAKEN)
        take_taken(keeper, message);
    else if (message->type == MSG_NOT_TAKEN)
        take_not_taken(keeper, message);
    else if (message->type == MSG_JOB)
        keeper_take_job(keeper, fd);
    else if (message->type == MSG_CONTENT)
        take_content(keeper, message, fd);
    else if (message->type == MSG_NO_CONTENT)
        no_content(keeper, message);
    else if (message->type == MSG_RENEWED)
        renewed(keeper);
    else if (message->type == MSG_LINK)
        note_link(keeper, message);
    fd_close(&fd);
    keeper_step(keeper);
}

static void fetch(struct keeper *keeper, int64_t now)
{
    AUTO(buf_clear) struct buf name = BUF(AGENT_NAME_MAX);
    AUTO(buf_clear) struct buf path = BUF(JOB_URL_MAX);
    AUTO(buf_clear) struct buf body = BUF(FETCH_MAX);
    struct fetch order = { .points = keeper->policy.points };
    str missing = missing_pack(keeper);
    char hex[HEX_SIZE];
    struct err err = { 0 };

    if (missing.n == 0 || keeper->fetching.n > 0 || now < keeper->fetch_at)
        return;
    keeper_hex(hex, missing);
    buf_printf(&name, "%s.pack", hex);
    buf_printf(&path, "/agent/v1/content/%s", hex);
    order.name = buf_str(&name);
    order.path = buf_str(&path);
    if (wire_write(&shape_fetch, &order, &body, &err) < 0) {
        log_error("content.not_asked", LOG_TEXT("text", str_c(err.text)));
        keeper->fetch_at = now + RETRY_S;
        return;
    }
    buf_add(&keeper->fetching, missing);
    say(keeper,
        &(struct message){
            .type = MSG_FETCH, .id = missing, .body = buf_str(&body) },
        -1);
}

void link_step(struct keeper *keeper, int64_t now)
{
    static void (*const send[SEND_KINDS])(struct keeper * keeper) = {
        [SEND_INVENTORY] = send_inventory,
        [SEND_RESULTS] = send_results,
        [SEND_EVENTS] = send_events,
        [SEND_PATCH_SCAN] = send_patch_scan,
        [SEND_PATCH_RESULTS] = send_patch_results,
        [SEND_PATCH_REBOOT] = send_patch_reboot,
    };

    if (!keeper->linked || keeper->stopping)
        return;
    for (int kind = 0; kind < SEND_KINDS; kind++) {
        if (!keeper->flying[kind] && now >= keeper->retry_at[kind])
            send[kind](keeper);
    }
    fetch(keeper, now);
    if (keeper->state.renew_jobs.n > 0 && !keeper->renewing) {
        keeper->renewing = true;
        say(keeper, &(struct message){ .type = MSG_RENEW }, -1);
    }
}
