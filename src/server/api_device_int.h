/* SPDX-License-Identifier: Apache-2.0
 *
 * What the files of devices, labels and targets share.
 */
#ifndef SERVER_API_DEVICE_INT_H
#define SERVER_API_DEVICE_INT_H

#include "fleet/search.h"
#include "server/api_people_int.h"
#include "server/core.h"
#include "server/route.h"

extern const struct field device_fields[];      /* in lists */
extern const struct field device_full_fields[]; /* of one */

/* Columns, labels and the facts that lists show; NULL with *err set. */
struct jval *device_json(struct db *db, const struct device *device,
                         struct arena *arena, struct err *err);
/* And hardware, interfaces, users. */
struct jval *device_full_json(struct db *db, const struct device *device,
                              struct arena *arena, struct err *err);
/* For the audit log: what a person set. */
struct jval *device_audit_json(const struct device *device);

/* GET /api/v1/devices: server/device_list.c */
extern const struct field device_list_query[];
int device_list(struct request *req, struct response *res,
                struct err *err) MUST_CHECK;
/* The same for a question that was put otherwise; errors blame `field`. */
struct device_question {
    const struct device_find *find;
    const struct page *page;
    const char *field;
};
int device_list_find(struct request *req, const struct device_question *q,
                     struct response *res, struct err *err) MUST_CHECK;

struct jval *reasons_json(struct query *query,
                          const struct query_subject *subject,
                          struct arena *arena);

#endif
