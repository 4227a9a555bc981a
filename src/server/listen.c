/* SPDX-License-Identifier: Apache-2.0 */
#include "server/listen.h"

#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/buf.h"
#include "server/config.h"

enum {
    BACKLOG = 4096,
};

static int resolve(str host, int64_t port, struct addrinfo **out,
                   struct err *err)
{
    AUTO(buf_clear) struct buf name = BUF(256);
    struct addrinfo hints = { .ai_flags =
                                  AI_NUMERICHOST | AI_NUMERICSERV | AI_PASSIVE,
                              .ai_socktype = SOCK_STREAM };
    char service[8];

    if (str_eq(host, STR("localhost")))
        host = STR("127.0.0.1");
    buf_add(&name, host);
    snprintf(service, sizeof(service), "%u", (unsigned)port & 0xffff);
    if (getaddrinfo(buf_c(&name), service, &hints, out) != 0)
        return err_set(err, E_INVALID, "'%" PRIstr "' is no IP address",
                       ARGstr(host));
    return 0;
}

static int64_t port_of(int fd)
{
    struct sockaddr_storage at;
    socklen_t n = sizeof(at);

    if (getsockname(fd, (struct sockaddr *)&at, &n) < 0)
        return 0;
    if (at.ss_family == AF_INET6)
        return ntohs(((struct sockaddr_in6 *)&at)->sin6_port);
    return ntohs(((struct sockaddr_in *)&at)->sin_port);
}

static bool bind_it(int fd, const struct addrinfo *to)
{
    int on = 1;
    int off = 0;

    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
    if (to->ai_family == AF_INET6)
        setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof(off));
    return bind(fd, to->ai_addr, to->ai_addrlen) == 0 &&
           listen(fd, BACKLOG) == 0;
}

int listen_open(str address, int *out_fd, int64_t *out_port, struct err *err)
{
    struct addrinfo *to = NULL;
    int64_t port;
    str host;
    int fd;
    int rc = config_split(address, &host, &port, err);

    if (rc == 0)
        rc = resolve(host, port, &to, err);
    if (rc < 0)
        return rc;
    fd = socket(to->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0 || !bind_it(fd, to)) {
        rc = err_errno(err, errno, "%" PRIstr, ARGstr(address));
        if (fd >= 0)
            close(fd);
        freeaddrinfo(to);
        return rc;
    }
    freeaddrinfo(to);
    *out_fd = fd;
    *out_port = port_of(fd);
    return 0;
}
