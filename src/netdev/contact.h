/* SPDX-License-Identifier: Apache-2.0
 *
 * Contact with one device, on a loop: reach it, log in, run commands, hang
 * up. Many may be open on one loop; each has its own limits and times, and none
 * blocks another. Whatever the transport, the commands and answers are those
 * of the family's command line:
 *
 *   SSH, Telnet   a vty and the session on it (session.h)
 *   SSL, HTTP     requests to the device's web server (web.h); what asks
 *                 questions goes over SSH beside it (R-COM-12)
 *   NETCONF       messages on an SSH subsystem (netconf.h, its commands)
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
    /* As vty_events has them; may be NULL. */
    void (*key)(void *ctx, const struct vty_key *key);
    void (*finding)(void *ctx, const char *rule, str text);
};

/* vty.events and .ctx, and session.send, .event and .ctx, are the
 * contact's. session.family says how the device talks; session.asks_login is
 * set for Telnet. What the session's texts point at stays with the caller
 * while the contact lives. */
struct contact_options {
    struct vty_options vty;
    struct session_options session;
    /* SSL and HTTP. */
    const char *user_agent; /* R-ASA-5; NULL: "Holdfast" */
    bool wants_ssh;         /* not ready before SSH works, too (R-COM-12) */
    uint16_t ssh_port;
    str ssh_host_key;
    bool ssh_trust_first; /* vty.trust_first is of the certificate */
    const struct contact_events *events;
    void *ctx;
};

int contact_new(const struct contact_options *options, struct contact **out,
                struct err *err) MUST_CHECK;
/* Leaves the device politely when the session is idle. No event comes any
 * more. May be called from events. */
void contact_free(struct contact *contact);
void contact_freep(struct contact **contact);

/* A device that has called is known by its key: from the event `key` on the
 * contact is another's, who logs in as that says. */
struct contact_owner {
    const struct contact_events *events;
    void *ctx;
    struct vty_login login;
    int64_t silence_ms;
    int64_t command_ms;
};
void contact_hand_over(struct contact *contact,
                       const struct contact_owner *owner);

int contact_command(struct contact *contact, str command,
                    struct err *err) MUST_CHECK;
/* Whether commands of configuration mode are sent together. They are, then, by
 * contact_batch(), and an answer comes for each, all but the last with `more`.
 * With is_stopping those behind a refused one may stay without effect; they
 * have no answer then. */
bool contact_is_batched(const struct contact *contact);
int contact_batch(struct contact *contact, str lines, bool is_stopping,
                  struct err *err) MUST_CHECK;

/* The prompt, or how else the device calls itself. */
str contact_prompt(const struct contact *contact);
/* NULL before VTY_SHELL, and where there is no command line. */
const struct session *contact_session(const struct contact *contact);

#endif
