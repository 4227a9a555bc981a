/* SPDX-License-Identifier: Apache-2.0
 *
 * Whole numbers of any size, as xsd:integer has them, held as decimal text.
 * Comparing never allocates. Bits are those of two's complement with endless
 * sign, so -1 has all of them.
 */
#ifndef OVAL_INTEGER_H
#define OVAL_INTEGER_H

#include "base/arena.h"

enum {
    /* More digits can be compared, but not added, multiplied or looked at
     * bit by bit: E_LIMIT. */
    OVAL_INTEGER_DIGITS_MAX = 1200,
};

struct oval_integer { /* a view into the text that was parsed */
    str digits;       /* without leading zeros; empty is 0 */
    bool negative;    /* never for 0 */
};

/* False when text is not an optional sign and digits; blanks around it are
 * dropped, as XML Schema does. */
bool oval_integer_parse(str text, struct oval_integer *out);

/* Negative, 0 or positive. */
int oval_integer_order(const struct oval_integer *a,
                       const struct oval_integer *b);

/* *out: every bit of a is set in b too, a & b == a. */
int oval_integer_bits_in(const struct oval_integer *a,
                         const struct oval_integer *b, bool *out,
                         struct err *err) MUST_CHECK;

/* *out is decimal text in arena. */
int oval_integer_add(struct arena *arena, const struct oval_integer *a,
                     const struct oval_integer *b, str *out,
                     struct err *err) MUST_CHECK;
int oval_integer_multiply(struct arena *arena, const struct oval_integer *a,
                          const struct oval_integer *b, str *out,
                          struct err *err) MUST_CHECK;

#endif
