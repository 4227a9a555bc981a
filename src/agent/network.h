/* SPDX-License-Identifier: Apache-2.0
 *
 * The process that speaks with the server. It holds the device's key, runs as
 * a user of its own, reads and writes only below DATA/network, and executes
 * nothing. What it brings is checked by the keeper.
 *
 * Its states:
 *
 *   HELLO -> welcome -> check in -+-> long poll for jobs --> again
 *     ^                    ^      +-> what the keeper gives it to send
 *     |                    |      +-> content, by pieces, resumed
 *     |                    +--- after the interval, or after a failure:
 *     |                         1 s, doubled up to 5 min, with a random part
 *     +--- when the keeper begins anew
 */
#ifndef AGENT_NETWORK_H
#define AGENT_NETWORK_H

#include "agent/options.h"
#include "proto/agent.h"
#include "trust/cert.h"

enum {
    NETWORK_FD_CHANNEL = 3,
};

int network_main(const struct options *options);

/* What enrolment leaves for this process: DATA/network/identity. */
struct link_identity {
    str url; /* https://host:port */
    str authority;
    str certificate;
    str key;
};
extern const struct wire_shape shape_link_identity;

#endif
