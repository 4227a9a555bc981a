/* SPDX-License-Identifier: Apache-2.0
 *
 * Wake-on-LAN before a run: which devices a run would find asleep, and
 * where the packet that wakes each has to go. Where it goes is what the device
 * said of itself, so it is bounded: private IPv4 networks of 256 to 65,536
 * addresses, at most WAKE_INTERFACES of a device.
 */
#ifndef FLEET_WAKE_H
#define FLEET_WAKE_H

#include "fleet/configuration.h"

enum {
    WAKE_QUIET_S = 600, /* not heard of for so long: it may be asleep */
    WAKE_AHEAD_S = 300, /* so long before a run by schedule */
    WAKE_INTERFACES = 4,
    WAKE_MAC_BYTES = 6,
};

struct wake_ids {
    VEC(int64_t) ids;
};
/* Appends the targets of the configuration in one time zone ("" for all) that
 * may be asleep; or those of a run that have not ended it. */
int wake_of_schedule(struct db *db, const struct configuration *c, str zone,
                     int64_t now, struct wake_ids *out,
                     struct err *err) MUST_CHECK;
int wake_of_run(struct db *db, int64_t run, int64_t now, struct wake_ids *out,
                struct err *err) MUST_CHECK;

struct wake_target {
    uint8_t mac[WAKE_MAC_BYTES];
    char broadcast[16]; /* "10.0.0.255" */
};
/* Reads "aa:bb:cc:dd:ee:ff" and "10.0.0.1/24"; false for what is no target. */
bool wake_target_read(str mac, str address, struct wake_target *out);
/* The targets of a device, from its newest inventory; at most
 * WAKE_INTERFACES. Returns their number. */
int wake_targets(struct db *db, int64_t device,
                 struct wake_target out[WAKE_INTERFACES],
                 struct err *err) MUST_CHECK;

#endif
