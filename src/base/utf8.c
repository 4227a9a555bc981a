/* SPDX-License-Identifier: Apache-2.0 */
#include "base/utf8.h"

static bool is_tail(unsigned char c)
{
    return (c & 0xC0) == 0x80;
}

/* The table of well-formed byte sequences of the Unicode Standard (3-7). */
unsigned utf8_char(str text)
{
    const unsigned char *p = (const unsigned char *)text.p;
    unsigned char low = 0x80;
    unsigned char high = 0xBF;

    if (text.n == 0)
        return 0;
    if (p[0] < 0x80)
        return 1;
    if (p[0] < 0xC2 || p[0] > 0xF4 || text.n < 2)
        return 0;
    if (p[0] < 0xE0)
        return is_tail(p[1]) ? 2 : 0;
    if (p[0] == 0xE0)
        low = 0xA0;
    else if (p[0] == 0xED)
        high = 0x9F;
    else if (p[0] == 0xF0)
        low = 0x90;
    else if (p[0] == 0xF4)
        high = 0x8F;
    if (p[1] < low || p[1] > high || text.n < 3 || !is_tail(p[2]))
        return 0;
    if (p[0] < 0xF0)
        return 3;
    return text.n >= 4 && is_tail(p[3]) ? 4 : 0;
}

uint32_t utf8_decode(const char *p, unsigned n)
{
    const unsigned char *u = (const unsigned char *)p;

    switch (n) {
    case 2:
        return (u[0] & 0x1FU) << 6 | (u[1] & 0x3FU);
    case 3:
        return (u[0] & 0x0FU) << 12 | (u[1] & 0x3FU) << 6 | (u[2] & 0x3FU);
    case 4:
        return (u[0] & 0x07U) << 18 | (u[1] & 0x3FU) << 12 |
               (u[2] & 0x3FU) << 6 | (u[3] & 0x3FU);
    default:
        return u[0];
    }
}

/* Length of the longest prefix of ASCII bytes. */
static size_t ascii_prefix(str text)
{
    size_t i = 0;

    for (; i + 8 <= text.n; i += 8) {
        uint64_t word;

        memcpy(&word, text.p + i, 8);
        if ((word & 0x8080808080808080U) != 0)
            break;
    }
    while (i < text.n && (unsigned char)text.p[i] < 0x80)
        i++;
    return i;
}

size_t utf8_valid(str text)
{
    size_t i = 0;

    for (;;) {
        unsigned n;

        i += ascii_prefix(str_sub(text, i, text.n));
        n = utf8_char(str_sub(text, i, 4));
        if (n == 0)
            return i;
        i += n;
    }
}

/* max, or less when that is within a character. */
static size_t whole_chars(str text, size_t max)
{
    if (text.n <= max)
        return text.n;
    for (size_t back = 1; back <= 3 && back <= max; back++) {
        if (utf8_char(str_sub(text, max - back, 4)) > back)
            return max - back;
    }
    return max;
}

str utf8_cut(str text, size_t max, struct arena *arena)
{
    size_t n = whole_chars(text, max);
    size_t i = 0;
    char *p;

    text = str_sub(text, 0, n);
    if (n == 0 || (utf8_valid(text) == n && memchr(text.p, '\0', n) == NULL))
        return text;
    p = memcpy(arena_alloc(arena, n + 1, 1), text.p, n);
    while (i < n) {
        unsigned bytes = utf8_char(str_sub(text, i, 4));

        if (bytes == 0 || p[i] == '\0')
            p[i] = '?';
        i += bytes == 0 ? 1 : bytes;
    }
    return (str){ p, n };
}

size_t utf8_plain(str text, unsigned *out_bytes)
{
    for (size_t i = 0; i < text.n; i++) {
        unsigned char c = (unsigned char)text.p[i];
        bool c1 =
            c == 0xc2 && i + 1 < text.n && (unsigned char)text.p[i + 1] < 0xa0;

        if (c == 0x7f || c1) {
            *out_bytes = c1 ? 2 : 1;
            return i;
        }
    }
    *out_bytes = 0;
    return text.n;
}
