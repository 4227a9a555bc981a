/* SPDX-License-Identifier: Apache-2.0
 *
 * The core's side of the channel to the front, or to the gate: messages become
 * requests, answers become messages. A body that is longer than
 * REQUEST_INLINE_MAX is let in only after everything else of the request was
 * checked, and is kept in a file without a name when it is large.
 */
#ifndef SERVER_CORE_FRONT_H
#define SERVER_CORE_FRONT_H

#include "server/core.h"
#include "server/held.h"
#include "server/role.h"

struct core_front;

struct core_front *core_front_new(struct process *process, enum role role,
                                  struct core *core);
void core_front_free(struct core_front *front);
struct frontier *core_front_frontier(struct core_front *front);

int core_front_message(struct core_front *front, struct message *message,
                       struct err *err) MUST_CHECK;
/* The front went away: its requests are nobody's now. */
void core_front_lost(struct core_front *front);

#endif
