/* SPDX-License-Identifier: Apache-2.0 */
#include "oval/glob.h"

struct glob {
    str rest;
    struct buf *out;
    bool noescape;
    bool first;     /* of a path's component: wildcards match no dot here */
    bool backslash; /* a backslash came last, as a character of its own */
    bool star;      /* a '*' came last */
};

static void add_literal(struct buf *out, char c)
{
    static const char special[] = "^$\\.[]()*+?|";

    if (c != '\0' && memchr(special, c, sizeof(special) - 1) != NULL)
        buf_add_char(out, '\\');
    buf_add_char(out, c);
}

static char take(struct glob *glob)
{
    char c = glob->rest.p[0];

    glob->rest = str_sub(glob->rest, 1, glob->rest.n);
    return c;
}

/* "[:digit:]" and the like, whose '[' is taken. */
static int add_class(struct glob *glob, str whole, struct err *err)
{
    size_t end = str_find(glob->rest, STR(":]"));

    if (glob->rest.p[0] != ':' || end == glob->rest.n)
        return err_set(err, E_INVALID,
                       "pattern '%" PRIstr "': '[%c' in brackets is not "
                       "supported",
                       ARGstr(whole), glob->rest.p[0]);
    buf_add_char(glob->out, '[');
    buf_add(glob->out, str_sub(glob->rest, 0, end + 2));
    glob->rest = str_sub(glob->rest, end + 2, glob->rest.n);
    return 0;
}

static int add_member(struct glob *glob, str whole, struct err *err)
{
    char c = take(glob);
    char next = glob->rest.n > 0 ? glob->rest.p[0] : '\0';

    if (c == '[' && (next == ':' || next == '.' || next == '='))
        return add_class(glob, whole, err);
    if (c == '\\' && !glob->noescape && next != '\0') {
        buf_add_char(glob->out, c);
        c = take(glob);
    } else if (c == '\\' || c == '[' || c == ']') {
        buf_add_char(glob->out, '\\');
    }
    buf_add_char(glob->out, c);
    return 0;
}

/* A bracket expression, whose '[' is taken. */
static int add_bracket(struct glob *glob, str whole, struct err *err)
{
    bool first = glob->first;
    bool member = false; /* a ']' that comes first is a member */

    buf_add_char(glob->out, '[');
    if (glob->rest.n > 0 &&
        (glob->rest.p[0] == '!' || glob->rest.p[0] == '^')) {
        (void)take(glob);
        /* No wildcard matches a '/', nor a dot that hides a file. */
        buf_add_c(glob->out, first ? "^./" : "^/");
    }
    while (glob->rest.n > 0 && (glob->rest.p[0] != ']' || !member)) {
        int rc = add_member(glob, whole, err);

        if (rc < 0)
            return rc;
        member = true;
    }
    if (glob->rest.n == 0)
        return err_set(err, E_INVALID,
                       "pattern '%" PRIstr "': a '[' is not closed",
                       ARGstr(whole));
    buf_add_char(glob->out, take(glob));
    return 0;
}

static void add_star(struct glob *glob)
{
    if (glob->star) /* "**" matches what "*" does */
        return;
    buf_add_c(glob->out, glob->first ? "(?=[^.])[^/]*" : "[^/]*");
}

/* The schema's table has [^./] behind a literal backslash too. */
static void add_question(struct glob *glob)
{
    buf_add_c(glob->out, glob->first || glob->backslash ? "[^./]" : "[^/]");
}

static void add_backslash(struct glob *glob)
{
    if (!glob->noescape && glob->rest.n > 0)
        add_literal(glob->out, take(glob));
    else
        add_literal(glob->out, '\\');
}

int oval_glob_to_regex(str text, bool noescape, struct buf *out,
                       struct err *err)
{
    struct glob glob = { text, out, noescape, true, false, false };

    buf_add_char(out, '^');
    while (glob.rest.n > 0) {
        char c = take(&glob);
        int rc = 0;

        if (c == '*')
            add_star(&glob);
        else if (c == '?')
            add_question(&glob);
        else if (c == '[')
            rc = add_bracket(&glob, text, err);
        else if (c == '\\')
            add_backslash(&glob);
        else
            add_literal(out, c);
        if (rc < 0)
            return rc;
        glob.first = c == '/';
        glob.backslash = noescape && c == '\\';
        glob.star = c == '*';
    }
    buf_add_char(out, '$');
    return 0;
}
