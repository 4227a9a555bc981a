/* SPDX-License-Identifier: Apache-2.0
 *
 * measure COMMAND... - runs a command without its output and prints what it
 * took: nanoseconds, peak resident memory in KiB, exit status. A small
 * program does it because a process is charged with the memory of the one
 * that started it. Built and used by bench/run.
 */
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static int64_t now_ns(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

static void run(char **command)
{
    int null = open("/dev/null", O_RDWR);

    dup2(null, STDIN_FILENO);
    dup2(null, STDOUT_FILENO);
    dup2(null, STDERR_FILENO);
    execvp(command[0], command);
    _exit(127);
}

int main(int argc, char **argv)
{
    struct rusage usage = { 0 };
    int64_t begin = now_ns();
    int status = 0;
    pid_t child = argc > 1 ? fork() : -1;

    if (child == 0)
        run(argv + 1);
    if (child < 0 || wait4(child, &status, 0, &usage) != child)
        return EXIT_FAILURE;
    printf("%lld %ld %d\n", (long long)(now_ns() - begin), usage.ru_maxrss,
           WIFEXITED(status) ? WEXITSTATUS(status) : 128);
    return EXIT_SUCCESS;
}
