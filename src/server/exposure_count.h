/* SPDX-License-Identifier: Apache-2.0
 *
 * Counting what is open, in slices: one pass over the results of the devices
 * that the scope shows, then one over the definitions that some of them have.
 *
 * The assessor and the risk data may change between two slices. Content that
 * is other content makes it begin anew; a device whose results have changed
 * meanwhile is counted with either of them.
 */
#ifndef SERVER_EXPOSURE_COUNT_H
#define SERVER_EXPOSURE_COUNT_H

#include "server/exposure.h"

/* What is known of definitions, kept from one count to the next: which of
 * them count, and which have an exploited CVE. */
struct exposure_marks;
struct exposure_marks *exposure_marks_new(struct core *core);
void exposure_marks_free(struct exposure_marks *marks);

struct exposure_count;
/* Of the scope only the organisation and whom it limits is kept. */
struct exposure_count *exposure_count_new(struct exposure_marks *marks,
                                          const struct scope *scope);
void exposure_count_free(struct exposure_count *count);

/* Goes on until that time of clock_monotonic_ms(). 1: there is more to do. 0:
 * *out has the numbers, with its texts in the arena. */
int exposure_count_step(struct exposure_count *count, int64_t until_ms,
                        struct arena *arena, struct exposure *out,
                        struct err *err) MUST_CHECK;

#endif
