/* SPDX-License-Identifier: Apache-2.0
 *
 * Advisories that a person uploads: the reader process gets what is in use and
 * the document in one file, imports the one into a copy of the other, and hands
 * back the new advisory.data, which appears whole in the data directory. What
 * fails leaves the one in use as it was.
 */
#ifndef SERVER_ADVISORY_TAKE_H
#define SERVER_ADVISORY_TAKE_H

#include "fleet/scope.h"
#include "server/core.h"

enum {
    ADVISORY_FILE_MAX = 1 << 30, /* bytes of advisory.data */
};

struct advisory_order {
    str name;    /* of the file */
    str source;  /* when it does not state its own; or empty */
    str release; /* of packages whose file states none; or empty */
    struct scope scope;
    str peer;
};

/* What was imported; rc negative: nothing, with a sentence for a person. */
struct advisory_taken {
    str format;
    str source;
    int64_t advisories;
};
typedef void advisory_taken_fn(void *ctx, int rc,
                               const struct advisory_taken *taken,
                               const char *why);

/* The descriptor is taken over; texts of the order are copied. */
int advisory_take(struct core *core, const struct advisory_order *order, int fd,
                  advisory_taken_fn *done, void *ctx,
                  struct err *err) MUST_CHECK;

/* --- In the reader -------------------------------------------------------- */

/* A parcel: this header, padded to ADVISORY_PARCEL_ALIGN; the data in use, as
 * padded; the document. */
enum {
    ADVISORY_PARCEL_ALIGN = 4096,
    ADVISORY_PARCEL_TEXT = 256,
};
struct advisory_parcel {
    uint64_t data; /* bytes of it; 0: none is in use */
    uint64_t document;
    int64_t now_s;
    char source[ADVISORY_PARCEL_TEXT]; /* ends with NUL */
    char release[ADVISORY_PARCEL_TEXT];
};
/* What it writes to, and what it says: text in the arena. */
struct advisory_unpacked {
    int to_fd;
    struct arena *arena;
    str text; /* "FORMAT SOURCE", as the answer carries it */
    int64_t advisories;
};
int advisory_parcel_import(str bytes, const char *name,
                           struct advisory_unpacked *out,
                           struct err *err) MUST_CHECK;

#endif
