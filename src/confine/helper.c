/* SPDX-License-Identifier: Apache-2.0 */
#include "confine/helper.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "confine/confine.h"

enum {
    FD_WORK = 3,
    WORK_FDS = 3,
    HELPER = 1,
};

/* clang-format off */
static const struct confine_call calls[] = {
    /* memory, time, threads, the end */
    { "brk", HELPER }, { "mmap", HELPER }, { "munmap", HELPER },
    { "mremap", HELPER }, { "mprotect", HELPER }, { "madvise", HELPER },
    { "membarrier", HELPER }, { "clock_gettime", HELPER },
    { "clock_getres", HELPER }, { "clock_nanosleep", HELPER },
    { "gettimeofday", HELPER }, { "time", HELPER }, { "nanosleep", HELPER },
    { "futex", HELPER }, { "set_robust_list", HELPER }, { "rseq", HELPER },
    { "get_robust_list", HELPER }, { "clone", HELPER }, { "clone3", HELPER },
    { "sched_yield", HELPER }, { "sched_getaffinity", HELPER },
    { "getcpu", HELPER }, { "exit", HELPER }, { "exit_group", HELPER },
    { "rt_sigaction", HELPER }, { "rt_sigprocmask", HELPER },
    { "rt_sigreturn", HELPER }, { "sigaltstack", HELPER },
    { "restart_syscall", HELPER }, { "getrandom", HELPER },
    { "prlimit64", HELPER }, { "getrlimit", HELPER }, { "getrusage", HELPER },
    { "sysinfo", HELPER }, { "uname", HELPER }, { "times", HELPER },
    { "alarm", HELPER }, { "prctl", HELPER },
    /* who one is */
    { "getpid", HELPER }, { "getppid", HELPER }, { "gettid", HELPER },
    { "getuid", HELPER }, { "geteuid", HELPER }, { "getgid", HELPER },
    { "getegid", HELPER }, { "getresuid", HELPER }, { "getresgid", HELPER },
    /* descriptors; what is opened, Landlock says */
    { "read", HELPER }, { "pread64", HELPER }, { "readv", HELPER },
    { "write", HELPER }, { "writev", HELPER }, { "pwrite64", HELPER },
    { "lseek", HELPER }, { "close", HELPER }, { "close_range", HELPER },
    { "dup", HELPER }, { "dup2", HELPER }, { "dup3", HELPER },
    { "fcntl", HELPER }, { "fstat", HELPER }, { "ioctl", HELPER },
    { "fadvise64", HELPER }, { "memfd_create", HELPER },
    { "ftruncate", HELPER }, { "poll", HELPER }, { "ppoll", HELPER },
    { "eventfd2", HELPER }, { "recvmsg", HELPER },
    { "openat", HELPER }, { "open", HELPER }, { "newfstatat", HELPER },
    { "stat", HELPER }, { "lstat", HELPER }, { "statx", HELPER },
    { "statfs", HELPER }, { "fstatfs", HELPER }, { "access", HELPER },
    { "faccessat", HELPER }, { "faccessat2", HELPER },
    { "readlink", HELPER }, { "readlinkat", HELPER }, { "getcwd", HELPER },
    { "getdents64", HELPER },
};
/* clang-format on */

static int set_limits(const struct helper_program *program, struct err *err)
{
    int rc = confine_limit(RLIMIT_CORE, 0, err);

    if (rc == 0)
        rc = confine_limit(RLIMIT_DATA, program->memory_max, err);
    if (rc == 0)
        rc = confine_limit(RLIMIT_FSIZE, program->output_max, err);
    if (rc == 0)
        rc = confine_limit(RLIMIT_CPU, program->time_s, err);
    return rc;
}

static int deny_files(const struct helper_program *program, struct err *err)
{
    struct confine_files files;
    uint64_t handled = confine_writes | confine_exec;
    int rc = confine_files_start(handled | (program->reads ? 0 : confine_reads),
                                 &files, err);

    if (rc == 0)
        rc = confine_files_end(&files, 0, err);
    return rc < 0 ? rc : 0; /* calls and user still bound it */
}

static int deny_calls(struct err *err)
{
    static const struct confine_table table = { .calls = calls,
                                                .call_count = COUNT(calls) };
    int rc = confine_calls(&table, HELPER, err);

    if (rc == 1)
        return err_set(err, E_UNSUPPORTED, "the kernel has no seccomp");
    return rc;
}

static int enter(const struct helper_program *program, struct err *err)
{
    int rc = set_limits(program, err);

    if (rc == 0 && program->prepare != NULL)
        rc = program->prepare(err);
    if (rc == 0)
        rc = confine_drop_root(err);
    if (rc == 0 && prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
        rc = err_errno(err, errno, "no_new_privs");
    if (rc == 0)
        rc = deny_files(program, err);
    return rc < 0 ? rc : deny_calls(err);
}

static int say(const struct helper_program *program, int rc,
               const struct err *err)
{
    if (rc < 0)
        fprintf(stderr, "%s: %s\n", program->name, err_text(err));
    return rc < 0 ? 1 : 0;
}

static int run_once(const struct helper_program *program)
{
    struct err err = { 0 };

    return say(program, program->run(&err), &err);
}

/* False at the end. */
static bool take_work(int fds[WORK_FDS])
{
    union {
        char bytes[CMSG_SPACE(WORK_FDS * sizeof(int))];
        struct cmsghdr align;
    } control;
    char byte;
    struct iovec part = { &byte, 1 };
    struct msghdr message = { .msg_iov = &part,
                              .msg_iovlen = 1,
                              .msg_control = control.bytes,
                              .msg_controllen = sizeof(control.bytes) };
    const struct cmsghdr *head;

    if (recvmsg(FD_WORK, &message, MSG_CMSG_CLOEXEC) != 1)
        return false;
    head = CMSG_FIRSTHDR(&message);
    if (head == NULL || head->cmsg_type != SCM_RIGHTS ||
        head->cmsg_len != CMSG_LEN(WORK_FDS * sizeof(int)))
        return false;
    memcpy(fds, CMSG_DATA(head), WORK_FDS * sizeof(int));
    return true;
}

static NORETURN void work(const struct helper_program *program,
                          const int fds[WORK_FDS])
{
    alarm(program->time_s);
    close(FD_WORK);
    if (dup2(fds[0], STDIN_FILENO) < 0 || dup2(fds[1], STDOUT_FILENO) < 0 ||
        run_once(program) != 0 || write(fds[2], "+", 1) != 1)
        _exit(1);
    _exit(0);
}

static int serve(const struct helper_program *program)
{
    int fds[WORK_FDS];

    signal(SIGCHLD, SIG_IGN);
    signal(SIGPIPE, SIG_IGN);
    while (take_work(fds)) {
        pid_t child = fork();

        if (child == 0)
            work(program, fds);
        for (int i = 0; i < WORK_FDS; i++)
            close(fds[i]);
    }
    return 0;
}

int helper_main(const struct helper_program *program, int argc, char **argv)
{
    struct err err = { 0 };
    int rc = enter(program, &err);

    if (rc < 0)
        return say(program, rc, &err);
    if (argc == 2 && strcmp(argv[1], "--serve") == 0)
        return serve(program);
    return run_once(program);
}
