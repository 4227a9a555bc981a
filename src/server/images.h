/* SPDX-License-Identifier: Apache-2.0
 *
 * The files of images for devices that fetch (fleet/netdev_image.h), in
 * DATA/images: ORG-SHA256. A new one is read piece by piece between other
 * work of the core, so that a large one keeps nobody waiting.
 *
 *   image_take() ─► a piece ─► ... ─► done: the file is there under its digest
 */
#ifndef SERVER_IMAGES_H
#define SERVER_IMAGES_H

#include "server/core.h"

enum {
    IMAGE_MAX = 1 << 30,
};

/* The path of an image's file. */
void image_path(const struct core *core, int64_t org, str sha256,
                struct buf *out);
/* A descriptor of it, the caller's. E_ABSENT. */
int image_open(const struct core *core, int64_t org, str sha256,
               struct err *err) MUST_CHECK;
void image_remove(const struct core *core, int64_t org, str sha256);

struct image_taken {
    str md5; /* hexadecimal; until done returns */
    str sha256;
    int64_t size;
};
/* rc < 0: *err says why, and there is no file. */
typedef void image_done(void *ctx, int rc, const struct image_taken *taken,
                        const struct err *err);

/* Takes the bytes of fd over, which is closed in the end. done is never called
 * before this returns; when this fails it is not called. */
int image_take(struct core *core, int64_t org, int fd, image_done *done,
               void *ctx, struct err *err) MUST_CHECK;

#endif
