/* SPDX-License-Identifier: Apache-2.0
 *
 * Network devices in the core process: planned sessions become orders to the
 * process netdev (server/netdev_order.h), what it reports goes into the store,
 * schedules come due. All of it is in the store; a restart goes on where it
 * was (fleet/netdev_session.h).
 */
#ifndef SERVER_NETDEVS_H
#define SERVER_NETDEVS_H

#include "fleet/netdev_session.h"
#include "server/core.h"
#include "server/netdev_order.h"

struct netdevs_core;

enum {
    NETDEVS_TICK_MS = 1000,
    NETDEVS_SCHEDULES_S = 10, /* how often schedules are looked at */
    NETDEVS_BACKOFF_S = 5,    /* before the second try; doubled then */
    NETDEVS_BACKOFF_MAX_S = 300,
    NETDEVS_ENDED_MAX = 8,
};

enum netdev_send_kind {
    NETDEV_SEND_ORDER,
    NETDEV_SEND_GO_ON,
    NETDEV_SEND_STOP,
    NETDEV_SEND_RESEAL,
    NETDEV_SEND_UNSEAL,
};
/* In the daemon it writes to the channel; a test runs the orders itself. */
typedef int netdevs_send_fn(void *ctx, enum netdev_send_kind kind,
                            const void *value, struct err *err);

struct netdevs_core *netdevs_new(struct core *core, netdevs_send_fn *send,
                                 void *ctx);
void netdevs_free(struct netdevs_core *netdevs);

/* There is a planned session: it begins as soon as the loop is free. */
void netdevs_kick(struct core *core);
/* One look at the clock and the store: what tests call instead of waiting. */
int netdevs_tick(struct core *core, int64_t now, struct err *err) MUST_CHECK;

/* The key that secrets are sealed with; E_ABSENT while netdev is away. */
int netdevs_key(struct core *core, struct box_public *out,
                struct err *err) MUST_CHECK;

/* The steps so far of a session that is running here, as JSON; or NULL. What
 * runs at another server has them in the store, a tick later. */
const struct jval *netdevs_steps(const struct core *core, int64_t session);

/* Gives a session up that is running here; the result is "cancelled", or what
 * became of a change. Where it runs elsewhere, that server's tick sees what
 * netdev_session_cancel() has noted. */
void netdevs_stop(struct core *core, int64_t session);

/* Answers with a configuration, commands, or both (netdev_unseal), as they are,
 * as a file of that name; the request is held. Who may, and that it is in the
 * audit log, is the caller's. */
struct request;
struct response;
int netdevs_unseal(struct request *req, struct response *res,
                   struct netdev_unseal *what, str name,
                   struct err *err) MUST_CHECK;

/* A session or change ended: who has something to do then (deployments). */
typedef void netdevs_ended_fn(struct core *core,
                              const struct netdev_session *session);
void netdevs_on_end(struct core *core, netdevs_ended_fn *fn);

/* From the process. E_INVALID: it broke a rule. */
int netdevs_keys(struct core *core, const struct netdev_keys *keys,
                 struct err *err) MUST_CHECK;
int netdevs_told(struct core *core, const struct netdev_told *told,
                 struct err *err) MUST_CHECK;
int netdevs_touched(struct core *core, const struct netdev_touched *touched,
                    struct err *err) MUST_CHECK;
int netdevs_report(struct core *core, const struct netdev_report *report,
                   struct err *err) MUST_CHECK;
int netdevs_resealed(struct core *core, const struct netdev_reseal *answer,
                     struct err *err) MUST_CHECK;
int netdevs_unsealed(struct core *core, const struct netdev_unsealed *told,
                     struct err *err) MUST_CHECK;
/* It ended: what it had is planned again. */
void netdevs_lost(struct core *core);

#endif
