/* SPDX-License-Identifier: Apache-2.0
 *
 * One request of a device that fetches, in the core: who it is, what is staged
 * for it, what it is answered. A file a protocol.
 */
#ifndef SERVER_GATE_INT_H
#define SERVER_GATE_INT_H

#include "server/fetching.h"
#include "server/route.h"

struct visit {
    struct request *req;
    struct response *res;
    struct ask ask;
    struct fetcher fetcher;
    struct netdev_server server;
    bool known;  /* fetcher is who asks, and may */
    int64_t org; /* whose it is; 0: nobody's, and nothing is kept */
    struct staged open[STAGE_KINDS];
    struct stage stage;
    str asked;   /* PnP: what is out after this */
    str facts;   /* JSON of what it told */
    str outcome; /* what it came to, for people */
};

/* What is staged for the visit's device. */
int visit_load(struct visit *visit, struct err *err) MUST_CHECK;
int visit_apply(struct visit *visit, const struct stage_changes *changes,
                struct err *err) MUST_CHECK;
/* The bytes of an open item are the answer; it is fetched then. */
int visit_give(struct visit *visit, const struct staged *staged,
               struct err *err) MUST_CHECK;
/* gate_find.c: who asks, by what it says; visit->known, or visit->org by the
 * networks of a server that speaks the protocol. */
int visit_find(struct visit *visit, struct err *err) MUST_CHECK;
/* visit->org and server: the first server of one of these kinds (bits
 * 1 << kind) that serves the network. */
int visit_find_org(struct visit *visit, unsigned kinds,
                   struct err *err) MUST_CHECK;
/* Status and a plain sentence. */
void visit_answer(struct visit *visit, int status, const char *text);
void visit_xml(struct visit *visit);
bool visit_is_near(const struct visit *visit,
                   const struct netdev_server *server);

int visit_aus(struct visit *visit, struct err *err) MUST_CHECK;
int visit_cns(struct visit *visit, struct err *err) MUST_CHECK;
int visit_pnp(struct visit *visit, struct err *err) MUST_CHECK;
int visit_file(struct visit *visit, struct err *err) MUST_CHECK;

#endif
