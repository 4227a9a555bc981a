/* SPDX-License-Identifier: Apache-2.0 */
#include "base/str.h"

#include <xxhash.h>

str str_c(const char *text)
{
    return text == NULL ? STR_NONE : (str){ text, strlen(text) };
}

bool str_eq_c(str a, const char *b)
{
    return str_eq(a, str_c(b));
}

static int lower(unsigned char c)
{
    return c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c;
}

bool str_eq_nocase(str a, str b)
{
    if (a.n != b.n)
        return false;
    for (size_t i = 0; i < a.n; i++)
        if (lower((unsigned char)a.p[i]) != lower((unsigned char)b.p[i]))
            return false;
    return true;
}

int str_cmp(str a, str b)
{
    size_t n = a.n < b.n ? a.n : b.n;
    int order = n == 0 ? 0 : memcmp(a.p, b.p, n);

    if (order != 0)
        return order;
    return a.n < b.n ? -1 : a.n > b.n;
}

bool str_starts(str s, str prefix)
{
    return s.n >= prefix.n && str_eq((str){ s.p, prefix.n }, prefix);
}

bool str_ends(str s, str suffix)
{
    return s.n >= suffix.n &&
           str_eq((str){ s.p + (s.n - suffix.n), suffix.n }, suffix);
}

size_t str_find_char(str s, char c)
{
    const char *hit = s.n == 0 ? NULL : memchr(s.p, c, s.n);

    return hit == NULL ? s.n : (size_t)(hit - s.p);
}

size_t str_find(str s, str needle)
{
    const char *hit;

    if (needle.n == 0)
        return 0;
    hit = s.n == 0 ? NULL : memmem(s.p, s.n, needle.p, needle.n);
    return hit == NULL ? s.n : (size_t)(hit - s.p);
}

/* p + n, which C does not define for NULL, not even when n is 0. */
static const char *advance(const char *p, size_t n)
{
    return n == 0 ? p : p + n;
}

str str_sub(str s, size_t from, size_t n)
{
    if (from > s.n)
        from = s.n;
    if (n > s.n - from)
        n = s.n - from;
    return (str){ advance(s.p, from), n };
}

str str_cut(str *s, char c)
{
    size_t at = str_find_char(*s, c);
    str head = { s->p, at };

    if (at == s->n)
        *s = (str){ advance(s->p, at), 0 };
    else
        *s = (str){ s->p + at + 1, s->n - at - 1 };
    return head;
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

str str_trim(str s)
{
    while (s.n > 0 && is_blank(s.p[0])) {
        s.p++;
        s.n--;
    }
    while (s.n > 0 && is_blank(s.p[s.n - 1]))
        s.n--;
    return s;
}

static int not_a_number(str s, struct err *err)
{
    return err_set(err, E_PARSE, "'%" PRIstr "' is not a whole number",
                   ARGstr(s));
}

int str_to_i64(str s, int64_t min, int64_t max, int64_t *out, struct err *err)
{
    bool negative = s.n > 0 && s.p[0] == '-';
    size_t i = s.n > 0 && (s.p[0] == '-' || s.p[0] == '+');
    bool overflow = false;
    int64_t value = 0;

    if (i == s.n)
        return not_a_number(s, err);
    for (; i < s.n; i++) {
        int digit = s.p[i] - '0';

        if (digit < 0 || digit > 9)
            return not_a_number(s, err);
        overflow = overflow || __builtin_mul_overflow(value, 10, &value) ||
                   __builtin_sub_overflow(value, digit, &value);
    }
    if (!negative && !overflow)
        overflow = __builtin_sub_overflow(0, value, &value);
    if (overflow || value < min || value > max)
        return err_set(err, E_LIMIT, "%" PRIstr " is not between %lld and %lld",
                       ARGstr(s), (long long)min, (long long)max);
    *out = value;
    return 0;
}

uint64_t str_hash(str s)
{
    return XXH3_64bits(s.p, s.n);
}

uint64_t str_hash_after(str s, uint64_t before)
{
    return XXH3_64bits_withSeed(s.p, s.n, before);
}
