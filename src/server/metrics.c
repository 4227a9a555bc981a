/* SPDX-License-Identifier: Apache-2.0 */
#include "server/metrics.h"

#include "base/mem.h"
#include "base/vec.h"
#include "server/agents.h"
#include "server/events.h"
#include "server/held.h"

enum {
    CLASSES = 6, /* status / 100 */
};

struct row {
    const struct route *route;
    int64_t by_class[CLASSES];
    int64_t micros;
};

struct metrics {
    VEC(struct row) rows;
    struct message_front_state front;
};

struct metrics *metrics_new(void)
{
    return mem_alloc(1, sizeof(struct metrics));
}

void metrics_free(struct metrics *metrics)
{
    if (metrics == NULL)
        return;
    vec_clear(&metrics->rows);
    mem_free(metrics);
}

static struct row *row_of(struct metrics *metrics, const struct route *route)
{
    struct row *row;

    for (size_t i = 0; i < metrics->rows.n; i++) {
        if (metrics->rows.p[i].route == route)
            return &metrics->rows.p[i];
    }
    row = vec_push(&metrics->rows);
    row->route = route;
    return row;
}

void metrics_request(struct metrics *metrics, const struct route *route,
                     int status, int64_t micros)
{
    struct row *row;

    if (metrics == NULL)
        return;
    row = row_of(metrics, route);
    row->by_class[status >= 100 && status < 600 ? status / 100 : 0]++;
    row->micros += micros;
}

void metrics_front(struct metrics *metrics,
                   const struct message_front_state *state)
{
    if (metrics != NULL)
        metrics->front = *state;
}

static void head(struct buf *out, const char *name, const char *type,
                 const char *help)
{
    buf_printf(out, "# HELP holdfast_%s %s\n# TYPE holdfast_%s %s\n", name,
               help, name, type);
}

static void one(struct buf *out, const char *name, const char *type,
                const char *help, int64_t value)
{
    head(out, name, type, help);
    buf_printf(out, "holdfast_%s %lld\n", name, (long long)value);
}

static void labels(struct buf *out, const struct row *row)
{
    buf_printf(out, "method=\"%s\",route=\"%s\"",
               row->route != NULL ? method_name(row->route->method) : "",
               row->route != NULL ? row->route->path : "none");
}

static void print_requests(const struct metrics *metrics, struct buf *out)
{
    head(out, "requests_total", "counter", "Requests by route and outcome.");
    for (size_t i = 0; i < metrics->rows.n; i++) {
        const struct row *row = &metrics->rows.p[i];

        for (int class = 0; class < CLASSES; class ++) {
            if (row->by_class[class] == 0)
                continue;
            buf_add_c(out, "holdfast_requests_total{");
            labels(out, row);
            buf_printf(out, ",status=\"%dxx\"} %lld\n", class,
                       (long long)row->by_class[class]);
        }
    }
    head(out, "request_seconds_total", "counter",
         "Time that the core spent on requests.");
    for (size_t i = 0; i < metrics->rows.n; i++) {
        const struct row *row = &metrics->rows.p[i];

        buf_add_c(out, "holdfast_request_seconds_total{");
        labels(out, row);
        buf_printf(out, "} %lld.%06lld\n", (long long)(row->micros / 1000000),
                   (long long)(row->micros % 1000000));
    }
}

static void print_front(const struct message_front_state *front,
                        struct buf *out)
{
    head(out, "connections", "gauge", "Open connections by listener.");
    buf_printf(out,
               "holdfast_connections{listener=\"api\"} %lld\n"
               "holdfast_connections{listener=\"agent\"} %lld\n"
               "holdfast_connections{listener=\"enrol\"} %lld\n",
               (long long)front->connections_api,
               (long long)front->connections_agent,
               (long long)front->connections_enrol);
    one(out, "connections_accepted_total", "counter", "Connections accepted.",
        front->accepted);
    one(out, "connections_dropped_total", "counter",
        "Connections that were too slow.", front->dropped_slow);
    one(out, "handshakes_failed_total", "counter", "TLS handshakes failed.",
        front->handshakes_failed);
    one(out, "requests_malformed_total", "counter",
        "Requests refused for their form.", front->refused_form);
    one(out, "requests_limited_total", "counter",
        "Requests refused for their number.", front->refused_rate);
    one(out, "requests_waiting", "gauge", "Requests in the front.",
        front->waiting);
}

void metrics_print(struct core *core, struct buf *out)
{
    head(out, "info", "gauge", "The version that runs.");
    buf_add_c(out, "holdfast_info{version=\"" HOLDFAST_VERSION "\"} 1\n");
    if (core->metrics != NULL) {
        print_requests(core->metrics, out);
        print_front(&core->metrics->front, out);
    }
    if (core->agents != NULL) {
        one(out, "agents_polling", "gauge", "Agents that wait for jobs.",
            (int64_t)agents_held(core->agents));
        one(out, "agents_known", "gauge", "Agents seen since the start.",
            (int64_t)agents_known(core->agents));
    }
    one(out, "event_listeners", "gauge", "Open event streams.",
        (int64_t)events_listeners(core->events));
    one(out, "requests_held", "gauge", "Requests that are answered later.",
        core->front != NULL ? (int64_t)frontier_held(core->front) : 0);
}
