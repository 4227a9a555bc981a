/* SPDX-License-Identifier: Apache-2.0
 *
 * Configurations whose secrets are masked: what a secret could decide is
 * unknown, never clean (R-DEP-8).
 */
#include "tests/unit/unit.h"

#include "base/buf.h"
#include "oval/hidden.h"

#define MARK "********"
#define CONFIG                                                                 \
    "hostname r1\n"                                                            \
    "enable secret 9 " MARK "\n"                                               \
    "username a privilege 15 password 7 " MARK "\n"                            \
    "snmp-server community " MARK " RO 10\n"                                   \
    "ntp authentication-key 1 hmac-sha2-256 " MARK " 7\n"                      \
    "line con 0\n password 7 " MARK "\n login local\n"                         \
    "end\n"

static const struct {
    const char *pattern;
    enum oval_result result;
} of_config[] = {
    /* What stands before a secret tells. */
    { "^enable secret 9 ", OVAL_TRUE },
    { "^enable secret 5 ", OVAL_FALSE },
    { "^enable secret (?!9 )", OVAL_FALSE },
    { "^username .* password 7", OVAL_TRUE },
    { "^username .* password 0", OVAL_FALSE },
    { "^snmp-server community \\S+ RO 10$", OVAL_TRUE },
    { "^snmp-server community \\S+ RW", OVAL_FALSE },
    { "\\nntp authentication-key 1 hmac-sha2-256 .+", OVAL_TRUE },
    { "^ntp authentication-key 1 md5", OVAL_FALSE },
    { "^hostname r1$", OVAL_TRUE },
    { "^hostname r2$", OVAL_FALSE },
    { "(?s)line con 0.*?login authentication CONSOLE", OVAL_FALSE },
    { "(?s)line con 0.*?login local", OVAL_TRUE },
    /* These look at the secret itself. */
    { "^snmp-server community public", OVAL_UNKNOWN },
    { "^snmp-server community (public|private) ", OVAL_UNKNOWN },
    { "^snmp-server community (?!public|private)", OVAL_UNKNOWN },
    { "^snmp-server community [^*]+ RO", OVAL_UNKNOWN },
    { "^enable secret 9 \\$9\\$", OVAL_UNKNOWN },
    { "password 7 0\\d{3}", OVAL_UNKNOWN },
    { "^username \\S+ privilege 15 password 7 \\S{12,}$", OVAL_UNKNOWN },
    { "cisco", OVAL_UNKNOWN },
    { "\\*", OVAL_UNKNOWN },
};

static enum oval_result compare(enum oval_operation operation,
                                const char *wanted, const char *actual)
{
    struct regex_cache *cache = regex_cache_new();
    struct err err = { 0 };
    enum oval_result r = oval_compare_hidden(
        cache, STR(MARK),
        &(struct oval_comparison){ .entity = STR("config_line"),
                                   .datatype = OVAL_STRING,
                                   .operation = operation,
                                   .wanted = str_c(wanted),
                                   .actual = str_c(actual) },
        &err);

    regex_cache_free(cache);
    return r;
}

static void a_pattern_that_looks_at_a_secret_is_unknown(void **state UNUSED)
{
    for (size_t i = 0; i < COUNT(of_config); i++) {
        enum oval_result r =
            compare(OVAL_PATTERN_MATCH, of_config[i].pattern, CONFIG);

        if (r != of_config[i].result)
            fail_msg("'%s' is %s", of_config[i].pattern, oval_result_text(r));
    }
}

static void a_text_that_could_be_equal_is_unknown(void **state UNUSED)
{
    static const struct {
        enum oval_operation operation;
        const char *wanted;
        const char *actual;
        enum oval_result result;
    } cases[] = {
        { OVAL_EQUALS, "public", MARK, OVAL_UNKNOWN },
        { OVAL_NOT_EQUAL, "public", MARK, OVAL_UNKNOWN },
        { OVAL_EQUALS, "enable secret 5 x", "enable secret 9 " MARK,
          OVAL_FALSE },
        { OVAL_NOT_EQUAL, "enable secret 5 x", "enable secret 9 " MARK,
          OVAL_TRUE },
        { OVAL_EQUALS, "enable secret 9 x", "enable secret 9 " MARK,
          OVAL_UNKNOWN },
        { OVAL_EQUALS, "key 7 a vrf m", "key 7 " MARK " vrf n", OVAL_FALSE },
        { OVAL_CASE_INSENSITIVE_EQUALS, "KEY 7 A", "key 7 " MARK,
          OVAL_UNKNOWN },
        { OVAL_EQUALS, "ke", "key 7 " MARK, OVAL_FALSE },
    };

    for (size_t i = 0; i < COUNT(cases); i++)
        assert_int_equal(
            compare(cases[i].operation, cases[i].wanted, cases[i].actual),
            cases[i].result);
}

/* What is long or is not UTF-8 comes to an end, and to no clean result. */
static void hostile_texts_are_bounded(void **state UNUSED)
{
    AUTO(buf_clear) struct buf text = BUF(1 << 20);

    for (size_t i = 0; i < 3000; i++)
        buf_add_c(&text, "key 7 " MARK "\n");
    assert_int_equal(compare(OVAL_PATTERN_MATCH, "^nothing$", buf_c(&text)),
                     OVAL_UNKNOWN);
    assert_int_equal(compare(OVAL_PATTERN_MATCH, "x", "\xff\xfe " MARK),
                     OVAL_UNKNOWN);
    assert_int_equal(compare(OVAL_PATTERN_MATCH, "^nothing$", MARK MARK),
                     OVAL_FALSE);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_pattern_that_looks_at_a_secret_is_unknown),
        cmocka_unit_test(a_text_that_could_be_equal_is_unknown),
        cmocka_unit_test(hostile_texts_are_bounded),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
