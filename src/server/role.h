/* SPDX-License-Identifier: Apache-2.0
 *
 * The processes of holdfastd. One program: the supervisor starts itself again
 * for each role, with a socket on descriptor 3, and starts it again when it
 * ends. A role is a row in roles.c and a file of its own.
 *
 *            ┌────────── supervisor ──────────┬────────┐  starts, restarts,
 *            │     │       │        │         │        │  listens, passes
 *          front  core  signer   reader    courier  netdev  sockets, settings
 *            └──────┘└─────┘        │         │        │
 *                   └───────────────┴─────────┴────────┘  links: with the core
 *
 * A role's functions are called from its loop and never block.
 */
#ifndef SERVER_ROLE_H
#define SERVER_ROLE_H

#include "base/loop.h"
#include "server/config.h"
#include "server/message.h"

struct process {
    enum role role;
    struct loop *loop;
    struct config *config; /* without what the role need not know */
    str clock;             /* file of --clock, or empty */
    struct channel *supervisor;
    struct channel *links[ROLE_COUNT]; /* NULL while the other is away */
    void *state;                       /* the role's own */
};

struct role_row {
    const char *name;
    /* Opens what the role needs, before the sandbox closes. */
    int (*start)(struct process *process, struct err *err);
    /* One message, checked against its row. A negative code means that the
     * sender broke the rules: it is ended. *message is valid during the
     * call; a descriptor is taken by setting message->fd to -1. */
    int (*message)(struct process *process, enum role from,
                   struct message *message, struct err *err);
    /* A link came up (links[other] is set) or went away (NULL). */
    void (*link)(struct process *process, enum role other, bool up);
    void (*stop)(struct process *process); /* asked to end; or NULL */
    bool network;                          /* may make sockets of its own */
    bool files;            /* may open files below the data directory */
    const char *read_only; /* and this one read-only; or NULL */
    uint64_t memory_max;   /* bytes of address space; 0: no limit */
};

/* NULL-named rows are roles that this build does not have. */
extern const struct role_row role_rows[ROLE_COUNT];

/* The main function of a child. */
int process_main(enum role role);

/* Sends to the other side of a link: E_ABSENT while it is away. */
int process_send(struct process *process, enum role to, enum message_kind kind,
                 const void *value, int fd, struct err *err) MUST_CHECK;

#endif
