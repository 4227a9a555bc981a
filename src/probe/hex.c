/* SPDX-License-Identifier: Apache-2.0 */
#include "probe/hex.h"

static int digit_of(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return -1;
}

static int bad(struct err *err, str text)
{
    return err_set(err, E_PARSE, "'%" PRIstr "' is not a hexadecimal number",
                   ARGstr(text));
}

int hex_parse(str text, uint64_t *out, struct err *err)
{
    uint64_t value = 0;

    if (text.n == 0 || text.n > 16)
        return bad(err, text);
    for (size_t i = 0; i < text.n; i++) {
        int digit = digit_of(text.p[i]);

        if (digit < 0)
            return bad(err, text);
        value = value << 4 | (unsigned)digit;
    }
    *out = value;
    return 0;
}

int hex_parse_bytes(str text, uint8_t *out, size_t n, struct err *err)
{
    if (text.n != 2 * n)
        return bad(err, text);
    for (size_t i = 0; i < text.n; i++)
        if (digit_of(text.p[i]) < 0)
            return bad(err, text);
    for (size_t i = 0; i < n; i++)
        out[i] = (uint8_t)(digit_of(text.p[2 * i]) << 4 |
                           digit_of(text.p[2 * i + 1]));
    return 0;
}

str hex_text(struct arena *arena, str bytes)
{
    static const char digits[] = "0123456789abcdef";
    char *p = arena_alloc(arena, 2 * bytes.n + 1, 1);

    for (size_t i = 0; i < bytes.n; i++) {
        p[2 * i] = digits[(unsigned char)bytes.p[i] >> 4];
        p[2 * i + 1] = digits[(unsigned char)bytes.p[i] & 15];
    }
    return (str){ p, 2 * bytes.n };
}
