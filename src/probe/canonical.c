/* SPDX-License-Identifier: Apache-2.0 */
#include "probe/canonical.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <unistd.h>

#include "probe/regular.h"

enum {
    LINKS_MAX = 40
};

/* The target of the link `path`, or a negative errno. -EINVAL: no link. */
static int read_link(struct probe_machine *machine, const char *path,
                     struct buf *out)
{
    char text[PATH_MAX];
    int fd = regular_open_path(machine, path, O_PATH | O_NOFOLLOW);
    ssize_t n;

    if (fd < 0)
        return fd;
    n = readlinkat(fd, "", text, sizeof(text));
    if (n < 0)
        n = errno == ENOENT ? -EINVAL : -errno;
    close(fd);
    if (n < 0)
        return (int)n;
    if (n == 0 || n == (ssize_t)sizeof(text))
        return -ENAMETOOLONG;
    buf_reset(out);
    buf_add(out, (str){ text, (size_t)n });
    return 0;
}

static void leave(struct buf *at)
{
    while (at->n > 0 && at->p[--at->n] != '/')
        ;
}

/* Replaces *rest by the target of the link *at and what followed it. */
static int follow(struct buf *at, struct buf *rest, size_t done,
                  struct buf *target)
{
    buf_add_char(target, '/');
    buf_add(target, str_sub(buf_str(rest), done, SIZE_MAX));
    if (target->over)
        return -ENAMETOOLONG;
    if (target->p[0] == '/')
        at->n = 0;
    else
        leave(at);
    buf_reset(rest);
    buf_add(rest, buf_str(target));
    return 0;
}

int canonical_path(struct probe_machine *machine, const char *path,
                   struct buf *at)
{
    AUTO(buf_clear) struct buf rest = BUF(CANONICAL_MAX);
    AUTO(buf_clear) struct buf target = BUF(CANONICAL_MAX);
    unsigned links = 0;

    buf_add_c(&rest, path);
    for (size_t done = 0; done < rest.n;) {
        str left = str_sub(buf_str(&rest), done, SIZE_MAX);
        str part = str_sub(left, 0, str_find_char(left, '/'));
        int rc;

        done += part.n + (part.n < left.n);
        if (part.n == 0 || str_eq_c(part, "."))
            continue;
        if (str_eq_c(part, "..")) {
            leave(at);
            continue;
        }
        buf_add_char(at, '/');
        buf_add(at, part);
        rc = at->over ? -ENAMETOOLONG : read_link(machine, buf_c(at), &target);
        if (rc == -EINVAL)
            continue;
        if (rc == 0 && ++links > LINKS_MAX)
            rc = -ELOOP;
        if (rc == 0)
            rc = follow(at, &rest, done, &target);
        if (rc < 0)
            return rc;
        done = 0;
    }
    if (at->n == 0)
        buf_add_char(at, '/');
    return 0;
}
