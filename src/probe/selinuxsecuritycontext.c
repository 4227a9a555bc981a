/* SPDX-License-Identifier: Apache-2.0
 *
 * linux:selinuxsecuritycontext: the contexts of files, from their extended
 * attribute, and of processes, from /proc/PID/attr/current. Where the kernel
 * does not use SELinux, processes have no context. Files keep theirs on disk,
 * so those below a root have one too.
 *
 * The raw facts are the parts of the context as the kernel has it. A context
 * may be shown in other words by a translation service (mcstransd); we ask
 * none, so both are the same.
 */
#include <errno.h>
#include <fcntl.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "probe/filespec.h"
#include "probe/proc.h"
#include "probe/selinux.h"

enum {
    CONTEXT_MAX = 4096
};

static const char kind[] = "linux:selinuxsecuritycontext";

struct job {
    struct probe_machine *machine;
    struct oval_sink *sink;
};

static void give_part(struct oval_sink *sink, const char *name, str part,
                      enum oval_status status)
{
    if (part.n > 0)
        oval_item_str(sink, name, part);
    else
        oval_item_status(sink, name, OVAL_STRING, status);
}

/* status is that of parts that are not there. */
static void give_context(struct oval_sink *sink,
                         const struct selinux_context *c,
                         enum oval_status status)
{
    give_part(sink, "user", c->user, status);
    give_part(sink, "role", c->role, status);
    give_part(sink, "type", c->type, status);
    give_part(sink, "low_sensitivity", c->low_sensitivity, status);
    give_part(sink, "low_category", c->low_category, status);
    give_part(sink, "high_sensitivity", c->high_sensitivity, status);
    give_part(sink, "high_category", c->high_category, status);
    give_part(sink, "rawlow_sensitivity", c->low_sensitivity, status);
    give_part(sink, "rawlow_category", c->low_category, status);
    give_part(sink, "rawhigh_sensitivity", c->high_sensitivity, status);
    give_part(sink, "rawhigh_category", c->high_category, status);
}

/* The status of the facts of a context that could be read, could not be, or
 * is none. */
static enum oval_status parse(struct oval_sink *sink, str text,
                              const char *what, struct selinux_context *out)
{
    struct err why = { 0 };

    while (text.n > 0 && text.p[text.n - 1] == '\0')
        text.n--;
    if (text.n == 0 || selinux_parse_context(text, out, &why) == 0)
        return OVAL_DOES_NOT_EXIST;
    oval_sink_message(sink, OVAL_LEVEL_WARNING, "%s: %s", what, err_text(&why));
    return OVAL_STATUS_ERROR;
}

/* Bytes of the attribute into text; 0 when the file has none, or a negative
 * errno. The descriptor only names the file, so its attributes are read by
 * its name in /proc. */
static int read_label(struct job *job, const char *path, char *text,
                      size_t size)
{
    char link[64];
    ssize_t n;
    int fd = probe_open(job->machine, path, O_PATH | O_NOFOLLOW, NULL);

    if (fd < 0)
        return fd == E_ABSENT ? -ENOENT : -EACCES;
    snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
    n = getxattr(link, "security.selinux", text, size);
    if (n < 0 && (errno == ENODATA || errno == EOPNOTSUPP))
        n = 0;
    else if (n < 0)
        n = -errno;
    close(fd);
    return (int)n;
}

static void give_file(void *ctx, const struct filespec_file *file)
{
    struct job *job = ctx;
    struct oval_sink *sink = job->sink;
    struct selinux_context context = { 0 };
    enum oval_status status = OVAL_DOES_NOT_EXIST;
    char text[CONTEXT_MAX];
    int n = read_label(job, file->filepath, text, sizeof(text));

    if (n == -ENOENT)
        return;
    if (n < 0) {
        status = OVAL_STATUS_ERROR;
        oval_sink_message(sink, OVAL_LEVEL_WARNING, "%s: %s", file->filepath,
                          strerror(-n));
    } else {
        status =
            parse(sink, (str){ text, (size_t)n }, file->filepath, &context);
    }
    oval_item_begin(sink, kind);
    filespec_facts(sink, file);
    oval_item_status(sink, "pid", OVAL_INT, OVAL_DOES_NOT_EXIST);
    give_context(sink, &context, status);
    oval_item_end(sink);
}

static void give_process(struct oval_sink *sink, const struct proc *proc)
{
    struct selinux_context context = { 0 };
    enum oval_status status = OVAL_STATUS_ERROR;
    char name[32];

    snprintf(name, sizeof(name), "process %lld", (long long)proc->stat.pid);
    if (proc->error != NULL)
        oval_sink_message(sink, OVAL_LEVEL_WARNING, "%s: %s", name,
                          proc->error);
    else
        status = parse(sink, proc->selinux, name, &context);
    oval_item_begin(sink, kind);
    oval_item_status(sink, "filepath", OVAL_STRING, OVAL_DOES_NOT_EXIST);
    oval_item_status(sink, "path", OVAL_STRING, OVAL_DOES_NOT_EXIST);
    oval_item_status(sink, "filename", OVAL_STRING, OVAL_DOES_NOT_EXIST);
    oval_item_int(sink, "pid", proc->stat.pid);
    give_context(sink, &context, status);
    oval_item_end(sink);
}

static void give_processes(struct job *job, const struct oval_want *want)
{
    const struct proc_list *list;
    struct err why = { 0 };

    if (!job->machine->live) {
        oval_sink_flag(job->sink, OVAL_FLAG_NOT_COLLECTED);
        oval_sink_message(job->sink, OVAL_LEVEL_INFO,
                          "a directory has no processes");
        return;
    }
    if (proc_list_get(job->machine, &list, &why) < 0) {
        oval_sink_error(job->sink, "%s", err_text(&why));
        return;
    }
    oval_sink_trust(job->sink); /* a nil pid means ours */
    for (size_t i = 0; i < list->procs.n; i++) {
        const struct proc *proc = &list->procs.p[i];
        char pid[32];

        snprintf(pid, sizeof(pid), "%lld", (long long)proc->stat.pid);
        if (want->nil
                ? proc->stat.pid == getpid()
                : oval_sink_match(job->sink, want, str_c(pid)) != OVAL_FALSE)
            give_process(job->sink, proc);
    }
}

static int collect(struct probe_machine *machine,
                   const struct oval_query *query, struct oval_sink *sink,
                   struct err *err UNUSED)
{
    const struct oval_want *pid = oval_query_want(query, "pid");
    struct job job = { machine, sink };

    if (pid != NULL) {
        give_processes(&job, pid);
        return 0;
    }
    oval_sink_trust(sink);
    filespec_each(machine, query, sink, give_file, &job);
    return 0;
}

static bool is_batch(const struct oval_query *query)
{
    return oval_query_want(query, "pid") == NULL && filespec_is_batch(query);
}

const struct probe probe_selinuxsecuritycontext = {
    .object = "linux:selinuxsecuritycontext",
    .needs = PROBE_BATCH,
    .collect = collect,
    .is_batch = is_batch,
    .prepare = filespec_prepare,
};
