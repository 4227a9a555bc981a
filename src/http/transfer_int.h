/* SPDX-License-Identifier: Apache-2.0
 *
 * One request on its way, the same for the blocking form and the loop's.
 */
#ifndef HTTP_TRANSFER_INT_H
#define HTTP_TRANSFER_INT_H

#include <curl/curl.h>

#include "http/client.h"

enum {
    HTTP_HEADERS = 6, /* that an answer keeps */
    HTTP_HEADER_MAX = 1024,
};

struct http_client {
    struct loop *loop;
    CURL *easy;                 /* of http_run() */
    struct http_transfer *last; /* of http_run(): what *out borrows from */
    CURLM *multi;               /* of http_start() */
    struct loop_watch *timer;
    struct http_transfer *first; /* those that run */
};

struct http_transfer {
    struct http_client *client;
    struct http_transfer *next;
    struct http_transfer *before;
    CURL *easy;
    bool owns_easy;
    struct http_request request; /* its url, method and headers are copied
                                    by libcurl and not used again */
    struct curl_slist *headers;
    struct http_answer answer;
    struct buf values[HTTP_HEADERS];
    struct buf body;
    uint64_t received;
    struct err err; /* of a callback */
    http_done_fn *done;
    void *done_ctx;
    char message[CURL_ERROR_SIZE];
};

/* Prepares easy for the request. */
int transfer_new(struct http_client *client, CURL *easy,
                 const struct http_request *request, struct http_transfer **out,
                 struct err *err) MUST_CHECK;
void transfer_free(struct http_transfer *transfer);
/* What came of it; completes transfer->answer. */
int transfer_end(struct http_transfer *transfer, CURLcode code,
                 struct err *err) MUST_CHECK;

void http_multi_init(struct http_client *client);
void http_multi_reset(struct http_client *client);
void http_multi_clear(struct http_client *client);

#endif
