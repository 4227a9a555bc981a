/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/unit.h"

#include <sys/stat.h>
#include <unistd.h>

#include "trust/cert.h"
#include "trust/sign.h"

enum {
    NOW = 1780000000,
    DAY = 86400,
};

struct authority {
    struct buf key;
    struct buf cert;
};
static struct authority ca;

static int setup(void **state UNUSED)
{
    ca.key = ca.cert = BUF_INIT(CERT_PEM_MAX);
    if (trust_init(NULL) < 0 || cert_key_make(&ca.key, NULL) < 0)
        return -1;
    return cert_ca_make(buf_str(&ca.key), STR("Holdfast"), NOW, 3650, &ca.cert,
                        NULL);
}

static int teardown(void **state UNUSED)
{
    buf_clear(&ca.key);
    buf_clear(&ca.cert);
    return 0;
}

static struct cert_terms terms_of(const char *name)
{
    struct cert_terms terms = {
        .name = str_c(name),
        .not_before = NOW - 300,
        .not_after = NOW + 90 * (int64_t)DAY,
    };

    trust_random(terms.serial, sizeof(terms.serial));
    return terms;
}

static void make_request(struct buf *key, struct buf *csr, const char *name)
{
    assert_int_equal(cert_key_make(key, NULL), 0);
    assert_int_equal(cert_request_make(buf_str(key), str_c(name), csr, NULL),
                     0);
}

static void a_certificate_has_the_name_the_server_gives(void **state UNUSED)
{
    AUTO(buf_clear) struct buf key = BUF(CERT_PEM_MAX);
    AUTO(buf_clear) struct buf csr = BUF(CERT_PEM_MAX);
    AUTO(buf_clear) struct buf cert = BUF(CERT_PEM_MAX);
    struct cert_terms terms = terms_of("device-17");
    struct cert_facts facts;

    make_request(&key, &csr, "device-1");
    assert_int_equal(cert_issue(buf_str(&ca.cert), buf_str(&ca.key),
                                buf_str(&csr), &terms, &cert, NULL),
                     0);
    assert_int_equal(cert_read(buf_str(&cert), &facts, NULL), 0);
    assert_string_equal(facts.name, "device-17");
    assert_int_equal(facts.not_before, NOW - 300);
    assert_int_equal(facts.not_after, NOW + 90 * (int64_t)DAY);
    assert_int_equal(strlen(facts.fingerprint), 64);
}

static void a_request_that_proves_nothing_is_refused(void **state UNUSED)
{
    AUTO(buf_clear) struct buf key = BUF(CERT_PEM_MAX);
    AUTO(buf_clear) struct buf csr = BUF(CERT_PEM_MAX);
    AUTO(buf_clear) struct buf cert = BUF(CERT_PEM_MAX);
    struct cert_terms terms = terms_of("device-17");
    unsigned taken = 0;
    size_t last;

    make_request(&key, &csr, "x");
    last = str_find(buf_str(&csr), STR("\n-----END")) - 4;
    for (size_t i = 0; i < csr.n; i++) {
        char was = csr.p[i];

        csr.p[i] = was == 'A' ? 'B' : 'A';
        buf_reset(&cert);
        /* The last bits of base64 mean nothing. */
        if (was != '\n' && was != '=' && (i < last || i >= last + 4) &&
            cert_issue(buf_str(&ca.cert), buf_str(&ca.key), buf_str(&csr),
                       &terms, &cert, NULL) == 0)
            taken++;
        csr.p[i] = was;
    }
    assert_int_equal(taken, 0);
    assert_int_equal(cert_issue(buf_str(&ca.cert), buf_str(&ca.key), STR(""),
                                &terms, &cert, NULL),
                     E_PARSE);
    assert_int_equal(cert_issue(buf_str(&ca.cert), buf_str(&ca.key),
                                buf_str(&ca.cert), &terms, &cert, NULL),
                     E_PARSE);
}

/* Made by `openssl req -newkey rsa:1024`; only the kind of key matters. */
static const char rsa_request[] =
    "-----BEGIN CERTIFICATE REQUEST-----\n"
    "MIIBSzCBtQIBADAMMQowCAYDVQQDDAF4MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCB\n"
    "iQKBgQDRuTnCjut5eKZ6mn6VyxDTVNUcbPwVNn8J+rb7LdHVdOBoU12H7r/6qICJ\n"
    "psKdkkc2+d4HkMlqJK5DwwAhBsOlKf+AZLqtasKa0Orv6Z5axv8sZ2SvPMsO7Jdd\n"
    "lGP1EQmB4Hn5AEmmtVQj0XncQPoWRho2jG7Bd4csTu4fyVMOawIDAQABoAAwDQYJ\n"
    "KoZIhvcNAQELBQADgYEAvwAUyyP9WC3XUpHoGjzC3FvDxIHEeKeGHXGZPK6jOgh4\n"
    "FKht3Uwpho9V7j3Tuj5zU2jZVwr/1NoEVOpue5BUKWoGALd9Rnhz6U4r44QkNsZ+\n"
    "e7Y2s5lamSwf543hL3yHBe4T9Fuu8QxAiSdG3bV7E50XIIQh9WHEgKpsG/eLIS0=\n"
    "-----END CERTIFICATE REQUEST-----\n";

static void only_keys_of_one_kind_are_certified(void **state UNUSED)
{
    AUTO(buf_clear) struct buf cert = BUF(CERT_PEM_MAX);
    struct cert_terms terms = terms_of("device-17");
    struct err err = { 0 };

    assert_int_equal(cert_issue(buf_str(&ca.cert), buf_str(&ca.key),
                                str_c(rsa_request), &terms, &cert, &err),
                     E_INVALID);
    assert_non_null(strstr(err.text, "P-256"));
}

static void names_that_are_none_are_refused(void **state UNUSED)
{
    AUTO(buf_clear) struct buf key = BUF(CERT_PEM_MAX);
    AUTO(buf_clear) struct buf csr = BUF(CERT_PEM_MAX);
    AUTO(buf_clear) struct buf cert = BUF(CERT_PEM_MAX);
    const str good[] = { STR("localhost"), STR("127.0.0.1"), STR("::1") };
    const str bad[] = { STR("\xC3\xA9") };
    struct cert_terms terms = terms_of("server");

    make_request(&key, &csr, "server");
    terms.server = true;
    terms.alt = good;
    terms.alt_count = COUNT(good);
    assert_int_equal(cert_issue(buf_str(&ca.cert), buf_str(&ca.key),
                                buf_str(&csr), &terms, &cert, NULL),
                     0);
    terms.alt = (const str[]){ STR("") };
    terms.alt_count = 1;
    assert_int_equal(cert_issue(buf_str(&ca.cert), buf_str(&ca.key),
                                buf_str(&csr), &terms, &cert, NULL),
                     E_INVALID);
    terms.alt = bad;
    assert_int_equal(cert_issue(buf_str(&ca.cert), buf_str(&ca.key),
                                buf_str(&csr), &terms, &cert, NULL),
                     E_INVALID);
    terms = terms_of("");
    assert_int_equal(cert_issue(buf_str(&ca.cert), buf_str(&ca.key),
                                buf_str(&csr), &terms, &cert, NULL),
                     E_INVALID);
}

static void a_point_off_the_curve_is_not_certified(void **state UNUSED)
{
    AUTO(buf_clear) struct buf key = BUF(CERT_PEM_MAX);
    AUTO(buf_clear) struct buf csr = BUF(CERT_PEM_MAX);
    AUTO(buf_clear) struct buf cert = BUF(CERT_PEM_MAX);
    struct cert_terms terms = terms_of("device-17");
    uint8_t point[CERT_POINT_BYTES];

    make_request(&key, &csr, "x");
    assert_int_equal(cert_request_point(buf_str(&csr), point, NULL), 0);
    assert_int_equal(point[0], 4);
    assert_int_equal(cert_issue_point(buf_str(&ca.cert), buf_str(&ca.key),
                                      point, &terms, &cert, NULL),
                     0);
    point[64] ^= 1;
    assert_int_equal(cert_issue_point(buf_str(&ca.cert), buf_str(&ca.key),
                                      point, &terms, &cert, NULL),
                     E_INVALID);
    memset(point, 0, sizeof(point));
    assert_int_equal(cert_issue_point(buf_str(&ca.cert), buf_str(&ca.key),
                                      point, &terms, &cert, NULL),
                     E_INVALID);
}

static void an_authority_needs_its_own_key(void **state UNUSED)
{
    AUTO(buf_clear) struct buf key = BUF(CERT_PEM_MAX);
    AUTO(buf_clear) struct buf csr = BUF(CERT_PEM_MAX);
    AUTO(buf_clear) struct buf cert = BUF(CERT_PEM_MAX);
    struct cert_terms terms = terms_of("device-17");

    make_request(&key, &csr, "x");
    assert_int_equal(cert_issue(buf_str(&ca.cert), buf_str(&key), buf_str(&csr),
                                &terms, &cert, NULL),
                     E_CORRUPT);
}

static void a_key_file_is_made_once_and_kept_closed(void **state UNUSED)
{
    char folder[] = "/tmp/holdfast-trust-XXXXXX";
    AUTO(buf_clear) struct buf path = BUF(200);
    struct sign_key first;
    struct sign_key again;
    struct stat st;
    struct err err = { 0 };

    assert_non_null(mkdtemp(folder));
    buf_printf(&path, "%s/job.key", folder);
    assert_int_equal(sign_key_file(buf_c(&path), false, &first, &err),
                     E_ABSENT);
    assert_int_equal(sign_key_file(buf_c(&path), true, &first, &err), 0);
    assert_int_equal(sign_key_file(buf_c(&path), true, &again, &err), 0);
    assert_memory_equal(&first, &again, sizeof(first));
    assert_int_equal(stat(buf_c(&path), &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
    assert_int_equal(chmod(buf_c(&path), 0640), 0);
    assert_int_equal(sign_key_file(buf_c(&path), true, &again, &err), E_PERM);
    assert_int_equal(chmod(buf_c(&path), 0600), 0);
    assert_int_equal(truncate(buf_c(&path), 63), 0);
    assert_int_equal(sign_key_file(buf_c(&path), true, &again, &err),
                     E_CORRUPT);
    assert_int_equal(truncate(buf_c(&path), 64), 0);
    assert_int_equal(unlink(buf_c(&path)), 0);
    assert_int_equal(symlink("/dev/null", buf_c(&path)), 0);
    assert_true(sign_key_file(buf_c(&path), true, &again, &err) < 0);
    assert_int_equal(unlink(buf_c(&path)), 0);
    assert_int_equal(rmdir(folder), 0);
}

static void a_comparison_is_of_all_bytes(void **state UNUSED)
{
    assert_true(trust_equal(STR("token"), STR("token")));
    assert_false(trust_equal(STR("token"), STR("tokem")));
    assert_false(trust_equal(STR("token"), STR("toke")));
    assert_true(trust_equal(STR(""), STR_NONE));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_certificate_has_the_name_the_server_gives),
        cmocka_unit_test(a_request_that_proves_nothing_is_refused),
        cmocka_unit_test(only_keys_of_one_kind_are_certified),
        cmocka_unit_test(names_that_are_none_are_refused),
        cmocka_unit_test(a_point_off_the_curve_is_not_certified),
        cmocka_unit_test(an_authority_needs_its_own_key),
        cmocka_unit_test(a_key_file_is_made_once_and_kept_closed),
        cmocka_unit_test(a_comparison_is_of_all_bytes),
    };

    return cmocka_run_group_tests(tests, setup, teardown);
}
