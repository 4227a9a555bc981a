/* SPDX-License-Identifier: Apache-2.0
 *
 * HTTP requests, by libcurl: one interface for the agent, the command line
 * and the server's courier. TLS is always checked; nothing of the
 * environment (proxies, .netrc, cookies) takes part unless it is asked for.
 * Sizes, times and redirects are bounded.
 *
 * A client keeps connections and TLS sessions. Without a loop it blocks:
 * http_run(). With one, http_start() returns at once and calls `done` from
 * the loop, once for each request, unless it was cancelled.
 *
 * Every answer of the server is an answer, whatever its status; an error is
 * when there is none:
 *   E_IO       not reached, broken off, timed out: try again later
 *   E_PERM     a certificate does not fit
 *   E_INVALID  an address, protocol or redirect that is not permitted
 *   E_LIMIT    larger than answer_max
 */
#ifndef HTTP_CLIENT_H
#define HTTP_CLIENT_H

#include "base/buf.h"
#include "base/component.h"
#include "base/loop.h"

struct http_client;
struct http_transfer;

/* loop NULL: for http_run() only. */
struct http_client *http_client_new(struct loop *loop);
void http_client_free(struct http_client *client); /* cancels what runs */
void http_client_freep(struct http_client **client);
/* Closes idle connections: after a change of certificate. */
void http_client_reset(struct http_client *client);

struct http_answer {
    int64_t status;
    str content_type; /* empty when the header is absent or longer than 1 KiB;
                         so are the next ones */
    str etag;
    str last_modified;
    str content_range;
    str location;
    str retry_after;
    str body; /* empty with on_body */
};

struct http_request {
    const char *method; /* NULL: GET, or POST with a body */
    const char *url;
    str body; /* p NULL: none */
    const char *content_type;
    const char *const *headers; /* "Name: value", NULL-terminated, or NULL */

    str authority;   /* PEM: trusted instead of the system's; or empty */
    str certificate; /* PEM of the client, with key; or empty */
    str key;
    bool tls13;          /* refuse TLS 1.2 */
    bool plain_loopback; /* http:// is allowed, to this machine only */
    bool plain;          /* http:// is allowed */
    bool system_proxy;   /* use the proxies that the environment names */
    bool forbid_private; /* public addresses only (address.h), ... */
    str allow;           /* ... and these networks (claim 28) */
    int64_t redirects;   /* followed at most; 0: a 3xx is an answer */

    int64_t connect_ms; /* 0: 20 s */
    int64_t timeout_ms; /* of the whole; 0: 60 s */
    int64_t slow_ms;    /* broken off after so long with less than 64 bytes
                           a second; 0: never. Not for a long poll */
    size_t answer_max;  /* bytes of the body; 0: 1 MiB */
    int64_t rate;       /* bytes a second of it at most; 0: no limit */
    uint64_t from;      /* the first byte wanted (Range); ask the status */

    /* Gets the body of a 2xx answer instead of answer.body, in pieces;
     * answer has status and headers. Negative breaks off: the request ends
     * with that code and *err. */
    int (*on_body)(void *ctx, const struct http_answer *answer, str bytes,
                   struct err *err);
    /* Bytes of the body received and announced, of the final answer. */
    void (*on_progress)(void *ctx, const struct http_answer *answer,
                        uint64_t done, uint64_t total);
    void *ctx;
};

/* On success *out borrows from the client until its next request. */
int http_run(struct http_client *client, const struct http_request *request,
             struct http_answer *out, struct err *err) MUST_CHECK;

/* answer is NULL when rc < 0; it lives until done returns. done may start
 * and cancel requests, but not free the client. */
typedef void http_done_fn(void *ctx, int rc, const struct http_answer *answer,
                          const struct err *err);

/* Copies what it needs of the request, but for body, authority, certificate,
 * key and allow, which stay with the caller until the request has ended. NULL
 * with *err when the request itself is wrong. */
struct http_transfer *http_start(struct http_client *client,
                                 const struct http_request *request,
                                 http_done_fn *done, void *ctx,
                                 struct err *err);
void http_cancel(struct http_transfer *transfer); /* NULL is accepted */

/* The certificates that the server at url shows (PEM, its own first), without
 * trusting them and without sending a request: to find by its fingerprint
 * the authority that a token names. At most 64 KiB. Blocks. */
int http_chain(const char *url, int64_t timeout_ms, struct buf *out,
               struct err *err) MUST_CHECK;

/* The library it is made with, for a list of what is inside. */
void http_components(struct components *components);

#endif
