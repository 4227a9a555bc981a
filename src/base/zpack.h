/* SPDX-License-Identifier: Apache-2.0
 *
 * Small things compressed whole, by libzstd: messages and stored blobs. For
 * files and feeds there is stream.h.
 *
 * A frame must state the size of what is in it, and that size is checked
 * against the limit of the output before a byte is decompressed, so a small
 * body cannot become a large text.
 */
#ifndef BASE_ZPACK_H
#define BASE_ZPACK_H

#include "base/buf.h"

enum {
    ZPACK_LEVEL = 3
};

/* Appends one frame. E_LIMIT past the limit of *out. */
int zpack_make(str bytes, struct buf *out, struct err *err) MUST_CHECK;
/* Appends what the one frame holds. E_PARSE when bytes are not exactly one
 * frame that states its size, E_LIMIT when that passes the limit of *out. */
int zpack_open(str bytes, struct buf *out, struct err *err) MUST_CHECK;

#endif
