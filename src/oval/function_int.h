/* SPDX-License-Identifier: Apache-2.0
 *
 * Sorting for the merge function (SortEnumeration, OrderEnumeration of 5.12).
 */
#ifndef OVAL_FUNCTION_INT_H
#define OVAL_FUNCTION_INT_H

#include "oval/content.h"

/* Sorts values in place; equal ones keep their order. Numeric: E_INVALID when
 * one is not a number. Natural: runs of digits compare as numbers, the rest
 * byte by byte. Lexical: byte by byte. */
int oval_merge_sort(str *values, size_t n, enum oval_sort sort, bool descending,
                    struct err *err) MUST_CHECK;

#endif
