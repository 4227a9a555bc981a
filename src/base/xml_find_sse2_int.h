/* SPDX-License-Identifier: Apache-2.0
 *
 * Finding the next byte that means something, 16 at a time; for x86-64.
 * xml_find_plain_int.h is the same for every machine, byte by byte.
 *
 * Both functions stop at a, at b, at every byte that is not ASCII, and at
 * every control character; xml_find_text() passes over tabs and line feeds,
 * xml_find_value() does not. They may read 16 bytes past the NUL that ends
 * what they search.
 */
#ifndef BASE_XML_FIND_SSE2_INT_H
#define BASE_XML_FIND_SSE2_INT_H

#include <emmintrin.h>

#include "base/attr.h"

/* Bytes below a space; those past ASCII are negative and so below it too. */
static inline __m128i xml_low_bytes(__m128i v)
{
    return _mm_cmpgt_epi8(_mm_set1_epi8(0x20), v);
}

static inline const char *xml_find_text(const char *p, char a, char b, char c)
{
    for (;; p += 16) {
        __m128i v = _mm_loadu_si128((const __m128i *)(const void *)p);
        __m128i blank = _mm_or_si128(_mm_cmpeq_epi8(v, _mm_set1_epi8('\n')),
                                     _mm_cmpeq_epi8(v, _mm_set1_epi8('\t')));
        __m128i hit = _mm_andnot_si128(blank, xml_low_bytes(v));
        unsigned bits;

        hit = _mm_or_si128(hit, _mm_cmpeq_epi8(v, _mm_set1_epi8(a)));
        hit = _mm_or_si128(hit, _mm_cmpeq_epi8(v, _mm_set1_epi8(b)));
        hit = _mm_or_si128(hit, _mm_cmpeq_epi8(v, _mm_set1_epi8(c)));
        bits = (unsigned)_mm_movemask_epi8(hit);
        if (bits != 0)
            return p + __builtin_ctz(bits);
    }
}

static inline const char *xml_find_value(const char *p, char a, char b, char c)
{
    for (;; p += 16) {
        __m128i v = _mm_loadu_si128((const __m128i *)(const void *)p);
        __m128i hit = xml_low_bytes(v);
        unsigned bits;

        hit = _mm_or_si128(hit, _mm_cmpeq_epi8(v, _mm_set1_epi8(a)));
        hit = _mm_or_si128(hit, _mm_cmpeq_epi8(v, _mm_set1_epi8(b)));
        hit = _mm_or_si128(hit, _mm_cmpeq_epi8(v, _mm_set1_epi8(c)));
        bits = (unsigned)_mm_movemask_epi8(hit);
        if (bits != 0)
            return p + __builtin_ctz(bits);
    }
}

/* Lines that end in from..to: LF, CR LF, and CR. Reads 16 bytes past to. */
static inline size_t xml_count_lines(const char *from, const char *to)
{
    const __m128i zero = _mm_setzero_si128();
    size_t lines = 0;

    while (from < to) {
        __m128i v = _mm_loadu_si128((const __m128i *)(const void *)from);
        __m128i w = _mm_loadu_si128((const __m128i *)(const void *)(from + 1));
        __m128i lf = _mm_cmpeq_epi8(v, _mm_set1_epi8('\n'));
        __m128i cr = _mm_cmpeq_epi8(v, _mm_set1_epi8('\r'));
        __m128i ends = _mm_or_si128(
            lf, _mm_andnot_si128(_mm_cmpeq_epi8(w, _mm_set1_epi8('\n')), cr));

        if (to - from < 16) {
            unsigned bits = (unsigned)_mm_movemask_epi8(ends);

            bits &= (1U << (to - from)) - 1;
            return lines + (size_t)__builtin_popcount(bits);
        }
        v = _mm_sad_epu8(_mm_sub_epi8(zero, ends), zero);
        lines += (size_t)_mm_cvtsi128_si64(v) +
                 (size_t)_mm_cvtsi128_si64(_mm_srli_si128(v, 8));
        from += 16;
    }
    return lines;
}

#endif
