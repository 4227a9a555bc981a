/* SPDX-License-Identifier: Apache-2.0 */
#include "server/wake.h"

#include "base/log.h"
#include "base/mem.h"
#include "server/courier.h"

enum {
    SEND_MS = 10000,
};

struct waker {
    struct core *core;
    struct wake_ids waiting;
    size_t taken;
    struct loop_watch *slice;
};

static void sent(void *ctx UNUSED, const struct errand_return *answer)
{
    if (answer->code < 0)
        log_warn("wake.failed", LOG_TEXT("why", answer->text));
    else
        log_info("wake.sent", LOG_I64("packets", answer->status));
}

static void send_packets(struct waker *w, const struct wake_target *targets,
                         size_t n)
{
    struct errand_wake_target all[WAKE_SLICE * WAKE_INTERFACES];
    struct errand_wake wake = { .targets = { all, n },
                                .port = WAKE_PORT,
                                .timeout_ms = SEND_MS };
    struct err err = { 0 };

    for (size_t i = 0; i < n; i++)
        all[i] = (struct errand_wake_target){
            .mac = { (const char *)targets[i].mac, WAKE_MAC_BYTES },
            .address = str_c(targets[i].broadcast),
        };
    if (n > 0 && courier_wake(w->core->courier, &wake, sent, NULL, &err) < 0)
        log_warn("wake.failed", LOG_TEXT("why", str_c(err_text(&err))));
}

static void slice(void *ctx)
{
    struct waker *w = ctx;
    struct wake_target targets[WAKE_SLICE * WAKE_INTERFACES];
    struct err err = { 0 };
    size_t n = 0;

    w->slice = NULL;
    for (int i = 0; i < WAKE_SLICE && w->taken < w->waiting.ids.n; i++) {
        int rc = wake_targets(w->core->db, w->waiting.ids.p[w->taken++],
                              targets + n, &err);

        if (rc < 0)
            log_warn("wake.failed", LOG_TEXT("why", str_c(err_text(&err))));
        else
            n += (size_t)rc;
    }
    send_packets(w, targets, n);
    if (w->taken < w->waiting.ids.n) {
        w->slice = loop_timer(w->core->loop, 0, slice, w);
        return;
    }
    vec_clear(&w->waiting.ids);
    w->taken = 0;
}

void wake_devices(struct core *core, struct wake_ids *ids)
{
    if (core->waker == NULL) {
        core->waker = mem_alloc(1, sizeof(*core->waker));
        core->waker->core = core;
    }
    for (size_t i = 0; i < ids->ids.n; i++) {
        int64_t id = ids->ids.p[i];

        *vec_push(&core->waker->waiting.ids) = id;
    }
    vec_clear(&ids->ids);
    if (core->waker->slice == NULL && core->waker->waiting.ids.n > 0)
        core->waker->slice = loop_timer(core->loop, 0, slice, core->waker);
}

void wake_stop(struct core *core)
{
    if (core->waker == NULL)
        return;
    loop_remove(core->waker->slice);
    vec_clear(&core->waker->waiting.ids);
    mem_free(core->waker);
    core->waker = NULL;
}
