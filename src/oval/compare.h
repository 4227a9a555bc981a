/* SPDX-License-Identifier: Apache-2.0
 *
 * One comparison: is `actual` OPERATION `wanted`, both read as DATATYPE
 * (Language Specification 5.11.2, section 5.3.6.3, table of operations by
 * datatype). "actual greater than wanted" is true for actual 2, wanted 1.
 */
#ifndef OVAL_COMPARE_H
#define OVAL_COMPARE_H

#include "base/regex.h"
#include "oval/types.h"

/* OVAL_TRUE or OVAL_FALSE; OVAL_ERROR with the reason in *err when the
 * operation is not defined for the datatype, a text does not belong to it, or
 * an expression does not compile or takes too long. `cache` holds compiled
 * expressions and must not be NULL for OVAL_PATTERN_MATCH. Records are
 * compared field by field by the caller; here they are an error. */
enum oval_result oval_compare(struct regex_cache *cache,
                              enum oval_datatype datatype,
                              enum oval_operation operation, str wanted,
                              str actual, struct err *err);

/* The same for an entity of an item. In one that holds the answer or the
 * configuration of a network device, ^ and $ of a pattern are those of each
 * line, because content is written so (netdev/items/source.h). */
struct oval_comparison {
    str entity;
    enum oval_datatype datatype;
    enum oval_operation operation;
    str wanted;
    str actual;
};
/* The flags of its pattern, of a string. */
unsigned oval_compare_flags(const struct oval_comparison *it);
enum oval_result oval_compare_entity(struct regex_cache *cache,
                                     const struct oval_comparison *it,
                                     struct err *err);

/* 0, or E_INVALID with the reason when no text could make oval_compare
 * succeed: the operation is not defined for the datatype, or wanted is not of
 * it. For `holdfast oval validate`. */
int oval_compare_check(struct regex_cache *cache, enum oval_datatype datatype,
                       enum oval_operation operation, str wanted,
                       struct err *err) MUST_CHECK;

#endif
