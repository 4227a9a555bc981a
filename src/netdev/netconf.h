/* SPDX-License-Identifier: Apache-2.0
 *
 * A NETCONF session (RFC 6241, over SSH by RFC 6242): greeting, framing of
 * version 1.0 and 1.1, one request after the other. Pure: bytes come in by
 * netconf_receive(), go out by `send`, and time is told to it. libnetconf2 is
 * not used because it brings its own SSH, waits in its own threads, and cannot
 * share a loop or a sandbox with the other transports.
 *
 * Requests are commands, so that reading, archiving and changing a device is
 * the same by every transport:
 *
 *   get-config running            also candidate, startup
 *   get                           state and configuration
 *   lock candidate, unlock candidate
 *   edit-config candidate XML     the content of <config>
 *   validate candidate
 *   commit
 *   commit confirmed SECONDS      undone unless `commit` follows
 *   cancel-commit, discard-changes
 *   copy-config running startup
 *   capabilities                  what the device's greeting says
 *   <...>                         any other request, as XML
 *
 * An answer's text is the content of <data>, pretty-printed, or empty for
 * <ok/>. An <rpc-error> refuses: "error-tag: error-message".
 *
 * Some servers lose the first request of a session when it reaches them in one
 * piece with the greeting (netconfd 2.13 does when it is busy). So the first
 * one waits a moment after the greetings; and one that only reads and that not
 * one byte has answered in a third of silence_ms is asked once more, in another
 * session that `again` opens, with a longer wait.
 */
#ifndef NETDEV_NETCONF_H
#define NETDEV_NETCONF_H

#include "netdev/session.h"

struct netconf;

enum {
    NETCONF_HELLO_MAX = 1 << 20,
    NETCONF_CAPABILITIES_MAX = 10000,
    NETCONF_COMMAND_MAX = 16 << 20,
};

struct netconf_options {
    size_t answer_max;  /* 0: SESSION_ANSWER_MAX */
    int64_t silence_ms; /* 0: 60,000 */
    int64_t command_ms; /* 0: 600,000 */
    session_send_fn *send;
    session_event_fn *event; /* ready, an answer, or the end */
    /* Ends the channel and opens another one, of which netconf_reopened()
     * tells. False: that is not possible. May be NULL. */
    bool (*again)(void *ctx);
    void *ctx;
};

struct netconf *netconf_new(const struct netconf_options *options,
                            int64_t now_ms);
/* Not from an event. */
void netconf_free(struct netconf *netconf);

void netconf_receive(struct netconf *netconf, str bytes, int64_t now_ms);
void netconf_ended(struct netconf *netconf);
void netconf_reopened(struct netconf *netconf, int64_t now_ms);
void netconf_tick(struct netconf *netconf, int64_t now_ms);
int64_t netconf_due_ms(const struct netconf *netconf);

bool netconf_is_ready(const struct netconf *netconf);
/* "session 7, NETCONF 1.1"; empty before the greeting. */
str netconf_title(const struct netconf *netconf);
/* Whether the device's greeting has the capability, without its parameters. */
bool netconf_can(const struct netconf *netconf, str capability);

int netconf_command(struct netconf *netconf, str command, int64_t now_ms,
                    struct err *err) MUST_CHECK;
/* Ends the session politely. */
void netconf_bye(struct netconf *netconf);

#endif
