/* SPDX-License-Identifier: Apache-2.0
 *
 * Fetching a document by HTTPS, by the program holdfast-fetch: the process
 * that reads the network is not the one that reads the document. It writes
 * into files that are opened here, and reports by lines on a pipe.
 *
 * The file at `path` keeps what arrived, also when the transfer breaks; the
 * file at `path`.state keeps what identifies it, so that a later call goes on
 * where this one ended.
 */
#ifndef CONTENT_FETCH_H
#define CONTENT_FETCH_H

#include "base/arena.h"

enum {
    FETCH_UNCHANGED = 1
};

struct fetch_request {
    const char *url;
    const char *path;    /* the file to write */
    const char *ca_file; /* trust these certificates only; NULL: the system */
    str etag;            /* of what we have: fetch only if it differs */
    str last_modified;
    uint64_t bytes_max;
    unsigned timeout_s;
    bool insecure_http; /* allow http: on the loopback interface, for tests */
    bool share;         /* a plain directory: http:, no redirect, no proxy */
    int64_t rate;       /* bytes a second at most; 0: no limit */
    void (*progress)(void *ctx, uint64_t done, uint64_t total);
    void *progress_ctx;
};

struct fetch_answer {
    str etag; /* in the arena given */
    str last_modified;
};

/* 0: the file is complete; FETCH_UNCHANGED: what we have is what there is;
 * E_IO: the transfer broke, and may go on later; E_LIMIT: too large. */
int content_fetch(const struct fetch_request *request, struct arena *arena,
                  struct fetch_answer *out, struct err *err) MUST_CHECK;

/* An archive of packages from a share, whoever may be that: its digest is the
 * caller's to compare. install_options.fetch is this. */
int content_fetch_archive(const char *url, const char *path, int64_t bytes_max,
                          int64_t rate_kib, struct err *err) MUST_CHECK;

#endif
