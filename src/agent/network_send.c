/* SPDX-License-Identifier: Apache-2.0
 *
 * What the keeper gives to be sent: compressed here, and tried until the
 * server takes it or says that it never will.
 */
#include "agent/disk.h"
#include "agent/network_int.h"
#include "base/zpack.h"

enum {
    URL_ROOM = JOB_URL_MAX + 256,
    SEND_TIMEOUT_MS = 300000,
};

static const char *const paths[SEND_KINDS] = {
    [SEND_INVENTORY] = "/agent/v1/inventory",
    [SEND_RESULTS] = "/agent/v1/results",
    [SEND_EVENTS] = "/agent/v1/events",
    [SEND_PATCH_SCAN] = "/agent/v1/patch-scan",
    [SEND_PATCH_RESULTS] = "/agent/v1/patch-results",
    [SEND_PATCH_REBOOT] = "/agent/v1/patch-reboot",
};

static void post(struct network *network, enum send_kind kind);

#define AGAIN(name, kind)                                                      \
    static void name(void *ctx)                                                \
    {                                                                          \
        struct network *network = ctx;                                         \
                                                                               \
        network->sending[kind].attempt.timer = NULL;                           \
        post(network, kind);                                                   \
    }
AGAIN(again_inventory, SEND_INVENTORY)
AGAIN(again_results, SEND_RESULTS)
AGAIN(again_events, SEND_EVENTS)
AGAIN(again_patch_scan, SEND_PATCH_SCAN)
AGAIN(again_patch_results, SEND_PATCH_RESULTS)
AGAIN(again_patch_reboot, SEND_PATCH_REBOOT)

static loop_timer_fn *const again[SEND_KINDS] = {
    [SEND_INVENTORY] = again_inventory,
    [SEND_RESULTS] = again_results,
    [SEND_EVENTS] = again_events,
    [SEND_PATCH_SCAN] = again_patch_scan,
    [SEND_PATCH_RESULTS] = again_patch_results,
    [SEND_PATCH_REBOOT] = again_patch_reboot,
};

/* A status that another try may change. */
static bool is_passing(int64_t status)
{
    return status >= 500 || status == 408 || status == 429 ||
           is_forbidden(status);
}

static void finish(struct network *network, enum send_kind kind, int64_t status)
{
    struct sending *sending = &network->sending[kind];
    AUTO(buf_clear) struct buf number = BUF(32);
    bool taken = status / 100 == 2;

    buf_printf(&number, "%lld", (long long)status);
    sending->busy = false;
    sending->attempt.delay_ms = 0;
    network_say(network,
                &(struct message){ .type = taken ? MSG_TAKEN : MSG_NOT_TAKEN,
                                   .number = kind,
                                   .id = taken ? buf_str(&sending->id)
                                               : buf_str(&number) },
                -1);
    buf_clear(&sending->body);
}

static void done(struct network *network, enum send_kind kind, int rc,
                 const struct http_answer *answer, const struct err *err)
{
    struct sending *sending = &network->sending[kind];
    AUTO(buf_clear) struct buf why = BUF(512);

    sending->attempt.transfer = NULL;
    if (rc == 0 && !is_passing(answer->status)) {
        finish(network, kind, answer->status);
        return;
    }
    if (rc < 0)
        buf_add_c(&why, err_text(err));
    else
        buf_printf(&why, "%s: status %lld", paths[kind],
                   (long long)answer->status);
    log_warn("send.later", LOG_TEXT("text", buf_str(&why)));
    attempt_later(network, &sending->attempt, 0, again[kind]);
}

#define DONE(name, kind)                                                       \
    static void name(void *ctx, int rc, const struct http_answer *answer,      \
                     const struct err *err)                                    \
    {                                                                          \
        done(ctx, kind, rc, answer, err);                                      \
    }
DONE(done_inventory, SEND_INVENTORY)
DONE(done_results, SEND_RESULTS)
DONE(done_events, SEND_EVENTS)
DONE(done_patch_scan, SEND_PATCH_SCAN)
DONE(done_patch_results, SEND_PATCH_RESULTS)
DONE(done_patch_reboot, SEND_PATCH_REBOOT)

static http_done_fn *const dones[SEND_KINDS] = {
    [SEND_INVENTORY] = done_inventory,
    [SEND_RESULTS] = done_results,
    [SEND_EVENTS] = done_events,
    [SEND_PATCH_SCAN] = done_patch_scan,
    [SEND_PATCH_RESULTS] = done_patch_results,
    [SEND_PATCH_REBOOT] = done_patch_reboot,
};

static void post(struct network *network, enum send_kind kind)
{
    AUTO(buf_clear) struct buf url = BUF(URL_ROOM);
    struct sending *sending = &network->sending[kind];
    struct http_request request = network_request(network, paths[kind], &url);
    struct err err = { 0 };

    request.body = buf_str(&sending->body);
    request.timeout_ms = SEND_TIMEOUT_MS;
    sending->attempt.transfer =
        http_start(network->client, &request, dones[kind], network, &err);
    if (sending->attempt.transfer == NULL)
        attempt_later(network, &sending->attempt, 0, again[kind]);
}

void send_begin(struct network *network, const struct message *message, int fd)
{
    AUTO(buf_clear) struct buf plain = BUF(AGENT_MESSAGE_MAX);
    struct sending *sending;
    struct err err = { 0 };
    int rc;

    if (message->number >= SEND_KINDS) {
        fd_close(&fd);
        return;
    }
    sending = &network->sending[message->number];
    attempt_cancel(&sending->attempt);
    buf_reset(&sending->body);
    buf_reset(&sending->id);
    buf_add(&sending->id, message->id);
    rc = disk_read_fd(fd, &plain, &err);
    fd_close(&fd);
    if (rc == 0)
        rc = zpack_make(buf_str(&plain), &sending->body, &err);
    sending->busy = true;
    if (rc == 0) {
        post(network, (enum send_kind)message->number);
        return;
    }
    log_error("send.failed", LOG_TEXT("text", str_c(err.text)));
    finish(network, (enum send_kind)message->number, 413);
}

void send_stop(struct network *network)
{
    for (int kind = 0; kind < SEND_KINDS; kind++) {
        attempt_cancel(&network->sending[kind].attempt);
        buf_clear(&network->sending[kind].body);
        network->sending[kind].busy = false;
    }
}
