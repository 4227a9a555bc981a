/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/unit.h"

#include "base/str.h"

static void numbers_are_read_exactly_or_refused(void **state UNUSED)
{
    static const struct {
        const char *text;
        int rc;
        int64_t value;
    } cases[] = {
        { "0", 0, 0 },
        { "-9223372036854775808", 0, INT64_MIN },
        { "9223372036854775807", 0, INT64_MAX },
        { "9223372036854775808", E_LIMIT, 0 },
        { "-9223372036854775809", E_LIMIT, 0 },
        { "+7", 0, 7 },
        { "", E_PARSE, 0 },
        { "-", E_PARSE, 0 },
        { "1x", E_PARSE, 0 },
        { " 1", E_PARSE, 0 },
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        int64_t value = 0;

        assert_int_equal(str_to_i64(str_c(cases[i].text), INT64_MIN, INT64_MAX,
                                    &value, NULL),
                         cases[i].rc);
        assert_int_equal(value, cases[i].value);
    }
}

static void cutting_takes_the_head_and_leaves_the_rest(void **state UNUSED)
{
    str text = STR("a=b=c");

    assert_true(str_eq(str_cut(&text, '='), STR("a")));
    assert_true(str_eq(text, STR("b=c")));
    assert_true(str_eq(str_cut(&text, '!'), STR("b=c")));
    assert_int_equal(text.n, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_are_read_exactly_or_refused),
        cmocka_unit_test(cutting_takes_the_head_and_leaves_the_rest),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
