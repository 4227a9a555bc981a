/* SPDX-License-Identifier: Apache-2.0 */
#include "server/events.h"

#include "base/mem.h"
#include "base/vec.h"
#include "server/core.h"

struct event {
    int64_t number; /* 1, 2, 3, ... since the core started */
    int64_t org;
    const char *topic;
    int64_t id;
    int64_t device;
    char *text; /* the data, on one line */
};
struct listener {
    struct events *events;
    struct held *held;
    struct scope scope;
    char *name; /* what scope.name points at */
    char topic[16];
    int64_t id;
    size_t index; /* in events->listeners */
    unsigned beats;
};
struct events {
    struct core *core;
    int64_t newest;
    struct event kept[EVENTS_KEPT]; /* number % EVENTS_KEPT */
    VEC(struct listener *) listeners;
    struct loop_watch *beat;
};

static const struct {
    const char *topic;
    enum permission permission;
} topics[] = {
    { "content", PERM_CONTENT_READ }, { "device", PERM_DEVICE_READ },
    { "finding", PERM_REPORT_READ },  { "label", PERM_LABEL_READ },
    { "network", PERM_NETWORK_READ }, { "release", PERM_SETTING_READ },
    { "run", PERM_RUN_READ },
};

enum permission events_permission(str topic)
{
    for (size_t i = 0; i < COUNT(topics); i++) {
        if (str_eq_c(topic, topics[i].topic))
            return topics[i].permission;
    }
    return PERM_COUNT;
}

/* --- Sending ------------------------------------------------------------- */

static bool sees_device(const struct listener *listener, int64_t device)
{
    const struct scope *scope = &listener->scope;
    int64_t there = 0;
    int rc;

    if (device == 0 || scope->all_devices)
        return true;
    rc = db_one_i64(
        listener->events->core->db,
        "SELECT COUNT(*) FROM device d WHERE d.org = $1"
        " AND d.id = $3 AND " SCOPE_SQL,
        DB_ARGS(db_i64(scope->org), db_i64(scope_limit(scope)), db_i64(device)),
        &there, NULL);
    return rc == 0 && there > 0;
}

static bool wants(const struct listener *listener, const struct event *event)
{
    str topic = str_c(event->topic);

    return (event->org == 0 || event->org == listener->scope.org) &&
           (listener->topic[0] == '\0' || str_eq_c(topic, listener->topic)) &&
           (listener->id == 0 || listener->id == event->id) &&
           scope_may(&listener->scope, events_permission(topic)) &&
           sees_device(listener, event->device);
}

static void send_event(const struct listener *listener,
                       const struct event *event)
{
    AUTO(buf_clear) struct buf text = BUF(1 << 20);

    buf_printf(&text, "id: %lld\nevent: %s\ndata: %s\n\n",
               (long long)event->number, event->topic, event->text);
    held_send(listener->held, buf_str(&text));
}

/* Members of an event name its kind and number, whatever the caller set. */
static char *print_data(struct jval *data, int64_t id)
{
    AUTO(buf_clear) struct buf text = BUF(1 << 20);
    char *line;

    jval_set_i64(data, "id", id);
    jval_print(data, &text); /* JSON text holds no bare line break */
    line = mem_alloc(text.n + 1, 1);
    if (text.n > 0)
        memcpy(line, text.p, text.n);
    return line;
}

void events_publish(struct events *events, int64_t org, const char *topic,
                    int64_t id, int64_t device, struct jval *data)
{
    struct event *event;

    if (events == NULL) {
        jval_free(data);
        return;
    }
    event = &events->kept[++events->newest % EVENTS_KEPT];
    mem_free(event->text);
    *event = (struct event){ .number = events->newest,
                             .org = org,
                             .topic = topic,
                             .id = id,
                             .device = device,
                             .text = print_data(data, id) };
    jval_free(data);
    for (size_t i = events->listeners.n; i-- > 0;) {
        if (wants(events->listeners.p[i], event))
            send_event(events->listeners.p[i], event);
    }
}

/* --- Listeners ----------------------------------------------------------- */

static void listener_remove(struct listener *listener)
{
    struct events *events = listener->events;
    struct listener *last = events->listeners.p[--events->listeners.n];

    events->listeners.p[listener->index] = last;
    last->index = listener->index;
    mem_free(listener->name);
    mem_free(listener);
}

static void gone(void *ctx)
{
    listener_remove(ctx);
}

/* What it missed, or that it missed more than is kept. */
static void catch_up(struct listener *listener, int64_t after)
{
    struct events *events = listener->events;
    int64_t first = events->newest - EVENTS_KEPT + 1;

    if (after <= 0)
        return;
    if (after > events->newest || after + 1 < first) {
        held_send(listener->held, STR("event: lost\ndata: {}\n\n"));
        return;
    }
    for (int64_t n = after + 1; n <= events->newest; n++) {
        const struct event *event = &events->kept[n % EVENTS_KEPT];

        if (wants(listener, event))
            send_event(listener, event);
    }
}

int events_listen(struct request *req, struct response *res,
                  const struct events_wish *wish, struct err *err)
{
    struct events *events = req->core->events;
    struct listener *listener;

    if (events == NULL || events->listeners.n >= EVENTS_LISTENERS_MAX)
        return err_set(err, E_LIMIT,
                       "there are %d listeners already; try again later",
                       EVENTS_LISTENERS_MAX);
    listener = mem_alloc(1, sizeof(*listener));
    listener->events = events;
    listener->scope = req->scope;
    listener->name = mem_alloc(req->scope.name.n + 1, 1);
    if (req->scope.name.n > 0)
        memcpy(listener->name, req->scope.name.p, req->scope.name.n);
    listener->scope.name = str_c(listener->name);
    listener->id = wish->id;
    if (wish->topic.n > 0)
        snprintf(listener->topic, sizeof(listener->topic), "%" PRIstr,
                 ARGstr(wish->topic));
    listener->index = events->listeners.n;
    *vec_push(&events->listeners) = listener;
    listener->held = request_hold(req, gone, listener);
    res->held = true;
    held_stream(listener->held, "text/event-stream");
    held_send(listener->held, STR("retry: 3000\n\n"));
    catch_up(listener, wish->after);
    return 0;
}

size_t events_listeners(const struct events *events)
{
    return events == NULL ? 0 : events->listeners.n;
}

/* --- All of them --------------------------------------------------------- */

static void beat(void *ctx)
{
    struct events *events = ctx;

    events->beat = loop_timer(events->core->loop, EVENTS_BEAT_MS, beat, events);
    for (size_t i = events->listeners.n; i-- > 0;) {
        struct listener *listener = events->listeners.p[i];

        if (++listener->beats < EVENTS_BEATS_MAX) {
            held_send(listener->held, STR(":\n\n"));
        } else {
            held_end(listener->held);
            listener_remove(listener);
        }
    }
}

struct events *events_new(struct core *core)
{
    struct events *events = mem_alloc(1, sizeof(*events));

    events->core = core;
    if (core->loop != NULL)
        events->beat = loop_timer(core->loop, EVENTS_BEAT_MS, beat, events);
    return events;
}

void events_free(struct events *events)
{
    if (events == NULL)
        return;
    while (events->listeners.n > 0) {
        struct listener *listener =
            events->listeners.p[events->listeners.n - 1];

        held_end(listener->held);
        listener_remove(listener);
    }
    vec_clear(&events->listeners);
    for (size_t i = 0; i < EVENTS_KEPT; i++)
        mem_free(events->kept[i].text);
    loop_remove(events->beat);
    mem_free(events);
}
