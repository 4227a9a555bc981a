/* SPDX-License-Identifier: Apache-2.0
 *
 * The process netdev: carries orders out (server/netdev_order.h), many at a
 * time on one loop, and is the only place where credentials of network devices
 * are open. It keeps nothing of an order that is over, and wipes its secrets.
 *
 * Addresses: devices stand in private networks, so these are reached as well
 * as public ones; what no device is are this machine (loopback), link-local
 * addresses (where clouds have their metadata), multicast and broadcast. With
 * a list of networks only those are reached, and those of them too that are
 * not reached otherwise.
 */
#ifndef SERVER_NETDEV_RUN_H
#define SERVER_NETDEV_RUN_H

#include <sys/socket.h>

#include "base/loop.h"
#include "server/netdev_order.h"

struct netdev_runner;
struct netdev_vault;

struct netdev_runner_events {
    void (*told)(void *ctx, const struct netdev_told *told);
    void (*touched)(void *ctx, const struct netdev_touched *touched);
    /* Once for each order. */
    void (*report)(void *ctx, const struct netdev_report *report);
};
struct netdev_runner_terms {
    struct loop *loop;
    const struct box_ring *ring; /* the caller's */
    str allow;                   /* networks (http/address.h); or empty */
    struct netdev_vault *vault;  /* NULL: none; the caller's */
    const struct netdev_runner_events *events;
    void *ctx;
};

struct netdev_runner *netdev_runner_new(
    const struct netdev_runner_terms *terms);
/* What is under way is dropped without a report. */
void netdev_runner_free(struct netdev_runner *runner);

/* There is a port that devices call at (server/netdev_calls.h). */
void netdev_runner_has_calls(struct netdev_runner *runner);

/* All that is under way, without a report. */
void netdev_runner_drop(struct netdev_runner *runner);

/* What it points at is not needed afterwards. The report may come before it
 * returns. */
void netdev_run(struct netdev_runner *runner, const struct netdev_order *order);
/* E_INVALID for an order that does not wait. */
int netdev_run_go_on(struct netdev_runner *runner, int64_t session,
                     struct err *err) MUST_CHECK;
/* One that is not there (any more) is no mistake. A change that has begun is
 * undone first. */
void netdev_run_stop(struct netdev_runner *runner, int64_t session);

/* Whether a device may stand there; E_PERM with the reason. */
int netdev_may_reach(str allow, const struct sockaddr *address,
                     struct err *err) MUST_CHECK;

#endif
