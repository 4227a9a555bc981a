/* SPDX-License-Identifier: Apache-2.0 */
#include "probe/accounts.h"

static bool is_nobody(str line)
{
    str text = str_trim(line);

    return text.n == 0 || text.p[0] == '#' || text.p[0] == '+' ||
           text.p[0] == '-';
}

/* Cuts line at its colons into fields; returns how many there are, which may
 * be more than max. */
static size_t split(str line, str *fields, size_t max)
{
    size_t n = 0;

    for (;;) {
        size_t at = str_find_char(line, ':');

        if (n < max)
            fields[n] = str_sub(line, 0, at);
        n++;
        if (at == line.n)
            return n;
        line = str_sub(line, at + 1, line.n);
    }
}

static bool is_id(str text)
{
    int64_t id;

    return str_to_i64(text, 0, UINT32_MAX, &id, NULL) == 0;
}

int accounts_passwd_line(str line, struct account_passwd *out, struct err *err)
{
    str f[7] = { { NULL, 0 } };
    size_t n;

    if (is_nobody(line))
        return 1;
    n = split(line, f, COUNT(f));
    if (n < 6 || n > 7)
        return err_set(err, E_PARSE,
                       "expected 7 fields separated by ':', found %zu", n);
    if (f[0].n == 0)
        return err_set(err, E_PARSE, "the user name is empty");
    if (!is_id(f[2]) || !is_id(f[3]))
        return err_set(err, E_PARSE,
                       "expected numbers as user id and group id, found "
                       "'%" PRIstr "' and '%" PRIstr "'",
                       ARGstr(f[2]), ARGstr(f[3]));
    *out = (struct account_passwd){ f[0], f[1], f[2], f[3], f[4], f[5], f[6] };
    return 0;
}

int accounts_shadow_line(str line, struct account_shadow *out, struct err *err)
{
    str f[9] = { { NULL, 0 } };
    size_t n;

    if (is_nobody(line))
        return 1;
    n = split(line, f, COUNT(f));
    if (n < 2 || n > 9)
        return err_set(err, E_PARSE,
                       "expected 9 fields separated by ':', found %zu", n);
    if (f[0].n == 0)
        return err_set(err, E_PARSE, "the user name is empty");
    *out = (struct account_shadow){ f[0], f[1], f[2], f[3], f[4],
                                    f[5], f[6], f[7], f[8] };
    return 0;
}

static bool is_crypt_text(str text)
{
    for (size_t i = 0; i < text.n; i++) {
        char c = text.p[i];

        if (!(c >= '0' && c <= '9') && !(c >= 'A' && c <= 'Z') &&
            !(c >= 'a' && c <= 'z') && c != '.' && c != '/')
            return false;
    }
    return true;
}

const char *accounts_encrypt_method(str password)
{
    static const struct {
        const char *prefix;
        const char *method;
    } methods[] = {
        { "$1$", "MD5" },       { "$2$", "Blowfish" },  { "$2a$", "Blowfish" },
        { "$2b$", "Blowfish" }, { "$2x$", "Blowfish" }, { "$2y$", "Blowfish" },
        { "$md5$", "Sun MD5" }, { "$md5,", "Sun MD5" }, { "$5$", "SHA-256" },
        { "$6$", "SHA-512" },
    };
    enum {
        DES_LENGTH = 13,
        BSDI_LENGTH = 20,
    };

    while (password.n > 0 && password.p[0] == '!')
        password = str_sub(password, 1, password.n);
    for (size_t i = 0; i < COUNT(methods); i++)
        if (str_starts(password, str_c(methods[i].prefix)))
            return methods[i].method;
    if (password.n > 1 && password.p[0] == '$')
        return NULL;
    if (password.n == BSDI_LENGTH && password.p[0] == '_')
        return "BSDi";
    if (password.n >= DES_LENGTH && is_crypt_text(password))
        return "DES";
    return "";
}
