/* SPDX-License-Identifier: Apache-2.0
 *
 * What the searches of a walk ask, compiled once: wants that are equal are
 * one matcher, filters are conditions on the fields of struct stat. Rules are
 * constant while threads use them; each thread has an asker of its own, with
 * its own compiled expressions, that remembers the answers for the directory
 * and the entry it is at.
 */
#ifndef PROBE_WALK_MATCH_H
#define PROBE_WALK_MATCH_H

#include "probe/walk.h"

#include "base/arena.h"
#include "base/vec.h"

enum walk_part {
    WALK_PATH,
    WALK_NAME,
    WALK_FILEPATH,
    WALK_PARTS
};

struct walk_matcher {
    const struct oval_want *want;
    uint8_t part;   /* enum walk_part */
    bool any_line;  /* matches every text without a line feed */
    uint32_t regex; /* of the first value, in an asker's regexes */
};

struct walk_cond;

struct walk_filter {
    bool include;
    uint8_t op; /* enum oval_operator */
    uint32_t cond_count;
    struct walk_cond *conds;
};

#define WALK_NO_MATCHER UINT32_MAX

struct walk_rule { /* of one search */
    const struct walk_search *search;
    uint32_t path; /* matchers, or WALK_NO_MATCHER */
    uint32_t filename;
    uint32_t filepath;
    uint32_t prune; /* the matcher that says where to go down, or none */
    uint32_t filter_count;
    struct walk_filter *filters;
    bool asks_paths; /* looks at path or filepath anywhere */
};

struct walk_rules {
    struct walk_rule *rules; /* one a search */
    size_t count;
    VEC(struct walk_matcher) matchers;
    uint32_t regex_count;
    struct arena arena;
};

/* Compiles n searches. What does not compile is found out when asked. */
void walk_rules_init(struct walk_rules *rules,
                     const struct walk_search *searches, size_t n);
void walk_rules_clear(struct walk_rules *rules);

struct walk_answer {
    uint32_t serial;
    int8_t value;
};

struct walk_asker {
    const struct walk_rules *rules;
    struct regex **regexes;
    struct walk_answer *answers; /* one a matcher */
    uint32_t serial[WALK_PARTS];
    struct err err; /* why the last question failed */
};

void walk_asker_init(struct walk_asker *asker, const struct walk_rules *rules);
void walk_asker_clear(struct walk_asker *asker);

/* A text of this part is another one than before. */
static inline void walk_asker_next(struct walk_asker *asker,
                                   enum walk_part part)
{
    asker->serial[part]++;
}

/* 1: text satisfies it (so does no matcher at all); 0: not; or a negative
 * E_ with the reason in asker->err. */
int walk_ask(struct walk_asker *asker, uint32_t matcher, str text);

/* The same without remembering: for a text that is not the current one. */
int walk_ask_once(struct walk_asker *asker, uint32_t matcher, str text);

/* Can a path below the directory `head` (which ends in '/') satisfy it? */
bool walk_can_begin(struct walk_asker *asker, uint32_t matcher, str head);

/* An entry that is being looked at. */
struct walk_entry {
    str path;             /* of the directory */
    str name;             /* p == NULL: the directory itself */
    struct buf *filepath; /* built by walk_entry_filepath() */
    bool has_filepath;
    int dir_fd;
    int8_t stat_state; /* 0: not asked, 1: known, -1: failed */
    int stat_errno;
    struct stat st;
};

str walk_entry_filepath(struct walk_entry *entry);
/* NULL when it cannot be had: see stat_errno. */
const struct stat *walk_entry_stat(struct walk_entry *entry);

/* Does it pass the filters of the rule, as far as can be said here? */
bool walk_passes(struct walk_asker *asker, const struct walk_rule *rule,
                 struct walk_entry *entry);

/* Do the filters drop every file below the directory `head` (which ends in
 * '/'), if no name there has a line feed? */
bool walk_drops_below(struct walk_asker *asker, const struct walk_rule *rule,
                      str head);

/* "regular", "directory", ...: the type entity of file items. */
str walk_type_text(mode_t mode);

#endif
