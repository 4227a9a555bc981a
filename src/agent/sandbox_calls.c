/* SPDX-License-Identifier: Apache-2.0
 *
 * The system calls of each process. What is not listed is answered with
 * EPERM. A filter is inherited by what a process starts, so the keeper's row
 * has what its evaluators need, and the supervisor's what all need.
 */
#include <sys/socket.h>

#include "agent/sandbox_int.h"
#include "confine/confine.h"

#define S SANDBOX_SUPERVISOR
#define K SANDBOX_KEEPER
#define N SANDBOX_NETWORK
#define E SANDBOX_EVALUATOR
#define ALL (S | K | N | E)
#define STARTS (S | K) /* starts programs */
#define SETS (S | K)   /* or is set up by who starts it */
#define WRITES (S | K | N)

/* clang-format off */
static const struct confine_call calls[] = {
    /* memory, time, threads, the end */
    { "brk", ALL }, { "mmap", ALL }, { "munmap", ALL }, { "mremap", ALL },
    { "mprotect", ALL }, { "madvise", ALL }, { "membarrier", ALL },
    { "clock_gettime", ALL }, { "clock_getres", ALL }, { "time", ALL },
    { "clock_nanosleep", ALL }, { "gettimeofday", ALL }, { "nanosleep", ALL },
    { "futex", ALL }, { "set_robust_list", ALL }, { "rseq", ALL },
    { "get_robust_list", ALL }, { "clone", ALL }, { "clone3", ALL },
    { "sched_yield", ALL }, { "sched_getaffinity", ALL }, { "gettid", ALL },
    { "sched_setaffinity", ALL }, { "exit", ALL }, { "exit_group", ALL },
    { "rt_sigaction", ALL }, { "rt_sigprocmask", ALL }, { "tgkill", ALL },
    { "rt_sigreturn", ALL }, { "sigaltstack", ALL }, { "rt_sigpending", ALL },
    { "rt_sigtimedwait", ALL }, { "restart_syscall", ALL },
    { "signalfd4", ALL }, { "getrandom", ALL }, { "prlimit64", ALL },
    { "getrlimit", ALL }, { "getrusage", ALL }, { "sysinfo", ALL },
    { "uname", ALL }, { "times", ALL }, { "getcpu", ALL },
    /* who one is */
    { "getpid", ALL }, { "getppid", ALL }, { "getuid", ALL },
    { "geteuid", ALL }, { "getgid", ALL }, { "getegid", ALL },
    { "getresuid", ALL }, { "getresgid", ALL }, { "getgroups", ALL },
    { "getpgrp", ALL }, { "getpgid", ALL }, { "getsid", ALL },
    { "capget", ALL }, { "prctl", ALL },
    /* reading */
    { "read", ALL }, { "pread64", ALL }, { "readv", ALL }, { "preadv", ALL },
    { "lseek", ALL }, { "close", ALL }, { "close_range", ALL },
    { "openat", ALL }, { "open", ALL }, { "openat2", ALL }, { "dup", ALL },
    { "dup2", ALL }, { "dup3", ALL }, { "fcntl", ALL }, { "flock", ALL },
    { "stat", ALL }, { "fstat", ALL }, { "lstat", ALL }, { "newfstatat", ALL },
    { "statx", ALL }, { "statfs", ALL }, { "fstatfs", ALL },
    { "access", ALL }, { "faccessat", ALL }, { "faccessat2", ALL },
    { "readlink", ALL }, { "readlinkat", ALL }, { "getcwd", ALL },
    { "getdents64", ALL }, { "fadvise64", ALL }, { "readahead", ALL },
    { "chdir", ALL }, { "fchdir", ALL }, { "umask", ALL },
    { "getxattr", E | STARTS }, { "lgetxattr", E | STARTS },
    { "fgetxattr", E | STARTS }, { "listxattr", E | STARTS },
    { "llistxattr", E | STARTS }, { "flistxattr", E | STARTS },
    /* waiting */
    { "poll", ALL }, { "ppoll", ALL }, { "select", ALL }, { "pselect6", ALL },
    { "epoll_create1", ALL }, { "epoll_ctl", ALL }, { "epoll_wait", ALL },
    { "epoll_pwait", ALL }, { "epoll_pwait2", ALL }, { "eventfd2", ALL },
    { "pipe2", ALL }, { "pipe", ALL }, { "ioctl", ALL },
    { "timerfd_create", ALL }, { "timerfd_settime", ALL },
    /* writing; into what, Landlock says */
    { "write", ALL }, { "writev", ALL }, { "pwrite64", ALL },
    { "pwritev", ALL }, { "ftruncate", ALL }, { "memfd_create", ALL },
    { "fallocate", ALL },
    { "fsync", WRITES }, { "fdatasync", WRITES }, { "rename", WRITES },
    { "renameat", WRITES }, { "renameat2", WRITES }, { "unlink", WRITES },
    { "unlinkat", WRITES }, { "mkdir", WRITES }, { "mkdirat", WRITES },
    { "utimensat", WRITES }, { "fchmod", WRITES }, { "fchmodat", WRITES },
    { "copy_file_range", WRITES }, { "sendfile", WRITES },
    /* sockets; which ones, the rules of socket() below say */
    { "socketpair", ALL }, { "connect", ALL }, { "bind", ALL },
    { "getsockname", ALL }, { "getpeername", ALL }, { "getsockopt", ALL },
    { "setsockopt", ALL }, { "shutdown", ALL }, { "sendto", ALL },
    { "sendmsg", ALL }, { "sendmmsg", ALL }, { "recvfrom", ALL },
    { "recvmsg", ALL }, { "recvmmsg", ALL },
    { "accept4", STARTS }, { "accept", STARTS }, { "listen", STARTS },
    /* starting programs, and what they then begin with */
    { "execve", STARTS }, { "vfork", STARTS }, { "fork", STARTS },
    { "wait4", STARTS }, { "waitid", STARTS }, { "pidfd_open", STARTS },
    { "pidfd_send_signal", STARTS }, { "kill", STARTS },
    { "setpgid", STARTS }, { "setsid", STARTS },
    { "arch_prctl", SETS }, { "set_tid_address", SETS },
    { "setpriority", SETS }, { "getpriority", SETS }, { "setrlimit", SETS },
    { "ioprio_set", SETS }, { "capset", SETS }, { "seccomp", SETS },
    { "landlock_create_ruleset", SETS }, { "landlock_add_rule", SETS },
    { "landlock_restrict_self", SETS },
    { "setuid", S }, { "setgid", S }, { "setresuid", S }, { "setresgid", S },
    { "setgroups", S }, { "chown", S }, { "fchown", S }, { "fchownat", S },
};

static const struct confine_family families[] = {
    { AF_UNIX, ALL },
    { AF_NETLINK, ALL }, /* addresses of interfaces */
    { AF_INET, S | N },
    { AF_INET6, S | N },
};
/* clang-format on */

int sandbox_calls(enum sandbox_role role, struct err *err)
{
    static const struct confine_table table = {
        .calls = calls,
        .call_count = COUNT(calls),
        .families = families,
        .family_count = COUNT(families),
        .probes = E, /* is a process still there? */
    };

    return confine_calls(&table, role, err);
}
