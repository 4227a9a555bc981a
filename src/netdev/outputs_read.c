/* SPDX-License-Identifier: Apache-2.0
 *
 * Answers of a device out of files, in the forms that people keep them in.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/io.h"
#include "netdev/config.h"
#include "netdev/outputs.h"
#include "netdev/show.h"

enum {
    FILES_MAX = 1000,
    PATH_BYTES = 4096,
    PROMPT_MAX = 100,
};

/* --- `show tech-support`: "------------------ show version -------------" */

static str tech_heading(str line)
{
    size_t n = 0;
    str name;

    line = str_trim(line);
    while (n < line.n && line.p[n] == '-')
        n++;
    name = str_trim(str_sub(line, n, SIZE_MAX));
    if (n < 6 || !str_ends(name, STR("------")))
        return STR_NONE;
    while (name.n > 0 && name.p[name.n - 1] == '-')
        name.n--;
    name = str_trim(name);
    return str_starts(name, STR("show ")) ? name : STR_NONE;
}

/* --- A conversation: "rtr1#show version" */

/* What stands behind a prompt at the begin of a line, if it is a command that
 * shows something. */
static str asked(str line)
{
    AUTO(arena_clear) struct arena arena = ARENA;
    str command;
    str whole;
    size_t n = 0;

    line = str_trim(line);
    while (n < line.n && n < PROMPT_MAX && line.p[n] != '#' &&
           line.p[n] != '>' && line.p[n] != ' ')
        n++;
    if (str_starts(str_sub(line, n, SIZE_MAX), STR("> (enable)")))
        n += strlen("> (enable)") - 1;
    if (n == 0 || n >= line.n || line.p[n] == ' ')
        return STR_NONE;
    command = str_trim(str_sub(line, n + 1, SIZE_MAX));
    if (outputs_command(command, &arena, &whole, NULL) < 0 ||
        !str_starts(whole, STR("show ")))
        return STR_NONE;
    return command;
}

/* Whether the line is a prompt with any other command, or none. */
static bool ends_answer(str line, str prompt)
{
    return prompt.n > 0 && str_starts(line, prompt);
}

typedef str heading_fn(str line);

/* Cuts a text at its headings. 1: it has none. */
static int split(struct device_outputs *outputs, str text, heading_fn *heading,
                 struct err *err)
{
    const char *begin = NULL;
    str command = STR_NONE;
    str prompt = STR_NONE;
    int rc = 1;

    while (text.n > 0) {
        str line = str_cut(&text, '\n');
        str next = heading(line);
        bool is_end = next.n > 0 || ends_answer(line, prompt);

        if (is_end && command.n > 0) {
            rc = outputs_add(outputs, command,
                             (str){ begin, (size_t)(line.p - begin) }, err);
            if (rc < 0)
                return rc;
        }
        if (!is_end)
            continue;
        command = next;
        begin = line.p + line.n + (text.n > 0 ? 1 : 0);
        if (next.n > 0 && heading == asked)
            prompt = (str){ line.p, (size_t)(next.p - line.p) };
        while (prompt.n > 0 && prompt.p[prompt.n - 1] == ' ')
            prompt.n--;
    }
    if (command.n > 0)
        rc = outputs_add(outputs, command,
                         (str){ begin, (size_t)(text.p - begin) }, err);
    return rc;
}

/* --- One command --- */

static bool is_show(str line)
{
    return str_starts(line, STR("show ")) || str_starts(line, STR("sh ")) ||
           str_starts(line, STR("sho "));
}

static str first_line(str text)
{
    str line = str_trim(str_cut(&text, '\n'));

    while (line.n == 0 && text.n > 0)
        line = str_trim(str_cut(&text, '\n'));
    return line;
}

static void replace(struct buf *text, const char *what, const char *with)
{
    size_t at = str_find(buf_str(text), str_c(what));

    if (at < text->n)
        memcpy(text->p + at, with, strlen(with));
}

/* "r1_show_ip_route.txt" is "show ip route", "running-config" itself, and a
 * number with .cfg a version of the configuration. Empty: it says nothing. */
static void command_of_name(str name, struct buf *out)
{
    size_t at;

    for (at = name.n; at > 0 && name.p[at - 1] != '/'; at--)
        continue;
    name = str_sub(name, at, SIZE_MAX);
    for (at = name.n; at > 0 && name.p[at - 1] != '.'; at--)
        continue;
    if (at > 0 && str_eq_c(str_sub(name, at, SIZE_MAX), "cfg") && at > 1 &&
        str_to_i64(str_sub(name, 0, at - 1), 1, INT32_MAX, &(int64_t){ 0 },
                   NULL) == 0) {
        buf_add_c(out, "show running-config");
        return;
    }
    if (at > 0)
        name = str_sub(name, 0, at - 1);
    at = str_find(name, STR("show"));
    buf_add_c(out, at == name.n ? "show " : "");
    buf_add(out, str_sub(name, at == name.n ? 0 : at, SIZE_MAX));
    for (size_t i = 0; i < out->n; i++)
        out->p[i] = out->p[i] == '_' || out->p[i] == '-' ? ' ' : out->p[i];
    replace(out, "running config", "running-config");
    replace(out, "startup config", "startup-config");
    /* "show_version_01.txt": one of several files of the same. */
    if (str_starts(buf_str(out), STR("show version")))
        out->n = strlen("show version");
    if (at == name.n && !str_eq_c(buf_str(out), "show version") &&
        !str_eq_c(buf_str(out), "show running-config") &&
        !str_eq_c(buf_str(out), "show startup-config"))
        out->n = 0;
}

/* Something only a configuration has at the begin of a line. */
static bool is_config(str text)
{
    static const char *const marks[] = { "hostname ", "interface ",
                                         "version ",  "set system name",
                                         "ip route ", "service " };
    unsigned seen = 0;

    while (text.n > 0) {
        str line = str_cut(&text, '\n');

        for (size_t i = 0; i < COUNT(marks); i++)
            seen |= str_starts(line, str_c(marks[i])) ? 1u << i : 0;
    }
    return (seen & (seen - 1)) != 0; /* two of them */
}

static bool is_version(str text)
{
    AUTO(device_facts_clear) struct device_facts facts = { 0 };

    return show_read(NULL, text, &facts, NULL) == 0 && facts.version.n > 0;
}

static int add_single(struct device_outputs *outputs, str name, str text,
                      struct err *err)
{
    AUTO(buf_clear) struct buf command = BUF(OUTPUTS_COMMAND_MAX);
    str first = first_line(text);

    if (is_show(first) && outputs_check_command(first, NULL) == 0)
        return outputs_add(outputs, first, text, err);
    command_of_name(name, &command);
    if (command.n > 0 && !command.over &&
        outputs_check_command(buf_str(&command), NULL) == 0)
        return outputs_add(outputs, buf_str(&command), text, err);
    if (is_version(text))
        return outputs_add(outputs, STR("show version"), text, err);
    if (is_config(text))
        return outputs_add(outputs, STR("show running-config"), text, err);
    return err_set(err, E_PARSE,
                   "neither its name nor its text says which command of a "
                   "device answered this; call it as the command: "
                   "show_version.txt");
}

int outputs_add_text(struct device_outputs *outputs, str name, str text,
                     struct err *err)
{
    int rc = split(outputs, text, tech_heading, err);

    if (rc == 1)
        rc = split(outputs, text, asked, err);
    if (rc == 1)
        rc = add_single(outputs, name, text, err);
    return rc;
}

/* --- Files --- */

static int add_file(struct device_outputs *outputs, const char *path,
                    struct err *err)
{
    AUTO(buf_clear) struct buf text = BUF(OUTPUTS_BYTES_MAX);
    int rc = io_read_file(AT_FDCWD, path, &text, err);

    if (rc < 0)
        return rc;
    rc = outputs_add_text(outputs, str_c(path), buf_str(&text), err);
    return rc < 0 ? err_wrap(err, rc, "%s", path) : 0;
}

struct names {
    VEC(const char *) list;
    struct arena arena;
};

static void names_clear(struct names *names)
{
    vec_clear(&names->list);
    arena_clear(&names->arena);
}

static unsigned archived(const char *name)
{
    str text = str_c(name);
    str number = str_cut(&text, '.');
    int64_t version;

    return str_eq_c(text, "cfg") &&
                   str_to_i64(number, 1, INT32_MAX, &version, NULL) == 0
               ? (unsigned)version
               : 0;
}

/* By name, but versions of a configuration by number: the newest is last, and
 * replaces the others. */
static int by_name(const void *a, const void *b)
{
    const char *x = *(const char *const *)a;
    const char *y = *(const char *const *)b;
    unsigned vx = archived(x);
    unsigned vy = archived(y);

    if (vx != vy)
        return vx < vy ? -1 : 1;
    return strcmp(x, y);
}

static int list_directory(const char *path, struct names *out, struct err *err)
{
    DIR *dir = opendir(path);
    struct dirent *entry;
    int rc = 0;

    if (dir == NULL)
        return err_errno(err, errno, "%s", path);
    while (rc == 0 && (entry = readdir(dir)) != NULL) {
        if (entry->d_name[0] == '.')
            continue;
        if (out->list.n >= FILES_MAX)
            rc = err_set(err, E_LIMIT, "%s: more than %d files", path,
                         FILES_MAX);
        else
            *vec_push(&out->list) = arena_c(&out->arena, str_c(entry->d_name));
    }
    closedir(dir);
    if (rc == 0 && out->list.n > 1)
        qsort(out->list.p, out->list.n, sizeof(*out->list.p), by_name);
    return rc;
}

static int add_directory(struct device_outputs *outputs, const char *path,
                         struct err *err)
{
    AUTO(names_clear) struct names names = { 0 };
    int rc = list_directory(path, &names, err);

    for (size_t i = 0; rc == 0 && i < names.list.n; i++) {
        AUTO(buf_clear) struct buf file = BUF(PATH_BYTES);
        struct stat st;
        bool is_old = i + 1 < names.list.n && archived(names.list.p[i]) > 0 &&
                      archived(names.list.p[i + 1]) > 0;

        buf_printf(&file, "%s/%s", path, names.list.p[i]);
        if (is_old || stat(buf_c(&file), &st) < 0 || !S_ISREG(st.st_mode))
            continue;
        rc = add_file(outputs, buf_c(&file), err);
    }
    return rc;
}

int outputs_add_path(struct device_outputs *outputs, const char *path,
                     struct err *err)
{
    struct stat st;

    if (stat(path, &st) < 0)
        return err_errno(err, errno, "%s", path);
    return S_ISDIR(st.st_mode) ? add_directory(outputs, path, err)
                               : add_file(outputs, path, err);
}
