/* SPDX-License-Identifier: Apache-2.0
 *
 * The system calls of each process (claim 20). What is not listed is answered
 * with EPERM. The supervisor has no filter of calls, as its children would
 * inherit it; it has given up its capabilities and reads typed messages only.
 */
#include <sys/socket.h>

#include "confine/confine.h"
#include "server/sandbox_int.h"

#define F ((1U << ROLE_FRONT) | (1U << ROLE_GATE))
#define C (1U << ROLE_CORE)
#define S (1U << ROLE_SIGNER)
#define R (1U << ROLE_READER)
#define O (1U << ROLE_COURIER)
#define N (1U << ROLE_NETDEV)
#define ALL (F | C | S | R | O | N)
#define FILES (C | R | O | N) /* which files, Landlock says */

/* clang-format off */
static const struct confine_call calls[] = {
    /* memory, time, threads, the end */
    { "brk", ALL }, { "mmap", ALL }, { "munmap", ALL }, { "mremap", ALL },
    { "mprotect", ALL }, { "madvise", ALL }, { "membarrier", C | R | O | N },
    { "msync", C | R },
    { "clock_gettime", ALL }, { "clock_getres", ALL }, { "time", ALL },
    { "gettimeofday", ALL }, { "clock_nanosleep", C | R | O | N },
    { "nanosleep", C | R | O | N },
    { "futex", ALL }, { "set_robust_list", C | R | O | N },
    { "get_robust_list", C | R | O | N }, { "rseq", C | R | O | N },
    { "clone", C | R | O | N }, { "clone3", C | R | O | N }, { "sched_yield", ALL },
    { "sched_getaffinity", ALL }, { "gettid", ALL }, { "getcpu", ALL },
    { "exit", ALL }, { "exit_group", ALL }, { "tgkill", ALL },
    { "rt_sigaction", ALL }, { "rt_sigprocmask", ALL },
    { "rt_sigreturn", ALL }, { "sigaltstack", ALL },
    { "restart_syscall", ALL }, { "signalfd4", ALL }, { "getrandom", ALL },
    { "prlimit64", ALL }, { "getrusage", ALL }, { "sysinfo", ALL },
    { "uname", ALL }, { "times", ALL },
    /* who one is */
    { "getpid", ALL }, { "getppid", ALL }, { "getuid", ALL },
    { "geteuid", ALL }, { "getgid", ALL }, { "getegid", ALL },
    { "prctl", ALL },
    /* descriptors that are open */
    { "read", ALL }, { "write", ALL }, { "readv", ALL }, { "writev", ALL },
    { "pread64", ALL }, { "pwrite64", C | R | O | N }, { "lseek", ALL },
    { "close", ALL }, { "close_range", C | O | N }, { "fstat", ALL },
    { "fcntl", ALL }, { "dup", ALL }, { "dup2", C | O | N }, { "dup3", C | O | N },
    { "ftruncate", FILES }, { "fallocate", FILES }, { "fadvise64", FILES },
    { "memfd_create", FILES }, { "ioctl", ALL }, { "sendfile", F | C },
    { "copy_file_range", FILES },
    /* waiting */
    { "poll", ALL }, { "ppoll", ALL }, { "select", C | O | N },
    { "pselect6", C | O | N }, { "epoll_create1", ALL }, { "epoll_create", ALL },
    { "epoll_ctl", ALL }, { "epoll_wait", ALL }, { "epoll_pwait", ALL },
    { "epoll_pwait2", ALL }, { "eventfd2", ALL }, { "pipe2", F | C | R | O | N },
    { "pipe", F | C | R | O | N }, { "pidfd_open", C | O },
    { "wait4", C | O | N }, { "waitid", C | O | N }, { "kill", O },
    /* sockets that are open */
    { "sendmsg", ALL }, { "recvmsg", ALL }, { "sendto", ALL },
    { "recvfrom", ALL }, { "shutdown", ALL }, { "getsockopt", ALL },
    { "setsockopt", F | C | O | N }, { "getpeername", F | C | O | N },
    { "getsockname", F | C | O | N }, { "accept4", F | N }, { "socketpair", C | O | N },
    { "sendmmsg", C | O | N }, { "recvmmsg", C | O | N },
    /* sockets of one's own; which ones, the rules of socket() say */
    { "connect", C | O | N }, { "bind", C | O | N },
    /* files */
    { "openat", ALL }, { "open", FILES }, { "openat2", FILES },
    { "newfstatat", ALL }, { "stat", ALL }, { "lstat", FILES },
    { "statx", FILES }, { "statfs", FILES }, { "fstatfs", FILES },
    { "access", FILES }, { "faccessat", FILES }, { "faccessat2", FILES },
    { "readlink", FILES }, { "readlinkat", FILES }, { "getcwd", FILES },
    { "getdents64", FILES }, { "umask", FILES }, { "flock", FILES },
    { "rename", C }, { "renameat", C }, { "renameat2", C },
    { "unlink", C }, { "unlinkat", C }, { "mkdir", C }, { "mkdirat", C },
    { "rmdir", C }, { "link", C }, { "linkat", C },
    { "fsync", C | R }, { "fdatasync", C | R }, { "fchmod", C },
    { "fchmodat", C }, { "chmod", C }, { "utimensat", C },
    { "fchown", C }, /* SQLite, for its journal as root */
};

static const struct confine_family families[] = {
    { AF_UNIX, C | O | N },    /* PostgreSQL; resolvers */
    { AF_INET, C | O | N },    /* PostgreSQL; everywhere */
    { AF_INET6, C | O | N },
    { AF_NETLINK, C | O | N }, /* getaddrinfo() asks for our addresses */
};
/* clang-format on */

int sandbox_calls(enum role role, struct err *err)
{
    static const struct confine_table table = {
        .calls = calls,
        .call_count = COUNT(calls),
        .families = families,
        .family_count = COUNT(families),
    };

    return confine_calls(&table, 1U << role, err);
}
