/* SPDX-License-Identifier: Apache-2.0
 *
 * For the tests of schedules: texts become values, or the test fails.
 */
#ifndef TESTS_UNIT_RUNS_H
#define TESTS_UNIT_RUNS_H

#include "schedule/schedule.h"

/* The zone is the caller's; zone_free() releases it. */
struct zone *runs_zone(const char *name);
int64_t runs_time(const char *text);
struct schedule runs_schedule(const char *json);

/* expected: the local times of the next runs, one blank between them. */
void runs_expect(const char *json, const char *zone, const char *from,
                 const char *expected);

#endif
