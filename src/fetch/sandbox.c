/* SPDX-License-Identifier: Apache-2.0 */
#include "fetch/sandbox.h"

#include <errno.h>
#include <grp.h>
#include <linux/landlock.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

enum {
    NOBODY = 65534,
    FILES_MAX = 64,
    MEMORY_MAX = 512 << 20,
    STATE_ROOM = 64 * 1024,
};

static int set_limit(int resource, uint64_t value, struct err *err)
{
    struct rlimit limit = { value, value };

    if (setrlimit(resource, &limit) < 0)
        return err_errno(err, errno, "setrlimit");
    return 0;
}

static int set_limits(uint64_t bytes_max, struct err *err)
{
    int rc = set_limit(RLIMIT_CORE, 0, err);

    if (rc == 0)
        rc = set_limit(RLIMIT_NOFILE, FILES_MAX, err);
    if (rc == 0)
        rc = set_limit(RLIMIT_DATA, MEMORY_MAX, err);
    if (rc == 0)
        rc = set_limit(RLIMIT_FSIZE, bytes_max + STATE_ROOM, err);
    return rc;
}

/* Landlock (Linux 5.13): no rule is added, so what is handled is denied
 * everywhere. Reading stays allowed, for certificates and the resolver. */
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

static int drop_root(struct err *err)
{
    if (geteuid() != 0)
        return 0;
    if (setgroups(0, NULL) < 0 || setresgid(NOBODY, NOBODY, NOBODY) < 0 ||
        setresuid(NOBODY, NOBODY, NOBODY) < 0)
        return err_errno(err, errno, "cannot give up root");
    return 0;
}

int sandbox_enter(uint64_t bytes_max, struct err *err)
{
    int rc = set_limits(bytes_max, err);

    if (rc == 0)
        rc = drop_root(err);
    if (rc < 0)
        return rc;
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0 ||
        prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) < 0)
        return err_errno(err, errno, "prctl");
    return deny_writing(err);
}
