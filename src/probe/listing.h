/* SPDX-License-Identifier: Apache-2.0
 *
 * The names in one directory of the machine, without "." and "..", sorted
 * bytewise, so that what is read does not depend on the file system's order.
 */
#ifndef PROBE_LISTING_H
#define PROBE_LISTING_H

#include "base/vec.h"
#include "probe/machine.h"

struct listing {
    VEC(const char *) names;
    struct arena arena; /* holds them */
};

/* E_LIMIT past max names. listing_clear() releases *out, which the caller
 * starts zeroed. */
int listing_read(struct probe_machine *machine, const char *path, size_t max,
                 struct listing *out, struct err *err) MUST_CHECK;
void listing_clear(struct listing *listing);

#endif
