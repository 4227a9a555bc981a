/* SPDX-License-Identifier: Apache-2.0 */
#include "probe/walk_node.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <sys/statfs.h>
#include <unistd.h>

#include "base/mem.h"
#include "probe/inroot.h"

enum {
    KEEP_LEVEL = 24,     /* directories near a start keep their descriptor, */
    KEEP_EVERY = 128,    /* deeper ones every so many levels */
    KEEP_BYTES = 2048,   /* or bytes of path */
    KEEP_MAX = 512,      /* descriptors kept at a time */
    RELATIVE_MAX = 4000, /* bytes that one open takes */
};

struct live_set *live_ref(struct live_set *set)
{
    if (set != NULL)
        atomic_fetch_add(&set->refs, 1);
    return set;
}

void live_unref(struct live_set *set)
{
    if (set != NULL && atomic_fetch_sub(&set->refs, 1) == 1)
        mem_free(set);
}

struct live_set *live_new(const struct live *e, size_t n)
{
    struct live_set *set = mem_alloc(1, sizeof(*set) + n * sizeof(*e));

    atomic_init(&set->refs, 1);
    set->n = (uint32_t)n;
    if (n > 0)
        memcpy(set->e, e, n * sizeof(*e));
    return set;
}

struct node *node_new(struct node *parent, str dir, str name)
{
    size_t n = name.p == NULL ? dir.n : dir.n + (dir.n > 1) + name.n;
    struct node *node = mem_alloc(1, sizeof(*node) + n + 1);

    atomic_init(&node->refs, 1);
    node->fd = -1;
    node->path_n = (uint32_t)n;
    memcpy(node->path, dir.p, dir.n);
    if (name.p != NULL) {
        node->path[dir.n > 1 ? dir.n : 0] = '/';
        memcpy(node->path + n - name.n, name.p, name.n);
    }
    node->parent = parent;
    if (parent != NULL) {
        atomic_fetch_add(&parent->refs, 1);
        node->level = parent->level + 1;
    }
    return node;
}

void node_unref(struct node *node, atomic_uint *kept)
{
    while (node != NULL && atomic_fetch_sub(&node->refs, 1) == 1) {
        struct node *parent = node->parent;

        if (node->fd >= 0) {
            close(node->fd);
            atomic_fetch_sub(kept, 1);
        }
        live_unref(node->live);
        mem_free(node);
        node = parent;
    }
}

/* The nearest ancestor with a descriptor, or NULL. */
static struct node *holder_of(const struct node *node)
{
    struct node *p = node->parent;

    while (p != NULL && p->fd < 0)
        p = p->parent;
    return p;
}

void node_keep(struct node *node, int fd, bool has_children, atomic_uint *kept)
{
    const struct node *holder = holder_of(node);
    bool keep = has_children &&
                (node->level < KEEP_LEVEL || node->link || holder == NULL ||
                 node->level - holder->level >= KEEP_EVERY ||
                 node->path_n - holder->path_n >= KEEP_BYTES);

    if (keep && atomic_fetch_add(kept, 1) < KEEP_MAX) {
        node->fd = fd;
        return;
    }
    if (keep)
        atomic_fetch_sub(kept, 1);
    close(fd);
}

/* A descriptor or a negative errno. */
static int open_resolved(const struct probe_machine *machine, int dir_fd,
                         const char *path, uint64_t resolve)
{
    struct open_how how = { .flags = O_RDONLY | O_DIRECTORY | O_CLOEXEC |
                                     O_NONBLOCK | O_NOCTTY,
                            .resolve = resolve };
    int fd;

    if ((resolve & RESOLVE_NO_SYMLINKS) != 0)
        how.flags |= O_NOFOLLOW;
    if (!machine->has_openat2) {
        fd = openat(dir_fd, path, (int)how.flags);
        return fd < 0 ? -errno : fd;
    }
    return inroot_openat2(dir_fd, path, &how);
}

/* A start, or a link: everything on the way is resolved inside the root. */
static int open_followed(struct probe_machine *machine, const char *path)
{
    struct err err;
    struct stat st;
    int fd;

    if (machine->has_openat2)
        return open_resolved(machine, machine->root_fd, path,
                             RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS);
    fd = probe_open(machine, path, O_RDONLY | O_DIRECTORY, &err);
    if (fd >= 0)
        return fd;
    if (fd == E_ABSENT)
        return -ENOENT;
    if (probe_stat(machine, path, true, &st, &err) == 0 && !S_ISDIR(st.st_mode))
        return -ENOTDIR;
    return fd == E_PERM ? -EACCES : -EIO;
}

/* The nearest descriptor must not be above a link on the way down. */
static bool crosses_link(const struct node *node, const struct node *holder)
{
    for (const struct node *p = node->parent; p != holder; p = p->parent)
        if (p->link)
            return true;
    return false;
}

int node_open(const struct node *node, struct probe_machine *machine)
{
    const struct node *holder = holder_of(node);
    const char *rest;
    int fd;

    if (node->parent == NULL || node->link)
        return open_followed(machine, node->path);
    if (holder == NULL || crosses_link(node, holder))
        return -EMFILE;
    rest = node->path + holder->path_n + (holder->path_n > 1);
    if (node->parent == holder) {
        fd = openat(holder->fd, rest,
                    O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW |
                        O_NONBLOCK | O_NOCTTY);
        return fd < 0 ? -errno : fd;
    }
    if (node->path_n - holder->path_n > RELATIVE_MAX)
        return -ENAMETOOLONG;
    return open_resolved(machine, holder->fd, rest,
                         RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS);
}

/* Below /proc a process that has ended also answers EINVAL. */
bool node_is_gone(int number, const struct node *parent)
{
    struct statfs fs;

    if (number == ENOENT || number == ESRCH || number == ENOTDIR ||
        number == ELOOP)
        return true;
    return number == EINVAL && parent != NULL && parent->fd >= 0 &&
           fstatfs(parent->fd, &fs) == 0 && fs.f_type == PROC_SUPER_MAGIC;
}
