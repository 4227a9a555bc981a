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

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c |= 0x20;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* "1", "01", "0x1": a number that is one, whatever follows it. */
static bool is_one(str text)
{
    bool hex = str_starts(text, STR("0x")) || str_starts(text, STR("0X"));
    size_t i = hex ? 2 : 0;

    while (i < text.n && text.p[i] == '0')
        i++;
    if (i == text.n || text.p[i] != '1')
        return false;
    i++;
    return i == text.n || hex_digit(text.p[i]) < 0 ||
           (!hex && hex_digit(text.p[i]) > 9);
}

/* As apt reads it; an unknown word is no. */
static bool is_yes(str text)
{
    static const char *const words[] = { "yes", "true", "with", "on",
                                         "enable" };

    text = str_trim(text);
    for (size_t i = 0; i < COUNT(words); i++) {
        if (str_eq_nocase(text, str_c(words[i])))
            return true;
    }
    return is_one(text);
}

static const char *lax_option(str name)
{
    for (size_t i = 0; i < COUNT(lax_options); i++) {
        if (str_eq_nocase(str_trim(name), str_c(lax_options[i])))
            return lax_options[i];
    }
    return NULL;
}

/* What apt puts in for a variable is not worked out here: everything in the
 * folder before it counts. */
static void add(struct apt_lax_list *out, struct arena *arena, str uri,
                const char *option)
{
    size_t end = str_find_char(uri, '$');

    while (end < uri.n && end > 0 && uri.p[end - 1] != '/')
        end--;
    uri.n = end;
    while (uri.n > 0 && uri.p[uri.n - 1] == '/')
        uri.n--;
    if (uri.n > 0)
        *vec_push(out) = (struct apt_lax){ arena_str(arena, uri), option };
}

/* --- deb [option=value ...] URI SUITE COMPONENT... --- */

/* Without quotes, and with what %xx stands for. */
static str unquote(str word, struct arena *arena)
{
    char *p = arena_alloc(arena, word.n + 1, 1);
    size_t n = 0;

    for (size_t i = 0; i < word.n; i++) {
        char c = word.p[i];

        if (c == '%' && i + 2 < word.n && hex_digit(word.p[i + 1]) >= 0 &&
            hex_digit(word.p[i + 2]) >= 0) {
            c = (char)(hex_digit(word.p[i + 1]) << 4 |
                       hex_digit(word.p[i + 2]));
            i += 2;
        } else if (c == '"') {
            continue;
        }
        p[n++] = c;
    }
    return (str){ p, n };
}

/* As it stands there, and as apt may read it. */
static void add_uri(struct apt_lax_list *out, struct arena *arena, str uri,
                    const char *option)
{
    str plain = unquote(uri, arena);

    add(out, arena, uri, option);
    if (!str_eq(plain, uri))
        add(out, arena, plain, option);
}

/* To the next blank, or this end, that is not within quotes. */
static str take_word(str *rest, char end)
{
    bool quoted = false;
    str word;
    size_t i;

    *rest = str_trim(*rest);
    for (i = 0; i < rest->n; i++) {
        char c = rest->p[i];

        if (c == '"')
            quoted = !quoted;
        else if (!quoted && (c == ' ' || c == end))
            break;
    }
    word = str_sub(*rest, 0, i);
    *rest = str_trim(str_sub(*rest, i, SIZE_MAX));
    return word;
}

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
    str uri;

    if (!str_eq(unquote(take_word(&line, '#'), arena), STR("deb")))
        return;
    if (line.n > 0 && line.p[0] == '[') {
        line = str_sub(line, 1, SIZE_MAX);
        while (line.n > 0 && line.p[0] != ']')
            take_option(unquote(take_word(&line, ']'), arena), &option);
        line = str_sub(line, 1, SIZE_MAX);
    }
    uri = take_word(&line, '#');
    if (option != NULL)
        add_uri(out, arena, uri, option);
}

/* Tabs separate as blanks do. */
static str blanks(str text, struct arena *arena)
{
    str out = arena_str(arena, text);
    char *p = (char *)(uintptr_t)out.p;

    for (size_t i = 0; i < out.n; i++) {
        if (p[i] == '\t' || p[i] == '\r' || p[i] == '\v' || p[i] == '\f')
            p[i] = ' ';
    }
    return out;
}

/* --- Stanzas. --- */

struct stanza {
    struct buf uris;
    const char *option;
    bool in_uris;       /* the field goes on in the next line */
    const char *in_lax; /* so does this one */
};

static void end_stanza(struct stanza *s, struct arena *arena,
                       struct apt_lax_list *out)
{
    str rest = buf_str(&s->uris);

    while (s->option != NULL && rest.n > 0) {
        str uri = str_trim(str_cut(&rest, ' '));

        add_uri(out, arena, uri, s->option);
    }
    buf_reset(&s->uris);
    s->option = NULL;
    s->in_uris = false;
    s->in_lax = NULL;
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
        else if (s->in_lax != NULL && is_yes(line))
            s->option = s->in_lax;
        return;
    }
    name = str_cut(&value, ':');
    s->in_uris = str_eq_nocase(str_trim(name), STR("URIs"));
    s->in_lax = lax_option(name);
    if (s->in_uris)
        buf_printf(&s->uris, " %" PRIstr, ARGstr(str_trim(value)));
    else if (s->in_lax != NULL && is_yes(value))
        s->option = s->in_lax;
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
