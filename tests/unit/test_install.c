/* SPDX-License-Identifier: Apache-2.0 */
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "install/reboot_int.h"
#include "unit.h"

static void a_line_of_output_tells_what_kind_of_failure_it_is(
    void **state UNUSED)
{
    static const struct {
        const char *line;
        enum install_fault fault;
    } cases[] = {
        { "E: Could not get lock /x. It is held by process 1 (apt)",
          INSTALL_FAULT_LOCKED },
        { "W: GPG error: http://x InRelease: NO_PUBKEY 1",
          INSTALL_FAULT_SIGNATURE },
        { "Error: GPG check FAILED", INSTALL_FAULT_SIGNATURE },
        { "E: You don't have enough free space in /x/.",
          INSTALL_FAULT_DISK_FULL },
        { "dpkg: error: cannot copy: No space left on device",
          INSTALL_FAULT_DISK_FULL },
        { "Timeout exceeded when accessing 'http://x/lib.rpm'.",
          INSTALL_FAULT_NETWORK },
        { "System management is locked by the application with pid 1 (x).",
          INSTALL_FAULT_LOCKED },
        { "file /x conflicts between attempted installs of a and b",
          INSTALL_FAULT_DEPENDENCY },
        { "Curl error (23): Failed writing received data to disk/application",
          INSTALL_FAULT_DISK_FULL },
        { " installing package a-1.noarch needs 3MB more space on the / "
          "filesystem",
          INSTALL_FAULT_DISK_FULL },
        { "Checking for file conflicts:", INSTALL_FAULT_NONE },
        { "Setting up bash (5.2) ...", INSTALL_FAULT_NONE },
    };

    for (size_t i = 0; i < COUNT(cases); i++)
        assert_int_equal(fault_of_line(str_c(cases[i].line)), cases[i].fault);
}

static void a_bad_signature_explains_a_failed_download(void **state UNUSED)
{
    assert_int_equal(
        fault_worse(INSTALL_FAULT_NETWORK, INSTALL_FAULT_SIGNATURE),
        INSTALL_FAULT_SIGNATURE);
    assert_int_equal(fault_worse(INSTALL_FAULT_NONE, INSTALL_FAULT_OTHER),
                     INSTALL_FAULT_OTHER);
}

static void code_that_was_replaced_is_found_in_maps_P_RBT_8(void **state UNUSED)
{
    str file = STR("");

    assert_true(reboot_deleted_code(
        STR("7f-8f r-xp 0 08:01 1 /usr/lib/libc.so.6 (deleted)"), &file));
    assert_true(str_eq(file, STR("/usr/lib/libc.so.6")));
    assert_false(reboot_deleted_code(
        STR("7f-8f rw-p 0 08:01 1 /usr/lib/libc.so.6 (deleted)"), &file));
    assert_false(reboot_deleted_code(
        STR("7f-8f r-xp 0 08:01 1 /memfd:x (deleted)"), &file));
    assert_false(reboot_deleted_code(
        STR("7f-8f r-xp 0 08:01 1 /usr/lib/libc.so.6"), &file));
    assert_false(reboot_deleted_code(STR(" (deleted)"), &file));
}

static void touch(int dir, const char *name)
{
    close(openat(dir, name, O_CREAT | O_WRONLY | O_CLOEXEC, 0600));
}

static void a_newer_kernel_of_the_same_flavour_asks_for_a_restart_P_RBT_8(
    void **state UNUSED)
{
    char path[] = "/tmp/holdfast-boot-XXXXXX";
    AUTO(buf_clear) struct buf newest = BUF(256);
    int dir;

    assert_non_null(mkdtemp(path));
    dir = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    touch(dir, "vmlinuz-6.1.0-9-amd64");
    touch(dir, "vmlinuz-6.1.0-18-amd64");
    touch(dir, "vmlinuz-6.9.0-1-rt");
    assert_true(reboot_newer_kernel(path, STR("6.1.0-9-amd64"), &newest));
    assert_true(str_eq(buf_str(&newest), STR("6.1.0-18-amd64")));
    assert_false(reboot_newer_kernel(path, STR("6.1.0-18-amd64"), &newest));
    unlinkat(dir, "vmlinuz-6.1.0-9-amd64", 0);
    unlinkat(dir, "vmlinuz-6.1.0-18-amd64", 0);
    unlinkat(dir, "vmlinuz-6.9.0-1-rt", 0);
    close(dir);
    rmdir(path);
}

/* What a repository's lists name is not believed: nothing outside the stage
 * is touched (claim 17). */
static void only_the_stage_is_touched(void **state UNUSED)
{
    static const char *const places[] = {
        "../kept", "a/../../kept", "/tmp/kept", ".kept", "a//kept", "",
    };
    char dir[] = "/tmp/holdfast-install-XXXXXX";
    char stage[64];
    int fd;

    assert_non_null(mkdtemp(dir));
    fd = open(dir, O_RDONLY | O_DIRECTORY);
    assert_int_equal(mkdirat(fd, "stage", 0700), 0);
    assert_int_equal(mkdirat(fd, "stage/a", 0700), 0);
    touch(fd, "kept");
    snprintf(stage, sizeof(stage), "%s/stage", dir);
    for (size_t i = 0; i < COUNT(places); i++) {
        struct install install = { .stage = str_c(stage) };
        struct archive archive = { .file = STR("kept"),
                                   .place = str_c(places[i]),
                                   .digest = STR("00"),
                                   .kind = DIGEST_SHA256,
                                   .size = 1 };

        assert_false(archive_is_whole(&install, &archive));
        assert_int_equal(faccessat(fd, "kept", F_OK, 0), 0);
    }
    unlinkat(fd, "kept", 0);
    unlinkat(fd, "stage/a", AT_REMOVEDIR);
    unlinkat(fd, "stage", AT_REMOVEDIR);
    close(fd);
    rmdir(dir);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_line_of_output_tells_what_kind_of_failure_it_is),
        cmocka_unit_test(a_bad_signature_explains_a_failed_download),
        cmocka_unit_test(code_that_was_replaced_is_found_in_maps_P_RBT_8),
        cmocka_unit_test(
            a_newer_kernel_of_the_same_flavour_asks_for_a_restart_P_RBT_8),
        cmocka_unit_test(only_the_stage_is_touched),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
