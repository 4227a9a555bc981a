/* SPDX-License-Identifier: Apache-2.0
 *
 * What a process gives up for good: system calls (seccomp), files (Landlock)
 * and capabilities. Each program has its tables; this is how they come into
 * force. The one folder that knows libseccomp.
 *
 * What an old kernel does not have is said by 1, so that the caller can log
 * it and go on. Everything else that fails is an error: a process that wanted
 * less must not run with more.
 */
#ifndef CONFINE_CONFINE_H
#define CONFINE_CONFINE_H

#include <stdint.h>

#include "base/err.h"

/* --- System calls -------------------------------------------------------- */

/* Roles are bits of the program's own. */
struct confine_call {
    const char *name; /* one this machine does not have is left out */
    unsigned roles;
};
/* socket() is allowed by its family only. */
struct confine_family {
    int family;
    unsigned roles;
};
struct confine_table {
    const struct confine_call *calls;
    size_t call_count;
    const struct confine_family *families;
    size_t family_count;
    unsigned probes; /* roles that may ask kill(pid, 0) */
};

/* What is not in the table for the role is answered with EPERM from now on,
 * also in what the process starts. 1: this kernel has no seccomp. */
int confine_calls(const struct confine_table *table, unsigned role,
                  struct err *err) MUST_CHECK;

/* Only these are answered with EPERM, in what the process starts, too, and in
 * programs of the machine's other (32-bit) architectures. It needs
 * CAP_SYS_ADMIN, for no_new_privs is not set: what is started may have need of
 * other users' rights. 1: this kernel has no seccomp, or the capability is not
 * there. */
int confine_forbid(const char *const *names, size_t n,
                   struct err *err) MUST_CHECK;

/* --- Files --------------------------------------------------------------- */

/* Sets of rights, made of the kernel's LANDLOCK_ACCESS_FS_. */
extern const uint64_t confine_reads;  /* files and folders */
extern const uint64_t confine_writes; /* all that changes something */
extern const uint64_t confine_exec;
extern const uint64_t confine_own_files; /* what a folder of ours needs */

struct confine_files {
    int ruleset;
    uint64_t handled;
};
/* Of what is handled, only what is allowed stays. 1: this kernel has no
 * Landlock; nothing is to be released then. */
int confine_files_start(uint64_t handled, struct confine_files *out,
                        struct err *err) MUST_CHECK;
/* Below a path, or a file. A path that is not there needs no rule. */
int confine_files_allow(const struct confine_files *files, const char *path,
                        uint64_t access, struct err *err) MUST_CHECK;
/* Puts it into force when rc is 0, and releases it; rc, or why not. */
int confine_files_end(struct confine_files *files, int rc,
                      struct err *err) MUST_CHECK;

/* --- Capabilities -------------------------------------------------------- */

/* Keeps at most these (bits of CAP_), also in what the process starts; what
 * a container did not have is not missed. The bounding set has to be cut
 * while CAP_SETPCAP is there; giving up root comes between the two. */
int confine_bounds(uint64_t keep, struct err *err) MUST_CHECK;
int confine_capabilities(uint64_t permitted, uint64_t effective,
                         struct err *err) MUST_CHECK;

/* Nobody instead of root, and no capability. A root that has none already, as
 * the server's processes may be, has nothing to give up. */
int confine_drop_root(struct err *err) MUST_CHECK;

/* Sets the soft and the hard limit; one that is lower already stays. */
int confine_limit(int resource, uint64_t value, struct err *err) MUST_CHECK;

#endif
