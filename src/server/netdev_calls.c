/* SPDX-License-Identifier: Apache-2.0 */
#include "server/netdev_calls.h"

#include <unistd.h>

#include "base/log.h"
#include "netdev/callhome.h"
#include "server/netdev_run_int.h"

enum {
    CALLERS_MAX = 32, /* of which the key is not known yet */
    CALL_MS = 20000,
    PINS_TEXT_MAX = 32768,
};

struct caller {
    struct caller *next;
    struct netdev_calls *calls;
    struct contact *contact;
    char address[64];
};

struct netdev_calls {
    struct netdev_runner *runner;
    struct callhome *callhome;
    struct caller *callers;
    size_t count;
};

static bool has_pin(const struct work *work, str fingerprint)
{
    const struct order_pin *pins = work->order.pins.p;

    for (size_t i = 0; i < work->order.pins.n; i++) {
        if (str_eq_c(pins[i].kind, "ssh") &&
            str_eq(pins[i].fingerprint, fingerprint))
            return true;
    }
    return false;
}

static struct work *find(const struct netdev_runner *runner, str fingerprint)
{
    for (struct work *work = runner->works; work != NULL; work = work->next) {
        if (work->waits_call && !work->over && has_pin(work, fingerprint))
            return work;
    }
    return NULL;
}

/* The keys of all devices that are waited for, with blanks between. */
static void add_pins(const struct netdev_runner *runner, struct buf *out)
{
    for (struct work *work = runner->works; work != NULL; work = work->next) {
        const struct order_pin *pins = work->order.pins.p;

        for (size_t i = 0; work->waits_call && !work->over &&
                           i < work->order.pins.n && out->n < PINS_TEXT_MAX / 2;
             i++)
            if (str_eq_c(pins[i].kind, "ssh"))
                buf_printf(out, "%" PRIstr " ", ARGstr(pins[i].fingerprint));
    }
}

/* The contact is released, too, unless it was handed over. */
static void drop(struct caller *caller)
{
    struct netdev_calls *calls = caller->calls;
    struct caller **at = &calls->callers;

    while (*at != caller)
        at = &(*at)->next;
    *at = caller->next;
    calls->count--;
    contact_free(caller->contact);
    mem_free(caller);
}

static void on_key(void *ctx, const struct vty_key *key)
{
    struct caller *caller = ctx;
    struct work *work = find(caller->calls->runner, key->fingerprint);

    if (key->state != KEY_APPROVED || work == NULL)
        return; /* the contact fails by itself, or has nobody to log in as */
    work_take_call(work, TAKE(caller->contact), str_c(caller->address), key);
    drop(caller);
}

static void on_failed(void *ctx, const char *where, const struct err *err)
{
    struct caller *caller = ctx;

    log_info("netdev.call_refused", LOG_TEXT("from", str_c(caller->address)),
             LOG_TEXT("step", str_c(where)),
             LOG_TEXT("why", str_c(err_text(err))));
    drop(caller);
}

/* Its key was approved, but the order has ended meanwhile. */
static void on_ready(void *ctx)
{
    drop(ctx);
}

static void on_answer(void *ctx UNUSED,
                      const struct session_answer *answer UNUSED)
{
}

static const struct contact_events events = {
    .ready = on_ready, .answer = on_answer, .failed = on_failed, .key = on_key
};

static int take(struct netdev_calls *calls, int fd, str address,
                struct err *err)
{
    AUTO(buf_clear) struct buf pins = BUF(PINS_TEXT_MAX);
    struct caller *caller = mem_alloc(1, sizeof(*caller));
    struct contact_options options = {
        .vty = { .loop = calls->runner->terms.loop,
                 .transport = TRANSPORT_NETCONF,
                 .is_called = true,
                 .fd = fd,
                 .connect_ms = CALL_MS },
        .session = { .family = family_find(STR("netconf")),
                     .answer_max = WORK_TEXT_MAX },
        .events = &events,
        .ctx = caller,
    };
    int rc;

    *caller = (struct caller){ .next = calls->callers, .calls = calls };
    calls->callers = caller;
    calls->count++;
    snprintf(caller->address, sizeof(caller->address), "%" PRIstr,
             ARGstr(address));
    add_pins(calls->runner, &pins);
    options.vty.host = address;
    options.vty.host_key = str_trim(buf_str(&pins));
    rc = contact_new(&options, &caller->contact, err);
    if (rc < 0)
        drop(caller);
    return rc;
}

static bool is_awaited(const struct netdev_runner *runner)
{
    for (const struct work *work = runner->works; work != NULL;
         work = work->next) {
        if (work->waits_call && !work->over)
            return true;
    }
    return false;
}

static void on_call(void *ctx, int fd, str address)
{
    struct netdev_calls *calls = ctx;
    struct err err = { 0 };

    callhome_resume(calls->callhome);
    if (calls->count >= CALLERS_MAX || !is_awaited(calls->runner))
        close(fd); /* it calls again */
    else if (take(calls, fd, address, &err) < 0)
        log_warn("netdev.call", LOG_TEXT("why", str_c(err_text(&err))));
}

int netdev_calls_new(struct netdev_runner *runner, int fd,
                     struct netdev_calls **out, struct err *err)
{
    struct netdev_calls *calls = mem_alloc(1, sizeof(*calls));
    struct callhome_options options = { .loop = runner->terms.loop,
                                        .is_open = true,
                                        .fd = fd,
                                        .fn = on_call,
                                        .ctx = calls };
    int rc;

    calls->runner = runner;
    rc = callhome_new(&options, &calls->callhome, err);
    if (rc < 0) {
        mem_free(calls);
        return rc;
    }
    *out = calls;
    return 0;
}

void netdev_calls_free(struct netdev_calls *calls)
{
    if (calls == NULL)
        return;
    while (calls->callers != NULL)
        drop(calls->callers);
    callhome_free(calls->callhome);
    mem_free(calls);
}
