/* SPDX-License-Identifier: Apache-2.0
 *
 * Which files an object names: its entities path and filename, or filepath,
 * with its FileBehaviors (unix-definitions-schema and
 * independent-definitions-schema 5.11.2). All probes that look at files find
 * them here.
 *
 * How the language is read where it leaves room:
 *
 * - "path equals" names directories, also through symbolic links; a slash at
 *   its end is as none. Recursion starts there: `down` goes into directories
 *   and links as `recurse` says, at most max_depth levels; `up` goes to the
 *   parent directories by name. The item's path is the path walked, so it
 *   need not equal the entity.
 * - A filename is never that of a directory: "A directory cannot be specified
 *   as a filepath". A link is collected as a link, also when it leads to a
 *   directory. With xsi:nil the items are the directories themselves.
 * - Any other operation on path or filepath asks about every path there is,
 *   and recurse_direction and max_depth mean nothing, as the schema says. All
 *   file systems are looked at, /proc and /sys among them, because the schema
 *   says "all" and real content excludes them by a filter where it wants to.
 *   The walk leaves out what no path below can satisfy, so an expression that
 *   begins with ^/etc costs a walk of /etc.
 * - Such a search enters links to directories only when the expression ties
 *   the beginning of the path and `recurse` (by default) includes links: a
 *   file below /bin is found by ^/bin/ although /bin is a link. An expression
 *   that is not tied would meet every file under endlessly many names; it
 *   finds each under its real one.
 * - recurse_file_system "local" leaves out what is mounted from another
 *   machine, for every operation; "defined" stays on the file system of the
 *   starting directory and means nothing without one.
 *
 * What several queries ask for is walked once: filespec_prepare() keeps the
 * results in PROBE_CACHE_WALK, for identical questions too.
 */
#ifndef PROBE_FILESPEC_H
#define PROBE_FILESPEC_H

#include "probe/machine.h"

struct filespec_file {
    str path;             /* of the directory */
    str filename;         /* p == NULL: the directory itself */
    const char *filepath; /* the whole path, to open it by */
};

typedef void filespec_fn(void *ctx, const struct filespec_file *file);

/* For struct probe. */
bool filespec_is_batch(const struct oval_query *query);
int filespec_prepare(struct probe_machine *machine,
                     const struct oval_query *const *queries, size_t n,
                     struct err *err) MUST_CHECK;

/* Calls each for every file the query names, sorted by path. What could not
 * be looked at makes the object incomplete, with messages; a query that makes
 * no sense is an error of the object. Filters may have left out files that
 * the sink would leave out too. */
void filespec_each(struct probe_machine *machine,
                   const struct oval_query *query, struct oval_sink *sink,
                   filespec_fn *each, void *ctx);

/* Reads the whole file into *text, which is emptied before. False: it is not
 * there any more, or is no regular file; or the sink has been told why it
 * cannot be read. */
bool filespec_read(struct probe_machine *machine, struct oval_sink *sink,
                   const struct filespec_file *file,
                   struct buf *text) MUST_CHECK;

/* The facts that all these items begin with. A directory has no filepath and
 * no filename: they do not exist. */
void filespec_facts(struct oval_sink *sink, const struct filespec_file *file);

#endif
