/* SPDX-License-Identifier: Apache-2.0
 *
 * Tables of the kernel that are text, a line an entry, such as those below
 * /proc/net.
 */
#ifndef PROBE_LINES_H
#define PROBE_LINES_H

#include "probe/machine.h"

/* Negative: the line is not one of such a table. */
typedef int lines_fn(void *ctx, str line, struct err *err);

/* Calls each for the lines of a file of at most `limit` bytes. A kernel
 * without what the table lists has no file. What cannot be read and what each
 * refuses are errors of the object. */
void lines_each(struct probe_machine *machine, struct oval_sink *sink,
                const char *path, size_t limit, lines_fn *each, void *ctx);

#endif
