/* SPDX-License-Identifier: Apache-2.0
 *
 * The parts of a change: change.c is the way through it, change_lines.c what
 * its lines are and whether they are seen again.
 */
#ifndef NETDEV_CHANGE_INT_H
#define NETDEV_CHANGE_INT_H

#include "base/arena.h"
#include "base/vec.h"
#include "netdev/change.h"

struct change_lines {
    VEC(struct change_line) list;
};

/* Comments and empty lines are left out. */
int change_read_lines(const struct change_options *options, struct arena *arena,
                      struct change_lines *out, struct err *err) MUST_CHECK;

enum seen {
    SEEN,
    SEEN_MISSING,
    SEEN_SKIPPED, /* no configuration shows such a line */
    SEEN_SECRET,  /* the words before the secret are there */
};
enum seen change_line_seen(const struct family *family, str line, str before,
                           str after);

#endif
