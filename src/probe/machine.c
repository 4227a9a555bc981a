/* SPDX-License-Identifier: Apache-2.0 */
#include "probe/machine.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "base/mem.h"
#include "probe/inroot.h"

enum {
    THREADS_MAX = 8,
    READ_STEP = 64 * 1024,
};

/* As openat2(2) with RESOLVE_IN_ROOT; a negative errno on failure. */
static int openat2_in_root(int root_fd, const char *path, int flags)
{
    struct open_how how = { .flags = (uint64_t)(unsigned)flags,
                            .resolve =
                                RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS };

    return inroot_openat2(root_fd, path, &how);
}

static unsigned thread_count(unsigned wanted)
{
    long n = sysconf(_SC_NPROCESSORS_ONLN);

    if (wanted == 0)
        wanted = n < 1 ? 1 : (unsigned)n;
    return wanted > THREADS_MAX ? THREADS_MAX : wanted;
}

int probe_machine_new(const struct probe_options *options,
                      struct probe_machine **out, struct err *err)
{
    AUTO(probe_machine_freep)
    struct probe_machine *machine = mem_alloc(1, sizeof(*machine));
    const char *root;
    int fd;

    machine->root_fd = -1;
    if (options != NULL)
        machine->options = *options;
    machine->options.threads = thread_count(machine->options.threads);
    machine->live = machine->options.root == NULL;
    root = machine->live ? "/" : machine->options.root;
    machine->options.root = arena_c(&machine->arena, str_c(root));
    if (machine->live)
        machine->options.root = NULL;
    machine->root_fd = open(root, O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (machine->root_fd < 0)
        return err_errno(err, errno,
                         "%s: cannot open it as the root of a "
                         "system",
                         root);
    fd = openat2_in_root(machine->root_fd, ".", O_PATH | O_CLOEXEC);
    machine->has_openat2 = fd >= 0;
    if (fd >= 0)
        close(fd);
    machine->regexes = regex_cache_new();
    *out = TAKE(machine);
    return 0;
}

void probe_machine_free(struct probe_machine *machine)
{
    if (machine == NULL)
        return;
    for (size_t i = 0; i < PROBE_CACHES; i++)
        if (machine->caches[i].p != NULL)
            machine->caches[i].free(machine->caches[i].p);
    if (machine->regexes != NULL)
        regex_cache_free(machine->regexes);
    if (machine->root_fd >= 0)
        close(machine->root_fd);
    arena_clear(&machine->arena);
    mem_free(machine);
}

void probe_machine_freep(struct probe_machine **machine)
{
    probe_machine_free(*machine);
    *machine = NULL;
}

/* A descriptor or a negative errno. */
static int open_path(struct probe_machine *machine, const char *path, int flags)
{
    int fd;

    flags |= O_CLOEXEC;
    if ((flags & O_PATH) == 0)
        flags |= O_NOCTTY | O_NONBLOCK;
    if (!machine->live)
        return machine->has_openat2
                   ? openat2_in_root(machine->root_fd, path, flags)
                   : inroot_open(machine->root_fd, path, flags);
    fd = open(path, flags);
    return fd < 0 ? -errno : fd;
}

int probe_open(struct probe_machine *machine, const char *path, int flags,
               struct err *err)
{
    int fd = open_path(machine, path, flags);

    return fd < 0 ? err_errno(err, -fd, "%s", path) : fd;
}

int probe_stat(struct probe_machine *machine, const char *path, bool follow,
               struct stat *out, struct err *err)
{
    struct stat st;
    int rc;
    int fd;

    if (machine->live) {
        rc = follow ? stat(path, &st) : lstat(path, &st);
    } else {
        fd = open_path(machine, path, O_PATH | (follow ? 0 : O_NOFOLLOW));
        if (fd < 0)
            return err_errno(err, -fd, "%s", path);
        rc = fstat(fd, &st);
        close(fd);
    }
    if (rc < 0)
        return err_errno(err, errno, "%s", path);
    *out = st;
    return 0;
}

int probe_read_fd(int fd, size_t size, struct buf *buf)
{
    size_t step = size >= READ_STEP ? size + 1 : READ_STEP;

    for (;;) {
        size_t room = buf->limit - buf->n;
        size_t want = step < room ? step : room;
        char more; /* than the limit */
        char *at = want == 0 ? &more : buf_grow(buf, want);
        ssize_t n = read(fd, at, want == 0 ? 1 : want);

        if (want > 0)
            buf->n -= n > 0 ? want - (size_t)n : want;
        if (n == 0)
            return 0;
        if (n < 0 && errno != EINTR)
            return -errno;
        if (n > 0 && want == 0)
            return -EFBIG;
        step = READ_STEP;
    }
}

int probe_read(struct probe_machine *machine, const char *path, struct buf *buf,
               struct err *err)
{
    struct stat st;
    int number = 0;
    int fd;
    int rc;

    /* Before opening: to open a device may already change it. */
    rc = probe_stat(machine, path, true, &st, err);
    if (rc < 0)
        return rc;
    if (!S_ISREG(st.st_mode))
        return err_set(err, E_INVALID, "%s: not a regular file", path);
    fd = probe_open(machine, path, O_RDONLY, err);
    if (fd < 0)
        return fd;
    if (fstat(fd, &st) < 0)
        rc = err_errno(err, errno, "%s", path);
    else if (!S_ISREG(st.st_mode))
        rc = err_set(err, E_INVALID, "%s: not a regular file", path);
    else
        number = -probe_read_fd(fd, (size_t)st.st_size, buf);
    close(fd);
    if (number == EFBIG)
        return err_set(err, E_LIMIT, "%s: larger than %zu bytes", path,
                       buf->limit);
    return number != 0 ? err_errno(err, number, "%s", path) : rc;
}
