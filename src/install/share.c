/* SPDX-License-Identifier: Apache-2.0
 *
 * Archives from a share: a plain directory of an HTTP server near by, that
 * nobody has to trust. What it gives is kept apart (STAGE/share) until it has
 * the size and the digest that the repository's signed lists name; only then
 * it moves to where the package manager looks, which compares it again.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/encode.h"
#include "base/mem.h"
#include "install/install_int.h"

enum {
    READ_BYTES = 1 << 16,
    TROUBLES_MAX = 20,
    FILE_NAME_MAX = 240,
    URL_ROOM = 8192,
};

#define FOLDER "share"

static const char *stage_path(const struct install *install,
                              struct arena *arena, str place)
{
    return arena_printf(arena, "%" PRIstr "/%" PRIstr, ARGstr(install->stage),
                        ARGstr(place))
        .p;
}

static bool has_digest(const char *path, const struct archive *archive)
{
    int fd = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK);
    AUTO(mem_freep) char *bytes = NULL;
    char hex[DIGEST_HEX_MAX];
    struct digest digest;
    ssize_t n;

    if (fd < 0)
        return false;
    bytes = mem_alloc(READ_BYTES, 1);
    digest_init(&digest, archive->kind);
    while ((n = read(fd, bytes, READ_BYTES)) > 0)
        digest_add(&digest, bytes, (size_t)n);
    close(fd);
    digest_finish(&digest, hex);
    return n == 0 && str_eq(archive->digest, str_c(hex));
}

/* Names and places are what a repository says: none of them leads out of the
 * stage. */
static bool is_plain(const struct archive *archive)
{
    str rest = archive->place;

    if (archive->file.n == 0 || archive->file.n > FILE_NAME_MAX ||
        archive->file.p[0] == '.' || archive->place.n == 0 ||
        archive->place.p[0] == '/' ||
        str_find_char(archive->file, '/') < archive->file.n)
        return false;
    while (rest.n > 0) {
        str part = str_cut(&rest, '/');

        if (part.n == 0 || part.p[0] == '.')
            return false;
    }
    return true;
}

bool archive_is_whole(const struct install *install,
                      const struct archive *archive)
{
    AUTO(arena_clear) struct arena arena = ARENA;
    const char *path = stage_path(install, &arena, archive->place);

    if (!is_plain(archive) || access(path, F_OK) < 0)
        return false;
    if (has_digest(path, archive))
        return true;
    unlink(path);
    return false;
}

/* --- From the share. --- */

static void trouble(struct changing *changing, str file, const char *why)
{
    if (changing->unshared.n < TROUBLES_MAX)
        texts_add(&changing->unshared, changing->arena,
                  arena_printf(changing->arena, "%" PRIstr ": %s", ARGstr(file),
                               why));
}

/* The folders of a place; what cannot be made is noticed by the rename. */
static void make_folders(const char *path, size_t from)
{
    AUTO(buf_clear) struct buf part = BUF(PATH_TEXT_MAX);

    for (size_t i = 0; path[i] != '\0'; i++) {
        if (path[i] == '/' && i > from)
            mkdir(buf_c(&part), 0755);
        buf_add_char(&part, path[i]);
    }
}

static int move(const struct install *install, const struct archive *archive,
                const char *from, struct err *err)
{
    AUTO(arena_clear) struct arena arena = ARENA;
    const char *to = stage_path(install, &arena, archive->place);

    make_folders(to, install->stage.n);
    if (chmod(from, 0644) < 0 || rename(from, to) < 0)
        return err_errno(err, errno, "%s", to);
    return 0;
}

static void remove_part(const char *path)
{
    AUTO(buf_clear) struct buf state = BUF(PATH_TEXT_MAX);

    buf_printf(&state, "%s.state", path);
    unlink(path);
    unlink(buf_c(&state));
}

static void make_url(const char *source, str file, struct buf *out)
{
    str base = str_c(source);

    while (base.n > 0 && base.p[base.n - 1] == '/')
        base.n--;
    buf_add(out, base);
    buf_add_char(out, '/');
    url_escape(out, file);
}

static int bring(struct install *install, const struct archive *archive,
                 struct err *err)
{
    AUTO(arena_clear) struct arena arena = ARENA;
    AUTO(buf_clear) struct buf url = BUF(URL_ROOM);
    const char *path =
        arena_printf(&arena, "%" PRIstr "/" FOLDER "/%" PRIstr,
                     ARGstr(install->stage), ARGstr(archive->file))
            .p;
    int rc;

    make_url(install->options.source, archive->file, &url);
    rc = buf_finish(&url, "the address", err);
    if (rc == 0 && (archive->size <= 0 || !is_plain(archive)))
        rc = err_set(err, E_INVALID, "is no name or size of an archive");
    if (rc == 0)
        rc = install->options.fetch(buf_c(&url), path, archive->size,
                                    install->options.bandwidth_kib, err);
    if (rc == E_IO)
        return rc; /* what arrived is gone on with */
    if (rc == 0 && !has_digest(path, archive))
        rc = err_set(err, E_INVALID,
                     "what the share has is not what the repository's lists "
                     "name");
    if (rc == 0)
        rc = move(install, archive, path, err);
    remove_part(path);
    return rc;
}

/* What an earlier run left of archives that are not needed now. */
static void drop_others(const char *folder, const struct archive *all, size_t n)
{
    DIR *dir = opendir(folder);
    struct dirent *entry;

    while (dir != NULL && (entry = readdir(dir)) != NULL) {
        str name = str_c(entry->d_name);
        bool needed = name.p[0] == '.';

        if (str_ends(name, STR(".state")))
            name.n -= STR(".state").n;
        for (size_t i = 0; i < n && !needed; i++)
            needed = str_eq(all[i].file, name);
        if (!needed)
            unlinkat(dirfd(dir), entry->d_name, 0);
    }
    if (dir != NULL)
        closedir(dir);
}

/* One that does not answer is not asked for the next. */
void share_bring(struct install *install, struct changing *changing,
                 const struct archive *all, size_t n)
{
    AUTO(arena_clear) struct arena arena = ARENA;
    const char *folder = stage_path(install, &arena, STR(FOLDER));
    int rc = 0;

    if (install->options.source == NULL || install->options.fetch == NULL)
        return;
    if (mkdir(folder, 0700) < 0 && errno != EEXIST)
        return;
    drop_others(folder, all, n);
    for (size_t i = 0; i < n && rc != E_IO && install->stop == 0; i++) {
        struct err why = { 0 };

        if (archive_is_whole(install, &all[i]))
            continue;
        rc = bring(install, &all[i], &why);
        if (rc < 0)
            trouble(changing, all[i].file, why.text);
        else
            texts_add(&changing->shared, changing->arena, all[i].file);
    }
    rmdir(folder); /* unless something is kept in it */
}
