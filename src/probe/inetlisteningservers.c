/* SPDX-License-Identifier: Apache-2.0
 *
 * linux:inetlisteningservers: sockets that wait for somebody: TCP in state
 * LISTEN, UDP and raw ones that are not connected. An item for each program
 * that holds one; several processes of one program (workers) are one item, by
 * the lowest pid.
 */
#include <arpa/inet.h>

#include "probe/lines.h"
#include "probe/sockets.h"

enum {
    TABLE_MAX = 256 * 1024 * 1024
};

static const struct table {
    const char *path;
    const char *protocol;
    unsigned state;
} tables[] = {
    { "/proc/net/tcp", "tcp", SOCKET_LISTEN },
    { "/proc/net/tcp6", "tcp", SOCKET_LISTEN },
    { "/proc/net/udp", "udp", SOCKET_CLOSE },
    { "/proc/net/udp6", "udp", SOCKET_CLOSE },
    { "/proc/net/raw", "raw", SOCKET_CLOSE },
    { "/proc/net/raw6", "raw", SOCKET_CLOSE },
};

struct job {
    struct oval_sink *sink;
    const struct table *table; /* that is being read */
    const struct socket_holders *holders;
    bool told;        /* that some holders are unknown */
    uint8_t datatype; /* of the address that is wanted */
};

/* An address of the other protocol is not a value of the datatype. */
static bool is_wanted(const struct job *job, const struct socket_inet *socket)
{
    return job->datatype !=
           (socket->v6 ? OVAL_IPV4_ADDRESS : OVAL_IPV6_ADDRESS);
}

static const struct names {
    const char *address;
    const char *port;
    const char *full;
} local_names = { "local_address", "local_port", "local_full_address" },
  foreign_names = { "foreign_address", "foreign_port", "foreign_full_address" };

static void give_end(struct oval_sink *sink, const struct names *names,
                     const struct socket_inet *socket, bool local)
{
    const uint8_t *address = local ? socket->local : socket->remote;
    unsigned port = local ? socket->local_port : socket->remote_port;
    char text[INET6_ADDRSTRLEN] = "";

    inet_ntop(socket->v6 ? AF_INET6 : AF_INET, address, text, sizeof(text));
    oval_item_typed(sink, names->address,
                    socket->v6 ? OVAL_IPV6_ADDRESS : OVAL_IPV4_ADDRESS,
                    str_c(text));
    oval_item_int(sink, names->port, port);
    oval_item_str(sink, names->full,
                  arena_printf(oval_sink_arena(sink), "%s:%u", text, port));
}

static void give(struct job *job, const struct socket_inet *socket,
                 const struct socket_holder *holder)
{
    struct oval_sink *sink = job->sink;

    oval_item_begin(sink, "linux:inetlisteningserver");
    oval_item_str(sink, "protocol", str_c(job->table->protocol));
    give_end(sink, &local_names, socket, true);
    sockets_give_program(sink, job->holders, holder);
    give_end(sink, &foreign_names, socket, false);
    sockets_give_pid(sink, job->holders, holder);
    oval_item_int(sink, "user_id", socket->uid);
    oval_item_end(sink);
    if (holder == NULL && !job->told) {
        job->told = true;
        sockets_give_message(sink, job->holders);
    }
}

static int on_line(void *ctx, str line, struct err *err)
{
    struct job *job = ctx;
    const struct socket_holder *holder;
    struct socket_inet socket;
    size_t cursor = 0;
    int rc = sockets_parse_inet(line, &socket, err);

    if (rc != 0)
        return rc;
    if (socket.state != job->table->state || !is_wanted(job, &socket))
        return 0;
    while (sockets_next_program(job->holders, socket.inode, &cursor, &holder))
        give(job, &socket, holder);
    return 0;
}

static int collect(struct probe_machine *machine,
                   const struct oval_query *query, struct oval_sink *sink,
                   struct err *err UNUSED)
{
    const struct oval_want *address = oval_query_want(query, "local_address");
    struct job job = { .sink = sink,
                       .datatype =
                           address == NULL ? OVAL_STRING : address->datatype };
    struct err why = { 0 };
    str wanted = STR_NONE;
    bool one = oval_query_literal(query, "protocol", &wanted);

    if (sockets_holders(machine, &job.holders, &why) < 0) {
        oval_sink_error(sink, "%s", err_text(&why));
        return 0;
    }
    for (size_t i = 0; i < COUNT(tables); i++) {
        job.table = &tables[i];
        if (!one || str_eq_c(wanted, tables[i].protocol))
            lines_each(machine, sink, tables[i].path, TABLE_MAX, on_line, &job);
    }
    return 0;
}

const struct probe probe_inetlisteningservers = {
    .object = "linux:inetlisteningservers",
    .needs = PROBE_ONLINE,
    .collect = collect,
};
