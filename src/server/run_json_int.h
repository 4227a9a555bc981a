/* SPDX-License-Identifier: Apache-2.0
 *
 * Runs as JSON, and what lists by id have in common.
 */
#ifndef SERVER_RUN_JSON_INT_H
#define SERVER_RUN_JSON_INT_H

#include "fleet/run.h"
#include "server/route.h"

extern const struct field run_fields[];
struct jval *run_json(const struct run *run);

/* The cursor of a list in the order of an id: 0 at the start. */
int page_id(struct request *req, const struct page *page, int64_t *out,
            struct err *err) MUST_CHECK;
/* Empty when a list of n ended before the limit. */
str next_id(struct request *req, const struct page *page, size_t n,
            int64_t last);

#endif
