/* SPDX-License-Identifier: Apache-2.0 */
#include "probe/inroot.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/buf.h"

enum {
    RETRIES_MAX = 64 /* of openat2 */
};

struct inroot {
    int root_fd;
    int flags;
    int dirs[INROOT_DEPTH_MAX]; /* from below the root to where we are */
    size_t depth;
    unsigned links;
    struct buf rest; /* what is still to be resolved */
    size_t at;       /* how much of it is done */
};

static int here(const struct inroot *walk)
{
    return walk->depth == 0 ? walk->root_fd : walk->dirs[walk->depth - 1];
}

static void leave(struct inroot *walk, size_t depth)
{
    while (walk->depth > depth)
        close(walk->dirs[--walk->depth]);
}

/* The next component, empty at the end of the path. */
static str next_component(struct inroot *walk)
{
    str rest = str_sub(buf_str(&walk->rest), walk->at, SIZE_MAX);
    str part;

    while (rest.n > 0 && rest.p[0] == '/')
        rest = str_sub(rest, 1, SIZE_MAX);
    part = str_sub(rest, 0, str_find_char(rest, '/'));
    rest = str_sub(rest, part.n, SIZE_MAX);
    while (rest.n > 0 && rest.p[0] == '/')
        rest = str_sub(rest, 1, SIZE_MAX);
    walk->at = walk->rest.n - rest.n;
    return part;
}

/* Continues with the text of the link fd before what is left. */
static int follow(struct inroot *walk, int fd)
{
    struct buf path = BUF_INIT(INROOT_TEXT_MAX);
    char text[PATH_MAX];
    ssize_t n = readlinkat(fd, "", text, sizeof(text));

    if (n < 0)
        return -errno;
    if (++walk->links > INROOT_LINKS_MAX)
        return -ELOOP;
    if (n == 0 || (size_t)n == sizeof(text))
        return -ENAMETOOLONG;
    if (text[0] == '/')
        leave(walk, 0);
    buf_add(&path, (str){ text, (size_t)n });
    buf_add_char(&path, '/');
    buf_add(&path, str_sub(buf_str(&walk->rest), walk->at, SIZE_MAX));
    if (path.over) {
        buf_clear(&path);
        return -ENAMETOOLONG;
    }
    buf_clear(&walk->rest);
    walk->rest = path;
    walk->at = 0;
    return 0;
}

static int reopen(const struct inroot *walk, const char *name)
{
    int fd = openat(here(walk), name, walk->flags | O_NOFOLLOW);

    return fd < 0 ? -errno : fd;
}

/* A component that is neither "." nor "..". 0: go on; 1: *out_fd is it. */
static int enter(struct inroot *walk, const char *name, int *out_fd)
{
    bool last = walk->at == walk->rest.n;
    bool follows = !last || (walk->flags & O_NOFOLLOW) == 0;
    int fd = openat(here(walk), name, O_PATH | O_NOFOLLOW | O_CLOEXEC);
    struct stat st;
    int rc = 1;

    if (fd < 0 || fstat(fd, &st) < 0) {
        rc = -errno;
    } else if (S_ISLNK(st.st_mode) && follows) {
        rc = follow(walk, fd);
    } else if (last) {
        rc = reopen(walk, name);
        if (rc >= 0) {
            *out_fd = rc;
            rc = 1;
        }
    } else if (walk->depth == INROOT_DEPTH_MAX) {
        rc = -ENAMETOOLONG;
    } else {
        walk->dirs[walk->depth++] = fd;
        return 0;
    }
    if (fd >= 0)
        close(fd);
    return rc;
}

static int resolve(struct inroot *walk, int *out_fd)
{
    char name[NAME_MAX + 1];

    for (;;) {
        str part = next_component(walk);
        int rc;

        if (part.n == 0) {
            rc = reopen(walk, ".");
            *out_fd = rc;
            return rc < 0 ? rc : 1;
        }
        if (part.n > NAME_MAX)
            return -ENAMETOOLONG;
        memcpy(name, part.p, part.n);
        name[part.n] = '\0';
        if (strcmp(name, ".") == 0)
            continue;
        if (strcmp(name, "..") == 0) {
            leave(walk, walk->depth == 0 ? 0 : walk->depth - 1);
            continue;
        }
        rc = enter(walk, name, out_fd);
        if (rc != 0)
            return rc;
    }
}

int inroot_open(int root_fd, const char *path, int flags)
{
    struct inroot walk = { .root_fd = root_fd, .flags = flags };
    int fd = -1;
    int rc;

    walk.rest = BUF_INIT(INROOT_TEXT_MAX);
    buf_add_c(&walk.rest, path);
    rc = walk.rest.over ? -ENAMETOOLONG : resolve(&walk, &fd);
    leave(&walk, 0);
    buf_clear(&walk.rest);
    return rc < 0 ? rc : fd;
}

int inroot_openat2(int dir_fd, const char *path, const struct open_how *how)
{
    for (unsigned i = 0; i < RETRIES_MAX; i++) {
        int fd = (int)syscall(SYS_openat2, dir_fd, path, how, sizeof(*how));

        if (fd >= 0)
            return fd;
        if (errno != EAGAIN && errno != EINTR)
            return -errno;
    }
    return -EAGAIN;
}
