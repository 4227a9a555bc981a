/* SPDX-License-Identifier: Apache-2.0
 *
 * Claim 20, of what installs packages: a child gives up what no package needs,
 * and then tries that and what packages do need.
 */
#include "tests/unit/unit.h"

#include <errno.h>
#include <linux/bpf.h>
#include <linux/capability.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include "agent/sandbox.h"

enum {
    KEYCTL_OF_I386 = 288,
    GETPID_OF_I386 = 20,
};

static bool is_refused(int64_t rc)
{
    return rc < 0 && errno == EPERM;
}

/* The number of the first that is not refused; 0: all are. */
static int try_what_is_forbidden(void)
{
    struct timeval time = { 0 };
    union bpf_attr attr = { 0 };

    if (!is_refused(syscall(SYS_keyctl, 0, 0, 0, 0, 0)))
        return 1;
    if (!is_refused(ptrace(PTRACE_TRACEME, 0, NULL, NULL)))
        return 2;
    if (!is_refused(syscall(SYS_bpf, BPF_MAP_CREATE, &attr, sizeof(attr))))
        return 3;
    if (!is_refused(syscall(SYS_finit_module, 0, "", 0)))
        return 4;
    if (!is_refused(syscall(SYS_kexec_load, 0, 0, NULL, 0)))
        return 5;
    if (!is_refused(settimeofday(&time, NULL)))
        return 6;
    if (!is_refused(syscall(SYS_process_vm_readv, 1, NULL, 0, NULL, 0, 0)))
        return 7;
    if (prctl(PR_CAPBSET_READ, CAP_SYS_MODULE, 0, 0, 0) != 0)
        return 8;
    return 0;
}

/* A program of 32 bits is not a way around it. */
static int try_as_i386(void)
{
#ifdef __x86_64__
    int64_t rc;

    __asm__ volatile("int $0x80"
                     : "=a"(rc)
                     : "a"(GETPID_OF_I386)
                     : "r8", "r9", "r10", "r11", "memory");
    if ((int32_t)rc == -ENOSYS)
        return 0; /* this kernel runs none */
    if ((int32_t)rc != getpid())
        return 20;
    __asm__ volatile("int $0x80"
                     : "=a"(rc)
                     : "a"(KEYCTL_OF_I386), "b"(0), "c"(0), "d"(0)
                     : "r8", "r9", "r10", "r11", "memory");
    return (int32_t)rc == -EPERM ? 0 : 21;
#else
    return 0;
#endif
}

/* What scripts do: other users, mounts, setuid programs. */
static int try_what_is_needed(void)
{
    char path[] = "/tmp/test-install-rights-XXXXXX";
    int status;
    pid_t pid;

    if (prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) != 0)
        return 10;
    if (mkdtemp(path) == NULL)
        return 11;
    if (mount("none", path, "tmpfs", 0, "size=4k") == 0 && umount(path) < 0)
        return 12;
    if (chown(path, 1, 1) < 0 || rmdir(path) < 0)
        return 13;
    pid = fork();
    if (pid == 0) {
        char *const arguments[] = { (char *)(uintptr_t) "true", NULL };

        if (setgid(1) == 0 && setuid(1) == 0)
            execv("/bin/true", arguments);
        _exit(1);
    }
    if (waitpid(pid, &status, 0) != pid || status != 0)
        return 14;
    return 0;
}

static int try_all(void)
{
    struct err err = { 0 };
    int step;

    if (sandbox_install(&err) < 0)
        return 100;
    step = try_what_is_forbidden();
    if (step == 0)
        step = try_as_i386();
    return step != 0 ? step : try_what_is_needed();
}

static void installing_keeps_what_scripts_need_and_nothing_of_the_kernel(
    void **state UNUSED)
{
    int status = 0;
    pid_t pid;

    if (UNIT_SANITIZED || geteuid() != 0)
        UNIT_SKIP("not with sanitizers, and only root has rights to cut");
    pid = fork();
    if (pid == 0)
        _exit(try_all());
    assert_int_equal(waitpid(pid, &status, 0), pid);
    if (status != 0)
        fail_msg("step %d, status 0x%x", WEXITSTATUS(status), (unsigned)status);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(
            installing_keeps_what_scripts_need_and_nothing_of_the_kernel),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
