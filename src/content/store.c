/* SPDX-License-Identifier: Apache-2.0 */
#include "content/store.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/digest.h"
#include "base/io.h"
#include "content/platform.h"
#include "oval/pack.h"

enum {
    FEEDS_MAX = 1000,
    DIGEST_IN_NAME = 16,
    PIECE = 64 * 1024,
};

/* --- Where content lies. --- */

const char store_system_dir[] = "/var/lib/holdfast/content";

const char *store_default_dir(struct arena *arena)
{
    const char *data = getenv("XDG_DATA_HOME");
    const char *home = getenv("HOME");

    if (geteuid() == 0)
        return store_system_dir;
    if (data != NULL && data[0] == '/')
        return arena_printf(arena, "%s/holdfast/content", data).p;
    return arena_printf(arena, "%s/.local/share/holdfast/content",
                        home == NULL ? "/nonexistent" : home)
        .p;
}

static void add_read_only(struct store *store, const char *path)
{
    char *real = realpath(path, NULL);

    if (real == NULL)
        return;
    if (strcmp(real, store->dir) != 0)
        *vec_push(&store->read_only) = arena_c(&store->arena, str_c(real));
    free(real); /* of realpath(), not of mem_alloc() */
}

/* What came with the program lies beside it in the build tree, or below the
 * prefix that it is installed in. */
static void find_read_only(struct store *store)
{
    static const char *const places[] = { "%s/../../content",
                                          "%s/../share/holdfast/content" };
    const char *named = getenv("HOLDFAST_CONTENT");
    AUTO(mem_freep) char *dir = io_program_dir();

    if (named != NULL && named[0] != '\0')
        add_read_only(store, named);
    add_read_only(store, store_system_dir);
    for (size_t i = 0; dir != NULL && i < COUNT(places); i++)
        add_read_only(store, arena_printf(&store->arena, places[i], dir).p);
}

/* --- Reading. --- */

static int describe_pack(struct store_feed *entry, struct err *err)
{
    AUTO(oval_content_freep) struct oval_content *content = NULL;
    struct feed *feed = &entry->feed;
    struct platform platform;
    int rc = oval_pack_open(entry->path.p, &content, err);

    if (rc < 0)
        return rc;
    platform = platform_of_content(content, &feed->arena);
    feed->os = platform.id;
    feed->os_version = platform.version;
    feed->title = platform.name;
    feed->vendor = arena_str(&feed->arena,
                             oval_prose_text(content, content->product_name));
    feed->generated =
        arena_str(&feed->arena, oval_prose_text(content, content->timestamp));
    feed->definitions = content->definitions.n;
    feed->names_sources = platform_names_sources(content);
    return 0;
}

static int read_feed(const char *path, struct feed *out, struct err *err)
{
    AUTO(buf_clear) struct buf text = BUF(FEED_TEXT_MAX);
    int rc = io_read_file(AT_FDCWD, path, &text, err);

    if (rc == 0)
        rc = feed_parse(buf_str(&text), out, err);
    return rc < 0 ? err_wrap(err, rc, "%s", path) : 0;
}

static struct store_feed *push(struct store *store, str id, bool installed)
{
    struct store_feed *entry = vec_push(&store->feeds);

    entry->feed.id = arena_str(&entry->feed.arena, id);
    entry->installed = installed;
    entry->used = true;
    return entry;
}

static void add_described(struct store *store, const char *dir, str id,
                          bool installed)
{
    struct store_feed *entry = push(store, id, installed);
    struct feed feed = FEED;
    struct err err = { 0 };
    str path =
        arena_printf(&store->arena, "%s/%" PRIstr ".feed", dir, ARGstr(id));
    int rc = read_feed(path.p, &feed, &err);

    if (rc == 0 && !str_eq(feed.id, id))
        rc = err_set(&err, E_INVALID, "%s: is of another feed, %" PRIstr,
                     path.p, ARGstr(feed.id));
    if (rc < 0) {
        entry->problem = arena_str(&store->arena, str_c(err.text));
        feed_clear(&feed);
        return;
    }
    feed_clear(&entry->feed);
    entry->feed = feed;
    entry->path =
        arena_printf(&store->arena, "%s/%" PRIstr, dir, ARGstr(feed.pack));
    if (access(entry->path.p, R_OK) < 0) {
        (void)err_errno(&err, errno, "%s", entry->path.p);
        entry->problem = arena_str(&store->arena, str_c(err.text));
    }
}

/* A pack without ID.feed: described by itself. Packs that belong to ID.feed
 * have the digest in their name, "ID@digest.pack". */
static void add_bare(struct store *store, const char *dir, str id,
                     bool installed)
{
    struct store_feed *entry = push(store, id, installed);
    struct err err = { 0 };

    entry->path =
        arena_printf(&store->arena, "%s/%" PRIstr ".pack", dir, ARGstr(id));
    entry->feed.pack =
        arena_printf(&entry->feed.arena, "%" PRIstr ".pack", ARGstr(id));
    if (describe_pack(entry, &err) < 0)
        entry->problem = arena_str(&store->arena, str_c(err.text));
}

static int read_dir(struct store *store, const char *dir, bool installed,
                    struct err *err)
{
    DIR *stream = opendir(dir);
    const struct dirent *file;
    size_t n = 0;

    if (stream == NULL && errno == ENOENT)
        return 0;
    if (stream == NULL)
        return err_errno(err, errno, "%s", dir);
    while ((file = readdir(stream)) != NULL && n < FEEDS_MAX) {
        str name = str_c(file->d_name);
        str id = str_sub(name, 0, name.n > 5 ? name.n - 5 : 0);

        if (!feed_id_is_valid(id))
            continue;
        if (str_ends(name, STR(".feed")))
            add_described(store, dir, id, installed);
        else if (str_ends(name, STR(".pack")))
            add_bare(store, dir, id, installed);
        else
            continue;
        n++;
    }
    closedir(stream);
    return 0;
}

/* By id; usable ones first, the latest first. */
static int by_use(const void *a, const void *b)
{
    const struct store_feed *x = a;
    const struct store_feed *y = b;
    int order = str_cmp(x->feed.id, y->feed.id);
    int64_t tx = feed_time(x->feed.generated);
    int64_t ty = feed_time(y->feed.generated);

    if (order != 0)
        return order;
    if ((x->problem.n == 0) != (y->problem.n == 0))
        return x->problem.n == 0 ? -1 : 1;
    if (tx != ty)
        return tx > ty ? -1 : 1;
    return x->installed ? -1 : 1;
}

static void forget(struct store *store)
{
    for (size_t i = 0; i < store->feeds.n; i++)
        feed_clear(&store->feeds.p[i].feed);
    vec_clear(&store->feeds);
}

int store_reload(struct store *store, struct err *err)
{
    int rc;

    forget(store);
    rc = read_dir(store, store->dir, true, err);
    for (size_t i = 0; rc == 0 && i < store->read_only.n; i++)
        rc = read_dir(store, store->read_only.p[i], false, err);
    if (rc < 0)
        return rc;
    if (store->feeds.n > 0)
        qsort(store->feeds.p, store->feeds.n, sizeof(*store->feeds.p), by_use);
    for (size_t i = 1; i < store->feeds.n; i++) {
        if (str_eq(store->feeds.p[i].feed.id, store->feeds.p[i - 1].feed.id))
            store->feeds.p[i].used = false;
    }
    return 0;
}

int store_open(struct store *store, const char *dir, struct err *err)
{
    *store = (struct store){ .lock_fd = -1 };
    store->dir = dir != NULL ? dir : store_default_dir(&store->arena);
    if (dir == NULL)
        find_read_only(store);
    return store_reload(store, err);
}

void store_close(struct store *store)
{
    if (store->lock_fd > 0)
        close(store->lock_fd);
    forget(store);
    vec_clear(&store->read_only);
    arena_clear(&store->arena);
    store->lock_fd = -1;
}

const struct store_feed *store_find(const struct store *store, str id)
{
    for (size_t i = 0; i < store->feeds.n; i++) {
        const struct store_feed *entry = &store->feeds.p[i];

        if (str_eq(entry->feed.id, id) && entry->used)
            return entry;
    }
    return NULL;
}

/* --- Writing. --- */

static int make_dirs(const char *path, struct err *err)
{
    AUTO(buf_clear) struct buf part = BUF(PATH_MAX);
    str rest = str_c(path);

    while (rest.n > 0) {
        str name = str_cut(&rest, '/');

        buf_add(&part, name);
        if (part.n > 0 && mkdir(buf_c(&part), 0755) < 0 && errno != EEXIST)
            return err_errno(err, errno, "%s", buf_c(&part));
        buf_add_char(&part, '/');
    }
    return 0;
}

int store_lock(struct store *store, bool wait, struct err *err)
{
    str path;
    int rc = make_dirs(store->dir, err);

    if (rc < 0)
        return rc;
    path = arena_printf(&store->arena, "%s/.lock", store->dir);
    if (store->lock_fd < 0)
        store->lock_fd =
            open(path.p, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0644);
    if (store->lock_fd < 0)
        return err_errno(err, errno, "%s", path.p);
    do
        rc = flock(store->lock_fd, LOCK_EX | (wait ? 0 : LOCK_NB));
    while (rc < 0 && errno == EINTR);
    if (rc < 0 && errno == EWOULDBLOCK)
        return 1;
    return rc < 0 ? err_errno(err, errno, "%s", path.p) : 0;
}

/* Packs of the feed that its ID.feed does not name, and what an interrupted
 * writer left. */
static void sweep(const struct store *store, str id, str keep)
{
    AUTO(buf_clear) struct buf prefix = BUF(256);
    DIR *stream = opendir(store->dir);
    const struct dirent *file;

    if (stream == NULL)
        return;
    buf_printf(&prefix, "%" PRIstr "@", ARGstr(id));
    while ((file = readdir(stream)) != NULL) {
        str name = str_c(file->d_name);

        if (name.n > 0 && name.p[0] == '.')
            name = str_sub(name, 1, SIZE_MAX);
        if (str_starts(name, buf_str(&prefix)) &&
            !(str_eq_c(keep, file->d_name)))
            unlinkat(dirfd(stream), file->d_name, 0);
    }
    closedir(stream);
}

static int write_feed(struct store *store, const struct feed *feed,
                      struct err *err)
{
    AUTO(buf_clear) struct buf text = BUF(FEED_TEXT_MAX);
    AUTO(io_out_freep) struct io_out *out = NULL;
    str path = arena_printf(&store->arena, "%s/%" PRIstr ".feed", store->dir,
                            ARGstr(feed->id));
    int rc;

    feed_write(feed, &text);
    rc = buf_finish(&text, path.p, err);
    if (rc == 0)
        rc = io_out_open(path.p, &out, err);
    if (rc < 0)
        return rc;
    io_out_write(out, buf_str(&text));
    return io_out_finish(out, err);
}

int store_digest(const char *path, char out[DIGEST_HEX_MAX], struct err *err)
{
    char *piece = mem_alloc(1, PIECE);
    struct digest digest;
    ssize_t n;
    int rc = 0;
    int fd = open(path, O_RDONLY | O_CLOEXEC);

    digest_init(&digest, DIGEST_SHA256);
    while (fd >= 0 && (n = read(fd, piece, PIECE)) != 0) {
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            break;
        digest_add(&digest, piece, (size_t)n);
    }
    if (fd < 0 || n < 0)
        rc = err_errno(err, errno, "%s", path);
    if (fd >= 0)
        close(fd);
    mem_free(piece);
    if (rc == 0)
        digest_finish(&digest, out);
    return rc;
}

/* What the feed did not know is taken from the content. */
static void complete(struct feed *feed, const struct oval_content *content)
{
    struct platform platform = platform_of_content(content, &feed->arena);

    if (feed->os.n == 0) {
        feed->os = platform.id;
        feed->os_version = platform.version;
    }
    if (feed->title.n == 0)
        feed->title = platform.name;
    if (feed->vendor.n == 0)
        feed->vendor = arena_str(
            &feed->arena, oval_prose_text(content, content->product_name));
    feed->generated =
        arena_str(&feed->arena, oval_prose_text(content, content->timestamp));
    feed->definitions = content->definitions.n;
    feed->names_sources = platform_names_sources(content);
    feed->installed_s = time(NULL);
}

static int check_age(const struct store *store, const struct feed *feed,
                     struct err *err)
{
    const struct store_feed *now = store_find(store, feed->id);
    int64_t before;
    int64_t after = feed_time(feed->generated);

    if (now == NULL || now->problem.n > 0)
        return 0;
    before = feed_time(now->feed.generated);
    if (before < 0 || after >= before)
        return 0;
    return err_set(err, E_INVALID,
                   "it was generated on '%" PRIstr "', before the content in "
                   "use (%" PRIstr "), which stays; --allow-older installs "
                   "it",
                   ARGstr(feed->generated), ARGstr(now->feed.generated));
}

static int write_pack(const struct store *store, const struct feed *feed,
                      const struct oval_content *content, struct err *err)
{
    AUTO(io_out_freep) struct io_out *out = NULL;
    AUTO(buf_clear) struct buf path = BUF(PATH_MAX);
    int rc;

    buf_printf(&path, "%s/%" PRIstr, store->dir, ARGstr(feed->pack));
    rc = io_out_open(buf_c(&path), &out, err);
    if (rc < 0)
        return rc;
    oval_pack_write(content, out);
    return io_out_finish(out, err);
}

int store_install(struct store *store, const struct store_source *source,
                  struct err *err)
{
    AUTO(oval_content_freep) struct oval_content *content = NULL;
    struct feed *feed = source->feed;
    char hex[DIGEST_HEX_MAX];
    int rc;

    rc = oval_content_open(source->path, NULL, NULL, &content, err);
    if (rc < 0)
        return rc;
    if (content->definitions.n == 0)
        return err_set(err, E_INVALID, "it holds no definition");
    complete(feed, content);
    if (!source->allow_older)
        rc = check_age(store, feed, err);
    if (rc == 0)
        rc = store_digest(source->path, hex, err);
    if (rc < 0)
        return rc;
    feed->sha256 = arena_str(&feed->arena, str_c(hex));
    feed->pack = arena_printf(&feed->arena, "%" PRIstr "@%.*s.pack",
                              ARGstr(feed->id), DIGEST_IN_NAME, hex);
    rc = write_pack(store, feed, content, err);
    if (rc == 0)
        rc = write_feed(store, feed, err);
    if (rc == 0)
        sweep(store, feed->id, feed->pack);
    return rc;
}

int store_remove(struct store *store, str id, struct err *err)
{
    str path = arena_printf(&store->arena, "%s/%" PRIstr ".feed", store->dir,
                            ARGstr(id));
    str bare = arena_printf(&store->arena, "%s/%" PRIstr ".pack", store->dir,
                            ARGstr(id));
    bool described = unlink(path.p) == 0;
    int number = errno;

    if (!described && number != ENOENT)
        return err_errno(err, number, "%s", path.p);
    if (!described && unlink(bare.p) < 0)
        return err_set(err, E_ABSENT,
                       "there is no installed feed '%" PRIstr "' in %s",
                       ARGstr(id), store->dir);
    sweep(store, id, STR(""));
    return 0;
}
