/* SPDX-License-Identifier: Apache-2.0
 *
 * What happens, as it happens: topics that the API's event stream
 * (GET /api/v1/events?topic=run&id=17) sends on as server-sent events, and
 * that other parts of the core may listen to.
 *
 * Topics: "device" (enrolled, seen, inventory), "run" (started, progress,
 * ended), "content" (imported, active), "finding" (changed), "label".
 * data is taken over.
 */
#ifndef SERVER_EVENTS_H
#define SERVER_EVENTS_H

#include "base/jval.h"

struct events;

struct events *events_new(void);
void events_free(struct events *events);
/* device: who may see it is checked for each listener; 0: the whole org. */
void events_publish(struct events *events, int64_t org, const char *topic,
                    int64_t id, int64_t device, struct jval *data);

#endif
