/* SPDX-License-Identifier: Apache-2.0 */
#include "console/console.h"

#include <stdio.h>
#include <string.h>

#define FOR_EVER "public, max-age=31536000, immutable"
#define ASK_AGAIN "no-cache"
#define NEVER "no-store"

static const char absent[] =
    "<!DOCTYPE html>\n"
    "<html lang=\"en\">\n"
    "<meta charset=\"utf-8\">\n"
    "<meta name=\"viewport\" content=\"width=device-width\">\n"
    "<title>Holdfast: the console is not built</title>\n"
    "<h1>The console is not built into this server</h1>\n"
    "<p>The server works. When it was built, Node.js 18 or the npm registry "
    "could not be reached, so the pages that belong here are missing.</p>\n"
    "<p>To get them, on a machine that reaches the npm registry, run\n"
    "<code>make build</code> in the source tree again, which needs "
    "<code>node</code> and <code>npm</code>, and start the server again. Or "
    "install a package, which has them.</p>\n"
    "<p>Meanwhile everything can be done on the command line "
    "(<code>holdfast help</code>) and by the API below "
    "<code>/api/v1/</code>, which <a "
    "href=\"/api/v1/openapi.json\">openapi.json</a> describes.</p>\n"
    "</html>\n";

static const struct console_file *find(const struct console *console, str path)
{
    size_t low = 0;
    size_t high = console->count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = str_cmp(path, str_c(console->files[middle].path));

        if (order == 0)
            return &console->files[middle];
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return NULL;
}

/* "/", "/devices/17": no file's name at the end and nothing unusual, so that
 * a mistyped file is not answered by a page. */
static bool is_page(str path)
{
    static const char others[] = "/-_~:@";

    if (path.n == 0 || path.n > CONSOLE_PATH_MAX || path.p[0] != '/' ||
        str_starts(path, STR("/assets/")))
        return false;
    for (size_t i = 0; i < path.n; i++) {
        char c = path.p[i];

        if ((c < '0' || c > '9') && (c < 'a' || c > 'z') &&
            (c < 'A' || c > 'Z') && (c == '\0' || strchr(others, c) == NULL))
            return false;
    }
    return str_find(path, STR("//")) == path.n;
}

/* The weight of one element of Accept-Encoding: absent or above 0. */
static bool is_wanted(str parameters)
{
    while (parameters.n > 0) {
        str value = str_trim(str_cut(&parameters, ';'));
        str name = str_trim(str_cut(&value, '='));

        if (!str_eq_nocase(name, STR("q")))
            continue;
        value = str_trim(value);
        for (size_t i = 0; i < value.n; i++) {
            if (value.p[i] >= '1' && value.p[i] <= '9')
                return true;
        }
        return false;
    }
    return true;
}

/* Whether the client takes `coding`, by name or by "*" (RFC 9110 12.5.3). */
static bool accepts(str list, const char *coding)
{
    bool any = false;

    while (list.n > 0) {
        str parameters = str_trim(str_cut(&list, ','));
        str name = str_trim(str_cut(&parameters, ';'));

        if (str_eq_nocase(name, str_c(coding)))
            return is_wanted(parameters);
        if (str_eq(name, STR("*")))
            any = is_wanted(parameters);
    }
    return any;
}

static void choose_coding(const struct console_file *file, str accept,
                          struct console_reply *out)
{
    const char *suffix = "";

    out->body = file->plain;
    if (file->brotli.n > 0 && accepts(accept, "br")) {
        out->body = file->brotli;
        out->encoding = "br";
        suffix = "-br";
    } else if (file->gzip.n > 0 && accepts(accept, "gzip")) {
        out->body = file->gzip;
        out->encoding = "gzip";
        suffix = "-gz";
    }
    snprintf(out->etag, sizeof(out->etag), "%s%s", file->etag, suffix);
}

/* If-None-Match: a list of tags, or "*" (RFC 9110 13.1.2, weakly compared). */
static bool is_known(str list, const char *etag)
{
    while (list.n > 0) {
        str tag = str_trim(str_cut(&list, ','));

        if (str_eq(tag, STR("*")))
            return true;
        if (str_starts(tag, STR("W/")))
            tag = str_sub(tag, 2, tag.n);
        if (tag.n >= 2 && tag.p[0] == '"' &&
            str_eq_c(str_sub(tag, 1, tag.n - 2), etag))
            return true;
    }
    return false;
}

bool console_choose(const struct console *console,
                    const struct console_asked *asked,
                    struct console_reply *out)
{
    const struct console_file *file = find(console, asked->path);
    struct console_reply reply = { .status = 200 };

    if (file == NULL && !is_page(asked->path))
        return false;
    if (file == NULL)
        file = find(console, STR("/index.html"));
    if (file == NULL) {
        reply.status = 503;
        reply.type = "text/html; charset=utf-8";
        reply.body = (str){ absent, sizeof(absent) - 1 };
        reply.cache = NEVER;
        *out = reply;
        return true;
    }
    reply.type = file->type;
    choose_coding(file, asked->accept_encoding, &reply);
    reply.cache = file->hashed ? FOR_EVER : ASK_AGAIN;
    if (is_known(asked->if_none_match, reply.etag)) {
        reply.status = 304;
        reply.encoding = NULL;
        reply.body = STR("");
    }
    *out = reply;
    return true;
}
