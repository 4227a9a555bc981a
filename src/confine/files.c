/* SPDX-License-Identifier: Apache-2.0 */
#include "confine/confine.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/landlock.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#define READS (LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR)
#define ON_FILES                                                               \
    (LANDLOCK_ACCESS_FS_EXECUTE | LANDLOCK_ACCESS_FS_WRITE_FILE |              \
     LANDLOCK_ACCESS_FS_READ_FILE)

const uint64_t confine_reads = READS;
const uint64_t confine_exec = LANDLOCK_ACCESS_FS_EXECUTE;
const uint64_t confine_writes =
    LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_REMOVE_DIR |
    LANDLOCK_ACCESS_FS_REMOVE_FILE | LANDLOCK_ACCESS_FS_MAKE_CHAR |
    LANDLOCK_ACCESS_FS_MAKE_DIR | LANDLOCK_ACCESS_FS_MAKE_REG |
    LANDLOCK_ACCESS_FS_MAKE_SOCK | LANDLOCK_ACCESS_FS_MAKE_FIFO |
    LANDLOCK_ACCESS_FS_MAKE_BLOCK | LANDLOCK_ACCESS_FS_MAKE_SYM;
const uint64_t confine_own_files =
    READS | LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_REMOVE_FILE |
    LANDLOCK_ACCESS_FS_REMOVE_DIR | LANDLOCK_ACCESS_FS_MAKE_REG |
    LANDLOCK_ACCESS_FS_MAKE_DIR;

int confine_files_start(uint64_t handled, struct confine_files *out,
                        struct err *err)
{
    struct landlock_ruleset_attr attr = { .handled_access_fs = handled };
    int ruleset =
        (int)syscall(SYS_landlock_create_ruleset, &attr, sizeof(attr), 0);

    if (ruleset < 0 &&
        (errno == ENOSYS || errno == EOPNOTSUPP || errno == EPERM))
        return 1; /* not built, switched off, or not in this container */
    if (ruleset < 0)
        return err_errno(err, errno, "landlock");
    *out = (struct confine_files){ ruleset, handled };
    return 0;
}

int confine_files_allow(const struct confine_files *files, const char *path,
                        uint64_t access, struct err *err)
{
    struct landlock_path_beneath_attr rule = {
        .allowed_access = access & files->handled,
        .parent_fd = open(path, O_PATH | O_CLOEXEC),
    };
    struct stat facts;
    int rc = 0;

    if (rule.parent_fd < 0)
        return 0;
    if (fstat(rule.parent_fd, &facts) == 0 && !S_ISDIR(facts.st_mode))
        rule.allowed_access &= ON_FILES;
    if (rule.allowed_access != 0 &&
        syscall(SYS_landlock_add_rule, files->ruleset,
                LANDLOCK_RULE_PATH_BENEATH, &rule, 0) < 0)
        rc = err_errno(err, errno, "landlock: %s", path);
    close(rule.parent_fd);
    return rc;
}

int confine_files_end(struct confine_files *files, int rc, struct err *err)
{
    if (rc == 0 && syscall(SYS_landlock_restrict_self, files->ruleset, 0) < 0)
        rc = err_errno(err, errno, "landlock");
    close(files->ruleset);
    files->ruleset = -1;
    return rc;
}
