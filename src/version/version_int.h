/* SPDX-License-Identifier: Apache-2.0
 *
 * What the version modules share: ASCII classes, whatever the locale, and the
 * order of numbers of any length.
 */
#ifndef VERSION_VERSION_INT_H
#define VERSION_VERSION_INT_H

#include "base/str.h"

static inline bool version_is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static inline bool version_is_alpha(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* s without its first n bytes, which it has. */
static inline str version_skip(str s, size_t n)
{
    return (str){ s.p + n, s.n - n };
}

/* Cuts the digits, or the letters, that *s begins with. */
static inline str version_cut_digits(str *s)
{
    size_t n = 0;
    str head;

    while (n < s->n && version_is_digit(s->p[n]))
        n++;
    head = (str){ s->p, n };
    *s = version_skip(*s, n);
    return head;
}

static inline str version_cut_letters(str *s)
{
    size_t n = 0;
    str head;

    while (n < s->n && version_is_alpha(s->p[n]))
        n++;
    head = (str){ s->p, n };
    *s = version_skip(*s, n);
    return head;
}

/* Two texts of digits as numbers; an empty one is 0. */
static inline int version_order_digits(str a, str b)
{
    while (a.n > 0 && a.p[0] == '0')
        a = version_skip(a, 1);
    while (b.n > 0 && b.p[0] == '0')
        b = version_skip(b, 1);
    if (a.n != b.n)
        return a.n < b.n ? -1 : 1;
    return str_cmp(a, b);
}

/* How many bytes both begin with. */
static inline size_t version_common(str a, str b)
{
    size_t max = a.n < b.n ? a.n : b.n;
    size_t n = 0;

    while (n < max && a.p[n] == b.p[n])
        n++;
    return n;
}

#endif
