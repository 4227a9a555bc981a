/* SPDX-License-Identifier: Apache-2.0 */
#include "netdev/callhome.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/mem.h"

enum {
    QUEUE = 64,
};

struct callhome {
    struct callhome_options options;
    struct loop_watch *watch;
    int fd;
};

static void on_call(void *ctx, int events UNUSED)
{
    struct callhome *c = ctx;
    struct sockaddr_storage peer;
    socklen_t size = sizeof(peer);
    char text[INET6_ADDRSTRLEN] = "";
    int fd = accept4(c->fd, (struct sockaddr *)&peer, &size,
                     SOCK_CLOEXEC | SOCK_NONBLOCK);

    if (fd < 0)
        return; /* it has gone again, or there is no descriptor for it */
    (void)getnameinfo((struct sockaddr *)&peer, size, text, sizeof(text), NULL,
                      0, NI_NUMERICHOST);
    loop_remove(c->watch);
    c->watch = NULL;
    c->options.fn(c->options.ctx, fd, str_c(text));
}

void callhome_resume(struct callhome *c)
{
    if (c->watch == NULL)
        c->watch = loop_fd(c->options.loop, c->fd, LOOP_READ, on_call, c);
}

static int listen_at(const struct addrinfo *at, struct err *err)
{
    int one = 1;
    int fd =
        socket(at->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

    if (fd < 0)
        return err_errno(err, errno, "a socket for devices that call");
    (void)setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
    if (bind(fd, at->ai_addr, at->ai_addrlen) < 0 || listen(fd, QUEUE) < 0) {
        int number = errno;

        close(fd);
        return err_errno(err, number, "the port for devices that call");
    }
    return fd;
}

static int open_port(const struct callhome_options *options, struct err *err)
{
    AUTO(buf_clear) struct buf text = BUF(INET6_ADDRSTRLEN);
    struct addrinfo hints = { .ai_flags = AI_PASSIVE | AI_NUMERICHOST,
                              .ai_socktype = SOCK_STREAM,
                              .ai_family = AF_UNSPEC };
    struct addrinfo *at = NULL;
    char number[8];
    int fd;

    buf_add(&text, options->address.n > 0 ? options->address : STR("::"));
    snprintf(number, sizeof(number), "%u", options->port);
    if (getaddrinfo(buf_c(&text), number, &hints, &at) != 0)
        return err_set(err, E_INVALID,
                       "'%" PRIstr "' is no address of this machine",
                       ARGstr(options->address));
    fd = listen_at(at, err);
    freeaddrinfo(at);
    return fd;
}

int callhome_new(const struct callhome_options *options, struct callhome **out,
                 struct err *err)
{
    int fd = options->is_open ? options->fd : open_port(options, err);
    struct callhome *c;

    if (fd < 0)
        return fd;
    c = mem_alloc(1, sizeof(*c));
    *c = (struct callhome){ .options = *options, .fd = fd };
    callhome_resume(c);
    *out = c;
    return 0;
}

void callhome_free(struct callhome *c)
{
    if (c == NULL)
        return;
    loop_remove(c->watch);
    close(c->fd);
    mem_free(c);
}

void callhome_freep(struct callhome **callhome)
{
    callhome_free(*callhome);
}
