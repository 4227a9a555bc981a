/* SPDX-License-Identifier: Apache-2.0
 *
 * The lines of /proc/PID/mountinfo (proc(5)).
 */
#ifndef PROBE_MOUNTS_H
#define PROBE_MOUNTS_H

#include "base/arena.h"

struct mount {
    uint32_t major_number;
    uint32_t minor_number;
    str point;   /* decoded, in the arena */
    str options; /* of the mount, separated by commas */
    str type;
    str source;        /* decoded, in the arena */
    str super_options; /* of the file system */
};

int mounts_parse_line(str line, struct arena *arena, struct mount *out,
                      struct err *err) MUST_CHECK;

/* Takes the next option that holds for the mount: those of the mount, then
 * those of the file system that are not among them, with ro before rw when
 * either says so. *state starts at 0. False at the end. */
bool mounts_next_option(const struct mount *mount, size_t *state, str *out);

/* True for file systems whose server may not answer: asking one for its free
 * space can block for ever. */
bool mounts_may_block(const struct mount *mount);

#endif
