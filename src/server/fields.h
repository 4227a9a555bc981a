/* SPDX-License-Identifier: Apache-2.0
 *
 * Checking trees against field tables (server/route.h): bodies, queries and,
 * in tests, our own answers. Every mistake is told, up to FIELD_ERRORS_MAX,
 * with the path of the member ("schedules[2].time") and the reason.
 */
#ifndef SERVER_FIELDS_H
#define SERVER_FIELDS_H

#include "server/route.h"

enum {
    FIELD_ERRORS_MAX = 32,
    FIELD_DEPTH_MAX = 8,
    QUERY_MAX = 8192,
    QUERY_MEMBERS_MAX = 64,
};

/* Appends {"field", "reason"} objects to the array `errors`. */
void fields_check(const struct field *fields, const struct jval *object,
                  struct jval *errors);

/* A query text as an object of the types that the table says; what is wrong
 * goes to `errors`. `list`: limit and after are known, too. */
struct jval *fields_query(const struct field *fields, bool list, str query,
                          struct arena *arena, struct jval *errors);

/* The value of a form's member (application/x-www-form-urlencoded), in the
 * arena; empty when it is not there. E_PARSE when it is there twice, or the
 * form is not percent-encoded UTF-8. */
int form_value(str form, str name, struct arena *arena, str *out,
               struct err *err) MUST_CHECK;

/* The rows that every list has: limit and after. */
extern const struct field fields_page[];

#endif
