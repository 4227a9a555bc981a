/* SPDX-License-Identifier: Apache-2.0 */
#include "base/log.h"

#include <fcntl.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/jval.h"
#include "base/mem.h"
#include "tests/unit/unit.h"

struct seen {
    struct buf line;
    int lines;
    enum log_level level;
};

static void keep(void *ctx, enum log_level level, str line)
{
    struct seen *seen = ctx;

    buf_reset(&seen->line);
    buf_add(&seen->line, line);
    seen->lines++;
    seen->level = level;
}

static int begin(void **state)
{
    struct seen *seen = mem_alloc(1, sizeof(*seen));
    int null = open("/dev/null", O_WRONLY | O_CLOEXEC);

    dup2(null, STDERR_FILENO);
    close(null);
    seen->line = BUF_INIT(65536);
    log_set_process("test");
    log_set_level(LOG_LEVEL_INFO);
    log_set_json(false);
    log_set_sink(keep, seen);
    *state = seen;
    return 0;
}

static int end(void **state)
{
    struct seen *seen = *state;

    log_set_sink(NULL, NULL);
    buf_clear(&seen->line);
    mem_free(seen);
    return 0;
}

static void an_event_is_one_line_of_words(void **state)
{
    struct seen *seen = *state;

    log_warn("run.started", LOG_I64("run", -17), LOG_TEXT("name", STR("a b")),
             LOG_TEXT("word", STR("c")), LOG_TEXT("empty", STR("")));
    assert_string_equal(buf_c(&seen->line),
                        "warn test run.started run=-17 name=\"a b\" word=c "
                        "empty=\"\"");
    assert_int_equal(seen->level, LOG_LEVEL_WARN);
}

/* Whatever foreign text is, a line stays a line and no terminal obeys it. */
static void foreign_text_is_escaped(void **state)
{
    static const struct {
        const char *text;
        const char *shown;
    } cases[] = {
        { "a\nerror x y", "\"a\\x0aerror x y\"" },
        { "\x1b[2J", "\"\\x1b[2J\"" },
        { "\xc2\x9b", "\"\\xc2\\x9b\"" },
        { "say \"x\"", "\"say \\x22x\\x22\"" },
        { "a=b", "\"a=b\"" },
        { "a\\b", "\"a\\x5cb\"" },
        { "\xff\xfe", "\"\\xff\\xfe\"" },
        { "\xe2\x80\xae"
          "abc",
          "\"\\xe2\\x80\\xae"
          "abc\"" },
        { "caf\xc3\xa9", "\"caf\xc3\xa9\"" },
    };
    struct seen *seen = *state;

    for (size_t i = 0; i < COUNT(cases); i++) {
        AUTO(buf_clear) struct buf want = BUF(1000);

        log_info("e", LOG_TEXT("t", str_c(cases[i].text)));
        buf_printf(&want, "info test e t=%s", cases[i].shown);
        assert_string_equal(buf_c(&seen->line), buf_c(&want));
    }
}

static void json_has_the_same_members(void **state)
{
    AUTO(jval_freep) struct jval *json = NULL;
    struct seen *seen = *state;

    log_set_json(true);
    log_error("a.b", LOG_TEXT("text", STR("x\n\"\xff\x9b\xc2\x9b")),
              LOG_I64("n", 5));
    assert_int_equal(str_find_char(buf_str(&seen->line), '\n'), seen->line.n);
    assert_int_equal(str_find(buf_str(&seen->line), STR("\xc2\x9b")),
                     seen->line.n);
    assert_int_equal(jval_parse(buf_str(&seen->line), 65536, &json, NULL), 0);
    assert_true(str_eq_c(jval_text(jval_get(json, "level"), STR("")), "error"));
    assert_true(str_eq_c(jval_text(jval_get(json, "event"), STR("")), "a.b"));
    assert_true(
        str_eq_c(jval_text(jval_get(json, "process"), STR("")), "test"));
    assert_int_equal(jval_i64(jval_get(json, "n"), 0), 5);
    assert_int_equal(jval_text(jval_get(json, "time"), STR("")).n, 20);
}

static void what_is_below_the_level_is_not_written(void **state)
{
    struct seen *seen = *state;

    log_debug("quiet", LOG_I64("n", 1));
    assert_int_equal(seen->lines, 0);
    log_set_level(LOG_LEVEL_DEBUG);
    log_debug("loud", LOG_I64("n", 1));
    assert_int_equal(seen->lines, 1);
    log_set_level(LOG_LEVEL_ERROR);
    log_warn("quiet", LOG_I64("n", 1));
    assert_int_equal(seen->lines, 1);
}

static void a_line_is_bounded(void **state)
{
    AUTO(buf_clear) struct buf text = BUF(1 << 20);
    struct seen *seen = *state;

    for (int i = 0; i < 100000; i++)
        buf_add_c(&text, "\n");
    log_info("long", LOG_TEXT("a", buf_str(&text)),
             LOG_TEXT("b", buf_str(&text)), LOG_TEXT("c", buf_str(&text)));
    assert_int_equal(seen->lines, 1);
    assert_true(seen->line.n <= 16384);
    assert_int_equal(str_find_char(buf_str(&seen->line), '\n'), seen->line.n);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(an_event_is_one_line_of_words, begin,
                                        end),
        cmocka_unit_test_setup_teardown(foreign_text_is_escaped, begin, end),
        cmocka_unit_test_setup_teardown(json_has_the_same_members, begin, end),
        cmocka_unit_test_setup_teardown(what_is_below_the_level_is_not_written,
                                        begin, end),
        cmocka_unit_test_setup_teardown(a_line_is_bounded, begin, end),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
