/* SPDX-License-Identifier: Apache-2.0
 *
 * The parts of a NETCONF session: netconf.c is the session, netconf_frame.c
 * the framing, netconf_xml.c the documents.
 */
#ifndef NETDEV_NETCONF_INT_H
#define NETDEV_NETCONF_INT_H

#include "base/buf.h"
#include "base/vec.h"
#include "netdev/netconf.h"

/* RFC 6242: messages out of bytes. Both framings. */
struct netconf_frame {
    bool is_chunked;
    struct buf message;
    int state;
    uint64_t left; /* bytes of the chunk */
    unsigned digits;
};
void netconf_frame_init(struct netconf_frame *frame, size_t message_max);
void netconf_frame_clear(struct netconf_frame *frame);
/* The next byte is the first one of a line. */
void netconf_frame_reset(struct netconf_frame *frame);
/* 1: frame->message is whole, and *out_used bytes were taken; the next call
 * begins a new one. 0: there is more to come. E_PARSE, E_LIMIT. */
int netconf_frame_feed(struct netconf_frame *frame, str bytes, size_t *out_used,
                       struct err *err) MUST_CHECK;
/* Appends the message as it is sent. */
void netconf_frame_add(bool is_chunked, str message, struct buf *out);

struct netconf_hello {
    struct buf capabilities; /* one a line */
    struct buf session_id;
    size_t count;
};
int netconf_read_hello(str message, struct netconf_hello *out,
                       struct err *err) MUST_CHECK;

/* What a message is. */
enum netconf_kind {
    NETCONF_REPLY,
    NETCONF_OTHER, /* a notification */
};
struct netconf_reply {
    enum netconf_kind kind;
    struct buf id;
    struct buf text;    /* pretty */
    struct buf refusal; /* empty: none */
};
int netconf_read_reply(str message, struct netconf_reply *out,
                       struct err *err) MUST_CHECK;

/* The request that a command is. can tells what the device can. */
int netconf_write_request(const struct netconf *can, str command,
                          struct buf *out, struct err *err) MUST_CHECK;

/* Appends the content of an edit-config that makes `to` out of `from`, both as
 * netconf_pretty() writes them. */
int netconf_delta(str from, str to, struct buf *out,
                  struct err *err) MUST_CHECK;

/* Appends XML that is well-formed with each element on a line of its own. */
void netconf_pretty(str xml, struct buf *out);

#endif
