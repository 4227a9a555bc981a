/* SPDX-License-Identifier: Apache-2.0 */
#include "server/channel.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/vec.h"

enum {
    HEADER_BYTES = 8,
    READ_BYTES = 131072,
    FDS_A_READ = 16,
    FDS_WAITING_MAX = 256,
    IOV_MAX_OURS = 32,
};

struct frame {
    struct buf bytes;
    int fd;
};

struct channel {
    struct loop *loop;
    struct loop_watch *watch;
    int fd;
    enum role self;
    enum role other;
    const struct channel_events *events;
    void *ctx;
    struct buf in;
    size_t in_at; /* bytes of `in` that are done with */
    VEC(int) fds; /* received, their frames not yet */
    size_t fds_at;
    VEC(struct frame) out;
    size_t out_at;      /* frames that are sent */
    size_t out_written; /* bytes of the first one that are sent */
    size_t waiting;
    bool busy;
    bool paused;
    bool closed;
    bool in_event; /* free() waits for the end of it */
    bool freed;
};

static void ready(void *ctx, int events);

static void set_events(struct channel *channel)
{
    int events = 0;

    if (channel->closed)
        return;
    if (!channel->paused)
        events |= LOOP_READ;
    if (channel->waiting > 0)
        events |= LOOP_WRITE;
    loop_fd_events(channel->watch, events);
}

struct channel *channel_new(struct loop *loop, int fd, enum role self,
                            enum role other,
                            const struct channel_events *events, void *ctx)
{
    struct channel *channel = mem_alloc(1, sizeof(*channel));

    fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK);
    fcntl(fd, F_SETFD, FD_CLOEXEC);
    channel->loop = loop;
    channel->fd = fd;
    channel->self = self;
    channel->other = other;
    channel->events = events;
    channel->ctx = ctx;
    channel->in = BUF_INIT(64 << 20);
    channel->watch = loop_fd(loop, fd, LOOP_READ, ready, channel);
    return channel;
}

static void frame_clear(struct frame *frame)
{
    buf_clear(&frame->bytes);
    if (frame->fd >= 0)
        close(frame->fd);
    frame->fd = -1;
}

static void release(struct channel *channel)
{
    for (size_t i = channel->out_at; i < channel->out.n; i++)
        frame_clear(&channel->out.p[i]);
    for (size_t i = channel->fds_at; i < channel->fds.n; i++)
        close(channel->fds.p[i]);
    vec_clear(&channel->out);
    vec_clear(&channel->fds);
    buf_clear(&channel->in);
    mem_free(channel);
}

static void shut(struct channel *channel)
{
    if (channel->closed)
        return;
    channel->closed = true;
    loop_remove(channel->watch);
    close(channel->fd);
}

static void flush(struct channel *channel);

void channel_free(struct channel *channel)
{
    if (channel == NULL)
        return;
    if (!channel->closed && !channel->freed)
        flush(channel);
    shut(channel);
    channel->freed = true;
    if (!channel->in_event)
        release(channel);
}

static void lost(struct channel *channel, const char *reason)
{
    if (channel->closed)
        return;
    shut(channel);
    if (!channel->freed)
        channel->events->closed(channel->ctx, reason);
}

/* --- writing ------------------------------------------------------------- */

/* The frames from the first that is not sent; only the first of a call may
 * carry a descriptor, which goes with its first byte. */
static int gather(struct channel *channel, struct iovec *iov, int *out_fd)
{
    int n = 0;

    *out_fd = -1;
    for (size_t i = channel->out_at; i < channel->out.n && n < IOV_MAX_OURS;
         i++) {
        struct frame *frame = &channel->out.p[i];
        size_t skip = n == 0 ? channel->out_written : 0;

        if (n > 0 && frame->fd >= 0)
            break;
        if (n == 0)
            *out_fd = frame->fd;
        iov[n].iov_base = frame->bytes.p + skip;
        iov[n++].iov_len = frame->bytes.n - skip;
    }
    return n;
}

static ssize_t put(struct channel *channel)
{
    union {
        struct cmsghdr align;
        char space[CMSG_SPACE(sizeof(int))];
    } control = { 0 };
    struct iovec iov[IOV_MAX_OURS];
    struct msghdr message = { .msg_iov = iov };
    int fd;

    message.msg_iovlen = (size_t)gather(channel, iov, &fd);
    if (fd >= 0) {
        struct cmsghdr *header;

        message.msg_control = control.space;
        message.msg_controllen = sizeof(control.space);
        header = CMSG_FIRSTHDR(&message);
        header->cmsg_level = SOL_SOCKET;
        header->cmsg_type = SCM_RIGHTS;
        header->cmsg_len = CMSG_LEN(sizeof(int));
        memcpy(CMSG_DATA(header), &fd, sizeof(int));
    }
    return sendmsg(channel->fd, &message, MSG_NOSIGNAL | MSG_DONTWAIT);
}

static void written(struct channel *channel, size_t n)
{
    struct frame *first = &channel->out.p[channel->out_at];

    /* The descriptor went with the first byte. */
    if (first->fd >= 0)
        close(first->fd);
    first->fd = -1;
    channel->waiting -= n;
    while (n > 0) {
        struct frame *frame = &channel->out.p[channel->out_at];
        size_t left = frame->bytes.n - channel->out_written;

        if (n < left) {
            channel->out_written += n;
            return;
        }
        n -= left;
        frame_clear(frame);
        channel->out_at++;
        channel->out_written = 0;
    }
    if (channel->out_at == channel->out.n)
        channel->out_at = channel->out.n = 0;
}

static void flush(struct channel *channel)
{
    while (channel->out_at < channel->out.n) {
        ssize_t n = put(channel);

        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return; /* full, or gone: reading tells */
        written(channel, (size_t)n);
    }
}

/* Sent frames at the front are given up in one piece, now and then. */
static void compact(struct channel *channel)
{
    if (channel->out_at < 1024)
        return;
    memmove(channel->out.p, channel->out.p + channel->out_at,
            (channel->out.n - channel->out_at) * sizeof(*channel->out.p));
    channel->out.n -= channel->out_at;
    channel->out_at = 0;
}

static int encode(struct channel *channel, enum message_kind kind,
                  const void *value, bool file, struct buf *out,
                  struct err *err)
{
    const struct message_row *row = &message_rows[kind];
    uint8_t *header;
    uint32_t length;
    int rc;

    assert(message_may(kind, channel->self, channel->other));
    *out = BUF_INIT(HEADER_BYTES + row->max);
    header = buf_grow(out, HEADER_BYTES);
    memset(header, 0, HEADER_BYTES);
    rc = wire_write(row->shape, value, out, err);
    if (rc == 0)
        rc = buf_finish(out, row->name, err);
    if (rc < 0) {
        buf_clear(out);
        return rc;
    }
    length = (uint32_t)(out->n - HEADER_BYTES);
    memcpy(out->p, &length, sizeof(length));
    out->p[4] = (char)kind;
    out->p[5] = file ? 1 : 0;
    return 0;
}

int channel_send(struct channel *channel, enum message_kind kind,
                 const void *value, int fd, struct err *err)
{
    struct buf bytes;
    struct frame *frame;
    bool first = channel->waiting == 0;
    int rc;

    if (channel->closed)
        rc = err_set(err, E_IO, "the other process is gone");
    else if (channel->waiting > CHANNEL_WAITING_MAX)
        rc = err_set(err, E_LIMIT, "the other process does not read");
    else
        rc = encode(channel, kind, value, fd >= 0, &bytes, err);
    if (rc < 0) {
        if (fd >= 0)
            close(fd);
        return rc;
    }
    compact(channel);
    frame = vec_push(&channel->out);
    frame->bytes = bytes;
    frame->fd = fd;
    channel->waiting += bytes.n;
    if (first)
        flush(channel);
    if (channel->waiting > CHANNEL_BUSY)
        channel->busy = true;
    if (first && channel->waiting > 0)
        set_events(channel);
    return 0;
}

size_t channel_waiting(const struct channel *channel)
{
    return channel->waiting;
}

void channel_pause(struct channel *channel, bool paused)
{
    channel->paused = paused;
    set_events(channel);
}

/* --- reading ------------------------------------------------------------- */

static int keep_fds(struct channel *channel, struct msghdr *message)
{
    for (struct cmsghdr *header = CMSG_FIRSTHDR(message); header != NULL;
         header = CMSG_NXTHDR(message, header)) {
        size_t n;

        if (header->cmsg_level != SOL_SOCKET || header->cmsg_type != SCM_RIGHTS)
            continue;
        n = (header->cmsg_len - CMSG_LEN(0)) / sizeof(int);
        for (size_t i = 0; i < n; i++)
            memcpy(vec_push(&channel->fds), CMSG_DATA(header) + i * sizeof(int),
                   sizeof(int));
    }
    return (message->msg_flags & MSG_CTRUNC) != 0 ||
                   channel->fds.n - channel->fds_at > FDS_WAITING_MAX
               ? -1
               : 0;
}

/* 1: something was read; 0: nothing there; negative: the other is gone. */
static int fill(struct channel *channel, const char **out_reason)
{
    union {
        struct cmsghdr align;
        char space[CMSG_SPACE(FDS_A_READ * sizeof(int))];
    } control;
    struct iovec iov;
    struct msghdr message = { .msg_iov = &iov,
                              .msg_iovlen = 1,
                              .msg_control = control.space,
                              .msg_controllen = sizeof(control.space) };
    ssize_t n;

    iov.iov_base = buf_grow(&channel->in, READ_BYTES);
    iov.iov_len = READ_BYTES;
    n = recvmsg(channel->fd, &message, MSG_CMSG_CLOEXEC | MSG_DONTWAIT);
    channel->in.n -= READ_BYTES - (n > 0 ? (size_t)n : 0);
    if (n > 0 && keep_fds(channel, &message) == 0)
        return 1;
    if (n > 0)
        *out_reason = "it sends more descriptors than messages";
    return n < 0 && (errno == EAGAIN || errno == EINTR) ? 0 : E_IO;
}

static int take_fd(struct channel *channel, struct err *err)
{
    int fd;

    if (channel->fds_at >= channel->fds.n)
        return err_set(err, E_INVALID, "a descriptor is missing");
    fd = channel->fds.p[channel->fds_at++];
    if (channel->fds_at == channel->fds.n)
        channel->fds_at = channel->fds.n = 0;
    return fd;
}

static int deliver(struct channel *channel, unsigned kind, bool file,
                   str payload, struct err *err)
{
    AUTO(arena_clear) struct arena arena = ARENA;
    const struct message_row *row = &message_rows[kind];
    struct message message = { .kind = kind, .arena = &arena, .fd = -1 };
    void *value = arena_alloc(&arena, 1, row->shape->size);
    int rc;

    if (file) {
        message.fd = take_fd(channel, err);
        if (message.fd < 0)
            return message.fd;
    }
    rc = wire_read(row->shape, payload, &arena, value, err);
    message.value = value;
    if (rc == 0)
        rc = channel->events->message(channel->ctx, &message, err);
    if (message.fd >= 0)
        close(message.fd);
    return rc < 0 ? err_wrap(err, rc, "message '%s'", row->name) : 0;
}

/* 1: a frame was delivered; 0: there is none yet. */
static int next_frame(struct channel *channel, struct err *err)
{
    str in = str_sub(buf_str(&channel->in), channel->in_at, SIZE_MAX);
    const struct message_row *row;
    uint32_t length;
    unsigned kind;
    int rc;

    if (in.n < HEADER_BYTES)
        return 0;
    memcpy(&length, in.p, sizeof(length));
    kind = (uint8_t)in.p[4];
    if (kind >= MESSAGE_COUNT ||
        !message_may(kind, channel->other, channel->self))
        return err_set(err, E_PERM, "message %u is not permitted", kind);
    row = &message_rows[kind];
    if (length > row->max || in.p[6] != 0 || in.p[7] != 0 ||
        (uint8_t)in.p[5] > (row->file ? 1 : 0))
        return err_set(err, E_LIMIT, "message '%s' of %u bytes, at most %zu",
                       row->name, length, row->max);
    if (in.n < HEADER_BYTES + length)
        return 0;
    channel->in_at += HEADER_BYTES + length;
    rc = deliver(channel, kind, in.p[5] != 0, str_sub(in, HEADER_BYTES, length),
                 err);
    return rc < 0 ? rc : 1;
}

static void tidy(struct channel *channel)
{
    size_t left = channel->in.n - channel->in_at;

    if (channel->in_at > 0 && left > 0)
        memmove(channel->in.p, channel->in.p + channel->in_at, left);
    channel->in.n = left;
    channel->in_at = 0;
    if (left == 0 && channel->in.cap > 4 * READ_BYTES)
        buf_clear(&channel->in);
}

static void receive(struct channel *channel)
{
    struct err err = { 0 };
    const char *reason = NULL;
    int got = fill(channel, &reason);
    int rc = 1;

    while (rc > 0 && !channel->closed)
        rc = next_frame(channel, &err);
    if (channel->closed)
        return;
    tidy(channel);
    if (rc < 0)
        lost(channel, err_text(&err));
    else if (got < 0)
        lost(channel, reason);
}

static void ready(void *ctx, int events)
{
    struct channel *channel = ctx;

    channel->in_event = true;
    if ((events & LOOP_WRITE) != 0)
        flush(channel);
    if ((events & (LOOP_READ | LOOP_HANGUP)) != 0 && !channel->paused)
        receive(channel);
    if (!channel->closed && channel->waiting == 0)
        set_events(channel);
    if (!channel->closed && channel->busy && channel->waiting == 0) {
        channel->busy = false;
        if (channel->events->drained != NULL)
            channel->events->drained(channel->ctx);
    }
    channel->in_event = false;
    if (channel->freed)
        release(channel);
}

int channel_wait(struct channel *channel, int64_t timeout_ms, struct err *err)
{
    struct pollfd poll_fd = { channel->fd, POLLIN, 0 };
    bool gone;

    if (channel->closed)
        return err_set(err, E_IO, "the other process is gone");
    assert(!channel->in_event && timeout_ms <= INT32_MAX);
    if (channel->waiting > 0)
        poll_fd.events |= POLLOUT;
    if (poll(&poll_fd, 1, (int)timeout_ms) <= 0)
        return err_set(err, E_IO, "the other process does not answer");
    channel->in_event = true;
    if ((poll_fd.revents & POLLOUT) != 0)
        flush(channel);
    if ((poll_fd.revents & (POLLIN | POLLHUP | POLLERR)) != 0)
        receive(channel);
    channel->in_event = false;
    if (!channel->closed)
        set_events(channel);
    gone = channel->closed;
    if (channel->freed)
        release(channel);
    return gone ? err_set(err, E_IO, "the other process is gone") : 0;
}
