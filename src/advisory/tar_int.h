/* SPDX-License-Identifier: Apache-2.0
 *
 * The regular files of a tar archive (ustar, GNU, pax), in its order, from a
 * stream. Links, devices and folders are passed over: nothing is written
 * anywhere.
 */
#ifndef ADVISORY_TAR_INT_H
#define ADVISORY_TAR_INT_H

#include "base/buf.h"
#include "base/stream.h"

enum {
    TAR_BLOCK = 512,
    TAR_NAME_MAX = 4096,
    TAR_FILES_MAX = 1 << 20,
};

struct tar {
    struct stream *stream;
    struct buf name; /* of the file that tar_next() found */
    uint64_t size;
    uint64_t left; /* of it, and of what fills its last block */
    unsigned files;
};

#define TAR(s)                                                                 \
    {                                                                          \
        (s), BUF(TAR_NAME_MAX), 0, 0, 0                                        \
    }

bool tar_is(str head);
/* 0: there is a file; 1: there is none more. */
int tar_next(struct tar *tar, struct err *err) MUST_CHECK;
/* Appends the file to *out, whose limit bounds it. */
int tar_read(struct tar *tar, struct buf *out, struct err *err) MUST_CHECK;
void tar_clear(struct tar *tar);

#endif
