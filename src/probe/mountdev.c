/* SPDX-License-Identifier: Apache-2.0 */
#include "probe/mountdev.h"

#include <fcntl.h>
#include <sys/sysmacros.h>

#include "base/io.h"
#include "probe/mounts.h"

enum {
    MOUNTINFO_MAX = 16 << 20
};

void mountdev_clear(struct mountdev *mounts)
{
    vec_clear(&mounts->remote);
}

/* File systems whose files lie elsewhere. autofs is a promise of a mount that
 * may be remote; entering it would mount it. */
static bool is_remote_type(str type)
{
    static const char *const types[] = {
        "9p",   "acfs",     "afs",  "autofs", "beegfs",   "ceph",  "cifs",
        "coda", "davfs",    "gpfs", "lustre", "ncp",      "ncpfs", "nfs",
        "nfs4", "orangefs", "smb3", "smbfs",  "virtiofs",
    };
    static const char *const fuse[] = {
        "fuse.ceph-fuse", "fuse.cephfs", "fuse.davfs",    "fuse.glusterfs",
        "fuse.rclone",    "fuse.s3fs",   "fuse.sshfs",    "fuse.moosefs",
        "fuse.curlftpfs", "fuse.mfs",    "fuse.lizardfs",
    };

    for (size_t i = 0; i < COUNT(types); i++)
        if (str_eq_c(type, types[i]))
            return true;
    for (size_t i = 0; i < COUNT(fuse); i++)
        if (str_eq_c(type, fuse[i]))
            return true;
    return false;
}

/* "//host/share" and "host:/path" name another machine. */
static bool is_remote_source(str source)
{
    return str_starts(source, STR("//")) ||
           (source.n > 0 && source.p[0] != '/' &&
            str_find(source, STR(":/")) < source.n);
}

int mountdev_parse(struct mountdev *mounts, str text, struct err *err)
{
    struct arena arena = ARENA;
    int rc = 0;

    for (unsigned line = 1; text.n > 0 && rc == 0; line++) {
        struct mount mount;

        rc = mounts_parse_line(str_cut(&text, '\n'), &arena, &mount, err);
        if (rc < 0)
            err_wrap(err, rc, "mountinfo:%u", line);
        else if (is_remote_type(mount.type) || is_remote_source(mount.source))
            *vec_push(&mounts->remote) =
                makedev(mount.major_number, mount.minor_number);
    }
    arena_clear(&arena);
    return rc;
}

int mountdev_read(struct mountdev *mounts, struct err *err)
{
    AUTO(buf_clear) struct buf text = BUF(MOUNTINFO_MAX);
    int rc = io_read_file(AT_FDCWD, "/proc/self/mountinfo", &text, err);

    return rc < 0 ? rc : mountdev_parse(mounts, buf_str(&text), err);
}

bool mountdev_is_remote(const struct mountdev *mounts, dev_t dev)
{
    for (size_t i = 0; i < mounts->remote.n; i++)
        if (mounts->remote.p[i] == dev)
            return true;
    return false;
}
