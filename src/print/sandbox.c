/* SPDX-License-Identifier: Apache-2.0 */
#include "print/sandbox.h"

#include <errno.h>
#include <grp.h>
#include <linux/landlock.h>
#include <seccomp.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/attr.h"

enum {
    NOBODY = 65534,
    MEMORY_MAX = 1 << 30,
    FILE_MAX = 256 << 20,
    TIME_S = 60,
};

static int set_limit(int resource, uint64_t value, struct err *err)
{
    struct rlimit limit = { value, value };

    if (setrlimit(resource, &limit) < 0)
        return err_errno(err, errno, "setrlimit");
    return 0;
}

static int set_limits(struct err *err)
{
    int rc = set_limit(RLIMIT_CORE, 0, err);

    if (rc == 0)
        rc = set_limit(RLIMIT_DATA, MEMORY_MAX, err);
    if (rc == 0)
        rc = set_limit(RLIMIT_FSIZE, FILE_MAX, err);
    if (rc == 0)
        rc = set_limit(RLIMIT_CPU, TIME_S, err);
    return rc;
}

/* Started by a server that runs as root without capabilities, there is none
 * to give up: then that is all right. */
static int drop_root(struct err *err)
{
    if (geteuid() != 0)
        return 0;
    if (setgroups(0, NULL) == 0 && setresgid(NOBODY, NOBODY, NOBODY) == 0 &&
        setresuid(NOBODY, NOBODY, NOBODY) == 0)
        return 0;
    return errno == EPERM ? 0 : err_errno(err, errno, "cannot give up root");
}

/* Fonts are read; nothing is written anywhere but to standard output. */
static int deny_writing(struct err *err)
{
    struct landlock_ruleset_attr rules = {
        .handled_access_fs =
            LANDLOCK_ACCESS_FS_EXECUTE | LANDLOCK_ACCESS_FS_WRITE_FILE |
            LANDLOCK_ACCESS_FS_REMOVE_DIR | LANDLOCK_ACCESS_FS_REMOVE_FILE |
            LANDLOCK_ACCESS_FS_MAKE_CHAR | LANDLOCK_ACCESS_FS_MAKE_DIR |
            LANDLOCK_ACCESS_FS_MAKE_REG | LANDLOCK_ACCESS_FS_MAKE_SOCK |
            LANDLOCK_ACCESS_FS_MAKE_FIFO | LANDLOCK_ACCESS_FS_MAKE_BLOCK |
            LANDLOCK_ACCESS_FS_MAKE_SYM,
    };
    int64_t fd = syscall(SYS_landlock_create_ruleset, &rules, sizeof(rules), 0);
    int rc = 0;

    if (fd < 0)
        return 0; /* the kernel does not have it, or it is off */
    if (syscall(SYS_landlock_restrict_self, (int)fd, 0) < 0)
        rc = err_errno(err, errno, "landlock");
    close((int)fd);
    return rc;
}

static int deny_calls(struct err *err)
{
    static const int denied[] = {
        SCMP_SYS(socket),
        SCMP_SYS(connect),
        SCMP_SYS(bind),
        SCMP_SYS(execve),
        SCMP_SYS(execveat),
        SCMP_SYS(fork),
        SCMP_SYS(vfork),
        SCMP_SYS(ptrace),
        SCMP_SYS(kill),
        SCMP_SYS(tgkill),
        SCMP_SYS(mount),
        SCMP_SYS(unshare),
        SCMP_SYS(process_vm_readv),
        SCMP_SYS(process_vm_writev),
    };
    scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ALLOW);
    int rc = filter == NULL ? -1 : 0;

    for (size_t i = 0; rc == 0 && i < COUNT(denied); i++)
        rc = seccomp_rule_add(filter, SCMP_ACT_ERRNO(EPERM), denied[i], 0);
    if (rc == 0)
        rc = seccomp_load(filter);
    if (filter != NULL)
        seccomp_release(filter);
    return rc == 0 ? 0 : err_set(err, E_IO, "seccomp is not available");
}

int sandbox_enter(struct err *err)
{
    int rc = set_limits(err);

    if (rc == 0)
        rc = drop_root(err);
    if (rc == 0 && prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
        rc = err_errno(err, errno, "no_new_privs");
    if (rc == 0)
        rc = deny_writing(err);
    return rc < 0 ? rc : deny_calls(err);
}
