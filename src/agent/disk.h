/* SPDX-License-Identifier: Apache-2.0
 *
 * The agent's files: each appears whole or not at all, and what was written
 * is on the disk when disk_write() returns, so that a crash or a power cut
 * leaves the old file or the new one.
 *
 * A disk is one directory, open; names are without slash. Files are of mode
 * 0600.
 */
#ifndef AGENT_DISK_H
#define AGENT_DISK_H

#include "base/buf.h"

/* Opens, and makes, dir below the directory at parent_fd, with mode 0700. */
int disk_open(int parent_fd, const char *dir, int *out_fd,
              struct err *err) MUST_CHECK;

int disk_write(int fd, const char *name, str bytes, struct err *err) MUST_CHECK;
/* E_ABSENT when there is none; the limit of *out bounds it. */
int disk_read(int fd, const char *name, struct buf *out,
              struct err *err) MUST_CHECK;
/* A file that is not there is removed already. */
int disk_remove(int fd, const char *name, struct err *err) MUST_CHECK;
/* Makes the names of the directory durable. */
int disk_sync(int fd, struct err *err) MUST_CHECK;
bool disk_has(int fd, const char *name);

/* Calls fn for every file, without "." names; fn may remove it. A negative
 * result ends it and is returned. */
typedef int disk_each_fn(void *ctx, const char *name, struct err *err);
int disk_each(int fd, disk_each_fn *fn, void *ctx, struct err *err) MUST_CHECK;

/* A file of bytes in memory, at its start; for passing to another process. */
int disk_memory(const char *name, str bytes, int *out_fd,
                struct err *err) MUST_CHECK;
/* All bytes of an open file, from its start; the limit of *out bounds it. */
int disk_read_fd(int fd, struct buf *out, struct err *err) MUST_CHECK;

void fd_close(const int *fd); /* for AUTO; -1 is none */

#endif
