/* SPDX-License-Identifier: Apache-2.0
 *
 * New content comes into use (K-UPD): the document is read by the reader
 * process, its pack written into the data directory and made the active one
 * of its platform in one transaction; then every inventory is assessed, and
 * agents hear of it at their next check-in (T-OVL). What fails leaves the
 * content in use as it was (K-UPD-7).
 */
#ifndef SERVER_CONTENT_TAKE_H
#define SERVER_CONTENT_TAKE_H

#include "fleet/content.h"
#include "fleet/scope.h"
#include "server/core.h"

struct content_order {
    str source;   /* what it is called: a feed's id, a file's name */
    str platform; /* "debian:12"; empty: what the content tells */
    bool allow_older;
    struct scope scope; /* who asked, for the audit log */
    str peer;
};

/* How it ended: content is NULL when rc is negative, with a sentence for a
 * person; rc 1: this very content was in use already. */
typedef void content_taken_fn(void *ctx, int rc, const struct content *content,
                              const char *why);

/* The descriptor is taken over; texts of the order are copied. done may be
 * NULL. */
int content_take(struct core *core, const struct content_order *order, int fd,
                 content_taken_fn *done, void *ctx, struct err *err) MUST_CHECK;

#endif
