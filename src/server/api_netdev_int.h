/* SPDX-License-Identifier: Apache-2.0
 *
 * What the files of the API of network devices share.
 */
#ifndef SERVER_API_NETDEV_INT_H
#define SERVER_API_NETDEV_INT_H

#include "fleet/netdev_device.h"
#include "fleet/netdev_session.h"
#include "server/core.h"
#include "server/netdevs.h"
#include "server/route.h"

#define NETDEV_ONE "/api/v1/network/devices/{device}"

/* The device of the path. */
int netdev_of(struct request *req, struct netdev *out,
              struct err *err) MUST_CHECK;
/* Ends a change: the audit log, the commit, or the way back. */
int netdev_done(struct request *req, const char *action, int64_t id,
                const struct jval *after, int rc, struct err *err) MUST_CHECK;

/* A member that is JSON as text; null when it is none. */
void netdev_set_json(struct jval *object, const char *key, str text);

extern const struct field netdev_session_fields[];
struct jval *netdev_session_json(const struct core *core,
                                 const struct netdev_session *session);

#endif
