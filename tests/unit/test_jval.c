/* SPDX-License-Identifier: Apache-2.0 */
#include "base/jval.h"

#include "tests/unit/unit.h"

static void only_strict_json_is_read(void **state)
{
    static const struct {
        const char *text;
        int rc;
    } cases[] = {
        { "{}", 0 },
        { " [1, -2.5e3, \"a\\u00e9\", true, null] ", 0 },
        { "\"text\"", 0 },
        { "", E_PARSE },
        { "{\"a\": 1, \"a\": 2}", E_PARSE },
        { "{} {}", E_PARSE },
        { "[1,]", E_PARSE },
        { "{a: 1}", E_PARSE },
        { "'a'", E_PARSE },
        { "01", E_PARSE },
        { "+1", E_PARSE },
        { ".5", E_PARSE },
        { "NaN", E_PARSE },
        { "1e999", E_PARSE },
        { "[1", E_PARSE },
        { "\"\x01\"", E_PARSE },
        { "\"\xff\"", E_PARSE },
        { "\"\xed\xa0\x80\"", E_PARSE },
        { "\"\\ud800\"", E_PARSE },
        { "\"\\u0000\"", E_PARSE },
        { "9223372036854775808", E_PARSE },
        { "/* c */ 1", E_PARSE },
        { "\xef\xbb\xbf{}", E_PARSE },
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        AUTO(jval_freep) struct jval *jval = NULL;
        struct err err = { 0 };
        int rc = jval_parse(str_c(cases[i].text), 1000, &jval, &err);

        if (rc != cases[i].rc || (rc < 0) != (jval == NULL))
            fail_msg("%s: %d %s", cases[i].text, rc, err_text(&err));
    }
}

static void size_and_depth_are_limited(void **state)
{
    AUTO(buf_clear) struct buf text = BUF(1 << 20);
    AUTO(jval_freep) struct jval *jval = NULL;

    (void)state;
    assert_int_equal(jval_parse(STR("[1, 2]"), 5, &jval, NULL), E_LIMIT);
    for (int i = 0; i < 3000; i++)
        buf_add_char(&text, '[');
    assert_int_equal(jval_parse(buf_str(&text), 1 << 20, &jval, NULL), E_LIMIT);
    assert_null(jval);
}

static void a_member_of_another_kind_is_the_other_value(void **state)
{
    AUTO(jval_freep) struct jval *jval = NULL;

    (void)state;
    assert_int_equal(
        jval_parse(STR("{\"t\": \"x\", \"i\": 7, \"r\": 1.5, \"b\": true, "
                       "\"n\": null, \"l\": [1]}"),
                   1000, &jval, NULL),
        0);
    assert_true(str_eq_c(jval_text(jval_get(jval, "t"), STR("-")), "x"));
    assert_true(str_eq_c(jval_text(jval_get(jval, "i"), STR("-")), "-"));
    assert_true(str_eq_c(jval_text(jval_get(jval, "none"), STR("-")), "-"));
    assert_int_equal(jval_i64(jval_get(jval, "i"), -1), 7);
    assert_int_equal(jval_i64(jval_get(jval, "r"), -1), -1);
    assert_int_equal(jval_i64(jval_get(jval, "t"), -1), -1);
    assert_true(jval_bool(jval_get(jval, "b"), false));
    assert_false(jval_bool(jval_get(jval, "i"), false));
    assert_int_equal(jval_kind(jval_get(jval, "n")), JVAL_NULL);
    assert_int_equal(jval_kind(jval_get(jval, "none")), JVAL_ABSENT);
    assert_int_equal(jval_kind(NULL), JVAL_ABSENT);
    assert_int_equal(jval_count(jval_get(jval, "l")), 1);
    assert_null(jval_at(jval_get(jval, "l"), 1));
    assert_null(jval_get(jval_get(jval, "l"), "t"));
}

static void members_come_in_the_order_of_the_document(void **state)
{
    static const char *const keys[] = { "z", "a", "m" };
    AUTO(jval_freep) struct jval *jval = NULL;
    struct jval *value = NULL;
    void *at = NULL;
    str key;

    (void)state;
    assert_int_equal(
        jval_parse(STR("{\"z\": 0, \"a\": 1, \"m\": 2}"), 100, &jval, NULL), 0);
    for (size_t i = 0; i < COUNT(keys); i++) {
        assert_true(jval_member(jval, i, &key, &value));
        assert_true(str_eq_c(key, keys[i]));
        assert_int_equal(jval_i64(value, -1), (int64_t)i);
        assert_true(jval_next(jval, &at, &key, &value));
        assert_true(str_eq_c(key, keys[i]));
    }
    assert_false(jval_member(jval, 3, &key, &value));
    assert_false(jval_next(jval, &at, &key, &value));
}

/* What JSON would let through and a terminal obeys is escaped, and read as
 * what it was. */
static void no_control_character_is_printed(void **state)
{
    static const struct {
        const char *text;
        const char *printed;
    } cases[] = {
        { "plain \xc3\xa9 \xe2\x82\xac", "\"plain \xc3\xa9 \xe2\x82\xac\"" },
        { "\x1b[2J", "\"\\u001B[2J\"" },
        { "\xc2\x9b"
          "2J",
          "\"\\u009B2J\"" },
        { "\xc2\x80\xc2\x9f\xc2\xa0", "\"\\u0080\\u009F\xc2\xa0\"" },
        { "a\x7f", "\"a\\u007F\"" },
        { "\"\\\n", "\"\\\"\\\\\\n\"" },
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        AUTO(jval_freep)
        struct jval *jval = jval_new_text(str_c(cases[i].text));
        AUTO(jval_freep) struct jval *again = NULL;
        AUTO(buf_clear) struct buf out = BUF(1000);

        jval_print(jval, &out);
        assert_string_equal(buf_c(&out), cases[i].printed);
        assert_int_equal(jval_parse(buf_str(&out), 1000, &again, NULL), 0);
        assert_true(str_eq_c(jval_text(again, STR("")), cases[i].text));
    }
}

static void what_is_built_is_printed(void **state)
{
    AUTO(jval_freep) struct jval *object = jval_new_object();
    AUTO(jval_freep) struct jval *copy = NULL;
    AUTO(buf_clear) struct buf out = BUF(1000);
    struct jval *list = jval_new_array();

    (void)state;
    jval_push(list, jval_new_i64(INT64_MIN));
    jval_push(list, jval_new_real(6.9));
    jval_push(list, jval_new_null());
    jval_set(object, "list", list);
    jval_set_text(object, "none", STR_NONE);
    jval_set_text(object, "bad", STR("\xff"));
    jval_set_bool(object, "gone", true);
    jval_remove(object, "gone");
    copy = jval_copy(object);
    jval_set_i64(object, "list", 1);
    jval_print(copy, &out);
    assert_string_equal(buf_c(&out),
                        "{\"list\":[-9223372036854775808,6.9,null],"
                        "\"none\":null,\"bad\":\"\xef\xbf\xbd\"}");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_strict_json_is_read),
        cmocka_unit_test(size_and_depth_are_limited),
        cmocka_unit_test(a_member_of_another_kind_is_the_other_value),
        cmocka_unit_test(members_come_in_the_order_of_the_document),
        cmocka_unit_test(no_control_character_is_printed),
        cmocka_unit_test(what_is_built_is_printed),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
