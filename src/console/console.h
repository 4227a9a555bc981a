/* SPDX-License-Identifier: Apache-2.0
 *
 * The web console as the program carries it: the files of web/dist, each
 * plain and compressed, linked in with an index by path, and the rule by
 * which a request gets one of them. Nothing is read from disk, so the process
 * that speaks HTTP needs no file for it.
 *
 * A path is one of three: a file of the index; a page, which the console's
 * own program makes from the address, so every page path gets index.html; or
 * nothing of the console's.
 */
#ifndef CONSOLE_CONSOLE_H
#define CONSOLE_CONSOLE_H

#include "base/buf.h"

struct console_file {
    const char *path; /* "/assets/index-Bq3x.js" */
    const char *type; /* Content-Type */
    const char *etag; /* of the content, without quotes */
    bool hashed;      /* the name changes with the content */
    str plain;
    str gzip; /* empty where it is not smaller */
    str brotli;
};

/* Sorted by path. Without files the console was not built. */
struct console {
    const struct console_file *files;
    size_t count;
};

/* What this program carries (made by tools/embed-console). */
extern const struct console console_built;

enum {
    CONSOLE_ETAG_MAX = 80,
    CONSOLE_PATH_MAX = 1024,
};

struct console_asked {
    str path; /* as it was sent, without the query */
    str accept_encoding;
    str if_none_match;
};

struct console_reply {
    unsigned status; /* 200, 304, or 503: a page, and the console is missing */
    const char *type;
    const char *encoding;        /* NULL: plain */
    const char *cache;           /* Cache-Control */
    char etag[CONSOLE_ETAG_MAX]; /* "": none */
    str body;                    /* lives as long as the program */
};

/* False: the path is none of the console's, and *out is not written. */
bool console_choose(const struct console *console,
                    const struct console_asked *asked,
                    struct console_reply *out);

#endif
