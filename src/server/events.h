/* SPDX-License-Identifier: Apache-2.0
 *
 * What happens, as it happens: topics that the API's event stream
 * (GET /api/v1/events?topic=run&id=17) sends on as server-sent events.
 *
 * Topics: "device" (enrolled, seen, inventory), "run" (started, progress,
 * ended), "content" (imported, active), "finding" (changed), "label". Each
 * listener gets what its permissions, organisation and labels allow, decided
 * for every event. The newest EVENTS_KEPT are kept, so that a listener that
 * was cut off goes on behind its Last-Event-ID; who fell further behind is
 * told so by an event "lost" and asks the lists again.
 */
#ifndef SERVER_EVENTS_H
#define SERVER_EVENTS_H

#include "base/jval.h"
#include "server/route.h"

enum {
    EVENTS_KEPT = 1000,
    EVENTS_LISTENERS_MAX = 1000,
    EVENTS_BEAT_MS = 15000, /* a comment line, so that a dead way is noticed */
    EVENTS_BEATS_MAX = 40,  /* then the stream ends: who comes back is asked
                               again who it is and what it may see */
};

struct events;

/* core->loop is used for the beat when it is set. */
struct events *events_new(struct core *core);
void events_free(struct events *events);

/* data is taken over. org 0: of every organisation. device: who may see it is
 * checked for each listener; 0: nobody's in particular. NULL events: nothing
 * happens but the release of data. */
void events_publish(struct events *events, int64_t org, const char *topic,
                    int64_t id, int64_t device, struct jval *data);

/* Holds the request as a listener. topic empty: all it may see; id 0: any.
 * E_LIMIT when there are too many. */
struct events_wish {
    str topic;
    int64_t id;
    int64_t after; /* number of the last event it has; 0: only new ones */
};
int events_listen(struct request *req, struct response *res,
                  const struct events_wish *wish, struct err *err) MUST_CHECK;

/* Listeners now. */
size_t events_listeners(const struct events *events);

/* The permission a topic needs; PERM_COUNT for no topic. */
enum permission events_permission(str topic);

#endif
