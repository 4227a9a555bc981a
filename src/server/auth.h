/* SPDX-License-Identifier: Apache-2.0
 *
 * Who asks. Each function fills req->scope, or refuses with 401 or 403.
 */
#ifndef SERVER_AUTH_H
#define SERVER_AUTH_H

#include "server/core.h"
#include "server/route.h"

/* A session cookie or "Authorization: Bearer TOKEN" of the API port. */
int auth_request(struct core *core, struct request *req, str authorization,
                 str cookie, struct err *err) MUST_CHECK;

#endif
