/* SPDX-License-Identifier: Apache-2.0
 *
 * Files that probes read the content of. Only regular files are opened for
 * reading: what is found is looked at first (O_PATH), so that a FIFO does not
 * block, and no device, tape or watchdog notices us. Links are followed
 * inside the machine's root.
 *
 * What does not lead to a file, such as a link to nothing or in a circle, is
 * E_ABSENT. Paths may be longer than PATH_MAX.
 */
#ifndef PROBE_REGULAR_H
#define PROBE_REGULAR_H

#include "probe/machine.h"

/* A descriptor or a negative errno; flags as probe_open(). */
int regular_open_path(struct probe_machine *machine, const char *path,
                      int flags);

/* Like lstat. */
int regular_stat(struct probe_machine *machine, const char *path,
                 struct stat *out, struct err *err) MUST_CHECK;

/* A descriptor to read a regular file; E_ABSENT when there is none: nothing,
 * or another kind of file. */
int regular_open(struct probe_machine *machine, const char *path,
                 struct stat *out, struct err *err) MUST_CHECK;

/* Appends the content. E_LIMIT past the limit of buf. */
int regular_read(struct probe_machine *machine, const char *path,
                 struct buf *buf, struct err *err) MUST_CHECK;

#endif
