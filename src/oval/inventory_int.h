/* SPDX-License-Identifier: Apache-2.0
 *
 * Reading inventories: what the reader, the source and the fleet share.
 */
#ifndef OVAL_INVENTORY_INT_H
#define OVAL_INVENTORY_INT_H

#include "base/arena.h"
#include "base/regex.h"
#include "oval/inventory.h"

/* Whoever takes the packages of a line. Most texts of packages come again on
 * other devices: what is known by its very bytes need not be read again. */
struct inventory_taker {
    /* May be NULL. Does rest begin with the text of a package that is known
     * and likely to come now? Then it is taken; returns how long its text is,
     * 0 when it is another. */
    size_t (*guess)(void *ctx, str rest);
    /* May be NULL. raw is the text of a package from '[' to the first ']'.
     * True: it was taken by a package() call before, and is taken now. */
    bool (*known)(void *ctx, str raw);
    /* raw is empty when a ']' stands within a text. The views live as long as
     * the line and its arena. */
    int (*package)(void *ctx, str raw, const struct oval_installed *package,
                   struct err *err);
    void *ctx;
};

/* Reads one line. All of *out but the packages is filled; texts with escapes
 * are put into the arena. Errors name what was expected and the column. */
int inventory_parse(str line, struct arena *arena,
                    const struct inventory_taker *taker,
                    struct oval_inventory *out, struct err *err) MUST_CHECK;

/* A word that may be a name, a version, an architecture: E_INVALID, E_LIMIT. */
int inventory_check_word(str word, const char *what,
                         struct err *err) MUST_CHECK;

/* --- Lines of a stream --- */

struct inventory_lines;

struct inventory_lines *inventory_lines_new(struct stream *stream);
void inventory_lines_free(struct inventory_lines *lines);
void inventory_lines_freep(struct inventory_lines **lines);

/* 0: *out is the next line that is not empty, without its end, until the next
 * call; 1: the end. */
int inventory_lines_next(struct inventory_lines *lines, str *out,
                         struct err *err) MUST_CHECK;
uint64_t inventory_lines_number(const struct inventory_lines *lines);
const char *inventory_lines_name(const struct inventory_lines *lines);

/* --- Files that the operating system decides (inventory_files.c) --- */

/* Collects independent:textfilecontent54. */
void inventory_collect_text(const struct oval_inventory *inventory,
                            struct regex_cache *regexes,
                            const struct oval_query *query,
                            struct oval_sink *sink);

/* What is known of an operating system by its id. */
struct inventory_os {
    const char *id;
    enum oval_manager manager; /* the one it comes with */
    bool is_redhat;            /* has /etc/redhat-release */
};
const struct inventory_os *inventory_os_of(str id); /* or NULL */

/* How the packages of `asked` are collected on a device that uses `used`:
 * complete, does not exist, or not collected. */
enum oval_flag inventory_flag_of(str os_id, enum oval_manager used,
                                 enum oval_manager asked);

#endif
