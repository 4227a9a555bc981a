/* SPDX-License-Identifier: Apache-2.0
 *
 * What installing packages is kept from (sandbox.h).
 */
#include <linux/capability.h>
#include <unistd.h>

#include "agent/sandbox.h"
#include "confine/confine.h"

static const int capabilities[] = { CAP_SYS_MODULE,    CAP_SYS_RAWIO,
                                    CAP_SYS_TIME,      CAP_WAKE_ALARM,
                                    CAP_MAC_OVERRIDE,  CAP_SYS_PACCT,
                                    CAP_SYS_TTY_CONFIG };

/* clang-format off */
static const char *const calls[] = {
    /* the kernel: modules, another one, going down; that is logind's to do */
    "init_module", "finit_module", "delete_module", "create_module",
    "kexec_load", "kexec_file_load", "reboot",
    /* programs in the kernel, and looking into it */
    "bpf", "perf_event_open", "fanotify_init", "lookup_dcookie",
    "userfaultfd", "io_uring_setup", "io_uring_enter", "io_uring_register",
    /* other processes */
    "ptrace", "process_vm_readv", "process_vm_writev", "process_madvise",
    "kcmp", "pidfd_getfd", "move_pages", "migrate_pages",
    /* keyrings */
    "add_key", "request_key", "keyctl",
    /* the clock, ports, accounting, what nobody uses */
    "clock_settime", "clock_settime64", "settimeofday", "stime", "adjtimex",
    "clock_adjtime", "clock_adjtime64", "iopl", "ioperm", "acct",
    "open_by_handle_at", "pivot_root", "vhangup", "nfsservctl", "uselib",
    "_sysctl", "sysfs", "ustat", "vm86", "vm86old",
};
/* clang-format on */

int sandbox_install(struct err *err)
{
    uint64_t keep = ~(uint64_t)0;
    int rc;

    if (geteuid() != 0)
        return 0; /* it could do none of this */
    for (size_t i = 0; i < COUNT(capabilities); i++)
        keep &= ~((uint64_t)1 << capabilities[i]);
    rc = confine_forbid(calls, COUNT(calls), err);
    if (rc == 1)
        log_warn("sandbox.partial", LOG_TEXT("missing", STR("seccomp")));
    return rc < 0 ? rc : confine_bounds(keep, err);
}
