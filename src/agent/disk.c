/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/disk.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/io.h"

enum {
    NAME_LIMIT = 300
};

void fd_close(const int *fd)
{
    if (*fd >= 0)
        close(*fd);
}

int disk_open(int parent_fd, const char *dir, int *out_fd, struct err *err)
{
    int fd;

    if (mkdirat(parent_fd, dir, 0700) < 0 && errno != EEXIST)
        return err_errno(err, errno, "%s", dir);
    fd =
        openat(parent_fd, dir, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (fd < 0)
        return err_errno(err, errno, "%s", dir);
    *out_fd = fd;
    return 0;
}

static int write_all(int fd, str bytes)
{
    while (bytes.n > 0) {
        ssize_t n = write(fd, bytes.p, bytes.n);

        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return -errno;
        bytes = str_sub(bytes, (size_t)n, SIZE_MAX);
    }
    return 0;
}

int disk_sync(int fd, struct err *err)
{
    return fsync(fd) < 0 ? err_errno(err, errno, "fsync") : 0;
}

static int write_new(int dir_fd, const char *name, str bytes, struct err *err)
{
    AUTO(fd_close)
    int fd =
        openat(dir_fd, name,
               O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600);
    int rc;

    if (fd < 0)
        return err_errno(err, errno, "%s", name);
    rc = write_all(fd, bytes);
    if (rc < 0)
        return err_errno(err, -rc, "%s", name);
    return disk_sync(fd, err);
}

int disk_write(int fd, const char *name, str bytes, struct err *err)
{
    AUTO(buf_clear) struct buf temporary = BUF(NAME_LIMIT);
    int rc;

    buf_printf(&temporary, ".%s.new", name);
    rc = write_new(fd, buf_c(&temporary), bytes, err);
    if (rc < 0)
        return rc;
    if (renameat(fd, buf_c(&temporary), fd, name) < 0)
        return err_errno(err, errno, "%s", name);
    return disk_sync(fd, err);
}

int disk_read(int fd, const char *name, struct buf *out, struct err *err)
{
    return io_read_file(fd, name, out, err);
}

int disk_remove(int fd, const char *name, struct err *err)
{
    if (unlinkat(fd, name, 0) < 0 && errno != ENOENT)
        return err_errno(err, errno, "%s", name);
    return disk_sync(fd, err);
}

bool disk_has(int fd, const char *name)
{
    return faccessat(fd, name, F_OK, AT_SYMLINK_NOFOLLOW) == 0;
}

int disk_each(int fd, disk_each_fn *fn, void *ctx, struct err *err)
{
    int copy = openat(fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *dir = copy < 0 ? NULL : fdopendir(copy);
    const struct dirent *entry;
    int rc = 0;

    if (dir == NULL) {
        rc = err_errno(err, errno, "directory");
        fd_close(&copy);
        return rc;
    }
    while (rc >= 0 && (entry = readdir(dir)) != NULL) {
        if (entry->d_name[0] != '.')
            rc = fn(ctx, entry->d_name, err);
    }
    closedir(dir);
    return rc < 0 ? rc : 0;
}

int disk_memory(const char *name, str bytes, int *out_fd, struct err *err)
{
    int fd = memfd_create(name, MFD_CLOEXEC);
    int rc = fd < 0 ? -errno : write_all(fd, bytes);

    if (rc == 0 && lseek(fd, 0, SEEK_SET) < 0)
        rc = -errno;
    if (rc < 0) {
        fd_close(&fd);
        return err_errno(err, -rc, "%s", name);
    }
    *out_fd = fd;
    return 0;
}

int disk_read_fd(int fd, struct buf *out, struct err *err)
{
    char bytes[16384];
    int64_t at = 0;

    for (;;) {
        ssize_t n = pread(fd, bytes, sizeof(bytes), at);

        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return err_errno(err, errno, "read");
        if (n == 0 || out->over)
            break;
        buf_add(out, (str){ bytes, (size_t)n });
        at += n;
    }
    return buf_finish(out, "the file", err);
}
