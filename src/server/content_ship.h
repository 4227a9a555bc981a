/* SPDX-License-Identifier: Apache-2.0
 *
 * The content that came with Holdfast, or that root installed on this
 * machine with `holdfast content`, comes into use at a start for every
 * platform that has none yet: a new server can answer at once.
 *
 * Every hour what the nightly update fetched into DATA/feeds (K-UPD-1,
 * server/update.h) comes into use where it is newer, and DATA/feeds.wanted is
 * written: the vendors' feeds that the devices' systems call for.
 */
#ifndef SERVER_CONTENT_SHIP_H
#define SERVER_CONTENT_SHIP_H

#include "server/core.h"

enum {
    CONTENT_LOOK_MS = 3600 * 1000,
};

/* Now, and again every hour on core->loop until core_stop() ends that. What
 * cannot be read is logged. core->reader is set. */
struct loop_watch *content_ship(struct core *core);

#endif
