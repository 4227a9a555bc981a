/* SPDX-License-Identifier: Apache-2.0
 *
 * independent:environmentvariable58: the environments of processes, from
 * /proc/PID/environ. A pid that is nil means this process. The kernel gives
 * an environment to its owner and to root only: what it refuses is an error
 * of the object, as the schema demands.
 */
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "base/io.h"
#include "probe/environment.h"
#include "probe/proc.h"

enum {
    ENVIRON_MAX = 8 * 1024 * 1024
};

struct job {
    struct oval_sink *sink;
    const struct oval_want *pid; /* NULL: all */
    const struct oval_want *name;
    int fd; /* of /proc */
    struct buf text;
    unsigned refused;
};

static void give(struct job *job, int64_t pid, str text)
{
    str name;
    str value;

    while (environment_next(&text, &name, &value)) {
        if (job->name != NULL &&
            oval_sink_match(job->sink, job->name, name) == OVAL_FALSE)
            continue;
        oval_item_begin(job->sink, "independent:environmentvariable58");
        oval_item_int(job->sink, "pid", pid);
        oval_item_str(job->sink, "name", name);
        oval_item_str(job->sink, "value", value);
        oval_item_end(job->sink);
    }
}

static int read_one(void *ctx, int64_t pid, struct err *err UNUSED)
{
    struct job *job = ctx;
    struct err why = { 0 };
    char path[64];
    int rc;

    if (job->pid != NULL) {
        snprintf(path, sizeof(path), "%lld", (long long)pid);
        if (oval_sink_match(job->sink, job->pid, str_c(path)) != OVAL_TRUE)
            return 0;
    }
    snprintf(path, sizeof(path), "%lld/environ", (long long)pid);
    buf_reset(&job->text);
    rc = io_read_file(job->fd, path, &job->text, &why);
    if (rc == 0) {
        give(job, pid, buf_str(&job->text));
        return 0;
    }
    snprintf(path, sizeof(path), "%lld", (long long)pid);
    if (faccessat(job->fd, path, F_OK, 0) < 0 && errno == ENOENT)
        return 0; /* it ended meanwhile */
    if (job->refused++ == 0)
        oval_sink_error(job->sink, "/proc/%s", err_text(&why));
    return 0;
}

static int collect(struct probe_machine *machine,
                   const struct oval_query *query, struct oval_sink *sink,
                   struct err *err)
{
    struct job job = { .sink = sink,
                       .pid = oval_query_want(query, "pid"),
                       .name = oval_query_want(query, "name"),
                       .text = BUF(ENVIRON_MAX) };
    struct err why = { 0 };
    int rc = 0;

    job.fd = proc_open(machine, &why);
    if (job.fd < 0) {
        oval_sink_error(sink, "%s", err_text(&why));
        return 0;
    }
    if (job.pid != NULL && job.pid->nil) {
        /* The engine wants no pid then, but an item's pid may be there. */
        job.pid = NULL;
        oval_sink_trust(sink);
        rc = read_one(&job, getpid(), err);
    } else {
        rc = proc_each(job.fd, read_one, &job, &why);
        if (rc < 0)
            oval_sink_error(sink, "%s", err_text(&why));
    }
    if (job.refused > 1)
        oval_sink_message(sink, OVAL_LEVEL_ERROR,
                          "the environments of %u more processes could not "
                          "be read",
                          job.refused - 1);
    buf_clear(&job.text);
    close(job.fd);
    return 0;
}

const struct probe probe_environmentvariable58 = {
    .object = "independent:environmentvariable58",
    .needs = PROBE_ONLINE,
    .collect = collect,
};
