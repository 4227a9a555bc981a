/* SPDX-License-Identifier: Apache-2.0
 *
 * unix:gconf: preferences of GConf's XML backend. A source is the directory
 * of one, or a file in it. A nil source means what the daemon would answer on
 * this machine for everyone: the mandatory source, then the defaults, the
 * first that has the key. What single users changed in their homes is not
 * looked at then. A machine without GConf has none.
 */
#include <dirent.h>
#include <fcntl.h>
#include <unistd.h>

#include "base/map.h"
#include "base/vec.h"
#include "probe/gconf_xml.h"
#include "probe/machine.h"

static const char mandatory[] = "/etc/gconf/gconf.xml.mandatory";
static const char defaults[] = "/etc/gconf/gconf.xml.defaults";
static const char tree_name[] = "%gconf-tree.xml";
static const char file_name[] = "%gconf.xml";

enum {
    FILE_MAX = 64 * 1024 * 1024,
    PATH_LIMIT = 16 * 1024,
    DEPTH_MAX = 64,
};

struct job {
    struct probe_machine *machine;
    struct oval_sink *sink;
    const struct oval_want *key; /* NULL: all */
    str source;                  /* as the item has it; p == NULL: nil */
    bool is_default;
    bool is_mandatory;
    struct map seen; /* keys, when the source is nil */
};

static str type_name(str type)
{
    static const struct {
        const char *type;
        const char *name;
    } names[] = {
        { "string", "GCONF_VALUE_STRING" }, { "int", "GCONF_VALUE_INT" },
        { "float", "GCONF_VALUE_FLOAT" },   { "bool", "GCONF_VALUE_BOOL" },
        { "schema", "GCONF_VALUE_SCHEMA" }, { "list", "GCONF_VALUE_LIST" },
        { "pair", "GCONF_VALUE_PAIR" },
    };

    for (size_t i = 0; i < COUNT(names); i++)
        if (str_eq_c(type, names[i].type))
            return str_c(names[i].name);
    return STR("");
}

static void give_text(struct oval_sink *sink, const char *name, str text)
{
    if (text.n == 0)
        oval_item_status(sink, name, OVAL_STRING, OVAL_DOES_NOT_EXIST);
    else
        oval_item_str(sink, name, text);
}

static void give_values(struct oval_sink *sink, const struct gconf_entry *entry)
{
    if (entry->value_count == 0)
        oval_item_status(sink, "value", OVAL_STRING, OVAL_DOES_NOT_EXIST);
    for (size_t i = 0; i < entry->value_count; i++)
        oval_item_typed(sink, "value",
                        (enum oval_datatype)entry->values[i].datatype,
                        entry->values[i].text);
}

static bool is_wanted(struct job *job, const struct gconf_entry *entry)
{
    str key;

    if (job->key != NULL &&
        oval_sink_match(job->sink, job->key, entry->key) == OVAL_FALSE)
        return false;
    if (job->source.p != NULL)
        return true;
    if (map_get(&job->seen, entry->key) != MAP_NONE)
        return false;
    key = arena_str(oval_sink_arena(job->sink), entry->key);
    map_add(&job->seen, key, 1);
    return true;
}

static void give(void *ctx, const struct gconf_entry *entry)
{
    struct job *job = ctx;
    struct oval_sink *sink = job->sink;
    int64_t mtime;

    if (!is_wanted(job, entry))
        return;
    oval_item_begin(sink, "unix:gconf");
    oval_item_str(sink, "key", entry->key);
    give_text(sink, "source", job->source);
    give_text(sink, "type", type_name(entry->type));
    oval_item_bool(sink, "is_writable", !job->is_mandatory);
    give_text(sink, "mod_user", entry->user);
    if (str_to_i64(entry->mtime, 0, INT64_MAX, &mtime, NULL) < 0)
        oval_item_status(sink, "mod_time", OVAL_INT, OVAL_DOES_NOT_EXIST);
    else
        oval_item_int(sink, "mod_time", mtime);
    oval_item_bool(sink, "is_default", job->is_default);
    give_values(sink, entry);
    oval_item_end(sink);
}

/* 1: there is no such file. */
static int read_file(struct job *job, const char *path, str prefix)
{
    AUTO(buf_clear) struct buf text = BUF(FILE_MAX);
    struct err why = { 0 };
    int rc = probe_read(job->machine, path, &text, &why);

    if (rc == E_ABSENT)
        return 1;
    if (rc == 0 && text.n > 0)
        rc = gconf_xml_read(buf_str(&text), path, prefix, give, job, &why);
    if (rc < 0)
        oval_sink_error(job->sink, "%s", err_text(&why));
    return 0;
}

static void read_directory(struct job *job, struct buf *path, size_t root,
                           unsigned depth);

static bool is_directory(struct job *job, const char *path)
{
    struct stat st;

    return probe_stat(job->machine, path, false, &st, NULL) == 0 &&
           S_ISDIR(st.st_mode);
}

static void read_below(struct job *job, struct buf *path, size_t root,
                       unsigned depth)
{
    size_t before = path->n;
    int fd =
        probe_open(job->machine, buf_c(path), O_RDONLY | O_DIRECTORY, NULL);
    DIR *dir = fd < 0 ? NULL : fdopendir(fd);
    const struct dirent *entry;

    if (dir == NULL) {
        if (fd >= 0)
            close(fd);
        oval_sink_error(job->sink, "%s: cannot be read", buf_c(path));
        return;
    }
    while ((entry = readdir(dir)) != NULL) {
        if (entry->d_name[0] == '.' || entry->d_name[0] == '%')
            continue;
        buf_printf(path, "/%s", entry->d_name);
        if (!path->over && is_directory(job, buf_c(path)))
            read_directory(job, path, root, depth + 1);
        path->n = before;
        path->over = false;
    }
    closedir(dir);
}

/* A directory of keys, whose names are those of the directories. The first
 * `root` bytes of path are the source's. */
static void read_directory(struct job *job, struct buf *path, size_t root,
                           unsigned depth)
{
    AUTO(buf_clear) struct buf file = BUF(PATH_LIMIT);
    str prefix = str_sub(buf_str(path), root, path->n);

    if (depth > DEPTH_MAX) {
        oval_sink_error(job->sink, "%s: deeper than %d directories",
                        buf_c(path), DEPTH_MAX);
        return;
    }
    buf_printf(&file, "%" PRIstr "/%s", ARGstr(buf_str(path)), tree_name);
    if (read_file(job, buf_c(&file), prefix) == 0)
        return;
    buf_reset(&file);
    buf_printf(&file, "%" PRIstr "/%s", ARGstr(buf_str(path)), file_name);
    (void)read_file(job, buf_c(&file), prefix);
    read_below(job, path, root, depth);
}

/* The part of a file's path that is the key of its directory: what follows
 * the source's own directory, which is called gconf.xml.* or .gconf. */
static str prefix_of(str path)
{
    str rest = path;

    path.n -= sizeof(file_name);
    while (rest.n > 0) {
        str part = str_cut(&rest, '/');
        size_t used = (size_t)(part.p - path.p) + part.n;

        if (used <= path.n && (str_starts(part, STR("gconf.xml.")) ||
                               str_eq(part, STR(".gconf"))))
            return str_sub(path, used, path.n);
    }
    return STR("");
}

/* "xml:readonly:/path" is the form of /etc/gconf/2/path. */
static void read_source(struct job *job, str source)
{
    AUTO(buf_clear) struct buf path = BUF(PATH_LIMIT);
    size_t at = str_find_char(source, '/');
    const char *text;

    source = str_sub(source, at, source.n);
    job->is_mandatory = str_starts(source, str_c(mandatory));
    job->is_default = str_starts(source, str_c(defaults));
    while (source.n > 1 && source.p[source.n - 1] == '/')
        source.n--;
    buf_add(&path, source);
    text = buf_c(&path);
    if (path.over || source.n == 0) {
        oval_sink_error(job->sink, "a source must be an absolute path");
    } else if (is_directory(job, text)) {
        read_directory(job, &path, path.n, 0);
    } else {
        bool one = str_ends(source, STR("/%gconf.xml"));

        (void)read_file(job, text, one ? prefix_of(source) : STR(""));
    }
}

static void read_machine(struct job *job, const struct oval_want *want)
{
    const str sources[] = { str_c(mandatory), str_c(defaults) };

    for (size_t i = 0; i < COUNT(sources); i++) {
        if (want != NULL && !want->nil) {
            job->source = sources[i];
            if (oval_sink_match(job->sink, want, sources[i]) == OVAL_FALSE)
                continue;
        }
        if (is_directory(job, sources[i].p))
            read_source(job, sources[i]);
    }
}

static int collect(struct probe_machine *machine,
                   const struct oval_query *query, struct oval_sink *sink,
                   struct err *err UNUSED)
{
    struct job job = { .machine = machine,
                       .sink = sink,
                       .key = oval_query_want(query, "key") };

    if (oval_query_literal(query, "source", &job.source))
        read_source(&job, job.source);
    else
        read_machine(&job, oval_query_want(query, "source"));
    map_clear(&job.seen);
    return 0;
}

const struct probe probe_gconf = {
    .object = "unix:gconf",
    .collect = collect,
};
