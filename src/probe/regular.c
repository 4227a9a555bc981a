/* SPDX-License-Identifier: Apache-2.0 */
#include "probe/regular.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/openat2.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "probe/inroot.h"

enum {
    RETRIES_MAX = 64,
    READ_STEP = 64 * 1024,
    CHUNK_MAX = PATH_MAX - 1, /* of a path, with its NUL */
};

static int open_in(const struct probe_machine *machine, int dir_fd,
                   const char *path, int flags)
{
    struct open_how how = { .flags = (uint64_t)(unsigned)flags,
                            .resolve =
                                RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS };
    int fd;

    if (!machine->has_openat2)
        return inroot_open(dir_fd, path, flags);
    if (dir_fd != machine->root_fd)
        how.resolve = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS;
    for (unsigned i = 0; i < RETRIES_MAX; i++) {
        fd = (int)syscall(SYS_openat2, dir_fd, path, &how, sizeof(how));
        if (fd >= 0)
            return fd;
        if (errno != EAGAIN && errno != EINTR)
            break;
    }
    return -errno;
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

static int too_large(const struct buf *buf, const char *path, struct err *err)
{
    return err_set(err, E_LIMIT, "%.*s: larger than %zu bytes", 1000, path,
                   buf->limit);
}

static int read_all(int fd, const char *path, size_t size, struct buf *buf,
                    struct err *err)
{
    size_t step = size >= READ_STEP ? size + 1 : READ_STEP;

    if (size > buf->limit - buf->n)
        return too_large(buf, path, err);
    for (;;) {
        size_t room = buf->limit - buf->n;
        size_t take = step < room ? step : room;
        char more;
        char *at = take == 0 ? &more : buf_grow(buf, take);
        ssize_t n = read(fd, at, take == 0 ? 1 : take);

        if (take > 0)
            buf->n -= n > 0 ? take - (size_t)n : take;
        if (n == 0)
            return 0;
        if (n < 0 && errno != EINTR)
            return why(err, errno, path);
        if (n > 0 && take == 0)
            return too_large(buf, path, err);
        step = READ_STEP;
    }
}

int regular_read(struct probe_machine *machine, const char *path,
                 struct buf *buf, struct err *err)
{
    struct stat st;
    int fd = regular_open(machine, path, &st, err);
    int rc;

    if (fd < 0)
        return fd;
    rc = read_all(fd, path, (size_t)st.st_size, buf, err);
    close(fd);
    return rc;
}
