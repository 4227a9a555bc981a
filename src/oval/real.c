/* SPDX-License-Identifier: Apache-2.0 */
#include "oval/real.h"

#include <math.h>

#include "base/buf.h"

static size_t count_digits(str text, size_t from)
{
    size_t n = 0;

    while (from + n < text.n && text.p[from + n] >= '0' &&
           text.p[from + n] <= '9')
        n++;
    return n;
}

static size_t skip_sign(str text, size_t at)
{
    return at < text.n && (text.p[at] == '+' || text.p[at] == '-') ? at + 1
                                                                   : at;
}

/* The decimal form; strtod() knows hexadecimal and more. */
static bool is_decimal(str text)
{
    size_t at = skip_sign(text, 0);
    size_t digits = count_digits(text, at);

    at += digits;
    if (at < text.n && text.p[at] == '.') {
        size_t after = count_digits(text, at + 1);

        at += 1 + after;
        digits += after;
    }
    if (digits == 0)
        return false;
    if (at < text.n && (text.p[at] == 'e' || text.p[at] == 'E')) {
        at = skip_sign(text, at + 1);
        digits = count_digits(text, at);
        if (digits == 0)
            return false;
        at += digits;
    }
    return at == text.n;
}

static bool is_special(str text, double *out)
{
    if (str_eq(text, STR("INF")) || str_eq(text, STR("+INF")))
        *out = (double)INFINITY;
    else if (str_eq(text, STR("-INF")))
        *out = -(double)INFINITY;
    else if (str_eq(text, STR("NaN")))
        *out = (double)NAN;
    else
        return false;
    return true;
}

/* Exactly one of out_single and out_double is not NULL: a double rounded to
 * single is not always the single nearest to the text. */
static bool parse(str text, float *out_single, double *out_double)
{
    AUTO(buf_clear) struct buf copy = BUF(OVAL_REAL_TEXT_MAX);
    char small[128];
    const char *start = small;
    char *end = NULL;

    if (!is_decimal(text) || text.n >= OVAL_REAL_TEXT_MAX)
        return false;
    if (text.n < sizeof(small)) {
        memcpy(small, text.p, text.n);
        small[text.n] = '\0';
    } else {
        buf_add(&copy, text);
        start = buf_c(&copy);
    }
    if (out_single != NULL)
        *out_single = strtof(start, &end);
    else
        *out_double = strtod(start, &end);
    return end == start + text.n;
}

bool oval_real_parse_single(str text, float *out)
{
    double special;

    text = str_trim(text);
    if (is_special(text, &special)) {
        *out = (float)special;
        return true;
    }
    return parse(text, out, NULL);
}

bool oval_real_parse(str text, double *out)
{
    text = str_trim(text);
    return is_special(text, out) || parse(text, NULL, out);
}

str oval_real_text(struct arena *arena, double value)
{
    str text = STR("");

    if (isnan(value))
        return STR("NaN");
    if (isinf(value))
        return value > 0 ? STR("INF") : STR("-INF");
    for (int digits = 15; digits <= 17; digits++) {
        double back = 0;

        text = arena_printf(arena, "%.*g", digits, value);
        if (oval_real_parse(text, &back) && !(back < value) && !(back > value))
            break;
    }
    return text;
}
