/* SPDX-License-Identifier: Apache-2.0
 *
 * The parts of network devices in the core: netdevs.c takes sessions up and
 * sees to it that none is lost, netdevs_order.c makes an order of one,
 * netdevs_report.c puts what came of it into the store, netdevs_key.c has what
 * is sealed with an older key sealed anew, netdevs_unseal.c answers with texts
 * that have their secrets.
 */
#ifndef SERVER_NETDEVS_INT_H
#define SERVER_NETDEVS_INT_H

#include "base/arena.h"
#include "base/vec.h"
#include "fleet/netdev_change.h"
#include "fleet/netdev_device.h"
#include "server/netdevs.h"

/* A session that the process netdev has. */
struct running {
    struct running *next;
    int64_t session;
    int64_t org;
    int64_t device;
    int64_t change;
    int64_t tries;
    int64_t retries;
    bool touched; /* in this life or one before */
    bool undoes;  /* a change that was lost half-way */
    bool trusts;
    bool stops; /* it was told to */
    const struct family *family;
    struct jval *steps;
    size_t kept; /* of the steps, in the store */
};

enum {
    RESEAL_AT_ONCE = 8,
    RESEAL_PLACES = 5,
};

/* Texts of an older key that were sent to be sealed anew. */
struct resealing {
    struct arena arena; /* of the texts */
    struct reseal_text asked[RESEAL_AT_ONCE];
    size_t n;
    int64_t after[RESEAL_PLACES]; /* rows up to there have no key any more */
    int64_t number;
    bool waits; /* for the answer */
};

struct netdevs_core {
    struct core *core;
    netdevs_send_fn *send;
    void *ctx;
    struct box_public key;
    bool has_key;
    bool leads;
    struct resealing resealing;
    struct unsealing *unsealing;
    int64_t unseal_number;
    struct running *running;
    size_t count;
    size_t max;
    int64_t schedules_at; /* looked at newest */
    struct loop_watch *tick;
    struct loop_watch *soon;
    netdevs_ended_fn *ended[NETDEVS_ENDED_MAX];
    size_t ended_count;
};

struct running *running_find(const struct netdevs_core *n, int64_t session);
void running_drop(struct netdevs_core *n, struct running *running);
/* How many of a family are there. */
size_t running_count(const struct netdevs_core *n, const struct family *family);

/* netdevs_order.c: texts are in the arena. E_ codes: the session fails with
 * the sentence. *out_at_once is the limit of its type. */
int order_make(struct core *core, const struct netdev_session *session,
               struct arena *arena, struct netdev_order *out,
               struct running *running, struct err *err) MUST_CHECK;

/* netdevs_report.c */
void netdevs_fail(struct core *core, const struct netdev_session *session,
                  const struct err *why);
void netdevs_publish(struct core *core, const struct running *running,
                     const char *what);
void netdevs_tell_ended(struct core *core, int64_t org, int64_t session);

/* netdevs_unseal.c: who waits is told that the process ended; or forgotten. */
void netdevs_unseal_lost(struct netdevs_core *n);
void netdevs_unseal_free(struct netdevs_core *n);

/* netdevs_key.c: the next texts of another key, if there are any. */
int netdevs_reseal(struct core *core, struct err *err) MUST_CHECK;
void netdevs_reseal_forget(struct netdevs_core *n);

#endif
