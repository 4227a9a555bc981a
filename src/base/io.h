/* SPDX-License-Identifier: Apache-2.0
 *
 * Files: reading small ones whole, and writing ones that appear whole or not
 * at all.
 */
#ifndef BASE_IO_H
#define BASE_IO_H

#include "base/buf.h"

/* Appends the whole file to *buf, whose limit bounds it (E_LIMIT). Opens
 * without following into devices or FIFOs: only regular files are read, and
 * the files of /proc and /sys, whose size is 0. dirfd may be AT_FDCWD. */
int io_read_file(int dirfd, const char *path, struct buf *buf,
                 struct err *err) MUST_CHECK;

/* A regular file of `least` to `most` bytes, mapped read-only; E_CORRUPT when
 * it is shorter, E_LIMIT when it is longer. io_unmap() releases it. */
int io_map(const char *path, size_t least, size_t most, str *out,
           struct err *err) MUST_CHECK;
/* The same of a descriptor, which stays the caller's; `name` is for messages.
 */
int io_map_fd(int fd, const char *name, size_t least, size_t most, str *out,
              struct err *err) MUST_CHECK;
void io_unmap(str bytes);

/* The folder that the running program lies in, links resolved, without a
 * slash at its end; also where /proc is not mounted. NULL when the kernel
 * does not tell. mem_free() releases it. */
char *io_program_dir(void);

/* An output: a file that is renamed into place by io_out_finish(), or
 * standard output when path is "-". Writing keeps the first error for
 * io_out_finish(). io_out_free() without finish leaves the old file as it
 * was. */
struct io_out;
int io_out_open(const char *path, struct io_out **out,
                struct err *err) MUST_CHECK;
/* To a descriptor, from where it stands; it stays the caller's and is not
 * closed. `name` is for messages. */
struct io_out *io_out_fd(int fd, const char *name);
void io_out_write(struct io_out *out, str bytes);
void io_out_printf(struct io_out *out, const char *format, ...) PRINTF(2, 3);
int io_out_finish(struct io_out *out, struct err *err) MUST_CHECK;
void io_out_free(struct io_out *out);
void io_out_freep(struct io_out **out);

#endif
