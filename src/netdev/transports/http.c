/* SPDX-License-Identifier: Apache-2.0
 *
 * The web server of a device in clear text: sensors only (R-COM-8), and a
 * finding.
 */
#include <errno.h>
#include <sys/socket.h>

#include "base/mem.h"
#include "netdev/vty_int.h"

enum {
    WAITING_MAX = 16 << 20,
    PIECE = 16384,
};

struct line {
    struct buf waiting; /* to be sent */
};

static int start(struct vty *vty, struct err *err UNUSED)
{
    struct line *line = mem_alloc(1, sizeof(*line));

    *line = (struct line){ .waiting = BUF(WAITING_MAX) };
    vty->carried = line;
    vty_watch(vty, LOOP_READ);
    vty_finding(vty, "R-TEL-4",
                STR("insecure transport: HTTP sends passwords and what is "
                    "read in clear text"));
    if (!vty->dead && vty_step_done(vty, VTY_KEYS, STR("clear text")) &&
        vty_step_done(vty, VTY_LOGIN, STR("asked by the device")))
        (void)vty_step_done(vty, VTY_SHELL, STR_NONE);
    return 0;
}

static void ready(struct vty *vty, int events UNUSED)
{
    struct line *line = vty->carried;
    char bytes[PIECE];
    ssize_t n = recv(vty->fd, bytes, sizeof(bytes), 0);
    struct err err = { 0 };

    if (n < 0 && (errno == EAGAIN || errno == EINTR)) {
        vty_flush(vty, &line->waiting);
        return;
    }
    if (n < 0)
        (void)err_errno(&err, errno, "the line broke");
    else if (n == 0)
        (void)err_set(&err, E_IO, "the device ended the connection");
    if (err.code != 0)
        vty_fail(vty, &err);
    else if (vty_data(vty, (str){ bytes, (size_t)n }))
        vty_flush(vty, &line->waiting);
}

static void send_bytes(struct vty *vty, str bytes)
{
    struct line *line = vty->carried;

    buf_add(&line->waiting, bytes);
    vty_flush(vty, &line->waiting);
}

static void stop(struct vty *vty)
{
    struct line *line = vty->carried;

    buf_wipe(&line->waiting); /* credentials were sent */
    mem_free(line);
}

const struct carrier carrier_http = {
    .transport = TRANSPORT_HTTP,
    .port = 80,
    .start = start,
    .ready = ready,
    .send = send_bytes,
    .stop = stop,
};
