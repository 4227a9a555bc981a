/* SPDX-License-Identifier: Apache-2.0
 *
 * Words of a line: texts between blanks and tabs.
 */
#ifndef PROBE_WORD_H
#define PROBE_WORD_H

#include "base/str.h"

/* Takes the first word of *line; an empty one at the end. */
str word_take(str *line);

#endif
