/* SPDX-License-Identifier: Apache-2.0
 *
 * Devices that call (RFC 8071): a socket that listens, and each connection
 * that comes, as a descriptor for a vty (`is_called`). From then on it is as if
 * we had called: the device is the SSH server. Who it is, its host key says,
 * never its address (R-COM-11). On a loop.
 *
 * What comes is taken one by one: while the owner is busy with one, others
 * wait in the system's queue.
 */
#ifndef NETDEV_CALLHOME_H
#define NETDEV_CALLHOME_H

#include "base/loop.h"

enum {
    CALLHOME_PORT = 4334, /* NETCONF over SSH */
};

struct callhome;

/* fd is the function's. The callhome pauses, until callhome_resume(). */
typedef void callhome_fn(void *ctx, int fd, str address);

struct callhome_options {
    struct loop *loop;
    str address; /* IPv4 or IPv6, of this machine; empty: all */
    uint16_t port;
    bool is_open; /* fd listens already; the callhome's from now on */
    int fd;
    callhome_fn *fn;
    void *ctx;
};

int callhome_new(const struct callhome_options *options, struct callhome **out,
                 struct err *err) MUST_CHECK;
void callhome_free(struct callhome *callhome);
void callhome_freep(struct callhome **callhome);
void callhome_resume(struct callhome *callhome);

#endif
