/* SPDX-License-Identifier: Apache-2.0
 *
 * Checking foreign content before it is used.
 */
#ifndef OVAL_PACK_INT_H
#define OVAL_PACK_INT_H

#include "oval/content.h"

/* Every index below its array's count or OVAL_NONE, every name inside names,
 * every tree well-formed: what content.h says is always true. E_CORRUPT says
 * what is not. */
int pack_check(const struct oval_content *content, struct err *err) MUST_CHECK;

#endif
