/* SPDX-License-Identifier: Apache-2.0
 *
 * A listener: one MHD daemon in our loop.
 */
#include "base/clock.h"
#include "base/log.h"
#include "server/front_int.h"

#define PRIORITIES "NORMAL:-VERS-ALL:+VERS-TLS1.3"

static void on_ready(void *ctx, int events)
{
    (void)events;
    listener_run(ctx);
}

static void on_again(void *ctx)
{
    struct listener *listener = ctx;

    listener->again = NULL;
    listener_run(listener);
}

void listener_soon(struct listener *listener)
{
    if (listener->again == NULL)
        listener->again =
            loop_timer(listener->front->process->loop, 0, on_again, listener);
}

void listener_run(struct listener *listener)
{
    MHD_UNSIGNED_LONG_LONG wait_ms;

    if (listener->daemon == NULL)
        return;
    MHD_run(listener->daemon);
    clients_park(listener);
    if (MHD_get_timeout(listener->daemon, &wait_ms) == MHD_YES && wait_ms == 0)
        listener_soon(listener);
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

int listener_open(struct listener *listener, int fd, struct err *err)
{
    const struct config *config = listener->front->process->config;
    bool agents = listener->door == DOOR_AGENT;
    const union MHD_DaemonInfo *info;
    /* The last options end early where there is no authority to check by. */
    enum MHD_OPTION trust =
        agents ? MHD_OPTION_HTTPS_MEM_TRUST : MHD_OPTION_END;

    if (gnutls_session_ticket_key_generate(&listener->ticket_key) < 0)
        return err_set(err, E_IO, "no key for session tickets");
    listener->daemon = MHD_start_daemon(
        MHD_USE_EPOLL | MHD_USE_TLS | MHD_ALLOW_SUSPEND_RESUME |
            MHD_USE_ERROR_LOG,
        0, client_accept, listener, asking_handle, listener,
        MHD_OPTION_EXTERNAL_LOGGER, log_mhd, listener, MHD_OPTION_LISTEN_SOCKET,
        fd, MHD_OPTION_HTTPS_MEM_CERT, buf_c(&listener->certificate),
        MHD_OPTION_HTTPS_MEM_KEY, buf_c(&listener->key),
        MHD_OPTION_HTTPS_PRIORITIES, PRIORITIES,
        MHD_OPTION_CONNECTION_MEMORY_LIMIT,
        agents ? (size_t)8192 : (size_t)32768,
        MHD_OPTION_CONNECTION_MEMORY_INCREMENT, (size_t)2048,
        MHD_OPTION_CONNECTION_LIMIT, (unsigned)config->connections,
        MHD_OPTION_PER_IP_CONNECTION_LIMIT,
        agents ? 0U : (unsigned)config->connections_address,
        MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)config->idle_timeout_s,
        MHD_OPTION_STRICT_FOR_CLIENT, 1, MHD_OPTION_NOTIFY_CONNECTION,
        client_notify, listener, MHD_OPTION_NOTIFY_COMPLETED, asking_completed,
        listener, MHD_OPTION_URI_LOG_CALLBACK, keep_uri, listener,
        MHD_OPTION_UNESCAPE_CALLBACK, keep_escapes, listener, trust,
        buf_c(&listener->authority), MHD_OPTION_END);
    if (listener->daemon == NULL)
        return err_set(err, E_INVALID,
                       "the listener does not start: certificate and key do "
                       "not fit each other, or are no PEM");
    info = MHD_get_daemon_info(listener->daemon, MHD_DAEMON_INFO_EPOLL_FD);
    listener->watch = loop_fd(listener->front->process->loop, info->epoll_fd,
                              LOOP_READ, on_ready, listener);
    listener_run(listener);
    return 0;
}

void listener_close(struct listener *listener)
{
    loop_remove(listener->watch);
    listener->watch = NULL;
    loop_remove(listener->again);
    listener->again = NULL;
}
