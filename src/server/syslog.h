/* SPDX-License-Identifier: Apache-2.0
 *
 * The log as RFC 5424 messages to a syslog server: over UDP (RFC 5426), TCP
 * with octet counting (RFC 6587 3.4.1) or a Unix socket. Sending never
 * blocks; what a slow or absent server does not take is dropped and counted,
 * and a lost TCP connection is made again.
 */
#ifndef SERVER_SYSLOG_H
#define SERVER_SYSLOG_H

#include "base/log.h"
#include "base/loop.h"

struct syslog;

/* "udp:HOST:PORT", "tcp:HOST:PORT" with an IP address, "unix:PATH". */
int syslog_open(struct loop *loop, str target, struct syslog **out,
                struct err *err) MUST_CHECK;
void syslog_free(struct syslog *syslog);
/* NULL is accepted and does nothing. */
void syslog_send(struct syslog *syslog, enum log_level level,
                 const char *process, str line);

#endif
