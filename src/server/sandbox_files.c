/* SPDX-License-Identifier: Apache-2.0
 *
 * The files each process may open once it has started, by Landlock: front
 * and signer none, the reader none but what it is given, the courier what
 * names and certificates need, the core the data directory.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/landlock.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "server/sandbox_int.h"

#define ON_FILES                                                               \
    (LANDLOCK_ACCESS_FS_EXECUTE | LANDLOCK_ACCESS_FS_WRITE_FILE |              \
     LANDLOCK_ACCESS_FS_READ_FILE)
#define EVERYTHING                                                             \
    (ON_FILES | LANDLOCK_ACCESS_FS_READ_DIR | LANDLOCK_ACCESS_FS_REMOVE_DIR |  \
     LANDLOCK_ACCESS_FS_REMOVE_FILE | LANDLOCK_ACCESS_FS_MAKE_CHAR |           \
     LANDLOCK_ACCESS_FS_MAKE_DIR | LANDLOCK_ACCESS_FS_MAKE_REG |               \
     LANDLOCK_ACCESS_FS_MAKE_SOCK | LANDLOCK_ACCESS_FS_MAKE_FIFO |             \
     LANDLOCK_ACCESS_FS_MAKE_BLOCK | LANDLOCK_ACCESS_FS_MAKE_SYM)
#define READS (LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR)
#define OWN_FILES                                                              \
    (READS | LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_REMOVE_FILE |  \
     LANDLOCK_ACCESS_FS_REMOVE_DIR | LANDLOCK_ACCESS_FS_MAKE_REG |             \
     LANDLOCK_ACCESS_FS_MAKE_DIR)

/* Time zones, names, certificates, libraries that are loaded late. */
static const char *const machine_reads[] = {
    "/etc", "/usr", "/lib", "/lib64", "/dev/urandom", "/dev/null", "/run",
};

/* A path that is not there needs no rule. */
static int allow(int ruleset, const char *path, uint64_t access,
                 struct err *err)
{
    struct landlock_path_beneath_attr rule = {
        .allowed_access = access,
        .parent_fd = open(path, O_PATH | O_CLOEXEC),
    };
    struct stat facts;
    int rc = 0;

    if (rule.parent_fd < 0)
        return 0;
    if (fstat(rule.parent_fd, &facts) == 0 && !S_ISDIR(facts.st_mode))
        rule.allowed_access &= ON_FILES;
    if (syscall(SYS_landlock_add_rule, ruleset, LANDLOCK_RULE_PATH_BENEATH,
                &rule, 0) < 0)
        rc = err_errno(err, errno, "landlock: %s", path);
    close(rule.parent_fd);
    return rc;
}

/* An SQLite file may lie elsewhere; its folder holds the journal, too. */
static int allow_database(int ruleset, str url, struct err *err)
{
    AUTO(buf_clear) struct buf path = BUF(4096);

    if (!str_starts(url, STR("sqlite:")))
        return 0;
    buf_add(&path, str_sub(url, 7, url.n));
    while (path.n > 1 && path.p[path.n - 1] != '/')
        path.n--;
    return allow(ruleset, buf_c(&path), OWN_FILES, err);
}

static int add_rules(const struct process *process, int ruleset,
                     struct err *err)
{
    bool core = process->role == ROLE_CORE;
    bool machine = core || process->role == ROLE_COURIER;
    int rc = 0;

    for (size_t i = 0; machine && rc == 0 && i < COUNT(machine_reads); i++)
        rc = allow(ruleset, machine_reads[i], READS, err);
    if (rc == 0 && core)
        rc = allow(ruleset, process->config->data.p, OWN_FILES, err);
    if (rc == 0 && core)
        rc = allow_database(ruleset, process->config->database, err);
    if (rc == 0 && process->clock.n > 0)
        rc = allow(ruleset, process->clock.p, READS, err);
    return rc;
}

int sandbox_files(const struct process *process, struct err *err)
{
    struct landlock_ruleset_attr attr = { .handled_access_fs = EVERYTHING };
    int ruleset =
        (int)syscall(SYS_landlock_create_ruleset, &attr, sizeof(attr), 0);
    int rc;

    if (ruleset < 0)
        return 1;
    rc = add_rules(process, ruleset, err);
    if (rc == 0 && syscall(SYS_landlock_restrict_self, ruleset, 0) < 0)
        rc = err_errno(err, errno, "landlock");
    close(ruleset);
    return rc;
}
