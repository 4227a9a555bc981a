/* SPDX-License-Identifier: Apache-2.0
 *
 * unix:symlink: where symbolic links end (unix-definitions-schema 5.11.2,
 * symlink_object). A link whose end is not there, or that leads in a circle,
 * is an item in error; what is not a link is an item that does not exist.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <unistd.h>

#include "probe/filespec.h"
#include "probe/regular.h"

enum {
    LINKS_MAX = 40,
    TEXT_MAX = 64 * 1024
};

struct job {
    struct probe_machine *machine;
    struct oval_sink *sink;
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

/* The real path of `path` in the machine, into *at; a negative errno. */
static int resolve(struct probe_machine *machine, const char *path,
                   struct buf *at)
{
    AUTO(buf_clear) struct buf rest = BUF(TEXT_MAX);
    AUTO(buf_clear) struct buf target = BUF(TEXT_MAX);
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

static void give_status(struct oval_sink *sink,
                        const struct filespec_file *file,
                        enum oval_status status)
{
    oval_item_begin(sink, "unix:symlink");
    oval_item_str(sink, "filepath", str_c(file->filepath));
    oval_item_status(sink, "canonical_path", OVAL_STRING, status);
    oval_item_set_status(sink, status);
    oval_item_end(sink);
}

static void each(void *ctx, const struct filespec_file *file)
{
    const struct job *job = ctx;
    AUTO(buf_clear) struct buf path = BUF(TEXT_MAX);
    struct err err = { 0 };
    struct stat st;
    int rc = regular_stat(job->machine, file->filepath, &st, &err);

    if (rc == E_ABSENT)
        return;
    if (rc == 0 && !S_ISLNK(st.st_mode)) {
        give_status(job->sink, file, OVAL_DOES_NOT_EXIST);
        return;
    }
    rc = rc < 0 ? -EACCES : resolve(job->machine, file->filepath, &path);
    if (rc < 0) {
        oval_sink_message(job->sink, OVAL_LEVEL_ERROR, "%.*s: %s", 1000,
                          file->filepath, strerror(-rc));
        give_status(job->sink, file, OVAL_STATUS_ERROR);
        return;
    }
    oval_item_begin(job->sink, "unix:symlink");
    oval_item_str(job->sink, "filepath", str_c(file->filepath));
    oval_item_str(job->sink, "canonical_path", buf_str(&path));
    oval_item_end(job->sink);
}

static int collect(struct probe_machine *machine,
                   const struct oval_query *query, struct oval_sink *sink,
                   struct err *err UNUSED)
{
    struct job job = { machine, sink };

    filespec_each(machine, query, sink, each, &job);
    return 0;
}

const struct probe probe_symlink = {
    .object = "unix:symlink",
    .needs = PROBE_MATCHES | PROBE_BATCH,
    .collect = collect,
    .is_batch = filespec_is_batch,
    .prepare = filespec_prepare,
};
