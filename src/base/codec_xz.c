/* SPDX-License-Identifier: Apache-2.0 */
#include "base/codec_int.h"

#include <lzma.h>

#include "base/mem.h"

/* What `xz -9` needs is 65 MiB; the file decides how much is really used. */
static const uint64_t memory_max = (uint64_t)100 << 20;

static bool detect(str head)
{
    return str_starts(head, (str){ "\xFD"
                                   "7zXZ\0",
                                   6 });
}

static int start(void **state, struct err *err)
{
    lzma_stream *lzma = *state;

    if (lzma == NULL) {
        *state = lzma = mem_alloc(1, sizeof(*lzma));
        *lzma = (lzma_stream)LZMA_STREAM_INIT;
    }
    return lzma_stream_decoder(lzma, memory_max, LZMA_TELL_UNSUPPORTED_CHECK) ==
                   LZMA_OK
               ? 0
               : err_set(err, E_IO, "liblzma does not start");
}

static int run(void *state, struct codec_io *io, struct err *err)
{
    lzma_stream *lzma = state;
    lzma_ret rc;

    lzma->next_in = io->in;
    lzma->avail_in = io->in_n;
    lzma->next_out = io->out;
    lzma->avail_out = io->out_n;
    rc = lzma_code(lzma, LZMA_RUN);
    io->in = lzma->next_in;
    io->in_n = lzma->avail_in;
    io->out = lzma->next_out;
    io->out_n = lzma->avail_out;
    switch (rc) {
    case LZMA_OK:
    case LZMA_BUF_ERROR:
        return CODEC_MORE;
    case LZMA_STREAM_END:
        return CODEC_END;
    case LZMA_MEMLIMIT_ERROR:
        return err_set(err, E_LIMIT,
                       "xz data that needs more than %llu MiB of memory",
                       (unsigned long long)(memory_max >> 20));
    case LZMA_OPTIONS_ERROR:
    case LZMA_UNSUPPORTED_CHECK:
        return err_set(err, E_UNSUPPORTED,
                       "xz data of a kind that liblzma does not know");
    default:
        return err_set(err, E_PARSE, "damaged xz data");
    }
}

static void end(void *state)
{
    if (state != NULL)
        lzma_end(state);
    mem_free(state);
}

const struct codec codec_xz = { "xz", detect, start, run, end };
