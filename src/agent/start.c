/* SPDX-License-Identifier: Apache-2.0
 *
 * Starting this program once more, in a role: forked and at once replaced,
 * with the options it was started with and nothing else open.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "agent/keeper_int.h"
#include "base/mem.h"

enum {
    FD_FIRST = 3,
    FD_FREE = 64, /* above what a role is given */
    MORE_MAX = 8,
};

/* The options, not the command. */
static char **make_arguments(const struct start *start)
{
    const struct options *options = start->options;
    char **argv =
        mem_alloc((size_t)options->argc + MORE_MAX + 4, sizeof(*argv));
    size_t n = 0;

    for (int i = 0; i < options->argc; i++) {
        if (i > 0 && options->argv[i] == options->command)
            continue;
        argv[n++] = options->argv[i];
    }
    argv[n++] = (char *)(uintptr_t) "--role";
    argv[n++] = (char *)(uintptr_t)start->role;
    for (size_t i = 0; start->more != NULL && start->more[i] != NULL; i++)
        argv[n++] = (char *)(uintptr_t)start->more[i];
    return argv;
}

/* In the child: only what may be called between fork and exec. */
static void become(const struct start *start, char **argv, pid_t parent)
{
    sigset_t none;

    if (start->alone)
        setsid();
    else if (prctl(PR_SET_PDEATHSIG, SIGKILL) < 0 || getppid() != parent)
        _exit(126);
    signal(SIGCHLD, SIG_DFL); /* the launcher ignores it */
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    for (size_t i = 0; i < start->fd_count; i++) {
        if (fcntl(start->fds[i], F_DUPFD_CLOEXEC, FD_FREE + (int)i) < 0)
            _exit(126);
    }
    for (size_t i = 0; i < start->fd_count; i++) {
        if (dup2(FD_FREE + (int)i, FD_FIRST + (int)i) < 0)
            _exit(126);
    }
    syscall(SYS_close_range, FD_FIRST + (unsigned)start->fd_count, ~0U, 0);
    execv("/proc/self/exe", argv);
    _exit(127);
}

int role_start(const struct start *start, pid_t *out_pid, struct err *err)
{
    AUTO(mem_freep) char **argv = make_arguments(start);
    pid_t parent = getpid();
    pid_t pid = fork();

    if (pid < 0)
        return err_errno(err, errno, "fork");
    if (pid == 0)
        become(start, argv, parent);
    *out_pid = pid;
    return 0;
}
