/* SPDX-License-Identifier: Apache-2.0 */
#include "trust/totp.h"

#include <liboath/oath.h>
#include <stdio.h>

#include "trust/password.h"
#include "trust/sign.h"

int totp_init(struct err *err)
{
    int rc = oath_init();

    return rc == OATH_OK ? 0 : err_set(err, E_IO, "%s", oath_strerror(rc));
}

void totp_text(const uint8_t secret[TOTP_SECRET_BYTES], struct buf *out)
{
    static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    uint64_t bits = 0;
    int held = 0;

    for (size_t i = 0; i < TOTP_SECRET_BYTES; i++) {
        bits = bits << 8 | secret[i];
        for (held += 8; held >= 5; held -= 5)
            buf_add_char(out, letters[bits >> (held - 5) & 31]);
    }
}

static void add_escaped(struct buf *out, str text)
{
    for (size_t i = 0; i < text.n; i++) {
        unsigned char c = (unsigned char)text.p[i];

        if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
            (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_')
            buf_add_char(out, (char)c);
        else
            buf_printf(out, "%%%02X", c);
    }
}

void totp_uri(const uint8_t secret[TOTP_SECRET_BYTES], str issuer, str login,
              struct buf *out)
{
    buf_add_c(out, "otpauth://totp/");
    add_escaped(out, issuer);
    buf_add_char(out, ':');
    add_escaped(out, login);
    buf_add_c(out, "?secret=");
    totp_text(secret, out);
    buf_add_c(out, "&issuer=");
    add_escaped(out, issuer);
    buf_add_c(out, "&algorithm=SHA1&digits=6&period=30");
}

bool totp_check(const uint8_t secret[TOTP_SECRET_BYTES], str code, int64_t now,
                int64_t last, int64_t *out_step)
{
    bool right = false;

    if (code.n != TOTP_DIGITS || now < TOTP_STEP_S)
        return false;
    for (int64_t step = now / TOTP_STEP_S - 1; step <= now / TOTP_STEP_S + 1;
         step++) {
        char expected[TOTP_DIGITS + 1];

        if (oath_hotp_generate((const char *)secret, TOTP_SECRET_BYTES,
                               (uint64_t)step, TOTP_DIGITS, false,
                               OATH_HOTP_DYNAMIC_TRUNCATION,
                               expected) != OATH_OK)
            return false;
        if (trust_equal(code, (str){ expected, TOTP_DIGITS }) && step > last &&
            !right) {
            right = true;
            *out_step = step;
        }
    }
    return right;
}

/* Without the letters that are read as another. */
static const char recovery_letters[] = "23456789abcdefghjkmnpqrstuvwxyz";

void recovery_make(char out[RECOVERY_CODE_MAX])
{
    size_t at = 0;

    for (int i = 0; i < 16; i++) {
        uint8_t byte;

        /* Even chances: 248 is the last multiple of 31 in a byte. */
        do
            trust_random(&byte, 1);
        while (byte >= 248);
        if (i > 0 && i % 4 == 0)
            out[at++] = '-';
        out[at++] = recovery_letters[byte % 31];
    }
    out[at] = 0;
}

void recovery_digest(str code, uint8_t out[32])
{
    char plain[RECOVERY_CODE_MAX];
    size_t n = 0;

    for (size_t i = 0; i < code.n && n < sizeof(plain); i++) {
        char c = code.p[i];

        if (c >= 'A' && c <= 'Z')
            c = (char)(c - 'A' + 'a');
        if (c != '-' && c != ' ')
            plain[n++] = c;
    }
    secret_digest((str){ plain, n }, out);
}
