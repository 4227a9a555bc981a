/* SPDX-License-Identifier: Apache-2.0 */
#include "netdev/archive.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/io.h"
#include "netdev/config.h"

enum {
    PATH_BYTES = 4096,
    VERSION_MAX = 1000000000,
};

int archive_check_name(str device, struct err *err)
{
    bool is_name = device.n > 0 && device.n <= 200 && device.p[0] != '.';

    for (size_t i = 0; is_name && i < device.n; i++)
        is_name = device.p[i] > 0x20 && device.p[i] < 0x7f &&
                  device.p[i] != '/' && device.p[i] != '\\';
    return is_name ? 0
                   : err_set(err, E_INVALID,
                             "'%" PRIstr "' is no name for a device's "
                             "versions",
                             ARGstr(str_sub(device, 0, 64)));
}

/* "12.cfg" */
static unsigned version_of(const char *name)
{
    str text = str_c(name);
    str number = str_cut(&text, '.');
    int64_t version;

    return str_eq_c(text, "cfg") &&
                   str_to_i64(number, 1, VERSION_MAX, &version, NULL) == 0
               ? (unsigned)version
               : 0;
}

static int find_newest(const char *path, unsigned *out, struct err *err)
{
    DIR *dir = opendir(path);
    struct dirent *entry;

    *out = 0;
    if (dir == NULL)
        return errno == ENOENT ? 0 : err_errno(err, errno, "%s", path);
    while ((entry = readdir(dir)) != NULL) {
        unsigned version = version_of(entry->d_name);

        *out = version > *out ? version : *out;
    }
    closedir(dir);
    return 0;
}

static int folder_of(const char *directory, str device, struct buf *out,
                     struct err *err)
{
    int rc = archive_check_name(device, err);

    buf_printf(out, "%s/%" PRIstr, directory, ARGstr(device));
    return rc < 0 ? rc : buf_finish(out, "the archive's name", err);
}

int archive_read(const char *directory, str device, unsigned version,
                 struct buf *out, struct err *err)
{
    AUTO(buf_clear) struct buf path = BUF(PATH_BYTES);
    int rc = folder_of(directory, device, &path, err);

    buf_printf(&path, "/%u.cfg", version);
    return rc < 0 ? rc : io_read_file(AT_FDCWD, buf_c(&path), out, err);
}

int archive_newest(const char *directory, str device, unsigned *out_version,
                   struct buf *out, struct err *err)
{
    AUTO(buf_clear) struct buf path = BUF(PATH_BYTES);
    int rc = folder_of(directory, device, &path, err);

    if (rc == 0)
        rc = find_newest(buf_c(&path), out_version, err);
    if (rc < 0 || *out_version == 0)
        return rc;
    return archive_read(directory, device, *out_version, out, err);
}

static int make_folder(const char *path, struct err *err)
{
    if (mkdir(path, 0700) < 0 && errno != EEXIST)
        return err_errno(err, errno, "%s", path);
    return 0;
}

/* A file that is only its owner's from the first moment on. */
static int write_version(const char *path, str config, struct err *err)
{
    AUTO(io_out_freep) struct io_out *out = NULL;
    mode_t before = umask(077);
    int rc = io_out_open(path, &out, err);

    (void)umask(before);
    if (rc < 0)
        return rc;
    io_out_write(out, config);
    return io_out_finish(out, err);
}

int archive_add(const char *directory, str device, str config,
                unsigned *out_version, bool *out_is_new, struct err *err)
{
    AUTO(buf_clear) struct buf newest = BUF(CONFIG_TEXT_MAX);
    AUTO(buf_clear) struct buf path = BUF(PATH_BYTES);
    unsigned version = 0;
    int rc = archive_newest(directory, device, &version, &newest, err);

    if (rc < 0)
        return rc;
    *out_is_new = version == 0 || !str_eq(buf_str(&newest), config);
    *out_version = version + (*out_is_new ? 1 : 0);
    if (!*out_is_new)
        return 0;
    rc = folder_of(directory, device, &path, err);
    if (rc == 0)
        rc = make_folder(directory, err);
    if (rc == 0)
        rc = make_folder(buf_c(&path), err);
    buf_printf(&path, "/%u.cfg", *out_version);
    return rc < 0 ? rc : write_version(buf_c(&path), config, err);
}
