/* SPDX-License-Identifier: Apache-2.0 */
#include "server/syslog.h"

#include <errno.h>
#include <netdb.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/mem.h"
#include "server/config.h"

enum {
    FACILITY_DAEMON = 3,
    WAITING_MAX = 1 << 20,
    AGAIN_MS = 5000,
    MESSAGE_MAX = 20480,
};

struct syslog {
    struct loop *loop;
    struct loop_watch *watch; /* of a TCP connection that does not take more */
    struct loop_watch *timer; /* until the next attempt */
    struct sockaddr_storage to;
    socklen_t to_n;
    int type;           /* SOCK_DGRAM, SOCK_STREAM */
    int fd;             /* -1: none now */
    struct buf waiting; /* bytes of a stream that are not sent */
    int64_t dropped;
    char host[256];
};

static int resolve(struct syslog *syslog, str where, struct err *err)
{
    AUTO(buf_clear) struct buf name = BUF(256);
    struct addrinfo hints = { .ai_flags = AI_NUMERICHOST | AI_NUMERICSERV,
                              .ai_socktype = syslog->type };
    struct addrinfo *found = NULL;
    char service[8];
    int64_t port;
    str host;
    int rc = config_split(where, &host, &port, err);

    if (rc < 0)
        return rc;
    if (str_eq(host, STR("localhost")))
        host = STR("127.0.0.1");
    buf_add(&name, host);
    snprintf(service, sizeof(service), "%u", (unsigned)port & 0xffff);
    if (getaddrinfo(buf_c(&name), service, &hints, &found) != 0)
        return err_set(err, E_INVALID, "syslog: '%" PRIstr "' is no address",
                       ARGstr(host));
    memcpy(&syslog->to, found->ai_addr, found->ai_addrlen);
    syslog->to_n = found->ai_addrlen;
    freeaddrinfo(found);
    return 0;
}

static int unix_path(struct syslog *syslog, str path, struct err *err)
{
    struct sockaddr_un *to = (struct sockaddr_un *)&syslog->to;

    if (path.n == 0 || path.n >= sizeof(to->sun_path))
        return err_set(err, E_INVALID, "syslog: the path is too long");
    to->sun_family = AF_UNIX;
    memcpy(to->sun_path, path.p, path.n);
    syslog->to_n =
        (socklen_t)(offsetof(struct sockaddr_un, sun_path) + path.n + 1);
    return 0;
}

static void connect_it(struct syslog *syslog)
{
    int fd = socket(syslog->to.ss_family,
                    syslog->type | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

    if (fd < 0)
        return;
    if (connect(fd, (struct sockaddr *)&syslog->to, syslog->to_n) < 0 &&
        errno != EINPROGRESS) {
        close(fd);
        return;
    }
    syslog->fd = fd;
}

static void write_waiting(void *ctx, int events);

static void try_again(void *ctx)
{
    struct syslog *syslog = ctx;

    syslog->timer = NULL;
    connect_it(syslog);
    if (syslog->fd >= 0 && syslog->type == SOCK_STREAM)
        syslog->watch = loop_fd(syslog->loop, syslog->fd, LOOP_WRITE,
                                write_waiting, syslog);
    else if (syslog->fd < 0)
        syslog->timer = loop_timer(syslog->loop, AGAIN_MS, try_again, syslog);
}

/* A message that was cut by a lost connection is lost; the rest is sent on
 * the next one, from a message's start. */
static void lose(struct syslog *syslog)
{
    loop_remove(syslog->watch);
    syslog->watch = NULL;
    if (syslog->fd >= 0)
        close(syslog->fd);
    syslog->fd = -1;
    buf_reset(&syslog->waiting);
    if (syslog->timer == NULL)
        syslog->timer = loop_timer(syslog->loop, AGAIN_MS, try_again, syslog);
}

static void write_waiting(void *ctx, int events)
{
    struct syslog *syslog = ctx;
    struct buf *waiting = &syslog->waiting;
    ssize_t n;

    if ((events & LOOP_HANGUP) != 0) {
        lose(syslog);
        return;
    }
    n = waiting->n == 0 ? 0
                        : send(syslog->fd, waiting->p, waiting->n,
                               MSG_NOSIGNAL | MSG_DONTWAIT);
    if (n < 0 && errno != EAGAIN && errno != EINTR) {
        lose(syslog);
        return;
    }
    if (n > 0) {
        memmove(waiting->p, waiting->p + n, waiting->n - (size_t)n);
        waiting->n -= (size_t)n;
    }
    if (waiting->n == 0) {
        loop_remove(syslog->watch);
        syslog->watch = NULL;
    }
}

int syslog_open(struct loop *loop, str target, struct syslog **out,
                struct err *err)
{
    struct syslog *syslog = mem_alloc(1, sizeof(*syslog));
    str where = target;
    str kind = str_cut(&where, ':');
    int rc;

    syslog->loop = loop;
    syslog->fd = -1;
    syslog->waiting = BUF_INIT(WAITING_MAX);
    syslog->type = str_eq(kind, STR("tcp")) ? SOCK_STREAM : SOCK_DGRAM;
    if (str_eq(kind, STR("udp")) || str_eq(kind, STR("tcp")))
        rc = resolve(syslog, where, err);
    else if (str_eq(kind, STR("unix")))
        rc = unix_path(syslog, where, err);
    else
        rc = err_set(err, E_INVALID,
                     "syslog: '%" PRIstr "' is none of udp:HOST:PORT, "
                     "tcp:HOST:PORT, unix:PATH",
                     ARGstr(target));
    if (rc < 0) {
        mem_free(syslog);
        return rc;
    }
    if (gethostname(syslog->host, sizeof(syslog->host) - 1) < 0)
        syslog->host[0] = '\0';
    try_again(syslog);
    *out = syslog;
    return 0;
}

void syslog_free(struct syslog *syslog)
{
    if (syslog == NULL)
        return;
    loop_remove(syslog->watch);
    loop_remove(syslog->timer);
    if (syslog->fd >= 0)
        close(syslog->fd);
    buf_clear(&syslog->waiting);
    mem_free(syslog);
}

/* The event is the third word of a line of text, the member of one of JSON. */
static void format(struct syslog *syslog, enum log_level level,
                   const char *process, str line, struct buf *out)
{
    static const int severities[] = { 3, 4, 6, 7 };
    char at[CLOCK_TEXT_MAX];

    clock_text(clock_now(), at);
    buf_printf(out, "<%d>1 %s %s holdfastd-%s %d - - ",
               FACILITY_DAEMON * 8 + severities[level], at,
               syslog->host[0] != '\0' ? syslog->host : "-", process,
               (int)getpid());
    buf_add(out, line);
}

static void send_stream(struct syslog *syslog, str message)
{
    char count[24];
    int n = snprintf(count, sizeof(count), "%zu ", message.n);

    if (syslog->waiting.n + message.n + (size_t)n > WAITING_MAX) {
        syslog->dropped++;
        return;
    }
    buf_add(&syslog->waiting, (str){ count, (size_t)n });
    buf_add(&syslog->waiting, message);
    if (syslog->watch == NULL && syslog->fd >= 0)
        syslog->watch = loop_fd(syslog->loop, syslog->fd, LOOP_WRITE,
                                write_waiting, syslog);
}

void syslog_send(struct syslog *syslog, enum log_level level,
                 const char *process, str line)
{
    AUTO(buf_clear) struct buf message = BUF(MESSAGE_MAX);

    if (syslog == NULL)
        return;
    format(syslog, level, process, line, &message);
    if (syslog->type == SOCK_STREAM) {
        send_stream(syslog, buf_str(&message));
        return;
    }
    if (syslog->fd < 0 && syslog->timer == NULL)
        connect_it(syslog);
    if (syslog->fd >= 0 && send(syslog->fd, message.p, message.n,
                                MSG_NOSIGNAL | MSG_DONTWAIT) < 0) {
        syslog->dropped++;
        if (errno == ENOTCONN || errno == ECONNREFUSED || errno == EPIPE) {
            close(syslog->fd);
            syslog->fd = -1;
            connect_it(syslog);
        }
    }
}
