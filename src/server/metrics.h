/* SPDX-License-Identifier: Apache-2.0
 *
 * What is counted while the core runs, as Prometheus text (GET /metrics):
 * requests and their time by route and status class, what the front counts,
 * and gauges of the parts. No name of a device or person is in it.
 */
#ifndef SERVER_METRICS_H
#define SERVER_METRICS_H

#include "server/core.h"
#include "server/message.h"

struct route;

struct metrics *metrics_new(void);
void metrics_free(struct metrics *metrics);
/* NULL metrics: nothing is counted; NULL route: no path of ours. */
void metrics_request(struct metrics *metrics, const struct route *route,
                     int status, int64_t micros);
void metrics_front(struct metrics *metrics,
                   const struct message_front_state *state);
void metrics_print(struct core *core, struct buf *out);

#endif
