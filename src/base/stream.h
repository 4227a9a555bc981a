/* SPDX-License-Identifier: Apache-2.0
 *
 * Bytes in: a file, standard input or memory, decompressed on the way when
 * the first bytes are those of bzip2, gzip, xz or zstd. A stream is read once,
 * from front to back. It bounds what it gives out, so a small archive cannot
 * become an endless text: past 128 MiB an archive may not have grown more than
 * 200 times.
 */
#ifndef BASE_STREAM_H
#define BASE_STREAM_H

#include "base/str.h"

struct stream;

struct stream_limits {
    uint64_t bytes; /* of output; more is E_LIMIT */
};

/* 4 GiB: larger than every feed known, smaller than a disk. */
#define STREAM_LIMITS ((struct stream_limits){ (uint64_t)4 << 30 })

/* path "-" is standard input. Only regular files, pipes and standard input
 * are read; another kind of file is E_INVALID. NULL limits: STREAM_LIMITS. On
 * success *out belongs to the caller; stream_free() releases it. */
int stream_open(const char *path, const struct stream_limits *limits,
                struct stream **out, struct err *err) MUST_CHECK;

/* Reads bytes that the caller keeps in place; `name` is for messages. */
int stream_open_memory(str bytes, const char *name,
                       const struct stream_limits *limits, struct stream **out,
                       struct err *err) MUST_CHECK;

/* Reads at most size bytes; *out_n == 0 is the end. Errors name the file. */
int stream_read(struct stream *stream, void *bytes, size_t size, size_t *out_n,
                struct err *err) MUST_CHECK;

/* What will be read next, without taking it: at least one byte unless the
 * stream is at its end, at most STREAM_PEEK_MAX. For recognising formats. The
 * view lives until the next call. */
enum {
    STREAM_PEEK_MAX = 64 * 1024
};
int stream_peek(struct stream *stream, str *out, struct err *err) MUST_CHECK;

/* "-" is called "standard input". */
const char *stream_name(const struct stream *stream);

/* Bytes given out so far. */
uint64_t stream_bytes(const struct stream *stream);

/* Computes the SHA-256 of what is given out from now on. stream_sha256() gives
 * it, or false when it was not asked for. */
void stream_digest(struct stream *stream);
bool stream_sha256(const struct stream *stream, uint8_t out[32]);

/* Has fn called at every stream_read(), with the bytes of the file taken in so
 * far and its size, 0 when unknown. For progress. */
typedef void stream_watch_fn(void *ctx, uint64_t done, uint64_t total);
void stream_watch(struct stream *stream, stream_watch_fn *fn, void *ctx);

void stream_free(struct stream *stream);
void stream_freep(struct stream **stream);

#endif
