/* SPDX-License-Identifier: Apache-2.0
 *
 * Connections: who is at the other end, and how long it may take.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <gnutls/x509.h>
#include <netinet/in.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include "base/clock.h"
#include "base/log.h"
#include "server/front_int.h"

enum {
    TRICKLE_BYTES = 32,
    TRICKLE_MS = 250,
};

static void unpark(struct client *client);

static void list_remove(struct client *client)
{
    struct phase_list *list = &client->listener->phases[client->phase];

    if (client->previous != NULL)
        client->previous->next = client->next;
    else
        list->first = client->next;
    if (client->next != NULL)
        client->next->previous = client->previous;
    else
        list->last = client->previous;
    list->n--;
}

static void list_add(struct client *client)
{
    struct phase_list *list = &client->listener->phases[client->phase];

    client->previous = list->last;
    client->next = NULL;
    if (list->last != NULL)
        list->last->next = client;
    else
        list->first = client;
    list->last = client;
    list->n++;
}

void client_phase(struct client *client, enum phase phase)
{
    list_remove(client);
    client->phase = phase;
    client->since_ms = clock_monotonic_ms();
    list_add(client);
}

/* MHD sees the end of the connection and closes it. */
static void drop(struct client *client, const char *why)
{
    client->listener->front->counts.dropped_slow++;
    log_debug("client.dropped", LOG_TEXT("peer", str_c(client->peer)),
              LOG_TEXT("reason", str_c(why)));
    shutdown(client->fd, SHUT_RDWR);
    client_phase(client, PHASE_BUSY);
    unpark(client);
}

static void expire(struct listener *listener, enum phase phase, int64_t before,
                   const char *why)
{
    struct phase_list *list = &listener->phases[phase];

    while (list->first != NULL && list->first->since_ms < before)
        drop(list->first, why);
}

void clients_expire(struct listener *listener, int64_t now_ms)
{
    const struct config *config = listener->front->process->config;
    struct client *next;

    expire(listener, PHASE_HEADER, now_ms - config->header_timeout_s * 1000,
           "headers took too long");
    expire(listener, PHASE_IDLE, now_ms - config->idle_timeout_s * 1000,
           "idle");
    for (struct client *client = listener->phases[PHASE_BODY].first;
         client != NULL; client = next) {
        const struct asking *asking = client->asking;

        next = client->next;
        if (asking != NULL && !asking->suspended &&
            now_ms - client->since_ms >
                BODY_GRACE_MS + asking->received * 1000 / BODY_BYTES_A_SECOND)
            drop(client, "the body took too long");
    }
}

struct client *client_of(struct MHD_Connection *connection)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);

    return info != NULL ? info->socket_context : NULL;
}

static void peer_text(const struct sockaddr *address, char out[PEER_TEXT_MAX])
{
    const struct sockaddr_in6 *six =
        (const struct sockaddr_in6 *)(const void *)address;
    const struct sockaddr_in *four =
        (const struct sockaddr_in *)(const void *)address;

    out[0] = '\0';
    if (address->sa_family == AF_INET)
        inet_ntop(AF_INET, &four->sin_addr, out, PEER_TEXT_MAX);
    else if (address->sa_family == AF_INET6 &&
             IN6_IS_ADDR_V4MAPPED(&six->sin6_addr))
        inet_ntop(AF_INET, &six->sin6_addr.s6_addr[12], out, PEER_TEXT_MAX);
    else if (address->sa_family == AF_INET6)
        inet_ntop(AF_INET6, &six->sin6_addr, out, PEER_TEXT_MAX);
}

/* --- handshakes that wait ------------------------------------------------ */

/* MHD 0.9.75 tries a handshake that waits for its client again and again, as
 * fast as it can (it takes the socket to be readable until a record was
 * read). So we read for it, and who waits is suspended until there is
 * something: a thousand half handshakes cost nothing. */
static ssize_t pull(gnutls_transport_ptr_t pointer, void *bytes, size_t n)
{
    struct client *client = pointer;
    ssize_t got = recv(client->fd, bytes, n, 0);

    if (got >= 0 || (errno != EAGAIN && errno != EWOULDBLOCK) ||
        client->handshaken || client->starved)
        return got;
    client->starved = true;
    client->starved_next = client->shard->starved;
    client->shard->starved = client;
    errno = EAGAIN;
    return got;
}

static int finished(gnutls_session_t session, unsigned type, unsigned when,
                    unsigned incoming, const gnutls_datum_t *message)
{
    gnutls_transport_ptr_t receiver;
    gnutls_transport_ptr_t sender;

    (void)type;
    (void)when;
    (void)message;
    gnutls_transport_get_ptr2(session, &receiver, &sender);
    if (incoming != 0)
        ((struct client *)receiver)->handshaken = true;
    return 0;
}

static void unpark(struct client *client)
{
    if (!client->parked)
        return;
    client->parked = false;
    loop_remove(client->wake);
    client->wake = NULL;
    MHD_resume_connection(client->connection);
    shard_soon(client->shard);
}

static void on_later(void *ctx)
{
    struct client *client = ctx;

    client->wake = NULL;
    unpark(client);
}

/* A few bytes are not worth a try at once: who trickles them waits. */
static void on_bytes(void *ctx, int events)
{
    struct client *client = ctx;
    int n = 0;

    if ((events & LOOP_HANGUP) == 0 && ioctl(client->fd, FIONREAD, &n) == 0 &&
        n > 0 && n < TRICKLE_BYTES) {
        loop_remove(client->wake);
        client->wake = loop_timer(client->listener->front->process->loop,
                                  TRICKLE_MS, on_later, client);
        return;
    }
    unpark(client);
}

void clients_park(struct shard *shard)
{
    while (shard->starved != NULL) {
        struct client *client = shard->starved;

        shard->starved = client->starved_next;
        client->starved = false;
        if (client->handshaken || client->parked)
            continue;
        client->parked = true;
        MHD_suspend_connection(client->connection);
        client->wake = loop_fd(shard->listener->front->process->loop,
                               client->fd, LOOP_READ, on_bytes, client);
    }
}

static void forget_starved(struct client *client)
{
    struct client **at = &client->shard->starved;

    while (*at != NULL && *at != client)
        at = &(*at)->starved_next;
    if (*at == client)
        *at = client->starved_next;
}

/* --- connections ---------------------------------------------------------- */

/* The certificate of a device must be there and be from our authority. How
 * long it lasts the core knows, whose clock tests can move. */
static void set_up_tls(struct client *client)
{
    struct listener *listener = client->listener;

    gnutls_transport_set_ptr2(client->session, client,
                              (gnutls_transport_ptr_t)(intptr_t)client->fd);
    gnutls_transport_set_pull_function(client->session, pull);
    gnutls_handshake_set_hook_function(
        client->session, GNUTLS_HANDSHAKE_FINISHED, GNUTLS_HOOK_POST, finished);
    gnutls_session_ticket_enable_server(client->session, &listener->ticket_key);
    if (listener->door != DOOR_AGENT)
        return;
    gnutls_certificate_server_set_request(client->session, GNUTLS_CERT_REQUIRE);
    gnutls_session_set_verify_cert(
        client->session, NULL,
        GNUTLS_VERIFY_DISABLE_TIME_CHECKS |
            GNUTLS_VERIFY_DISABLE_TRUSTED_TIME_CHECKS);
}

/* The two slots of an address (IPv6: of its network of 64 bits), by a hash
 * that nobody outside can compute. */
static void find_slots(const struct listener *listener,
                       const struct sockaddr *address, uint16_t out[2])
{
    const struct sockaddr_in6 *six =
        (const struct sockaddr_in6 *)(const void *)address;
    const struct sockaddr_in *four =
        (const struct sockaddr_in *)(const void *)address;
    str key = { (const char *)&four->sin_addr, sizeof(four->sin_addr) };
    uint64_t hash;

    if (address->sa_family == AF_INET6 && IN6_IS_ADDR_V4MAPPED(&six->sin6_addr))
        key = (str){ (const char *)&six->sin6_addr.s6_addr[12], 4 };
    else if (address->sa_family == AF_INET6)
        key = (str){ (const char *)&six->sin6_addr, 8 };
    hash = str_hash_after(key, str_hash((str){ (const char *)listener->secret,
                                               sizeof(listener->secret) }));
    out[0] = (uint16_t)hash;
    out[1] = (uint16_t)(hash >> 16);
}

static void count_address(struct client *client, int by)
{
    uint16_t(*counts)[ADDRESS_SLOTS] = client->listener->addresses;

    for (size_t i = 0; i < 2; i++)
        counts[i][client->slots[i]] =
            (uint16_t)(counts[i][client->slots[i]] + by);
}

static void opened(struct shard *shard, struct MHD_Connection *connection,
                   void **socket_context)
{
    struct listener *listener = shard->listener;
    const union MHD_ConnectionInfo *info;
    struct client *client = mem_alloc(1, sizeof(*client));

    client->listener = listener;
    client->shard = shard;
    client->connection = connection;
    client->uri = BUF_INIT(REQUEST_HEADER_MAX);
    info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
    client->fd = info != NULL ? info->connect_fd : -1;
    info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
    if (info != NULL) {
        peer_text(info->client_addr, client->peer);
        find_slots(listener, info->client_addr, client->slots);
    }
    count_address(client, 1);
    info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_GNUTLS_SESSION);
    client->session = info != NULL ? info->tls_session : NULL;
    if (client->session != NULL)
        set_up_tls(client);
    client->phase = PHASE_HEADER;
    client->since_ms = clock_monotonic_ms();
    list_add(client);
    listener->connections++;
    listener->front->counts.accepted++;
    *socket_context = client;
}

void client_notify(void *cls, struct MHD_Connection *connection,
                   void **socket_context,
                   enum MHD_ConnectionNotificationCode code)
{
    struct client *client = *socket_context;

    if (code == MHD_CONNECTION_NOTIFY_STARTED) {
        opened(cls, connection, socket_context);
        return;
    }
    if (client == NULL)
        return;
    if (client->starved)
        forget_starved(client);
    loop_remove(client->wake);
    list_remove(client);
    count_address(client, -1);
    client->listener->connections--;
    buf_clear(&client->uri);
    mem_free(client);
    *socket_context = NULL;
}

/* When most of the room is taken, who has not yet asked anything makes room
 * first: slow connections cannot keep out good ones. */
bool client_admit(struct listener *listener, const struct sockaddr *address)
{
    const struct config *config = listener->front->process->config;
    size_t most = (size_t)config->connections;
    struct client *oldest = listener->phases[PHASE_HEADER].first;
    uint16_t(*counts)[ADDRESS_SLOTS] = listener->addresses;
    uint16_t slots[2];

    find_slots(listener, address, slots);
    if (listener->door != DOOR_AGENT &&
        counts[0][slots[0]] >= config->connections_address &&
        counts[1][slots[1]] >= config->connections_address)
        return false;
    if (listener->connections > most - most / 8) {
        if (oldest == NULL)
            oldest = listener->phases[PHASE_IDLE].first;
        if (oldest != NULL)
            drop(oldest, "others need its place");
    }
    return listener->connections < most;
}

str client_fingerprint(struct client *client)
{
    static const char digits[] = "0123456789abcdef";
    const gnutls_datum_t *chain;
    unsigned count = 0;
    uint8_t digest[FINGERPRINT_HEX / 2];
    size_t n = sizeof(digest);

    if (client->fingerprint[0] != '\0' || client->session == NULL)
        return str_c(client->fingerprint);
    chain = gnutls_certificate_get_peers(client->session, &count);
    if (chain == NULL || count == 0 ||
        gnutls_fingerprint(GNUTLS_DIG_SHA256, &chain[0], digest, &n) < 0)
        return STR("");
    for (size_t i = 0; i < n; i++) {
        client->fingerprint[2 * i] = digits[digest[i] >> 4];
        client->fingerprint[2 * i + 1] = digits[digest[i] & 15];
    }
    return str_c(client->fingerprint);
}
