/* SPDX-License-Identifier: Apache-2.0
 *
 * What one of the server's processes is sent by another (claim 5). The first
 * byte says who reads and who sends; the rest is what comes over the socket.
 * A message that gets through is one that this sender may send to this
 * reader, and written again it is the same frame.
 */
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "server/channel.h"

enum {
    HEADER = 8,
};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct ends {
    enum role self;
    enum role other;
    str left; /* of what was sent */
    bool closed;
};

static int on_message(void *ctx, struct message *message,
                      struct err *err UNUSED)
{
    AUTO(buf_clear) struct buf again = BUF(1 << 20);
    const struct message_row *row = &message_rows[message->kind];
    struct ends *ends = ctx;
    str frame;

    if (!message_may(message->kind, ends->other, ends->self) ||
        message->fd >= 0 ||
        wire_write(row->shape, message->value, &again, NULL) < 0)
        abort();
    frame = str_sub(ends->left, 0, HEADER + again.n);
    if (frame.n != HEADER + again.n || again.n > row->max ||
        !str_eq(str_sub(frame, HEADER, frame.n), buf_str(&again)))
        abort();
    ends->left = str_sub(ends->left, frame.n, ends->left.n);
    return 0;
}

static void on_closed(void *ctx, const char *reason UNUSED)
{
    struct ends *ends = ctx;

    ends->closed = true;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct channel_events events = { on_message, on_closed, NULL };
    AUTO(loop_freep) struct loop *loop = NULL;
    struct channel *channel;
    struct ends ends;
    int pair[2];

    if (size == 0 || size > 65536)
        return 0;
    ends = (struct ends){ .self = data[0] % ROLE_COUNT,
                          .other = data[0] / ROLE_COUNT % ROLE_COUNT,
                          .left = { (const char *)data + 1, size - 1 } };
    loop = loop_new();
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) < 0)
        abort();
    channel = channel_new(loop, pair[0], ends.self, ends.other, &events, &ends);
    if (write(pair[1], data + 1, size - 1) < 0)
        abort();
    close(pair[1]);
    for (int i = 0; i < 1000 && !ends.closed; i++)
        loop_once(loop, 10);
    if (!ends.closed)
        abort();
    channel_free(channel);
    return 0;
}
