/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/unit.h"

#include "base/utf8.h"

static void check(str text, size_t max, str expected)
{
    AUTO(arena_clear) struct arena arena = ARENA;
    str out = utf8_cut(text, max, &arena);

    assert_true(out.n <= max);
    assert_int_equal(utf8_valid(out), out.n);
    if (!str_eq(out, expected))
        fail_msg("'%" PRIstr "', not '%" PRIstr "'", ARGstr(out),
                 ARGstr(expected));
}

static void a_text_is_cut_between_characters(void **state UNUSED)
{
    check(STR("plain"), 10, STR("plain"));
    check(STR("plain"), 3, STR("pla"));
    check(STR(""), 3, STR(""));
    check(STR("a\xc3\xa4"), 3, STR("a\xc3\xa4"));
    check(STR("a\xc3\xa4"), 2, STR("a"));
    check(STR("\xe2\x82\xac!"), 2, STR(""));
    check(STR("\xe2\x82\xac!"), 3, STR("\xe2\x82\xac"));
    check(STR("a\xf0\x9f\x98\x80"), 4, STR("a"));
    check(STR("\xc3\xa4"), 0, STR(""));
}

static void bytes_that_are_no_text_become_question_marks(void **state UNUSED)
{
    check(STR("caf\xe9 \xff"), 10, STR("caf? ?"));
    check(STR("a\0b"), 10, STR("a?b"));
    check(STR("\xc3"), 10, STR("?"));
    check(STR("\x80\x80\x80\x80"), 3, STR("???"));
    check(STR("\xff\xc3\xa4\xe2\x82"), 9, STR("?\xc3\xa4??"));
    check(STR("\xff\xc3\xa4"), 2, STR("?"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_text_is_cut_between_characters),
        cmocka_unit_test(bytes_that_are_no_text_become_question_marks),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
