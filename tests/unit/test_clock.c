/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/unit.h"

#include <fcntl.h>
#include <unistd.h>

#include "base/clock.h"

static void times_are_read_as_they_are_written(void **state UNUSED)
{
    static const struct {
        const char *text;
        int64_t at;
    } cases[] = {
        { "1970-01-01T00:00:00Z", 0 },
        { "2026-11-22T04:30:00Z", 1795321800 },
        { "2000-02-29T23:59:59Z", 951868799 },
        { "1969-12-31T23:59:59Z", -1 },
        { "0000-01-01T00:00:00Z", -62167219200 },
        { "9999-12-31T23:59:59Z", 253402300799 },
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        char text[CLOCK_TEXT_MAX];
        int64_t at = 1;

        assert_int_equal(clock_parse(str_c(cases[i].text), &at, NULL), 0);
        assert_int_equal(at, cases[i].at);
        clock_text(at, text);
        assert_string_equal(text, cases[i].text);
    }
}

static void what_is_no_time_is_refused(void **state UNUSED)
{
    static const char *const cases[] = {
        "",
        "2026",
        "2026-11-22",
        "2026-11-22T04:30:00",
        "2026-11-22T04:30:00+01:00",
        "2026-11-22t04:30:00z",
        "2026-02-29T00:00:00Z",
        "1900-02-29T00:00:00Z",
        "2026-13-01T00:00:00Z",
        "2026-00-01T00:00:00Z",
        "2026-01-00T00:00:00Z",
        "2026-01-01T24:00:00Z",
        "2026-01-01T00:60:00Z",
        "2026-01-01T00:00:60Z",
        "2026-01-01T00:00:00.Z",
        "2026-01-01T00:00:00Zx",
        "+026-01-01T00:00:00Z",
        "2026-01-01T00:00:00.000000000000000000000Z",
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        int64_t at = 7;

        assert_int_equal(clock_parse(str_c(cases[i]), &at, NULL), E_PARSE);
        assert_int_equal(at, 7);
    }
}

static void a_file_moves_the_clock_while_it_runs(void **state UNUSED)
{
    char path[] = "/tmp/test-clock-XXXXXX";
    int fd = mkstemp(path);
    int64_t before = clock_now();

    assert_true(fd >= 0);
    assert_int_equal(write(fd, "86400\n", 6), 6);
    assert_int_equal(clock_from_file(path, NULL), 0);
    assert_in_range(clock_now() - before, 86400, 86460);
    assert_int_equal(pwrite(fd, "-3600\n", 6, 0), 6);
    assert_in_range(before - clock_now(), 3540, 3600);
    close(fd);
    unlink(path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(times_are_read_as_they_are_written),
        cmocka_unit_test(what_is_no_time_is_refused),
        cmocka_unit_test(a_file_moves_the_clock_while_it_runs),
    };

    return cmocka_run_group_tests_name("clock", tests, NULL, NULL);
}
