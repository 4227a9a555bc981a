/* SPDX-License-Identifier: Apache-2.0
 *
 * What the handlers about network devices that fetch share.
 */
#ifndef SERVER_API_FETCH_INT_H
#define SERVER_API_FETCH_INT_H

#include "fleet/netdev_fetch.h"
#include "server/route.h"

/* The device of the path, as one that fetches. */
int fetch_find(struct request *req, struct fetcher *out,
               struct err *err) MUST_CHECK;
/* The code; E_INVALID becomes 422 naming the field. */
int fetch_refuse(struct request *req, const char *field, int code,
                 struct err *err) MUST_CHECK;

#endif
