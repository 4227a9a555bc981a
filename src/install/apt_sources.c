/* SPDX-License-Identifier: Apache-2.0
 *
 * Sources that the machine's administrator told apt to believe without a
 * signature: [trusted=yes] in sources.list(5), "Trusted: yes" in the form of
 * stanzas, and the options that let a source lose its signature. apt itself
 * asks nothing of them any more, so nothing of theirs is installed (claim 17).
 */
#include <dirent.h>
#include <fcntl.h>

#include "base/io.h"
#include "install/apt_int.h"

enum {
    SOURCES_MAX = 4 << 20, /* bytes of one file */
    FILES_MAX = 10000,
};

static const char *const lax_options[] = {
    "trusted",
    "allow-insecure",
    "allow-weak",
    "allow-downgrade-to-insecure",
};

/* As apt reads it; an unknown word is no. */
static bool is_yes(str text)
{
    static const char *const words[] = { "yes", "true",   "with",
                                         "on",  "enable", "1" };

    for (size_t i = 0; i < COUNT(words); i++) {
        if (str_eq_nocase(str_trim(text), str_c(words[i])))
            return true;
    }
    return false;
}

static const char *lax_option(str name)
{
    for (size_t i = 0; i < COUNT(lax_options); i++) {
        if (str_eq_nocase(str_trim(name), str_c(lax_options[i])))
            return lax_options[i];
    }
    return NULL;
}

static void add(struct apt_lax_list *out, struct arena *arena, str uri,
                const char *option)
{
    while (uri.n > 0 && uri.p[uri.n - 1] == '/')
        uri.n--;
    if (uri.n > 0)
        *vec_push(out) = (struct apt_lax){ arena_str(arena, uri), option };
}

/* --- deb [option=value ...] URI SUITE COMPONENT... --- */

/* "trusted=yes", also "trusted+=yes" */
static void take_option(str word, const char **option)
{
    str value = word;
    str name = str_cut(&value, '=');

    if (name.n > 0 && name.p[name.n - 1] == '+')
        name.n--;
    if (lax_option(name) != NULL && is_yes(value))
        *option = lax_option(name);
}

static void take_line(str line, struct arena *arena, struct apt_lax_list *out)
{
    const char *option = NULL;
    str rest = str_trim(str_sub(line, 0, str_find_char(line, '#')));

    if (!str_eq(str_cut(&rest, ' '), STR("deb")))
        return;
    rest = str_trim(rest);
    if (rest.n > 0 && rest.p[0] == '[') {
        str options = str_sub(rest, 1, str_find_char(rest, ']') - 1);

        rest = str_trim(str_sub(rest, options.n + 2, SIZE_MAX));
        while (options.n > 0)
            take_option(str_trim(str_cut(&options, ' ')), &option);
    }
    if (option != NULL)
        add(out, arena, str_cut(&rest, ' '), option);
}

/* Tabs separate as blanks do. */
static str blanks(str text, struct arena *arena)
{
    str out = arena_str(arena, text);
    char *p = (char *)(uintptr_t)out.p;

    for (size_t i = 0; i < out.n; i++) {
        if (p[i] == '\t' || p[i] == '\r')
            p[i] = ' ';
    }
    return out;
}

/* --- Stanzas. --- */

struct stanza {
    struct buf uris;
    const char *option;
    bool in_uris; /* the field goes on in the next line */
};

static void end_stanza(struct stanza *s, struct arena *arena,
                       struct apt_lax_list *out)
{
    str rest = buf_str(&s->uris);

    while (s->option != NULL && rest.n > 0)
        add(out, arena, str_trim(str_cut(&rest, ' ')), s->option);
    buf_reset(&s->uris);
    s->option = NULL;
    s->in_uris = false;
}

static void take_field(struct stanza *s, str line)
{
    str value = line;
    str name;

    if (line.p[0] == '#')
        return;
    if (line.p[0] == ' ') { /* the value goes on */
        if (s->in_uris)
            buf_printf(&s->uris, " %" PRIstr, ARGstr(str_trim(line)));
        return;
    }
    name = str_cut(&value, ':');
    s->in_uris = str_eq_nocase(str_trim(name), STR("URIs"));
    if (s->in_uris)
        buf_printf(&s->uris, " %" PRIstr, ARGstr(str_trim(value)));
    else if (lax_option(name) != NULL && is_yes(value))
        s->option = lax_option(name);
}

void apt_lax_parse(str text, bool stanzas, struct arena *arena,
                   struct apt_lax_list *out)
{
    struct stanza s = { .uris = BUF(SOURCES_MAX) };
    str rest = blanks(text, arena);

    while (rest.n > 0) {
        str line = str_cut(&rest, '\n');

        if (!stanzas)
            take_line(line, arena, out);
        else if (str_trim(line).n == 0)
            end_stanza(&s, arena, out);
        else
            take_field(&s, line);
    }
    end_stanza(&s, arena, out);
    buf_clear(&s.uris);
}

/* --- The files. --- */

static void read_source(const char *path, bool stanzas, struct arena *arena,
                        struct apt_lax_list *out)
{
    AUTO(buf_clear) struct buf text = BUF(SOURCES_MAX);

    if (io_read_file(AT_FDCWD, path, &text, NULL) == 0)
        apt_lax_parse(buf_str(&text), stanzas, arena, out);
}

void apt_lax_read(struct install *install, struct arena *arena,
                  struct apt_lax_list *out)
{
    const char *folder = install_path(install, arena, "etc/apt/sources.list.d");
    DIR *dir = opendir(folder);
    struct dirent *entry;
    int n = 0;

    read_source(install_path(install, arena, "etc/apt/sources.list"), false,
                arena, out);
    while (dir != NULL && (entry = readdir(dir)) != NULL && n++ < FILES_MAX) {
        str name = str_c(entry->d_name);
        bool stanzas = str_ends(name, STR(".sources"));

        if (stanzas || str_ends(name, STR(".list")))
            read_source(arena_printf(arena, "%s/%s", folder, entry->d_name).p,
                        stanzas, arena, out);
    }
    if (dir != NULL)
        closedir(dir);
}

const struct apt_lax *apt_lax_find(const struct apt_lax_list *list, str uri)
{
    for (size_t i = 0; i < list->n; i++) {
        str base = list->p[i].uri;

        if (str_starts(uri, base) && (uri.n == base.n || uri.p[base.n] == '/'))
            return &list->p[i];
    }
    return NULL;
}
