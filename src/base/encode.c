/* SPDX-License-Identifier: Apache-2.0 */
#include "base/encode.h"

static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                            "abcdefghijklmnopqrstuvwxyz0123456789+/";
static const char for_urls[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                               "abcdefghijklmnopqrstuvwxyz0123456789-_";

static void add(struct buf *out, str bytes, const char *digits)
{
    unsigned held = 0;
    unsigned word = 0;

    for (size_t i = 0; i < bytes.n; i++) {
        word = word << 8 | (unsigned char)bytes.p[i];
        for (held += 8; held >= 6; held -= 6)
            buf_add_char(out, digits[word >> (held - 6) & 63]);
    }
    if (held > 0)
        buf_add_char(out, digits[word << (6 - held) & 63]);
}

void base64_add(struct buf *out, str bytes)
{
    add(out, bytes, plain);
    for (size_t n = bytes.n; n % 3 != 0; n++)
        buf_add_char(out, '=');
}

void base64url_add(struct buf *out, str bytes)
{
    add(out, bytes, for_urls);
}

int base64_take(struct buf *out, str text, struct err *err)
{
    unsigned held = 0;
    unsigned word = 0;
    unsigned padding = 0;

    for (size_t i = 0; i < text.n; i++) {
        char c = text.p[i];
        const char *digit = c == '\0' ? NULL : strchr(plain, c);

        if (c == ' ' || c == '\t' || c == '\r' || c == '\n')
            continue;
        if (c == '=' && ++padding <= 2)
            continue;
        if (digit == NULL || padding > 0)
            return err_set(err, E_PARSE, "this is not base64");
        word = word << 6 | (unsigned)(digit - plain);
        held += 6;
        if (held >= 8) {
            held -= 8;
            buf_add_char(out, (char)(word >> held & 255));
        }
    }
    return held < 6 ? 0 : err_set(err, E_PARSE, "this is not whole base64");
}

void url_escape(struct buf *out, str text)
{
    for (size_t i = 0; i < text.n; i++) {
        unsigned char c = (unsigned char)text.p[i];

        if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
            (c >= '0' && c <= '9') || (c != 0 && strchr("-._~", c) != NULL))
            buf_add_char(out, (char)c);
        else
            buf_printf(out, "%%%02X", c);
    }
}
