/* SPDX-License-Identifier: Apache-2.0
 *
 * Perl 5 regular expressions, as OVAL asks for (OVAL Language Specification
 * 5.11.2, section 5.3.6.3 and appendix on regular expressions), by PCRE2's
 * interpreter. Time and memory of one match are bounded: past the bound the
 * answer is E_LIMIT, never "no match".
 */
#ifndef BASE_REGEX_H
#define BASE_REGEX_H

#include "base/str.h"

struct regex;

enum {
    REGEX_MULTILINE = 1, /* ^ and $ at every line */
    REGEX_DOTALL = 2,    /* . matches a newline */
    REGEX_NOCASE = 4,
    REGEX_GROUPS_MAX = 64,
    REGEX_PATTERN_MAX = 64 * 1024,
};

struct regex_groups {
    unsigned n;                  /* group 0 is the whole match */
    str group[REGEX_GROUPS_MAX]; /* p == NULL: took no part */
};

/* Subjects are UTF-8 when they are valid UTF-8, bytes otherwise. On success
 * *out belongs to the caller. E_PARSE: not an expression; E_LIMIT: too long. */
int regex_compile(str pattern, unsigned flags, struct regex **out,
                  struct err *err) MUST_CHECK;

/* Searches subject from byte `from`. 1: matches, and *out_groups (may be
 * NULL) is set; 0: does not; E_LIMIT: gave up. */
int regex_match(struct regex *regex, str subject, size_t from,
                struct regex_groups *out_groups, struct err *err) MUST_CHECK;

/* The same for a subject that is searched many times: utf8 says whether it is
 * valid UTF-8, so that this is found out once. */
int regex_match_known(struct regex *regex, str subject, bool utf8, size_t from,
                      struct regex_groups *out_groups,
                      struct err *err) MUST_CHECK;

/* Could a text that begins with head and goes on match? False only when none
 * can: a walk over paths need not go there. Looks at patterns that are tied
 * to the start of the text; true for all others. */
bool regex_can_begin(struct regex *regex, str head);

/* How a search of a text that goes on behind its end would end: no match
 * whatever follows, a match that needs what follows, a match. *start is where
 * the search begins, and where what was found begins; is_here: only there.
 * REGEX_ALIVE also where nothing can be concluded. */
enum regex_life {
    REGEX_DEAD,
    REGEX_ALIVE,
    REGEX_FOUND
};
enum regex_life regex_life(struct regex *regex, str text, bool is_here,
                           size_t *start);

void regex_free(struct regex *regex);
void regex_freep(struct regex **regex);

/* Compiled expressions by pattern and flags, so that each is compiled once.
 * The cache owns them. A pattern that does not compile is remembered too. */
struct regex_cache;
struct regex_cache *regex_cache_new(void);
void regex_cache_free(struct regex_cache *cache);
int regex_cache_get(struct regex_cache *cache, str pattern, unsigned flags,
                    struct regex **out, struct err *err) MUST_CHECK;

#endif
