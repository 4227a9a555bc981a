/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/unit.h"

#include "probe/accounts.h"

static void passwd_lines_are_read_or_refused(void **state UNUSED)
{
    static const struct {
        const char *line;
        int rc;
        const char *name;
        const char *uid;
        const char *shell;
    } cases[] = {
        { "root:x:0:0:root:/root:/bin/bash", 0, "root", "0", "/bin/bash" },
        { "a::1:2:G,,,:/:", 0, "a", "1", "" },
        { "a:x:1:2::/", 0, "a", "1", "" },
        { "", 1, "", "", "" },
        { "  # a comment", 1, "", "", "" },
        { "+::::::", 1, "", "", "" },
        { "-bob::::::", 1, "", "", "" },
        { "a:x:1:2:g", E_PARSE, "", "", "" },
        { "a:x:1:2:g:/:/bin/sh:more", E_PARSE, "", "", "" },
        { ":x:1:2:g:/:/bin/sh", E_PARSE, "", "", "" },
        { "a:x:-1:2:g:/:/bin/sh", E_PARSE, "", "", "" },
        { "a:x:1:two:g:/:/bin/sh", E_PARSE, "", "", "" },
        { "a:x:4294967296:2:g:/:/bin/sh", E_PARSE, "", "", "" },
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        struct account_passwd account = { 0 };

        assert_int_equal(
            accounts_passwd_line(str_c(cases[i].line), &account, NULL),
            cases[i].rc);
        assert_true(str_eq_c(account.name, cases[i].name));
        assert_true(str_eq_c(account.uid, cases[i].uid));
        assert_true(str_eq_c(account.shell, cases[i].shell));
    }
}

static void shadow_lines_are_read_or_refused(void **state UNUSED)
{
    static const struct {
        const char *line;
        int rc;
        const char *password;
        const char *max;
        const char *flag;
    } cases[] = {
        { "root:*:19000:0:99999:7:::", 0, "*", "99999", "" },
        { "a:$6$x$y:1:2:3:4:5:6:7", 0, "$6$x$y", "3", "7" },
        { "a:!", 0, "!", "", "" },
        { "# a", 1, "", "", "" },
        { "a", E_PARSE, "", "", "" },
        { ":x:::::::", E_PARSE, "", "", "" },
        { "a:x::::::::", E_PARSE, "", "", "" },
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        struct account_shadow account = { 0 };

        assert_int_equal(
            accounts_shadow_line(str_c(cases[i].line), &account, NULL),
            cases[i].rc);
        assert_true(str_eq_c(account.password, cases[i].password));
        assert_true(str_eq_c(account.max_age, cases[i].max));
        assert_true(str_eq_c(account.flag, cases[i].flag));
    }
}

static void hashes_are_known_by_their_prefix(void **state UNUSED)
{
    static const struct {
        const char *password;
        const char *method; /* NULL: no name for it */
    } cases[] = {
        { "", "" },
        { "*", "" },
        { "!", "" },
        { "!!", "" },
        { "!*", "" },
        { "x", "" },
        { "abJnggxhB/yWI", "DES" },
        { "_J9..abcdabcdabcdabc", "BSDi" },
        { "$1$salt$hash", "MD5" },
        { "$2a$10$hash", "Blowfish" },
        { "$2y$10$hash", "Blowfish" },
        { "$md5$rounds=5$salt$hash", "Sun MD5" },
        { "$md5,rounds=5$salt$hash", "Sun MD5" },
        { "$5$salt$hash", "SHA-256" },
        { "$6$salt$hash", "SHA-512" },
        { "!$6$salt$hash", "SHA-512" },
        { "$y$j9T$salt$hash", NULL },
        { "$7$salt$hash", NULL },
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        const char *method = accounts_encrypt_method(str_c(cases[i].password));

        if (cases[i].method == NULL)
            assert_null(method);
        else
            assert_string_equal(method, cases[i].method);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(passwd_lines_are_read_or_refused),
        cmocka_unit_test(shadow_lines_are_read_or_refused),
        cmocka_unit_test(hashes_are_known_by_their_prefix),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
