/* SPDX-License-Identifier: Apache-2.0
 *
 * The front process: TLS and HTTP by libmicrohttpd, three listeners in one
 * loop. The gate is the same with two other listeners, of network devices
 * that fetch, so that their old TLS and their XML are in a process without
 * the console's key and sessions (gate.c). It holds no file and no store, and
 * decides nothing: a request that has good form is sent to the core, which
 * answers.
 *
 * A request (struct asking) goes through these states; a connection is
 * suspended where it waits for the core.
 *
 *   READING ──── body complete ────► WAITING ── answer ──► ANSWERED
 *      │ body is long                   ▲
 *      ▼                                │ last piece
 *   KNOCKING ── go on ──► PASSING ──────┘
 *      │                     │ answer (a refusal)
 *      └──── answer ─────────┴──► DROPPING: the rest is read and dropped
 *   WAITING ── stream ──► STREAMING ── end ──► done
 */
#ifndef SERVER_FRONT_INT_H
#define SERVER_FRONT_INT_H

#include <gnutls/gnutls.h>
#include <microhttpd.h>

#include "base/vec.h"
#include "server/answer_int.h"
#include "server/limits.h"
#include "server/role.h"
#include "server/route.h"

enum {
    FRONT_DOORS = 5,
    FRONT_SHARDS = 64,
    ADDRESS_SLOTS = 65536,
    BODY_BYTES_A_SECOND = 4096, /* a slower body is dropped */
    BODY_GRACE_MS = 30000,
    STREAM_WAITING_MAX = 1 << 20, /* what a slow reader may leave unread */
    DROP_MAX = 64 << 20,          /* of a refused body */
    PEER_TEXT_MAX = 64,
    FINGERPRINT_HEX = 64,
};

struct front;
struct asking;

/* What a connection is at; each has a list in the order of entering. */
enum phase {
    PHASE_HEADER, /* handshake, or headers of the first request */
    PHASE_IDLE,   /* between requests */
    PHASE_BODY,
    PHASE_BUSY, /* the core's turn, or sending */
    PHASE_COUNT,
};

struct client {
    struct listener *listener;
    struct shard *shard;
    struct MHD_Connection *connection;
    gnutls_session_t session;
    struct asking *asking; /* the request it is at, or NULL */
    int fd;
    bool handshaken;
    bool starved;                /* in the handshake, nothing to read */
    bool parked;                 /* MHD does not look at it meanwhile */
    struct loop_watch *wake;     /* while parked */
    struct client *starved_next; /* in shard->starved */
    enum phase phase;
    int64_t since_ms;
    struct client *previous; /* in the list of its phase */
    struct client *next;
    struct buf uri;    /* of the newest request, as it was sent */
    uint16_t slots[2]; /* of the address, in listener->addresses */
    char peer[PEER_TEXT_MAX];
    char fingerprint[FINGERPRINT_HEX + 1]; /* "" until asked, or none */
};

struct phase_list {
    struct client *first;
    struct client *last;
    size_t n;
};

/* Resuming a connection costs MHD a look at all of its daemon's that are
 * suspended (10,000: a millisecond). So a listener's connections are dealt
 * out to many daemons, and none has many. */
struct shard {
    struct listener *listener;
    struct MHD_Daemon *daemon;
    struct loop_watch *watch;
    struct loop_watch *again; /* MHD has more to do at once */
    struct client *starved;   /* since the newest run of MHD */
};

struct listener {
    struct front *front;
    enum door door;
    struct shard shards[FRONT_SHARDS];
    size_t next_shard;
    int fd; /* that listens */
    struct loop_watch *watch;
    struct loop_watch *pause;             /* no descriptor was left */
    uint16_t (*addresses)[ADDRESS_SLOTS]; /* two counts of connections */
    uint8_t secret[16];                   /* that choose an address's slots */
    gnutls_datum_t ticket_key;
    struct buf certificate;
    struct buf key;
    struct buf authority;
    size_t connections;
    struct phase_list phases[PHASE_COUNT];
};

enum asking_state {
    ASKING_READING,
    ASKING_KNOCKING,
    ASKING_PASSING,
    ASKING_DROPPING,
    ASKING_WAITING,
    ASKING_ANSWERED,
    ASKING_STREAMING,
};

struct asking {
    struct front *front;
    struct client *client;
    struct MHD_Connection *connection;
    uint64_t id;
    enum asking_state state;
    enum method method;
    bool is_head; /* method is METHOD_GET: who answers need not know */
    bool suspended;
    bool called_again; /* after the core said go on: see pass() */
    bool blocked;      /* suspended because the channel is full */
    bool told_core;    /* the core knows of it, and is told when it goes */
    bool lost;         /* the client went while we waited */
    bool queued;       /* the response is MHD's */
    struct loop_watch *hangup; /* while suspended */
    struct buf body;
    int64_t started_ms;
    int64_t received;
    int64_t expected; /* Content-Length; -1: chunked */
    struct MHD_Response *response;
    unsigned status;
    struct buf out; /* STREAMING */
    bool ended;
};

struct front {
    struct process *process;
    struct listener listeners[FRONT_DOORS];
    VEC(struct asking *) askings; /* by the low bits of their id */
    VEC(uint32_t) free_slots;
    VEC(uint64_t) unwatched; /* suspended since the last tick */
    uint64_t lives;          /* the high bits of the next id */
    struct limits *addresses;
    struct loop_watch *tick;
    bool stopping;
    struct message_front_state counts;
    struct buf certificate; /* of the newest MESSAGE_TLS */
    struct buf key;
    struct buf authority;
};

/* front_client.c */
void client_notify(void *cls, struct MHD_Connection *connection,
                   void **socket_context,
                   enum MHD_ConnectionNotificationCode code);
/* Room for one more: of the listener and of its address. Who has not asked
 * anything makes room first. */
bool client_admit(struct listener *listener, const struct sockaddr *address);
struct client *client_of(struct MHD_Connection *connection);
void client_phase(struct client *client, enum phase phase);
/* Ends connections that are over their time. */
void clients_expire(struct listener *listener, int64_t now_ms);
str client_fingerprint(struct client *client);
/* After a run of MHD: handshakes that wait for the client are set aside. */
void clients_park(struct shard *shard);

/* front_form.c: what MHD lets through and we do not. NULL: good form. */
struct form_line {
    const char *method;
    const char *url; /* where MHD has the target */
    const char *version;
    str uri; /* the whole target, as it was sent */
};
const char *form_problem(struct MHD_Connection *connection,
                         const struct form_line *line);
str form_header(struct MHD_Connection *connection, const char *name);
/* Content-Length; -1 for chunked, 0 for none. */
int64_t form_body_size(struct MHD_Connection *connection);

/* front_http.c */
int listener_open(struct listener *listener, int fd,
                  struct err *err) MUST_CHECK;
void listener_close(struct listener *listener);
/* Lets MHD do what there is to do; now, or at the end of this round. */
void shard_soon(struct shard *shard);
void shard_run(struct shard *shard);

/* front_ask.c */
enum MHD_Result asking_handle(void *cls, struct MHD_Connection *connection,
                              const char *url, const char *method,
                              const char *version, const char *upload,
                              size_t *upload_size, void **context);
void asking_completed(void *cls, struct MHD_Connection *connection,
                      void **context, enum MHD_RequestTerminationCode code);
void asking_resume(struct asking *asking);
struct asking *asking_find(struct front *front, int64_t id);
/* Every second: who waits for long is looked after for hanging up. */
void askings_watch(struct front *front);
/* The core is there, or takes more again; it went away. */
void askings_unblock(struct front *front);
void askings_lose_core(struct front *front);

/* gate.c */
bool door_is_gate(enum door door);
/* Devices' bodies are small: true, and the asking is refused. */
bool gate_too_large(struct asking *asking);
/* The request as the core gets it: what it says, in a form of ours. Views
 * into the arena and into encoded. */
int gate_fill(struct asking *asking, struct message_request *to,
              struct arena *arena, struct buf *encoded,
              struct err *err) MUST_CHECK;

/* front_console.c: true, and a file or page of the console is the answer. */
bool asking_console(struct asking *asking);

/* front_answer.c: from the core's messages to MHD's responses. */
void answer_take(struct front *front, const struct message_answer *answer,
                 int fd);
void answer_stream(struct front *front, const struct message_stream *stream);
void answer_piece(struct front *front, const struct message_piece *piece);
void answer_end(struct front *front, int64_t id);
/* A refusal of our own; the asking is ANSWERED then. */
void answer_refuse(struct asking *asking, unsigned status, const char *detail,
                   int64_t retry_after_s);
enum MHD_Result answer_queue(struct asking *asking);
/* Takes a response over that has its headers; the asking is ANSWERED then. */
void answer_set(struct asking *asking, struct MHD_Response *response,
                unsigned status);
/* What every answer of the API's listener says to browsers: a report carries
 * its style with it, everything else comes from our files. */
enum answer_page {
    PAGE_CONSOLE,
    PAGE_REPORT,
};
void answer_security(const struct asking *asking, struct MHD_Response *response,
                     enum answer_page page);
void answer_etag(struct MHD_Response *response, str etag);
/* The response of an open stream; its reader suspends when out is empty. */
void answer_suspend(struct asking *asking);

#endif
