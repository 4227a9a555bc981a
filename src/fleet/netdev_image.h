/* SPDX-License-Identifier: Apache-2.0
 *
 * Images of network devices that fetch (R-AUS-10): the system of a device, or
 * the ASDM (PDM on a PIX) that it shows. Here is what is known of each, and
 * its bytes in pieces, which the same SHA-256 names within an organisation: so
 * that each server of the database has them, and its backup. Devices get them
 * from a file below the data directory (server/images.h).
 */
#ifndef FLEET_NETDEV_IMAGE_H
#define FLEET_NETDEV_IMAGE_H

#include "base/arena.h"
#include "base/vec.h"
#include "fleet/netdev_server.h"
#include "netdev/servers/stage.h"

enum {
    NETDEV_IMAGES_MAX = 50, /* of an organisation */
    NETDEV_IMAGE_NAME_MAX = 100,
    NETDEV_IMAGE_VERSION_MAX = 100,
    NETDEV_IMAGE_PIECE = 1 << 20,
    NETDEV_IMAGE_STRAY_S = 86400, /* nothing needs a file: it goes */
};

struct netdev_image {
    int64_t id;
    int64_t org;
    enum stage_kind kind; /* STAGE_IMAGE or STAGE_ASDM */
    str name;             /* of the file: letters, digits, '.', '_', '-' */
    str version;          /* `show version` says then; or empty */
    str md5;              /* hexadecimal */
    str sha256;
    int64_t size;
    str author;
    int64_t created;
    int64_t uses; /* things staged and open that need it */
    bool is_kept; /* all its pieces are there */
};
struct netdev_images {
    VEC(struct netdev_image) all;
};
void netdev_images_clear(struct netdev_images *list);

/* E_INVALID with *out_field: form. */
int netdev_image_check(const struct netdev_image *image, const char **out_field,
                       struct err *err) MUST_CHECK;
/* In the caller's transaction; fills id, org, author, created. E_INVALID with
 * *out_field; E_LIMIT when there are too many; E_IO when pieces of its file are
 * missing. */
int netdev_image_add(struct db *db, const struct scope *scope,
                     struct netdev_image *image, int64_t now,
                     const char **out_field, struct err *err) MUST_CHECK;
int netdev_image_get(struct db *db, const struct scope *scope, int64_t id,
                     struct arena *arena, struct netdev_image *out,
                     struct err *err) MUST_CHECK;
int netdev_image_list(struct db *db, const struct scope *scope,
                      const struct netdev_range *range, struct arena *arena,
                      struct netdev_images *out, struct err *err) MUST_CHECK;
/* Whether an image of the organisation is this file. */
int netdev_image_has(struct db *db, int64_t org, str sha256, bool *out,
                     struct err *err) MUST_CHECK;
/* Whether all pieces of this file are there, too. */
int netdev_image_is_kept(struct db *db, int64_t org, str sha256, bool *out,
                         struct err *err) MUST_CHECK;
/* E_INVALID while something open needs it. */
int netdev_image_remove(struct db *db, const struct scope *scope, int64_t id,
                        struct err *err) MUST_CHECK;

/* --- its bytes -------------------------------------------------------------
 */

/* The number of the file, made unless it is there: from now on it stays for
 * NETDEV_IMAGE_STRAY_S without an image. */
int netdev_image_file(struct db *db, int64_t org, str sha256, int64_t now,
                      int64_t *out, struct err *err) MUST_CHECK;
/* Nothing happens when the piece is there. */
int netdev_image_put(struct db *db, int64_t file, int64_t number, str bytes,
                     struct err *err) MUST_CHECK;
/* Appends one. 1: it is not there. */
int netdev_image_piece(struct db *db, int64_t file, int64_t number,
                       struct buf *out, struct err *err) MUST_CHECK;
/* Of all organisations. */
int netdev_image_all(struct db *db, struct arena *arena,
                     struct netdev_images *out, struct err *err) MUST_CHECK;
/* Removes at most `limit` pieces that no image needs: how many rows went. */
int netdev_image_sweep(struct db *db, int64_t now, int64_t limit,
                       struct err *err) MUST_CHECK;

#endif
