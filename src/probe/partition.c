/* SPDX-License-Identifier: Apache-2.0
 *
 * linux:partition: the mounted file systems, from /proc/self/mountinfo, with
 * the space that statvfs(3) tells. Where several are mounted on one point, the
 * last is the one that is seen. Network file systems and FUSE are not asked
 * for their space: a server that does not answer would block us for ever.
 *
 * The uuid is the name of the link to the device in /dev/disk/by-uuid.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/statvfs.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "base/io.h"
#include "base/vec.h"
#include "probe/machine.h"
#include "probe/mounts.h"

enum {
    MOUNTINFO_MAX = 64 * 1024 * 1024
};

struct uuid {
    dev_t device;
    str text;
};

struct job {
    struct probe_machine *machine;
    struct oval_sink *sink;
    VEC(struct uuid) uuids;
    bool uuids_known;
};

static void read_uuids(struct job *job)
{
    int fd = probe_open(job->machine, "/dev/disk/by-uuid",
                        O_RDONLY | O_DIRECTORY, NULL);
    DIR *dir = fd < 0 ? NULL : fdopendir(fd);
    const struct dirent *entry;
    struct stat st;

    if (dir == NULL)
        return;
    job->uuids_known = true;
    while ((entry = readdir(dir)) != NULL)
        if (entry->d_name[0] != '.' && fstatat(fd, entry->d_name, &st, 0) == 0)
            *vec_push(&job->uuids) =
                (struct uuid){ st.st_rdev, arena_str(oval_sink_arena(job->sink),
                                                     str_c(entry->d_name)) };
    closedir(dir);
}

/* The device that is mounted. A file system over several devices has a
 * number of its own in mountinfo; its source names one of them. */
static bool device_of(const struct job *job, const struct mount *mount,
                      dev_t *out)
{
    struct stat st;

    if (str_starts(mount->source, STR("/")) &&
        probe_stat(job->machine, mount->source.p, true, &st, NULL) == 0 &&
        S_ISBLK(st.st_mode)) {
        *out = st.st_rdev;
        return true;
    }
    *out = makedev(mount->major_number, mount->minor_number);
    return mount->major_number != 0;
}

static void give_uuid(const struct job *job, const struct mount *mount)
{
    dev_t device;

    if (!device_of(job, mount, &device)) {
        oval_item_status(job->sink, "uuid", OVAL_STRING, OVAL_DOES_NOT_EXIST);
        return;
    }
    for (size_t i = 0; i < job->uuids.n; i++)
        if (job->uuids.p[i].device == device) {
            oval_item_str(job->sink, "uuid", job->uuids.p[i].text);
            return;
        }
    oval_item_status(job->sink, "uuid", OVAL_STRING,
                     job->uuids_known ? OVAL_DOES_NOT_EXIST
                                      : OVAL_NOT_COLLECTED);
}

static const char *const space_names[] = { "total_space", "space_used",
                                           "space_left",
                                           "space_left_for_unprivileged_users",
                                           "block_size" };

static void give_space(const struct job *job, const struct mount *mount)
{
    struct oval_sink *sink = job->sink;
    enum oval_status status = OVAL_NOT_COLLECTED;
    struct statvfs space;

    if (mounts_may_block(mount)) {
        oval_sink_message(sink, OVAL_LEVEL_INFO,
                          "%" PRIstr ": the space of a file system of type "
                          "%" PRIstr " is not asked for, because its server "
                          "may not answer",
                          ARGstr(mount->point), ARGstr(mount->type));
    } else if (statvfs(mount->point.p, &space) < 0) {
        status = OVAL_STATUS_ERROR;
        oval_sink_message(sink, OVAL_LEVEL_WARNING, "%" PRIstr ": %s",
                          ARGstr(mount->point), strerror(errno));
    } else {
        oval_item_int(sink, space_names[0], (int64_t)space.f_blocks);
        oval_item_int(sink, space_names[1],
                      (int64_t)(space.f_blocks - space.f_bfree));
        oval_item_int(sink, space_names[2], (int64_t)space.f_bfree);
        oval_item_int(sink, space_names[3], (int64_t)space.f_bavail);
        oval_item_int(
            sink, space_names[4],
            (int64_t)(space.f_frsize ? space.f_frsize : space.f_bsize));
        return;
    }
    for (size_t i = 0; i < COUNT(space_names); i++)
        oval_item_status(sink, space_names[i], OVAL_INT, status);
}

static void give(const struct job *job, const struct mount *mount)
{
    struct oval_sink *sink = job->sink;
    size_t state = 0;
    str option;

    oval_item_begin(sink, "linux:partition");
    oval_item_str(sink, "mount_point", mount->point);
    oval_item_str(sink, "device", mount->source);
    give_uuid(job, mount);
    oval_item_str(sink, "fs_type", mount->type);
    while (mounts_next_option(mount, &state, &option))
        oval_item_str(sink, "mount_options", option);
    give_space(job, mount);
    oval_item_end(sink);
}

static void give_all(struct job *job, const struct oval_query *query, str text)
{
    const struct oval_want *want = oval_query_want(query, "mount_point");
    VEC(struct mount) mounts = { 0 };

    for (unsigned line = 1; text.n > 0; line++) {
        struct mount mount;
        struct err why = { 0 };

        if (mounts_parse_line(str_cut(&text, '\n'), oval_sink_arena(job->sink),
                              &mount, &why) < 0)
            oval_sink_error(job->sink, "/proc/self/mountinfo:%u: %s", line,
                            err_text(&why));
        else if (want == NULL ||
                 oval_sink_match(job->sink, want, mount.point) != OVAL_FALSE)
            *vec_push(&mounts) = mount;
    }
    if (mounts.n > 0)
        read_uuids(job);
    for (size_t i = 0; i < mounts.n; i++) {
        bool hidden = false;

        for (size_t k = i + 1; k < mounts.n && !hidden; k++)
            hidden = str_eq(mounts.p[i].point, mounts.p[k].point);
        if (!hidden)
            give(job, &mounts.p[i]);
    }
    vec_clear(&mounts);
    vec_clear(&job->uuids);
}

static int collect(struct probe_machine *machine,
                   const struct oval_query *query, struct oval_sink *sink,
                   struct err *err UNUSED)
{
    AUTO(buf_clear) struct buf text = BUF(MOUNTINFO_MAX);
    struct job job = { .machine = machine, .sink = sink };
    struct err why = { 0 };

    if (probe_read(machine, "/proc/self/mountinfo", &text, &why) < 0)
        oval_sink_error(sink, "%s", err_text(&why));
    else
        give_all(&job, query, buf_str(&text));
    return 0;
}

const struct probe probe_partition = {
    .object = "linux:partition",
    .needs = PROBE_ONLINE,
    .collect = collect,
};
