/* SPDX-License-Identifier: Apache-2.0
 *
 * unix:routingtable: the routes that `route -n` and `route -6 -n` show, from
 * the same files: /proc/net/route and /proc/net/ipv6_route.
 */
#include <arpa/inet.h>
#include <net/route.h>

#include "base/io.h"
#include "probe/lines.h"
#include "probe/routes.h"

enum {
    TABLE_MAX = 256 * 1024 * 1024
};

struct job {
    struct oval_sink *sink;
    int (*parse)(str line, struct route *out, struct err *err);
};

/* Flags of route(8) that OVAL has a name for. */
static const struct {
    uint64_t flag;
    const char *name;
} flag_names[] = {
    { 0x0001, "UP" },           { 0x0002, "GATEWAY" },   { 0x0004, "HOST" },
    { 0x0008, "REINSTATE" },    { 0x0010, "DYNAMIC" },   { 0x0020, "MODIFIED" },
    { 0x00040000, "ADDRCONF" }, { 0x01000000, "CACHE" }, { 0x0200, "REJECT" },
    { 0x80000000, "LOCAL" },
};

static str text_of(struct arena *arena, const struct route *route,
                   const uint8_t *address, bool prefix)
{
    char text[INET6_ADDRSTRLEN] = "";

    inet_ntop(route->v6 ? AF_INET6 : AF_INET, address, text, sizeof(text));
    if (!prefix)
        return arena_str(arena, str_c(text));
    return arena_printf(arena, "%s/%u", text, route->prefix);
}

static void give(struct oval_sink *sink, const struct route *route)
{
    enum oval_datatype datatype =
        route->v6 ? OVAL_IPV6_ADDRESS : OVAL_IPV4_ADDRESS;
    struct arena *arena = oval_sink_arena(sink);
    bool given = false;

    oval_item_begin(sink, "unix:routingtable");
    oval_item_typed(sink, "destination", datatype,
                    text_of(arena, route, route->destination, true));
    oval_item_typed(sink, "gateway", datatype,
                    text_of(arena, route, route->gateway, false));
    for (size_t i = 0; i < COUNT(flag_names); i++)
        if ((route->flags & flag_names[i].flag) != 0) {
            oval_item_str(sink, "flags", str_c(flag_names[i].name));
            given = true;
        }
    if (!given)
        oval_item_status(sink, "flags", OVAL_STRING, OVAL_DOES_NOT_EXIST);
    oval_item_str(sink, "interface_name", route->interface);
    oval_item_end(sink);
}

static int on_line(void *ctx, str line, struct err *err)
{
    const struct job *job = ctx;
    struct route route;
    int rc = job->parse(line, &route, err);

    if (rc == 0)
        give(job->sink, &route);
    return rc;
}

static int collect(struct probe_machine *machine,
                   const struct oval_query *query, struct oval_sink *sink,
                   struct err *err UNUSED)
{
    const struct oval_want *want = oval_query_want(query, "destination");
    struct job v4 = { sink, routes_parse_v4 };
    struct job v6 = { sink, routes_parse_v6 };

    /* An address of the other protocol is not a value of the datatype. */
    if (want == NULL || want->datatype != OVAL_IPV6_ADDRESS)
        lines_each(machine, sink, "/proc/net/route", TABLE_MAX, on_line, &v4);
    if (want == NULL || want->datatype != OVAL_IPV4_ADDRESS)
        lines_each(machine, sink, "/proc/net/ipv6_route", TABLE_MAX, on_line,
                   &v6);
    return 0;
}

const struct probe probe_routingtable = {
    .object = "unix:routingtable",
    .needs = PROBE_ONLINE,
    .collect = collect,
};
