/* SPDX-License-Identifier: Apache-2.0
 *
 * Everything that is planned (K-SCH-7): assessments, reports that are sent,
 * patching; each only for who may read it.
 */
#ifndef SERVER_TASKS_H
#define SERVER_TASKS_H

#include "server/route.h"

/* What comes due until then, soonest first; an array of task_fields. */
extern const struct field task_fields[];
int tasks_until(struct request *req, int64_t until, struct jval **out,
                struct err *err) MUST_CHECK;

#endif
