/* SPDX-License-Identifier: Apache-2.0
 *
 * The path of a file without symbolic links, "." and "..", as the machine
 * sees it: inside its root.
 */
#ifndef PROBE_CANONICAL_H
#define PROBE_CANONICAL_H

#include "probe/machine.h"

enum {
    CANONICAL_MAX = 64 * 1024
}; /* bytes that links may add up to */

/* Appends it to *out, which is empty. 0, or a negative errno: ENOENT when it
 * leads nowhere, ELOOP when in a circle. */
int canonical_path(struct probe_machine *machine, const char *path,
                   struct buf *out) MUST_CHECK;

#endif
