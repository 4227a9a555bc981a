/* SPDX-License-Identifier: Apache-2.0
 *
 * unix:symlink: where symbolic links end (unix-definitions-schema 5.11.2,
 * symlink_object). A link whose end is not there, or that leads in a circle,
 * is an item in error; what is not a link is an item that does not exist.
 */
#include <errno.h>

#include "probe/canonical.h"
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
    AUTO(buf_clear) struct buf path = BUF(CANONICAL_MAX);
    struct err err = { 0 };
    struct stat st;
    int rc = regular_stat(job->machine, file->filepath, &st, &err);

    if (rc == E_ABSENT)
        return;
    if (rc == 0 && !S_ISLNK(st.st_mode)) {
        give_status(job->sink, file, OVAL_DOES_NOT_EXIST);
        return;
    }
    rc = rc < 0 ? -EACCES : canonical_path(job->machine, file->filepath, &path);
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
