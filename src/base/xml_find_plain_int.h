/* SPDX-License-Identifier: Apache-2.0
 *
 * What xml_find_sse2_int.h does, for every machine. The contract is there.
 */
#ifndef BASE_XML_FIND_PLAIN_INT_H
#define BASE_XML_FIND_PLAIN_INT_H

#include "base/attr.h"

static inline const char *xml_find_text(const char *p, char a, char b, char c)
{
    for (;; p++) {
        unsigned char u = (unsigned char)*p;

        if (*p == a || *p == b || *p == c || u >= 0x80 ||
            (u < 0x20 && u != '\n' && u != '\t'))
            return p;
    }
}

static inline const char *xml_find_value(const char *p, char a, char b, char c)
{
    for (;; p++) {
        unsigned char u = (unsigned char)*p;

        if (*p == a || *p == b || *p == c || u >= 0x80 || u < 0x20)
            return p;
    }
}

static inline size_t xml_count_lines(const char *from, const char *to)
{
    size_t lines = 0;

    for (; from < to; from++)
        lines += *from == '\n' || (*from == '\r' && from[1] != '\n');
    return lines;
}

#endif
