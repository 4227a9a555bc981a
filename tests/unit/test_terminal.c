/* SPDX-License-Identifier: Apache-2.0 */
#include "netdev/terminal.h"
#include "tests/unit/unit.h"

/* What comes, and the text and the waiting line it makes. */
static const struct {
    const char *bytes;
    const char *text;
    const char *line;
} cases[] = {
    { "", "", "" },
    { "a\r\nb", "a\n", "b" },
    { "a\n\n", "a\n\n", "" },
    { "r1# ", "", "r1#" },
    { "blanks   \r\nx", "blanks\n", "x" },
    /* Overwriting. */
    { "abc\rX", "", "Xbc" },
    { "abc\b\bXY", "", "aXY" },
    { "\b\b\ba", "", "a" },
    { "dots...\r\r\n", "dots...\n", "" },
    /* Pagers erase themselves in three ways. */
    { " --More-- \b\b\b\b\b\b\b\b\b\b          \b\b\b\b\b\b\b\b\b\bnext\r\n",
      "next\n", "" },
    { "<--- More --->\r              \rnext\r\n", "next\n", "" },
    { "--More--\r\033[Knext\n", "next\n", "" },
    { "(END)\033[2K\rnext\n", "next\n", "" },
    { "ab\033[1Kc", "", "abc" },
    /* What a terminal obeys is dropped. */
    { "\033[?2004hr1# \033[1;32mx\033[0m", "", "r1# x" },
    { "\033]0;title\ax\033]8;;u\033\\y", "", "xy" },
    { "\033(Bx\033=y\033\033[Kz", "", "xyz" },
    { "\033P1;2|payload\033\\x", "", "x" },
    { "a\001b\007c\177d", "", "abcd" },
    { "tab\there", "", "tab\there" },
    { "\303\251\377", "", "\303\251\377" },
};

static void lines_look_as_a_terminal_shows_them_in_the_end(void **state UNUSED)
{
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct terminal t;

        terminal_init(&t, 1 << 20);
        terminal_feed(&t, str_c(cases[i].bytes));
        assert_true(str_eq_c(buf_str(&t.text), cases[i].text));
        assert_true(str_eq_c(terminal_line(&t), cases[i].line));
        terminal_clear(&t);
    }
}

static void it_does_not_matter_in_which_pieces_the_bytes_come(
    void **state UNUSED)
{
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct terminal t;
        str bytes = str_c(cases[i].bytes);

        terminal_init(&t, 1 << 20);
        for (size_t k = 0; k < bytes.n; k++)
            terminal_feed(&t, str_sub(bytes, k, 1));
        assert_true(str_eq_c(buf_str(&t.text), cases[i].text));
        assert_true(str_eq_c(terminal_line(&t), cases[i].line));
        terminal_clear(&t);
    }
}

static void a_nul_is_dropped(void **state UNUSED)
{
    struct terminal t;

    terminal_init(&t, 100);
    terminal_feed(&t, STR("a\0b\r\0c"));
    assert_true(str_eq(terminal_line(&t), STR("cb")));
    terminal_clear(&t);
}

static void a_sequence_without_end_hides_only_so_much(void **state UNUSED)
{
    struct terminal t;

    terminal_init(&t, 1 << 20);
    terminal_feed(&t, STR("\033]"));
    for (int i = 0; i < TERMINAL_ESCAPE_MAX + 10; i++)
        terminal_feed(&t, STR("x"));
    assert_int_equal(terminal_line(&t).n, 11);
    terminal_clear(&t);
}

static void more_than_the_limit_is_over_and_not_kept(void **state UNUSED)
{
    struct terminal t;

    terminal_init(&t, 10);
    terminal_feed(&t, STR("12345\n12345\n12345\n"));
    assert_true(t.over);
    assert_true(t.text.n <= 10);
    terminal_reset(&t);
    assert_false(t.over);
    for (int i = 0; i < TERMINAL_LINE_MAX / 8 + 1 && !t.over; i++)
        terminal_feed(&t, STR("12345678"));
    assert_true(t.over);
    assert_true(t.line.n <= TERMINAL_LINE_MAX);
    terminal_clear(&t);
}

static void what_a_pager_wrote_can_be_taken_off(void **state UNUSED)
{
    struct terminal t;

    terminal_init(&t, 100);
    terminal_feed(&t, STR("text--More--"));
    terminal_unwrite(&t, 8);
    assert_true(str_eq(terminal_line(&t), STR("text")));
    terminal_feed(&t, STR("!"));
    assert_true(str_eq(terminal_line(&t), STR("text!")));
    terminal_unwrite(&t, 100);
    assert_int_equal(terminal_line(&t).n, 0);
    terminal_clear(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines_look_as_a_terminal_shows_them_in_the_end),
        cmocka_unit_test(it_does_not_matter_in_which_pieces_the_bytes_come),
        cmocka_unit_test(a_nul_is_dropped),
        cmocka_unit_test(a_sequence_without_end_hides_only_so_much),
        cmocka_unit_test(more_than_the_limit_is_over_and_not_kept),
        cmocka_unit_test(what_a_pager_wrote_can_be_taken_off),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
