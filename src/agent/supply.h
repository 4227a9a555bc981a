/* SPDX-License-Identifier: Apache-2.0
 *
 * What a device runs on: its battery or the mains, and whether its network is
 * paid by volume. A configuration may say that nothing is fetched or
 * installed meanwhile (patch_delivery); such an order waits.
 *
 * Power is what the kernel tells in /sys/class/power_supply, below the root.
 * The network is metered when NetworkManager says so of the connection that
 * is the way out, or the setting "metered" of the agent does. What is not
 * known keeps nothing from being patched.
 */
#ifndef AGENT_SUPPLY_H
#define AGENT_SUPPLY_H

#include "agent/options.h"
#include "patch/configuration.h"

struct supply {
    bool on_battery;
    bool is_metered;
};
void supply_read(const struct options *options, struct supply *out);

/* Why an order must wait; an empty text: it need not. */
str supply_waits(const struct supply *supply,
                 const struct patch_delivery *delivery);

#endif
