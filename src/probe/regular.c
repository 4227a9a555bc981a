/* SPDX-License-Identifier: Apache-2.0 */
#include "probe/regular.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/openat2.h>
#include <unistd.h>

#include "probe/inroot.h"

enum {
    CHUNK_MAX = PATH_MAX - 1, /* of a path, with its NUL */
};

static int open_in(const struct probe_machine *machine, int dir_fd,
                   const char *path, int flags)
{
    struct open_how how = { .flags = (uint64_t)(unsigned)flags,
                            .resolve =
                                RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS };

    if (!machine->has_openat2)
        return inroot_open(dir_fd, path, flags);
    if (dir_fd != machine->root_fd)
        how.resolve = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS;
    return inroot_openat2(dir_fd, path, &how);
}

/* The kernel takes PATH_MAX bytes at a time. */
static int open_long(const struct probe_machine *machine, const char *path,
                     int flags)
{
    AUTO(buf_clear) struct buf chunk = BUF(PATH_MAX);
    int dir = machine->root_fd;
    int fd;

    while (strlen(path) > CHUNK_MAX) {
        size_t n = CHUNK_MAX;

        while (n > 0 && path[n] != '/')
            n--;
        if (n == 0)
            return -ENAMETOOLONG;
        buf_reset(&chunk);
        buf_add(&chunk, (str){ path, n });
        fd = open_in(machine, dir, buf_c(&chunk),
                     O_PATH | O_DIRECTORY | O_CLOEXEC);
        if (dir != machine->root_fd)
            close(dir);
        if (fd < 0)
            return fd;
        dir = fd;
        path += n;
        while (*path == '/')
            path++;
    }
    fd = open_in(machine, dir, path, flags);
    if (dir != machine->root_fd)
        close(dir);
    return fd;
}

int regular_open_path(struct probe_machine *machine, const char *path,
                      int flags)
{
    int fd;

    flags |= O_CLOEXEC;
    if ((flags & O_PATH) == 0)
        flags |= O_NOCTTY | O_NONBLOCK;
    if (strlen(path) > CHUNK_MAX)
        return open_long(machine, path, flags);
    if (!machine->live)
        return open_in(machine, machine->root_fd, path, flags);
    fd = open(path, flags);
    return fd < 0 ? -errno : fd;
}

static int why(struct err *err, int number, const char *path)
{
    int rc = err_errno(err, number, "%.*s", 1000, path);

    return number == ELOOP || number == ESRCH ? E_ABSENT : rc;
}

int regular_stat(struct probe_machine *machine, const char *path,
                 struct stat *out, struct err *err)
{
    int number = 0;
    int fd;

    if (machine->live && strlen(path) <= CHUNK_MAX)
        return lstat(path, out) < 0 ? why(err, errno, path) : 0;
    fd = regular_open_path(machine, path, O_PATH | O_NOFOLLOW);
    if (fd < 0)
        return why(err, -fd, path);
    if (fstat(fd, out) < 0)
        number = errno;
    close(fd);
    return number != 0 ? why(err, number, path) : 0;
}

/* The file that an O_PATH descriptor holds, opened for reading. */
static int reopen(struct probe_machine *machine, int fd, const char *path)
{
    char link[40];
    int flags = O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK;
    int opened;

    snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
    opened = open(link, flags);
    if (opened >= 0)
        return opened;
    if (errno != ENOENT && errno != ENOTDIR)
        return -errno;
    return regular_open_path(machine, path, flags); /* no /proc here */
}

int regular_open(struct probe_machine *machine, const char *path,
                 struct stat *out, struct err *err)
{
    int fd = regular_open_path(machine, path, O_PATH);
    int opened = -1;
    int rc = 0;

    if (fd < 0)
        return why(err, -fd, path);
    if (fstat(fd, out) < 0)
        rc = why(err, errno, path);
    else if (!S_ISREG(out->st_mode))
        rc = err_set(err, E_ABSENT, "%.*s: not a regular file", 1000, path);
    if (rc == 0) {
        opened = reopen(machine, fd, path);
        if (opened < 0)
            rc = why(err, -opened, path);
        else if (fstat(opened, out) < 0 || !S_ISREG(out->st_mode))
            rc = err_set(err, E_ABSENT, "%.*s: not a regular file any more",
                         1000, path);
    }
    close(fd);
    if (rc < 0 && opened >= 0)
        close(opened);
    return rc < 0 ? rc : opened;
}

int regular_read(struct probe_machine *machine, const char *path,
                 struct buf *buf, struct err *err)
{
    struct stat st;
    int fd = regular_open(machine, path, &st, err);
    int rc;

    if (fd < 0)
        return fd;
    if ((size_t)st.st_size > buf->limit - buf->n)
        rc = -EFBIG;
    else
        rc = probe_read_fd(fd, (size_t)st.st_size, buf);
    close(fd);
    if (rc == -EFBIG)
        return err_set(err, E_LIMIT, "%.*s: larger than %zu bytes", 1000, path,
                       buf->limit);
    return rc < 0 ? why(err, -rc, path) : 0;
}
