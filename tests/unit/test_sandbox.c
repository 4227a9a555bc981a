/* SPDX-License-Identifier: Apache-2.0
 *
 * Claim 20, from inside: a child enters the sandbox of a role and tries.
 */
#include "tests/unit/unit.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "server/sandbox.h"

static bool may_read(const char *path)
{
    int fd = open(path, O_RDONLY);

    if (fd >= 0)
        close(fd);
    return fd >= 0;
}

static bool may_write(const char *directory)
{
    char path[256];
    int fd;

    snprintf(path, sizeof(path), "%s/file", directory);
    fd = open(path, O_WRONLY | O_CREAT, 0600);
    if (fd >= 0)
        close(fd);
    return fd >= 0;
}

static bool may_connect(void)
{
    int fd = socket(AF_INET, SOCK_STREAM, 0);

    if (fd >= 0)
        close(fd);
    return fd >= 0;
}

static bool may_start(void)
{
    char *const arguments[] = { (char *)(uintptr_t) "true", NULL };

    /* Only a failure comes back. */
    execv("/bin/true", arguments);
    return errno != EPERM && errno != EACCES;
}

static const struct {
    enum role role;
    bool reads_machine;
    bool writes_data;
    bool connects;
} cases[] = {
    { ROLE_FRONT, false, false, false },  { ROLE_CORE, true, true, true },
    { ROLE_SIGNER, false, false, false }, { ROLE_READER, false, false, false },
    { ROLE_COURIER, true, false, true },  { ROLE_NETDEV, false, false, true },
};

/* The exit code is the number of the first thing that is not as it should
 * be. */
static int try_all(size_t i, const char *data)
{
    struct config *config = NULL;
    struct process process = { .role = cases[i].role };
    struct err err = { 0 };

    if (config_parse(STR(""), "test", &config, &err) < 0 ||
        config_set(config, STR("data"), str_c(data), &err) < 0)
        return 1;
    process.config = config;
    if (sandbox_enter(&process, &err) < 0)
        return 2;
    if (may_read("/etc/passwd") != cases[i].reads_machine)
        return 3;
    if (may_write(data) != cases[i].writes_data)
        return 4;
    if (may_write("/var/tmp") || may_write("/etc"))
        return 5;
    if (may_connect() != cases[i].connects)
        return 6;
    if (socket(AF_PACKET, SOCK_RAW, 0) >= 0 ||
        socket(AF_INET, SOCK_RAW, 0) >= 0)
        return 7;
    if (ptrace(PTRACE_TRACEME, 0, 0, 0) == 0)
        return 8;
    if (setuid(1) == 0 || chroot("/") == 0)
        return 9;
    return may_start() ? 10 : 0;
}

static void each_process_can_do_what_it_needs_and_no_more(void **state UNUSED)
{
    char data[] = "/tmp/test-sandbox-XXXXXX";

    if (UNIT_SANITIZED)
        UNIT_SKIP("not with sanitizers");
    assert_non_null(mkdtemp(data));
    for (size_t i = 0; i < COUNT(cases); i++) {
        pid_t pid = fork();
        int status = 0;
        char path[256];

        if (pid == 0)
            _exit(try_all(i, data));
        assert_int_equal(waitpid(pid, &status, 0), pid);
        if (status != 0)
            fail_msg("role %d: step %d, status 0x%x", cases[i].role,
                     WEXITSTATUS(status), (unsigned)status);
        snprintf(path, sizeof(path), "%s/file", data);
        unlink(path);
    }
    rmdir(data);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_process_can_do_what_it_needs_and_no_more),
    };

    return cmocka_run_group_tests_name("sandbox", tests, NULL, NULL);
}
