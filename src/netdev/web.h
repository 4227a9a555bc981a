/* SPDX-License-Identifier: Apache-2.0
 *
 * A conversation with the web server of a device: the same commands and
 * answers as on its command line (session.h), carried by requests.
 *
 *   ASA, PIX, FWSM   GET /admin/exec/COMMAND, GET and POST /admin/config
 *   IOS, IOS-XE      POST /ios_web_exec/commandset, and where the image has
 *                    none GET /level/15/exec/-/COMMAND/CR
 *   IPS              POST /cgi-bin/transaction-server, GET
 *                    /cgi-bin/sdee-server
 *
 * Pure: bytes come in, go out by `send`, and time is told to it. The line is
 * somebody else's: `wants_line` asks for a new one, because many devices end it
 * behind each answer. A request that may have changed something is never sent
 * twice.
 *
 *   LOGIN ──► READY ◄──► COMMAND       any of them ──► OVER
 *
 * Who is let in is tried by reading the version. A refusal is named by its
 * cause: the user, his level (R-IOSSSL-2), the enable password that holds in
 * place of users (R-IOSSSL-4), the name of the client (R-ASA-5).
 */
#ifndef NETDEV_WEB_H
#define NETDEV_WEB_H

#include "netdev/session.h"

struct web;

enum {
    WEB_BATCH_MAX = 8 << 20, /* bytes of the lines of a batch */
};

struct web_events {
    /* The login is done; detail says as whom. */
    void (*login)(void *ctx, str detail);
    void (*ready)(void *ctx);
    void (*answer)(void *ctx, const struct session_answer *answer);
    void (*failed)(void *ctx, const char *where, const struct err *err);
    void (*finding)(void *ctx, const char *rule, str text);
    /* A line is wanted, and the one there was is of no use any more. */
    void (*wants_line)(void *ctx);
    void (*send)(void *ctx, str bytes);
};

/* session: family, user, passwords, limits and times; its functions are not
 * used. Texts are copied. */
struct web_options {
    struct session_options session;
    enum transport transport;
    str host; /* as the device is called */
    const char *user_agent;
    const struct web_events *events;
    void *ctx;
};

/* E_UNSUPPORTED when the family has no web server that is known. */
int web_new(const struct web_options *options, int64_t now_ms, struct web **out,
            struct err *err) MUST_CHECK;
/* Not from an event. */
void web_free(struct web *web);

void web_line_open(struct web *web, int64_t now_ms);
void web_line_ended(struct web *web, const struct err *why, int64_t now_ms);
void web_receive(struct web *web, str bytes, int64_t now_ms);
void web_tick(struct web *web, int64_t now_ms);
int64_t web_due_ms(const struct web *web);

bool web_is_ready(const struct web *web);
/* What the server calls itself; may be empty. */
str web_server(const struct web *web);
/* The command that goes into configuration mode, and the one that leaves it,
 * are answered without asking the device: they say what the ones between
 * are. */
int web_command(struct web *web, str command, int64_t now_ms,
                struct err *err) MUST_CHECK;
/* contact_batch() */
int web_batch(struct web *web, str lines, int64_t now_ms,
              struct err *err) MUST_CHECK;

#endif
