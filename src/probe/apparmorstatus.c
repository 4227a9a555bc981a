/* SPDX-License-Identifier: Apache-2.0
 *
 * linux:apparmorstatus: how many profiles the kernel has loaded, and how many
 * processes they hold, as aa-status(8) counts. A process is unconfined with a
 * profile when a profile has the name of its program. A kernel without
 * AppArmor has no item.
 */
#include "probe/apparmorstatus.h"

#include <fcntl.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/io.h"
#include "base/map.h"
#include "probe/proc.h"

enum {
    PROFILES_MAX = 64 * 1024 * 1024,
    LABEL_MAX = 64 * 1024
};

static const char profiles_path[] = "/sys/kernel/security/apparmor/profiles";

struct count {
    int64_t loaded;
    int64_t enforced;
    int64_t complaining;
    int64_t confined; /* processes: any mode */
    int64_t enforced_processes;
    int64_t complaining_processes;
    int64_t unconfined; /* processes that have a profile */
};

struct job {
    struct probe_machine *machine;
    struct oval_sink *sink;
    struct count count;
    struct map profiles; /* names, as in text */
    struct buf text;
    struct buf label;
    int fd; /* of /proc */
    unsigned refused;
};

void apparmor_parse_label(str text, str *out_name, str *out_mode)
{
    text = str_trim(text);
    *out_name = text;
    *out_mode = STR("");
    if (!str_ends(text, STR(")")))
        return;
    for (size_t i = text.n; i >= 2; i--)
        if (text.p[i - 1] == '(' && text.p[i - 2] == ' ') {
            *out_name = str_sub(text, 0, i - 2);
            *out_mode = str_sub(text, i, text.n - i - 1);
            return;
        }
}

static void count_profiles(struct job *job)
{
    str text = buf_str(&job->text);

    while (text.n > 0) {
        str line = str_cut(&text, '\n');
        str name;
        str mode;

        if (line.n == 0)
            continue;
        apparmor_parse_label(line, &name, &mode);
        job->count.loaded++;
        job->count.enforced += str_eq(mode, STR("enforce"));
        job->count.complaining += str_eq(mode, STR("complain"));
        map_add(&job->profiles, name, 0);
    }
}

static int read_label(struct job *job, int64_t pid, const char *file,
                      struct err *err)
{
    char path[64];

    snprintf(path, sizeof(path), "%lld/attr/%s", (long long)pid, file);
    buf_reset(&job->label);
    return io_read_file(job->fd, path, &job->label, err);
}

static bool has_profile(struct job *job, int64_t pid)
{
    char path[64];
    char program[4096];
    ssize_t n;

    snprintf(path, sizeof(path), "%lld/exe", (long long)pid);
    n = readlinkat(job->fd, path, program, sizeof(program));
    return n > 0 &&
           map_get(&job->profiles, (str){ program, (size_t)n }) != MAP_NONE;
}

/* Newer kernels keep AppArmor's label apart from that of other modules. A
 * process that ended meanwhile is not counted. */
static int count_process(void *ctx, int64_t pid, struct err *err UNUSED)
{
    struct job *job = ctx;
    int rc = read_label(job, pid, "apparmor/current", NULL);
    str name;
    str mode;

    if (rc == E_ABSENT)
        rc = read_label(job, pid, "current", NULL);
    if (rc < 0) {
        job->refused += rc == E_PERM;
        return 0;
    }
    while (job->label.n > 0 && job->label.p[job->label.n - 1] == '\0')
        job->label.n--;
    apparmor_parse_label(buf_str(&job->label), &name, &mode);
    if (str_eq(name, STR("unconfined"))) {
        job->count.unconfined += has_profile(job, pid);
        return 0;
    }
    job->count.confined++;
    job->count.enforced_processes += str_eq(mode, STR("enforce"));
    job->count.complaining_processes += str_eq(mode, STR("complain"));
    return 0;
}

static void give_processes(struct job *job)
{
    static const char *const names[] = {
        "processes_with_profiles_count", "enforce_mode_processes_count",
        "complain_mode_processes_count",
        "unconfined_processes_with_profiles_count"
    };
    const struct count *c = &job->count;
    const int64_t values[] = { c->confined + c->unconfined,
                               c->enforced_processes, c->complaining_processes,
                               c->unconfined };

    for (size_t i = 0; i < COUNT(names); i++)
        if (job->refused > 0)
            oval_item_status(job->sink, names[i], OVAL_INT, OVAL_STATUS_ERROR);
        else
            oval_item_int(job->sink, names[i], values[i]);
    if (job->refused > 0)
        oval_sink_message(job->sink, OVAL_LEVEL_ERROR,
                          "the labels of %u processes cannot be read without "
                          "more privilege",
                          job->refused);
}

static void give(struct job *job)
{
    struct err why = { 0 };
    int rc;

    count_profiles(job);
    job->fd = proc_open(job->machine, &why);
    if (job->fd < 0) {
        oval_sink_error(job->sink, "%s", err_text(&why));
        return;
    }
    rc = proc_each(job->fd, count_process, job, &why);
    close(job->fd);
    if (rc < 0) {
        oval_sink_error(job->sink, "%s", err_text(&why));
        return;
    }
    oval_item_begin(job->sink, "linux:apparmorstatus");
    oval_item_int(job->sink, "loaded_profiles_count", job->count.loaded);
    oval_item_int(job->sink, "enforce_mode_profiles_count",
                  job->count.enforced);
    oval_item_int(job->sink, "complain_mode_profiles_count",
                  job->count.complaining);
    give_processes(job);
    oval_item_end(job->sink);
}

/* The kernel may have AppArmor and not use it. */
static bool is_enabled(struct probe_machine *machine)
{
    AUTO(buf_clear) struct buf text = BUF(LABEL_MAX);

    return probe_read(machine, "/sys/module/apparmor/parameters/enabled", &text,
                      NULL) == 0 &&
           str_starts(buf_str(&text), STR("Y"));
}

static int collect(struct probe_machine *machine,
                   const struct oval_query *query UNUSED,
                   struct oval_sink *sink, struct err *err UNUSED)
{
    struct job job = { .machine = machine,
                       .sink = sink,
                       .text = BUF(PROFILES_MAX),
                       .label = BUF(LABEL_MAX) };
    struct err why = { 0 };
    int rc = probe_read(machine, profiles_path, &job.text, &why);

    if (rc == 0)
        give(&job);
    else if (rc != E_ABSENT)
        oval_sink_error(sink, "%s", err_text(&why));
    else if (is_enabled(machine))
        oval_sink_error(sink,
                        "AppArmor is enabled, but securityfs is not "
                        "mounted: %s",
                        err_text(&why));
    else
        oval_sink_message(sink, OVAL_LEVEL_INFO,
                          "the kernel does not use AppArmor");
    map_clear(&job.profiles);
    buf_clear(&job.text);
    buf_clear(&job.label);
    return 0;
}

const struct probe probe_apparmorstatus = {
    .object = "linux:apparmorstatus",
    .needs = PROBE_ONLINE,
    .collect = collect,
};
