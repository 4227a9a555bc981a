/* SPDX-License-Identifier: Apache-2.0
 *
 * Passwords, one-time codes, sealed secrets.
 */
#include "tests/unit/unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "trust/password.h"
#include "trust/seal.h"
#include "trust/sign.h"
#include "trust/totp.h"

static struct err err;

static void a_password_is_known_again_and_no_other(void **state UNUSED)
{
    char hash[PASSWORD_HASH_MAX];
    char again[PASSWORD_HASH_MAX];

    assert_int_equal(password_hash(STR("correct horse"), hash, &err), 0);
    assert_int_equal(password_hash(STR("correct horse"), again, &err), 0);
    assert_true(
        str_starts(str_c(hash), STR("$argon2id$v=19$m=19456,t=2,p=1$")));
    assert_string_not_equal(hash, again);
    assert_true(password_check(hash, STR("correct horse")));
    assert_false(password_check(hash, STR("correct horse ")));
    assert_false(password_check(hash, STR("")));
    assert_false(password_outdated(hash));
    assert_true(
        password_outdated("$argon2id$v=19$m=4096,t=3,p=1$MTIzNDU2Nzg5MDEyMzQ1Ng"
                          "$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"));
}

/* Of this thread: what other programs do meanwhile is not in it. */
static int64_t cpu_us(void)
{
    struct timespec t;

    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return t.tv_sec * INT64_C(1000000) + t.tv_nsec / 1000;
}

static void nobody_takes_as_long_as_somebody(void **state UNUSED)
{
    char hash[PASSWORD_HASH_MAX];
    int64_t spent[2] = { INT64_MAX, INT64_MAX };

    assert_int_equal(password_hash(STR("correct horse"), hash, &err), 0);
    for (int i = 0; i < 20; i++) {
        int64_t start = cpu_us();

        assert_false(password_check(i % 2 ? hash : NULL, STR("wrong")));
        start = cpu_us() - start;
        if (start < spent[i % 2])
            spent[i % 2] = start;
    }
    assert_true(spent[0] * 2 >= spent[1]);
    assert_true(spent[1] * 2 >= spent[0]);
}

static void weak_passwords_are_refused_with_the_reason(void **state UNUSED)
{
    static const struct {
        const char *password;
        int rc;
    } cases[] = {
        { "short", E_INVALID },
        { "password1234", E_INVALID },
        { "PassWord1234", E_INVALID },
        { "aaaaaaaaaaaaaaaa", E_INVALID },
        { "abababababababab", E_INVALID },
        { "annette12345", E_INVALID },
        { "annette and eleven horses", 0 },
        { "correct horse battery", 0 },
    };

    for (size_t i = 0; i < COUNT(cases); i++)
        assert_int_equal(
            password_rules(str_c(cases[i].password), STR("annette"), 0, &err),
            cases[i].rc);
    assert_int_equal(password_rules(STR("thirteen char"), STR("x"), 14, &err),
                     E_INVALID);
}

static const uint8_t rfc_secret[] = "12345678901234567890";

/* RFC 6238, appendix B, the last six digits of the SHA-1 column. */
static void codes_are_those_of_the_rfc(void **state UNUSED)
{
    static const struct {
        int64_t now;
        const char *code;
    } cases[] = {
        { 59, "287082" },         { 1111111109, "081804" },
        { 1111111111, "050471" }, { 1234567890, "005924" },
        { 2000000000, "279037" }, { 20000000000, "353130" },
    };
    int64_t step = 0;

    for (size_t i = 0; i < COUNT(cases); i++) {
        str code = str_c(cases[i].code);
        int64_t now = cases[i].now;

        assert_true(totp_check(rfc_secret, code, now, 0, &step));
        assert_int_equal(step, now / 30);
        assert_true(totp_check(rfc_secret, code, now + 30, 0, &step));
        assert_false(totp_check(rfc_secret, code, now + 90, 0, &step));
        assert_false(totp_check(rfc_secret, code, now - 90, 0, &step));
    }
    assert_false(totp_check(rfc_secret, STR("28708"), 59, 0, &step));
    assert_false(totp_check(rfc_secret, STR("2870821"), 59, 0, &step));
    assert_false(totp_check(rfc_secret, STR("94287082"), 59, 0, &step));
}

static void a_code_is_good_once(void **state UNUSED)
{
    int64_t step = 0;

    assert_true(totp_check(rfc_secret, STR("050471"), 1111111111, 0, &step));
    assert_false(
        totp_check(rfc_secret, STR("050471"), 1111111111, step, &step));
    /* Nor the one before it. */
    assert_false(
        totp_check(rfc_secret, STR("081804"), 1111111111, step, &step));
}

static void an_authenticator_is_told_in_its_own_form(void **state UNUSED)
{
    AUTO(buf_clear) struct buf uri = BUF(500);

    totp_uri(rfc_secret, STR("Holdfast x"), STR("a&b"), &uri);
    assert_string_equal(buf_c(&uri),
                        "otpauth://totp/Holdfast%20x:a%26b?secret="
                        "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Holdfast%20x"
                        "&algorithm=SHA1&digits=6&period=30");
}

static void a_recovery_code_is_read_as_people_type_it(void **state UNUSED)
{
    char code[RECOVERY_CODE_MAX];
    uint8_t a[32];
    uint8_t b[32];

    recovery_make(code);
    assert_int_equal(strlen(code), 19);
    recovery_digest(STR("7kqm-3x9p-w2ht-c6vn"), a);
    recovery_digest(STR("7KQM 3x9pW2HTC6VN"), b);
    assert_memory_equal(a, b, sizeof(a));
    recovery_digest(STR("7kqm-3x9p-w2ht-c6vm"), b);
    assert_memory_not_equal(a, b, sizeof(a));
}

static void sealed_secrets_open_only_with_key_and_place(void **state UNUSED)
{
    AUTO(buf_clear) struct buf sealed = BUF(1000);
    AUTO(buf_clear) struct buf plain = BUF(1000);
    struct seal_key key = { { 1 } };
    struct seal_key other = { { 2 } };

    seal_make(&key, STR("totp 17"), STR("secret"), &sealed);
    assert_int_equal(sealed.n, 6 + SEAL_OVERHEAD);
    assert_int_equal(
        seal_open(&key, STR("totp 17"), buf_str(&sealed), &plain, &err), 0);
    assert_string_equal(buf_c(&plain), "secret");
    assert_int_equal(
        seal_open(&key, STR("totp 18"), buf_str(&sealed), &plain, &err),
        E_CORRUPT);
    assert_int_equal(
        seal_open(&other, STR("totp 17"), buf_str(&sealed), &plain, &err),
        E_CORRUPT);
    for (size_t i = 0; i < sealed.n; i++) {
        sealed.p[i] ^= 1;
        assert_int_equal(
            seal_open(&key, STR("totp 17"), buf_str(&sealed), &plain, &err),
            E_CORRUPT);
        sealed.p[i] ^= 1;
    }
    assert_int_equal(seal_open(&key, STR("totp 17"),
                               str_sub(buf_str(&sealed), 0, 20), &plain, &err),
                     E_CORRUPT);
    assert_string_equal(buf_c(&plain), "secret");
}

static void a_key_file_is_made_once_and_kept_to_its_owner(void **state UNUSED)
{
    char dir[] = "/tmp/hf-seal-XXXXXX";
    char path[64];
    struct seal_key key;
    struct seal_key again;

    assert_non_null(mkdtemp(dir));
    snprintf(path, sizeof(path), "%s/secret.key", dir);
    assert_int_equal(seal_key_file(path, &key, &err), 0);
    assert_int_equal(seal_key_file(path, &again, &err), 0);
    assert_memory_equal(&key, &again, sizeof(key));
    assert_int_equal(chmod(path, 0640), 0);
    assert_int_equal(seal_key_file(path, &again, &err), E_PERM);
    assert_int_equal(chmod(path, 0600), 0);
    assert_int_equal(truncate(path, 31), 0);
    assert_int_equal(seal_key_file(path, &again, &err), E_CORRUPT);
    unlink(path);
    rmdir(dir);
}

static void secrets_differ_and_say_what_they_are(void **state UNUSED)
{
    char a[SECRET_TEXT_MAX];
    char b[SECRET_TEXT_MAX];

    secret_make("hft_", a);
    secret_make("hft_", b);
    assert_int_equal(strlen(a), 47);
    assert_true(str_starts(str_c(a), STR("hft_")));
    assert_string_not_equal(a, b);
}

static int start(void **state UNUSED)
{
    return trust_init(&err) < 0 || totp_init(&err) < 0 ? -1 : 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_password_is_known_again_and_no_other),
        cmocka_unit_test(nobody_takes_as_long_as_somebody),
        cmocka_unit_test(weak_passwords_are_refused_with_the_reason),
        cmocka_unit_test(codes_are_those_of_the_rfc),
        cmocka_unit_test(a_code_is_good_once),
        cmocka_unit_test(an_authenticator_is_told_in_its_own_form),
        cmocka_unit_test(a_recovery_code_is_read_as_people_type_it),
        cmocka_unit_test(sealed_secrets_open_only_with_key_and_place),
        cmocka_unit_test(a_key_file_is_made_once_and_kept_to_its_owner),
        cmocka_unit_test(secrets_differ_and_say_what_they_are),
    };

    return cmocka_run_group_tests(tests, start, NULL);
}
