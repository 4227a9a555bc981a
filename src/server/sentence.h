/* SPDX-License-Identifier: Apache-2.0
 *
 * What the server says to a person, in the language of who reads.
 *
 * Code says a thing in English, where it is found (err_set, refuse, the help
 * of a setting). The message tables, sentence_*.c, have French and Dutch for
 * it: a row's English is what the code says, with %s, %d, %n or %w where the
 * code puts something in. A sentence is looked up when it leaves the server, so
 * that logs, the audit log and the database stay in one language; what was
 * put in is found in the English and goes into the other language.
 *
 *   { "there is no label named '%s'",
 *     "il n'y a pas d'étiquette nommée « %s »",
 *     "er is geen label met de naam '%s'" }
 *
 * %d is a number, %s text of any kind, %n text without a blank, %w words of
 * ours that have a row of their own. A translation has the same ones, or names
 * them by their place:
 * "%2$s". What has no row stays English; tools/check-sentences lists it.
 *
 * Nothing here is kept: all processes may use it.
 */
#ifndef SERVER_SENTENCE_H
#define SERVER_SENTENCE_H

#include "schedule/words.h"

enum {
    SENTENCE_PLACES_MAX = 6,
    SENTENCE_DEPTH_MAX = 3,
    SENTENCE_MAX = 16384,
};

/* "en", "fr", "nl"; English for others. */
enum words_language language_of(str text);
const char *language_name(enum words_language language);

/* What an Accept-Language header likes best of what we speak (RFC 9110
 * 12.5.4); English when it names none. */
enum words_language language_accepted(str header);

/* Appends the sentence in the language, and in English when no row fits: false
 * then. "context: sentence" fits when the sentence does. */
bool sentence_add(str english, enum words_language language, struct buf *out);

#endif
