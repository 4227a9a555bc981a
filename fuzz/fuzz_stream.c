/* SPDX-License-Identifier: Apache-2.0
 *
 * Archives of any bytes: the same text in large and in small pieces, and what
 * is bzip2 is taken or refused as libbz2 does.
 */
#include <bzlib.h>

#include "base/buf.h"
#include "base/stream.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum {
    TEXT_MAX = 1 << 22
};

static int read_all(str bytes, size_t piece, struct buf *out)
{
    const struct stream_limits limits = { TEXT_MAX };
    AUTO(stream_freep) struct stream *stream = NULL;
    int rc = stream_open_memory(bytes, "input", &limits, &stream, NULL);
    size_t n = 1;

    while (rc == 0 && n > 0) {
        char *p = buf_grow(out, piece);

        if (p == NULL)
            abort();
        rc = stream_read(stream, p, piece, &n, NULL);
        out->n -= piece - n;
    }
    return rc;
}

/* The bzip2 streams in bytes, and zeroes behind them, by libbz2. */
static bool unpack(str bytes, struct buf *out)
{
    while (bytes.n > 0 && bytes.p[0] != '\0') {
        bz_stream bz = { .next_in = (char *)bytes.p,
                         .avail_in = (unsigned)bytes.n };
        int rc = BZ2_bzDecompressInit(&bz, 0, 0);

        while (rc == BZ_OK) {
            unsigned before = bz.avail_in;
            char *p = buf_grow(out, 65536);

            if (p == NULL)
                break;
            bz.next_out = p;
            bz.avail_out = 65536;
            rc = BZ2_bzDecompress(&bz);
            out->n -= bz.avail_out;
            if (rc == BZ_OK && bz.avail_in == before && bz.avail_out == 65536)
                rc = BZ_UNEXPECTED_EOF;
        }
        bytes = str_sub(bytes, bytes.n - bz.avail_in, bytes.n);
        BZ2_bzDecompressEnd(&bz);
        if (rc != BZ_STREAM_END)
            return false;
    }
    for (size_t i = 0; i < bytes.n; i++)
        if (bytes.p[i] != '\0')
            return false;
    return true;
}

/* We refuse what bzip2 gave up in 1999, and read at most 18,002 selectors'
 * worth of a block, which is all that a block can have. */
static void compare(str bytes, int rc, const struct buf *text)
{
    AUTO(buf_clear) struct buf other = BUF(TEXT_MAX + 65536);
    bool taken = unpack(bytes, &other);

    if (rc == E_LIMIT || rc == E_UNSUPPORTED || other.over)
        return;
    if (taken != (rc == 0)) {
        fprintf(stderr, "we: %d, libbz2: %d\n", rc, (int)taken);
        abort();
    }
    if (taken && !str_eq(buf_str(text), buf_str(&other)))
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    AUTO(buf_clear) struct buf large = BUF(TEXT_MAX + (1 << 20));
    AUTO(buf_clear) struct buf small = BUF(TEXT_MAX + (1 << 20));
    str bytes = { (const char *)data, size };
    int rc = read_all(bytes, 1 << 18, &large);

    if (read_all(bytes, 1021, &small) != rc)
        abort();
    if (rc == 0 && !str_eq(buf_str(&large), buf_str(&small)))
        abort();
    if (size >= 4 && memcmp(data, "BZh", 3) == 0 && data[3] >= '1' &&
        data[3] <= '9')
        compare(bytes, rc, &large);
    return 0;
}
