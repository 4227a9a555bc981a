/* SPDX-License-Identifier: Apache-2.0
 *
 * What is found on network devices, in the core process: the newest answers
 * and configuration of a device (fleet/netdev_config.h) and the active content
 * of its platform go to the process *reader*, which evaluates them
 * (netdev/items/source.h); what it found is one finding of the server's, like
 * any other device's.
 *
 *   session ended ─┐
 *   content new ───┴─► asked ─► reader ─► finding ─► assessor
 *                                              └───► runs that wait for it
 *
 * Nothing here parses what a device said. Answers are those that are kept:
 * with secrets masked.
 */
#ifndef SERVER_NETASSESS_H
#define SERVER_NETASSESS_H

#include "fleet/netdev_device.h"
#include "proto/job.h"
#include "server/core.h"
#include "server/netdev_order.h"

struct netassess;

struct netassess *netassess_new(struct core *core);
void netassess_free(struct netassess *netassess);

/* The device is evaluated as soon as the reader is free. */
void netassess_ask(struct core *core, int64_t device);

/* Of everything that is known of the device now. 1: nothing is. */
int netassess_digest(struct db *db, int64_t device,
                     uint8_t out[JOB_DIGEST_BYTES], struct err *err) MUST_CHECK;

/* What the device is asked beyond a discovery, so that the active content, and
 * benchmarks that its runs wait for, can be evaluated: struct order_text, in
 * the arena. */
int netassess_commands(struct core *core, const struct netdev *device,
                       struct arena *arena, struct wire_list *out,
                       struct err *err) MUST_CHECK;

#endif
