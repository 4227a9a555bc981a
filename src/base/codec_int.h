/* SPDX-License-Identifier: Apache-2.0
 *
 * What stream.c asks of a decompressor. One member (a gzip member, an xz
 * stream, a zstd frame) is decoded from start() to CODEC_END; an archive is a
 * sequence of members (bzip2 has a decoder of its own, bunzip_int.h). Decoders
 * hold bounded memory whatever the input says, and never see the file.
 */
#ifndef BASE_CODEC_INT_H
#define BASE_CODEC_INT_H

#include "base/str.h"

/* run() takes bytes off the front of in and puts bytes at out. */
struct codec_io {
    const uint8_t *in;
    size_t in_n;
    uint8_t *out;
    size_t out_n; /* room left */
};

enum {
    CODEC_MORE = 0, /* wants more input or more room */
    CODEC_END = 1,  /* the member is whole, its checksum right */
    CODEC_MAGIC_MAX = 6,
};

struct codec {
    const char *name; /* "gzip": for messages */
    bool (*detect)(str head);
    /* *state is NULL at first, and what an earlier member left later. */
    int (*start)(void **state, struct err *err);
    int (*run)(void *state, struct codec_io *io, struct err *err);
    void (*free)(void *state);
};

extern const struct codec codec_gzip;
extern const struct codec codec_xz;
extern const struct codec codec_zstd;

#endif
