/* SPDX-License-Identifier: Apache-2.0
 *
 * The tree of a definition as text for a terminal: what was asked, with the
 * marks and results, and the facts that decided it.
 *
 *   ✔ all of  Release section                                       true
 *   ├─ ✔ Debian 12 is installed                                     true
 *   └─ ✔ glibc DPKG is earlier than 2.36-9+deb12u1                  true
 *        looked for  dpkginfo with name libc6
 *      ✔ found       name libc6
 *      ✔ compared    evr 0:2.36-9; wanted: below 0:2.36-9+deb12u1
 *
 * Control characters in foreign text are shown as "?", so that content cannot
 * speak to the terminal.
 */
#ifndef OVAL_TREE_H
#define OVAL_TREE_H

#include "base/io.h"
#include "oval/eval.h"

struct oval_tree_options {
    bool ascii; /* without characters beyond ASCII */
    bool color; /* with terminal colours */
};

/* Writes the head of definitions[index] and its tree. */
void oval_tree_write(struct oval_eval *eval, uint32_t index,
                     const struct oval_tree_options *options,
                     struct io_out *out);

#endif
