/* SPDX-License-Identifier: Apache-2.0 */
#include "base/codec_int.h"

#include <zstd.h>

/* 128 MiB, what `zstd --ultra -22` writes; -19 writes 8. */
enum {
    WINDOW_LOG_MAX = 27
};

/* A frame, or a skippable frame as parallel compressors write it. */
static bool detect(str head)
{
    return str_starts(head, STR("\x28\xB5\x2F\xFD")) ||
           (head.n >= 4 && ((unsigned char)head.p[0] & 0xF0) == 0x50 &&
            memcmp(head.p + 1, "\x2A\x4D\x18", 3) == 0);
}

static int start(void **state, struct err *err)
{
    ZSTD_DCtx *zstd = *state;

    if (zstd == NULL)
        *state = zstd = ZSTD_createDCtx();
    if (zstd == NULL)
        return err_set(err, E_IO, "libzstd does not start");
    ZSTD_DCtx_reset(zstd, ZSTD_reset_session_only);
    if (ZSTD_isError(
            ZSTD_DCtx_setParameter(zstd, ZSTD_d_windowLogMax, WINDOW_LOG_MAX)))
        return err_set(err, E_IO, "libzstd does not start");
    return 0;
}

static int run(void *state, struct codec_io *io, struct err *err)
{
    ZSTD_inBuffer in = { io->in, io->in_n, 0 };
    ZSTD_outBuffer out = { io->out, io->out_n, 0 };
    size_t left = ZSTD_decompressStream(state, &out, &in);

    io->in += in.pos;
    io->in_n -= in.pos;
    io->out += out.pos;
    io->out_n -= out.pos;
    if (ZSTD_isError(left))
        return err_set(err, E_PARSE, "damaged zstd data (%s)",
                       ZSTD_getErrorName(left));
    return left == 0 ? CODEC_END : CODEC_MORE;
}

static void end(void *state)
{
    ZSTD_freeDCtx(state);
}

const struct codec codec_zstd = { "zstd", detect, start, run, end };
