/* SPDX-License-Identifier: Apache-2.0 */
#include "server/update.h"
#include "tests/unit/unit.h"

/* K-UPD-1: the list is a file; nothing of it becomes an option or a path. */
static void only_ids_of_feeds_are_asked_for(void **state)
{
    static const char text[] = "debian-12\n  ubuntu-22.04 \n\n--dir\n../etc\n"
                               "a b\nRHEL\n-x\nrhel-9";
    AUTO(arena_clear) struct arena arena = ARENA;
    const char *feeds[8];
    size_t n;

    (void)state;
    n = update_wanted(str_c(text), &arena, feeds, COUNT(feeds));
    assert_int_equal(n, 3);
    assert_string_equal(feeds[0], "debian-12");
    assert_string_equal(feeds[1], "ubuntu-22.04");
    assert_string_equal(feeds[2], "rhel-9");
    assert_int_equal(update_wanted(str_c(text), &arena, feeds, 1), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_ids_of_feeds_are_asked_for),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
