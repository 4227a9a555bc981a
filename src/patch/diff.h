/* SPDX-License-Identifier: Apache-2.0
 *
 * What differs between two versions of a configuration (P-CFG-9). Pure.
 */
#ifndef PATCH_DIFF_H
#define PATCH_DIFF_H

#include "base/jval.h"

/* An array of {"field", "before", "after"}, in the order of `before`, then what
 * is new; objects are compared member by member, everything else as a whole.
 * A side without the member is null. Both are canonical trees
 * (configuration.h), of any depth below 64. The caller's. */
struct jval *patch_diff(const struct jval *before, const struct jval *after);

#endif
