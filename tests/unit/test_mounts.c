/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/unit.h"

#include "base/buf.h"
#include "probe/mounts.h"

static void lines_of_mountinfo_are_read_or_refused(void **state UNUSED)
{
    static const struct {
        const char *line;
        int rc;
        const char *point;
        const char *type;
        const char *source;
    } cases[] = {
        { "27 1 254:0 / / rw - ext4 /dev/vda rw", 0, "/", "ext4", "/dev/vda" },
        { "36 35 0:3 /mnt1 /a\\040b rw shared:1 master:2 - nfs h:/x rw", 0,
          "/a b", "nfs", "h:/x" },
        { "36 35 0:3 / /a\\134\\011 rw - tmpfs a\\\\b rw", 0, "/a\\\t", "tmpfs",
          "a\\\\b" },
        { "36 35 0:3 / /a rw - tmpfs  rw", 0, "/a", "tmpfs", "" },
        { "36 35 0:3 / /a rw", E_PARSE, "", "", "" },
        { "36 35 x:3 / /a rw - a b c", E_PARSE, "", "", "" },
        { "", E_PARSE, "", "", "" },
    };
    struct arena arena = ARENA;

    for (size_t i = 0; i < COUNT(cases); i++) {
        struct mount mount = { 0 };

        assert_int_equal(
            mounts_parse_line(str_c(cases[i].line), &arena, &mount, NULL),
            cases[i].rc);
        assert_true(str_eq_c(mount.point, cases[i].point));
        assert_true(str_eq_c(mount.type, cases[i].type));
        assert_true(str_eq_c(mount.source, cases[i].source));
    }
    arena_clear(&arena);
}

static void options_are_those_of_both_lists_once(void **state UNUSED)
{
    static const struct {
        const char *options;
        const char *super;
        const char *expected;
    } cases[] = {
        { "rw,nosuid", "rw,size=4k", "rw nosuid size=4k " },
        { "rw,relatime", "ro,relatime,x", "ro relatime x " },
        { "ro", "rw", "ro " },
        { "", "rw,a", "a " },
        { "rw", "", "rw " },
        { "", "", "" },
        { ",,", ",", "" },
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        struct mount mount = { .options = str_c(cases[i].options),
                               .super_options = str_c(cases[i].super) };
        AUTO(buf_clear) struct buf got = BUF(100);
        size_t at = 0;
        str option;

        while (mounts_next_option(&mount, &at, &option)) {
            buf_add(&got, option);
            buf_add_char(&got, ' ');
        }
        assert_string_equal(buf_c(&got), cases[i].expected);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines_of_mountinfo_are_read_or_refused),
        cmocka_unit_test(options_are_those_of_both_lists_once),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
