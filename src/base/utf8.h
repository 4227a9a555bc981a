/* SPDX-License-Identifier: Apache-2.0
 *
 * UTF-8, strictly: no overlong forms, no surrogates, nothing past U+10FFFF.
 */
#ifndef BASE_UTF8_H
#define BASE_UTF8_H

#include "base/arena.h"

/* Bytes of the character at the start of text, 1 to 4; 0 when the bytes there
 * are not a whole, valid character (and when text is empty). */
unsigned utf8_char(str text);

/* The code point of the n bytes at p, for which utf8_char() gave n. */
uint32_t utf8_decode(const char *p, unsigned n);

/* Length of the longest valid prefix; text.n when all of it is valid. */
size_t utf8_valid(str text);

/* Foreign text as a text of ours: at most max bytes, ending with a whole
 * character; each byte that is no UTF-8, and NUL, becomes '?'. The text itself
 * when nothing is to be mended, else a copy in the arena. */
str utf8_cut(str text, size_t max, struct arena *arena);

/* Length of the longest prefix without DEL and C1 controls (U+007F to U+009F),
 * which JSON would let through and a terminal obeys; and those of the
 * character that follows, which it is: 1 or 2 bytes. */
size_t utf8_plain(str text, unsigned *out_bytes);

#endif
