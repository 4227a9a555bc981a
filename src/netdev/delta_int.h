/* SPDX-License-Identifier: Apache-2.0
 *
 * The commands from one configuration to another, in their order:
 *
 *   1. lists of filters (delta_list.c), and what else others refer to: it is
 *      made or edited before anything refers to it
 *   2. what goes, the last first
 *   3. what comes or changes, in the order of the new configuration
 *   4. what goes and was referred to, what leads to the device, users
 *
 * In each section again. Many commands are no lines of a set that "no" takes
 * one from: delta_table.c says which, for each language of commands.
 */
#ifndef NETDEV_DELTA_INT_H
#define NETDEV_DELTA_INT_H

#include "base/vec.h"
#include "netdev/config_tree.h"

enum delta_kind {
    DELTA_PLAIN, /* lines are independent of each other */
    DELTA_ONE,   /* has one value: the new one takes the place of the old */
    DELTA_PAIR,  /* has one value: the old one must go first, just before */
    DELTA_GROUP, /* the first line sets it, others add: all are sent again */
    DELTA_LINES, /* each line adds, and "no" removes all of them */
    DELTA_RANGE, /* a section that cannot be removed, of another extent */
    DELTA_FIXED, /* a section that cannot be removed: it is emptied */
    DELTA_KEPT,  /* is not typed: neither sent nor removed */
};

enum {
    DELTA_BARE = 1,     /* "no" and the key, without the value */
    DELTA_EARLY = 2,    /* others refer to it: comes first, goes last */
    DELTA_LATE = 4,     /* goes last */
    DELTA_HOMELESS = 8, /* takes the addresses of the interface along */
    DELTA_HOME = 16,    /* and this is one */
};

struct delta_rule {
    unsigned languages;  /* bits of enum syntax */
    const char *section; /* what the section begins with; "": none; NULL: any */
    const char *head;    /* words; '*' is any word, "Vlan*" what begins so,
                          * '?' any and "~x" x, and neither is of the key */
    enum delta_kind kind;
    unsigned flags;
    const char *back; /* in place of "no ..." */
};

struct delta {
    const struct family *family;
    struct buf *out;
    struct err *err;
    int rc;
    unsigned depth;
    struct arena arena;
};

/* NULL: independent. *out_key is the key, of the line without "no". */
const struct delta_rule *delta_rule_find(struct delta *d, str section, str line,
                                         str *out_key);
/* Whether the words of the line begin with those of the pattern ('@' and '*'
 * are any word); *out_at is the one at '@'. */
bool delta_matches(str line, const char *pattern, str *out_at);
bool delta_has_word(str line, str word);
str delta_word(str *line);

void delta_emit(struct delta *d, str line);
void delta_say(struct delta *d, const char *format, ...) PRINTF(2, 3);
/* The first failure counts. */
void delta_fail(struct delta *d, const char *format, ...) PRINTF(2, 3);

/* --- Lists of filters ------------------------------------------------------
 */

/* The mark of what the lists have dealt with. */
#define DELTA_DONE UINT32_MAX

struct delta_list {
    str head; /* "access-list 101", "ip access-list extended X" */
    str name; /* "101", "X" */
    bool is_section;
    bool in_from;
    bool in_to;
    VEC(str) old;
    VEC(str) new;
};

struct delta_lists {
    VEC(struct delta_list) list;
    const struct config_node *from;
    const struct config_node *to;
    VEC(str) copies; /* commands that remove them in the end */
    VEC(str) spares; /* and their names */
};

/* Reads and marks the lists of both. */
void delta_lists_read(struct delta *d, struct config_node *from,
                      struct config_node *to, struct delta_lists *out);
void delta_lists_clear(struct delta_lists *lists);
/* Those that come or change; and those that go. */
void delta_lists_edit(struct delta *d, struct delta_lists *lists);
void delta_lists_remove(struct delta *d, const struct delta_lists *lists);

/* delta_list_asa.c: line by line, with positions. */
void delta_list_asa(struct delta *d, const struct delta_list *list,
                    bool is_used);

#endif
