/* SPDX-License-Identifier: Apache-2.0
 *
 * What our processes say to each other: one table (message.c) with a row a
 * kind: who may send it to whom, how large, in which shape (proto/wire.h).
 * A message that is not permitted ends its sender.
 */
#ifndef SERVER_MESSAGE_H
#define SERVER_MESSAGE_H

#include "proto/wire.h"

enum role {
    ROLE_SUPERVISOR,
    ROLE_FRONT,
    ROLE_CORE,
    ROLE_SIGNER,
    ROLE_READER,
    ROLE_COURIER,
    ROLE_GATE,
    ROLE_NETDEV,
    ROLE_COUNT,
};

enum message_kind {
    /* supervisor and its children */
    MESSAGE_START,
    MESSAGE_PEER,
    MESSAGE_LISTEN,
    MESSAGE_TLS,
    MESSAGE_STOP,
    MESSAGE_READY,
    MESSAGE_LOG,
    MESSAGE_OFFENCE,
    /* core and supervisor: server/backups.h */
    MESSAGE_BACKUP,
    MESSAGE_BACKUP_DONE,
    /* front and core */
    MESSAGE_REQUEST,
    MESSAGE_BODY,
    MESSAGE_GONE,
    MESSAGE_FRONT_STATE,
    MESSAGE_GO_ON,
    MESSAGE_ANSWER,
    MESSAGE_STREAM,
    MESSAGE_PIECE,
    MESSAGE_END,
    /* core and courier (server/errand.h) */
    MESSAGE_FETCH,
    MESSAGE_LDAP,
    MESSAGE_MAIL,
    MESSAGE_WAKE,
    MESSAGE_RETURN,
    /* core and signer: server/signer.h */
    MESSAGE_SIGN,
    MESSAGE_SIGNED,
    /* core and reader */
    MESSAGE_READ,
    MESSAGE_READ_DONE,
    /* core and netdev: server/netdev_order.h */
    MESSAGE_DEVICE_ORDER,
    MESSAGE_DEVICE_GO_ON,
    MESSAGE_DEVICE_STOP,
    MESSAGE_DEVICE_RESEAL,
    MESSAGE_DEVICE_UNSEAL,
    MESSAGE_DEVICE_KEYS,
    MESSAGE_DEVICE_TOLD,
    MESSAGE_DEVICE_TOUCHED,
    MESSAGE_DEVICE_REPORT,
    MESSAGE_DEVICE_RESEALED,
    MESSAGE_DEVICE_UNSEALED,
    MESSAGE_COUNT,
};

struct message_row {
    const char *name;
    unsigned from; /* bits 1 << ROLE_x */
    unsigned to;
    size_t max; /* bytes of the encoded message */
    const struct wire_shape *shape;
    bool file; /* comes with a descriptor, or may */
};
extern const struct message_row message_rows[MESSAGE_COUNT];

struct message {
    enum message_kind kind;
    const void *value; /* a struct of the row's shape */
    struct arena *arena;
    int fd; /* -1: none */
};

bool message_may(enum message_kind kind, enum role from, enum role to);

/* --- supervisor and its children --------------------------------------- */
struct message_start {
    str config; /* the settings that the role may know, as a file's text */
    str directory;
    str clock; /* file of --clock, or empty */
};
struct message_peer {
    int64_t role; /* with a descriptor: the new link to it */
};
struct message_listen {
    int64_t door; /* enum door; with a descriptor that listens */
};
struct message_tls {
    str certificate; /* PEM of the chain */
    str key;
    str authority; /* PEM of the CA that devices' certificates are from */
};
struct message_empty {
    int64_t zero;
};
struct message_log {
    int64_t level;
    str line;
};
struct message_offence {
    int64_t role;
    str reason;
};

/* --- core and supervisor -------------------------------------------------- */
enum {
    BACKUP_PASSPHRASE_MAX = 1000,
};
struct message_backup {
    int64_t id;
    str file;       /* its name in DATA/backups */
    str passphrase; /* that seals it */
    bool check;     /* it is there: only read it back */
};
struct message_backup_done {
    int64_t id;
    int64_t code; /* 0, or enum err_code */
    str text;     /* why not */
    int64_t tables;
    int64_t rows;
    int64_t size;
};

/* --- front and core ------------------------------------------------------ */
enum {
    REQUEST_INLINE_MAX = 65536, /* a longer body follows in MESSAGE_BODY */
    REQUEST_HEADER_MAX = 8192,
    PIECE_MAX = 65536,
    ANSWER_INLINE_MAX = 262144, /* a longer one comes as a descriptor */
};
struct message_request {
    int64_t id;
    int64_t door;
    int64_t method;
    str path;
    str query;
    str content_type;
    str if_match;
    str if_none_match;
    str range;
    str accept;
    str accept_language;
    str authorization;
    str cookie;
    str host;
    str origin;
    str fetch_site;
    str mark;
    str last_event;
    str fingerprint;
    str user_agent;
    str peer;
    str body;
    bool follows;      /* the body comes later, when the core says go on */
    int64_t body_size; /* -1: not known (chunked) */
};
struct message_body {
    int64_t id;
    str bytes;
    bool last;
};
struct message_id {
    int64_t id;
};
struct message_answer {
    int64_t id;
    int64_t status;
    str content_type;
    str etag;
    str location;
    str disposition;
    str set_cookie;
    str set_cookie2;
    str allow;
    str login;
    int64_t retry_after_s;
    bool cacheable;
    bool ranges;
    str body;
    int64_t file_size; /* -1: the body is inline */
};
struct message_stream {
    int64_t id;
    str content_type;
};
struct message_piece {
    int64_t id;
    str bytes;
};
/* What only the front can count; every few seconds. */
struct message_front_state {
    int64_t connections_api;
    int64_t connections_agent;
    int64_t connections_enrol;
    int64_t accepted;
    int64_t refused_form;
    int64_t refused_rate;
    int64_t dropped_slow;
    int64_t handshakes_failed;
    int64_t waiting;
};

/* --- core and reader ------------------------------------------------------ */
enum read_kind {
    READ_OVAL, /* the answer's file is a pack */
    READ_SCAP, /* the answer's file is a struct read_benchmark */
    /* The document is a struct advisory_parcel; the answer's file is
     * advisory.data with what it adds. */
    READ_ADVISORY,
    /* The document is a struct read_device; the answer's file is a blob of
     * oval/verdicts.h, or, of a pack of SCAP, a struct read_profile. */
    READ_DEVICE,
};
struct message_read { /* with the document */
    int64_t id;
    str name; /* for messages */
    int64_t kind;
};
/* What the reader makes of SCAP content: the file of its answer. */
struct read_benchmark {
    str kind;        /* "benchmark", "tailoring" */
    str description; /* JSON of scap/describe.h */
    str document;    /* as a pack holds it: zstd, or a ZIP */
};
extern const struct wire_shape shape_read_benchmark;
/* What a network device answered, and the pack to test it with. */
enum {
    READ_DEVICE_MAX = 512 << 20, /* bytes of the document */
};
struct read_answer {
    str command;
    str text;
};
struct read_device {
    str family;
    struct wire_list answers; /* struct read_answer */
    str pack;
};
extern const struct wire_shape shape_read_device;
struct read_profile { /* as proto/scap.h has them */
    str report;
    str files;
    str text; /* what was left out; or empty */
};
extern const struct wire_shape shape_read_profile;
struct message_read_done { /* with the pack, unless code is negative */
    int64_t id;
    int64_t code;
    str text; /* what is wrong, or what was warned of first */
    int64_t warnings;
    int64_t size;
    int64_t definitions;
    str os_id; /* empty: the content does not tell */
    str os_version;
    int64_t feed_time; /* 0: not stated */
};

#endif
