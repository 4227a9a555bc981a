/* SPDX-License-Identifier: Apache-2.0
 *
 * Devices that call (RFC 8071, R-INV-5): of a call nothing is known but the
 * key that the device proves. It is handed to the order that waits for a device
 * with that approved key; what nobody waits for is told in the log and dropped.
 * No password is sent before the key is known (R-COM-11, R-SSH-16).
 */
#ifndef SERVER_NETDEV_CALLS_H
#define SERVER_NETDEV_CALLS_H

#include "base/err.h"

struct netdev_calls;
struct netdev_runner;

/* Listens on fd, which becomes its own. */
int netdev_calls_new(struct netdev_runner *runner, int fd,
                     struct netdev_calls **out, struct err *err) MUST_CHECK;
void netdev_calls_free(struct netdev_calls *calls);

#endif
