/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/unit.h"

#include "probe/sysctl.h"

static void names_and_paths_are_each_others_swap(void **state UNUSED)
{
    static const struct {
        const char *name;
        const char *path;
    } cases[] = {
        { "kernel.randomize_va_space", "kernel/randomize_va_space" },
        { "net.ipv4.conf.eth0/100.rp_filter",
          "net/ipv4/conf/eth0.100/rp_filter" },
        { "", "" },
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        AUTO(buf_clear) struct buf path = BUF(100);
        AUTO(buf_clear) struct buf name = BUF(100);

        sysctl_swap(&path, str_c(cases[i].name));
        assert_string_equal(buf_c(&path), cases[i].path);
        sysctl_swap(&name, buf_str(&path));
        assert_string_equal(buf_c(&name), cases[i].name);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_and_paths_are_each_others_swap),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
