/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <fcntl.h>
#include <link.h>
#include <linux/landlock.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "agent/disk.h"
#include "agent/sandbox_int.h"

#define WRITES                                                                 \
    (LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_REMOVE_DIR |           \
     LANDLOCK_ACCESS_FS_REMOVE_FILE | LANDLOCK_ACCESS_FS_MAKE_CHAR |           \
     LANDLOCK_ACCESS_FS_MAKE_DIR | LANDLOCK_ACCESS_FS_MAKE_REG |               \
     LANDLOCK_ACCESS_FS_MAKE_SOCK | LANDLOCK_ACCESS_FS_MAKE_FIFO |             \
     LANDLOCK_ACCESS_FS_MAKE_BLOCK | LANDLOCK_ACCESS_FS_MAKE_SYM)
#define OWN_FILES                                                              \
    (LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_REMOVE_FILE |          \
     LANDLOCK_ACCESS_FS_MAKE_REG | LANDLOCK_ACCESS_FS_MAKE_DIR |               \
     LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR)
#define READS (LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR)
#define EXEC LANDLOCK_ACCESS_FS_EXECUTE

/* What names, certificates and randomness need. */
static const char *const network_reads[] = {
    "/etc", "/usr", "/lib", "/lib64", "/dev", "/run", "/proc",
};

struct files {
    int ruleset;
    uint64_t handled;
};

/* A path that is not there needs no rule. */
static int allow(const struct files *files, const char *path, uint64_t access,
                 struct err *err)
{
    struct landlock_path_beneath_attr rule = {
        .allowed_access = access & files->handled,
        .parent_fd = open(path, O_PATH | O_CLOEXEC),
    };
    struct stat st;
    int rc = 0;

    if (rule.parent_fd < 0)
        return 0;
    if (fstat(rule.parent_fd, &st) == 0 && !S_ISDIR(st.st_mode))
        rule.allowed_access &= LANDLOCK_ACCESS_FS_EXECUTE |
                               LANDLOCK_ACCESS_FS_WRITE_FILE |
                               LANDLOCK_ACCESS_FS_READ_FILE;
    if (rule.allowed_access != 0 &&
        syscall(SYS_landlock_add_rule, files->ruleset,
                LANDLOCK_RULE_PATH_BENEATH, &rule, 0) < 0)
        rc = err_errno(err, errno, "landlock: %s", path);
    close(rule.parent_fd);
    return rc;
}

/* The loader that the kernel starts for this program. */
static int find_loader(struct dl_phdr_info *info, size_t size UNUSED, void *ctx)
{
    const char **out = ctx;

    for (int i = 0; i < info->dlpi_phnum; i++) {
        if (info->dlpi_phdr[i].p_type == PT_INTERP)
            *out = (const char *)(info->dlpi_addr + info->dlpi_phdr[i].p_vaddr);
    }
    return 1; /* the first object is the program */
}

static int allow_self(const struct files *files, struct err *err)
{
    const char *loader = NULL;
    int rc = allow(files, "/proc/self/exe", EXEC, err);

    dl_iterate_phdr(find_loader, (void *)&loader);
    if (rc == 0 && loader != NULL)
        rc = allow(files, loader, EXEC, err);
    return rc;
}

static int allow_below(const struct files *files, const struct options *options,
                       const char *dir, struct err *err)
{
    AUTO(buf_clear) struct buf path = BUF(4096);

    buf_printf(&path, "%s/%s", options->data, dir);
    return allow(files, buf_c(&path), OWN_FILES, err);
}

static int add_rules(const struct files *files, enum sandbox_role role,
                     const struct options *options, struct err *err)
{
    int rc = 0;

    if (role == SANDBOX_KEEPER) {
        rc = allow_self(files, err);
        if (rc == 0)
            rc = allow_below(files, options, "keeper", err);
    }
    if (role == SANDBOX_NETWORK)
        rc = allow_below(files, options, "network", err);
    for (size_t i = 0;
         rc == 0 && role == SANDBOX_NETWORK && i < COUNT(network_reads); i++)
        rc = allow(files, network_reads[i], READS, err);
    if (rc == 0 && options->clock != NULL)
        rc = allow(files, options->clock, READS, err);
    return rc;
}

int sandbox_files(enum sandbox_role role, const struct options *options,
                  struct err *err)
{
    struct files files = { .handled = WRITES | EXEC };
    struct landlock_ruleset_attr attr;
    int rc;

    if (role == SANDBOX_SUPERVISOR)
        return 0; /* its children add what they need */
    if (role == SANDBOX_NETWORK)
        files.handled |= READS;
    attr = (struct landlock_ruleset_attr){ .handled_access_fs = files.handled };
    files.ruleset =
        (int)syscall(SYS_landlock_create_ruleset, &attr, sizeof(attr), 0);
    if (files.ruleset < 0)
        return 1;
    rc = add_rules(&files, role, options, err);
    if (rc == 0 && syscall(SYS_landlock_restrict_self, files.ruleset, 0) < 0)
        rc = err_errno(err, errno, "landlock");
    close(files.ruleset);
    return rc;
}
