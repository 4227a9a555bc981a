/* SPDX-License-Identifier: Apache-2.0
 *
 * What devices fetch, in the core: how it is staged, and what the requests
 * that the gate passes on come to (netdev/servers/, fleet/netdev_fetch.h,
 * fleet/netdev_stage.h).
 */
#ifndef SERVER_FETCHING_H
#define SERVER_FETCHING_H

#include "fleet/netdev_fetch.h"
#include "fleet/netdev_image.h"
#include "fleet/netdev_stage.h"
#include "server/core.h"

/* A configuration for a device: the bytes that it will be given are made and
 * sealed now, so that their checksum is known. In the caller's transaction.
 * E_INVALID with *out_field. */
struct fetching_order {
    const struct fetcher *fetcher;
    const struct netdev_server *server;
    str title;
    str config;
    const struct netdev_image *image; /* of fetching_stage_image() */
    int64_t hours;                    /* it may wait */
    bool approved;                    /* else a second person has to */
    int64_t now;
    struct arena *arena; /* of the result's texts */
};
int fetching_stage(struct core *core, const struct scope *scope,
                   const struct fetching_order *order, struct staged *out,
                   const char **out_field, struct err *err) MUST_CHECK;

/* An image for a device that fetches such: ASDM is for those that speak Auto
 * Update, an image for these and for Plug-n-Play. */
int fetching_stage_image(struct core *core, const struct scope *scope,
                         const struct fetching_order *order, struct staged *out,
                         const char **out_field, struct err *err) MUST_CHECK;

/* The bytes of an open item. E_CORRUPT when the key is not the one it was
 * sealed with. */
int fetching_open(struct core *core, const struct staged *staged,
                  struct buf *out, struct err *err) MUST_CHECK;

/* "https://address:port" */
str fetching_base(const struct netdev_server *server, struct arena *arena);
str fetching_url(const struct netdev_server *server,
                 const struct staged *staged, struct arena *arena);

/* Whether a device speaks the AUS protocol with that kind of server; and
 * whether a server of the kind is one for its family (R-COM-10). */
bool fetching_is_aus(int64_t server_kind, str family);

#endif
