/* SPDX-License-Identifier: Apache-2.0
 *
 * The parts of images: images.c takes new ones, images_look.c makes the folder
 * what the store says.
 */
#ifndef SERVER_IMAGES_INT_H
#define SERVER_IMAGES_INT_H

#include "base/buf.h"
#include "server/images.h"

enum {
    IMAGE_PATH_MAX = 4096,
    IMAGE_PIECES = 4, /* in one go: some milliseconds */
};

/* DATA/images, which is made. */
int image_folder(const struct core *core, struct buf *out,
                 struct err *err) MUST_CHECK;
/* A name in it for a file that is not whole yet: what has such a name when a
 * server starts is of no use. */
int image_new_path(const struct core *core, struct buf *out,
                   struct err *err) MUST_CHECK;
bool image_is_new(const char *name);

/* Puts the next pieces of fd into the store, *at being how far it is: 1 while
 * there is more. */
int image_keep(struct core *core, int64_t file, int fd, int64_t *at,
               struct err *err) MUST_CHECK;

#endif
