/* SPDX-License-Identifier: Apache-2.0 */
#include <link.h>

#include "agent/disk.h"
#include "agent/sandbox_int.h"
#include "confine/confine.h"

/* What names, certificates and randomness need. */
static const char *const network_reads[] = {
    "/etc", "/usr", "/lib", "/lib64", "/dev", "/run", "/proc",
};

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

static int allow_self(const struct confine_files *files, struct err *err)
{
    const char *loader = NULL;
    int rc = confine_files_allow(files, "/proc/self/exe", confine_exec, err);

    dl_iterate_phdr(find_loader, (void *)&loader);
    if (rc == 0 && loader != NULL)
        rc = confine_files_allow(files, loader, confine_exec, err);
    return rc;
}

static int allow_below(const struct confine_files *files,
                       const struct options *options, const char *dir,
                       struct err *err)
{
    AUTO(buf_clear) struct buf path = BUF(4096);

    buf_printf(&path, "%s/%s", options->data, dir);
    return confine_files_allow(files, buf_c(&path), confine_own_files, err);
}

static int add_rules(const struct confine_files *files, enum sandbox_role role,
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
        rc = confine_files_allow(files, network_reads[i], confine_reads, err);
    if (rc == 0 && options->clock != NULL)
        rc = confine_files_allow(files, options->clock, confine_reads, err);
    return rc;
}

int sandbox_files(enum sandbox_role role, const struct options *options,
                  struct err *err)
{
    uint64_t handled = confine_writes | confine_exec;
    struct confine_files files;
    int rc;

    if (role == SANDBOX_SUPERVISOR)
        return 0; /* its children add what they need */
    if (role == SANDBOX_NETWORK)
        handled |= confine_reads;
    rc = confine_files_start(handled, &files, err);
    return rc != 0 ? rc
                   : confine_files_end(
                         &files, add_rules(&files, role, options, err), err);
}
