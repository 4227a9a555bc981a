/* SPDX-License-Identifier: Apache-2.0
 *
 * What differs between two texts, line by line, as `diff -u` writes it. Pure.
 * Past DIFF_EDITS_MAX edits the shortest answer is not looked for any more:
 * what differs between the first and the last difference is one piece then.
 */
#ifndef NETDEV_DIFF_H
#define NETDEV_DIFF_H

#include "base/buf.h"

enum {
    DIFF_LINES_MAX = 1 << 20,
    DIFF_EDITS_MAX = 2000,
    DIFF_CONTEXT = 3,
};

/* Appends nothing when the texts are alike. Names go into the two first
 * lines. */
int diff_unified(str from_name, str from, str to_name, str to, struct buf *out,
                 struct err *err) MUST_CHECK;

#endif
