/* SPDX-License-Identifier: Apache-2.0
 *
 * Schedules in words, for previews: English, French and Dutch (K-SCH-8, X-9).
 * Text is UTF-8 and holds nothing that came from outside.
 */
#ifndef SCHEDULE_WORDS_H
#define SCHEDULE_WORDS_H

#include "schedule/warn.h"

enum words_language {
    WORDS_EN,
    WORDS_FR,
    WORDS_NL,
    WORDS_LANGUAGES
};

/* "en", "fr", "nl"; also what begins so, as "nl_BE.UTF-8" or "fr-CA".
 * WORDS_LANGUAGES for no language known here. */
enum words_language words_language_of(str tag);

/* All of these append to out. */

/* "On the first Wednesday of every month at 08:00. Downloads start 8 hours
 * earlier." */
void words_schedule(const struct schedule *schedule,
                    enum words_language language, struct buf *out);

/* "Thursday 1 January 2026, 08:00" */
void words_time(int64_t local, enum words_language language, struct buf *out);

/* The same of a run, with when its downloads start. */
void words_run(const struct occurrence *run, enum words_language language,
               struct buf *out);

/* A sentence a line. */
void words_warnings(const struct schedule_warnings *warnings,
                    enum words_language language, struct buf *out);

/* "Next runs (Europe/Amsterdam):" */
void words_heading(const struct zone *zone, enum words_language language,
                   struct buf *out);

#endif
