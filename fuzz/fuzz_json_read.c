/* SPDX-License-Identifier: Apache-2.0
 *
 * Any bytes as JSON, in pieces whose size the first byte says.
 */
#include "base/json_read.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int on_event(void *ctx, const struct json_event *event,
                    struct err *err UNUSED)
{
    size_t *seen = ctx;

    *seen += event->path.n + event->text.n;
    return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    size_t seen = 0;
    AUTO(json_read_freep)
    struct json_reader *reader = json_read_new(on_event, &seen);
    struct err err;
    size_t piece;
    int rc = 0;

    if (size == 0)
        return 0;
    piece = (size_t)data[0] + 1;
    for (size_t at = 1; rc == 0 && at < size; at += piece)
        rc = json_read_add(reader,
                           (str){ (const char *)data + at,
                                  size - at < piece ? size - at : piece },
                           &err);
    if (rc == 0)
        rc = json_read_finish(reader, &err);
    return 0;
}
