/* SPDX-License-Identifier: Apache-2.0
 *
 * unix:runlevel: System V services by runlevel. The services are the scripts
 * in init.d; in the directory of a runlevel, a link S99name starts one and a
 * link K99name kills it.
 */
#include "probe/runlevel.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "base/vec.h"
#include "probe/machine.h"

static const char levels[] = "0123456S";

enum {
    SERVICES_MAX = 65536
};

struct service {
    str name;
    uint8_t start; /* a bit a level */
    uint8_t kill;
};

struct job {
    struct probe_machine *machine;
    struct oval_sink *sink;
    VEC(struct service) services;
};

bool runlevel_parse_link(str name, char *out_action, str *out_service)
{
    if (name.n < 4 || (name.p[0] != 'S' && name.p[0] != 'K') ||
        name.p[1] < '0' || name.p[1] > '9' || name.p[2] < '0' ||
        name.p[2] > '9')
        return false;
    *out_action = name.p[0];
    *out_service = str_sub(name, 3, name.n);
    return true;
}

static struct service *service_of(struct job *job, str name)
{
    struct service *service;

    for (size_t i = 0; i < job->services.n; i++)
        if (str_eq(job->services.p[i].name, name))
            return &job->services.p[i];
    if (job->services.n >= SERVICES_MAX)
        return NULL;
    service = vec_push(&job->services);
    service->name = arena_str(oval_sink_arena(job->sink), name);
    return service;
}

/* A directory stream, or NULL when there is no such directory. */
static DIR *open_directory(struct job *job, const char *path)
{
    struct err why = { 0 };
    int fd = probe_open(job->machine, path, O_RDONLY | O_DIRECTORY, &why);
    DIR *dir;

    if (fd < 0) {
        if (fd != E_ABSENT)
            oval_sink_error(job->sink, "%s", err_text(&why));
        return NULL;
    }
    dir = fdopendir(fd);
    if (dir == NULL)
        close(fd);
    return dir;
}

static bool is_script(str name)
{
    static const char *const others[] = { "README", "skeleton", "functions",
                                          "rc", "rcS" };

    for (size_t i = 0; i < COUNT(others); i++)
        if (str_eq_c(name, others[i]))
            return false;
    return name.n > 0 && name.p[0] != '.';
}

/* Red Hat keeps it all below /etc/rc.d and links to it. */
static void read_scripts(struct job *job)
{
    DIR *dir = open_directory(job, "/etc/init.d");
    const struct dirent *entry;

    if (dir == NULL)
        dir = open_directory(job, "/etc/rc.d/init.d");
    while (dir != NULL && (entry = readdir(dir)) != NULL)
        if (entry->d_type != DT_DIR && is_script(str_c(entry->d_name)))
            service_of(job, str_c(entry->d_name));
    if (dir != NULL)
        closedir(dir);
}

static void read_level(struct job *job, unsigned level)
{
    const struct dirent *entry;
    char path[32];
    DIR *dir;

    snprintf(path, sizeof(path), "/etc/rc%c.d", levels[level]);
    dir = open_directory(job, path);
    if (dir == NULL) {
        snprintf(path, sizeof(path), "/etc/rc.d/rc%c.d", levels[level]);
        dir = open_directory(job, path);
    }
    while (dir != NULL && (entry = readdir(dir)) != NULL) {
        struct service *service;
        char action;
        str name;

        if (!runlevel_parse_link(str_c(entry->d_name), &action, &name))
            continue;
        service = service_of(job, name);
        if (service != NULL && action == 'S')
            service->start |= (uint8_t)(1U << level);
        if (service != NULL && action == 'K')
            service->kill |= (uint8_t)(1U << level);
    }
    if (dir != NULL)
        closedir(dir);
}

static void give(const struct job *job, const struct service *service,
                 unsigned level)
{
    struct oval_sink *sink = job->sink;

    oval_item_begin(sink, "unix:runlevel");
    oval_item_str(sink, "service_name", service->name);
    oval_item_str(sink, "runlevel", (str){ levels + level, 1 });
    oval_item_bool(sink, "start", (service->start >> level & 1) != 0);
    oval_item_bool(sink, "kill", (service->kill >> level & 1) != 0);
    oval_item_end(sink);
}

static int collect(struct probe_machine *machine,
                   const struct oval_query *query, struct oval_sink *sink,
                   struct err *err UNUSED)
{
    const unsigned count = (unsigned)sizeof(levels) - 1;
    struct job job = { .machine = machine, .sink = sink };
    str wanted = STR_NONE;
    bool one = oval_query_literal(query, "service_name", &wanted);

    read_scripts(&job);
    for (unsigned level = 0; level < count; level++)
        read_level(&job, level);
    for (size_t i = 0; i < job.services.n; i++)
        if (!one || str_eq(job.services.p[i].name, wanted))
            for (unsigned level = 0; level < count; level++)
                give(&job, &job.services.p[i], level);
    vec_clear(&job.services);
    return 0;
}

const struct probe probe_runlevel = {
    .object = "unix:runlevel",
    .collect = collect,
};
