/* SPDX-License-Identifier: Apache-2.0 */
#include "base/clock.h"
#include "base/log.h"
#include "server/front_int.h"
#include "server/roles_int.h"

enum {
    TICK_MS = 1000,
    STATE_TICKS = 5,
    STOP_MS = 1500,
    BURST_SECONDS = 10,
};

static void tick(void *ctx)
{
    struct front *front = ctx;
    int64_t now_ms = clock_monotonic_ms();

    for (size_t i = 0; i < FRONT_DOORS; i++) {
        if (front->listeners[i].fd <= 0)
            continue;
        clients_expire(&front->listeners[i], now_ms);
        for (size_t k = 0; k < FRONT_SHARDS; k++)
            shard_run(&front->listeners[i].shards[k]);
    }
    askings_watch(front);
    front->counts.connections_api = (int64_t)front->listeners[0].connections;
    front->counts.connections_agent = (int64_t)front->listeners[1].connections;
    front->counts.connections_enrol = (int64_t)front->listeners[2].connections;
    if (front->process->role == ROLE_FRONT)
        (void)!process_send(front->process, ROLE_CORE, MESSAGE_FRONT_STATE,
                            &front->counts, -1, NULL);
    front->tick = loop_timer(front->process->loop, TICK_MS, tick, front);
}

int front_start(struct process *process, struct err *err)
{
    struct front *front = mem_alloc(1, sizeof(*front));

    (void)err;
    process->state = front;
    front->process = process;
    front->addresses =
        limits_new(process->config->address_rate,
                   process->config->address_rate * BURST_SECONDS);
    front->tick = loop_timer(process->loop, TICK_MS, tick, front);
    return 0;
}

static struct listener *listener_of(struct front *front, enum door door)
{
    static const enum door doors[FRONT_DOORS] = { DOOR_API, DOOR_AGENT,
                                                  DOOR_ENROL, DOOR_DEVICE,
                                                  DOOR_DEVICE_CLEAR };

    for (size_t i = 0; i < FRONT_DOORS; i++) {
        if (doors[i] == door)
            return &front->listeners[i];
    }
    return NULL;
}

static void keep(struct buf *to, str text)
{
    *to = BUF_INIT(65536);
    buf_add(to, text);
}

/* The TLS message that came before the socket is for it. */
static int take_listener(struct front *front, struct message *message,
                         struct err *err)
{
    const struct message_listen *listen = message->value;
    struct listener *listener = listener_of(front, (enum door)listen->door);
    int rc;

    if (listener == NULL || listener->fd > 0 || message->fd < 0 ||
        (front->certificate.n == 0 && listen->door != DOOR_DEVICE_CLEAR))
        return err_set(err, E_INVALID, "a listener that cannot be");
    listener->front = front;
    listener->door = (enum door)listen->door;
    keep(&listener->certificate, buf_str(&front->certificate));
    keep(&listener->key, buf_str(&front->key));
    keep(&listener->authority, buf_str(&front->authority));
    rc = listener_open(listener, message->fd, err);
    message->fd = -1;
    return rc;
}

static void take_tls(struct front *front, const struct message_tls *tls)
{
    buf_clear(&front->certificate);
    buf_clear(&front->key);
    buf_clear(&front->authority);
    keep(&front->certificate, tls->certificate);
    keep(&front->key, tls->key);
    keep(&front->authority, tls->authority);
}

static int from_supervisor(struct front *front, struct message *message,
                           struct err *err)
{
    int rc;

    switch (message->kind) {
    case MESSAGE_TLS:
        take_tls(front, message->value);
        return 0;
    case MESSAGE_LISTEN:
        rc = take_listener(front, message, err);
        if (rc < 0)
            log_error("front.listener",
                      LOG_TEXT("error", str_c(err_text(err))));
        return rc;
    default:
        return err_set(err, E_INVALID, "not for the front");
    }
}

int front_message(struct process *process, enum role from,
                  struct message *message, struct err *err)
{
    struct front *front = process->state;
    struct asking *asking;

    if (from == ROLE_SUPERVISOR)
        return from_supervisor(front, message, err);
    switch (message->kind) {
    case MESSAGE_ANSWER:
        answer_take(front, message->value, message->fd);
        message->fd = -1;
        return 0;
    case MESSAGE_GO_ON:
        asking =
            asking_find(front, ((const struct message_id *)message->value)->id);
        if (asking != NULL && asking->state == ASKING_KNOCKING) {
            asking->state = ASKING_PASSING;
            asking_resume(asking);
        }
        return 0;
    case MESSAGE_STREAM:
        answer_stream(front, message->value);
        return 0;
    case MESSAGE_PIECE:
        answer_piece(front, message->value);
        return 0;
    case MESSAGE_END:
        answer_end(front, ((const struct message_id *)message->value)->id);
        return 0;
    default:
        return err_set(err, E_INVALID, "not for the front");
    }
}

void front_link(struct process *process, enum role other, bool up)
{
    struct front *front = process->state;

    if (other != ROLE_CORE)
        return;
    if (up)
        askings_unblock(front);
    else
        askings_lose_core(front);
}

static void stop_now(void *ctx)
{
    struct front *front = ctx;

    loop_stop(front->process->loop, 0);
}

/* What is being answered may be answered; then the process ends, and with it
 * every connection. */
void front_stop(struct process *process)
{
    struct front *front = process->state;

    for (size_t i = 0; i < FRONT_DOORS; i++) {
        listener_close(&front->listeners[i]);
    }
    if (front->counts.waiting == 0)
        stop_now(front);
    else
        loop_timer(process->loop, STOP_MS, stop_now, front);
}
