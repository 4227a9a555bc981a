/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/unit.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "probe/inroot.h"
#include "probe/machine.h"
#include "probe/sysinfo.h"
#include "probe/table.h"
#include "tests/unit/rig.h"

static void fill(struct rig *rig)
{
    rig_file_c(rig, "/etc/file", "inside");
    rig_file_c(rig, "/outside", "inside too");
    rig_link(rig, "/etc/relative", "file");
    rig_link(rig, "/etc/absolute", "/etc/file");
    rig_link(rig, "/etc/up", "../../../../../../outside");
    rig_link(rig, "/dir", "/etc/../etc");
    rig_link(rig, "/loop", "loop");
    rig_link(rig, "/etc/passwd", "/etc/../../etc/shadow-of-the-host");
    rig_link(rig, "/etc/root", "/");
}

static const struct {
    const char *path;
    const char *text; /* NULL: an error */
} cases[] = {
    { "/etc/file", "inside" },
    { "/etc/relative", "inside" },
    { "/etc/absolute", "inside" },
    { "/etc/up", "inside too" },
    { "/dir/file", "inside" },
    { "/dir/absolute", "inside" },
    { "//etc//./file", "inside" },
    { "/../../outside", "inside too" },
    { "/etc/root/etc/root/outside", "inside too" },
    { "/loop", NULL },
    { "/loop/file", NULL },
    { "/etc/passwd", NULL },
    { "/etc/file/x", NULL },
    { "/etc/none", NULL },
};

static void paths_below_a_root_stay_there(void **state UNUSED)
{
    struct rig *rig = rig_new();
    struct probe_options options = { .root = rig_root(rig) };
    AUTO(probe_machine_freep) struct probe_machine *machine = NULL;

    fill(rig);
    assert_int_equal(probe_machine_new(&options, &machine, NULL), 0);
    for (int openat2 = 0; openat2 < 2; openat2++) {
        if (!openat2)
            machine->has_openat2 = false;
        for (size_t i = 0; i < COUNT(cases); i++) {
            AUTO(buf_clear) struct buf text = BUF(64);
            int rc = probe_read(machine, cases[i].path, &text, NULL);

            assert_int_equal(rc == 0, cases[i].text != NULL);
            assert_true(rc < 0 || str_eq_c(buf_str(&text), cases[i].text));
        }
        machine->has_openat2 = true;
    }
    rig_free(rig);
}

static void links_are_seen_when_they_are_not_followed(void **state UNUSED)
{
    struct rig *rig = rig_new();
    struct probe_options options = { .root = rig_root(rig) };
    AUTO(probe_machine_freep) struct probe_machine *machine = NULL;
    struct stat st;

    fill(rig);
    assert_int_equal(probe_machine_new(&options, &machine, NULL), 0);
    for (int i = 0; i < 2; i++) {
        assert_int_equal(probe_stat(machine, "/loop", false, &st, NULL), 0);
        assert_true(S_ISLNK(st.st_mode));
        assert_int_equal(probe_stat(machine, "/dir", true, &st, NULL), 0);
        assert_true(S_ISDIR(st.st_mode));
        assert_int_equal(probe_stat(machine, "/none", true, &st, NULL),
                         E_ABSENT);
        assert_int_equal(probe_stat(machine, "/", true, &st, NULL), 0);
        assert_int_equal(probe_stat(machine, "/loop", true, &st, NULL), E_IO);
        machine->has_openat2 = false;
    }
    rig_free(rig);
}

static void only_regular_files_are_read_and_only_whole(void **state UNUSED)
{
    struct rig *rig = rig_new();
    struct probe_options options = { .root = rig_root(rig) };
    AUTO(probe_machine_freep) struct probe_machine *machine = NULL;
    AUTO(buf_clear) struct buf five = BUF(5);
    AUTO(buf_clear) struct buf six = BUF(6);
    char path[128];

    fill(rig);
    snprintf(path, sizeof(path), "%s/fifo", rig_root(rig));
    assert_int_equal(mkfifo(path, 0600), 0);
    assert_int_equal(probe_machine_new(&options, &machine, NULL), 0);
    assert_int_equal(probe_read(machine, "/fifo", &six, NULL), E_INVALID);
    assert_int_equal(probe_read(machine, "/etc", &six, NULL), E_INVALID);
    assert_int_equal(probe_read(machine, "/etc/file", &five, NULL), E_LIMIT);
    assert_int_equal(probe_read(machine, "/etc/file", &six, NULL), 0);
    rig_free(rig);
}

static void a_root_that_is_not_there_is_an_error(void **state UNUSED)
{
    struct probe_options options = { .root = "/nowhere/at/all" };
    struct probe_machine *machine = NULL;
    struct err err = { 0 };

    assert_int_equal(probe_machine_new(&options, &machine, &err), E_ABSENT);
    assert_non_null(strstr(err_text(&err), "/nowhere/at/all"));
}

static void rows_are_sorted_and_found(void **state UNUSED)
{
    for (size_t i = 0; i < probe_table_count; i++) {
        str name = str_c(probe_table[i]->object);
        str family = str_cut(&name, ':');

        assert_ptr_equal(probe_find(family, name), probe_table[i]);
        assert_non_null(probe_table[i]->collect);
        if ((probe_table[i]->needs & PROBE_BATCH) != 0)
            assert_non_null(probe_table[i]->prepare);
    }
    assert_null(probe_find(STR("linux"), STR("")));
    assert_null(probe_find(STR("nowhere"), STR("dpkginfo")));
}

static void a_root_says_what_it_is(void **state UNUSED)
{
    struct rig *rig = rig_new();
    struct probe_options options = { .root = rig_root(rig) };
    AUTO(oval_source_freep) struct oval_source *source = NULL;
    struct oval_system out;

    rig_file_c(rig, "/etc/os-release",
               "# c\nNAME=\"Some \\\"Linux\\\"\"\nVERSION_ID='1.2'\n");
    rig_file_c(rig, "/etc/hostname", "box\n");
    rig_file(rig, "/bin/sh",
             (str){ "\177ELF\2\1\1\0\0\0\0\0\0\0\0\0\3\0\267\0", 20 });
    assert_int_equal(probe_source_new(&options, &source, NULL), 0);
    assert_int_equal(source->ops->system(source, &out, NULL), 0);
    assert_true(str_eq_c(out.os_name, "Some \"Linux\""));
    assert_true(str_eq_c(out.os_version, "1.2"));
    assert_true(str_eq_c(out.primary_host_name, "box"));
    assert_true(str_eq_c(out.architecture, "aarch64"));
    assert_int_equal(out.interface_count, 0);
    rig_free(rig);
}

static void the_live_system_says_what_it_is(void **state UNUSED)
{
    AUTO(oval_source_freep) struct oval_source *source = NULL;
    struct oval_system out;

    assert_int_equal(probe_source_new(NULL, &source, NULL), 0);
    assert_int_equal(source->ops->system(source, &out, NULL), 0);
    assert_true(out.os_name.n > 0);
    assert_true(out.architecture.n > 0);
    assert_true(out.primary_host_name.n > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(paths_below_a_root_stay_there),
        cmocka_unit_test(links_are_seen_when_they_are_not_followed),
        cmocka_unit_test(only_regular_files_are_read_and_only_whole),
        cmocka_unit_test(a_root_that_is_not_there_is_an_error),
        cmocka_unit_test(rows_are_sorted_and_found),
        cmocka_unit_test(a_root_says_what_it_is),
        cmocka_unit_test(the_live_system_says_what_it_is),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
