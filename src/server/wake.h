/* SPDX-License-Identifier: Apache-2.0
 *
 * Wakes devices before a run of a configuration that says so: the
 * devices that fleet/wake.h names are taken a few at a time, so that others
 * are answered in between, and the courier sends the packets.
 */
#ifndef SERVER_WAKE_H
#define SERVER_WAKE_H

#include "fleet/wake.h"
#include "server/core.h"

enum {
    WAKE_SLICE = 50, /* devices at once */
    WAKE_PORT = 9,   /* discard */
};

/* Takes the ids over; the packets go out in the loop. Outside a transaction is
 * not needed. */
void wake_devices(struct core *core, struct wake_ids *ids);
/* At the end of the core. */
void wake_stop(struct core *core);

#endif
