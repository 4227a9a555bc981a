/* SPDX-License-Identifier: Apache-2.0
 *
 * What the files of the network process share.
 *
 *   network.c          start, messages of the keeper, check-in
 *   network_jobs.c     the long poll
 *   network_send.c     what the keeper gives it to send
 *   network_content.c  files: packs
 *   network_renew.c    a new key and certificate
 */
#ifndef AGENT_NETWORK_INT_H
#define AGENT_NETWORK_INT_H

#include "agent/channel.h"
#include "agent/network.h"
#include "base/loop.h"
#include "base/vec.h"
#include "http/client.h"

enum {
    BACKOFF_FIRST_MS = 1000,
    BACKOFF_MAX_MS = 300000,
    HELLO_NONCE_BYTES = 16,
};

/* Something that is tried again after a failure. */
struct attempt {
    struct http_transfer *transfer; /* under way */
    struct loop_watch *timer;       /* or waiting */
    int64_t delay_ms;               /* of the last failure */
};

struct sending {
    struct attempt attempt;
    struct buf body; /* compressed */
    struct buf id;
    bool busy;
};

struct network {
    const struct options *options;
    struct loop *loop;
    struct http_client *client;
    struct channel *channel;
    int dir; /* DATA/network */
    struct arena arena;
    struct link_identity identity;
    char nonce[HELLO_NONCE_BYTES];
    bool welcome;
    struct loop_watch *beginning;
    struct buf url;        /* in use */
    struct buf policy_url; /* preferred; or empty: the identity's */
    int failures;          /* of check-ins, one after the other */
    int64_t after;         /* jobs above it are asked for */

    struct attempt checkin;
    struct buf checkin_body;
    bool checked_in;
    bool link_up;

    struct attempt poll;
    struct buf poll_url;
    VEC(str) jobs; /* of an answer, still to be given to the keeper */
    size_t job_at;
    struct arena jobs_arena;

    struct sending sending[SEND_KINDS];

    struct attempt fetch;
    struct fetch fetch_order;
    struct arena fetch_arena; /* of the order */
    size_t fetch_point;       /* the next one to ask; their number: the server
                                 is asked */
    struct buf fetch_trouble; /* what download points did wrong, for people */
    struct buf fetch_digest;
    int fetch_fd;
    uint64_t fetch_have;
    int fetch_tries;
    bool fetch_begun; /* a body arrives */

    struct attempt renew;
    struct buf renew_key;
    struct buf renew_body;
};

/* network.c */
void network_say(struct network *network, const struct message *message,
                 int fd);
/* A request to the server with our certificate; path is below the URL. */
struct http_request network_request(struct network *network, const char *path,
                                    struct buf *url);
void network_checkin(struct network *network);
void network_link(struct network *network, bool up, str text);
/* Calls fn after the failure's delay; at least min_ms. */
void attempt_later(struct network *network, struct attempt *attempt,
                   int64_t min_ms, loop_timer_fn *fn);
void attempt_cancel(struct attempt *attempt);
/* The device was refused: by status 401 or 403. */
bool is_forbidden(int64_t status);

void jobs_begin(struct network *network);
void jobs_noted(struct network *network, int64_t id);
void jobs_stop(struct network *network);
void send_begin(struct network *network, const struct message *message, int fd);
void send_stop(struct network *network);
void content_begin(struct network *network, const struct message *message);
void content_stop(struct network *network);
void renew_begin(struct network *network);
void renew_stop(struct network *network);

#endif
