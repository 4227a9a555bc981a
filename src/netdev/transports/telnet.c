/* SPDX-License-Identifier: Apache-2.0
 *
 * Telnet (RFC 854), by libtelnet: every option is answered, what is not in
 * the table with a refusal, because servers wait for that (R-TEL-2).
 */
#include <errno.h>
#include <stddef.h>
#include <sys/socket.h>

#include <libtelnet.h>

#include "base/mem.h"
#include "netdev/vty_int.h"

enum {
    WAITING_MAX = 1 << 20,
    PIECE = 16384,
    COLUMNS = 511, /* RFC 1073: what a line may have before it wraps */
};

struct line {
    telnet_t *telnet;
    struct buf waiting; /* to be sent */
    struct vty *vty;
    struct err err;
};

static const telnet_telopt_t options[] = {
    { TELNET_TELOPT_ECHO, TELNET_WONT, TELNET_DO },
    { TELNET_TELOPT_SGA, TELNET_WILL, TELNET_DO },
    { TELNET_TELOPT_TTYPE, TELNET_WILL, TELNET_DONT },
    { TELNET_TELOPT_NAWS, TELNET_WILL, TELNET_DONT },
    { TELNET_TELOPT_BINARY, TELNET_WONT, TELNET_DONT },
    { -1, 0, 0 },
};

/* Rows 0: there is no page that could be full. */
static void tell_size(telnet_t *telnet)
{
    static const char size[] = { COLUMNS >> 8, (char)(COLUMNS & 0xff), 0, 0 };

    telnet_begin_sb(telnet, TELNET_TELOPT_NAWS);
    telnet_send(telnet, size, sizeof(size));
    telnet_finish_sb(telnet);
}

static void on_event(telnet_t *telnet, telnet_event_t *event, void *ctx)
{
    struct line *line = ctx;

    switch (event->type) {
    case TELNET_EV_DATA:
        if (!line->vty->dead)
            (void)vty_data(line->vty,
                           (str){ event->data.buffer, event->data.size });
        break;
    case TELNET_EV_SEND:
        buf_add(&line->waiting, (str){ event->data.buffer, event->data.size });
        break;
    case TELNET_EV_DO:
        if (event->neg.telopt == TELNET_TELOPT_NAWS)
            tell_size(telnet);
        break;
    case TELNET_EV_TTYPE:
        if (event->ttype.cmd == TELNET_TTYPE_SEND)
            telnet_ttype_is(telnet, "vt100");
        break;
    case TELNET_EV_ERROR:
        if (line->err.code == 0)
            (void)err_set(&line->err, E_PARSE, "not Telnet: %s",
                          event->error.msg);
        break;
    default:
        break;
    }
}

static int start(struct vty *vty, struct err *err)
{
    struct line *line = mem_alloc(1, sizeof(*line));

    *line = (struct line){ .waiting = BUF(WAITING_MAX), .vty = vty };
    line->telnet = telnet_init(options, on_event, 0, line);
    if (line->telnet == NULL) {
        mem_free(line);
        return err_set(err, E_IO, "no memory for a Telnet line");
    }
    vty->carried = line;
    vty_watch(vty, LOOP_READ);
    vty_finding(vty, "R-TEL-4",
                STR("insecure transport: Telnet sends passwords and what is "
                    "read in clear text"));
    if (vty->dead || !vty_step_done(vty, VTY_KEYS, STR("clear text")) ||
        !vty_step_done(vty, VTY_LOGIN, STR("asked by the device")))
        return 0;
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
    if (n <= 0) {
        if (n < 0)
            (void)err_errno(&err, errno, "the line broke");
        else
            (void)err_set(&err, E_IO, "the device ended the connection");
        vty_fail(vty, &err);
        return;
    }
    telnet_recv(line->telnet, bytes, (size_t)n);
    if (vty->dead)
        return;
    if (line->waiting.over)
        (void)err_set(&line->err, E_LIMIT,
                      "the device makes us answer too much");
    if (line->err.code != 0)
        vty_fail(vty, &line->err);
    else
        vty_flush(vty, &line->waiting);
}

/* RFC 854: a carriage return is followed by NUL, or by a line feed. */
static void send_bytes(struct vty *vty, str bytes)
{
    struct line *line = vty->carried;

    for (size_t i = 0; i < bytes.n; i++) {
        telnet_send(line->telnet, bytes.p + i, 1);
        if (bytes.p[i] == '\r')
            telnet_send(line->telnet, "", 1);
    }
    vty_flush(vty, &line->waiting);
}

static void stop(struct vty *vty)
{
    struct line *line = vty->carried;

    telnet_free(line->telnet);
    buf_wipe(&line->waiting); /* credentials were sent */
    mem_free(line);
}

const struct carrier carrier_telnet = {
    .transport = TRANSPORT_TELNET,
    .port = 23,
    .start = start,
    .ready = ready,
    .send = send_bytes,
    .stop = stop,
};
