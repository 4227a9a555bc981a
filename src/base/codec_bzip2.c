/* SPDX-License-Identifier: Apache-2.0 */
#include "base/codec_int.h"

#include <bzlib.h>
#include <limits.h>

#include "base/mem.h"

static bool detect(str head)
{
    return head.n >= 4 && str_starts(head, STR("BZh")) && head.p[3] >= '1' &&
           head.p[3] <= '9';
}

static int start(void **state, struct err *err)
{
    bz_stream *bz = *state;

    if (bz != NULL)
        BZ2_bzDecompressEnd(bz);
    else
        *state = bz = mem_alloc(1, sizeof(*bz));
    memset(bz, 0, sizeof(*bz));
    return BZ2_bzDecompressInit(bz, 0, 0) == BZ_OK
               ? 0
               : err_set(err, E_IO, "libbz2 does not start");
}

static int run(void *state, struct codec_io *io, struct err *err)
{
    size_t in_n = io->in_n > UINT_MAX ? UINT_MAX : io->in_n;
    size_t out_n = io->out_n > UINT_MAX ? UINT_MAX : io->out_n;
    bz_stream *bz = state;
    int rc;

    bz->next_in = (char *)io->in;
    bz->avail_in = (unsigned)in_n;
    bz->next_out = (char *)io->out;
    bz->avail_out = (unsigned)out_n;
    rc = BZ2_bzDecompress(bz);
    io->in += in_n - bz->avail_in;
    io->in_n -= in_n - bz->avail_in;
    io->out += out_n - bz->avail_out;
    io->out_n -= out_n - bz->avail_out;
    if (rc == BZ_STREAM_END)
        return CODEC_END;
    if (rc == BZ_OK)
        return CODEC_MORE;
    return err_set(err, E_PARSE, "damaged bzip2 data");
}

static void end(void *state)
{
    if (state != NULL)
        BZ2_bzDecompressEnd(state);
    mem_free(state);
}

const struct codec codec_bzip2 = { "bzip2", detect, start, run, end };
