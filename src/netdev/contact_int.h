/* SPDX-License-Identifier: Apache-2.0
 *
 * The parts of a contact: contact.c has the vty and passes on what happens,
 * contact_web.c the requests over HTTPS and the SSH beside them.
 */
#ifndef NETDEV_CONTACT_INT_H
#define NETDEV_CONTACT_INT_H

#include "base/buf.h"
#include "netdev/contact.h"
#include "netdev/netconf.h"
#include "netdev/web.h"

/* SSH beside HTTPS: a contact of its own, made when it is wanted first. */
struct leg {
    struct contact *contact;
    bool is_ready;
    bool in_config;     /* the command is one of configuration mode */
    struct buf command; /* that runs or is to run; empty: none */
    unsigned step;      /* enter, the command, leave */
    struct buf text;    /* its answer, kept until it is left */
    struct buf refusal;
    unsigned questions;
};

struct contact {
    struct contact_options options;
    struct vty *vty;
    struct session *session; /* one of these three */
    struct web *web;
    struct netconf *netconf;
    struct loop_watch *timer;
    bool over;     /* failed was told, or it is to be released */
    bool released; /* when the outermost event has returned */
    unsigned depth;

    /* HTTPS: lines come and go; the first one is told. */
    bool is_opened;
    char pin[VTY_KEY_TEXT_MAX];
    struct leg leg;
    struct buf batch; /* contact_batch()'s lines */
    size_t batch_at;
    bool is_batch;
    bool is_stopping;
};

void contact_enter(struct contact *c);
void contact_leave(struct contact *c);
void contact_fail(struct contact *c, const char *where, const struct err *err);
int contact_open(struct contact *c, struct err *err) MUST_CHECK;

int contact_web_new(struct contact *c, struct err *err) MUST_CHECK;
void contact_web_free(struct contact *c);
int contact_web_command(struct contact *c, str command,
                        struct err *err) MUST_CHECK;
int contact_web_batch(struct contact *c, str lines, bool is_stopping,
                      struct err *err) MUST_CHECK;

#endif
