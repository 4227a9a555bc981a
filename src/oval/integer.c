/* SPDX-License-Identifier: Apache-2.0 */
#include "oval/integer.h"

enum {
    WORDS = 128, /* 4096 bits: 10^1200 has 3987, and the sign */
    FAST_DIGITS = 18,
};

bool oval_integer_parse(str text, struct oval_integer *out)
{
    bool negative;
    size_t i = 0;

    text = str_trim(text);
    negative = text.n > 0 && text.p[0] == '-';
    if (text.n > 0 && (text.p[0] == '-' || text.p[0] == '+'))
        text = str_sub(text, 1, text.n);
    if (text.n == 0)
        return false;
    for (i = 0; i < text.n; i++)
        if (text.p[i] < '0' || text.p[i] > '9')
            return false;
    for (i = 0; i < text.n && text.p[i] == '0'; i++)
        ;
    out->digits = str_sub(text, i, text.n);
    out->negative = negative && out->digits.n > 0;
    return true;
}

static int order_magnitude(str a, str b)
{
    if (a.n != b.n)
        return a.n < b.n ? -1 : 1;
    return str_cmp(a, b);
}

int oval_integer_order(const struct oval_integer *a,
                       const struct oval_integer *b)
{
    if (a->negative != b->negative)
        return a->negative ? -1 : 1;
    return a->negative ? order_magnitude(b->digits, a->digits)
                       : order_magnitude(a->digits, b->digits);
}

static int check_size(const struct oval_integer *a,
                      const struct oval_integer *b, struct err *err)
{
    if (a->digits.n <= OVAL_INTEGER_DIGITS_MAX &&
        b->digits.n <= OVAL_INTEGER_DIGITS_MAX)
        return 0;
    return err_set(err, E_LIMIT,
                   "a number of more than %d digits can only be compared",
                   OVAL_INTEGER_DIGITS_MAX);
}

/* words becomes the two's complement, lowest first. */
static void to_words(const struct oval_integer *value, uint32_t words[WORDS])
{
    uint32_t carry = value->negative ? 1 : 0;
    size_t used = 0;

    memset(words, 0, WORDS * sizeof(words[0]));
    for (size_t i = 0; i < value->digits.n; i++) {
        uint64_t add = (uint64_t)(value->digits.p[i] - '0');

        for (size_t w = 0; w < used || add > 0; w++) {
            uint64_t word = (uint64_t)words[w] * 10 + add;

            words[w] = (uint32_t)word;
            add = word >> 32;
            used = w + 1 > used ? w + 1 : used;
        }
    }
    for (size_t w = 0; value->negative && w < WORDS; w++) {
        words[w] = ~words[w] + carry;
        carry = carry == 1 && words[w] == 0;
    }
}

static int64_t to_i64(const struct oval_integer *value)
{
    int64_t number = 0;

    for (size_t i = 0; i < value->digits.n; i++)
        number = number * 10 + (value->digits.p[i] - '0');
    return value->negative ? -number : number;
}

int oval_integer_bits_in(const struct oval_integer *a,
                         const struct oval_integer *b, bool *out,
                         struct err *err)
{
    uint32_t wa[WORDS];
    uint32_t wb[WORDS];
    bool in = true;
    int rc;

    if (a->digits.n <= FAST_DIGITS && b->digits.n <= FAST_DIGITS) {
        *out = ((uint64_t)to_i64(a) & ~(uint64_t)to_i64(b)) == 0;
        return 0;
    }
    rc = check_size(a, b, err);
    if (rc < 0)
        return rc;
    to_words(a, wa);
    to_words(b, wb);
    for (size_t w = 0; w < WORDS; w++)
        in = in && (wa[w] & ~wb[w]) == 0;
    *out = in;
    return 0;
}

/* The digit that counts 10^at. */
static int digit(str digits, size_t at)
{
    return at < digits.n ? digits.p[digits.n - 1 - at] - '0' : 0;
}

/* Digits, lowest first and with leading zeros, as text. */
static str to_text(struct arena *arena, const uint8_t *digits, size_t n,
                   bool negative)
{
    char *text = arena_alloc(arena, n + 2, 1);
    size_t length = 0;

    while (n > 0 && digits[n - 1] == 0)
        n--;
    if (n == 0)
        return STR("0");
    if (negative)
        text[length++] = '-';
    while (n > 0)
        text[length++] = (char)('0' + digits[--n]);
    return (str){ text, length };
}

int oval_integer_add(struct arena *arena, const struct oval_integer *a,
                     const struct oval_integer *b, str *out, struct err *err)
{
    uint8_t sum[OVAL_INTEGER_DIGITS_MAX + 1] = { 0 };
    bool subtract = a->negative != b->negative;
    int carry = 0;
    int rc;

    rc = check_size(a, b, err);
    if (rc < 0)
        return rc;
    if (order_magnitude(a->digits, b->digits) < 0) {
        const struct oval_integer *larger = b;

        b = a;
        a = larger;
    }
    for (size_t i = 0; i <= a->digits.n; i++) {
        int second = digit(b->digits, i);
        int value = digit(a->digits, i) + (subtract ? -second : second);

        value += carry;
        carry = value < 0 ? -1 : value / 10;
        sum[i] = (uint8_t)((value + 10) % 10);
    }
    *out = to_text(arena, sum, a->digits.n + 1, a->negative);
    return 0;
}

int oval_integer_multiply(struct arena *arena, const struct oval_integer *a,
                          const struct oval_integer *b, str *out,
                          struct err *err)
{
    uint8_t product[2 * OVAL_INTEGER_DIGITS_MAX + 1] = { 0 };
    int rc;

    rc = check_size(a, b, err);
    if (rc < 0)
        return rc;
    for (size_t i = 0; i < a->digits.n; i++) {
        int carry = 0;

        for (size_t j = 0; j <= b->digits.n; j++) {
            int value = product[i + j] + carry;

            value += digit(a->digits, i) * digit(b->digits, j);
            product[i + j] = (uint8_t)(value % 10);
            carry = value / 10;
        }
    }
    *out = to_text(arena, product, a->digits.n + b->digits.n,
                   a->negative != b->negative);
    return 0;
}
