/* SPDX-License-Identifier: Apache-2.0
 *
 * OVAL's truth tables (Language Specification 5.11.2, sections 5.3.5 and
 * 5.3.6; the same tables stand in oval-common-schema.xsd). Pure functions of
 * how often each value occurred.
 */
#ifndef OVAL_TRUTH_H
#define OVAL_TRUTH_H

#include "oval/types.h"

struct oval_tally {
    uint32_t n[OVAL_RESULTS]; /* by enum oval_result */
};

struct oval_existence_tally {
    uint32_t n[OVAL_STATUSES]; /* by enum oval_status */
};

/* OperatorEnumeration: AND, OR, ONE, XOR. Nothing counted: unknown. */
enum oval_result oval_operator_result(enum oval_operator op,
                                      const struct oval_tally *tally);

/* CheckEnumeration over the results of items, entities or values. */
enum oval_result oval_check_result(enum oval_check check,
                                   const struct oval_tally *tally);

/* ExistenceEnumeration over the status values of items. */
enum oval_result oval_existence_result(
    enum oval_existence existence, const struct oval_existence_tally *tally);

/* true and false change places; the others stay. */
enum oval_result oval_negate(enum oval_result value);

/* The flag of a set from the flags of its two operands (specification
 * 5.11.2, tables of SetOperatorEnumeration). */
enum oval_set_operator {
    OVAL_COMPLEMENT,
    OVAL_INTERSECTION,
    OVAL_UNION,
    OVAL_SET_OPERATOR_BAD
};
enum oval_set_operator oval_set_operator_of(str text);
const char *oval_set_operator_text(enum oval_set_operator value);
enum oval_flag oval_set_flag(enum oval_set_operator op, enum oval_flag first,
                             enum oval_flag second);

/* The flag of a function of several components from their flags (chart of
 * ConcatFunctionType in oval-definitions-schema). */
struct oval_flag_tally {
    uint32_t n[OVAL_FLAGS]; /* by enum oval_flag */
};
enum oval_flag oval_component_flag(const struct oval_flag_tally *tally);

#endif
