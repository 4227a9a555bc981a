/* SPDX-License-Identifier: Apache-2.0
 *
 * Comparisons of texts in which something is hidden: where a password stood, a
 * source tells a mark (oval/source.h). What the hidden text could decide is
 * unknown; all else is compared as always.
 *
 * Of a pattern this is found out by what a search does before and behind each
 * mark: one that was on its way before it and ends there depended on it, and
 * so does one that some usual password would bring to an end. A pattern that
 * looks for nothing but an unusual password, and at nothing around it, is not
 * noticed.
 */
#ifndef OVAL_HIDDEN_H
#define OVAL_HIDDEN_H

#include "oval/compare.h"

/* Whether the mark stands in the text. */
bool oval_is_hidden(str mark, str text);

/* As oval_compare_entity(), or OVAL_UNKNOWN. */
enum oval_result oval_compare_hidden(struct regex_cache *cache, str mark,
                                     const struct oval_comparison *it,
                                     struct err *err);

#endif
