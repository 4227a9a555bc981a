/* SPDX-License-Identifier: Apache-2.0
 *
 * Contact with one device: a vty and the session on it, on a loop. Reach
 * it, log in, run commands, hang up. Many may be open on one loop; each has
 * its own limits and times, and none blocks another.
 */
#ifndef NETDEV_CONTACT_H
#define NETDEV_CONTACT_H

#include "netdev/session.h"
#include "netdev/vty.h"

struct contact;

struct contact_events {
    /* A step of the vty is done (R-INV-4); may be NULL. */
    void (*step)(void *ctx, enum vty_step step, str detail);
    /* The session is ready for a command. */
    void (*ready)(void *ctx);
    void (*answer)(void *ctx, const struct session_answer *answer);
    /* Once, and then nothing more. `where` is the step or the state that
     * failed: "tcp", "keys", "log in", ... */
    void (*failed)(void *ctx, const char *where, const struct err *err);
};

/* vty.events and .ctx, and session.send, .event and .ctx, are the
 * contact's. session.family says how the device talks; session.asks_login is
 * set for Telnet. What the session's texts point at stays with the caller
 * while the contact lives. */
struct contact_options {
    struct vty_options vty;
    struct session_options session;
    const struct contact_events *events;
    void *ctx;
};

int contact_new(const struct contact_options *options, struct contact **out,
                struct err *err) MUST_CHECK;
/* Leaves the device politely when the session is idle. No event comes any
 * more. May be called from events. */
void contact_free(struct contact *contact);
void contact_freep(struct contact **contact);

int contact_command(struct contact *contact, str command,
                    struct err *err) MUST_CHECK;
/* NULL before VTY_SHELL. */
const struct session *contact_session(const struct contact *contact);

#endif
