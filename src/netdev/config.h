/* SPDX-License-Identifier: Apache-2.0
 *
 * Configurations as text: whole or cut off, without what changes by itself,
 * and the commands that lead from one to another. Pure; the text is hostile.
 */
#ifndef NETDEV_CONFIG_H
#define NETDEV_CONFIG_H

#include "base/buf.h"
#include "netdev/family.h"

enum {
    CONFIG_TEXT_MAX = 64 << 20,
    CONFIG_LINES_MAX = 1 << 20,
    CONFIG_DEPTH_MAX = 16,
};

/* Appends the text without the family's noise, what is below it, and empty
 * lines at its ends, so that two readings of an unchanged device are alike. */
int config_clean(const struct family *family, str text, struct buf *out,
                 struct err *err) MUST_CHECK;

/* Whether the text ends as the family's configurations do; if not it was cut
 * off. */
bool config_is_whole(const struct family *family, str text);

/* Appends the commands that make `to` out of `from`, one a line, sections
 * entered and left (R-DEP-5). No command does more than its line says, and
 * none takes away what the next one brings back: what has one value is set
 * anew, lists of filters are edited so that what passes before and after
 * passes at every moment between, and what is used is made first and removed
 * last (delta_int.h). The order of other lines is not reproduced: who applies
 * this reads back and compares. E_UNSUPPORTED where no such way is known. */
int config_delta(const struct family *family, str from, str to, struct buf *out,
                 struct err *err) MUST_CHECK;

/* Takes the first command of the text: a line, blanks at its ends left out; of
 * a banner of several lines (R-SSH-4) all of them. */
str config_take_command(str *text);

/* How many lines of the configuration are `line`, at any depth. */
size_t config_count(str config, str line);

#endif
