/* SPDX-License-Identifier: Apache-2.0
 *
 * One walk over the disk that answers many searches for files at once. Every
 * directory is read once, by several threads; in it each search is asked
 * only when something below that directory can still match.
 *
 * A search has places to start at and goes down from each as far as its depth
 * allows. What it meets is matched in this order: the path of the directory
 * once a directory, the name once an entry, then the filters on what stat(2)
 * says, which is asked for at most once an entry and only when a filter needs
 * it.
 *
 * Names. A file is called by the path it was reached by. Only the last
 * component of a start, and what `links` asks for, may be symbolic links;
 * links are resolved inside the machine's root, and the links of /proc that
 * lead into other processes are not followed. A link that leads back to a
 * directory on the way to it is not entered, and a walk enters at most
 * WALK_LINKS_MAX directories below links, so that links cannot make it
 * endless.
 *
 * Nothing is left out silently. All file systems are walked, /proc and /sys
 * among them, unless the search is limited. What vanishes while it is read
 * was not there. A directory that cannot be read is a problem of the searches
 * that wanted it, and so is every limit; walk_problems() tells.
 *
 * Used by filespec.c. The walk borrows searches, wants and machine while
 * walk_run() runs; the result owns all it gives out. Results are sorted by
 * path and name and hold nothing twice, whatever the threads did.
 */
#ifndef PROBE_WALK_H
#define PROBE_WALK_H

#include "probe/machine.h"

enum {
    WALK_PATH_MAX = 16 * 1024, /* bytes of a directory's path */
    WALK_LINKS_MAX = 100000,
    WALK_HITS_MAX = 10 * 1000 * 1000, /* of one search, a thread */
    WALK_PROBLEMS_MAX = 16,           /* texts kept a search; all count */
};

enum walk_fs {
    WALK_FS_ALL,
    WALK_FS_LOCAL,   /* not what comes from another machine */
    WALK_FS_DEFINED, /* only the file system of the start */
};

struct walk_search {
    const struct oval_want *path;     /* what directories must satisfy, or
                                         NULL: any below a start will do */
    const struct oval_want *filename; /* NULL: see directories */
    const struct oval_want *filepath; /* instead of path and filename */
    bool directories;  /* look for directories, not for what is in them */
    const str *starts; /* absolute paths */
    size_t start_count;
    int64_t depth; /* levels below a start; -1 is all */
    bool subdirs;  /* go down into directories */
    bool links;    /* go down into links to directories */
    enum walk_fs fs;
    const struct oval_condition *filters; /* states of unix:file items */
    size_t filter_count;
};

struct walk_hit {
    str dir;
    str name; /* p == NULL: the directory itself */
};

struct walk;

/* A search that fails (an expression that does not compile) fails alone: see
 * walk_problems(). The result belongs to the caller. */
struct walk *walk_run(struct probe_machine *machine,
                      const struct walk_search *searches, size_t n,
                      unsigned threads);

size_t walk_hit_count(const struct walk *walk, size_t search);
/* Texts are terminated by a NUL. */
struct walk_hit walk_hit(const struct walk *walk, size_t search, size_t i);

struct walk_problems {
    size_t count; /* places that could not be looked at */
    size_t text_count;
    const str *texts; /* the first of them */
    str failure;      /* p != NULL: the search itself is wrong */
};
struct walk_problems walk_problems(const struct walk *walk, size_t search);

void walk_free(struct walk *walk);

#endif
