/* SPDX-License-Identifier: Apache-2.0
 *
 * The policy "Server Access > AUS" of PIX and ASA: what a device is to know
 * of its Auto Update server, and the commands that lead there from its
 * configuration (R-AUS-3). Pure.
 */
#ifndef NETDEV_SERVERS_AUS_POLICY_H
#define NETDEV_SERVERS_AUS_POLICY_H

#include "base/buf.h"

struct aus_policy {
    str address;
    int64_t port;
    bool tls;
    str identity; /* of the device: its device-id, by string */
    int64_t poll_minutes;
    int64_t retry_count;
    int64_t retry_minutes;
};

/* Appends the commands; none when the device has all of it. `config` may be
 * masked: passwords are not looked at, and in the command they are the word
 * PASSWORD. True when it is another server than the device asks now. */
bool aus_policy_delta(str config, const struct aus_policy *policy,
                      struct buf *out);

#endif
