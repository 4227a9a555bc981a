/* SPDX-License-Identifier: Apache-2.0 */
#include "probe/listing.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

static int compare(const void *a, const void *b)
{
    const char *const *x = a;
    const char *const *y = b;

    return strcmp(*x, *y);
}

static int read_names(DIR *dir, const char *path, size_t max,
                      struct listing *out, struct err *err)
{
    for (;;) {
        const struct dirent *entry;

        errno = 0;
        entry = readdir(dir);
        if (entry == NULL)
            return errno == 0 ? 0 : err_errno(err, errno, "%s", path);
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
            continue;
        if (out->names.n >= max)
            return err_set(err, E_LIMIT, "%s: more than %zu files", path, max);
        *vec_push(&out->names) = arena_c(&out->arena, str_c(entry->d_name));
    }
}

int listing_read(struct probe_machine *machine, const char *path, size_t max,
                 struct listing *out, struct err *err)
{
    int fd = probe_open(machine, path, O_RDONLY | O_DIRECTORY, err);
    DIR *dir;
    int rc;

    if (fd < 0)
        return fd;
    dir = fdopendir(fd);
    if (dir == NULL) {
        rc = err_errno(err, errno, "%s", path);
        close(fd);
        return rc;
    }
    rc = read_names(dir, path, max, out, err);
    closedir(dir);
    if (rc == 0 && out->names.n > 1)
        qsort(out->names.p, out->names.n, sizeof(*out->names.p), compare);
    return rc;
}

void listing_clear(struct listing *listing)
{
    if (listing == NULL)
        return;
    vec_clear(&listing->names);
    arena_clear(&listing->arena);
}
