/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/machine.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "probe/inroot.h"
#include "probe/sysinfo.h"

enum {
    OS_RELEASE_MAX = 64 * 1024
};

static int read_all(int fd, struct buf *text, struct err *err)
{
    char *room = buf_grow(text, OS_RELEASE_MAX);
    size_t used = 0;
    struct stat st;
    ssize_t n;

    if (fstat(fd, &st) < 0 || !S_ISREG(st.st_mode))
        return err_set(err, E_INVALID, "is not a regular file");
    do {
        n = read(fd, room + used, OS_RELEASE_MAX - used);
        used += n > 0 ? (size_t)n : 0;
    } while (n > 0 || (n < 0 && errno == EINTR));
    if (n < 0)
        return err_errno(err, errno, "cannot be read");
    text->n = used;
    return 0;
}

static int read_os_release(const char *root, struct buf *text, struct err *err)
{
    static const char *const paths[] = { "etc/os-release",
                                         "usr/lib/os-release" };
    int root_fd = open(root, O_PATH | O_DIRECTORY | O_CLOEXEC);
    int fd = -ENOENT;
    int rc;

    if (root_fd < 0)
        return err_errno(err, errno, "%s", root);
    for (size_t i = 0; fd == -ENOENT && i < COUNT(paths); i++)
        fd = inroot_open(root_fd, paths[i],
                         O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    close(root_fd);
    if (fd < 0)
        return err_errno(err, -fd, "etc/os-release below %s", root);
    rc = read_all(fd, text, err);
    close(fd);
    return rc < 0 ? err_wrap(err, rc, "etc/os-release below %s", root) : 0;
}

int machine_platform(const char *root, struct arena *arena,
                     struct platform *out, struct err *err)
{
    AUTO(buf_clear) struct buf text = BUF(OS_RELEASE_MAX);
    const char *from = root == NULL ? "/" : root;
    struct platform found;
    int rc = read_os_release(from, &text, err);

    if (rc < 0)
        return rc;
    found.id = sysinfo_os_release(buf_str(&text), "ID", arena);
    found.version = sysinfo_os_release(buf_str(&text), "VERSION_ID", arena);
    found.name = sysinfo_os_release(buf_str(&text), "PRETTY_NAME", arena);
    if (found.id.n == 0)
        return err_set(err, E_INVALID, "etc/os-release below %s has no ID",
                       from);
    if (found.name.n == 0)
        found.name = found.id;
    *out = found;
    return 0;
}
