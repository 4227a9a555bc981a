/* SPDX-License-Identifier: Apache-2.0
 *
 * Requests in a loop: libcurl's multi interface says which sockets and which
 * timer it waits for, and is told what happened to them. A transfer ends in
 * sweep(), never inside of libcurl, so that `done` may do anything.
 */
#include "base/mem.h"
#include "http/transfer_int.h"

/* What libcurl remembers of a socket. */
struct socket_watch {
    struct http_client *client;
    struct loop_watch *watch;
    curl_socket_t fd;
};

static void list_remove(struct http_transfer *transfer)
{
    struct http_client *client = transfer->client;

    if (transfer->before != NULL)
        transfer->before->next = transfer->next;
    else
        client->first = transfer->next;
    if (transfer->next != NULL)
        transfer->next->before = transfer->before;
}

static void end(struct http_transfer *transfer, CURLcode code)
{
    struct err err = { 0 };
    int rc = transfer_end(transfer, code, &err);

    list_remove(transfer);
    curl_multi_remove_handle(transfer->client->multi, transfer->easy);
    transfer->done(transfer->done_ctx, rc, rc < 0 ? NULL : &transfer->answer,
                   &err);
    transfer_free(transfer);
}

static void sweep(struct http_client *client)
{
    const CURLMsg *message;
    int left;

    while ((message = curl_multi_info_read(client->multi, &left)) != NULL) {
        char *private = NULL;

        if (message->msg != CURLMSG_DONE)
            continue;
        curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &private);
        end((struct http_transfer *)(void *)private, message->data.result);
    }
}

static void act(struct http_client *client, curl_socket_t fd, int events)
{
    int running;

    curl_multi_socket_action(client->multi, fd, events, &running);
    sweep(client);
}

static void on_ready(void *ctx, int events)
{
    const struct socket_watch *socket = ctx;
    int what = 0;

    if ((events & LOOP_READ) != 0)
        what |= CURL_CSELECT_IN;
    if ((events & LOOP_WRITE) != 0)
        what |= CURL_CSELECT_OUT;
    if ((events & LOOP_HANGUP) != 0)
        what |= CURL_CSELECT_ERR;
    act(socket->client, socket->fd, what);
}

static int on_socket(CURL *easy UNUSED, curl_socket_t fd, int what, void *ctx,
                     void *socket_ctx)
{
    struct http_client *client = ctx;
    struct socket_watch *socket = socket_ctx;
    int events = 0;

    if (what == CURL_POLL_REMOVE) {
        if (socket != NULL)
            loop_remove(socket->watch);
        mem_free(socket);
        curl_multi_assign(client->multi, fd, NULL);
        return 0;
    }
    if ((what & CURL_POLL_IN) != 0)
        events |= LOOP_READ;
    if ((what & CURL_POLL_OUT) != 0)
        events |= LOOP_WRITE;
    if (socket != NULL) {
        loop_fd_events(socket->watch, events);
        return 0;
    }
    socket = mem_alloc(1, sizeof(*socket));
    socket->client = client;
    socket->fd = fd;
    socket->watch = loop_fd(client->loop, fd, events, on_ready, socket);
    curl_multi_assign(client->multi, fd, socket);
    return 0;
}

static void on_time(void *ctx)
{
    struct http_client *client = ctx;

    client->timer = NULL;
    act(client, CURL_SOCKET_TIMEOUT, 0);
}

static int on_timer(CURLM *multi UNUSED, long timeout_ms, void *ctx)
{
    struct http_client *client = ctx;

    loop_remove(client->timer);
    client->timer = NULL;
    if (timeout_ms >= 0)
        client->timer = loop_timer(client->loop, timeout_ms, on_time, client);
    return 0;
}

void http_multi_init(struct http_client *client)
{
    CURLM *multi = curl_multi_init();

    if (multi == NULL)
        mem_exhausted(1, 0);
    curl_multi_setopt(multi, CURLMOPT_SOCKETFUNCTION, on_socket);
    curl_multi_setopt(multi, CURLMOPT_SOCKETDATA, client);
    curl_multi_setopt(multi, CURLMOPT_TIMERFUNCTION, on_timer);
    curl_multi_setopt(multi, CURLMOPT_TIMERDATA, client);
    client->multi = multi;
}

void http_multi_clear(struct http_client *client)
{
    if (client->multi == NULL)
        return;
    while (client->first != NULL)
        http_cancel(client->first);
    curl_multi_cleanup(client->multi);
    loop_remove(client->timer);
    client->multi = NULL;
    client->timer = NULL;
}

/* Idle connections only: with requests on their way it does nothing. */
void http_multi_reset(struct http_client *client)
{
    if (client->multi == NULL || client->first != NULL)
        return;
    http_multi_clear(client);
    http_multi_init(client);
}

struct http_transfer *http_start(struct http_client *client,
                                 const struct http_request *request,
                                 http_done_fn *done, void *ctx, struct err *err)
{
    struct http_transfer *transfer = NULL;
    CURL *easy = curl_easy_init();

    if (easy == NULL) {
        (void)err_set(err, E_IO, "libcurl does not start");
        return NULL;
    }
    if (transfer_new(client, easy, request, &transfer, err) < 0) {
        curl_easy_cleanup(easy);
        return NULL;
    }
    transfer->owns_easy = true;
    transfer->done = done;
    transfer->done_ctx = ctx;
    transfer->next = client->first;
    if (client->first != NULL)
        client->first->before = transfer;
    client->first = transfer;
    curl_multi_add_handle(client->multi, easy);
    return transfer;
}

void http_cancel(struct http_transfer *transfer)
{
    if (transfer == NULL)
        return;
    list_remove(transfer);
    curl_multi_remove_handle(transfer->client->multi, transfer->easy);
    transfer_free(transfer);
}
