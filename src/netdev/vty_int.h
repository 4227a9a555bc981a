/* SPDX-License-Identifier: Apache-2.0
 *
 * The parts of a vty: vty.c resolves, connects and keeps the time, then
 * hands the connected descriptor to the transport's row.
 */
#ifndef NETDEV_VTY_INT_H
#define NETDEV_VTY_INT_H

#include "base/buf.h"
#include "netdev/vty.h"

/* What a transport is. `start` gets the connected, non-blocking descriptor,
 * which stays the vty's. The functions tell what happens by
 * vty_step_done(), vty_data() and vty_fail(), and stop when those say
 * that the vty is dead. It is released only when they have returned. */
struct carrier {
    enum transport transport;
    uint16_t port;
    int (*start)(struct vty *vty, struct err *err);
    void (*ready)(struct vty *vty, int events);
    void (*send)(struct vty *vty, str bytes);
    void (*stop)(struct vty *vty);
    void (*again)(struct vty *vty); /* NULL: one channel is all there is */
};

extern const struct carrier carrier_ssh;
extern const struct carrier carrier_netconf;
extern const struct carrier carrier_museum;
extern const struct carrier carrier_telnet;
extern const struct carrier carrier_tls;
extern const struct carrier carrier_http;

struct vty {
    struct vty_options options;
    const struct carrier *carrier;
    struct buf texts; /* the copies of the options' texts */
    struct buf late;  /* and of those that came by vty_login_as() */
    int fd;
    struct loop_watch *watch;
    struct loop_watch *timer;
    enum vty_step step; /* that is being taken */
    bool dead;          /* ended was told, or it is to be released */
    bool released;      /* when the outermost event has returned */
    unsigned depth;     /* events that are being told */
    void *carried;      /* the transport's own */

    struct resolving *resolving;
    void *addresses; /* struct addrinfo, as found */
    void *next;      /* of them, to be tried */
    struct err last; /* why the one before did not work */
};

/* True when the vty is still wanted. */
bool vty_step_done(struct vty *vty, enum vty_step step, str detail);
bool vty_data(struct vty *vty, str bytes);
void vty_fail(struct vty *vty, const struct err *err);
void vty_watch(struct vty *vty, int events);
/* The line was peeked at: it is readable again when it has more than `seen`
 * bytes. 0: when it has any. */
void vty_await(struct vty *vty, size_t seen);
/* Sends what waits, as far as the line takes it, and watches for the rest. Of a
 * line that is dead reading tells. */
void vty_flush(struct vty *vty, struct buf *waiting);
/* Compares what proves the device with what is approved, tells it, and takes
 * the step VTY_KEYS or fails. `what` is for people: "the host's key". */
bool vty_key_seen(struct vty *vty, const char *what, const char *kind,
                  str fingerprint);
/* Calls fn as an event: what it frees is released when it has returned. */
void vty_call(struct vty *vty, void (*fn)(struct vty *vty));
/* What an SSH server says first. 0: not whole yet; 1: SSH 2; E_UNSUPPORTED
 * for SSH 1, E_PARSE. */
int vty_read_greeting(str seen, struct err *err) MUST_CHECK;
void vty_finding(struct vty *vty, const char *rule, str text);

#endif
