/* SPDX-License-Identifier: Apache-2.0
 *
 * A server for Cisco's Open Plug-n-Play agents (R-INV-5). Pure.
 *
 *   HELLO ─► 200
 *   WORK-REQUEST ─► request: device-info, image-install, config-upgrade, or
 *        │          backoff when there is nothing (or nobody claimed it)
 *        └─ the device does it ─► WORK-RESPONSE ─► bye
 *
 * A response counts only when it has the correlator under which the work was
 * given.
 */
#ifndef NETDEV_SERVERS_PNP_H
#define NETDEV_SERVERS_PNP_H

#include "netdev/servers/stage.h"

enum {
    PNP_BACKOFF_S = 300,
    PNP_BACKOFF_UNCLAIMED_S = 600,
};

enum pnp_work {
    PNP_NOTHING, /* the answer is empty, or bye */
    PNP_BYE,
    PNP_BACKOFF,
    PNP_DEVICE_INFO,
    PNP_IMAGE_INSTALL,
    PNP_CONFIG_UPGRADE,
};

struct pnp_state {
    bool claimed;
    bool known;  /* it has told what it is */
    str asked;   /* correlator of the device-info we asked for; or empty */
    str version; /* that it told */
};

struct pnp_answer {
    struct stage_changes changes;
    enum pnp_work work;
    int64_t backoff_s;
    bool learned;  /* keep what the ask says of the device */
    bool replayed; /* the response is not to what we gave */
};
/* ASK_WORK, ASK_ANSWER and ASK_FAULT. */
void pnp_decide(struct stage *stage, const struct pnp_state *state,
                const struct ask *ask, int64_t now, struct arena *arena,
                struct pnp_answer *out);

/* Appends the document. */
void pnp_write(const struct stage *stage, const struct pnp_answer *answer,
               const struct ask *ask, struct buf *out);

/* DHCP option 43 (and 60) that lead a device to us: "5A1N;B2;K4;I...;J80". */
struct pnp_place {
    str address; /* IPv4 or a name */
    int64_t port;
    bool tls;
};
void pnp_dhcp_option43(const struct pnp_place *place, struct buf *out);

#endif
