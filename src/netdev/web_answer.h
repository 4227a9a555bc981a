/* SPDX-License-Identifier: Apache-2.0
 *
 * One answer of a device's web server (HTTP/1.0 and 1.1): status, the few
 * header fields that matter, body. Pure; the bytes are hostile: every size is
 * bounded, and what is no HTTP is refused, not guessed. Old devices end lines
 * with a bare line feed and bodies with the connection; both are taken.
 */
#ifndef NETDEV_WEB_ANSWER_H
#define NETDEV_WEB_ANSWER_H

#include "base/buf.h"

enum {
    WEB_HEAD_MAX = 64 << 10, /* bytes before the body, chunk headers too */
    WEB_INTERIM_MAX = 8,     /* answers of 100 to 199 before the real one */
};

struct web_answer {
    unsigned status;
    struct buf head; /* fields, each with its line feed */
    struct buf body;
    bool is_closing; /* the connection is of no use after it */

    /* The rest is the reader's. */
    int state;
    unsigned interim;
    uint64_t left; /* bytes of the body or the chunk */
    size_t spent;  /* bytes of chunk headers and trailers */
    struct buf line;
};

void web_answer_init(struct web_answer *answer, size_t body_max);
void web_answer_clear(struct web_answer *answer);
void web_answer_reset(struct web_answer *answer);

/* Takes bytes up to the end of the answer. 0: there is more to come; 1: it is
 * whole, and *out_used bytes were its own; E_PARSE, E_LIMIT. */
int web_answer_feed(struct web_answer *answer, str bytes, size_t *out_used,
                    struct err *err) MUST_CHECK;
/* The connection ended: 1 when that ends the answer, else E_IO. */
int web_answer_end(struct web_answer *answer, struct err *err) MUST_CHECK;
/* Nothing of it has come. */
bool web_answer_is_empty(const struct web_answer *answer);

/* The first field of that name; STR_NONE when there is none. */
str web_answer_field(const struct web_answer *answer, str name);

#endif
