/* SPDX-License-Identifier: Apache-2.0
 *
 * Sockets that listen.
 */
#ifndef SERVER_LISTEN_H
#define SERVER_LISTEN_H

#include "base/str.h"

/* address as "ADDRESS:PORT"; names are not looked up, but "localhost" is
 * 127.0.0.1. *out_port is the port it got. */
int listen_open(str address, int *out_fd, int64_t *out_port,
                struct err *err) MUST_CHECK;

#endif
