/* SPDX-License-Identifier: Apache-2.0
 *
 * A simulated router for bench/network_run: real SSH on loopback, a command
 * line as IOS has it, and an answer of so many bytes to show running-config,
 * each after a delay. A process a connection; nobody is kept out.
 *
 *     network_peer KEY BYTES DELAY_MS      prints its port
 */
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <libssh/libssh.h>
#include <libssh/server.h>

enum {
    LINE_MAX_BYTES = 1024,
    HANDSHAKE_MESSAGES = 64,
};

struct peer {
    ssh_channel channel;
    const char *answer;
    size_t answer_bytes;
    long delay_ms;
};

static void say(const struct peer *peer, const char *text, size_t n)
{
    while (n > 0) {
        int sent = ssh_channel_write(peer->channel, text, (uint32_t)n);

        if (sent <= 0)
            _exit(0);
        text += sent;
        n -= (size_t)sent;
    }
}

static void say_c(const struct peer *peer, const char *text)
{
    say(peer, text, strlen(text));
}

/* "Building configuration..." to "end", of the size that is asked for. */
static char *make_answer(size_t bytes, size_t *out_n)
{
    char *text = calloc(1, bytes + 256);
    size_t n;

    if (text == NULL)
        exit(1);
    n = (size_t)sprintf(text, "Building configuration...\r\n\r\n!\r\n"
                              "version 15.1\r\nhostname bench\r\n!\r\n");
    for (unsigned i = 0; n + 80 < bytes; i++)
        n += (size_t)sprintf(text + n,
                             "ip route 198.51.%u.%u 255.255.255.255 Null0\r\n",
                             i / 256 % 256, i % 256);
    n += (size_t)sprintf(text + n, "end\r\n");
    *out_n = n;
    return text;
}

static void wait_ms(long ms)
{
    struct timespec time = { ms / 1000, ms % 1000 * 1000000L };

    nanosleep(&time, NULL);
}

static void execute(const struct peer *peer, const char *line)
{
    if (line[0] == '\0')
        return;
    wait_ms(peer->delay_ms);
    if (strcmp(line, "show running-config") == 0)
        say(peer, peer->answer, peer->answer_bytes);
    else if (strcmp(line, "exit") == 0)
        _exit(0);
    else if (strncmp(line, "terminal ", 9) != 0)
        say_c(peer, "      ^\r\n% Invalid input detected at '^' marker.\r\n");
}

static void talk(const struct peer *peer)
{
    char line[LINE_MAX_BYTES];
    size_t n = 0;

    say_c(peer, "bench#");
    for (;;) {
        char c;

        if (ssh_channel_read(peer->channel, &c, 1, 0) <= 0)
            return;
        if (c != '\r' && c != '\n') {
            say(peer, &c, 1);
            if (n + 1 < sizeof(line))
                line[n++] = c;
            continue;
        }
        say_c(peer, "\r\n");
        line[n] = '\0';
        n = 0;
        execute(peer, line);
        say_c(peer, "bench#");
    }
}

/* Whatever password is right, and whatever is asked of the channel. */
static ssh_channel accept_session(ssh_session session)
{
    ssh_channel channel = NULL;

    for (unsigned i = 0; i < HANDSHAKE_MESSAGES; i++) {
        ssh_message message = ssh_message_get(session);
        int type = message == NULL ? 0 : ssh_message_type(message);
        int subtype = message == NULL ? 0 : ssh_message_subtype(message);

        if (message == NULL)
            return NULL;
        if (type == SSH_REQUEST_AUTH && subtype == SSH_AUTH_METHOD_PASSWORD) {
            ssh_message_auth_reply_success(message, 0);
        } else if (type == SSH_REQUEST_AUTH) {
            ssh_message_auth_set_methods(message, SSH_AUTH_METHOD_PASSWORD);
            ssh_message_reply_default(message);
        } else if (type == SSH_REQUEST_CHANNEL_OPEN) {
            channel = ssh_message_channel_request_open_reply_accept(message);
        } else if (type == SSH_REQUEST_CHANNEL) {
            ssh_message_channel_request_reply_success(message);
        } else {
            ssh_message_reply_default(message);
        }
        ssh_message_free(message);
        if (type == SSH_REQUEST_CHANNEL && subtype == SSH_CHANNEL_REQUEST_SHELL)
            return channel;
    }
    return NULL;
}

static void serve(ssh_session session, struct peer *peer)
{
    if (ssh_handle_key_exchange(session) != SSH_OK)
        return;
    peer->channel = accept_session(session);
    if (peer->channel != NULL)
        talk(peer);
}

static int listening(int *out_port)
{
    struct sockaddr_in address = { .sin_family = AF_INET,
                                   .sin_addr = { htonl(INADDR_LOOPBACK) } };
    socklen_t size = sizeof(address);
    int fd = socket(AF_INET, SOCK_STREAM, 0);

    if (fd < 0 || bind(fd, (struct sockaddr *)&address, size) < 0 ||
        listen(fd, 1024) < 0 ||
        getsockname(fd, (struct sockaddr *)&address, &size) < 0) {
        perror("listen");
        exit(1);
    }
    *out_port = ntohs(address.sin_port);
    return fd;
}

static void take(ssh_bind bind, int listener, struct peer *peer)
{
    int fd = accept(listener, NULL, NULL);
    ssh_session session;

    if (fd < 0)
        return;
    if (fork() != 0) {
        close(fd);
        return;
    }
    close(listener);
    session = ssh_new();
    if (session != NULL && ssh_bind_accept_fd(bind, session, fd) == SSH_OK)
        serve(session, peer);
    _exit(0);
}

int main(int argc, char **argv)
{
    struct peer peer = { 0 };
    ssh_bind bind;
    int listener;
    int port;

    if (argc != 4) {
        fprintf(stderr, "usage: network_peer KEY BYTES DELAY_MS\n");
        return 2;
    }
    signal(SIGCHLD, SIG_IGN);
    peer.answer =
        make_answer((size_t)strtoul(argv[2], NULL, 10), &peer.answer_bytes);
    peer.delay_ms = strtol(argv[3], NULL, 10);
    ssh_init();
    bind = ssh_bind_new();
    listener = listening(&port);
    if (bind == NULL ||
        ssh_bind_options_set(bind, SSH_BIND_OPTIONS_HOSTKEY, argv[1]) < 0)
        return 1;
    printf("%d\n", port);
    fflush(stdout);
    for (;;)
        take(bind, listener, &peer);
}
