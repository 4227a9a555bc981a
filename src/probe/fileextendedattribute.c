/* SPDX-License-Identifier: Apache-2.0
 *
 * unix:fileextendedattribute: extended attributes of files, one item an
 * attribute (unix-definitions-schema 5.11.2). A value that is not text is
 * given in base64 with the prefix "0s", as getfattr(1) writes it.
 */
#include <errno.h>
#include <fcntl.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "base/encode.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "probe/filespec.h"
#include "probe/regular.h"

enum {
    NAMES_MAX = 64 * 1024,
    VALUE_MAX = 64 * 1024
}; /* the kernel's own */

struct job {
    struct probe_machine *machine;
    struct oval_sink *sink;
    const struct oval_want *name;
    char *names;
    char *value;
};

static bool is_text(str value)
{
    for (size_t i = 0; i < value.n; i++)
        if ((unsigned char)value.p[i] < ' ' && value.p[i] != '\t' &&
            value.p[i] != '\n' && value.p[i] != '\r')
            return false;
    return utf8_valid(value) == value.n;
}

/* security.selinux and others end in a NUL that is not part of the text. */
static void give_value(struct oval_sink *sink, str value)
{
    AUTO(buf_clear) struct buf text = BUF(2 * VALUE_MAX);

    if (value.n > 0 && value.p[value.n - 1] == '\0' &&
        is_text(str_sub(value, 0, value.n - 1)))
        value.n--;
    if (is_text(value)) {
        oval_item_str(sink, "value", value);
        return;
    }
    buf_add_c(&text, "0s");
    base64_add(&text, value);
    oval_item_str(sink, "value", buf_str(&text));
}

static void give(const struct job *job, const struct filespec_file *file,
                 const char *link, const char *name)
{
    ssize_t n = getxattr(link, name, job->value, VALUE_MAX);
    int number = errno;

    if (n < 0 && number == ENODATA)
        return; /* removed since it was listed */
    oval_item_begin(job->sink, "unix:fileextendedattribute");
    filespec_facts(job->sink, file);
    oval_item_str(job->sink, "attribute_name", str_c(name));
    if (n >= 0) {
        give_value(job->sink, (str){ job->value, (size_t)n });
    } else {
        oval_item_status(job->sink, "value", OVAL_STRING, OVAL_STATUS_ERROR);
        oval_item_set_status(job->sink, OVAL_STATUS_ERROR);
        oval_sink_message(job->sink, OVAL_LEVEL_ERROR, "%.*s: %s: %s", 1000,
                          file->filepath, name, strerror(number));
    }
    oval_item_end(job->sink);
}

static void give_all(const struct job *job, const struct filespec_file *file,
                     const char *link)
{
    ssize_t n = listxattr(link, job->names, NAMES_MAX);

    if (n < 0 && errno != EOPNOTSUPP) {
        oval_sink_error(job->sink, "%.*s: %s", 1000, file->filepath,
                        strerror(errno));
        return;
    }
    for (ssize_t at = 0; at < n;) {
        str name = { job->names + at,
                     strnlen(job->names + at, (size_t)(n - at)) };

        if (oval_sink_match(job->sink, job->name, name) == OVAL_TRUE)
            give(job, file, link, name.p);
        at += (ssize_t)name.n + 1;
    }
}

static void each(void *ctx, const struct filespec_file *file)
{
    const struct job *job = ctx;
    char link[40];
    int fd =
        regular_open_path(job->machine, file->filepath, O_PATH | O_NOFOLLOW);

    if (fd < 0) {
        if (fd != -ENOENT && fd != -ENOTDIR && fd != -ELOOP)
            oval_sink_error(job->sink, "%.*s: %s", 1000, file->filepath,
                            strerror(-fd));
        return;
    }
    snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
    give_all(job, file, link);
    close(fd);
}

static int collect(struct probe_machine *machine,
                   const struct oval_query *query, struct oval_sink *sink,
                   struct err *err UNUSED)
{
    struct job job = { .machine = machine,
                       .sink = sink,
                       .name = oval_query_want(query, "attribute_name") };

    if (job.name == NULL) {
        oval_sink_error(sink, "the object has no attribute_name");
        return 0;
    }
    job.names = mem_alloc(1, NAMES_MAX);
    job.value = mem_alloc(1, VALUE_MAX);
    filespec_each(machine, query, sink, each, &job);
    mem_free(job.names);
    mem_free(job.value);
    return 0;
}

const struct probe probe_fileextendedattribute = {
    .object = "unix:fileextendedattribute",
    .needs = PROBE_MATCHES | PROBE_BATCH,
    .collect = collect,
    .is_batch = filespec_is_batch,
    .prepare = filespec_prepare,
};
