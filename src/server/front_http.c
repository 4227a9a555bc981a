/* SPDX-License-Identifier: Apache-2.0
 *
 * A listener: one MHD daemon in our loop.
 */
#include <errno.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "server/front_int.h"
#include "trust/sign.h"

enum {
    ACCEPTS_A_ROUND = 64,
    PAUSE_MS = 100,
};

static void on_ready(void *ctx, int events)
{
    (void)events;
    shard_run(ctx);
}

static void on_again(void *ctx)
{
    struct shard *shard = ctx;

    shard->again = NULL;
    shard_run(shard);
}

void shard_soon(struct shard *shard)
{
    if (shard->again == NULL)
        shard->again = loop_timer(shard->listener->front->process->loop, 0,
                                  on_again, shard);
}

void shard_run(struct shard *shard)
{
    MHD_UNSIGNED_LONG_LONG wait_ms;

    MHD_run(shard->daemon);
    clients_park(shard);
    if (MHD_get_timeout(shard->daemon, &wait_ms) == MHD_YES && wait_ms == 0)
        shard_soon(shard);
}

/* Paths and queries are read as they were sent, by the core. */
static size_t keep_escapes(void *cls, struct MHD_Connection *connection,
                           char *text)
{
    (void)cls;
    (void)connection;
    return strlen(text);
}

static void *keep_uri(void *cls, const char *uri,
                      struct MHD_Connection *connection)
{
    struct client *client = client_of(connection);

    (void)cls;
    if (client != NULL) {
        buf_reset(&client->uri);
        buf_add_c(&client->uri, uri);
        client_phase(client, PHASE_HEADER);
    }
    return NULL;
}

static void log_mhd(void *cls, const char *format, va_list args)
{
    struct listener *listener = cls;
    char text[512];

    vsnprintf(text, sizeof(text), format, args);
    listener->front->counts.handshakes_failed +=
        strstr(text, "handshake") != NULL;
    log_debug("http.library", LOG_TEXT("text", str_trim(str_c(text))));
}

/* What a listener may speak. The gate alone goes below TLS 1.2, and only when
 * it is told to: its key is no other listener's. */
static const char *priorities(const struct listener *listener)
{
    str level = listener->front->process->config->devices_tls;

    if (!door_is_gate(listener->door))
        return "NORMAL:-VERS-ALL:+VERS-TLS1.3";
    if (str_eq_c(level, "legacy"))
        return "NORMAL:+VERS-TLS1.0:+VERS-TLS1.1:+RSA:+3DES-CBC:+SHA1:"
               "%VERIFY_ALLOW_SIGN_WITH_SHA1";
    if (str_eq_c(level, "compatible"))
        return "NORMAL:+VERS-TLS1.0:+VERS-TLS1.1";
    return "NORMAL:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2";
}

static void add_option(struct MHD_OptionItem **at, enum MHD_OPTION option,
                       intptr_t value, void *pointer)
{
    **at = (struct MHD_OptionItem){ option, value, pointer };
    (*at)++;
}

static void *text_option(const char *text)
{
    return (void *)(uintptr_t)text;
}

static void tls_options(struct listener *listener, struct MHD_OptionItem *at)
{
    if (listener->door != DOOR_DEVICE_CLEAR) {
        add_option(&at, MHD_OPTION_HTTPS_MEM_CERT, 0,
                   text_option(buf_c(&listener->certificate)));
        add_option(&at, MHD_OPTION_HTTPS_MEM_KEY, 0,
                   text_option(buf_c(&listener->key)));
        add_option(&at, MHD_OPTION_HTTPS_PRIORITIES, 0,
                   text_option(priorities(listener)));
    }
    if (listener->door == DOOR_AGENT)
        add_option(&at, MHD_OPTION_HTTPS_MEM_TRUST, 0,
                   text_option(buf_c(&listener->authority)));
    add_option(&at, MHD_OPTION_END, 0, NULL);
}

static int shard_open(struct shard *shard, struct err *err)
{
    struct listener *listener = shard->listener;
    const struct config *config = listener->front->process->config;
    bool agents = listener->door == DOOR_AGENT;
    bool tls = listener->door != DOOR_DEVICE_CLEAR;
    struct MHD_OptionItem options[5];
    const union MHD_DaemonInfo *info;

    tls_options(listener, options);
    shard->daemon = MHD_start_daemon(
        MHD_USE_EPOLL | (tls ? MHD_USE_TLS : 0) | MHD_ALLOW_SUSPEND_RESUME |
            MHD_USE_NO_LISTEN_SOCKET | MHD_USE_ERROR_LOG,
        0, NULL, NULL, asking_handle, listener, MHD_OPTION_EXTERNAL_LOGGER,
        log_mhd, listener, MHD_OPTION_ARRAY, options,
        MHD_OPTION_CONNECTION_MEMORY_LIMIT,
        agents ? (size_t)8192 : (size_t)32768,
        MHD_OPTION_CONNECTION_MEMORY_INCREMENT, (size_t)2048,
        MHD_OPTION_CONNECTION_LIMIT, (unsigned)config->connections,
        MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)config->idle_timeout_s,
        MHD_OPTION_STRICT_FOR_CLIENT, 1, MHD_OPTION_NOTIFY_CONNECTION,
        client_notify, shard, MHD_OPTION_NOTIFY_COMPLETED, asking_completed,
        listener, MHD_OPTION_URI_LOG_CALLBACK, keep_uri, listener,
        MHD_OPTION_UNESCAPE_CALLBACK, keep_escapes, listener, MHD_OPTION_END);
    if (shard->daemon == NULL)
        return err_set(err, E_INVALID,
                       "the listener does not start: certificate and key do "
                       "not fit each other, or are no PEM");
    info = MHD_get_daemon_info(shard->daemon, MHD_DAEMON_INFO_EPOLL_FD);
    shard->watch = loop_fd(listener->front->process->loop, info->epoll_fd,
                           LOOP_READ, on_ready, shard);
    shard_run(shard);
    return 0;
}

static void take(struct listener *listener, int fd,
                 const struct sockaddr *address, socklen_t n)
{
    struct shard *shard =
        &listener->shards[listener->next_shard++ % FRONT_SHARDS];

    if (!client_admit(listener, address)) {
        close(fd);
        return;
    }
    /* It closes what it does not take. */
    if (MHD_add_connection(shard->daemon, fd, address, n) == MHD_YES)
        shard_soon(shard);
}

static void accept_again(void *ctx)
{
    struct listener *listener = ctx;

    listener->pause = NULL;
    if (listener->watch != NULL)
        loop_fd_events(listener->watch, LOOP_READ);
}

/* A round takes some, so that those who are in are served, too. Without a
 * descriptor left, accepting rests a little. */
static void on_accept(void *ctx, int events)
{
    struct listener *listener = ctx;

    (void)events;
    for (unsigned i = 0; i < ACCEPTS_A_ROUND; i++) {
        struct sockaddr_storage address;
        socklen_t n = sizeof(address);
        int fd = accept4(listener->fd, (struct sockaddr *)&address, &n,
                         SOCK_NONBLOCK | SOCK_CLOEXEC);

        if (fd >= 0) {
            take(listener, fd, (struct sockaddr *)&address, n);
            continue;
        }
        if (errno == EAGAIN || errno == ECONNABORTED || errno == EINTR)
            return;
        loop_fd_events(listener->watch, 0);
        if (listener->pause == NULL)
            listener->pause = loop_timer(listener->front->process->loop,
                                         PAUSE_MS, accept_again, listener);
        return;
    }
}

int listener_open(struct listener *listener, int fd, struct err *err)
{
    int rc = 0;

    listener->fd = fd;
    listener->addresses = mem_alloc(2, sizeof(*listener->addresses));
    trust_random(listener->secret, sizeof(listener->secret));
    if (listener->door != DOOR_DEVICE_CLEAR &&
        gnutls_session_ticket_key_generate(&listener->ticket_key) < 0)
        return err_set(err, E_IO, "no key for session tickets");
    for (size_t i = 0; rc == 0 && i < FRONT_SHARDS; i++) {
        listener->shards[i].listener = listener;
        rc = shard_open(&listener->shards[i], err);
    }
    if (rc == 0)
        listener->watch = loop_fd(listener->front->process->loop, fd, LOOP_READ,
                                  on_accept, listener);
    return rc;
}

void listener_close(struct listener *listener)
{
    loop_remove(listener->watch);
    listener->watch = NULL;
}
