/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/unit.h"

#include "probe/inetd.h"
#include "probe/runlevel.h"
#include "probe/services.h"

static void lines_of_inetd_are_read_or_refused(void **state UNUSED)
{
    static const struct {
        const char *line;
        int rc;
        const char *service;
        const char *user;
        const char *program;
        const char *arguments;
    } cases[] = {
        { "ftp stream tcp nowait root /usr/sbin/tcpd  in.ftpd -l ", 0, "ftp",
          "root", "/usr/sbin/tcpd", "in.ftpd -l" },
        { "daytime\tstream\ttcp\tnowait\troot\tinternal", 0, "daytime", "root",
          "internal", "" },
        { "127.0.0.1:tftp dgram udp wait.400 nobody:nogroup/x /x x -s", 0,
          "tftp", "nobody", "/x", "x -s" },
        { "rstatd/2-4 dgram rpc/udp wait/40 a.b /x x", 0, "rstatd/2-4", "a",
          "/x", "x" },
        { "  # ftp stream", 1, "", "", "", "" },
        { "", 1, "", "", "", "" },
        { "127.0.0.1:", 1, "", "", "", "" },
        { "ftp stream tcp nowait root", E_PARSE, "", "", "", "" },
        { "ftp stream tcp sometimes root /x x", E_PARSE, "", "", "", "" },
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        struct inetd_entry entry = { 0 };

        assert_int_equal(inetd_parse_line(str_c(cases[i].line), &entry, NULL),
                         cases[i].rc);
        assert_true(str_eq_c(entry.service, cases[i].service));
        assert_true(str_eq_c(entry.user, cases[i].user));
        assert_true(str_eq_c(entry.program, cases[i].program));
        assert_true(str_eq_c(entry.arguments, cases[i].arguments));
    }
}

static void ports_are_found_by_name_alias_and_protocol(void **state UNUSED)
{
    static const char text[] = "# ports\n"
                               "ftp 21/tcp # files\n"
                               "domain 53/tcp nameserver dns\n"
                               "domain 53/udp\n"
                               "broken 99999/tcp\n"
                               "half";
    static const struct {
        const char *service;
        const char *protocol;
        int port;
    } cases[] = {
        { "ftp", "tcp", 21 },    { "ftp", "udp", -1 },
        { "dns", "tcp", 53 },    { "dns", "udp", -1 },
        { "domain", "udp", 53 }, { "files", "tcp", -1 },
        { "broken", "tcp", -1 }, { "half", "", -1 },
        { "", "tcp", -1 },
    };

    for (size_t i = 0; i < COUNT(cases); i++)
        assert_int_equal(services_find_port(str_c(text),
                                            str_c(cases[i].service),
                                            str_c(cases[i].protocol)),
                         cases[i].port);
}

static void links_of_runlevels_start_or_kill(void **state UNUSED)
{
    static const struct {
        const char *name;
        char action; /* 0: no such link */
        const char *service;
    } cases[] = {
        { "S20ssh", 'S', "ssh" }, { "K01a-b.c", 'K', "a-b.c" },
        { "S20", 0, "" },         { "s20ssh", 0, "" },
        { "Sxxssh", 0, "" },      { "README", 0, "" },
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        char action = 0;
        str service = STR("");

        assert_int_equal(
            runlevel_parse_link(str_c(cases[i].name), &action, &service),
            cases[i].action != 0);
        assert_int_equal(action, cases[i].action);
        assert_true(str_eq_c(service, cases[i].service));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines_of_inetd_are_read_or_refused),
        cmocka_unit_test(ports_are_found_by_name_alias_and_protocol),
        cmocka_unit_test(links_of_runlevels_start_or_kill),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
