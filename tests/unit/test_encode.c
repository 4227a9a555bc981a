/* SPDX-License-Identifier: Apache-2.0 */
#include "base/encode.h"
#include "tests/unit/unit.h"

static void base64_is_that_of_rfc_4648(void **state)
{
    static const struct {
        const char *plain;
        const char *text;
        const char *url;
    } cases[] = {
        { "", "", "" },
        { "f", "Zg==", "Zg" },
        { "fo", "Zm8=", "Zm8" },
        { "foo", "Zm9v", "Zm9v" },
        { "foob", "Zm9vYg==", "Zm9vYg" },
        { "\xfb\xff\xbe", "+/++", "-_--" },
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        AUTO(buf_clear) struct buf out = BUF(100);

        base64_add(&out, str_c(cases[i].plain));
        assert_string_equal(buf_c(&out), cases[i].text);
        buf_reset(&out);
        base64url_add(&out, str_c(cases[i].plain));
        assert_string_equal(buf_c(&out), cases[i].url);
        buf_reset(&out);
        assert_int_equal(base64_take(&out, str_c(cases[i].text), NULL), 0);
        assert_string_equal(buf_c(&out), cases[i].plain);
    }
}

static void what_is_not_base64_is_refused(void **state)
{
    static const struct {
        const char *text;
        int rc;
    } cases[] = {
        { "Zm 9v\r\nYg", 0 },    { "Z", E_PARSE },        { "Zm9v!", E_PARSE },
        { "Zg==Zg==", E_PARSE }, { "Zg===", E_PARSE },    { "-_--", E_PARSE },
        { "====", E_PARSE },     { "\xc3\xa9", E_PARSE },
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        AUTO(buf_clear) struct buf out = BUF(100);

        assert_int_equal(base64_take(&out, str_c(cases[i].text), NULL),
                         cases[i].rc);
    }
}

static void text_in_a_url_is_percent_encoded(void **state)
{
    AUTO(buf_clear) struct buf out = BUF(100);

    (void)state;
    url_escape(&out, STR("aZ09-._~ /?&=%\xc3\xa9\0"));
    assert_string_equal(buf_c(&out), "aZ09-._~%20%2F%3F%26%3D%25%C3%A9%00");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(base64_is_that_of_rfc_4648),
        cmocka_unit_test(what_is_not_base64_is_refused),
        cmocka_unit_test(text_in_a_url_is_percent_encoded),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
