/* SPDX-License-Identifier: Apache-2.0 */
#include "server/notify.h"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

void notify_state(str state)
{
    str path = str_c(getenv("NOTIFY_SOCKET"));
    struct sockaddr_un to = { .sun_family = AF_UNIX };
    socklen_t n = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + path.n);
    int fd;

    if (path.n < 2 || path.n >= sizeof(to.sun_path))
        return;
    memcpy(to.sun_path, path.p, path.n);
    if (to.sun_path[0] == '@')
        to.sun_path[0] = '\0';
    fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return;
    (void)!sendto(fd, state.p, state.n, MSG_NOSIGNAL, (struct sockaddr *)&to,
                  n);
    close(fd);
}
