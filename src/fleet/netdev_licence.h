/* SPDX-License-Identifier: Apache-2.0
 *
 * What planned lines need of the licences that a network device said it has
 * (netdev/licence.h), and when a device says something else than its property.
 */
#ifndef FLEET_NETDEV_LICENCE_H
#define FLEET_NETDEV_LICENCE_H

#include "fleet/netdev_device.h"
#include "netdev/licence.h"

/* By the facts of the last discovery. Masked lines do as well. */
void netdev_licence_check(const struct netdev *device, str lines,
                          struct licence_remarks *out);
/* The first remark that refuses, or NULL. */
const struct licence_remark *netdev_licence_refusal(
    const struct licence_remarks *remarks);

#endif
