/* SPDX-License-Identifier: Apache-2.0
 *
 * Text without case. ASCII, and the letters of Latin, Greek, Cyrillic,
 * Armenian and the full-width forms that have one counterpart of the other
 * case; "ss" for sharp s and the Turkish dotless i are not folded. Bytes that
 * are not UTF-8 compare as they are.
 */
#ifndef OVAL_FOLD_H
#define OVAL_FOLD_H

#include "base/str.h"

bool oval_equal_nocase(str a, str b);

#endif
