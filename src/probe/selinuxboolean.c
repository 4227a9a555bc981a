/* SPDX-License-Identifier: Apache-2.0
 *
 * linux:selinuxboolean: the files of selinuxfs, which hold the current and
 * the pending value. A kernel without SELinux has none.
 */
#include <dirent.h>
#include <fcntl.h>
#include <unistd.h>

#include "probe/machine.h"
#include "probe/selinux.h"

enum {
    VALUE_MAX = 64,
    PATH_SIZE = 512
};

static void give(struct probe_machine *machine, struct oval_sink *sink,
                 str name)
{
    AUTO(buf_clear) struct buf text = BUF(VALUE_MAX);
    AUTO(buf_clear) struct buf path = BUF(PATH_SIZE);
    struct err why = { 0 };
    bool current = false;
    bool pending = false;
    int rc;

    buf_printf(&path, "/sys/fs/selinux/booleans/%" PRIstr, ARGstr(name));
    rc = buf_finish(&path, "the name of a boolean", &why);
    if (rc == 0)
        rc = probe_read(machine, buf_c(&path), &text, &why);
    if (rc == 0)
        rc = selinux_parse_boolean(buf_str(&text), &current, &pending, &why);
    if (rc == E_ABSENT)
        return;
    oval_item_begin(sink, "linux:selinuxboolean");
    oval_item_str(sink, "name", name);
    if (rc < 0) {
        oval_item_status(sink, "current_status", OVAL_BOOLEAN,
                         OVAL_STATUS_ERROR);
        oval_item_status(sink, "pending_status", OVAL_BOOLEAN,
                         OVAL_STATUS_ERROR);
        oval_item_set_status(sink, OVAL_STATUS_ERROR);
        oval_sink_message(sink, OVAL_LEVEL_ERROR, "%s", err_text(&why));
    } else {
        oval_item_bool(sink, "current_status", current);
        oval_item_bool(sink, "pending_status", pending);
    }
    oval_item_end(sink);
}

static int collect(struct probe_machine *machine,
                   const struct oval_query *query, struct oval_sink *sink,
                   struct err *err UNUSED)
{
    const struct oval_want *want = oval_query_want(query, "name");
    const struct dirent *entry;
    struct err why = { 0 };
    DIR *dir;
    int fd = probe_open(machine, "/sys/fs/selinux/booleans",
                        O_RDONLY | O_DIRECTORY, &why);

    if (fd == E_ABSENT)
        return 0;
    dir = fd < 0 ? NULL : fdopendir(fd);
    if (dir == NULL) {
        if (fd >= 0)
            close(fd);
        oval_sink_error(sink, "%s", err_text(&why));
        return 0;
    }
    while ((entry = readdir(dir)) != NULL) {
        str name = str_c(entry->d_name);

        if (name.p[0] != '.' &&
            (want == NULL || oval_sink_match(sink, want, name) != OVAL_FALSE))
            give(machine, sink, name);
    }
    closedir(dir);
    return 0;
}

const struct probe probe_selinuxboolean = {
    .object = "linux:selinuxboolean",
    .needs = PROBE_ONLINE,
    .collect = collect,
};
