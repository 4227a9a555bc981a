/* SPDX-License-Identifier: Apache-2.0
 *
 * Numbers written as xsd:float writes them: decimal with optional exponent,
 * INF, -INF, NaN. Independent of the locale: where the C library would read
 * another decimal point, the text is refused rather than misread.
 */
#ifndef OVAL_REAL_H
#define OVAL_REAL_H

#include "base/arena.h"

enum {
    OVAL_REAL_TEXT_MAX = 64 * 1024
};

/* The nearest value of single precision, which is xsd:float's value space;
 * false when text is not a number. Blanks around it are dropped. */
bool oval_real_parse_single(str text, float *out);

/* The same in double precision, for arithmetic. */
bool oval_real_parse(str text, double *out);

/* The shortest text that reads back as value, 15 digits or more. */
str oval_real_text(struct arena *arena, double value);

#endif
