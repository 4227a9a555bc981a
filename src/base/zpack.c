/* SPDX-License-Identifier: Apache-2.0 */
#include "base/zpack.h"

#include <zstd.h>

int zpack_make(str bytes, struct buf *out, struct err *err)
{
    size_t before = out->n;
    size_t bound = ZSTD_compressBound(bytes.n);
    size_t room = out->limit - out->n;
    void *at = buf_grow(out, bound < room ? bound : room);
    size_t n;

    if (at == NULL)
        return buf_finish(out, "compressed data", err);
    n = ZSTD_compress(at, out->n - before, bytes.p, bytes.n, ZPACK_LEVEL);
    if (ZSTD_isError(n)) {
        out->n = before;
        return err_set(err, E_LIMIT, "does not fit in %zu bytes compressed",
                       room);
    }
    out->n = before + n;
    return 0;
}

int zpack_open(str bytes, struct buf *out, struct err *err)
{
    unsigned long long size = ZSTD_getFrameContentSize(bytes.p, bytes.n);
    size_t before = out->n;
    size_t n;
    void *at;

    if (size == ZSTD_CONTENTSIZE_ERROR || size == ZSTD_CONTENTSIZE_UNKNOWN)
        return err_set(err, E_PARSE, "is not a zstd frame of a stated size");
    if (ZSTD_findFrameCompressedSize(bytes.p, bytes.n) != bytes.n)
        return err_set(err, E_PARSE, "is not exactly one zstd frame");
    if (size > out->limit - out->n)
        return err_set(err, E_LIMIT, "holds %llu bytes, more than %zu", size,
                       out->limit - out->n);
    at = buf_grow(out, (size_t)size);
    if (at == NULL)
        return buf_finish(out, "decompressed data", err);
    n = ZSTD_decompress(at, (size_t)size, bytes.p, bytes.n);
    if (ZSTD_isError(n) || n != size) {
        out->n = before;
        return err_set(err, E_PARSE, "damaged zstd data (%s)",
                       ZSTD_isError(n) ? ZSTD_getErrorName(n) : "short");
    }
    return 0;
}
