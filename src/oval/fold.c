/* SPDX-License-Identifier: Apache-2.0 */
#include "oval/fold.h"

#include "base/utf8.h"

/* Capitals first..last become small by adding delta; with `pairs`, capital
 * and small letters take turns and those of first's parity are capitals. */
/* clang-format off */
static const struct fold {
    uint32_t first;
    uint32_t last;
    uint32_t delta;
    bool pairs;
} folds[] = {
    { 0x0041, 0x005a, 32, false }, /* A-Z */
    { 0x00c0, 0x00d6, 32, false }, /* Latin-1 without the times sign */
    { 0x00d8, 0x00de, 32, false },
    { 0x0100, 0x012f, 1, true },   /* Latin Extended-A */
    { 0x0132, 0x0137, 1, true },
    { 0x0139, 0x0148, 1, true },
    { 0x014a, 0x0177, 1, true },
    { 0x0179, 0x017e, 1, true },
    { 0x01cd, 0x01dc, 1, true },   /* Latin Extended-B, where it pairs */
    { 0x01de, 0x01ef, 1, true },
    { 0x01f8, 0x021f, 1, true },
    { 0x0222, 0x0233, 1, true },
    { 0x0388, 0x038a, 37, false }, /* Greek with tonos */
    { 0x0391, 0x03a1, 32, false }, /* Greek */
    { 0x03a3, 0x03ab, 32, false },
    { 0x0400, 0x040f, 80, false }, /* Cyrillic */
    { 0x0410, 0x042f, 32, false },
    { 0x0460, 0x0481, 1, true },
    { 0x048a, 0x04bf, 1, true },
    { 0x04d0, 0x052f, 1, true },
    { 0x0531, 0x0556, 48, false }, /* Armenian */
    { 0x1e00, 0x1e95, 1, true },   /* Latin Extended Additional */
    { 0x1ea0, 0x1eff, 1, true },
    { 0xff21, 0xff3a, 32, false }, /* full-width */
};
/* clang-format on */

static uint32_t fold(uint32_t c)
{
    for (size_t i = 0; i < COUNT(folds); i++) {
        const struct fold *row = &folds[i];

        if (c < row->first)
            break;
        if (c > row->last)
            continue;
        if (row->pairs && (c - row->first) % 2 == 1)
            break;
        return c + row->delta;
    }
    return c;
}

/* The next character, folded; a byte that is not UTF-8 is taken alone and is
 * not mistaken for the character of its number. */
static uint32_t take_folded(str *s)
{
    unsigned n = utf8_char(*s);
    uint32_t c;

    if (n == 0) {
        c = 0x80000000U | (unsigned char)s->p[0];
        n = 1;
    } else {
        c = fold(utf8_decode(s->p, n));
    }
    *s = str_sub(*s, n, s->n);
    return c;
}

bool oval_equal_nocase(str a, str b)
{
    if (str_eq(a, b))
        return true;
    while (a.n > 0 && b.n > 0)
        if (take_folded(&a) != take_folded(&b))
            return false;
    return a.n == 0 && b.n == 0;
}
