/* SPDX-License-Identifier: Apache-2.0
 *
 * unix:xinetd: the services of /etc/xinetd.conf and what it includes. A file
 * that cannot be read or understood is an error of the object.
 */
#include <dirent.h>
#include <fcntl.h>
#include <unistd.h>

#include "base/io.h"
#include "probe/machine.h"
#include "probe/services.h"
#include "probe/xinetd_conf.h"

enum {
    FILE_MAX = 16 * 1024 * 1024,
    INCLUDES_MAX = 10000,
    DEPTH_MAX = 8,
};

struct job {
    struct probe_machine *machine;
    struct oval_sink *sink;
    struct xinetd_conf conf;
    struct buf services; /* /etc/services */
    unsigned includes;
    unsigned depth;
};

static int on_include(void *ctx, str path, bool directory, struct err *err);

/* Errors are told to the sink: one bad file does not hide the others. */
static void read_file(struct job *job, const char *path)
{
    AUTO(buf_clear) struct buf text = BUF(FILE_MAX);
    struct err why = { 0 };
    int rc;

    if (job->includes++ >= INCLUDES_MAX || job->depth >= DEPTH_MAX) {
        oval_sink_error(job->sink, "%s: too many files include each other",
                        path);
        return;
    }
    job->depth++;
    rc = probe_read(job->machine, path, &text, &why);
    if (rc < 0) {
        oval_sink_error(job->sink, "%s", err_text(&why));
    } else {
        rc = xinetd_conf_parse(&job->conf, buf_str(&text), on_include, job,
                               &why);
        if (rc < 0)
            oval_sink_error(job->sink, "%s: %s", path, err_text(&why));
    }
    job->depth--;
}

/* xinetd leaves out names with a dot and those that end with '~'. */
static int is_used(const struct dirent *entry)
{
    str name = str_c(entry->d_name);

    return str_find_char(name, '.') == name.n && !str_ends(name, STR("~"));
}

static void read_directory(struct job *job, const char *path)
{
    struct dirent **entries = NULL;
    struct err why = { 0 };
    int fd = probe_open(job->machine, path, O_RDONLY | O_DIRECTORY, &why);
    int n;

    if (fd < 0) {
        oval_sink_error(job->sink, "%s", err_text(&why));
        return;
    }
    n = scandirat(fd, ".", &entries, is_used, alphasort);
    for (int i = 0; i < n; i++) {
        str file =
            arena_printf(&job->conf.arena, "%s/%s", path, entries[i]->d_name);

        read_file(job, file.p);
        free(entries[i]);
    }
    free(entries);
    close(fd);
}

static int on_include(void *ctx, str path, bool directory, struct err *err)
{
    struct job *job = ctx;
    const char *text = arena_c(&job->conf.arena, path);

    if (path.n == 0 || path.p[0] != '/')
        return err_set(err, E_PARSE, "expected an absolute path to include");
    if (directory)
        read_directory(job, text);
    else
        read_file(job, text);
    return 0;
}

static void give_text(struct oval_sink *sink, const char *name, str text)
{
    if (text.n == 0)
        oval_item_status(sink, name, OVAL_STRING, OVAL_DOES_NOT_EXIST);
    else
        oval_item_str(sink, name, text);
}

/* A fact for each word. */
static void give_words(struct oval_sink *sink, const char *name, str text)
{
    if (text.n == 0)
        oval_item_status(sink, name, OVAL_STRING, OVAL_DOES_NOT_EXIST);
    while (text.n > 0)
        oval_item_str(sink, name, str_cut(&text, ' '));
}

/* type is an enumeration: another word would make results invalid. */
static void give_types(struct oval_sink *sink, str text)
{
    static const char *const types[] = { "INTERNAL", "RPC", "UNLISTED",
                                         "TCPMUX", "TCPMUXPLUS" };
    bool given = false;

    while (text.n > 0) {
        str word = str_cut(&text, ' ');

        for (size_t i = 0; i < COUNT(types); i++)
            if (str_eq_c(word, types[i])) {
                oval_item_str(sink, "type", word);
                given = true;
            }
    }
    if (!given)
        oval_item_status(sink, "type", OVAL_STRING, OVAL_DOES_NOT_EXIST);
}

/* The protocol that xinetd takes for a socket type when none is stated. */
static str protocol_of(str protocol, str socket_type)
{
    if (protocol.n > 0)
        return protocol;
    if (str_eq(socket_type, STR("stream")))
        return STR("tcp");
    if (str_eq(socket_type, STR("dgram")))
        return STR("udp");
    return STR("");
}

static void give_port(const struct job *job, str port, str service,
                      str protocol)
{
    int64_t number;

    if (str_to_i64(port, 0, 65535, &number, NULL) < 0)
        number = services_find_port(buf_str(&job->services), service, protocol);
    if (number < 0)
        oval_item_status(job->sink, "port", OVAL_INT, OVAL_DOES_NOT_EXIST);
    else
        oval_item_int(job->sink, "port", number);
}

static void give_wait(struct oval_sink *sink, str wait)
{
    if (str_eq(wait, STR("yes")) || str_eq(wait, STR("no")))
        oval_item_bool(sink, "wait", str_eq(wait, STR("yes")));
    else
        oval_item_status(sink, "wait", OVAL_BOOLEAN, OVAL_DOES_NOT_EXIST);
}

static void give(const struct job *job, const struct xinetd_service *service)
{
    struct oval_sink *sink = job->sink;
    str v[XINETD_ATTRIBUTES];
    str protocol;

    for (size_t i = 0; i < XINETD_ATTRIBUTES; i++)
        v[i] = xinetd_conf_value(&job->conf, service, (enum xinetd_attribute)i);
    protocol = protocol_of(v[XINETD_PROTOCOL], v[XINETD_SOCKET_TYPE]);
    oval_item_begin(sink, "unix:xinetd");
    give_text(sink, "protocol", protocol);
    oval_item_str(sink, "service_name", service->name);
    give_words(sink, "flags", v[XINETD_FLAGS]);
    give_words(sink, "no_access", v[XINETD_NO_ACCESS]);
    give_words(sink, "only_from", v[XINETD_ONLY_FROM]);
    give_port(job, v[XINETD_PORT], service->name, protocol);
    give_text(sink, "server", v[XINETD_SERVER]);
    give_text(sink, "server_arguments", v[XINETD_SERVER_ARGS]);
    give_text(sink, "socket_type", v[XINETD_SOCKET_TYPE]);
    give_types(sink, v[XINETD_TYPE]);
    give_text(sink, "user", v[XINETD_USER]);
    give_wait(sink, v[XINETD_WAIT]);
    oval_item_bool(sink, "disabled",
                   xinetd_conf_is_disabled(&job->conf, service));
    oval_item_end(sink);
}

static int collect(struct probe_machine *machine,
                   const struct oval_query *query UNUSED,
                   struct oval_sink *sink, struct err *err UNUSED)
{
    static const char path[] = "/etc/xinetd.conf";
    struct job job = { .machine = machine,
                       .sink = sink,
                       .services = BUF(FILE_MAX) };
    struct err why = { 0 };
    struct stat st;

    if (probe_stat(machine, path, true, &st, &why) == E_ABSENT)
        return 0;
    read_file(&job, path);
    if (job.conf.services.n > 0 &&
        probe_read(machine, "/etc/services", &job.services, &why) < 0)
        oval_sink_message(sink, OVAL_LEVEL_WARNING,
                          "ports are known only where they are stated: %s",
                          err_text(&why));
    for (size_t i = 0; i < job.conf.services.n; i++)
        give(&job, &job.conf.services.p[i]);
    xinetd_conf_clear(&job.conf);
    buf_clear(&job.services);
    return 0;
}

const struct probe probe_xinetd = {
    .object = "unix:xinetd",
    .collect = collect,
};
