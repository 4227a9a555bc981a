/* SPDX-License-Identifier: Apache-2.0
 *
 * Date and time texts in the formats of DateTimeFormatEnumeration, as seconds
 * since 1970. Texts without a zone are taken as UTC. Days and months of texts
 * with separators may have one digit.
 */
#ifndef OVAL_DATETIME_H
#define OVAL_DATETIME_H

#include "base/str.h"

enum oval_datetime {
    OVAL_YEAR_MONTH_DAY,
    OVAL_MONTH_DAY_YEAR,
    OVAL_DAY_MONTH_YEAR,
    OVAL_WIN_FILETIME, /* 100 ns since 1601, decimal; hexadecimal when it has
                          a digit above 9 or begins with 0x */
    OVAL_SECONDS_SINCE_EPOCH,
    OVAL_CIM_DATETIME,
    OVAL_DATETIME_BAD
};

enum oval_datetime oval_datetime_of(str text);

/* E_PARSE when text does not follow the format or names no real date. */
int oval_datetime_parse(enum oval_datetime format, str text, int64_t *out_s,
                        struct err *err) MUST_CHECK;

#endif
