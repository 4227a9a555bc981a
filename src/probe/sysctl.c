/* SPDX-License-Identifier: Apache-2.0
 *
 * unix:sysctl: kernel parameters, the files below /proc/sys. A parameter's
 * name is its path with the separators exchanged: '.' for '/', and '/' for a
 * '.' inside a component, as sysctl(8) has it (net.ipv4.conf.eth0/100.rp_filter
 * is conf/eth0.100/rp_filter). A literal name is looked up; anything else is
 * matched against all names.
 *
 * Parameters that only can be written are not collected; the value of one that
 * we may not read is an error.
 */
#include "probe/sysctl.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "base/io.h"
#include "base/vec.h"
#include "probe/machine.h"

static const char kind[] = "unix:sysctl";

enum {
    DEPTH_MAX = 16,
    VALUE_MAX = 4 * 1024 * 1024,
    NAME_MAX_BYTES = 4096,
};

struct job {
    struct probe_machine *machine;
    struct oval_sink *sink;
    const struct oval_want *name; /* NULL: all */
    struct buf text;
    struct buf path; /* below /proc/sys */
};

void sysctl_swap(struct buf *buf, str text)
{
    for (size_t i = 0; i < text.n; i++) {
        char c = text.p[i];

        buf_add_char(buf, c == '.' ? '/' : c == '/' ? '.' : c);
    }
}

static void give_lines(struct oval_sink *sink, str text)
{
    if (str_ends(text, STR("\n")))
        text.n--;
    if (text.n == 0)
        oval_item_str(sink, "value", STR(""));
    while (text.n > 0)
        oval_item_str(sink, "value", str_cut(&text, '\n'));
}

static void give(struct job *job, str name, bool readable, const char *error)
{
    struct oval_sink *sink = job->sink;

    oval_item_begin(sink, kind);
    oval_item_str(sink, "name", name);
    if (error != NULL) {
        oval_item_status(sink, "value", OVAL_STRING, OVAL_STATUS_ERROR);
        oval_sink_message(sink, OVAL_LEVEL_WARNING, "%s", error);
    } else if (!readable) {
        oval_item_status(sink, "value", OVAL_STRING, OVAL_NOT_COLLECTED);
    } else {
        give_lines(sink, buf_str(&job->text));
    }
    oval_item_end(sink);
}

/* Some parameters have no value at times (an interface that just went, a
 * stable_secret never set): reading them fails with EIO or EINVAL. */
static void read_value(struct job *job, str name)
{
    AUTO(buf_clear) struct buf path = BUF(NAME_MAX_BYTES);
    struct err why = { 0 };
    struct stat st;
    int rc;

    buf_printf(&path, "/proc/sys/%s", buf_c(&job->path));
    rc = probe_stat(job->machine, buf_c(&path), true, &st, &why);
    if (rc == E_ABSENT || (rc == 0 && S_ISDIR(st.st_mode)))
        return;
    if (rc == 0 && (st.st_mode & 0444) == 0) {
        give(job, name, false, NULL);
        return;
    }
    buf_reset(&job->text);
    if (rc == 0)
        rc = probe_read(job->machine, buf_c(&path), &job->text, &why);
    if (rc != E_ABSENT)
        give(job, name, true, rc < 0 ? err_text(&why) : NULL);
}

static void visit(struct job *job)
{
    AUTO(buf_clear) struct buf name = BUF(NAME_MAX_BYTES);

    sysctl_swap(&name, buf_str(&job->path));
    if (name.over || job->path.over)
        return;
    if (job->name != NULL &&
        oval_sink_match(job->sink, job->name, buf_str(&name)) == OVAL_FALSE)
        return;
    read_value(job, buf_str(&name));
}

static void walk(struct job *job, int fd, unsigned depth);

static void walk_entry(struct job *job, int dir_fd, const struct dirent *entry,
                       unsigned depth)
{
    size_t n = job->path.n;
    int fd;

    if (entry->d_name[0] == '.')
        return;
    if (n > 0)
        buf_add_char(&job->path, '/');
    buf_add_c(&job->path, entry->d_name);
    if (entry->d_type == DT_DIR) {
        fd = openat(dir_fd, entry->d_name,
                    O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
        if (fd >= 0)
            walk(job, fd, depth + 1);
        else if (errno != ENOENT)
            oval_sink_error(job->sink, "/proc/sys/%s: %s", buf_c(&job->path),
                            strerror(errno));
    } else {
        visit(job);
    }
    job->path.n = n;
    job->path.over = false;
}

/* Takes fd. */
static void walk(struct job *job, int fd, unsigned depth)
{
    DIR *dir = fdopendir(fd);
    const struct dirent *entry;

    if (dir == NULL) {
        close(fd);
        return;
    }
    while (depth < DEPTH_MAX && (entry = readdir(dir)) != NULL)
        walk_entry(job, fd, entry, depth);
    closedir(dir);
}

static void walk_all(struct job *job)
{
    struct err why = { 0 };
    int fd =
        probe_open(job->machine, "/proc/sys", O_RDONLY | O_DIRECTORY, &why);

    if (fd < 0)
        oval_sink_error(job->sink, "%s", err_text(&why));
    else
        walk(job, fd, 0);
}

/* A name that would lead out of /proc/sys names no parameter. */
static bool is_inside(str path)
{
    while (path.n > 0) {
        str part = str_cut(&path, '/');

        if (part.n == 0 || str_eq(part, STR(".")) || str_eq(part, STR("..")))
            return false;
    }
    return true;
}

static int collect(struct probe_machine *machine,
                   const struct oval_query *query, struct oval_sink *sink,
                   struct err *err UNUSED)
{
    struct job job = { .machine = machine,
                       .sink = sink,
                       .name = oval_query_want(query, "name"),
                       .text = BUF(VALUE_MAX),
                       .path = BUF(NAME_MAX_BYTES) };
    str wanted;

    if (!oval_query_literal(query, "name", &wanted)) {
        walk_all(&job);
    } else {
        sysctl_swap(&job.path, wanted);
        if (!job.path.over && is_inside(buf_str(&job.path)))
            read_value(&job, wanted);
    }
    buf_clear(&job.text);
    buf_clear(&job.path);
    return 0;
}

const struct probe probe_sysctl = {
    .object = "unix:sysctl",
    .needs = PROBE_ONLINE,
    .collect = collect,
};
