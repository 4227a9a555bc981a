/* SPDX-License-Identifier: Apache-2.0
 *
 * The files of images for devices that fetch (fleet/netdev_image.h), in
 * DATA/images: ORG-SHA256. They are copies of what the store has in pieces, so
 * that a backup has them and each server of a cluster gets its own. A large one
 * is read, kept and brought piece by piece between other work of the core, so
 * that it keeps nobody waiting.
 *
 *   image_take() ─► digests ─► pieces into the store ─► done: the row ─► file
 *   images_look(): rows without a file ─► pieces out of the store ─► file
 */
#ifndef SERVER_IMAGES_H
#define SERVER_IMAGES_H

#include "server/core.h"

enum {
    IMAGE_MAX = 1 << 30,
    IMAGE_RETRY_S = 30, /* until it is on this server */
};

/* The path of an image's file. */
void image_path(const struct core *core, int64_t org, str sha256,
                struct buf *out);
/* A descriptor of it, the caller's. E_ABSENT. */
int image_open(const struct core *core, int64_t org, str sha256,
               struct err *err) MUST_CHECK;

struct image_taken {
    str md5; /* hexadecimal; until done returns */
    str sha256;
    int64_t size;
};
/* rc < 0: *err says why. Else what it does not note as an image
 * (netdev_image_add) is removed when it has returned. */
typedef void image_done(void *ctx, int rc, const struct image_taken *taken,
                        const struct err *err);

struct image_order {
    int64_t org;
    int fd;  /* the bytes; it is closed in the end */
    str md5; /* that it must have, or empty; until done returns */
    image_done *done;
    void *ctx;
};
/* done is never called before this returns; when this fails it is not
 * called. */
int image_take(struct core *core, const struct image_order *order,
               struct err *err) MUST_CHECK;

/* What a server does about its files: begun at its start, when another server
 * says that there are others, and when one that is wanted is not here. Files
 * without an image are removed, images without a file are brought, and files
 * that the store lacks (of older versions) are put there. */
struct images;
struct images *images_new(struct core *core);
void images_free(struct images *images);
void images_look(struct core *core);

#endif
