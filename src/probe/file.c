/* SPDX-License-Identifier: Apache-2.0
 *
 * unix:file: what stat(2) says about files (unix-system-characteristics
 * schema 5.11.2, file_item). A symbolic link is described itself.
 */
#include <errno.h>
#include <fcntl.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "probe/filespec.h"
#include "probe/regular.h"
#include "probe/walk_match.h"

enum {
    ACL_HEAD = 4,
    ACL_ENTRY = 8,
    ACL_MINIMAL = 3
};

struct job {
    struct probe_machine *machine;
    struct oval_sink *sink;
};

struct described {
    struct stat st;
    enum oval_status acl_status;
    bool acl;
};

/* 1: the attribute holds more than the mode says; 0: it does not; -1: see
 * errno. */
static int has_acl(const char *link, const char *name, size_t minimal)
{
    ssize_t n = getxattr(link, name, NULL, 0);

    if (n >= 0)
        return (size_t)n > ACL_HEAD + minimal * ACL_ENTRY;
    return errno == ENODATA ? 0 : -1;
}

/* link leads to the file itself, even when that is a symbolic link. */
static void describe_acl(const char *link, struct described *d)
{
    int rc = 0;

    d->acl_status = OVAL_EXISTS;
    d->acl = false;
    if (S_ISLNK(d->st.st_mode))
        return;
    rc = has_acl(link, "system.posix_acl_access", ACL_MINIMAL);
    if (rc == 0 && S_ISDIR(d->st.st_mode))
        rc = has_acl(link, "system.posix_acl_default", 0);
    d->acl = rc > 0;
    if (rc < 0)
        d->acl_status =
            errno == EOPNOTSUPP ? OVAL_DOES_NOT_EXIST : OVAL_STATUS_ERROR;
}

/* 0, or a negative errno. */
static int describe(struct probe_machine *machine, const char *path,
                    struct described *d)
{
    char link[40];
    int fd = regular_open_path(machine, path, O_PATH | O_NOFOLLOW);
    int rc = 0;

    if (fd < 0)
        return fd;
    if (fstat(fd, &d->st) < 0)
        rc = -errno;
    snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
    if (rc == 0)
        describe_acl(link, d);
    close(fd);
    return rc;
}

static void give_mode(struct oval_sink *sink, mode_t mode)
{
    static const struct {
        const char *name;
        mode_t bit;
    } bits[] = {
        { "suid", S_ISUID },  { "sgid", S_ISGID },   { "sticky", S_ISVTX },
        { "uread", S_IRUSR }, { "uwrite", S_IWUSR }, { "uexec", S_IXUSR },
        { "gread", S_IRGRP }, { "gwrite", S_IWGRP }, { "gexec", S_IXGRP },
        { "oread", S_IROTH }, { "owrite", S_IWOTH }, { "oexec", S_IXOTH },
    };

    for (size_t i = 0; i < COUNT(bits); i++)
        oval_item_bool(sink, bits[i].name, (mode & bits[i].bit) != 0);
}

static void give(struct oval_sink *sink, const struct filespec_file *file,
                 const struct described *d)
{
    oval_item_begin(sink, "unix:file");
    filespec_facts(sink, file);
    oval_item_str(sink, "type", walk_type_text(d->st.st_mode));
    oval_item_int(sink, "group_id", d->st.st_gid);
    oval_item_int(sink, "user_id", d->st.st_uid);
    oval_item_int(sink, "a_time", d->st.st_atim.tv_sec);
    oval_item_int(sink, "c_time", d->st.st_ctim.tv_sec);
    oval_item_int(sink, "m_time", d->st.st_mtim.tv_sec);
    oval_item_int(sink, "size", d->st.st_size);
    give_mode(sink, d->st.st_mode);
    if (d->acl_status == OVAL_EXISTS)
        oval_item_bool(sink, "has_extended_acl", d->acl);
    else
        oval_item_status(sink, "has_extended_acl", OVAL_BOOLEAN, d->acl_status);
    oval_item_end(sink);
}

static void each(void *ctx, const struct filespec_file *file)
{
    const struct job *job = ctx;
    struct described d;
    int rc = describe(job->machine, file->filepath, &d);

    if (rc == -ENOENT || rc == -ENOTDIR || rc == -ESRCH || rc == -ELOOP)
        return; /* it went away since it was found */
    if (rc == 0) {
        give(job->sink, file, &d);
        return;
    }
    oval_sink_message(job->sink, OVAL_LEVEL_ERROR, "%.*s: %s", 1000,
                      file->filepath, strerror(-rc));
    oval_sink_flag(job->sink, OVAL_FLAG_INCOMPLETE);
    oval_item_begin(job->sink, "unix:file");
    filespec_facts(job->sink, file);
    oval_item_set_status(job->sink, OVAL_STATUS_ERROR);
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

const struct probe probe_file = {
    .object = "unix:file",
    .needs = PROBE_MATCHES | PROBE_BATCH,
    .collect = collect,
    .is_batch = filespec_is_batch,
    .prepare = filespec_prepare,
};
