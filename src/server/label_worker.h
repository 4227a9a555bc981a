/* SPDX-License-Identifier: Apache-2.0
 *
 * Works in the background of the core so that labels are as they should be:
 * sweeps what is pending, what time changes every ten minutes, and asks the
 * directory for the members of ldap labels every quarter of an hour. Some
 * devices at a time, so that nobody waits for it.
 */
#ifndef SERVER_LABEL_WORKER_H
#define SERVER_LABEL_WORKER_H

#include "server/core.h"

struct label_worker;

struct label_worker *label_worker_new(struct core *core);
void label_worker_free(struct label_worker *worker);
/* Something changed: looks at once, in the loop. */
void label_worker_wake(struct label_worker *worker);
/* The same when another server said so. */
void label_worker_wake_here(struct label_worker *worker);
/* One look at time `now`; for tests. Returns 1 while it has more to do in the
 * loop. */
int label_worker_look(struct label_worker *worker, int64_t now);

#endif
