/* SPDX-License-Identifier: Apache-2.0
 *
 * Names with '*' (any text) and '?' (any byte).
 */
#ifndef PATCH_MATCH_INT_H
#define PATCH_MATCH_INT_H

#include "patch/model.h"

/* In time of at most the product of both lengths. */
bool match_name(str pattern, str name);

/* Whether a package of the patch matches: one that it lists, or, when it lists
 * none and its id is "name=version" (P-LNX-6), that name. */
bool match_packages(str pattern, const struct patch *patch);

#endif
