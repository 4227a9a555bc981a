/* SPDX-License-Identifier: Apache-2.0
 *
 * A CNS configuration server for call-home (R-CNC): routers fetch the page
 * /cns/JobbedDynaConfig and post a status to /cns/PostStatus. Pure.
 *
 * Public is what a status looks like (config-success, config-failure,
 * config-warning, with identifier, config-id and error-info), and that the
 * device sends its ConfigID. How it sends it is not: the query, a header, the
 * body and the path are looked at, in this order.
 *
 * The event bus (TCP 11011, 11012) has no public form and is not spoken.
 */
#ifndef NETDEV_SERVERS_CNS_H
#define NETDEV_SERVERS_CNS_H

#include "netdev/servers/stage.h"

struct cns_answer {
    struct stage_changes changes;
    bool give;       /* the configuration is the answer */
    bool wrong_page; /* it asked for the template, not the job (R-CNC-7) */
    bool replayed;   /* a status of nothing that it has fetched */
};
/* ASK_CONFIG and ASK_STATUS. */
void cns_decide(struct stage *stage, const struct ask *ask, int64_t now,
                struct arena *arena, struct cns_answer *out);

/* Appends what the router is given: the lines as they are, or as XML. With no
 * lines, a comment: nothing is to be done. */
void cns_config(str lines, str config_id, str identifier, bool as_xml,
                struct buf *out);

#endif
