/* SPDX-License-Identifier: Apache-2.0
 *
 * One order that is being carried out: netdev_run.c gets to the device,
 * netdev_act.c does there what is wanted, netdev_report.c says what came of it.
 *
 *   secrets ──► contact ──► act ──► report
 *      (vault)    │ ▲        │
 *                 ▼ │        ▼ the contact ended within a change
 *            next way,     contact again, to undo
 *            older secrets
 */
#ifndef SERVER_NETDEV_RUN_INT_H
#define SERVER_NETDEV_RUN_INT_H

#include "base/vec.h"
#include "fleet/netdev_credential.h"
#include "netdev/change.h"
#include "netdev/contact.h"
#include "netdev/discover.h"
#include "server/netdev_run.h"
#include "server/netdev_vault.h"

enum {
    WORK_SECRETS = 6,
    WORK_TEXT_MAX = 32 << 20, /* one answer, one configuration */
    WORK_TRANSCRIPT_MAX = 48 << 20,
};

struct netdev_runner {
    struct netdev_runner_terms terms;
    struct work *works;
    bool has_calls;           /* there is a port for them */
    struct loop_watch *sweep; /* those that are over are released */
};

struct work {
    struct netdev_runner *runner;
    struct work *next;
    struct arena arena; /* of the report: masked texts */
    struct buf encoded; /* the order as it came, which the struct points to */
    struct arena order_arena;
    struct netdev_order order;
    const struct family *family; /* as its commands are: of NETCONF that one */
    const char *told_family;
    int64_t began_ms;
    bool over; /* reported */

    struct vault_question *question;
    struct buf opened[2]; /* the secrets, and those before them */
    struct netdev_secret secrets[2];
    bool has_previous;
    bool on_previous;

    size_t way;
    unsigned used; /* bits 1 << transport that a session came about by */
    struct contact *contact;
    bool waits_call;          /* of the device */
    struct loop_watch *timer; /* of the next contact */
    struct loop_watch *total;
    bool ready;
    bool expired;

    struct discovery discovery;
    bool discovers;
    size_t command; /* of ORDER_RUN */
    struct responses *responses;
    struct change *change;
    struct buf known; /* configurations and lines, opened */
    struct buf expected;
    struct buf target;
    struct buf lines;
    bool touched; /* told; and then: */
    bool waits;   /* for the core to go on */
    bool resumed; /* the contact ended within the change */
    int64_t patience_ms;

    struct buf transcript;
    VEC(struct report_output) outputs;
    VEC(struct order_pin) pins;
    struct netdev_report report;
};

/* netdev_run.c */
void work_tell(struct work *work, const char *step, bool ok, str detail);
/* It is over: 0, or why not. */
void work_end(struct work *work, const char *where, const struct err *err);

/* The device has called, and proved to be it; the contact is the work's. */
void work_take_call(struct work *work, struct contact *contact, str address,
                    const struct vty_key *key);

/* netdev_act.c */
int act_prepare(struct work *work, struct err *err) MUST_CHECK;
void act_ready(struct work *work);
void act_answer(struct work *work, const struct session_answer *answer);
/* The next command, or the end. */
void act_next(struct work *work);

/* netdev_report.c */
/* A copy in the arena, masked, in UTF-8, without NUL. */
str report_masked(struct work *work, str text);
str report_plain(struct work *work, str text, size_t max);
void report_transcript(struct work *work, const struct session_answer *answer);
void report_fill(struct work *work);
/* A configuration masked and sealed; it is compared with `known`. */
int report_config_of(struct work *work, str config, struct report_config *out,
                     struct err *err) MUST_CHECK;

#endif
