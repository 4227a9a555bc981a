/* SPDX-License-Identifier: Apache-2.0
 *
 * Probes that read files of a system, below a root made for each test.
 */
#include "tests/unit/unit.h"

#include <fcntl.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utmp.h>

#include "tests/unit/rig.h"

static int set_up(void **state)
{
    *state = rig_new();
    return 0;
}

static int tear_down(void **state)
{
    rig_free(*state);
    return 0;
}

static void accounts_have_their_last_login(void **state)
{
    static const struct rig_object object = {
        .kind = "unix:password",
        .entities = { { "username", "^(a|b)$", OVAL_PATTERN_MATCH, 0 } },
    };
    struct lastlog logins[3] = { { .ll_time = 0 },
                                 { .ll_time = 1700000000 },
                                 { .ll_time = 0 } };
    struct rig *rig = *state;

    rig_file_c(rig, "/etc/passwd",
               "root:x:0:0:root:/root:/bin/sh\n"
               "bad line\n"
               "a:x:1:10:A:/a:/bin/sh\n"
               "b:!:2:10::/b:\n");
    rig_file(rig, "/var/log/lastlog",
             (str){ (const char *)logins, sizeof(logins) });
    assert_string_equal(
        rig_collect(rig, &object),
        "complete\n"
        "unix:password username=a password=x user_id=1 group_id=10 gcos=A "
        "home_dir=/a login_shell=/bin/sh last_login=1700000000\n"
        "unix:password username=b password=! user_id=2 group_id=10 gcos= "
        "home_dir=/b login_shell= last_login:does not exist\n"
        "! /etc/passwd:2: expected 7 fields separated by ':', found 1; the "
        "system ignores the line\n");
}

static void shadow_has_no_numbers_where_none_are_set(void **state)
{
    static const struct rig_object object = {
        .kind = "unix:shadow",
        .entities = { { "username", "a", OVAL_EQUALS, 0 } },
    };
    struct rig *rig = *state;

    assert_string_equal(rig_collect(rig, &object), "does not exist\n");
    rig_file_c(rig, "/etc/shadow", "root:*:1:0:::::\na:$6$x$y:2:0:9:7:::\n");
    assert_string_equal(
        rig_collect(rig, &object),
        "complete\n"
        "unix:shadow username=a password=$6$x$y chg_lst=2 chg_allow=0 "
        "chg_req=9 exp_warn=7 exp_inact:does not exist exp_date:does not "
        "exist flag:does not exist encrypt_method=SHA-512\n");
}

static void a_file_that_is_none_is_an_error(void **state)
{
    static const struct {
        struct rig_object object;
        const char *path;
    } cases[] = {
        { { .kind = "unix:shadow" }, "/etc/shadow" },
        { { .kind = "unix:password" }, "/etc/passwd" },
        { { .kind = "unix:inetd" }, "/etc/inetd.conf" },
        { { .kind = "unix:xinetd" }, "/etc/xinetd.conf" },
    };
    struct rig *rig = *state;

    for (size_t i = 0; i < COUNT(cases); i++) {
        char path[256];

        snprintf(path, sizeof(path), "%s/x", cases[i].path);
        rig_file_c(rig, path, ""); /* so the path itself is a directory */
        assert_memory_equal(rig_collect(rig, &cases[i].object), "error\n", 6);
    }
}

static void xinetd_reads_what_its_file_includes(void **state)
{
    static const struct rig_object object = { .kind = "unix:xinetd" };
    struct rig *rig = *state;

    rig_file_c(rig, "/etc/services", "ftp 21/tcp\n");
    rig_file_c(rig, "/etc/xinetd.conf",
               "defaults\n{\n only_from = 10.0.0.1\n}\n"
               "includedir /etc/xinetd.d\n");
    rig_file_c(rig, "/etc/xinetd.d/ftp",
               "service ftp\n{\n socket_type = stream\n wait = no\n"
               " user = root\n server = /x\n disable = yes\n}\n");
    rig_file_c(rig, "/etc/xinetd.d/ftp.bak", "nonsense\n");
    assert_string_equal(
        rig_collect(rig, &object),
        "complete\n"
        "unix:xinetd protocol=tcp service_name=ftp flags:does not exist "
        "no_access:does not exist only_from=10.0.0.1 port=21 server=/x "
        "server_arguments:does not exist socket_type=stream type:does not "
        "exist user=root wait=false disabled=true\n");
    rig_file_c(rig, "/etc/xinetd.d/bad", "nonsense\n");
    assert_memory_equal(rig_collect(rig, &object), "error\n", 6);
}

static void xinetd_files_that_include_each_other_end(void **state)
{
    static const struct rig_object object = { .kind = "unix:xinetd" };
    struct rig *rig = *state;

    rig_file_c(rig, "/etc/xinetd.conf",
               "include /etc/xinetd.conf\ninclude /etc/xinetd.conf\n");
    assert_memory_equal(rig_collect(rig, &object), "error\n", 6);
}

static void runlevels_start_and_kill_services(void **state)
{
    static const struct rig_object object = {
        .kind = "unix:runlevel",
        .entities = { { "service_name", "ssh", OVAL_EQUALS, 0 },
                      { "runlevel", "[26]", OVAL_PATTERN_MATCH, 0 } },
    };
    struct rig *rig = *state;

    rig_file_c(rig, "/etc/init.d/ssh", "");
    rig_file_c(rig, "/etc/init.d/cron", "");
    rig_link(rig, "/etc/rc2.d/S01ssh", "../init.d/ssh");
    rig_link(rig, "/etc/rc6.d/K01ssh", "../init.d/ssh");
    assert_string_equal(
        rig_collect(rig, &object),
        "complete\n"
        "unix:runlevel service_name=ssh runlevel=2 start=true kill=false\n"
        "unix:runlevel service_name=ssh runlevel=6 start=false kill=true\n");
}

static void the_mandatory_gconf_source_comes_first(void **state)
{
    static const struct rig_object any = {
        .kind = "unix:gconf",
        .entities = { { "key", "/a/b", OVAL_EQUALS, 0 } },
    };
    struct rig *rig = *state;

    rig_file_c(rig, "/etc/gconf/gconf.xml.defaults/%gconf-tree.xml",
               "<gconf><dir name='a'><entry name='b' mtime='1' type='int' "
               "value='1'/></dir></gconf>");
    assert_string_equal(
        rig_collect(rig, &any),
        "complete\n"
        "unix:gconf key=/a/b source:does not exist type=GCONF_VALUE_INT "
        "is_writable=true mod_user:does not exist mod_time=1 is_default=true "
        "value=1\n");
    rig_file_c(rig, "/etc/gconf/gconf.xml.mandatory/a/%gconf.xml",
               "<gconf><entry name='b' mtime='2' muser='m' type='int' "
               "value='2'/></gconf>");
    assert_string_equal(
        rig_collect(rig, &any),
        "complete\n"
        "unix:gconf key=/a/b source:does not exist type=GCONF_VALUE_INT "
        "is_writable=false mod_user=m mod_time=2 is_default=false value=2\n");
}

static void a_gconf_file_has_the_keys_of_its_directory(void **state)
{
    static const char path[] = "/etc/gconf/gconf.xml.mandatory/a/%gconf.xml";
    const struct rig_object object = {
        .kind = "unix:gconf",
        .entities = { { "key", "/a/b", OVAL_EQUALS, 0 },
                      { "source", path, OVAL_EQUALS, 0 } },
    };
    struct rig *rig = *state;

    rig_file_c(rig, path, "<gconf><entry name='b' mtime='2'/></gconf>");
    assert_string_equal(
        rig_collect(rig, &object),
        "complete\n"
        "unix:gconf key=/a/b "
        "source=/etc/gconf/gconf.xml.mandatory/a/%gconf.xml type:does not "
        "exist is_writable=false mod_user:does not exist mod_time=2 "
        "is_default=false value:does not exist\n");
}

static void make_database(struct rig *rig)
{
    sqlite3 *db = NULL;
    char path[256];

    snprintf(path, sizeof(path), "%s/t.db", rig_root(rig));
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    assert_int_equal(
        sqlite3_exec(db,
                     "CREATE TABLE t(a, B); INSERT INTO t VALUES(1, 'x');"
                     "INSERT INTO t VALUES(2.5, NULL);"
                     "INSERT INTO t VALUES(x'00ff', '');",
                     NULL, NULL, NULL),
        SQLITE_OK);
    assert_int_equal(sqlite3_close(db), SQLITE_OK);
}

static const char *ask(struct rig *rig, const char *kind, const char *sql)
{
    const struct rig_object object = {
        .kind = kind,
        .entities = { { "engine", "sqlite", OVAL_EQUALS, 0 },
                      { "version", "3", OVAL_EQUALS, 0 },
                      { "connection_string", "/t.db", OVAL_EQUALS, 0 },
                      { "sql", sql, OVAL_EQUALS, 0 } },
    };

    return rig_collect(rig, &object);
}

static void a_query_gives_its_rows(void **state)
{
    struct rig *rig = *state;

    assert_string_equal(ask(rig, "independent:sql", "SELECT 1"),
                        "does not exist\n");
    make_database(rig);
    assert_string_equal(
        ask(rig, "independent:sql", "SELECT a FROM t"),
        "complete\n"
        "independent:sql engine=sqlite version=3 connection_string=/t.db "
        "sql=SELECT a FROM t result=1 result=2.5 result=00ff\n");
    assert_string_equal(
        ask(rig, "independent:sql57", "SELECT a FROM t WHERE a = 7"),
        "does not exist\n");
    assert_non_null(strstr(ask(rig, "independent:sql57", "SELECT a, B FROM t"),
                           "complete\nindependent:sql57"));
}

static void a_query_can_only_read_and_ends(void **state)
{
    static const char *const queries[] = {
        "DELETE FROM t",
        "SELECT a FROM t; SELECT a FROM t",
        "ATTACH '/etc/passwd' AS p",
        "PRAGMA journal_mode",
        "SELECT load_extension('x')",
        "SELECT * FROM pragma_table_info('t')",
        "SELECT a, B FROM t",
        "SELECT",
        "",
        "-- nothing",
        ("WITH RECURSIVE r(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM r) "
         "SELECT count(*) FROM r"),
        "SELECT zeroblob(100000000)",
    };
    struct rig *rig = *state;

    make_database(rig);
    for (size_t i = 0; i < COUNT(queries); i++) {
        const char *text = ask(rig, "independent:sql", queries[i]);

        if (memcmp(text, "error\n", 6) != 0)
            fail_msg("%s: %s", queries[i], text);
    }
}

static void what_is_no_database_is_an_error(void **state)
{
    struct rig *rig = *state;

    rig_file_c(rig, "/t.db", "this is not a database, it is some text");
    assert_memory_equal(ask(rig, "independent:sql", "SELECT a FROM t"),
                        "error\n", 6);
}

static void changes_in_a_log_are_told(void **state)
{
    struct rig *rig = *state;

    make_database(rig);
    rig_file_c(rig, "/t.db-wal", "x");
    assert_memory_equal(ask(rig, "independent:sql", "SELECT a FROM t"),
                        "incomplete\n", 11);
}

static void a_directory_has_no_running_system(void **state)
{
    static const char *const kinds[] = {
        "unix:process58",
        "unix:sysctl",
        "unix:interface",
        "linux:partition",
        "linux:inetlisteningservers",
        "linux:systemdunitproperty",
        "independent:ldap57",
    };
    struct rig *rig = *state;

    for (size_t i = 0; i < COUNT(kinds); i++) {
        struct rig_object object = { .kind = kinds[i] };

        assert_memory_equal(rig_collect(rig, &object), "not collected\n", 14);
    }
}

static void a_root_does_not_run_this_kernel(void **state)
{
    static const struct rig_object object = { .kind = "unix:uname" };
    const char *text = rig_collect(*state, &object);

    assert_non_null(strstr(text, "os_name=Linux"));
    assert_non_null(strstr(text, "os_release:not collected"));
    assert_non_null(strstr(text, "node_name:not collected"));
}

#define PROBE_TEST(test)                                                       \
    cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        PROBE_TEST(accounts_have_their_last_login),
        PROBE_TEST(shadow_has_no_numbers_where_none_are_set),
        PROBE_TEST(a_file_that_is_none_is_an_error),
        PROBE_TEST(xinetd_reads_what_its_file_includes),
        PROBE_TEST(xinetd_files_that_include_each_other_end),
        PROBE_TEST(runlevels_start_and_kill_services),
        PROBE_TEST(the_mandatory_gconf_source_comes_first),
        PROBE_TEST(a_gconf_file_has_the_keys_of_its_directory),
        PROBE_TEST(a_query_gives_its_rows),
        PROBE_TEST(a_query_can_only_read_and_ends),
        PROBE_TEST(what_is_no_database_is_an_error),
        PROBE_TEST(changes_in_a_log_are_told),
        PROBE_TEST(a_directory_has_no_running_system),
        PROBE_TEST(a_root_does_not_run_this_kernel),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
