/* SPDX-License-Identifier: Apache-2.0
 *
 * Runs as JSON.
 */
#ifndef SERVER_RUN_JSON_INT_H
#define SERVER_RUN_JSON_INT_H

#include "fleet/run.h"
#include "server/route.h"

extern const struct field run_fields[];
struct jval *run_json(const struct run *run);

#endif
