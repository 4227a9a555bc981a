/* SPDX-License-Identifier: Apache-2.0
 *
 * What filespec.c (asking) and filespec_parse.c (understanding the query)
 * share.
 */
#ifndef PROBE_FILESPEC_INT_H
#define PROBE_FILESPEC_INT_H

#include "probe/filespec.h"
#include "probe/walk.h"

struct filespec {
    struct arena arena; /* of the starts */
    struct walk_search search;
    /* Not a walk: these files, if they are there. */
    bool direct;
    const struct filespec_file *files;
    size_t file_count;
};

/* Understands a query. E_INVALID: it makes no sense. `regexes` tells whether
 * an expression ties the beginning of a path; NULL when nobody needs to know.
 * filespec_clear() in any case. */
int filespec_parse(const struct oval_query *query, struct regex_cache *regexes,
                   struct filespec *out, struct err *err) MUST_CHECK;
void filespec_clear(struct filespec *spec);

/* Is it more than looking into a few directories? */
bool filespec_walks(const struct filespec *spec);

/* Appends a text that is the same for queries that find the same files. */
void filespec_key(const struct filespec *spec, struct buf *key);

#endif
