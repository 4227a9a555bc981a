/* SPDX-License-Identifier: Apache-2.0
 *
 * One transfer by HTTPS into an open file, which goes on where an earlier one
 * ended. Redirects are followed a few times, and only to https; sizes and
 * times are bounded; certificates are always checked.
 *
 * The state file says what the bytes in the file belong to: its first line is
 * the URL, the second the validator (a strong ETag, or Last-Modified) that
 * If-Range needs. It is written before the first byte of the body.
 */
#ifndef FETCH_TRANSFER_H
#define FETCH_TRANSFER_H

#include "base/buf.h"

enum {
    TRANSFER_UNCHANGED = 1,
    TRANSFER_HEADER_MAX = 1024, /* of ETag and Last-Modified */
    TRANSFER_REDIRECTS_MAX = 5,
};

struct transfer {
    const char *url;
    str ca; /* certificates (PEM) to trust instead of the system's, or empty */
    const char *etag; /* of the copy that the caller has, or NULL */
    const char *last_modified;
    uint64_t bytes_max;
    unsigned timeout_s;
    bool insecure_http;
    bool share;   /* a plain directory: http:, no redirect, no proxy */
    int64_t rate; /* bytes a second at most; 0: no limit */
    int out_fd;
    int state_fd;
    void (*progress)(uint64_t done, uint64_t total);
    /* Set by transfer_run(): of the document that is in the file now. */
    struct buf got_etag;
    struct buf got_last_modified;
};

/* 0: the file is complete. TRANSFER_UNCHANGED: the server says that the
 * caller's copy is current. E_IO: broken off; calling again goes on. */
int transfer_run(struct transfer *transfer, struct err *err) MUST_CHECK;

#endif
