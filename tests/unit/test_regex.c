/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/unit.h"

#include <time.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/regex.h"

static void expressions_match_as_perl_does(void **state UNUSED)
{
    static const struct {
        const char *pattern;
        unsigned flags;
        const char *subject;
        int rc;
        const char *groups[3];
    } cases[] = {
        { "^bash$", 0, "bash", 1, { "bash" } },
        { "^bash$", 0, "bash\n", 1, { "bash" } },
        { "^bash$", 0, "bash\nx", 0, { NULL } },
        { "^b$", REGEX_MULTILINE, "a\nb\nc", 1, { "b" } },
        { "a.b", 0, "a\nb", 0, { NULL } },
        { "a.b", REGEX_DOTALL, "a\nb", 1, { "a\nb" } },
        { "BASH", REGEX_NOCASE, "/bin/bash", 1, { "bash" } },
        { "(a)|(b)", 0, "b", 1, { "b", NULL, "b" } },
        { "^.$", 0, "\xC3\xA9", 1, { "\xC3\xA9" } },
        { "^.$", 0, "\xE9", 1, { "\xE9" } },
        { "^..$", 0, "\xC3\xA9", 0, { NULL } },
        { "\xC3\x89", REGEX_NOCASE, "\xC3\xA9", 1, { "\xC3\xA9" } },
        { "^\\d+\\.(\\d+)$", 0, "12.34", 1, { "12.34", "34" } },
        { "", 0, "", 1, { "" } },
        { "x", 0, "", 0, { NULL } },
        { "(?<=a)b", 0, "ab", 1, { "b" } },
        { "(", 0, "", E_PARSE, { NULL } },
        { "[z-a]", 0, "", E_PARSE, { NULL } },
        { "\\C", 0, "a", E_PARSE, { NULL } },
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        AUTO(regex_freep) struct regex *regex = NULL;
        struct regex_groups groups = { 0 };
        int rc = regex_compile(str_c(cases[i].pattern), cases[i].flags, &regex,
                               NULL);

        if (rc == 0)
            rc = regex_match(regex, str_c(cases[i].subject), 0, &groups, NULL);
        assert_int_equal(rc, cases[i].rc);
        for (unsigned g = 0; g < groups.n && g < 3; g++)
            assert_true(str_eq_c(groups.group[g], cases[i].groups[g]));
    }
}

static void a_search_goes_on_from_where_it_is_told(void **state UNUSED)
{
    AUTO(regex_freep) struct regex *regex = NULL;
    struct regex_groups groups;
    str subject = STR("a1 b22 c333");
    size_t from = 0;
    size_t total = 0;

    assert_int_equal(regex_compile(STR("[0-9]+"), 0, &regex, NULL), 0);
    while (regex_match(regex, subject, from, &groups, NULL) == 1) {
        total = total * 10 + groups.group[0].n;
        from = (size_t)(groups.group[0].p - subject.p) + groups.group[0].n;
    }
    assert_int_equal(total, 123);
    assert_int_equal(regex_match(regex, subject, 99, &groups, NULL), 0);
}

static void long_subjects_are_searched_to_their_end(void **state UNUSED)
{
    static const char *const tails[] = { "x", "\xC3\xA9x", "\xE9x" };
    AUTO(regex_freep) struct regex *regex = NULL;

    assert_int_equal(regex_compile(STR("x$"), 0, &regex, NULL), 0);
    for (size_t n = 1; n < 3000; n += 7) {
        for (size_t t = 0; t < COUNT(tails); t++) {
            AUTO(buf_clear) struct buf text = BUF(16384);

            for (size_t i = 0; i < n; i++)
                buf_add_c(&text, i % 3 == 0 ? "\xC3\xA9" : "b");
            assert_int_equal(regex_match(regex, buf_str(&text), 0, NULL, NULL),
                             0);
            buf_add_c(&text, tails[t]);
            assert_int_equal(regex_match(regex, buf_str(&text), 0, NULL, NULL),
                             1);
        }
    }
}

static void catastrophic_expressions_give_up_soon(void **state UNUSED)
{
    static const char *const patterns[] = {
        "^(a+)+$", "(a|aa)+$", "(.*)*x", "a*a*a*a*a*a*b", "(a*)*b", "a*a*b",
    };
    AUTO(buf_clear) struct buf text = BUF(1 << 20);

    for (size_t i = 0; i < 5000; i++)
        buf_add_char(&text, 'a');
    buf_add_char(&text, '!');
    for (size_t i = 0; i < COUNT(patterns); i++) {
        AUTO(regex_freep) struct regex *regex = NULL;
        struct err err = { 0 };

        assert_int_equal(regex_compile(str_c(patterns[i]), 0, &regex, NULL), 0);
        /* PCRE2 sees at once that there is no x or b; never a wrong match. */
        assert_true(regex_match(regex, buf_str(&text), 0, NULL, &err) <= 0);
        buf_add_c(&text, "b!x!");
        assert_int_not_equal(regex_match(regex, buf_str(&text), 0, NULL, &err),
                             E_PARSE);
        text.n -= 4;
    }
    AUTO(regex_freep) struct regex *regex = NULL;
    struct err err = { 0 };

    assert_int_equal(regex_compile(STR("^(a+)+$"), 0, &regex, NULL), 0);
    assert_int_equal(regex_match(regex, buf_str(&text), 0, NULL, &err),
                     E_LIMIT);
    assert_non_null(strstr(err.text, "^(a+)+$"));
}

/* Each start position stays below PCRE2's own limit, all together do not. */
static void many_slow_starts_are_bounded_together(void **state UNUSED)
{
    static const char *const patterns[] = { "a*?a*?[bc]", "(a|b)*?(a|c)*?d$" };
    AUTO(buf_clear) struct buf text = BUF(1 << 20);

    for (size_t i = 0; i < 1200; i++)
        buf_add_char(&text, 'a');
    for (size_t i = 0; i < COUNT(patterns); i++) {
        AUTO(regex_freep) struct regex *regex = NULL;
        clock_t started = clock();

        assert_int_equal(regex_compile(str_c(patterns[i]), 0, &regex, NULL), 0);
        assert_true(regex_match(regex, buf_str(&text), 0, NULL, NULL) <= 0);
        assert_true(clock() - started < 3 * CLOCKS_PER_SEC);
    }
}

static void a_cache_compiles_once_and_remembers_failure(void **state UNUSED)
{
    struct regex_cache *cache = regex_cache_new();
    struct regex *first = NULL;
    struct regex *again = NULL;
    struct regex *other = NULL;
    struct err err = { 0 };

    assert_int_equal(regex_cache_get(cache, STR("a"), 0, &first, NULL), 0);
    assert_int_equal(regex_cache_get(cache, STR("a"), 0, &again, NULL), 0);
    assert_int_equal(
        regex_cache_get(cache, STR("a"), REGEX_NOCASE, &other, NULL), 0);
    assert_ptr_equal(first, again);
    assert_ptr_not_equal(first, other);
    for (int i = 0; i < 2; i++) {
        memset(&err, 0, sizeof(err));
        assert_int_equal(regex_cache_get(cache, STR("("), 0, &first, &err),
                         E_PARSE);
        assert_non_null(strstr(err.text, "'('"));
    }
    regex_cache_free(cache);
}

static void patterns_have_a_length_limit(void **state UNUSED)
{
    AUTO(mem_freep) char *text = mem_alloc(REGEX_PATTERN_MAX + 1, 1);
    struct regex *regex = NULL;

    memset(text, 'a', REGEX_PATTERN_MAX + 1);
    assert_int_equal(
        regex_compile((str){ text, REGEX_PATTERN_MAX + 1 }, 0, &regex, NULL),
        E_LIMIT);
    assert_null(regex);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(expressions_match_as_perl_does),
        cmocka_unit_test(a_search_goes_on_from_where_it_is_told),
        cmocka_unit_test(long_subjects_are_searched_to_their_end),
        cmocka_unit_test(catastrophic_expressions_give_up_soon),
        cmocka_unit_test(many_slow_starts_are_bounded_together),
        cmocka_unit_test(a_cache_compiles_once_and_remembers_failure),
        cmocka_unit_test(patterns_have_a_length_limit),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
