/* SPDX-License-Identifier: Apache-2.0 */
#include "probe/mounts.h"

static bool is_octal(char c)
{
    return c >= '0' && c <= '7';
}

/* The kernel writes blanks, newlines and backslashes as \ and three octal
 * digits. */
static str decode(str text, struct arena *arena)
{
    char *out = arena_alloc(arena, text.n + 1, 1);
    size_t n = 0;

    for (size_t i = 0; i < text.n; i++) {
        const char *p = text.p + i;

        if (p[0] == '\\' && i + 3 < text.n && is_octal(p[1]) &&
            is_octal(p[2]) && is_octal(p[3])) {
            out[n++] =
                (char)((p[1] - '0') << 6 | (p[2] - '0') << 3 | (p[3] - '0'));
            i += 3;
        } else {
            out[n++] = p[0];
        }
    }
    return (str){ out, n };
}

static int parse_device(str text, struct mount *out, struct err *err)
{
    str first = str_cut(&text, ':');
    int64_t major_number;
    int64_t minor_number;
    int rc = str_to_i64(first, 0, UINT32_MAX, &major_number, err);

    if (rc == 0)
        rc = str_to_i64(text, 0, UINT32_MAX, &minor_number, err);
    if (rc < 0)
        return rc;
    out->major_number = (uint32_t)major_number;
    out->minor_number = (uint32_t)minor_number;
    return 0;
}

int mounts_parse_line(str line, struct arena *arena, struct mount *out,
                      struct err *err)
{
    struct mount mount = { 0 };
    str point;
    int rc;

    str_cut(&line, ' '); /* mount id */
    str_cut(&line, ' '); /* parent id */
    rc = parse_device(str_cut(&line, ' '), &mount, err);
    if (rc < 0)
        return err_wrap(err, rc, "expected MAJOR:MINOR as third field");
    str_cut(&line, ' '); /* root */
    point = str_cut(&line, ' ');
    mount.options = str_cut(&line, ' ');
    while (line.n > 0 && !str_starts(line, STR("- ")))
        str_cut(&line, ' '); /* optional fields */
    str_cut(&line, ' ');
    mount.type = str_cut(&line, ' ');
    mount.source = decode(str_cut(&line, ' '), arena);
    mount.super_options = str_cut(&line, ' ');
    if (point.n == 0 || mount.type.n == 0)
        return err_set(err, E_PARSE,
                       "expected a mount point and, behind ' - ', a type");
    mount.point = decode(point, arena);
    *out = mount;
    return 0;
}

static bool is_listed(str list, str option)
{
    while (list.n > 0)
        if (str_eq(str_cut(&list, ','), option))
            return true;
    return false;
}

/* The option that begins at byte `at` of the one list, then the other. */
static bool option_at(const struct mount *mount, size_t *at, str *out,
                      bool *out_super)
{
    str options = str_sub(mount->options, *at, mount->options.n);

    *out_super = *at > mount->options.n;
    if (*out_super)
        options = str_sub(mount->super_options, *at - mount->options.n - 1,
                          mount->super_options.n);
    else if (options.n == 0) {
        *at = mount->options.n + 1;
        *out_super = true;
        options = mount->super_options;
    }
    if (options.n == 0)
        return false;
    *out = str_cut(&options, ',');
    *at += out->n + 1;
    return true;
}

bool mounts_next_option(const struct mount *mount, size_t *state, str *out)
{
    static const str ro = { "ro", 2 };
    static const str rw = { "rw", 2 };
    bool super;

    while (option_at(mount, state, out, &super)) {
        bool mode = str_eq(*out, ro) || str_eq(*out, rw);

        if (out->n == 0 || (super && mode) ||
            (super && is_listed(mount->options, *out)))
            continue;
        if (mode && is_listed(mount->super_options, ro))
            *out = ro;
        return true;
    }
    return false;
}

bool mounts_may_block(const struct mount *mount)
{
    static const char *const types[] = {
        "9p",   "afs",       "autofs",   "beegfs", "ceph",  "cifs",
        "coda", "glusterfs", "gpfs",     "lustre", "ncpfs", "nfs",
        "nfs4", "ocfs2",     "orangefs", "smb3",   "smbfs",
    };

    for (size_t i = 0; i < COUNT(types); i++)
        if (str_eq_c(mount->type, types[i]))
            return true;
    return str_eq(mount->type, STR("fuse")) ||
           str_starts(mount->type, STR("fuse."));
}
