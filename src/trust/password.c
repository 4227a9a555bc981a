/* SPDX-License-Identifier: Apache-2.0 */
#include "trust/password.h"

#include <assert.h>
#include <sodium.h>
#include <stdio.h>

#include "trust/sign.h"

_Static_assert(crypto_pwhash_STRBYTES <= PASSWORD_HASH_MAX, "room for a hash");

enum {
    OPS = 2,
    MEMORY = 19 << 20, /* OWASP's least for Argon2id with two passes */
};

int password_hash(str password, char out[PASSWORD_HASH_MAX], struct err *err)
{
    if (password.n > PASSWORD_MAX)
        return err_set(err, E_LIMIT, "a password has at most %d bytes",
                       PASSWORD_MAX);
    if (crypto_pwhash_str_alg(out, password.p, password.n, OPS, MEMORY,
                              crypto_pwhash_ALG_ARGON2ID13) != 0)
        return err_set(err, E_IO, "out of memory for hashing a password");
    return 0;
}

/* Of nobody's password, with the costs of OPS and MEMORY. */
static const char nobody[] =
    "$argon2id$v=19$m=19456,t=2,p=1$MTIzNDU2Nzg5MDEyMzQ1Ng"
    "$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

bool password_check(const char *hash, str password)
{
    bool right = crypto_pwhash_str_verify(hash != NULL ? hash : nobody,
                                          password.p, password.n) == 0;

    return right && hash != NULL;
}

bool password_outdated(const char *hash)
{
    return crypto_pwhash_str_needs_rehash(hash, OPS, MEMORY) != 0;
}

/* What guessing begins with, of those long enough to pass the length. */
static const char *const common[] = {
    "123456789012",    "1234567890123",    "12345678901234",
    "123456789012345", "1234567890123456", "password1234",
    "password12345",   "password123456",   "passwordpassword",
    "qwertyuiop12",    "qwertyuiop123",    "qwertyuiopasdf",
    "qwertyuiop[]",    "1q2w3e4r5t6y",     "1qaz2wsx3edc",
    "administrator",   "administrator1",   "changemeplease",
    "letmeinletmein",  "iloveyou1234",     "welcome12345",
    "adminadmin12",    "adminadminadmin",  "p@ssw0rd1234",
    "passw0rd1234",    "q1w2e3r4t5y6",     "abcdefghijkl",
    "abcd12345678",    "holdfast1234",     "holdfastholdfast",
};

/* One character, or a short piece, over and over. */
static bool repeats(str password)
{
    for (size_t period = 1; period <= 3; period++) {
        size_t i = period;

        while (i < password.n && password.p[i] == password.p[i - period])
            i++;
        if (i == password.n)
            return true;
    }
    return false;
}

int password_rules(str password, str login, int64_t min, struct err *err)
{
    if (min < PASSWORD_MIN)
        min = PASSWORD_MIN;
    if ((int64_t)password.n < min)
        return err_set(err, E_INVALID,
                       "the password is too short: at least %d bytes",
                       (int)min);
    if (password.n > PASSWORD_MAX)
        return err_set(err, E_INVALID,
                       "the password is too long: at most %d bytes",
                       PASSWORD_MAX);
    if (repeats(password))
        return err_set(err, E_INVALID,
                       "the password only repeats a few characters");
    for (size_t i = 0; i < COUNT(common); i++) {
        if (str_eq_nocase(password, str_c(common[i])))
            return err_set(err, E_INVALID,
                           "the password is one of those tried first");
    }
    if (login.n >= 3 && str_starts(password, login) && password.n < login.n + 8)
        return err_set(err, E_INVALID,
                       "the password is little more than the login");
    return 0;
}

void secret_make(const char *prefix, char out[SECRET_TEXT_MAX])
{
    uint8_t bytes[32];
    size_t n = strlen(prefix);

    assert(n <= 16);
    trust_random(bytes, sizeof(bytes));
    memcpy(out, prefix, n);
    sodium_bin2base64(out + n, SECRET_TEXT_MAX - n, bytes, sizeof(bytes),
                      sodium_base64_VARIANT_URLSAFE_NO_PADDING);
    sodium_memzero(bytes, sizeof(bytes));
}

void secret_digest(str secret, uint8_t out[SECRET_DIGEST_BYTES])
{
    crypto_hash_sha256(out, (const unsigned char *)secret.p, secret.n);
}
