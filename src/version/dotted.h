/* SPDX-License-Identifier: Apache-2.0
 *
 * OVAL's `version` datatype: numbers of any length between delimiters, where
 * every character that is not a digit is a delimiter, whichever it is; a
 * missing number is 0 ("1.2" is "1.2.0", "8.0(4)" is "8.0.4.0"). Pure, no
 * allocation.
 */
#ifndef VERSION_DOTTED_H
#define VERSION_DOTTED_H

#include "base/str.h"

/* E_PARSE when text does not begin with a digit. */
int dotted_version_check(str text, struct err *err) MUST_CHECK;

/* *out_order is negative, 0 or positive: a is older, the same, newer. */
int dotted_version_compare(str a, str b, int *out_order,
                           struct err *err) MUST_CHECK;

#endif
