/* SPDX-License-Identifier: Apache-2.0 */
#include "probe/rpm_store.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "probe/rpm_header.h"
#include "probe/rpm_store_int.h"

static const struct rpm_format *const formats[] = {
    &rpm_format_sqlite,
    &rpm_format_ndb,
    &rpm_format_bdb,
};

int rpm_file_read(const struct rpm_file *file, uint64_t at, void *out, size_t n,
                  struct err *err)
{
    char *p = out;

    while (n > 0) {
        ssize_t got = pread(file->fd, p, n, (off_t)at);

        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return err_errno(err, errno, "%s", file->path);
        if (got == 0)
            return err_set(err, E_CORRUPT, "%s: cut off at byte %llu",
                           file->path, (unsigned long long)at);
        p += got;
        at += (uint64_t)got;
        n -= (size_t)got;
    }
    return 0;
}

int rpm_store_bad(const struct rpm_store *store, struct err *err,
                  const char *what)
{
    return err_set(err, E_CORRUPT, "%s: not a sound %s database: %s",
                   store->file.path, store->format->name, what);
}

int rpm_store_add(struct rpm_store *store, struct rpm_spot spot,
                  struct err *err)
{
    if (spot.size > RPM_HEADER_MAX)
        return err_set(err, E_LIMIT, "%s: a package header of %u bytes",
                       store->file.path, spot.size);
    if (store->spots.n >= RPM_PACKAGES_MAX)
        return err_set(err, E_LIMIT, "%s: more than %d packages",
                       store->file.path, RPM_PACKAGES_MAX);
    *vec_push(&store->spots) = spot;
    return 0;
}

/* Takes the descriptor, also on an error. */
static int take_fd(int fd, const char *path, struct rpm_file *out,
                   struct err *err)
{
    out->fd = fd;
    out->path = path;
    if (fstat(fd, &out->st) < 0)
        return err_errno(err, errno, "%s", path);
    if (!S_ISREG(out->st.st_mode))
        return err_set(err, E_INVALID, "%s: not a regular file", path);
    out->size = (uint64_t)out->st.st_size;
    return 0;
}

/* Regular files only: see probe_read(). */
static int open_file(struct probe_machine *machine, const char *path,
                     struct rpm_file *out, struct err *err)
{
    struct stat st;
    int rc = probe_stat(machine, path, true, &st, err);
    int fd;

    if (rc < 0)
        return rc;
    if (!S_ISREG(st.st_mode))
        return err_set(err, E_INVALID, "%s: not a regular file", path);
    fd = probe_open(machine, path, O_RDONLY, err);
    return fd < 0 ? fd : take_fd(fd, path, out, err);
}

static int open_log(struct probe_machine *machine, struct rpm_store *store,
                    struct err *err)
{
    const char *path =
        arena_printf(&store->arena, "%s-wal", store->file.path).p;
    int rc = open_file(machine, path, &store->log, err);

    return rc == E_ABSENT ? 0 : rc;
}

static int find_format(struct rpm_store *store, struct err *err)
{
    unsigned char head[512] = { 0 };
    size_t n = store->file.size < sizeof(head) ? (size_t)store->file.size
                                               : sizeof(head);
    int rc = rpm_file_read(&store->file, 0, head, n, err);

    if (rc < 0)
        return rc;
    for (size_t i = 0; i < COUNT(formats); i++) {
        if (formats[i]->knows(head)) {
            store->format = formats[i];
            return 0;
        }
    }
    return err_set(err, E_UNSUPPORTED,
                   "%s: neither a SQLite, nor an ndb, nor a Berkeley DB "
                   "database",
                   store->file.path);
}

static struct rpm_store *new_store(void)
{
    struct rpm_store *store = mem_alloc(1, sizeof(*store));

    store->file.fd = -1;
    store->log.fd = -1;
    return store;
}

int rpm_store_open(struct probe_machine *machine, const char *path,
                   struct rpm_store **out, struct err *err)
{
    AUTO(rpm_store_freep) struct rpm_store *store = new_store();
    int rc;

    path = arena_c(&store->arena, str_c(path));
    rc = open_file(machine, path, &store->file, err);
    if (rc == 0)
        rc = find_format(store, err);
    if (rc == 0 && store->format == &rpm_format_sqlite)
        rc = open_log(machine, store, err);
    if (rc == 0)
        rc = store->format->open(store, err);
    if (rc < 0)
        return rc;
    *out = TAKE(store);
    return 0;
}

int rpm_store_open_fd(int fd, const char *name, struct rpm_store **out,
                      struct err *err)
{
    AUTO(rpm_store_freep) struct rpm_store *store = new_store();
    int rc =
        take_fd(fd, arena_c(&store->arena, str_c(name)), &store->file, err);

    if (rc == 0)
        rc = find_format(store, err);
    if (rc == 0)
        rc = store->format->open(store, err);
    if (rc < 0)
        return rc;
    *out = TAKE(store);
    return 0;
}

void rpm_store_free(struct rpm_store *store)
{
    if (store == NULL)
        return;
    if (store->file.fd >= 0)
        close(store->file.fd);
    if (store->log.fd >= 0)
        close(store->log.fd);
    vec_clear(&store->spots);
    vec_clear(&store->frames);
    mem_free(store->page);
    arena_clear(&store->arena);
    mem_free(store);
}

void rpm_store_freep(struct rpm_store **store)
{
    rpm_store_free(*store);
    *store = NULL;
}

size_t rpm_store_count(const struct rpm_store *store)
{
    return store->spots.n;
}

int rpm_store_read(struct rpm_store *store, size_t at, struct buf *out,
                   struct err *err)
{
    const struct rpm_spot *spot = &store->spots.p[at];
    int rc;

    buf_reset(out);
    rc = store->format->read(store, spot, out, err);
    return rc < 0 ? rc : buf_finish(out, "a package header", err);
}

static bool is_same(struct probe_machine *machine, const struct rpm_file *file,
                    const char *path)
{
    struct stat st;
    int rc = probe_stat(machine, path, true, &st, NULL);

    if (rc < 0)
        return rc == E_ABSENT && file->fd < 0;
    return file->fd >= 0 && st.st_ino == file->st.st_ino &&
           st.st_size == file->st.st_size &&
           st.st_mtim.tv_sec == file->st.st_mtim.tv_sec &&
           st.st_mtim.tv_nsec == file->st.st_mtim.tv_nsec;
}

bool rpm_store_changed(struct probe_machine *machine,
                       const struct rpm_store *store)
{
    AUTO(arena_clear) struct arena arena = ARENA;

    if (!is_same(machine, &store->file, store->file.path))
        return true;
    return store->format == &rpm_format_sqlite &&
           !is_same(machine, &store->log,
                    arena_printf(&arena, "%s-wal", store->file.path).p);
}
