/* SPDX-License-Identifier: Apache-2.0
 *
 * The launcher: it holds the rights that installing needs, and does nothing
 * with them but start the installer. It reads one byte and two descriptors of
 * who connects, and that must be a process of its own user.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "agent/disk.h"
#include "agent/installing.h"
#include "agent/keeper_int.h"
#include "agent/sandbox.h"
#include "agent/supervisor.h"

enum {
    BACKLOG = 4,
    FDS = 2, /* order and out */
    MODE = 0600,
};

#define SOCKET_NAME "installer"

static int set_address(struct sockaddr_un *out, int dir)
{
    *out = (struct sockaddr_un){ .sun_family = AF_UNIX };
    return snprintf(out->sun_path, sizeof(out->sun_path),
                    "/proc/self/fd/%d/" SOCKET_NAME, dir);
}

int launcher_listen(const struct options *options, int *out_fd, struct err *err)
{
    AUTO(fd_close)
    int data = open(options->data, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    struct sockaddr_un address;
    int fd;
    int rc;

    if (data < 0)
        return err_errno(err, errno, "%s", options->data);
    fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return err_errno(err, errno, "socket");
    set_address(&address, data);
    unlinkat(data, SOCKET_NAME, 0);
    if (bind(fd, (const struct sockaddr *)&address, sizeof(address)) < 0 ||
        fchmodat(data, SOCKET_NAME, MODE, 0) < 0 || listen(fd, BACKLOG) < 0) {
        rc = err_errno(err, errno, "%s/" SOCKET_NAME, options->data);
        close(fd);
        return rc;
    }
    *out_fd = fd;
    return 0;
}

/* --- The caller's side. --- */

int launcher_call(const struct options *options, int order, int out,
                  int *out_link, struct err *err)
{
    AUTO(fd_close)
    int data = open(options->data, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
    int fds[FDS] = { order, out };
    char control[CMSG_SPACE(sizeof(fds))] = { 0 };
    char byte = 'o';
    struct iovec iov = { &byte, 1 };
    struct msghdr message = { .msg_iov = &iov,
                              .msg_iovlen = 1,
                              .msg_control = control,
                              .msg_controllen = sizeof(control) };
    struct cmsghdr *header = CMSG_FIRSTHDR(&message);
    struct sockaddr_un address;

    if (fd < 0)
        return err_errno(err, errno, "socket");
    set_address(&address, data);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(sizeof(fds));
    memcpy(CMSG_DATA(header), fds, sizeof(fds));
    if (connect(fd, (const struct sockaddr *)&address, sizeof(address)) < 0 ||
        sendmsg(fd, &message, MSG_NOSIGNAL) != 1) {
        int rc = err_errno(err, errno, "the installer cannot be reached");

        close(fd);
        return rc;
    }
    *out_link = fd;
    return 0;
}

/* --- The launcher. --- */

/* The two descriptors, or false. */
static bool receive(int link, int fds[FDS])
{
    char control[CMSG_SPACE(sizeof(int) * FDS)] = { 0 };
    char byte;
    struct iovec iov = { &byte, 1 };
    struct msghdr message = { .msg_iov = &iov,
                              .msg_iovlen = 1,
                              .msg_control = control,
                              .msg_controllen = sizeof(control) };
    struct cmsghdr *header;
    struct ucred peer;
    socklen_t size = sizeof(peer);

    if (getsockopt(link, SOL_SOCKET, SO_PEERCRED, &peer, &size) < 0 ||
        peer.uid != geteuid())
        return false;
    if (recvmsg(link, &message, MSG_CMSG_CLOEXEC) != 1)
        return false;
    header = CMSG_FIRSTHDR(&message);
    if (header == NULL || header->cmsg_level != SOL_SOCKET ||
        header->cmsg_type != SCM_RIGHTS ||
        header->cmsg_len != CMSG_LEN(sizeof(int) * FDS))
        return false;
    memcpy(fds, CMSG_DATA(header), sizeof(int) * FDS);
    return true;
}

static void serve(const struct options *options, int link)
{
    int fds[FDS];
    struct timeval limit = { 5, 0 };
    struct err err = { 0 };
    pid_t pid;

    (void)setsockopt(link, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
    if (!receive(link, fds)) {
        log_warn("launcher.refused", LOG_TEXT("text", STR("not our keeper")));
        return;
    }
    if (role_start(
            &(struct start){ .options = options,
                             .role = "installer",
                             .alone = true,
                             .fds = (const int[]){ link, fds[0], fds[1] },
                             .fd_count = 3 },
            &pid, &err) < 0)
        log_error("installer.not_started", LOG_TEXT("text", str_c(err.text)));
    else
        log_info("installer.started", LOG_I64("pid", pid));
    close(fds[0]);
    close(fds[1]);
}

int launcher_main(const struct options *options)
{
    struct sigaction ignore = { .sa_handler = SIG_IGN };
    struct err err = { 0 };

    if (sandbox_install(&err) < 0) {
        log_error("launcher.failed", LOG_TEXT("text", str_c(err.text)));
        return 1;
    }
    /* Installers are nobody's to wait for; one that runs when we end goes on
     * to its end. */
    ignore.sa_flags = SA_NOCLDWAIT;
    sigaction(SIGCHLD, &ignore, NULL);
    for (;;) {
        int link = accept4(LAUNCHER_FD, NULL, NULL, SOCK_CLOEXEC);

        if (link < 0 && (errno == EINTR || errno == ECONNABORTED))
            continue;
        if (link < 0)
            return 1;
        serve(options, link);
        close(link);
    }
}

int launcher_command(const struct options *options, struct err *err)
{
    int listener = -1;
    int rc;

    if (geteuid() != 0)
        return err_set(err, E_PERM, "installing packages needs root");
    rc = data_prepare(options, err);
    if (rc == 0)
        rc = launcher_listen(options, &listener, err);
    if (rc < 0)
        return rc;
    if (listener != LAUNCHER_FD &&
        (dup2(listener, LAUNCHER_FD) < 0 || close(listener) < 0))
        return err_errno(err, errno, "the socket");
    if (fcntl(LAUNCHER_FD, F_SETFD, FD_CLOEXEC) < 0)
        return err_errno(err, errno, "the socket");
    return launcher_main(options) == 0
               ? 0
               : err_set(err, E_IO, "the socket is of no use any more");
}
