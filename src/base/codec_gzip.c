/* SPDX-License-Identifier: Apache-2.0 */
#include "base/codec_int.h"

#include <limits.h>
#include <zlib.h>

#include "base/mem.h"

static bool detect(str head)
{
    return str_starts(head, STR("\x1F\x8B"));
}

static int start(void **state, struct err *err)
{
    z_stream *z = *state;
    int rc;

    if (z != NULL) {
        rc = inflateReset(z);
    } else {
        *state = z = mem_alloc(1, sizeof(*z));
        rc = inflateInit2(z, 15 + 16);
    }
    return rc == Z_OK ? 0 : err_set(err, E_IO, "zlib does not start");
}

static int run(void *state, struct codec_io *io, struct err *err)
{
    size_t in_n = io->in_n > UINT_MAX ? UINT_MAX : io->in_n;
    size_t out_n = io->out_n > UINT_MAX ? UINT_MAX : io->out_n;
    z_stream *z = state;
    int rc;

    z->next_in = (z_const Bytef *)io->in;
    z->avail_in = (uInt)in_n;
    z->next_out = io->out;
    z->avail_out = (uInt)out_n;
    rc = inflate(z, Z_NO_FLUSH);
    io->in += in_n - z->avail_in;
    io->in_n -= in_n - z->avail_in;
    io->out += out_n - z->avail_out;
    io->out_n -= out_n - z->avail_out;
    if (rc == Z_STREAM_END)
        return CODEC_END;
    if (rc == Z_OK || rc == Z_BUF_ERROR)
        return CODEC_MORE;
    return err_set(err, E_PARSE, "damaged gzip data (%s)",
                   z->msg == NULL ? "unknown reason" : z->msg);
}

static void end(void *state)
{
    if (state != NULL)
        inflateEnd(state);
    mem_free(state);
}

const struct codec codec_gzip = { "gzip", detect, start, run, end };
