/* SPDX-License-Identifier: Apache-2.0
 *
 * The process netdev: its keys and its vault before the sandbox closes, then
 * orders (server/netdev_run.h).
 */
#include <unistd.h>

#include "base/io.h"
#include "base/log.h"
#include "fleet/netdev_change.h"
#include "fleet/netdev_config.h"
#include "http/address.h"
#include "netdev/artefact.h"
#include "server/netdev_calls.h"
#include "server/netdev_key.h"
#include "server/netdev_run.h"
#include "server/netdev_vault.h"
#include "server/roles_int.h"
#include "trust/sign.h"

enum {
    WORDS_MAX = 4096
};

struct netdev_state {
    struct box_ring ring;
    struct netdev_vault *vault;
    struct netdev_runner *runner;
    struct netdev_calls *calls;
};

/* What cannot be said to the core is said again when it plans the session
 * anew: it has lost us then. */
static void say(struct process *process, enum message_kind kind,
                const void *value)
{
    struct err err = { 0 };

    if (process_send(process, ROLE_CORE, kind, value, -1, &err) < 0)
        log_warn("netdev.not_told", LOG_TEXT("why", str_c(err_text(&err))));
}

static void on_told(void *ctx, const struct netdev_told *told)
{
    say(ctx, MESSAGE_DEVICE_TOLD, told);
}

static void on_touched(void *ctx, const struct netdev_touched *touched)
{
    say(ctx, MESSAGE_DEVICE_TOUCHED, touched);
}

/* A report that does not fit its message is told as a failure: it must not
 * get lost. */
static void on_report(void *ctx, const struct netdev_report *report)
{
    struct netdev_report failed = { .session = report->session,
                                    .code = E_LIMIT,
                                    .where = STR("report"),
                                    .transports = report->transports,
                                    .change = report->change };
    struct err err = { 0 };

    if (process_send(ctx, ROLE_CORE, MESSAGE_DEVICE_REPORT, report, -1, &err) ==
        0)
        return;
    log_warn("netdev.report", LOG_I64("session", report->session),
             LOG_TEXT("why", str_c(err_text(&err))));
    failed.text = str_c(err_text(&err));
    if (err.code != E_ABSENT)
        say(ctx, MESSAGE_DEVICE_REPORT, &failed);
}

int netdev_start(struct process *process, struct err *err)
{
    static const struct netdev_runner_events events = { on_told, on_touched,
                                                        on_report };
    struct netdev_state *state = mem_alloc(1, sizeof(*state));
    struct netdev_runner_terms terms = { .loop = process->loop,
                                         .ring = &state->ring,
                                         .allow = process->config->netdev_allow,
                                         .events = &events,
                                         .ctx = process };
    int rc = trust_init(err);

    process->state = state;
    if (rc < 0)
        return rc;
    rc = address_list_check(terms.allow, err);
    if (rc < 0)
        return err_wrap(err, rc, "netdev.allow");
    rc = netdev_key_load(process->config, &state->ring, err);
    if (rc == 0 && process->config->netdev_vault.n > 0)
        rc = netdev_vault_start(process->config->netdev_vault, &state->vault,
                                err);
    if (rc < 0)
        return rc;
    terms.vault = state->vault;
    state->runner = netdev_runner_new(&terms);
    return 0;
}

static void say_keys(struct process *process)
{
    struct netdev_state *state = process->state;
    struct order_text keys[BOX_KEYS_MAX];

    for (size_t i = 0; i < state->ring.n; i++)
        keys[i].text = (str){ (const char *)state->ring.keys[i].open.bytes,
                              BOX_KEY_BYTES };
    say(process, MESSAGE_DEVICE_KEYS,
        &(struct netdev_keys){ { keys, state->ring.n }, state->vault != NULL });
}

static void reseal_one(const struct box_ring *ring,
                       const struct reseal_text *text, struct reseal_text *out,
                       struct arena *arena)
{
    AUTO(buf_wipe) struct buf plain = BUF(ORDER_CONFIG_MAX);
    AUTO(buf_wipe) struct buf sealed = BUF(ORDER_CONFIG_MAX);

    *out = (struct reseal_text){ text->id, text->context, STR("") };
    if (box_open(ring, text->context, text->sealed, &plain, NULL) == 0 &&
        box_seal(&ring->keys[0].open, text->context, buf_str(&plain), &sealed,
                 NULL) == 0)
        out->sealed = arena_str(arena, buf_str(&sealed));
}

static void reseal(struct process *process, const struct netdev_reseal *order)
{
    AUTO(arena_clear) struct arena arena = ARENA;
    const struct netdev_state *state = process->state;
    const struct reseal_text *texts = order->texts.p;
    struct reseal_text *out =
        arena_alloc(&arena, order->texts.n + 1, sizeof(*out));

    for (size_t i = 0; i < order->texts.n; i++)
        reseal_one(&state->ring, &texts[i], &out[i], &arena);
    say(process, MESSAGE_DEVICE_RESEALED,
        &(struct netdev_reseal){ order->number, { out, order->texts.n } });
}

/* Of a configuration and commands only: nothing else is opened so. */
static int open_artefact(const struct box_ring *ring,
                         const struct netdev_unseal *order, struct buf *out,
                         struct err *err)
{
    AUTO(buf_wipe) struct buf config = BUF(ORDER_CONFIG_MAX);
    AUTO(buf_wipe) struct buf lines = BUF(ORDER_LINES_MAX);
    struct artefact_parts parts = { .family = family_find(order->family) };
    int rc = 0;

    if (order->config.n > 0)
        rc = box_open(ring, netdev_config_context, order->config, &config, err);
    if (rc == 0 && order->lines.n > 0)
        rc = box_open(ring, netdev_change_context, order->lines, &lines, err);
    if (rc < 0)
        return rc;
    parts.form = order->config.n > 0 ? ARTEFACT_FULL : ARTEFACT_DELTA;
    parts.config = buf_str(&config);
    parts.lines = buf_str(&lines);
    if (parts.form == ARTEFACT_FULL && parts.lines.n > 0 &&
        parts.family == NULL)
        return err_set(err, E_INVALID, "nobody knows the family of the device");
    return artefact_write(&parts, out, err);
}

static void unseal(struct process *process, const struct netdev_unseal *order)
{
    AUTO(buf_wipe) struct buf text = BUF(REPORT_TEXT_MAX);
    const struct netdev_state *state = process->state;
    struct err err = { 0 };
    int rc = open_artefact(&state->ring, order, &text, &err);

    say(process, MESSAGE_DEVICE_UNSEALED,
        &(struct netdev_unsealed){ order->number, rc,
                                   rc < 0 ? str_c(err_text(&err))
                                          : buf_str(&text) });
}

static int take_port(struct netdev_state *state, struct message *message,
                     struct err *err)
{
    int fd = message->fd;
    int rc;

    if (message->kind != MESSAGE_LISTEN || fd < 0 || state->calls != NULL)
        return err_set(err, E_INVALID, "a listener that cannot be");
    message->fd = -1;
    rc = netdev_calls_new(state->runner, fd, &state->calls, err);
    if (rc == 0)
        netdev_runner_has_calls(state->runner);
    return rc;
}

int netdev_message(struct process *process, enum role from,
                   struct message *message, struct err *err)
{
    struct netdev_state *state = process->state;
    const struct netdev_number *number = message->value;

    if (from == ROLE_SUPERVISOR)
        return take_port(state, message, err);
    if (from != ROLE_CORE)
        return err_set(err, E_INVALID, "only the core sends orders");
    switch (message->kind) {
    case MESSAGE_DEVICE_ORDER:
        netdev_run(state->runner, message->value);
        return 0;
    case MESSAGE_DEVICE_GO_ON:
        return netdev_run_go_on(state->runner, number->session, err);
    case MESSAGE_DEVICE_STOP:
        netdev_run_stop(state->runner, number->session);
        return 0;
    case MESSAGE_DEVICE_RESEAL:
        reseal(process, message->value);
        return 0;
    case MESSAGE_DEVICE_UNSEAL:
        unseal(process, message->value);
        return 0;
    default:
        return err_set(err, E_INVALID, "this is no order");
    }
}

/* A core that is new plans what it finds running again: what we still do for
 * the one before must not go on beside that. */
void netdev_link(struct process *process, enum role other, bool up)
{
    struct netdev_state *state = process->state;

    if (other != ROLE_CORE)
        return;
    if (up)
        say_keys(process);
    else
        netdev_runner_drop(state->runner);
}

void netdev_stop(struct process *process)
{
    struct netdev_state *state = process->state;

    netdev_calls_free(TAKE(state->calls));
    netdev_runner_free(TAKE(state->runner));
    netdev_vault_free(TAKE(state->vault));
    box_ring_clear(&state->ring);
    loop_stop(process->loop, 0);
}
