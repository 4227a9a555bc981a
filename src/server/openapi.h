/* SPDX-License-Identifier: Apache-2.0
 *
 * The API as an OpenAPI 3.1 document, made from the route tables.
 */
#ifndef SERVER_OPENAPI_H
#define SERVER_OPENAPI_H

#include "base/jval.h"

/* The caller releases it. Routes of agents are left out: theirs are messages
 * of proto/agent.h. */
struct jval *openapi_make(void);

#endif
