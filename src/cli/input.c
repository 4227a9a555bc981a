/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/input.h"

#include "base/stream.h"

enum {
    PIECE = 1 << 14
};

int input_read(const char *path, struct buf *out, const char **out_name,
               struct err *err)
{
    AUTO(stream_freep) struct stream *stream = NULL;
    struct stream_limits limits = { out->limit };
    char piece[PIECE];
    size_t n = 1;
    int rc = stream_open(path, &limits, &stream, err);

    *out_name = strcmp(path, "-") == 0 ? "standard input" : path;
    while (rc == 0 && n > 0) {
        rc = stream_read(stream, piece, sizeof(piece), &n, err);
        if (rc == 0)
            buf_add(out, (str){ piece, n });
    }
    return rc < 0 ? rc : buf_finish(out, *out_name, err);
}
