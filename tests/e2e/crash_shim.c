/* SPDX-License-Identifier: Apache-2.0
 *
 * Preloaded by a test into the agent: ends the keeper with SIGKILL just
 * before its n-th fsync, rename or unlink, where n is in the file that
 * HOLDFAST_CRASH_FILE names: a file in its own directory, which it may remove
 * first, so that it happens once for each time the test writes it.
 */
#include <dlfcn.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int fsync(int fd);
int renameat(int from_fd, const char *from, int to_fd, const char *to);
int unlinkat(int fd, const char *name, int flags);

static int left = -1;

static int is_keeper(void)
{
    static int known = -1;
    char bytes[4096];
    ssize_t n;
    int fd;

    if (known >= 0)
        return known;
    fd = open("/proc/self/cmdline", O_RDONLY | O_CLOEXEC);
    n = fd < 0 ? 0 : read(fd, bytes, sizeof(bytes));
    if (fd >= 0)
        close(fd);
    known = 0;
    for (ssize_t i = 0; i + 7 <= n; i++) {
        if (memcmp(bytes + i, "\0keeper", 7) == 0)
            known = 1;
    }
    return known;
}

static void maybe_crash(void)
{
    const char *path = getenv("HOLDFAST_CRASH_FILE");
    char text[16] = "";
    int fd;

    if (path == NULL || !is_keeper())
        return;
    if (left < 0) {
        fd = open(path, O_RDONLY | O_CLOEXEC);
        if (fd < 0)
            return;
        if (read(fd, text, sizeof(text) - 1) > 0)
            left = (int)strtol(text, NULL, 10);
        close(fd);
    }
    if (left < 0 || --left > 0)
        return;
    unlink(path);
    kill(getpid(), SIGKILL);
}

int fsync(int fd)
{
    int (*next)(int) = (int (*)(int))dlsym(RTLD_NEXT, "fsync");

    maybe_crash();
    return next(fd);
}

int renameat(int from_fd, const char *from, int to_fd, const char *to)
{
    int (*next)(int, const char *, int, const char *) =
        (int (*)(int, const char *, int, const char *))dlsym(RTLD_NEXT,
                                                             "renameat");

    maybe_crash();
    return next(from_fd, from, to_fd, to);
}

int unlinkat(int fd, const char *name, int flags)
{
    int (*next)(int, const char *, int) =
        (int (*)(int, const char *, int))dlsym(RTLD_NEXT, "unlinkat");

    maybe_crash();
    return next(fd, name, flags);
}
