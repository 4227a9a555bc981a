/* SPDX-License-Identifier: Apache-2.0
 *
 * The question "what is caught up?" as JSON, with times of one clock:
 *
 *   {"occurrences": ["2026-06-01T23:00", …], "last_run": "…" or null,
 *    "boot": "…", "run_if_missed": true, "spread_minutes": 17,
 *    "policy_since": "…" or null}
 */
#ifndef SCHEDULE_CATCH_UP_READ_H
#define SCHEDULE_CATCH_UP_READ_H

#include "base/vec.h"
#include "schedule/catch_up.h"

enum {
    CATCH_UP_TEXT_MAX = 1 << 22
};

struct catch_up_case {
    struct catch_up catch_up;
    VEC(int64_t) occurrences;
};

/* Errors begin with the field, or with the line of what is no JSON. On
 * success catch_up_case_clear() releases *out. */
int catch_up_parse(str json, struct catch_up_case *out,
                   struct err *err) MUST_CHECK;
void catch_up_case_clear(struct catch_up_case *c);

#endif
