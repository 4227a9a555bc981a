/* SPDX-License-Identifier: Apache-2.0
 *
 * The core process: store, decisions, and everything the API answers. It
 * listens nowhere, parses no document and holds no private key; the front
 * hands it checked requests, the signer signs its jobs, the reader parses
 * content, the courier speaks to the outside (mail, webhooks, LDAP, OIDC).
 *
 * One struct, passed to every handler. Files of src/server extend it through
 * the members below; each names its owner file.
 */
#ifndef SERVER_CORE_H
#define SERVER_CORE_H

#include "base/jval.h"
#include "base/loop.h"
#include "proto/job.h"
#include "store/db.h"

struct events;    /* server/events.h: topics for server-sent events */
struct signer;    /* server/signer.h: the signer process's client */
struct courier;   /* server/courier.h: work for the courier process */
struct reader;    /* server/reader.h: work for the reader process */
struct agents;    /* server/agents.h: held long polls by device, revocation */
struct assessor;  /* server/assessor.h: packs and verdicts in memory */
struct scheduler; /* server/scheduler.h: what is due next */
struct limits;    /* server/limits.h: rate limits by address and user */
struct metrics;   /* server/metrics.h */
struct process;   /* server/role.h: links to the other processes */
struct config;    /* server/config.h: the configuration file */
struct label_worker; /* server/label_worker.h */
struct people;       /* server/people.h: keys and limits of logging in */
struct helper;       /* server/helper.h */
struct patcher;      /* server/patcher.h: patching */
struct reports;      /* server/reports.h: risk data, deliveries */
struct waker;        /* server/wake.h: devices to be woken */
struct cluster;      /* server/cluster.h: other servers on the database */
struct releases;     /* server/release.h: newer versions of ourselves */
struct netdevs_core; /* server/netdevs.h: network devices */
struct netassess;    /* server/netassess.h: what is found on them */

struct core {
    struct loop *loop;
    struct process *process; /* server/role.h; NULL in unit tests */
    struct db *db;
    const struct config *config;
    struct signer *signer;
    const struct job_signer *job_signer; /* fleet/job.h: the signer's client */
    struct courier *courier;
    struct reader *reader;
    struct loop_watch *content_watch; /* server/content_ship.h */
    struct agents *agents;
    struct assessor *assessor;
    struct scheduler *scheduler;
    struct patcher *patcher;
    struct events *events;
    struct limits *limits;
    struct metrics *metrics;
    struct people *people;
    struct label_worker *labels;
    struct reports *reports;
    struct waker *waker;       /* NULL: none yet */
    struct cluster *cluster;   /* NULL: there is no other server */
    struct images *images;     /* NULL in most unit tests */
    struct releases *releases; /* NULL in most unit tests */
    struct netdevs_core *netdevs;
    struct netassess *netassess;
    struct helper *saml;    /* holdfast-saml; NULL: not installed */
    struct frontier *front; /* server/held.h: the way back to the front */
    bool check_answers;     /* an answer that is not as its row says is 500 */
};

/* Answers one request that the front has checked for form; also how unit
 * tests drive the API without a socket. */
struct request;
struct response;
void core_answer(struct core *core, struct request *req, struct response *res);

#endif
