/* SPDX-License-Identifier: Apache-2.0
 *
 * A feed: content from one publisher for one platform, and what is known of
 * the copy on disk. Its facts are a small text file, ID.feed, of lines
 * "key=value"; unknown keys are kept out, a damaged file is refused.
 *
 * A feed owns its texts (an arena); feed_clear() releases them.
 */
#ifndef CONTENT_FEED_H
#define CONTENT_FEED_H

#include "base/arena.h"
#include "base/buf.h"

enum {
    FEED_ID_MAX = 64,
    FEED_TEXT_MAX = 64 * 1024,
    FEED_VALUE_MAX = 4096,
};

struct feed {
    struct arena arena;
    str id;
    str title;
    str vendor;
    str os;         /* os-release ID; empty: not known */
    str os_version; /* VERSION_ID or its first part; empty: any */
    str url;        /* empty: imported from a file */
    str etag;
    str last_modified;
    str sha256;    /* of the document as it was fetched */
    str generated; /* the generator's timestamp, as stated */
    str pack;      /* file name of the pack beside ID.feed */
    int64_t installed_s;
    int64_t definitions;
    bool names_sources; /* dpkg names are names of source packages */
};

#define FEED                                                                   \
    {                                                                          \
        .arena = ARENA                                                         \
    }

void feed_clear(struct feed *feed);

/* Lower-case letters, digits, '.', '_' and '-', beginning with a letter or
 * digit, at most FEED_ID_MAX: it becomes a file name. */
bool feed_id_is_valid(str id);

/* An id made of the name of a file or the end of a URL, without what follows
 * the first '.' that begins a known extension. Lives in arena. */
str feed_id_of_path(struct arena *arena, str path);

/* Reads the text of an ID.feed file. Errors name the line. */
int feed_parse(str text, struct feed *out, struct err *err) MUST_CHECK;
void feed_write(const struct feed *feed, struct buf *out);

/* Seconds since 1970 of an xsd:dateTime (without zone: UTC), or -1. */
int64_t feed_time(str text);

/* True when the feed is for a system of this ID and VERSION_ID. */
bool feed_fits(const struct feed *feed, str os, str os_version);

#endif
