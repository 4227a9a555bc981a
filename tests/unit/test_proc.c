/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/unit.h"

#include <time.h>

#include "probe/environment.h"
#include "probe/proc.h"

#define REST                                                                   \
    " S 1 2 3 34816 5 6 7 8 9 10 250 50 13 14 -2 -5 1 0 777 18 19 20 21 22 "   \
    "23 24 25 26 27 28 29 30 31 32 33 34 0 2 41\n"

static void stat_is_read_whatever_the_name(void **state UNUSED)
{
    static const struct {
        const char *text;
        int rc;
        int64_t pid;
        const char *comm;
    } cases[] = {
        { "12 (sshd)" REST, 0, 12, "sshd" },
        { "12 (a b)" REST, 0, 12, "a b" },
        { "12 ()) (S 9)" REST, 0, 12, ")) (S 9" },
        { "12 ()" REST, 0, 12, "" },
        { "12 sshd" REST, E_PARSE, 0, "" },
        { "x (sshd)" REST, E_PARSE, 0, "" },
        { "0 (sshd)" REST, E_LIMIT, 0, "" },
        { "12 (sshd) S 1", E_PARSE, 0, "" },
        { "12 (sshd)", E_PARSE, 0, "" },
        { "", E_PARSE, 0, "" },
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        struct proc_stat stat = { 0 };

        assert_int_equal(proc_parse_stat(str_c(cases[i].text), &stat, NULL),
                         cases[i].rc);
        assert_int_equal(stat.pid, cases[i].pid);
        assert_true(str_eq_c(stat.comm, cases[i].comm));
    }
}

static void stat_fields_are_those_of_proc_5(void **state UNUSED)
{
    struct proc_stat stat;

    assert_int_equal(proc_parse_stat(STR("12 (sshd)" REST), &stat, NULL), 0);
    assert_int_equal(stat.state, 'S');
    assert_int_equal(stat.ppid, 1);
    assert_int_equal(stat.session, 3);
    assert_int_equal(stat.tty, 34816);
    assert_int_equal(stat.utime, 250);
    assert_int_equal(stat.stime, 50);
    assert_int_equal(stat.priority, -2);
    assert_int_equal(stat.start, 777);
    assert_int_equal(stat.policy, 2);
}

static void status_gives_ids_and_capabilities(void **state UNUSED)
{
    struct proc_status status = { 0 };

    assert_int_equal(proc_parse_status(STR("Name:\tsh\n"
                                           "Uid:\t1000\t0\t0\t0\n"
                                           "CapEff:\t000001ffffffffff\n"),
                                       &status, NULL),
                     0);
    assert_int_equal(status.ruid, 1000);
    assert_int_equal(status.euid, 0);
    assert_int_equal(status.cap_effective, 0x1ffffffffff);
    assert_int_equal(proc_parse_status(STR("Name:\tsh\n"), &status, NULL),
                     E_PARSE);
    assert_int_equal(proc_parse_status(STR("Uid:\tx\t0\n"), &status, NULL),
                     E_PARSE);
    assert_int_equal(
        proc_parse_status(STR("Uid:\t1\t1\nCapEff:\tzz\n"), &status, NULL),
        E_PARSE);
}

static void times_have_the_forms_of_ps(void **state UNUSED)
{
    struct arena arena = ARENA;

    setenv("TZ", "UTC", 1);
    tzset();
    assert_string_equal(proc_cpu_time(&arena, 0).p, "00:00:00");
    assert_string_equal(proc_cpu_time(&arena, 86399).p, "23:59:59");
    assert_string_equal(proc_cpu_time(&arena, 86400).p, "01-00:00:00");
    assert_string_equal(proc_cpu_time(&arena, 200 * 86400 + 61).p,
                        "200-00:01:01");
    assert_string_equal(proc_start_time(&arena, 1700000000, 1700000100).p,
                        "22:13:20");
    assert_string_equal(proc_start_time(&arena, 1675555200, 1700000100).p,
                        "Feb_5");
    arena_clear(&arena);
}

static void terminals_have_their_names(void **state UNUSED)
{
    static const struct {
        int64_t device;
        const char *name;
    } cases[] = {
        { 0, "" },
        { 4 << 8 | 1, "tty1" },
        { 4 << 8 | 65, "ttyS1" },
        { 5 << 8 | 1, "console" },
        { 136 << 8 | 7, "pts/7" },
        { 137 << 8 | 1, "pts/257" },
        { 1 << 20 | 136 << 8, "pts/256" },
    };
    struct arena arena = ARENA;

    for (size_t i = 0; i < COUNT(cases); i++)
        assert_true(
            str_eq_c(proc_tty(NULL, &arena, cases[i].device), cases[i].name));
    arena_clear(&arena);
}

static void policies_have_the_names_of_ps(void **state UNUSED)
{
    assert_string_equal(proc_scheduling_class(0), "TS");
    assert_string_equal(proc_scheduling_class(1), "FF");
    assert_string_equal(proc_scheduling_class(6), "DLN");
    assert_null(proc_scheduling_class(99));
    assert_null(proc_scheduling_class(-1));
}

static void environments_are_names_and_values(void **state UNUSED)
{
    static const char text[] = "A=1\0junk\0=x\0B=\0C=a=b";
    str rest = { text, sizeof(text) - 1 };
    str name;
    str value;

    assert_true(environment_next(&rest, &name, &value));
    assert_true(str_eq_c(name, "A") && str_eq_c(value, "1"));
    assert_true(environment_next(&rest, &name, &value));
    assert_true(str_eq_c(name, "B") && str_eq_c(value, ""));
    assert_true(environment_next(&rest, &name, &value));
    assert_true(str_eq_c(name, "C") && str_eq_c(value, "a=b"));
    assert_false(environment_next(&rest, &name, &value));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(stat_is_read_whatever_the_name),
        cmocka_unit_test(stat_fields_are_those_of_proc_5),
        cmocka_unit_test(status_gives_ids_and_capabilities),
        cmocka_unit_test(times_have_the_forms_of_ps),
        cmocka_unit_test(terminals_have_their_names),
        cmocka_unit_test(policies_have_the_names_of_ps),
        cmocka_unit_test(environments_are_names_and_values),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
