/* SPDX-License-Identifier: Apache-2.0
 *
 * Sockets: the lines of /proc/net, and which processes hold them, from the
 * descriptors in /proc/PID/fd. The holders are found once a run.
 */
#ifndef PROBE_SOCKETS_H
#define PROBE_SOCKETS_H

#include "base/vec.h"
#include "probe/proc.h"

enum {                /* states of /proc/net/{tcp,udp,raw} */
    SOCKET_CLOSE = 7, /* of udp and raw: not connected */
    SOCKET_LISTEN = 10,
};

struct socket_inet { /* a line of /proc/net/{tcp,udp,raw}{,6} */
    bool v6;
    uint8_t local[16]; /* 4 bytes for IPv4, network order */
    uint8_t remote[16];
    uint16_t local_port;
    uint16_t remote_port;
    unsigned state;
    int64_t uid;
    uint64_t inode;
};

struct socket_packet {  /* a line of /proc/net/packet */
    unsigned protocol;  /* ETH_P_ of linux/if_ether.h */
    unsigned interface; /* index; 0: all */
    int64_t uid;
    uint64_t inode;
};

/* 0; 1: the header line; E_PARSE. */
int sockets_parse_inet(str line, struct socket_inet *out,
                       struct err *err) MUST_CHECK;
int sockets_parse_packet(str line, struct socket_packet *out,
                         struct err *err) MUST_CHECK;

/* The inode of a link text "socket:[123]"; 0: it is none. */
uint64_t sockets_parse_link(str text);

struct socket_holder {
    uint64_t inode;
    const struct proc *proc;
};

struct socket_holders {
    const struct proc_list *procs;
    VEC(struct socket_holder) all; /* by inode, then pid */
    unsigned refused;              /* processes that did not let us look */
};

/* Made on first use and owned by the machine. */
int sockets_holders(struct probe_machine *machine,
                    const struct socket_holders **out,
                    struct err *err) MUST_CHECK;

/* Steps through the programs that hold a socket, each by its first holder:
 * start with *cursor 0. When none is known *out is NULL, once. False at the
 * end. */
bool sockets_next_program(const struct socket_holders *holders, uint64_t inode,
                          size_t *cursor, const struct socket_holder **out);

/* The facts program_name, pid and user_id differ in their order between
 * items; these give the first two. holder NULL: nobody is known to hold the
 * socket, which is an error when processes did not let us look. */
void sockets_give_program(struct oval_sink *sink,
                          const struct socket_holders *holders,
                          const struct socket_holder *holder);
void sockets_give_pid(struct oval_sink *sink,
                      const struct socket_holders *holders,
                      const struct socket_holder *holder);

/* Says once what processes did not let us look at. */
void sockets_give_message(struct oval_sink *sink,
                          const struct socket_holders *holders);

#endif
