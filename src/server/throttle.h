/* SPDX-License-Identifier: Apache-2.0
 *
 * How often something may happen: a bucket that holds `burst` and gets one
 * back every `every_ms`. And the buckets of enrolment (claim 10): failed
 * attempts of one address (IPv6: one network of 64 bits) and of all together.
 */
#ifndef SERVER_THROTTLE_H
#define SERVER_THROTTLE_H

#include "base/str.h"

struct throttle {
    int64_t left;
    int64_t at_ms; /* until when the refill is counted; 0: new */
};
#define THROTTLE(burst)                                                        \
    {                                                                          \
        (burst), 0                                                             \
    }

/* Takes one; false when there is none. */
bool throttle_take(struct throttle *throttle, int64_t burst, int64_t every_ms,
                   int64_t now_ms);
/* Whether there is one. */
bool throttle_has(struct throttle *throttle, int64_t burst, int64_t every_ms,
                  int64_t now_ms);

struct enrol_throttle;
struct enrol_throttle *enrol_throttle_new(void);
void enrol_throttle_free(struct enrol_throttle *throttle);
/* False when too many attempts of the address, or of all, have failed. */
bool enrol_throttle_open(struct enrol_throttle *throttle, str peer,
                         int64_t now);
/* One failed. True: there is room for it in the audit log; *out_unlogged is
 * how many had none since the last one that had. */
bool enrol_throttle_failed(struct enrol_throttle *throttle, str peer,
                           int64_t now, int64_t *out_unlogged);

#endif
