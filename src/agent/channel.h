/* SPDX-License-Identifier: Apache-2.0
 *
 * What keeper and network say to each other, over a pair of sockets that
 * keeps messages apart (SOCK_SEQPACKET). The table says who may send each
 * message, how large its parts are, and whether an open file comes with it;
 * anything else ends the channel. What is large travels as a file.
 *
 * The sockets outlive both processes (the supervisor keeps them), so either
 * may be restarted alone. It then finds old messages: the network drops
 * everything before the WELCOME that answers its own HELLO, and the keeper
 * begins anew at each HELLO.
 *
 *     network                          keeper
 *     HELLO nonce             -->
 *                             <--      WELCOME nonce, device, url
 *     CHECKIN_WANTED          -->
 *                             <--      CHECKIN body
 *     CHECKED_IN body         -->
 *                             <--      SEND (one of each kind at a time)
 *     TAKEN | NOT_TAKEN       -->
 *     JOB file                -->
 *                             <--      JOB_NOTED number
 *                             <--      FETCH digest, where
 *     CONTENT file | NO_CONTENT -->
 *                             <--      RENEW
 *     RENEWED                 -->
 */
#ifndef AGENT_CHANNEL_H
#define AGENT_CHANNEL_H

#include "base/arena.h"
#include "base/loop.h"
#include "proto/agent.h"

enum channel_side {
    SIDE_KEEPER = 1,
    SIDE_NETWORK = 2,
};

enum channel_type {
    MSG_HELLO = 1,
    MSG_WELCOME,
    MSG_CHECKIN_WANTED,
    MSG_CHECKIN,
    MSG_CHECKED_IN,
    MSG_SEND,
    MSG_TAKEN,
    MSG_NOT_TAKEN,
    MSG_JOB,
    MSG_JOB_NOTED,
    MSG_FETCH,
    MSG_CONTENT,
    MSG_NO_CONTENT,
    MSG_RENEW,
    MSG_RENEWED,
    MSG_LINK,
    MSG_BEGIN, /* the keeper was restarted: say HELLO */
};

/* number of SEND, TAKEN and NOT_TAKEN. */
enum send_kind {
    SEND_INVENTORY,
    SEND_RESULTS,
    SEND_EVENTS,
    SEND_PATCH_SCAN,
    SEND_PATCH_RESULTS,
    SEND_PATCH_REBOOT,
    SEND_KINDS
};

struct message {
    int64_t type;
    int64_t number; /* a kind, a job's id, a status */
    str id;         /* a nonce or digest; at most 64 bytes */
    str text;       /* for people, a device, a URL */
    str body;       /* a message of proto/agent.h, encoded */
};

/* The body of FETCH: a file by its name and, as the message's id, its SHA-256.
 * The download points are asked in order, then the server. */
struct fetch {
    str name;                /* at a download point: no '/', at most 255 */
    str path;                /* below the server's URL */
    struct wire_list points; /* struct download_point */
};
extern const struct wire_shape shape_fetch;

struct channel;

/* fd is -1 or belongs to the callback, which closes it. Texts live until it
 * returns. */
typedef void channel_fn(void *ctx, const struct message *message, int fd);
/* The channel is of no use any more: the process should end. */
typedef void channel_end_fn(void *ctx, const struct err *why);

/* The socket becomes the channel's. */
struct channel *channel_new(struct loop *loop, int socket,
                            enum channel_side side, channel_fn *fn,
                            channel_end_fn *end, void *ctx);
void channel_free(struct channel *channel);

/* fd is -1 or stays the caller's. E_IO when the other side does not take its
 * messages; E_INVALID when it is not ours to send. */
int channel_send(struct channel *channel, const struct message *message, int fd,
                 struct err *err) MUST_CHECK;

/* The check of what arrives; for the fuzzer. */
int message_read(str bytes, enum channel_side from, bool has_fd,
                 struct arena *arena, struct message *out,
                 struct err *err) MUST_CHECK;
const char *message_name(int64_t type);

#endif
