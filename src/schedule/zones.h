/* SPDX-License-Identifier: Apache-2.0
 *
 * Zones by name, kept for a while after they were read: who asks every few
 * seconds reads each file once a minute. A zone that was read once and cannot
 * be read now stays as it was.
 */
#ifndef SCHEDULE_ZONES_H
#define SCHEDULE_ZONES_H

#include "base/vec.h"
#include "schedule/zone.h"

enum {
    ZONES_AGE_MS = 60000,
    ZONES_MAX = 1000, /* kept; when there are more, all are read anew */
};

struct zones_entry;
struct zones {
    VEC(struct zones_entry *) all;
    int64_t reads; /* of files, for tests */
};

void zones_clear(struct zones *zones);

/* The zone called name; "" is the machine's own. *out lives until the next
 * call. Errors are those of zone_load(); they are kept like a zone. */
int zones_find(struct zones *zones, str name, int64_t now_ms,
               const struct zone **out, struct err *err) MUST_CHECK;

#endif
