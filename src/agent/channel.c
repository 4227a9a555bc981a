/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/channel.h"

#include <errno.h>
#include <sys/socket.h>
#include <unistd.h>

#include "agent/disk.h"
#include "base/mem.h"

enum {
    ID_MAX = 64,
    PACKET_MAX = 65536,
    BODY_MAX = 32768,
    ROUNDS = 64, /* messages read before others of the loop have their turn */
};

struct channel {
    struct loop *loop;
    struct loop_watch *watch;
    int socket;
    enum channel_side side;
    channel_fn *fn;
    channel_end_fn *end;
    void *ctx;
    bool freed; /* inside a callback */
    bool busy;
};

enum fd_rule {
    NO_FILE,
    WITH_FILE
};

/* In the order of enum channel_type. */
static const struct row {
    int64_t type;
    const char *name;
    enum channel_side from;
    size_t body_max;
    enum fd_rule file;
} rows[] = {
    { MSG_HELLO, "hello", SIDE_NETWORK, 0, NO_FILE },
    { MSG_WELCOME, "welcome", SIDE_KEEPER, 0, NO_FILE },
    { MSG_CHECKIN_WANTED, "checkin wanted", SIDE_NETWORK, 0, NO_FILE },
    { MSG_CHECKIN, "checkin", SIDE_KEEPER, BODY_MAX, NO_FILE },
    { MSG_CHECKED_IN, "checked in", SIDE_NETWORK, BODY_MAX, NO_FILE },
    { MSG_SEND, "send", SIDE_KEEPER, 0, WITH_FILE },
    { MSG_TAKEN, "taken", SIDE_NETWORK, 0, NO_FILE },
    { MSG_NOT_TAKEN, "not taken", SIDE_NETWORK, 0, NO_FILE },
    { MSG_JOB, "job", SIDE_NETWORK, 0, WITH_FILE },
    { MSG_JOB_NOTED, "job noted", SIDE_KEEPER, 0, NO_FILE },
    { MSG_FETCH, "fetch", SIDE_KEEPER, BODY_MAX, NO_FILE },
    { MSG_CONTENT, "content", SIDE_NETWORK, 0, WITH_FILE },
    { MSG_NO_CONTENT, "no content", SIDE_NETWORK, 0, NO_FILE },
    { MSG_RENEW, "renew", SIDE_KEEPER, 0, NO_FILE },
    { MSG_RENEWED, "renewed", SIDE_NETWORK, 0, NO_FILE },
    { MSG_LINK, "link", SIDE_NETWORK, 0, NO_FILE },
    { MSG_BEGIN, "begin", SIDE_KEEPER, 0, NO_FILE },
};

static const struct wire_field message_fields[] = {
    WIRE_FIELD_I64(message, type, 1, MSG_BEGIN),
    WIRE_FIELD_I64(message, number, 0, INT64_MAX),
    WIRE_FIELD_BYTES(message, id, ID_MAX),
    WIRE_FIELD_TEXT(message, text, AGENT_TEXT_MAX),
    WIRE_FIELD_BYTES(message, body, BODY_MAX),
};
static const struct wire_shape shape_message =
    WIRE_SHAPE_OF(message, message_fields);

static const struct wire_field fetch_fields[] = {
    WIRE_FIELD_TEXT(fetch, name, AGENT_NAME_MAX),
    WIRE_FIELD_TEXT(fetch, path, JOB_URL_MAX),
    WIRE_FIELD_LIST(fetch, points, DOWNLOAD_POINTS_MAX, shape_download_point),
};
const struct wire_shape shape_fetch = WIRE_SHAPE_OF(fetch, fetch_fields);

const char *message_name(int64_t type)
{
    if (type < 1 || type > (int64_t)COUNT(rows))
        return "unknown";
    return rows[type - 1].name;
}

static int check(const struct message *message, enum channel_side from,
                 bool has_fd, struct err *err)
{
    const struct row *row = &rows[message->type - 1];

    if (row->from != from)
        return err_set(err, E_INVALID, "'%s' is not for this side to send",
                       row->name);
    if (message->body.n > row->body_max)
        return err_set(err, E_LIMIT, "the body of '%s' is too large",
                       row->name);
    if (has_fd != (row->file == WITH_FILE))
        return err_set(err, E_INVALID, "'%s' comes %s a file", row->name,
                       has_fd ? "without" : "with");
    return 0;
}

int message_read(str bytes, enum channel_side from, bool has_fd,
                 struct arena *arena, struct message *out, struct err *err)
{
    int rc = wire_read(&shape_message, bytes, arena, out, err);

    return rc < 0 ? rc : check(out, from, has_fd, err);
}

int channel_send(struct channel *channel, const struct message *message, int fd,
                 struct err *err)
{
    AUTO(buf_clear) struct buf packet = BUF(PACKET_MAX);
    union {
        struct cmsghdr header;
        char room[CMSG_SPACE(sizeof(int))];
    } control = { 0 };
    struct iovec part;
    struct msghdr msg = { .msg_iov = &part, .msg_iovlen = 1 };
    int rc = check(message, channel->side, fd >= 0, err);

    if (rc == 0)
        rc = wire_write(&shape_message, message, &packet, err);
    if (rc < 0)
        return rc;
    part = (struct iovec){ packet.p, packet.n };
    if (fd >= 0) {
        struct cmsghdr *header;

        msg.msg_control = control.room;
        msg.msg_controllen = sizeof(control.room);
        header = CMSG_FIRSTHDR(&msg);
        header->cmsg_level = SOL_SOCKET;
        header->cmsg_type = SCM_RIGHTS;
        header->cmsg_len = CMSG_LEN(sizeof(int));
        memcpy(CMSG_DATA(header), &fd, sizeof(fd));
    }
    if (sendmsg(channel->socket, &msg, MSG_NOSIGNAL | MSG_DONTWAIT) < 0)
        return err_errno(err, errno, "the channel");
    return 0;
}

/* The one file of a message, or -1; others are closed. */
static int take_file(struct msghdr *msg)
{
    int fd = -1;

    for (struct cmsghdr *at = CMSG_FIRSTHDR(msg); at != NULL;
         at = CMSG_NXTHDR(msg, at)) {
        if (at->cmsg_level != SOL_SOCKET || at->cmsg_type != SCM_RIGHTS)
            continue;
        if (fd >= 0)
            close(fd);
        memcpy(&fd, CMSG_DATA(at), sizeof(fd));
    }
    return fd;
}

static ssize_t receive(struct channel *channel, struct buf *packet, int *out_fd)
{
    union {
        struct cmsghdr header;
        char room[CMSG_SPACE(sizeof(int))];
    } control = { 0 };
    struct iovec part = { buf_grow(packet, PACKET_MAX), PACKET_MAX };
    struct msghdr msg = { .msg_iov = &part,
                          .msg_iovlen = 1,
                          .msg_control = control.room,
                          .msg_controllen = sizeof(control.room) };
    ssize_t n = recvmsg(channel->socket, &msg, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);

    *out_fd = n < 0 ? -1 : take_file(&msg);
    if (n >= 0 && (msg.msg_flags & (MSG_TRUNC | MSG_CTRUNC)) != 0) {
        fd_close(out_fd);
        *out_fd = -1;
        errno = EMSGSIZE;
        return -1;
    }
    return n;
}

/* False when there is nothing more, for now or for good. */
static bool step(struct channel *channel)
{
    AUTO(buf_clear) struct buf packet = BUF(PACKET_MAX);
    AUTO(arena_clear) struct arena arena = ARENA;
    enum channel_side from =
        channel->side == SIDE_KEEPER ? SIDE_NETWORK : SIDE_KEEPER;
    struct message message = { 0 };
    struct err err = { 0 };
    int fd = -1;
    ssize_t n = receive(channel, &packet, &fd);
    int rc;

    if (n < 0 && (errno == EAGAIN || errno == EINTR))
        return false;
    if (n <= 0) {
        (void)err_errno(&err, n < 0 ? errno : EPIPE, "the channel");
        channel->end(channel->ctx, &err);
        return false;
    }
    rc = message_read((str){ packet.p, (size_t)n }, from, fd >= 0, &arena,
                      &message, &err);
    if (rc < 0) {
        fd_close(&fd);
        channel->end(channel->ctx, &err);
        return false;
    }
    channel->fn(channel->ctx, &message, fd);
    return true;
}

static void on_ready(void *ctx, int events UNUSED)
{
    struct channel *channel = ctx;

    channel->busy = true;
    for (int i = 0; i < ROUNDS && !channel->freed; i++) {
        if (!step(channel))
            break;
    }
    channel->busy = false;
    if (channel->freed)
        channel_free(channel);
}

struct channel *channel_new(struct loop *loop, int socket,
                            enum channel_side side, channel_fn *fn,
                            channel_end_fn *end, void *ctx)
{
    struct channel *channel = mem_alloc(1, sizeof(*channel));

    channel->loop = loop;
    channel->socket = socket;
    channel->side = side;
    channel->fn = fn;
    channel->end = end;
    channel->ctx = ctx;
    channel->watch = loop_fd(loop, socket, LOOP_READ, on_ready, channel);
    return channel;
}

void channel_free(struct channel *channel)
{
    if (channel == NULL)
        return;
    if (channel->busy) {
        channel->freed = true;
        return;
    }
    loop_remove(channel->watch);
    close(channel->socket);
    mem_free(channel);
}
