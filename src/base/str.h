/* SPDX-License-Identifier: Apache-2.0
 *
 * A view of text, {p, n}, passed by value. It owns nothing, and it is not
 * necessarily terminated. All parsing works on views.
 */
#ifndef BASE_STR_H
#define BASE_STR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

typedef struct {
    const char *p;
    size_t n;
} str;

#define STR(literal) ((str){ "" literal, sizeof(literal) - 1 })
#define STR_NONE ((str){ NULL, 0 })
#define PRIstr ".*s"
#define ARGstr(s) (int)((s).n > 4096 ? 4096 : (s).n), (s).p

/* What is not there (p NULL: null in a document or a row) as empty text. */
static inline str str_or_empty(str text)
{
    return text.p != NULL ? text : STR("");
}

/* The view of a terminated string; NULL gives the empty view. */
str str_c(const char *text);

static inline bool str_eq(str a, str b)
{
    return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}
bool str_eq_c(str a, const char *b);

/* ASCII letters compare without case. */
bool str_eq_nocase(str a, str b);

/* Bytewise order: negative, 0, positive. */
int str_cmp(str a, str b);

bool str_starts(str s, str prefix);
bool str_ends(str s, str suffix);

/* Index of the first c or of the first needle; s.n when there is none. */
size_t str_find_char(str s, char c);
size_t str_find(str s, str needle);

/* s from byte `from`, at most n bytes; both are clamped to s. */
str str_sub(str s, size_t from, size_t n);

/* The text before the first c; *s becomes what follows it. Without a c the
 * whole text is returned and *s becomes empty. */
str str_cut(str *s, char c);

/* Without leading and trailing blanks (space, tab, CR, LF). */
str str_trim(str s);

/* A whole decimal number with optional sign. E_PARSE when it is not one,
 * E_LIMIT when it lies outside min..max. *out is set only on success. */
int str_to_i64(str s, int64_t min, int64_t max, int64_t *out,
               struct err *err) MUST_CHECK;

/* A 64-bit hash (XXH3), the same on every machine of one byte order. Not for
 * keys an attacker chooses against a long-lived table. */
uint64_t str_hash(str s);

/* The hash of s behind what hashed to `before`: for texts in several parts. */
uint64_t str_hash_after(str s, uint64_t before);

#endif
