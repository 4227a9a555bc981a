/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/unit.h"

#include "probe/routes.h"

static void lines_of_ipv4_are_read_or_refused(void **state UNUSED)
{
    static const struct {
        const char *line;
        int rc;
        unsigned prefix;
        uint64_t flags;
    } cases[] = {
        { "Iface\tDestination\tGateway \tFlags\tRefCnt", 1, 0, 0 },
        { "eth0\t00000000\t00000000\t0003\t0\t0\t0\t00000000\t0\t0\t0", 0, 0,
          3 },
        { "lo\tFFFFFFFF\t00000000\t0005\t0\t0\t0\tFFFFFFFF\t0\t0\t0", 0, 32,
          5 },
        { "", 1, 0, 0 },
        { "eth0\tzz\t00000000\t0003", E_PARSE, 0, 0 },
        { "eth0\t100000000\t00000000\t0003\t0\t0\t0\t0", E_PARSE, 0, 0 },
        { "eth0\t00000000\t00000000\t0003", E_PARSE, 0, 0 },
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        struct route route = { 0 };

        assert_int_equal(routes_parse_v4(str_c(cases[i].line), &route, NULL),
                         cases[i].rc);
        assert_int_equal(route.prefix, cases[i].prefix);
        assert_int_equal(route.flags, cases[i].flags);
    }
}

#define ZERO "00000000000000000000000000000000"

static void lines_of_ipv6_are_read_or_refused(void **state UNUSED)
{
    static const struct {
        const char *line;
        int rc;
        unsigned prefix;
        uint64_t flags;
        uint8_t first;
    } cases[] = {
        { "fe80000000000000000000000000000a 40 " ZERO " 00 " ZERO
          " 00000100 00000001 00000000 00000001     eth0",
          0, 64, 1, 0xfe },
        { ZERO " 80 " ZERO " 00 " ZERO " 0 0 0 80200001 lo", 0, 128, 0x80200001,
          0 },
        { ZERO " 81 " ZERO " 00 " ZERO " 0 0 0 1 lo", E_PARSE, 0, 0, 0 },
        { ZERO " 80 " ZERO " 00 " ZERO " 0 0 0 1", E_PARSE, 0, 0, 0 },
        { "00 80 " ZERO " 00 " ZERO " 0 0 0 1 lo", E_PARSE, 0, 0, 0 },
        { "", 1, 0, 0, 0 },
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        struct route route = { 0 };

        assert_int_equal(routes_parse_v6(str_c(cases[i].line), &route, NULL),
                         cases[i].rc);
        assert_int_equal(route.prefix, cases[i].prefix);
        assert_int_equal(route.flags, cases[i].flags);
        assert_int_equal(route.destination[0], cases[i].first);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines_of_ipv4_are_read_or_refused),
        cmocka_unit_test(lines_of_ipv6_are_read_or_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
